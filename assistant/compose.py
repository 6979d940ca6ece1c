"""Clauses become statements: the sentences that answer, verbatim, each with the clause it stands in.

Without a language model an answer is what the clause says: the sentence that answers, the conditions around it, who must
act, an enumeration with its count, or a table reading. A model that words answers better takes the same clauses and gives
the same ``Draft``; both pass ``verify``.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.normalise import bare
from assistant.sentence_choice import MAX_RUN, Passage, Wanted, choose_sentences
from assistant.sources import (
    Draft,
    Source,
    duty_bracket,
    has_paragraphs,
    own_text,
    sentences,
    source_of,
    whole_source,
    without_label,
)
from ingest import Clause, ClausePath, Document
from ingest.numerals import chinese_numeral
from ingest.refs import label_kind

#: A run as short as this reads as one answer; parting it would only tear it.
_ONE_PIECE = 90
#: A sentence that begins so is not understood without the one before it.
_LEANS_BACK = re.compile(r"^\s*(?:其|该|上述|前述|前款|前项|此|对此|否则|同时|并|但|也|另|以上|逾期|超过的|经批准的)")
#: What takes something out of a rule again; wherever in the clause it stands, it goes with the rule.
_EXCEPTION = re.compile(
    r"但(?!是否)|除.{1,30}外|不适用|不在此限|不在此列|例外|另有规定|不包括|不含|不得(?:享受|申请|领取|参加)|停止(?:发放|享受)|仅限"
)
_LONGEST_EXCEPTION = 120
#: A further clause is shown shorter: it is one tap away. No fact of a case was lost by it.
MAX_RELATED = 150
#: An enumeration as long as this in all is given in full.
_WHOLE_LIST = 1500
_LONG_ITEM = 120


def state_clause(
    document: Document,
    clause: Clause,
    wanted: Wanted,
    budget: int = MAX_RUN,
) -> list[Draft]:
    """What ``clause`` says on what is ``wanted``, verbatim: the sentence that answers first, then what goes with it (condition).

    The answer is cited by its 款; conditions in other 款 are cited by the article, so that two citations are enough.
    """
    passage = choose_sentences(wanted, clause, budget, _topic(document, clause))
    start, end = _complete(clause, passage)
    answer = sentence_draft(document, clause, start, end)
    text = own_text(clause)
    exceptions = [
        (a, b)
        for a, b in sentences(text)
        if (b <= passage.start or a >= passage.end) and b - a <= _LONGEST_EXCEPTION and _EXCEPTION.search(text[a:b])
    ]
    drafts = [answer]
    for a, b in [(passage.start, start), (end, passage.end), *exceptions[:1]]:
        if bare(text[a:b]):
            drafts.append(_condition(document, clause, a, b, answer))
    return drafts


def state_run(
    document: Document,
    clause: Clause,
    wanted: Wanted,
    budget: int = MAX_RELATED,
) -> Draft:
    """What ``clause`` says on what is ``wanted`` as one run of sentences, within one 款 of an article."""
    passage = choose_sentences(wanted, clause, budget, _topic(document, clause))
    start, end = _within_paragraph(clause, passage) if has_paragraphs(clause) else (passage.start, passage.end)
    return sentence_draft(document, clause, start, end)


def _topic(document: Document, clause: Clause) -> str:
    """What a reader knows before the clause begins: the title and the headings above it."""
    headed = (*document.above(clause.path), clause)
    return "\n".join([document.title, *(c.heading for c in headed if c.heading)])


def sentence_draft(document: Document, clause: Clause, start: int, end: int) -> Draft:
    """``clause.text[start:end]`` as a statement, without the clause's label."""
    source = source_of(document, clause, start, end)
    return Draft(without_label(source.quote).strip() if start == 0 else source.quote.strip(), (source,))


def _condition(document: Document, clause: Clause, start: int, end: int, answer: Draft) -> Draft:
    draft = sentence_draft(document, clause, start, end)
    if draft.sources[0].path != answer.sources[0].path:
        draft = replace(draft, sources=(whole_source(document, clause, start, end),))
    return replace(draft, role="condition")


def _within_paragraph(clause: Clause, passage: Passage) -> tuple[int, int]:
    """``passage`` cut to the 款 that holds its best sentence."""
    position = 0
    for paragraph in clause.paragraphs:
        end = position + len(paragraph.text)
        if position <= passage.best_start <= end:
            return max(passage.start, position), min(passage.end, end)
        position = end + 1
    return passage.start, passage.end


def _complete(clause: Clause, passage: Passage) -> tuple[int, int]:
    """The answering sentence with what it cannot do without: the sentence it leans back on, the opening of its list."""
    text = own_text(clause)
    if passage.end - passage.start <= _ONE_PIECE:
        return passage.start, passage.end
    start, end = passage.best_start, min(passage.best_end, passage.end)
    before = [span for span in sentences(text) if span[1] <= start and span[0] >= passage.start]
    while before:
        a, b = before.pop()
        joined = text[a:b].rstrip().endswith((";", "；", ":", "："))
        if not (_LEANS_BACK.match(text[start:end]) or (joined and end - a <= MAX_RUN // 2)):
            break
        start = a
    return start, len(text[:end].rstrip())


def state_duties(document: Document, clause: Clause) -> Draft | None:
    """Who must act under ``clause``: the printed bracket, and organs that an earlier scope note adds."""
    duties = [d for d in document.duties if d.path == clause.path]
    bracket = duty_bracket(clause)
    if not duties or not bracket:
        return None
    parts = []
    for role, name in (("lead", "牵头单位"), ("responsible", "责任单位")):
        units = [u for d in duties if d.role == role for u in d.units]
        if units:
            parts.append(f"{name}:{'、'.join(units)}")
    start, end = bracket.start(), len(clause.text.rstrip())
    sources = [source_of(document, clause, start, end)]
    inherited = [u for d in duties for u in d.inherited]
    text = ";".join(parts) + "。"
    if inherited and (scope := _scope_clause(document, clause)):
        text += f"另据{scope.display},责任单位均涉及{'、'.join(inherited)}。"
        sources.append(scope)
    return Draft(text, tuple(sources), composed=True, role="duty")


def _scope_clause(document: Document, clause: Clause) -> Source | None:
    for other in document.clauses:
        if other.path == clause.path:
            return None
        if match := re.search(r"以下责任单位均涉及[^)）]*", other.text):
            return source_of(document, other, *match.span())
    return None


def state_enumeration(document: Document, clause: Clause, *, whole: bool) -> list[Draft]:
    """A clause that only leads in or heads others, with what stands under it, and how many there are."""
    children = document.children(clause.path)
    if not children:
        return []
    # The 款 that leads the items in; what stands behind them (第九条第二款) is a rule of its own.
    leading = max((i for i, p in enumerate(clause.paragraphs) if p.text.endswith((":", "："))), default=0)
    start = sum(len(p.text) + 1 for p in clause.paragraphs[:leading])
    end = start + len(clause.paragraphs[leading].text)
    if len(clause.paragraphs) == 1 or all(p.start < children[0].start for p in clause.paragraphs):
        lead = source_of(document, clause, 0, len(clause.text.rstrip()))
    else:
        lead = source_of(document, clause, start, end)
    name = without_label(clause.paragraphs[leading].text).strip()
    count = f"(共{len(children)}项):"
    drafts = [Draft(name.rstrip("。:：") + count, (lead,), added=count)]
    in_full = whole and sum(len(own_text(c)) for c in children) <= _WHOLE_LIST
    for child in children:
        end = len(child.text.rstrip())
        text = own_text(child)
        if child.heading and (not whole or (len(text) > 90 and not in_full)):
            at = child.text.find(child.heading)
            source = (
                source_of(document, child, max(at, 0), max(at, 0) + len(child.heading))
                if at >= 0
                else source_of(document, child, 0, end)
            )
            shown = f"{child.label}{child.heading}"
        else:
            stop = len(text.rstrip()) if in_full or len(text) <= _LONG_ITEM else sentences(text)[0][1]
            source = source_of(document, child, 0, stop)
            shown = child.text[:stop].strip()
        drafts.append(Draft(shown.rstrip(";；"), (source,), role="item"))
    position = 0
    for number, paragraph in enumerate(clause.paragraphs):
        if number > leading and paragraph.start > children[0].start:
            drafts.append(
                Draft(
                    paragraph.text,
                    (source_of(document, clause, position, position + len(paragraph.text)),),
                    role="condition",
                )
            )
        position += len(paragraph.text) + 1
    return drafts


def state_whole(document: Document, path: ClausePath) -> list[Draft]:
    """A clause, 款 or cell as printed, for a look-up; a parent brings its children along."""
    paragraph = None
    kind, number = label_kind(path.last)
    clause = document.by_path.get(str(path))
    if clause is None and kind == "paragraph" and path.parent:
        clause, paragraph = document.by_path[str(path.parent)], number[0]
    if clause is None:
        return []
    if paragraph:
        text = clause.paragraphs[paragraph - 1].text
        source = Source(
            document,
            path,
            text,
            text,
            f"{clause.display}第{chinese_numeral(paragraph)}款",
            clause.chapter,
            clause.heading,
        )
        return [Draft(without_label(text) if paragraph == 1 else text, (source,))]
    source = Source(document, clause.path, clause.text, clause.text, clause.display, clause.chapter, clause.heading)
    drafts = [Draft(clause.text, (source,))]
    for child in document.descendants(clause.path)[:40]:
        drafts.append(
            Draft(
                child.text,
                (Source(document, child.path, child.text, child.text, child.display, child.chapter, child.heading),),
            )
        )
    return drafts
