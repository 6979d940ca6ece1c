"""Texts beside the project, read into provisions (what is searched) and questions (what is asked)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ARTICLE = re.compile(r"^\**(第[一二三四五六七八九十百千零〇0-9]+条(?:之[一二三四五六七八九十]+)?)\**[\s　:：]*")
_DIVISION = re.compile(r"^#*\s*(第[一二三四五六七八九十百0-9]+[编章节]\s*.*)$")
# "二、强化就业服务" and "（三）补贴标准" on a line of their own are headings; with a full stop they are text.
_OUTLINE = re.compile(r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）])\s*([^。；;]{2,40})$")
_DATE_SUFFIX = re.compile(r"\s*[（(]\d{4}-\d{2}-\d{2}[)）]$")
_TITLE_END = re.compile(
    r"(通知|意见|办法|规定|条例|决定|方案|细则|规则|公告|通告|规划|批复|函|纲要|措施|标准|规范|解释|法|指南|计划)"
    r"(?:[（(].{1,8}[)）])?$"
)
_HAN = re.compile(r"[一-鿿]")
# A few saved pages are the source view of a page, markup as text.
_MARKUP = re.compile(r"<[^<>]{1,200}>")


@dataclass(frozen=True)
class Provision:
    """One article or paragraph with its place: title of the document, heading above it, own text."""

    title: str
    heading: str
    text: str


@dataclass(frozen=True)
class Article:
    """One article of STARD's collection; `article_id` is its place in `articles.jsonl`."""

    article_id: int
    law: str
    label: str
    text: str

    @property
    def passage(self) -> str:
        """The text as it is embedded and measured: name of the law, label, content."""
        return f"{self.law}{self.label}\n{self.text}"


@dataclass(frozen=True)
class Question:
    """A question with the articles that answer it and, where recorded, an answer in prose."""

    question_id: str
    text: str
    answer: str
    gold_ids: tuple[int, ...]


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """Yields the rows of a JSONL file in order."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def split_provisions(title: str, lines: Iterable[str]) -> Iterator[Provision]:
    """Yields the provisions of a document in order.

    A 第X条 collects the lines after it up to the next article or heading. A line outside any article
    is a provision of its own where it is long enough to say something (15 characters).
    """
    heading, article = "", list[str]()
    for raw in lines:
        line = _MARKUP.sub("", raw).strip()
        if not line:
            continue
        division, outline = _DIVISION.match(line), _OUTLINE.match(line)
        starts = _ARTICLE.match(line)
        if (division or starts or line.startswith("#")) and article:
            yield Provision(title, heading, "\n".join(article))
            article = []
        if division:
            heading = re.sub(r"[\s　]+", "", division[1])
        elif line.startswith("#"):
            heading = re.sub(r"[#\s　]+", "", line)
        elif starts:
            article = [line[starts.end() :]]
        elif article:
            article.append(line)
        elif outline:
            heading = outline[1]
        elif len(_HAN.findall(line)) >= 15:
            yield Provision(title, heading, line)
    if article:
        yield Provision(title, heading, "\n".join(article))


def read_laws(shared: Path) -> list[Provision]:
    """Returns the provisions of `corpora/laws`, files in order of their path."""
    provisions: list[Provision] = []
    for path in sorted((shared / "corpora" / "laws").rglob("*.md")):
        body = path.read_text(encoding="utf-8").split("<!-- INFO END -->")[-1]
        provisions += split_provisions(_DATE_SUFFIX.sub("", path.stem), body.split("\n"))
    return provisions


def read_policies(shared: Path) -> list[Provision]:
    """Returns the provisions of `corpora/policy_text.jsonl` and of the government work reports."""
    provisions: list[Provision] = []
    for row in read_jsonl(shared / "corpora" / "policy_text.jsonl"):
        lines = row["text"].split("\n")
        # Saved pages begin with site furniture ("RSS信息订阅 | 繁体"): the title is the first line that ends like one.
        named = (line.strip() for line in lines[:15] if _TITLE_END.search(line.strip()) and "|" not in line)
        provisions += split_provisions(next(named, Path(row["path"]).stem), lines)
    for row in read_jsonl(shared / "corpora" / "government_work_reports.jsonl"):
        provisions += split_provisions(row["title"], row["content"].split("\n"))
    return provisions


def read_articles(shared: Path) -> list[Article]:
    """Returns STARD's articles; the position in the list is the id."""
    rows = read_jsonl(shared / "benchmarks" / "stard" / "articles.jsonl")
    return [Article(row["id"], row["law"], row["article"], row["content"]) for row in rows]


def read_questions(shared: Path) -> list[Question]:
    """Returns STARD's questions by lay people, with lawyers' answers where they are given."""
    rows = read_jsonl(shared / "benchmarks" / "stard" / "questions_train.jsonl")
    # A missing answer is written as the number NaN in this file.
    return [
        Question(
            f"stard-{row['query_id']}",
            row["question"],
            row["answer"] if isinstance(row["answer"], str) else "",
            tuple(row["gold_ids"]),
        )
        for row in rows
    ]


def read_scenarios(shared: Path, articles: Sequence[Article]) -> list[Question]:
    """Returns LawBench's scenarios (3-2) whose gold article is among `articles`; the others are left out."""
    by_name = {(_short_law(article.law), article.label): article.article_id for article in articles}
    scenarios = []
    for row in read_jsonl(shared / "benchmarks" / "lawbench" / "3-2.jsonl"):
        gold = tuple(found for name in row["gold"] if (found := _resolve(name, by_name)) is not None)
        if gold:
            answer = re.sub(r"^[^，,]{0,30}第[^，,]{1,12}条[^，,]{0,6}[，,]", "", row["answer"])
            scenarios.append(Question(f"lawbench-3-2-{row['id']}", row["question"], answer, gold))
    return scenarios


def fold_of(question_id: str, seed: int, folds: int = 5) -> int:
    """Returns which of `folds` parts a question belongs to: a seeded hash of its id, the same on every machine.

    >>> [fold_of(f"stard-{n}", seed=7) for n in range(6)]
    [0, 0, 3, 2, 2, 3]
    """
    digest = hashlib.sha256(f"{seed}:{question_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") * folds >> 32


def without_repeats(
    questions: Sequence[Question], held_out: Sequence[Question], threshold: float = 0.6
) -> list[Question]:
    """Returns the questions that do not repeat a held-out one, in order.

    Two questions repeat each other where their sets of character pairs overlap by `threshold` or more (Jaccard).
    """
    kept_apart = [_character_pairs(question.text) for question in held_out]
    return [
        question
        for question in questions
        if all(_jaccard(_character_pairs(question.text), other) < threshold for other in kept_apart)
    ]


def _short_law(name: str) -> str:
    return re.sub(r"^(根据)?(中华人民共和国)?", "", name.strip("《》"))


def _resolve(name: Mapping[str, str], by_name: Mapping[tuple[str, str], int]) -> int | None:
    return by_name.get((_short_law(name["law"]), name["article"]))


def _character_pairs(text: str) -> frozenset[str]:
    han = "".join(_HAN.findall(text))
    return frozenset(han[i : i + 2] for i in range(len(han) - 1))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 1.0
