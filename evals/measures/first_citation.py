"""first_citation: the citation that people see first is a right one.

    first_citation(q) = 1 if the first citation covers a clause of any citation set of q, else 0 (0 without citations)

averaged over the questions that expect an answer.
"""

from evals.measures.base import Measure, expects_answer
from evals.observations import Observation


def first_citation(observation: Observation) -> float:
    """1 if the first citation is gold."""
    return float(bool(observation.gold_flags) and observation.gold_flags[0])


FIRST_CITATION = Measure("first_citation", "首条引用", expects_answer, first_citation)
