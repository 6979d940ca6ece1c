"""Which columns a page has, and in what order its lines are read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from statistics import median

from ingest.readers.page_lines import Box, Line, lines_of, stacked


def reading_order(boxes: Sequence[Box], gutters: Sequence[float] = ()) -> tuple[list[Line], list[float]]:
    """Lines in reading order, column by column, and the gutters that were found.

    Args:
        boxes: everything printed on the page.
        gutters: where the columns of the document's other pages part: a page with few lines follows them.
    """
    lines: list[Line] = []
    found: list[float] = []
    _order(list(boxes), gutters, lines, found, (0, 1), depth=0)
    return lines, found


def _order(
    boxes: list[Box],
    gutters: Sequence[float],
    lines: list[Line],
    found: list[float],
    column: tuple[int, int],
    depth: int,
) -> None:
    gutter = find_gutter(boxes, gutters) if depth < 3 else None
    if gutter is None:
        if depth == 0 and gutters and all(b.x1 <= gutters[0] for b in boxes):
            # The last page may end within its first column.
            column = (0, 2)
        for line in lines_of(boxes):
            line.column = column
            lines.append(line)
        return
    found.append(gutter)
    for band in _bands(boxes, gutter):
        left = [b for b in band if b.x1 <= gutter]
        right = [b for b in band if b.x0 >= gutter]
        if len(left) == len(band):
            _order(left, gutters, lines, found, (column[0] * 2, column[1] * 2), depth + 1)
        elif len(left) + len(right) < len(band) or not _are_columns(left, right):
            _order(band, (), lines, found, column, depth=3)
        else:
            _order(left, gutters, lines, found, (column[0] * 2, column[1] * 2), depth + 1)
            _order(right, gutters, lines, found, (column[0] * 2 + 1, column[1] * 2), depth + 1)


def _bands(boxes: Sequence[Box], gutter: float) -> list[list[Box]]:
    """Boxes between those that run across the gutter; consecutive crossing boxes are one band."""
    crossing = sorted((b for b in boxes if b.x0 < gutter < b.x1), key=lambda b: b.top)
    cuts = [(b.top + b.bottom) / 2 for b in crossing]
    bands: list[list[Box]] = [[] for _ in range(2 * len(cuts) + 1)]
    for i, box in enumerate(crossing):
        bands[2 * i + 1].append(box)
    for box in boxes:
        if not box.x0 < gutter < box.x1:
            middle = (box.top + box.bottom) / 2
            i = bisect_left(cuts, middle)
            # What stands on the line of a crossing box belongs to that line.
            near = [
                k for k in (i - 1, i) if 0 <= k < len(cuts) and abs(cuts[k] - middle) < 0.3 * (box.bottom - box.top)
            ]
            bands[2 * near[0] + 1 if near else 2 * i].append(box)
    joined: list[list[Box]] = []
    was_crossing = False
    for i, band in enumerate(bands):
        if not band:
            continue
        is_crossing = i % 2 == 1
        if joined and is_crossing and was_crossing:
            joined[-1] += band
        else:
            joined.append(band)
        was_crossing = is_crossing
    return joined


def _are_columns(left: Sequence[Box], right: Sequence[Box]) -> bool:
    """Whether a band has text on both sides that is more than one row (a signature line beside a date is one)."""
    if not left or not right:
        return False
    return max(len(stacked(left)), len(stacked(right))) > 1


def find_gutter(boxes: Sequence[Box], known: Sequence[float] = ()) -> float | None:
    """Where two columns of running text part, or ``None``. Tables that whitespace alone sets do not count.

    Running text fills its lines; a column of names or amounts does not.
    """
    texts = [b for b in boxes if b.table is None]
    if len(texts) < 4:
        return None
    left_edge, right_edge = min(b.x0 for b in texts), max(b.x1 for b in texts)
    width = right_edge - left_edge
    narrow = [b for b in texts if b.x1 - b.x0 < 0.62 * width]
    total = sum(b.bottom - b.top for b in texts)
    for gutter in known:
        if _supports(texts, gutter, total, is_known=True):
            return gutter
    em = median(b.bottom - b.top for b in texts)
    candidates = _valleys(narrow, left_edge, right_edge, 0.7 * em)
    return next((g for g in candidates if _supports(texts, g, total, is_known=False)), None)


def _valleys(boxes: Sequence[Box], left: float, right: float, at_least: float) -> list[float]:
    """Middles of the vertical strips that hardly any box covers, the emptiest first, then the widest."""
    n = min(max(int(right - left), 1), 20_000)
    steps = [0.0] * (n + 2)
    for b in boxes:
        steps[min(max(int(b.x0 - left), 0), n)] += b.bottom - b.top
        steps[min(int(b.x1 - left), n) + 1] -= b.bottom - b.top
    covered, level = [], 0.0
    for step in steps[: n + 1]:
        level += step
        covered.append(level)
    # A title across a short page crosses the gutter, too.
    limit = max(0.1 * max(covered), min(3 * at_least, 0.4 * max(covered)))
    strips: list[tuple[float, float, float]] = []
    start = None
    for x in range(n + 2):
        if x <= n and covered[x] <= limit:
            start = x if start is None else start
        elif start is not None:
            if x - start >= at_least and 0.2 * n < (start + x) / 2 < 0.8 * n:
                # The middle of the emptiest part.
                low = min(covered[start:x])
                empty = [i for i in range(start, x) if covered[i] <= low + 0.01]
                strips.append((low, -(x - start), left + (empty[0] + empty[-1] + 1) / 2))
            start = None
    return [middle for _, _, middle in sorted(strips)[:4]]


def _supports(boxes: Sequence[Box], gutter: float, total: float, *, is_known: bool) -> bool:
    left = [b for b in boxes if b.x1 <= gutter]
    right = [b for b in boxes if b.x0 >= gutter]
    crossing = total - sum(b.bottom - b.top for b in (*left, *right))
    if not left or not right:
        return False
    shared = min(max(b.bottom for b in left), max(b.bottom for b in right)) - max(
        min(b.top for b in left), min(b.top for b in right)
    )
    if shared <= 0:
        return False
    left_rows, right_rows = stacked(left), stacked(right)
    few, many = sorted((len(left_rows), len(right_rows)))
    if is_known:
        return crossing < 0.6 * total and many >= 2
    if crossing > 0.75 * total:
        return False
    fill = min(_fill(left_rows), _fill(right_rows))
    # Labels under each other (第二十七条, 第二十八条) fill their lines, too, but are short.
    length = min(_length(left_rows), _length(right_rows))
    if few >= 4 and many >= 6:
        return fill > 0.6 and length >= 8
    return few >= 2 and many >= 4 and fill > 0.85 and length >= 10


def _fill(rows: Sequence[Sequence[Box]]) -> float:
    """How much of its column the median row fills."""
    width = max(b.x1 for row in rows for b in row) - min(b.x0 for row in rows for b in row)
    return median(max(b.x1 for b in row) - min(b.x0 for b in row) for row in rows) / width if width else 0.0


def _length(rows: Sequence[Sequence[Box]]) -> float:
    """Characters in the median row."""
    return median(sum(len(g.text) for b in row for g in b.glyphs) for row in rows)
