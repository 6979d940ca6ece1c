"""What speaks for a candidate, in numbers, and the learned model that weighs it.

The features are relative where they can be: to the best of the pool, to the question's own weight. So a model learned
on fifty thousand articles also ranks a gazette of two hundred clauses. The model is a sum of small decision trees,
learned by ``evals/fit_ranker.py``; here it is only evaluated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from embeddings.aspects import ASPECTS

BUNDLED = Path(__file__).parent / "models" / "ranker.json"

#: What stands in a column, in this order.
FEATURES = (
    "dense", "dense_gap", "dense_rank", "dense_clause", "lexical", "lexical_gap", "lexical_rank",
    "pairs_body", "singles_body", "pairs_any", "rarest", "pairs_title", "pairs_heading", "pairs_context",
    "expanded", "expanded_dense", "title_dense", "length", "cited", "title_kind", "place", "depth", "children", "row",
    "near_dense", "near_dense_best", "near_lexical", "near_lexical_best", "parent_dense", "parent_lexical",
    "in_document", "document_dense", "question_length", "best_dense", "best_lexical",
    *(f"asks_{name}" for name in ASPECTS), "corpus",
)  # fmt: skip


@dataclass(frozen=True)
class Signals:
    """One question's candidates, n of them, and m terms of the question; every array float32 unless said otherwise.

    Attributes:
        dense: (n,) best inner product of a candidate's passages with the question.
        dense_clause: (n,) that of the whole clause.
        lexical: (n,) BM25 over all fields.
        matches: By field, (n, m) saturated counts of the question's terms.
        idf: (m,) rarity of the terms.
        pairs: (m,) bool, which terms are pairs of characters or whole runs, not single characters.
        expanded: (n,) BM25 for the official terms of the question's everyday words, over their total rarity.
        expanded_dense: (n,) inner product with those terms; 0 where there are none.
        title_dense: (n,) inner product of the document's title with the question.
        length: (n,) terms in the body.
        cited: (n,) how often other documents cite this one.
        title_kind: (n,) what the title calls the document: `passages.title_kind`.
        place: (n,) 0 for a document's first entry, towards 1 for its last.
        depth, children: (n,) labels above, entries directly under.
        row: (n,) 1 for a table row.
        near_dense, near_lexical: (4, n) of the two entries before and after, 0 beyond the document.
        parent_dense, parent_lexical: (n,) of the parent, 0 where there is none.
        document: (n,) int64, which document.
        agreement: (n, aspects) of `aspects.agreement`.
        question_length: Characters of the question.
        corpus: Entries in the whole index: among few, words say more than among many.
    """

    dense: np.ndarray
    dense_clause: np.ndarray
    lexical: np.ndarray
    matches: Mapping[str, np.ndarray]
    idf: np.ndarray
    pairs: np.ndarray
    expanded: np.ndarray
    expanded_dense: np.ndarray
    title_dense: np.ndarray
    length: np.ndarray
    cited: np.ndarray
    title_kind: np.ndarray
    place: np.ndarray
    depth: np.ndarray
    children: np.ndarray
    row: np.ndarray
    near_dense: np.ndarray
    near_lexical: np.ndarray
    parent_dense: np.ndarray
    parent_lexical: np.ndarray
    document: np.ndarray
    agreement: np.ndarray
    question_length: int
    corpus: int

    def features(self) -> np.ndarray:
        """(n, len(FEATURES)) float32."""
        total = float(self.idf.sum()) or 1.0
        pair_idf = self.idf * self.pairs
        pair_total, single_total = float(pair_idf.sum()) or 1.0, float((self.idf * ~self.pairs).sum()) or 1.0
        held = {field: found > 0 for field, found in self.matches.items()}
        anywhere = np.logical_or.reduce(list(held.values()))
        rarest = (held["body"] * pair_idf).max(axis=1, initial=0.0)
        best_dense, best_lexical = float(self.dense.max()), float(self.lexical.max()) / total
        # How much of the pool is of this document, and how near its three nearest entries are.
        _, of = np.unique(self.document, return_inverse=True)
        order = np.lexsort((-self.dense, of))
        firsts = np.flatnonzero(np.diff(of[order], prepend=-1))
        third = np.minimum(firsts + 2, np.append(firsts[1:], len(of)) - 1)
        columns = {
            "dense": self.dense,
            "dense_gap": self.dense - best_dense,
            "dense_rank": _log_rank(self.dense),
            "dense_clause": self.dense_clause,
            "lexical": self.lexical / total,
            "lexical_gap": self.lexical / total - best_lexical,
            "lexical_rank": _log_rank(self.lexical),
            "pairs_body": held["body"] @ pair_idf / pair_total,
            "singles_body": held["body"] @ (self.idf * ~self.pairs) / single_total,
            "pairs_any": anywhere @ pair_idf / pair_total,
            "rarest": rarest,
            "pairs_title": held["title"] @ pair_idf / pair_total,
            "pairs_heading": held["heading"] @ pair_idf / pair_total,
            "pairs_context": held["context"] @ pair_idf / pair_total,
            "expanded": self.expanded,
            "expanded_dense": self.expanded_dense,
            "title_dense": self.title_dense,
            "length": np.log1p(self.length),
            "cited": np.log1p(np.maximum(self.cited, 0)),
            "title_kind": self.title_kind,
            "place": self.place,
            "depth": self.depth,
            "children": np.log1p(self.children),
            "row": self.row,
            "near_dense": self.near_dense.mean(axis=0),
            "near_dense_best": self.near_dense.max(axis=0),
            "near_lexical": self.near_lexical.mean(axis=0) / total,
            "near_lexical_best": self.near_lexical.max(axis=0) / total,
            "parent_dense": self.parent_dense,
            "parent_lexical": self.parent_lexical / total,
            "in_document": np.log1p(np.bincount(of))[of],
            "document_dense": self.dense[order][third][of],
            "question_length": np.full(len(self.dense), self.question_length),
            "best_dense": np.full(len(self.dense), best_dense),
            "best_lexical": np.full(len(self.dense), best_lexical),
            **{f"asks_{name}": self.agreement[:, n] for n, name in enumerate(ASPECTS)},
            "corpus": np.full(len(self.dense), np.log1p(self.corpus)),
        }
        return np.stack([np.asarray(columns[name], dtype=np.float32) for name in FEATURES], axis=1)


class Ranker:
    """A sum of decision trees: larger means likelier to answer.

    Attributes:
        encoder_id: The encoder whose scores it was learned with; another encoder's mean something else.
    """

    def __init__(self, record: Mapping[str, object]):
        """Takes what ``evals/fit_ranker.py`` wrote.

        Raises:
            ValueError: it was learned for other features.
        """
        if tuple(record["features"]) != FEATURES:  # type: ignore[arg-type]
            raise ValueError("the ranker was learned for other features")
        self.encoder_id = str(record["encoder_id"])
        # All trees' nodes one after another. A row not above its node's threshold goes left; a leaf is its own child,
        # so that a walk of `depth` steps ends in one.
        self._roots = np.asarray(record["roots"], dtype=np.int64)
        self._feature = np.asarray(record["feature"], dtype=np.int64)
        self._threshold = np.asarray(record["threshold"], dtype=np.float64)
        self._children = np.asarray([record["right"], record["left"]], dtype=np.int64).T.reshape(-1)
        self._value = np.asarray(record["value"], dtype=np.float64)
        self._depth = int(record["depth"])  # type: ignore[call-overload]

    @classmethod
    def load(cls, path: Path = BUNDLED) -> Ranker:
        """The model of a file.

        Raises:
            OSError, ValueError, KeyError: it is absent, damaged, or another release's.
        """
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def scores(self, features: np.ndarray) -> np.ndarray:
        """(n,) float32 for (n, len(FEATURES)) float32; all trees are walked at once, a level a step."""
        n = len(features)
        flat, row = np.ascontiguousarray(features.T).reshape(-1), np.arange(n)
        node = np.repeat(self._roots[:, None], n, axis=1)
        for _ in range(self._depth):
            below = flat.take(self._feature.take(node) * n + row) <= self._threshold.take(node)
            node = self._children.take(2 * node + below)
        return self._value.take(node).sum(axis=0).astype(np.float32)


@cache
def bundled_ranker() -> Ranker | None:
    """The model that ships with the project, read once; ``None`` while there is none, as when one is being learned."""
    return Ranker.load() if BUNDLED.exists() else None


def _log_rank(values: np.ndarray) -> np.ndarray:
    """(n,) log of 1 + how many are larger; equal values share a rank."""
    ascending = np.sort(values)
    return np.log1p(len(values) - np.searchsorted(ascending, values, side="right"))
