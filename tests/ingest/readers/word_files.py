"""Small Word files, written part by part: what the tests of the Word readers have in common."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>'
    '<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/>'
    "</Types>"
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def p(*content: str, properties: str = "", style: str = "") -> str:
    """A paragraph of plain texts and of XML (what begins with ``<``)."""
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    runs = "".join(c if c.startswith("<") else r(c) for c in content)
    return f"<w:p><w:pPr>{style}{properties}</w:pPr>{runs}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def numbered(text: str, num_id: int = 1, level: int = 0) -> str:
    return p(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num_id}"/></w:numPr>')


def tc(*blocks: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(b if b.startswith('<') else p(b) for b in blocks)}</w:tc>"


def tbl(*rows: list[str]) -> str:
    """A table; cells are texts or XML of ``tc``."""
    body = "".join("<w:tr>" + "".join(c if c.startswith("<w:tc>") else tc(c) for c in row) + "</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{body}</w:tbl>"


def level(text: str, form: str = "decimal", *, at: int = 0, start: int = 1, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def numbering(*lists: str, nums: str = "") -> str:
    """numbering.xml: list 1 counts by the first definition, and so on; ``nums`` are further ``w:num``."""
    definitions = "".join(
        f'<w:abstractNum w:abstractNumId="{i}">{levels}</w:abstractNum>' for i, levels in enumerate(lists, 1)
    )
    uses = "".join(f'<w:num w:numId="{i}"><w:abstractNumId w:val="{i}"/></w:num>' for i in range(1, len(lists) + 1))
    return f"<w:numbering {_NAMESPACES}>{definitions}{uses}{nums}</w:numbering>"


def styles(content: str) -> str:
    return f"<w:styles {_NAMESPACES}>{content}</w:styles>"


def footnotes(*texts: str) -> str:
    notes = "".join(f'<w:footnote w:id="{i}">{p(text)}</w:footnote>' for i, text in enumerate(texts, 1))
    return f'<w:footnotes {_NAMESPACES}><w:footnote w:id="-1" w:type="separator">{p("—")}</w:footnote>{notes}</w:footnotes>'


def document(*blocks: str) -> str:
    return f"<w:document {_NAMESPACES}><w:body>{''.join(blocks)}<w:sectPr/></w:body></w:document>"


def package(parts: dict[str, bytes | str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in parts.items():
            archive.writestr(path, content)
    return held.getvalue()


def docx_parts(*blocks: str, **parts: str) -> dict[str, bytes | str]:
    """The parts of a docx with those blocks; ``numbering=…``, ``styles=…``, ``footnotes=…`` are further parts of it."""
    links = "".join(
        f'<Relationship Id="rId{i}" Type="{_RELATION}{kind}" Target="{kind}.xml"/>' for i, kind in enumerate(parts, 1)
    )
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    main = f'<Relationship Id="rId1" Type="{_RELATION}officeDocument" Target="word/document.xml"/>'
    return {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": relations.format(main),
        "word/document.xml": document(*blocks),
        "word/_rels/document.xml.rels": relations.format(links),
        **{f"word/{kind}.xml": content for kind, content in parts.items()},
    }


def docx_file(*blocks: str, **parts: str) -> bytes:
    return package(docx_parts(*blocks, **parts))
