"""Glyphs of a page become lines of text: which stand beside each other, and what spaces a reader sees between them.

Units are points (1/72 inch), y grows downwards, whatever the format counts in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from statistics import median

#: Between characters of these, a gap narrower than half a character is typesetting, not a space.
_WIDE = re.compile(r"[⺀-〿㇀-㏿㐀-鿿豈-﫿︰-﹏＀-￯“”‘’—…·〔〕𠀀-𯿿]")
#: Radicals that fonts of some exporters name instead of the character that looks the same; NFKC knows the Kangxi ones.
_RADICALS = str.maketrans(
    "⺁⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
    "厂母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
)
#: What a space behind it makes a label. 第二条, 第十二条之一, 第一章
_ARTICLE = re.compile(r"第[零〇一二三四五六七八九十百千\d]+[编章节条](?:之[一二三四五六七八九十]+)?")
#: A run is broken where the gap is wider than this many characters; a gutter is wider, a justified gap is not.
_RUN_GAP = 0.8
#: A row of more runs than this is looked at no closer.
_MAX_ROW = 200


@dataclass(slots=True)
class Glyph:
    """A character (or a recognised string) from ``x0`` to ``x1`` on the base line ``y``; ``size`` is its font size."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False
    #: A space character was printed before it.
    spaced: bool = False

    @property
    def top(self) -> float:
        return self.y - 0.88 * self.size

    @property
    def bottom(self) -> float:
        return self.y + 0.12 * self.size


@dataclass(slots=True)
class Box:
    """Something that takes a place in the reading order: a run of glyphs, or (``table``) a whole table."""

    x0: float
    x1: float
    top: float
    bottom: float
    glyphs: list[Glyph] = field(default_factory=list)
    table: object | None = None


@dataclass(slots=True)
class Line:
    """One printed line of one column; ``left`` and ``right`` are the column's edges."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    bold: bool = False
    page: int = 0
    #: Which column of how many: (0, 1) on a page that has one.
    column: tuple[int, int] = (0, 1)
    left: float = 0.0
    right: float = 0.0
    number: int = 0
    furniture: str | None = None
    table: object | None = None
    #: The widest space inside the line.
    gap: float = 0.0
    #: What it was made of.
    boxes: Sequence[Box] = ()


@dataclass
class Page:
    """What a format gives of one page. ``rulings`` are straight lines (x0, top, x1, bottom) that may form tables."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph]
    rulings: list[tuple[float, float, float, float]] = field(default_factory=list)
    #: Text that stands across the reading direction (a watermark, a label on the margin), or comes from a template.
    asides: list[tuple[str, str]] = field(default_factory=list)
    #: Ready tables as boxes.
    tables: list[Box] = field(default_factory=list)


def plain_character(text: str) -> str:
    """``text`` with the look-alikes that fonts name for ordinary characters (⼀ for 一, ⻓ for 长) replaced."""
    if "⺀" <= text <= "⿕" or "豈" <= text <= "﫿":
        return unicodedata.normalize("NFKC", text.translate(_RADICALS))
    return text


@lru_cache(maxsize=1 << 15)
def is_wide(text: str) -> bool:
    """Whether a character is Chinese or as wide as one."""
    return bool(_WIDE.match(text))


def runs_of(glyphs: Iterable[Glyph]) -> list[Box]:
    """Glyphs that stand beside each other without a wide gap, as boxes; top to bottom, then left to right."""
    runs: list[Box] = []
    for row in _rows(sorted(glyphs, key=lambda g: (g.y, g.x0))):
        row.sort(key=lambda g: g.x0)
        current: list[Glyph] = []
        for glyph in row:
            if current and glyph.x0 - current[-1].x1 > _RUN_GAP * max(glyph.size, current[-1].size):
                runs.append(_box(current))
                current = []
            if current and _is_overprint(current, glyph):
                continue
            current.append(glyph)
        if current:
            runs.append(_box(current))
    return runs


def _rows(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Glyphs (sorted by y) whose base lines are about the same. A new row is measured from its own first glyph."""
    rows: list[list[Glyph]] = []
    for glyph in glyphs:
        if rows and glyph.y - rows[-1][0].y <= 0.35 * min(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return rows


def _is_overprint(before: Sequence[Glyph], glyph: Glyph) -> bool:
    """The same character printed again a hair's breadth aside, which is how some printers make bold."""
    near = min(0.25 * glyph.size, 0.5 * (glyph.x1 - glyph.x0))
    return any(g.text == glyph.text and abs(g.x0 - glyph.x0) < near for g in before[-2:])


def _box(glyphs: list[Glyph]) -> Box:
    """A run as one box, its glyphs made one string: of a long document only these are kept."""
    run = Glyph(
        compose(glyphs),
        min(g.x0 for g in glyphs),
        max(g.x1 for g in glyphs),
        median(g.y for g in glyphs),
        median(g.size for g in glyphs),
        2 * sum(g.bold for g in glyphs) > len(glyphs),
        glyphs[0].spaced,
    )
    return Box(run.x0, run.x1, min(g.top for g in glyphs), max(g.bottom for g in glyphs), [run])


def lines_of(boxes: Iterable[Box]) -> list[Line]:
    """The lines that boxes of one column form, top to bottom; a table is a line of its own."""
    return [_line(row) for row in stacked(boxes)]


def stacked(boxes: Iterable[Box]) -> list[list[Box]]:
    """Boxes that stand beside each other, row by row."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda b: (b.top + b.bottom) / 2):
        row = rows[-1] if rows else None
        if row and box.table is None and row[0].table is None and _beside(row, box):
            row.append(box)
        else:
            rows.append([box])
    return rows


def _beside(row: Sequence[Box], box: Box) -> bool:
    top, bottom = max(b.top for b in row), min(b.bottom for b in row)
    tall = max(row, key=lambda b: b.bottom - b.top)
    shared = min(tall.bottom, box.bottom) - max(tall.top, box.top)
    if shared < 0.55 * min(box.bottom - box.top, tall.bottom - tall.top):
        return False
    if len(row) > _MAX_ROW:
        return True
    # Two runs one above the other are two lines, however close they stand.
    covered = any(min(b.x1, box.x1) - max(b.x0, box.x0) > 0.5 * min(b.x1 - b.x0, box.x1 - box.x0) for b in row)
    return not covered or min(bottom, box.bottom) - max(top, box.top) > 0.8 * (box.bottom - box.top)


def _line(row: list[Box]) -> Line:
    if row[0].table is not None:
        box = row[0]
        return Line("", box.x0, box.x1, box.top, box.bottom, 10.5, table=box.table, boxes=row)
    runs = sorted((g for b in row for g in b.glyphs), key=lambda g: g.x0)
    n_bold = sum(len(g.text) for g in runs if g.bold)
    return Line(
        compose(runs),
        runs[0].x0,
        max(g.x1 for g in runs),
        min(b.top for b in row),
        max(b.bottom for b in row),
        max(runs, key=lambda g: len(g.text)).size,
        n_bold > 0.6 * sum(len(g.text) for g in runs),
        gap=max((b.x0 - a.x1 for a, b in pairwise(runs)), default=0.0),
        boxes=row,
    )


def compose(glyphs: Sequence[Glyph]) -> str:
    """The text of glyphs that stand on one line, left to right, with the spaces that a reader sees.

    Characters set apart evenly (东 莞 市 人 民 政 府 令) are one word.
    """
    gaps = [b.x0 - a.x1 for a, b in pairwise(glyphs)]
    size = median(g.size for g in glyphs)
    if (
        len(gaps) >= 3
        and min(gaps) > 0.3 * size
        and max(gaps) - min(gaps) < 0.4 * size
        and all(len(g.text) == 1 and is_wide(g.text) for g in glyphs)
    ):
        return "".join(g.text for g in glyphs)
    parts = [glyphs[0].text]
    for (before, after), gap in zip(pairwise(glyphs), gaps, strict=True):
        wide = is_wide(before.text[-1]) + is_wide(after.text[0])
        em = min(before.size, after.size)
        if wide == 2:
            # 第二条 规定 opens an article where 第二条规定 cites one: a space printed behind a label is kept.
            space = gap > 0.5 * em or (after.spaced and gap > 0.2 * em and bool(_ARTICLE.fullmatch("".join(parts))))
        elif wide == 1:
            space = gap > 0.5 * em or (after.spaced and gap > 0.1 * em)
        elif before.text[-1].isdigit() and after.text[0].isdigit():
            # A narrow 1 in a wide place is no space (发布日期:2013-10-15 of a site printed through cairo).
            space = gap > 0.5 * em or (after.spaced and gap > 0.15 * em)
        else:
            space = after.spaced or gap > 0.2 * em
        parts.append(" " + after.text if space else after.text)
    return "".join(parts)
