"""The zip around an OFD file: parts by the paths that its other parts write."""

from __future__ import annotations

import posixpath
from typing import Any

from ingest.documents import UnreadableFile
from ingest.readers.zip_package import MalformedPart, ZipPackage, child, local


def children(element: Any, name: str) -> list[Any]:
    return [] if element is None else [e for e in element if local(e) == name]


def text_of(element: Any, *names: str) -> str:
    """The stripped text at the end of a path of local names, empty where there is none."""
    found = child(element, *names)
    return (found.text or "").strip() if found is not None else ""


class OfdPackage(ZipPackage):
    """An opened OFD file."""

    format_name = "OFD"
    advice = "请重新下载,或用 OFD 阅读器另存后再导入。"
    max_part = 50 * 1024 * 1024
    #: A page of text has a few hundred.
    max_tags = 1_000_000

    def __init__(self, data: bytes, name: str):
        super().__init__(data, name)
        if any(path.endswith("encryptions.xml") for path in self._entries):
            raise UnreadableFile(name, "文件加了密码", "请用 OFD 阅读器去掉密码后另存再导入。")

    def resolve(self, base: str, location: str) -> str:
        """The path of ``location`` as written in the part ``base``; a path that leaves the file is found nowhere."""
        location = location.strip().replace("\\", "/")
        joined = location if location.startswith("/") else posixpath.join(posixpath.dirname(base), location)
        path = posixpath.normpath(joined.lstrip("/"))
        # Some writers give paths from the root without saying so.
        return path if self.has(path) else posixpath.normpath(location.lstrip("/"))

    def xml(self, path: str) -> Any:
        """The root element of a part, ``None`` where it is missing or not XML: the other pages are read all the same.

        Raises:
            UnreadableFile: damaged, locked, or larger than any page.
        """
        try:
            return super().xml(path)
        except MalformedPart:
            return None
