"""A question against one snapshot: candidates, ranked into hits, with their documents."""

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
from embeddings.pool import Pool
from embeddings.ranking import FEATURES, bundled_ranker
from ingest.documents import Document
from ingest.refs import ClausePath, ClauseRef

# SQLite takes 32,766 values in one statement, older builds 999.
_VALUES_AT_ONCE = 900
_SPARE_REFS = 8


@dataclass(frozen=True)
class SearchConfig:
    """How candidates are found and ordered; the values were chosen by measurement (DESIGN.md).

    Attributes:
        pool: Entries taken from the vectors and from the words each, and half as many for the official terms, before
            ranking. The first k hits are the same for every k up to it.
        dense: Share of the dense signal where no learned model fits the encoder; the lexical one has the rest.
        learned: Off to order by that weighted sum in any case.
    """

    pool: int = 300
    dense: float = 0.5
    learned: bool = True


@dataclass(frozen=True)
class Candidate:
    """One clause or table row (``kind`` ``row``) and what speaks for it.

    Attributes:
        id: The entry's 63-bit id, the same in every snapshot.
        score: What it is ordered by, larger is nearer: the learned model's sum, or the weighted sum of both signals.
        dense: The best inner product with any of its passages.
        dense_clause: The inner product with the clause as a whole.
        lexical: BM25 score by field.
        start, end: The nearest piece: ``clause.text[start:end]``; the whole where the clause was not cut.
    """

    ref: ClauseRef
    id: int
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

    def __init__(self, folder: Path, manifest: Mapping[str, Any], encoder: Encoder, config: SearchConfig | None = None):
        self.manifest = manifest
        self.config = config or SearchConfig()
        self._lock = threading.Lock()
        self._corpus = open_corpus(folder / "corpus.sqlite")
        self._pool = Pool(folder, encoder)
        ranker = bundled_ranker() if self.config.learned else None
        self._ranker = ranker if ranker and ranker.encoder_id == encoder.encoder_id else None

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

    def candidates(self, query: str, k: int = 100, expansion: str = "") -> list[Candidate]:
        """The ``k`` best entries with every signal that speaks for them, best first, ties in order of ref.

        Empty where the query has no token that encoder or lexical index knows, and for an empty store.

        Args:
            expansion: Official terms for the query's everyday words, blanks between them.
        """
        found = self._pool.found(query, expansion, max(k, self.config.pool))
        if found is None:
            return []
        entries, signals = found.entries, found.signals
        if self._ranker:
            scores = self._ranker.scores(signals.features())
        else:
            scores = fuse(signals.dense, signals.lexical, self.config.dense)
        by_field = {field: matches @ signals.idf for field, matches in signals.matches.items()}
        best: dict[ClauseRef, Candidate] = {}
        # Entries are numbered in order of ref, so a stable sort leaves ties in that order.
        chosen = np.argsort(-scores, kind="stable")
        # A label that a document prints twice is two entries with one ref, so a few more than k may be needed.
        for first in range(0, len(chosen), k + _SPARE_REFS):
            some = chosen[first : first + k + _SPARE_REFS]
            for place, (ref, kind) in zip(some.tolist(), self._refs(entries[some]), strict=True):
                passage = self._pool.passages[found.nearest[place]]
                candidate = Candidate(
                    ref,
                    int(self._pool.entries["id"][entries[place]]),
                    kind,
                    float(scores[place]),
                    float(signals.dense[place]),
                    float(signals.dense_clause[place]),
                    {field: float(column[place]) for field, column in by_field.items()},
                    int(passage["start"]),
                    int(passage["end"]),
                )
                # Of two entries with one ref the nearer one speaks for it.
                best.setdefault(ref, candidate)
                if len(best) == k:
                    return list(best.values())
        return list(best.values())

    def features(self, query: str, expansion: str = "") -> tuple[list[ClauseRef], np.ndarray]:
        """What the learned model sees of every candidate: refs, and (n, features) float32 as ``ranking.FEATURES``."""
        found = self._pool.found(query, expansion, self.config.pool)
        if found is None:
            return [], np.zeros((0, len(FEATURES)), np.float32)
        return [ref for ref, _ in self._refs(found.entries)], found.signals.features()

    def search(self, query: str, k: int = 10, expansion: str = "") -> list[Hit]:
        """The ``k`` best hits, best first, ties in order of ref."""
        return [Hit(c.ref, c.score, rank, c) for rank, c in enumerate(self.candidates(query, k, expansion), start=1)]

    def close(self) -> None:
        """Lets go of the files; the snapshot answers nothing afterwards."""
        with self._lock:
            self._corpus.close()

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
