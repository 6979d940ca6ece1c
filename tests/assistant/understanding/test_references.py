"""Explicit clause references: every spelling leads to its clause; a neighbour's number never does."""

from __future__ import annotations

import pytest

from assistant.errors import UnknownClause
from assistant.normalise import clean_question
from assistant.understanding.clause_lookup import find_clause
from assistant.understanding.references import read_references
from ingest import ClausePath
from ingest.reader import read_documents
from ingest.refs import label_kind

SOCIAL, WEATHER, QUAKE = "余府发〔2023〕19号", "余府发〔2023〕15号", "余府办发〔2023〕19号"
FARM, REVIEW, POST = "余府办发〔2023〕28号", "余府办字〔2023〕32号", "余府字〔2023〕25号"
LITHIUM = "关于我市锂电产业发展情况的调研与思考"
DIGITAL = '"数字+智慧"双驱动 提升政务服务"智"与"质"——新余市推进政务数据共享探索分析'


@pytest.fixture
def read(directory):
    """Reads a question as typed; gives the targets of each clause it names."""

    def run(question, context=(), clause=None):
        found = read_references(clean_question(question), directory, context, clause)
        return [[(d.document_id, str(p)) for d, p in m.targets] for m in found.clauses]

    return run


#: (document as typed, clause as typed, its document, its path)
NAMED = [
    # Chinese, Arabic, full-width, without 第, with a space
    (QUAKE, "第十六条", QUAKE, "第十六条"),
    (QUAKE, "第16条", QUAKE, "第十六条"),
    (QUAKE, "第１６条", QUAKE, "第十六条"),
    (QUAKE, "16条", QUAKE, "第十六条"),
    (QUAKE, "十六条", QUAKE, "第十六条"),
    (QUAKE, " 第 16 条", QUAKE, "第十六条"),
    (QUAKE, "的第十六条", QUAKE, "第十六条"),
    # 第十二条 beside 第二十条 and 第二条
    (QUAKE, "第十二条", QUAKE, "第十二条"),
    (QUAKE, "第二十条", QUAKE, "第二十条"),
    (QUAKE, "第二条", QUAKE, "第二条"),
    # 款, also as 段
    (QUAKE, "第十六条第二款", QUAKE, "第十六条/第2款"),
    (QUAKE, "第16条第2款", QUAKE, "第十六条/第2款"),
    (QUAKE, "第十六条的第二款", QUAKE, "第十六条/第2款"),
    (QUAKE, "第十六条第二段", QUAKE, "第十六条/第2款"),
    (QUAKE, "第十六条第2自然段", QUAKE, "第十六条/第2款"),
    # 第九条 has both a second 款 and an item (二)
    (REVIEW, "第九条第二款", REVIEW, "第九条/第2款"),
    (REVIEW, "第九条第二项", REVIEW, "第九条/(二)"),
    (REVIEW, "第九条第(二)项", REVIEW, "第九条/(二)"),
    (REVIEW, "第九条第一款第(二)项", REVIEW, "第九条/(二)"),
    # 项 and 目
    (QUAKE, "第四条第(四)项第4目", QUAKE, "第四条/(四)/4"),
    (QUAKE, "第四条第（四）项第四目", QUAKE, "第四条/(四)/4"),
    (QUAKE, "第四条第四项第4目", QUAKE, "第四条/(四)/4"),
    (QUAKE, "第4条第4项第4目", QUAKE, "第四条/(四)/4"),
    (QUAKE, "第四条(四)4", QUAKE, "第四条/(四)/4"),
    (QUAKE, "第四条（四）4.", QUAKE, "第四条/(四)/4"),
    (QUAKE, "第四条/(四)/4", QUAKE, "第四条/(四)/4"),
    (REVIEW, "第八条第四项", REVIEW, "第八条/(四)"),
    (REVIEW, "第八条(四)", REVIEW, "第八条/(四)"),
    (REVIEW, "第七条1.(2)", REVIEW, "第七条/1/(2)"),
    (REVIEW, " 第七条 1. (2)", REVIEW, "第七条/1/(2)"),
    (REVIEW, "第七条第1项(2)", REVIEW, "第七条/1/(2)"),
    (REVIEW, "第七条第一项第(2)目", REVIEW, "第七条/1/(2)"),
    # 一、(一)1. in any spelling
    (SOCIAL, "二、（六）15", SOCIAL, "二/(六)/15"),
    (SOCIAL, "二、(六)15.", SOCIAL, "二/(六)/15"),
    (SOCIAL, "二(六)15", SOCIAL, "二/(六)/15"),
    (SOCIAL, " 二、 （六） 15.", SOCIAL, "二/(六)/15"),
    (SOCIAL, "第二部分第六项", SOCIAL, "二/(六)"),
    (SOCIAL, "一、", SOCIAL, "一"),
    (SOCIAL, "第一部分", SOCIAL, "一"),
    (SOCIAL, "三、(二)全文", SOCIAL, "三/(二)"),
    (WEATHER, "九、(二十六)", WEATHER, "九/(二十六)"),
    # levels left out, where the numbering runs through
    (SOCIAL, "第15点", SOCIAL, "二/(六)/15"),
    (SOCIAL, "第十五点", SOCIAL, "二/(六)/15"),
    (SOCIAL, "第15项", SOCIAL, "二/(六)/15"),
    # 条 said of an item that is printed 13.
    (SOCIAL, "第13条", SOCIAL, "二/(五)/13"),
    (SOCIAL, "第二大点(五)13条", SOCIAL, "二/(五)/13"),
    (FARM, "第三部分第5条第三项", FARM, "三/5/三是"),
    # one bracket typed for another
    (REVIEW, "第七条第一项(二)", REVIEW, "第七条/1/(2)"),
    (WEATHER, "(二十六)", WEATHER, "九/(二十六)"),
    (WEATHER, "第二十六条", WEATHER, "九/(二十六)"),
    (WEATHER, "第26条", WEATHER, "九/(二十六)"),
    (WEATHER, "第(九)条", WEATHER, "四/(九)"),
    # the ninth 条 of that 意见 is its (九); the ninth part is 九、
    (WEATHER, "第九条", WEATHER, "四/(九)"),
    (WEATHER, "第九部分", WEATHER, "九"),
    # 一是, in any quotation marks, and as a 点
    (FARM, '三、5."二是"', FARM, "三/5/二是"),
    (FARM, "三、5.“二是”说的什么", FARM, "三/5/二是"),
    (FARM, "三、5.二是", FARM, "三/5/二是"),
    (FARM, "三、5第二点", FARM, "三/5/二是"),
    # headings copied along
    (FARM, "三、保障措施5.落实支持政策第二点", FARM, "三/5/二是"),
    (FARM, "二、(二)第6点", FARM, "二/(二)/6"),
    (FARM, "附件", FARM, "附件"),
    (FARM, "附件1", FARM, "附件"),
    (FARM, "前言", FARM, "前言"),
    (FARM, "结尾", FARM, "结尾"),
    # documents by other names
    ("抗震办法", "第二十一条", QUAKE, "第二十一条"),
    ("抗震办法", "21条", QUAKE, "第二十一条"),
    ("信息公开审查制度", "第18条", REVIEW, "第十八条"),
    ("《新余市政府信息公开审查制度(试行)》", "第四条", REVIEW, "第四条"),
    ("社保实施意见", "第13点", SOCIAL, "二/(五)/13"),
    ("余府辦發【二〇二三】十九號", "第八條第二款", QUAKE, "第八条/第2款"),
    ("锂电那篇调研", '第二部分的"四是"', LITHIUM, "二/四是"),
    ("锂电调研", "二、四是", LITHIUM, "二/四是"),
]


@pytest.mark.parametrize(("document", "clause", "holder", "path"), NAMED)
def test_a_reference_leads_to_its_clause(read, document, clause, holder, path):
    assert read(f"{document}{clause}") == [[(holder, path)]]


#: Numbers that the document does not have: read as a reference, and led nowhere.
MISSES = [
    (QUAKE, "第二十二条"),
    (QUAKE, "第十二条之一"),
    (QUAKE, "第七条之二"),
    (QUAKE, "第〇条"),
    (QUAKE, "第十六条第三款"),
    (QUAKE, "第四条第三款"),
    # (四) has a 9., but 第四条 has no (九)
    (QUAKE, "第四条第(九)项"),
    (QUAKE, "第三条第(一)项"),
    (REVIEW, "第十九条"),
    (REVIEW, "第七条1.(4)"),
    (SOCIAL, "第25点"),
    (SOCIAL, "四、"),
    (WEATHER, "第29条"),
    (WEATHER, "一、(三)"),
    (FARM, "二、(一)6"),
    (FARM, "附件2"),
]


@pytest.mark.parametrize(("document", "clause"), MISSES)
def test_a_number_that_the_document_lacks_leads_nowhere(read, document, clause):
    assert read(f"{document}{clause}") == [[]]


#: Numbers in a sentence that are no reference.
NO_REFERENCE = [
    "三个月内要交多少",
    "一是什么意思",
    "2025年养老金195元",
    "第一次申请怎么办",
    "五百张以上床位",
    "第三方机构的报告能不能用",
    "第二道谁审",
    "三审由谁来审",
    "第40次常务会说了什么",
    "第三产业增加值多少",
    "第三项",
    "一、二线城市",
    "四、五个人",
    "第十一届",
    "一等奖多少钱",
    "第二项目部",
    "一款手机",
    "这条路通到哪",
    "一条龙服务是什么",
    "12345",
    "(一)和(二)有什么区别",
    "附件在哪",
    "余府发〔2023〕19号养老金195元",
    "余府发〔2023〕19号三个月内办完吗",
    "",
]


@pytest.mark.parametrize("question", NO_REFERENCE)
def test_a_number_in_a_sentence_is_no_reference(read, question):
    assert read(question) == []


@pytest.mark.parametrize(
    ("question", "targets"),
    [
        # every document that has it
        ("第三条怎么规定的", {QUAKE, REVIEW}),
        ("第二十一条", {QUAKE}),
        ("19号文第六条", {SOCIAL, QUAKE}),
        # 条 is said of any numbering: 二、(三)8. of the one, 第八条 of the other
        ("19号文第八条", {SOCIAL, QUAKE}),
        # only one of two has such a number
        ("19号文第二十一条", {QUAKE}),
        ("二、（一）是什么内容", {SOCIAL, FARM, "优化金融供给 引流活水精准浇灌实体经济", DIGITAL}),
    ],
)
def test_a_reference_without_one_document_names_every_document_it_can_mean(read, question, targets):
    ((*found,),) = read(question)
    assert {d for d, _ in found} == targets


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (f"{QUAKE}第八条、第九条", [(QUAKE, "第八条"), (QUAKE, "第九条")]),
        (f"{QUAKE}第八条,第九条和第十条", [(QUAKE, "第八条"), (QUAKE, "第九条"), (QUAKE, "第十条")]),
        (f"{QUAKE}第十六条第一款和第二款", [(QUAKE, "第十六条/第1款"), (QUAKE, "第十六条/第2款")]),
        (f"{QUAKE}第四条第(一)项、第(二)项", [(QUAKE, "第四条/(一)"), (QUAKE, "第四条/(二)")]),
        (f"{QUAKE}第四条第(四)项第4目、第5目", [(QUAKE, "第四条/(四)/4"), (QUAKE, "第四条/(四)/5")]),
        (f"{WEATHER}第(九)条和第(十)条", [(WEATHER, "四/(九)"), (WEATHER, "四/(十)")]),
        (f"{SOCIAL}二、(一)和(二)", [(SOCIAL, "二/(一)"), (SOCIAL, "二/(二)")]),
        # each clause belongs to the document named before it
        (f"{QUAKE}第三条，{REVIEW}第四条", [(QUAKE, "第三条"), (REVIEW, "第四条")]),
        ("抗震办法第二十条和信息公开审查制度第十七条", [(QUAKE, "第二十条"), (REVIEW, "第十七条")]),
        # a document named after its clause
        (f"第十六条是不是{QUAKE}里的", [(QUAKE, "第十六条")]),
    ],
)
def test_several_references_in_one_sentence(read, question, expected):
    assert [t for mention in read(question) for t in mention] == expected


def test_a_second_reference_to_a_clause_that_does_not_exist_stays_unresolved(read):
    assert read("抗震办法第三条及同一办法第九十九条") == [[(QUAKE, "第三条")], []]


def test_a_clause_of_another_places_document_is_not_ours(read):
    assert read("萍乡的抗震设防办法第五条是啥") == [[]]
    assert read("新余的抗震设防办法第五条是啥") == [[(QUAKE, "第五条")]]


@pytest.mark.parametrize(
    ("question", "clause", "expected"),
    [
        ("第二款呢", "第十六条", "第十六条/第2款"),
        ("那第二款呢", "第十六条/第1款", "第十六条/第2款"),
        ("第五条呢", "第十六条", "第五条"),
        ("第(二)项呢", "第四条", "第四条/(二)"),
        # the neighbouring item, from inside one
        ("第(二)项呢", "第四条/(一)", "第四条/(二)"),
    ],
)
def test_the_conversation_completes_a_reference(read, held, question, clause, expected):
    assert read(question, (held(QUAKE),), ClausePath.parse(clause)) == [[(QUAKE, expected)]]


def test_a_named_document_wins_over_the_conversation(read, held):
    assert read(f"{REVIEW}第五条", (held(QUAKE),), ClausePath.parse("第十六条")) == [[(REVIEW, "第五条")]]


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        (f"{QUAKE}第十六条第二款原文", "原文"),
        (f"把{QUAKE}第十六条发我", "把 发我"),
        (f"{QUAKE}第八条谁负责", "谁负责"),
        (f"{QUAKE}", ""),
    ],
)
def test_the_rest_is_what_was_asked_besides_the_names(directory, question, rest):
    assert read_references(clean_question(question), directory).rest == rest


def test_a_number_that_is_not_held_is_reported(directory):
    found = read_references("余府发〔2024〕19号第三条", directory)
    assert [str(n) for n in found.unknown] == ["余府发〔2024〕19号"]
    assert not found.documents and not any(m.targets for m in found.clauses)


# -- every clause of every document ------------------------------------------------------------------------------


def test_every_clause_is_found_by_its_display_form_and_by_its_path(gazette_documents):
    clauses = [(d, c) for d in gazette_documents for c in d.clauses]
    assert len(clauses) == 267
    for document, clause in clauses:
        assert find_clause(document, clause.display) == clause.path
        assert find_clause(document, str(clause.path)) == clause.path


def test_every_natural_paragraph_is_found_by_its_display_form_and_by_its_path(gazette_documents):
    for document in gazette_documents:
        for clause in (c for c in document.clauses if len(c.paragraphs) > 1):
            for n in range(1, len(clause.paragraphs) + 1):
                path = clause.path.child(f"第{n}款")
                assert find_clause(document, str(path)) == path
                if label_kind(clause.path.last)[0] != "annex":
                    assert find_clause(document, path.display(clause.lead_in_paragraph)) == path


def test_every_clause_is_found_in_a_sentence_that_names_its_document(gazette_documents, directory):
    """All but 通知 right behind a number: 余府办发〔2023〕28号通知 is a way to name the document."""
    for document in gazette_documents:
        for clause in document.clauses:
            question = clean_question(f"{document.document_id}{clause.display}")
            found = [(d, p) for m in read_references(question, directory).clauses for d, p in m.targets]
            expected = [] if str(clause.path) == "通知" else [(document, clause.path)]
            assert found == expected, question


def test_a_copied_citation_leads_back_to_its_clause(assistant, gazette_documents):
    for document in gazette_documents:
        for clause in document.clauses:
            citation = assistant.clause(document.document_id, str(clause.path)).citation
            found = read_references(clean_question(citation), assistant._directory)
            assert [(d.document_id, p) for m in found.clauses for d, p in m.targets] == [
                (document.document_id, clause.path)
            ], citation


ANEW = """明川市落户实施意见

一、总体要求

(一)坚持自愿。尊重群众意愿。

(二)坚持便民。简化手续。

二、落户条件

(一)稳定就业。签订劳动合同的可以落户。

(二)稳定住所。租房的可以落户。

三、办理时限

(一)当场办结。材料齐全的当场办结。
"""


@pytest.mark.parametrize(
    ("spelling", "path"),
    [
        ("第二条", "二"),
        ("第二条第(二)项", "二/(二)"),
        ("第二条(一)", "二/(一)"),
        ("二、(一)", "二/(一)"),
        ("第三条", "三"),
    ],
)
def test_an_article_of_a_document_without_any_is_its_heading_of_that_number(tmp_path, spelling, path):
    (tmp_path / "落户.txt").write_text(ANEW, encoding="utf-8")
    (document,) = read_documents(tmp_path / "落户.txt")
    assert str(find_clause(document, spelling)) == path


def test_a_heading_that_is_not_there_is_none_of_the_items_under_others(tmp_path):
    (tmp_path / "落户.txt").write_text(ANEW.replace("三、办理时限", "三、办理"), encoding="utf-8")
    (document,) = read_documents(tmp_path / "落户.txt")
    with pytest.raises(UnknownClause):
        find_clause(document, "第九条")
