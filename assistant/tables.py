"""Questions about tables: which cells are meant, and what can be computed from them. Every figure cites its cell."""

from __future__ import annotations

import operator
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.figures import arabic
from assistant.normalise import bare, fold
from ingest import Document
from ingest.documents import Cell, Table

_YEAR = re.compile(r"(?<!\d)((?:19|20)?\d\d)\s*(?=年|、|,|和|到|至|-|与|跟|及|比|\b)")
_FULL_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TOTAL_WORDS = re.compile(r"全市|全省|全县|总共|一共|合计|总计|总数|总产值|总额|加起来")
_HIGHEST = re.compile(r"最多|最高|最大|最重|第一名|排第一|领先|最好")
_LOWEST = re.compile(r"最少|最低|最小|垫底|最后一名|末位")
_ZERO = re.compile(
    r"(?:为|是|等于)\s*(?:0|零)(?!\d)|没有.{0,10}(?:任务|目标|指标)|零(?:目标|任务)|一个也没|一家也没|没(?:任务|指标|目标)"
)
_CHANGE = re.compile(r"增加|增长|变化|涨了?多少|多出|多了?多少|多多少|差多少|相差|少多少|提高了?多少|净增|增幅|下降")
_GAP = re.compile(r"多|少|差|比|[高低](?!新)")
_SHARE = re.compile(r"占.{0,6}(?:比|多少|几成|百分|多大)|比重|比例|份额")
_EACH = re.compile(r"各(?:是|为|多少|有|县|区|个)?|分别|每个|哪些|哪几个|都|列出|逐个|所有")
_ROW_QUESTION = re.compile(r"哪[一二两三几]?(?:个|些)?(?:县|区|地方|县区|市(?!里)|地区|板块)")

_COMPARES = {
    **dict.fromkeys(("超过", "大于", "高于"), operator.gt),
    **dict.fromkeys(("不低于", "至少", "达到"), operator.ge),
    **dict.fromkeys(("低于", "不到", "少于"), operator.lt),
}
_THRESHOLD = re.compile(r"(超过|大于|不低于|高于|至少|达到|低于|不到|少于)\s*(\d+(?:\.\d+)?)")

#: How a sentence ends that states more than cells: a difference, a share, a sum; a number of rows.
CALCULATED, COUNTED = "(按表中数值计算)。", "(按表中数值统计)。"
#: How much of a column's own wording a question must share.
MIN_COLUMN_SCORE = 0.22


@dataclass(frozen=True)
class TableAnswer:
    """One finished reading: sentences, each with the cells that it rests on, and how well the question fits."""

    document: Document
    table: Table
    sentences: tuple[tuple[str, tuple[Cell, ...]], ...]
    score: float
    note: str = ""


_RANGE = re.compile(r"(\d+)(?:个?亿)?元?(?:[(（][^()（）]*[)）])?\s*(?:到|至|-|~|—)\s*(\d+)个?(?=亿)")


def _marks(text: str) -> set[str]:
    """What tells a column: pairs of characters, and amounts whole (10亿; 1-10亿 is another thing)."""
    text = re.sub(r"[(（](?:不?含|[^()（）]{1,3})[)）]", "", arabic(text))
    text = _RANGE.sub(r"\1-\2", text)
    amounts = set(re.findall(r"\d+(?:-\d+)?(?:亿|强|万)|\d+-\d+", text))
    words = bare(re.sub(r"\d+(?:-\d+)?亿?", " ", fold(text).replace(" ", "")))
    return {words[i : i + 2] for i in range(len(words) - 1)} | amounts


def _years(question: str, held: Iterable[int]) -> list[int]:
    held = sorted(set(held))
    found = {int(y) for y in _FULL_YEAR.findall(question)}
    for match in _YEAR.finditer(question):
        year = int(match[1])
        full = year if year > 1000 else 2000 + year
        if full in held:
            found.add(full)
    # 23到25年, 2023-2025: a span names the years between.
    for first, last in re.findall(r"(?<!\d)((?:20)?\d\d)年?\s*(?:到|至|-|—)\s*((?:20)?\d\d)年", question):
        a, b = (int(x) if int(x) > 1000 else 2000 + int(x) for x in (first, last))
        found |= {y for y in held if a <= y <= b}
    if re.search(r"(?:三|几|两|(?<!\d)[23])年(?!级)|每年|逐年|历年", question):
        found |= set(held)
    return sorted(found)


def _columns(question: str, names: Sequence[str]) -> list[tuple[float, str]]:
    """Columns by how much of their distinguishing wording the question shares, best first."""
    marks = {name: _marks(name) for name in names}
    spread = Counter(m for ms in marks.values() for m in ms)
    asked = _marks(question)
    scored = []
    for name in names:
        # An amount (10亿) or a word that only this column has counts for more than one that several share.
        weight = {m: (3.0 if m[0].isdigit() else 1.0) / spread[m] for m in marks[name]}
        shared = sum(w for m, w in weight.items() if m in asked)
        distinct = sum(1 for m in weight if m in asked and spread[m] == 1)
        strange = sum(1 for m in asked if m[0].isdigit() and "-" in m and m not in weight)
        scored.append((shared / (sum(weight.values()) or 1.0) + 0.08 * min(distinct, 3) - 0.3 * strange, name))
    return sorted(scored, key=lambda pair: (-pair[0], names.index(pair[1])))


def _rows(question: str, labels: Sequence[str]) -> list[str]:
    asked = bare(question)
    found = [r for r in labels if bare(r) in asked]
    if not found:
        # 高新 for 高新区, 分宜 for 分宜县.
        found = [r for r in labels if len(r) >= 3 and r[-1] in "区县市" and r[:-1] in asked]
    return found


def number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _amount(cell: Cell) -> str:
    return f"{number(cell.value) if cell.value is not None else cell.raw}{cell.unit or ''}"


def _plain(column: str) -> str:
    return re.sub(r"[(（][^()（）]{1,8}[)）]$", "", column)


def answer_table(question: str, documents: Sequence[Document], *, topical: bool = False) -> TableAnswer | None:
    """The best reading of ``question`` against the tables of ``documents``; ``None`` when none fits.

    Args:
        topical: the conversation is already about a table, so that a row or year alone is enough.
    """
    readings = [r for d in documents for t in d.tables if (r := _read(question, d, t, topical=topical))]
    return max(readings, key=lambda r: r.score) if readings else None


def _read(question: str, document: Document, table: Table, *, topical: bool) -> TableAnswer | None:
    labels = list(dict.fromkeys(c.row for c in table.cells))
    names = list(dict.fromkeys(c.column for c in table.cells))
    held_years = {c.year for c in table.cells if c.year}
    ranked = _columns(question, names)
    score, column = ranked[0]
    rows = _rows(question, labels)
    years = _years(arabic(question), held_years)
    asks_rows = bool(_ROW_QUESTION.search(question))
    signals = bool(rows) + bool(years) + asks_rows + bool(_TOTAL_WORDS.search(question))
    enough = MIN_COLUMN_SCORE if not rows else 0.6 * MIN_COLUMN_SCORE
    if rows and score < enough and (years or topical) and _is_about(question, table):
        return _whole_rows(document, table, rows, [y for y in years if y in held_years] or sorted(held_years))
    if score < enough or signals == 0 or (not rows and not asks_rows and not topical and score < 0.5):
        return None
    missing = [y for y in years if y not in held_years]
    years = [y for y in years if y in held_years]
    if missing and not years:
        return None
    cells = [c for c in table.cells if c.column == column and c.value is not None]
    totals = [r for r in labels if re.fullmatch(r"全市|全省|全县|合计|总计", r)]
    areas = [r for r in labels if r not in totals]
    if asks_rows or _HIGHEST.search(question) or _LOWEST.search(question):
        sentences = _rank_rows(question, cells, areas, years or sorted(held_years)[-1:], column)
    elif _SHARE.search(question) and rows and totals:
        sentences = _share(cells, rows, totals[0], years or sorted(held_years)[-1:], column)
    else:
        if not rows:
            rows = areas if re.search(r"各(?:县|区|地|个)", question) else totals[:1] or areas
        sentences = _values(question, cells, rows, years or sorted(held_years), column)
    if not sentences:
        return None
    note = f"表中只有{'、'.join(f'{y}年' for y in sorted(held_years))}的数据。" if missing else ""
    return TableAnswer(document, table, tuple(sentences), score + 0.15 * signals, note)


def _is_about(question: str, table: Table) -> bool:
    """Whether the question shares a word with the table at all, beyond the row that it names."""
    marks = set().union(*(_marks(c.column) for c in table.cells))
    asked = set().union(
        *(_marks(part) for part in re.split("|".join(map(re.escape, {c.row for c in table.cells})), question))
    )
    return any(not m[0].isdigit() and m in asked for m in marks)


def _whole_rows(document: Document, table: Table, rows: Sequence[str], years: Sequence[int]) -> TableAnswer | None:
    """All that the table gives for a row and year, where the question's figure has no column of that name."""
    sentences = []
    for row in rows:
        for year in years[:3]:
            cells = tuple(c for c in table.cells if c.row == row and c.year == year and c.value is not None)
            if cells:
                listed = ";".join(f"{_plain(c.column)}{_amount(c)}" for c in cells)
                sentences.append((f"{row}{year}年:{listed}。", cells))
    if not sentences:
        return None
    return TableAnswer(document, table, tuple(sentences), 0.6, "表中没有与问题同名的一栏,以上是该行该年的全部数据。")


def _pick(cells: Sequence[Cell], row: str, year: int | None) -> Cell | None:
    return next((c for c in cells if c.row == row and c.year == year), None)


def _values(
    question: str, cells: Sequence[Cell], rows: Sequence[str], years: Sequence[int | None], column: str
) -> list[tuple[str, tuple[Cell, ...]]]:
    sentences: list[tuple[str, tuple[Cell, ...]]] = []
    years = list(years) or [None]
    for row in rows:
        found = [c for y in years if (c := _pick(cells, row, y))]
        if not found:
            continue
        if len(found) == 1:
            year = f"{found[0].year}年" if found[0].year else ""
            sentences.append((f"{row}{year}{_plain(column)}为{_amount(found[0])}。", (found[0],)))
            continue
        text = f"{row}{_plain(column)}:" + ",".join(f"{c.year}年{_amount(c)}" for c in found) + "。"
        sentences.append((text, tuple(found)))
        if _CHANGE.search(question) and len(found) >= 2:
            first, last = found[0], found[-1]
            change = (last.value or 0) - (first.value or 0)
            word = "增加" if change > 0 else "减少" if change < 0 else "没有变化"
            amount = f"{number(abs(change))}{last.unit or ''}" if change else ""
            sentences.append((f"{last.year}年比{first.year}年{word}{amount}{CALCULATED}", (first, last)))
    if len(rows) == 2 and len(years) == 1 and _GAP.search(re.sub(r"(?<!多)多少", "", question)):
        pair = [c for r in rows if (c := _pick(cells, r, years[0]))]
        if len(pair) == 2:
            gap = (pair[0].value or 0) - (pair[1].value or 0)
            word = "多" if gap > 0 else "少" if gap < 0 else ""
            text = (
                f"{pair[0].row}比{pair[1].row}{word}{number(abs(gap))}{pair[0].unit or ''}"
                if gap
                else f"{pair[0].row}与{pair[1].row}相同"
            )
            sentences.append((f"{text}{CALCULATED}", tuple(pair)))
    if len(rows) >= 2 and len(years) == 1 and re.search(r"加起来|合起来|一共|合计|总共", question):
        found = [c for r in rows if (c := _pick(cells, r, years[0]))]
        total = sum(c.value or 0 for c in found)
        sentences.append(
            (
                f"{'、'.join(c.row for c in found)}合计{number(total)}{found[0].unit or ''}{CALCULATED}",
                tuple(found),
            )
        )
    return sentences


def _rank_rows(
    question: str, cells: Sequence[Cell], areas: Sequence[str], years: Sequence[int], column: str
) -> list[tuple[str, tuple[Cell, ...]]]:
    sentences: list[tuple[str, tuple[Cell, ...]]] = []
    if _ZERO.search(question) and len(years) > 1:
        every = {r: [c for y in years if (c := _pick(cells, r, y))] for r in areas}
        none = {r: cs for r, cs in every.items() if cs and all(c.value == 0 for c in cs)}
        span = "、".join(f"{y}年" for y in years)
        text = (
            f"{span}{_plain(column)}均为0的有{len(none)}个:{'、'.join(none)}{COUNTED}"
            if none
            else f"{span}{_plain(column)}没有均为0的。"
        )
        return [(text, tuple(c for cs in (none or every).values() for c in cs))]
    for year in years:
        found = [c for r in areas if (c := _pick(cells, r, year))]
        if not found:
            continue
        head = f"{year}年{_plain(column)}"
        if _ZERO.search(question):
            chosen = [c for c in found if c.value == 0]
            names = "、".join(c.row for c in chosen)
            sentences.append(
                (
                    f"{head}为0的有{len(chosen)}个:{names}{COUNTED}" if chosen else f"{head}没有为0的。",
                    tuple(chosen or found),
                )
            )
            continue
        threshold = _THRESHOLD.search(question)
        if _HIGHEST.search(question) or _LOWEST.search(question):
            best = (max if _HIGHEST.search(question) else min)(c.value or 0 for c in found)
            chosen = [c for c in found if c.value == best]
            word = "最多" if _HIGHEST.search(question) else "最少"
            sentences.append(
                (f"{head}{word}的是{'、'.join(c.row for c in chosen)},为{_amount(chosen[0])}。", tuple(chosen))
            )
            others = [c for c in found if c not in chosen]
            if others:
                sentences.append(("其他:" + ",".join(f"{c.row}{_amount(c)}" for c in others) + "。", tuple(others)))
        elif threshold and not re.search(r"超过?\s*10|10亿", threshold[0]):
            limit, compare = float(threshold[2]), _COMPARES[threshold[1]]
            chosen = [c for c in found if compare(c.value or 0, limit)]
            text = f"{head}{threshold[1]}{threshold[2]}的有{len(chosen)}个:{'、'.join(f'{c.row}{_amount(c)}' for c in chosen)}{COUNTED}"
            sentences.append((text, tuple(chosen or found)))
        else:
            positive = [c for c in found if c.value]
            sentences.append(
                (f"{head}:" + ",".join(f"{c.row}{_amount(c)}" for c in found) + "。", tuple(positive or found))
            )
    return sentences


def _share(
    cells: Sequence[Cell], rows: Sequence[str], total: str, years: Sequence[int], column: str
) -> list[tuple[str, tuple[Cell, ...]]]:
    sentences: list[tuple[str, tuple[Cell, ...]]] = []
    for year in years:
        whole = _pick(cells, total, year)
        for row in rows:
            part = _pick(cells, row, year)
            if row == total or not part or not whole or not whole.value:
                continue
            share = 100 * (part.value or 0) / whole.value
            text = (
                f"{row}{year}年{_plain(column)}为{_amount(part)},{total}为{_amount(whole)},约占{share:.1f}%{CALCULATED}"
            )
            sentences.append((text, (part, whole)))
    return sentences
