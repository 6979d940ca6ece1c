"""A question against one snapshot: signals per clause, fused into hits."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from json import loads
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from embeddings.encoder import Encoder
from embeddings.index import VectorIndex, inner_products
from embeddings.lexical import LexicalIndex, analyze
from ingest.documents import Document
from ingest.refs import ClausePath, ClauseRef

#: One record per passage, in order of entry and ordinal; ``sha256`` is the digest of the text that was embedded.
PASSAGE_DTYPE = np.dtype([("start", "<i4"), ("end", "<i4"), ("sha256", "u1", (32,))])

# SQLite takes 32,766 values in one statement, older builds 999.
_VALUES_AT_ONCE = 900


@dataclass(frozen=True)
class FusionConfig:
    """How signals become one score; the values were chosen by measurement (DESIGN.md).

    Attributes:
        dense: Share of the dense signal; the lexical one has the rest.
        fields: Weight of each lexical field in the lexical signal.
        pool: Entries taken from either side before fusing, so that the first k hits are the same for every k up to it.
    """

    dense: float = 0.5
    fields: tuple[tuple[str, float], ...] = (("title", 0.25), ("heading", 0.25), ("context", 0.25), ("body", 1.0))
    pool: int = 100


@dataclass(frozen=True)
class Candidate:
    """One clause or table row (``kind`` ``row``) and what speaks for it.

    Attributes:
        score: The fused score, larger is nearer.
        dense: The best inner product with any of its passages.
        dense_clause: The inner product with the clause as a whole.
        lexical: BM25 score by field.
        start, end: The nearest piece: ``clause.text[start:end]``; the whole where the clause was not cut.
    """

    ref: ClauseRef
    kind: str
    score: float
    dense: float
    dense_clause: float
    lexical: Mapping[str, float]
    start: int
    end: int


@dataclass(frozen=True)
class Hit:
    """A clause found: best first, ``rank`` from 1, a larger ``score`` is nearer, ties in order of ref."""

    ref: ClauseRef
    score: float
    rank: int
    candidate: Candidate


@dataclass(frozen=True)
class Tombstone:
    """A document that was withdrawn, when (ISO 8601, UTC) and why."""

    document_id: str
    withdrawn_at: str
    reason: str


def fuse(dense: np.ndarray, lexical: np.ndarray, share: float) -> np.ndarray:
    """(n,) scores in [0, 1]: both signals brought to that range within the pool, then weighed.

    The best lexical score becomes 1 and no shared token stays 0. A dense score has no such zero, so the pool's lowest
    becomes 0.
    """
    spread = float(np.ptp(dense)) if len(dense) else 0.0
    near = (dense - dense.min()) / spread if spread > 0 else np.zeros_like(dense)
    top = float(lexical.max(initial=0.0))
    worded = lexical / top if top > 0 else np.zeros_like(lexical)
    return (share * near + (1 - share) * worded).astype(np.float32)


class Snapshot:
    """One revision of the store, open for reading; safe to share between threads.

    Opened by ``Store.open``, which has verified the files. Deleting the folder does not disturb an open snapshot where
    the system keeps open files (POSIX).
    """

    def __init__(self, folder: Path, manifest: Mapping[str, Any], encoder: Encoder, config: FusionConfig | None = None):
        self.manifest = manifest
        self.config = config or FusionConfig()
        self._encoder = encoder
        self._lock = threading.Lock()
        self._corpus = open_corpus(folder / "corpus.sqlite")
        self._vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
        self._passages = np.load(folder / "passages.npy", mmap_mode="r", allow_pickle=False)
        self._offsets = np.load(folder / "offsets.npy", allow_pickle=False)
        self._entry_of = np.repeat(np.arange(len(self._offsets) - 1), np.diff(self._offsets))
        self._lexical = LexicalIndex.load(folder / "lexical")
        self._index = VectorIndex(self._vectors)

    @property
    def revision(self) -> str:
        return str(self.manifest["revision"])

    @property
    def clause_count(self) -> int:
        """Clauses held; table rows are not counted."""
        return int(self.manifest["counts"]["clauses"])

    @cached_property
    def _documents(self) -> dict[str, Document]:
        rows = self._rows("SELECT id, json FROM documents ORDER BY position")
        return {document_id: Document.from_json(loads(record)) for document_id, record in rows}

    def documents(self) -> tuple[Document, ...]:
        """Every document, in order of source path and place in the source; read on first use."""
        return tuple(self._documents.values())

    def document(self, document_id: str) -> Document | None:
        """The document with this id (printed number or exact title), ``None`` where it is not held."""
        if "_documents" in self.__dict__:
            return self._documents.get(document_id)
        rows = self._rows("SELECT json FROM documents WHERE id = ?", (document_id,))
        return Document.from_json(loads(rows[0][0])) if rows else None

    def tombstones(self) -> tuple[Tombstone, ...]:
        """Every withdrawal, oldest first; a document that came back keeps its history."""
        rows = self._rows("SELECT document_id, withdrawn_at, reason FROM tombstones ORDER BY position")
        return tuple(Tombstone(*row) for row in rows)

    def candidates(self, query: str, k: int = 100) -> list[Candidate]:
        """The ``k`` best entries with every signal that speaks for them, best first, ties in order of ref.

        Empty where the query has no token that encoder or lexical index knows, and for an empty store.
        """
        pool = max(k, self.config.pool)
        tokens, vector = analyze(query), self._encoder.encode_queries([query])[0]
        lexical = {field: self._lexical.token_scores(tokens, field) for field in self._lexical.fields}
        worded = self._worded(lexical)
        entries = np.union1d(self._nearest(vector, pool), _best(worded, pool))
        if not len(entries):
            return []
        dense, dense_clause, nearest = self._dense(entries, vector)
        scores = fuse(dense, worded[entries], self.config.dense)
        found: dict[ClauseRef, Candidate] = {}
        # Entries are numbered in order of ref, so a stable sort leaves ties in that order.
        chosen = np.argsort(-scores, kind="stable")
        refs = self._refs(entries[chosen])
        for place, (ref, kind) in zip(chosen.tolist(), refs, strict=True):
            entry, passage = entries[place], self._passages[nearest[place]]
            by_field = {field: float(column[entry]) for field, column in lexical.items()}
            candidate = Candidate(
                ref,
                kind,
                float(scores[place]),
                float(dense[place]),
                float(dense_clause[place]),
                by_field,
                int(passage["start"]),
                int(passage["end"]),
            )
            # A label that a document prints twice is two entries with one ref: the nearer one speaks for it.
            found.setdefault(ref, candidate)
            if len(found) == k:
                break
        return list(found.values())

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """The ``k`` best hits, best first, ties in order of ref."""
        return [Hit(c.ref, c.score, rank, c) for rank, c in enumerate(self.candidates(query, k)[:k], start=1)]

    def close(self) -> None:
        """Lets go of the files; the snapshot answers nothing afterwards."""
        with self._lock:
            self._corpus.close()

    def _worded(self, lexical: Mapping[str, np.ndarray]) -> np.ndarray:
        total = np.zeros(len(self._lexical), dtype=np.float32)
        for field, weight in self.config.fields:
            total += np.float32(weight) * lexical[field]
        return total

    def _nearest(self, vector: np.ndarray, k: int) -> np.ndarray:
        """Entries of the passages nearest to ``vector``, at most 3 k passages deep; none for a zero vector."""
        if not vector.any():
            return np.empty(0, dtype=np.int64)
        ids, _ = self._index.search(vector, 3 * k)
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

    def _refs(self, entries: np.ndarray) -> list[tuple[ClauseRef, str]]:
        ids, by_entry = entries.tolist(), {}
        for first in range(0, len(ids), _VALUES_AT_ONCE):
            some = ids[first : first + _VALUES_AT_ONCE]
            statement = f"SELECT entry, document, path, kind FROM clauses WHERE entry IN ({','.join('?' * len(some))})"
            for entry, document, path, kind in self._rows(statement, some):
                by_entry[entry] = (ClauseRef(document, ClausePath.parse(path)), kind)
        return [by_entry[entry] for entry in ids]

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._corpus.execute(statement, values).fetchall()


def open_corpus(path: Path) -> sqlite3.Connection:
    """A connection that neither locks nor writes: a snapshot's files never change."""
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _best(scores: np.ndarray, k: int) -> np.ndarray:
    """The ``k`` entries with the highest scores above 0, ties by id."""
    k = min(k, int(np.count_nonzero(scores > 0)))
    if k == 0:
        return np.empty(0, dtype=np.int64)
    threshold = np.partition(scores, len(scores) - k)[len(scores) - k]
    near = np.flatnonzero(scores >= threshold)
    return near[np.argsort(-scores[near], kind="stable")][:k]
