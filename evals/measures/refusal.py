"""refusal_recall and refusal_precision: declining what the corpus does not say, and only that.

    R = replies that declined:  state refused
    refusal_recall    = |{q : expect(q) = refuse, declined_well(q)}| / |{q : expect(q) = refuse}|
    refusal_precision = |{q in R : expect(q) = refuse}| / |R|

``declined_well``: state refused; or state partial with one of the alternatives covered, which corrects the question
from a clause; or, for a greeting, any reply without citations. A refused question that wanted a clarification counts
against precision. Replies that did not decline are unscored for precision.
"""

from evals.measures.base import Measure, any_case, expects_refusal
from evals.observations import Observation


def declined_well(observation: Observation) -> bool:
    """Whether the reply declines as the case wants it."""
    state = observation.response.state
    if state == "refused":
        return True
    if state == "partial" and observation.covers_an_alternative:
        return True
    return observation.case.smalltalk and not observation.response.citations and state != "error"


def refusal_recall(observation: Observation) -> float:
    """1 if a question to be declined was declined."""
    return float(declined_well(observation))


def refusal_precision(observation: Observation) -> float | None:
    """1 if a declined question was one to be declined; None for a reply that did not decline."""
    return float(observation.case.expect == "refuse") if observation.response.state == "refused" else None


REFUSAL_RECALL = Measure("refusal_recall", "拒答召回", expects_refusal, refusal_recall)
REFUSAL_PRECISION = Measure("refusal_precision", "拒答精度", any_case, refusal_precision)
