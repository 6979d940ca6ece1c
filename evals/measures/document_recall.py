"""document_recall: the right documents were cited, whatever the clause.

    document_recall(q) = 1 if there is a citation set S of q with
                         {document(g) : g in S} a subset of {document(c) : c cited}, else 0

averaged over the questions that expect an answer. A document is the same under any spelling of its number or by title.
"""

from evals.measures.base import Measure, expects_answer
from evals.observations import Observation


def document_recall(observation: Observation) -> float:
    """1 if the documents of one citation set are all cited."""
    citations = observation.citations
    return float(
        any(
            all(any(citation.in_document(gold) for citation in citations) for gold in citation_set)
            for citation_set in observation.case.citation_sets
            if citation_set
        )
    )


DOCUMENT_RECALL = Measure("document_recall", "文件召回", expects_answer, document_recall)
