"""Printed lines: where they stand, which of them are page furniture, and which continue the line before.

A printer breaks sentences over lines, columns and pages. What belongs together is decided here, with the evidence of
the whole file: whether blank lines separate paragraphs, or every line is one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest import patterns
from ingest.documents import Paragraph
from ingest.patterns import squash, tidy

_HEAD_NOISE = re.compile(r"[\d\s·•・.\-—–]+")
_MARKDOWN = re.compile(r"#{1,6}\s+|>\s+")
#: |---|:--:| under the head of a Markdown table.
_TABLE_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+$")
_COMMENT = re.compile(r"<!--.*?-->$")
_LABEL_STARTS = (
    patterns.ARTICLE, patterns.CHINESE, patterns.BRACKETED_CHINESE, patterns.ARABIC, patterns.BRACKETED_ARABIC, patterns.CIRCLED,
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One printed line without its margins; ``source[start:end]`` is ``text``.

    ``gap`` says that a blank line or page furniture stands before it, ``bullet`` that a list mark was taken off.
    """

    text: str
    start: int
    end: int
    gap: bool
    bullet: bool
    indent: int
    #: page_number, running_head, table_rule or comment: page furniture, unless the masthead claims it; else None.
    furniture: str | None = None
    #: Where the list mark began that was taken off.
    mark_start: int | None = None

    @property
    def is_table_row(self) -> bool:
        return self.text.count("\t") >= 2 or (self.text.count("|") >= 3 and self.text.startswith("|"))


@dataclass(frozen=True)
class Layout:
    lines: tuple[Line, ...]
    #: Blank lines separate paragraphs and lines break inside sentences.
    wrapped: bool
    #: Paragraphs begin with an indent and lines break inside sentences.
    indented: bool


def _head_key(text: str) -> str:
    return _HEAD_NOISE.sub("", text)


def read_layout(text: str) -> Layout:
    """The lines of a file, page numbers and running heads marked as furniture. Linear in the length of ``text``."""
    raw: list[tuple[str, int, int, int, int | None]] = []
    position = 0
    for printed in text.split("\n"):
        stripped = printed.strip()
        start = position + (len(printed) - len(printed.lstrip()))
        indent = sum(2 if c == "　" else 1 for c in printed[: len(printed) - len(printed.lstrip())])
        end = start + len(stripped)
        printed_start = start
        for mark in (_MARKDOWN, patterns.BULLET):
            if (m := mark.match(stripped)) and len(stripped) > m.end():
                stripped, start = stripped[m.end() :], start + m.end()
        raw.append((stripped, start, end, indent, printed_start if start > printed_start else None))
        position += len(printed) + 1

    heads = Counter(
        key for t, *_ in raw if t and len(t) <= 30 and not patterns.TERMINAL.search(t) and (key := _head_key(t))
    )
    numbered_heads = Counter(
        key for t, *_ in raw if t and len(t) <= 30 and re.search(r"\d", t) and (key := _head_key(t)) and len(key) >= 4
    )

    lines: list[Line] = []
    gap = True
    for stripped, start, end, indent, mark_start in raw:
        if not stripped:
            gap = True
            continue
        kind = None
        key = _head_key(stripped)
        if _COMMENT.match(stripped):
            kind = "comment"
        elif _TABLE_RULE.match(stripped):
            kind = "table_rule"
        elif patterns.PAGE_NUMBER.match(stripped) and mark_start is None:
            kind = "page_number"
        elif (
            len(stripped) <= 30
            and heads[key] >= 3
            and (numbered_heads[key] >= 1 or heads[key] >= 4)
            and key.endswith(("文件", "公报", "通报", "汇编"))
        ):
            kind = "running_head"
        lines.append(Line(stripped, start, end, gap, mark_start is not None, indent, kind, mark_start))
        gap = kind is not None

    printed_lines = [a for a in lines if a.furniture is None]
    open_ends = sum(1 for a in printed_lines if not patterns.TERMINAL.search(a.text) and len(a.text) > 15)
    long_lines = sum(1 for a in printed_lines if len(a.text) > 15)
    gaps = sum(1 for a in printed_lines if a.gap)
    indents = sum(1 for a in printed_lines if a.indent >= 2)
    broken = long_lines > 0 and open_ends / long_lines > 0.35
    return Layout(
        tuple(lines),
        wrapped=broken and 0.08 * len(lines) < gaps < 0.9 * len(lines),
        indented=broken and 0.08 * len(lines) < indents < 0.7 * len(lines),
    )


def opens_label(text: str) -> bool:
    """True when a line begins like a numbered clause, and not like a citation of one."""
    for pattern in _LABEL_STARTS:
        if match := pattern.match(text):
            rest = text[match.end() :]
            if pattern is patterns.ARTICLE and not match["gap"]:
                return not patterns.CITED.match(rest)
            return True
    return bool(patterns.PART_HEADING.match(text))


def is_heading(text: str) -> bool:
    """True for a numbered line that is a title, not a sentence: 二、重点任务, (一)交通工程, 第二章 信息审核."""
    compact = squash(text)
    if len(compact) > 45 or patterns.TERMINAL.search(compact) or re.search(r"[。；;]|[:：].{4}", compact):
        return False
    return bool(patterns.PART_HEADING.match(text)) or (opens_label(text) and not patterns.ARTICLE.match(text))


def _is_closed(text: str) -> bool:
    compact = squash(text)
    return bool(patterns.TERMINAL.search(compact) or patterns.CLOSING_BRACKET.search(compact))


@dataclass
class _Open:
    parts: list[str]
    start: int
    end: int

    @property
    def text(self) -> str:
        return "".join(self.parts)


def join_lines(lines: Sequence[Line], layout: Layout) -> list[Paragraph]:
    """The natural paragraphs of ``lines``: what the printer broke is joined, what the author ended is not.

    Every non-blank character of ``lines`` is in exactly one paragraph.
    """
    paragraphs: list[Paragraph] = []
    current: _Open | None = None
    for index, line in enumerate(lines):
        if current is not None and _continues(current.text, lines, index, layout):
            glue = (
                " "
                if current.text[-1].isascii()
                and line.text[0].isascii()
                and line.text[0].isalnum()
                and current.text[-1].isalnum()
                else ""
            )
            current.parts.append(glue + line.text)
            current.end = line.end
            continue
        if current is not None:
            paragraphs.append(Paragraph(tidy(current.text), current.start, current.end))
        current = _Open([line.text], line.start, line.end)
    if current is not None:
        paragraphs.append(Paragraph(tidy(current.text), current.start, current.end))
    return [p for p in paragraphs if p.text]


def _ends_list_item(lines: Sequence[Line], index: int) -> bool:
    """True when the block that ``lines[index]`` opens ends as items of a list do: with ; or, misread, with : before a label."""
    last, after = lines[index], None
    for after in (lines[i] for i in range(index + 1, len(lines))):
        if after.gap or after.bullet:
            break
        last = after
    if last.text.endswith((";", "；")):
        return True
    return bool(last.text.endswith((":", "：")) and after is not None and after is not last and opens_label(after.text))


def _continues(before: str, lines: Sequence[Line], index: int, layout: Layout) -> bool:
    line = lines[index]
    if line.bullet:
        return False
    closed, label = _is_closed(before), opens_label(line.text)
    if is_heading(before) and (line.gap or label or not layout.wrapped):
        # (二)负责建立…重大工程清 | 单,并对清单实行动态管理; looks like a heading until the next block is read.
        return layout.wrapped and not label and _ends_list_item(lines, index)
    if patterns.PART_HEADING.match(before) or patterns.PART_HEADING.match(line.text):
        return False
    if layout.indented and line.indent >= 2:
        return False
    if layout.wrapped:
        if line.gap:
            return not label and (not closed or before.endswith((";", "；")))
        return not (label and closed)
    if layout.indented:
        return not (label and closed)
    return False
