"""pdf: the text layer as glyphs with places, then as every format with pages; pages without text go to recognition."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.documents import EmptyFile, Finding, ReadText, UnreadableFile
from ingest.readers import scan
from ingest.readers.assembling import TextBuilder
from ingest.readers.page_layout import PageReader
from ingest.readers.page_lines import Glyph, Page, plain_character
from ingest.readers.pdf_rulings import rulings_of

#: Far above any gazette; a file of more pages is an attack or an archive.
MAX_PAGES = 20_000
#: Above any year of gazettes in one file.
_MAX_GLYPHS = 40_000_000
#: A page with more glyphs than this is no page that a person reads (A3 at 6 points holds 20,000).
_MAX_PAGE_GLYPHS = 100_000
#: Strips of a scanned page that are looked at.
_MAX_PICTURES = 2_000
#: Less than this many characters beside a picture is a stamp or a page number, not a text layer.
_FEW = 10
#: Names of fonts that Chinese documents set headings in: 黑体, 小标宋.
_BOLD = ("bold", "black", "heavy", "simhei", "heiti", "xbsjw", "xiaobiaosong")
#: So many characters without a known meaning make a page unreadable.
_GARBLED = 0.1


def read(data: bytes, name: str) -> ReadText:
    """The text of a PDF: columns in reading order, heads aside, paragraphs whole, ruled tables as grids.

    Pages that are pictures are recognised where the extra ``ocr`` is installed, else reported; a file of nothing else
    is refused.

    Raises:
        UnreadableFile: damaged, behind a password, or too large.
        UnsupportedFormat: its pages are pictures, and recognition is not installed.
        EmptyFile: no pages, or nothing on them.
    """
    document = _open(data, name)
    try:
        if len(document) == 0:
            raise EmptyFile(name, "PDF 里没有页", "请确认文件是否完整。")
        if len(document) > MAX_PAGES:
            raise UnreadableFile(name, f"PDF 超过 {MAX_PAGES} 页", "请拆成较小的文件再导入。")
        return _read_document(document, name)
    except pdfium.PdfiumError as error:
        raise UnreadableFile(name, "PDF 已损坏,有的页打不开", "请重新下载,或用阅读器另存后再导入。") from error
    finally:
        document.close()


def _open(data: bytes, name: str) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise UnreadableFile(name, "文件加了密码", "请用阅读器去掉密码后另存再导入。") from error
        raise UnreadableFile(name, "PDF 已损坏或不完整", "请重新下载,或用阅读器另存后再导入。") from error


@dataclass
class _Seen:
    """What the pages turned out to be, by page number."""

    pictures: list[int] = field(default_factory=list)
    garbled: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    n_text: int = 0


def _read_document(document: pdfium.PdfDocument, name: str) -> ReadText:
    seen, reader, builder = _Seen(), PageReader(), TextBuilder(is_paragraphed=True)
    recognition = scan.Recognition()
    for page in _pages(document, seen, name):
        reader.add(page)
    unread = sorted({*seen.pictures, *seen.garbled})
    if unread and scan.is_installed():
        recognised = [p for p in recognition.pages(_pictures(document, unread), name) if p.glyphs]
        for page in recognised:
            reader.add(page)
        unread = sorted({*unread} - {p.number for p in recognised})
    elif 2 * len(seen.pictures) > seen.n_text + len(seen.pictures):
        raise scan.not_installed(name, f"PDF 是扫描件,{len(seen.pictures)} 页没有文字层")
    _report(builder, seen, unread)
    return recognition.reported(reader.write(builder))


def _report(builder: TextBuilder, seen: _Seen, unread: list[int]) -> None:
    advice = "请对照原件核对这些页;装上文字识别(pip install '.[ocr]')后可以识别。"
    for code, severity, numbers, message in (
        ("page_without_text", "warning", [n for n in seen.pictures if n in unread], "只有图片、没有文字"),
        ("garbled_text", "warning", seen.garbled, "文字层有乱码(字体没有给出文字编码)"),
        ("broken_page", "error", seen.broken, "已损坏,读不出来"),
    ):
        if numbers:
            builder.findings.append(Finding(code, severity, f"第 {_listed(numbers)} 页{message}", None, None, advice))


def _listed(numbers: list[int]) -> str:
    shown = "、".join(str(n) for n in numbers[:30])
    return shown if len(numbers) <= 30 else f"{shown} 等 {len(numbers)}"


def _pages(document: pdfium.PdfDocument, seen: _Seen, name: str) -> Iterator[Page]:
    n_glyphs = 0
    for i in range(len(document)):
        try:
            page = document[i]
        except pdfium.PdfiumError:
            seen.broken.append(i + 1)
            continue
        try:
            read_page = _read_page(page, i + 1)
            _judge(page, read_page, seen)
        finally:
            page.close()
        n_glyphs += len(read_page.glyphs)
        if n_glyphs > _MAX_GLYPHS:
            raise UnreadableFile(name, f"文字超过 {_MAX_GLYPHS // 10**6} 百万字", "请拆成较小的文件再导入。")
        yield read_page


def _judge(page: pdfium.PdfPage, read_page: Page, seen: _Seen) -> None:
    glyphs = read_page.glyphs
    unknown = sum(1 for g in glyphs if _is_unknown(g.text))
    if len(glyphs) < _FEW and _has_picture(page):
        seen.pictures.append(read_page.number)
    elif glyphs:
        seen.n_text += 1
        if unknown > _GARBLED * len(glyphs):
            seen.garbled.append(read_page.number)


def _is_unknown(character: str) -> bool:
    return character == "\ufffd" or "\ue000" <= character <= "\uf8ff" or character < " "


def _has_picture(page: pdfium.PdfPage) -> bool:
    """Whether a picture covers a good part of the page (or many strips of one do)."""
    width, height = page.get_size()
    covered = 0.0
    for picture in islice(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3), _MAX_PICTURES):
        left, bottom, right, top = picture.get_bounds()
        covered += max(right - left, 0) * max(top - bottom, 0)
    return covered > 0.3 * width * height


def _pictures(document: pdfium.PdfDocument, numbers: list[int]) -> Iterator[tuple[int, object]]:
    """Pages rendered for recognition, at a resolution that keeps even a poster within bounds."""
    for n in numbers:
        page = document[n - 1]
        try:
            width, height = page.get_size()
            scale = min(scan.DPI / 72, math.sqrt(scan.MAX_PIXELS / max(width * height, 1.0)))
            yield n, page.render(scale=scale).to_pil()
        finally:
            page.close()


@dataclass(frozen=True)
class _Font:
    """What the glyphs of one text object share. ``turn`` is their direction in quarter turns, or None between them."""

    size: float
    bold: bool
    turn: int | None


def _read_page(page: pdfium.PdfPage, number: int) -> Page:
    """The page's glyphs upright, whichever way page and text are turned; glyphs that stand across are asides."""
    left, bottom, right, top = page.get_bbox()
    textpage = page.get_textpage()
    try:
        raw = list(_glyphs(textpage.raw, (left, bottom, right, top)))
    finally:
        textpage.close()
    turns = Counter(font.turn for *_, font in raw if font.turn is not None)
    turn = turns.most_common(1)[0][0] if turns else 0
    width, height = (right - left, top - bottom) if turn % 2 == 0 else (top - bottom, right - left)
    place = {
        0: lambda x, y: (x - left, top - y),
        1: lambda x, y: (y - bottom, x - left),
        2: lambda x, y: (right - x, y - bottom),
        3: lambda x, y: (top - y, right - x),
    }[turn]
    glyphs: list[Glyph] = []
    across: list[tuple[str, _Font]] = []
    spaced = False
    for text, start, end, font in raw:
        if font.turn != turn:
            across.append((text, font))
        elif text.isspace():
            spaced = True
        else:
            x0, y = place(*start)
            x1, _ = place(*end)
            # A width that no character has comes from a damaged font.
            x1 = x1 if 0 < x1 - x0 < 5 * font.size else x0 + font.size / 2
            glyphs.append(Glyph(text, x0, x1, y, font.size, font.bold, spaced))
            spaced = False
    rulings = []
    for x0, y0, x1, y1 in rulings_of(page):
        a, b = place(x0, y0), place(x1, y1)
        rulings.append((min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])))
    return Page(number, width, height, glyphs, rulings, _asides(across))


def _asides(across: list[tuple[str, _Font]]) -> list[tuple[str, str]]:
    """Text that stands across the page: between the quarter turns it is a watermark, else a label on the margin."""
    asides: list[tuple[str, str]] = []
    before: _Font | None = None
    for text, font in across:
        kind = "watermark" if font.turn is None else "rotated_text"
        if before is not None and before.turn == font.turn and asides:
            asides[-1] = (kind, asides[-1][1] + text)
        else:
            asides.append((kind, text))
        before = font
    return [a for a in asides if a[1].strip()]


_Raw = tuple[str, tuple[float, float], tuple[float, float], _Font]


def _glyphs(textpage: object, box: tuple[float, float, float, float]) -> Iterator[_Raw]:
    """Characters with the start and the end of their base line, in the page's own coordinates.

    The library's own guesses (spaces, line ends) are left out: they come from gaps, and gaps are judged here.
    """
    left, bottom, right, top = box
    x, y = ctypes.c_double(), ctypes.c_double()
    loose = pdfium_c.FS_RECTF()
    fonts: dict[int, _Font] = {}
    weights: dict[int, bool] = {}
    high = 0
    for i in range(min(pdfium_c.FPDFText_CountChars(textpage), _MAX_PAGE_GLYPHS)):
        if pdfium_c.FPDFText_IsGenerated(textpage, i) == 1:
            continue
        code = pdfium_c.FPDFText_GetUnicode(textpage, i)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
        high = 0
        pdfium_c.FPDFText_GetCharOrigin(textpage, i, x, y)
        if not (left - 1 <= x.value <= right + 1 and bottom - 1 <= y.value <= top + 1):
            continue
        pdfium_c.FPDFText_GetLooseCharBox(textpage, i, loose)
        owner = pdfium_c.FPDFText_GetTextObject(textpage, i)
        key = ctypes.cast(owner, ctypes.c_void_p).value or 0
        font = fonts.get(key)
        if font is None:
            font = fonts[key] = _font(textpage, i, owner, weights)
        text = "-" if code in (0x02, 0xFFFE, 0xAD) else chr(code) if code else "\ufffd"
        yield plain_character(text), (x.value, y.value), _end(loose, x.value, y.value, font), font


def _end(loose: object, x: float, y: float, font: _Font) -> tuple[float, float]:
    """Where the next glyph would start: the far side of the loose box in the reading direction."""
    if font.turn == 1:
        return x, max(loose.top, loose.bottom)  # type: ignore[attr-defined]
    if font.turn == 2:
        return min(loose.left, loose.right), y  # type: ignore[attr-defined]
    if font.turn == 3:
        return x, min(loose.top, loose.bottom)  # type: ignore[attr-defined]
    return max(loose.left, loose.right), y  # type: ignore[attr-defined]


def _font(textpage: object, i: int, owner: object, weights: dict[int, bool]) -> _Font:
    """What the text object of glyph ``i`` says; ``weights`` remembers which fonts are bold."""
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetMatrix(textpage, i, matrix)
    size = pdfium_c.FPDFText_GetFontSize(textpage, i)
    # Some writers turn letters upright with a negative size in a matrix that turns them over.
    sign = -1 if size < 0 else 1
    size = abs(size) * math.hypot(matrix.c, matrix.d)
    angle = math.atan2(sign * matrix.b, sign * matrix.a) / (math.pi / 2)
    turn = round(angle) % 4 if abs(angle - round(angle)) < 0.06 else None
    if not owner:
        return _Font(size or 1.0, False, turn)
    key = ctypes.cast(pdfium_c.FPDFTextObj_GetFont(owner), ctypes.c_void_p).value or 0
    if key not in weights:
        weights[key] = _is_bold(textpage, i)
    # Filled and stroked: bold made by the writer.
    stroked = pdfium_c.FPDFTextObj_GetTextRenderMode(owner) == pdfium_c.FPDF_TEXTRENDERMODE_FILL_STROKE
    return _Font(size or 1.0, weights[key] or stroked, turn)


def _is_bold(textpage: object, i: int) -> bool:
    buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    pdfium_c.FPDFText_GetFontInfo(textpage, i, buffer, 128, flags)
    name = buffer.value.decode("utf-8", "ignore").lower()
    return any(word in name for word in _BOLD) or pdfium_c.FPDFText_GetFontWeight(textpage, i) >= 600
