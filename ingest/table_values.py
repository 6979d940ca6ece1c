"""What is printed in one cell of a table: a number with its unit, a year, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WIDE = str.maketrans("０１２３４５６７８９．，％＋－−–", "0123456789.,%+---")

_SCALE = "[十百千万亿]{0,2}"
_MEASURE = (
    "人民币元|美元|港元|欧元|元|角|分|人次|人份|人|名|个百分点|百分点|个月|个|家|户|套|间|栋|幢|座|处|所|项|件|份|次|批|条|起|宗|"
    "亩|公顷|平方公里|平方千米|平方米|立方米|公里|千米|厘米|毫米|米|吨标准煤|吨|公斤|千克|毫克|克|升|千瓦时|千瓦|兆瓦|度|辆|台|部|张|"
    "床|只|头|羽|株|棵|岁|年|天|小时|分钟|篇|场|期|倍|位|学时|课时|学分|艘|架|对|门|支|块|盏|枚|字|页|册|㎡|m²|m³|m2|m3|km²|km|kg|t|"
    "MW|GW|kW|kWh|℃"
)
#: 亿元, 万人次, 元/人·月, 度/年, 张/千人, %. Miss: 含, 人口数, 不含.
_UNIT = rf"(?:{_SCALE}(?:{_MEASURE})(?:[/／·每][一-鿿A-Za-z0-9²³㎡]{{1,6}}){{0,2}}|%|‰)"
UNIT = re.compile(rf"{_UNIT}$")
#: 农产品加工业产值(亿元), 金额（单位：万元）. Miss: 龙头企业(含), 家庭组成(人口数).
_UNIT_AT_END = re.compile(rf"[(（\[【](?:(?:计量)?单位[:：]?)?(?P<unit>{_UNIT})[)）\]】]$")
#: 单位：万元, (单位:亿元), 金额单位：元. Miss: 填报单位：市教育局, 单位：亿元、%.
_UNIT_NOTE = re.compile(rf"(?:^|[(（\s])(?:计量|金额|货币|数据)?单位[:：](?P<unit>{_UNIT})(?=$|[)）])")

#: 2025, 2025年, 2025年度. Miss: 2025年底, 20255.
_YEAR_ALONE = re.compile(r"((?:19|20)[0-9][0-9])(?:年度?)?$")
_YEAR_WITHIN = re.compile(r"(?<![0-9])((?:19|20)[0-9][0-9])(?=年)")
_YEAR_SPAN = re.compile(r"(?:19|20)[0-9][0-9]年?[-—–~～至到]+(?:19|20)?[0-9][0-9]")

#: 12, 1,234.5, -3, 15%, 3.5万元. Miss: 1,23, 12-15, ≥90, 007.
_NUMBER = re.compile(
    rf"(?P<number>[-+]?(?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|0|[1-9][0-9]*|0(?=\.))(?:\.(?P<decimals>[0-9]+))?)(?P<suffix>{_UNIT}|[万亿])?$"
)
#: Strokes that recognition leaves beside a digit: 1_
_DAMAGE = re.compile(r"[_\-—.·|]+$")
#: Columns whose digits are names, not quantities.
NOT_QUANTITY = re.compile(
    r"电话|手机|传真|邮编|邮政编码|编号|编码|代码|号码|文号|字号|证号|账号|帐号|学号|序号|网址|联系|日期|年份|年度$"
)
#: Columns that do not share the unit of their table: 比上年增长 beside 万元.
RATE = re.compile(r"增长|增速|增幅|降幅|升降|占比|比重|比例|同比|环比|比上年|为上年|完成率|[^效]率$")


@dataclass(frozen=True)
class Value:
    """A number read from a cell: its unit where the cell itself prints one, its decimals, and whether it is doubtful."""

    number: float
    unit: str | None
    decimals: int
    is_doubtful: bool = False


def read_value(raw: str) -> Value | None:
    """The number that the whole of ``raw`` prints; ``None`` for words, ranges, years (2025年) and codes (007).

    A number with a scale keeps it as its unit: 3.5万元 is 3.5 and 万元. Strokes of recognition behind it (``1_``) are
    passed over and reported as doubtful.
    """
    text = raw.translate(_WIDE)
    match = _NUMBER.match(text)
    is_doubtful = match is None
    if match is None:
        cleaned = _DAMAGE.sub("", text)
        match = _NUMBER.match(cleaned) if cleaned != text else None
    if match is None:
        return None
    suffix = match["suffix"]
    if suffix == "年" and _YEAR_ALONE.match(text):
        return None
    if len(match["number"]) > 40:
        return None
    return Value(float(match["number"].replace(",", "")), suffix, len(match["decimals"] or ""), is_doubtful)


def is_number(text: str) -> bool:
    """True for a quantity; a year is a label."""
    return read_value(text) is not None and not _YEAR_ALONE.match(text)


def says_nothing(text: str) -> bool:
    """True for an empty cell and for the strokes that stand for one: —, /, …"""
    return not text.strip("-－—–―/／\\.…·*＊ ")


def unit_at_end(label: str) -> str | None:
    """The unit that a row or column label ends with, in brackets; a share sign needs none (增长%)."""
    match = _UNIT_AT_END.search(label)
    return match["unit"] if match else label[-1] if label.endswith(("%", "‰")) else None


def unit_note(text: str) -> str | None:
    """The unit that a line above a table gives all of it: 单位：万元."""
    match = _UNIT_NOTE.search(text)
    return match["unit"] if match else None


def is_unit_cell(text: str) -> bool:
    """True for a cell that is nothing but a unit, in brackets or not: (万元), 万元, %."""
    return bool(text and (UNIT.match(text) or ((m := _UNIT_AT_END.match(text)) and m[0] == text)))


def year_alone(text: str) -> int | None:
    """The year that the whole of ``text`` names: 2025, 2025年, 2025年度."""
    match = _YEAR_ALONE.match(text)
    return int(match[1]) if match else None


def year_within(text: str) -> int | None:
    """The one year that ``text`` names (2025年产值); ``None`` where it names several, a span or none."""
    if alone := year_alone(text):
        return alone
    years = {int(y) for y in _YEAR_WITHIN.findall(text)}
    return years.pop() if len(years) == 1 and not _YEAR_SPAN.search(text) else None
