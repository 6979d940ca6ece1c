"""Totals of a table held against their parts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property

from ingest.documents import Cell, Finding
from ingest.table_rows import TOTAL, Row
from ingest.table_values import read_value, says_nothing

#: What does not add up: shares, ranks, averages, prices, growth.
_NO_SUM = re.compile(
    r"率|占比|比重|比例|比值|平均|人均|均价|户均|排名|名次|位次|排序|系数|指数|单价|价格|增速|增长|增幅|降幅|强度|密度|年限|标准|温度|[%％‰]"
)
_REGION_TOTAL = re.compile(r"全[市省县区国]")
#: A column with more grand totals than this is no sum.
_MOST_TOTALS = 20
_MOST_PARTS = 60
_SUBTOTAL = re.compile(r"小计")
_OF_WHICH = re.compile(r"^其中|^#|^＃")
_NUMBERED = re.compile(
    r"(?P<top>[一二三四五六七八九十]+、)|(?P<second>[(（][一二三四五六七八九十]+[)）])|(?P<third>[0-9]+[.、．])"
)
_ADVICE = "请核对原件;原件如此的,引用时注明合计与分项之和不符"

Placed = tuple[Row, int, Cell]


def check_totals(placed: Sequence[Placed]) -> list[Finding]:
    """A finding for every total that no reading of its parts adds up to.

    Only sums that are meant as such are looked at: one unit, no shares, ranks or averages, nothing 其中. Where more
    than half of a table's totals fail, its rows are not the parts that they look like, and nothing is said.
    """
    checks = [*_row_totals(placed), *_column_totals(placed)]
    failed = [f for f in checks if f is not None]
    if len(checks) >= 3 and len(failed) > 0.5 * len(checks):
        return []
    return sorted(failed, key=lambda f: f.start or 0)


def _adds(cell: Cell) -> bool:
    return cell.unit not in ("%", "‰") and not _NO_SUM.search(cell.column) and not _NO_SUM.search(cell.row)


def _number(cell: Cell) -> Decimal | None:
    if cell.value is None:
        return Decimal(0) if says_nothing(cell.raw) else None
    return Decimal(str(cell.value))


def _judge(total: Cell, readings: Iterable[Sequence[Cell]]) -> tuple[bool, Finding | None]:
    """Whether the sum could be checked, and the finding where no reading of the parts gives it."""
    expected = _number(total)
    first: Decimal | None = None
    for parts in readings:
        numbers = [_number(c) for c in parts]
        if not parts or expected is None or any(n is None for n in numbers):
            continue
        if len({c.unit for c in (total, *parts) if c.value is not None}) > 1:
            continue
        summed = sum((n for n in numbers if n is not None), Decimal(0))
        if abs(summed - expected) <= _tolerance(total, parts):
            return True, None
        first = summed if first is None else first
    if first is None:
        return False, None
    message = f"分项合计 {first.normalize():f},表中为 {total.raw}"
    return True, Finding("sum_mismatch", "warning", message, str(total.path), total.start, _ADVICE)


def _tolerance(total: Cell, parts: Sequence[Cell]) -> Decimal:
    """What rounding explains: half the last printed place, growing with the root of the number of roundings.

    Whole numbers are counted, not rounded.
    """
    decimals = max((v.decimals for c in (total, *parts) if (v := read_value(c.raw))), default=0)
    if not decimals:
        return Decimal(0)
    return Decimal(str(0.5 * (len(parts) + 1) ** 0.5)) * Decimal(10) ** -decimals


def _row_totals(placed: Sequence[Placed]) -> list[Finding | None]:
    columns: dict[tuple[int, str, int | None], list[tuple[Row, Cell]]] = defaultdict(list)
    for row, index, cell in placed:
        columns[index, cell.column, cell.year].append((row, cell))
    results = []
    for cells in columns.values():
        if len({(c.start, c.end) for _, c in cells}) < len(cells) or any(
            _OF_WHICH.match(r.levels[-1]) for r, _ in cells
        ):
            continue
        sums = _ColumnSums(cells)
        if sums.n_grand > _MOST_TOTALS:
            continue
        for at, (row, total) in enumerate(cells):
            if not row.is_total or total.value is None or not _adds(total):
                continue
            if total.unit is None and _REGION_TOTAL.match(row.levels[-1]):
                continue
            checked, finding = _judge(total, sums.readings(at))
            if checked:
                results.append(finding)
    return results


class _ColumnSums:
    """The ways to read which cells of one column a total sums."""

    def __init__(self, cells: Sequence[tuple[Row, Cell]]):
        self.cells = cells
        self.leaves = [(r, c) for r, c in cells if not r.is_total]
        self.subtotals = [(r, c) for r, c in cells if r.is_total and _is_subtotal(r)]
        self.n_grand = sum(1 for r, _ in cells if r.is_total) - len(self.subtotals)
        self.by_outer: dict[tuple[str | None, tuple[str, ...]], list[Cell]] = defaultdict(list)
        for row, cell in self.leaves:
            self.by_outer[_outer(row)].append(cell)

    def readings(self, at: int) -> Iterator[Sequence[Cell]]:
        """The likeliest first: a subtotal sums its group; a total all rows, or the subtotals, or the outermost rows."""
        row = self.cells[at][0]
        if not _is_subtotal(row) or len(self.subtotals) + self.n_grand == 1:
            grouped = {_outer(r) for r, _ in self.subtotals}
            yield [c for _, c in self.leaves]
            yield [
                *(c for r, c in self.subtotals if r is not row),
                *(c for r, c in self.leaves if _outer(r) not in grouped),
            ]
            yield self._outermost
            yield self._without_parts
        above = self._group(at, -1)
        yield above
        yield self.by_outer[_outer(row)] if len(self.by_outer) > 1 else []
        yield self._group(at, 1)
        if at > len(above):
            # 收入总计 below 收入合计 and what is added to it
            yield [self.cells[at - len(above) - 1][1], *above]

    @cached_property
    def _outermost(self) -> list[Cell]:
        return _outermost(self.leaves)

    @cached_property
    def _without_parts(self) -> list[Cell]:
        return _without_parts([c for _, c in self.leaves])

    def _group(self, at: int, step: int) -> list[Cell]:
        """The rows from a total up (or down) to the next total."""
        found = []
        i = at + step
        while 0 <= i < len(self.cells) and not self.cells[i][0].is_total:
            found.append(self.cells[i][1])
            i += step
        return found


def _is_subtotal(row: Row) -> bool:
    return any(_SUBTOTAL.search(level) for level in row.levels)


def _outer(row: Row) -> tuple[str | None, tuple[str, ...]]:
    return row.section, tuple(level for level in row.levels[:-1] if not TOTAL.match(level))


def _outermost(leaves: Sequence[tuple[Row, Cell]]) -> list[Cell]:
    """The rows of the outermost numbering alone, where labels are numbered on several levels: 一、 over 1. and 2."""
    kinds = [(m.lastgroup if (m := _NUMBERED.match(r.levels[-1])) else None) for r, _ in leaves]
    top = next((k for k in ("top", "second", "third") if k in kinds), None)
    return [c for (_, c), kind in zip(leaves, kinds, strict=True) if kind == top] if top else []


def _without_parts(cells: Sequence[Cell]) -> list[Cell]:
    """The rows that are no parts of a row above them: 税收收入 500 over 增值税 300 and 企业所得税 200 counts alone."""
    kept: list[Cell] = []
    numbers = [_number(c) or Decimal(0) for c in cells]
    i = 0
    while i < len(cells):
        kept.append(cells[i])
        summed, end = Decimal(0), i + 1
        for j in range(i + 1, min(len(cells), i + 1 + _MOST_PARTS)):
            summed += numbers[j]
            if j > i + 1 and numbers[i] and summed == numbers[i]:
                end = j + 1
                break
        i = end
    return kept


def _column_totals(placed: Sequence[Placed]) -> list[Finding | None]:
    rows: dict[int, list[tuple[tuple[str, ...], Cell]]] = defaultdict(list)
    for row, index, cell in placed:
        rows[id(row)].append((row.columns[index].levels, cell))
    results = []
    for cells in rows.values():
        if any(_OF_WHICH.match(level) for levels, _ in cells for level in levels):
            continue
        for levels, total in cells:
            if sum(1 for other, _ in cells if any(map(_is_total_name, other))) > _MOST_TOTALS:
                break
            depth = next((i for i, level in enumerate(levels) if _is_total_name(level)), None)
            if depth is None or total.value is None or not _adds(total):
                continue
            parts = [c for other, c in cells if _is_part(levels, other, depth) and _adds(c)]
            if len(parts) < 2 or (total.unit is None and len(rows) < 3):
                continue
            checked, finding = _judge(total, [parts])
            if checked:
                results.append(finding)
    return results


def _is_total_name(level: str) -> bool:
    name = re.sub(r"[(（].*?[)）]$", "", level)
    return bool(re.search(r"(?:合计|总计|小计|共计)$", name)) and len(name) <= 6


def _is_part(total: tuple[str, ...], other: tuple[str, ...], depth: int) -> bool:
    """True where a column stands beside a total's, under the same outer names and over the same inner ones."""
    if other[:depth] != total[:depth] or len(other) <= depth or any(map(_is_total_name, other)):
        return False
    inner = total[depth + 1 :]
    return not inner or other[depth + 1 :] == inner
