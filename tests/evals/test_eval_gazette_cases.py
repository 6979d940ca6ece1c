"""Our own cases on the first gazette: what they claim stands in print."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from pathlib import Path

import pytest

from evals.cases import Case, load_cases, split_of
from evals.wording import says, squash
from tests.evals.printed_gazette import read_clauses

ROOT = Path(__file__).resolve().parents[2]
CASES = load_cases(ROOT / "evals" / "cases" / "xinyu-2023-04.jsonl")
PRINTED = read_clauses()
TYPES = {
    "number", "responsibility", "benefit", "procedure", "definition", "list", "table", "exact_reference", "wording",
    "cross_document", "follow_up", "false_premise", "out_of_scope",
}  # fmt: skip


def printed_text(document: str, clause: str) -> str | None:
    """The printed text of a clause; a 款 is looked for in its article, which is printed without numbers for them."""
    return PRINTED.get((document, re.sub(r"/第\d+款", "", clause)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_gold_clause_is_printed(case: Case) -> None:
    for citation_set in case.citation_sets:
        for gold in citation_set:
            assert printed_text(gold.document, gold.clause), f"{case.id}: {gold}"


@pytest.mark.parametrize("case", [case for case in CASES if case.expect == "answer"], ids=lambda case: case.id)
def test_every_fact_is_printed_in_the_cited_clauses(case: Case) -> None:
    assert case.must_include, case.id
    text = squash("".join(printed_text(gold.document, gold.clause) or "" for gold in case.citations))
    for words in case.must_include:
        assert squash(words) in text, f"{case.id}: {words}"


@pytest.mark.parametrize("case", [case for case in CASES if case.must_not_include], ids=lambda case: case.id)
def test_no_fact_holds_a_forbidden_word(case: Case) -> None:
    for forbidden in case.must_not_include:
        assert not any(says(fact, forbidden) for fact in case.must_include)


def test_every_type_and_every_document_is_asked_about() -> None:
    by_type = Counter(case.type for case in CASES)
    assert set(by_type) == TYPES
    assert min(by_type.values()) >= 8
    asked = {gold.document for case in CASES for gold in case.citations}
    assert asked == {document for document, _ in PRINTED}


def test_expectations_other_than_answer_are_asked_for() -> None:
    by_expectation = Counter(case.expect for case in CASES)
    assert by_expectation["refuse"] >= 25
    assert by_expectation["clarify"] >= 5


def test_halves_are_fixed_by_id_and_even() -> None:
    assert [case.part for case in CASES] == [split_of(case.id) for case in CASES]
    halves = Counter(case.part for case in CASES)
    assert abs(halves["tune"] - halves["held"]) <= 0.05 * len(CASES)


def test_no_question_is_asked_twice_in_the_same_words() -> None:
    alone = Counter(squash(case.question) for case in CASES if not case.history)
    assert [question for question, n in alone.items() if n > 1] == []


def test_some_questions_are_written_as_people_write() -> None:
    questions = [case.question for case in CASES]
    without_mark = sum(not re.search(r"[?？]", question) for question in questions)
    assert without_mark >= 0.39 * len(questions), "39% of real messages carry no question mark"
    assert any(re.search("[養發號條漲數]", question) for question in questions), "Traditional characters"
    assert any(re.search("好多|几多|咋|啥", question) for question in questions), "dialect"
    assert max(map(len, questions)) >= 70, "a story"


@pytest.mark.shared
def test_no_question_is_taken_from_the_shared_questions() -> None:
    shared = ROOT.parent / "shared" / "questions" / "dev.jsonl"
    if not shared.exists():
        pytest.skip("../shared is absent")
    theirs = [squash(case.question) for case in load_cases(shared)]
    for case in CASES:
        if case.type in ("exact_reference", "follow_up") or len(case.question) < 12 or "号" in case.question:
            continue  # references and short follow-ups are alike by their form
        for question in theirs:
            matcher = difflib.SequenceMatcher(None, squash(case.question), question, autojunk=False)
            assert matcher.ratio() < 0.7, f"{case.id} ~ {question}"


@pytest.mark.parametrize("case", [case for case in CASES if case.expect == "answer"], ids=lambda case: case.id)
def test_no_fact_is_found_in_the_name_of_its_document(case: Case) -> None:
    """``23`` would be in every answer that names 余府办发〔2023〕28号."""
    if case.type == "cross_document":
        return  # they ask for document numbers
    names = "".join(squash(gold.document) for citation_set in case.citation_sets for gold in citation_set)
    for words in case.must_include:
        assert squash(words) not in names, f"{case.id}: {words}"
