"""Is every character of a source accounted for? Counts what the documents hold of it, and names what they do not.

Counting is over intervals with NumPy, so that it stays linear whatever the spans are, and reads only what a document
says of itself (spans), never how the parser came to it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.documents import Clause, Document, Furniture, Paragraph, SourceFile
from ingest.patterns import squash

_SPACE = re.compile(r"\s+")
#: The bars of a Markdown table part its cells as the tabs of ours do.
_NOT_WORDING = re.compile(r"[\s|｜]+")
_HEADING_KINDS = ("part_heading",)


@dataclass(frozen=True)
class Place:
    """Characters ``source.text[start:end]`` and what they are."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Shares:
    """Counts of the characters of a source that are not white space; each is counted in exactly one class.

    A character in named furniture counts there also where a paragraph runs around it (a running head in the middle
    of a sentence). ``clause`` excludes headings and tables.
    """

    total: int
    clause: int
    heading: int
    title: int
    table: int
    furniture: int
    unaccounted: int
    #: Characters that two paragraphs, or two pieces of furniture, both hold.
    repeated: int
    furniture_kinds: dict[str, int] = field(default_factory=dict)
    unaccounted_places: tuple[Place, ...] = ()
    repeated_places: tuple[Place, ...] = ()
    #: Paragraphs whose text is not what their span prints, white space and table rules apart.
    altered: tuple[Place, ...] = ()

    @property
    def is_conserved(self) -> bool:
        return not (self.unaccounted or self.repeated or self.altered)

    @property
    def conserved(self) -> float:
        """Share of characters that are accounted for, 0 to 1; 1 for an empty text."""
        return 1.0 if not self.total else 1 - self.unaccounted / self.total

    def share(self, name: str) -> float:
        """Share (0 to 1) of ``clause``, ``heading``, ``title``, ``table``, ``furniture`` or ``unaccounted``."""
        return getattr(self, name) / self.total if self.total else 0.0

    def to_json(self) -> dict[str, Any]:
        """Counts, and the share of characters conserved; places as offsets."""
        names = ("total", "clause", "heading", "title", "table", "furniture", "unaccounted", "repeated")
        return {
            **{name: getattr(self, name) for name in names},
            "furniture_kinds": self.furniture_kinds,
            "conserved": round(self.conserved, 6),
            "unaccounted_places": [vars(p) for p in self.unaccounted_places],
            "repeated_places": [vars(p) for p in self.repeated_places],
            "altered": [vars(p) for p in self.altered],
        }


def account(source: SourceFile, documents: Sequence[Document]) -> Shares:
    """What every character of ``source.text`` is, by the documents parsed from it. Linear in its length."""
    return _account(source, documents, 0, len(source.text))


def account_alone(source: SourceFile, document: Document) -> Shares:
    """What the characters between a document's first and its last are; what lies there and is not its own is unaccounted."""
    spans = [(p.start, p.end) for c in document.clauses for p in c.paragraphs]
    spans += [(f.start, f.end) for f in document.furniture]
    return _account(source, [document], min((a for a, _ in spans), default=0), max((b for _, b in spans), default=0))


def _account(source: SourceFile, documents: Sequence[Document], first: int, end: int) -> Shares:
    text = source.text[first:end]
    paragraphs = [(c, p) for d in documents for c in d.clauses for p in c.paragraphs]
    furniture = sorted((f for d in documents for f in d.furniture), key=lambda f: (f.start, f.end))

    def cover(spans: Iterable[tuple[int, int]]) -> NDArray[np.int32]:
        return _cover(spans, first, end)

    in_paragraph = cover((p.start, p.end) for _, p in paragraphs)
    in_furniture = cover((f.start, f.end) for f in furniture)
    in_title = cover((f.start, f.end) for f in furniture if f.kind == "title") > 0
    in_part = cover((f.start, f.end) for f in furniture if f.kind in _HEADING_KINDS) > 0
    in_heading = cover(_heading_spans(source.text, documents)) > 0
    in_table = cover(_table_spans(source, documents, paragraphs)) > 0

    printed = ~_is_space(text)
    named = in_furniture > 0
    held = in_paragraph > 0
    own_heading = in_part | (in_heading & ~named)
    repeated = printed & ((in_paragraph > 1) | (in_furniture > 1))
    lost = printed & ~named & ~held

    def count(mask: NDArray[np.bool_]) -> int:
        return int(np.count_nonzero(mask & printed))

    return Shares(
        total=int(np.count_nonzero(printed)),
        clause=count(held & ~named & ~own_heading & ~in_table),
        heading=count(own_heading & ~in_title),
        title=count(in_title),
        table=count(held & ~named & ~own_heading & in_table),
        furniture=count(named & ~in_title & ~in_part),
        unaccounted=count(lost),
        repeated=count(repeated),
        furniture_kinds=_kinds(furniture, printed, first),
        unaccounted_places=_places(lost, text, first),
        repeated_places=_places(repeated, text, first),
        altered=tuple(_altered(source.text, [p for _, p in paragraphs], furniture)),
    )


def _kinds(furniture: Sequence[Furniture], printed: NDArray[np.bool_], first: int) -> dict[str, int]:
    """Printed characters of each kind of furniture that is neither title nor heading."""
    sums = np.concatenate(([0], np.cumsum(printed)))
    kinds: Counter[str] = Counter()
    for f in furniture:
        if f.kind != "title" and f.kind not in _HEADING_KINDS:
            start, end = (min(max(edge - first, 0), len(printed)) for edge in (f.start, f.end))
            kinds[f.kind] += int(sums[end] - sums[start])
    return dict(sorted(kinds.items()))


def _cover(spans: Iterable[tuple[int, int]], first: int, end: int) -> NDArray[np.int32]:
    """How many of ``spans`` hold each character from ``first`` to ``end``."""
    length = end - first
    edges = np.array(list(spans), dtype=np.int64).reshape(-1, 2) - first
    change = np.zeros(length + 1, dtype=np.int32)
    np.add.at(change, np.clip(edges[:, 0], 0, length), 1)
    np.add.at(change, np.clip(edges[:, 1], 0, length), -1)
    return np.cumsum(change[:length], dtype=np.int32)


def _is_space(text: str) -> NDArray[np.bool_]:
    mask = np.zeros(len(text), dtype=bool)
    for match in _SPACE.finditer(text):
        mask[match.start() : match.end()] = True
    return mask


def _heading_spans(text: str, documents: Sequence[Document]) -> Iterable[tuple[int, int]]:
    """The number and heading that open a clause, where its first paragraph prints them."""
    for document in documents:
        for clause in document.clauses:
            if clause.heading:
                yield _heading_span(text, clause)


def _heading_span(text: str, clause: Clause) -> tuple[int, int]:
    first = clause.paragraphs[0]
    heading = squash(clause.heading or "")
    # Behind its number, a heading has at most a mark or a bracket before it: 第一条【目的】.
    at = squash(first.text).find(heading, 0, len(squash(clause.label)) + len(heading) + 4)
    if at < 0:
        return first.start, first.start
    wanted, end = at + len(heading), first.start
    while wanted and end < first.end:
        wanted -= not text[end].isspace()
        end += 1
    return first.start, end


def _table_spans(
    source: SourceFile, documents: Sequence[Document], paragraphs: Sequence[tuple[Clause, Paragraph]]
) -> Iterable[tuple[int, int]]:
    """Rows of printed tables: grids that the reader saw, cells that were read, and paragraphs whose cells tabs part."""
    for grid in source.read.grids if source.read else ():
        yield grid.start, grid.end
    for document in documents:
        for table in document.tables:
            for cell in table.cells:
                yield cell.start, cell.end
    for _, paragraph in paragraphs:
        if "\t" in paragraph.text or paragraph.text.count("|") >= 3:
            yield paragraph.start, paragraph.end


def _places(mask: NDArray[np.bool_], text: str, first: int) -> tuple[Place, ...]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return tuple(Place(int(a) + first, int(b) + first, text[a:b]) for a, b in edges.reshape(-1, 2))


def _altered(text: str, paragraphs: Sequence[Paragraph], furniture: Sequence[Furniture]) -> Iterable[Place]:
    """Paragraphs that do not reproduce their span, the furniture printed inside it apart."""
    starts = [f.start for f in furniture]
    for paragraph in paragraphs:
        kept, position = [], paragraph.start
        # One piece before may reach into the paragraph.
        for i in range(max(0, bisect_left(starts, paragraph.start) - 1), len(furniture)):
            f = furniture[i]
            if f.start >= paragraph.end:
                break
            kept.append(text[position : max(position, f.start)])
            position = max(position, f.end)
        kept.append(text[position : max(position, paragraph.end)])
        if _NOT_WORDING.sub("", "".join(kept)) != _NOT_WORDING.sub("", paragraph.text):
            yield Place(paragraph.start, paragraph.end, paragraph.text)
