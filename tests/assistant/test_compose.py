"""Clauses become statements: contiguous verbatim runs, duties with their scope, complete enumerations."""

from __future__ import annotations

import re

import pytest

from assistant.answer_builder import AnswerBuilder
from assistant.compose import state_clause, state_duties, state_enumeration, state_run, state_whole
from assistant.sentence_choice import MAX_RUN, Wanted, choose_sentences, with_opening
from assistant.sources import Draft, citation_text, quoted_title, sentences, source_of, without_label
from ingest import ClausePath
from ingest.reader import read_documents

SOCIAL, WEATHER, QUAKE = "余府发〔2023〕19号", "余府发〔2023〕15号", "余府办发〔2023〕19号"
FARM, REVIEW = "余府办发〔2023〕28号", "余府办字〔2023〕32号"


@pytest.fixture
def wanted(assistant):
    """What sentences are chosen by, with the real encoder."""
    return lambda query, expansion="", asks=frozenset(): Wanted(
        query, assistant.encoder.encode_queries, assistant.encoder.encode_passages, expansion, asks
    )


@pytest.fixture
def run(assistant, wanted):
    """The chosen run of a clause, as text."""

    def choose(clause, query, asks=frozenset(), budget=MAX_RUN):
        passage = choose_sentences(wanted(query, assistant.lexicon.official_terms(query), asks), clause, budget)
        return clause.text[passage.start : passage.end]

    return choose


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("甲。乙。", ["甲。", "乙。"]),
        ("甲;乙", ["甲;", "乙"]),
        ("甲“乙。”丙。", ["甲“乙。”", "丙。"]),
        ("甲\n乙", ["甲\n", "乙"]),
        ("没有句号", ["没有句号"]),
        ("", []),
    ],
)
def test_sentences_cover_the_text(text, parts):
    assert [text[a:b] for a, b in sentences(text)] == parts


def test_the_sentences_of_every_clause_cover_it(gazette_documents):
    for document in gazette_documents:
        for clause in document.clauses:
            spans = sentences(clause.text)
            covered = "".join(clause.text[a:b] for a, b in spans)
            assert re.sub(r"\s", "", covered) == re.sub(r"\s", "", clause.text)


@pytest.mark.parametrize("query", ["养老金多少", "谁负责", "气象预警"])
def test_a_run_is_verbatim_contiguous_and_made_of_whole_sentences(gazette_documents, run, query):
    for document in gazette_documents:
        for clause in document.clauses[:12]:
            text = run(clause, query)
            at = clause.text.find(text)
            assert text and at >= 0
            spans = sentences(clause.text)
            edges = {a for a, _ in spans} | {b for _, b in spans} | {0, len(clause.text)}
            assert at in edges
            # A closing duty bracket may be left off; sentence ends are kept.
            assert text[-1] in clause.text


def test_a_run_keeps_to_its_budget_unless_one_sentence_is_longer(gazette_documents, run):
    for document in gazette_documents:
        for clause in document.clauses:
            if len(clause.text) < 400:
                continue
            longest = max(b - a for a, b in sentences(clause.text))
            assert len(run(clause, "到2025年达到多少", budget=200)) <= max(200, longest)


@pytest.mark.parametrize(
    ("document", "path", "query", "held_words"),
    [
        (SOCIAL, "二/(五)/13", "城乡居民养老金人均水平达到多少", "195元"),
        (SOCIAL, "二/(六)/16", "基金新增结余上解省级委托投资", "80%以上"),
        (REVIEW, "第六条", "A类信息由谁负责审批", "A类信息"),
    ],
)
def test_the_run_holds_what_is_asked_for(held, run, document, path, query, held_words):
    assert held_words in run(held(document).by_path[path], query, frozenset({"number"}))


def test_a_short_clause_is_stated_whole(held, wanted):
    clause = held(QUAKE).by_path["第十九条"]
    (draft,) = state_clause(held(QUAKE), clause, wanted("另有规定怎么办"))
    assert draft.text == without_label(clause.text)
    assert draft.sources[0].quote in draft.sources[0].text


@pytest.mark.parametrize("query", ["养老金多少", "谁负责", "气象预警", "不按规定会怎么样"])
def test_an_answer_comes_first_and_its_conditions_follow_each_once(gazette_documents, wanted, query):
    parted = 0
    for document in gazette_documents:
        for clause in document.clauses[:25]:
            drafts = state_clause(document, clause, wanted(query))
            assert [d.role for d in drafts] == ["answer", *["condition"] * (len(drafts) - 1)]
            assert all(d.sources[0].quote in d.sources[0].text for d in drafts)
            # Two addresses at most: the 款 that answers, and the article of the rest.
            assert len({d.sources[0].path for d in drafts}) <= 2
            spans = [clause.text.find(d.sources[0].quote) for d in drafts]
            assert len(set(spans)) == len(spans)
            parted += len(drafts) > 1
    assert parted > 20


RULES = """明川市困难群众临时补助办法

第一条 为了帮助困难群众,制定本办法。

第二条 符合下列条件的家庭每年可以领取临时补助三千元,由户籍所在地的街道办事处在每年三月底以前发放到户。申请时提交书面申请、身份证明和家庭收入证明,街道办事处应当自收到申请之日起二十个工作日内完成入户调查并公示调查结果。公示期间有异议的,由区民政部门重新核查。补助资金由市、区两级财政按照六比四的比例分担,纳入年度预算统一安排。但同一年度已经领取其他临时救助的家庭除外。

第三条 本办法由明川市民政局负责解释。
"""


def test_an_exception_goes_with_the_rule_wherever_it_stands(wanted, tmp_path):
    (tmp_path / "rules.txt").write_text(RULES, encoding="utf-8")
    (document,) = read_documents(tmp_path / "rules.txt")
    clause = document.by_path["第二条"]
    drafts = state_clause(document, clause, wanted("困难家庭每年可以领取多少临时补助", asks=frozenset({"money"})), 120)
    assert "三千元" in drafts[0].text
    assert any(d.text == "但同一年度已经领取其他临时救助的家庭除外。" for d in drafts[1:])


def test_a_related_clause_is_one_run_within_one_paragraph(gazette_documents, wanted):
    for document in gazette_documents:
        for clause in document.clauses[:25]:
            draft = state_run(document, clause, wanted("谁负责"))
            assert len(draft.sources) == 1
            assert draft.sources[0].quote in draft.sources[0].text


# -- addresses ---------------------------------------------------------------------------------------------------


def test_a_run_within_one_paragraph_of_an_article_is_cited_by_its_paragraph(held):
    document = held(QUAKE)
    clause = document.by_path["第十六条"]
    first, second = (p.text for p in clause.paragraphs)
    start = len(first) + 1
    source = source_of(document, clause, start, start + len(second))
    assert (str(source.path), source.display, source.text) == ("第十六条/第2款", "第十六条第二款", second)
    # Over both paragraphs it is the article's.
    assert str(source_of(document, clause, 0, len(clause.text)).path) == "第十六条"


def test_the_only_paragraph_of_an_article_is_the_article(held):
    document = held(QUAKE)
    clause = document.by_path["第三条"]
    assert str(source_of(document, clause, 0, len(clause.text)).path) == "第三条"


def test_a_citation_reads_as_documents_cite(held):
    assert citation_text(held(SOCIAL), "二、(五)13.").endswith("的实施意见》(余府发〔2023〕19号)二、(五)13.")
    assert citation_text(held(QUAKE), "第三条") == "《新余市建设工程抗震设防监管暂行办法》(余府办发〔2023〕19号)第三条"
    assert "()" not in citation_text(held("市政府召开第38次常务会"), "")


def test_title_marks_inside_a_title_become_single_ones():
    assert quoted_title("关于印发《甲》的通知") == "《关于印发〈甲〉的通知》"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("第十二条之一 应当", "应当"),
        ("二、主要任务", "主要任务"),
        ("(六)提升能力", "提升能力"),
        ("15.优化服务", "优化服务"),
        # numbers that are no label
        ("2025年底", "2025年底"),
        ("一是加强", "一是加强"),
        ("第三方机构", "第三方机构"),
    ],
)
def test_only_a_label_is_cut_from_the_front(text, plain):
    assert without_label(text) == plain


# -- duties ------------------------------------------------------------------------------------------------------


def test_lead_and_responsible_units_are_told_apart(held):
    draft = state_duties(held(SOCIAL), held(SOCIAL).by_path["二/(六)/15"])
    lead, responsible = draft.text.split(";", 1)
    assert lead.startswith("牵头单位:") and "市人力资源和社会保障局" in lead
    assert responsible.startswith("责任单位:") and "市政务服务中心" in responsible
    assert "市政务服务中心" not in lead


def test_an_inherited_scope_is_added_and_cited(held):
    document = held(FARM)
    draft = state_duties(document, document.by_path["二/(一)/2"])
    assert "市政府金融办" in draft.text
    assert "责任单位均涉及各县[区]人民政府" in draft.text
    assert [str(s.path) for s in draft.sources] == ["二/(一)/2", "二/(一)/1"]


def test_no_scope_is_inherited_where_the_text_grants_none(held):
    draft = state_duties(held(SOCIAL), held(SOCIAL).by_path["二/(一)/4"])
    assert "均涉及" not in draft.text
    assert len(draft.sources) == 1


def test_every_stated_unit_is_printed_in_a_cited_clause(gazette_documents):
    stated = 0
    for document in gazette_documents:
        for clause in document.clauses:
            draft = state_duties(document, clause)
            if draft is None:
                continue
            stated += 1
            evidence = "".join(s.text for s in draft.sources)
            for duty in (d for d in document.duties if d.path == clause.path):
                assert all(u in draft.text and u in evidence for u in duty.units)
    assert stated >= 30


def test_a_clause_without_duties_states_none(held):
    assert state_duties(held(QUAKE), held(QUAKE).by_path["第三条"]) is None


# -- enumerations ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "path"),
    [(QUAKE, "第四条/(一)"), (QUAKE, "第七条"), (REVIEW, "第八条"), (SOCIAL, "二/(一)"), (FARM, "二/(二)")],
)
@pytest.mark.parametrize("whole", [True, False])
def test_an_enumeration_names_every_child_in_order_and_their_number(held, document, path, whole):
    holder = held(document)
    children = holder.children(ClausePath.parse(path))
    drafts = state_enumeration(holder, holder.by_path[path], whole=whole)
    assert f"(共{len(children)}项)" in drafts[0].text
    listed = [d.sources[0].path for d in drafts[1 : len(children) + 1]]
    assert [c.path for c in children] == [p for p in listed]


def test_every_enumeration_is_complete_and_verbatim(gazette_documents):
    for document in gazette_documents:
        for clause in document.clauses:
            children = document.children(clause.path)
            drafts = state_enumeration(document, clause, whole=True)
            assert bool(drafts) == bool(children)
            if drafts:
                cited = {s.path for d in drafts for s in d.sources}
                # A child of several 款 may be cited by its first one.
                assert all(any(p.is_within(c.path) for p in cited) for c in children)
            assert all(s.quote and s.quote in s.text for d in drafts for s in d.sources)


def test_a_clause_without_children_enumerates_nothing(held):
    assert state_enumeration(held(QUAKE), held(QUAKE).by_path["第三条"], whole=True) == []


# -- look-ups ----------------------------------------------------------------------------------------------------


def test_every_clause_is_stated_whole_with_all_that_stands_under_it(gazette_documents):
    for document in gazette_documents:
        for clause in document.clauses:
            drafts = state_whole(document, clause.path)
            assert drafts[0].text == clause.text
            assert [d.sources[0].path for d in drafts[1:]] == [c.path for c in document.descendants(clause.path)[:40]]


def test_a_paragraph_is_stated_alone(held):
    (draft,) = state_whole(held(QUAKE), ClausePath.parse("第十六条/第2款"))
    assert draft.text == held(QUAKE).by_path["第十六条"].paragraphs[1].text
    assert draft.sources[0].display == "第十六条第二款"


def test_a_path_that_is_no_clause_states_nothing(held):
    assert state_whole(held(QUAKE), ClausePath.parse("第九十九条")) == []


def test_a_statement_that_looks_like_a_count_is_verified_all_the_same(held):
    builder = AnswerBuilder()
    clause = held(QUAKE).by_path["第五条"]
    source = source_of(held(QUAKE), clause, 0, len(clause.text))
    assert not builder.add(Draft("抗震设防要求每户奖励10万元(共3项)(按表中数值计算)。", (source,)))
    assert builder.citations == []


def test_a_time_holds_to_the_full_stop_and_no_further():
    pieces = ["截至2023年6月底,存款2064亿元;", "贷款1682亿元。", "贷款增速居首。", "A类:普通信息;", "B类:重要信息。"]
    assert with_opening(pieces) == [
        "截至2023年6月底,存款2064亿元;", "截至2023年6月底,贷款1682亿元。", "贷款增速居首。", "A类:普通信息;", "B类:重要信息。",
    ]  # fmt: skip
