"""Clauses become passages: what the encoder embeds, and the fields that the lexical index reads."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ingest.documents import Cell, Clause, Document, Table
from ingest.refs import ClausePath, ClauseRef

#: Raised by hand whenever equal documents would give other passages or fields: stores made before refuse to load.
RECIPE = 2

CountTokens = Callable[[str], int]

#: Where a body may be cut, best place first: 款, sentence, part of a sentence, comma, between any two characters that
#: are not of one number (1,000 or 3.5%), anywhere.
_SEPARATORS = ["\n", r"[。！？!?]", r"[；;]", r"[：:]", r"[，、]|,(?!\d)", r"(?<=[^\d.,%])|(?=[^\d.,%])", ""]
_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]?")
_NUMBER = re.compile(r"^\s*(?:第[^\s条章节]{1,8}[条章节]|[(（]?[一二三四五六七八九十百\d]+[)）.、．]?|[①-⑳])\s*")
_UNIT_IN_COLUMN = re.compile(r"[(（][^()（）]+[)）]\s*$")


@dataclass(frozen=True)
class PassageConfig:
    """Budgets in tokens of the encoder.

    Attributes:
        max_tokens: Longest piece of a body. A clause whose body is longer is embedded whole and in pieces.
        max_context_tokens: Longest title, heading path and lead-in together; the lead-in gives way first.
    """

    max_tokens: int = 72
    max_context_tokens: int = 72

    def __post_init__(self) -> None:
        if self.max_tokens < 1 or self.max_context_tokens < 0:
            raise ValueError(f"budgets must be positive: {self}")


@dataclass(frozen=True)
class Entry:
    """What a hit can point at, a clause or a row of a table, in the fields that are searched.

    Attributes:
        kind: ``clause``, or ``row`` for a table row, whose ref is the table's clause extended by the row's label.
        title: The document's short title.
        heading: Chapter and headings from the outside in, the clause's own last.
        context: The sentences that lead the clause in (以下建设工程:), from the outside in.
        body: The clause's text; for a row its label and its cells.
    """

    ref: ClauseRef
    kind: str
    title: str
    heading: str
    context: str
    body: str


@dataclass(frozen=True)
class Passage:
    """A text as embedded. The clause's share of it is ``entry.body[start:end]``.

    Attributes:
        ordinal: 0 for the whole clause or row, from 1 for its pieces, in order.
        kind: ``clause`` (the whole clause), ``piece`` (a part of a clause) or ``row`` (a whole table row).
    """

    ref: ClauseRef
    ordinal: int
    kind: str
    text: str
    start: int
    end: int


def short_title(document: Document) -> str:
    """The title without 机关, 关于印发…的通知, where the document carries an attached text with a title of its own."""
    return document.attached_title or document.title


#: Statutes, regulations, judicial interpretations, rules and measures; anything else comes last.
_TITLE_KINDS = tuple(
    re.compile(pattern + r"\s*(?:[（(].*[）)])?$")
    for pattern in ("(?:法|法典)", "条例", "(?:解释|批复|若干问题的规定|若干规定)", "(?:规定|办法|细则|规则|决定)")
)


def title_kind(title: str) -> int:
    """What a title calls its document, from 0: 法, 条例, 解释, 办法 and the like, anything else."""
    return next((n for n, kind in enumerate(_TITLE_KINDS) if kind.search(title)), len(_TITLE_KINDS))


def entries_of(document: Document) -> Iterator[Entry]:
    """Every clause, parents and leaves, in document order, then every table row in printed order."""
    title, by_path = short_title(document), document.by_path
    for clause in document.clauses:
        ancestors = [by_path[str(p)] for p in _ancestors(clause.path) if str(p) in by_path]
        yield Entry(
            document.ref(clause.path),
            "clause",
            title,
            _heading_path([*ancestors, clause]),
            _lead_ins([*ancestors, clause]),
            clause.text,
        )
    for table in document.tables:
        holder = by_path.get(str(table.path))
        heading = _joined([_heading_path([holder] if holder else []), table.title or ""])
        for path, cells in _rows(table):
            yield Entry(document.ref(path), "row", title, heading, "", row_text(cells))


def passages_of(document: Document, count_tokens: CountTokens, config: PassageConfig) -> Iterator[Passage]:
    """Passages of every entry of ``document``, in the order of ``entries_of``."""
    for entry in entries_of(document):
        yield from entry_passages(entry, count_tokens, config)


def entry_passages(entry: Entry, count_tokens: CountTokens, config: PassageConfig) -> Iterator[Passage]:
    """The whole entry, then, where a clause's body is over budget, its pieces, which tile the body."""
    prefix = _prefix(entry, count_tokens, config.max_context_tokens)
    whole = "row" if entry.kind == "row" else "clause"
    yield Passage(entry.ref, 0, whole, prefix + entry.body, 0, len(entry.body))
    if whole == "clause" and count_tokens(entry.body) > config.max_tokens:
        for ordinal, (start, end) in enumerate(split_body(entry.body, count_tokens, config.max_tokens), start=1):
            yield Passage(entry.ref, ordinal, "piece", prefix + entry.body[start:end], start, end)


def split_body(body: str, count_tokens: CountTokens, max_tokens: int) -> list[tuple[int, int]]:
    """Half-open spans that tile ``body``, each of at most ``max_tokens`` where its characters allow it."""
    # Imported here: readers of a store never cut anything, and the import takes 0.4 s.
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    def length(text: str) -> int:
        # Encoders that give punctuation no token would let the splitter carry a line feed into two pieces.
        return max(1, count_tokens(text)) if text else 0

    splitter = RecursiveCharacterTextSplitter(
        separators=_SEPARATORS,
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=max_tokens,
        chunk_overlap=0,
        length_function=length,
        add_start_index=True,
        strip_whitespace=False,
    )
    pieces = splitter.create_documents([body])
    starts: list[int] = [piece.metadata["start_index"] for piece in pieces]
    return list(zip(starts, [*starts[1:], len(body)][: len(starts)], strict=True))


def row_text(cells: list[Cell]) -> str:
    """A table row in words: 渝水区：2025年农产品加工业产值(亿元)230，2026年…

    Source: the printed head of the table; a unit that the column already names is not repeated.
    """
    values = []
    for cell in cells:
        year = f"{cell.year}年" if cell.year and str(cell.year) not in cell.column else ""
        unit = "" if cell.unit is None or _UNIT_IN_COLUMN.search(cell.column) or cell.unit in cell.raw else cell.unit
        values.append(f"{year}{cell.column}{cell.raw}{unit}")
    return f"{cells[0].row}：" + "，".join(values)


_YEAR_LABEL = re.compile(r"(?:19|20)\d\d年")


def _rows(table: Table) -> Iterator[tuple[ClausePath, list[Cell]]]:
    """The cells of each row, under the path that they share: without the column's label and a year before it."""
    rows: dict[ClausePath, list[Cell]] = {}
    for cell in table.cells:
        labels = cell.path.labels[:-1]
        if len(labels) > len(table.path.labels) + 1 and _YEAR_LABEL.fullmatch(labels[-1]):
            labels = labels[:-1]
        rows.setdefault(ClausePath(labels), []).append(cell)
    yield from rows.items()


def _ancestors(path: ClausePath) -> list[ClausePath]:
    return [ClausePath(path.labels[:depth]) for depth in range(1, len(path.labels))]


def _joined(parts: list[str]) -> str:
    """The parts that say something, each once, a line each."""
    return "\n".join(dict.fromkeys(p.strip() for p in parts if p.strip()))


def _heading_path(line_of_descent: list[Clause]) -> str:
    if not line_of_descent:
        return ""
    return _joined([line_of_descent[-1].chapter or "", *(c.heading or "" for c in line_of_descent)])


def _lead_ins(line_of_descent: list[Clause]) -> str:
    """What stands before ``line_of_descent[-1]`` in each of its ancestors, save bare headings."""
    said = []
    for parent, child in itertools.pairwise(line_of_descent):
        text = _lead_in(parent, child)
        if _NUMBER.sub("", text).strip(" 。.:：") != (parent.heading or "").strip(" 。.:："):
            said.append(text)
    return _joined(said)


def _lead_in(parent: Clause, child: Clause) -> str:
    """The 款 of ``parent`` that leads ``child`` in: as recorded, else the last one printed before it."""
    if child.lead_in_paragraph:
        return parent.paragraphs[min(child.lead_in_paragraph, len(parent.paragraphs)) - 1].text
    before = [p.text for p in parent.paragraphs if p.start <= child.start]
    return before[-1] if before else parent.paragraphs[0].text


def _prefix(entry: Entry, count_tokens: CountTokens, budget: int) -> str:
    """Title, headings and lead-in, a line each, in at most ``budget`` tokens; headings that the body opens with are left out."""
    lines: list[str] = []
    opening = _NUMBER.sub("", entry.body)
    headings = [h for h in entry.heading.split("\n") if h and not opening.startswith(h)]
    for text, cut in [(entry.title, _head), *((h, _head) for h in headings), (entry.context, _tail)]:
        if text and budget > 0 and (kept := cut(text, count_tokens, budget)):
            lines.append(kept)
            budget -= count_tokens(kept)
    return "".join(f"{line}\n" for line in lines)


def _head(text: str, count_tokens: CountTokens, budget: int) -> str:
    return _fitting(text, count_tokens, budget, lambda size: text[:size])


def _tail(text: str, count_tokens: CountTokens, budget: int) -> str:
    """The last whole sentences within ``budget``: 应当符合下列条件: says more about an item than what stands before it."""
    sentences = [m[0] for m in _SENTENCE.finditer(text) if m[0]]
    for first in range(len(sentences)):
        kept = "".join(sentences[first:])
        if count_tokens(kept) <= budget:
            return kept
    last = sentences[-1]
    return _fitting(last, count_tokens, budget, lambda size: last[len(last) - size :])


def _fitting(text: str, count_tokens: CountTokens, budget: int, take: Callable[[int], Any]) -> str:
    """The longest of ``take(size)`` within ``budget`` tokens, by bisection."""
    if count_tokens(text) <= budget:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count_tokens(take(middle)) <= budget else (low, middle - 1)
    return str(take(low))
