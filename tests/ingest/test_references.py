from __future__ import annotations

import pytest

from ingest import Clause, Document
from ingest.documents import Paragraph, Reference
from ingest.holding import name_key, names_of, resolve
from ingest.references import read_references
from ingest.refs import ClausePath
from tests.ingest.builders import document_text, parse_one


@pytest.fixture(scope="module")
def held(gazette_documents: tuple[Document, ...]) -> dict[str, Document]:
    return {d.document_id: d for d in gazette_documents}


def clause(path: str, *paragraphs: str, chapter: str | None = None, lead_in: int = 0) -> Clause:
    labels = ClausePath.parse(path)
    label = labels.last if labels.last.startswith(("第", "(")) else ""
    texts = (f"{label} {paragraphs[0]}" if label.startswith("第") else label + paragraphs[0], *paragraphs[1:])
    return Clause(labels, label, None, chapter, tuple(Paragraph(t, 0, len(t)) for t in texts), lead_in)


#: A 办法 of six articles in two chapters: 第二条 has three 款, 第三条 items (一) to (三) led in by its first 款.
ARTICLES = [
    clause("第一条", "甲。", chapter="第一章 总则"),
    clause("第二条", "甲。", "乙。", "丙。", chapter="第一章 总则"),
    clause("第三条", "有下列情形之一的:", "丁。", chapter="第二章 管理"),
    clause("第三条/(一)", "甲;", chapter="第二章 管理", lead_in=1),
    clause("第三条/(二)", "乙;", chapter="第二章 管理", lead_in=1),
    clause("第三条/(三)", "丙。", chapter="第二章 管理", lead_in=1),
    clause("第三条之一", "戊。", chapter="第二章 管理"),
    clause("第四条", "己。", chapter="第二章 管理"),
]
TITLE = "某市公园管理办法"


def read(*paragraphs: str, path: str = "第五条", title: str = TITLE, number: str | None = None) -> list[Reference]:
    """What the last article says, beside ``ARTICLES``."""
    last = (
        [clause("第五条", "有下列情形之一的:"), clause(path, *paragraphs)]
        if "/" in path
        else [clause(path, *paragraphs)]
    )
    found = read_references([*ARTICLES, *last, clause("附件1", "附件1"), clause("附件2", "附件2")], [title], number)
    return [r for r in found if str(r.path) == path]


def said(*paragraphs: str, path: str = "第五条") -> list[tuple[str, str | None, str | None]]:
    return [(r.raw, r.target, r.until) for r in read(*paragraphs, path=path)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("依照本办法第一条执行。", [("本办法第一条", "第一条", None)]),
        # any numeral; 之一 is an article of its own
        ("依照本办法第1条执行。", [("本办法第1条", "第一条", None)]),
        ("依照第三条之一执行。", [("第三条之一", "第三条之一", None)]),
        # no name: this document
        ("违反第三条规定的,罚款。", [("第三条", "第三条", None)]),
        # 款 by position; an article of one 款 is its first 款
        ("依照第二条第二款执行。", [("第二条第二款", "第二条/第2款", None)]),
        ("依照第四条第一款执行。", [("第四条第一款", "第四条", None)]),
        # an item hangs on the article, whichever 款 leads it in, with and without brackets and 第
        ("有第三条第一款第(二)项情形的,罚款。", [("第三条第一款第(二)项", "第三条/(二)", None)]),
        ("有第三条第三项情形的,罚款。", [("第三条第三项", "第三条/(三)", None)]),
        ("有第三条（一）项情形的,罚款。", [("第三条（一）项", "第三条/(一)", None)]),
        # lists share the name, and the article
        (
            "违反本办法第一条、第二条第二款和第三条规定的,罚款。",
            [("本办法第一条", "第一条", None), ("第二条第二款", "第二条/第2款", None), ("第三条", "第三条", None)],
        ),
        (
            "违反第二条第一款、第三款规定的,罚款。",
            [("第二条第一款", "第二条/第1款", None), ("第三款", "第二条/第3款", None)],
        ),
        ("有第三条第(一)、(三)项情形的,罚款。", [("第三条第(一)、(三)项", "第三条/(一)", None), ("第三条第(一)、(三)项", "第三条/(三)", None)]),
        ("依照第二、四条执行。", [("第二、四条", "第二条", None), ("第二、四条", "第四条", None)]),
        # a later 款 with no article stands in the article said before it
        (
            "违反第二条第一款规定的,警告;违反第三款规定的,罚款。",
            [("第二条第一款", "第二条/第1款", None), ("第三款", "第二条/第3款", None)],
        ),
        # ranges
        ("依照第一条至第四条执行。", [("第一条至第四条", "第一条", "第四条")]),
        ("有第三条第一项至第三项情形的,罚款。", [("第三条第一项至第三项", "第三条/(一)", "第三条/(三)")]),
        # a chapter is from its first to its last article
        ("依照本办法第二章执行。", [("本办法第二章", "第三条", "第四条")]),
        # 前条, 前两条
        ("前条规定的费用,由市财政承担。", [("前条", "第四条", None)]),
        ("前两条规定的费用,由市财政承担。", [("前两条", "第三条之一", "第四条")]),
        # annexes
        ("填写登记表(见附件1)。", [("附件1", "附件1", None)]),
        ("按照本办法附件2执行。", [("附件2", "附件2", None)]),
        # near misses: counting, other words that begin alike
        ("建成第一条生产线。", []),
        ("完成第三项工程和第二款产品。", []),
        ("提前条件成熟的,目前项目已经开工。", []),
        ("基本办法不变,电子邮件附件另发。", []),
    ],
)  # fmt: skip
def test_own_clauses_are_resolved_to_paths(text: str, found: list[tuple[str, str | None, str | None]]) -> None:
    assert said(text) == found


@pytest.mark.parametrize(
    ("path", "paragraphs", "found"),
    [
        ("第五条", ("甲。", "违反前款规定的,罚款。"), [("前款", "第五条/第1款", None)]),
        ("第五条", ("甲。", "乙。", "前两款规定的费用。"), [("前两款", "第五条/第1款", "第五条/第2款")]),
        ("第五条", ("甲。", "本条第一款所称费用。"), [("本条第一款", "第五条/第1款", None)]),
        ("第五条", ("甲。", "第一款规定的费用。"), [("第一款", "第五条/第1款", None)]),
        ("第五条/(二)", ("前项以外的费用;",), []),
        ("第五条/(一)", ("第四条规定的费用;",), [("第四条", "第四条", None)]),
    ],
)
def test_what_stands_before_is_counted_from_where_it_is_said(
    path: str, paragraphs: tuple[str, ...], found: list[tuple[str, str | None, str | None]]
) -> None:
    assert [f for f in said(*paragraphs, path=path) if f[1]] == found


def test_items_before_are_found_under_the_same_article() -> None:
    clauses = [
        clause("第一条", "有下列情形之一的:", "有前款第(一)项、第(二)项情形的,罚款。"),
        clause("第一条/(一)", "甲;", lead_in=1),
        clause("第一条/(二)", "前项以外的;", lead_in=1),
        clause("第一条/(三)", "前两项以外的。", lead_in=1),
    ]
    found = [(str(r.path), r.raw, r.target, r.until) for r in read_references(clauses, [TITLE])]
    assert found == [
        ("第一条", "前款第(一)项", "第一条/(一)", None),
        ("第一条", "第(二)项", "第一条/(二)", None),
        ("第一条/(二)", "前项", "第一条/(一)", None),
        ("第一条/(三)", "前两项", "第一条/(一)", "第一条/(二)"),
    ]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        # more articles, 款 or items than there are
        ("依照第二十五条执行。", "dangling"),
        ("依照本办法第二条第四款执行。", "dangling"),
        ("有第三条第五项情形的,罚款。", "dangling"),
        ("依照本办法第三章执行。", "dangling"),
        # near misses: they exist
        ("依照第三条之一执行。", "own"),
        ("依照本办法第二条第三款执行。", "own"),
        # of another document
        ("依照《公园法》第二十五条执行。", "external"),
        ("依照公园法第二十五条执行。", "external"),
    ],
)
def test_an_own_clause_that_is_missing_is_dangling(text: str, status: str) -> None:
    (reference,) = read(text)
    assert reference.status == status
    assert (reference.target is None) == (status == "dangling")


@pytest.mark.parametrize("text", ["依照本办法第99999条执行。", "依照第99999条执行。", "依照第零条执行。"])
def test_absurd_numbers_lead_nowhere(text: str) -> None:
    assert all(r.target is None for r in read(text))


def test_missing_article_within_the_numbers_is_a_gap_and_not_dangling() -> None:
    clauses = [clause("第一条", "甲。"), clause("第三条", "依照本办法第二条执行。")]
    (reference,) = read_references(clauses, [TITLE])
    assert (reference.target, reference.status) == (None, "unclear")


def test_later_file_of_a_code_does_not_dangle_on_earlier_articles() -> None:
    # 民法典 comes by its 编; the contract part cites 第一百四十一条 of the general part
    clauses = [clause("第四百六十三条", "甲。"), clause("第四百六十四条", "适用本法第一百四十一条的规定。")]
    assert [r.status for r in read_references(clauses, ["中华人民共和国民法典"])] == ["unclear"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("依照《公园法》执行。", [("《公园法》", "公园法", None)]),
        # the number beside the title names the document, also in print forms
        ("依照《公园意见》(国发[2014]35号)执行。", [("《公园意见》", "国发〔2014〕35号", None)]),
        ("依照国发〔2014〕35号执行。", [("国发〔2014〕35号", "国发〔2014〕35号", None)]),
        # a clause belongs to the name before it, through brackets, 的, and lists
        ("依照《公园法》第十六条第一款第(二)项处罚。", [("《公园法》第十六条第一款第(二)项", "公园法", "第十六条/(二)")]),
        ("依照《公园意见》(国发〔2014〕35号)第三条执行。", [("《公园意见》(国发〔2014〕35号)第三条", "国发〔2014〕35号", "第三条")]),
        (
            "依照《公园法》的第一条、第二条第三款执行。",
            [("《公园法》的第一条", "公园法", "第一条"), ("第二条第三款", "公园法", "第二条/第3款")],
        ),
        # names without 书名号, cut from the sentence
        ("违反治安管理处罚法第十条的,处罚。", [("治安管理处罚法第十条", "治安管理处罚法", "第十条")]),
        ("依照反不正当竞争法第二条处罚。", [("反不正当竞争法第二条", "反不正当竞争法", "第二条")]),
        # 同法 and 该办法 inherit the name; PEERS: 《办法》第三条及同一办法第九十九条
        (
            "依照《公园法》第一条及同法第九条执行。",
            [("《公园法》第一条", "公园法", "第一条"), ("同法第九条", "公园法", "第九条")],
        ),
        (
            "依照《绿地办法》第三条及同一办法第九十九条执行。",
            [("《绿地办法》第三条", "绿地办法", "第三条"), ("同一办法第九十九条", "绿地办法", "第九十九条")],
        ),
        # a short name stands for the document it was given to
        (
            "《城市公园法》(以下简称《公园法》)施行后,依照《公园法》第二条执行。",
            [("《城市公园法》", "城市公园法", None), ("《公园法》第二条", "城市公园法", "第二条")],
        ),
        # a title in a title is one; a form or a book is named by its title
        ("依照《江西省实施〈工伤保险条例〉办法》执行。", [("《江西省实施〈工伤保险条例〉办法》", "江西省实施〈工伤保险条例〉办法", None)]),
        ("填写《公园登记表》。", [("《公园登记表》", "公园登记表", None)]),
        # named once a clause
        ("《公园法》规定的,依照《公园法》。", [("《公园法》", "公园法", None)]),
        # this document: by its title, its short title and its number
        ("《某市公园管理办法》自公布之日起施行。", []),
        ("余府发〔2023〕9号自公布之日起施行。", []),
    ],
)  # fmt: skip
def test_other_documents_are_named_by_number_or_title(
    text: str, found: list[tuple[str, str | None, str | None]]
) -> None:
    references = read(text, number="余府发〔2023〕9号")
    assert [(r.raw, r.document, r.target) for r in references] == found
    assert {r.status for r in references} <= {"external"}


def test_short_title_of_this_document_is_this_document() -> None:
    assert [(r.document, r.target) for r in read("依照《办法》第三条执行。")] == [(None, "第三条")]
    assert [(r.document, r.target) for r in read("依照《条例》第三条执行。")] == [("条例", "第三条")]


def test_articles_of_an_amended_law_are_its_own_and_not_those_of_the_decision() -> None:
    clauses = [clause("一", "一、将第三条修改为:“甲。”"), clause("二", "二、删去第九十九条。")]
    found = read_references(clauses, ["全国人民代表大会常务委员会关于修改《公园法》的决定"])
    assert [(r.document, r.target, r.status) for r in found] == [
        ("公园法", "第三条", "external"),
        ("公园法", "第九十九条", "external"),
    ]


def test_sections_of_an_opinion_are_found_by_their_number() -> None:
    clauses = [clause("一", "一、总则。"), clause("二", "二、任务。"), clause("二/(一)", "植树。"), clause("三", "依照本意见第二条第(一)款执行。")]  # fmt: skip
    assert [(r.raw, r.target) for r in read_references(clauses, ["公园意见"])] == [("本意见第二条第(一)款", "二/(一)")]


def test_articles_of_an_annex_are_looked_for_in_the_annex_first() -> None:
    clauses = [clause("第一条", "甲。"), clause("附件1", "附件1"), clause("附件1/第一条", "乙。"), clause("附件1/第二条", "依照第一条执行。")]  # fmt: skip
    assert [r.target for r in read_references(clauses, [TITLE])] == ["附件1/第一条"]


@pytest.mark.parametrize(
    "texts",
    [
        ("依照《公园法》第一条、第二条,本办法第三条第(一)、(二)项以及国发〔2014〕35号执行。", "前款规定(见附件1)。"),
        ("《办法》第三条至第四条,同法第九条。", "依照刑法第二百六十四条、第二百六十五条。"),
    ],
)
def test_every_reference_stands_where_it_says(texts: tuple[str, ...]) -> None:
    held_clause = clause("第五条", *texts)
    for reference in read_references([*ARTICLES, held_clause], [TITLE]):
        assert held_clause.text[reference.start : reference.end] == reference.raw


# ------------------------------------------------------------------------------------------------------- what is held


def external(document: str, raw: str | None = None) -> Reference:
    return Reference(ClausePath(("第一条",)), raw or f"《{document}》", document, None)


@pytest.mark.parametrize(
    ("document", "raw", "found"),
    [
        ("公园法", None, "id-law"),
        # the prefix, a version in brackets, width and quotation marks do not tell documents apart
        ("中华人民共和国公园法", None, "id-law"),
        ("公园法(2018年修正)", None, "id-law"),
        ("国发〔2014〕35号", "国发[2014]35号", "id-35"),
        # the number is not held, the title beside it is
        ("国发〔2014〕99号", "《公园法》", "id-law"),
        # containment is no match: 민법/난민법
        ("难民公园法", None, None),
        ("公园法实施条例", None, None),
        ("国发〔2014〕5号", None, None),
        # a trial version is another document
        ("公园法(试行)", None, None),
        # two documents of one name: nobody can say which
        ("绿地办法", None, None),
    ],
)
def test_documents_are_held_under_their_exact_name_only(document: str, raw: str | None, found: str | None) -> None:
    names = {"中华人民共和国公园法": "id-law", "国发〔2014〕35号": "id-35", "绿地办法": "id-a", "《绿地办法》": "id-b"}
    (reference,) = resolve([external(document, raw)], names)
    assert (reference.held, reference.status) == (found, "held" if found else "not_held")


def test_own_references_stay_as_they_are() -> None:
    own = Reference(ClausePath(("第二条",)), "第一条", None, "第一条", status="own")
    assert resolve([own], {"第一条": "x"}) == (own,)


def test_names_of_a_document_lead_back_to_it(held: dict[str, Document]) -> None:
    names = {name: d.document_id for d in held.values() for name in names_of(d)}
    for document in held.values():
        for name in names_of(document):
            (reference,) = resolve([external(name)], names)
            assert reference.held == document.document_id
    assert name_key("《某市 办法》") == name_key("某市办法")


# ------------------------------------------------------------------------------------------------------ the gazette


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
        ("依照本办法第一条之一执行。", "本办法第一条之一", "第一条之一"),
        # an article that is not held
        ("依照本办法第九条执行。", "本办法第九条", None),
    ],
)
def test_documents_as_parsed_have_their_references(text: str, raw: str, target: str | None) -> None:
    document = parse_one(document_text("第一条 甲。", "第一条之一 乙。", f"第二条 {text}"))
    (reference,) = document.references
    assert (reference.raw, reference.document, reference.target) == (raw, None, target)
    assert Document.from_json(document.to_json()) == document
