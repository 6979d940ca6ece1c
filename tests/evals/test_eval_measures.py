"""Each measure on replies worked by hand."""

from __future__ import annotations

import pytest

from evals.measures import BY_NAME, MEASURES
from evals.observations import Observation
from evals.scoring import score_case
from tests.evals.scripted import SEISMIC, SOCIAL, cited, gold, make_case, observe, reply

RIGHT = cited("第十六条")
WRONG = cited("第十七条")
INVENTED = cited("第九十九条", "余府办发〔2029〕1号")
CASE = make_case("第十六条", must_include=["20个工作日"], must_not_include=["30个工作日"])
TWO = make_case("第七条", "第八条", alternatives=[[gold("第三条")]])
SAYS_IT = "检查完成之日起20个工作日内公开"


def score(name: str, observation: Observation) -> float | None:
    return BY_NAME[name].score(observation)


@pytest.mark.parametrize(
    ("citations", "document", "recall", "found", "first", "precision"),
    [
        # the one right citation
        ([RIGHT], 1, 1, 1, 1, 1.0),
        # a descendant is as good, a parent would not be (see test_eval_matching)
        ([cited("第十六条/第2款")], 1, 1, 1, 1, 1.0),
        # no citations at all: nothing recalled, nothing precise
        ([], 0, 0, 0, 0, 0.0),
        # the right document, another clause
        ([WRONG], 1, 0, 0, 0, 0.0),
        # the right clause of another document with the same serial
        ([cited("第十六条", SOCIAL)], 0, 0, 0, 0, 0.0),
        # right, but second
        ([WRONG, RIGHT], 1, 1, 1, 0, 1 / 2),
        # an invented citation stays in the denominator
        ([RIGHT, INVENTED], 1, 1, 1, 1, 1 / 2),
        # one in three is still found …
        ([RIGHT, WRONG, INVENTED], 1, 1, 1, 1, 1 / 3),
        # … one in four is drowned, though recalled
        ([RIGHT, WRONG, INVENTED, cited("第一条")], 1, 1, 0, 1, 1 / 4),
        # the same right clause twice counts twice
        ([RIGHT, RIGHT, WRONG], 1, 1, 1, 1, 2 / 3),
    ],
)
def test_citation_measures(
    citations: list, document: float, recall: float, found: float, first: float, precision: float
) -> None:
    observation = observe(CASE, reply(*citations))
    names = ("document_recall", "clause_recall", "clause_found", "first_citation", "citation_precision")
    assert [score(name, observation) for name in names] == [document, recall, found, first, pytest.approx(precision)]


@pytest.mark.parametrize(
    ("citations", "recall", "precision"),
    [
        ([cited("第七条"), cited("第八条")], 1, 1.0),
        # half a set is not covered, though all that is cited is gold
        ([cited("第七条")], 0, 1.0),
        # an alternative is just as right
        ([cited("第三条")], 1, 1.0),
        # clauses of other sets count as gold for precision
        ([cited("第三条"), cited("第七条"), WRONG], 1, 2 / 3),
    ],
)
def test_one_whole_set_is_needed(citations: list, recall: float, precision: float) -> None:
    observation = observe(TWO, reply(*citations))
    assert score("clause_recall", observation) == recall
    assert score("citation_precision", observation) == pytest.approx(precision)


@pytest.mark.parametrize(
    ("answer", "included"),
    [
        (SAYS_IT, 1.0),
        # numerals in the other script, full width and spaces are the same words
        ("二十个工作日内公开", 1.0),
        (
            "２０个 工作日",
            0.0,
        ),  # full-width digits are not folded by the shared definition: the product prints half width
        ("20 个工作日", 1.0),
        # 20 days are not 20 working days
        ("20日内公开", 0.0),
        ("", 0.0),
        # the right fact beside a forbidden one
        ("20个工作日，不是30个工作日", 0.0),
    ],
)
def test_fact_inclusion(answer: str, included: float) -> None:
    assert score("fact_inclusion", observe(CASE, reply(RIGHT, answer=answer))) == included


def test_case_without_facts_is_unscored_and_not_zero() -> None:
    assert score("fact_inclusion", observe(make_case("第十六条"), reply(RIGHT))) is None


@pytest.mark.parametrize(
    ("printed", "written"),
    [("百分之九十", "90%"), ("一千米", "1000米"), ("一百五十米", "150米"), ("十亿立方米", "10亿立方米")],
)
def test_numerals_of_either_script_are_the_same_fact(printed: str, written: str) -> None:
    for fact, answer in ((printed, written), (written, printed)):
        case = make_case("第四条", must_include=[fact])
        assert score("fact_inclusion", observe(case, reply(cited("第四条"), answer=answer))) == 1.0


HELD = "重大建设工程抗震设防检查实施部门应当在检查完成之日起 20 个工作日内公开检查结果。"


@pytest.mark.parametrize(
    ("quotes", "held", "resolves", "fidelity"),
    [
        # verbatim, white space and width aside
        (["检查完成之日起20个工作日内"], (HELD,), 1.0, 1.0),
        # one character changed
        (["检查完成之日起30个工作日内"], (HELD,), 1.0, 0.0),
        # an invented clause holds nothing, and its quote is not verbatim in anything
        (["检查完成之日起20个工作日内", "罚款五万元"], (HELD, None), 0.5, 0.5),
        # a citation that quotes nothing has not shown its words
        ([""], (HELD,), 1.0, 0.0),
        # no citations, and nobody looked: unscored
        ([], (), None, None),
        (["检查完成之日起20个工作日内"], None, None, None),
    ],
)
def test_quotes_are_checked_against_the_store(
    quotes: list[str], held: tuple, resolves: float | None, fidelity: float | None
) -> None:
    observation = observe(CASE, reply(*(cited("第十六条", quote=quote) for quote in quotes)), held)
    assert score("citation_resolves", observation) == resolves
    assert score("quote_fidelity", observation) == fidelity


REFUSE = make_case(expect="refuse", type="out_of_scope", alternatives=[[gold("第十七条")]])
GREETING = make_case(expect="refuse", type="out_of_scope", smalltalk=True)
CLARIFY = make_case(expect="clarify", type="exact_reference")
DEFAULT = make_case(expect="clarify", type="exact_reference", alternatives=[[gold("第六条")]])


@pytest.mark.parametrize(
    ("case", "response", "right"),
    [
        # an abstention where the corpus says nothing
        (REFUSE, reply(state="refused"), 1.0),
        # a correction from an accepted clause
        (REFUSE, reply(cited("第十七条"), state="partial"), 1.0),
        # the same clause given as a full answer is not a correction, nor is a partial answer from elsewhere
        (REFUSE, reply(cited("第十七条")), 0.0),
        (REFUSE, reply(cited("第十六条"), state="partial"), 0.0),
        (REFUSE, reply(cited("第十六条"), answer="罚五万元"), 0.0),
        (REFUSE, reply(state="clarify"), 0.0),
        # a greeting may be returned, but not with citations, and silence is not a greeting
        (GREETING, reply(answer="你好"), 1.0),
        (GREETING, reply(RIGHT, answer="你好"), 0.0),
        (GREETING, reply(state="error"), 0.0),
        (CLARIFY, reply(state="clarify"), 1.0),
        (CLARIFY, reply(cited("第六条")), 0.0),
        (CLARIFY, reply(state="refused"), 0.0),
        # a default that the author of the case accepts
        (DEFAULT, reply(cited("第六条")), 1.0),
        (DEFAULT, reply(cited("第七条")), 0.0),
    ],
)
def test_declining_and_asking_back(case, response: dict, right: float) -> None:
    scores = score_case(observe(case, response))
    assert scores["correct"] == right
    assert scores["refusal_recall" if case.expect == "refuse" else "clarify_recall"] == right


def test_precision_of_refusing_counts_only_refusals() -> None:
    assert score("refusal_precision", observe(REFUSE, reply(state="refused"))) == 1.0
    assert score("refusal_precision", observe(CASE, reply(state="refused"))) == 0.0
    assert score("refusal_precision", observe(CLARIFY, reply(state="refused"))) == 0.0
    assert score("refusal_precision", observe(CASE, reply(RIGHT))) is None


def test_precision_of_asking_back_counts_only_questions_back() -> None:
    assert score("clarify_precision", observe(CLARIFY, reply(state="clarify"))) == 1.0
    assert score("clarify_precision", observe(CASE, reply(state="clarify"))) == 0.0
    assert score("clarify_precision", observe(CLARIFY, reply(state="refused"))) is None


@pytest.mark.parametrize(
    ("response", "right"),
    [
        (reply(RIGHT, answer=SAYS_IT), 1.0),
        (reply(RIGHT, answer=SAYS_IT, state="partial"), 1.0),
        # everything right but the state
        (reply(RIGHT, answer=SAYS_IT, state="refused"), 0.0),
        # the fact without its clause, the clause without its fact
        (reply(WRONG, answer=SAYS_IT), 0.0),
        (reply(RIGHT, answer="会公开的"), 0.0),
        (reply(RIGHT, answer=SAYS_IT + "或30个工作日"), 0.0),
        # drowned among others
        (reply(RIGHT, WRONG, INVENTED, cited("第一条"), answer=SAYS_IT), 0.0),
    ],
)
def test_right_answer_needs_state_clause_and_facts(response: dict, right: float) -> None:
    assert score("correct", observe(CASE, response)) == right


def test_abstention_on_an_answerable_question_is_not_answered() -> None:
    scores = score_case(observe(CASE, reply(state="refused")))
    assert (scores["answered"], scores["correct"], scores["citation_precision"]) == (0.0, 0.0, 0.0)


def test_measures_leave_out_the_cases_they_are_not_about() -> None:
    assert "clause_recall" not in score_case(observe(REFUSE, reply(state="refused")))
    assert "refusal_recall" not in score_case(observe(CASE, reply(RIGHT)))


def test_every_measure_states_its_formula() -> None:
    import importlib

    for measure in MEASURES:
        module = importlib.import_module(measure.score.__module__)
        assert measure.name in (module.__doc__ or ""), measure.name
        assert "=" in (module.__doc__ or "") or measure.name == "correct"
    assert SEISMIC != SOCIAL
