"""The measures, one a file, in the order in which they are printed."""

from evals.measures.answered import ANSWERED
from evals.measures.base import Measure
from evals.measures.citation_precision import CITATION_PRECISION
from evals.measures.citation_resolves import CITATION_RESOLVES
from evals.measures.clarify import CLARIFY_PRECISION, CLARIFY_RECALL
from evals.measures.clause_found import CLAUSE_FOUND
from evals.measures.clause_recall import CLAUSE_RECALL
from evals.measures.correct import CORRECT
from evals.measures.document_recall import DOCUMENT_RECALL
from evals.measures.fact_inclusion import FACT_INCLUSION
from evals.measures.first_citation import FIRST_CITATION
from evals.measures.quote_fidelity import QUOTE_FIDELITY
from evals.measures.refusal import REFUSAL_PRECISION, REFUSAL_RECALL

MEASURES: tuple[Measure, ...] = (
    CORRECT,
    ANSWERED,
    DOCUMENT_RECALL,
    CLAUSE_RECALL,
    CLAUSE_FOUND,
    FIRST_CITATION,
    CITATION_PRECISION,
    FACT_INCLUSION,
    CITATION_RESOLVES,
    QUOTE_FIDELITY,
    REFUSAL_RECALL,
    REFUSAL_PRECISION,
    CLARIFY_RECALL,
    CLARIFY_PRECISION,
)
BY_NAME: dict[str, Measure] = {measure.name: measure for measure in MEASURES}

__all__ = ["BY_NAME", "MEASURES", "Measure"]
