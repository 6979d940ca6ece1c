"""Several documents printed one after the other in one file, without numbers: they come apart where articles begin anew."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest import patterns
from ingest.dates import find_dates
from ingest.layout import Line
from ingest.patterns import squash
from ingest.settling import settle_labels
from ingest.title_search import LETTERHEAD, is_titlelike
from ingest.titles import document_type

#: How many lines may stand between a title and its first article: number, history, 目录, 第一章.
_BETWEEN = 60
#: A title right above 第一条 needs no other sign; a longer way down passes only over what stands there.
_HISTORY = re.compile(r"[(（].{4,}[)）]$|(?:通过|公布|发布|施行|修订|修正|批准)[。)）]?$")


def document_starts(lines: Sequence[Line]) -> list[int]:
    """Indices of the titles of further documents among ``lines``, the text of one numbered or named document.

    A further document is a title that names its kind, with 第一条 below it and nothing but its own head between, behind
    a text that has had its articles. An annex is none: it has its mark (附件2) above the title.
    """
    printed = [(i, x) for i, x in enumerate(lines) if x.furniture is None]
    if not printed:
        return []
    where = {x.start: i for i, x in printed}
    settled = settle_labels([x for _, x in printed])
    starts: list[int] = []
    has_articles = False
    for at, line in enumerate(settled):
        if line.label is None or line.label.kind != "article":
            continue
        if line.label.number == 1 and not line.label.suffix and has_articles:
            title = _title_above(settled, at)
            if title is not None and settled[title].start in where:
                starts.append(where[settled[title].start])
        has_articles = True
    return starts


def _title_above(lines: Sequence[Line], at: int) -> int | None:
    """The first line of the title above the article at ``at``; ``None`` where there is none, or where it is an annex's."""
    for i in range(at - 1, max(-1, at - _BETWEEN), -1):
        line = lines[i]
        if line.is_table_row:
            return None
        compact = squash(line.text)
        if line.label is not None and line.label.kind == "article":
            return None
        if is_titlelike(line.text) and document_type(compact) and not LETTERHEAD.fullmatch(compact):
            if patterns.PART_HEADING.match(line.text) or _HISTORY.search(compact):
                continue
            first = _first_line(lines, i)
            above = lines[first - 1] if first else None
            if above is not None and patterns.ANNEX_HEAD.match(above.text):
                return None
            return first
    return None


def _first_line(lines: Sequence[Line], last: int) -> int:
    """深圳市…办法 may be broken over two or three lines."""
    first = last
    while first > 0 and last - first < 3:
        above = lines[first - 1]
        if above.label is not None or above.is_table_row or not is_titlelike(above.text) or document_type(above.text):
            break
        if len(squash(above.text)) < 8 or find_dates(above.text):
            break
        if lines[first].gap and not above.centred:
            break
        first -= 1
    return first
