"""A file becomes a source: its bytes, what they are, and the text that the reader of that format gets out of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path

from ingest.documents import EmptyFile, ReadText, SourceFile, UnreadableFile, UnsupportedFormat
from ingest.formats import detect_format

#: Far above any gazette (the first has 0.1 MB), far below what would stop a small machine.
MAX_BYTES = 100 * 1024 * 1024
#: Above any year of gazettes in one file (a law of 1,260 articles has 0.1 million).
MAX_CHARACTERS = 40_000_000

#: The module that reads each format; loaded when the first such file comes.
_READERS = {
    "txt": "plain",
    "md": "markdown",
    "html": "html",
    "mhtml": "html",
    "docx": "docx",
    "doc": "office",
    "wps": "office",
    "rtf": "office",
    "pdf": "pdf",
    "ofd": "ofd",
    "image": "scan",
}
#: What a file that we do not read is, and what to do about it.
_REFUSED = {
    "encrypted": ("文件加了密码", "请在 Word 或 WPS 中去掉密码后另存再导入。"),
    "zip": ("这是压缩包或表格、演示文稿,不是公文", "请解压后导入其中的文件,或另存为 docx、pdf、txt。"),
    "ole": ("这是表格、演示文稿或安装包,不是公文", "请另存为 docx、pdf 或 txt 后再导入。"),
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
                raise UnreadableFile(shown_name(path), "文件夹里没有文件", "请检查路径,或放入文件后再试。")
            yield from found
        elif path.exists():
            yield path
        else:
            raise UnreadableFile(shown_name(path), "文件不存在", "请检查路径是否写对。")


def reader_for(file_format: str) -> Callable[[bytes, str], ReadText]:
    """The function that turns bytes of ``file_format`` (and the file's name, for messages) into text."""
    return import_module(f"ingest.readers.{_READERS[file_format]}").read


def read_bytes(data: bytes, name: str) -> SourceFile:
    """The source that ``data`` is, named ``name``.

    Raises:
        EmptyFile: nothing but white space.
        UnsupportedFormat: a format that has no reader.
        UnreadableFile: damaged, encrypted, or no known encoding.
    """
    if not data.strip():
        raise EmptyFile(name, "文件是空的", "请确认导出或复制是否完整。")
    file_format = detect_format(data, Path(name).suffix)
    if file_format in _REFUSED:
        raise UnsupportedFormat(name, *_REFUSED[file_format])
    read = reader_for(file_format)(data, name)
    if len(read.text) > MAX_CHARACTERS:
        raise UnreadableFile(name, f"文字超过 {MAX_CHARACTERS // 10**6} 百万字", "请拆成较小的文件再导入。")
    if not read.text.strip():
        raise EmptyFile(name, "文件里没有文字", "请确认导出或复制是否完整。")
    return SourceFile(name, hashlib.sha256(data).hexdigest(), read.text, file_format, read)


def read_source(path: Path | str) -> tuple[SourceFile, bytes]:
    """The file's text and its bytes.

    Raises:
        UnreadableFile: missing, no permission, too large, damaged, encrypted, or no known encoding.
        EmptyFile: nothing but white space.
        UnsupportedFormat: a format that has no reader.
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
    return read_bytes(data, name), data
