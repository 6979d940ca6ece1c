"""The nouns of reading: ``SourceFile -> Document -> Clause``, frozen, knowing where they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ingest.metadata_record import Metadata
from ingest.refs import ClausePath, ClauseRef, DocumentNumber


class IngestError(Exception):
    """A file could not be read into documents.

    The message is Chinese and has three parts: what was asked, what was found, what to do. ``retryable`` is a fact
    of the class; ``path`` names the file.
    """

    code = "ingest_failed"
    retryable = False

    def __init__(self, path: str, found: str, advice: str):
        self.path, self.found, self.advice = path, found, advice
        super().__init__(f"无法读取 {path}:{found}。{advice}")


class UnreadableFile(IngestError):
    code = "unreadable_file"


class EmptyFile(IngestError):
    code = "empty_file"


class UnsupportedFormat(IngestError):
    code = "unsupported_format"


class NoClauseFound(IngestError):
    code = "no_clause_found"


@dataclass(frozen=True)
class Finding:
    """Something that looks wrong, at ``start`` in the source; never a silent repair.

    ``severity`` is ``error``, ``warning`` or ``notice``; ``advice`` says what a person should do about it.
    """

    code: str
    severity: str
    message: str
    path: str | None
    start: int | None
    advice: str | None = None


@dataclass(frozen=True)
class Furniture:
    """Body characters that belong to no clause, and what they are (running_head, byline, openness_note …)."""

    kind: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class PrintedLine:
    """Where ``text[start:end]`` was printed, and how it looked.

    ``page`` counts from 1, ``None`` where the format has no pages. ``line`` counts from 1: on its page where there are
    pages, else in the file (txt, md, html) or among its paragraphs (docx). Several printed lines may lie in one line
    of the reader's text, where the reader joined what the page broke.
    """

    start: int
    end: int
    page: int | None = None
    line: int | None = None
    centred: bool = False
    bold: bool = False
    #: Level of a heading that the format itself declares (h1, Heading 1), from 1.
    heading: int | None = None


@dataclass(frozen=True)
class GridCell:
    """One cell of a printed grid, ``text[start:end]``; ``row`` and ``column`` count from 0, spans from 1.

    An empty cell has ``start == end``. A merged cell is given once, at its upper left corner.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Grid:
    """A table as the reader saw it. In the text each of its rows is one line, its cells parted by tabs."""

    start: int
    end: int
    cells: tuple[GridCell, ...]


@dataclass(frozen=True)
class ReadText:
    """What a reader got out of a file's bytes. Spans count characters of ``text``; lines end with a line feed."""

    text: str = field(repr=False)
    #: Every line of ``text`` is one natural paragraph (or a row of a grid); False where lines are as printed.
    is_paragraphed: bool = False
    #: In text order.
    lines: tuple[PrintedLine, ...] = field(default=(), repr=False)
    grids: tuple[Grid, ...] = field(default=(), repr=False)
    #: Whole lines that are page furniture: running_head, page_number, site_furniture.
    furniture: tuple[Furniture, ...] = ()
    #: What the file declares of itself outside its text, as printed there: ("索引号", "000014349/2023-00012").
    facts: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class SourceFile:
    """A file as it was handed in: its bytes' sha256 and the text a reader got out of it.

    Offsets count characters of ``text``. ``format`` is what the content is, whatever the name says: txt, md, html,
    docx, doc, wps, pdf, ofd or scan.
    """

    path: str
    sha256: str
    text: str = field(repr=False)
    format: str = "txt"
    read: ReadText | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Paragraph:
    """One natural paragraph (款), cleaned, and where it was printed: ``source.text[start:end]``.

    ``page`` and ``line`` count from 1; ``None`` where the format has none. See ``PrintedLine``.
    """

    text: str
    start: int
    end: int
    page: int | None = None
    line: int | None = None


@dataclass(frozen=True)
class Clause:
    """One addressable clause. ``text`` excludes its children's text; 款 are joined by a line feed.

    ``label`` is the number as printed (第四条, (二), 15.), empty for 前言 and the like. ``heading`` is the clause's own
    heading without its number, ``chapter`` the 编/章/节 it stands in, as printed.
    """

    path: ClausePath
    label: str
    heading: str | None
    chapter: str | None
    paragraphs: tuple[Paragraph, ...]
    #: Which 款 (from 1) of the parent leads this item in; 0 where the parent has one 款 or the clause is no item.
    lead_in_paragraph: int = 0

    @cached_property
    def text(self) -> str:
        return "\n".join(p.text for p in self.paragraphs)

    @property
    def start(self) -> int:
        return self.paragraphs[0].start

    @property
    def end(self) -> int:
        """End of the last paragraph; a parent whose last 款 follows its items spans them."""
        return self.paragraphs[-1].end

    @property
    def display(self) -> str:
        return self.path.display(self.lead_in_paragraph)


@dataclass(frozen=True)
class Cell:
    """One value of a table: ``path`` is its address, ``raw`` the text as printed, ``value`` the number it reads as."""

    path: ClausePath
    row: str
    column: str
    year: int | None
    unit: str | None
    value: float | None
    raw: str
    start: int
    end: int


@dataclass(frozen=True)
class Table:
    """A table as records, in reading order. ``path`` is the clause that holds it."""

    path: ClausePath
    title: str | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Duty:
    """Who does what a clause orders. ``role`` is ``lead`` (牵头单位) or ``responsible`` (责任单位)."""

    path: ClausePath
    role: str
    units: tuple[str, ...]
    inherited: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reference:
    """A document or clause that the clause at ``path`` names, printed as ``raw``.

    ``document`` is the number or title of another document, ``None`` for this one. ``target`` is the clause meant (of a
    range the first, ``until`` the last); of another document it is the clause as said, of this one a path that exists.
    ``status`` is ``own`` (resolved), ``dangling`` (this document has no such clause), ``unclear``, ``external``; and
    once compared with what is held, ``held`` (``held`` is that document's id) or ``not_held`` (未收录).
    ``start`` and ``end`` count characters of the clause's text.
    """

    path: ClausePath
    raw: str
    document: str | None
    target: str | None
    until: str | None = None
    status: str = "external"
    held: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class GazetteIssue:
    name: str
    year: int
    issue: int

    def __str__(self) -> str:
        return f"{self.name}{self.year}年第{self.issue}期"


@dataclass(frozen=True)
class Document:
    """One document of a source file. Absent facts are ``None``, never guessed. ``signed_on`` is ISO 8601."""

    title: str
    document_number: DocumentNumber | None
    document_number_raw: str | None
    issuer: str | None
    signed_on: str | None
    kind: str
    openness: str | None
    attached_title: str | None
    addressees: str | None
    gazette: GazetteIssue | None
    source_path: str
    source_sha256: str
    clauses: tuple[Clause, ...]
    tables: tuple[Table, ...] = ()
    duties: tuple[Duty, ...] = ()
    references: tuple[Reference, ...] = ()
    findings: tuple[Finding, ...] = ()
    furniture: tuple[Furniture, ...] = ()
    metadata: Metadata = field(default_factory=Metadata, repr=False)
    source_format: str = "txt"

    @property
    def document_id(self) -> str:
        """The printed number, or the exact title of a document that has none."""
        return str(self.document_number) if self.document_number else self.title

    @cached_property
    def by_path(self) -> dict[str, Clause]:
        return {str(c.path): c for c in self.clauses}

    @cached_property
    def cells_by_path(self) -> dict[str, Cell]:
        return {str(c.path): c for t in self.tables for c in t.cells}

    def ref(self, path: ClausePath) -> ClauseRef:
        return ClauseRef(self.document_id, path)

    def children(self, path: ClausePath) -> tuple[Clause, ...]:
        """Direct children, in document order."""
        return self._by_parent.get(path, ())

    @cached_property
    def _by_parent(self) -> dict[ClausePath | None, tuple[Clause, ...]]:
        # Asked for every clause that a question ranks: reading all clauses each time was a tenth of an answer.
        found: dict[ClausePath | None, list[Clause]] = {}
        for clause in self.clauses:
            found.setdefault(clause.path.parent, []).append(clause)
        return {parent: tuple(children) for parent, children in found.items()}

    def above(self, path: ClausePath) -> tuple[Clause, ...]:
        """The clauses that ``path`` stands under, the outermost first."""
        outer = ("/".join(path.labels[:depth]) for depth in range(1, len(path.labels)))
        return tuple(clause for name in outer if (clause := self.by_path.get(name)))

    def descendants(self, path: ClausePath) -> tuple[Clause, ...]:
        return tuple(c for c in self.clauses if c.path != path and c.path.is_within(path))

    def to_json(self) -> dict[str, Any]:
        """The record of DESIGN.md, section 4, ``parse --json``; ``from_json`` is its inverse."""
        number = str(self.document_number) if self.document_number else None
        return {
            "document_number": number,
            "document_number_raw": self.document_number_raw,
            "title": self.title,
            "issuer": self.issuer,
            "signed_on": self.signed_on,
            "kind": self.kind,
            "openness": self.openness,
            "attached_title": self.attached_title,
            "addressees": self.addressees,
            "gazette": vars(self.gazette) if self.gazette else None,
            "source": {"path": self.source_path, "sha256": self.source_sha256, "format": self.source_format},
            "metadata": self.metadata.to_json(),
            "clauses": [
                {
                    "path": str(c.path),
                    "label": c.display,
                    "number": c.label,
                    "heading": c.heading,
                    "chapter": c.chapter,
                    "text": c.text,
                    "start": c.start,
                    "end": c.end,
                    "lead_in_paragraph": c.lead_in_paragraph,
                    "page": c.paragraphs[0].page,
                    "line": c.paragraphs[0].line,
                    "paragraphs": [
                        {"start": p.start, "end": p.end, "page": p.page, "line": p.line} for p in c.paragraphs
                    ],
                }
                for c in self.clauses
            ],
            "tables": [
                {
                    "path": str(t.path),
                    "title": t.title,
                    "cells": [
                        {
                            "path": str(c.path),
                            "row": c.row,
                            "column": c.column,
                            "year": c.year,
                            "unit": c.unit,
                            "value": c.value,
                            "raw": c.raw,
                            "start": c.start,
                            "end": c.end,
                        }
                        for c in t.cells
                    ],
                }
                for t in self.tables
            ],
            "duties": [
                {"path": str(d.path), "role": d.role, "units": list(d.units), "inherited": list(d.inherited)}
                for d in self.duties
            ],
            "references": [{**vars(r), "path": str(r.path)} for r in self.references],
            "findings": [dict(vars(f)) for f in self.findings],
            "furniture": [dict(vars(f)) for f in self.furniture],
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Document:
        """The document that ``to_json`` wrote.

        Raises:
            KeyError, ValueError, TypeError: the record is not one of ours.
        """
        clauses = []
        for c in record["clauses"]:
            texts = c["text"].split("\n")
            spans = c["paragraphs"]
            if len(texts) != len(spans):
                raise ValueError(f"clause {c['path']}: {len(texts)} paragraphs, {len(spans)} spans")
            clauses.append(
                Clause(
                    ClausePath.parse(c["path"]),
                    c["number"],
                    c["heading"],
                    c["chapter"],
                    tuple(Paragraph(t, **span) for t, span in zip(texts, spans, strict=True)),
                    c["lead_in_paragraph"],
                )
            )
        number = record["document_number"]
        return cls(
            title=record["title"],
            document_number=DocumentNumber.parse(number) if number else None,
            document_number_raw=record["document_number_raw"],
            issuer=record["issuer"],
            signed_on=record["signed_on"],
            kind=record["kind"],
            openness=record["openness"],
            attached_title=record["attached_title"],
            addressees=record["addressees"],
            gazette=GazetteIssue(**record["gazette"]) if record["gazette"] else None,
            source_path=record["source"]["path"],
            source_sha256=record["source"]["sha256"],
            clauses=tuple(clauses),
            tables=tuple(
                Table(
                    ClausePath.parse(t["path"]),
                    t["title"],
                    tuple(Cell(**{**c, "path": ClausePath.parse(c["path"])}) for c in t["cells"]),
                )
                for t in record["tables"]
            ),
            duties=tuple(
                Duty(ClausePath.parse(d["path"]), d["role"], tuple(d["units"]), tuple(d["inherited"]))
                for d in record["duties"]
            ),
            references=tuple(Reference(**{**r, "path": ClausePath.parse(r["path"])}) for r in record["references"]),
            findings=tuple(Finding(**f) for f in record["findings"]),
            furniture=tuple(Furniture(**f) for f in record["furniture"]),
            # Records of before 2026-11-25 have neither; a store that holds them is rebuilt from them by the next ingest.
            metadata=Metadata.from_json(record["metadata"]) if "metadata" in record else Metadata(),
            source_format=record["source"].get("format", "txt"),
        )
