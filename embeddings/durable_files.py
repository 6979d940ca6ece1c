"""Files that a crash leaves whole: flushed, replaced in one step, known by their sha256."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path

#: Names of files and folders that are still being written begin so; a writer sweeps those of one that was killed.
TEMPORARY = ".tmp-"


def bytes_sha256(content: bytes) -> str:
    """The sha256 of ``content``, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def file_sha256(path: Path) -> str:
    """The sha256 of a file's bytes, 64 hex digits.

    Raises:
        OSError: the file is missing or cannot be read.
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Flushes a file or, where the system allows it, a folder's entries to disk."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, content: bytes) -> None:
    """Puts ``content`` at ``path`` so that a crash leaves the old file or the new one."""
    working = path.with_name(f"{TEMPORARY}{path.name}")
    with open(working, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(working, path)
    sync(path.parent)


def remove(path: Path) -> None:
    """Deletes a file or folder; what a system refuses to delete while it is open is left for the next writer."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
