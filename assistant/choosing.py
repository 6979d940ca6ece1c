"""Which of the ranked clauses an answer cites: one for each part, side or near tie; a list whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.confidence import Confidence
from assistant.holdings import Holdings
from assistant.marks import content_marks
from assistant.normalise import bare
from assistant.retrieve import Ranked
from assistant.slot_fit import asked_count
from assistant.sources import without_label
from assistant.understanding.question import Question
from ingest import Clause, ClauseRef

#: A list is wanted, not only that something is among others.
_LIST = re.compile(
    r"哪些|哪几|有什么|有啥|哪[一二两三四五六七八九十\d]+(?:个|项|条|种|类|大|方面|样|块|点|步|道)|列(?:一下|出|举)|都有|分别是|几(?:项|种|类|大类|个方面|道|条)|包括|清单|全部|所有|只要.{0,4}名"
)
#: Who asks whether something may be had wants all the conditions.
_ELIGIBILITY = re.compile(
    r"能不能|可不可以|可以|能[^,，。]{0,16}[吗不么]|条件|资格|符合|够不够|行不行|要满足|算不算|才能|才算"
)
_CONDITIONS = re.compile(r"条件|情形|之一|下列|以下")
#: Whoever asks to be let in wants the clause that says who is.
_APPLIES = re.compile(
    r"(?:能不能|能|可以|可不可以|有没有资格|符合|够).{0,10}(?:申请|申购|参加|享受|入户|落户|入学|报名|办理?)|(?:申请|申购|享受|入户|落户|入学|参加).{0,12}(?:条件|资格|要求)"
)
_REQUIRES = re.compile(r"(?:符合|具备|满足).{0,12}条件|下列(?:家庭|人员|对象|人群)|条件(?:如下|是|为)")
#: 重点做好以下几方面工作。
_ANNOUNCES = re.compile(r"(?:以下|如下|下列)[^,，。;；]{0,12}[。:：]$")
#: What the whole question says of a clause beside one side of it, which lacks what they share. Of 31 written questions
#: the right clause is among the winners in 25, 24, 24 and 21 with 1, 0.5, 0.3 and 0.1; without sides in 20.
_WHOLE = 0.5
#: Clauses that the sides of a question choose among.
_POOL = 40
#: A longer lead-in is about more than its list.
_SHORT_LEAD = 30
#: Commas of one sentence from which it is a list itself.
_ENUMERATES = 2


def is_list(question: Question, ranked: Ranked) -> bool:
    """Whether the clause is to be given with all that stands under it."""
    children = ranked.document.children(ranked.clause.path)
    if not children or not leads_in(ranked.clause):
        return False
    conditions = _ELIGIBILITY.search(question.text) and _CONDITIONS.search(ranked.clause.text)
    return "list" in question.asks or len(children) <= 3 or bool(conditions)


def choose_clauses(
    holdings: Holdings, question: Question, ranked: Sequence[Ranked], confidence: Confidence, limit: int
) -> list[Ranked]:
    """The clauses to cite, best first: a list whole, each side of a comparison, near ties."""
    wanted = _list_wanted(question, ranked, confidence)
    top = wanted or ranked[0]
    chosen: list[Ranked] = [top]
    parent = common_parent(ranked) if "list" in question.asks and not is_list(question, top) else None
    if parent is not None:
        others = [r for r in ranked[1:6] if not r.clause.path.is_within(parent.clause.path)]
        return [parent, *[r for r in others if _is_near(r, top, confidence)][:1]]

    def taken(r: Ranked) -> bool:
        return any(c.ref == r.ref or (c is top and is_list(question, c) and r.ref.path.is_within(c.ref.path))
                   for c in chosen)  # fmt: skip

    if question.compares or len(question.references.documents) > 1:
        chosen = (_named_sides(holdings, question) or _joined_sides(holdings, question, ranked))[:limit] or chosen
        other = next((r for r in ranked[:8] if r.document is not top.document and r.score >= 0.6 * top.score), None)
        if other and not taken(other) and len(chosen) < limit:
            chosen.append(other)
    for r in ranked[:6]:
        if len(chosen) >= limit:
            break
        if not taken(r) and _is_near(r, ranked[0], confidence) and (r.is_policy or not top.is_policy):
            chosen.append(r)
    return chosen


def _list_wanted(question: Question, ranked: Sequence[Ranked], confidence: Confidence) -> Ranked | None:
    """Where a list is asked for and the best clause is none: a near one that leads a list in."""
    top = ranked[0]
    near = [r for r in ranked[1:6] if _is_near(r, top, confidence) and leads_in(r.clause)]
    lists = [r for r in near if r in ranked[1:3] and len(r.document.children(r.clause.path)) >= 3]
    counted = asked_count(question.query) if _LIST.search(question.text) else 0
    # 哪四个方面: a list of just four is the one.
    if counted and len(top.document.children(top.clause.path)) == counted:
        return None
    if counted and (just := next((r for r in near if len(r.document.children(r.clause.path)) == counted), None)):
        return just
    if top.document.children(top.clause.path):
        return None
    if _APPLIES.search(question.text):
        return next((r for r in lists if _REQUIRES.search(r.clause.text)), None)
    if not _LIST.search(question.text):
        return None
    if not _enumerates(top.clause):
        return next(iter(lists), None)
    asked = content_marks(question.query)
    return next((r for r in lists if asked & content_marks(_lead(r.clause))), None)


def _lead(clause: Clause) -> str:
    """What a list is of: its heading, or its short lead-in (第八条 审核要求:)."""
    text = clause.heading or without_label(clause.paragraphs[0].text)
    return text if len(text) <= _SHORT_LEAD else ""


def _enumerates(clause: Clause) -> bool:
    """Whether a sentence of the clause is a list itself (甲、乙和丙; 《甲》《乙》)."""
    return any(s.count("、") + s.count("》《") >= _ENUMERATES for s in re.split(r"[。;；\n]", clause.text))


def _is_near(r: Ranked, top: Ranked, confidence: Confidence) -> bool:
    return r.shared == top.shared and r.own_score >= confidence.keep * top.own_score


def _named_sides(holdings: Holdings, question: Question) -> list[Ranked]:
    """The best clause of each document that a comparison names, by what is asked of it."""
    named = question.references.documents
    if len(named) < 2:
        return []
    return [r for d in named[:3] if (r := next(iter(holdings.rank_within(question, d)), None))]


def _joined_sides(holdings: Holdings, question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The best clause for each of the things that a question joins; what they share is judged by the whole question."""
    best: dict[ClauseRef, Ranked] = {}
    for side in question.sides:
        alone = {r.ref: r.score for r in holdings.rank_side(question, side)}
        found = max(ranked[:_POOL], key=lambda r: _WHOLE * r.score + alone.get(r.ref, 0.0))
        best.setdefault(found.ref, found)
    return list(best.values())


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


def is_bare_heading(clause: Clause) -> bool:
    # Most clauses are told by their length alone.
    if len(clause.text) > 2 * len(clause.heading or "") + 20:
        return False
    return len(bare(clause.text)) <= len(bare(clause.heading or "")) + 5


def leads_in(clause: Clause) -> bool:
    """True for a clause that says nothing by itself: a bare heading, or a lead-in that ends in a colon."""
    leads = any(p.text.endswith((":", "：")) or _ANNOUNCES.search(p.text) for p in clause.paragraphs if clause.label)
    return leads or is_bare_heading(clause)
