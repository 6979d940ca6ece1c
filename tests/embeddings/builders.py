"""Documents built by hand, and an encoder whose vectors can be worked out by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from ingest.documents import Cell, Clause, Document, Paragraph, SourceFile, Table
from ingest.refs import ClausePath, DocumentNumber


class WordEncoder:
    """A vector counts given words, one a dimension, brought to length 1; a text with none of them is a zero row.

    A token is a character. ``n_texts`` counts the passages that were embedded.
    """

    max_tokens = 512

    def __init__(self, *words: str, encoder_id: str = "words-1"):
        self.words, self.encoder_id, self.dim = words, encoder_id, len(words)
        self.n_texts = 0

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        counts = np.array([[text.count(word) for word in self.words] for text in texts], dtype=np.float32)
        lengths = np.linalg.norm(counts, axis=1, keepdims=True)
        return np.divide(counts, lengths, out=np.zeros_like(counts), where=lengths > 0)

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        self.n_texts += len(texts)
        return self.encode_queries(texts)

    def count_tokens(self, text: str) -> int:
        return len(text)


WORDS = ("养老", "抗震", "检查", "补贴", "转移", "失业")


def encoder(encoder_id: str = "words-1") -> WordEncoder:
    return WordEncoder(*WORDS, encoder_id=encoder_id)


def clause(path: str, text: str, *, start: int = 0, **facts: object) -> Clause:
    """A clause whose 款 are the lines of ``text``, printed one after the other from ``start``."""
    paragraphs = []
    for line in text.split("\n"):
        paragraphs.append(Paragraph(line, start, start + len(line)))
        start += len(line) + 1
    known = {"label": ClausePath.parse(path).last, "heading": None, "chapter": None, **facts}
    return Clause(ClausePath.parse(path), paragraphs=tuple(paragraphs), **known)  # type: ignore[arg-type]


def document(
    number: str | None,
    *clauses: tuple[str, str] | Clause,
    title: str = "某办法",
    source: str = "a.txt",
    content: bytes = b"a",
    tables: tuple[Table, ...] = (),
    attached_title: str | None = None,
) -> Document:
    """A document of ``source``; clauses given as (path, text) follow one another."""
    built, position = [], 0
    for given in clauses:
        one = given if isinstance(given, Clause) else clause(*given, start=position)
        built.append(one)
        position = one.end + 1
    return Document(
        title=title,
        document_number=DocumentNumber.parse(number) if number else None,
        document_number_raw=number,
        issuer=None,
        signed_on=None,
        kind="policy",
        openness=None,
        attached_title=attached_title,
        addressees=None,
        gazette=None,
        source_path=source,
        source_sha256=hashlib.sha256(content).hexdigest(),
        clauses=tuple(built),
        tables=tables,
    )


def batch(
    *documents: Document, source: str = "a.txt", content: bytes = b"a"
) -> tuple[SourceFile, bytes, list[Document]]:
    """A source with its bytes and documents, as ``Store.ingest`` takes them."""
    return SourceFile(source, hashlib.sha256(content).hexdigest(), content.decode()), content, list(documents)


def output_table() -> Table:
    """附件: two districts, two years of 农产品加工业产值(亿元)."""
    path = ClausePath.parse("附件")
    cells = []
    for row, values in (("渝水区", ("230", "260")), ("分宜县", ("150", "1000"))):
        for year, raw in zip((2025, 2026), values, strict=True):
            address = path.child(row).child(f"{year}年").child("农产品加工业产值(亿元)")
            cells.append(Cell(address, row, "农产品加工业产值(亿元)", year, "亿元", float(raw), raw, 0, 0))
    return Table(path, "目标任务分解表", tuple(cells))
