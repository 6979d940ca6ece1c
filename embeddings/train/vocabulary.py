"""Which terms get a vector: every character seen often enough, then the most frequent pairs, numbers and words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embeddings.pair_encoder import Vocabulary
from embeddings.terms import is_single, term_ids

_TEXTS_AT_ONCE = 20_000


def learn_vocabulary(texts: Sequence[str], size: int, rarest: int = 3) -> Vocabulary:
    """Returns at most `size` terms that occur `rarest` times or more in `texts`; among equals the smaller id wins.

    Characters come first: a pair without a row is read as its two characters.
    """
    counts: dict[int, int] = {}
    for at in range(0, len(texts), _TEXTS_AT_ONCE):
        ids, times = np.unique(term_ids(texts[at : at + _TEXTS_AT_ONCE])[1], return_counts=True)
        for one, n in zip(ids.tolist(), times.tolist(), strict=True):
            counts[one] = counts.get(one, 0) + n
    ids = np.array(sorted(counts), dtype=np.uint64)
    times = np.array([counts[one] for one in ids.tolist()], dtype=np.int64)
    often = times >= rarest
    ids, times = ids[often], times[often]
    order = np.lexsort((-times, ~is_single(ids)))
    return Vocabulary(np.sort(ids[order[:size]]))
