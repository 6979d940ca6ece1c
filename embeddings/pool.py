"""The arrays of one snapshot, and the candidates that they give for a question with all that speaks for each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np

from embeddings.aspects import agreement, asked_aspects
from embeddings.encoder import Encoder
from embeddings.index import VectorIndex, inner_products
from embeddings.lexical import LexicalIndex
from embeddings.ranking import Signals
from embeddings.terms import is_single

#: One record per passage, in order of entry and ordinal; ``sha256`` is the digest of the text that was embedded.
PASSAGE_DTYPE = np.dtype([("start", "<i4"), ("end", "<i4"), ("sha256", "u1", (32,))])

#: One record per entry. ``parent`` is the entry one label above, -1 where there is none; ``row`` is 1 for a table row;
#: ``offers`` are the bits of `aspects.offered_aspects`.
ENTRY_DTYPE = np.dtype(
    [
        ("id", "<i8"), ("document", "<i4"), ("parent", "<i4"), ("children", "<i4"), ("depth", "u1"), ("row", "u1"),
        ("offers", "<u2"),
    ]
)  # fmt: skip
#: One record per document, in order of id. ``cited`` is how often other documents name it.
DOCUMENT_DTYPE = np.dtype([("first", "<i4"), ("entries", "<i4"), ("cited", "<i4"), ("title_kind", "u1")])
#: Weight of each field in the lexical signal; part of a snapshot's files, so a change raises ``FORMAT_VERSION``.
FIELD_WEIGHTS = {"title": 0.25, "heading": 0.25, "context": 0.25, "body": 1.0}


@dataclass(frozen=True)
class Found:
    """A question's candidates: entries ascending, their signals, the row of each one's nearest piece; all of one length."""

    entries: np.ndarray
    signals: Signals
    nearest: np.ndarray


class Pool:
    """The vectors, terms and facts of every entry of a snapshot, mapped from its files; safe to share between threads."""

    def __init__(self, folder: Path, encoder: Encoder):
        self._encoder = encoder
        # As plain arrays over the mapped files: every slice of a memmap object costs ten microseconds of its own.
        self._vectors = np.asarray(np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False))
        self.passages = np.asarray(np.load(folder / "passages.npy", mmap_mode="r", allow_pickle=False))
        self.entries = np.load(folder / "entries.npy", allow_pickle=False)
        self._offsets = np.load(folder / "offsets.npy", allow_pickle=False)
        self._documents = np.load(folder / "documents.npy", allow_pickle=False)
        self._titles = np.load(folder / "titles.npy", allow_pickle=False)
        self._entry_of = np.repeat(np.arange(len(self._offsets) - 1), np.diff(self._offsets))
        self.lexical = LexicalIndex.load(folder / "lexical")
        approximate = folder / "vectors.faiss"
        self._index = VectorIndex(self._vectors, faiss.read_index(str(approximate)) if approximate.exists() else None)

    def found(self, query: str, expansion: str, size: int) -> Found | None:
        """The candidates of ``query``; ``None`` where it has no term that encoder or lexical index knows.

        Args:
            expansion: Official terms for the query's everyday words; may be empty.
            size: Entries taken by vectors and by words each, and half as many by the official terms.
        """
        lexical = self.lexical
        vector, official_vector = self._encoder.encode_queries([query, expansion])
        terms, official = lexical.terms(query), lexical.terms(expansion)
        worded, officially = lexical.scores(terms), lexical.scores(official) if len(official) else None
        parts = [self._nearest(vector, size), _best(worded, size)]
        if officially is not None:
            parts.append(_best(officially, size // 2))
        entries = np.unique(np.concatenate(parts))
        if not len(entries):
            return None
        around = self._around(entries)
        known = np.unique(np.concatenate([entries, around[around >= 0]]))
        dense, dense_clause, nearest = self._dense(known, vector)
        # A last zero stands for what is not there: place -1.
        every_dense, every_worded = np.append(dense, 0), np.append(worded[known], 0)
        at = np.searchsorted(known, entries)
        places = np.where(around >= 0, np.searchsorted(known, around), -1)
        about = self.entries[entries]
        document = about["document"]
        described = self._documents[document]
        idf = lexical.idf[terms]
        rarity = float(lexical.idf[official].sum()) or 1.0
        signals = Signals(
            dense=dense[at],
            dense_clause=dense_clause[at],
            lexical=worded[entries],
            matches={field: lexical.matches(terms, entries, field) for field in lexical.fields},
            idf=idf,
            pairs=~is_single(lexical.counts.vocabulary[terms]),
            expanded=officially[entries] / rarity if officially is not None else np.zeros(len(entries), np.float32),
            expanded_dense=self._dense(entries, official_vector)[0],
            title_dense=self._titles[document] @ vector,
            length=lexical.lengths("body")[entries],
            cited=described["cited"],
            title_kind=described["title_kind"],
            place=(entries - described["first"]) / np.maximum(described["entries"], 1),
            depth=about["depth"],
            children=about["children"],
            row=about["row"],
            near_dense=every_dense[places[:4]],
            near_lexical=every_worded[places[:4]],
            parent_dense=every_dense[places[4]],
            parent_lexical=every_worded[places[4]],
            document=document,
            agreement=agreement(asked_aspects(query), about["offers"], about["children"]),
            question_length=len(query),
            corpus=len(self.entries),
        )
        return Found(entries, signals, nearest[at])

    def _around(self, entries: np.ndarray) -> np.ndarray:
        """(5, n) the two entries before, the two after, and the parent of each; -1 where there is none."""
        about = self.entries[entries]
        described = self._documents[about["document"]]
        first, last = described["first"], described["first"] + described["entries"] - 1
        near = entries + np.array([[-2], [-1], [1], [2]])
        return np.concatenate([np.where((near >= first) & (near <= last), near, -1), about["parent"][None, :]])

    def _nearest(self, vector: np.ndarray, k: int) -> np.ndarray:
        """Entries of the passages nearest to ``vector``, at most 2 k passages deep; none for a zero vector."""
        if not vector.any():
            return np.empty(0, dtype=np.int64)
        ids, _ = self._index.search(vector, 2 * k)
        entries, first = np.unique(self._entry_of[ids[0]], return_index=True)
        return entries[np.argsort(first)][:k]

    def _dense(self, entries: np.ndarray, vector: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each entry: best score of its passages, score of the whole, and the row of its nearest piece."""
        counts = self._offsets[entries + 1] - self._offsets[entries]
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        rows = np.arange(counts.sum()) + np.repeat(self._offsets[entries] - starts, counts)
        scores = inner_products(self._vectors[rows], vector)
        best, whole = np.maximum.reduceat(scores, starts), scores[starts]
        pieces = scores.copy()
        pieces[starts[counts > 1]] = -np.inf
        order = np.lexsort((-pieces, np.repeat(np.arange(len(entries)), counts)))
        return best, whole, rows[order[starts]]


def _best(scores: np.ndarray, k: int) -> np.ndarray:
    """The ``k`` entries with the highest scores above 0, ties by id."""
    k = min(k, int(np.count_nonzero(scores > 0)))
    if k == 0:
        return np.empty(0, dtype=np.int64)
    threshold = np.partition(scores, len(scores) - k)[len(scores) - k]
    near = np.flatnonzero(scores >= threshold)
    return near[np.argsort(-scores[near], kind="stable")][:k]
