"""What of a text's wording counts when texts are compared: pairs of characters and numbers, the question words left out."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.figures import arabic
from assistant.normalise import bare


def marks_of(text: str) -> set[str]:
    """All pairs of characters and all numbers of ``text``."""
    text = bare(arabic(text)).lower()
    marks = {text[i : i + 2] for i in range(len(text) - 1) if not text[i : i + 2].isdigit()}
    return marks | set(re.findall(r"\d+(?:\.\d+)?%?", text))


#: Clauses are asked about again and again; a few thousand of them cover a gazette.
clause_marks = lru_cache(maxsize=4096)(marks_of)


#: Question words and courtesies: their absence from a clause says nothing.
_EMPTY_WORDS = re.compile(
    r"请问|是不是|有没有|能不能|可不可以|要不要|会不会|算不算|行不行|到底|究竟|什么|怎么|怎样|如何|哪些|哪个|哪里|哪儿|哪|多少|好多|几多|几个|几|谁|吗|呢|啊|呀|吧|嘛|么|的|了|着|我们|我|你们|你|您|他们|他|她|它|这个|那个|这|那|咋|啥|一下|一个|就|都|也|还|又|才|要|想|知道|听说|现在|市里"
)


def content_marks(text: str) -> set[str]:
    """What is left of a question without its question words, as character pairs and numbers."""
    marks: set[str] = set()
    for piece in _EMPTY_WORDS.split(text):
        marks |= marks_of(piece)
    return marks


def mark_weights(marks: set[str], clauses: Sequence[set[str]]) -> dict[str, float]:
    """Rare wording weighs more: log of the pool's size over how many of its clauses hold the mark."""
    return {mark: math.log((len(clauses) + 1) / (sum(mark in held for held in clauses) + 0.5)) for mark in marks}
