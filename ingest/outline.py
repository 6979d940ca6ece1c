"""What stands above the numbers of a text: parts (编章节), headings without a number, questions of a 问答 page.

Read over the whole text before its clauses are built, because one line alone does not show it: a short line is a heading
where lists begin anew under several such lines; 第一章 is part of an address only where no articles give one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest import patterns
from ingest.addressees import read_addressees
from ingest.dates import find_dates
from ingest.joining import Block
from ingest.labels import Label
from ingest.numerals import LARGEST_NUMBER, chinese_numeral, read_numeral
from ingest.patterns import squash

#: A clause label has no / and no #; a heading that has them keeps their full-width twins.
_NOT_IN_PATHS = str.maketrans("/#\t", "／＃ ")
_LONGEST_NAME = 30
#: 问：…, 问题3：…, Q1. …, [问] …
_QUESTION = re.compile(
    r"[【\[]?\s*(?:问题?|[QＱ])\s*(?P<n>[0-9]{1,3}|[一二三四五六七八九十]{1,3})?\s*[】\]]?\s*[:：.、．]\s*"
)
_ANSWER = re.compile(r"[【\[]?\s*(?:答案?|答复|回答|[AＡ])\s*[0-9]{0,3}\s*[】\]]?\s*[:：.、．]")


@dataclass(frozen=True)
class Part:
    level: str
    path_label: str


@dataclass(frozen=True)
class Outline:
    """Indices of blocks that are parts, headings without a number, and questions."""

    parts: dict[int, Part] = field(default_factory=dict)
    #: Parts are labels of the paths: the text has no articles, and numbers begin anew in each part.
    parts_in_paths: bool = False
    names: dict[int, str] = field(default_factory=dict)
    questions: dict[int, Label] = field(default_factory=dict)


def read_outline(blocks: Sequence[Block]) -> Outline:
    """The outline of one text. Linear in the number of blocks."""
    parts = _parts(blocks)
    has_articles = any(b.label and b.label.kind == "article" for b in blocks)
    if has_articles:
        return Outline(parts)
    questions = _questions(blocks)
    in_paths = len(parts) >= 2 and _parts_are_needed(blocks, parts)
    names = {} if questions else _names(blocks, parts)
    return Outline(parts, in_paths, names, questions)


def _parts(blocks: Sequence[Block]) -> dict[int, Part]:
    parts = {}
    for i, block in enumerate(blocks):
        if block.label is not None or block.is_row or not block.text.startswith("第"):
            continue
        match = patterns.PART_HEADING.match(block.text)
        if match and not patterns.TERMINAL.search(squash(block.text)):
            try:
                number = read_numeral(squash(match["n"]))
            except ValueError:
                continue
            if 0 < number <= LARGEST_NUMBER:
                parts[i] = Part(match["level"], f"第{chinese_numeral(number)}{match['level']}")
    return parts


def _parts_are_needed(blocks: Sequence[Block], parts: dict[int, Part]) -> bool:
    """Some part has text of its own, or numbers that an earlier part has had."""
    seen: set[tuple[str, int]] = set()
    here: set[tuple[str, int]] = set()
    in_part = False
    for i, block in enumerate(blocks):
        if i in parts:
            seen |= here
            here, in_part = set(), True
        elif in_part and block.label is None and not here and not block.is_row:
            return True
        elif block.label is not None:
            key = (block.label.kind, block.label.number)
            if key in seen and block.label.kind in ("chinese", "bracketed_chinese") and block.label.number == 1:
                return True
            here.add(key)
    return False


def _names(blocks: Sequence[Block], parts: dict[int, Part]) -> dict[int, str]:
    """Headings without a number: short lines that lists begin anew under, or that the format sets apart."""
    if any(b.label and b.label.kind == "chinese" for b in blocks):
        return {}
    declared, led = [], []
    for i, block in enumerate(blocks[:-1]):
        if i in parts or not _is_name(block):
            continue
        after = blocks[i + 1]
        if after.label is not None and after.label.number == 1 and after.label.kind != "point":
            led.append(i)
        if block.is_set_apart and not (after.is_set_apart and _is_name(after)):
            declared.append(i)
    chosen = declared if len(declared) >= 2 else []
    if len(led) >= 2:
        chosen = sorted({*chosen, *led})
    return {i: _name(blocks[i].text) for i in chosen}


def _is_name(block: Block) -> bool:
    compact = squash(block.text)
    return (
        block.label is None
        and not block.is_row
        and 2 <= len(compact) <= _LONGEST_NAME
        and not patterns.TERMINAL.search(compact.rstrip(":："))
        and not re.search(r"[。；;，,]", compact)
        and not find_dates(compact)
        and not read_addressees(compact)
        and not re.match(r"(?:附|注|备注|联系|电话|地址|单位)", compact)
        and bool(re.search(r"[一-鿿]{2}", compact))
    )


def _name(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().rstrip(":：").translate(_NOT_IN_PATHS)


def _questions(blocks: Sequence[Block]) -> dict[int, Label]:
    """Questions of a 问答 page, numbered in print order; ``{}`` where there are no answers to them."""
    found = [(i, m) for i, b in enumerate(blocks) if not b.is_row and (m := _QUESTION.match(b.text))]
    answers = sum(1 for b in blocks if not b.is_row and _ANSWER.match(b.text))
    if len(found) < 2 or answers < len(found) // 2 or not answers:
        return {}
    return {i: Label("question", n, 0, m[0].strip(), m.end()) for n, (i, m) in enumerate(found, start=1)}
