"""The files of one snapshot: written, verified, read back.

manifest.json corpus.sqlite vectors.npy passages.npy offsets.npy entries.npy documents.npy titles.npy lexical/, and vectors.faiss of a large one
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from embeddings.corpus import Corpus, HeldDocument, canonical_json
from embeddings.durable_files import bytes_sha256, file_sha256, replace_file, sync
from embeddings.errors import BrokenSnapshot, UnsupportedFormat
from embeddings.index import EXACT_UP_TO, VectorIndex, compressed, recall_of
from embeddings.indexing import FIELDS, EntryRow, IndexedDocument, Progress, cited_name
from embeddings.lexical import LexicalIndex, TermCounts
from embeddings.passages import RECIPE, PassageConfig, title_kind
from embeddings.pool import DOCUMENT_DTYPE, ENTRY_DTYPE, FIELD_WEIGHTS, PASSAGE_DTYPE
from embeddings.search import Tombstone, open_corpus
from embeddings.terms import ANALYZER

#: Raised by hand whenever a file of a snapshot changes its meaning.
FORMAT_VERSION = 3
#: What `gazette ingest` of this release writes; a snapshot that differs is read by no other release.
FORMAT = {"format_version": FORMAT_VERSION, "passages": RECIPE, "analyzer": ANALYZER}
_REBUILD = "请用 gazette ingest 导入任一文件以重建,已收录的文件都会保留;把原件再导入一次,可得到新读出的内容"


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
    folder: Path, plan: SnapshotPlan, indexed: Mapping[str, IndexedDocument], progress: Progress | None
) -> None:
    """Puts every file of a snapshot into an empty folder, flushed to disk, the manifest last.

    Raises:
        ValueError: two entries have one id.
    """
    parts = {i: indexed[i] for i in sorted(plan.corpus.held)}
    _write_vectors(folder, list(parts.values()), plan.dim)
    _write_entries(folder, list(parts.values()))
    _write_documents(folder, list(parts.values()), plan.dim)
    spans = [(part.terms, part.first, part.first + len(part.rows)) for part in parts.values()]
    LexicalIndex.build(TermCounts.joined(spans, FIELDS), FIELD_WEIGHTS).save(folder / "lexical")
    if progress:
        progress("lexical", 1, 1)
    _write_corpus(folder / "corpus.sqlite", plan.corpus, parts)
    recall = _write_approximate(folder)
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
            "documents": len(parts),
            "clauses": sum(row.kind == "clause" for part in parts.values() for row in part.rows),
            "rows": sum(row.kind == "row" for part in parts.values() for row in part.rows),
            "passages": sum(len(part.passages) for part in parts.values()),
        },
        "vector_search": {"kind": "exact" if recall is None else "approximate", "recall_at_100": recall},
        "sources": plan.corpus.sources,
        "files": sha256s,
    }
    manifest["manifest_sha256"] = bytes_sha256(canonical_json(manifest).encode())
    replace_file(folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    for path in folder.rglob("*"):
        if path.is_dir():
            sync(path)
    sync(folder)


def _write_vectors(folder: Path, parts: Sequence[IndexedDocument], dim: int) -> None:
    counts = np.concatenate([np.zeros(1, np.int64), *(part.counts for part in parts)])
    np.save(folder / "offsets.npy", np.cumsum(counts), allow_pickle=False)
    passages = np.concatenate([np.empty(0, PASSAGE_DTYPE), *(part.passages for part in parts)])
    np.save(folder / "passages.npy", passages, allow_pickle=False)
    with open(folder / "vectors.npy", "wb") as file:
        shape = (len(passages), dim)
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": shape})
        for part in parts:
            file.write(np.ascontiguousarray(part.vectors, dtype="<f4").tobytes())


def _write_approximate(folder: Path) -> float | None:
    """Above `EXACT_UP_TO` passages an approximate index beside the vectors; its recall against exact search."""
    vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    if len(vectors) <= EXACT_UP_TO:
        return None
    index = compressed(vectors)
    faiss.write_index(index, str(folder / "vectors.faiss"))
    return round(recall_of(VectorIndex(vectors, index)), 4)


def _write_entries(folder: Path, parts: Sequence[IndexedDocument]) -> None:
    """What ranking knows of every entry without its text; see ``ENTRY_DTYPE``."""
    entries = np.zeros(sum(len(part.rows) for part in parts), dtype=ENTRY_DTYPE)
    at = 0
    for number, part in enumerate(parts):
        places: dict[str, int] = {}
        for n, row in enumerate(part.rows):
            places.setdefault(row.path, at + n)
        for n, row in enumerate(part.rows):
            above = row.path.rpartition("/")[0]
            parent = places.get(above, -1) if above else -1
            entries[at + n] = (
                row.entry_id, number, parent, 0, min(255, row.path.count("/")), row.kind == "row", row.offers,
            )  # fmt: skip
            if parent >= 0:
                entries["children"][parent] += 1
        at += len(part.rows)
    if len(np.unique(entries["id"])) < len(entries):
        raise ValueError("two entries have one id")
    np.save(folder / "entries.npy", entries, allow_pickle=False)


def _write_documents(folder: Path, parts: Sequence[IndexedDocument], dim: int) -> None:
    """What ranking knows of every document, see ``DOCUMENT_DTYPE``, and (documents, dim) vectors of the titles."""
    cited: Counter[str] = Counter()
    for part in parts:
        cited.update(part.cited)
    documents, first = np.zeros(len(parts), dtype=DOCUMENT_DTYPE), 0
    for number, part in enumerate(parts):
        name = cited_name(part.title)
        # What a document says of itself makes no authority.
        documents[number] = (first, len(part.rows), cited[name] - part.cited.get(name, 0), title_kind(part.title))
        first += len(part.rows)
    np.save(folder / "documents.npy", documents, allow_pickle=False)
    titles = np.array([part.title_vector for part in parts], dtype=np.float32).reshape(len(parts), dim)
    np.save(folder / "titles.npy", titles, allow_pickle=False)


def _write_corpus(path: Path, corpus: Corpus, parts: Mapping[str, IndexedDocument]) -> None:
    connection = sqlite3.connect(path)
    try:
        # No journal: the file is nobody's until it is whole and renamed into place.
        connection.executescript("""
            PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            CREATE TABLE documents (id TEXT PRIMARY KEY, position INTEGER, place INTEGER, source_path TEXT, json TEXT);
            CREATE TABLE clauses (
                entry INTEGER PRIMARY KEY, document TEXT, path TEXT, kind TEXT, text TEXT, id INTEGER, offers INTEGER
            );
            CREATE TABLE tombstones (position INTEGER PRIMARY KEY, document_id TEXT, withdrawn_at TEXT, reason TEXT);
            CREATE TABLE sources (path TEXT PRIMARY KEY, sha256 TEXT);
            CREATE TABLE titles (document TEXT PRIMARY KEY, title TEXT, cited TEXT);
        """)
        connection.executemany(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?)",
            ((h.document_id, position, h.place, h.source_path, h.record) for position, h in enumerate(corpus.in_order)),
        )
        connection.executemany(
            "INSERT INTO clauses VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (n, document_id, row.path, row.kind, row.text, row.entry_id, row.offers)
                for n, (document_id, row) in enumerate((i, row) for i, part in parts.items() for row in part.rows)
            ),
        )
        connection.executemany(
            "INSERT INTO tombstones VALUES (?, ?, ?, ?)",
            ((n, t.document_id, t.withdrawn_at, t.reason) for n, t in enumerate(corpus.tombstones)),
        )
        connection.executemany("INSERT INTO sources VALUES (?, ?)", corpus.sources.items())
        connection.executemany(
            "INSERT INTO titles VALUES (?, ?, ?)",
            ((i, part.title, canonical_json(part.cited)) for i, part in parts.items()),
        )
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
    """The documents and tombstones of the snapshot in ``folder``, also of one that an earlier release wrote.

    Raises:
        sqlite3.Error: ``corpus.sqlite`` is damaged or of another format.
    """
    corpus = open_corpus(folder / "corpus.sqlite")
    try:
        rows = corpus.execute(
            "SELECT id, source_path, sha256, place, json FROM documents JOIN sources ON sources.path = source_path "
            "ORDER BY position"
        ).fetchall()
        stones = corpus.execute("SELECT document_id, withdrawn_at, reason FROM tombstones ORDER BY position").fetchall()
    finally:
        corpus.close()
    return Corpus({row[0]: HeldDocument(*row) for row in rows}, tuple(Tombstone(*row) for row in stones))


def read_indexed(folder: Path) -> dict[str, IndexedDocument]:
    """What the snapshot in ``folder`` holds by document, arrays memory-mapped."""
    titles = np.load(folder / "titles.npy", allow_pickle=False)
    vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    passages = np.load(folder / "passages.npy", mmap_mode="r", allow_pickle=False)
    offsets = np.load(folder / "offsets.npy", allow_pickle=False)
    terms = LexicalIndex.load(folder / "lexical").counts
    corpus = open_corpus(folder / "corpus.sqlite")
    try:
        listed = corpus.execute("SELECT document, id, path, kind, text, offers FROM clauses ORDER BY entry").fetchall()
        named = corpus.execute("SELECT document, title, cited FROM titles ORDER BY document").fetchall()
    finally:
        corpus.close()
    rows_of: dict[str, list[EntryRow]] = {}
    for document_id, *row in listed:
        rows_of.setdefault(document_id, []).append(EntryRow(*row))
    parts, first = {}, 0
    # Documents are numbered in order of their ids, entries in order of document.
    for number, (document_id, title, cited) in enumerate(named):
        rows = rows_of.get(document_id, [])
        last = first + len(rows)
        span = slice(int(offsets[first]), int(offsets[last]))
        parts[document_id] = IndexedDocument(
            title, titles[number], json.loads(cited), rows, np.diff(offsets[first : last + 1]), passages[span],
            vectors[span], terms, first,
        )  # fmt: skip
        first = last
    return parts
