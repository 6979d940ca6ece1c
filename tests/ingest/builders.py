"""Texts in, documents out: what the tests of reading have in common."""

from __future__ import annotations

from collections.abc import Iterable

from ingest import Clause, Document, SourceFile
from ingest.clauses import ClauseTree
from ingest.documents import ReadText
from ingest.joining import join_lines
from ingest.layout import Layout, Line, read_layout
from ingest.patterns import squash
from ingest.reader import parse_source
from ingest.settling import settle_labels


def source_of(text: str) -> SourceFile:
    return SourceFile("某市公报.txt", "0" * 64, text)


def parse(text: str) -> list[Document]:
    return parse_source(source_of(text))


def parse_one(text: str) -> Document:
    documents = parse(text)
    assert len(documents) == 1, [d.document_id for d in documents]
    return documents[0]


def document_text(*blocks: str, title: str = "某市公园管理办法") -> str:
    """A document of ``title`` and paragraphs, blank lines between."""
    return "\n\n".join((title, *blocks)) + "\n"


def paths(document: Document) -> list[str]:
    return [str(c.path) for c in document.clauses]


def finding_codes(document: Document) -> list[str]:
    return [f.code for f in document.findings]


def lines_of(*texts: str) -> list[Line]:
    """Printed lines, one a text, each a paragraph of its own, their labels settled."""
    read = ReadText("\n".join(texts), is_paragraphed=True)
    return settle_labels([x for x in read_layout(read.text, read).lines if x.furniture is None])


def tree_of(*paragraphs: str, unlabelled: str = "前言") -> list[Clause]:
    """The clauses of paragraphs that need no joining."""
    tree = ClauseTree(unlabelled)
    tree.add_all(join_lines(lines_of(*paragraphs), Layout((), wrapped=False, indented=False)))
    tree.close()
    return tree.clauses()


def lost_characters(text: str, documents: Iterable[Document]) -> str:
    """The non-space characters of ``text`` that lie in no clause and no furniture."""
    held = bytearray(len(text))
    for document in documents:
        spans = [(p.start, p.end) for c in document.clauses for p in c.paragraphs]
        spans += [(f.start, f.end) for f in document.furniture]
        for start, end in spans:
            held[start:end] = b"\x01" * (end - start)
    return "".join(c for c, h in zip(text, held, strict=True) if not h and not c.isspace())


def altered_paragraphs(text: str, document: Document) -> list[tuple[str, str]]:
    """Paragraphs that do not reproduce their span, white space and the furniture printed inside it apart."""
    altered = []
    for clause in document.clauses:
        for paragraph in clause.paragraphs:
            printed = list(text[paragraph.start : paragraph.end])
            for f in document.furniture:
                for i in range(max(f.start, paragraph.start), min(f.end, paragraph.end)):
                    printed[i - paragraph.start] = " "
            before, after = squash("".join(printed)), squash(paragraph.text)
            # the bars of a Markdown table part its cells as tabs do
            if before.replace("|", "") != after.replace("|", ""):
                altered.append((before, after))
    return altered
