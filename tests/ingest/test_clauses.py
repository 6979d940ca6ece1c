from __future__ import annotations

import pytest

from ingest import Clause
from ingest.labels import read_label
from tests.ingest.builders import document_text, finding_codes, lines_of, parse_one, paths, tree_of


def texts(clauses: list[Clause]) -> dict[str, str]:
    return {str(c.path): c.text for c in clauses}


def test_paragraph_after_the_items_is_the_articles_next_paragraph() -> None:
    clauses = tree_of(
        "第九条 严禁发布下列信息:",
        "(一)依法确定为国家秘密的政府信息。",
        "(二)涉及商业秘密、个人隐私的政府信息。",
        "前款第(二)项信息经第三方同意公开的,予以公开。",
        "第十条 完。",
    )
    assert texts(clauses) == {
        "第九条": "第九条 严禁发布下列信息:\n前款第(二)项信息经第三方同意公开的,予以公开。",
        "第九条/(一)": "(一)依法确定为国家秘密的政府信息。",
        "第九条/(二)": "(二)涉及商业秘密、个人隐私的政府信息。",
        "第十条": "第十条 完。",
    }
    assert [c.display for c in clauses[1:3]] == ["第九条第一款第(一)项", "第九条第一款第(二)项"]


def test_items_are_shown_under_the_paragraph_that_leads_them_in() -> None:
    clauses = tree_of("第八条 审核要求:", "行政机关应当审核下列事项:", "(一)法规。", "(二)保密。")
    assert [c.lead_in_paragraph for c in clauses] == [0, 2, 2]
    # with one 款 there is nothing to name
    assert [c.lead_in_paragraph for c in tree_of("第八条 审核:", "(一)法规。")] == [0, 0]


def test_text_under_an_item_that_is_a_heading_belongs_to_the_item() -> None:
    clauses = tree_of(
        "第七条 程序为三道。",
        "1.A类信息的审批程序",
        "(1)初审。拟稿人负责。",
        "2.B类信息的审批程序",
        "承办单位参照执行。",
    )
    assert texts(clauses)["第七条/2"] == "2.B类信息的审批程序\n承办单位参照执行。"
    assert list(texts(clauses)) == ["第七条", "第七条/1", "第七条/1/(1)", "第七条/2"]


def test_paragraph_after_the_items_of_a_plan_stays_with_the_last_item() -> None:
    clauses = tree_of("一、任务", "(一)植树。植一批。", "每年检查一次。", "二、保障")
    assert texts(clauses)["一/(一)"] == "(一)植树。植一批。\n每年检查一次。"


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        # two and three on one line
        (
            "第十七条 由办公室解释。 第十八条 自印发之日起施行。",
            ["第十七条 由办公室解释。", "第十八条 自印发之日起施行。"],
        ),
        ("第一条 甲。第二条 乙。 第三条 丙。", ["第一条 甲。", "第二条 乙。", "第三条 丙。"]),
        # not the next number, a citation, no sentence end before it
        ("第十七条 解释。 第十九条 施行。", ["第十七条 解释。 第十九条 施行。"]),
        ("第十七条 解释。第十八条规定的除外。", ["第十七条 解释。第十八条规定的除外。"]),
        ("第十七条 依照第十八条 执行。", ["第十七条 依照第十八条 执行。"]),
        # a number that is none
        ("第十七条 解释。 第十百条 施行。", ["第十七条 解释。 第十百条 施行。"]),
    ],
)
def test_articles_on_one_line_come_apart(line: str, parts: list[str]) -> None:
    split = lines_of(line)
    assert [part.text.strip() for part in split] == parts
    assert all(line[p.start : p.end] == p.text for p in split)


def test_run_on_articles_have_spans_of_their_own() -> None:
    text = document_text("第一条 由市政府办公室负责解释。 第二条 自印发之日起施行。")
    first, second = parse_one(text).clauses
    assert text[first.start : first.end].strip() == "第一条 由市政府办公室负责解释。"
    assert text[second.start : second.end] == "第二条 自印发之日起施行。"


@pytest.mark.parametrize(
    "text",
    [
        "第二条规定的事项,由市林业局负责。",
        "第九条、第十条所称公园,包括绿地。",
        "第三条第二款的事项,另行规定。",
        "第三条中的公园,包括绿地。",
        "第三条(二)项规定的事项,另行规定。",
    ],
)
def test_an_article_that_is_cited_opens_no_clause(text: str) -> None:
    clauses = tree_of("第一条 完。", text)
    assert texts(clauses) == {"第一条": f"第一条 完。\n{text}"}


def test_article_with_suffix_is_not_its_base_article() -> None:
    clauses = tree_of("第十二条 甲。", "第十二条之一 乙。", "第十二条之二 丙。", "第十三条 丁。")
    assert texts(clauses) == {
        "第十二条": "第十二条 甲。", "第十二条之一": "第十二条之一 乙。", "第十二条之二": "第十二条之二 丙。", "第十三条": "第十三条 丁。",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "path", "text"),
    [
        # the printer left the space out, or set one inside the number
        ("第一条为了管理。", "第一条", "第一条 为了管理。"),
        ("第 二 十 一 条 完。", "第二十一条", "第二十一条 完。"),
        # Arabic, with a colon that stays
        ("第16条 完。", "第十六条", "第16条 完。"),
        ("第三条：完。", "第三条", "第三条：完。"),
        ("第三条:完。", "第三条", "第三条:完。"),
    ],
)
def test_article_numbers_are_read_in_every_setting(printed: str, path: str, text: str) -> None:
    assert texts(tree_of(printed)) == {path: text}


@pytest.mark.parametrize(
    "text",
    [
        "第99999条 太大。",
        "第十百条 不成数。",
        "第一条之十百 不成数。",
        "第条 空。",
        "一级审批:完。",
        "1.5亿元。",
        "一是否可行。",
        "(2023)",
    ],
)
def test_what_is_no_clause_number_opens_none(text: str) -> None:
    assert read_label(text) is None
    assert list(texts(tree_of(text))) == ["前言"]


def test_points_open_clauses_only_in_company() -> None:
    assert list(texts(tree_of("三、措施", "一是资金。", "二是用地。", "四、其他"))) == [
        "三",
        "三/一是",
        "三/二是",
        "四",
    ]
    # alone, or in the middle of a paragraph, they are words
    assert texts(tree_of("三、措施", "一是资金。", "四、其他"))["三"] == "三、措施\n一是资金。"
    assert texts(tree_of("三、措施", "二是用地。"))["三"] == "三、措施\n二是用地。"
    assert list(texts(tree_of("(一)总体。一是资金。二是用地。"))) == ["(一)"]


def test_points_hang_on_the_item_above_them() -> None:
    clauses = tree_of("三、措施", "5.落实政策。", "一是资金。", "二是用地。", "6.建立制度。")
    assert list(texts(clauses)) == ["三", "三/5", "三/5/一是", "三/5/二是", "三/6"]


def test_numbers_that_run_on_through_the_parts_are_kept() -> None:
    document = parse_one(
        document_text("一、甲", "(一)子。完。", "(二)丑。完。", "二、乙", "(三)寅。完。", title="某市工作方案")
    )
    assert paths(document) == ["一", "一/(一)", "一/(二)", "二", "二/(三)"]
    assert finding_codes(document) == []


def test_numbers_that_begin_again_are_kept() -> None:
    document = parse_one(
        document_text("一、甲", "(一)子", "1.鼠。", "2.牛。", "(二)丑", "1.虎。", title="某市工作方案")
    )
    assert paths(document) == ["一", "一/(一)", "一/(一)/1", "一/(一)/2", "一/(二)", "一/(二)/1"]
    assert finding_codes(document) == []


def test_a_gap_in_the_numbers_is_found_and_nothing_is_renumbered() -> None:
    document = parse_one(document_text("第一条 甲。", "第三条 丙。"))
    assert paths(document) == ["第一条", "第三条"]
    (finding,) = document.findings
    assert (finding.code, finding.path) == ("numbering_gap", "第三条")
    assert finding.start == document.by_path["第三条"].start


def test_a_repeated_number_is_found_and_its_text_kept() -> None:
    document = parse_one(document_text("第一条 甲。", "第二条 乙。", "第二条 丙。", "第三条 丁。"))
    assert paths(document) == ["第一条", "第二条", "第三条"]
    assert document.by_path["第二条"].text == "第二条 乙。\n第二条 丙。"
    assert finding_codes(document) == ["repeated_number"]


@pytest.mark.parametrize(
    "closing",
    [
        "各县(区)人民政府可根据本工作方案,结合实际,制定实施细则。",
        "本方案自印发之日起施行。",
        "本方案由市林业局负责解释。",
    ],
)
def test_paragraph_that_speaks_for_the_whole_plan_is_its_closing(closing: str) -> None:
    clauses = tree_of("一、任务", "1.植树。植一批。", closing)
    assert texts(clauses)["结尾"] == closing and texts(clauses)["一/1"] == "1.植树。植一批。"
    assert str(clauses[-1].path) == "结尾"


def test_closing_words_inside_articles_or_items_stay_there() -> None:
    assert "结尾" not in texts(tree_of("第一条 完。", "本办法自印发之日起施行。"))
    assert "结尾" not in texts(tree_of("一、任务", "本方案自印发之日起施行。一并执行。", "每年检查。"))


@pytest.mark.parametrize(
    ("title", "label"),
    [("某市人民政府关于植树的通知", "通知"), ("某市人民政府关于植树的意见", "前言"), ("某市植树情况", "前言")],
)
def test_text_without_numbers_is_a_notice_or_a_preface(title: str, label: str) -> None:
    document = parse_one(document_text("请各单位植树。", "每人三棵。", title=title))
    assert paths(document) == [label]
    assert len(document.clauses[0].paragraphs) == 2


def test_notice_with_numbers_has_a_preface() -> None:
    document = parse_one(document_text("现通知如下。", "一、植树。完。", title="某市人民政府关于植树的通知"))
    assert paths(document) == ["前言", "一"]


def test_numbers_of_a_covering_notice_stay_with_the_notice() -> None:
    document = parse_one(
        document_text(
            "余府办发〔2024〕5号", "现印发给你们,并就有关事项通知如下。", "一、提高认识。要重视。", "二、抓好落实。要落实。", "某市公园管理办法", "第一条 完。",
            title="某市人民政府办公室关于印发某市公园管理办法的通知",
        )
    )  # fmt: skip
    assert paths(document) == ["通知", "通知/一", "通知/二", "第一条"]


def test_parts_chapters_and_sections_are_headings_that_close_each_other() -> None:
    document = parse_one(
        document_text(
            "第一编 总则",
            "第一章 基本规定",
            "第一条 甲。",
            "第二章 登记",
            "第一节 一般规定",
            "第二条 乙。",
            "第三章 附则",
            "第三条 丙。",
        )
    )
    assert [c.chapter for c in document.clauses] == [
        "第一编 总则 第一章 基本规定", "第一编 总则 第二章 登记 第一节 一般规定", "第一编 总则 第三章 附则",
    ]  # fmt: skip
    assert [f.text for f in document.furniture if f.kind == "part_heading"] == [
        "第一编总则", "第一章基本规定", "第二章登记", "第一节一般规定", "第三章附则",
    ]  # fmt: skip


def test_annex_has_title_text_and_clauses_of_its_own() -> None:
    document = parse_one(
        document_text(
            "现通知如下。",
            "附件1",
            "公园名录",
            "第一章 市级",
            "一、中心公园。完。",
            "附件2",
            "说明。",
            title="某市关于公园的通知",
        )
    )
    assert paths(document) == ["通知", "附件1", "附件1/一", "附件2"]
    assert document.by_path["附件1"].heading == "公园名录"
    # headings inside an annex are furniture as they are elsewhere
    assert "第一章市级" in [f.text for f in document.furniture]


def test_annex_keeps_its_printed_order_around_a_table() -> None:
    text = document_text(
        "现通知如下。", "附件", "名录", "单位:个", "区\t数\t额\n甲区\t1\t2", "注:不含乡镇。", title="某市关于公园的通知"
    )
    annex = parse_one(text).by_path["附件"]
    assert annex.text == "附件\n名录\n单位:个\n区\t数\t额\n甲区\t1\t2\n注:不含乡镇。"


@pytest.mark.parametrize(("printed", "path"), [("附件二", "附件2"), ("附件 3:", "附件3"), ("附件十十", "附件十十")])
def test_annex_numbers_are_arabic_in_paths_where_they_are_numbers(printed: str, path: str) -> None:
    assert paths(parse_one(document_text("通知如下。", printed, "说明。", title="某市关于公园的通知")))[-1] == path


def test_repeated_annex_number_is_found_and_its_text_kept() -> None:
    document = parse_one(document_text("通知如下。", "附件1", "甲。", "附件1", "乙。", title="某市关于公园的通知"))
    assert paths(document) == ["通知", "附件1"]
    assert finding_codes(document) == ["repeated_number"]
    assert document.by_path["附件1"].text == "附件1\n甲。\n附件1\n乙。"


def test_annex_that_is_announced_and_not_printed_is_found() -> None:
    announced = parse_one(document_text("现通知如下。", "附件:公园名录", title="某市关于公园的通知"))
    assert finding_codes(announced) == ["missing_annex"]
    printed = parse_one(
        document_text("现通知如下。", "附件:公园名录", "附件", "公园名录", "中心公园。", title="某市关于公园的通知")
    )
    assert finding_codes(printed) == []
