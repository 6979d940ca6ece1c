"""Printed lines: where they stand, how they look, which of them are page furniture, and what kind of page they make.

A reader that knows paragraphs (docx, html, pdf) has settled which lines belong together; plain text has not, and shows
it only by habits of the whole file: blank lines between paragraphs, or an indent before each, or every line is one.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest import patterns
from ingest.documents import Grid, PrintedLine, ReadText
from ingest.labels import Label, read_label
from ingest.patterns import squash
from ingest.titles import document_type

_HEAD_NOISE = re.compile(r"[0-9\s·•・.\-—–]+")
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+")
_QUOTE_MARK = re.compile(r">\s+")
#: |---|:--:| under the head of a Markdown table.
_TABLE_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+$")
#: ======, ————, ****: a line drawn with characters.
_DRAWN_RULE = re.compile(r"[=＝\-—_＿*＊~～·─━]{4,}$")
_COMMENT = re.compile(r"<!--.*?-->$")
#: Marks that pages set to spoil copying, and what a lost font leaves: no part of the wording at a line's ends.
_STRAY = "".join(map(chr, range(0xE000, 0xF900))) + "\ufffc\ufffd"


@dataclass(frozen=True)
class Line:
    """One printed line without its margins; ``source[start:end]`` is ``text``.

    ``gap`` says that a blank line or page furniture stands before it, ``bullet`` that a list mark was taken off.
    """

    text: str
    start: int
    end: int
    gap: bool
    bullet: bool
    indent: int
    #: page_number, running_head, table_rule or comment: page furniture, unless the masthead claims it; else None.
    furniture: str | None = None
    #: Characters beside the text that are none of its wording: list marks, stray marks.
    marks: tuple[tuple[int, int], ...] = ()
    centred: bool = False
    bold: bool = False
    #: Level of a heading that the format itself declares, from 1.
    heading: int | None = None
    #: Which grid of the reader it is a row of.
    grid: int | None = None
    #: Where it was printed, both from 1: page, and line on it (in the file where there are no pages).
    page: int | None = None
    number: int | None = None
    #: The number that opens it, once the whole document has been looked at.
    label: Label | None = None

    @property
    def is_table_row(self) -> bool:
        if self.grid is not None:
            return True
        return self.text.count("\t") >= 2 or (self.text.count("|") >= 3 and self.text.startswith("|"))


@dataclass(frozen=True)
class Layout:
    lines: tuple[Line, ...]
    #: Blank lines separate paragraphs and lines break inside sentences.
    wrapped: bool
    #: Paragraphs begin with an indent and lines break inside sentences.
    indented: bool
    #: Lines break inside sentences, and neither blank lines nor indents say where paragraphs begin.
    flowing: bool = False
    #: The reader's tables, by the numbers that rows carry.
    grids: tuple[Grid, ...] = ()


def _head_key(text: str) -> str:
    return _HEAD_NOISE.sub("", text)


def read_layout(text: str, read: ReadText | None = None) -> Layout:
    """The lines of a file, page furniture marked. Linear in the length of ``text``.

    Args:
        read: what the reader of the format knows besides the characters.
    """
    lines = _mark_furniture(_printed_lines(text, read or ReadText(text)))
    if read is not None and read.is_paragraphed:
        return Layout(tuple(lines), wrapped=False, indented=False, grids=read.grids)
    return _habits(lines)


def _printed_lines(text: str, read: ReadText) -> list[Line]:
    looks = sorted(read.lines, key=lambda look: look.start)
    starts = [look.start for look in looks]
    furniture = {f.start: f.kind for f in read.furniture}
    grids = sorted((g.start, g.end, i) for i, g in enumerate(read.grids))
    lines: list[Line] = []
    position, gap, at_grid = 0, True, 0
    for number, printed in enumerate(text.split("\n"), start=1):
        line_start, position = position, position + len(printed) + 1
        while at_grid < len(grids) and grids[at_grid][1] <= line_start:
            at_grid += 1
        in_grid = at_grid < len(grids) and grids[at_grid][0] <= line_start
        line = _line(printed, line_start, gap, grids[at_grid][2] if in_grid else None)
        if line is None:
            gap = True
            continue
        at = bisect_right(starts, line.start) - 1
        look = looks[at] if at >= 0 and looks[at].end > line.start else None
        lines.append(_looking(line, look, furniture.get(line_start) or furniture.get(line.start), number))
        gap = False
    return lines


def _line(printed: str, line_start: int, gap: bool, grid: int | None) -> Line | None:
    """The line as printed, margins and marks taken off; ``None`` for a blank one."""
    stripped = printed.strip()
    if not stripped:
        return None
    start = line_start + printed.index(stripped[0])
    indent = sum(2 if c == "　" else 1 for c in printed[: start - line_start])
    end = start + len(stripped)
    if grid is not None:
        return Line(stripped, start, end, gap, False, indent, grid=grid)
    marks: list[tuple[int, int]] = []
    if stripped[-1] in _STRAY or stripped[0] in _STRAY:
        kept = stripped.strip(_STRAY + " \t\u3000\xa0")
        if not kept:
            return Line(stripped, start, end, gap, False, indent, "stray_mark")
        first = start + stripped.index(kept[0])
        marks += [(a, b) for a, b in ((start, first), (first + len(kept), end)) if a < b]
        stripped, start, end = kept, first, first + len(kept)
    heading, bullet = None, False
    for pattern in (_MARKDOWN_HEADING, _QUOTE_MARK, patterns.BULLET):
        if (match := pattern.match(stripped)) and len(stripped) > match.end():
            if pattern is _MARKDOWN_HEADING:
                heading = len(match[1])
            marks.append((start, start + len(match[0].rstrip())))
            stripped, start, bullet = stripped[match.end() :], start + match.end(), True
    return Line(stripped, start, end, gap, bullet, indent, marks=tuple(marks), heading=heading)


def _looking(line: Line, look: PrintedLine | None, furniture: str | None, number: int) -> Line:
    """The line with what the reader knows of it; ``number`` is its place in the text, where that is the file's."""
    if look is None:
        return replace(line, furniture=furniture or line.furniture, number=number)
    return replace(
        line, furniture=furniture or line.furniture, centred=look.centred, bold=look.bold,
        heading=look.heading or line.heading, page=look.page, number=look.line,
    )  # fmt: skip


def _mark_furniture(raw: list[Line]) -> list[Line]:
    """Page numbers, running heads and drawn rules; a blank before the next line stands where they stood."""
    short = [x.text for x in raw if len(x.text) <= 30 and not patterns.TERMINAL.search(x.text)]
    heads = Counter(key for t in short if (key := _head_key(t)))
    numbered = Counter(
        key
        for x in raw
        if len(x.text) <= 30 and re.search(r"[0-9]", x.text) and (key := _head_key(x.text)) and len(key) >= 4
    )
    lines: list[Line] = []
    after_furniture = False
    for line in raw:
        kind = line.furniture
        if kind is None and line.grid is None and (len(line.text) <= 30 or line.text[0] in "<|-=—_*＊~～·─━＿－"):
            kind = _furniture_kind(line, heads, numbered)
        if kind or after_furniture:
            line = replace(line, furniture=kind, gap=line.gap or after_furniture)
        lines.append(line)
        after_furniture = kind is not None
    return lines


def _furniture_kind(line: Line, heads: Counter[str], numbered: Counter[str]) -> str | None:
    if _COMMENT.match(line.text):
        return "comment"
    if _TABLE_RULE.match(line.text):
        return "table_rule"
    if _DRAWN_RULE.match(line.text):
        return "drawn_rule"
    if patterns.PAGE_NUMBER.match(line.text) and not line.bullet:
        return "page_number"
    key = _head_key(line.text)
    if (
        len(line.text) <= 30
        and heads[key] >= 3
        and (numbered[key] >= 1 or heads[key] >= 4)
        and key.endswith(("文件", "公报", "通报", "汇编"))
    ):
        return "running_head"
    return None


def _habits(lines: Sequence[Line]) -> Layout:
    """How the file parts its paragraphs, told from all of its lines together."""
    printed = [a for a in lines if a.furniture is None and not a.is_table_row]
    long_lines = sum(1 for a in printed if len(a.text) > 15)
    broken = loose = 0
    for line, after in itertools.pairwise(printed):
        if document_type(line.text):
            # A title is open at its end and nothing goes on behind it.
            continue
        if len(line.text) > 15 and not is_closed(line.text) and not opens_label(after.text):
            broken += 1
            loose += not after.gap and after.indent < 2 and not after.bullet and len(line.text) > 24
    # Nothing stands before the first line, so the blank there says nothing.
    gaps = sum(1 for a in printed[1:] if a.gap)
    indents = sum(1 for a in printed if a.indent >= 2)
    breaks = broken >= 2 and broken / long_lines > 0.2
    wrapped = breaks and 0.08 * len(printed) < gaps < 0.9 * len(printed)
    indented = breaks and 0.08 * len(printed) < indents < 0.7 * len(printed)
    flowing = not wrapped and not indented and long_lines >= 5 and loose / long_lines > 0.3
    return Layout(tuple(lines), wrapped=wrapped, indented=indented, flowing=flowing)


def opens_label(text: str) -> bool:
    """True when a line begins like a numbered clause, and not like a citation of one."""
    label = read_label(text)
    if label is not None and label.kind != "point" and not label.cited:
        return True
    return bool(patterns.PART_HEADING.match(text))


def is_heading(text: str) -> bool:
    """True for a numbered line that is a title, not a sentence: 二、重点任务, (一)交通工程, 第二章 信息审核."""
    compact = squash(text)
    if len(compact) > 45 or patterns.TERMINAL.search(compact) or re.search(r"[。；;]|[:：].{4}", compact):
        return False
    return bool(patterns.PART_HEADING.match(text)) or (opens_label(text) and not patterns.ARTICLE.match(text))


def is_closed(text: str) -> bool:
    """True when a line ends as sentences and paragraphs do."""
    compact = squash(text)
    return bool(patterns.TERMINAL.search(compact) or patterns.CLOSING_BRACKET.search(compact))
