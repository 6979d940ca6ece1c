"""clarify_recall and clarify_precision: asking back where the question is ambiguous, and only there.

    clarify_recall    = |{q : expect(q) = clarify, asked_well(q)}| / |{q : expect(q) = clarify}|
    clarify_precision = |{q : state(q) = clarify, expect(q) = clarify}| / |{q : state(q) = clarify}|

``asked_well``: state clarify, or one of the alternatives covered, for a case whose author accepts a sensible default.
Replies that asked nothing back are unscored for precision.
"""

from evals.measures.base import Measure, any_case, expects_clarification
from evals.observations import Observation


def asked_well(observation: Observation) -> bool:
    """Whether the reply asks back, or takes a default that the case accepts."""
    return observation.response.state == "clarify" or observation.covers_an_alternative


def clarify_recall(observation: Observation) -> float:
    """1 if an ambiguous question was asked back."""
    return float(asked_well(observation))


def clarify_precision(observation: Observation) -> float | None:
    """1 if a question asked back was ambiguous; None for a reply that asked nothing back."""
    return float(observation.case.expect == "clarify") if observation.response.state == "clarify" else None


CLARIFY_RECALL = Measure("clarify_recall", "反问召回", expects_clarification, clarify_recall)
CLARIFY_PRECISION = Measure("clarify_precision", "反问精度", any_case, clarify_precision)
