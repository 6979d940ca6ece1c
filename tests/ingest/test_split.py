from __future__ import annotations

import pytest

from ingest import Document
from ingest.dates import read_date
from ingest.layout import read_layout
from ingest.organs import organs_of_title
from ingest.own_number import number_line
from ingest.split import read_contents, split_documents, tidy_title
from tests.ingest.builders import document_text, finding_codes, parse, parse_one, paths

CITY, OFFICE = "新余市人民政府", "新余市人民政府办公室"
#: number, raw, title, kind, date, issuer, openness, attached title: as printed in the issue
ISSUE = [
    (None, None, "新余市人民政府公报2023年第4期", "masthead", None, None, None, None),
    # a space before 号 in the contents page only; the title is broken over two lines
    ("余府发〔2023〕15号", "余府发[2023]15号", "新余市人民政府关于贯彻落实江西省气象高质量发展纲要(2023—2035年)的实施意见", "policy", "2023-06-12", CITY, "主动公开", None),
    ("余府发〔2023〕19号", "余府发[2023]19号", "新余市人民政府关于加快完善覆盖全民的多层次社会保障体系的实施意见", "policy", "2023-08-11", CITY, "主动公开", None),
    ("余府字〔2023〕25号", "余府字[2023]25号", "新余市人民政府关于张四根同志正式任职的通知", "appointment", "2023-05-20", CITY, "主动公开", None),
    ("余府办发〔2023〕19号", "余府办发[2023]19号", "新余市人民政府办公室关于印发新余市建设工程抗震设防监管暂行办法的通知", "policy", "2023-05-26", OFFICE, "主动公开", "新余市建设工程抗震设防监管暂行办法"),
    ("余府办发〔2023〕28号", "余府办发[2023]28号", "新余市人民政府办公室关于印发新余市加快推进农业产业化高质量发展工作方案的通知", "policy", "2023-07-30", OFFICE, "主动公开", "新余市加快推进农业产业化高质量发展工作方案"),
    # the openness note stands in the middle of a line
    ("余府办字〔2023〕32号", "余府办字[2023]32号", "新余市人民政府办公室关于印发《新余市政府信息公开审查制度(试行)》的通知", "policy", "2023-08-07", OFFICE, "主动公开", "新余市政府信息公开审查制度(试行)"),
    # a headline keeps its one space
    (None, None, "优化金融供给 引流活水精准浇灌实体经济", "research", None, None, None, None),
    (None, None, "关于我市锂电产业发展情况的调研与思考", "research", None, None, None, None),
    (None, None, "我市2023年上半年就业形势分析", "research", None, None, None, None),
    # the subtitle shares its line with the authors
    (None, None, '"数字+智慧"双驱动 提升政务服务"智"与"质"——新余市推进政务数据共享探索分析', "research", None, None, None, None),
    (None, None, "市政府召开第38次常务会", "meeting", None, None, None, None),
    (None, None, "市政府召开第39次常务会", "meeting", None, None, None, None),
    (None, None, "市政府召开第40次常务会", "meeting", None, None, None, None),
]  # fmt: skip


def facts(d: Document) -> tuple[str | None, ...]:
    number = str(d.document_number) if d.document_number else None
    return number, d.document_number_raw, d.title, d.kind, d.signed_on, d.issuer, d.openness, d.attached_title


def test_the_issue_splits_into_its_fourteen_documents(gazette_documents: tuple[Document, ...]) -> None:
    assert [facts(d) for d in gazette_documents] == ISSUE


def test_every_document_knows_its_issue_and_addressees(gazette_documents: tuple[Document, ...]) -> None:
    assert {str(d.gazette) for d in gazette_documents} == {"新余市人民政府公报2023年第4期"}
    addressees = {str(d.document_number): d.addressees for d in gazette_documents if d.document_number}
    assert len(addressees) == 6
    # 32号 prints 、 where the others print ,
    assert addressees.pop("余府办字〔2023〕32号") == "各县(区)人民政府、管委会,市政府各部门、市直各单位"
    assert set(addressees.values()) == {"各县(区)人民政府、管委会,市政府各部门,市直各单位"}


def test_masthead_holds_preface_and_contents(gazette_documents: tuple[Document, ...]) -> None:
    masthead = gazette_documents[0]
    assert paths(masthead) == ["前言", "目录"]
    assert "所登文件与正式文件具有同等效力" in masthead.by_path["前言"].text
    contents = masthead.by_path["目录"].text
    assert contents.startswith("目录\n市政府文件\n") and contents.endswith("(32)")
    assert "调查研究" in contents and "所登文件" not in contents


def test_contents_page_files_its_entries_under_sections() -> None:
    text = "市政府文件\n\n某市关于甲的意见\n余府发[2023]15 号(3)\n\n调查研究\n\n关于乙的\n调研与思考 (25)\n\n政务动态\n\n第3次会议 …… … 31\n"
    assert [(e.text, e.section) for e in read_contents(read_layout(text).lines)] == [
        ("某市关于甲的意见余府发[2023]15号(3)", None),
        ("关于乙的调研与思考(25)", "research"),
        ("第3次会议………31", "meeting"),
    ]


LETTERHEAD = """新余市人民政府文件

余府发〔2024〕3号

新余市人民政府关于加强公园管理的通知

各县(区)人民政府，市政府各部门：

为加强公园管理，现通知如下。

一、总体要求

保持整洁。

新余市人民政府

2024年3月1日

(此件主动公开)
"""


def test_letterhead_stands_before_the_number_and_the_title_after_it() -> None:
    document = parse_one(LETTERHEAD)
    assert facts(document) == (
        "余府发〔2024〕3号", "余府发〔2024〕3号", "新余市人民政府关于加强公园管理的通知", "policy", "2024-03-01", CITY, "主动公开", None,
    )  # fmt: skip
    assert paths(document) == ["前言", "一"]
    assert document.addressees == "各县(区)人民政府，市政府各部门"
    assert [f.kind for f in document.furniture] == [
        "letterhead", "document_number", "title", "signature", "signature", "openness_note",
    ]  # fmt: skip
    assert document.gazette is None


def test_letterhead_with_chinese_date_and_secret_openness() -> None:
    text = LETTERHEAD.replace("2024年3月1日", "二〇二四年三月一日").replace("主动公开", "依申请公开")
    document = parse_one(text)
    assert (document.signed_on, document.openness) == ("2024-03-01", "依申请公开")


def test_documents_without_a_contents_page_split_at_their_numbers() -> None:
    text = "\n".join(
        f"某市人民政府关于{name}的通知\n\n余府发[2023]{n}号 2023年5月{n}日\n\n各有关单位:\n\n请做好{name}。\n\n(此件主动公开)\n"
        for n, name in enumerate(("植树", "防汛", "抗旱"), 1)
    )
    documents = parse(text)
    assert [(str(d.document_number), d.title, d.signed_on) for d in documents] == [
        ("余府发〔2023〕1号", "某市人民政府关于植树的通知", "2023-05-01"),
        ("余府发〔2023〕2号", "某市人民政府关于防汛的通知", "2023-05-02"),
        ("余府发〔2023〕3号", "某市人民政府关于抗旱的通知", "2023-05-03"),
    ]
    assert [paths(d) for d in documents] == [["通知"]] * 3
    assert documents[1].by_path["通知"].text == "各有关单位:\n请做好防汛。"


def test_number_cited_in_a_sentence_starts_no_document() -> None:
    text = document_text("第一条 根据余府发〔2023〕3号,制定本办法。", "第二条 余府发〔2023〕4号同时废止。")
    assert [d.title for d in parse(text)] == ["某市公园管理办法"]
    assert parse_one(text).document_number is None


def test_a_plain_regulation_is_one_document_by_its_title() -> None:
    document = parse_one(
        document_text("第一章 总则", "第一条 为了管理公园,制定本办法。", "第二条 本办法自2024年1月1日起施行。")
    )
    assert facts(document) == (None, None, "某市公园管理办法", "policy", None, None, None, None)
    assert document.document_id == "某市公园管理办法"
    assert paths(document) == ["第一条", "第二条"]
    assert document.by_path["第一条"].chapter == "第一章 总则"


def test_text_of_no_kind_is_other() -> None:
    assert parse_one("今天天气很好\n\n我们去公园。\n").kind == "other"


def test_forwarded_regulation_is_told_from_its_notice() -> None:
    document = parse_one(
        document_text(
            "余府办发〔2024〕5号",
            "各有关单位:",
            "现将《某市公园管理办法》印发给你们,请遵照执行。",
            "某市人民政府办公室",
            "2024年3月1日",
            "某市公园管理办法",
            "第一条 为了管理公园,制定本办法。",
            title="某市人民政府办公室关于印发《某市公园管理办法》的通知",
        )
    )
    assert paths(document) == ["通知", "第一条"]
    assert (document.attached_title, document.signed_on) == ("某市公园管理办法", "2024-03-01")


def test_title_inside_the_notice_sentence_is_not_the_attached_title() -> None:
    document = parse_one(
        "某市人民政府办公室关于印发《某市公园管理办法》的通知\n\n余府办发〔2024〕5号\n\n各有关单位:\n\n《某市公园管理办法》\n\n已经市政府同意,现印发给你们。\n\n"
        "某市公园管理办法\n\n第一条 为了管理公园,制定本办法。\n"
    )
    assert document.attached_title == "某市公园管理办法"
    assert "《某市公园管理办法》" in document.by_path["通知"].text


def test_same_number_twice_is_reported_and_both_stay_addressable() -> None:
    one = "某市人民政府关于植树的通知\n\n余府发[2023]1号\n\n请植树。\n\n(此件主动公开)\n\n"
    documents = parse(one + one)
    assert [d.document_id for d in documents] == ["余府发〔2023〕1号", "某市人民政府关于植树的通知(2)"]
    assert finding_codes(documents[1]) == ["repeated_document"]


def test_title_without_a_text_is_reported_by_the_document_before() -> None:
    documents = parse("某市关于甲的通知\n\n余府发〔2023〕1号\n\n正文。\n\n某市关于乙的通知\n\n余府发〔2023〕2号\n")
    assert [str(d.document_number) for d in documents] == ["余府发〔2023〕1号"]
    assert finding_codes(documents[0]) == ["empty_document"]
    assert "关于乙的通知" in documents[0].findings[0].message


def test_one_title_is_not_taken_by_two_numbers() -> None:
    segments, _ = split_documents(read_layout("某市关于甲的通知\n余府发〔2023〕1号\n\n余府发〔2023〕2号\n\n正文。\n"))
    taken = [line.start for s in segments for line in (*s.title_lines, *s.body, *s.letterhead)]
    assert len(taken) == len(set(taken))


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("余府发[2023]15 号 2023年6月12日", "余府发〔2023〕15号"),
        ("余府发〔2023〕15号", "余府发〔2023〕15号"),
        ("文号：余府发〔2023〕15号", "余府发〔2023〕15号"),
        ("余府发〔2023〕15号(2023年6月12日)", "余府发〔2023〕15号"),
        # more than a number and a date
        ("根据余府发〔2023〕15号", None),
        ("余府发〔2023〕15号(3)", None),
        ("余府发〔2023〕15号、余府发〔2023〕16号", None),
        ("2023年6月12日", None),
    ],
)
def test_number_lines_hold_a_number_and_at_most_a_date(line: str, number: str | None) -> None:
    found = number_line(line)
    assert (str(found.number) if found else None) == number


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("余府发[2023]15号 2023年6月12日", "2023-06-12"),
        ("2023 年 06 月 2 日", "2023-06-02"),
        ("二〇二三年八月十一日", "2023-08-11"),
        ("二○一○年十二月三十日", "2010-12-30"),
        # days that do not exist, and months alone
        ("2023年2月30日", None),
        ("2023年6月", None),
        ("", None),
    ],
)
def test_dates_are_read_as_printed_or_not_at_all(text: str, date: str | None) -> None:
    assert read_date(text) == date


@pytest.mark.parametrize(
    ("title", "issuer"),
    [
        ("新余市人民政府办公室关于印发某办法的通知", OFFICE),
        ("新余市人民政府关于张四根同志正式任职的通知", CITY),
        ("国务院办公厅关于加强工作的意见", "国务院办公厅"),
        ("关于我市锂电产业发展情况的调研与思考", None),
        ("某市公园管理办法", None),
    ],
)
def test_issuer_is_the_organ_that_the_title_names(title: str, issuer: str | None) -> None:
    assert organs_of_title(title)[0] == ((issuer,) if issuer else ())


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("我市 2023 年上半年就业形势分析", "我市2023年上半年就业形势分析"),
        ("优化金融供给 引流活水精准浇灌实体经济", "优化金融供给 引流活水精准浇灌实体经济"),
        ("市政府召开第 40 次常务会", "市政府召开第40次常务会"),
    ],
)
def test_headlines_keep_only_spaces_that_mean_something(printed: str, title: str) -> None:
    assert tidy_title(printed) == title
