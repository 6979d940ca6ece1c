"""Articles and questions in the fields of STARD, and the articles as documents that the product can hold."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.errors import EvaluationError
from ingest.documents import Clause, Document, Paragraph, SourceFile
from ingest.refs import ClausePath

_LABEL = re.compile(r"(第[一二三四五六七八九十百千零〇\d]+条(?:之[一二三四五六七八九十]+)?)$")


@dataclass(frozen=True)
class Article:
    """One text to be found; ``id`` as the file has it, ``name`` the law with the article's number."""

    id: str
    name: str
    content: str

    @property
    def law(self) -> str:
        """The name without the article's number; the whole name where it ends in none."""
        return _LABEL.sub("", self.name) or self.name

    @property
    def label(self) -> str:
        """The article's number, ``前言`` where the name ends in none."""
        found = _LABEL.search(self.name)
        return found[1] if found else "前言"


@dataclass(frozen=True)
class Question:
    """One question; ``gold_ids`` are the articles that answer it, empty where the file does not say."""

    id: str
    text: str
    gold_ids: tuple[str, ...]


def read_articles(path: Path) -> list[Article]:
    """The articles of a JSONL file with ``id``, ``name``, ``content``.

    Raises:
        EvaluationError: the file or a line cannot be read, or an id comes twice.
    """
    articles = [
        Article(str(row["id"]), str(row["name"]), str(row["content"])) for row in _rows(path, "id", "name", "content")
    ]
    if len({article.id for article in articles}) < len(articles):
        raise EvaluationError(f"{path.name} 里有重复的 id；每条法条的 id 应当各不相同")
    return articles


def read_questions(path: Path) -> list[Question]:
    """The questions of a JSONL file with ``query_id``, ``question`` and, for scoring, ``gold_ids``.

    Raises:
        EvaluationError: the file or a line cannot be read, or an id comes twice.
    """
    questions = [
        Question(str(row["query_id"]), str(row["question"]), tuple(map(str, row.get("gold_ids", ()))))
        for row in _rows(path, "query_id", "question")
    ]
    if len({question.id for question in questions}) < len(questions):
        raise EvaluationError(f"{path.name} 里有重复的 query_id；每个提问的编号应当各不相同")
    return questions


Batches = list[tuple[SourceFile, bytes, list[Document]]]


def as_batches(articles: Sequence[Article]) -> tuple[Batches, dict[tuple[str, str], str]]:
    """The articles as a store takes them, a document for each law, and the article's id by (document id, clause path).

    Where one name holds two versions of a law, its numbers come twice: the second one of a number goes into a second
    document of that law, and so on.
    """
    laws: dict[str, list[Article]] = {}
    times: Counter[tuple[str, str]] = Counter()
    for article in articles:
        times[article.law, article.label] += 1
        version = times[article.law, article.label]
        title = article.law if version == 1 else f"{article.law}（同名之{version}）"
        laws.setdefault(title, []).append(article)
    batches: Batches = []
    ids: dict[tuple[str, str], str] = {}
    for title, members in laws.items():
        source, content, document = _law(title, members)
        batches.append((source, content, [document]))
        ids.update(((document.document_id, article.label), article.id) for article in members)
    return batches, ids


def _law(title: str, articles: Sequence[Article]) -> tuple[SourceFile, bytes, Document]:
    clauses, at = [], 0
    for article in articles:
        paragraphs = []
        for line in filter(None, map(str.strip, article.content.split("\n"))):
            paragraphs.append(Paragraph(line, at, at + len(line)))
            at += len(line) + 1
        label = "" if article.label == "前言" else article.label
        # An article without text keeps its place: it can be a gold one, and is then a miss of every system.
        clauses.append(
            Clause(ClausePath.parse(article.label), label, None, None, tuple(paragraphs) or (Paragraph("", at, at),))
        )
    text = "\n".join(paragraph.text for clause in clauses for paragraph in clause.paragraphs)
    content = f"{title}\n{text}".encode()
    source = SourceFile(f"{title}.txt", hashlib.sha256(content).hexdigest(), text)
    document = Document(
        title=title,
        document_number=None,
        document_number_raw=None,
        issuer=None,
        signed_on=None,
        kind="policy",
        openness=None,
        attached_title=None,
        addressees=None,
        gazette=None,
        source_path=source.path,
        source_sha256=source.sha256,
        clauses=tuple(clauses),
    )
    return source, content, document


def _rows(path: Path, *fields: str) -> Iterator[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"读不到 {path}（{error}）；请给出 UTF-8 编码的 JSONL 文件") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise EvaluationError(f"{path.name} 第 {number} 行不是 JSON（{error}）") from error
        absent = [field for field in fields if not isinstance(row, dict) or field not in row]
        if absent:
            raise EvaluationError(f"{path.name} 第 {number} 行缺少字段 {'、'.join(absent)}；字段见 STARD 的说明")
        yield row
