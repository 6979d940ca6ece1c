"""Pages set by hand: glyphs with places, and the same as PDF and OFD files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingest.documents import ReadText
from ingest.readers.page_lines import Glyph, Page, is_wide

WIDTH, HEIGHT = 595.0, 842.0
LEFT, TOP, SIZE = 90.0, 90.0, 14.0

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))


@dataclass
class Sheet:
    """One page: (x, base line from the top, size, text), and straight lines (x0, y0, x1, y1) from the top."""

    texts: list[tuple[float, float, float, str]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    width: float = WIDTH
    height: float = HEIGHT


def text_width(text: str, size: float = SIZE) -> float:
    return sum(size if is_wide(c) else size / 2 for c in text)


def broken(text: str, per_line: int, indent: int) -> list[str]:
    """``text`` in lines as wide as ``per_line`` characters, the first narrower by ``indent``.

    No line begins with a closing mark or within a word or number.
    """
    lines, line, room = [], "", float(per_line - indent)
    for unit in re.findall(r"[（《“〔]*(?:[A-Za-z0-9.%-]+|.)[，。；：、）》”〕！？]*", text):
        if line and text_width(line + unit.rstrip(), 1) > room:
            lines.append(line.rstrip())
            line, room = "", float(per_line)
        line += unit
    return [*lines, line]


def typeset(
    paragraphs: Sequence[str],
    *,
    columns: int = 1,
    per_line: int = 28,
    rows: int = 30,
    size: float = SIZE,
    indent: int = 2,
    gap: float = 0.0,
    heads: Sequence[str] = (),
    page_numbers: bool = False,
) -> list[Sheet]:
    """Paragraphs as a printer sets them: lines into columns, columns onto pages.

    Args:
        indent: characters by which first lines are set in.
        gap: space after a paragraph, in lines.
        heads: running heads, by turns on the pages.
    """
    gutter = 2 * size
    sheets: list[Sheet] = []
    column, y = columns, 0.0
    for paragraph in paragraphs:
        for i, line in enumerate(broken(paragraph, per_line, indent)):
            if column == columns or y > TOP + rows * 1.6 * size:
                column, y = (column + 1 if column < columns else columns), TOP
                if column >= columns:
                    sheets.append(Sheet())
                    column = 0
            x = LEFT / columns + column * (per_line * size + gutter) + (indent * size if i == 0 else 0)
            sheets[-1].texts.append((x, y, size, line))
            y += 1.6 * size
        y += gap * 1.6 * size
    for n, sheet in enumerate(sheets, 1):
        if heads:
            head = heads[n % len(heads)]
            sheet.texts.append(((WIDTH - text_width(head, 9)) / 2, 50.0, 9.0, head))
        if page_numbers:
            sheet.texts.append((WIDTH / 2 - 20, 810.0, 9.0, f"— {n} —"))
    return sheets


def table(rows: Sequence[Sequence[str]], x: float, y: float, widths: Sequence[float], row_height: float = 24) -> Sheet:
    """A ruled table of one-line cells, its upper left corner at ``x``, ``y``. A cell "<" belongs to the one before."""
    sheet = Sheet()
    edges = [x + sum(widths[:i]) for i in range(len(widths) + 1)]
    for i, row in enumerate([*rows, []]):
        top = y + i * row_height
        sheet.rules.append((edges[0], top, edges[-1], top))
        for c, text in enumerate(row):
            if text and text != "<":
                sheet.texts.append((edges[c] + 4, top + 16, 10.5, text))
            if text != "<":
                sheet.rules.append((edges[c], top, edges[c], top + row_height))
        if row:
            sheet.rules.append((edges[-1], top, edges[-1], top + row_height))
    return sheet


def merged(*sheets: Sheet) -> Sheet:
    return Sheet([t for s in sheets for t in s.texts], [r for s in sheets for r in s.rules])


def pages_of(sheets: Iterable[Sheet]) -> list[Page]:
    """Sheets as the layout gets them from a format."""
    pages = []
    for number, sheet in enumerate(sheets, 1):
        glyphs, spaced = [], False
        for x, y, size, text in sheet.texts:
            for character in text:
                width = size if is_wide(character) else size / 2
                if character == " ":
                    spaced = True
                else:
                    glyphs.append(Glyph(character, x, x + width, y, size, False, spaced))
                    spaced = False
                x += width
        pages.append(Page(number, sheet.width, sheet.height, glyphs, list(sheet.rules)))
    return pages


def pdf_of(sheets: Iterable[Sheet], *, rotate: int = 0, password: str | None = None, reverse: bool = False) -> bytes:
    """Sheets as a PDF with a text layer; ``reverse`` writes each page's texts last line first."""
    file = io.BytesIO()
    encrypt = None
    if password is not None:
        from reportlab.lib.pdfencrypt import StandardEncryption

        encrypt = StandardEncryption(password, ownerPassword="owner", strength=40)
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), encrypt=encrypt)
    for sheet in sheets:
        canvas.setPageSize((sheet.width, sheet.height))
        for x, y, size, text in reversed(sheet.texts) if reverse else sheet.texts:
            canvas.setFont("STSong-Light", size)
            canvas.drawString(x, sheet.height - y, text)
        for x0, y0, x1, y1 in sheet.rules:
            canvas.line(x0, sheet.height - y0, x1, sheet.height - y1)
        canvas.showPage()
    canvas.save()
    return _rotated(file.getvalue(), rotate) if rotate else file.getvalue()


def _rotated(data: bytes, angle: int) -> bytes:
    import pypdfium2

    document, file = pypdfium2.PdfDocument(data), io.BytesIO()
    for page in document:
        page.set_rotation(angle)
        page.close()
    document.save(file)
    document.close()
    return file.getvalue()


_MM = 25.4 / 72


def ofd_text(x: float, y: float, size: float, text: str, attributes: str = "") -> str:
    """A text object; places in points, as everywhere here."""
    size *= _MM
    deltas = " ".join(f"{size if is_wide(c) else size / 2:.4f}" for c in text[:-1])
    return (
        f'<ofd:TextObject ID="1" Boundary="{x * _MM:.4f} {y * _MM - size:.4f} 180 {size * 1.2:.4f}" Font="1" '
        f'Size="{size:.4f}" {attributes}><ofd:TextCode X="0" Y="{size:.4f}" DeltaX="{deltas}">{escape(text)}'
        "</ofd:TextCode></ofd:TextObject>"
    )


def ofd_line(x0: float, y0: float, x1: float, y1: float) -> str:
    left, top = min(x0, x1) * _MM, min(y0, y1) * _MM
    return (
        f'<ofd:PathObject ID="2" Boundary="{left} {top} {abs(x1 - x0) * _MM} {abs(y1 - y0) * _MM}" LineWidth="0.3">'
        f"<ofd:AbbreviatedData>M {x0 * _MM - left} {y0 * _MM - top} L {x1 * _MM - left} {y1 * _MM - top}"
        "</ofd:AbbreviatedData></ofd:PathObject>"
    )


def ofd_page(content: str, before: str = "") -> str:
    return (
        '<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>'
        f'</ofd:Area>{before}<ofd:Content><ofd:Layer Type="Body">{content}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def ofd_files(pages: Sequence[str], common: str = "", info: str = "") -> dict[str, str | bytes]:
    """The parts of an OFD file of one document whose pages are ``pages``."""
    entries = "".join(f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages)))
    files: dict[str, str | bytes] = {
        "OFD.xml": '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" DocType="OFD"><ofd:DocBody>'
        f"<ofd:DocInfo>{info}</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": '<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CommonData><ofd:PageArea>'
        f"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{common}</ofd:CommonData>"
        f"<ofd:Pages>{entries}</ofd:Pages></ofd:Document>",
    }
    for i, page in enumerate(pages):
        files[f"Doc_0/Pages/Page_{i}/Content.xml"] = page
    return files


def zipped(files: dict[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return file.getvalue()


def ofd_of(sheets: Iterable[Sheet]) -> bytes:
    pages = [
        ofd_page("".join(ofd_text(*t) for t in sheet.texts) + "".join(ofd_line(*r) for r in sheet.rules))
        for sheet in sheets
    ]
    return zipped(ofd_files(pages))


def paragraphs(read: ReadText) -> list[str]:
    """The lines of a read text that are neither furniture nor rows of a table."""
    taken = {f.start for f in read.furniture}
    found, position = [], 0
    for line in read.text.split("\n"):
        in_grid = any(g.start <= position < g.end for g in read.grids)
        if line.strip() and position not in taken and not in_grid:
            found.append(line)
        position += len(line) + 1
    return found


def furniture(read: ReadText) -> list[tuple[str, str]]:
    return [(f.kind, f.text) for f in read.furniture]


def grid_texts(read: ReadText) -> list[list[tuple[int, int, int, int, str]]]:
    return [[(c.row, c.column, c.row_span, c.column_span, c.text) for c in g.cells] for g in read.grids]
