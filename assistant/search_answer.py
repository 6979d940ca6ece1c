"""A question that names no clause: clauses are retrieved, judged, chosen and stated, or the question is declined."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer_builder import HOTLINE, NOT_POLICY, AnswerBuilder
from assistant.beside import aim_noted, figures_compared, pointers_line, service_pointers, with_other_figure
from assistant.choosing import choose_clauses, is_bare_heading, is_list
from assistant.compose import state_duties, state_enumeration
from assistant.confidence import Confidence, judge
from assistant.declining import NOT_STATED, contact_of, decline
from assistant.holdings import Holdings
from assistant.models import Answer
from assistant.retrieve import Ranked
from assistant.slots import missing_slot
from assistant.sources import Draft, citation_text
from assistant.table_answer import cell_draft, holds_table, row_draft
from assistant.tables import TableAnswer
from assistant.tracing import note_confidence, note_kind, stage
from assistant.understanding.places import foreign_place
from assistant.understanding.question import Question
from ingest import Clause, Document

#: A lead-in and this many items less one are shown; a longer list is opened.
_LISTED = 25
#: A calculation over figures: only cells answer it.
_FIGURE = re.compile(r"最[高低多少大小]|排名|第一名|合计|占比|比例")
#: A clause that says it in words counts beside a table without the figure from this share of its score on.
_AS_NEAR = 0.8
#: Ranked clauses that are looked at.
_READ = 40
_CONDITIONS = "条件和相关规定:"
_UNSURE = "文件没有直接回答这个问题,下面是最接近的规定,请对照原文判断。"


def search_and_state(holdings: Holdings, question: Question, table: TableAnswer | None, max_citations: int) -> Answer:
    """The nearest clauses stated, at most ``max_citations`` unless a list is asked for, with a ``table`` reading beside."""
    ranked = holdings.rank(question)
    confidence = judge(question, ranked)
    # A bare heading says nothing; it stands only for a list under it.
    ranked = [r for r in ranked[:_READ] if not is_bare_heading(r.clause) or is_list(question, r)] or ranked
    note_kind("search")
    note_confidence(probability=confidence.probability)
    top = ranked[0] if ranked else None
    if top is None or confidence.level == "none":
        return decline(ranked, NOT_STATED)
    place = foreign_place(question.text, holdings.home)
    if place and not any(place in r.clause.text or place in r.document.title for r in ranked[:3]):
        return decline(ranked, f"已收录的文件没有{place}的规定,本市文件不能当作{place}的依据。{HOTLINE}")
    if (
        table is None
        and top.row is not None
        and not question.sides
        and (draft := row_draft(top.document, top.row, question))
    ):
        return _state_row(top, draft)
    if table is None:
        # A table whose cells do not answer says nothing as text.
        ranked = [r for r in ranked if not holds_table(r.document, r.clause.path)] or ranked
        asks_figure = "number" in question.asks or _FIGURE.search(question.text)
        if holds_table(top.document, top.clause.path) and asks_figure and ranked[0].score < _AS_NEAR * top.score:
            where = citation_text(top.document, top.clause.display)
            return decline([top, *ranked], f"{where}的表中没有这一项数据。")
        top = ranked[0]
    if gap := missing_slot(question, ranked, holdings.expand(question.query)):
        return _near_miss(holdings, question, ranked, gap)
    with stage("compose"):
        return _compose(holdings, question, ranked, confidence, table, max_citations)


def _compose(
    holdings: Holdings,
    question: Question,
    ranked: Sequence[Ranked],
    confidence: Confidence,
    table: TableAnswer | None,
    max_citations: int,
) -> Answer:
    chosen = choose_clauses(holdings, question, ranked, confidence, max_citations)
    builder = AnswerBuilder()
    answer = _state_first(holdings, builder, question, chosen[0])
    if answer is not None and builder.lines:
        notes = (figures_compared(question, answer.text), aim_noted(question, answer.text))
        builder.lines[1:1] = [note for note in notes if note]
    if answer is not None and {"number", "money"} & question.asks and (other := with_other_figure(answer, ranked)):
        source = other.sources[0]
        builder.add(other, prefix=f"另一处的数字不同,见{citation_text(source.document, source.display)}:")
    for clause in chosen[1:]:
        if len(builder.citations) < max_citations or is_list(question, chosen[0]):
            _state_related(holdings, builder, question, clause)
    if table is not None and builder.citations:
        for text, cells in table.sentences[:1]:
            builder.add(cell_draft(table, text, cells))
    builder.pointers = service_pointers(question, [chosen[0], *ranked])
    if builder.pointers:
        builder.say(pointers_line(builder.pointers))
    unsure = confidence.level == "low"
    builder.contact = contact_of(chosen[0]) if unsure else ""
    finished = builder.finish(lead=_UNSURE if unsure else "", ranked=ranked)
    return finished if finished.citations else decline(ranked, NOT_STATED)


def _state_row(ranked: Ranked, draft: Draft) -> Answer:
    """The row of a table that is nearest, where nothing can be computed."""
    note_kind("table_row")
    builder = AnswerBuilder()
    builder.add(draft)
    builder.say(f"出处:{_where(ranked.document, ranked.clause, ranked.clause.display)}")
    return builder.finish()


def _near_miss(holdings: Holdings, question: Question, ranked: Sequence[Ranked], gap: str) -> Answer:
    """The documents speak of the matter and do not give what is asked for: what they say, and what they do not."""
    note_kind("near_miss")
    top = ranked[0]
    builder = AnswerBuilder()
    where = citation_text(top.document, top.clause.display)
    builder.gap(f"{where}涉及这件事,但文件未载明{gap}。", gap)
    builder.add(holdings.state_run(top.document, top.clause, question), prefix="文件写到的是:")
    builder.contact = contact_of(top)
    return builder.finish(state="refused", ranked=ranked)


def _state_first(holdings: Holdings, builder: AnswerBuilder, question: Question, ranked: Ranked) -> Draft | None:
    """The clause that answers: as a list, by who must act, or the sentence that answers and what binds it.

    Returns that sentence; ``None`` for a list or duties.
    """
    document, clause = ranked.document, ranked.clause
    if is_list(question, ranked):
        _state_list(builder, document, clause, state_enumeration(document, clause, whole=True))
        return None
    drafts = holdings.state(document, clause, question)
    sentence: Draft | None = drafts[0]
    if "who" in question.asks and (duty := state_duties(document, clause)):
        drafts, sentence = [duty, *(replace(d, role="condition") for d in drafts)], None
    answer, *conditions = drafts
    builder.add(answer)
    builder.add_list(conditions, _CONDITIONS)
    builder.say(f"出处:{_where(document, clause, answer.sources[0].display)}")
    return sentence


def _state_related(holdings: Holdings, builder: AnswerBuilder, question: Question, ranked: Ranked) -> None:
    """A further clause on the matter, in one run of sentences, or by who must act."""
    document, clause = ranked.document, ranked.clause
    duty = state_duties(document, clause) if "who" in question.asks else None
    draft = replace(duty or holdings.state_run(document, clause, question), role="related")
    children = document.children(clause.path)
    if children and draft.text.endswith((":", "：")):
        # The items are one tap away; cited here they would bury the clause that answers.
        added = f"(共{len(children)}项,请点开查看)"
        draft = replace(draft, text=f"{draft.text.rstrip(':：')}{added}", added=added)
    builder.add(draft, prefix=f"另见{_where(document, clause, draft.sources[0].display)}:")


def _where(document: Document, clause: Clause, display: str) -> str:
    note = f"(这是{NOT_POLICY[document.kind]})" if document.kind in NOT_POLICY else ""
    return f"{citation_text(document, display)}{_place(document, clause)}{note}"


def _state_list(builder: AnswerBuilder, document: Document, clause: Clause, drafts: Sequence[Draft]) -> None:
    lead, *items = drafts
    builder.add(lead)
    builder.add_list(items[: _LISTED - 1])
    if len(items) >= _LISTED:
        builder.gap(f"其余{len(items) - _LISTED + 1}项请点开{clause.display}查看。", "列表的其余各项")
    builder.say(f"出处:{_where(document, clause, clause.display)}")


def _place(document: Document, clause: Clause) -> str:
    """The headings that a short item stands under, in brackets: an item without them means little."""
    headings = [c.heading for c in document.above(clause.path) if c.heading]
    return f"({'—'.join(headings)})" if headings and len(clause.text) <= 80 else ""
