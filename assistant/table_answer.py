"""A question about a figure is read from table cells; every figure cites its cell."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer_builder import AnswerBuilder
from assistant.holdings import Holdings
from assistant.marks import content_marks
from assistant.models import Answer
from assistant.normalise import bare
from assistant.sources import Draft, Source, citation_text
from assistant.tables import CALCULATED, COUNTED, TableAnswer, answer_table
from assistant.tracing import note_kind
from assistant.understanding.question import Question
from ingest import ClausePath, Document
from ingest.documents import Cell


def read_table(holdings: Holdings, question: Question) -> TableAnswer | None:
    """What the tables say on ``question``; ``None`` where no cells fit."""
    documents = question.references.documents or holdings.documents
    if question.is_follow_up and question.context.question:
        return answer_table(question.query, documents, topical=True)
    # Without the document's name: the year of 〔2023〕28号 is not the year asked for.
    text = question.references.rest if question.references.documents else question.text
    return answer_table(text, documents)


def names_row(holdings: Holdings, question: Question) -> bool:
    """Whether ``question`` names a row of a held table: 分宜县, or 分宜."""
    text = bare(question.query)
    return any(
        r in text or (len(r) >= 3 and r[-1] in "区县" and r[:-1] in text)
        for r in holdings.directory.table_rows
        if len(r) >= 3
    )


def holds_table(document: Document, path: ClausePath) -> bool:
    """Whether the clause at ``path`` is a table."""
    return any(t.path == path for t in document.tables)


def state_table(table: TableAnswer) -> Answer:
    """The sentences of a table reading, each with its cells."""
    note_kind("table")
    builder = AnswerBuilder()
    where = citation_text(
        table.document,
        table.document.by_path[str(table.table.path)].display
        if str(table.table.path) in table.document.by_path
        else str(table.table.path),
    )
    title = f"《{table.table.title}》" if table.table.title else "表"
    builder.lines.append(f"据{where}{title}:")
    for text, cells in table.sentences:
        builder.add(cell_draft(table, text, cells))
    if table.note:
        builder.lines.append(table.note)
    return builder.finish()


def cell_draft(table: TableAnswer, text: str, cells: Sequence[Cell]) -> Draft:
    """One sentence of a table reading with the cells that it rests on."""
    sources = tuple(cell_source(table, c) for c in cells)
    return Draft(text, sources, composed=True, computed=text.endswith((CALCULATED, COUNTED)))


def cell_source(table: TableAnswer, cell: Cell) -> Source:
    """A cell in words, as the clause desk shows it, ending in the value as printed, which is the quotation."""
    year = f"{cell.year}年" if cell.year else ""
    value = f"{cell.value:g}" if cell.value is not None else cell.raw
    return Source(
        table.document,
        cell.path,
        f"{cell.row}{year}{cell.column}:{cell.raw}",
        cell.raw,
        cell.path.display(),
        None,
        cell.column,
        f"{cell.row}{year}{cell.column}{value}{cell.unit or ''}",
    )


#: Cells of one row that are stated; more would bury the one asked for.
_CELLS = 3
#: A longer cell is an explanation, stated only where it shares wording with the question.
_LONG_CELL = 40


def row_draft(document: Document, row: ClausePath, question: Question) -> Draft | None:
    """What a table says in one row: its figures, and the cells nearest to the question; ``None`` for no such row."""
    table = next((t for t in document.tables if row.is_within(t.path)), None)
    cells = [c for c in table.cells if c.path.parent == row] if table else []
    if table is None or not cells:
        return None
    asked = content_marks(question.query)

    def weight(cell: Cell) -> tuple[float, int]:
        shared = len(asked & content_marks(f"{cell.column}{cell.raw}")) / (len(content_marks(cell.raw)) or 1)
        fits = cell.value is not None and bool({"number", "money"} & question.asks)
        explains = len(cell.raw) > _LONG_CELL and not {"materials", "place", "when"} & question.asks
        return (shared + 1.0 * fits - 0.5 * explains, -cells.index(cell))

    chosen = sorted(cells, key=weight, reverse=True)[:_CELLS]
    text = f"{cells[0].row}:" + ";".join(f"{c.column}:{c.raw}" for c in chosen) + "。"
    sources = tuple(_row_source(document, c) for c in chosen)
    return Draft(text, sources, composed=True)


def _row_source(document: Document, cell: Cell) -> Source:
    said = f"{cell.row}{f'{cell.year}年' if cell.year else ''}{cell.column}:{cell.raw}"
    return Source(document, cell.path, said, cell.raw, cell.path.display(), None, cell.column, said)
