"""The head of a table: what stands above it, how many rows it has, and the name, year and unit of every column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.documents import GridCell
from ingest.table_sheet import Sheet, distinct
from ingest.table_values import (  # fmt: skip
    UNIT,
    is_number,
    is_unit_cell,
    says_nothing,
    unit_at_end,
    unit_note,
    year_alone,
    year_within,
)

#: Marks of the path grammar that a row or column name may hold (亿元/年, 1#楼), as their full-width twins; brackets in
#: a path are half width.
IN_PATH = str.maketrans("/#（）", "／＃()")
#: A name longer than this is a sentence.
LONGEST_LABEL = 40
_LONGEST_HEAD = 50
_LONGEST_TITLE = 60
_MOST_HEAD_ROWS = 5
#: What no column name holds: a full stop, a closing colon, a document number or code.
_NOT_A_HEAD = re.compile(r"[。；;!！?？]|[:：]$|[0-9]{5}|〔|https?:|[□√]")
#: Words that head columns: a row of such words is a head though nothing below it is a number.
_HEAD_WORD = re.compile(
    r"(?:名称|姓名|内容|时间|日期|时限|期限|时段|单位|部门|机构|机关|主体|地点|地址|范围|区域|地区|区县|县区|项目|事项|任务|措施|工作|目标|指标|"
    r"类别|类型|类|种类|分类|级别|等级|档次|对象|条件|材料|要求|标准|依据|流程|环节|程序|步骤|方式|方法|备注|说明|编号|序号|年级|科目|"
    r"学校|专业|电话|来源|形式|情形|情况|内涵|罪名|条文|条款|修改前|修改后|原文|处罚|分值|得分|评分|权重|金额|数量|比例|频次|"
    r"责任人|负责人|联系人|职务|岗位|套型|户型|人口|构成|补贴|收费|费用|价格|额度|成效|进度|计划|安排|结果|意见|资格|证明|操作)"
    r"(?:[(（][^()（）]*[)）])?$"
)
_ORDINALS = re.compile(r"[甲乙丙丁A-D]$|[(（]?[0-9]{1,2}[)）]?$")


@dataclass(frozen=True)
class Column:
    """A column's names from the outermost head down; ``name`` joins them, without years that stand alone."""

    levels: tuple[str, ...]
    name: str
    year: int | None
    unit: str | None


@dataclass(frozen=True)
class Head:
    """Where the body begins, the columns, and what the rows above the head say of the whole table."""

    body: int
    columns: tuple[Column, ...]
    title: str | None
    unit: str | None
    #: The head's rows as printed, to know them again on the next page.
    printed: tuple[tuple[str, ...], ...]


def is_head_word(text: str) -> bool:
    """True for a text that ends as the names of columns do: 牵头单位, 完成时限, 金额(万元)."""
    return bool(_HEAD_WORD.search(text))


class NoHead(Exception):
    """Why the rows at the top are no head (Chinese, for the finding)."""


@dataclass(frozen=True)
class Above:
    """What stands above the head: how many rows, and the title and unit that they give."""

    n_rows: int
    title: str | None
    unit: str | None


def read_above(sheet: Sheet) -> Above:
    """The rows above the head that hold one cell, or a unit note and another: a title, 单位：万元, 填报单位…"""
    title = unit = None
    row = 0
    while row < sheet.height - 2:
        cells = sheet.filled(row)
        note = next((u for c in cells if (u := unit_note(c.text))), None)
        if len(cells) > 2 or (len(cells) == 2 and note is None) or sheet.width < 2:
            break
        unit = unit or note
        if title is None:
            titles = [c.text for c in cells if not unit_note(c.text) and len(c.text) <= _LONGEST_TITLE]
            title = next((t for t in titles if not re.search(r"[:：]", t)), None)
        row += 1
    return Above(row, title, unit)


def read_head(sheet: Sheet, above: Above) -> Head:
    """The head of ``sheet`` under what stands above it.

    Raises:
        NoHead: the first rows do not name the columns below them.
    """
    top = above.n_rows
    height = _head_height(sheet, top)
    rows = [list(sheet.rows[top + i]) for i in range(height)]
    body = top + height
    rows = [r for r in rows if not _numbers_columns(r)]
    if not rows:
        raise NoHead("没有列名")
    levels = _levels_by_years(rows, sheet, body) or _levels(_realigned(rows), sheet.width)
    columns = tuple(column_of(names) for names in levels)
    _check(columns, sheet, body)
    printed = tuple(tuple(c.text for c in distinct(r)) for r in rows)
    return Head(body, columns, above.title, above.unit, printed)


def columns_of_row(row: Sequence[GridCell | None]) -> tuple[Column, ...]:
    """The columns of a head of one row that a later page repeats, perhaps over other columns than the first."""
    return tuple(column_of([c.text] if c and c.text else []) for c in row)


def _head_height(sheet: Sheet, top: int) -> int:
    height = 1
    while top + height < sheet.height:
        row = top + height
        if any(sheet.continues(row, c) for c in range(sheet.width)):
            _check_divided(sheet, row)
        elif not _is_second_head(sheet, top, row):
            break
        height += 1
        if height > _MOST_HEAD_ROWS:
            raise NoHead(f"表头超过{_MOST_HEAD_ROWS}行")
    if top + height >= sheet.height:
        raise NoHead("表头之下没有内容")
    return height


def _widths(row: Sequence[GridCell | None]) -> Counter[int]:
    return Counter(id(c) for c in row if c is not None)


def _check_divided(sheet: Sheet, row: int) -> None:
    """In a merged head, what begins in a lower row stands under a wide cell; else the merge is one of row labels."""
    widths, above = _widths(sheet.rows[row]), _widths(sheet.rows[row - 1])
    for column, cell in enumerate(sheet.rows[row]):
        if cell is None or not cell.text or sheet.continues(row, column) or is_unit_cell(cell.text):
            continue
        over = sheet.rows[row - 1][column]
        if over is not None and over.text and above[id(over)] < max(2, widths[id(cell)]):
            raise NoHead("首行的合并单元格不是表头")


def _is_second_head(sheet: Sheet, top: int, row: int) -> bool:
    """True where ``row`` still names columns though no merged cell reaches into it.

    Raises:
        NoHead: it stands over numbers like a head, but fits nothing above.
    """
    if row + 1 >= sheet.height:
        return False
    cells = sheet.filled(row)
    rest = [c for c in cells if c is not sheet.rows[row][0]]
    if _numbers_columns(sheet.rows[row]):
        return True
    if rest and all(is_unit_cell(c.text) for c in rest):
        return not is_number(sheet.text(row, 0)) and any(not is_unit_cell(t) for t in _texts(sheet, row - 1))
    if len(cells) >= 2 and sum(1 for c in cells if year_alone(c.text)) >= max(2, len(cells) - 1):
        # Years under names; in a table of years under years the second row is values.
        first_free = not sheet.text(row, 0) or sheet.text(row, 0) == sheet.text(row - 1, 0) or len(rest) < len(cells)
        return first_free and not all(year_alone(t) for t in _texts(sheet, row - 1)[1:])
    if not cells or any(not _is_name(c.text) or is_number(c.text) or says_nothing(c.text) for c in cells):
        return False
    above = sheet.rows[row - 1]
    widths = _widths(above)
    free = not sheet.text(row, 0) or sheet.text(row, 0) == sheet.text(row - 1, 0)
    under = [(c, above[i]) for i, c in enumerate(sheet.rows[row]) if c is not None and c.text and i]
    fits = all(o is None or not o.text or widths[id(o)] > 1 or o.text == c.text for c, o in under)
    if free and fits and any(o is None or not o.text or widths[id(o)] > 1 for _, o in under):
        return True
    if _stands_over_numbers(sheet, row):
        if _lost_its_corner(sheet.rows[row]):
            return True
        raise NoHead("第二行像是表头,却与第一行对不上")
    return False


def _texts(sheet: Sheet, row: int) -> list[str]:
    return [c.text for c in sheet.filled(row)]


def _is_name(text: str) -> bool:
    return len(text) <= _LONGEST_HEAD and not _NOT_A_HEAD.search(text)


def _stands_over_numbers(sheet: Sheet, row: int) -> bool:
    """True where all below the words of ``row`` is numbers: words among numbers are names of columns."""
    if len(sheet.filled(row)) < 2:
        return False
    below = [sheet.filled(r)[1:] for r in range(row + 1, min(sheet.height, row + 12))]
    values = [c.text for cells in below for c in cells if not says_nothing(c.text)]
    return bool(values) and sum(map(is_number, values)) >= 0.9 * len(values)


def _is_plain(rows: Sequence[Sequence[GridCell | None]]) -> bool:
    """No merged cells: a grid of printed rows, or of a converter that wrote merged cells out as empty ones."""
    return all(n == 1 for row in rows for n in _widths(row).values())


def _lost_its_corner(row: Sequence[GridCell | None]) -> bool:
    """A printed row whose leading tab was taken for a margin: one cell short, all of it one column to the left."""
    return _is_plain([row]) and row[-1] is None and all(c and c.text for c in row[:-1])


def _numbers_columns(row: Sequence[GridCell | None]) -> bool:
    """True for a row that only numbers the columns: 1 2 3 4, 甲 乙 1 2."""
    texts = [c.text for c in distinct(row)]
    if len(texts) < 4 or len(texts) < len({id(c) for c in row}) or not all(map(_ORDINALS.match, texts)):
        return False
    numbers = [int(n[0]) for t in texts if (n := re.search(r"[0-9]+", t))]
    return numbers == list(range(1, len(numbers) + 1)) and texts[0] in ("甲", "A", "1", "(1)", "（1）")


def _levels_by_years(rows: Sequence[Sequence[GridCell | None]], sheet: Sheet, body: int) -> list[list[str]] | None:
    """Names and years of a printed head without merged cells; ``None`` where it is no such head.

    A broken head shifts its names (余府办发〔2023〕28号); the years still say where each group begins: where they fall
    back.

    Raises:
        NoHead: there are more names than groups of years, or fewer.
    """
    if len(rows) != 2 or not _is_plain(rows):
        return None
    years = [y for c in distinct(rows[1]) if (y := year_alone(c.text))]
    n_columns = max(max((i for i, c in enumerate(r) if c and c.text), default=0) for r in sheet.rows[body:])
    if len(years) != len(distinct(rows[1])) or len(years) != n_columns:
        return None
    groups: list[int] = []
    for i, year in enumerate(years):
        if i == 0 or year <= years[i - 1]:
            groups.append(0)
        groups[-1] += 1
    tops = [c.text for c in rows[0][1:] if c and c.text]
    if len(tops) != len(groups):
        raise NoHead(f"表头有{len(tops)}个列名,年份却分{len(groups)}组")
    corner = [c.text for c in rows[0][:1] if c and c.text]
    spread = [name for name, size in zip(tops, groups, strict=True) for _ in range(size)]
    named = [[name, f"{year}年"] for name, year in zip(spread, years, strict=True)]
    return [corner, *named, *[[] for _ in range(sheet.width - 1 - n_columns)]]


def _realigned(rows: Sequence[Sequence[GridCell | None]]) -> list[Sequence[GridCell | None]]:
    """Head rows in their columns: a lower row that lost its empty corner moves one to the right."""
    if not _is_plain(rows):
        return list(rows)
    return [[None, *row[:-1]] if i and _lost_its_corner(row) else row for i, row in enumerate(rows)]


def _levels(rows: Sequence[Sequence[GridCell | None]], width: int) -> list[list[str]]:
    """The names over each column, outermost first; an empty place over a lower name continues the name to its left."""
    levels: list[list[str]] = [[] for _ in range(width)]
    for i, row in enumerate(rows):
        previous = ""
        for column, cell in enumerate(row):
            name = cell.text if cell else ""
            if name:
                previous = name
            elif column and i + 1 < len(rows) and (below := rows[i + 1][column]) and below.text:
                name = previous
            if name and name not in levels[column][-1:]:
                levels[column].append(name)
    return levels


def column_of(levels: Sequence[str]) -> Column:
    """The column that these names, outermost first, describe.

    A level that is a year alone becomes the year; one that is a unit alone stands in brackets behind the name. Names
    that are too long together lose their outermost ones.
    """
    names: list[str] = []
    year = unit = None
    for level in levels:
        if alone := year_alone(level):
            year = alone
        elif is_unit_cell(level) and names:
            unit = level.strip("()（）[]【】")
            names[-1] += f"({unit})"
        else:
            names.append(level)
    year = year or next((y for n in reversed(names) if (y := year_within(n))), None)
    unit = unit or next((u for n in reversed(names) if (u := unit_at_end(n))), None)
    while len(names) > 1 and len("·".join(names)) > LONGEST_LABEL:
        names.pop(0)
    return Column(tuple(levels), "·".join(names), year, unit)


def _check(columns: Sequence[Column], sheet: Sheet, body: int) -> None:
    if not any(c.levels for c in columns):
        raise NoHead("没有列名")
    for level in (level for c in columns for level in c.levels):
        if not _is_name(level) or (is_number(level) and not UNIT.match(level)):
            raise NoHead(f"首行不像列名:{level[:12]}")
    for i, column in enumerate(columns):
        if (
            i
            and not column.levels
            and any(c and c.text and r[i - 1] is not c for r in sheet.rows[body:] if (c := r[i]))
        ):
            raise NoHead(f"第{i + 1}列有内容而没有列名")
