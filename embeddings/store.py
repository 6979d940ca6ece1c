"""The store: documents in, snapshots out. ``store_folder.py`` swaps them whole, ``snapshot_files.py`` writes one."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from embeddings.corpus import (
    Batch,
    Changes,
    Corpus,
    clause_changes,
    concerned_ids,
    document_changes,
    repeated_ids,
)
from embeddings.durable_files import bytes_sha256
from embeddings.encoder import Encoder
from embeddings.errors import (
    BrokenSnapshot,
    EmptyStore,
    EncoderMismatch,
    StoreBusy,
    StoreError,
    UnknownDocument,
    UnsupportedFormat,
)
from embeddings.indexing import IndexedDocument, Indexer, Progress
from embeddings.passages import PassageConfig
from embeddings.search import SearchConfig, Snapshot, Tombstone
from embeddings.snapshot_files import SnapshotPlan, read_corpus, read_indexed, timestamp
from embeddings.store_folder import StoreFolder

#: Errors and results come from here too, so that who uses a store needs one import.
__all__ = [
    "Batch",
    "BrokenSnapshot",
    "Changes",
    "EmptyStore",
    "EncoderMismatch",
    "IngestSummary",
    "Progress",
    "Store",
    "StoreBusy",
    "StoreError",
    "UnknownDocument",
    "UnsupportedFormat",
    "Withdrawal",
]


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
    """What a withdrawal removed, when (ISO 8601, UTC) and why."""

    document_id: str
    title: str
    n_clauses: int
    withdrawn_at: str
    reason: str
    revision: str


class Store:
    """Documents in, snapshots out."""

    def __init__(self, home: Path, config: PassageConfig | None = None):
        self.home = Path(home)
        self.config = config or PassageConfig()
        self._folder = StoreFolder(self.home)

    def current_revision(self) -> str | None:
        """The revision that ``open`` would open, ``None`` for a store without one; reads one short file."""
        return self._folder.current_revision()

    def snapshot_folder(self) -> Path | None:
        """Where the files of the current snapshot lie, ``None`` for a store without one."""
        revision = self.current_revision()
        return self._folder.snapshot(revision) if revision else None

    def source_bytes(self, sha256: str) -> bytes | None:
        """The original bytes of a source, ``None`` where they are not held."""
        return self._folder.source_bytes(sha256)

    def open(self, encoder: Encoder, config: SearchConfig | None = None) -> Snapshot:
        """The current snapshot, every file verified.

        Raises:
            EmptyStore: nothing was ingested yet.
            BrokenSnapshot: a file is missing or is not the one that was written.
            UnsupportedFormat: written by an older or newer release.
            EncoderMismatch: its vectors are another encoder's.
        """
        while True:
            generation, revision = self._folder.generation(), self.current_revision()
            if revision is None:
                raise EmptyStore(
                    f"打开知识库 {self.home}", "其中还没有任何文件", "请先执行 gazette ingest 收录公报或文件"
                )
            try:
                manifest = self._folder.verified(revision)
                if manifest["encoder_id"] != encoder.encoder_id:
                    raise EncoderMismatch(self.home, manifest["encoder_id"], encoder.encoder_id)
                return Snapshot(self._folder.snapshot(revision), manifest, encoder, config)
            except (BrokenSnapshot, OSError, sqlite3.Error):
                # A writer may have swapped and swept while the files were being opened.
                if self._folder.generation() == generation:
                    raise

    def ingest(self, batches: Sequence[Batch], encoder: Encoder, progress: Progress | None = None) -> IngestSummary:
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
            if bytes_sha256(content) != source.sha256:
                raise ValueError(f"{source.path}: sha256 of the bytes is not {source.sha256}")
            if any((d.source_path, d.source_sha256) != (source.path, source.sha256) for d in documents):
                raise ValueError(f"{source.path}: a document names another source")
        with self._folder.writing():
            before = self._held_corpus()
            after = before.with_batches(batches)
            concerned = concerned_ids(before, batches)
            indexer = Indexer(encoder, self.config, progress)
            plan = SnapshotPlan(after, encoder.encoder_id, encoder.dim, self.config)
            if not self._folder.is_current_and_whole(plan.revision):
                for source, content, _ in batches:
                    self._folder.keep_source(source.sha256, content)
                indexed = indexer.index(before, after, self._earlier(encoder))
                self._folder.publish(plan, indexed, progress)
            return IngestSummary(
                document_changes(before, after, concerned),
                clause_changes(before, after, concerned),
                indexer.n_embedded,
                plan.revision,
                repeated_ids(batches),
            )

    def withdraw(self, document_id: str, reason: str) -> Withdrawal:
        """Removes a document, its clauses, passages and vectors; what stays is a tombstone with time and reason.

        Earlier snapshots are deleted at once, and so are the original bytes of a source that has no document left.

        Raises:
            UnknownDocument: it is not held.
            EmptyStore, StoreBusy, BrokenSnapshot, UnsupportedFormat: as ``open`` and ``ingest``.
        """
        with self._folder.writing():
            revision = self.current_revision()
            if revision is None:
                raise EmptyStore(f"撤下 {document_id}", "知识库中还没有任何文件", "请先执行 gazette ingest")
            manifest = self._folder.verified(revision)
            before = self._held_corpus()
            if document_id not in before.held:
                advice = "请用 gazette documents 查看已收录的文件，并使用其中的编号或完整标题"
                raise UnknownDocument(f"撤下 {document_id}", "知识库中没有这份文件", advice)
            gone = before.held[document_id].document
            tombstone = Tombstone(document_id, timestamp(), reason)
            after = before.without(document_id, tombstone)
            config = PassageConfig(**manifest["passage_config"])
            plan = SnapshotPlan(after, manifest["encoder_id"], manifest["dim"], config)
            indexed = read_indexed(self._folder.snapshot(revision))
            self._folder.publish(plan, {i: indexed[i] for i in after.held}, None, keep_previous=False)
            return Withdrawal(document_id, gone.title, len(gone.clauses), tombstone.withdrawn_at, reason, plan.revision)

    def _held_corpus(self) -> Corpus:
        """The documents and tombstones of the current snapshot, also of one made with another encoder or recipe."""
        revision = self.current_revision()
        if revision is None:
            return Corpus({})
        try:
            self._folder.verified(revision, only=["corpus.sqlite"])
            own_format = True
        except UnsupportedFormat:
            own_format = False
        try:
            corpus = read_corpus(self._folder.snapshot(revision))
            if not own_format:
                # Another release's records are all read now, before anything is replaced.
                for held in corpus.held.values():
                    _ = held.document
            return corpus
        except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
            raise BrokenSnapshot(
                f"读取知识库 {self.home} 已收录的文件",
                f"corpus.sqlite 无法按本程序的格式读出({error})",
                f"请移走 {self.home} 后重新收录，原件在 {self._folder.sources}",
            ) from error

    def _earlier(self, encoder: Encoder) -> Mapping[str, IndexedDocument] | None:
        """What is indexed by document, ``None`` where it is no use: damaged, or another encoder's or recipe's."""
        revision = self.current_revision()
        if revision is None:
            return None
        try:
            manifest = self._folder.verified(revision)
        except (BrokenSnapshot, UnsupportedFormat):
            return None
        if manifest["encoder_id"] != encoder.encoder_id or manifest["passage_config"] != asdict(self.config):
            return None
        return read_indexed(self._folder.snapshot(revision))
