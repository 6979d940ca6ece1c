"""Which tables of a page hold data and which only lay it out, and the cells of those that hold data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

#: Elements that never show text.
_UNSHOWN_TAGS = """
script style noscript template textarea select button input iframe object embed applet svg math canvas audio video
map head title meta link param noframes
"""
UNSHOWN = frozenset(_UNSHOWN_TAGS.split())
#: Elements that begin a new line.
_BLOCKS_TAGS = """
address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form
h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody td tfoot th
thead tr ul caption colgroup xmp listing multicol ucapcontent founder-content
"""
BLOCKS = frozenset(_BLOCKS_TAGS.split())
#: A span beyond these says nothing about a page that anyone reads.
_MAX_COLUMNS, _MAX_POSITIONS = 200, 500_000
_NOT_SHOWN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)
#: Classes that show an element on a telephone only, or to a screen reader only: what they hold stands elsewhere too.
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:pc-?hide|hide-?pc|hidden-pc|hidden-lg|visible-xs(?:-block|-inline)?|visible-sm|d-(?:md|lg)-none|"
    r"sr-only|visually-hidden|(?:only|show)-(?:mobile|phone|wap|m)|(?:mobile|phone|wap|m)-(?:only|show))(?:\s|$)",
    re.IGNORECASE,
)

Cell = tuple[int, int, int, int, str]


@dataclass
class TableShape:
    """What the survey of a page counts about one table; nested tables count in their cell's length only."""

    element: etree._Element
    rows: list[list[int]] = field(default_factory=list)
    n_nested: int = 0
    nested_length: int = 0
    has_heads: bool = False

    @property
    def is_grid(self) -> bool:
        """True for a table of data: at least two rows and two columns of text, none of which is the document itself."""
        filled = [[n for n in row if n] for row in self.rows]
        filled = [row for row in filled if row]
        lengths = [n for row in filled for n in row]
        total = sum(lengths)
        if self.element.get("role") == "presentation" or not total:
            return False
        if sum(1 for row in filled if len(row) >= 2) < (1 if self.has_heads else 2) or len(lengths) < 4:
            return False
        if self.n_nested and (self.nested_length > total / 2 or len(filled) < 3):
            return False
        # The document in one cell beside a margin, a menu or a heading row.
        return not (max(lengths) > 500 and max(lengths) > 0.6 * total)


def is_hidden(element: etree._Element) -> bool:
    """True when a browser on a desk shows nothing of ``element``."""
    if element.get("hidden") is not None:
        return True
    style, css = element.get("style"), element.get("class")
    return bool(style and _NOT_SHOWN.search(style)) or bool(css and _HIDDEN_CLASS.search(css))


def shown(root: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Walks ``root`` without what is never shown: (start, element), (end, element), (comment, node)."""
    walk = etree.iterwalk(root, events=("start", "end", "comment"))
    for event, element in walk:
        if event == "start" and element.tag in UNSHOWN:
            walk.skip_subtree()
            continue
        if event == "end" and element.tag in UNSHOWN:
            yield "skipped", element
            continue
        yield event, element


def survey_tables(root: etree._Element) -> dict[etree._Element, TableShape]:
    """The shape of every table under ``root``, in one walk."""
    shapes: dict[etree._Element, TableShape] = {}
    tables: list[TableShape] = []
    cells: list[tuple[TableShape, int]] = []

    def count(text: str | None) -> None:
        if text and cells:
            n = len("".join(text.split()))
            shape, row = cells[-1]
            shape.rows[row][-1] += n

    for event, element in shown(root):
        tag = element.tag if event in ("start", "end") else None
        if event == "start":
            if tag == "table":
                shapes[element] = TableShape(element)
                tables.append(shapes[element])
            elif tag == "tr" and tables:
                tables[-1].rows.append([])
            elif tag in ("td", "th") and tables:
                if not tables[-1].rows:
                    tables[-1].rows.append([])
                tables[-1].rows[-1].append(0)
                tables[-1].has_heads |= tag == "th"
                cells.append((tables[-1], len(tables[-1].rows) - 1))
            count(element.text)
        else:
            if tag in ("td", "th") and cells:
                cells.pop()
            elif tag == "table" and tables:
                closed = tables.pop()
                if tables:
                    length = sum(map(sum, closed.rows))
                    tables[-1].n_nested += 1 + closed.n_nested
                    tables[-1].nested_length += length
                    if cells:
                        shape, row = cells[-1]
                        shape.rows[row][-1] += length
            count(element.tail)
    return shapes


def table_cells(table: etree._Element) -> list[Cell] | None:
    """(row, column, row span, column span, text) of every cell; ``None`` where the spans make no table.

    Columns in which no cell begins are left out, so a span that only says "the whole width" stays as wide as the
    table is. A nested table's words belong to the cell that holds it.
    """
    found: list[Cell] = []
    for row, cells in enumerate(rows := list(_rows(table))):
        for column, cell in enumerate(cells):
            text = cell_text(cell)
            row_span = _span(cell, "rowspan") or len(rows)
            found.append((row, column, min(row_span, len(rows) - row), max(1, _span(cell, "colspan")), text))
    return _placed(found, len(rows))


def _rows(table: etree._Element) -> Iterator[list[etree._Element]]:
    """The cells of each row of ``table`` itself; rows stand in it or in its head, body and foot."""
    for child in table:
        if child.tag in ("thead", "tbody", "tfoot"):
            groups = [r for r in child if r.tag == "tr"]
        elif child.tag == "tr":
            groups = [child]
        elif child.tag == "caption" and cell_text(child):
            yield [child]
            continue
        else:
            continue
        for row in groups:
            cells = [c for c in row if c.tag in ("td", "th") and not is_hidden(c)]
            if not is_hidden(row):
                yield cells


def _span(cell: etree._Element, name: str) -> int:
    m = re.match(r"\s*(\d{1,6})", cell.get(name) or "1")
    return min(int(m[1]), 65_534) if m else 1


def _placed(cells: list[Cell], n_rows: int) -> list[Cell] | None:
    taken: dict[int, int] = {}
    placed: list[Cell] = []
    row, column = -1, 0
    for r, _, row_span, column_span, text in cells:
        if r != row:
            taken = {c: left - (r - row) for c, left in taken.items() if left > r - row}
            row, column = r, 0
        while column in taken:
            column += 1
        if column >= _MAX_COLUMNS:
            return None
        column_span = min(column_span, _MAX_COLUMNS - column)
        placed.append((r, column, row_span, column_span, text))
        for c in range(column, column + column_span):
            taken[c] = row_span
        column += column_span
    starts = sorted({c for _, c, _, _, _ in placed})
    if n_rows * len(starts) > _MAX_POSITIONS:
        return None
    index = {c: i for i, c in enumerate(starts)}
    return [(r, index[c], rs, max(1, sum(1 for s in starts if c <= s < c + cs)), text) for r, c, rs, cs, text in placed]


def cell_text(cell: etree._Element) -> str:
    """The words of a cell on one line; its paragraphs and line breaks are spaces."""
    parts: list[str] = []
    hidden = 0
    for event, element in shown(cell):
        if event == "comment":
            if not hidden:
                parts.append(element.tail or "")
            continue
        is_block = element.tag in BLOCKS or element.tag == "br"
        if event == "start":
            hidden += is_hidden(element)
            if not hidden:
                parts.append((" " if is_block else "") + (element.text or ""))
            continue
        if event == "end":
            hidden -= is_hidden(element)
        if element is not cell and not hidden:
            parts.append((" " if is_block else "") + (element.tail or ""))
    return " ".join("".join(parts).split())
