"""A question that names no clause: clauses are retrieved, judged, chosen and stated, or the question is declined."""

from __future__ import annotations

import re

from assistant.answer_builder import NOT_POLICY, AnswerBuilder
from assistant.choosing import choose_clauses, common_parent, leads_in
from assistant.compose import citation_text, state_duties, state_enumeration
from assistant.confidence import judge
from assistant.declining import HOTLINE, NOT_STATED, decline
from assistant.holdings import Holdings
from assistant.models import Answer
from assistant.retrieve import Ranked
from assistant.slots import missing_slot
from assistant.table_answer import cell_draft, holds_table
from assistant.tables import TableAnswer
from assistant.understanding.places import foreign_place
from assistant.understanding.question import Question
from ingest import Clause, ClausePath, Document

#: A lead-in and this many items less one are shown; a longer list is opened.
_LISTED = 25
#: A calculation over figures: only cells answer it.
_FIGURE = re.compile(r"最[高低多少大小]|排名|第一名|合计|占比|比例")


def search_and_state(holdings: Holdings, question: Question, table: TableAnswer | None, max_citations: int) -> Answer:
    """The nearest clauses stated, at most ``max_citations`` unless a list is asked for, with a ``table`` reading beside."""
    ranked = holdings.rank(question)
    confidence = judge(question, ranked)
    top = ranked[0] if ranked else None
    if top is None or confidence.level == "none":
        return decline(ranked, NOT_STATED)
    place = foreign_place(question.text, holdings.home)
    if place and not any(place in r.clause.text for r in ranked[:3]):
        return decline(ranked, f"已收录的文件没有{place}的规定,本市文件不能当作{place}的依据。{HOTLINE}")
    if table is None:
        # A table whose cells do not answer says nothing as text.
        ranked = [r for r in ranked if not holds_table(r.document, r.clause.path)] or ranked
        if holds_table(top.document, top.clause.path) and ("number" in question.asks or _FIGURE.search(question.text)):
            where = citation_text(top.document, top.clause.display)
            return decline([top, *ranked], f"{where}的表中没有这一项数据。")
        top = ranked[0]
    unit = _unit(top)
    if gap := missing_slot(question, ranked):
        return decline(
            ranked,
            f"{citation_text(top.document, top.clause.display)}涉及这件事,但文件未载明{gap}。",
            unit=unit,
        )
    chosen = choose_clauses(holdings, question, ranked, confidence, max_citations)
    if "list" in question.asks and (parent := common_parent(ranked)):
        chosen = [
            (parent, None),
            *[(r, p) for r, p in chosen if not r.clause.path.is_within(parent.clause.path)][:1],
        ]
    builder = AnswerBuilder()
    for part_ranked, part in chosen:
        _state_ranked(holdings, builder, question, part_ranked, part)
    if table is not None and builder.citations:
        for text, cells in table.sentences[:1]:
            builder.add(cell_draft(table, text, cells))
    return builder.finish(ranked, confidence)


def _unit(ranked: Ranked) -> str:
    """The organs that lead under a clause, else those responsible; empty where it names none."""
    duties = [d for d in ranked.document.duties if d.path == ranked.clause.path]
    for role in ("lead", "responsible"):
        units = [u for d in duties if d.role == role for u in d.units]
        if units:
            return "、".join(units[:3])
    return ""


def _state_ranked(
    holdings: Holdings, builder: AnswerBuilder, question: Question, ranked: Ranked, part: str | None
) -> None:
    """Adds one chosen clause: as a list, by who must act, or the sentences that answer ``part`` of the question."""
    document, clause = ranked.document, ranked.clause
    first = not builder.citations
    note = f"(这是{NOT_POLICY[document.kind]})" if document.kind in NOT_POLICY else ""
    head = f"{citation_text(document, '')}{note}\n\n" if first or builder.citations[-1].title != document.title else ""
    children = document.children(clause.path)
    if children and leads_in(clause) and first and ("list" in question.asks or len(children) <= 3):
        drafts = state_enumeration(document, clause, whole=True)
        for i, draft in enumerate(drafts[:_LISTED]):
            builder.add(draft, prefix=head + f"{clause.display} " if i == 0 else "", bullet=i > 0)
        if len(drafts) > _LISTED:
            builder.gap(f"其余{len(drafts) - _LISTED}项请点开{clause.display}查看。")
        return
    if "who" in question.asks and (duty := state_duties(document, clause)):
        builder.add(duty, prefix=f"{head}{clause.display} ")
        head = ""
        if not first:
            return
    draft = holdings.state(document, clause, question, part)
    lead = "" if first else "另见"
    builder.add(draft, prefix=f"{head}{lead}{draft.sources[0].display}{_place(document, clause)} ")


def _place(document: Document, clause: Clause) -> str:
    """The headings that a short item stands under, in brackets: an item without them means little."""
    if len(clause.text) > 80 or clause.path.parent is None:
        return ""
    above: list[str] = []
    path: ClausePath | None = clause.path.parent
    while path is not None:
        parent = document.by_path.get(str(path))
        if parent and parent.heading:
            above.insert(0, parent.heading)
        path = path.parent
    return f"({'—'.join(above)})" if above else ""
