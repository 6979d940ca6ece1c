"""Two scored sets of the same questions: cases gained, lost and changed, and whether a measure fell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evals.measures import MEASURES
from evals.scoring import CaseScores, Scores
from evals.statistics import Difference, paired_difference


@dataclass(frozen=True)
class Side:
    """What a comparison needs of one side: a run just scored, or a baseline read from disk."""

    name: str
    fingerprints: dict[str, str]
    scores: dict[str, dict[str, float | None]]
    replies: dict[str, tuple[str, tuple[str, ...]]]
    """Answer text and printed citations by case; empty for a baseline that keeps no replies."""

    @classmethod
    def of(cls, scores: Scores) -> Side:
        return cls(
            name=scores.run.directory.name,
            fingerprints={one.case.id: one.case.fingerprint for one in scores.cases},
            scores={one.case.id: one.scores for one in scores.cases},
            replies={one.case.id: _reply(one) for one in scores.cases if one.observation is not None},
        )

    def is_correct(self, case_id: str) -> bool:
        return self.scores[case_id].get("correct") == 1.0


@dataclass(frozen=True)
class Comparison:
    """B against A. ``changed`` are cases whose verdict stayed while the text or the citations moved."""

    before: str
    after: str
    n_common: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    changed: tuple[str, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    edited: tuple[str, ...]
    """Cases whose question or gold differs between the sides; they are compared on nothing."""
    differences: dict[str, Difference]

    @property
    def fallen(self) -> list[str]:
        """The gating measures that fell by more than their noise."""
        gating = {measure.name for measure in MEASURES if measure.gates}
        return [name for name, difference in self.differences.items() if name in gating and difference.fell]

    def as_json(self) -> dict[str, Any]:
        return {
            "before": self.before,
            "after": self.after,
            "n_common": self.n_common,
            "gained": list(self.gained),
            "lost": list(self.lost),
            "changed": list(self.changed),
            "only_before": list(self.only_before),
            "only_after": list(self.only_after),
            "edited": list(self.edited),
            "differences": {
                name: {"mean": d.mean, "low": d.low, "high": d.high, "n": d.n, "fell": d.fell, "rose": d.rose}
                for name, d in self.differences.items()
            },
            "fallen": self.fallen,
        }


def compare(before: Side, after: Side) -> Comparison:
    """What moved from ``before`` to ``after``, on the cases that both asked in the same words with the same gold."""
    shared = [case_id for case_id in before.fingerprints if case_id in after.fingerprints]
    edited = tuple(i for i in shared if before.fingerprints[i] != after.fingerprints[i])
    common = [i for i in shared if i not in edited]
    judged = [i for i in common if None not in (before.scores[i].get("correct"), after.scores[i].get("correct"))]
    gained = tuple(i for i in judged if after.is_correct(i) and not before.is_correct(i))
    lost = tuple(i for i in judged if before.is_correct(i) and not after.is_correct(i))
    moved = {*gained, *lost}
    both_replied = (i for i in judged if i in before.replies and i in after.replies)
    changed = tuple(i for i in both_replied if i not in moved and before.replies[i] != after.replies[i])
    return Comparison(
        before=before.name,
        after=after.name,
        n_common=len(common),
        gained=gained,
        lost=lost,
        changed=changed,
        only_before=tuple(i for i in before.fingerprints if i not in after.fingerprints),
        only_after=tuple(i for i in after.fingerprints if i not in before.fingerprints),
        edited=edited,
        differences=_differences(before, after, common),
    )


def _differences(before: Side, after: Side, common: list[str]) -> dict[str, Difference]:
    found = {}
    for measure in MEASURES:
        pairs = [(before.scores[i].get(measure.name), after.scores[i].get(measure.name)) for i in common]
        scored = [(a, b) for a, b in pairs if a is not None and b is not None]
        difference = paired_difference([a for a, _ in scored], [b for _, b in scored])
        if difference is not None:
            found[measure.name] = difference
    return found


def _reply(one: CaseScores) -> tuple[str, tuple[str, ...]]:
    assert one.observation is not None
    response = one.observation.response
    return response.answer, tuple(f"{c.document_number or c.title}#{c.clause}" for c in response.citations)
