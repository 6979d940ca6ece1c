"""Labelled rows as records: address, year, unit and value of every cell."""

from __future__ import annotations

import re
from collections import Counter

from ingest.documents import Cell, Finding, GridCell
from ingest.refs import ClausePath
from ingest.table_heads import IN_PATH, LONGEST_LABEL, Column, Head
from ingest.table_rows import Body, Row
from ingest.table_sheet import distinct
from ingest.table_values import NOT_QUANTITY, RATE, UNIT, Value, read_value, unit_at_end, year_alone, year_within

_UNIT_HEAD = re.compile(r"(?:计量|数量)?单位(?:名称)?$")
#: 约3, 10以上, 5-10, ≥90: no number, yet the column's unit belongs to it.
_ABOUT_A_NUMBER = re.compile(r"[^0-9]{0,3}[0-9][0-9.,%\-—~～至以上下不足左右内约≥≤]{0,12}$")


class Records:
    """The records of one table; ``placed`` says which row and column each came from, ``findings`` what was doubtful."""

    def __init__(self, prefix: tuple[str, ...], head: Head, body: Body, unit: str | None, title: str | None):
        self.placed: list[tuple[Row, int, Cell]] = []
        self.findings: list[Finding] = []
        self._prefix, self._body, self._unit = prefix, body, unit
        self._title_year = year_within(title or "")
        self._unit_column = next((i for i, c in enumerate(head.columns) if self._holds_units(i, c)), None)
        for row in body.rows:
            self._read_row(row)

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cell for _, _, cell in self.placed)

    def _holds_units(self, index: int, column: Column) -> bool:
        """True for 单位 over units (万元, 个); 单位 over organisations is a column like others."""
        texts = [c.text for c in distinct(row.cells[index] for row in self._body.rows)]
        return bool(_UNIT_HEAD.match(column.name) and texts and all(map(UNIT.match, texts)))

    def _read_row(self, row: Row) -> None:
        names: Counter[tuple[str, int | None]] = Counter()
        in_path = {id(row.cells[i]) for i in self._body.label_columns if _is_in_path(row, row.cells[i])}
        previous: GridCell | None = None
        for index, (column, cell) in enumerate(zip(row.columns, row.cells, strict=True)):
            if cell is None or not cell.text or id(cell) in in_path:
                continue
            if index in self._body.index_columns or index == self._unit_column:
                continue
            if cell is previous and row.columns[index - 1].levels == column.levels:
                continue
            previous = cell
            label = _column_label(column, index)
            key = (label.translate(IN_PATH), column.year)
            names[key] += 1
            if names[key] > 1:
                label = f"{label}({names[key]})"
            self.placed.append((row, index, self._record(row, column, label, cell)))

    def _record(self, row: Row, column: Column, label: str, cell: GridCell) -> Cell:
        value = None if NOT_QUANTITY.search(column.name) else read_value(cell.text)
        # A sentence's year (2015年列入报名库的往届生) dates a figure, not the words beside it.
        year_of = year_within if value else year_alone
        years = [y for level in reversed(row.levels) if (y := year_of(level))]
        year = column.year or next(iter(years), None) or (self._title_year if value else None)
        has_year_label = column.name and any(year_alone(level) for level in column.levels)
        labels = (*row.labels, *([f"{column.year}年"] if has_year_label else []), label)
        path = ClausePath((*self._prefix, *(x.translate(IN_PATH) for x in labels)))
        if value is not None and value.is_doubtful:
            message = f"数值疑有识别残留:{cell.text}(按 {value.number:g} 读取)"
            advice = "请对照原件确认该数值"
            self.findings.append(Finding("doubtful_value", "warning", message, str(path), cell.start, advice))
        # A row of years only (2024年 over 2025年) is named by them.
        names = [x for x in row.labels if not (x.endswith("年") and year_alone(x))] or row.labels
        return Cell(
            path, " ".join(names), label, year, self._unit_of(row, column, cell, value),
            value.number if value else None, cell.text, cell.start, cell.end,
        )  # fmt: skip

    def _unit_of(self, row: Row, column: Column, cell: GridCell, value: Value | None) -> str | None:
        """The unit nearest to the value: its own, its column's, its row's (a 单位 column, the label), the table's."""
        if value is None and (not _ABOUT_A_NUMBER.match(cell.text) or NOT_QUANTITY.search(column.name)):
            return None
        own = row.cells[self._unit_column] if self._unit_column is not None else None
        declared = column.unit
        if declared is None and not RATE.search(column.name):
            declared = (own.text if own else None) or unit_at_end(row.levels[-1]) or self._unit
        elif own and own.text and not column.unit:
            declared = own.text if own.text in ("%", "‰") else None
        printed = value.unit if value else None
        if printed in ("万", "亿") and declared and declared[0] not in "万亿%‰":
            return printed + declared
        return printed or (None if "%" in cell.text and value is None else declared)


def _is_in_path(row: Row, cell: GridCell | None) -> bool:
    """True where the row's path says a label cell; other label cells are records of their own."""
    return bool(cell and cell.text and (cell.text in row.labels or (row.is_named and cell.text == row.levels[-1])))


def _column_label(column: Column, index: int) -> str:
    if 0 < len(column.name) <= LONGEST_LABEL + 10:
        return column.name
    return f"{column.year}年" if column.year and not column.name else f"第{index + 1}列"
