"""Bytes become text: which file, which encoding, and a clear refusal of what cannot be read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest.documents import EmptyFile, SourceFile, UnreadableFile, UnsupportedFormat

#: Far above any gazette (the first has 0.1 MB), far below what would stop a small machine.
MAX_BYTES = 100 * 1024 * 1024
READABLE_SUFFIXES = {".txt", ".md", ".markdown", ""}

_BINARY_MAGIC = {
    b"%PDF": "PDF",
    b"PK\x03\x04": "docx、ofd 或压缩包",
    b"\xd0\xcf\x11\xe0": "doc 或 wps",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"{\\rtf": "rtf",
}


def shown_name(path: Path | str) -> str:
    """``path`` fit for a terminal: control characters of hostile names are shown as escapes."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(path))


def find_files(paths: Iterable[Path | str]) -> Iterator[Path]:
    """Every file named or lying under a named folder, sorted, hidden ones left out.

    Raises:
        UnreadableFile: a path does not exist.
    """
    for given in paths:
        path = Path(given)
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
            if not found:
                raise UnreadableFile(shown_name(path), "文件夹里没有文件", "请检查路径,或放入 txt、md 文件后再试。")
            yield from found
        elif path.exists():
            yield path
        else:
            raise UnreadableFile(shown_name(path), "文件不存在", "请检查路径是否写对。")


def decode(data: bytes) -> str | None:
    """``data`` as text: UTF-8 (with or without BOM), UTF-16 with BOM, GB18030; ``None`` when it is none of them."""
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n")
    return None


def read_source(path: Path | str) -> tuple[SourceFile, bytes]:
    """The file's text and its bytes.

    Raises:
        UnreadableFile: missing, no permission, too large, or no known encoding.
        EmptyFile: nothing but white space.
        UnsupportedFormat: a format this version has no reader for.
    """
    path, name = Path(path), shown_name(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableFile(name, f"文件超过 {MAX_BYTES // 2**20} MB", "请拆成较小的文件再导入。")
        data = path.read_bytes()
    except OSError as error:
        reason = {
            "FileNotFoundError": "文件不存在",
            "PermissionError": "没有读取权限",
            "IsADirectoryError": "这是文件夹",
        }
        raise UnreadableFile(
            name, reason.get(type(error).__name__, f"系统拒绝读取({error.strerror})"), "请检查路径和权限。"
        ) from error
    if not data.strip():
        raise EmptyFile(name, "文件是空的", "请确认导出或复制是否完整。")
    for magic, kind in _BINARY_MAGIC.items():
        if data.startswith(magic):
            raise UnsupportedFormat(name, f"这是 {kind} 文件", "本版本读取 txt 和 md,请先另存为纯文本(UTF-8)。")
    if path.suffix.lower() not in READABLE_SUFFIXES:
        raise UnsupportedFormat(name, f"不支持 {path.suffix} 格式", "本版本读取 txt 和 md,请先另存为纯文本(UTF-8)。")
    text = decode(data)
    if text is None or "\x00" in text:
        raise UnreadableFile(name, "不是可识别的文本编码", "请另存为 UTF-8 纯文本后再试。")
    if not text.strip():
        raise EmptyFile(name, "文件里没有文字", "请确认导出或复制是否完整。")
    return SourceFile(name, hashlib.sha256(data).hexdigest(), text), data
