"""Tables of a docx: where each cell lies after merging, and which tables only hold a page together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.docx_package import attribute
from ingest.readers.docx_styles import number
from ingest.readers.zip_package import child, local

#: More columns than any page has; a span of a thousand million cells must not be laid out.
_MAX_COLUMNS = 200
#: Larger grids are read as text: every position of a grid is written.
_MAX_POSITIONS = 200_000
#: A cell that holds a document: so many paragraphs and characters, and most of what the table holds.
_PASTED_PARAGRAPHS, _PASTED_CHARACTERS, _PASTED_SHARE = 5, 300, 0.6
#: A table with a real table inside and no more filled cells than these is a frame.
_FRAME_CELLS = 4
#: 抄送：市教委教研室。, 上海市教育委员会办公室 | 2016年3月17日印发: the imprint at a document's end is drawn as a table.
_IMPRINT = re.compile(r"(?:主题词|抄\s*送|抄\s*报|主\s*送|分\s*送)\s*[:：]|.{0,40}\d\s*日\s*印发$")
_IMPRINT_CELLS = 6


@dataclass
class TableCell:
    """A cell and the elements that hold its content (several where cells are merged); rows and columns from 0."""

    row: int
    column: int
    row_span: int
    column_span: int
    elements: list[Any]
    #: What the reader made of the content: its blocks, and their paragraphs as text.
    blocks: list[Any] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    holds_grid: bool = False

    @property
    def n_characters(self) -> int:
        return sum(map(len, self.texts))


def _members(parent: Any, wanted: str) -> list[Any]:
    """The rows of a table or cells of a row, also those in content controls and inserted by a reviser."""
    found: list[Any] = []
    for element in parent:
        name = local(element)
        if name == wanted:
            found.append(element)
        elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
            found.extend(_members(element, wanted))
    return found


def table_cells(table: Any) -> list[TableCell]:
    """The cells of a ``w:tbl`` in reading order, merged ones once. Rows that a reviser deleted are left out."""
    found: list[TableCell] = []
    above: dict[int, TableCell] = {}
    row = 0
    for element in _members(table, "tr"):
        properties = child(element, "trPr")
        if child(properties, "del") is not None:
            continue
        column = max(0, min(number(attribute(child(properties, "gridBefore"))) or 0, _MAX_COLUMNS - 1))
        seen: dict[int, TableCell] = {}
        for cell in _members(element, "tc"):
            about = child(cell, "tcPr")
            span = max(1, min(number(attribute(child(about, "gridSpan"))) or 1, _MAX_COLUMNS - column))
            across, down = child(about, "hMerge"), child(about, "vMerge")
            if column >= _MAX_COLUMNS or (across is not None and attribute(across) != "restart" and seen):
                left = seen[max(seen)]
                left.column_span = min(left.column_span + span, _MAX_COLUMNS - left.column)
                left.elements.append(cell)
            elif down is not None and attribute(down) != "restart" and column in above:
                upper = above[column]
                upper.row_span = row - upper.row + 1
                upper.elements.append(cell)
                seen[column] = upper
            else:
                seen[column] = TableCell(row, column, 1, span, [cell])
                found.append(seen[column])
            column += span
        above = seen
        row += 1
    return found


def is_layout(cells: list[TableCell]) -> bool:
    """True for a table that is no table: one column, one row, a frame around a table, an imprint, a document pasted into a cell."""
    filled = [c for c in cells if c.n_characters or c.holds_grid]
    if len({c.column for c in filled}) <= 1 or len({c.row for c in filled}) <= 1:
        return True
    if any(c.holds_grid for c in filled) and len(filled) <= _FRAME_CELLS:
        return True
    if len(filled) <= _IMPRINT_CELLS and any(_IMPRINT.match(text) for c in filled for text in c.texts):
        return True
    if (max(c.row + c.row_span for c in cells)) * max(c.column + c.column_span for c in cells) > _MAX_POSITIONS:
        return True
    total = sum(c.n_characters for c in filled)
    largest = max(filled, key=lambda c: c.n_characters)
    return len(largest.texts) >= _PASTED_PARAGRAPHS and largest.n_characters >= max(
        _PASTED_CHARACTERS, _PASTED_SHARE * total
    )
