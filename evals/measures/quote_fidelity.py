"""quote_fidelity: what is quoted stands in the clause, word for word.

    quote_fidelity(q) = |{c cited : the store holds the clause of c, and the quote of c is in it}| / |{c cited}|

averaged over all replies with citations. The text is the clause with its descendants, as the store holds it and not as
the reply shows it; white space and width aside. A citation that resolves to nothing, or that quotes nothing, has not
shown its words and counts as 0: nothing to check is not a pass.
"""

from evals.measures.base import Measure, any_case
from evals.observations import Observation
from evals.wording import squash


def quote_fidelity(observation: Observation) -> float | None:
    """The share of citations whose quote is verbatim in the held clause; None without citations or look-up."""
    held = observation.held
    if not held:
        return None
    quotes = [squash(citation.quote or "") for citation in observation.response.citations]
    faithful = [
        bool(quote) and text is not None and quote in squash(text) for quote, text in zip(quotes, held, strict=True)
    ]
    return sum(faithful) / len(faithful)


QUOTE_FIDELITY = Measure("quote_fidelity", "引文逐字", any_case, quote_fidelity)
