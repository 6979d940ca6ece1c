"""citation_resolves: the cited clauses exist.

    citation_resolves(q) = |{c cited : the store holds the clause of c}| / |{c cited}|

averaged over all replies with citations, whatever the question expects. Unscored without citations, and where nobody
looked the clauses up.
"""

from evals.measures.base import Measure, any_case
from evals.observations import Observation


def citation_resolves(observation: Observation) -> float | None:
    """The share of citations that the store holds; None without citations or look-up."""
    held = observation.held
    if not held:
        return None
    return sum(text is not None for text in held) / len(held)


CITATION_RESOLVES = Measure("citation_resolves", "引用可查", any_case, citation_resolves)
