"""How sure a retrieval may be: a small logistic model over how much of the question the best clause holds.

Fitted by ``evals/fit_confidence.py`` on answerable and unanswerable questions; the figures are in DESIGN.md. It is not
a threshold on one score: scores are relative to the pool, so absolute evidence is used.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.retrieve import Ranked
from assistant.understanding.question import Question


@dataclass(frozen=True)
class Confidence:
    """``none``: decline; ``low``: show as the nearest rule; ``high``: answer. ``keep`` is the score share that a second
    clause needs to be cited too."""

    level: Literal["none", "low", "high"]
    probability: float
    keep: float


#: Weights of the features below, and the bounds of the three levels.
WEIGHTS = (-1.52, 0.93, 1.45, 5.25)
NONE_BELOW, LOW_BELOW = 0.49, 0.56
#: A second clause is cited too from this share of the best score on.
KEEP = 0.75


def features(ranked: Sequence[Ranked]) -> tuple[float, ...]:
    """(1, the question's wording held, the share of official terms held, vector nearness), each the best of three."""
    best = ranked[:3]
    return (1.0, max(r.coverage for r in best), max(r.gained for r in best), max(r.dense for r in best))


def judge(question: Question, ranked: Sequence[Ranked]) -> Confidence:
    """The confidence that the best clauses of ``ranked`` answer ``question``."""
    if not ranked:
        return Confidence("none", 0.0, 1.0)
    if question.references.documents or question.is_follow_up:
        return Confidence("high", 1.0, KEEP)
    z = sum(w * f for w, f in zip(WEIGHTS, features(ranked), strict=True))
    probability = 1 / (1 + math.exp(-z))
    level: Literal["none", "low", "high"] = (
        "none" if probability < NONE_BELOW else "low" if probability < LOW_BELOW else "high"
    )
    return Confidence(level, probability, KEEP)
