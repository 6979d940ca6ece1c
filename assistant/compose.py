"""Clauses become statements: the sentences that answer, verbatim, each with the clause it stands in.

Without a language model an answer is what the clause says: the run of sentences nearest to the question, who must act,
an enumeration with its count, or a table reading. A model that words answers better takes the same ``Evidence`` and
gives the same ``Draft``; both pass ``verify``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.figures import quantities
from assistant.normalise import bare
from assistant.retrieve import content_marks
from assistant.understanding.directory import short_title
from ingest import Clause, ClausePath, Document
from ingest.numerals import chinese_numeral
from ingest.refs import label_kind

Encode = Callable[[Sequence[str]], np.ndarray]

#: A shown run of sentences: long enough for the conditions that go with a rule, short enough to read on a phone.
MAX_RUN = 300
_SHORT_CLAUSE = 170
#: A neighbouring sentence joins the run from this share of the best sentence's score on.
_JOINS = 0.35
_DUTY_BRACKET = re.compile(r"[(（](?:牵头|责任|主办|配合)(?:单位|部门)\s*[:：].*[)）]\s*$", re.S)
_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]+[”\"』」)）]*|[^。！？!?；;\n]+$")
_LABEL = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百零\d]+条(?:之[一二三四五六七八九十]+)?\s*|[一二三四五六七八九十]+、|[(（][一二三四五六七八九十\d]+[)）]|\d+[.．、]|[①-⑳])\s*"
)
_DEFINES = re.compile(r"是指|所称|指的是|即|包括")
_WHO_SENTENCE = re.compile(r"负责|牵头|主管|责任人|会同")


@dataclass(frozen=True)
class Source:
    """What one citation points at: a clause, one of its 款, or a table cell. ``text`` holds ``quote`` verbatim."""

    document: Document
    path: ClausePath
    text: str
    quote: str
    display: str
    chapter: str | None = None
    heading: str | None = None
    #: What a table cell says in words, its row, column, year and unit with it; empty for a clause, which says its text.
    meaning: str = ""

    @property
    def evidence(self) -> str:
        return f"{self.text}\n{self.meaning}" if self.meaning else self.text


@dataclass(frozen=True)
class Draft:
    """One statement with the sources it rests on, before verification."""

    text: str
    sources: tuple[Source, ...]
    #: Words of ours at the end of ``text`` that no source prints, a count; the rest is verified.
    added: str = ""
    #: Put together from records of the sources, duties or cells: the words between them are ours.
    composed: bool = False
    #: The whole is calculated from the cited cells, and was checked where it was calculated.
    computed: bool = False


def citation_text(document: Document, display: str) -> str:
    """The reference as documents cite it: 《…》(余府发〔2023〕19号)二、(五)13."""
    number = f"({document.document_number})" if document.document_number else ""
    return f"{quoted_title(short_title(document))}{number}{display}"


def quoted_title(title: str) -> str:
    """A title in 书名号; those inside it become 〈〉."""
    return f"《{title.replace('《', '〈').replace('》', '〉')}》"


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of ``text``; together they cover it."""
    return [m.span() for m in _SENTENCE.finditer(text) if m[0].strip()]


def _own_text(clause: Clause) -> str:
    """The clause without its closing duty bracket."""
    return clause.text[: m.start()] if (m := _DUTY_BRACKET.search(clause.text)) else clause.text


def source_of(document: Document, clause: Clause, start: int, end: int) -> Source:
    """The narrowest address that holds ``clause.text[start:end]``: a 款 where the clause has several, else the clause."""
    quote = clause.text[start:end].strip()
    several = len(clause.paragraphs) > 1
    if several and label_kind(clause.path.last)[0] in ("article", "preface", "notice"):
        position = 0
        for number, paragraph in enumerate(clause.paragraphs, start=1):
            if position <= start and end <= position + len(paragraph.text) + 1:
                path = clause.path.child(f"第{number}款")
                display = (
                    f"{clause.display}第{chinese_numeral(number)}款"
                    if clause.label
                    else f"{clause.display}第{number}段"
                )
                return Source(document, path, paragraph.text, quote, display, clause.chapter, clause.heading)
            position += len(paragraph.text) + 1
    return Source(document, clause.path, clause.text, quote, clause.display, clause.chapter, clause.heading)


def best_run(
    query: str,
    expansion: str,
    clause: Clause,
    encode_query: Encode,
    encode: Encode,
    asks: frozenset[str],
    budget: int = MAX_RUN,
) -> tuple[int, int]:
    """The run of neighbouring sentences of ``clause`` that answers best, at most about ``budget`` characters."""
    text = _own_text(clause)
    opening = _after_addressees(clause)
    if len(text) - opening <= _SHORT_CLAUSE:
        return opening, len(text.rstrip())
    spans = [span for span in sentences(text) if span[0] >= opening]
    if len(spans) == 1:
        return spans[0]
    pieces = [text[a:b] for a, b in spans]
    dense = encode(pieces) @ encode_query([query])[0]
    asked, extra = content_marks(query), content_marks(expansion)
    scores = []
    for i, piece in enumerate(pieces):
        marks = content_marks(piece)
        overlap = len(asked & marks) / (len(asked) or 1)
        wider = len(extra & marks) / (len(extra) or 1) if extra else 0.0
        score = float(dense[i]) + 1.5 * overlap + 0.8 * wider
        if {"number", "money"} & asks and quantities(piece):
            score += 0.15
        if "who" in asks and _WHO_SENTENCE.search(piece):
            score += 0.2
        if "definition" in asks and _DEFINES.search(piece):
            score += 0.3
        if i == 0 and len(bare(piece)) < 25:
            score -= 0.15  # The clause's heading, printed as its first sentence.
        scores.append(score)
    best = int(np.argmax(scores))
    first = last = best
    while True:
        options = [j for j in (first - 1, last + 1) if 0 <= j < len(spans)]
        options = [
            j
            for j in options
            if spans[max(last, j)][1] - spans[min(first, j)][0] <= budget and scores[j] >= _JOINS * scores[best]
        ]
        if not options:
            break
        j = max(options, key=lambda k: scores[k])
        first, last = min(first, j), max(last, j)
    start, end = spans[first][0], spans[last][1]
    return start, len(text[:end].rstrip())


def _after_addressees(clause: Clause) -> int:
    """Where a notice's own words begin: behind 各县(区)人民政府…:"""
    first = clause.paragraphs[0].text
    if clause.label or len(clause.paragraphs) == 1 or not first.endswith((":", "：")):
        return 0
    return len(first) + 1


def without_label(text: str) -> str:
    return _LABEL.sub("", text, count=1)


def state_clause(
    document: Document,
    clause: Clause,
    query: str,
    expansion: str,
    encode_query: Encode,
    encode: Encode,
    asks: frozenset[str],
    budget: int = MAX_RUN,
) -> Draft:
    """What ``clause`` says on ``query``, verbatim."""
    start, end = best_run(query, expansion, clause, encode_query, encode, asks, budget)
    source = source_of(document, clause, start, end)
    return Draft(without_label(source.quote).strip(), (source,))


def state_duties(document: Document, clause: Clause) -> Draft | None:
    """Who must act under ``clause``: the printed bracket, and organs that an earlier scope note adds."""
    duties = [d for d in document.duties if d.path == clause.path]
    bracket = _DUTY_BRACKET.search(clause.text)
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
    return Draft(text, tuple(sources), composed=True)


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
    for child in children:
        end = len(child.text.rstrip())
        text = _own_text(child)
        if child.heading and (not whole or len(text) > 90):
            at = child.text.find(child.heading)
            source = (
                source_of(document, child, max(at, 0), max(at, 0) + len(child.heading))
                if at >= 0
                else source_of(document, child, 0, end)
            )
            shown = f"{child.label}{child.heading}"
        else:
            stop = len(text.rstrip()) if len(text) <= 120 else sentences(text)[0][1]
            source = source_of(document, child, 0, stop)
            shown = child.text[:stop].strip()
        drafts.append(Draft(shown.rstrip(";；"), (source,)))
    position = 0
    for number, paragraph in enumerate(clause.paragraphs):
        if number > leading and paragraph.start > children[0].start:
            drafts.append(
                Draft(paragraph.text, (source_of(document, clause, position, position + len(paragraph.text)),))
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
