"""Printed tables as records: one value, its row, its column, its year and unit, and a path that cites it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.documents import Cell, Finding, Grid, GridCell, Paragraph, Table
from ingest.layout import Line
from ingest.patterns import squash
from ingest.refs import ClausePath
from ingest.table_forms import is_blank_form, is_page_box, read_form
from ingest.table_heads import Above, Head, NoHead, is_head_word, read_above, read_head
from ingest.table_records import Records
from ingest.table_rows import Body, NoLabels, read_body
from ingest.table_sheet import Sheet, distinct, sheet_of
from ingest.table_totals import check_totals
from ingest.table_values import unit_note

_RULE = re.compile(r"[|\-:\s]+")
_BAR = re.compile(r"(?<!\\)\|")
#: How often the text of a table may be repeated by cells that stand for several rows.
_MOST_REPEATED = 50


@dataclass(frozen=True)
class PrintedTable:
    """A table's rows as printed (one paragraph a row, cells parted by tabs) and, where it could be read, its records."""

    rows: tuple[Paragraph, ...]
    table: Table | None
    findings: tuple[Finding, ...]


def grid_of_lines(lines: Sequence[Line]) -> Grid:
    """The grid of printed rows, their cells parted by tabs or bars; the rules of a Markdown table are left out."""
    cells: list[GridCell] = []
    row = 0
    for line in lines:
        if _RULE.fullmatch(line.text):
            continue
        for column, (text, start) in enumerate(_parts(line)):
            cells.append(GridCell(row, column, 1, 1, squash(text), start, start + len(text)))
        row += 1
    return Grid(lines[0].start if lines else 0, lines[-1].end if lines else 0, tuple(cells))


def _parts(line: Line) -> Iterator[tuple[str, int]]:
    """Cell texts of one printed row, stripped, with their offsets in the source."""
    text, position = line.text, line.start
    if "\t" in text:
        parts = text.split("\t")
    else:
        if text.startswith("|"):
            text, position = text[1:], position + 1
        parts = _BAR.split(text.removesuffix("|"))
    for part in parts:
        stripped = part.strip()
        yield stripped, position + (len(part) - len(part.lstrip()))
        position += len(part) + 1


def rows_of(grid: Grid) -> tuple[Paragraph, ...]:
    """One paragraph a row, its cells parted by tabs, from its first printed character to its last.

    Positions that a merged cell covers stay empty; a row without text gives none.
    """
    by_row: dict[int, list[GridCell]] = {}
    for cell in grid.cells:
        by_row.setdefault(cell.row, []).append(cell)
    rank = {column: i for i, column in enumerate(sorted({c.column for c in grid.cells}))}
    is_rectangle = len(by_row) * len(rank) <= 40 * len(grid.cells)
    result = []
    for _, cells in sorted(by_row.items()):
        printed = [c for c in sorted(cells, key=lambda c: c.column) if squash(c.text)]
        if not printed:
            continue
        text, column = "", 0
        for i, cell in enumerate(printed):
            place = rank[cell.column] if is_rectangle else i
            text += "\t" * (max(place - column, 1) if i else place) + squash(cell.text)
            column = place
        result.append(Paragraph(text, min(c.start for c in printed), max(c.end for c in printed)))
    return tuple(result)


def read_table(lines: Sequence[Line], path: ClausePath, title: str | None) -> PrintedTable:
    """The records of one table of printed lines; see ``read_grid``."""
    return read_grid(grid_of_lines(lines), path, title)


def read_grid(
    grid: Grid, path: ClausePath, title: str | None, unit: str | None = None, *, ordinal: int = 1
) -> PrintedTable:
    """The records of one table, in reading order.

    Reads heads of one to five rows, merged or not, up to three label columns, forms of labels and contents, and tables
    of words as well as of numbers. Every value is kept as printed; a value with recognition strokes (``1_``) is read
    without them and reported; totals are held against their parts. A table that cannot be read with confidence stays
    text, with a finding; a frame around text (one row or one column) is no table and stays text without one.

    Args:
        grid: the cells as the reader saw them.
        path: the clause that holds the table.
        title: what stands over the table as its name; a title row inside the grid goes before it.
        unit: the unit that a line over the table gives all its numbers (单位：万元).
        ordinal: which table of ``path`` this is, from 1; from the second on 表2, 表3 … stands in every address.
    """
    rows = rows_of(grid)
    sheet = sheet_of(grid)
    if sheet is not None and (sheet.height < 2 or sheet.width < 2):
        return PrintedTable(rows, None, ())
    prefix = path.labels if ordinal < 2 else (*path.labels, f"表{ordinal}")
    try:
        if sheet is None:
            raise NoHead("单元格过于零散")
        above = read_above(sheet)
        form = read_form(sheet, above)
        if not form and is_blank_form(grid):
            return PrintedTable(rows, None, (_unreadable(sheet, "", path, grid),))
        head, body = form or _read_matrix(sheet, above)
        title = above.title or title
        records = Records(prefix, head, body, above.unit or unit or unit_note(title or ""), title)
        _check_confidence(sheet, head, body, records.cells)
    except (NoHead, NoLabels) as reason:
        return PrintedTable(rows, None, (_unreadable(sheet, str(reason), path, grid),))
    findings = [*records.findings, *check_totals(records.placed)]
    return PrintedTable(rows, Table(path, title, records.cells), tuple(findings))


def _read_matrix(sheet: Sheet, above: Above) -> tuple[Head, Body]:
    head = read_head(sheet, above)
    return head, read_body(sheet, head)


def _unreadable(sheet: Sheet | None, reason: str, path: ClausePath, grid: Grid) -> Finding:
    message, severity = f"表格未能按行列读出({reason}),保留为文字", "warning"
    advice = "请对照原件核对该表;需按单元格引用时,请补全表头或行名后重新导入"
    if is_blank_form(grid):
        message, severity = "表格是待填写的表式,保留为文字", "notice"
        advice = "表式没有填写内容,引用时请引用整表文字"
    elif sheet is not None and is_page_box(sheet):
        severity = "notice"
    return Finding("unreadable_table", severity, message, str(path), grid.start, advice)


def _check_confidence(sheet: Sheet, head: Head, body: Body, records: Sequence[Cell]) -> None:
    """Something beside its grid must say that this is a table: numbers, a count, dates, or the head's words.

    Raises:
        NoHead: nothing does (menus of a web page), nothing is recorded, or addresses collide.
    """
    if not records:
        raise NoHead("没有填写内容")
    if len({str(c.path) for c in records}) < len(records):
        raise NoHead("有单元格地址相同")
    printed = sum(len(c.text) for row in sheet.rows for c in distinct(row))
    if sum(len(c.raw) for c in records) > _MOST_REPEATED * printed + 10_000:
        raise NoHead("合并单元格重复过多")
    names = [level for column in head.columns for level in column.levels]
    words = sum(map(is_head_word, names))
    merged = any(sheet.continues(r, 0) for r in range(head.body + 1, sheet.height))
    numbers = sum(1 for c in records if c.value is not None)
    dated = sum(1 for row in body.rows if re.search(r"[0-9]", row.labels[-1]) and row.is_named)
    longer = sum(len(c.raw) for c in records) * len(names) > 2 * sum(map(len, names)) * len(records)
    signs = (body.index_columns, merged and words, numbers >= 0.2 * len(records), words >= 0.5 * len(names), longer)
    if not any(signs) and dated < 0.5 * len(body.rows):
        raise NoHead("首行与以下各行看不出区别")
