"""What a measure is: a number between 0 and 1 for one case, or None where it has nothing to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evals.cases import Case
from evals.observations import Observation


@dataclass(frozen=True)
class Measure:
    """A named measure. Larger is better.

    Attributes:
        name: English, as in JSON and on the command line.
        label: Chinese, as people read it.
        applies: whether the case is one that the measure is about; others are left out without a word.
        score: 0..1, or None for a case that it is about but could not score. None is left out of the mean and counted.
        gates: whether ``compare`` and ``gate`` may fail on it.
    """

    name: str
    label: str
    applies: Callable[[Case], bool]
    score: Callable[[Observation], float | None]
    gates: bool = True


def expects_answer(case: Case) -> bool:
    return case.expect == "answer"


def expects_refusal(case: Case) -> bool:
    return case.expect == "refuse"


def expects_clarification(case: Case) -> bool:
    return case.expect == "clarify"


def any_case(case: Case) -> bool:
    return True
