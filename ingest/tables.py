"""Printed tables as records: one value, its row, its column, its year and unit, and a path that cites it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.documents import Cell, Finding, Paragraph, Table
from ingest.layout import Line
from ingest.patterns import squash
from ingest.refs import ClausePath

_YEAR = re.compile(r"((?:19|20)\d\d)年?$")
_VALUE = re.compile(r"[-+]?\d+(?:\.\d+)?%?$")
#: Strokes that recognition leaves beside a digit: 1_
_DAMAGE = re.compile(r"[_\-—.·|]+$")
_UNIT = re.compile(r"[(（]([^()（）]{1,8})[)）]$")
_TOTAL = re.compile(r"^(?:全市|全省|全县|全区|合计|总计|小计)$")


#: Marks of the path grammar that a row or column name may hold (亿元/年, 1#楼), as their full-width twins.
_NOT_IN_PATHS = str.maketrans("/#", "／＃")


@dataclass(frozen=True)
class PrintedTable:
    """A table's rows as printed (one paragraph a row, cells parted by tabs) and, where it could be read, its records."""

    rows: tuple[Paragraph, ...]
    table: Table | None
    findings: tuple[Finding, ...]


def _cells(line: Line) -> list[tuple[str, int, int]]:
    """Cell texts of one printed row with their offsets in the source."""
    separator = "\t" if "\t" in line.text else "|"
    text = line.text.strip("|") if separator == "|" else line.text
    position = line.start + (line.text.index(text) if text else 0)
    result = []
    for part in text.split(separator):
        stripped = part.strip()
        start = position + (len(part) - len(part.lstrip()))
        result.append((squash(stripped), start, start + len(stripped)))
        position += len(part) + 1
    return result


def read_table(lines: Sequence[Line], path: ClausePath, title: str | None) -> PrintedTable:
    """The records of one printed table.

    Reads a head of one row, or of two where the second repeats years under each column. Every value is kept as
    printed; a value with recognition strokes (``1_``) is read without them and reported. A table that cannot be read
    with confidence stays text, with a finding.
    """
    printed = [_cells(line) for line in lines if not re.fullmatch(r"[|\-:\s]+", line.text)]
    rows = tuple(
        Paragraph("\t".join(c[0] for c in cells), line.start, line.end)
        for line, cells in zip([x for x in lines if not re.fullmatch(r"[|\-:\s]+", x.text)], printed, strict=True)
    )
    findings: list[Finding] = []
    head_rows = _head_rows(printed)
    body = printed[head_rows:]
    columns = _columns(printed[:head_rows], max((len(r) for r in body), default=0) - 1)
    if not body or columns is None:
        findings.append(
            Finding("unreadable_table", "warning", "表格未能按行列读出,保留为文字", str(path), lines[0].start)
        )
        return PrintedTable(rows, None, tuple(findings))
    cells: list[Cell] = []
    for row in body:
        label = row[0][0]
        for (column, year, unit), (raw, start, end) in zip(columns, row[1:], strict=False):
            if not raw or not label:
                continue
            value, damaged = _value(raw)
            parts = (label, *([f"{year}年"] if year else []), column)
            cell_path = ClausePath((*path.labels, *(p.translate(_NOT_IN_PATHS) for p in parts)))
            cells.append(Cell(cell_path, label, column, year, unit, value, raw, start, end))
            if damaged:
                findings.append(
                    Finding(
                        "doubtful_value", "warning", f"数值疑有识别残留:{raw}(按 {value:g} 读取)", str(cell_path), start
                    )
                )
    findings += _check_totals(cells)
    return PrintedTable(rows, Table(path, title, tuple(cells)), tuple(findings))


def _value(raw: str) -> tuple[float | None, bool]:
    if _VALUE.match(raw):
        return float(raw.rstrip("%")), False
    cleaned = _DAMAGE.sub("", raw)
    if cleaned != raw and _VALUE.match(cleaned):
        return float(cleaned.rstrip("%")), True
    return None, False


def _head_rows(rows: Sequence[Sequence[tuple[str, int, int]]]) -> int:
    """How many rows stand above the first row with a label and mostly numbers."""
    for index, row in enumerate(rows):
        values = [c for c, *_ in row[1:] if c]
        numeric = sum(1 for v in values if _value(v)[0] is not None and not _YEAR.match(v))
        if row[0][0] and values and numeric >= 0.6 * len(values):
            return index
    return 1 if len(rows) > 1 else 0


def _columns(
    head: Sequence[Sequence[tuple[str, int, int]]], n_columns: int
) -> list[tuple[str, int | None, str | None]] | None:
    """Name, year and unit of each value column; ``None`` when head and body cannot be brought together."""
    if not head or n_columns < 1:
        return None
    names = [c for c, *_ in head[0][1:]]
    if len(head) == 1:
        names += [""] * (n_columns - len(names))
        filled = _fill(names[:n_columns])
        return [(n, None, _unit(n)) for n in filled] if all(filled) else None
    below = [c for c, *_ in head[-1] if c]
    years = [int(m[1]) for c in below if (m := _YEAR.match(c))]
    if len(years) != len(below) or len(years) != n_columns:
        if len(below) == n_columns:
            filled = _fill((names + [""] * n_columns)[:n_columns])
            return [(f"{top}{sub}", None, _unit(sub) or _unit(top)) for top, sub in zip(filled, below, strict=True)]
        return None
    # A broken head shifts its names; the years still say where each group begins: where they fall back.
    groups, previous = [], None
    for year in years:
        if previous is None or year <= previous:
            groups.append(0)
        groups[-1] += 1
        previous = year
    tops = [n for n in names if n]
    if len(tops) != len(groups):
        return None
    spread = [name for name, size in zip(tops, groups, strict=True) for _ in range(size)]
    return [(name, year, _unit(name)) for name, year in zip(spread, years, strict=True)]


def _fill(names: Sequence[str]) -> list[str]:
    filled: list[str] = []
    for name in names:
        filled.append(name or (filled[-1] if filled else ""))
    return filled


def _unit(name: str) -> str | None:
    match = _UNIT.search(name)
    return match[1] if match else None


def _check_totals(cells: Sequence[Cell]) -> list[Finding]:
    findings = []
    totals = [c for c in cells if _TOTAL.match(c.row) and c.value is not None]
    for total in totals:
        parts = [c for c in cells if c.column == total.column and c.year == total.year and not _TOTAL.match(c.row)]
        if any(c.value is None for c in parts) or not parts or total.unit in ("%", None):
            continue
        summed = round(sum(c.value or 0 for c in parts), 6)
        if total.value is not None and abs(summed - total.value) > 1e-6:
            findings.append(
                Finding(
                    "sum_mismatch", "warning", f"分项合计 {summed:g},表中为 {total.raw}", str(total.path), total.start
                )
            )
    return findings
