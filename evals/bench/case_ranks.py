"""Where a case's gold clause stands in the ranking that answers are composed from."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from assistant.models import Turn
from assistant.retrieve import Ranked
from assistant.service import Assistant, bootstrap
from assistant.settings import Settings
from assistant.understanding.question import understand
from embeddings.errors import StoreError
from evals.cases import GoldCitation, load_cases
from evals.errors import AnswererError, EvaluationError
from evals.matching import Reference, read_path
from ingest.refs import ClausePath

#: The rank of what is not found at all.
ABSENT = 10_000
#: Looked up, compared or read from cells, not searched; a follow-up needs its conversation.
_NOT_SEARCHED = frozenset({"exact_reference", "wording", "follow_up", "table", "out_of_scope", "false_premise"})


def rank_cases(path: Path, store: Path | None, part: str | None) -> tuple[list[int], list[str]]:
    """For each case that is searched and has an answer: the rank of the first gold clause, or of what stands under it.

    Ranks are those of the product's search for an understood question; a line describes each case not ranked first.

    Raises:
        EvaluationError: the cases or the store cannot be read, or no case is left.
    """
    cases = [
        case
        for case in load_cases(path)
        if case.expect == "answer" and case.citations and case.type not in _NOT_SEARCHED and part in (None, case.part)
    ]
    if not cases:
        raise EvaluationError(f"{path.name} 里没有可用来看检索的题")
    with tempfile.TemporaryDirectory() as temporary:
        settings = Settings(home=store or Path(temporary))
        try:
            if store is None:
                bootstrap(settings)
            answerer = Assistant.open(settings).answerer
        except StoreError as error:
            raise AnswererError(f"打不开库：{error}") from error
        ranks, missed = [], []
        for case in cases:
            history = [Turn(role=turn.role, content=turn.content) for turn in case.history]
            found = answerer.rank_for(understand(case.question, history, answerer.directory))
            gold = [citation for group in case.citation_sets for citation in group]
            rank = next((n for n, ranked in enumerate(found, start=1) if _is_gold(ranked, gold)), ABSENT)
            ranks.append(rank)
            if rank > 1:
                first = found[0].ref if found else "无"
                place = rank if rank < ABSENT else "未找到"
                missed.append(
                    f"{case.id} {case.question} → {first}；正确的在第 {place}：{'、'.join(g.clause for g in gold)}"
                )
    return ranks, missed


def _is_gold(ranked: Ranked, gold: Sequence[GoldCitation]) -> bool:
    """The clause itself or one under it; of a table cell or a 款 the clause that holds it, as ranks are of clauses."""
    document = ranked.document
    number = str(document.document_number) if document.document_number else None
    reference = Reference.read(number, document.title, str(ranked.clause.path))
    for citation in gold:
        if reference.covers(citation):
            return True
        wanted = read_path(citation.clause)
        if wanted and wanted.parent and str(wanted) not in document.by_path and reference.in_document(citation):
            return ranked.clause.path in (wanted.parent, ClausePath(wanted.labels[:1]))
    return False
