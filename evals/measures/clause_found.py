"""clause_found: the product criterion, a set covered and not drowned.

    clause_found(q) = 1 if clause_recall(q) = 1 and citation_precision(q) >= 0.33, else 0

averaged over the questions that expect an answer: the reader finds the clause among at most three citations for each
right one.
"""

from evals.measures.base import Measure, expects_answer
from evals.observations import LEAST_GOLD_SHARE, Observation


def clause_found(observation: Observation) -> float:
    """1 if one citation set is covered and at least a third of the citations are gold."""
    return float(observation.covers_a_set and observation.gold_share >= LEAST_GOLD_SHARE)


CLAUSE_FOUND = Measure("clause_found", "条款命中", expects_answer, clause_found)
