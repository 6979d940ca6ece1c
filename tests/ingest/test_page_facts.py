"""What an official page prints in labelled values; lines are as real pages print them, names changed to 某市."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.page_facts import fact_key, fact_values, facts_of_lines, facts_of_rows, is_fact_line

FACT_LINES = [
    # a grid row that a converter parted by tabs, labels padded with spaces
    (
        "索 引 号：	 000014349/2016-00148	 主题分类：	 科技、教育\\教育",
        [("索引号", "000014349/2016-00148"), ("主题分类", "科技、教育\\教育")],
    ),
    # the database of regulations: neighbouring cells, no colons, -- for an empty one
    (
        "公布日期 	2008-05-14 	施行日期 	2008-07-01 	失效日期 	--",
        [("公布日期", "2008-05-14"), ("施行日期", "2008-07-01")],
    ),
    # the same with spaces only
    (
        "分类名称 公安 公布机关 某市人民政府 效力状况 有效",
        [("分类名称", "公安"), ("公布机关", "某市人民政府"), ("效力状况", "有效")],
    ),
    # run together, page buttons behind the last value
    (
        "新闻来源: 某市社会保障局发布时间：2008-1-18点击次数：69434大 中 小关闭窗口",
        [("新闻来源", "某市社会保障局"), ("发布时间", "2008-1-18")],
    ),
    # labels in black brackets, without colons
    (
        "【发布部门】某省人民政府	 【发文字号】省政府令第203号",
        [("发布部门", "某省人民政府"), ("发文字号", "省政府令第203号")],
    ),
    # a time without a label before a source with one
    ("2016年07月08日 14:15:02 来源： 某总局网站", [("", "2016年07月08日 14:15:02"), ("来源", "某总局网站")]),
    # one pair of an everyday label, padded as only pages do
    ("名　　称:	某市人民政府关于公园管理的通知", [("名称", "某市人民政府关于公园管理的通知")]),
    # the imprint's keywords
    ("主题词：教育 办法 通知", [("主题词", "教育 办法 通知")]),
    # all values empty: still no text of the document
    ("来源： 发布时间： 阅读次数：", []),
    # nothing but page buttons
    ("【字号 大 中 小】 【内容纠错】", []),
    ("打印本页 关闭窗口", []),
    # status alone in two cells
    ("效力	已被修改", [("效力", "已被修改")]),
]


@pytest.mark.parametrize(("line", "facts"), FACT_LINES)
def test_a_line_of_page_facts_gives_its_pairs_and_is_no_text(line, facts):
    assert is_fact_line(line)
    assert facts_of_lines([line]) == facts


TEXT_LINES = [
    # a time that the text itself sets
    "申请时间：每年3月1日至31日",
    # an invitation's time: a written date, no clock, no buttons
    "时间：2016年5月3日",
    # a source of money, in a sentence
    "来源：国家规定的其他情形。",
    "联系电话：63619862",
    # a sentence that only mentions a label
    "申请人应当按照索引号查询政府信息。",
    "附件：1.主要目标任务分解表",
    "第三条 主题分类应当按照下列规定进行：",
    "",
]


@pytest.mark.parametrize("line", TEXT_LINES)
def test_a_line_of_text_is_no_page_fact(line):
    assert not is_fact_line(line)
    assert facts_of_lines([line]) == []


def test_labels_and_values_on_lines_of_their_own_are_paired_and_empty_labels_stay_empty():
    lines = ["• 索引号:", "6107280000/2024-001005", "• 主题分类:", "• 发文机构:", "县政府网站", "• 发文字号:", "某政发〔2024〕7号",
             "• 发文日期:", "2024年04月06日 16:40", "• 内容概述:", "某县人民政府工作规则"]  # fmt: skip
    assert facts_of_lines(lines) == [
        ("索引号", "6107280000/2024-001005"),
        ("发文机构", "县政府网站"),
        ("发文字号", "某政发〔2024〕7号"),
        ("发文日期", "2024年04月06日 16:40"),
    ]


def test_a_lone_label_does_not_take_the_title_below_it_for_its_value():
    assert facts_of_lines(["主 题 词：", "某市人民政府关于公园管理的通知"]) == []


def test_a_grid_of_labels_and_values_gives_facts():
    rows = [
        ["索 引 号：", "a/1", "主题分类：", "教育"],
        ["发文机关：", "国务院", "成文日期：", "2016年07月02日"],
        ["主 题 词：", "", "", ""],
    ]
    assert facts_of_rows(rows) == [
        ("索引号", "a/1"),
        ("主题分类", "教育"),
        ("发文机关", "国务院"),
        ("成文日期", "2016年07月02日"),
    ]


def test_a_grid_whose_cells_hold_whole_pairs_gives_facts():
    rows = [["发布机构：某市人民政府", "文号：某府〔2020〕1号"], ["发布日期：2020-01-02", "主题词："]]
    assert facts_of_rows(rows) == [
        ("发布机构", "某市人民政府"),
        ("文号", "某府〔2020〕1号"),
        ("发布日期", "2020-01-02"),
    ]


def test_a_grid_of_figures_is_no_page_table():
    assert facts_of_rows([["名称", "2024年", "2025年"], ["某区", "10", "20"], ["某县", "5", "6"]]) == []


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("索 引 号", "index"),
        ("发文机关：", "issuer"),
        ("【文号】", "number"),
        ("发布机构", "publisher"),
        ("申请条件", None),
    ],
)
def test_labels_mean_what_pages_use_them_for(label, key):
    assert fact_key(label) == key


def test_values_come_in_the_order_of_the_keys_asked_for():
    facts = [("发布机构", "甲"), ("发文机关", "乙"), ("发文机构", "丙")]
    assert fact_values(facts, "issuer", "publisher") == ["乙", "丙", "甲"]


@given(st.text(alphabet="索引号发文机关：: \t【】2016年7月日〔〕来源字体大中小", max_size=80))
def test_any_line_is_read_without_error_and_facts_are_only_of_fact_lines(line):
    if facts_of_lines([line]):
        assert is_fact_line(line)
