"""A zip that holds a document (docx, OFD): its parts by path, XML without surprises, never more than fits in memory."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any, ClassVar

from lxml import etree

from ingest.documents import UnreadableFile

#: Bytes of all parts that are read, counted while they inflate: the directory of a bomb lies.
MAX_TOTAL = 300 * 1024 * 1024
#: More entries than any document has; ``formats.py`` refuses them before anything is opened.
MAX_ENTRIES = 20_000


class MalformedPart(UnreadableFile):
    """A part that is no well-formed XML, or has a document type, which no office file has."""


def local(element: Any) -> str:
    """The element's name without its namespace: strict and transitional files, and writers, differ in nothing else."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: Any, *names: str) -> Any:
    """The element at the end of a path of local names, ``None`` where a step is missing."""
    for name in names:
        if element is None:
            return None
        element = next((e for e in element if local(e) == name), None)
    return element


class ZipPackage:
    """An opened file of one such format.

    Raises:
        UnreadableFile: no zip, cut short, locked, or larger inside than any document.
    """

    #: What the format is called, and what to do about a damaged file.
    format_name: ClassVar[str]
    advice: ClassVar[str]
    #: Bytes of one part, and tags in one: a tag costs about a hundred times its bytes once parsed.
    max_part: ClassVar[int]
    max_tags: ClassVar[int]

    def __init__(self, data: bytes, name: str):
        self.name = name
        self._total = 0
        if data.count(b"PK\x01\x02") > MAX_ENTRIES:
            raise UnreadableFile(name, "压缩包里的文件多得不像公文", self.advice)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise UnreadableFile(name, f"{self.format_name} 文件不完整或已损坏", self.advice) from error
        self._entries = {i.filename.replace("\\", "/").strip("/").lower(): i for i in self._zip.infolist()}

    def has(self, path: str) -> bool:
        return path.strip("/").lower() in self._entries

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
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableFile(self.name, f"{self.format_name} 用了少见的压缩方法", self.advice)
        pieces, size = [], 0
        try:
            with self._zip.open(entry) as stream:
                while piece := stream.read(1 << 18):
                    size += len(piece)
                    self._total += len(piece)
                    if size > self.max_part or self._total > MAX_TOTAL:
                        limit = self.max_part if size > self.max_part else MAX_TOTAL
                        found = f"解压后超过 {limit // 2**20} MB,不像公文"
                        raise UnreadableFile(self.name, found, "请拆成较小的文件再导入。")
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
            raise UnreadableFile(self.name, f"{self.format_name} 里的 {path} 已损坏", self.advice) from error
        return b"".join(pieces)

    def xml(self, path: str) -> Any:
        """The root element of a part, ``None`` where there is none. No entity is replaced, nothing is fetched.

        Raises:
            MalformedPart: not well-formed, nested deeper than 256, or with a document type.
            UnreadableFile: damaged, locked, or more than any document holds.
        """
        data = self.part(path)
        if data is None or not data.strip():
            return None
        if data.count(b"<") > self.max_tags:
            raise UnreadableFile(self.name, "文件里的标记多得不像公文", "请拆成较小的文件再导入。")
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
        )  # fmt: skip
        try:
            if b"<!DOCTYPE" in data:
                raise ValueError("document type")
            root = etree.fromstring(data, parser)
            if root.getroottree().docinfo.doctype:
                raise ValueError("document type")
        except (etree.LxmlError, ValueError) as error:
            raise MalformedPart(self.name, f"{self.format_name} 里的 {path} 不是正常的 XML", self.advice) from error
        return root
