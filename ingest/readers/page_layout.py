"""Pages of positioned text become a ``ReadText``: reading order, furniture aside, natural paragraphs whole.

PDF, OFD and recognised scans differ only in how they give their glyphs; from there on they are read here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ingest.documents import ReadText
from ingest.readers.assembling import TextBuilder
from ingest.readers.page_columns import reading_order
from ingest.readers.page_edges import measure_columns
from ingest.readers.page_furniture import mark_furniture, mark_reprinted
from ingest.readers.page_lines import Box, Line, Page, lines_of, runs_of
from ingest.readers.page_paragraphs import Block, paragraphs_of
from ingest.readers.page_table_joins import join_tables, number_rows
from ingest.readers.page_tables import PrintedTable, take_tables


class PageReader:
    """Takes pages in any order, keeping only their runs, and gives the text of all of them."""

    def __init__(self) -> None:
        self._pages: dict[int, tuple[Page, list[Box]]] = {}

    def add(self, page: Page) -> None:
        """Takes a page in, instead of the one that had its number before."""
        tables, glyphs = take_tables(page)
        self._pages[page.number] = (replace(page, glyphs=[], rulings=[]), [*runs_of(glyphs), *tables])

    def write(self, builder: TextBuilder) -> ReadText:
        """The text of all pages in the order of their numbers, written into ``builder``."""
        held = [self._pages[n] for n in sorted(self._pages)]
        sheets = [sheet for sheet, _ in held]
        ordered = _ordered([boxes for _, boxes in held], sheets)
        measure_columns(ordered, [p.width for p in sheets])
        flow = join_tables([line for lines in ordered for line in lines if line.furniture is None])
        tables_written = _write(paragraphs_of(flow), ordered, sheets, builder)
        return _with_row_places(builder.finish(), tables_written)


def _ordered(boxes: Sequence[list[Box]], sheets: Sequence[Page]) -> list[list[Line]]:
    """Each page's lines in reading order, numbered from 1; what is furniture is marked.

    Heads and page numbers are found first, by the rows across the whole page, and take no part in the columns.
    """
    rows = [lines_of(held) for held in boxes]
    mark_furniture(rows, [p.height for p in sheets])
    asides = [[a for a in lines if a.furniture] for lines in rows]
    bodies = []
    for held, aside in zip(boxes, asides, strict=True):
        taken = {id(b) for a in aside for b in a.boxes}
        bodies.append([b for b in held if id(b) not in taken])
    known = _common([g for body in bodies for g in reading_order(body)[1]])
    pages: list[list[Line]] = []
    for sheet, body, aside in zip(sheets, bodies, asides, strict=True):
        lines, _ = reading_order(body, known)
        first = min((a.top for a in lines), default=0.0)
        lines = [a for a in aside if a.top <= first] + lines + [a for a in aside if a.top > first]
        number = 1
        for line in lines:
            line.page, line.number = sheet.number, number
            number += number_rows(line)
        pages.append(lines)
    mark_reprinted(pages)
    return pages


def _common(gutters: Sequence[float]) -> list[float]:
    """Gutters that pages agree on within a few points, the most frequent first."""
    counted = Counter(round(g / 6) for g in gutters)
    return [next(g for g in gutters if round(g / 6) == key) for key, _ in counted.most_common(4)]


def _write(
    blocks: Sequence[Block], pages: Sequence[Sequence[Line]], sheets: Sequence[Page], builder: TextBuilder
) -> list[PrintedTable]:
    """Writes paragraphs and tables, and the furniture of each page after the paragraph that the page's end interrupts."""
    tables: list[PrintedTable] = []
    waiting = list(zip(sheets, pages, strict=True))

    def write_asides(before_page: int) -> None:
        while waiting and waiting[0][0].number < before_page:
            sheet, lines = waiting.pop(0)
            for line in lines:
                if line.furniture:
                    builder.furniture(line.furniture, line.text, page=line.page, line=line.number)
            for kind, text in sheet.asides:
                builder.furniture(kind, text, page=sheet.number)

    for block in blocks:
        first = block.lines[0]
        write_asides(first.page)
        if block.gap:
            builder.blank()
        if isinstance(first.table, PrintedTable):
            builder.grid(first.table.cells, page=first.page, line=first.number)
            tables.append(first.table)
            for page, number, text in first.table.repeated:
                builder.furniture("repeated_line", text, page=page, line=number)
        else:
            pieces = [(a.text, a.page, a.number) for a in block.lines]
            builder.printed_lines(pieces, centred=block.centred, bold=block.bold)
    write_asides(before_page=10**9)
    return tables


def _with_row_places(read: ReadText, tables: Sequence[PrintedTable]) -> ReadText:
    """``read`` with the page and line of each table row, which a table over several pages has in several places."""
    places: dict[int, tuple[int, int]] = {}
    for grid, table in zip(read.grids, tables, strict=True):
        rows = sorted({row for row, *_ in table.cells})
        starts = [a.start for a in read.lines if grid.start <= a.start < grid.end]
        places.update(zip(starts, (table.places[row] for row in rows), strict=False))
    lines = tuple(
        replace(a, page=places[a.start][0], line=places[a.start][1]) if a.start in places else a for a in read.lines
    )
    return replace(read, lines=lines)
