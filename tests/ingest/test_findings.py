from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import Clause, Document
from ingest.documents import Finding, Furniture, Paragraph
from ingest.duties import read_duties
from ingest.findings import find_problems
from ingest.personal_data import is_identity_number, passes_luhn
from ingest.places import Places
from ingest.recognition import find_doubts
from ingest.references import read_references
from ingest.refs import ClausePath
from tests.ingest.builders import document_text, finding_codes, parse_one


@pytest.fixture(scope="module")
def held(gazette_documents: tuple[Document, ...]) -> dict[str, Document]:
    return {d.document_id: d for d in gazette_documents}


def clauses_of(*texts: str, first: str = "第一条") -> tuple[list[Clause], str]:
    """One clause a text, and the source they were printed in, a blank line between."""
    source, clauses = "", []
    for i, text in enumerate(texts):
        label = first if i == 0 else f"第{'一二三四五六七八九'[i]}条"
        path = ClausePath((text[:3],)) if text.startswith("附件") else ClausePath((label,))
        clauses.append(Clause(path, "", None, None, (Paragraph(text, len(source), len(source) + len(text)),)))
        source += text + "\n\n"
    return clauses, source


def problems(*texts: str) -> list[Finding]:
    clauses, source = clauses_of(*texts)
    return find_problems(clauses, read_references(clauses, ["某市公园管理办法"]), (), source)


def test_findings_of_the_issue_are_these(held: dict[str, Document]) -> None:
    findings = {(i, f.code, f.severity, f.path) for i, d in held.items() for f in d.findings}
    assert findings >= {
        # 各县(区)政资金必须足额落实
        ("余府发〔2023〕19号", "doubtful_recognition", "warning", "三/(二)"),
        # 形成"一卡通"应用数据共享机制,构建社会保障卡"一卡通"应用数据共享机制
        ("余府发〔2023〕19号", "repeated_text", "notice", "二/(六)/17"),
        ("余府办字〔2023〕32号", "mixed_terms", "notice", "第七条"),
        ("余府办字〔2023〕32号", "missing_annex", "warning", "第十条"),
    }
    ours = {"doubtful_recognition", "repeated_text", "unmatched_mark", "mixed_terms", "missing_annex", "personal_data"}
    assert len([f for f in findings if f[1] in ours]) == 4


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        # -- annexes
        ("填写审核表(见附件1)。", "missing_annex", "见附件1"),
        ("填写登记表（附件二）。", "missing_annex", "（附件二"),
        ("见本办法附件说明。", None, ""),
        ("附件材料一并提交。", None, ""),
        # -- personal data: GB 11643's own example; check digit, month and length are near misses
        ("身份证号11010519491231002X。", "personal_data", "11010519491231002X"),
        ("身份证号11010519491231002x。", "personal_data", "11010519491231002x"),
        ("编号110105194912310021。", None, ""),
        ("编号360502199013011239。", None, ""),
        ("编号3605021990010112311。", None, ""),
        ("联系电话13812345678。", "personal_data", "13812345678"),
        ("联系电话138 1234 5678。", "personal_data", "138 1234 5678"),
        ("联系电话138****5678。", None, ""),
        ("印数138123456789。", None, ""),
        ("电话12812345678、0790-6441234。", None, ""),
        ("卡号6222021200001234561。", "personal_data", "6222021200001234561"),
        ("卡号6222 0212 0000 1234 561。", "personal_data", "6222 0212 0000 1234 561"),
        # a wrong Luhn digit; a serial number that happens to have one
        ("卡号6222021200001234562。", None, ""),
        ("流水号:6222021200001234561。", None, ""),
        # -- secrecy marks
        ("机密★1年", "secrecy_mark", "机密"),
        ("内部资料 注意保存", "secrecy_mark", "内部资料"),
        ("涉及国家秘密、商业秘密、工作秘密的,不得公开。", None, ""),
        ("秘密级文件由专人保管。", None, ""),
        # -- letters and strokes among digits
        ("自2O23年起施行。", "doubtful_recognition", "2O23"),
        ("并处l万元以上的罚款。", "doubtful_recognition", "l万"),
        ("二0二三年八月。", "doubtful_recognition", "二0二三"),
        ("引进1_个企业。", "doubtful_recognition", "1_"),
        ("共11家,其中6…4家。", "doubtful_recognition", "6…4"),
        ("推进O2O、5G、PM2.5和H2O监测,建设A1级景区。", None, ""),
        ("金额____元,文件data_1。", None, ""),
        ("二〇二三年八月,二十○日。", None, ""),
        # -- broken characters
        ("加强锟斤拷管理。", "doubtful_recognition", "锟斤拷"),
        ("高程10\ue0105米。", "doubtful_recognition", "\ue010"),
        ("符合条件??可以申请。", "doubtful_recognition", "??可"),
        ("你知道吗?知道。", None, ""),
        # -- doubled marks
        ("植树,、浇水。", None, ""),
        ("植树、、浇水。", "doubtful_recognition", "、、浇"),
        # -- a word that lost its first character
        ("财政部门落实资金,各县(区)政资金必须足额落实。", "doubtful_recognition", "政资金"),
        ("财政部门落实资金,各县(区)财政资金必须足额落实。", None, ""),
        # -- repeated words
        ("建立公共信用信息平台,建立公共信用信息平台,推动共享。", "repeated_text", "建立公共信用信息平台,推"),
        ("形成全市统一的应用数据共享交换机制,构建全市统一的应用数据共享交换机制。", "repeated_text", "构建"),
        ("或者销售不符合国家标准的医疗器械,或者使用不符合国家标准的医疗器械。", None, ""),
        ("完善公共服务,健全公共服务。", None, ""),
        # -- pairs
        ("依照《公园法执行。", "unmatched_mark", "《公园法"),
        ("依照公园法》执行。", "unmatched_mark", "》执行"),
        ("甲方(以下简称公园有义务。", "unmatched_mark", "(以下"),
        ("包括:1)植树;2)浇水;a)除草。", None, ""),
        ("依照《关于〈公园法〉的决定》(国发〔2014〕35号)执行。", None, ""),
        ("甲方（以下简称公园)有义务。", None, ""),
        # -- forms
        ("填写公园审批表。另填公园审核表。", "mixed_terms", "公园审批表"),
        ("填写审批表。另填审核表。", "mixed_terms", "审批表"),
        # listed side by side they are two; other names, other things
        ("填写公园审批表、公园审核表。", None, ""),
        ("填写公园审批表。另填河道审核表。", None, ""),
        ("申报单位先申报,申请单位后申请。", None, ""),
    ],
)
def test_problems_are_found_at_their_character(text: str, code: str | None, at: str) -> None:
    found = problems("完。", text)
    assert [f.code for f in found] == ([code] if code else [])
    for finding in found:
        assert (finding.path, finding.start) == ("第二条", len("完。\n\n") + text.index(at))
        assert finding.advice and finding.advice.endswith("。")
        # what is personal is not repeated in the finding
        assert "138" not in finding.message and "6222" not in finding.message and "1949" not in finding.message


def test_dangling_reference_is_reported_where_it_is_printed() -> None:
    (finding,) = problems("甲。", "依照本办法第二十五条执行。")
    assert (finding.code, finding.path, finding.start) == ("dangling_reference", "第二条", len("甲。\n\n依照"))
    assert problems("甲。", "依照本办法第一条、《公园法》第二十五条执行。") == []
    assert len(problems("甲。", "依照第二十五、二十六条执行。")) == 1


@pytest.mark.parametrize(
    ("note", "annexes", "missing"),
    [
        ("附件:1.登记表 2.审核表 3.名单", ["附件1"], ["附件2", "附件3"]),
        ("附件:1.登记表 2.审核表", ["附件1", "附件2"], []),
        ("附件:登记表", ["附件"], []),
        ("附件:登记表", [], ["附件"]),
        ("附件2:审核表", ["附件1"], ["附件2"]),
        # a year is no number of an annex
        ("附件:2023年计划表", ["附件1"], []),
    ],
)
def test_listed_annexes_must_follow(note: str, annexes: list[str], missing: list[str]) -> None:
    clauses, _ = clauses_of("甲。", *annexes)
    found = find_problems(clauses, (), [Furniture("annex_note", 40, 40 + len(note), note)])
    assert [(f.code, f.start) for f in found] == [("missing_annex", 40)] * len(missing)
    assert all(name in f.message for name, f in zip(missing, found, strict=True))


def test_a_missing_annex_is_reported_once() -> None:
    found = problems("填写登记表(见附件1)。", "再次填写(见附件1)。", "填写审核表(见附件2)。")
    assert [(f.code, f.path) for f in found] == [("missing_annex", "第一条"), ("missing_annex", "第三条")]
    assert problems("填写登记表(见附件1)。", "附件1") == []


def test_forwarded_document_is_the_annex_that_the_notice_names() -> None:
    clauses, source = clauses_of("现将《公园管理办法》(附件1)印发给你们。")
    assert find_problems(clauses, (), (), source, ["公园管理办法"]) == []
    assert [f.code for f in find_problems(clauses, (), (), source)] == ["missing_annex"]


def test_secrecy_mark_outside_the_text_is_found() -> None:
    clauses, source = clauses_of("甲。")
    (finding,) = find_problems(clauses, (), [Furniture("letterhead", 7, 12, "机密★1年")], source)
    assert (finding.code, finding.path, finding.start) == ("secrecy_mark", None, 7)


def test_quotation_over_several_clauses_is_one() -> None:
    # a decision that amends a law quotes whole articles
    assert problems("将第三条修改为:“甲。", "“乙。", "丙。”") == []
    assert [f.code for f in problems("将第二条修改为:“甲。", "乙。")] == ["unmatched_mark"]


def test_broken_encoding_is_reported_in_twenty_findings_at_most() -> None:
    found = problems("甲\ufffd乙。" * 500)
    assert len(found) == 20
    assert "500" in found[-1].message


def test_table_rows_are_not_read_as_sentences() -> None:
    assert problems("高新区\t1_\t5.5\t政资金\t政资金") == []


def test_place_is_counted_through_white_space_and_furniture() -> None:
    source = "第一条 电话 138\n某市公报\n1234 5678。"
    paragraph = Paragraph("第一条 电话13812345678。", 0, len(source))
    head = Furniture("running_head", source.index("某市"), source.index("某市") + 4, "某市公报")
    places = Places(source, [head])
    assert places.at(paragraph, paragraph.text.index("138")) == source.index("138")
    assert places.at(paragraph, paragraph.text.index("5678")) == source.index("5678")
    # without the source, or where the text is not to be found, the paragraph itself
    assert Places().at(paragraph, 8) == 0
    assert Places("别的文字" * 10).at(paragraph, 8) == 0


@given(st.text(alphabet="公园一1 ()《》“”〇O_…、,\t\n第条附件", max_size=60))
def test_any_text_gives_findings_inside_itself(text: str) -> None:
    clauses, source = clauses_of(text or "甲")
    for finding in find_problems(clauses, read_references(clauses, []), (), source):
        assert finding.start is not None and 0 <= finding.start < len(source)
    assert all(0 <= d.start < len(text) for d in find_doubts(text))


@given(st.integers(0, 10**16 - 1))
def test_one_check_digit_in_ten_holds(payload: int) -> None:
    body = f"{payload:016d}"
    if len(set(body)) > 2:
        assert sum(passes_luhn(body + str(d)) for d in range(10)) == 1


@given(st.integers(0, 999))
def test_one_check_character_in_eleven_holds(serial: int) -> None:
    body = f"11010519491231{serial:03d}"
    assert sum(is_identity_number(body + c) for c in "0123456789X") == 1


def test_documents_as_parsed_have_their_findings() -> None:
    document = parse_one(document_text("第一条 完。", "第二条 联系电话13812345678。"))
    assert finding_codes(document) == ["personal_data"]


@pytest.mark.parametrize(
    "piece",
    # each would take hours where the time grows with the square of the length
    [
        "第一、",
        "第一条",
        "《",
        "(",
        "(责任单位:",
        "”",
        "前款",
        "附件1",
        "政资金,",
        "甲\ufffd乙",
        "责任单位:市局,",
        "《办法》同法第一条",
    ],
)
def test_time_grows_with_the_length_only(piece: str) -> None:
    clauses, source = clauses_of(piece * (50_000 // len(piece)))
    references = read_references(clauses, ["某市公园管理办法"])
    read_duties(clauses)
    assert len(find_problems(clauses, references, (), source)) <= 60
