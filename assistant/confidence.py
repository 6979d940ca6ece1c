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
from assistant.understand import Question


@dataclass(frozen=True)
class Confidence:
    """``none``: decline; ``low``: show as the nearest rule; ``high``: answer. ``keep`` is the score share that a second
    clause needs to be cited too."""

    level: Literal["none", "low", "high"]
    probability: float
    keep: float


#: Weights of the features below, and the bounds of the three levels.
WEIGHTS = (-2.0, 5.0, 4.0, 1.0)
NONE_BELOW, LOW_BELOW = 0.15, 0.3


def features(ranked: Sequence[Ranked], expansion: str) -> tuple[float, ...]:
    """(1, coverage of the best clause, its vector nearness, whether the lexicon knew a word)."""
    top = ranked[0]
    best_dense = max(r.dense for r in ranked[:3])
    return (1.0, max(r.coverage for r in ranked[:3]), best_dense, 1.0 if expansion else 0.0) if top else (1.0, 0.0, 0.0, 0.0)


def judge(question: Question, ranked: Sequence[Ranked], expansion: str) -> Confidence:
    """The confidence that the best clauses of ``ranked`` answer ``question``."""
    if not ranked:
        return Confidence("none", 0.0, 1.0)
    if question.references.documents or question.is_follow_up:
        return Confidence("high", 1.0, 0.85)
    z = sum(w * f for w, f in zip(WEIGHTS, features(ranked, expansion), strict=True))
    probability = 1 / (1 + math.exp(-z))
    level: Literal["none", "low", "high"] = "none" if probability < NONE_BELOW else "low" if probability < LOW_BELOW else "high"
    return Confidence(level, probability, 0.75)
