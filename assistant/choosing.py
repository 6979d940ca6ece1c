"""Which of the ranked clauses an answer cites: one for each part, side or near tie; a list whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.confidence import Confidence
from assistant.holdings import Holdings
from assistant.normalise import bare
from assistant.retrieve import Ranked
from assistant.understanding.question import Question
from ingest import Clause


def choose_clauses(
    holdings: Holdings, question: Question, ranked: Sequence[Ranked], confidence: Confidence, limit: int
) -> list[tuple[Ranked, str | None]]:
    """The clauses to cite, best first: of each part of the message, of each side of a comparison, near ties."""
    top = ranked[0]
    chosen: list[tuple[Ranked, str | None]] = [(top, None)]

    def taken(r: Ranked) -> bool:
        return any(c.ref == r.ref for c, _ in chosen)

    if len(question.parts) > 1:
        for part in question.parts:
            for r in holdings.rank(question, part)[:1]:
                if not taken(r) and len(chosen) < limit and r.coverage >= 0.12:
                    chosen.append((r, part))
        if len(chosen) > 1:
            return chosen
    if question.compares:
        for r in _sides(question, ranked):
            if not taken(r) and len(chosen) < limit:
                chosen.append((r, None))
        other = next((r for r in ranked[:8] if r.document is not top.document and r.score >= 0.6 * top.score), None)
        if other and not taken(other) and len(chosen) < limit:
            chosen.append((other, None))
    for r in ranked[1:6]:
        if len(chosen) >= limit:
            break
        if not taken(r) and r.shared == top.shared and r.own_score >= confidence.keep * top.own_score:
            chosen.append((r, None))
    return chosen


def _sides(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The best clause of each document that a comparison names."""
    named = question.references.documents
    if len(named) >= 2:
        return [r for d in named[:3] if (r := next((x for x in ranked if x.document is d), None))]
    return []


def common_parent(ranked: Sequence[Ranked]) -> Ranked | None:
    """The clause that the best hits are items of: who asks for a list wants it whole."""
    top = ranked[0]
    path = top.clause.path.parent
    parent = top.document.by_path.get(str(path)) if path else None
    if path is None or parent is None or len(top.clause.text) > 90 or not leads_in(parent):
        return None
    siblings = [r for r in ranked[1:4] if r.document is top.document and r.clause.path.parent == path]
    if not siblings or len(top.document.children(path)) > 12:
        return None
    return replace(top, clause=parent, span=(0, len(parent.text)))


def leads_in(clause: Clause) -> bool:
    """True for a clause that says nothing by itself: a bare heading, or a lead-in that ends in a colon."""
    return (
        any(p.text.endswith((":", "：")) for p in clause.paragraphs if clause.label)
        or len(bare(clause.text)) <= len(bare(clause.heading or "")) + 5
    )
