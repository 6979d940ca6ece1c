"""clause_recall: one citation set is wholly covered.

    clause_recall(q) = 1 if there is a citation set S of q such that every g in S is covered by a citation, else 0

averaged over the questions that expect an answer. A descendant covers its ancestor, a parent does not cover its child.
More citations can only help this measure; ``citation_precision`` and ``clause_found`` hold them back.
"""

from evals.measures.base import Measure, expects_answer
from evals.observations import Observation


def clause_recall(observation: Observation) -> float:
    """1 if one citation set is wholly covered."""
    return float(observation.covers_a_set)


CLAUSE_RECALL = Measure("clause_recall", "条款召回", expects_answer, clause_recall)
