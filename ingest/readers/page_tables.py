"""Ruled tables: straight lines on a page become a grid, and the glyphs between them its cells."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.readers.page_lines import Box, Glyph, Page, lines_of, runs_of

#: Lines this near to each other are one line, printed cell by cell (points).
NEAR = 3.0
#: A filled rectangle so thin is a line (points).
_THIN = 2.5
#: More pieces than this on a page are a drawing; looking for tables among them would take too long.
_MAX_RULINGS = 20_000
_MAX_CROSSINGS = 1_000_000
#: A cell with so much text is a frame round a page, not a cell.
_MAX_CELL = 1500

Cell = tuple[int, int, int, int, str]
Ruling = tuple[float, float, float, float]


@dataclass
class PrintedTable:
    """A grid of (row, column, row span, column span, text); ``columns`` are the edges of its columns."""

    cells: list[Cell]
    columns: list[float]
    #: Page and line of every row.
    places: list[tuple[int, int]] = field(default_factory=list)
    #: Cells whose text may go on over the page: its last line fills the cell and ends no sentence.
    open_cells: set[tuple[int, int]] = field(default_factory=set)
    #: Head rows that later pages print again: page, line, text.
    repeated: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def n_rows(self) -> int:
        return max(r + rs for r, _, rs, _, _ in self.cells)


@dataclass(frozen=True)
class _Side:
    """A straight line at ``at`` from ``start`` to ``end``."""

    at: float
    start: float
    end: float


def rulings_along(points: Sequence[tuple[float, float]], closed: bool, stroked: bool, filled: bool) -> Iterator[Ruling]:
    """The straight lines that a drawn chain of points shows.

    A stroked chain shows its horizontal and vertical sides; a filled one shows a line where it is thin enough to be one.
    """
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    x0, y0, x1, y1 = min(xs), min(ys), max(xs), max(ys)
    if min(x1 - x0, y1 - y0) <= _THIN:
        if max(x1 - x0, y1 - y0) > _THIN and (stroked or filled):
            middle_x, middle_y = (x0 + x1) / 2, (y0 + y1) / 2
            yield (x0, middle_y, x1, middle_y) if x1 - x0 > y1 - y0 else (middle_x, y0, middle_x, y1)
        return
    if not stroked:
        return
    chain = [*points, points[0]] if closed else points
    for (ax, ay), (bx, by) in pairwise(chain):
        if abs(ax - bx) <= 1 or abs(ay - by) <= 1:
            yield (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def take_tables(page: Page) -> tuple[list[Box], list[Glyph]]:
    """The tables that the page's rulings form, and the glyphs that stand in none of them."""
    if not 4 <= len(page.rulings) <= _MAX_RULINGS:
        return [], page.glyphs
    across, down = _sides(page.rulings)
    if len(across) * len(down) > _MAX_CROSSINGS:
        return [], page.glyphs
    taken: set[int] = set()
    boxes: list[Box] = []
    for group_across, group_down in _groups(across, down):
        made = _table(page, group_across, group_down)
        if made is not None:
            box, members = made
            boxes.append(box)
            taken.update(members)
    return boxes, [g for g in page.glyphs if id(g) not in taken]


def _sides(rulings: Sequence[Ruling]) -> tuple[list[_Side], list[_Side]]:
    """Horizontal and vertical lines, pieces of one line joined."""
    across: list[_Side] = []
    down: list[_Side] = []
    for x0, y0, x1, y1 in rulings:
        if abs(y1 - y0) <= NEAR and abs(x1 - x0) > NEAR:
            across.append(_Side((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= NEAR and abs(y1 - y0) > NEAR:
            down.append(_Side((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return _joined(across), _joined(down)


def _joined(sides: list[_Side]) -> list[_Side]:
    levels: list[list[_Side]] = []
    for side in sorted(sides, key=lambda s: s.at):
        if levels and side.at - levels[-1][0].at <= NEAR:
            levels[-1].append(side)
        else:
            levels.append([side])
    joined: list[_Side] = []
    for level in levels:
        at = sum(s.at for s in level) / len(level)
        start = end = None
        for side in sorted(level, key=lambda s: s.start):
            if end is not None and side.start <= end + NEAR:
                end = max(end, side.end)
            else:
                if start is not None and end is not None:
                    joined.append(_Side(at, start, end))
                start, end = side.start, side.end
        if start is not None and end is not None:
            joined.append(_Side(at, start, end))
    return joined


def _groups(across: list[_Side], down: list[_Side]) -> list[tuple[list[_Side], list[_Side]]]:
    """Lines that touch each other, directly or through others; each group may be a table."""
    parent = list(range(len(across) + len(down)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for j, v in enumerate(down):
        for i, h in enumerate(across):
            if h.start - NEAR <= v.at <= h.end + NEAR and v.start - NEAR <= h.at <= v.end + NEAR:
                parent[root(len(across) + j)] = root(i)
    groups: dict[int, tuple[list[_Side], list[_Side]]] = defaultdict(lambda: ([], []))
    for i, h in enumerate(across):
        groups[root(i)][0].append(h)
    for j, v in enumerate(down):
        groups[root(len(across) + j)][1].append(v)
    return sorted((g for g in groups.values() if len(g[0]) >= 2 and g[1]), key=lambda g: g[0][0].at)


def _levels(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > NEAR:
            found.append(value)
    return found


def _with_open_sides(across: list[_Side], down: list[_Side]) -> list[_Side]:
    """``down`` and the outer sides of a table that is printed without them: where its horizontal lines end."""
    top, bottom = across[0].at, across[-1].at
    left, right = min(h.start for h in across), max(h.end for h in across)
    more = list(down)
    if left < min(v.at for v in down) - 4 * NEAR and sum(abs(h.start - left) <= NEAR for h in across) >= 2:
        more.append(_Side(left, top, bottom))
    if right > max(v.at for v in down) + 4 * NEAR and sum(abs(h.end - right) <= NEAR for h in across) >= 2:
        more.append(_Side(right, top, bottom))
    return more


def _table(page: Page, across: list[_Side], down: list[_Side]) -> tuple[Box, list[int]] | None:
    down = _with_open_sides(across, down)
    rows, columns = _levels([h.at for h in across]), _levels([v.at for v in down])
    if len(rows) < 2 or len(columns) < 3 or (len(rows) == 2 and len(columns) < 4):
        return None
    inside = [
        g
        for g in page.glyphs
        if columns[0] <= (g.x0 + g.x1) / 2 <= columns[-1] and rows[0] <= (g.top + g.bottom) / 2 <= rows[-1]
    ]
    owner = _merged(rows, columns, across, down)
    held: dict[tuple[int, int], list[Glyph]] = defaultdict(list)
    for g in inside:
        row = min(bisect_right(rows, (g.top + g.bottom) / 2), len(rows) - 1) - 1
        column = min(bisect_right(columns, (g.x0 + g.x1) / 2), len(columns) - 1) - 1
        held[owner[row, column]].append(g)
    spans: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for place, cell in owner.items():
        spans[cell].append(place)
    cells, open_cells = [], set()
    for (row, column), places in sorted(spans.items()):
        right = columns[max(c for _, c in places) + 1]
        text, is_open = _cell_text(held.get((row, column), []), right - columns[column])
        if is_open:
            open_cells.add((row, column))
        if len(text) > _MAX_CELL:
            return None
        cells.append((row, column, max(r for r, _ in places) - row + 1, max(c for _, c in places) - column + 1, text))
    if not _has_row_of_two(cells):
        return None
    n_rows = max(c[0] + c[2] for c in cells)
    table = PrintedTable(cells, columns, [(page.number, 0)] * n_rows, open_cells)
    return Box(columns[0], columns[-1], rows[0], rows[-1], table=table), [id(g) for g in inside]


def _has_row_of_two(cells: Sequence[Cell]) -> bool:
    """Whether text stands beside text somewhere: a frame round a title or a page is no table."""
    filled: dict[int, int] = defaultdict(int)
    for row, _, row_span, _, text in cells:
        if text:
            for r in range(row, row + row_span):
                filled[r] += 1
    return max(filled.values(), default=0) >= 2


def _merged(
    rows: list[float], columns: list[float], across: list[_Side], down: list[_Side]
) -> dict[tuple[int, int], tuple[int, int]]:
    """For every place of the grid, the upper left place of the cell it belongs to.

    Places with no line between them are one cell; where that gives no rectangle, the lines that are missing are taken
    as drawn.
    """

    def has(sides: Sequence[_Side], at: float, start: float, end: float) -> bool:
        covered = sum(max(min(s.end, end) - max(s.start, start), 0.0) for s in sides if abs(s.at - at) <= NEAR)
        return covered >= 0.6 * (end - start)

    n_rows, n_columns = len(rows) - 1, len(columns) - 1
    by_row: dict[int, list[_Side]] = defaultdict(list)
    by_column: dict[int, list[_Side]] = defaultdict(list)
    for h in across:
        by_row[min(range(len(rows)), key=lambda i: abs(rows[i] - h.at))].append(h)
    for v in down:
        by_column[min(range(len(columns)), key=lambda i: abs(columns[i] - v.at))].append(v)
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for r in range(n_rows):
        for c in range(n_columns):
            if (r, c) in owner:
                continue
            right = c + 1
            while (
                right < n_columns
                and (r, right) not in owner
                and not has(by_column[right], columns[right], rows[r], rows[r + 1])
            ):
                right += 1
            low = r + 1
            while (
                low < n_rows
                and not any(
                    has(by_row[low], rows[low], columns[k], columns[k + 1]) or (low, k) in owner
                    for k in range(c, right)
                )
                and not any(has(by_column[k], columns[k], rows[low], rows[low + 1]) for k in range(c + 1, right))
            ):
                low += 1
            for i in range(r, low):
                for k in range(c, right):
                    owner[i, k] = (r, c)
    return owner


def _cell_text(glyphs: Sequence[Glyph], width: float) -> tuple[str, bool]:
    """The text of a cell ``width`` wide, and whether it may go on over the page.

    Lines are joined where the cell broke them; a line that ended early keeps a space after it.
    """
    if not glyphs:
        return "", False
    lines = lines_of(runs_of(glyphs))
    widest = max(a.x1 - a.x0 for a in lines)
    parts = [lines[0].text]
    for before, line in pairwise(lines):
        early = widest - (before.x1 - before.x0) > 2.5 * before.size and len(before.text) > 1
        latin = (
            before.text[-1].isascii()
            and before.text[-1].isalnum()
            and line.text[0].isascii()
            and line.text[0].isalnum()
        )
        parts.append((" " if early or latin else "") + line.text)
    last = lines[-1]
    is_full = width - (last.x1 - last.x0) < 2.6 * last.size + 2 * NEAR
    return "".join(parts), is_full and last.text[-1] not in "。；;！？"
