from __future__ import annotations

import pytest

from ingest import Clause, Document
from ingest.documents import Cell, Paragraph, Table
from ingest.duties import duties_of_tables, read_duties
from ingest.refs import ClausePath
from tests.ingest.builders import document_text, parse_one

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


def clause(path: str, *paragraphs: str, label: str = "1.", start: int = 0) -> Clause:
    return Clause(
        ClausePath.parse(path), label, None, None, tuple(Paragraph(t, start, start + len(t)) for t in paragraphs)
    )


def duties_in(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(d.role, d.units) for d in read_duties([clause("一/1", text)])]


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


LEAD, RESPONSIBLE = "lead", "responsible"


@pytest.mark.parametrize(
    ("text", "duties"),
    [
        # the usual bracket
        ("1.植树。(牵头单位:市林业局;责任单位:市财政局、各县区)", [(LEAD, ("市林业局",)), (RESPONSIBLE, ("市财政局", "各县区"))]),
        # full width, 部门, 配合 is responsible, a full stop behind
        ("1.植树。（牵头部门：市林业局；配合部门：市财政局）。", [(LEAD, ("市林业局",)), (RESPONSIBLE, ("市财政局",))]),
        # a comma between the roles
        ("1.植树。(牵头单位:市委宣传部,责任单位:市教育局、团市委)", [(LEAD, ("市委宣传部",)), (RESPONSIBLE, ("市教育局", "团市委"))]),
        # words behind the last unit are none
        ("1.植树。(责任单位:市林业局、市财政局等按职责分工负责)", [(RESPONSIBLE, ("市林业局", "市财政局"))]),
        # brackets inside a name end nothing; a party printed as two words is one
        ("1.植树。(责任单位:各县(市、区)人民政府、管委会)", [(RESPONSIBLE, ("各县(市、区)人民政府、管委会",))]),
        ("1.植树。(责任单位:各市、县(区)人民政府)", [(RESPONSIBLE, ("各市、县(区)人民政府",))]),
        # deadlines and persons are no organs, wherever they stand
        ("1.植树。(责任单位:市林业局、市水利局;完成时限:2025年底前)", [(RESPONSIBLE, ("市林业局", "市水利局"))]),
        ("1.植树。(责任领导:张三;责任单位:市林业局;联系人:李四)", [(RESPONSIBLE, ("市林业局",))]),
        # no role word in front: what the organs do says it
        ("1.植树。(市教育局牵头,市财政局配合)", [(LEAD, ("市教育局",)), (RESPONSIBLE, ("市财政局",))]),
        ("1.植树。(市发改委、市财政局按职责分工负责)", [(RESPONSIBLE, ("市发改委", "市财政局"))]),
        ("1.植树。（财政部牵头，各有关部门按职责分工负责）", [(LEAD, ("财政部",)), (RESPONSIBLE, ("各有关部门",))]),
        # 和 joins two organs and also stands inside a name
        (
            "1.植树。(市规划和自然资源局、市教育局和市体育局及各区负责)",
            [(RESPONSIBLE, ("市规划和自然资源局", "市教育局", "市体育局", "各区"))],
        ),
        # 商 stands in a name
        ("1.植树。(市商务局负责)", [(RESPONSIBLE, ("市商务局",))]),
        # two sentences of one item, each with its bracket
        ("1.植树。(市林业局负责)养护。(市城管局负责)", [(RESPONSIBLE, ("市林业局",)), (RESPONSIBLE, ("市城管局",))]),
        # outside brackets: behind the last sentence
        ("1.植树。牵头单位：市林业局；责任单位：市财政局、市水利局等。", [(LEAD, ("市林业局",)), (RESPONSIBLE, ("市财政局", "市水利局"))]),
        # in the sentence itself
        ("1.由市林业局牵头,市财政局、市水利局配合,开展植树。", [(LEAD, ("市林业局",)), (RESPONSIBLE, ("市财政局", "市水利局"))]),
        # near misses: a bracket in a sentence, one of another kind, words without organs
        ("1.植树(责任单位:市林业局)要抓好。", []),
        ("1.植树。(含苗木)", []),
        ("1.各责任单位:要抓好。", []),
        ("1.植树。(市林业局、各有关单位)", []),
        ("1.盖章。(本人签字、单位负责人签字)", []),
        ("1.绿道。(市城管局负责建设的除外)", []),
        ("1.材料。(没有单位的考生由街道办事处负责)", []),
        ("1.由牵头单位汇总后上报。", []),
        ("1.赔偿责任:由甲方承担。", []),
        # a site's footer behind the last item
        ("1.植树。主办单位：某市人民政府办公室 承办单位：某市信息中心", []),
        # whom to ask is not who must act
        ("1.公示。(承办部门：基础教育处，联系电话：22083657)", []),
    ],
)  # fmt: skip
def test_duties_are_read_where_they_are_surely_organs(text: str, duties: list[tuple[str, tuple[str, ...]]]) -> None:
    assert duties_in(text) == duties


def test_a_line_of_its_own_counts_in_an_item_and_not_in_a_preface() -> None:
    lines = ("植树。", "责任单位：市林业局、市财政局")
    assert [d.units for d in read_duties([clause("一/1", *lines)])] == [("市林业局", "市财政局")]
    # the head of an official page: 责任单位：市政府办公厅
    assert read_duties([clause("前言", *lines, label="")]) == ()


def test_document_as_parsed_has_the_duties_of_its_items() -> None:
    document = parse_one(document_text("一、任务", "1.植树。(责任单位:市林业局)", "2.浇水。", title="某市工作方案"))
    assert [(str(d.path), d.units) for d in document.duties] == [("一/1", ("市林业局",))]


@pytest.mark.parametrize(
    ("note", "inherited"),
    [
        ("(责任单位:市林业局,以下责任单位均涉及各县区,不再单独列出)", ("各县区",)),
        ("(责任单位:市林业局)以下各项任务责任单位均包括各县(区)人民政府、管委会。", ("各县(区)人民政府、管委会",)),
        ("(责任单位:市林业局)以下工作均需各县(市、区)政府落实,不再一一列出。", ("各县(市、区)政府",)),
        # near misses: what follows 均 is no organ; nothing is declared for others
        ("(责任单位:市林业局)以下情形均由申请人承担。", ()),
        ("(责任单位:市林业局)各责任单位均要重视。", ()),
    ],
)
def test_declared_scope_is_inherited_forwards(note: str, inherited: tuple[str, ...]) -> None:
    clauses = [
        clause("一/1", "1.甲。(责任单位:市教育局)"),
        clause("一/2", f"2.乙。{note}", label="2."),
        clause("一/3", "3.丙。(牵头单位:市水利局;责任单位:市财政局)", label="3."),
        clause("二/1", "1.丁。(责任单位:市民政局)"),
        # an annex is a document of its own
        clause("附件/1", "1.戊。(责任单位:市民政局)"),
    ]
    found = read_duties(clauses)
    assert [d.inherited for d in found] == [(), (), (), inherited, inherited, ()]
    assert [d.role for d in found][2] == "lead"


def test_scope_is_not_inherited_twice() -> None:
    clauses = [
        clause("1", "1.乙。(责任单位:市林业局,以下责任单位均涉及各县区,不再单独列出)"),
        clause("2", "2.丁。(责任单位:各县区)", label="2."),
    ]
    assert [d.inherited for d in read_duties(clauses)] == [(), ()]


def test_scope_declared_for_what_stands_above_reaches_back_under_the_same_parent() -> None:
    clauses = [
        clause("一/1", "1.甲。(责任单位:市教育局)"),
        clause("二/1", "1.乙。(责任单位:市林业局)"),
        clause("二/2", "2.丙。(牵头单位:市水利局)", label="2."),
        clause("二/3", "3.以上各项任务均由各县(区)人民政府负责落实。", label="3."),
    ]
    assert [d.inherited for d in read_duties(clauses)] == [(), ("各县(区)人民政府",), ()]


def cell(column: str, raw: str, row: str = "植树") -> Cell:
    path = ClausePath(("附件", row, column.replace("/", "／")))
    return Cell(path, row, column, None, None, None, raw, 100, 100 + len(raw))


@pytest.mark.parametrize(
    ("column", "raw", "duties"),
    [
        ("牵头单位", "市林业局", [(LEAD, ("市林业局",))]),
        ("市级责任单位", "市财政局、各县(区)", [(RESPONSIBLE, ("市财政局", "各县(区)"))]),
        ("责任部门(单位)", "市财政局", [(RESPONSIBLE, ("市财政局",))]),
        # lines of a cell that lost their breaks
        ("责任单位", "市财政局市教育局", [(RESPONSIBLE, ("市财政局", "市教育局"))]),
        # roles inside the cell
        ("责任单位", "牵头单位:市林业局;配合单位:市财政局", [(LEAD, ("市林业局",)), (RESPONSIBLE, ("市财政局",))]),
        # near misses: other columns, an empty wish
        ("完成时限", "2025年底前", []),
        ("责任人", "张三", []),
        ("单位", "市林业局", []),
        ("责任单位", "/", []),
    ],
)
def test_columns_of_a_table_give_duties(column: str, raw: str, duties: list[tuple[str, tuple[str, ...]]]) -> None:
    held_cell = cell(column, raw)
    found = duties_of_tables([Table(ClausePath(("附件",)), None, (held_cell,))])
    assert [(d.role, d.units) for d in found] == duties
    assert all(d.path == held_cell.path for d in found)


def test_a_table_inherits_the_scope_declared_before_it() -> None:
    table = Table(ClausePath(("附件",)), None, (cell("责任单位", "市林业局"),))
    note = clause("一", "一、以下各项任务责任单位均包括各县区。", label="一、")
    assert [d.inherited for d in duties_of_tables([table], [note])] == [("各县区",)]
