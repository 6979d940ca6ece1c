"""White space and line breaks of a page: which are the editor's doing, and which part paragraphs."""

from __future__ import annotations

import re
from itertools import pairwise

from ingest import patterns
from ingest.titles import document_type

#: A label that the page prints itself. Match: 第一条, 一、, (二), 3., ①, 问:. Miss: 一些, 3月.
LABEL = re.compile(
    r"\s*(?:第[零〇一二三四五六七八九十百千\d]+[条章节编款项]|[一二三四五六七八九十百]{1,4}\s*[、.．]|\d{1,3}\s*[.．、)）](?!\d)|"
    r"[(（]\s*(?:[一二三四五六七八九十百]{1,4}|\d{1,3}|[a-zA-Z])\s*[)）]|[①-⑳㈠-㈩⒈-⒛⑴-⒇]|[问答]\s*[:：]|附件|[a-zA-Z][.、)）])"
)
#: A label alone, after which a line feed of the source is a space: 第一条, 第一章, 一、
_LABEL_ALONE = re.compile(
    r"(?:第[零〇一二三四五六七八九十百千\d]+[条章节编](?:之[一二三四五六七八九十]+)?|附件\s*\d*)$"
)
#: Where a new paragraph begins inside a line: two wide spaces, or a sentence's end and one, before 第一条 or 第一章.
GLUED = re.compile(
    r"(?:(?<=[。；）)])[ \u00a0]*\u3000[ \u00a0]*|(?<=\S)[ \u00a0]*\u3000[ \u00a0]*\u3000[ \u00a0]*)"
    r"(?=第[零〇一二三四五六七八九十百千]+(?:条[\s\u3000\u00a0]|[章节编][\s\u3000\u00a0]*\S))"
)
_SPACES = re.compile(r"[ \t\n\u00a0\u2002-\u200a\u3000\u200b]+")


def inline_text(raw: str) -> str:
    """``raw`` with its white space as a browser shows it, except that Chinese text broken over source lines joins.

    A source line that breaks between two Chinese characters is the editor's doing, not a space; after a label
    (第一条) it is the space that the label is followed by.
    """
    out: list[str] = []
    position = 0
    for m in _SPACES.finditer(raw):
        out.append(raw[position : m.start()])
        position = m.end()
        run = m[0]
        if "\u3000" in run:
            out.append("　" * run.count("\u3000") if m.start() == 0 else "　")
        elif "\u00a0" in run and m.start() == 0:
            out.append(" " * len(run))
        elif run.strip("\u200b") == "":
            continue
        elif (
            "\n" in run
            and "\u00a0" not in run
            and _is_cjk(raw[m.start() - 1 : m.start()])
            and _is_cjk(raw[m.end() : m.end() + 1])
        ):
            head = "".join(out).strip() if m.start() < 60 else ""
            out.append(" " if head and _LABEL_ALONE.match(head) else "")
        else:
            out.append(" ")
    out.append(raw[position:])
    return "".join(out)


def group_lines(lines: list[str], is_title: bool) -> list[list[int]]:
    """Which of the lines between line breaks make one paragraph: indexes of lines, blank ones left out.

    Editors write a paragraph a line; text pasted from a terminal or a page of paper breaks at a constant width.
    """
    shown_lines = [i for i, t in enumerate(lines) if t.strip()]
    pairs = list(pairwise(shown_lines))
    if is_title and _is_broken_title([lines[i].strip() for i in shown_lines]):
        return [shown_lines]
    widths = sorted(len(lines[i].strip()) for i in shown_lines)
    width = widths[int(len(widths) * 0.9)] if widths else 0
    open_pairs = [(a, b) for a, b in pairs if b == a + 1 and _is_open(lines[a], lines[b])]
    full = [a for a, _ in open_pairs if len(lines[a].strip()) >= 0.75 * width]
    wrapped = (
        len(shown_lines) >= 4
        and 15 <= width <= 80
        and 2 * len(open_pairs) >= len(pairs)
        and len(full) >= 0.8 * len(open_pairs)
    )
    joined = {
        b
        for a, b in open_pairs
        if (wrapped and len(lines[a].strip()) >= 0.6 * width) or lines[a].rstrip().endswith(("，", "、"))
    }
    groups: list[list[int]] = []
    for i in shown_lines:
        if i in joined and groups:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _is_open(line: str, following: str) -> bool:
    """True when ``line`` may go on in ``following``: no end of a sentence, no indent, no label."""
    if patterns.TERMINAL.search(line.rstrip()) or (following[:1] in ("　", " ") and following[:2].strip() == ""):
        return False
    return not LABEL.match(following)


def _is_broken_title(lines: list[str]) -> bool:
    """True for a title that was broken for its looks: 某市人民政府 | 关于印发…的通知. False for 某市人民政府 | 2016年3月1日."""
    if not 2 <= len(lines) <= 6 or any(LABEL.match(t) or t.startswith(("（", "(")) for t in lines):
        return False
    if any(re.search(r"[。；;：:]|\d号$|[年月日]$", t) for t in lines):
        return False
    title_ends = [bool(document_type(t)) for t in lines]
    return title_ends[-1] and not any(title_ends[:-1])


def needs_space(text: str, piece: str) -> bool:
    return (
        bool(text and piece) and text[-1].isascii() and text[-1].isalnum() and piece[0].isascii() and piece[0].isalnum()
    )


def _is_cjk(c: str) -> bool:
    return bool(c) and (c > "\u2e7f" or c in "“”‘’—…·")
