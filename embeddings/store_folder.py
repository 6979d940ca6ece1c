"""The store's folder: one writer at a time, snapshots swapped whole, nothing left behind by a writer that was killed.

home/CURRENT               the revision that readers open, replaced atomically
home/lock                  held by the one writer
home/sources/<sha256>      original bytes of every source
home/snapshots/<revision>/ manifest.json corpus.sqlite vectors.npy passages.npy offsets.npy lexical/
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from embeddings.durable_files import TEMPORARY, file_sha256, remove, replace_file, sync
from embeddings.errors import StoreBusy, StoreError
from embeddings.indexing import IndexedDocument, Progress
from embeddings.snapshot_files import SnapshotPlan, verified_manifest, write_snapshot


class StoreFolder:
    """The folder ``home`` and what is in it. Whatever writes is called under ``writing``."""

    def __init__(self, home: Path):
        self.home = home
        self.snapshots = home / "snapshots"
        self.sources = home / "sources"

    # ------------------------------------------------------------------------------------------------- reading

    def current_revision(self) -> str | None:
        """The revision that CURRENT names, ``None`` for a store without one; reads one short file."""
        try:
            return (self.home / "CURRENT").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None

    def generation(self) -> tuple[int, int] | None:
        """Which CURRENT this is; it differs after every swap, also where a store came back to an earlier revision."""
        try:
            status = os.stat(self.home / "CURRENT")
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns

    def snapshot(self, revision: str) -> Path:
        """The folder of a snapshot, whether or not it is there."""
        return self.snapshots / revision

    def source_bytes(self, sha256: str) -> bytes | None:
        """The original bytes of a source, ``None`` where they are not held."""
        path = self.sources / sha256
        return path.read_bytes() if path.is_file() else None

    def verified(self, revision: str, only: Sequence[str] | None = None) -> dict[str, Any]:
        """The snapshot's manifest, once the files named (all by default) have their recorded sha256.

        Raises:
            BrokenSnapshot: a file is missing or is not the one that was written.
            UnsupportedFormat: written by an older or newer release.
        """
        advice = f"请重新执行 gazette ingest；若仍不成功，请移走 {self.home} 后重新收录，原件在 {self.sources}"
        return verified_manifest(self.snapshot(revision), f"打开知识库 {self.home} 的版本 {revision}", advice, only)

    def is_current_and_whole(self, revision: str) -> bool:
        """Says whether CURRENT names this revision and every file of it is as written."""
        if self.current_revision() != revision:
            return False
        try:
            self.verified(revision)
        except StoreError:
            return False
        return True

    # ------------------------------------------------------------------------------------------------- writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the lock, and sweeps what a killed writer left. The kernel frees the lock of a process that dies.

        Raises:
            StoreBusy: another process is writing; there is no waiting.
        """
        for folder in (self.home, self.snapshots, self.sources):
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
            for folder in (self.home, self.snapshots, self.sources):
                for leftover in folder.glob(f"{TEMPORARY}*"):
                    remove(leftover)
            yield
        finally:
            lock.release()

    def keep_source(self, sha256: str, content: bytes) -> None:
        """Holds the original bytes of a source; bytes that were damaged on disk are written again."""
        path = self.sources / sha256
        if path.is_file() and file_sha256(path) == sha256:
            return
        replace_file(path, content)

    def publish(
        self,
        plan: SnapshotPlan,
        indexed: Mapping[str, IndexedDocument],
        progress: Progress | None,
        *,
        keep_previous: bool = True,
    ) -> None:
        """Writes the snapshot beside the others, renames it into place, then points CURRENT at it and sweeps."""
        previous = self.current_revision()
        final = self.snapshot(plan.revision)
        working = self.snapshots / f"{TEMPORARY}{plan.revision}"
        working.mkdir()
        write_snapshot(working, plan, indexed, progress)
        if final.exists():
            # Of the same revision: a killed writer's, an earlier one's (A, B, A again), or damaged. Ours is whole.
            os.rename(final, self.snapshots / f"{TEMPORARY}old-{plan.revision}")
        os.rename(working, final)
        sync(self.snapshots)
        replace_file(self.home / "CURRENT", f"{plan.revision}\n".encode())
        self._sweep({plan.revision, *([previous] if previous and keep_previous else [])})

    def _put_back(self) -> None:
        """Undoes half a replacement: killed between moving a damaged snapshot aside and moving its repair in."""
        revision = self.current_revision()
        if revision and not self.snapshot(revision).exists():
            with suppress(FileNotFoundError):
                os.rename(self.snapshots / f"{TEMPORARY}old-{revision}", self.snapshot(revision))

    def _sweep(self, kept: set[str]) -> None:
        """Deletes snapshots that no reader is about to open and sources that no kept snapshot names."""
        sources: set[str] = set()
        for folder in self.snapshots.iterdir():
            if folder.name not in kept:
                remove(folder)
                continue
            # A previous snapshot that cannot be read names no source; it is not needed for anything else either.
            with suppress(OSError, ValueError, KeyError):
                manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
                sources.update(manifest["sources"].values())
        for path in self.sources.iterdir():
            if path.name not in sources:
                remove(path)
