from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest import IngestError
from ingest.joining import join_lines
from ingest.layout import is_heading, opens_label, read_layout
from ingest.numerals import chinese_numeral
from ingest.settling import settle_labels
from tests.ingest.builders import altered_paragraphs, lost_characters, parse

WRAPPED = (
    "为贯彻落实省政府关于加快完善覆盖全民的多层次社会\n保障体系的意见精神,全面深化社会保障制度改革,\n着力提升多层次社会保障体系建设质量。\n\n"
    "一、工作目标\n\n到2025年底,基本养老保险参保率达到百分之九十五,\n各县区建立一个以上公立普惠性婴幼儿照护机构。\n"
)


def joined(text: str) -> list[str]:
    layout = read_layout(text)
    return [
        p.text for p in join_lines(settle_labels([line for line in layout.lines if line.furniture is None]), layout)
    ]


def furniture(text: str) -> list[tuple[str, str]]:
    return [(line.furniture, line.text) for line in read_layout(text).lines if line.furniture]


def test_sentences_that_the_printer_broke_are_joined() -> None:
    assert joined(WRAPPED) == [
        "为贯彻落实省政府关于加快完善覆盖全民的多层次社会保障体系的意见精神,全面深化社会保障制度改革,着力提升多层次社会保障体系建设质量。",
        "一、工作目标",
        "到2025年底,基本养老保险参保率达到百分之九十五,各县区建立一个以上公立普惠性婴幼儿照护机构。",
    ]


def test_a_page_break_inside_a_sentence_makes_no_paragraph() -> None:
    broken = WRAPPED.replace("全面深化社会", "全面\n\n— 12 —\n\n深化社会")
    assert joined(broken) == joined(WRAPPED)
    assert furniture(broken) == [("page_number", "— 12 —")]


def test_a_paragraph_that_ended_is_not_continued() -> None:
    texts = joined(WRAPPED + "\n各地要认真抓好贯彻落实,确保各项政策落到\n实处,惠及民生。\n")
    assert texts[-1] == "各地要认真抓好贯彻落实,确保各项政策落到实处,惠及民生。"
    assert len(texts) == 4


def test_where_every_line_is_a_paragraph_nothing_is_joined() -> None:
    lines = [
        "第一条 为了管理公园,制定本办法。",
        "第二条 本办法适用于全市公园。",
        "公园包括广场、绿地。",
        "(一)综合公园",
        "(二)社区公园",
    ]
    assert joined("\n".join(lines)) == lines


def test_indented_paragraphs_are_kept_apart_without_blank_lines() -> None:
    text = (
        "　　为了加强公园管理,维护公园秩序,保障公众游览安全和\n合法权益,根据有关法律法规,结合本市实际情况,制定本\n办法。\n"
        "　　本办法适用于本市行政区域内公园的规划建设保护管理和\n监督活动。\n"
        "　　公园管理应当遵循政府主导社会参与科学规划的原则坚持\n公益性。\n"
    )
    assert [t[:5] for t in joined(text)] == ["为了加强公", "本办法适用", "公园管理应"]


def test_latin_words_keep_the_space_of_a_line_break() -> None:
    text = WRAPPED + "\n建设气象信息服务平台体系并且采用国际通用标准 ISO\n9001 质量管理体系认证并且不断改进,\n完成。\n"
    assert joined(text)[-1].endswith("标准ISO 9001质量管理体系认证并且不断改进,完成。")


@pytest.mark.parametrize("head", ["市政府文件", "市政府办公室文件", "新余市人民政府公报", "资料汇编"])
def test_repeated_heads_with_a_page_number_are_running_heads(head: str) -> None:
    pages = [f"第{n}条 公园应当保持整洁。\n\n{head} {i} \n" for i, n in enumerate("一二三", 3)]
    assert furniture("\n".join(pages)) == [("running_head", f"{head} {i}") for i in (3, 4, 5)]


def test_a_head_that_stands_once_or_ends_otherwise_is_text() -> None:
    assert furniture("市政府文件 3\n\n第一条 完。\n") == []
    assert furniture("公园管理 3\n\n" * 4) == []


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("12", "page_number"),
        ("— 3 —", "page_number"),
        ("・10・", "page_number"),
        ("<!-- 第3页 -->", "comment"),
        ("|---|:-:|", "table_rule"),
        # near misses
        ("12.", None),
        ("2023年", None),
        ("12345", None),
        ("- 12", None),
        ("|甲|乙|", None),
        ("<!-- 第3页", None),
    ],
)
def test_furniture_is_told_from_text(line: str, kind: str | None) -> None:
    assert [x.furniture for x in read_layout(line).lines] == [kind]


@pytest.mark.parametrize(
    ("printed", "text", "mark"),
    [
        ("- 1.市级电力调度中心;", "1.市级电力调度中心;", 0),
        (" * 甲", "甲", 1),
        ("## 第一章 总则", "第一章 总则", 0),
        ("> 引文", "引文", 0),
        ("> - 引文", "引文", 0),
        # near misses: a sign, a dash, a tag, a mark with nothing behind it
        ("-5℃以下", "-5℃以下", None),
        ("——副标题", "——副标题", None),
        ("#公园", "#公园", None),
        ("-", "-", None),
    ],
)
def test_list_marks_are_taken_off_and_remembered(printed: str, text: str, mark: int | None) -> None:
    (line,) = read_layout(printed).lines
    assert (line.text, line.bullet) == (text, mark is not None)
    assert [start for start, _ in line.marks][:1] == ([] if mark is None else [mark])
    assert printed[line.start : line.end] == text


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("第一条为加强", True),
        ("第十二条之一 新增", True),
        ("(一)指导思想", True),
        ("1.加快", True),
        ("①初审", True),
        ("第二章 总则", True),
        # citations and quantities
        ("第二条规定的工程", False),
        ("第九条、第十条所称", False),
        ("(一)项规定", False),
        ("1.5亿元", False),
        ("一级审批", False),
    ],
)
def test_labels_are_told_from_citations(text: str, opens: bool) -> None:
    assert opens_label(text) is opens


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("二、重点任务", True),
        ("(一)交通工程", True),
        ("第二章 信息审核", True),
        ("3.C类信息的审批程序", True),
        # sentences, articles, lists and lead-ins
        ("(一)加强巡查。各单位", False),
        ("2.市级领导机关办公楼;", False),
        ("第一条 公园管理", False),
        ("(二)下列工程:", False),
        ("重点任务", False),
        ("一、" + "很长的标题" * 10, False),
    ],
)
def test_headings_are_numbered_lines_without_an_end(text: str, heading: bool) -> None:
    assert is_heading(text) is heading


# ------------------------------------------------------------------------------------------------ conservation

FRAGMENTS = st.sampled_from(
    [
        "某市公园管理办法", "某市人民政府关于做好公园工作的通知", "关于印发《某市公园管理办法》的通知", "余府发〔2023〕7号",
        "余府发[2023]8号 2023年5月1日", "某市人民政府文件", "各县(区)人民政府,市直各单位:", "各县(区)人民政府,市直各单位: 现通知如下。",
        "第一章 总则", "第二章附则", "第一条为了管理。", "第二条规定的事项,", "第三条 完。 第四条 续。", "第十二条之一:新增。",
        "第99999条 太大", "第十百条 不成数", "第十二条之十百 不成数", "一、总体要求", "二、保障措施。", "(一)指导思想", "（二）目标。建设",
        "1.加快发展。", "2.市级;", "(1)初审。", "①甲", "一是资金。", "二是用地。", "到 2035 年,水平显著", "增强。", "ABC def 12",
        "— 3 —", "12", "市政府文件", "市政府文件 5", "<!-- 注 -->", "- 1.电力;", "## 小标题", "> 引文", "——副标题 张 三 李 四",
        "附件", "附件1", "附件٣", "附件十十", "附件:名单", "主要目标任务分解表", "县区\t产值(亿元)\t\t", "\t2023年\t2024年\t2025年",
        "甲区\t1\t2\t3_", "全市\t1\t2\t4", "|区|数|额|", "|---|---|---|", "|甲|1|2|", "(此件主动公开)", "落实。(此件主动公开)",
        "(作者单位:市政府)", "某市人民政府", "2023年5月1日", "2023年2月30日", "新余市人民政府公报", "2023 年第 4 期", "目 录",
        "调查研究", "市政府召开第3次会议 (3)", "市政府召开第3次会议", "徐鸿主持", "本办法第99999条和第一条之二。",
        "(责任单位:市局,以下责任单位均涉及各县,不再单列)", "本通知自印发之日起施行。", "\u200b", "\x0c", "《甲", ")", "　　缩进",
    ]
)  # fmt: skip
LINES = st.one_of(FRAGMENTS, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12))
TEXTS = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\n\n", " \n"])), min_size=1, max_size=16).map(
    lambda parts: "".join(a + b for a, b in parts)
)


@settings(max_examples=400)
@given(TEXTS)
@example("某市关于甲的通知\n余府发〔2023〕1号\n\n正文。\n\n某市关于乙的通知\n余府发〔2023〕2号\n")
@example("关于甲的通知\n\n正文。\n\n附件\n\n第一章 总则\n\n第一条 完。\n")
@example("关于甲的通知\n\n正文。\n\n附件\n\n名单\n\n说明文字一直\n\n|区|数|额|\n|---|---|---|\n|甲|1|2|\n\n续写。\n")
def test_every_character_of_any_text_is_in_a_clause_or_furniture(text: str) -> None:
    try:
        documents = parse(text)
    except IngestError:
        return
    assert lost_characters(text, documents) == ""
    for document in documents:
        assert altered_paragraphs(text, document) == []
        assert all(c.text.strip() for c in document.clauses)
        assert type(document).from_json(document.to_json()) == document
        assert len(document.by_path) == len(document.clauses)


@pytest.mark.parametrize(
    "block",
    [
        # every article another clause, with items of its own
        "第{n}条 公园应当保持整洁。\n\n(一)甲;\n\n(二)乙。",
        # one number over and over
        "第一条 公园应当保持整洁。",
        # one sentence without end
        "公园应当保持整洁,公园应当保持整洁",
        # documents
        "某市关于公园{i}的通知\n\n余府发〔2023〕{i}号\n\n保持整洁。",
        "- (一)甲;", "|1|2|3|", "附件{i}", "a b c d e f g h ",
    ],
)  # fmt: skip
def test_long_files_take_time_in_proportion(block: str) -> None:
    def seconds(n: int) -> float:
        text = "\n\n".join(block.format(i=i, n=chinese_numeral(i)) for i in range(1, n + 1))
        began = time.perf_counter()
        with suppress(IngestError):
            parse(f"某市公园管理办法\n\n{text}\n")
        return time.perf_counter() - began

    # eight times the text; a busy machine may lose half a second now and then, a square would lose eight each time
    assert any(seconds(1600) < 0.5 + 24 * seconds(200) for _ in range(3))
