"""The store on disk: snapshots that are swapped whole, one writer at a time, readers that never see half.

home/CURRENT               the revision that readers open, replaced atomically
home/lock                  held by the one writer
home/sources/<sha256>      original bytes of every source
home/snapshots/<revision>/ manifest.json corpus.sqlite vectors.npy passages.npy offsets.npy lexical/
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from embeddings.encoder import Encoder
from embeddings.lexical import ANALYZER, LexicalIndex
from embeddings.passages import RECIPE, Entry, PassageConfig, entries_of, entry_passages
from embeddings.search import PASSAGE_DTYPE, Snapshot, Tombstone, open_corpus
from ingest.documents import Document, SourceFile

#: Raised by hand whenever a file of a snapshot changes its meaning.
FORMAT_VERSION = 1
#: What `gazette ingest` of this release writes; a snapshot that differs is read by no other release.
FORMAT = {"format_version": FORMAT_VERSION, "passages": RECIPE, "analyzer": ANALYZER}

FIELDS = ("title", "heading", "context", "body")
_TEXTS_AT_ONCE = 256
_TEMPORARY = ".tmp-"

Progress = Callable[[str, int, int], None]


class StoreError(Exception):
    """The store cannot do what was asked. The message is Chinese: what was asked, what was found, what to do.

    ``code`` is stable; ``retryable`` says whether the same call may succeed later by itself.
    """

    code = "store_failed"
    retryable = False

    def __init__(self, asked: str, found: str, advice: str):
        self.asked, self.found, self.advice = asked, found, advice
        super().__init__(f"{asked}：{found}。{advice}。")


class EmptyStore(StoreError):
    code = "empty_store"


class BrokenSnapshot(StoreError):
    code = "broken_snapshot"


class UnsupportedFormat(StoreError):
    code = "unsupported_format"


class EncoderMismatch(StoreError):
    """The snapshot was made with ``expected``; ``given`` was offered."""

    code = "encoder_mismatch"

    def __init__(self, home: Path, expected: str, given: str):
        self.expected, self.given = expected, given
        super().__init__(
            f"打开知识库 {home}",
            f"其中的向量由编码器 {expected} 生成，当前编码器是 {given}，两者的向量不能混用",
            "请重新执行 gazette ingest 以重建向量，或把 GAZETTE_ENCODER 改回原来的编码器",
        )


class StoreBusy(StoreError):
    code = "store_busy"
    retryable = True


class UnknownDocument(StoreError):
    code = "unknown_document"


@dataclass(frozen=True)
class Changes:
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
class IngestSummary:
    """What an ingest did to the sources it was given. A text that only moved on its page counts as unchanged."""

    documents: Changes
    clauses: Changes
    n_embedded: int
    revision: str
    #: Ids that more than one of the documents handed in claims; the last of them is held.
    collisions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Withdrawal:
    document_id: str
    title: str
    n_clauses: int
    withdrawn_at: str
    reason: str
    revision: str


@dataclass(frozen=True)
class _Held:
    """One document in the corpus: its record as stored and its place among its source's documents."""

    document: Document
    record: str
    place: int


@dataclass(frozen=True)
class _Corpus:
    """Everything a snapshot says, vectors aside; the revision follows from it."""

    held: Mapping[str, _Held]
    tombstones: tuple[Tombstone, ...] = ()

    @property
    def in_order(self) -> list[_Held]:
        return sorted(self.held.values(), key=lambda h: (h.document.source_path, h.place, h.document.document_id))

    @property
    def sources(self) -> dict[str, str]:
        return {h.document.source_path: h.document.source_sha256 for h in self.in_order}

    @property
    def sha256(self) -> str:
        digest = hashlib.sha256()
        for held in self.in_order:
            digest.update(f"{held.place}\n{held.record}\n".encode())
        for tombstone in self.tombstones:
            digest.update(f"{_dumps(asdict(tombstone))}\n".encode())
        return digest.hexdigest()


@dataclass(frozen=True)
class _Embedded:
    """The passages of one document: ``counts`` per entry, one record and one vector per passage."""

    counts: np.ndarray
    passages: np.ndarray
    vectors: np.ndarray


class Store:
    """Documents in, snapshots out."""

    def __init__(self, home: Path, config: PassageConfig | None = None):
        self.home = Path(home)
        self.config = config or PassageConfig()
        self._snapshots = self.home / "snapshots"
        self._sources = self.home / "sources"

    # ------------------------------------------------------------------------------------------------- reading

    def current_revision(self) -> str | None:
        """The revision that ``open`` would open, ``None`` for a store without one; reads one short file."""
        try:
            return (self.home / "CURRENT").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None

    def open(self, encoder: Encoder) -> Snapshot:
        """The current snapshot, every file verified.

        Raises:
            EmptyStore: nothing was ingested yet.
            BrokenSnapshot: a file is missing or is not the one that was written.
            UnsupportedFormat: written by an older or newer release.
            EncoderMismatch: its vectors are another encoder's.
        """
        while True:
            generation, revision = self._generation(), self.current_revision()
            if revision is None:
                raise EmptyStore(
                    f"打开知识库 {self.home}", "其中还没有任何文件", "请先执行 gazette ingest 收录公报或文件"
                )
            try:
                folder, manifest = self._verified(revision)
                if manifest["encoder_id"] != encoder.encoder_id:
                    raise EncoderMismatch(self.home, manifest["encoder_id"], encoder.encoder_id)
                return Snapshot(folder, manifest, encoder)
            except (BrokenSnapshot, OSError, sqlite3.Error):
                # A writer may have swapped and swept while the files were being opened.
                if self._generation() == generation:
                    raise

    def _generation(self) -> tuple[int, int] | None:
        """Which CURRENT this is; it differs after every swap, also where a store came back to an earlier revision."""
        try:
            status = os.stat(self.home / "CURRENT")
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns

    def source_bytes(self, sha256: str) -> bytes | None:
        """The original bytes of a source, ``None`` where they are not held."""
        path = self._sources / sha256
        return path.read_bytes() if path.is_file() else None

    def _verified(self, revision: str, only: Sequence[str] | None = None) -> tuple[Path, dict[str, Any]]:
        """The snapshot's folder and manifest, once the files named (all by default) have their recorded sha256."""
        folder = self._snapshots / revision
        asked = f"打开知识库 {self.home} 的版本 {revision}"
        advice = f"请重新执行 gazette ingest；若仍不成功，请移走 {self.home} 后重新收录，原件在 {self._sources}"
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            recorded = manifest.pop("manifest_sha256")
            found_format = manifest["format"]
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            raise BrokenSnapshot(asked, f"清单 manifest.json 缺失或损坏({error})", advice) from error
        if found_format != FORMAT:
            newer = any(value > FORMAT.get(name, 0) for name, value in found_format.items())
            found = f"它由{'更新' if newer else '更早'}的程序写成(格式 {found_format}，本程序为 {FORMAT})"
            raise UnsupportedFormat(asked, found, "请升级程序" if newer else "请重新执行 gazette ingest 以重建")
        if recorded != _sha256(_dumps(manifest).encode()) or manifest["revision"] != revision:
            raise BrokenSnapshot(asked, "清单 manifest.json 与写入时不同", advice)
        for name, sha256 in manifest["files"].items():
            if only is not None and name not in only:
                continue
            try:
                found = _file_sha256(folder / name)
            except OSError as error:
                raise BrokenSnapshot(asked, f"文件 {name} 无法读取({error})", advice) from error
            if found != sha256:
                raise BrokenSnapshot(asked, f"文件 {name} 的校验和与写入时不同", advice)
        return folder, manifest

    # ------------------------------------------------------------------------------------------------- writing

    def ingest(
        self,
        batches: Sequence[tuple[SourceFile, bytes, Sequence[Document]]],
        encoder: Encoder,
        progress: Progress | None = None,
    ) -> IngestSummary:
        """Makes the store hold these sources as they now are, everything else as it was.

        A document that its source no longer contains is deleted; one with an id already held replaces it; one that
        was withdrawn comes back. Ingesting the same again writes nothing. Passages whose text was embedded before, by
        the same encoder, keep their vectors. An empty ``batches`` brings the store to this encoder and release.

        Args:
            progress: called with a stage (``passages``, ``embed``, ``lexical``, ``write``), done and total.

        Raises:
            StoreBusy: another process is writing.
            BrokenSnapshot: the documents held cannot be read; the snapshot is left as it is.
            ValueError: the bytes are not those of their ``SourceFile``, or the encoder breaks its protocol.
        """
        for source, content, documents in batches:
            if _sha256(content) != source.sha256:
                raise ValueError(f"{source.path}: sha256 of the bytes is not {source.sha256}")
            if any((d.source_path, d.source_sha256) != (source.path, source.sha256) for d in documents):
                raise ValueError(f"{source.path}: a document names another source")
        with self._writing():
            before = self._held_corpus()
            after = _Corpus(_merged(before.held, batches), before.tombstones)
            paths = {source.path for source, *_ in batches}
            given = {d.document_id for _, _, documents in batches for d in documents}
            concerned = given | {i for i, h in before.held.items() if h.document.source_path in paths}
            embedder = _Embedder(encoder, self.config, progress)
            target = _Target(after, encoder.encoder_id, encoder.dim, self.config)
            if not self._is_current_and_whole(target.revision):
                for source, content, _ in batches:
                    self._keep_source(source.sha256, content)
                embedded = embedder.embed(before, after, self._earlier_vectors(encoder))
                self._publish(target, embedded, progress)
            return IngestSummary(
                Changes.between(_document_prints(before, concerned), _document_prints(after, concerned)),
                Changes.between(_clause_prints(before, concerned), _clause_prints(after, concerned)),
                embedder.n_embedded,
                target.revision,
                _repeated([d.document_id for _, _, documents in batches for d in documents]),
            )

    def withdraw(self, document_id: str, reason: str) -> Withdrawal:
        """Removes a document, its clauses, passages and vectors; what stays is a tombstone with time and reason.

        Earlier snapshots are deleted at once, and so are the original bytes of a source that has no document left.

        Raises:
            UnknownDocument: it is not held.
            EmptyStore, StoreBusy, BrokenSnapshot, UnsupportedFormat: as ``open`` and ``ingest``.
        """
        with self._writing():
            revision = self.current_revision()
            if revision is None:
                raise EmptyStore(f"撤下 {document_id}", "知识库中还没有任何文件", "请先执行 gazette ingest")
            _, manifest = self._verified(revision)
            before = self._held_corpus()
            if document_id not in before.held:
                advice = "请用 gazette documents 查看已收录的文件，并使用其中的编号或完整标题"
                raise UnknownDocument(f"撤下 {document_id}", "知识库中没有这份文件", advice)
            gone = before.held[document_id].document
            tombstone = Tombstone(document_id, _now(), reason)
            kept = {i: h for i, h in before.held.items() if i != document_id}
            after = _Corpus(kept, (*before.tombstones, tombstone))
            config = PassageConfig(**manifest["passage_config"])
            target = _Target(after, manifest["encoder_id"], manifest["dim"], config)
            embedded = self._embedded_by_document(revision)
            self._publish(target, {i: embedded[i] for i in kept}, None, keep_previous=False)
            return Withdrawal(
                document_id, gone.title, len(gone.clauses), tombstone.withdrawn_at, reason, target.revision
            )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Holds the lock, and sweeps what a killed writer left. The kernel frees the lock of a process that dies."""
        for folder in (self.home, self._snapshots, self._sources):
            folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.home / "lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise StoreBusy(
                f"写入知识库 {self.home}", "另一个进程正在写入", "请等它结束后再试；查询不受影响"
            ) from error
        try:
            self._put_back()
            for folder in (self.home, self._snapshots, self._sources):
                for leftover in folder.glob(f"{_TEMPORARY}*"):
                    _remove(leftover)
            yield
        finally:
            lock.release()

    def _put_back(self) -> None:
        """Undoes half a replacement: killed between moving a damaged snapshot aside and moving its repair in."""
        revision = self.current_revision()
        if revision and not (self._snapshots / revision).exists():
            with suppress(FileNotFoundError):
                os.rename(self._snapshots / f"{_TEMPORARY}old-{revision}", self._snapshots / revision)

    def _held_corpus(self) -> _Corpus:
        """The documents and tombstones of the current snapshot, also of one made with another encoder or recipe."""
        revision = self.current_revision()
        if revision is None:
            return _Corpus({})
        with suppress(UnsupportedFormat):
            self._verified(revision, only=["corpus.sqlite"])
        try:
            corpus = open_corpus(self._snapshots / revision / "corpus.sqlite")
            try:
                rows = corpus.execute("SELECT id, json, place FROM documents ORDER BY position").fetchall()
                stones = corpus.execute(
                    "SELECT document_id, withdrawn_at, reason FROM tombstones ORDER BY position"
                ).fetchall()
            finally:
                corpus.close()
            held = {i: _Held(Document.from_json(json.loads(record)), record, place) for i, record, place in rows}
        except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
            raise BrokenSnapshot(
                f"读取知识库 {self.home} 已收录的文件",
                f"corpus.sqlite 无法按本程序的格式读出({error})",
                f"请移走 {self.home} 后重新收录，原件在 {self._sources}",
            ) from error
        return _Corpus(held, tuple(Tombstone(*row) for row in stones))

    def _earlier_vectors(self, encoder: Encoder) -> dict[str, _Embedded] | None:
        """Passages and vectors by document, ``None`` where they are no use: damaged, or another encoder's or recipe's."""
        revision = self.current_revision()
        if revision is None:
            return None
        try:
            _, manifest = self._verified(revision)
        except (BrokenSnapshot, UnsupportedFormat):
            return None
        if manifest["encoder_id"] != encoder.encoder_id or manifest["passage_config"] != asdict(self.config):
            return None
        return self._embedded_by_document(revision)

    def _embedded_by_document(self, revision: str) -> dict[str, _Embedded]:
        folder = self._snapshots / revision
        vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
        passages = np.load(folder / "passages.npy", mmap_mode="r", allow_pickle=False)
        offsets = np.load(folder / "offsets.npy", allow_pickle=False)
        corpus = open_corpus(folder / "corpus.sqlite")
        try:
            spans = corpus.execute("SELECT document, min(entry), max(entry) + 1 FROM clauses GROUP BY document")
            parts = {}
            for document_id, first, last in spans:
                rows = slice(int(offsets[first]), int(offsets[last]))
                parts[document_id] = _Embedded(np.diff(offsets[first : last + 1]), passages[rows], vectors[rows])
        finally:
            corpus.close()
        nothing = _Embedded(np.zeros(0, np.int64), passages[:0], vectors[:0])
        return _Defaulting(parts, nothing)

    def _is_current_and_whole(self, revision: str) -> bool:
        if self.current_revision() != revision:
            return False
        try:
            self._verified(revision)
        except StoreError:
            return False
        return True

    def _keep_source(self, sha256: str, content: bytes) -> None:
        path = self._sources / sha256
        if path.is_file() and _file_sha256(path) == sha256:
            return
        _replace_file(path, content)

    def _publish(
        self,
        target: _Target,
        embedded: Mapping[str, _Embedded],
        progress: Progress | None,
        *,
        keep_previous: bool = True,
    ) -> None:
        """Writes the snapshot beside the others, renames it into place, then points CURRENT at it and sweeps."""
        previous = self.current_revision()
        final = self._snapshots / target.revision
        working = self._snapshots / f"{_TEMPORARY}{target.revision}"
        working.mkdir()
        _write_snapshot(working, target, embedded, progress)
        if final.exists():
            # Of the same revision: a killed writer's, an earlier one's (A, B, A again), or damaged. Ours is whole.
            os.rename(final, self._snapshots / f"{_TEMPORARY}old-{target.revision}")
        os.rename(working, final)
        _sync(self._snapshots)
        _replace_file(self.home / "CURRENT", f"{target.revision}\n".encode())
        self._sweep({target.revision, *([previous] if previous and keep_previous else [])})

    def _sweep(self, kept: set[str]) -> None:
        """Deletes snapshots that no reader is about to open and sources that no kept snapshot names."""
        sources: set[str] = set()
        for folder in self._snapshots.iterdir():
            if folder.name not in kept:
                _remove(folder)
                continue
            # A previous snapshot that cannot be read names no source; it is not needed for anything else either.
            with suppress(OSError, ValueError, KeyError):
                manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
                sources.update(manifest["sources"].values())
        for path in self._sources.iterdir():
            if path.name not in sources:
                _remove(path)


class _Defaulting(dict[str, _Embedded]):
    """A document without clauses has no rows in the corpus, and no passages."""

    def __init__(self, parts: Mapping[str, _Embedded], nothing: _Embedded):
        super().__init__(parts)
        self._nothing = nothing

    def __missing__(self, document_id: str) -> _Embedded:
        return self._nothing


class _Target:
    """The snapshot to be written: a corpus, an encoder's identity, a passage config, and the revision they make."""

    def __init__(self, corpus: _Corpus, encoder_id: str, dim: int, config: PassageConfig):
        self.corpus, self.encoder_id, self.dim, self.config = corpus, encoder_id, dim, config
        self.corpus_hash = corpus.sha256
        made_from = {
            "corpus_hash": self.corpus_hash,
            "encoder_id": encoder_id,
            "dim": dim,
            "passage_config": asdict(config),
            "format": FORMAT,
        }
        self.revision = _sha256(_dumps(made_from).encode())[:16]


class _Embedder:
    """Documents become passages and vectors; a text is embedded once, and not again while encoder and recipe stay."""

    def __init__(self, encoder: Encoder, config: PassageConfig, progress: Progress | None):
        self._encoder, self._config = encoder, config
        self._progress = progress or (lambda stage, done, total: None)
        self.n_embedded = 0

    def embed(self, before: _Corpus, after: _Corpus, earlier: Mapping[str, _Embedded] | None) -> dict[str, _Embedded]:
        result: dict[str, _Embedded] = {}
        drafts: dict[str, tuple[np.ndarray, np.ndarray, list[str]]] = {}
        for done, (document_id, held) in enumerate(sorted(after.held.items()), start=1):
            old = before.held.get(document_id)
            if earlier is not None and old is not None and old.record == held.record:
                result[document_id] = earlier[document_id]
            else:
                drafts[document_id] = self._draft(held.document)
            self._progress("passages", done, len(after.held))
        known: dict[bytes, np.ndarray] = {}
        if drafts and earlier:
            for part in earlier.values():
                known.update(zip(_digests(part.passages), part.vectors, strict=True))
        texts: dict[bytes, str] = {}
        for _, passages, passage_texts in drafts.values():
            for digest, text in zip(_digests(passages), passage_texts, strict=True):
                if digest not in known:
                    texts.setdefault(digest, text)
        known.update(zip(texts, self._vectors(list(texts.values())), strict=True))
        for document_id, (counts, passages, _) in drafts.items():
            vectors = np.empty((len(passages), self._encoder.dim), dtype=np.float32)
            for row, digest in enumerate(_digests(passages)):
                vectors[row] = known[digest]
            result[document_id] = _Embedded(counts, passages, vectors)
        return result

    def _draft(self, document: Document) -> tuple[np.ndarray, np.ndarray, list[str]]:
        counts, records, texts = [], [], []
        for entry in _sorted_entries(document):
            passages = list(entry_passages(entry, self._encoder.count_tokens, self._config))
            counts.append(len(passages))
            for passage in passages:
                digest = np.frombuffer(hashlib.sha256(passage.text.encode()).digest(), dtype=np.uint8)
                records.append((passage.start, passage.end, digest))
                texts.append(passage.text)
        return np.array(counts, dtype=np.int64), np.array(records, dtype=PASSAGE_DTYPE), texts

    def _vectors(self, texts: list[str]) -> np.ndarray:
        """(n, dim) float32.

        Raises:
            ValueError: the encoder gave another shape, or numbers that are none.
        """
        vectors = np.empty((len(texts), self._encoder.dim), dtype=np.float32)
        for first in range(0, len(texts), _TEXTS_AT_ONCE):
            some = texts[first : first + _TEXTS_AT_ONCE]
            rows = np.asarray(self._encoder.encode_passages(some))
            if rows.shape != (len(some), self._encoder.dim) or not np.isfinite(rows).all():
                raise ValueError(f"{self._encoder.encoder_id} gave {rows.shape} for {len(some)} texts, or not numbers")
            vectors[first : first + len(some)] = rows
            self.n_embedded += len(some)
            self._progress("embed", self.n_embedded, len(texts))
        return vectors


# ------------------------------------------------------------------------------------------- writing one snapshot


def _write_snapshot(
    folder: Path, target: _Target, embedded: Mapping[str, _Embedded], progress: Progress | None
) -> None:
    """Every file of a snapshot, flushed to disk, the manifest last."""
    entries = {i: _sorted_entries(target.corpus.held[i].document) for i in sorted(target.corpus.held)}
    _write_vectors(folder, [embedded[i] for i in entries], target.dim)
    every = [entry for part in entries.values() for entry in part]
    LexicalIndex.build({field: [getattr(e, field) for e in every] for field in FIELDS}, progress).save(
        folder / "lexical"
    )
    _write_corpus(folder / "corpus.sqlite", target.corpus, every)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sha256s = {}
    for done, path in enumerate(files, start=1):
        _sync(path)
        sha256s[path.relative_to(folder).as_posix()] = _file_sha256(path)
        if progress:
            progress("write", done, len(files))
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "revision": target.revision,
        "created_at": _now(),
        "encoder_id": target.encoder_id,
        "dim": target.dim,
        "passage_config": asdict(target.config),
        "corpus_hash": target.corpus_hash,
        "counts": {
            "documents": len(entries),
            "clauses": sum(e.kind == "clause" for e in every),
            "rows": sum(e.kind == "row" for e in every),
            "passages": sum(len(embedded[i].passages) for i in entries),
        },
        "sources": target.corpus.sources,
        "files": sha256s,
    }
    manifest["manifest_sha256"] = _sha256(_dumps(manifest).encode())
    _replace_file(folder / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    for path in folder.rglob("*"):
        if path.is_dir():
            _sync(path)
    _sync(folder)


def _write_vectors(folder: Path, parts: Sequence[_Embedded], dim: int) -> None:
    counts = np.concatenate([np.zeros(1, np.int64), *(part.counts for part in parts)])
    np.save(folder / "offsets.npy", np.cumsum(counts), allow_pickle=False)
    passages = np.concatenate([np.empty(0, PASSAGE_DTYPE), *(part.passages for part in parts)])
    np.save(folder / "passages.npy", passages, allow_pickle=False)
    with open(folder / "vectors.npy", "wb") as file:
        shape = (len(passages), dim)
        np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": shape})
        for part in parts:
            file.write(np.ascontiguousarray(part.vectors, dtype="<f4").tobytes())


def _write_corpus(path: Path, corpus: _Corpus, entries: Sequence[Entry]) -> None:
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


def _sorted_entries(document: Document) -> list[Entry]:
    """Entries in order of ref, so that the number of an entry decides ties between hits."""
    return sorted(entries_of(document), key=lambda entry: entry.ref.path.sort_key)


def _digests(passages: np.ndarray) -> list[bytes]:
    return [row.tobytes() for row in passages["sha256"]]


# --------------------------------------------------------------------------------------------- comparing corpora


def _merged(
    held: Mapping[str, _Held], batches: Sequence[tuple[SourceFile, bytes, Sequence[Document]]]
) -> dict[str, _Held]:
    paths = {source.path for source, *_ in batches}
    merged = {i: h for i, h in held.items() if h.document.source_path not in paths}
    for _, _, documents in batches:
        for place, document in enumerate(documents):
            merged[document.document_id] = _Held(document, _dumps(document.to_json()), place)
    return merged


def _document_prints(corpus: _Corpus, ids: set[str]) -> dict[str, str]:
    return {i: _dumps(_unplaced(json.loads(h.record))) for i, h in corpus.held.items() if i in ids}


def _clause_prints(corpus: _Corpus, ids: set[str]) -> dict[tuple[str, str, int], str]:
    prints: dict[tuple[str, str, int], str] = {}
    for document_id in ids & corpus.held.keys():
        for clause in corpus.held[document_id].document.clauses:
            nth = 0
            while (key := (document_id, str(clause.path), nth)) in prints:
                nth += 1
            prints[key] = _dumps([clause.label, clause.heading, clause.chapter, clause.text])
    return prints


def _unplaced(record: Any) -> Any:
    """The record without where it was printed: offsets and source."""
    if isinstance(record, dict):
        return {k: _unplaced(v) for k, v in record.items() if k not in ("start", "end", "source")}
    return [_unplaced(value) for value in record] if isinstance(record, list) else record


def _repeated(ids: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({i for i in ids if ids.count(i) > 1}))


# ---------------------------------------------------------------------------------------------------------- files


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _file_sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Flushes a file or, where the system allows it, a folder's entries to disk."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _replace_file(path: Path, content: bytes) -> None:
    """Puts ``content`` at ``path`` so that a crash leaves the old file or the new one."""
    working = path.with_name(f"{_TEMPORARY}{path.name}")
    with open(working, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(working, path)
    _sync(path.parent)


def _remove(path: Path) -> None:
    """Deletes a file or folder; what a system refuses to delete while it is open is left for the next writer."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
