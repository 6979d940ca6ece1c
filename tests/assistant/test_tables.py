"""Questions about the target table of 余府办发〔2023〕28号: right cells, and figures computed as by hand."""

from __future__ import annotations

import re

import pytest

from assistant.models import Turn
from assistant.normalise import clean_question
from assistant.tables import answer_table, number

FARM = "余府办发〔2023〕28号"

#: The printed table, copied by hand: row -> (2023, 2024, 2025).
OUTPUT = {
    "高新区": (130, 140, 150),
    "分宜县": (60, 65, 70),
    "渝水区": (76, 82, 90),
    "仙女湖区": (21, 23, 24),
    "新宜吉合作区": (1, 1, 1),
    "全市": (288, 311, 335),
}
FUNDS = {
    "高新区": (5, 5.5, 6),
    "分宜县": (10, 10.5, 11.5),
    "渝水区": (12, 12, 12.5),
    "仙女湖区": (3, 3, 3.5),
    "新宜吉合作区": (0, 1, 1.5),
    "全市": (30, 32, 35),
}
TOP500 = {
    "高新区": (0, 0, 1),
    "分宜县": (1, 1, 1),
    "渝水区": (0, 1, 1),
    "仙女湖区": (0, 0, 0),
    "新宜吉合作区": (0, 0, 0),
    "全市": (1, 2, 3),
}
YEARS = (2023, 2024, 2025)


@pytest.fixture
def read(gazette_documents):
    """The sentences of an answer, or ``None``."""

    def run(question, *, topical=False):
        found = answer_table(clean_question(question), gazette_documents, topical=topical)
        # Every computed sentence says so; how it says it is not our matter here.
        return None if found is None else [re.sub(r"\(按表中数值\w+\)", "", text) for text, _ in found.sentences]

    return run


def test_every_cell_is_the_printed_one(held):
    columns = {"农产品加工业产值(亿元)": OUTPUT, "招商引资实际进资额(亿元)": FUNDS, "引进三类500强企业(个)": TOP500}
    cells = {(c.row, c.year, c.column): c.value for t in held(FARM).tables for c in t.cells}
    for column, rows in columns.items():
        for row, values in rows.items():
            assert tuple(cells[row, y, column] for y in YEARS) == values


@pytest.mark.parametrize("row", OUTPUT)
@pytest.mark.parametrize("year", YEARS)
def test_a_row_and_a_year_give_the_cell(read, row, year):
    value = OUTPUT[row][YEARS.index(year)]
    assert read(f"{row}{year}年农产品加工业产值是多少") == [f"{row}{year}年农产品加工业产值为{value}亿元。"]


#: (question as people type it, sentences)
SAID = [
    ("二三年全市农产品加工一共要做到几多个亿", ["全市2023年农产品加工业产值为288亿元。"]),
    ("仙女湖那边2025年加工产值目标几多", ["仙女湖区2025年农产品加工业产值为24亿元。"]),
    ("高新区25年农产品加工得干到多少亿", ["高新区2025年农产品加工业产值为150亿元。"]),
    ("渝水区农产品加工产值三年分别是多少", ["渝水区农产品加工业产值:2023年76亿元,2024年82亿元,2025年90亿元。"]),
    ("全市招商实际进资二三年跟二四年各是多少", ["全市招商引资实际进资额:2023年30亿元,2024年32亿元。"]),
    # 1-10亿 beside 超10亿: two columns
    (
        "1到10个亿的农业龙头，全市23年、25年各要有几家",
        ["全市1(含)-10亿元(不含)农业产业化龙头企业:2023年19个,2025年30个。"],
    ),
    ("超10亿的农业龙头企业2025年全市几个", ["全市2025年超10亿(含)农业产业化龙头企业为6个。"]),
]


@pytest.mark.parametrize(("question", "sentences"), SAID)
def test_everyday_wording_reads_the_right_cells(read, question, sentences):
    assert read(question) == sentences


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(("word", "pick", "shown"), [("最高", max, "最多"), ("最低", min, "最少")])
def test_the_highest_and_the_lowest_row(read, year, word, pick, shown):
    values = {r: v[YEARS.index(year)] for r, v in OUTPUT.items() if r != "全市"}
    best = pick(values.values())
    rows = "、".join(r for r, v in values.items() if v == best)
    assert (
        read(f"{year}年农产品加工业产值{word}的是哪个区")[0]
        == f"{year}年农产品加工业产值{shown}的是{rows},为{best}亿元。"
    )


@pytest.mark.parametrize("year", YEARS)
def test_rows_that_are_zero_are_counted_and_named(read, year):
    rows = [r for r, v in TOP500.items() if r != "全市" and v[YEARS.index(year)] == 0]
    assert read(f"{year}年哪些县区引进三类500强企业为0") == [
        f"{year}年引进三类500强企业为0的有{len(rows)}个:{'、'.join(rows)}。"
    ]


def test_zero_in_all_three_years_is_not_zero_in_one(read):
    rows = [r for r, v in TOP500.items() if not any(v)]
    (sentence,) = read("哪两个地方三年都没有500强的引进任务")
    assert sentence == f"2023年、2024年、2025年引进三类500强企业均为0的有2个:{'、'.join(rows)}。"


@pytest.mark.parametrize("row", [r for r in OUTPUT if r != "全市"])
def test_a_share_is_that_of_the_printed_values(read, row):
    share = 100 * OUTPUT[row][2] / OUTPUT["全市"][2]
    (sentence,) = read(f"{row}2025年农产品加工业产值占全市的比例")
    assert f"约占{share:.1f}%" in sentence


@pytest.mark.parametrize(
    ("question", "change"),
    [
        ("高新区2023年到2025年招商引资实际进资额增加多少", "2025年比2023年增加1亿元"),
        ("全市农产品加工产值，二四年到二五年得多出多少个亿", "2025年比2024年增加24亿元"),
        ("渝水区2023年到2024年招商引资实际进资额增加多少", "2024年比2023年没有变化"),
    ],
)
def test_a_change_between_years_is_computed(read, question, change):
    assert f"{change}。" in read(question)


@pytest.mark.parametrize(
    ("question", "gap"),
    [
        ("2025年渝水区比分宜县农产品加工业产值多多少", "分宜县比渝水区少20亿元"),
        ("25年农产品加工产值渝水和分宜哪个高，高多少", "分宜县比渝水区少20亿元"),
        ("2025年高新区和渝水区农产品加工业产值相差多少", "高新区比渝水区多60亿元"),
    ],
)
def test_a_difference_of_two_rows_is_computed(read, question, gap):
    assert read(question)[-1] == f"{gap}。"


def test_two_rows_asked_for_side_by_side_are_not_compared(read):
    assert read("2025年高新区和渝水区农产品加工业产值各多少") == [
        "高新区2025年农产品加工业产值为150亿元。",
        "渝水区2025年农产品加工业产值为90亿元。",
    ]


def test_a_sum_of_rows_is_computed(read):
    assert read("渝水区和分宜县2025年农产品加工业产值加起来多少")[-1] == "分宜县、渝水区合计160亿元。"


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        ("超过80亿元", ["高新区150亿元", "渝水区90亿元"]),
        # the border belongs to 不低于 and not to 超过
        ("超过90亿元", ["高新区150亿元"]),
        ("不低于90亿元", ["高新区150亿元", "渝水区90亿元"]),
        ("低于24亿元", ["新宜吉合作区1亿元"]),
    ],
)
def test_a_threshold_picks_rows(read, words, chosen):
    (sentence,) = read(f"2025年哪些县区农产品加工业产值{words}")
    assert f"有{len(chosen)}个:{'、'.join(chosen)}。" in sentence


def test_a_year_that_the_table_lacks_is_said(gazette_documents):
    found = answer_table("2023年和2030年全市农产品加工业产值多少", gazette_documents)
    assert [t for t, _ in found.sentences] == ["全市2023年农产品加工业产值为288亿元。"]
    assert found.note == "表中只有2023年、2024年、2025年的数据。"


@pytest.mark.parametrize(
    "question",
    [
        # years that the table lacks
        "2022年全市农产品加工业产值多少",
        "2030年全市农产品加工业产值多少",
        # numbers that are in no table, and rows without its columns
        "退休金一个月多少",
        "全市有多少人",
        "分宜县有多少人口",
        "农村养老金2025年涨到多少",
        "2025年GDP占比最高的区",
        "渝水区区长是谁",
        # the column without a row, a year or a total
        "什么是农产品加工业产值",
        "第四条是什么",
        "",
    ],
)
def test_a_question_that_no_table_answers_gives_none(read, question):
    assert read(question) is None


def test_every_sentence_rests_on_cells_that_hold_its_figures(gazette_documents):
    for question in (q for q, _ in SAID):
        found = answer_table(clean_question(question), gazette_documents)
        for text, cells in found.sentences:
            assert cells
            assert all(f"{number(c.value)}{c.unit}" in text for c in cells)


def test_no_tables_no_answer():
    assert answer_table("2025年全市农产品加工业产值多少", []) is None


# -- in a conversation -------------------------------------------------------------------------------------------

BEFORE = (
    Turn(role="user", content="2024年分宜县农产品加工业产值多少"),
    Turn(role="assistant", content="分宜县2024年农产品加工业产值65亿元。（余府办发〔2023〕28号 附件）"),
)


@pytest.mark.parametrize(
    ("follow_up", "sentence"),
    [
        ("换成渝水区", "渝水区2024年农产品加工业产值为82亿元。"),
        ("那高新区呢", "高新区2024年农产品加工业产值为140亿元。"),
        ("2025年的呢", "分宜县2025年农产品加工业产值为70亿元。"),
        ("那仙女湖2023年呢", "仙女湖区2023年农产品加工业产值为21亿元。"),
    ],
)
def test_a_follow_up_replaces_the_row_or_the_year(assistant, follow_up, sentence):
    answer = assistant.ask(follow_up, BEFORE)
    assert answer.state == "answered"
    assert [s.text for s in answer.statements] == [sentence]
    assert re.fullmatch(r"附件/\w+/\d{4}年/农产品加工业产值\(亿元\)", answer.citations[0].clause)
