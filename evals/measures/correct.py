"""correct: the whole question was dealt with rightly. The one figure to quote.

    expect answer:   state in {answered, partial} and clause_found and every must_include and no must_not_include
    expect refuse:   declined_well   (see refusal.py)
    expect clarify:  asked_well      (see clarify.py)

averaged over all questions. The definition is that of the project's independent scorer; a test holds the two together.
"""

from evals.measures.base import Measure, any_case
from evals.measures.clarify import asked_well
from evals.measures.clause_found import clause_found
from evals.measures.refusal import declined_well
from evals.observations import Observation


def correct(observation: Observation) -> float:
    """1 for a right reply."""
    if observation.case.expect == "refuse":
        return float(declined_well(observation))
    if observation.case.expect == "clarify":
        return float(asked_well(observation))
    facts = not observation.missing_facts and not observation.forbidden_words
    return float(observation.is_answered and facts and bool(clause_found(observation)))


CORRECT = Measure("correct", "答对率", any_case, correct)
