from __future__ import annotations

import pytest

from ingest import Document
from tests.ingest.builders import document_text, finding_codes, parse_one

RS, YB, MZ, CZ, SW = "市人力资源和社会保障局", "市医保局", "市民政局", "市财政局", "市税务局"
WJ, GZ, FG, TY, ZW, SF = "市卫健委", "市国资委", "市发展改革委", "市退役军人事务局", "市政务服务中心", "市司法局"
AREAS, BANK = "各县[区]人民政府、管委会", "新余银保监分局"
#: 余府发〔2023〕19号, 二: lead and responsible units in brackets, as printed
DUTIES = {
    1: ([RS], ["市农业农村局", SW, MZ, CZ, "市自然资源局", "市乡村振兴局", AREAS]),
    2: ([YB], [CZ, WJ, BANK]),
    3: ([RS], [CZ, SW, AREAS]),
    4: ([RS], [CZ, SW]),
    5: ([MZ], [CZ, WJ, YB]),
    6: ([MZ], [FG, WJ, GZ, YB, AREAS]),
    7: ([MZ], [FG, "市教育局", CZ, RS, WJ, YB, "市乡村振兴局"]),
    8: ([MZ], [CZ, WJ, YB, AREAS]),
    9: ([TY], [CZ, AREAS]),
    10: ([TY], [AREAS]),
    11: ([RS], [FG, GZ, "市市场监管局", "市统计局", SW, "市科技局", "市商务局", ZW, YB, AREAS]),
    12: ([RS], ["市住建局", "市交通运输局", WJ, GZ, SW, AREAS]),
    13: ([RS], [CZ, "市乡村振兴局", AREAS]),
    # 分别按职责落实 is no unit; the one 〔区〕 of the file is kept
    14: ([RS, MZ, WJ, YB], ["各县〔区〕人民政府、管委会"]),
    15: ([RS], [CZ, ZW]),
    16: ([RS, CZ, YB, SW], [GZ, AREAS]),
    17: ([RS, ZW], [MZ, CZ, "市交通运输局", "市文广新旅局", WJ, YB, SW, AREAS]),
    18: ([SF, ZW, RS, MZ, WJ, TY, YB], ["市委组织部", AREAS]),
    19: ([RS, YB], ["市公安局", MZ, WJ, SF, SW]),
    # a colon stands for the semicolon, as in 1 and 16
    20: ([RS, FG], [SF, CZ, "市交通运输局", YB, SW, "人民银行新余市中心支行", BANK]),
}


@pytest.fixture(scope="module")
def held(gazette_documents: tuple[Document, ...]) -> dict[str, Document]:
    return {d.document_id: d for d in gazette_documents}


def test_every_task_of_the_social_security_plan_has_its_units(held: dict[str, Document]) -> None:
    found: dict[int, dict[str, list[str]]] = {}
    for duty in held["余府发〔2023〕19号"].duties:
        found.setdefault(int(duty.path.last), {})[duty.role] = list(duty.units)
        assert duty.inherited == ()
    assert found == {n: {"lead": lead, "responsible": responsible} for n, (lead, responsible) in DUTIES.items()}


def test_areas_named_once_are_inherited_by_every_later_task(held: dict[str, Document]) -> None:
    duties = held["余府办发〔2023〕28号"].duties
    assert [(str(d.path), d.inherited) for d in duties] == [
        # names the areas itself
        ("二/(一)/1", ()),
        *((path, (AREAS,)) for path in (
            "二/(一)/2", "二/(一)/3", "二/(一)/4", "二/(一)/5",
            "二/(二)/1", "二/(二)/2", "二/(二)/3", "二/(二)/4", "二/(二)/5", "二/(二)/6", "二/(二)/7",
            "三/1", "三/2", "三/3", "三/4", "三/5/一是", "三/5/二是", "三/5/三是", "三/5/四是", "三/6",
        )),
    ]  # fmt: skip
    assert {d.role for d in duties} == {"responsible"}
    assert duties[0].units == ("市商务局", FG, "市工业和信息化局", "市农业农村局", AREAS)
    assert duties[1].units == ("市工业和信息化局", "市农业农村局", "市商务局", "市政府金融办")


def test_documents_without_duty_brackets_have_no_duties(held: dict[str, Document]) -> None:
    for document in ("余府发〔2023〕15号", "余府字〔2023〕25号", "余府办发〔2023〕19号", "余府办字〔2023〕32号"):
        assert held[document].duties == ()


@pytest.mark.parametrize(
    ("text", "duties"),
    [
        (
            "1.植树。(牵头单位:市林业局;责任单位:市财政局、各县区)",
            [("lead", ("市林业局",)), ("responsible", ("市财政局", "各县区"))],
        ),
        # full width, 部门, 配合 is responsible
        (
            "1.植树。（牵头部门：市林业局；配合部门：市财政局）",
            [("lead", ("市林业局",)), ("responsible", ("市财政局",))],
        ),
        # words behind the last unit are none
        ("1.植树。(责任单位:市林业局、市财政局等按职责分工负责)", [("responsible", ("市林业局", "市财政局"))]),
        # a bracket in the middle, a bracket of another kind
        ("1.植树(责任单位:市林业局)要抓好。", []),
        ("1.植树。(含苗木)", []),
        ("1.各责任单位:要抓好。", []),
    ],
)
def test_duties_are_read_from_the_closing_bracket(text: str, duties: list[tuple[str, tuple[str, ...]]]) -> None:
    document = parse_one(document_text("一、任务", text, title="某市工作方案"))
    assert [(d.role, d.units) for d in document.duties] == duties


def test_scope_is_not_inherited_backwards_nor_twice() -> None:
    document = parse_one(
        document_text(
            "1.甲。(责任单位:市林业局)",
            "2.乙。(责任单位:市林业局,以下责任单位均涉及各县区,不再单独列出)",
            "3.丙。(责任单位:市财政局)",
            "4.丁。(责任单位:各县区)",
            title="某市工作方案",
        )
    )
    assert [d.inherited for d in document.duties] == [(), (), ("各县区",), ()]


@pytest.mark.parametrize(
    ("document", "upstream"),
    [
        ("余府发〔2023〕15号", "赣府发〔2022〕23号"),
        ("余府发〔2023〕19号", "赣府发〔2022〕19号"),
        ("余府办发〔2023〕28号", "赣府厅发〔2023〕3号"),
    ],
)
def test_upstream_document_is_referred_to_by_its_number(
    held: dict[str, Document], document: str, upstream: str
) -> None:
    (reference,) = [r for r in held[document].references if str(r.path) == "前言"]
    assert (reference.document, reference.target) == (upstream, None)


def test_own_title_is_no_reference(held: dict[str, Document]) -> None:
    for document in held.values():
        assert not {document.title, document.attached_title} & {r.document for r in document.references}


def test_title_in_a_title_is_one_reference(held: dict[str, Document]) -> None:
    raws = [r.raw for r in held["余府发〔2023〕19号"].references if str(r.path) == "二/(七)/18"]
    assert raws == [
        '《江西省社会保障卡"一卡通"条例》', "《江西省实施〈工伤保险条例〉办法》", "《江西省实施〈失业保险条例〉办法》",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "raw", "target"),
    [
        ("依照本办法第一条执行。", "本办法第一条", "第一条"),
        ("依照本办法第1条执行。", "本办法第1条", "第一条"),
        ("依照本办法第一条之一执行。", "本办法第一条之一", "第一条之一"),
        # an article that is not held
        ("依照本办法第九条执行。", "本办法第九条", None),
    ],
)
def test_own_articles_are_resolved_where_they_exist(text: str, raw: str, target: str | None) -> None:
    document = parse_one(document_text("第一条 甲。", "第一条之一 乙。", f"第二条 {text}"))
    (reference,) = document.references
    assert (reference.raw, reference.document, reference.target) == (raw, None, target)


def test_number_beyond_any_article_is_no_reference() -> None:
    assert parse_one(document_text("第一条 依照本办法第99999条执行。")).references == ()


def test_findings_of_the_issue_are_these(held: dict[str, Document]) -> None:
    findings = {(i, f.code, f.severity, f.path) for i, d in held.items() for f in d.findings}
    assert findings == {
        ("余府办发〔2023〕28号", "doubtful_value", "warning", "附件/高新区/2025年/引进三类500强企业(个)"),
        ("余府办字〔2023〕32号", "misplaced_text", "warning", "通知"),
        ("余府办字〔2023〕32号", "mixed_terms", "notice", "第七条"),
        ("余府办字〔2023〕32号", "missing_annex", "warning", "第十条"),
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("填写审核表(见附件1)。", "missing_annex"),
        ("联系电话13812345678。", "personal_data"),
        ("身份证号36050219900101123X。", "personal_data"),
        ("机密★一年", "secrecy_mark"),
        ("填写审批表。另填审核表。", "mixed_terms"),
        # near misses: numbers of other lengths, a month that is none, the words alone
        ("印数138123456789。", None),
        ("电话12812345678。", None),
        ("编号360502199013011239。", None),
        ("涉及国家秘密的,不得公开。", None),
        ("填写审批表。", None),
        ("见本办法附件说明。", None),
    ],
)
def test_problems_are_found_with_their_place(text: str, code: str | None) -> None:
    document = parse_one(document_text("第一条 完。", f"第二条 {text}"))
    assert finding_codes(document) == ([code] if code else [])
    if code:
        finding = document.findings[0]
        assert (finding.path, finding.start) == ("第二条", document.by_path["第二条"].start)
        # what is personal is not repeated in the finding
        assert "138" not in finding.message and "3605" not in finding.message
