"""A page's tree becomes a flat list of natural paragraphs and tables, and the boxes that they lie in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from lxml import etree

from ingest.readers.html_lists import LIST_STYLE, list_kind, number_of, numeral
from ingest.readers.html_tables import (
    BLOCKS,
    Cell,
    TableShape,
    is_hidden,
    shown,
    survey_tables,
    table_cells,
)
from ingest.readers.html_text import GLUED, LABEL, group_lines, inline_text, needs_space

#: libxml2 gives no line beyond this.
_LAST_LINE = 65_535
_FILE_LINK = re.compile(r"\.(?:docx?|wps|pdf|ofd|xlsx?|et|pptx?|zip|rar|7z|tif|jpe?g|png|txt|ceb)(?:[?#&].*)?$", re.I)
_CENTRE = re.compile(r"text-align\s*:\s*(-\w+-)?(\w+)", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(bold|bolder|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"font-weight\s*:\s*(normal|[1-4]00)", re.IGNORECASE)
_INDENT = re.compile(r"text-indent\s*:\s*(-?\d{1,4}(?:\.\d{1,4})?)", re.IGNORECASE)
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|table)\b", re.IGNORECASE)
_UNBOXED_TAGS = "p h1 h2 h3 h4 h5 h6 hr pre li dt dd html colgroup caption"
_BOXES = BLOCKS - frozenset(_UNBOXED_TAGS.split())


@dataclass(frozen=True)
class Block:
    """One natural paragraph as pieces of (text, line) that the page broke it into, or a table as cells."""

    pieces: tuple[tuple[str, int | None], ...]
    text: str
    box: int
    cells: tuple[Cell, ...] = ()
    line: int | None = None
    #: Characters that are no white space, and how many of them stand in links.
    n: int = 0
    n_linked: int = 0
    heading: int | None = None
    centred: bool = False
    bold: bool = False
    hidden: bool = False
    has_file: bool = False
    #: Its first line stands in, by spaces or by style.
    indented: bool = False
    #: An empty line stands before it.
    gap: bool = False


@dataclass
class Box:
    """An element that holds blocks ``first`` to ``last`` (half open). ``names`` are its id and classes, lower case."""

    tag: str
    names: tuple[str, ...]
    parent: int
    first: int
    last: int = 0


@dataclass(frozen=True)
class FlatPage:
    blocks: list[Block]
    boxes: list[Box]
    #: What a comment begins and ends as the content: ranges of blocks.
    marked: list[tuple[int, int]]


@dataclass
class _Frame:
    """What holds inside one open element."""

    is_block: bool = False
    centred: bool = False
    bold: bool = False
    indented: bool = False
    heading: int | None = None
    linked: bool = False
    pre: bool = False
    hidden: bool = False
    #: An inline element that is not shown: its words are no part of the paragraph around it.
    dropped: bool = False
    box: int = 0
    list_kind: str | None = None
    next_number: int = 1
    step: int = 1


@dataclass
class _Segment:
    """Text between two line breaks."""

    parts: list[str] = field(default_factory=list)
    line: int | None = None
    n_linked: int = 0
    n_bold: int = 0
    n_all: int = 0


_MARK_BEGIN = re.compile(
    r"content\.begin|信息内容\]>begin|^\s*enpcontent\s*$|^\s*(?:正文|内容)(?:内容)?\s*(?:开始|begin|start)", re.I
)
_MARK_END = re.compile(
    r"content\.end|信息内容\]>end|^\s*/enpcontent\s*$|^\s*(?:正文|内容)(?:内容)?\s*(?:结束|end)", re.I
)


def flatten(root: etree._Element, with_hidden: bool = False) -> FlatPage:
    """Every shown word of ``root`` as blocks in reading order. One walk, no recursion."""
    return _Flattener(root, with_hidden).run()


class _Flattener:
    def __init__(self, root: etree._Element, with_hidden: bool):
        self.root = root
        self.with_hidden = with_hidden
        self.shapes: dict[etree._Element, TableShape] = survey_tables(root)
        self.blocks: list[Block] = []
        self.boxes = [Box("html", (), -1, 0)]
        self.frames = [_Frame(is_block=True)]
        self.segments = [_Segment()]
        self.marked: list[tuple[int, int]] = []
        self.mark_start: int | None = None
        self.line = 1
        self.gap = True
        self.has_file = False
        self.marker = ""
        #: Depth of the table whose cells are already read; what lies below it is passed over.
        self.inside_grid: etree._Element | None = None

    def run(self) -> FlatPage:
        for event, element in shown(self.root):
            if self.inside_grid is not None:
                if event == "end" and element is self.inside_grid:
                    self.inside_grid = None
                    self.add_text(element.tail)
                continue
            if event == "start":
                self.start(element)
            elif event == "end":
                self.end(element)
                if element is not self.root:
                    self.add_text(element.tail)
            else:
                if event == "comment":
                    self.comment(element)
                else:
                    self.line += sum(t.count("\n") for t in element.itertext())
                self.add_text(element.tail)
        self.flush()
        self.boxes[0].last = len(self.blocks)
        prose = [b for b in self.blocks if len(b.text) >= 60 and not b.cells]
        if 2 * sum(b.centred for b in prose) > len(prose):
            # The whole page was centred for its looks: nothing in it is centred as a title is.
            self.blocks = [replace(b, centred=False) for b in self.blocks]
        return FlatPage(self.blocks, self.boxes, self.marked)

    def start(self, element: etree._Element) -> None:
        tag = element.tag
        if (line := element.sourceline) and line < _LAST_LINE:
            self.line = max(self.line, line)
        if tag == "br":
            self.segments.append(_Segment())
            return
        frame = self.frame_of(element)
        if frame.is_block:
            self.flush()
        if tag in _BOXES or (
            not frame.is_block and tag not in ("a", "b", "i", "u", "span", "font", "strong", "em", "p")
        ):
            names = tuple(f"{element.get('id') or ''} {element.get('class') or ''}".lower().split())
            self.boxes.append(Box(tag, names[:12], self.frames[-1].box, len(self.blocks)))
            frame.box = len(self.boxes) - 1
        self.frames.append(frame)
        if tag == "table" and element in self.shapes and self.shapes[element].is_grid:
            cells = table_cells(element)
            if cells:
                self.add_grid(element, cells, frame)
                self.boxes[frame.box].last = len(self.blocks)
                self.frames.pop()
                self.inside_grid = element
                return
        if tag == "a" and _FILE_LINK.search(element.get("href") or ""):
            self.has_file = True
        self.add_text(element.text)

    def frame_of(self, element: etree._Element) -> _Frame:
        above = self.frames[-1]
        tag, style = element.tag, element.get("style") or ""
        frame = _Frame(
            tag in BLOCKS or bool(style and _BLOCK_STYLE.search(style)),
            (above.centred and tag != "table") or tag == "center",
            above.bold or tag in ("b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"),
            above.indented,
            above.heading,
            above.linked or (tag == "a" and element.get("href") is not None),
            above.pre or tag in ("pre", "xmp", "listing"),
            above.hidden,
            above.dropped,
            above.box,
        )
        if not self.with_hidden and is_hidden(element):
            frame.hidden = True
            frame.dropped = frame.dropped or not frame.is_block
        if align := element.get("align"):
            frame.centred = align.lower() in ("center", "middle")
        if style:
            if m := _CENTRE.search(style):
                frame.centred = m[2].lower() == "center"
            if m := _INDENT.search(style):
                frame.indented = float(m[1]) > 0
            frame.bold = (frame.bold or bool(_BOLD.search(style))) and not _NOT_BOLD.search(style)
        if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            frame.heading = int(tag[1])
        if tag in ("ol", "ul", "menu", "dir"):
            self.open_list(element, frame)
        elif tag == "li":
            self.flush()
            self.marker = self.item_marker(element)
        return frame

    def open_list(self, element: etree._Element, frame: _Frame) -> None:
        frame.list_kind = "none"
        if element.tag != "ol":
            return
        frame.list_kind = list_kind(element)
        items = sum(1 for c in element if c.tag == "li") if element.get("reversed") is not None else 1
        frame.step = -1 if element.get("reversed") is not None else 1
        frame.next_number = number_of(element.get("start"), items)

    def item_marker(self, element: etree._Element) -> str:
        """The number that a browser shows before a list item; empty for bullets."""
        above = self.frames[-1]
        if above.list_kind in (None, "none"):
            return ""
        number = number_of(element.get("value"), above.next_number)
        above.next_number = number + above.step
        kind = above.list_kind or ""
        if m := LIST_STYLE.search(element.get("style") or ""):
            kind = m[1].lower()
        return numeral(number, element.get("type") or kind)

    def end(self, element: etree._Element) -> None:
        if element.tag == "br":
            return
        frame = self.frames.pop()
        if frame.is_block:
            # The element's own look holds for the text it ends with.
            self.frames.append(frame)
            self.flush()
            self.frames.pop()
        if frame.box != self.frames[-1].box:
            self.boxes[frame.box].last = len(self.blocks)
        if element.tag == "li":
            self.marker = ""

    def comment(self, node: etree._Element) -> None:
        text = node.text or ""
        if len(text) < 80 and _MARK_BEGIN.search(text):
            self.flush()
            self.mark_start = len(self.blocks)
        elif len(text) < 80 and _MARK_END.search(text) and self.mark_start is not None:
            self.flush()
            self.marked.append((self.mark_start, len(self.blocks)))
            self.mark_start = None
        self.line += text.count("\n")

    def add_text(self, text: str | None) -> None:
        if not text:
            return
        frame = self.frames[-1]
        if frame.dropped:
            self.line += text.count("\n")
            return
        if not frame.pre:
            self.add_run(text, frame)
            return
        for i, printed in enumerate(text.split("\n")):
            if i:
                self.segments.append(_Segment())
                self.line += 1
            self.add_run(printed, frame)

    def add_run(self, text: str, frame: _Frame) -> None:
        segment = self.segments[-1]
        bare = text.strip()
        if bare:
            n = len(bare)
            if segment.line is None:
                segment.line = self.line + text[: len(text) - len(text.lstrip())].count("\n")
            segment.n_all += n
            segment.n_linked += n if frame.linked else 0
            segment.n_bold += n if frame.bold else 0
        segment.parts.append(text)
        self.line += text.count("\n")

    def flush(self) -> None:
        """Writes what has been collected since the last block border."""
        segments, self.segments = self.segments, [_Segment()]
        has_file, self.has_file = self.has_file, False
        if not any(s.n_all for s in segments):
            self.gap = self.gap or len(segments) > 1 or any(s.parts for s in segments)
            return
        frame = self.frames[-1]
        printed = [(inline_text(raw), part) for s in segments for raw, part in _unglued(s)]
        for i, group in enumerate(group_lines([t for t, _ in printed], frame.centred or frame.heading is not None)):
            members = [printed[j] for j in group]
            if self.marker and not LABEL.match(members[0][0].lstrip()):
                members[0] = (self.marker + members[0][0].lstrip(), members[0][1])
            self.marker = ""
            n_all = sum(s.n_all for _, s in members)
            pieces = tuple((t.strip(), self.line_of(s)) for t, s in members)
            text = pieces[0][0]
            for piece, _ in pieces[1:]:
                text += (" " if needs_space(text, piece) else "") + piece
            self.blocks.append(
                Block(
                    pieces,
                    text,
                    frame.box,
                    line=pieces[0][1],
                    n=len("".join(text.split())),
                    n_linked=sum(s.n_linked for _, s in members),
                    heading=frame.heading,
                    centred=frame.centred,
                    bold=n_all > 0 and sum(s.n_bold for _, s in members) >= 0.9 * n_all,
                    hidden=frame.hidden,
                    has_file=has_file,
                    indented=frame.indented or members[0][0][:1] == "　" or members[0][0][:2] == "  ",
                    gap=self.gap if i == 0 else not printed[group[0] - 1][0].strip(),
                )
            )
            self.gap = False

    @staticmethod
    def line_of(segment: _Segment) -> int | None:
        return segment.line if segment.line and segment.line < _LAST_LINE else None

    def add_grid(self, element: etree._Element, cells: list[Cell], frame: _Frame) -> None:
        self.flush()
        linked = sum(len("".join("".join(a.itertext()).split())) for a in element.iter("a") if a.get("href"))
        text = " ".join(c[4] for c in cells if c[4])
        self.blocks.append(
            Block(
                (),
                text,
                frame.box,
                tuple(cells),
                self.line if self.line < _LAST_LINE else None,
                len("".join(text.split())),
                linked,
                hidden=frame.hidden,
                has_file=any(_FILE_LINK.search(a.get("href") or "") for a in element.iter("a")),
                gap=self.gap,
            )
        )
        self.gap = False
        self.line += sum(t.count("\n") for t in element.itertext())


def _unglued(segment: _Segment) -> list[tuple[str, _Segment]]:
    """A segment's text, in parts where an editor lost the breaks: …修正）　　第一章 总则　　第一条　为…"""
    raw = "".join(segment.parts)
    parts = GLUED.split(raw) if "\u3000" in raw else [raw]
    if len(parts) == 1:
        return [(raw, segment)]
    n = [len(p.strip()) for p in parts]
    return [(p, _Segment([], segment.line, 0, 0, k)) for p, k in zip(parts, n, strict=True)]
