"""Which lines of a page are not its text: running heads, page numbers, lines that a printer printed twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

from ingest.patterns import squash
from ingest.readers.page_lines import Line

#: 12, — 3 —, ·10·, 第 3 页, 第3页 共10页, 3/10, 1 of 5, Page 3. Miss: 12., 2023年
PAGE_NUMBER = re.compile(
    r"[-—–―─·•・.\s]*(?:第\s*)?(?:[Pp]age\s*)?(?P<n>\d{1,4})\s*页?(?:[\s,,、/／]*(?:of|共|总)?\s*\d{1,4}\s*页?)?[-—–―─·•・.\s]*$"
)
#: A head that pages repeat because each opens a new annex, part or article, not because they were printed with it.
_OPENING = re.compile(
    r"附\s*[件表录]?\s*[\d一二三四五六七八九十]*\s*[:：]?$|第[\d一二三四五六七八九十百千#]+[编章节条]|目\s*录$"
)
#: What a browser prints above and below a page: 2015/11/13 14:41 …, https://…/t1.html, with 1/3 at the end or not.
_BROWSER = re.compile(
    r"\d{1,4}[/年.-]\d{1,2}[/月.-]\d{1,4}日?[,，\s]*(?:[上下]午\s*)?\d{1,2}:\d{2}|(?:https?|file)://\S+\s*(?:\d+\s*/\s*\d+)?$"
)
#: So many rows from the page's edge may be furniture.
_ROWS = 3
#: The outer part of a page's height, where a page number may stand alone.
_EDGE = 0.13


def mark_furniture(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> None:
    """Sets ``furniture`` of the lines (rows across each page, in any order) that are heads or page numbers."""
    edges = [_edge_lines(lines) for lines in pages]
    _mark_running_heads(edges, heights)
    _mark_page_numbers(pages, heights)
    for lines in edges:
        _unmark_inner(lines)


def _unmark_inner(lines: Sequence[tuple[Line, str]]) -> None:
    """Lines that repeat with text of the body outside of them are body themselves: fields of a form on every page."""
    outer: set[int] = set()
    for edge in ("top", "bottom"):
        is_outer, row = True, None
        held: list[Line] = []
        for line in [a for a, e in lines if e == edge]:
            middle = (line.top + line.bottom) / 2
            if row is None or abs(middle - row) > 0.6 * line.size:
                is_outer = is_outer and all(a.furniture is not None for a in held)
                row, held = middle, []
            held.append(line)
            if is_outer:
                outer.add(id(line))
    for line, _ in lines:
        if id(line) not in outer:
            line.furniture = None


def _edge_lines(lines: Sequence[Line]) -> list[tuple[Line, str]]:
    """Lines of the outermost rows of a page, and which edge they stand at."""
    texts = [a for a in lines if a.table is None]
    found: list[tuple[Line, str]] = []
    for edge, ordered in (
        ("top", sorted(texts, key=lambda a: a.top)),
        ("bottom", sorted(texts, key=lambda a: -a.bottom)),
    ):
        rows, last = 0, None
        for line in ordered:
            middle = (line.top + line.bottom) / 2
            if last is None or abs(middle - last) > 0.6 * line.size:
                rows, last = rows + 1, middle
            if rows > _ROWS:
                break
            found.append((line, edge))
    return found


def _key(text: str) -> str:
    return re.sub(r"\d+", "#", squash(text))


def _mark_running_heads(edges: Sequence[Sequence[tuple[Line, str]]], heights: Sequence[float]) -> None:
    """A line that stands at the same height of many pages, digits apart; odd and even pages may have their own."""
    n = len(edges)
    groups: dict[tuple[str, str], list[tuple[int, Line]]] = defaultdict(list)
    for page, lines in enumerate(edges):
        for line, edge in lines:
            key = _key(line.text)
            if (
                len(key) <= 120
                and key.strip("#-—–·")
                and key[-1] not in "。；，、："
                and not _OPENING.match(squash(line.text))
            ):
                groups[key, edge].append((page, line))
                outer = line.bottom < 0.06 * heights[page] or line.top > 0.94 * heights[page]
                if outer and _BROWSER.search(line.text):
                    line.furniture = "running_head"
    for held in groups.values():
        for same in _at_one_height(held, heights):
            on_pages = {page for page, _ in same}
            outer = all(
                line.bottom < _EDGE * heights[page] or line.top > (1 - _EDGE) * heights[page] for page, line in same
            )
            # Two pages of a short file show a head only at their very edge and word for word.
            if len(on_pages) >= max(3, 0.2 * n) or (n <= 5 and len(on_pages) == 2 and outer):
                for _, line in same:
                    line.furniture = "page_number" if PAGE_NUMBER.match(line.text) else "running_head"


def _at_one_height(held: Sequence[tuple[int, Line]], heights: Sequence[float]) -> list[list[tuple[int, Line]]]:
    """Groups of lines whose distance from the page's upper edge is about the same."""
    groups: list[list[tuple[int, Line]]] = []
    for page, line in sorted(held, key=lambda h: h[1].top):
        if groups and abs(groups[-1][-1][1].top - line.top) < 0.6 * line.size:
            groups[-1].append((page, line))
        else:
            groups.append([(page, line)])
    return groups


def _mark_page_numbers(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> None:
    """Numbers alone at the edge; a bare number must also stand outside the text or count along with the pages."""
    candidates: list[tuple[int, Line, int]] = []
    for page, lines in enumerate(pages):
        for line, _ in _edge_lines([a for a in lines if a.furniture != "running_head"]):
            match = PAGE_NUMBER.match(line.text)
            if match and line.furniture is None and not _shares_row(line, lines):
                candidates.append((page, line, int(match["n"])))
    offsets: dict[int, set[int]] = defaultdict(set)
    for page, _, n in candidates:
        offsets[n - page].add(page)
    for page, line, n in candidates:
        outer = line.bottom < _EDGE * heights[page] or line.top > (1 - _EDGE) * heights[page]
        counted = len(offsets[n - page]) >= 3
        dressed = not line.text.strip().isdigit()
        if outer or counted or (dressed and len(pages) > 1):
            line.furniture = "page_number"


def _shares_row(line: Line, lines: Sequence[Line]) -> bool:
    """Whether other text of the body stands on the same row (a cell of a table set with white space)."""
    return any(
        other is not line
        and other.table is None
        and other.furniture is None
        and abs((other.top + other.bottom) - (line.top + line.bottom)) < line.size
        for other in lines
    )


def mark_reprinted(pages: Sequence[Sequence[Line]]) -> None:
    """Sets ``furniture`` of lines at the head of a page that are the last of the page before, word for word.

    Pages are in reading order. A driver that prints a web page by screens lets them overlap, at most page ends
    (医疗机构管理条例实施细则, printed from a ministry's site); a single repeat is the author's.
    """
    found = [lines for before, after in pairwise(pages) if (lines := _reprinted(before, after))]
    if len(found) >= max(2, len(pages) / 3):
        for lines in found:
            for line in lines:
                line.furniture = "repeated_line"


def _reprinted(before: Sequence[Line], after: Sequence[Line]) -> list[Line]:
    last = [a for a in before if a.furniture is None and a.table is None][-_ROWS:]
    first = [a for a in after if a.furniture is None and a.table is None][:_ROWS]
    for n in range(min(len(last), len(first)), 0, -1):
        pairs = [(squash(x.text), squash(y.text)) for x, y in zip(last[-n:], first[:n], strict=True)]
        if all(x == y and len(x) >= 6 for x, y in pairs):
            return first[:n]
    return []
