"""Quantities in text: 1000元 = 一千元 = 0.1万元, 百分之九十 = 90%, 2025年底 = 2025年. For checking and for matching."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from ingest.numerals import read_numeral

_MULTIPLIER = {
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10_000,
    "亿": 100_000_000,
    "万亿": 10**12,
    "千万": 10**7,
    "百万": 10**6,
}
_UNIT = (
    "个工作日|工作日|个百分点|百分点|平方公里|平方千米|平方米|立方米|兆瓦|千瓦|千伏|公里|千米|毫米|厘米|小时|分钟|周岁|"
    "人次|人口|平米|吨级|美元|元|年|月|日|天|岁|人|名|家|户|个|所|项|件|次|条|款|种|类|张|座|台|套|辆|亩|吨|公斤|斤|"
    "米|级|度|倍|成|周|届|期|号|道|档|站|场|笔|处|本|份|部|支|批|位|组|层|栋|间|床|%|‰|℃"
)
_SAME_UNIT = {"千米": "公里", "平方千米": "平方公里", "平米": "平方米", "周岁": "岁"}
_CN = "零〇一二三四五六七八九十百千两"
#: 半小时, 半年; not 上半年.
_HALF = "(?<![上下前后])半(?=年|月)|半(?=个月|个?小时|天|日)"
_QUANTITY = re.compile(
    rf"(?P<percent>百分之(?P<pct>[{_CN}\d.]+)(?:点(?P<decimals>[{_CN}]+))?)"
    rf"|(?P<number>\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|[{_CN}]+|{_HALF})"
    rf"(?:个?(?P<times>万亿|千万|百万|万|亿|千|百|十))?(?P<more>多|余|来|几)?(?:个?(?P<unit>{_UNIT}))?"
)
_IDIOM = re.compile(
    r"一(?:般|律|定|些|样|起|直|并|旦|下|切|体|同|致|方面|是|站式|件事|网通办|卡通|窗式|对一|刀切|带一路|共)|(?:统|进|逐|之|唯|第)一|万一|十分(?!钟|之)|千万(?!元|人|吨)|百姓|二次录入|三农"
)


@dataclass(frozen=True)
class Quantity:
    """One amount in a text; ``value`` is in the plain unit (万元 are 元); ``start`` and ``end`` count half-width text."""

    value: Decimal
    unit: str
    start: int
    end: int


def _number(text: str) -> Decimal | None:
    if text == "半":
        return Decimal("0.5")
    try:
        return Decimal(text.replace(",", "")) if text[0].isdigit() else Decimal(read_numeral(text))
    except (ValueError, InvalidOperation):
        return None


def quantities(text: str) -> list[Quantity]:
    """Every quantity in ``text``, left to right; words that only look like numbers (一般, 统一) are none."""
    text = unicodedata.normalize("NFKC", text)
    idioms = [m.span() for m in _IDIOM.finditer(text)]
    found = []
    for match in _QUANTITY.finditer(text):
        if any(a <= match.start() < b for a, b in idioms):
            continue
        if match["percent"]:
            value = _number(match["pct"].rstrip("."))
            if value is not None and match["decimals"]:
                value += Decimal("0." + "".join(str(read_numeral(c)) for c in match["decimals"] if c not in "十百千"))
            if value is not None:
                found.append(Quantity(value, "%", *match.span()))
            continue
        value = _number(match["number"].rstrip("."))
        if value is None:
            continue
        unit = match["unit"] or ""
        if not unit and not match["number"][0].isdigit() and not match["times"] and len(match["number"]) == 1:
            continue  # 一 in running text
        if match["times"]:
            value *= _MULTIPLIER[match["times"]]
        if unit == "成":
            value, unit = value * 10, "%"
        unit = _SAME_UNIT.get(unit.removeprefix("万"), unit)
        found.append(Quantity(value.normalize(), unit, *match.span()))
    return found


def missing_quantities(statement: str, evidence: str) -> list[str]:
    """The quantities of ``statement``, as worded, that ``evidence`` does not contain.

    A quantity without a unit matches the same number with any unit; with a unit, both must agree. 一千米 in the evidence
    supports 1000米 and 1公里.
    """
    held = quantities(evidence)
    values = {(q.value, q.unit) for q in held} | {(q.value, "") for q in held}
    values |= {(q.value * 1000, "米") for q in held if q.unit == "公里"}
    values |= {(q.value / 1000, "公里") for q in held if q.unit == "米"}
    folded = unicodedata.normalize("NFKC", statement)
    return [
        folded[q.start : q.end]
        for q in quantities(statement)
        if (q.value, q.unit) not in values and not (q.unit == "" and any(q.value == v for v, _ in values))
    ]


_SHORT_YEAR = re.compile(r"(?<![一二三四五六七八九十〇零])二([零〇一二三四五六七八九])年")
_NUMERAL_UNIT = re.compile(rf"[{_CN}]+(?=(?:个|多|余)?(?:{_UNIT}|亿|万))")


def arabic(text: str) -> str:
    """``text`` with Chinese numerals before units as digits, for matching a question: 二五年 is 25年, 十亿 is 10亿."""
    text = _SHORT_YEAR.sub(lambda m: f"2{read_numeral(m[1])}年", text)

    def convert(match: re.Match[str]) -> str:
        value = _number(match[0])
        return match[0] if value is None else f"{value:f}"

    return _NUMERAL_UNIT.sub(convert, text)
