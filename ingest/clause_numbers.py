"""第五条第二款第(三)项 and lists of them in running text, read into steps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ingest.numerals import read_numeral
from ingest.refs import label_kind
from ingest.targets import Step

_CN = "零〇一二三四五六七八九十百千"
N = rf"(?:[{_CN}]+|[0-9]{{1,4}})"
_B, _E = r"[(（]?\s*", r"\s*[)）]?"
_OR = r"(?:[、,，和及或与]|以及|或者)"
_TO = r"(?:至|到|—|－|-|～|~)"
_NUMBERS = rf"{_B}{N}{_E}(?:\s*(?:{_OR}|{_TO})\s*第?\s*{_B}{N}{_E}){{0,40}}"
_LEVEL = r"条(?!款[^第]|例[^外示如]|件|约|线|路|生产线)|款(?![项式额物])|项(?![目])|目(?![标录的])|节(?![点约能目课])|章(?!程)|编(?![制号码])|部分"
#: 第五条, 第五、六条, 第(一)项至第(三)项, 第十二条之一, (二)项 behind a 条. Miss: 第三条例, 第一项目, 第一章程.
STEP = re.compile(rf"\s*第\s*(?P<n>{_NUMBERS})\s*(?P<level>{_LEVEL})(?:之(?P<suffix>[{_CN}]+)(?!审|项))?")
LATER_STEP = re.compile(
    rf"\s*(?:第\s*(?P<n>{_NUMBERS})|(?P<b>[(（]\s*{N}\s*[)）](?:\s*(?:{_OR}|{_TO})\s*[(（]\s*{N}\s*[)）])*))\s*(?P<level>{_LEVEL})(?:之(?P<suffix>[{_CN}]+)(?!审|项))?"
)
CONTINUED = re.compile(rf"\s*(?P<to>{_TO})?(?:{_OR})?\s*(?=第\s*[(（]?\s*{N}|[(（]\s*{N}\s*[)）]\s*项)")
DEPTH = {level: i for i, level in enumerate(("编", "章", "节", "部分", "条", "款", "项", "目"))}


@dataclass(frozen=True)
class ClauseGroup:
    """One clause as said: its steps, the last of a range, and where it stands."""

    steps: tuple[Step, ...]
    until: tuple[Step, ...] | None
    start: int
    end: int


@dataclass(frozen=True)
class _ListGroup(ClauseGroup):
    """第五、六条, 第一项至第三项 written as one: the clauses before the last."""

    before: tuple[ClauseGroup, ...] = ()

    @cached_property
    def all(self) -> tuple[ClauseGroup, ...]:
        return (*self.before, ClauseGroup(self.steps, self.until, self.start, self.end))


def read_group(text: str, start: int, inherited: Sequence[Step]) -> ClauseGroup | None:
    """第五条第二款第(三)项 at ``start``; a 款 or 项 that goes on a list stands in the clause named before it."""
    steps: list[Step] = []
    printed: list[str] = []
    end = start
    pattern = STEP if not inherited and text[start : start + 1] == "第" else LATER_STEP
    while match := pattern.match(text, end):
        level = match["level"]
        if steps and DEPTH[level] <= DEPTH[steps[-1].level]:
            break
        numbers = match["n"] or match["b"]
        try:
            value = read_numeral(re.findall(N, numbers)[-1])
            suffix = read_numeral(match["suffix"]) if match["suffix"] else 0
        except ValueError:
            break
        steps.append(Step(level, value, suffix))
        printed.append(numbers)
        end, pattern = match.end(), LATER_STEP
    if not steps:
        return None
    base = tuple(s for s in inherited if DEPTH[s.level] < DEPTH[steps[0].level])
    group = ClauseGroup((*base, *steps), None, start, end)
    several = next((i for i, numbers in enumerate(printed) if len(re.findall(N, numbers)) > 1), 0)
    return _with_numbers(group, len(base) + several, printed[several], steps[several].level)


def _with_numbers(group: ClauseGroup, at: int, numbers: str, level: str) -> ClauseGroup:
    """Several numbers before one 条 or 项: the last of them carries the deeper steps."""
    pieces = list(re.finditer(rf"(?P<join>{_OR}|{_TO})?\s*第?\s*[(（]?\s*(?P<n>{N})", numbers))
    if len(pieces) < 2:
        return group
    base, deeper = group.steps[:at], group.steps[at + 1 :]
    made: list[ClauseGroup] = []
    for i, piece in enumerate(pieces):
        try:
            step = Step(level, read_numeral(piece["n"]), group.steps[at].suffix if i == len(pieces) - 1 else 0)
        except ValueError:
            return group
        steps = (*base, step, *(deeper if i == len(pieces) - 1 else ()))
        if piece["join"] and re.fullmatch(_TO, piece["join"]) and made:
            made[-1] = replace(made[-1], until=steps)
        else:
            made.append(ClauseGroup(steps, None, group.start, group.end))
    last = made[-1]
    return _ListGroup(last.steps, last.until, group.start, group.end, tuple(made[:-1]))


def parts_of(group: ClauseGroup) -> list[ClauseGroup]:
    return list(group.all) if isinstance(group, _ListGroup) else [group]


def steps_of(path: str | None) -> tuple[Step, ...]:
    steps: list[Step] = []
    for label in path.split("/") if path else ():
        kind, number = label_kind(label)
        if kind == "article":
            steps = [Step("条", number[0], number[1])]
        elif kind == "paragraph":
            steps.append(Step("款", number[0]))
    return tuple(steps)
