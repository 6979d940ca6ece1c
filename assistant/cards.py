"""Clauses as readers get them: cards with a document, a place and a text, and the candidates offered beside an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.models import Candidate, ClauseCard, Gazette
from assistant.retrieve import Ranked
from ingest import Clause, Document


def card_of(
    document: Document, path: str, display: str, text: str, heading: str | None = None, chapter: str | None = None
) -> dict[str, Any]:
    """The fields of a ``ClauseCard`` for one clause of ``document``."""
    return {
        "document_number": str(document.document_number) if document.document_number else None,
        "title": document.title,
        "clause": path,
        "label": display,
        "text": text,
        "heading": heading,
        "chapter": chapter,
        "kind": document.kind,
        "validity": "未核实",
        "signed_on": document.signed_on,
        "issuer": document.issuer,
        "gazette": Gazette(**vars(document.gazette)) if document.gazette else None,
    }


def clause_card(document: Document, clause: Clause) -> ClauseCard:
    """The card of a whole clause, as printed."""
    return ClauseCard(
        **card_of(document, str(clause.path), clause.display, clause.text, clause.heading, clause.chapter)
    )


def clause_candidate(document: Document, clause: Clause) -> Candidate:
    """A clause offered for choice, unscored."""
    return Candidate(**clause_card(document, clause).model_dump())


def ranked_candidates(ranked: Sequence[Ranked], limit: int = 5) -> list[Candidate]:
    """The best ``limit`` of ``ranked`` as candidates with their scores, best first."""
    return [
        Candidate(
            **card_of(
                r.document, str(r.clause.path), r.clause.display, r.clause.text, r.clause.heading, r.clause.chapter
            ),
            score=round(r.score, 4),
        )
        for r in ranked[:limit]
    ]
