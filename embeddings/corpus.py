"""The documents that a store holds: their order and hash, what an ingest makes of them, what it changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from embeddings.passages import Entry, entries_of
from embeddings.search import Tombstone
from ingest.documents import Document, SourceFile

#: One source: its file, its bytes, and every document read from it, in printed order.
Batch = tuple[SourceFile, bytes, Sequence[Document]]


@dataclass(frozen=True)
class Changes:
    """How many of something an ingest created, updated, deleted and left as they were."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0

    @classmethod
    def between(cls, before: Mapping[Any, str], after: Mapping[Any, str]) -> Changes:
        """Counts by key; a value is a fingerprint of what a person would call the content."""
        both = before.keys() & after.keys()
        same = sum(before[key] == after[key] for key in both)
        return cls(len(after) - len(both), len(both) - same, len(before) - len(both), same)


@dataclass(frozen=True)
class HeldDocument:
    """One document in the corpus: its record as stored and its place among its source's documents.

    The record is read only where somebody asks for the ``document``: an ingest leaves most of them alone.
    """

    document_id: str
    source_path: str
    source_sha256: str
    place: int
    record: str

    @classmethod
    def of(cls, document: Document, place: int) -> HeldDocument:
        """The document as it will be stored."""
        record = canonical_json(document.to_json())
        return cls(document.document_id, document.source_path, document.source_sha256, place, record)

    @cached_property
    def document(self) -> Document:
        """The document that the record describes.

        Raises:
            KeyError, ValueError, TypeError: the record is damaged or of another format.
        """
        return Document.from_json(json.loads(self.record))


@dataclass(frozen=True)
class Corpus:
    """Everything a snapshot says, vectors aside; the revision follows from it. ``held`` is keyed by document id."""

    held: Mapping[str, HeldDocument]
    tombstones: tuple[Tombstone, ...] = ()

    @property
    def in_order(self) -> list[HeldDocument]:
        """Every document, in order of source path and place in the source."""
        return sorted(self.held.values(), key=lambda h: (h.source_path, h.place, h.document_id))

    @property
    def sources(self) -> dict[str, str]:
        """The sha256 of every source that has a document here, by path."""
        return {h.source_path: h.source_sha256 for h in self.in_order}

    @property
    def sha256(self) -> str:
        """64 hex digits over documents and tombstones; equal corpora have equal ones, however they came about."""
        digest = hashlib.sha256()
        for held in self.in_order:
            digest.update(f"{held.place}\n{held.record}\n".encode())
        for tombstone in self.tombstones:
            digest.update(f"{canonical_json(asdict(tombstone))}\n".encode())
        return digest.hexdigest()

    def with_batches(self, batches: Sequence[Batch]) -> Corpus:
        """The corpus once these sources are as given: what they no longer contain is gone, an id given again is replaced."""
        paths = {source.path for source, *_ in batches}
        held = {i: h for i, h in self.held.items() if h.source_path not in paths}
        for _, _, documents in batches:
            for place, document in enumerate(documents):
                held[document.document_id] = HeldDocument.of(document, place)
        return Corpus(held, self.tombstones)

    def without(self, document_id: str, tombstone: Tombstone) -> Corpus:
        """The corpus once a document is withdrawn, its tombstone the latest."""
        return Corpus({i: h for i, h in self.held.items() if i != document_id}, (*self.tombstones, tombstone))


def canonical_json(value: Any) -> str:
    """JSON in one line, keys sorted, Chinese readable: equal values have equal texts, so it can be hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sorted_entries(document: Document) -> list[Entry]:
    """Entries in order of ref, so that the number of an entry decides ties between hits."""
    return sorted(entries_of(document), key=lambda entry: entry.ref.path.sort_key)


def concerned_ids(before: Corpus, batches: Sequence[Batch]) -> set[str]:
    """Ids that an ingest of these sources may change: those given and those held from the same sources."""
    paths = {source.path for source, *_ in batches}
    given = {d.document_id for _, _, documents in batches for d in documents}
    return given | {i for i, h in before.held.items() if h.source_path in paths}


def repeated_ids(batches: Sequence[Batch]) -> tuple[str, ...]:
    """Ids that more than one of the documents given claims, sorted."""
    ids = [d.document_id for _, _, documents in batches for d in documents]
    return tuple(sorted({i for i in ids if ids.count(i) > 1}))


def document_changes(before: Corpus, after: Corpus, ids: set[str]) -> Changes:
    """What became of the documents with these ids; one that only moved on its page is unchanged."""
    return Changes.between(_document_prints(before, ids), _document_prints(after, ids))


def clause_changes(before: Corpus, after: Corpus, ids: set[str]) -> Changes:
    """What became of the clauses of the documents with these ids; one that only moved on its page is unchanged."""
    return Changes.between(_clause_prints(before, ids), _clause_prints(after, ids))


def _document_prints(corpus: Corpus, ids: set[str]) -> dict[str, str]:
    return {i: canonical_json(_unplaced(json.loads(h.record))) for i, h in corpus.held.items() if i in ids}


def _clause_prints(corpus: Corpus, ids: set[str]) -> dict[tuple[str, str, int], str]:
    """By document, path and how often that path came before: a label that a document prints twice is two clauses."""
    prints: dict[tuple[str, str, int], str] = {}
    for document_id in ids & corpus.held.keys():
        for clause in corpus.held[document_id].document.clauses:
            nth = 0
            while (key := (document_id, str(clause.path), nth)) in prints:
                nth += 1
            prints[key] = canonical_json([clause.label, clause.heading, clause.chapter, clause.text])
    return prints


def _unplaced(record: Any) -> Any:
    """The record without where it was printed: offsets and source."""
    if isinstance(record, dict):
        return {k: _unplaced(v) for k, v in record.items() if k not in ("start", "end", "source")}
    return [_unplaced(value) for value in record] if isinstance(record, list) else record
