"""citation_precision: how many of the citations are right ones.

    citation_precision(q) = |{c cited : c covers a clause of any citation set of q}| / |{c cited}|, 0 without citations

averaged over the questions that expect an answer. An invented citation, one that names no clause at all, stays in the
denominator. The same clause cited twice counts twice.
"""

from evals.measures.base import Measure, expects_answer
from evals.observations import Observation


def citation_precision(observation: Observation) -> float:
    """The share of gold citations."""
    return observation.gold_share


CITATION_PRECISION = Measure("citation_precision", "引用精度", expects_answer, citation_precision)
