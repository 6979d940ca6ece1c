"""What a document says of itself: issuer, date, kind, openness. What it does not say stays ``None``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from ingest import patterns
from ingest.layout import Line
from ingest.numerals import read_numeral
from ingest.patterns import squash, tidy
from ingest.split import Segment

_ORGAN = re.compile(
    r"^[一-鿿、\s]{2,40}(?:人民政府|办公厅|办公室|委员会|管委会|人民法院|人民检察院|[一-鿿]{1,12}(?:局|厅|部|委|院|署|行|会|中心))$"
)


def read_date(text: str) -> str | None:
    """The first date in ``text`` as ISO 8601, in Arabic or Chinese numerals; ``None`` for none, or for 2月30日."""
    compact = squash(text)
    match = patterns.DATE.search(compact) or patterns.DATE_CHINESE.search(compact)
    if not match:
        return None
    try:
        return date(*(read_numeral(match[k]) for k in "ymd")).isoformat()
    except ValueError:
        return None


def read_issuer(title: str) -> str | None:
    """The organ that the title names first; ``None`` when it names none."""
    match = patterns.ISSUER.match(squash(title))
    return match["issuer"] if match else None


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
    if segment.number or patterns.TITLE_WORD.search(title) or any(patterns.ARTICLE.match(x.text) for x in segment.body):
        return "policy"
    return "other"


def attached_name(title: str) -> str | None:
    """What a forwarding notice forwards, by its own title, without 书名号."""
    match = patterns.FORWARDED.search(squash(title))
    return match["what"].strip("《》") if match else None


def is_attached_title(line: Line, names: Sequence[str]) -> bool:
    """True for a line that is nothing but the title of the forwarded document."""
    compact = squash(line.text)
    return any(compact == name or compact == f"《{name}》" for name in names)


def signature(lines: Sequence[Line]) -> tuple[int, str | None, str | None]:
    """The closing signature (落款) of a text: how many of the last lines it takes, the organ and the date."""
    n, organ, signed_on = 0, None, None
    for line in reversed(lines[-3:]):
        compact = squash(line.text)
        if signed_on is None and organ is None and len(compact) <= 14 and read_date(compact):
            signed_on, n = read_date(compact), n + 1
        elif signed_on is not None and organ is None and _ORGAN.match(compact) and len(compact) <= 40:
            organ, n = tidy(line.text), n + 1
        else:
            break
    return n, organ, signed_on
