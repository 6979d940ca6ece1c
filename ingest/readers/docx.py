"""docx: the body as Word prints it, automatic numbers included, one natural paragraph a line.

Headers and footers are no body text (in the corpus they hold page numbers only). Notes stand at the end as furniture
``footnote``: printed at the foot of a page they are no part of the sentence that they hang on, and joined to it they
would change its wording.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from ingest.documents import EmptyFile, Finding, ReadText
from ingest.formats import detect_format
from ingest.readers.assembling import TextBuilder
from ingest.readers.docx_breaks import breaks_end_paragraphs, natural_paragraphs
from ingest.readers.docx_inline import LINE_BREAK, PAGE_BREAK, InlineReader, branch
from ingest.readers.docx_numbering import Numbering
from ingest.readers.docx_package import DocxPackage, attribute, is_on
from ingest.readers.docx_styles import Styles
from ingest.readers.docx_tables import TableCell, is_layout, table_cells
from ingest.readers.zip_package import child, local

#: A declared heading that is longer is a paragraph that someone gave the wrong style.
_LONGEST_HEADING = 80
#: Fewer characters beside pictures: the pictures are the document.
_LITTLE_TEXT = 200
#: Cells beside each other in no real table that are longer are paragraphs, not parts of a line.
_LONGEST_PART = 40


@dataclass
class _Paragraph:
    #: Its characters: several pieces where deleted paragraph ends joined several paragraphs.
    parts: list[str]
    align: str | None = None
    bold: bool = False
    heading: int | None = None
    #: Its end was deleted or is hidden: the next paragraph goes on in its line.
    is_open: bool = False
    notes: list[tuple[str, str]] = field(default_factory=list)

    @cached_property
    def text(self) -> str:
        return "".join(self.parts)

    @property
    def is_centred(self) -> bool:
        return self.align == "center"


@dataclass
class _Grid:
    cells: list[TableCell]


_Block = _Paragraph | _Grid


class _BodyReader:
    """Turns elements into blocks, in document order: numbers count and fields run on from one to the next."""

    def __init__(self, package: DocxPackage, field_results: Mapping[str, Sequence[str]]):
        self._styles = Styles(package.related("styles"))
        self._numbering = Numbering(package.related("numbering"))
        self.inline = InlineReader(self._styles, field_results)
        self.chunks: list[str] = []
        #: Something was read before, so that what follows is not the letterhead.
        self._has_begun = False

    def blocks(self, container: Iterable[Any]) -> list[_Block]:
        found: list[_Block] = []
        for element in container:
            name = local(element)
            if name == "p":
                self._paragraph(element, found)
            elif name == "tbl":
                found.extend(self._table(element))
            elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
                found.extend(self.blocks(element))
            elif name == "AlternateContent":
                found.extend(self.blocks(branch(element)))
            elif name == "altChunk":
                self.chunks.append(attribute(element, "id") or "")
            elif name in ("oMathPara", "oMath"):
                found.append(_Paragraph([self.inline.read((element,), bold=False, hidden=False).text]))
        return found

    def _paragraph(self, element: Any, found: list[_Block]) -> None:
        properties = child(element, "pPr")
        look = self._styles.look(properties)
        inline = self.inline.read(element, bold=look.bold, hidden=look.hidden)
        mark = child(properties, "rPr")
        is_hidden = bool(is_on(child(mark, "vanish")) or is_on(child(mark, "specVanish")))
        is_shown = bool(inline.text.strip())
        is_deleted = child(mark, "del") is not None or child(mark, "moveFrom") is not None
        number = "" if is_deleted or (is_hidden and not is_shown) else self._numbering.label(look)
        text = number + inline.text.lstrip() if number else inline.text
        paragraph = _Paragraph(
            [text], look.align, inline.bold, look.heading, is_deleted or (is_hidden and is_shown), inline.notes
        )
        before = found[-1] if found else None
        if isinstance(before, _Paragraph) and before.is_open:
            before.parts.append(text)
            before.notes.extend(paragraph.notes)
            paragraph.parts, paragraph.notes = before.parts, before.notes
            found.pop()
        # A box on the first line is the letterhead; any other may float anywhere, and must not part the sentence.
        leads = not self._has_begun
        boxes = [block for box in inline.boxes for block in self.blocks(box)]
        found.extend([*boxes, paragraph] if leads else [paragraph, *boxes])
        self._has_begun = self._has_begun or is_shown

    def _table(self, element: Any) -> list[_Block]:
        cells = table_cells(element)
        for cell in cells:
            cell.blocks = [block for part in cell.elements for block in self.blocks(part)]
            cell.holds_grid = any(isinstance(b, _Grid) for b in cell.blocks)
            cell.texts = list(_texts(cell.blocks))
        if not is_layout(cells):
            return [_Grid(cells)]
        found: list[_Block] = []
        for _, row in groupby(cells, key=lambda c: c.row):
            in_row = list(row)
            filled = [c for c in in_row if c.texts]
            if len(filled) > 1 and all(_is_part(c) for c in filled):
                # 上海市教育委员会办公室 | 2016年3月17日印发: one printed line
                notes = [note for c in filled for note in _notes_in(c.blocks)]
                found.append(_Paragraph(["  ".join(c.texts[0] for c in filled)], notes=notes))
            else:
                found.extend(block for cell in in_row for block in cell.blocks)
        return found


def _is_part(cell: TableCell) -> bool:
    return len(cell.texts) == 1 and len(cell.texts[0]) <= _LONGEST_PART and not cell.holds_grid


def _texts(blocks: Iterable[_Block]) -> Iterator[str]:
    """The paragraphs of a cell, those of tables inside it too, without the empty ones."""
    for block in blocks:
        if isinstance(block, _Grid):
            for cell in block.cells:
                yield from cell.texts
        elif block.text.strip():
            yield block.text.replace(LINE_BREAK, " ").replace(PAGE_BREAK, " ").strip()


def read(data: bytes, name: str, field_results: Mapping[str, Sequence[str]] | None = None) -> ReadText:
    """The text of a docx: paragraphs and grids in order, then the notes.

    ``line`` of a printed line counts paragraphs of the body (rows, in a table) from 1; docx has no pages.
    ``field_results`` are what ``doc_binary.field_results`` found in the file that this docx was converted from.

    Raises:
        UnreadableFile: damaged, locked, or larger inside than any document.
        EmptyFile: pictures without text.
    """
    package = DocxPackage(data, name)
    body = child(package.xml(package.main), "body")
    reader = _BodyReader(package, field_results or {})
    blocks = reader.blocks(body if body is not None else ())
    if reader.chunks and not any(True for _ in _texts(blocks)) and (held := _embedded(package, reader.chunks[0])):
        return held
    builder = TextBuilder(is_paragraphed=True)
    notes = _write(builder, blocks)
    _write_notes(builder, package, reader, notes)
    _report(builder, reader, name)
    return builder.finish()


def _write(builder: TextBuilder, blocks: list[_Block]) -> list[tuple[str, str, int]]:
    """Writes the body; the notes it refers to, as (kind, id, line)."""
    breaks_end = breaks_end_paragraphs(b.text for b in blocks if isinstance(b, _Paragraph) and not b.is_centred)
    notes: list[tuple[str, str, int]] = []
    line, blank = 1, True
    for block in blocks:
        if isinstance(block, _Grid):
            cells = [(c.row, c.column, c.row_span, c.column_span, "\n".join(c.texts)) for c in block.cells]
            builder.grid(cells, line=line)
            line += max(c.row + c.row_span for c in block.cells)
            notes.extend((*n, line) for c in block.cells for n in _notes_in(c.blocks))
            blank = False
            continue
        is_right = block.align in ("right", "end")
        texts = natural_paragraphs(block.text, breaks_end=breaks_end or is_right, centred=block.is_centred)
        if not texts and not blank:
            builder.blank()
        blank = not texts
        for text in texts:
            builder.paragraph(
                text,
                line=line,
                centred=block.is_centred,
                bold=block.bold,
                heading=block.heading if len(text) <= _LONGEST_HEADING else None,
            )
        notes.extend((*n, line) for n in block.notes)
        line += 1
    return notes


def _notes_in(blocks: Iterable[_Block]) -> Iterator[tuple[str, str]]:
    for block in blocks:
        if isinstance(block, _Grid):
            for cell in block.cells:
                yield from _notes_in(cell.blocks)
        else:
            yield from block.notes


def _write_notes(
    builder: TextBuilder, package: DocxPackage, reader: _BodyReader, notes: list[tuple[str, str, int]]
) -> None:
    """Notes in the order of their marks, numbered as printed, each with the line that it hangs on."""
    held: dict[tuple[str, str], Any] = {}
    for kind in sorted({kind for kind, _, _ in notes}):
        root = package.related(kind)
        for note in root if root is not None else ():
            if attribute(note, "type") in (None, "normal"):
                held[kind, attribute(note, "id") or ""] = note
    count = {"footnotes": 0, "endnotes": 0}
    for kind, note_id, line in notes:
        note = held.pop((kind, note_id), None)
        text = " ".join(_texts(reader.blocks(note))) if note is not None else ""
        if text:
            count[kind] += 1
            if sum(count.values()) == 1:
                builder.blank()
            builder.furniture("footnote", f"{count[kind]} {text}", line=line)


def _embedded(package: DocxPackage, relation: str) -> ReadText | None:
    """The text of a page that a web system wrapped into a docx whole (``w:altChunk``), ``None`` if it is no page."""
    from ingest.sources import reader_for

    kind_and_path = package.main_relations.get(relation)
    data = package.part(kind_and_path[1]) if kind_and_path else None
    file_format = detect_format(data) if data else ""
    return reader_for(file_format)(data, package.name) if data and file_format in ("html", "mhtml", "txt") else None


def _report(builder: TextBuilder, reader: _BodyReader, name: str) -> None:
    """Findings on what of the file did not become text.

    Raises:
        EmptyFile: there are pictures and no text at all.
    """
    seen, found = reader.inline.seen, builder.findings
    if seen.n_pictures and not builder.position:
        raise EmptyFile(
            name, f"文件里没有文字,只有 {seen.n_pictures} 张图片", "请另存为 PDF 后再导入,扫描页需要安装 OCR 扩展。"
        )
    if seen.n_deleted or seen.n_inserted:
        found.append(
            Finding(
                "tracked_changes",
                "warning",
                f"文件带有未接受的修订({seen.n_inserted} 处插入、{seen.n_deleted} 处删除),已按接受全部修订读取",
                None,
                None,
                "请确认这是定稿;如不是,请在 Word 中处理修订后重新导入。",
            )
        )
    if seen.n_hidden:
        found.append(
            Finding(
                "hidden_text",
                "notice",
                f"文件有 {seen.n_hidden} 个隐藏的字,打印时看不到,没有读入",
                None,
                None,
                "如需要,请在 Word 中取消隐藏后重新导入。",
            )
        )
    if seen.n_large_pictures or (seen.n_pictures and builder.position < _LITTLE_TEXT):
        found.append(
            Finding(
                "image_not_read",
                "warning" if builder.position < _LITTLE_TEXT else "notice",
                f"文件里有 {seen.n_pictures} 张图片,图片里的文字没有读入",
                None,
                None,
                "请核对图片是否含有正文或表格;可另存为 PDF 后用 OCR 读取。",
            )
        )
    if reader.chunks:
        found.append(
            Finding(
                "embedded_part_not_read",
                "error",
                f"文件嵌有 {len(reader.chunks)} 段外来内容,没有读入",
                None,
                None,
                "请用 Word 打开并另存为 docx 后重新导入。",
            )
        )
