"""Builds a reader's text piece by piece, so that every span it reports is right by construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.documents import Finding, Furniture, Grid, GridCell, PrintedLine, ReadText
from ingest.patterns import squash


@dataclass
class TextBuilder:
    """Collects paragraphs, grids and furniture in reading order; ``finish`` gives the ``ReadText``."""

    is_paragraphed: bool = True
    facts: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _lines: list[PrintedLine] = field(default_factory=list)
    _grids: list[Grid] = field(default_factory=list)
    _furniture: list[Furniture] = field(default_factory=list)

    @property
    def position(self) -> int:
        """Where the next character will stand."""
        return self._length

    def _write(self, text: str) -> int:
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start

    def blank(self) -> None:
        """A blank line, which parts blocks."""
        self._write("\n")

    def paragraph(
        self,
        text: str,
        *,
        page: int | None = None,
        line: int | None = None,
        centred: bool = False,
        bold: bool = False,
        heading: int | None = None,
        indent: int = 0,
    ) -> int:
        """Writes one line (line feeds in ``text`` become spaces), ``indent`` spaces before it; where it starts."""
        text = " ".join(text.split("\n")).strip()
        if not text:
            return self._length
        self._write(" " * indent)
        start = self._write(text)
        self._lines.append(PrintedLine(start, self._length, page, line, centred, bold, heading))
        self._write("\n")
        return start

    def printed_lines(
        self, pieces: Sequence[tuple[str, int | None, int | None]], *, centred: bool = False, bold: bool = False
    ) -> int:
        """Writes one paragraph that the page broke over lines: pieces of (text, page, line), joined; where it starts.

        Words of Latin letters and digits keep a space where the line broke; Chinese text gets none.
        """
        first = self._length
        previous = ""
        for text, page, line in pieces:
            text = text.strip()
            if not text:
                continue
            if (
                previous
                and previous[-1].isascii()
                and previous[-1].isalnum()
                and text[0].isascii()
                and text[0].isalnum()
            ):
                self._write(" ")
            start = self._write(text)
            self._lines.append(PrintedLine(start, self._length, page, line, centred, bold))
            previous = text
        if previous:
            self._write("\n")
        return first

    def furniture(self, kind: str, text: str, *, page: int | None = None, line: int | None = None) -> None:
        """Writes one line that is page furniture."""
        text = " ".join(text.split())
        if not text:
            return
        start = self._write(text)
        self._lines.append(PrintedLine(start, self._length, page, line))
        self._furniture.append(Furniture(kind, start, self._length, text))
        self._write("\n")

    def grid(
        self, cells: Sequence[tuple[int, int, int, int, str]], *, page: int | None = None, line: int | None = None
    ) -> None:
        """Writes a table given as (row, column, row span, column span, text); a row is a line, tabs part its cells.

        Every column of a row gets its tab, so that the line alone still says which column a cell stands in; a
        position covered by a merged cell stays empty.
        """
        if not cells:
            return
        n_rows = max(r + rs for r, _, rs, _, _ in cells)
        n_columns = max(c + cs for _, c, _, cs, _ in cells)
        at = {(r, c): (rs, cs, " ".join(text.split())) for r, c, rs, cs, text in cells}
        held: list[GridCell] = []
        grid_start = self._length
        for row in range(n_rows):
            row_start = self._length
            if not any((row, column) in at and at[row, column][2] for column in range(n_columns)):
                continue
            for column in range(n_columns):
                if column:
                    self._write("\t")
                if (row, column) in at:
                    row_span, column_span, text = at[row, column]
                    start = self._write(text)
                    held.append(GridCell(row, column, row_span, column_span, squash(text), start, self._length))
            self._lines.append(PrintedLine(row_start, self._length, page, None if line is None else line + row))
            self._write("\n")
        self._grids.append(Grid(grid_start, self._length, tuple(held)))

    def finish(self) -> ReadText:
        return ReadText(
            "".join(self._parts),
            self.is_paragraphed,
            tuple(self._lines),
            tuple(self._grids),
            tuple(self._furniture),
            tuple(self.facts),
            tuple(self.findings),
        )
