"""Gained, lost, changed; a fall beyond noise; and what must not be compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evals.baseline import load_baseline, save_baseline
from evals.cases import Case
from evals.comparing import Comparison, Side, compare
from evals.errors import BaselineError
from evals.responses import Record
from evals.running import describe_run
from evals.runs import append_record, open_run, start_run
from evals.scoring import Scores, score_run
from tests.evals.scripted import ScriptedAnswerer, cited, make_case, reply

CASES = [make_case("第十六条", id=f"T-{n}", question=f"问题{n}") for n in range(1, 41)]
RIGHT, WRONG = reply(cited("第十六条"), answer="甲"), reply(cited("第十七条"), answer="乙")


def scored(directory: Path, replies: dict[str, dict[str, Any] | None], cases: list[Case] = CASES) -> Scores:
    """A run in which each case got ``replies[id]``, RIGHT by default; None was never asked."""
    start_run(directory, cases, describe_run(Path("q.jsonl"), cases, ScriptedAnswerer({}), None))
    for case in cases:
        given = replies.get(case.id, RIGHT)
        if given is not None:
            append_record(directory, Record(id=case.id, reply=given, seconds=0.1, answered_at="x"))
    return score_run(open_run(directory))


def compared(tmp_path: Path, before: dict, after: dict, cases_after: list[Case] = CASES) -> Comparison:
    return compare(Side.of(scored(tmp_path / "a", before)), Side.of(scored(tmp_path / "b", after, cases_after)))


def test_cases_gained_lost_and_changed(tmp_path: Path) -> None:
    reworded = reply(cited("第十六条"), answer="丙")
    moved = reply(cited("第十六条/第2款"), answer="甲")
    comparison = compared(tmp_path, {"T-1": WRONG}, {"T-2": WRONG, "T-3": reworded, "T-4": moved})
    assert comparison.gained == ("T-1",)
    assert comparison.lost == ("T-2",)
    assert comparison.changed == ("T-3", "T-4")
    assert comparison.differences["correct"].mean == 0
    assert comparison.fallen == []


def test_same_replies_are_no_change(tmp_path: Path) -> None:
    comparison = compared(tmp_path, {"T-1": WRONG}, {"T-1": WRONG})
    assert (comparison.gained, comparison.lost, comparison.changed) == ((), (), ())
    assert {difference.mean for difference in comparison.differences.values()} == {0.0}


def test_fall_beyond_noise_is_named_and_a_single_loss_is_not(tmp_path: Path) -> None:
    assert compared(tmp_path / "1", {}, {"T-1": WRONG}).fallen == []
    many = compared(tmp_path / "2", {}, {f"T-{n}": WRONG for n in range(1, 11)})
    assert {"correct", "clause_recall", "first_citation"} <= set(many.fallen)
    assert "document_recall" not in many.fallen


def test_case_with_other_gold_is_compared_on_nothing(tmp_path: Path) -> None:
    edited = [make_case("第十七条", id="T-1", question="问题1"), *CASES[1:]]
    comparison = compared(tmp_path, {}, {"T-1": WRONG}, edited)
    assert comparison.edited == ("T-1",)
    assert comparison.n_common == len(CASES) - 1
    assert comparison.gained == comparison.lost == comparison.changed == ()


def test_cases_of_one_side_are_named(tmp_path: Path) -> None:
    comparison = compared(tmp_path, {}, {}, CASES[:-1])
    assert comparison.only_before == ("T-40",)
    assert comparison.only_after == ()


def test_case_that_was_not_asked_is_neither_gained_nor_lost(tmp_path: Path) -> None:
    comparison = compared(tmp_path, {}, {"T-1": None})
    assert comparison.lost == ()
    assert comparison.differences["correct"].n == len(CASES) - 1


def test_unscored_cases_are_counted_and_not_averaged(tmp_path: Path) -> None:
    summary = scored(tmp_path / "a", {"T-1": None, "T-2": WRONG}).summary("correct")
    assert summary is not None
    assert (summary.n, summary.n_unscored) == (39, 1)
    assert summary.mean == pytest.approx(38 / 39)


def test_baseline_keeps_what_a_gate_needs(tmp_path: Path) -> None:
    scores = scored(tmp_path / "a", {"T-1": WRONG})
    save_baseline(tmp_path / "base.json", scores)
    before = load_baseline(tmp_path / "base.json").side
    comparison = compare(before, Side.of(scores))
    assert comparison.n_common == len(CASES)
    assert (comparison.gained, comparison.lost, comparison.changed) == ((), (), ())
    worse = Side.of(scored(tmp_path / "b", {f"T-{n}": WRONG for n in range(1, 11)}))
    assert "correct" in compare(before, worse).fallen
    assert str(tmp_path) not in (tmp_path / "base.json").read_text(encoding="utf-8")


def test_run_with_holes_is_no_baseline(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="1 道没问"):
        save_baseline(tmp_path / "base.json", scored(tmp_path / "a", {"T-1": None}))
    with pytest.raises(BaselineError, match="没有基线"):
        load_baseline(tmp_path / "base.json")
