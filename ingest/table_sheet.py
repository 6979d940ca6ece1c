"""A printed grid as a full rectangle: which cell covers each position, merged or not."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ingest.documents import Grid, GridCell
from ingest.patterns import squash

#: Positions a rectangle may have for each cell that is given. A real one rarely has more than five (the widest merged
#: head seen has 13 columns); a diagonal of cells would cost their number squared.
_POSITIONS_A_CELL = 40
_POSITIONS_AT_LEAST = 400


@dataclass(frozen=True)
class Sheet:
    """Rows of positions, each the cell that covers it (the same object where it is merged) or ``None``.

    Rows and columns without any text are left out. ``rows[r][c].text`` holds no white space.
    """

    rows: tuple[tuple[GridCell | None, ...], ...]

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def text(self, row: int, column: int) -> str:
        cell = self.rows[row][column]
        return cell.text if cell else ""

    def filled(self, row: int) -> list[GridCell]:
        """The cells with text of one row, each once, from the left."""
        return distinct(self.rows[row])

    def continues(self, row: int, column: int) -> bool:
        """True where a cell with text reaches down into this position from the row above."""
        cell = self.rows[row][column]
        return bool(row and cell and cell.text and self.rows[row - 1][column] is cell)


def distinct(cells: Iterable[GridCell | None]) -> list[GridCell]:
    """The cells with text, each once, in the order given."""
    found: dict[int, GridCell] = {}
    for cell in cells:
        if cell is not None and cell.text:
            found.setdefault(id(cell), cell)
    return list(found.values())


def sheet_of(grid: Grid) -> Sheet | None:
    """The rectangle of ``grid``; ``None`` where its cells are too scattered to make one.

    Only rows and columns where a cell begins are kept, so that a span of a million costs nothing. Where two cells claim
    one position, the first of them in reading order has it.
    """
    cells = sorted((replace(c, text=squash(c.text)) for c in grid.cells), key=lambda c: (c.row, c.column))
    row_numbers = sorted({c.row for c in cells})
    column_numbers = sorted({c.column for c in cells})
    height, width = len(row_numbers), len(column_numbers)
    if height * width > _POSITIONS_A_CELL * len(cells) + _POSITIONS_AT_LEAST:
        return None
    held: list[list[GridCell | None]] = [[None] * width for _ in range(height)]
    for cell in cells:
        left = bisect_left(column_numbers, cell.column)
        right = bisect_left(column_numbers, cell.column + max(1, cell.column_span), left + 1)
        top = bisect_left(row_numbers, cell.row)
        for row in held[top : bisect_left(row_numbers, cell.row + max(1, cell.row_span), top + 1)]:
            if row[left] is not None:
                break
            for column in range(left, right):
                if row[column] is not None:
                    break
                row[column] = cell
    with_text = [row for row in held if any(c and c.text for c in row)]
    used = [i for i in range(width) if any((c := row[i]) and c.text for row in with_text)]
    return Sheet(tuple(tuple(row[i] for i in used) for row in with_text))
