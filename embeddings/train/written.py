"""Questions written by the project: everyday wording for clauses of laws, policies and local regulations.

They lie in `questions/`, a file for each collection, by document and clause. Language-model assistants at work on the
project wrote them one by one, from the clause alone, without templates and without having seen a benchmark's questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from embeddings.passages import Entry, entries_of
from embeddings.train.sources import Article, read_jsonl
from ingest.documents import Document, IngestError, SourceFile
from ingest.reader import parse_source
from ingest.sources import read_bytes

FOLDER = Path(__file__).with_name("questions")


@dataclass(frozen=True)
class WrittenQuestion:
    """A question with the clauses of one document that answer it together.

    Attributes:
        collection: ``laws`` (articles of STARD), ``policies`` (``policy_text.jsonl``) or ``regulations`` (files).
        document: Title of the document.
        source: Where the document lies: the row's ``path`` or the file under ``../shared``; empty for ``laws``.
        clauses: Labels (laws) or clause paths.
    """

    text: str
    collection: str
    document: str
    source: str
    clauses: tuple[str, ...]

    @property
    def question_id(self) -> str:
        """What splits are made by: a document's questions stay together outside the laws, where they are many."""
        return f"{self.collection}:{self.text}" if self.collection == "laws" else f"{self.collection}:{self.document}"


def read_written(folder: Path = FOLDER) -> list[WrittenQuestion]:
    """Returns every written question, files in order of name.

    Raises:
        ValueError: a line is neither a comment, nor a document, nor a clause with a question.
    """
    questions = []
    for path in sorted(folder.glob("*.tsv")):
        document, source = "", ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.startswith("## "):
                document, _, source = line[3:].partition("\t")
            elif line.strip() and not line.startswith("#"):
                clauses, tab, text = line.partition("\t")
                if not (tab and text and clauses and document):
                    raise ValueError(f"{path.name}:{number}: {line!r}")
                questions.append(WrittenQuestion(text, path.stem, document, source, tuple(clauses.split(" "))))
    return questions


def passages(
    shared: Path, questions: Sequence[WrittenQuestion], articles: Sequence[Article]
) -> Iterator[tuple[WrittenQuestion, list[str]]]:
    """Yields each question with the texts of its clauses, as the index embeds them; a clause not found has none."""
    by_name = {(article.law, article.label): article for article in articles}
    documents = WrittenDocuments(shared)
    for question in questions:
        if question.collection == "laws":
            found = [by_name.get((question.document, clause)) for clause in question.clauses]
            yield question, [article.passage for article in found if article]
        else:
            entries = documents.entries(question.collection, question.source, question.document)
            yield question, [whole_passage(entries, clause) for clause in question.clauses if clause in entries]


def whole_passage(entries: Mapping[str, Entry], path: str) -> str:
    """The clause with its place, and everything under it: an article without its items is a lead-in only."""
    entry = entries[path]
    under = [other.body for name, other in entries.items() if name.startswith(f"{path}/")]
    return "\n".join(part for part in (entry.title, entry.heading, entry.context, entry.body, *under) if part)


class WrittenDocuments:
    """Documents of the two collections, parsed when first asked for."""

    def __init__(self, shared: Path):
        self._shared = shared
        self._texts: dict[str, str] | None = None
        self.document = cache(self._document)
        self.entries = cache(self._entries)

    def _entries(self, collection: str, source: str, title: str) -> dict[str, Entry]:
        document = self.document(collection, source, title)
        return {str(e.ref.path): e for e in entries_of(document)} if document else {}

    def batch(self, collection: str, source: str, title: str) -> tuple[SourceFile, bytes, list[Document]] | None:
        """The document as a store takes it, alone; ``None`` where it cannot be read."""
        read, data = self._read(collection, source)
        document = self.document(collection, source, title)
        return (read, data, [document]) if read and document else None

    def _document(self, collection: str, source: str, title: str) -> Document | None:
        read, _ = self._read(collection, source)
        try:
            parsed = parse_source(read) if read else []
        except IngestError:
            return None
        return next((document for document in parsed if document.title == title), None)

    def _read(self, collection: str, source: str) -> tuple[SourceFile | None, bytes]:
        if collection == "regulations":
            path = self._shared / source
            data = path.read_bytes() if path.is_file() else b""
        else:
            if self._texts is None:
                rows = read_jsonl(self._shared / "corpora" / "policy_text.jsonl")
                self._texts = {row["path"]: row["text"] for row in rows}
            data = self._texts.get(source, "").encode()
        # The name decides nothing but the title of a text that has none.
        name = f"{Path(source).stem}.txt" if collection == "policies" else Path(source).name
        try:
            return read_bytes(data, name), data
        except IngestError:
            return None, data
