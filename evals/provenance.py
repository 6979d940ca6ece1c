"""Which code and which settings answered."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
#: The packages that shape an answer, and the kinds of file in them that do.
_ANSWERING = ("ingest", "embeddings", "assistant")
_SUFFIXES = {".py", ".tsv", ".json", ".txt", ".safetensors"}
_SECRET = re.compile(r"key|token|secret|password", re.IGNORECASE)


def code_sha256(root: Path = ROOT) -> str:
    """One hash over the code, word lists and models that shape an answer, committed or not."""
    digest = hashlib.sha256()
    for package in _ANSWERING:
        for path in sorted((root / package).rglob("*")):
            if path.suffix in _SUFFIXES and path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def git_state(root: Path = ROOT) -> tuple[str | None, bool | None]:
    """The commit and whether the tree differs from it; ``(None, None)`` outside a repository or before a commit."""
    commit = _git(root, "rev-parse", "HEAD")
    status = _git(root, "status", "--porcelain")
    return (commit, bool(status)) if commit is not None and status is not None else (None, None)


def public_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings that may stand beside the numbers: no secrets, and no paths of this machine."""
    kept = {}
    for name, value in settings.items():
        if _SECRET.search(name) or isinstance(value, Path):
            continue
        if isinstance(value, str) and ("/" in value.strip("/") or value.startswith(("/", "~", "\\"))):
            kept[name] = Path(value).name
            continue
        kept[name] = value
    return kept


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
