"""Which sentences of a clause answer a question: the one that does, and the run around it that belongs to it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.figures import quantities
from assistant.marks import content_marks
from assistant.normalise import bare
from assistant.sources import own_text, sentences
from ingest import Clause

Encode = Callable[[Sequence[str]], np.ndarray]

#: A shown run of sentences: long enough for the conditions that go with a rule, short enough to read on a phone.
MAX_RUN = 300
_SHORT_CLAUSE = 170
#: A neighbouring sentence joins the run from this share of the best sentence's score on.
_JOINS = 0.35
#: A label before a heading is no longer than this.
_LABEL_LENGTH = 5
#: What the title and the headings say already chooses the clause, not the sentence.
_NAMES_TOPIC = 0.4
#: What a follow-up adds (那涉及几个科室的呢) tells the sentences of the clause spoken of apart.
_ADDED = 3.0
#: How many sentences a wording that none holds counts as standing in.
_ABSENT = 0.5
#: 引进几家, 多少天: the unit that the figure asked for has.
_ASKED_UNIT = re.compile(
    r"(?:几|多少|好多|几多)(?:个|来)?(?:亿|万|千|百)?(?P<unit>家|人|户|个|项|条|元|块|钱|天|日|月|年|岁|次|种|类|名|亩|公里|成|吨|所|座|床|小时|倍|万|亿)"
)
_TIME_OPENING = re.compile(r"\s*[^,，。;；:：]{0,10}(?:年|月|季度|上半年|下半年|期间)[^,，。;；:：]{0,6}(?=[,，])")
_DEFINES = re.compile(r"是指|所称|指的是|即|包括")
_WHO_SENTENCE = re.compile(r"负责|牵头|主管|责任人|会同")


@dataclass(frozen=True)
class Passage:
    """A run of neighbouring sentences of a clause, ``start`` to ``end``, and within it the one that answers."""

    start: int
    end: int
    best_start: int
    best_end: int


@dataclass(frozen=True)
class Wanted:
    """What sentences are chosen by.

    Attributes:
        query: the question as it was made whole.
        encode_query, encode: questions and sentences to vectors.
        expansion: official terms for its everyday words.
        asks: the slots that it asks for.
        follow_up: the message itself, where it follows on: what it adds tells sentences of one clause apart.
    """

    query: str
    encode_query: Encode
    encode: Encode
    expansion: str = ""
    asks: frozenset[str] = frozenset()
    follow_up: str = ""


def choose_sentences(wanted: Wanted, clause: Clause, budget: int = MAX_RUN, topic: str = "") -> Passage:
    """The run of ``clause`` that answers best, at most about ``budget`` characters; a short clause is taken whole.

    Args:
        topic: what a reader knows before the clause begins, the title and the headings above it.
    """
    text = own_text(clause)
    opening = _opening(clause)
    spans = [span for span in sentences(text) if span[0] >= opening]
    end = len(text.rstrip())
    if len(spans) <= 1:
        start, end = spans[0] if spans else (opening, end)
        return Passage(start, end, start, end)
    scores = _scores(wanted, [text[a:b] for a, b in spans], topic)
    best = int(np.argmax(scores))
    if len(text) - opening <= _SHORT_CLAUSE:
        return Passage(opening, end, *spans[best])
    first = last = best
    while True:
        options = [j for j in (first - 1, last + 1) if 0 <= j < len(spans)]
        options = [
            j
            for j in options
            if spans[max(last, j)][1] - spans[min(first, j)][0] <= budget and scores[j] >= _JOINS * scores[best]
        ]
        if not options:
            break
        j = max(options, key=lambda k: scores[k])
        first, last = min(first, j), max(last, j)
    start, end = spans[first][0], spans[last][1]
    return Passage(start, len(text[:end].rstrip()), *spans[best])


def _scores(wanted: Wanted, pieces: Sequence[str], topic: str) -> list[float]:
    """How well each sentence answers; wording that few sentences of the clause hold counts for more."""
    dense = wanted.encode(pieces) @ wanted.encode_query([wanted.query])[0]
    asked, extra = content_marks(wanted.query), content_marks(wanted.expansion)
    marks = [content_marks(piece) for piece in with_opening(pieces)]
    weight = {m: math.log(1 + len(pieces) / (sum(m in held for held in marks) or _ABSENT)) for m in asked | extra}
    for m in content_marks(topic) & weight.keys():
        weight[m] *= _NAMES_TOPIC
    for m in content_marks(wanted.follow_up) & weight.keys():
        weight[m] *= _ADDED
    asked_total = sum(weight[m] for m in asked) or 1.0
    extra_total = sum(weight[m] for m in extra) or 1.0
    unit = _ASKED_UNIT.search(wanted.query)
    scores = []
    for i, (piece, held) in enumerate(zip(pieces, marks, strict=True)):
        score = float(dense[i]) + 1.5 * sum(weight[m] for m in asked & held) / asked_total
        score += 0.8 * sum(weight[m] for m in extra & held) / extra_total
        if {"number", "money"} & wanted.asks and (found := quantities(piece)):
            score += 0.15
            units = {q.unit for q in found}
            if "money" in wanted.asks and units & {"元", "美元", "%"}:
                score += 0.2
            if unit and (unit["unit"] in units or (unit["unit"] in "块钱亿万" and "元" in units)):
                score += 0.2
        if "who" in wanted.asks and _WHO_SENTENCE.search(piece):
            score += 0.2
        if "definition" in wanted.asks and _DEFINES.search(piece):
            score += 0.3
        if i == 0 and len(bare(piece)) < 25:
            score -= 0.15  # The clause's heading, printed as its first sentence.
        scores.append(score)
    return scores


def with_opening(pieces: Sequence[str]) -> list[str]:
    """Each piece with the time that opens its sentence: 截至6月底 holds for every part up to the full stop."""
    opened, opening = [], ""
    for piece in pieces:
        opened.append(f"{opening},{piece}" if opening else piece)
        if not piece.rstrip().endswith((";", "；")):
            opening = ""
        elif not opening:
            time = _TIME_OPENING.match(piece)
            opening = time[0] if time else ""
    return opened


def _opening(clause: Clause) -> int:
    """Where a clause's own words begin: behind a notice's addressees (各县(区)人民政府…:), behind a heading on its own line."""
    first = clause.paragraphs[0].text
    if len(clause.paragraphs) == 1:
        return 0
    addressed = not clause.label and first.endswith((":", "："))
    headed = bool(clause.heading) and len(bare(first)) <= len(bare(clause.heading or "")) + _LABEL_LENGTH
    return len(first) + 1 if addressed or headed else 0
