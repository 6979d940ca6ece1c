"""The zip around a Word file: parts by name and by relation, XML without surprises, and never more than fits in memory."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from functools import cached_property
from typing import Any

from lxml import etree

from ingest.documents import UnreadableFile

#: Bytes of one part and of all parts that are read, counted while they inflate: the directory of a bomb lies.
MAX_PART = 100 * 1024 * 1024
MAX_TOTAL = 300 * 1024 * 1024
#: A tag costs about a hundred times its bytes once parsed. The corpus has at most 40,000 in a file of 110 pages.
MAX_TAGS = 3_000_000
MAX_ENTRIES = 20_000
_DAMAGED = "请重新下载或导出;也可以用 Word 或 WPS 打开,另存为 docx 后再导入。"


def local(element: Any) -> str:
    """The element's name without its namespace: strict and transitional files differ in nothing else."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str = "val") -> str | None:
    """The attribute of that local name, whatever its namespace."""
    if element is None:
        return None
    for key, value in element.attrib.items():
        if key == name or key.endswith("}" + name):
            return str(value)
    return None


def child(element: Any, *names: str) -> Any:
    """The element at the end of a path of local names, ``None`` where a step is missing."""
    for name in names:
        if element is None:
            return None
        element = next((e for e in element if local(e) == name), None)
    return element


def is_on(element: Any) -> bool | None:
    """What a switch such as ``<w:b/>`` says; ``None`` where it is absent."""
    return None if element is None else attribute(element) not in ("0", "false", "off", "none")


class Package:
    """An opened docx.

    Raises:
        UnreadableFile: no zip, cut short, locked, or larger inside than any document.
    """

    def __init__(self, data: bytes, name: str):
        self.name = name
        self._total = 0
        if data.count(b"PK\x01\x02") > MAX_ENTRIES:
            raise UnreadableFile(name, "压缩包里的文件多得不像公文", _DAMAGED)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise UnreadableFile(name, "docx 文件不完整或已损坏", _DAMAGED) from error
        self._entries = {i.filename.replace("\\", "/").lstrip("/").lower(): i for i in self._zip.infolist()}

    def part(self, path: str) -> bytes | None:
        """The bytes of a part, ``None`` where there is none.

        Raises:
            UnreadableFile: damaged, locked, or too large once inflated.
        """
        entry = self._entries.get(path.lstrip("/").lower())
        if entry is None:
            return None
        if entry.flag_bits & 1:
            raise UnreadableFile(self.name, "文件加了密码", "请去掉密码后另存再导入。")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableFile(self.name, "docx 用了少见的压缩方法", _DAMAGED)
        pieces, size = [], 0
        try:
            with self._zip.open(entry) as stream:
                while piece := stream.read(1 << 18):
                    size += len(piece)
                    self._total += len(piece)
                    if size > MAX_PART or self._total > MAX_TOTAL:
                        raise UnreadableFile(
                            self.name, f"解压后超过 {MAX_PART // 2**20} MB,不像公文", "请拆成较小的文件再导入。"
                        )
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
            raise UnreadableFile(self.name, f"docx 里的 {path} 已损坏", _DAMAGED) from error
        return b"".join(pieces)

    def xml(self, path: str) -> Any:
        """The root element of a part, ``None`` where there is none. No entity is replaced, nothing is fetched.

        Raises:
            UnreadableFile: not well-formed, nested deeper than 256, or with a document type (no Word file has one).
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
            if b"<!DOCTYPE" in data:
                raise ValueError("document type")
            root = etree.fromstring(data, parser)
            if root.getroottree().docinfo.doctype:
                raise ValueError("document type")
        except (etree.LxmlError, ValueError) as error:
            raise UnreadableFile(self.name, f"docx 里的 {path} 不是正常的 XML", _DAMAGED) from error
        return root

    def relations(self, path: str) -> dict[str, tuple[str, str]]:
        """What ``path`` points to: id → (last word of the type, part's path)."""
        folder, base = posixpath.split(path)
        root = self.xml(posixpath.join(folder, "_rels", base + ".rels"))
        found = {}
        for r in root if root is not None else ():
            target = attribute(r, "Target") or ""
            if attribute(r, "TargetMode") != "External":
                where = (
                    target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                )
                found[attribute(r, "Id") or ""] = ((attribute(r, "Type") or "").rpartition("/")[2], where)
        return found

    @cached_property
    def main(self) -> str:
        """Path of the part that holds the text.

        Raises:
            UnreadableFile: there is none.
        """
        named = [target for kind, target in self.relations("").values() if kind == "officeDocument"]
        for path in (*named, "word/document.xml", "word/document2.xml"):
            if path.lower() in self._entries:
                return path
        raise UnreadableFile(self.name, "docx 里没有正文(document.xml)", _DAMAGED)

    @cached_property
    def main_relations(self) -> dict[str, tuple[str, str]]:
        return self.relations(self.main)

    def related(self, kind: str) -> Any:
        """The root element of the main part's companion (styles, numbering, footnotes), ``None`` where there is none.

        A damaged companion raises like a damaged text: without its numbering the document would read wrong.
        """
        for found, path in self.main_relations.values():
            if found == kind:
                return self.xml(path)
        return self.xml(posixpath.join(posixpath.dirname(self.main), kind + ".xml"))
