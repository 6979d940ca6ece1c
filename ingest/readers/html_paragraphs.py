"""Blocks that one paragraph was broken into become one again: titles in two lines, sentences broken by a page's end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest import patterns
from ingest.patterns import squash
from ingest.readers.html_blocks import Block
from ingest.readers.html_main import title_span
from ingest.readers.html_text import LABEL

#: Match: － 12 －, —3—. Miss: 12.
_PAGE_NUMBER = re.compile(r"[-—–－·•─]+\s*\d{1,4}\s*[-—–－·•─]+$")
_BARE_NUMBER = re.compile(r"\d{1,3}$")
_DATE_END = re.compile(r"[年月日]$|印发$")


@dataclass(frozen=True)
class Group:
    """Blocks, by index, that make one paragraph; ``furniture`` names what it is where it is no paragraph."""

    blocks: tuple[int, ...]
    furniture: str | None = None


def group_blocks(
    blocks: list[Block], order: Sequence[int], furniture: frozenset[int], alone: set[int], titles: tuple[str, ...]
) -> list[Group]:
    """The paragraphs of ``order`` (indexes of blocks in reading order), each block in exactly one group.

    ``alone`` are blocks that never join (facts). A page number between two halves of a sentence comes after the sentence.
    """
    prose = [b for b in (blocks[i] for i in order) if not b.cells and not b.centred and len(b.text) >= 30]
    indented = len(prose) >= 4 and sum(b.indented for b in prose) >= 0.7 * len(prose)
    groups: list[Group] = []
    numbers: list[Group] = []
    position = 0
    while position < len(order):
        i = order[position]
        block = blocks[i]
        if i in furniture:
            groups += [*numbers, Group((i,), "site_furniture")]
            numbers = []
        elif _is_page_number(block, position, len(order)):
            numbers.append(Group((i,), "page_number"))
            position += 1
            continue
        elif (position < 60 or block.centred) and (n := _title_at(blocks, order, position, titles)) > 1:
            groups += [*numbers, Group(tuple(order[position : position + n]))]
            numbers = []
            position += n - 1
        elif (
            groups
            and groups[-1].furniture is None
            and not alone & {i, groups[-1].blocks[-1]}
            and _continues(blocks[groups[-1].blocks[-1]], block, indented, after_number=bool(numbers))
        ):
            groups[-1] = Group((*groups[-1].blocks, i))
        else:
            groups += numbers
            numbers = []
            groups.append(Group((i,)))
        position += 1
    return groups + numbers


def _is_page_number(block: Block, position: int, n: int) -> bool:
    text = block.text.strip()
    if block.cells or (not _PAGE_NUMBER.match(text) and not _BARE_NUMBER.match(text)):
        return False
    # a bare number is a page number only where pages or the page's own parts are counted: at the very end
    return bool(_PAGE_NUMBER.match(text)) or position >= n - 6


def _title_at(blocks: list[Block], order: Sequence[int], position: int, titles: tuple[str, ...]) -> int:
    n = title_span(blocks, order[position], titles)
    expected = list(range(order[position], order[position] + n))
    return n if list(order[position : position + n]) == expected else 0


def _continues(before: Block, block: Block, indented: bool, after_number: bool) -> bool:
    """True when ``block`` goes on with the sentence that ``before`` broke off.

    Sentences break off where a page of paper ended (北京市 rules of 2007 on the web: …在廉租住房管理 | 工作中利用职务…).
    """
    a, b = before.text.rstrip(), block.text.lstrip()
    if before.cells or block.cells or before.heading or block.heading:
        return False
    if (before.centred and len(a) < 60) or (block.centred and len(b) < 60):
        return False
    if patterns.TERMINAL.search(a) or LABEL.match(b) or (_DATE_END.search(b) and len(b) < 30):
        return False
    if not re.search(r"[。；;！？，、：:]", b):
        return False
    if a.endswith(("，", "、")):
        return len(a) >= 8
    if patterns.ARTICLE.match(a) and "，" in a:
        return True
    # A title has no comma; a sentence cut at a page's end nearly always has one.
    is_cut = len(squash(a)) >= 20 and re.search("[，。]" if after_number else "，", a) and not re.match(r"附\s*件", a)
    return bool(is_cut) and not block.indented and (indented or after_number)
