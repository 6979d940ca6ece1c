"""Which format a file's bytes are, told from the content; the name decides only between kinds of plain text."""

from __future__ import annotations

import io
import re
import zipfile

from ingest.readers.zip_package import MAX_ENTRIES

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
#: Word 2003 XML and the flat form of docx: text to look at, Word files to read.
_WORD_XML = (b"schemas.microsoft.com/office/word/2003/wordml", b"<pkg:package", b'progid="Word.Document"')
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|title|div|table|p)\b", re.IGNORECASE)
_MHTML = re.compile(rb"^(?:From|MIME-Version|Content-Type|Subject|Snapshot-Content-Location)\s*:", re.IGNORECASE)


def detect_format(data: bytes, suffix: str = "") -> str:
    """txt, md, html, mhtml, docx, doc, wps, rtf, pdf, ofd or image; ``zip``, ``ole`` for other files in those wrappings.

    Args:
        data: the whole file.
        suffix: how its name ends (``.txt``), which only tells md from txt and wps from doc.
    """
    suffix = suffix.lower()
    head = data[:1024].lstrip(b"\xef\xbb\xbf\x00 \t\r\n")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if data.startswith(_OLE):
        return _compound(data, suffix)
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith(_IMAGES):
        return "image"
    sample = data[:65536]
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        sample = sample.decode("utf-16", "ignore").encode()
        head = sample[:1024].lstrip()
    if head.startswith(b"<") and any(mark in sample[:4096] for mark in _WORD_XML):
        return "doc"
    if _MHTML.match(head) and b"mime-version" in sample[:4096].lower():
        return "mhtml"
    if suffix in (".html", ".htm", ".shtml", ".xhtml", ".mht", ".mhtml") and _HTML.search(sample):
        return "html"
    if _HTML.match(head) or (head.startswith((b"<", b"<?xml")) and _HTML.search(sample)):
        return "html"
    if suffix in (".md", ".markdown"):
        return "md"
    return "txt"


def _zipped(data: bytes) -> str:
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:
        return "zip"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        # A truncated file lost the directory at its end, not the names at its beginning.
        return (
            "docx"
            if b"word/" in data or b"[Content_Types].xml" in data[:4096]
            else "ofd"
            if b"OFD.xml" in data
            else "zip"
        )
    if any(n.lower() == "ofd.xml" for n in names):
        return "ofd"
    if any(n.startswith("word/") for n in names):
        return "docx"
    return "zip"


def _compound(data: bytes, suffix: str) -> str:
    """Streams of a compound file have UTF-16 names: WordDocument, Workbook, EncryptedPackage."""

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if has("EncryptedPackage"):
        return "encrypted"
    if has("WordDocument"):
        return "wps" if suffix == ".wps" else "doc"
    return "doc" if suffix in (".doc", ".wps") else "ole"
