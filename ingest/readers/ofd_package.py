"""The zip around an OFD file: parts by path, XML without surprises, never more than fits in memory."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import Any

from lxml import etree

from ingest.documents import UnreadableFile

#: Bytes of one part and of all parts that are read, counted while they inflate: the directory of a bomb lies.
MAX_PART = 50 * 1024 * 1024
MAX_TOTAL = 300 * 1024 * 1024
#: A tag costs about a hundred times its bytes once parsed; a page of text has a few hundred.
MAX_TAGS = 1_000_000
MAX_ENTRIES = 100_000
_ADVICE = "请重新下载,或用 OFD 阅读器另存后再导入。"


def local(element: Any) -> str:
    """The element's name without its namespace: writers use several, and none."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Any, name: str) -> list[Any]:
    return [] if element is None else [e for e in element if local(e) == name]


def child(element: Any, *names: str) -> Any:
    """The element at the end of a path of local names, ``None`` where a step is missing."""
    for name in names:
        element = next(iter(children(element, name)), None)
    return element


def text_of(element: Any, *names: str) -> str:
    """The stripped text at the end of a path of local names, empty where there is none."""
    found = child(element, *names)
    return (found.text or "").strip() if found is not None else ""


class OfdPackage:
    """An opened OFD file.

    Raises:
        UnreadableFile: no zip, cut short, locked, or larger inside than any document.
    """

    def __init__(self, data: bytes, name: str):
        self.name = name
        self._total = 0
        if data.count(b"PK\x01\x02") > MAX_ENTRIES:
            raise UnreadableFile(name, "压缩包里的文件多得不像公文", _ADVICE)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise UnreadableFile(name, "OFD 文件不完整或已损坏", _ADVICE) from error
        self._entries = {i.filename.replace("\\", "/").strip("/").lower(): i for i in self._zip.infolist()}
        if any(path.endswith("encryptions.xml") for path in self._entries):
            raise UnreadableFile(name, "文件加了密码", "请用 OFD 阅读器去掉密码后另存再导入。")

    def resolve(self, base: str, location: str) -> str:
        """The path of ``location`` as written in the part ``base``; a path that leaves the file is found nowhere."""
        location = location.strip().replace("\\", "/")
        joined = location if location.startswith("/") else posixpath.join(posixpath.dirname(base), location)
        path = posixpath.normpath(joined.lstrip("/"))
        # Some writers give paths from the root without saying so.
        return path if path.lower() in self._entries else posixpath.normpath(location.lstrip("/"))

    def part(self, path: str) -> bytes | None:
        """The bytes of a part, ``None`` where there is none.

        Raises:
            UnreadableFile: damaged, locked, or too large once inflated.
        """
        entry = self._entries.get(path.strip("/").lower())
        if entry is None:
            return None
        if entry.flag_bits & 1:
            raise UnreadableFile(self.name, "文件加了密码", "请去掉密码后另存再导入。")
        pieces, size = [], 0
        try:
            with self._zip.open(entry) as stream:
                while piece := stream.read(1 << 18):
                    size += len(piece)
                    self._total += len(piece)
                    if size > MAX_PART or self._total > MAX_TOTAL:
                        limit = f"解压后超过 {MAX_TOTAL // 2**20} MB,不像公文"
                        raise UnreadableFile(self.name, limit, "请拆成较小的文件再导入。")
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
            raise UnreadableFile(self.name, f"OFD 里的 {path} 已损坏", _ADVICE) from error
        return b"".join(pieces)

    def xml(self, path: str) -> Any:
        """The root element of a part, ``None`` where it is missing or not XML. No entity is replaced, nothing fetched.

        Raises:
            UnreadableFile: damaged, or larger than any page.
        """
        data = self.part(path)
        if data is None or not data.strip():
            return None
        if data.count(b"<") > MAX_TAGS:
            raise UnreadableFile(self.name, "文件里的标记多得不像公文", "请拆成较小的文件再导入。")
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(data, parser)
        except (etree.LxmlError, ValueError):
            return None
        return None if root.getroottree().docinfo.doctype else root
