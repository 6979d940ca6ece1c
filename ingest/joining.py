"""Printed lines become natural paragraphs (款): what the printer broke is joined, what the author ended is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from ingest import patterns
from ingest.documents import Grid, Paragraph
from ingest.labels import Label, read_label
from ingest.layout import Layout, Line, is_closed, is_heading, opens_label
from ingest.patterns import squash, tidy
from ingest.tables import grid_of_lines, rows_of

#: 第三条 适用范围, alone on its line: the article's name, when most articles of the text have one.
_NAME = re.compile(r"[^，。；：,;:、]{2,20}$")
_EMPTY_ROW = re.compile(r"[|\-:\s]+")
_BRACKETED_NAME = re.compile(r"[【\[(（][^()（）【】\[\]]{2,24}[】\])）]$")


@dataclass(frozen=True)
class Block:
    """One natural paragraph with the number that opens it; ``rest`` is its text behind the number."""

    paragraph: Paragraph
    label: Label | None = None
    rest: str = ""
    #: The paragraph is a row of a table.
    is_row: bool = False
    #: The format says that it is a heading: declared, or set in bold or centred.
    is_set_apart: bool = False

    @property
    def text(self) -> str:
        return self.paragraph.text


@dataclass
class _Open:
    """A paragraph under way."""

    lines: list[Line]
    parts: list[str]

    @property
    def text(self) -> str:
        return "".join(self.parts)

    @property
    def label(self) -> Label | None:
        return self.lines[0].label


def join_lines(lines: Sequence[Line], layout: Layout, grids: Sequence[Grid] = ()) -> list[Block]:
    """The natural paragraphs of lines whose labels are settled; each row of a table is one.

    Every non-blank character of ``lines`` is in exactly one block. Linear in their length.
    """
    named = _articles_are_named(lines)
    blocks: list[Block] = []
    for is_table, run in groupby(lines, key=lambda line: line.is_table_row):
        if is_table:
            blocks += _rows(list(run), grids)
        else:
            blocks += _join(list(run), layout, named)
    return [b for b in blocks if b.text]


def _rows(lines: Sequence[Line], grids: Sequence[Grid]) -> Iterator[Block]:
    """A table's rows; each spans its printed line, so that the bars beside its cells are not lost."""
    bounds = iter(lines)
    line = next(bounds)
    for grid in grids_in(lines, grids):
        for row in rows_of(grid):
            while line.end < row.start:
                line = next(bounds)
            start = min(row.start, line.start) if line.start <= row.end else row.start
            printed = Paragraph(row.text, start, max(row.end, line.end), line.page, line.number)
            yield Block(printed, None, row.text, is_row=True)
    for line in lines:
        if _EMPTY_ROW.fullmatch(line.text):
            # The rule of a table whose line held more than that: no row, and no wording to lose either.
            yield Block(
                Paragraph(squash(line.text), line.start, line.end, line.page, line.number), None, "", is_row=True
            )


def grids_in(rows: Sequence[Line], grids: Sequence[Grid]) -> Iterator[Grid]:
    """The tables that a run of table rows prints: the reader's own, or one made of printed rows."""
    for index, run in groupby(rows, key=lambda row: row.grid):
        yield grids[index] if index is not None else grid_of_lines(list(run))


def _articles_are_named(lines: Sequence[Line]) -> bool:
    """True when the articles of the text print a name on the line of their number: 第三条 适用范围."""
    articles = [(a, b) for a, b in pairwise(lines) if a.label and a.label.kind == "article"]
    named = sum(1 for a, b in articles if b.label is None and _is_name(a))
    return len(articles) >= 3 and named > 0.6 * len(articles)


def _is_name(line: Line) -> bool:
    rest = line.text[line.label.end :].strip() if line.label else ""
    return bool(rest and _NAME.match(rest))


def _join(lines: Sequence[Line], layout: Layout, named: bool) -> Iterator[Block]:
    current: _Open | None = None
    for index, line in enumerate(lines):
        if current is not None and _continues(current, lines, index, layout, named):
            glue = " " if _needs_space(current.text, line.text) or (named and _is_name(current.lines[-1])) else ""
            current.parts.append(glue + line.text)
            current.lines.append(line)
            continue
        if current is not None:
            yield _block(current)
        current = _Open([line], [line.text])
    if current is not None:
        yield _block(current)


def _needs_space(before: str, after: str) -> bool:
    return before[-1].isascii() and after[0].isascii() and after[0].isalnum() and before[-1].isalnum()


def _block(done: _Open) -> Block:
    first, last, label = done.lines[0], done.lines[-1], done.label
    text = done.text
    whole = tidy(text)
    rest = tidy(text[label.end :]) if label else whole
    # An article out of turn is no clause and looks like one all the same.
    article = label or (stray if (stray := read_label(text)) and not stray.cited else None)
    if article is not None and article.kind == "article":
        # 第一条为… gets the space that the printer left out; 第一条:… keeps its colon.
        marks = re.sub(r"[^:：]", "", text[: article.end])
        whole = f"{article.printed}{marks or ' '}{tidy(text[article.end :])}".rstrip()
    is_set_apart = len(done.lines) == 1 and (first.heading is not None or first.bold or first.centred)
    return Block(Paragraph(whole, first.start, last.end, first.page, first.number), label, rest, False, is_set_apart)


def _continues(current: _Open, lines: Sequence[Line], index: int, layout: Layout, named: bool) -> bool:
    line, before = lines[index], current.text
    part = patterns.PART_HEADING.match(before)
    stands_next = line.page != current.lines[-1].page or (line.number or 0) - (current.lines[-1].number or 0) <= 1
    if part and not part["title"].strip() and stands_next and _is_part_title(line):
        return True
    label = (line.label is not None and line.label.kind != "point") or bool(patterns.PART_HEADING.match(line.text))
    if current.label is not None and not label and _waits_for_text(current, named):
        return True
    if line.bullet:
        return False
    closed = is_closed(before)
    is_set_in = layout.indented and current.lines[0].indent >= 2
    if (
        is_set_in
        and line.indent < 2
        and not (line.gap or label or part or closed or patterns.PART_HEADING.match(line.text))
    ):
        # Where paragraphs begin with an indent, a flush line goes on, however short the one before is.
        return True
    if (part or (current.label is not None and is_heading(before))) and (line.gap or label or not layout.wrapped):
        # (二)负责建立…重大工程清 | 单,并对清单实行动态管理; looks like a heading until the next block is read.
        return layout.wrapped and not label and not part and _ends_list_item(lines, index)
    if part or patterns.PART_HEADING.match(line.text):
        return False
    if layout.indented and line.indent >= 2:
        return False
    if layout.wrapped:
        if line.gap:
            return not label and (not closed or before.endswith((";", "；")))
        return not (label and closed)
    if layout.indented:
        return not (label and closed)
    if layout.flowing:
        return not closed and not label and not line.gap and len(current.lines[-1].text) > 15
    return False


def _is_part_title(line: Line) -> bool:
    """第一章 alone on its line, its title on the next."""
    compact = squash(line.text)
    return line.label is None and not line.marks and len(compact) <= 20 and not is_closed(compact) and not line.gap


def _waits_for_text(current: _Open, named: bool) -> bool:
    """A number alone on its line, or an article's number and name: the text behind it stands on the next line."""
    label = current.label
    if label is None or len(current.lines) > 1 or label.kind == "question":
        return False
    rest = current.text[label.end :].strip()
    if not rest:
        return True
    return label.kind == "article" and bool(_BRACKETED_NAME.match(rest) or (named and _NAME.match(rest)))


def _ends_list_item(lines: Sequence[Line], index: int) -> bool:
    """True when the block that ``lines[index]`` opens ends as items of a list do: with ; or, misread, with : before a label."""
    last, after = lines[index], None
    for after in (lines[i] for i in range(index + 1, len(lines))):
        if after.gap or after.bullet:
            break
        last = after
    if last.text.endswith((";", "；")):
        return True
    return bool(last.text.endswith((":", "：")) and after is not None and after is not last and opens_label(after.text))
