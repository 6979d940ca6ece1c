"""The rows of a table: which of them hold records, and the labels that tell one from another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.documents import GridCell
from ingest.refs import label_kind
from ingest.table_heads import IN_PATH, LONGEST_LABEL, Column, Head, columns_of_row
from ingest.table_sheet import Sheet, distinct
from ingest.table_values import is_number, year_alone

_NOTE = re.compile(r"[(（]?(?:注|备注|说明|附注|资料来源|数据来源|填表说明|续表)[0-9一二三]?[:：)）、.]?")
_INDEX_HEAD = re.compile(r"(?:序号|编号|序|项次|行次|栏次|No\.?|NO\.?)$")
_RANK_HEAD = re.compile(r"排名|名次|位次|排序")
TOTAL = re.compile(r"(?:[一-鿿]{0,8}(?:合计|总计|小计|共计)|全市|全省|全县|全区|全国|总数)(?:数)?[:：]?$")
_SERIES = re.compile(r"[0-9一二三四五六七八九十]+")
#: A label of no letters (1, ≥4, 5—10) says nothing without its column's name.
_LETTER = re.compile(r"[^\W0-9_]")
#: A column whose cells repeat in more than one row of ten does not tell rows apart.
_DISTINCT_SHARE = 0.9
_MOST_LABEL_COLUMNS = 3
#: Labels of which more than this share repeat get their outer label in every row, so that all paths read alike.
_REPEATED_SHARE = 0.2


class NoLabels(Exception):
    """Why the rows cannot be told apart (Chinese, for the finding)."""


@dataclass
class Row:
    """One row of records. ``labels`` are its names, outermost first, as they stand in the path."""

    cells: tuple[GridCell | None, ...]
    columns: tuple[Column, ...]
    section: str | None
    number: int
    levels: list[str] = field(default_factory=list)
    labels: tuple[str, ...] = ()
    #: The innermost level is the row's name in its path; else that is 序号 or 第N行.
    is_named: bool = True

    @property
    def is_total(self) -> bool:
        return any(TOTAL.match(level) for level in self.levels)


@dataclass(frozen=True)
class Body:
    """The rows of records and which columns label them.

    Where ``by_index``, the label columns only group the rows, and 序号 tells one from another.
    """

    rows: list[Row]
    label_columns: tuple[int, ...]
    index_columns: tuple[int, ...]
    by_index: bool


def read_body(sheet: Sheet, head: Head) -> Body:
    """The labelled rows under ``head``; notes, section rows and heads that a later page repeats are left out.

    Raises:
        NoLabels: there are no rows, or too many of them have no label.
    """
    rows = _rows(sheet, head)
    if not rows:
        raise NoLabels("表头之下没有内容")
    index = tuple(c for c in range(min(3, sheet.width - 1)) if _is_index(c, rows))
    labels, told_apart = _label_columns(rows, index, sheet.width)
    body = Body(rows, labels, index, by_index=bool(index) and not told_apart)
    _set_levels(body)
    _set_labels(body)
    return body


def _rows(sheet: Sheet, head: Head) -> list[Row]:
    rows: list[Row] = []
    columns, section = head.columns, None
    row = head.body
    while row < sheet.height:
        cells = sheet.rows[row]
        filled = distinct(cells)
        if repeated := _repeated_head(sheet, head, row):
            if repeated == 1 and len(head.printed) == 1:
                columns = columns_of_row(cells)
            row += repeated
            continue
        row += 1
        if len(filled) == 1 and (cells[-1] is filled[0] or cells[0] is filled[0]):
            text = filled[0].text
            spans = sum(1 for c in cells if c is filled[0]) > len(cells) / 2
            if _NOTE.match(text) and (spans or len(text) > 4):
                continue
            if spans and sheet.width > 1:
                section = text if len(text) <= LONGEST_LABEL else section
                continue
            if cells[0] is filled[0] and label_kind(text)[0] == "name" and re.match(r"[一二三四五六七八九十]+、", text):
                section = text
                continue
        rows.append(Row(tuple(cells), columns, section, len(rows) + 1))
    return rows


def _repeated_head(sheet: Sheet, head: Head, row: int) -> int:
    """How many rows from ``row`` on repeat the head; 0 where none do."""
    for i, printed in enumerate(head.printed):
        if row + i >= sheet.height or tuple(c.text for c in sheet.filled(row + i)) != printed:
            return 0
    return len(head.printed)


def _column_texts(column: int, rows: Sequence[Row]) -> list[str]:
    return [c.text for c in distinct(row.cells[column] for row in rows)]


def _name(column: int, rows: Sequence[Row]) -> str:
    return rows[0].columns[column].name


def _is_index(column: int, rows: Sequence[Row]) -> bool:
    """True for a column that only counts: 序号, or 1, 2, 3 … under no name of its own."""
    name = _name(column, rows)
    texts = [t for t in _column_texts(column, rows) if not TOTAL.match(t)]
    if not texts or _RANK_HEAD.search(name) or any(len(t) > 10 for t in texts):
        return False
    if _INDEX_HEAD.match(name):
        return True
    columns = rows[0].columns
    shared = column + 1 < len(columns) and columns[column + 1].levels == columns[column].levels
    return (not name or shared) and len(texts) >= 3 and texts == [str(i + 1) for i in range(len(texts))]


def _label_columns(rows: Sequence[Row], index: Sequence[int], width: int) -> tuple[tuple[int, ...], bool]:
    """The fewest leading columns whose cells tell the rows apart, and whether they do.

    At least one column is left for values.
    """
    told = [row for row in rows if not any(TOTAL.match(c.text) for c in row.cells[:3] if c)] or list(rows)
    chosen: list[int] = []
    best: tuple[float, tuple[int, ...]] = (0.0, ())
    for column in range(width - 1):
        if column in index:
            continue
        if chosen and (len(chosen) == _MOST_LABEL_COLUMNS or not _is_label(column, chosen, told)):
            break
        chosen.append(column)
        share = len({tuple(_text(row.cells[i]) for i in chosen) for row in told}) / len(told)
        if share > best[0]:
            best = (share, tuple(chosen))
        if share >= _DISTINCT_SHARE:
            return tuple(chosen), not (index and _share_of_texts(column, told) > _REPEATED_SHARE)
    return (best[1][:1] if index else best[1]), False


def _is_label(column: int, chosen: Sequence[int], rows: Sequence[Row]) -> bool:
    """True where a column may label rows that those before it leave alike: no sentences, no numbers, no series."""
    texts = _column_texts(column, rows)
    if not texts or _share_of_texts(column, rows) > 0.5:
        return False
    if sum(map(is_number, texts)) > 0.5 * len(texts) and not _is_merged(chosen[-1], rows):
        return False
    # 6月7日 beside 6月8日: columns of one series all hold values. 一级指标, 二级指标 is a series of labels from the first.
    names = [_SERIES.sub("", c.name) if _SERIES.search(c.name) else "" for c in rows[0].columns]
    alike = [i for i, name in enumerate(names) if name and name == names[column]]
    return len(alike) < 2 or alike[0] in chosen


def _share_of_texts(column: int, rows: Sequence[Row]) -> float:
    texts = _column_texts(column, rows)
    return sum(1 for t in texts if len(t) > LONGEST_LABEL) / (len(texts) or 1)


def _text(cell: GridCell | None) -> str:
    return cell.text if cell else ""


def _is_merged(column: int, rows: Sequence[Row]) -> bool:
    """True where a label of this column reaches over several rows."""
    return any(a.cells[column] is not None and a.cells[column] is b.cells[column] for a, b in pairwise(rows))


def _set_levels(body: Body) -> None:
    """Every row's label texts, outermost first. An empty outer label continues the one above it."""
    above: dict[int, str] = {}
    outer = (
        body.label_columns
        if body.by_index and body.label_columns[:1] == body.label_columns
        else body.label_columns[:-1]
    )
    reach = max(body.label_columns, default=0) + 1
    for row in body.rows:
        total = next((c.text for c in distinct(row.cells[:reach]) if TOTAL.match(c.text)), None)
        if total is not None:
            before = [c.text for c in distinct(row.cells[c] for c in body.label_columns) if c.text != total]
            row.levels = [*before, total]
            continue
        levels: list[str] = []
        for column in outer:
            above[column] = _text(row.cells[column]) or above.get(column, "")
            if above[column] and above[column] not in levels[-1:]:
                levels.append(above[column])
        inner = _text(row.cells[body.label_columns[-1]]) if body.label_columns and not body.by_index else ""
        row.levels = levels if inner and inner in levels[-1:] else [*levels, inner]


def _set_labels(body: Body) -> None:
    """The labels of every row's path: the innermost, with outer ones where it repeats, then (2)."""
    inner: list[str] = []
    unlabelled = 0
    for row in body.rows:
        label = _inner_label(row, body)
        row.is_named = label is not None
        if label is None:
            label = _fallback(row, body)
            unlabelled += not row.levels[-1] and label.startswith("第")
        inner.append(label)
    if unlabelled > max(1, 0.2 * len(body.rows)):
        raise NoLabels(f"{unlabelled}行没有行名")
    outer = [[t for t in (row.section or "", *row.levels[:-1]) if t and len(t) <= LONGEST_LABEL] for row in body.rows]
    chosen: list[tuple[str, ...]] = [(label,) for label in inner]
    for depth in (1, _MOST_LABEL_COLUMNS):
        counts = Counter(chosen)
        repeated = [counts[labels] > 1 for labels in chosen]
        if not any(repeated):
            break
        everywhere = sum(repeated) > _REPEATED_SHARE * len(chosen)
        chosen = [
            (*outer[i][-depth:], inner[i]) if everywhere or repeated[i] else labels for i, labels in enumerate(chosen)
        ]
    for row, labels in zip(body.rows, _unique(chosen), strict=True):
        row.labels = labels


def _unique(labels: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The labels of every row, the second of the same name marked (2); alike is what reads alike in a path."""
    keys = [tuple(label.translate(IN_PATH) for label in own) for own in labels]
    taken, times, result = set(keys), Counter[tuple[str, ...]](), []
    for own, key in zip(labels, keys, strict=True):
        times[key] += 1
        name, marked = own[-1], key
        while times[key] > 1 and (marked := (*key[:-1], f"{key[-1]}({times[key]})")) in taken:
            times[key] += 1
        if times[key] > 1:
            name = f"{name}({times[key]})"
            taken.add(marked)
        result.append((*own[:-1], name))
    return result


def _inner_label(row: Row, body: Body) -> str | None:
    """The row's own name; ``None`` where it has none or it is a text, not a name."""
    label = row.levels[-1]
    if not label or len(label) > LONGEST_LABEL or (body.by_index and not row.is_total):
        return None
    if year := year_alone(label):
        return f"{year}年"
    if not _LETTER.search(label) or label_kind(label)[0] != "name":
        name = row.columns[body.label_columns[-1]].name if body.label_columns else ""
        return f"{name if 0 < len(name) <= 15 else '序号'}{label}"
    return label


def _fallback(row: Row, body: Body) -> str:
    for column in body.index_columns:
        if text := _text(row.cells[column]):
            return text if TOTAL.match(text) else f"序号{text}"
    return f"第{row.number}行"
