"""What a document says of itself, and what its page says of it. What neither says stays ``None``.

``read_metadata`` weighs the evidence; the order for each fact is written where it is read. DESIGN.md, section 3,
gives the words; validity is stated only from a recorded source, with that source.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest import patterns
from ingest.addressees import read_addressees
from ingest.dates import is_date_line, is_history_line, read_date, read_fact_date, read_history
from ingest.issuers import read_issuers
from ingest.metadata_record import Metadata
from ingest.own_number import OwnNumber, own_number
from ingest.page_facts import fact_values, facts_of_lines, is_fact_line
from ingest.patterns import squash
from ingest.signatures import Signature, find_signatures, read_signature
from ingest.split import Segment
from ingest.titles import document_type, strip_title_noise
from ingest.validity import read_effective, read_relations, read_validity


@dataclass(frozen=True)
class Evidence:
    """The texts that tell of one document, as its splitter sorted them. All but ``title`` may be empty.

    ``head`` is printed around the title before the text (letterhead, page facts, number line, history); ``lines`` are
    those after the title in printed order, signatures and imprint among them; ``clauses`` are (path, text).
    """

    title: str
    title_lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    clauses: tuple[tuple[str, str], ...] = ()
    attached_title: str | None = None
    openness: str | None = None
    #: The file's name without its ending, the page's own title.
    names: tuple[str, ...] = ()


#: How many of the last lines may hold page facts (主题词, 信息索取号 …).
_TAIL = 24


def read_metadata(evidence: Evidence) -> Metadata:
    """All that the evidence tells of one document. Linear in its length."""
    # No title is longer; what is, is a paragraph taken for one.
    e = replace(evidence, title=evidence.title[:400], title_lines=tuple(t[:400] for t in evidence.title_lines))
    opening = _opening(e)
    head = (*e.head, *opening)
    rest = e.lines[max(len(opening), len(e.lines) - _TAIL) :]
    facts = (*e.facts, *facts_of_lines(head), *facts_of_lines(rest))
    number = own_number(e.title_lines or (e.title,), head, facts, e.names)
    signature = _own_signature(e)
    history = read_history(head)
    order = number.order if number else None
    signed_on = (
        _number_date(number, head) or signature.signed_on or _head_date(e, opening) or _first_date(facts, "signed")
    )
    own_titles = tuple(t for t in (e.title, e.attached_title) if t)
    effective = read_effective(e.clauses, head, own_titles)
    events = {
        kind: next((h.on for h in history if h.kind == kind and h.on), None)
        for kind in ("adopted", "promulgated", "effective")
    }
    status, status_source = _recorded_status(facts, e.names)
    opened = fact_values(facts, "openness")
    return Metadata(
        document_number=number.number if number else None,
        document_number_raw=number.raw if number else None,
        order_number=order,
        issuers=read_issuers(
            e.title,
            signature.organs,
            head,
            facts,
            order if number and number.source != "name" else None,
            title_lines=e.title_lines,
        ),
        addressees=_addressees(e),
        document_type=document_type(e.title),
        signed_on=signed_on,
        adopted_on=events["adopted"],
        promulgated_on=events["promulgated"] or _first_date(facts, "promulgated"),
        published_on=_first_date(facts, "published"),
        effective_on=(effective.on if effective else None)
        or (events["effective"] if not effective else None)
        or _first_date(facts, "effective"),
        effective=effective,
        valid_for=read_validity(e.clauses, head, own_titles),
        history=history,
        openness=e.openness or (opened[0] if opened else None),
        index_number=_first(facts, "index"),
        subject=_first(facts, "subject"),
        keywords=tuple(re.split(r"[\s　、,，;；]+", _first(facts, "keywords") or ""))
        if _first(facts, "keywords")
        else (),
        recorded_status=status,
        status_source=status_source,
        relations=read_relations(e.clauses, e.title),
        facts=facts,
    )


def _opening(e: Evidence) -> tuple[str, ...]:
    """The lines behind the title that are still head: number, history, promulgation; up to the first clause."""
    opening: list[str] = []
    depth = 0  # of brackets: a history in brackets may be printed over many lines
    for index, line in enumerate(e.lines[:30]):
        if depth <= 0 and index >= 12:
            break
        depth += sum((c in "(（") - (c in ")）") for c in line)
        if re.match(r"\s*(?:第\s*[一二三四五六七八九十百]+\s*[章节条编]|[一二三四五六七八九十]+、|目\s*录)", line):
            break
        if len(squash(line)) > 60 and not is_history_line(line) and not is_fact_line(line):
            break
        opening.append(line)
    return tuple(opening)


def _own_signature(e: Evidence) -> Signature:
    """The signature of an order's cover or of a covering notice, where there is one, else the last one."""
    if of_order := next((s for s in find_signatures((*e.head[-8:], *e.lines[:12])) if s.by_person), None):
        return of_order
    signed = find_signatures(e.lines) or find_signatures(e.head[-8:])
    if signed and (e.attached_title or patterns.FORWARDED.search(squash(e.title))):
        return signed[0]
    closing = read_signature(e.lines)
    if closing and (closing.organs or not signed):
        return closing
    return signed[-1] if signed else Signature((), None, 0, 0)


def _number_date(number: OwnNumber | None, head: Sequence[str]) -> str | None:
    """The date printed beside the number: 余府发〔2023〕19号 2023年8月11日."""
    if number is None or number.line is None or is_history_line(head[number.line]):
        return None
    rest = head[number.line].rpartition("号")[2]
    return None if is_fact_line(rest) else read_date(rest)


def _head_date(e: Evidence, opening: Sequence[str]) -> str | None:
    """A date alone under the title, or in brackets at its end: …的通知（2005年8月1日）."""
    for line in (*e.title_lines[-1:], *opening[:4]):
        bracket = re.search(r"[)）]?[(（]([^()（）]{8,16})[)）]\s*\Z", line)
        if is_date_line(line) or (bracket and is_date_line(bracket[1]) and document_type(line[: bracket.start()])):
            return read_date(bracket[1] if bracket else line)
    return None


def _first(facts: Sequence[tuple[str, str]], *keys: str) -> str | None:
    return next(iter(fact_values(facts, *keys)), None)


def _first_date(facts: Sequence[tuple[str, str]], *keys: str) -> str | None:
    return next((d for v in fact_values(facts, *keys) if (d := read_fact_date(v))), None)


def _recorded_status(facts: Sequence[tuple[str, str]], names: Sequence[str]) -> tuple[str | None, str | None]:
    for label, value in facts:
        if value in fact_values([(label, value)], "status"):
            return value, label
    marked = next((status for name in names if (status := strip_title_noise(name)[1])), None)
    return (marked, "标题") if marked else (None, None)


def _addressees(e: Evidence) -> str | None:
    for line in e.lines[:14]:
        if found := read_addressees(line):
            return found[0]
    return None


# ------------------------------------------------------------------------------------- kinds, titles, older callers


def read_kind(segment: Segment) -> str:
    """masthead, research, meeting, appointment or policy; ``other`` for text that is none of them."""
    title = squash(segment.title)
    if segment.is_masthead:
        return "masthead"
    if segment.section:
        return segment.section
    last = next((line.text for line in reversed(segment.body) if line.furniture is None), "")
    if patterns.AUTHOR_NOTE.search(last):
        return "research"
    if segment.number is None and patterns.MEETING.search(title):
        return "meeting"
    if patterns.APPOINTMENT.search(title):
        return "appointment"
    if segment.number or document_type(title) or any(patterns.ARTICLE.match(x.text) for x in segment.body):
        return "policy"
    return "other"


def attached_name(title: str) -> str | None:
    """What a forwarding notice forwards, by its own title, without 书名号."""
    match = patterns.FORWARDED.search(squash(title))
    return match["what"].strip("《》") if match else None
