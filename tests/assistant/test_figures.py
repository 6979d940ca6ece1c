"""Quantities in text: equal amounts are equal however written; idioms are no amounts; a changed one is noticed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.figures import arabic, missing_quantities, quantities
from ingest.numerals import chinese_numeral

#: (text, value, unit) of the one quantity in it
READ = [
    # money: digits, Chinese, 万, 亿, 个亿, thousands separators
    ("1000元", "1000", "元"),
    ("一千元", "1000", "元"),
    ("0.1万元", "1000", "元"),
    ("1,000元", "1000", "元"),
    ("12,345,678元", "12345678", "元"),
    ("3000万元以上", "30000000", "元"),
    ("6.18亿元", "618000000", "元"),
    ("一亿元", "100000000", "元"),
    ("1个亿", "100000000", ""),
    ("10个亿", "1000000000", ""),
    ("千万元", "10000000", "元"),
    # percentages
    ("90%", "90", "%"),
    ("百分之九十", "90", "%"),
    ("百分之百", "100", "%"),
    ("百分之五点五", "5.5", "%"),
    ("百分之95.5", "95.5", "%"),
    ("九成", "90", "%"),
    ("９５．５％", "95.5", "%"),
    # lengths, areas, capacities
    ("一千米", "1000", "米"),
    ("1公里", "1", "公里"),
    ("一百五十米", "150", "米"),
    ("一万平方米", "10000", "平方米"),
    ("1万平米", "10000", "平方米"),
    ("五千吨级", "5000", "吨级"),
    ("三百兆瓦", "300", "兆瓦"),
    # people and things
    ("12.25万人", "122500", "人"),
    ("4.5个", "4.5", "个"),
    ("五百张床位", "500", "张"),
    ("20多家", "20", "家"),
    ("两家", "2", "家"),
    # times
    ("二五年", "25", "年"),
    ("二〇二三年", "2023", "年"),
    ("20个工作日", "20", "工作日"),
    ("三个月", "3", "月"),
    ("60周岁", "60", "岁"),
    ("农村半小时", "0.5", "小时"),
    ("半个月", "0.5", "月"),
]


@pytest.mark.parametrize(("text", "value", "unit"), READ)
def test_a_quantity_is_read(text, value, unit):
    (found,) = quantities(text)
    assert (found.value, found.unit) == (Decimal(value), unit)


IDIOMS = [
    "一般", "一律", "一定", "一些", "一样", "一起", "一直", "一并", "一旦", "一切", "一体", "一致", "一方面", "一是",
    "一站式", "一件事", "一网通办", "一卡通", "一对一", "一带一路", "统一", "进一步", "逐一", "之一", "唯一", "第一",
    "万一", "十分重要", "千万不要", "百姓", "二次录入", "三农", "没有数字", "上半年", "大半", "", "○",
]  # fmt: skip


@pytest.mark.parametrize("text", IDIOMS)
def test_an_idiom_is_no_number(text):
    assert quantities(text) == []


#: Near misses of the idioms: the same characters as amounts.
@pytest.mark.parametrize("text", ["一家", "十分钟", "一千万人", "百分之一", "一万元", "二次", "三年"])
def test_the_characters_of_an_idiom_before_a_unit_are_an_amount(text):
    assert len(quantities(text)) == 1


def test_offsets_are_those_of_the_half_width_text():
    text = "力争到2025年,新增1,000个岗位,占百分之九十"
    assert [text[q.start : q.end] for q in quantities(text)] == ["2025年", "1,000个", "百分之九十"]


#: (statement, evidence): every amount of the statement stands in the evidence.
SUPPORTED = [
    ("每月1000元", "每月一千元"),
    ("每月0.1万元", "每月1000元"),
    ("90%", "百分之九十"),
    ("9成", "90%"),
    ("1000米", "一千米以上"),
    ("1公里", "总长一千米"),
    ("1500米", "总长1.5公里"),
    ("1万平米", "建筑面积一万平方米"),
    ("500张", "五百张以上床位"),
    # a bare number agrees with any unit
    ("1000", "一千元"),
    # no amount, nothing missing
    ("一般不收费", ""),
    ("", ""),
]
#: (statement, evidence, what is missing): changed amount, unit, percentage, year, duration.
CHANGED = [
    ("每月295元", "每月195元", ["295元"]),
    ("1000元", "1000人", ["1000元"]),
    ("5.5亿元", "5.5万元", ["5.5亿元"]),
    ("1000米", "一千元", ["1000米"]),
    ("1000公里", "一千米", ["1000公里"]),
    ("80%", "90%", ["80%"]),
    ("80%", "80个", ["80%"]),
    ("80个", "80%", ["80个"]),
    ("955%", "95.5%", ["955%"]),
    ("2026年", "2025年", ["2026年"]),
    ("15个工作日", "15日", ["15个工作日"]),
    ("第十三条", "第十二条", ["十三条"]),
    ("3项", "三款", ["3项"]),
    ("乡下半小时", "乡下一小时", ["半小时"]),
    ("乡下一小时", "乡下半小时", ["一小时"]),
    # one of two
    ("2025年达到96%", "2025年达到95%", ["96%"]),
    # the wording that is reported is the statement's own, separators and width included
    ("共1,000元", "共100元", ["1,000元"]),
    ("共９９元", "共98元", ["99元"]),
    # nothing to hold it
    ("12家", "", ["12家"]),
]


@pytest.mark.parametrize(("statement", "evidence"), SUPPORTED)
def test_an_equal_amount_is_not_missing(statement, evidence):
    assert missing_quantities(statement, evidence) == []


@pytest.mark.parametrize(("statement", "evidence", "missing"), CHANGED)
def test_a_changed_amount_or_unit_is_missing(statement, evidence, missing):
    assert missing_quantities(statement, evidence) == missing


@given(st.integers(1, 9999))
def test_chinese_and_arabic_amounts_are_equal(n):
    for unit in ("元", "米", "人"):
        chinese, digits = f"{chinese_numeral(n)}{unit}", f"{n}{unit}"
        if quantities(chinese) == []:
            assert n == 1 or chinese.startswith("一")
            continue
        assert missing_quantities(chinese, digits) == missing_quantities(digits, chinese) == []


@given(st.integers(1, 10**6))
def test_ten_thousands_are_equal_to_plain_amounts(n):
    assert missing_quantities(f"{Decimal(n) / 10_000:f}万元", f"{n}元") == []
    assert missing_quantities(f"{n}元", f"{Decimal(n) / 10_000:f}万元") == []
    assert missing_quantities(f"{n:,}元", f"{n}元") == []


@given(st.integers(2, 100))
def test_percentages_are_equal_in_words_and_signs(n):
    assert missing_quantities(f"百分之{chinese_numeral(n)}", f"{n}%") == []
    assert missing_quantities(f"{n}%", f"百分之{chinese_numeral(n)}") == []


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(["元", "%", "人", "家", "米", "个"]))
def test_two_amounts_agree_exactly_where_they_are_equal(a, b, unit):
    assert (missing_quantities(f"{a}{unit}", f"{b}{unit}") == []) == (a == b)


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("二五年", "25年"),
        ("二零二五年", "2025年"),
        ("二四年到二五年", "24年到25年"),
        ("二十五年", "25年"),
        ("十亿", "10亿"),
        ("一千米", "1000米"),
        ("两家", "2家"),
        ("三个月", "3个月"),
        # near misses
        ("一下", "一下"),
        ("一般", "一般"),
        ("百分之九十", "百分之九十"),
        ("统一", "统一"),
        ("", ""),
    ],
)
def test_chinese_numerals_before_units_become_digits(typed, searched):
    assert arabic(typed) == searched


def test_every_clause_holds_its_own_amounts(gazette_documents):
    for document in gazette_documents:
        for clause in document.clauses:
            assert missing_quantities(clause.text, clause.text) == []
