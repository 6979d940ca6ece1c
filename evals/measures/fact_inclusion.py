"""fact_inclusion: the answer says what it must and nothing that it must not.

    fact_inclusion(q) = 1 if every string of must_include is in the answer and none of must_not_include, else 0

averaged over the questions that expect an answer and name such strings. Spaces, width, bracket shapes and the script
of numerals do not matter (一千米 = 1000米, 百分之九十 = 90%); forbidden strings are compared as printed.
A question that names no string is unscored.
"""

from evals.measures.base import Measure, expects_answer
from evals.observations import Observation


def fact_inclusion(observation: Observation) -> float | None:
    """1 if all facts are there and no forbidden word; None where the case names neither."""
    case = observation.case
    if not case.must_include and not case.must_not_include:
        return None
    return float(not observation.missing_facts and not observation.forbidden_words)


FACT_INCLUSION = Measure("fact_inclusion", "要点齐全", expects_answer, fact_inclusion)
