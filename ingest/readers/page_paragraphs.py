"""Lines in reading order become natural paragraphs: what the page broke is joined, what the author ended is not.

The evidence is how the page looks (indents, lines that end early, space between lines, size, centring) and then what
the words say (a label, a full stop). A page or column break is no evidence at all.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.patterns import squash
from ingest.readers.page_edges import CLOSED
from ingest.readers.page_lines import Line, is_wide

_NUMERAL = "零〇一二三四五六七八九十百千"
#: A line that opens a clause: 第三条, 第一章, 一、, (一), 1., (1), ①. Miss: 第二条规定的, 1.5亿元, 一、二级.
_LABEL = re.compile(
    rf"第\s*[{_NUMERAL}\d]+\s*[编章节条](?![、和至及或与的中]|规定|所[称列述]|第|[款项]"
    rf"|[(（]\s*[{_NUMERAL}\d]{{1,3}}\s*[)）])"
    rf"|[{_NUMERAL}]{{1,4}}\s*[、．.](?!\s*[{_NUMERAL}]{{1,3}}[级类等期、])"
    rf"|[(（]\s*(?:[{_NUMERAL}]{{1,4}}|\d{{1,2}})\s*[)）](?![、和至及或与]?[(（项款条目规])"
    r"|\d{1,3}\s*[.．、](?!\d)|[①-⑳]"
)
#: No paragraph ends so.
_OPEN_END = re.compile(r"[,，、(（《〈“‘〔\[【]$")
#: No line begins so unless it continues one.
_CLOSER = re.compile(r"[,，。;；:：、!！?？)）》〉”’〕\]】]")
#: 抄送:, 备注:, 附件1:. Its lines may hang behind it.
_LEAD = re.compile(r"\S{1,6}[:：]")
_NUMBER_LINE = re.compile(r"\S{0,14}[〔\[(（【﹝]\s*\d{4}\s*[〕\])）】﹞]\s*第?\s*\d+\s*号$|第\s*\d+\s*号$")
_DATE_LINE = re.compile(
    r"[(（]?\s*[\d一二三四五六七八九十〇○零OＯ]{2,4}\s*年\s*\S{1,3}\s*月\s*\S{1,3}\s*日\s*[)）]?$|\d{4}-\d{1,2}-\d{1,2}$"
)
_PART_LINE = re.compile(rf"第\s*[{_NUMERAL}\d]+\s*[编章节部]")
#: A first title line that ends so is whole.
_PHRASE_END = re.compile(
    r"(?:通知|意见|办法|规定|方案|制度|条例|细则|决定|公告|通告|通报|批复|规划|纲要|报告|规则|章程|标准|指南|要点|清单|措施|计划|预案"
    r"|文件|公报|令|目录|政府|办公[厅室]|委员会|附则|总则)(?:[(（][^()（）]{1,12}[)）])?$"
)
#: What is not parted at a line's end: a word, or a character with the brackets and marks that cling to it.
_FIRST_UNIT = re.compile(r"[(（《〈“‘〔\[【]*(?:[×~～+=]?[A-Za-z0-9.,%/:_-]+|.)[,，。;；:：、!！?？)）》〉”’〕\]】]*")
#: A line ends early when this many characters would still have fitted in.
_SHORT = 2.2
#: A first line is indented by about two characters; justified text may move it a little.
_INDENT = 1.1


@dataclass
class Block:
    """The lines of one paragraph (or one table). ``gap``: more space before it than lines have between them."""

    lines: list[Line]
    centred: bool = False
    gap: bool = False

    @property
    def bold(self) -> bool:
        return all(a.bold for a in self.lines)


def opens_label(text: str) -> bool:
    return bool(_LABEL.match(text))


def is_centred(line: Line, body: float) -> bool:
    """Set in the middle of its column and not merely a short paragraph of it; ``body`` is the size of the text."""
    if line.table is not None:
        return False
    left, right, width = line.x0 - line.left, line.right - line.x1, line.right - line.left
    # A line that begins far in cannot be a paragraph's first, and may be set in the middle of something narrower.
    slack = 0.06 * width if left > 0.25 * width else max(1.2 * line.size, 0.025 * width)
    if abs(left - right) > slack:
        return False
    is_display = line.size > 1.15 * body and not opens_label(line.text)
    return left > 2.6 * line.size or (is_display and not CLOSED.search(line.text))


def _is_aside(line: Line) -> bool:
    """Set to the right, as signatures and dates are."""
    return line.x0 - line.left > 0.35 * (line.right - line.left)


@dataclass
class _Style:
    #: Paragraphs begin with an indent.
    indented: bool
    #: Usual distance of base lines by (page, column).
    pitch: dict[tuple[int, tuple[int, int]], float]
    #: Size of most characters.
    body: float


def paragraphs_of(lines: Sequence[Line]) -> list[Block]:
    """The paragraphs of lines in reading order, furniture left out."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(2 * line.size) / 2] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 10.5
    style = _Style(_are_indented(lines, body), _pitches(lines), body)
    blocks: list[Block] = []
    for line in lines:
        before = blocks[-1].lines[-1] if blocks else None
        centred = is_centred(line, body)
        if before is not None and _continues(blocks[-1], before, line, centred, style):
            blocks[-1].lines.append(line)
        else:
            gap = before is not None and _is_set_apart(before, line, style)
            blocks.append(Block([line], centred, gap))
    return blocks


def _pitches(lines: Sequence[Line]) -> dict[tuple[int, tuple[int, int]], float]:
    """The closer of the usual distances: where most paragraphs have one line, the space between them is no pitch."""
    steps: dict[tuple[int, tuple[int, int]], list[float]] = defaultdict(list)
    for before, line in pairwise(lines):
        step = line.bottom - before.bottom
        if before.page == line.page and before.column == line.column and 0.8 * line.size < step < 4 * line.size:
            steps[line.page, line.column].append(step)
    every = sorted(s for held in steps.values() for s in held)
    usual = every[len(every) // 4] if every else 0.0
    return {key: sorted(held)[len(held) // 4] if len(held) >= 8 else usual for key, held in steps.items()}


def _are_indented(lines: Sequence[Line], body: float) -> bool:
    """Whether a line that surely opens a paragraph (the one before ended early, with a stop) is indented."""
    counted: Counter[bool] = Counter()
    for before, line in pairwise(lines):
        if before.table is not None or line.table is not None or is_centred(line, body) or _is_aside(line):
            continue
        if _is_short(before, line) and CLOSED.search(before.text):
            counted[line.x0 - line.left > _INDENT * line.size] += 1
    return counted[True] >= counted[False]


def _is_short(line: Line, after: Line, *, indented: bool = True) -> bool:
    """Whether what the line after begins with would have had room.

    A line that ends with a stop needs less evidence where no indent shows where paragraphs begin.
    """
    first = _FIRST_UNIT.match(after.text)
    unit = sum(1.0 if is_wide(c) else 0.55 for c in first[0]) if first else 1.0
    room = (line.right - line.x1) / line.size
    if CLOSED.search(line.text):
        return room > (max(_SHORT, unit + 0.4) if indented else unit + 0.4)
    return room > max(_SHORT, unit + 1.2)


def _is_set_apart(before: Line, line: Line, style: _Style) -> bool:
    pitch = style.pitch.get((line.page, line.column))
    if before.page != line.page or before.column != line.column or pitch is None:
        return False
    step = line.bottom - before.bottom
    # Larger type has wider steps.
    pitch *= max(1.0, min(line.size, before.size) / style.body)
    return step > 1.4 * pitch and step - pitch > 0.5 * line.size


def _continues(block: Block, before: Line, line: Line, centred: bool, style: _Style) -> bool:
    if before.table is not None or line.table is not None:
        return False
    if _CLOSER.match(line.text) and not CLOSED.search(before.text):
        return True
    if _is_outdent(block, before, line):
        return True
    if centred and not block.centred:
        return _fills_title(block, before, line, style)
    if block.centred and not centred:
        # A long title may begin at the left edge and only look centred, because it fills its first line.
        same = 0.95 < line.size / before.size < 1.05 and abs(line.x0 - before.x0) < 0.5 * line.size
        return same and _fills_title(block, before, line, style)
    if block.centred:
        return _is_one_title(block, before, line)
    if _is_aside(before) or _is_aside(line):
        # A date may be too long for what is left of the line (二〇一一年三月十 | 一日).
        return bool(_DATE_LINE.match(squash(before.text + line.text))) and not _DATE_LINE.match(before.text)
    ratio = line.size / before.size
    if not 0.87 < ratio < 1.15:
        return False
    if (_NUMBER_LINE.match(line.text) or _DATE_LINE.match(line.text)) and not _OPEN_END.search(before.text):
        return False
    label = opens_label(line.text)
    indent = line.x0 - line.left > _INDENT * line.size and not _is_second_line(block, before, line)
    if _OPEN_END.search(before.text) and not (label and indent):
        return True
    if min(before.gap, line.gap) > 2 * line.size:
        # Rows of a list that white space sets in columns.
        return False
    closed = bool(CLOSED.search(before.text))
    if closed and before.column[1] != line.column[1]:
        # Below the columns, something begins that runs across them.
        return False
    if closed and not style.indented and (before.page, before.column) != (line.page, line.column):
        # Space parts paragraphs here, and at a break it cannot be seen. That a line which fills its column ends with
        # a full stop happens more often at a paragraph's end than within one.
        return False
    hanging = line.x0 - block.lines[0].x0 > 0.8 * line.size
    if _is_set_apart(before, line, style) and not _is_wide_title(block, before, line, style):
        return False
    if _is_short(before, line, indented=style.indented):
        # Text set in from both sides (抄送:… at the foot of the last page) ends before the column does.
        long = before.x1 - before.x0 > 0.75 * (before.right - before.left)
        return long and not closed and not label and (hanging or (style.indented and not indent))
    if indent:
        # A block set in as a whole, or hanging behind its label.
        room = (before.right - before.x1) / before.size
        # Where first lines are indented, a line as far in is one of them, unless the one before fills it to the edge.
        level = abs(line.x0 - before.x0) < 0.5 * line.size
        level = level and room < (0.15 if style.indented and len(block.lines) == 1 else 1.2)
        opening = block.lines[0].text
        hangs = hanging and (opens_label(opening) or bool(_LEAD.match(opening)))
        return not label and not closed and (level or hangs)
    if label:
        return not closed and style.indented
    return True


def _is_second_line(block: Block, before: Line, line: Line) -> bool:
    """Whether the line stands under one that is itself no first line: where a block that is set in has its edge."""
    return (
        before is not block.lines[0]
        and abs(line.x0 - before.x0) < 0.5 * line.size
        and block.lines[0].x0 - line.x0 > _INDENT * line.size
    )


def _is_wide_title(block: Block, before: Line, line: Line, style: _Style) -> bool:
    """Whether a title of several lines, not centred, is set with more space between its lines than text is."""
    display = before.size > 1.1 * style.body and 0.95 < line.size / before.size < 1.05
    near = line.bottom - before.bottom < 3 * line.size and abs(line.x0 - before.x0) < 0.5 * line.size
    return display and near and not (CLOSED.search(before.text) or _is_short(before, line) or opens_label(line.text))


def _is_outdent(block: Block, before: Line, line: Line) -> bool:
    """Whether the line follows a first line as second lines do: two characters further left, the first one full.

    So it is told in a block that is set in as a whole, and whose lines may look centred.
    """
    first = before is block.lines[0] and before.page == line.page and before.column == line.column
    em = before.size
    return (
        first
        and 0.87 < line.size / em < 1.15
        and 1.5 * em < before.x0 - line.x0 < 2.8 * em
        and before.right - before.x1 < 0.15 * (before.right - before.left)
        and line.x1 < before.x1 + 1.2 * em
        and before.x1 - before.x0 > 12 * em
        and not (CLOSED.search(before.text) or opens_label(line.text))
    )


def _fills_title(block: Block, before: Line, line: Line, style: _Style) -> bool:
    """Whether the centred line is the rest of a title that fills the lines before it from edge to edge."""
    same = 0.95 < line.size / before.size < 1.05 and before.bold == line.bold and before.page == line.page
    begins = block.lines[0].x0 - line.left < 0.8 * line.size
    return (
        same
        and begins
        and not (
            CLOSED.search(before.text)
            or _is_short(before, line)
            or _is_set_apart(before, line, style)
            or opens_label(line.text)
        )
    )


def _is_one_title(block: Block, before: Line, line: Line) -> bool:
    """Whether two centred lines are one title that was too long for a line."""
    ratio = line.size / before.size
    if not 0.9 < ratio < 1.1 or before.page != line.page or line.bottom - before.bottom > 3 * line.size:
        return False
    text, after = squash("".join(a.text for a in block.lines)), squash(line.text)
    if any(text.count(a) > text.count(b) for a, b in ("《》", "（）", "()", "“”")):
        return True
    if any(p.match(t) for p in (_NUMBER_LINE, _DATE_LINE) for t in (text, after)):
        return False
    if _PART_LINE.match(after) or _PART_LINE.match(text) or opens_label(after) or after[0] in "(（":
        return False
    if after.startswith("的"):
        return True
    return not (_PHRASE_END.search(text) or CLOSED.search(text) or text[0] in "(（")
