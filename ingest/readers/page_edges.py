"""Where the columns of pages begin and end, which says of a line whether it is indented, short or centred."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.readers.page_lines import Line

#: A paragraph, or an item of a list, may end so.
CLOSED = re.compile(r"[。！？!?；;：:…][\"”’』」》)）]*$")
#: No page that has one column is filled less by it.
_NARROWEST = 0.45
#: A page may lack first lines or full lines; its edges then differ from those of its like by so many characters at most.
_INDENT = 4.5


@dataclass(frozen=True)
class _Edges:
    left: float
    right: float
    #: Lines break at the right edge, so that it is one.
    is_wrapped: bool
    is_even: bool


def measure_columns(pages: Sequence[Sequence[Line]], widths: Sequence[float]) -> None:
    """Sets ``left`` and ``right`` of each line: measured on its page, and on like pages where it has too few lines."""
    groups: dict[tuple[int, tuple[int, int]], list[Line]] = defaultdict(list)
    for i, lines in enumerate(pages):
        for line in lines:
            if line.furniture is None:
                groups[i, line.column].append(line)
    like: dict[tuple[int, tuple[int, int]], list[_Edges]] = defaultdict(list)
    own: dict[tuple[int, tuple[int, int]], _Edges] = {}
    for (i, column), lines in groups.items():
        own[i, column] = _edges(lines, is_even=i % 2 == 1)
        like[round(widths[i]), column].append(own[i, column])
    for (i, column), lines in groups.items():
        em = median(a.size for a in lines)
        left, right = _settled(own[i, column], like[round(widths[i]), column], em)
        if column[1] == 1 and not any(e.is_wrapped for e in like[round(widths[i]), column]):
            # A few short lines under each other are a list, not a type area that narrow.
            right = max(right, left + _NARROWEST * widths[i])
        for line in lines:
            line.left, line.right = left, right


def _settled(own: _Edges, every: Sequence[_Edges], em: float) -> tuple[float, float]:
    """The edges of a column, corrected by those of like pages. Left and right pages may have their own margins."""
    wrapped = [e for e in every if e.is_wrapped]
    held = [e for e in wrapped if e.is_even == own.is_even] or wrapped or every
    usual_left, usual_right = median(e.left for e in held), median(e.right for e in held)
    if not own.is_wrapped:
        return min(own.left, usual_left), max(own.right, usual_right)
    return (
        usual_left if 0 < own.left - usual_left < _INDENT * em else own.left,
        usual_right if 0 < usual_right - own.right < _INDENT * em else own.right,
    )


def _edges(lines: Sequence[Line], *, is_even: bool) -> _Edges:
    """Where full lines begin and end. Long lines say it: a site's menu or a stamp may stand further out."""
    texts = [a for a in lines if a.table is None]
    # A page with little but a table is as wide as its table.
    lines = texts if len(texts) >= 4 else lines
    longest = max(a.x1 - a.x0 for a in lines)
    full = [a for a in lines if a.x1 - a.x0 > 0.7 * longest]
    em = median(a.size for a in lines)
    # Marks that hang out of the type area are fewer than that.
    need = 1 if len(full) < 4 else max(2, len(full) // 5)
    starts, ends = sorted(a.x0 for a in full), sorted(a.x1 for a in full)
    left = next((x for x in starts if bisect_left(starts, x + 0.5 * em) - bisect_left(starts, x) >= need), starts[0])
    right = next(
        (x for x in reversed(ends) if bisect_right(ends, x) - bisect_right(ends, x - 0.6 * em) >= need), ends[-1]
    )
    at_edge = [a for a in full if right - a.x1 < 2.2 * em]
    # A page of few paragraphs has more first lines than others: what follows a full line says where lines begin.
    for before, line in pairwise(lines):
        is_full = right - before.x1 < 2.2 * em and abs(before.x0 - left) < 0.5 * em
        if is_full and 1.3 * em < before.x0 - line.x0 < 2.7 * em:
            left = line.x0
            break
    return _Edges(left, right, sum(not CLOSED.search(a.text) for a in at_edge) >= 2, is_even)
