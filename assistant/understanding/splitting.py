"""Several questions in one message come apart; a story stays with the question it leads to."""

from __future__ import annotations

import re

from assistant.normalise import bare

#: More are not answered in one go.
MAX_PARTS = 4
_PART = re.compile(r"(?<=[?？。;；!！\n])\s*|\s{1,}(?=[^\s]{5,})")
_ASKING = re.compile(
    r"谁|哪|什么|啥|多少|(?<![有那这好前头过近后十隔了又才])几|怎|咋|如何|吗|么|呢|能不能|可不可以|是不是|有没有|要不要|会不会|算不算|行不行|何时|为何|多[大高久长远密快]|区别|不同|对比|比较|[?？]"
)


def split_parts(text: str) -> tuple[str, ...]:
    """The single questions of a message, in order, at most ``MAX_PARTS``; the message itself where it holds one."""
    pieces = [p.strip() for p in _PART.split(text) if p and p.strip()]
    asking = [p for p in pieces if _ASKING.search(p) and len(bare(p)) >= 4]
    return tuple(asking[:MAX_PARTS]) if len(asking) >= 2 else (text,)
