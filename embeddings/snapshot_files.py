"""The files of one snapshot: written, verified, read back.

manifest.json corpus.sqlite vectors.npy passages.npy offsets.npy lexical/
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from embeddings.corpus import Corpus, HeldDocument, canonical_json, sorted_entries
from embeddings.durable_files import bytes_sha256, file_sha256, replace_file, sync
from embeddings.errors import BrokenSnapshot, UnsupportedFormat
from embeddings.lexical import ANALYZER, LexicalIndex
from embeddings.passage_vectors import EmbeddedDocument, Progress
from embeddings.passages import RECIPE, Entry, PassageConfig
from embeddings.search import PASSAGE_DTYPE, Tombstone, open_corpus
from ingest.documents import Document

#: Raised by hand whenever a file of a snapshot changes its meaning.
FORMAT_VERSION = 2
#: What `gazette ingest` of this release writes; a snapshot that differs is read by no other release.
FORMAT = {"format_version": FORMAT_VERSION, "passages": RECIPE, "analyzer": ANALYZER}
_REBUILD = "请用 gazette ingest 导入任一文件以重建,已收录的文件都会保留;把原件再导入一次,可得到新读出的内容"
#: Fields of an entry that the lexical index reads.
FIELDS = ("title", "heading", "context", "body")


class SnapshotPlan:
    """The snapshot to be written: a corpus, an encoder's identity, a passage config, and the revision they make."""

    def __init__(self, corpus: Corpus, encoder_id: str, dim: int, config: PassageConfig):
        self.corpus, self.encoder_id, self.dim, self.config = corpus, encoder_id, dim, config
        self.corpus_hash = corpus.sha256
        made_from = {
            "corpus_hash": self.corpus_hash,
            "encoder_id": encoder_id,
            "dim": dim,
            "passage_config": asdict(config),
            "format": FORMAT,
        }
        self.revision = bytes_sha256(canonical_json(made_from).encode())[:16]


def timestamp() -> str:
    """The time now, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


# ----------------------------------------------------------------------------------------------------------- writing


def write_snapshot(
    folder: Path, plan: SnapshotPlan, embedded: Mapping[str, EmbeddedDocument], progress: Progress | None
) -> None:
    """Puts every file of a snapshot into an empty folder, flushed to disk, the manifest last."""
    entries = {i: sorted_entries(plan.corpus.held[i].document) for i in sorted(plan.corpus.held)}
    _write_vectors(folder, [embedded[i] for i in entries], plan.dim)
    every = [entry for part in entries.values() for entry in part]
    LexicalIndex.build({field: [getattr(e, field) for e in every] for field in FIELDS}, progress).save(
        folder / "lexical"
    )
    _write_corpus(folder / "corpus.sqlite", plan.corpus, every)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sha256s = {}
    for done, path in enumerate(files, start=1):
        sync(path)
        sha256s[path.relative_to(folder).as_posix()] = file_sha256(path)
        if progress:
            progress("write", done, len(files))
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "revision": plan.revision,
        "created_at": timestamp(),
        "encoder_id": plan.encoder_id,
        "dim": plan.dim,
        "passage_config": asdict(plan.config),
        "corpus_hash": plan.corpus_hash,
        "counts": {
            "documents": len(entries),
            "clauses": sum(e.kind == "clause" for e in every),
            "rows": sum(e.kind == "row" for e in every),
            "passages": sum(len(embedded[i].passages) for i in entries),
        },
        "sources": plan.corpus.sources,
        "files": sha256s,
    }
    manifest["manifest_sha256"] = bytes_sha256(canonical_json(manifest).encode())
    replace_file(folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    for path in folder.rglob("*"):
        if path.is_dir():
            sync(path)
    sync(folder)


def _write_vectors(folder: Path, parts: Sequence[EmbeddedDocument], dim: int) -> None:
    counts = np.concatenate([np.zeros(1, np.int64), *(part.counts for part in parts)])
    np.save(folder / "offsets.npy", np.cumsum(counts), allow_pickle=False)
    passages = np.concatenate([np.empty(0, PASSAGE_DTYPE), *(part.passages for part in parts)])
    np.save(folder / "passages.npy", passages, allow_pickle=False)
    with open(folder / "vectors.npy", "wb") as file:
        shape = (len(passages), dim)
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": shape})
        for part in parts:
            file.write(np.ascontiguousarray(part.vectors, dtype="<f4").tobytes())


def _write_corpus(path: Path, corpus: Corpus, entries: Sequence[Entry]) -> None:
    connection = sqlite3.connect(path)
    try:
        # No journal: the file is nobody's until it is whole and renamed into place.
        connection.executescript("""
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            CREATE TABLE documents (id TEXT PRIMARY KEY, position INTEGER, place INTEGER, source_path TEXT, json TEXT);
            CREATE TABLE clauses (entry INTEGER PRIMARY KEY, document TEXT, path TEXT, kind TEXT, text TEXT);
            CREATE TABLE tombstones (position INTEGER PRIMARY KEY, document_id TEXT, withdrawn_at TEXT, reason TEXT);
            CREATE TABLE sources (path TEXT PRIMARY KEY, sha256 TEXT);
        """)
        connection.executemany(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?)",
            (
                (h.document.document_id, position, h.place, h.document.source_path, h.record)
                for position, h in enumerate(corpus.in_order)
            ),
        )
        connection.executemany(
            "INSERT INTO clauses VALUES (?, ?, ?, ?, ?)",
            ((n, e.ref.document, str(e.ref.path), e.kind, e.body) for n, e in enumerate(entries)),
        )
        connection.executemany(
            "INSERT INTO tombstones VALUES (?, ?, ?, ?)",
            ((n, t.document_id, t.withdrawn_at, t.reason) for n, t in enumerate(corpus.tombstones)),
        )
        connection.executemany("INSERT INTO sources VALUES (?, ?)", corpus.sources.items())
        connection.commit()
    finally:
        connection.close()


# ----------------------------------------------------------------------------------------------------------- reading


def verified_manifest(folder: Path, asked: str, advice: str, only: Sequence[str] | None = None) -> dict[str, Any]:
    """The manifest of the snapshot in ``folder``, once the files named (all by default) have their recorded sha256.

    Args:
        asked: What the caller was asked to do, the first part of an error's message.
        advice: What to do about a broken snapshot, its last part.

    Raises:
        BrokenSnapshot: a file is missing or is not the one that was written.
        UnsupportedFormat: written by an older or newer release.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        recorded = manifest.pop("manifest_sha256")
        found_format = manifest["format"]
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise BrokenSnapshot(asked, f"清单 manifest.json 缺失或损坏({error})", advice) from error
    if found_format != FORMAT:
        newer = any(value > FORMAT.get(name, 0) for name, value in found_format.items())
        found = f"它由{'更新' if newer else '更早'}的程序写成(格式 {found_format}，本程序为 {FORMAT})"
        raise UnsupportedFormat(asked, found, "请升级程序" if newer else _REBUILD)
    if recorded != bytes_sha256(canonical_json(manifest).encode()) or manifest["revision"] != folder.name:
        raise BrokenSnapshot(asked, "清单 manifest.json 与写入时不同", advice)
    for name, sha256 in manifest["files"].items():
        if only is not None and name not in only:
            continue
        try:
            found = file_sha256(folder / name)
        except OSError as error:
            raise BrokenSnapshot(asked, f"文件 {name} 无法读取({error})", advice) from error
        if found != sha256:
            raise BrokenSnapshot(asked, f"文件 {name} 的校验和与写入时不同", advice)
    return dict(manifest)


def read_corpus(folder: Path) -> Corpus:
    """The documents and tombstones of the snapshot in ``folder``.

    Raises:
        sqlite3.Error, ValueError, KeyError, TypeError: ``corpus.sqlite`` is damaged or of another format.
    """
    corpus = open_corpus(folder / "corpus.sqlite")
    try:
        rows = corpus.execute("SELECT id, json, place FROM documents ORDER BY position").fetchall()
        stones = corpus.execute("SELECT document_id, withdrawn_at, reason FROM tombstones ORDER BY position").fetchall()
    finally:
        corpus.close()
    held = {i: HeldDocument(Document.from_json(json.loads(record)), record, place) for i, record, place in rows}
    return Corpus(held, tuple(Tombstone(*row) for row in stones))


def read_embedded(folder: Path) -> dict[str, EmbeddedDocument]:
    """Passages and vectors of the snapshot in ``folder`` by document, memory-mapped; an unknown id has none."""
    vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    passages = np.load(folder / "passages.npy", mmap_mode="r", allow_pickle=False)
    offsets = np.load(folder / "offsets.npy", allow_pickle=False)
    corpus = open_corpus(folder / "corpus.sqlite")
    try:
        spans = corpus.execute("SELECT document, min(entry), max(entry) + 1 FROM clauses GROUP BY document")
        parts = {}
        for document_id, first, last in spans:
            rows = slice(int(offsets[first]), int(offsets[last]))
            parts[document_id] = EmbeddedDocument(np.diff(offsets[first : last + 1]), passages[rows], vectors[rows])
    finally:
        corpus.close()
    return _Defaulting(parts, EmbeddedDocument(np.zeros(0, np.int64), passages[:0], vectors[:0]))


class _Defaulting(dict[str, EmbeddedDocument]):
    """A document without clauses has no rows in the corpus, and no passages."""

    def __init__(self, parts: Mapping[str, EmbeddedDocument], nothing: EmbeddedDocument):
        super().__init__(parts)
        self._nothing = nothing

    def __missing__(self, document_id: str) -> EmbeddedDocument:
        return self._nothing
