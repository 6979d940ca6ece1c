"""A run as scores: every measure on every case, and their means by question type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from evals.cases import Case
from evals.measures import MEASURES, Measure
from evals.observations import Observation
from evals.runs import Run
from evals.statistics import bootstrap_mean, nearest_rank

ALL = "all"


@dataclass(frozen=True)
class CaseScores:
    """One case's reply and its scores. A measure that is not about the case has no entry; None is unscored."""

    case: Case
    observation: Observation | None
    scores: dict[str, float | None]
    error: str | None = None

    @property
    def is_correct(self) -> bool:
        return self.scores.get("correct") == 1.0


@dataclass(frozen=True)
class Summary:
    """One measure over a group of cases; ``n`` were scored, ``n_unscored`` were not though the measure is about them."""

    measure: str
    group: str
    mean: float | None
    low: float | None
    high: float | None
    n: int
    n_unscored: int

    def as_json(self) -> dict[str, Any]:
        return {
            "mean": self.mean,
            "low": self.low,
            "high": self.high,
            "n": self.n,
            "n_unscored": self.n_unscored,
        }


@dataclass(frozen=True)
class Scores:
    """A scored run: cases in file order, summaries for all cases and for each type."""

    run: Run
    cases: tuple[CaseScores, ...]
    summaries: tuple[Summary, ...]
    latency: dict[str, float | None]

    @property
    def n_missing(self) -> int:
        return sum(scored.observation is None for scored in self.cases)

    @property
    def n_errors(self) -> int:
        return sum(scored.error is not None for scored in self.cases)

    def summary(self, measure: str, group: str = ALL) -> Summary | None:
        return next((s for s in self.summaries if (s.measure, s.group) == (measure, group)), None)

    @property
    def groups(self) -> list[str]:
        return list(dict.fromkeys(summary.group for summary in self.summaries))

    def as_json(self) -> dict[str, Any]:
        grouped: dict[str, dict[str, Any]] = {}
        for summary in self.summaries:
            grouped.setdefault(summary.group, {})[summary.measure] = summary.as_json()
        return {
            "run": self.run.config.model_dump(mode="json"),
            "n_cases": len(self.cases),
            "n_missing": self.n_missing,
            "n_errors": self.n_errors,
            "revisions": sorted(self.run.revisions),
            "latency_seconds": self.latency,
            "measures": grouped.pop(ALL, {}),
            "by_type": grouped,
        }


def score_case(observation: Observation, measures: Iterable[Measure] = MEASURES) -> dict[str, float | None]:
    """The scores of one case, by measure; measures that are not about it are left out."""
    return {m.name: m.score(observation) for m in measures if m.applies(observation.case)}


def score_run(run: Run, part: str | None = None) -> Scores:
    """Every measure on every case of ``run``, or of one part of it (``tune``, ``held``).

    A case that was never asked is unscored. One whose reply failed is scored as state ``error``: the person who asked
    got nothing.
    """
    scored = []
    for case in run.cases:
        if part and case.part != part:
            continue
        record = run.records.get(case.id)
        if record is None:
            unscored: dict[str, float | None] = {m.name: None for m in MEASURES if m.applies(case)}
            scored.append(CaseScores(case, None, unscored))
            continue
        observation = Observation.of(case, record)
        scored.append(CaseScores(case, observation, score_case(observation), record.error))
    seconds = [s.observation.seconds for s in scored if s.observation is not None and s.error is None]
    latency = {"p50": nearest_rank(seconds, 50), "p95": nearest_rank(seconds, 95)}
    return Scores(run, tuple(scored), tuple(_summaries(scored)), latency)


def _summaries(scored: list[CaseScores]) -> Iterable[Summary]:
    groups = {ALL: scored}
    for one in scored:
        groups.setdefault(one.case.type, []).append(one)
    for group, members in groups.items():
        for measure in MEASURES:
            entries = [one.scores[measure.name] for one in members if measure.name in one.scores]
            if not entries:
                continue
            values = [value for value in entries if value is not None]
            interval = bootstrap_mean(values)
            unscored = len(entries) - len(values)
            yield Summary(measure.name, group, interval.mean, interval.low, interval.high, len(values), unscored)
