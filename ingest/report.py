"""``gazette parse --report``: each document beside its source in one HTML page, for a person to check in a minute.

The page needs no script and asks nothing of any network; its Content-Security-Policy allows its own style sheet only.
Every string from a file passes Jinja's escaping.
"""

from __future__ import annotations

import base64
import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from ingest.batch import Reading
from ingest.conservation import Shares, account
from ingest.documents import Clause, Document, Finding, SourceFile
from ingest.numbering import find_gaps
from ingest.summary import SEVERITIES, FileSummary, conservation_words, findings_words, numbering_words

if TYPE_CHECKING:
    from jinja2 import Environment

#: A browser still scrolls a page of this size; what lies beyond is counted in the index and not shown.
MAX_HTML = 48 * 2**20
#: Characters of one document, and rows of one table, that are shown.
MAX_CHARACTERS = 200_000
MAX_CELLS = 1_000

FURNITURE_NAMES = {
    "title": "标题", "document_number": "发文字号", "letterhead": "版头", "part_heading": "编章节标题",
    "running_head": "页眉页脚", "page_number": "页码", "site_furniture": "网页边栏", "byline": "署名", "author_note": "作者说明",
    "openness_note": "公开属性", "attached_title": "所附文件标题", "annex_note": "附件说明", "signature": "落款",
    "list_mark": "列表标记", "table_rule": "表格线", "comment": "网页注释",
}  # fmt: skip
#: What a terminal or a browser would act on rather than show: control characters and those that turn the direction.
_UNSEEN = {c: "�" for c in (*range(9), 11, 12, *range(14, 32), 127, *range(0x202A, 0x202F), *range(0x2066, 0x206A))} | {
    c: "�" for c in range(0xD800, 0xE000)
}


@dataclass(frozen=True)
class Piece:
    """Characters of one printed line that belong together. ``target`` is the number of the clause they are of."""

    text: str
    style: str = "blank"
    note: str = ""
    target: int | None = None
    #: The first characters that the page shows of that clause.
    is_first: bool = False


@dataclass(frozen=True)
class PrintedRow:
    """One line of the source: where it was printed, its pieces, and the findings that begin in it."""

    place: str
    pieces: tuple[Piece, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Card:
    """One clause as the page shows it."""

    number: int
    clause: Clause
    level: int
    chapter: str | None
    findings: tuple[Finding, ...]

    @property
    def outline(self) -> str:
        """Heading or first words."""
        words = self.clause.heading or self.clause.text.removeprefix(self.clause.label).strip()
        words = " ".join(words.split())
        return words if len(words) <= 28 else words[:28] + "…"


@dataclass(frozen=True)
class View:
    """One document as the page shows it. ``cut`` is how many characters of its source are left out."""

    id: str
    document: Document
    facts: tuple[tuple[str, str], ...]
    rows: tuple[PrintedRow, ...]
    cards: tuple[Card, ...]
    gaps: tuple[str, ...]
    cut: int


def section(reading: Reading, summary: FileSummary) -> str:
    """The part of the page that shows one file; made in the worker that read it."""
    source, documents = reading.source, reading.documents
    prefix = "f" + hashlib.sha256(source.path.encode("utf-8", "replace")).hexdigest()[:10]
    shares = summary.shares or account(source, documents)
    template = _environment().get_template("report.html")
    return template.module.section(  # type: ignore[attr-defined]
        id=prefix,
        source=source,
        summary=summary,
        verdict=verdict(summary),
        facts=source.read.facts if source.read else (),
        shares=[(name, getattr(shares, key), shares.share(key)) for key, name in _SHARES if getattr(shares, key)],
        kinds=[(FURNITURE_NAMES.get(k, k), n) for k, n in shares.furniture_kinds.items()],
        views=list(_views(prefix, source, documents, shares)),
    )


_SHARES = (
    ("clause", "条文"), ("heading", "小标题"), ("title", "标题"), ("table", "表格"), ("furniture", "版式与署名"), ("unaccounted", "未归属"),
    ("repeated", "重复归属"),
)  # fmt: skip


def verdict(s: FileSummary) -> tuple[bool, str]:
    """Whether all is well, and the line that says so."""
    if s.error or s.shares is None:
        return False, s.message or "未能读取"
    sound = s.is_contiguous and s.counts_agree and s.shares.is_conserved and not (s.findings or {}).get("error")
    parts = (
        f"{s.documents} 份文件,{s.clauses} 条", numbering_words(s), conservation_words(s.shares), findings_words(s.findings or {})
    )  # fmt: skip
    return sound, " · ".join(parts)


class Report:
    """Collects sections as they come and writes the page; holds one row of the index for each file, not the sections."""

    def __init__(self, path: Path, max_html: int = MAX_HTML):
        self.path, self._max_html = path, max_html
        self._rows: list[tuple[FileSummary, str | None]] = []
        self._body: IO[bytes] = TemporaryFile()  # noqa: SIM115 (closed by write)

    def add(self, summary: FileSummary, html: str | None) -> None:
        """One file; ``html`` is its section, or ``None`` where it could not be read."""
        anchor = None
        if html is not None:
            # A lone surrogate from a broken file has no UTF-8 form.
            encoded = html.encode("utf-8", "replace")
            if self._body.tell() + len(encoded) <= self._max_html:
                anchor = html[html.index('id="') + 4 :].split('"', 1)[0]
                self._body.write(encoded)
        self._rows.append((summary, anchor))

    @property
    def n_left_out(self) -> int:
        """Files that were read and are in the index alone, because the page would have grown too large."""
        return sum(1 for s, anchor in self._rows if anchor is None and not s.error)

    def write(self) -> None:
        """Writes the page to ``path``, whole or not at all.

        Raises:
            OSError: the folder is missing or cannot be written.
        """
        head, foot = self._frame()
        temporary = self.path.with_name(f".{self.path.name}.part")
        try:
            with open(temporary, "wb") as page:
                page.write(head.encode("utf-8", "replace"))
                self._body.seek(0)
                while block := self._body.read(2**20):
                    page.write(block)
                page.write(foot.encode("utf-8"))
            temporary.replace(self.path)
        finally:
            temporary.unlink(missing_ok=True)
            self._body.close()

    def _frame(self) -> tuple[str, str]:
        template = _environment().get_template("report.html")
        module = template.module
        style = str(module.style()).strip()  # type: ignore[attr-defined]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        rows = [(s, anchor, *verdict(s)) for s, anchor in self._rows]
        head = module.head(  # type: ignore[attr-defined]
            style=style,
            digest=digest,
            rows=rows,
            n_read=sum(1 for s, _ in self._rows if not s.error),
            n_sound=sum(1 for _, _, sound, _ in rows if sound),
            n_documents=sum(s.documents for s, _ in self._rows),
            n_clauses=sum(s.clauses for s, _ in self._rows),
            n_left_out=self.n_left_out,
        )
        return str(head), str(module.foot())  # type: ignore[attr-defined]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["seen"] = lambda text: str(text).translate(_UNSEEN)
    environment.globals |= {"severity_names": SEVERITIES, "max_cells": MAX_CELLS}
    return environment


# ------------------------------------------------------------------------------------------------ what is shown

#: Start, end, style, note, and the number of the clause it is of; what lies inside another starts later.
_Mark = tuple[int, int, str, str, int | None]


def _views(prefix: str, source: SourceFile, documents: Sequence[Document], shares: Shares) -> Iterator[View]:
    order = sorted(range(len(documents)), key=lambda i: _first(documents[i]))
    for n, i in enumerate(order):
        document = documents[i]
        start = 0 if n == 0 else _line_start(source.text, _first(document))
        following = documents[order[n + 1]] if n + 1 < len(order) else None
        end = _line_start(source.text, _first(following)) if following else len(source.text)
        shown = min(end, start + MAX_CHARACTERS)
        yield View(
            id=f"{prefix}-{n + 1}",
            document=document,
            facts=tuple(_facts(document)),
            rows=tuple(_rows(source, document, shares, start, shown)),
            cards=tuple(_cards(document, shown)),
            gaps=tuple(str(gap) for gap in find_gaps(document)),
            cut=end - shown,
        )


def _first(document: Document) -> int:
    return min(
        [p.start for c in document.clauses for p in c.paragraphs] + [f.start for f in document.furniture], default=0
    )


def _line_start(text: str, position: int) -> int:
    return text.rfind("\n", 0, position) + 1


def _facts(document: Document) -> Iterator[tuple[str, str]]:
    """What is known of a document, in the order of section 4's names."""
    from ingest.cli import KIND_NAMES

    number = str(document.document_number) if document.document_number else None
    raw = document.document_number_raw
    facts = (
        ("发文字号", number if raw in (None, number) else f"{number}(原文:{raw})"),
        ("发文机关", document.issuer),
        ("成文日期", document.signed_on),
        ("种类", KIND_NAMES.get(document.kind, document.kind)),
        ("公开属性", document.openness),
        ("主送机关", document.addressees),
        ("所附文件", document.attached_title),
        ("公报", str(document.gazette) if document.gazette else None),
    )
    yield from ((name, value) for name, value in facts if value)


def _cards(document: Document, end: int) -> Iterator[Card]:
    findings: dict[str | None, list[Finding]] = {}
    for finding in document.findings:
        findings.setdefault(finding.path, []).append(finding)
    chapter = None
    for number, clause in enumerate(document.clauses):
        if clause.start >= end:
            return
        is_new = clause.chapter != chapter
        chapter = clause.chapter
        yield Card(
            number,
            clause,
            min(len(clause.path.labels), 5),
            chapter if is_new else None,
            tuple(findings.get(str(clause.path), ())),
        )


def _rows(source: SourceFile, document: Document, shares: Shares, start: int, end: int) -> Iterator[PrintedRow]:
    """The source from ``start`` to ``end``, line by line as printed, cut where one piece ends and another begins."""
    text = source.text
    marks = sorted(_marks(document, shares), key=lambda m: (m[0], -m[1]))
    edges = sorted({edge for a, b, *_ in marks for edge in (a, b)})
    findings = sorted((f for f in document.findings if f.start is not None), key=lambda f: f.start or 0)
    finding_starts = [f.start or 0 for f in findings]
    active: list[_Mark] = []
    at_mark = 0
    shown: set[int] = set()
    for place, a, b in _printed_lines(source, start, end):
        cuts = [a, *edges[bisect_right(edges, a) : bisect_left(edges, b)], b]
        pieces = []
        for left, right in pairwise(cuts):
            while at_mark < len(marks) and marks[at_mark][0] <= left:
                active.append(marks[at_mark])
                at_mark += 1
            active = [m for m in active if m[1] > left]
            if left == right:
                continue
            if not active:
                pieces.append(Piece(text[left:right]))
                continue
            _, _, style, note, target = active[-1]
            pieces.append(Piece(text[left:right], style, note, target, target is not None and target not in shown))
            if target is not None:
                shown.add(target)
        here = findings[bisect_left(finding_starts, a) : bisect_left(finding_starts, max(b, a + 1))]
        if pieces or here:
            yield PrintedRow(place, tuple(pieces), tuple(here))


def _marks(document: Document, shares: Shares) -> Iterator[_Mark]:
    for number, clause in enumerate(document.clauses):
        style = f"l{min(len(clause.path.labels), 5)} {'odd' if number % 2 else 'even'}"
        for p in clause.paragraphs:
            yield p.start, p.end, style, str(clause.path), number
    for f in document.furniture:
        style = "title" if f.kind == "title" else "part" if f.kind == "part_heading" else "furniture"
        yield f.start, f.end, style, FURNITURE_NAMES.get(f.kind, f.kind), None
    for place in shares.unaccounted_places:
        yield place.start, place.end, "lost", "未归属", None
    for place in shares.repeated_places:
        yield place.start, place.end, "twice", "重复归属", None


def _printed_lines(source: SourceFile, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """(where it was printed, start, end) of every line between ``start`` and ``end``, those that the reader joined apart."""
    known = source.read.lines if source.read else ()
    starts = [line.start for line in known]
    number = source.text.count("\n", 0, start)
    position = start
    page = None
    while position < end:
        number += 1
        stop = source.text.find("\n", position, end)
        stop = end if stop < 0 else stop
        inside = known[bisect_left(starts, position) : bisect_left(starts, max(stop, position + 1))]
        cuts = [position, *(line.start for line in inside[1:] if line.start > position), stop]
        for i, (a, b) in enumerate(pairwise(cuts)):
            line = inside[i] if i < len(inside) else None
            place = str(number) if i == 0 else ""
            if line is not None and line.line is not None:
                place = str(line.line)
            if line is not None and line.page is not None and line.page != page:
                page = line.page
                place = f"第{page}页 {place}"
            yield place, a, b
        position = stop + 1
