"""The zip around a Word file: parts by relation, and what its switches say."""

from __future__ import annotations

import posixpath
from functools import cached_property
from typing import Any

from ingest.documents import UnreadableFile
from ingest.readers.zip_package import ZipPackage


def attribute(element: Any, name: str = "val") -> str | None:
    """The attribute of that local name, whatever its namespace."""
    if element is None:
        return None
    for key, value in element.attrib.items():
        if key == name or key.endswith("}" + name):
            return str(value)
    return None


def is_on(element: Any) -> bool | None:
    """What a switch such as ``<w:b/>`` says; ``None`` where it is absent."""
    return None if element is None else attribute(element) not in ("0", "false", "off", "none")


class DocxPackage(ZipPackage):
    """An opened docx."""

    format_name = "docx"
    advice = "请重新下载或导出;也可以用 Word 或 WPS 打开,另存为 docx 后再导入。"
    max_part = 100 * 1024 * 1024
    #: The corpus has at most 40,000 in a file of 110 pages.
    max_tags = 3_000_000

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
            if self.has(path):
                return path
        raise UnreadableFile(self.name, "docx 里没有正文(document.xml)", self.advice)

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
