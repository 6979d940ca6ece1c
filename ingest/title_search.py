"""Which lines at the head of a document are its title: every candidate is weighed, none is assumed.

What tells: a last word that names a kind of document, 关于, an organ before it, how the format sets it (heading, centred),
what the page says its title is, what the file is called, and what stands right behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest import patterns
from ingest.addressees import read_addressees
from ingest.dates import is_date_line, is_history_line
from ingest.layout import Line, opens_label
from ingest.organs import organs_of_title
from ingest.own_number import number_line
from ingest.page_facts import fact_values, is_fact_line
from ingest.patterns import squash, tidy
from ingest.titles import document_type, strip_title_noise

#: How far into a text its title may stand: below a site's menu, not below its first clauses.
_HEAD_LINES = 60
_LONGEST = 120
#: 新余市人民政府文件, 北京市人民政府令, 财政部公告: above the number, not a title.
LETTERHEAD = re.compile(
    r"[一-鿿、\s]{2,40}(?:文件|令|公告|通告|通报)(?:\s*[(（]?第\s*[0-9一二三四五六七八九十百〇○零]+\s*号[)）]?)?$"
)
#: 您的当前位置：首页>信息公开>通知公告: the way to a saved page.
BREADCRUMB = re.compile(r"[>＞»|｜]|当前位置|首页|返回|您的位置|RSS|登录|注册")
_LOOSE_END = re.compile(r"[的和与及、，,:：]$|关于$")
_BRACKETED = re.compile(r"[(（\[【].{2,}[)）\]】]$")


@dataclass(frozen=True)
class FoundTitle:
    """The title and the indices of its lines; ``repeats`` are lines that print it again (a page's own heading)."""

    text: str
    lines: tuple[int, ...]
    repeats: tuple[int, ...] = ()


def is_titlelike(text: str) -> bool:
    """True for a line that could be a title: no sentence, no number, no way to a page, no row of facts."""
    compact = squash(text)
    return (
        4 <= len(compact) <= _LONGEST
        and not re.search(r"[。；;！!]", compact)
        and not patterns.TERMINAL.search(compact)
        and not opens_label(text)
        and not BREADCRUMB.search(text)
        and "\t" not in text
    )


def find_title(lines: Sequence[Line], facts: Sequence[tuple[str, str]] = (), names: Sequence[str] = ()) -> FoundTitle:
    """The title among the first of ``lines``; its text is empty where none is printed.

    Args:
        facts: what the page says of itself, as (label, value).
        names: the file's name and the page's title, which often are the title with additions.
    """
    head = _head(lines)
    said = [_key(v) for v in fact_values(facts, "title")]
    called = [_key(strip_title_noise(name)[0]) for name in names if name]
    best: tuple[float, tuple[int, ...], str] | None = None
    for indices in _runs(lines, head):
        text = _joined(lines, indices)
        score = _score(lines, indices, text, said, called)
        if score > 0 and (best is None or score > best[0] + 1e-9):
            best = (score, indices, text)
    first = squash(lines[head[0]].text) if head else ""
    if best is None and head and len(first) <= 60 and is_titlelike(first) and not LETTERHEAD.fullmatch(first):
        # A first line that is no sentence names its text, whatever it says.
        best = (0.0, (head[0],), _joined(lines, head[:1]))
    if best is None:
        return FoundTitle("", ())
    _, indices, text = best
    bare = text.strip("《》") if text.startswith("《") and text.endswith("》") else text
    return FoundTitle(bare, indices, _repeats(lines, head, indices, text))


def _key(text: str) -> str:
    return re.sub(r"[\s《》〈〉“”\"'·]", "", text)


def _joined(lines: Sequence[Line], indices: Sequence[int]) -> str:
    return tidy("".join(lines[i].text for i in indices))


def _head(lines: Sequence[Line]) -> list[int]:
    """Indices of the lines before the text begins: up to the first number, addressee or long sentence."""
    head: list[int] = []
    for i, line in enumerate(lines[: _HEAD_LINES * 3]):
        if line.furniture is not None:
            continue
        if len(head) >= _HEAD_LINES:
            break
        if line.is_table_row or is_fact_line(line.text) or is_history_line(line.text):
            continue
        compact = squash(line.text)
        if (opens_label(line.text) or read_addressees(line.text)) and head:
            break
        if len(compact) > 60 and patterns.TERMINAL.search(compact) and "。" in compact:
            break
        head.append(i)
    return head


def _runs(lines: Sequence[Line], head: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """One to four lines that stand together and could be one title."""
    for at in range(len(head)):
        run: list[int] = []
        for i in head[at : at + 4]:
            if not is_titlelike(lines[i].text) and not (run and _BRACKETED.fullmatch(squash(lines[i].text))):
                break
            if run and (number_line(lines[i].text) or is_date_line(lines[i].text) or i - run[-1] > 2):
                break
            is_whole = run and document_type(_joined(lines, run)) and not _BRACKETED.fullmatch(squash(lines[i].text))
            if is_whole and not _goes_on(lines[run[-1]].text, lines[i].text):
                break
            run.append(i)
            if len("".join(lines[j].text for j in run)) > _LONGEST:
                break
            yield tuple(run)


def _goes_on(before: str, after: str) -> bool:
    """…实施办法 | 的通知: a line that ends like a title and is not over."""
    return squash(after).startswith(("的", "和", "及", "与", "(", "（", "》")) or bool(
        _LOOSE_END.search(squash(before))
    )


def _score(
    lines: Sequence[Line], indices: tuple[int, ...], text: str, said: Sequence[str], called: Sequence[str]
) -> float:
    key = _key(text)
    first, last = lines[indices[0]], lines[indices[-1]]
    compact = squash(text)
    if LETTERHEAD.fullmatch(compact) and "关于" not in compact:
        return 0.3 if any(key == s for s in said) else 0.0
    if number_line(text) or is_date_line(text):
        return 0.0
    score = 0.0
    score += 3.0 if document_type(text) else 0.0
    score += 1.5 if "关于" in compact else 0.0
    score += 0.7 if "关于" in compact and organs_of_title(text)[0] else 0.0
    score += 1.0 if all(lines[i].centred for i in indices) else 0.0
    score += 1.5 if first.heading in (1, 2) else 0.0
    score += 0.4 if all(lines[i].bold for i in indices) else 0.0
    score += 5.0 if key in said else 0.0
    score += 3.0 * max((_likeness(key, name) for name in called), default=0.0)
    score += 1.0 if _text_begins_behind(lines, indices[-1]) else 0.0
    score -= 0.25 * (len(indices) - 1) + 0.01 * indices[0]
    score -= 2.0 if _LOOSE_END.search(compact) else 0.0
    score -= 1.0 if len(indices) > 1 and not document_type(text) else 0.0
    score -= 1.5 if "关于" in compact and not document_type(text) else 0.0
    score -= 1.0 if re.search(r"[，,]", compact) and not document_type(text) else 0.0
    if score < 0.8 and not (first.centred or first.heading or last.bold or indices[0] == 0):
        return 0.0
    return score


def _likeness(key: str, name: str) -> float:
    """1 for equal, less for one inside the other; 0 for different words."""
    if not name or not key:
        return 0.0
    if key == name:
        return 1.0
    short, long = sorted((key, name), key=len)
    return 0.9 * len(short) / len(long) if short in long and len(short) >= 6 else 0.0


def _text_begins_behind(lines: Sequence[Line], index: int) -> bool:
    for line in lines[index + 1 : index + 6]:
        if line.furniture is not None or is_fact_line(line.text):
            continue
        return bool(
            opens_label(line.text)
            or read_addressees(line.text)
            or number_line(line.text)
            or is_history_line(line.text)
            or len(squash(line.text)) > 60
        )
    return False


def _repeats(lines: Sequence[Line], head: Sequence[int], indices: Sequence[int], text: str) -> tuple[int, ...]:
    key = _key(text)
    found: list[int] = []
    for run in _runs(lines, head):
        if not set(run) & {*indices, *found} and _key(_joined(lines, run)) == key:
            found += run
    return tuple(found)
