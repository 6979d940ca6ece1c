"""Our notion of right is that of the project's independent scorer, on thousands of made-up replies."""

from __future__ import annotations

import importlib.util
import json
import random
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.cases import Case, load_cases
from evals.observations import Observation
from evals.responses import Response
from evals.scoring import score_case
from evals.wording import fold_numerals, squash
from tests.evals.scripted import cited, reply

ROOT = Path(__file__).resolve().parents[2]
SCORER = ROOT.parent / "shared" / "tools" / "score.py"
CASES_FILE = ROOT / "evals" / "cases" / "xinyu-2023-04.jsonl"
pytestmark = pytest.mark.shared

#: Our names of the scorer's figures, where the two mean the same number.
SAME = {
    "answered": "answered",
    "doc_recall": "document_recall",
    "clause_recall": "clause_recall",
    "first_citation": "first_citation",
    "citation_precision": "citation_precision",
    "facts": "fact_inclusion",
    "refusal": "refusal_recall",
    "clarify": "clarify_recall",
    "correct": "correct",
}


@cache
def load_scorer() -> ModuleType:
    if not SCORER.exists():
        pytest.skip("../shared is absent")
    spec = importlib.util.spec_from_file_location("independent_scorer", SCORER)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def scorer() -> ModuleType:
    return load_scorer()


def made_up(case: Case, chance: random.Random) -> dict[str, Any]:
    """A reply that is right, nearly right, or wrong in one of the ways that replies are wrong."""
    pool = []
    for citation_set in case.citation_sets:
        for gold in citation_set:
            labels = gold.clause.split("/")
            pool += [gold.clause, f"{gold.clause}/第2款", f"{gold.clause}之一", "/".join(labels[:-1]) or "第九十九条"]
            pool = [*pool, gold.clause]
    documents = [gold.document for citation_set in case.citation_sets for gold in citation_set] or [
        "余府发〔2023〕19号"
    ]
    citations = []
    perfect = list(chance.choice(case.citation_sets)) if case.citation_sets and chance.random() < 0.6 else []
    for gold in perfect:
        citations.append(_cite(gold.document, gold.clause, chance))
    for _ in range(chance.choice((0, 0, 0, 1, 2, 3, 5))):
        citations.append(
            _cite(chance.choice([*documents, "余府办发〔2022〕19号"]), chance.choice([*pool, "第三条"]), chance)
        )
    if chance.random() < 0.3:
        chance.shuffle(citations)
    facts = [words for words in case.must_include if chance.random() < 0.9]
    facts = [fold_numerals(words) if chance.random() < 0.3 else words for words in facts]
    facts += [words for words in case.must_not_include if chance.random() < 0.3]
    state = chance.choice(("answered", "answered", "answered", "partial", "refused", "clarify"))
    return reply(*citations, answer="；".join(facts), state=state)


def _cite(document: str, clause: str, chance: random.Random) -> dict[str, Any]:
    if "号" not in document:
        return cited(clause, None, title=document)
    spelt = document.replace("〔", "[").replace("〕", "]") if chance.random() < 0.5 else document
    return cited(clause, spelt, title="某某通知")


def test_every_verdict_agrees(scorer: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    originals, chance = load_cases(CASES_FILE), random.Random(20230831)
    cases = [case.model_copy(update={"id": f"{case.id}-{n}"}) for n in range(12) for case in originals]
    replies = {case.id: made_up(case, chance) for case in cases}
    questions = tmp_path / "questions.jsonl"
    questions.write_text("".join(case.model_dump_json() + "\n" for case in cases), encoding="utf-8")
    monkeypatch.setattr(scorer, "ask", lambda base, item, timeout=60: (replies[item["id"]], 0.1))
    monkeypatch.setattr(sys, "argv", ["score", "http://-", str(questions), "--out", str(tmp_path / "out.jsonl")])
    scorer.main()
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").split("\n")
    theirs = {row["id"]: row["ok"] for row in map(json.loads, filter(None, lines))}
    ours = {c.id: score_case(Observation(c, Response.read(replies[c.id])))["correct"] == 1.0 for c in cases}
    assert {i for i in ours if ours[i] != theirs[i]} == set()
    # the replies are of every kind, or the agreement would mean little
    assert 0.15 < sum(ours.values()) / len(ours) < 0.85


def test_every_mean_agrees(
    scorer: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cases, chance = load_cases(CASES_FILE), random.Random(7)
    replies = {case.id: made_up(case, chance) for case in cases}
    monkeypatch.setattr(scorer, "ask", lambda base, item, timeout=60: (replies[item["id"]], 0.1))
    monkeypatch.setattr(sys, "argv", ["score", "http://-", str(CASES_FILE)])
    scorer.main()
    printed = {
        line.split()[0]: line.split()[1] for line in capsys.readouterr().out.splitlines() if line.split()[0] in SAME
    }
    scored = [score_case(Observation(case, Response.read(replies[case.id]))) for case in cases]
    ours = {}
    for theirs, name in SAME.items():
        values = [scores[name] for scores in scored if scores.get(name) is not None]
        ours[theirs] = f"{sum(values) / len(values):.3f}"  # type: ignore[arg-type]
    assert ours == printed
    assert set(printed) == set(SAME)


@given(st.text(alphabet="零〇一二三四五六七八九两十百千万亿百分之0123456789.米个 ，（）〔〕第条", max_size=24))
def test_folding_agrees(text: str) -> None:
    module = load_scorer()
    assert squash(text) == module.squash(text)
    assert fold_numerals(squash(text)) == module.arabic(module.squash(text))
