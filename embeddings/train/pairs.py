"""Provisions and questions become (query, passage) pairs, the only thing the encoder learns from."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from embeddings.train.sources import Article, Provision, Question

_SENTENCE = re.compile(r"[^。；;\n！？]+[。；;！？]?")


@dataclass(frozen=True)
class Pair:
    """A query and the passage it should find.

    `kind` decides how batches are made: pairs of one kind train together, so that a batch cannot be
    solved by telling questions from headings. In a `keywords` pair the query is the passage's own text,
    of which training keeps a few telling tokens, drawn anew each time.
    """

    query: str
    passage: str
    kind: str


def sentences(text: str, shortest: int = 8) -> list[str]:
    """Returns the sentences of at least `shortest` characters, in order.

    >>> sentences("有下列情形之一的，不予受理：\\n（一）材料不全；\\n（二）不属于本机关职权范围的。")
    ['有下列情形之一的，不予受理：', '（一）材料不全；', '（二）不属于本机关职权范围的。']
    """
    return [found for match in _SENTENCE.findall(text) if len(found := match.strip()) >= shortest]


def placed(provision: Provision, text: str | None = None) -> str:
    """Returns the passage as the index embeds it: title, heading, then the text (the provision's own by default)."""
    return "\n".join(part for part in (provision.title, provision.heading, text or provision.text) if part)


def provision_pairs(provisions: Sequence[Provision], rng: random.Random) -> Iterator[Pair]:
    """Yields the pairs that documents give by their structure; provisions with equal text count once."""
    seen: set[str] = set()
    previous: Provision | None = None
    for provision in provisions:
        if provision.text in seen or len(provision.text) < 12:
            continue
        seen.add(provision.text)
        own = sentences(provision.text)
        yield Pair(provision.text, placed(provision), "keywords")
        if provision.heading and rng.random() < 0.5:
            yield Pair(f"{provision.title}{provision.heading}", provision.text, "heading")
        if own:
            query = rng.choice(own)
            rest = provision.text.replace(query, "", 1).strip()
            # Now and then the sentence stays in: a question often repeats the words of its answer.
            if len(rest) < 12 or rng.random() < 0.2:
                rest = provision.text
            yield Pair(query, placed(provision, rest), "sentence")
            if previous and previous.title == provision.title and rng.random() < 0.25:
                yield Pair(query, previous.text, "neighbour")
        previous = provision


def question_pairs(questions: Iterable[Question], articles: Sequence[Article]) -> Iterator[Pair]:
    """Yields the pairs of questions with their gold articles and of answers with both."""
    for question in questions:
        for gold_id in question.gold_ids:
            yield Pair(question.text, articles[gold_id].passage, "question")
        if len(question.answer) >= 12:
            yield Pair(question.text, question.answer, "answer")
            for gold_id in question.gold_ids:
                yield Pair(question.answer, articles[gold_id].passage, "answer")


def written_pairs(questions: Iterable[tuple[str, Sequence[str]]]) -> Iterator[Pair]:
    """Yields the pairs of written questions, each (text, passages that answer it)."""
    for text, passages in questions:
        for passage in passages:
            yield Pair(text, passage, "question")
