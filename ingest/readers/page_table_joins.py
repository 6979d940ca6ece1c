"""Tables that go on over the page: their parts become one, repeated heads are set aside, broken rows mended."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.patterns import squash
from ingest.readers.page_lines import Line
from ingest.readers.page_tables import NEAR, PrintedTable


def join_tables(lines: Sequence[Line]) -> list[Line]:
    """Lines with a table that goes on over the page joined to its first part; a head printed again is set aside."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        if (
            isinstance(line.table, PrintedTable)
            and before is not None
            and isinstance(before.table, PrintedTable)
            and line.page == before.table.places[-1][0] + 1
            and _same_columns(before.table, line.table)
        ):
            _append(before.table, line.table)
            continue
        joined.append(line)
    return joined


def _same_columns(a: PrintedTable, b: PrintedTable) -> bool:
    if len(a.columns) != len(b.columns):
        return False
    shift = b.columns[0] - a.columns[0]
    return all(abs(y - x - shift) <= 2 * NEAR for x, y in zip(a.columns, b.columns, strict=True))


def _append(table: PrintedTable, more: PrintedTable) -> None:
    n_head = _repeated_rows(table, more)
    for row in range(n_head):
        text = " ".join(t for r, _, _, _, t in more.cells if r == row and t)
        table.repeated.append((*more.places[row], text))
    if n_head < more.n_rows and _is_broken_row(table, more, n_head):
        _mend_row(table, more, n_head)
        n_head += 1
    offset = table.n_rows - n_head
    table.open_cells = {(r + offset, c) for r, c in more.open_cells if r >= n_head}
    table.cells += [(r + offset, c, rs, cs, text) for r, c, rs, cs, text in more.cells if r >= n_head]
    table.places += more.places[n_head:]


def _is_broken_row(table: PrintedTable, more: PrintedTable, row: int) -> bool:
    """Whether a row of ``more`` goes on with the last row of ``table``.

    Every text of it must follow a text that fills its cell and ends no sentence; its own cells reach no lower row.
    """
    last = table.n_rows - 1
    before = {c: (r, cs) for r, c, rs, cs, _ in table.cells if r + rs - 1 == last}
    filled = False
    for r, c, rs, cs, text in more.cells:
        if r == row and text:
            filled = True
            if rs > 1 or c not in before or before[c][1] != cs or (before[c][0], c) not in table.open_cells:
                return False
    return filled


def _mend_row(table: PrintedTable, more: PrintedTable, row: int) -> None:
    rest = {c: text for r, c, _, _, text in more.cells if r == row and text}
    last = table.n_rows - 1
    table.cells = [
        (r, c, rs, cs, text + rest[c] if r + rs - 1 == last and c in rest else text)
        for r, c, rs, cs, text in table.cells
    ]


def _repeated_rows(table: PrintedTable, more: PrintedTable) -> int:
    """How many rows at the head of ``more`` are those at the head of ``table``, word for word; all but the last row."""

    def row_of(t: PrintedTable, row: int) -> list[tuple[int, int, int, str]]:
        return [(c, rs, cs, squash(text)) for r, c, rs, cs, text in t.cells if r == row]

    n = 0
    while n < min(table.n_rows, more.n_rows - 1, 4):
        head = row_of(table, n)
        if head != row_of(more, n) or not any(text for *_, text in head):
            break
        n += 1
    # A merged head cell that reaches below the rows that are the same was not repeated whole.
    while n and any(r < n < r + rs for r, _, rs, _, _ in more.cells):
        n -= 1
    return n


def number_rows(line: Line) -> int:
    """Gives the rows of a table their line numbers from ``line.number`` on; how many there are."""
    table = line.table
    if not isinstance(table, PrintedTable):
        return 1
    table.places = [(line.page, line.number + i) for i in range(table.n_rows)]
    return table.n_rows
