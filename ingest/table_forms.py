"""Tables without a head: labels and contents side by side, in two columns or in several pairs a row."""

from __future__ import annotations

import re
from statistics import median

from ingest.documents import Grid, GridCell
from ingest.patterns import squash
from ingest.table_heads import LONGEST_LABEL, Above, Head, column_of, is_head_word
from ingest.table_rows import Body, read_body
from ingest.table_sheet import Sheet, distinct
from ingest.table_values import is_number

_COLON = re.compile(r"[:：]$")
_LABEL = re.compile(r"[^:：。]{1,16}[:：]$")
#: 索引号：000014349/2016-00148: label and content in one cell.
_BOTH = re.compile(r"[【\[]?[^:：]{1,12}[:：】\]]")
_COLUMNS = (column_of(["项目"]), column_of(["内容"]))


def read_form(sheet: Sheet, above: Above) -> tuple[Head, Body] | None:
    """The rows of a form, its contents under the column 内容; ``None`` where the table is none.

    Reads 银行存款 | 含现金和借出款。 and 文号: | 渝府发〔2010〕61号 | 主题词: | 公租房. Labels in several pairs a row are
    only believed with their colons.
    """
    pairs = _pairs(sheet, above.n_rows)
    if not pairs and sheet.width == 2 and _is_form(sheet, above.n_rows):
        pairs = [(row[0], row[1]) for row in sheet.rows[above.n_rows :] if row[0] is not None]
    if not pairs:
        return None
    head = Head(0, _COLUMNS, above.title, above.unit, ())
    body = read_body(Sheet(tuple(pairs)), head)
    for row in body.rows:
        row.labels = (*row.labels[:-1], _COLON.sub("", row.labels[-1]) or row.labels[-1])
    return head, body


def _pairs(sheet: Sheet, top: int) -> list[tuple[GridCell | None, GridCell | None]]:
    """Every label that ends in a colon with what stands to its right; empty where a cell is neither."""
    pairs: list[tuple[GridCell | None, GridCell | None]] = []
    for row in sheet.rows[top:]:
        cells = [c for i, c in enumerate(row) if c is not None and (not i or row[i - 1] is not c)]
        label: GridCell | None = None
        for cell in cells:
            if _LABEL.match(cell.text):
                pairs.append((cell, None))
                label = cell
            elif label is not None:
                pairs[-1] = (label, cell)
                label = None
            elif cell.text:
                return []
    filled = sum(1 for _, content in pairs if content is not None and content.text)
    return pairs if filled >= 2 and len({c.text for c, _ in pairs if c}) == len(pairs) else []


def _is_form(sheet: Sheet, top: int) -> bool:
    """True where the left of two columns names what the right one says, and the first row is no head."""
    rows = sheet.rows[top:]
    names = [c.text for c in distinct(r[0] for r in rows)]
    contents = [c.text for c in distinct(r[1] for r in rows)]
    if len(contents) < 2 or len(names) < len(rows) or max(map(len, names)) > LONGEST_LABEL // 2:
        return False
    first, usual = sheet.text(top, 1), median(map(len, contents))
    is_short = not re.search(r"[。,，;；、]", first) and 2 * len(first) <= usual
    if any(_BOTH.match(name) and not _COLON.search(name) for name in names):
        return False
    if is_head_word(first) or is_number(contents[-1]) or is_short or any(map(is_number, names)):
        return False
    return usual >= 1.5 * median(map(len, names))


def is_blank_form(grid: Grid) -> bool:
    """True where three cells in ten are left for filling in, one of them in the first row, and none holds a number."""
    by_row: dict[int, list[str]] = {}
    for cell in grid.cells:
        by_row.setdefault(cell.row, []).append(squash(cell.text))
    texts = [text for row in by_row.values() for text in row]
    first = next((row for _, row in sorted(by_row.items()) if len(row) > 1), [])
    return (
        "" in first[1:] and sum(1 for text in texts if not text) >= 0.3 * len(texts) and not any(map(is_number, texts))
    )


def is_page_box(sheet: Sheet) -> bool:
    """True for the few fields that a page or a printer's note carries: 索引号：… 发文日期：…, 抄送：…"""
    cells = distinct(c for row in sheet.rows for c in row)
    return len(cells) <= 6 or sum(1 for c in cells if _BOTH.match(c.text)) >= 0.5 * len(cells)
