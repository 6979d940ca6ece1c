"""What a line break inside a paragraph of Word is: the end of a natural paragraph, or only of a line.

Typed documents hold few, in titles and bylines, and they end nothing. Pages pasted from a browser hold one at the end
of every paragraph (the housing rules of Shanghai: 151 in 36 paragraphs), texts pasted from a PDF one at the end of
every printed line. The breaks of the whole document say which it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ingest.readers.docx_inline import LINE_BREAK, PAGE_BREAK

_CN = "一二三四五六七八九十百〇零"
#: What opens a clause. Match: 第三条, 二、, （四）, 5., ⑥, 附件2. Miss: 2.5亿元, 三是.
_LABEL = re.compile(
    rf"第\s*[{_CN}\d]{{1,6}}\s*[编章节条]|[{_CN}]{{1,4}}\s*[、.．]|[(（]\s*[{_CN}\d]{{1,3}}\s*[)）]|\d{{1,3}}\s*[.．、](?!\d)"
    r"|[①-⑳]|附\s*件\s*[\d一二三四五六七八九十]*\s*(?:[:：]|$)"
)
_INDENT = re.compile(r"[\u3000\xa0 ]*(?:\u3000|[\xa0 ]{2})[\u3000\xa0 ]*(?=\S)")
_ENDED = re.compile(r"[。；;：:！!？?…][”’」』》)）\"]*$")
#: A line that says a sentence goes on, whatever follows.
_HANGING = re.compile(r"(?:[，,、（(《“和与及或至]|根据|依照|按照)$")
#: A date, a number or a note that stands alone on its line. Near miss: 2016年7月20日起施行。
_DATE = re.compile(r"[\d一二〇○零OO]{4}\s*年[\s\d一二三四五六七八九十]{1,5}月[\s\d一二三四五六七八九十]{1,5}日$")
_ALONE = re.compile(
    rf"{_DATE.pattern}|[^\s。，,]{{1,20}}[〔\[(（【﹝]\s*\d{{4}}\s*[〕\])）】﹞]\s*第?\d+号$|[(（][^()（）]{{1,40}}[)）]$"
)
#: 联系人：张三. Two in a row are two lines of a form.
_ENTRY = re.compile(r"[^\s。，,：:]{2,10}[：:]\s*[^。；;]{1,60}$")
#: Longer than a heading or a name: a line that the text fills.
_LONG = 25
#: From so many breaks on, most of one kind, the breaks of a document have a meaning.
_ENOUGH, _MOST = 3, 0.75


def _lines(text: str) -> list[tuple[str, str]]:
    """Lines of a paragraph and the break before each (empty before the first)."""
    pieces = re.split(f"([{LINE_BREAK}{PAGE_BREAK}])", text)
    return [(pieces[i], pieces[i - 1] if i else "") for i in range(0, len(pieces), 2)]


def _is_marked(before: str, after: str) -> bool:
    """True where the two lines themselves say that a paragraph ends between them."""
    left, right = before.strip(), after.strip()
    if _ALONE.fullmatch(right) or _ALONE.fullmatch(left):
        return True
    if _HANGING.search(left):
        return False
    return bool(_LABEL.match(right) or (_ENTRY.match(left) and _ENTRY.match(right)))


def breaks_end_paragraphs(texts: Iterable[str]) -> bool:
    """True when the breaks inside ``texts`` (all paragraphs of a document) mostly stand where paragraphs end."""
    n_breaks = n_ends = 0
    for text in texts:
        lines = [line for line, _ in _lines(text) if line.strip()]
        for before, after in pairwise(lines):
            n_breaks += 1
            n_ends += bool(
                _ENDED.search(before.rstrip())
                or _INDENT.match(after)
                or _is_marked(before, after)
                or len(before) < _LONG // 2
            )
    return n_breaks >= _ENOUGH and n_ends >= _MOST * n_breaks


def natural_paragraphs(text: str, *, breaks_end: bool, centred: bool = False) -> list[str]:
    """The natural paragraphs in one paragraph of Word: its lines, joined where the break ended nothing.

    Args:
        text: with the break marks of ``docx_inline``.
        breaks_end: what ``breaks_end_paragraphs`` says of the document.
        centred: a title, which is broken where it looks well.
    """
    lines = _lines(text)
    is_signed = len(lines) > 1 and _is_signature([line for line, _ in lines])
    found: list[list[str]] = []
    blank = False
    for line, mark in lines:
        if not line.strip():
            blank = blank or mark == LINE_BREAK
            continue
        before = found[-1][-1] if found else ""
        if not found or is_signed or _ends(before, line, mark, blank, breaks_end and not centred):
            found.append([line.strip()])
        else:
            both_latin = _is_latin(before[-1]) and _is_latin(line.strip()[0])
            found[-1].append((" " if both_latin else "") + line.strip())
        blank = False
    return ["".join(pieces) for pieces in found]


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _ends(before: str, after: str, mark: str, blank: bool, breaks_end: bool) -> bool:
    """True where a paragraph ends between two lines; ``blank`` says that empty lines stand between them."""
    if _is_marked(before, after):
        return True
    if mark == PAGE_BREAK:
        return False
    hangs = bool(_HANGING.search(before))
    if _INDENT.match(after) or blank:
        return not hangs
    return breaks_end and (bool(_ENDED.search(before)) or (len(before) < _LONG and not hangs))


def _is_signature(lines: Sequence[str]) -> bool:
    """Names of offices, one a line, and the date below them."""
    shown = [line.strip() for line in lines if line.strip()]
    return (
        len(shown) > 1
        and bool(_DATE.fullmatch(shown[-1]))
        and all(len(line) <= 40 and not _ENDED.search(line) for line in shown)
    )
