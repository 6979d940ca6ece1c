"""One file into its documents: an issue holds many, and a contents page that names them.

A document begins at its title. Evidence for a title, strongest first: a line with nothing but a document number beside
it, an entry of the contents page, a closing note (此件主动公开 …) before it and a byline after it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from ingest import patterns
from ingest.compilation import document_starts
from ingest.documents import GazetteIssue, ReadText
from ingest.layout import Layout, Line, opens_label
from ingest.own_number import OwnNumber, number_in_title_tail, number_line
from ingest.patterns import squash, tidy
from ingest.refs import DocumentNumber, find_document_numbers
from ingest.title_search import LETTERHEAD, find_title, is_titlelike
from ingest.titles import document_type

_ENTRY_END = re.compile(r"[(（]\s*(?P<page>[0-9]{1,4})\s*[)）]$|[.…·•\s]{3,}(?P<page2>[0-9]{1,4})$")
_SECTION_KINDS = (
    ("调查研究", "research"),
    ("调研", "research"),
    ("理论", "research"),
    ("政务动态", "meeting"),
    ("要闻", "meeting"),
    ("大事记", "meeting"),
    ("工作动态", "meeting"),
)
#: (2005年8月1日), (省政府令第224号). Miss: (试行), (2012年修正)
_DATE_BRACKET = re.compile(
    r"\s*[(（]\s*(?:(?:19|20)[0-9][0-9]\s*年\s*[0-9]{1,2}\s*月\s*[0-9]{1,2}\s*日|[一-鿿]{2,14}令\s*第\s*[0-9一二三四五六七八九十百]+\s*号)\s*[)）]$"
)
#: How much of a title a damaged contents entry must still show.
_ENTRY_SIMILARITY = 0.75


@dataclass(frozen=True)
class Segment:
    """The lines of one document. ``section`` is the kind that the contents page files it under, if it does."""

    title: str
    title_lines: tuple[Line, ...]
    number: DocumentNumber | None
    number_raw: str | None
    number_line: Line | None
    body: tuple[Line, ...]
    section: str | None = None
    is_masthead: bool = False
    letterhead: tuple[Line, ...] = ()


@dataclass(frozen=True)
class ContentsEntry:
    text: str
    section: str | None


@dataclass
class _Start:
    first: int
    end: int
    title: str
    number: DocumentNumber | None = None
    number_raw: str | None = None
    number_index: int | None = None
    section: str | None = None
    letterhead: list[int] = field(default_factory=list)


def _block(lines: Sequence[Line], index: int) -> tuple[int, int]:
    """Bounds of the run of lines without a blank between that holds ``index``."""
    first = index
    while first > 0 and not lines[first].gap:
        first -= 1
    end = index + 1
    while end < len(lines) and not lines[end].gap:
        end += 1
    return first, end


def _is_closing_note(text: str) -> bool:
    return bool(patterns.OPENNESS_NOTE.search(text[-30:]) or patterns.AUTHOR_NOTE.search(text))


def _numbered_starts(lines: Sequence[Line]) -> list[_Start]:
    starts: list[_Start] = []
    for index, line in enumerate(lines):
        if "号" not in line.text and "號" not in line.text:
            continue
        found = number_line(line.text)
        if not found or not found.number:
            continue
        number, raw = found.number, found.raw
        title_end = index
        first, _ = _block(lines, index)
        title_first = first if first < index else _block(lines, index - 1)[0] if index > 0 else index
        if starts:
            title_first = max(title_first, starts[-1].end)
        # A long block before the number is body text, not a title; its last line may still be.
        candidates = [i for i in range(title_first, title_end) if lines[i].furniture is None]
        while candidates and (
            not is_titlelike(lines[candidates[0]].text) or _is_closing_note(lines[candidates[0]].text)
        ):
            candidates.pop(0)
        if len(candidates) > 4:
            candidates = []
        title = tidy("".join(lines[i].text for i in candidates))
        if (candidates and not LETTERHEAD.fullmatch(title) and "关于" in title) or document_type(title):
            starts.append(_Start(candidates[0], index + 1, title, number, raw, index))
            continue
        # A letterhead stands before the number and the title after it.
        after = index + 1
        if after < len(lines):
            _, block_end = _block(lines, after) if lines[after].gap else (after, _block(lines, after)[1])
            title_block = [i for i in range(after, min(block_end, after + 4)) if lines[i].furniture is None]
            while title_block and not is_titlelike(lines[title_block[-1]].text):
                title_block.pop()
            title = tidy("".join(lines[i].text for i in title_block))
            if title_block and (document_type(title) or "关于" in title):
                letterhead = [i for i in candidates if LETTERHEAD.fullmatch(squash(lines[i].text))]
                first = letterhead[0] if letterhead else index
                starts.append(_Start(first, title_block[-1] + 1, title, number, raw, index, letterhead=letterhead))
    return starts


def read_contents(lines: Sequence[Line]) -> list[ContentsEntry]:
    """The entries of the contents page among ``lines``: text without page number, with the section it stands under."""
    entries: list[ContentsEntry] = []
    section: str | None = None
    pending: list[str] = []
    for line in lines:
        text = squash(line.text)
        kind = next((kind for word, kind in _SECTION_KINDS if text == word or (len(text) <= 8 and word in text)), None)
        if kind:
            section, pending = kind, []
            continue
        if re.fullmatch(r"[一-鿿]{2,10}文件", text):
            section, pending = None, []
            continue
        pending.append(text)
        if _ENTRY_END.search(text):
            entries.append(ContentsEntry("".join(pending), section))
            pending = []
    return entries


def _similarity(title: str, entry: str) -> float:
    """The share of ``title`` that the entry shows in order; recognition damage in the entry costs little."""
    blocks = SequenceMatcher(None, title, entry, autojunk=False).get_matching_blocks()
    return sum(b.size for b in blocks if b.size >= 2) / max(len(title), 1)


def _contents_starts(lines: Sequence[Line], entries: Sequence[ContentsEntry], after: int) -> list[_Start]:
    # Numbered documents are found by their number line; each entry names one title, the first that fits.
    open_entries = [e for e in entries if not find_document_numbers(e.text)]
    starts: list[_Start] = []
    for index in range(after, len(lines) if open_entries else after):
        line = lines[index]
        if not line.gap or line.furniture or not is_titlelike(line.text) or number_line(line.text):
            continue
        title = squash(line.text)
        if len(title) < 6:
            continue
        if not open_entries:
            break
        score, entry = max(((_similarity(title, e.text), e) for e in open_entries), key=lambda pair: pair[0])
        if score >= _ENTRY_SIMILARITY:
            open_entries.remove(entry)
            starts.append(_Start(index, index + 1, tidy_title(line.text), section=entry.section))
    return starts


def _unlisted_starts(lines: Sequence[Line], after: int) -> list[_Start]:
    """Titles that only their surroundings give away: a closing note before, a byline after."""
    starts: list[_Start] = []
    for index in range(max(after, 1), len(lines) - 1):
        line = lines[index]
        if not line.gap or line.furniture or not is_titlelike(line.text) or len(squash(line.text)) < 6:
            continue
        before = next((lines[i] for i in range(index - 1, -1, -1) if lines[i].furniture is None), None)
        following = lines[index + 1]
        if before is None or not _is_closing_note(before.text) or patterns.BYLINE.match(line.text):
            continue
        if patterns.BYLINE.match(following.text) or patterns.CHAIRED.match(following.text):
            starts.append(_Start(index, index + 1, tidy_title(line.text)))
    return starts


def tidy_title(text: str) -> str:
    """A headline keeps its one meaningful space (优化金融供给 引流活水…); spaces beside digits are typesetting."""
    collapsed = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"(?<=[0-9]) | (?=[0-9])|(?<=[,;:\"]) | (?=[,;:\"])", "", collapsed)


def _part_byline(line: Line) -> tuple[Line, list[Line]]:
    """A subtitle, and the authors' names that the printer set behind it on the same line."""
    names = re.search(r"(?:\s+[一-鿿]{1,4}){2,}$", line.text)
    if not names:
        return line, []
    at = names.start() + 1
    rest = line.text[at:].lstrip()
    start = line.end - len(rest)
    title = replace(line, text=line.text[: at - 1], end=line.start + at - 1)
    return title, [Line(rest, start, line.end, True, False, 0)]


def gazette_issue(lines: Sequence[Line]) -> GazetteIssue | None:
    """Name, year and number of the issue that a masthead prints; ``None`` when one of them is missing."""
    text = tidy("\n".join(line.text for line in lines))
    names = [m["name"] for line in lines if (m := patterns.GAZETTE_NAME.fullmatch(squash(line.text)))]
    names = names or [m["name"] for m in patterns.GAZETTE_NAME.finditer(text)]
    issue = patterns.ISSUE.search(text)
    year = re.search(r"((?:19|20)[0-9][0-9])年?第[0-9]", text) or re.search(r"\b((?:19|20)[0-9][0-9])\b", text)
    if not (names and issue and year):
        return None
    return GazetteIssue(names[0], int(year[1]), int(issue["n"]))


def split_documents(
    layout: Layout, read: ReadText | None = None, name: str = ""
) -> tuple[list[Segment], GazetteIssue | None]:
    """The documents of a file in print order, the masthead first where there is one.

    Linear in the number of lines, times the number of contents entries for title-like lines.

    Args:
        read: what the reader knows besides the lines.
        name: the file's name without its ending.
    """
    lines = layout.lines
    starts = _numbered_starts(lines)
    first = starts[0].first if starts else 0
    contents_at = next(
        (i for i, line in enumerate(lines[: first or len(lines)]) if re.fullmatch(r"目\s*[录錄]", line.text)), None
    )
    entries = read_contents(lines[contents_at + 1 : first]) if contents_at is not None and starts else []
    for found in (_contents_starts(lines, entries, first), _unlisted_starts(lines, first) if starts else []):
        taken = {i for s in starts for i in range(s.first, s.end)}
        starts += [s for s in found if not taken & set(range(s.first, s.end))]
    starts.sort(key=lambda s: s.first)
    issue = gazette_issue(lines[: starts[0].first]) if starts and starts[0].first > 0 else None
    facts, names = (read.facts if read else ()), (name, *_page_titles(read))
    if issue is None and len(starts) <= 1:
        return _apart(_whole_file(lines, facts, names)), None
    segments: list[Segment] = []
    if issue:
        head = lines[: starts[0].first]
        segments.append(Segment(str(issue), (), None, None, None, tuple(head), is_masthead=True))
    elif _has_text(lines[: starts[0].first]):
        segments += _apart(_whole_file(lines[: starts[0].first], facts, names))
    else:
        starts[0].letterhead = sorted({*starts[0].letterhead, *range(starts[0].first)})
    for position, start in enumerate(starts):
        end = starts[position + 1].first if position + 1 < len(starts) else len(lines)
        segment = _segment(lines, start, end)
        segments += [segment] if issue else _apart(segment)
    return segments, issue


def _page_titles(read: ReadText | None) -> tuple[str, ...]:
    return tuple(value for label, value in read.facts if label in ("网页标题", "标题")) if read else ()


def _has_text(lines: Sequence[Line]) -> bool:
    """True where clauses or a long sentence stand above the first title, not only a letterhead or a site's menu."""
    printed = [x for x in lines if x.furniture is None and not x.is_table_row]
    sentences = sum(1 for x in printed if len(x.text) > 60 and "。" in x.text)
    return sentences >= 2 or sum(1 for x in printed if opens_label(x.text)) >= 2


def _segment(lines: Sequence[Line], start: _Start, end: int) -> Segment:
    title_lines = [
        lines[i]
        for i in range(start.first, start.end)
        if i != start.number_index and lines[i].furniture is None and i not in start.letterhead
    ]
    body = [lines[i] for i in range(start.end, end)]
    title = start.title
    if body and start.number is None and body[0].text.startswith(("——", "—", "--")):
        subtitle, byline = _part_byline(body.pop(0))
        title += tidy_title(subtitle.text)
        title_lines.append(subtitle)
        body[:0] = byline
    return Segment(
        title=title,
        title_lines=tuple(title_lines),
        number=start.number,
        number_raw=tidy(start.number_raw) if start.number_raw else None,
        number_line=lines[start.number_index] if start.number_index is not None else None,
        body=tuple(body),
        section=start.section,
        letterhead=tuple(lines[i] for i in start.letterhead),
    )


def _whole_file(lines: Sequence[Line], facts: Sequence[tuple[str, str]], names: Sequence[str]) -> Segment:
    """Lines that are one document: its title by all that tells of it, its number beside the title."""
    found = find_title(lines, facts, names)
    end = found.lines[-1] + 1 if found.lines else 0
    taken = {*found.lines, *found.repeats}
    above = [i for i in range(end) if i not in taken]
    number_at, own = _number_beside(lines, above, end, taken)
    return Segment(
        title=_bare_title(found.text),
        title_lines=tuple(lines[i] for i in sorted(taken)),
        number=own.number if own else None,
        number_raw=own.raw if own and own.number else None,
        number_line=lines[number_at] if number_at is not None else None,
        body=tuple(lines[i] for i in range(end, len(lines)) if i != number_at and i not in taken),
        letterhead=tuple(lines[i] for i in above if i != number_at),
    )


def _bare_title(title: str) -> str:
    """The title without the number or date that some print in a bracket behind it: (粤府〔2012〕143号), (2005年8月1日)."""
    title = title.lstrip("■□●◆★☆▲△◇○·•- ") or title
    bare = _DATE_BRACKET.sub("", number_in_title_tail(title)[1]).strip()
    return bare if len(bare) >= 4 else title


def _number_beside(
    lines: Sequence[Line], above: Sequence[int], end: int, taken: set[int]
) -> tuple[int | None, OwnNumber | None]:
    """The line of the number (of an order's too), below the title before any text, or above it."""
    for i in range(end, min(end + 8, len(lines))):
        if i in taken or lines[i].furniture is not None:
            continue
        if found := number_line(lines[i].text):
            return i, found
        if opens_label(lines[i].text) or len(lines[i].text) > 60:
            break
    for i in reversed(above):
        if lines[i].furniture is None and (found := number_line(lines[i].text)):
            return i, found
    return None, None


def _apart(segment: Segment) -> list[Segment]:
    """The document, and those that are printed behind it in the same file under titles of their own."""
    starts = document_starts(segment.body)
    if not starts:
        return [segment]
    segments = [replace(segment, body=segment.body[: starts[0]])]
    for position, first in enumerate(starts):
        end = starts[position + 1] if position + 1 < len(starts) else len(segment.body)
        segments.append(_whole_file(segment.body[first:end], (), ()))
    return segments
