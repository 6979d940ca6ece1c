"""The lines of one document sorted into what they are: a covering note, the text, annexes, and what is none of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest import patterns
from ingest.dates import find_dates, is_date_line
from ingest.documents import Finding, Furniture, SourceFile
from ingest.labels import read_label
from ingest.layout import Layout, Line, opens_label
from ingest.metadata import attached_name
from ingest.numerals import read_numeral
from ingest.page_facts import fact_key, facts_of_rows, is_fact_line
from ingest.patterns import squash, tidy
from ingest.signatures import is_imprint_line, read_signature
from ingest.split import Segment
from ingest.title_search import LETTERHEAD, is_titlelike
from ingest.titles import document_type

#: How far below the title a page still prints facts about the document.
_HEAD = 14
#: 现将《…办法》印发给你们, 《…规定》已经…通过,现予公布: what a cover says that it forwards.
_FORWARDS = re.compile(
    r"《(?P<title>[^《》]{4,80}(?:《[^《》]*》[^《》]{0,40})?)》[^《》]{0,120}?(?:印发|公布|发布|转发|颁布|施行|通过|同意)"
)
_CONTENTS = re.compile(r"目\s*[录錄]$")
_CONTENTS_ENTRY = re.compile(r"[.…·\s]{2,}[0-9]{1,4}$|[(（]\s*[0-9]{1,3}\s*[)）]$")
#: What sites print below a saved page.
_SITE = re.compile(
    r"版权所有|copyright|©|ICP\s*备|备案(?:序)?号|网站标识码|主办单位|承办单位|技术支持|网站地图|联系我们|关于我们|隐私声明|上一[篇条]|下一[篇条]|"
    r"打印(?:本页)?|关闭(?:窗口|本页)|【关闭】|返回顶部|分享到|扫一扫|二维码|责任编辑|浏览次数|访问量|相关(?:链接|新闻|文章|阅读|稿件|文件)|"
    r"设为首页|加入收藏|收藏|友情链接|公网安备|无障碍|繁体|官方微[信博]|手机(?:版|看)|点击数|我要纠错|信息来源[:：]|来源[:：]",
    re.IGNORECASE,
)
_SITE_REACH = 3


@dataclass
class Sections:
    """Where each line of a document's body goes. Built by ``read_sections``."""

    source: SourceFile
    cover: list[Line] = field(default_factory=list)
    main: list[Line] = field(default_factory=list)
    annexes: list[tuple[str, list[Line]]] = field(default_factory=list)
    furniture: list[Furniture] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    openness: str | None = None
    attached_title: str | None = None

    def keep(self, kind: str, line: Line) -> None:
        self.furniture.append(Furniture(kind, line.start, line.end, self.source.text[line.start : line.end]))


def read_sections(segment: Segment, source: SourceFile, layout: Layout) -> Sections:
    """The sections of one document. Every line is in exactly one, or is furniture."""
    sections = Sections(source)
    lines = _without_site(sections, list(segment.body))
    _Sorter(sections, segment, lines, layout).sort()
    for text in (sections.cover, sections.main):
        _take_signature(sections, text)
    return sections


def _without_site(sections: Sections, lines: list[Line]) -> list[Line]:
    """The lines above what a site prints at the foot of a saved page."""
    end, looked = len(lines), 0
    for i in range(len(lines) - 1, max(-1, len(lines) - 80), -1):
        line = lines[i]
        if line.furniture is not None or line.is_table_row:
            continue
        if len(line.text) <= 160 and _SITE.search(line.text) and not re.search(r"[。；]$", line.text):
            end, looked = i, 0
        else:
            looked += 1
            if looked > _SITE_REACH or "。" in line.text or opens_label(line.text) or is_date_line(line.text):
                break
    for line in lines[end:]:
        sections.keep(line.furniture or "site_furniture", line)
    return lines[:end]


class _Sorter:
    def __init__(self, sections: Sections, segment: Segment, lines: list[Line], layout: Layout):
        self.out, self.segment, self.lines, self.layout = sections, segment, lines, layout
        name = attached_name(segment.title)
        self.names = {_key(name)} if name else set()
        self.is_notice = segment.title.rstrip(")）").endswith(("通知", "公告", "令", "函", "决定")) or bool(name)
        self.section = sections.main
        self.in_author_note = False
        self.skip_to = 0
        self.is_numbered = segment.number is not None
        self.fact_grids = self._fact_grids()

    def sort(self) -> None:
        for index, line in enumerate(self.lines):
            if index < self.skip_to:
                continue
            if line.furniture:
                self.out.keep(line.furniture, line)
            elif line.grid in self.fact_grids or self._is_head_furniture(index, line):
                self.out.keep("page_facts", line)
            elif self._is_byline(line):
                self.out.keep("byline", line)
            else:
                for part in self._without_openness(line):
                    self._place(index, part)

    @property
    def _at_top(self) -> bool:
        return not self.out.main and not self.out.cover

    def _fact_grids(self) -> set[int]:
        """标 题：| 某市…办法: the page's own tables below the title, each whole, whatever one of its rows says."""
        grids = {x.grid for x in self.lines[:_HEAD] if x.grid is not None}
        rows = {g: [x.text.split("\t") for x in self.lines if x.grid == g] for g in grids}
        return {g for g in grids if any(fact_key(label) for label, _ in facts_of_rows(rows[g]))}

    def _is_head_furniture(self, index: int, line: Line) -> bool:
        if index >= _HEAD or self.out.cover or self.out.annexes or any(opens_label(x.text) for x in self.out.main):
            return False
        return is_fact_line(line.text)

    def _is_byline(self, line: Line) -> bool:
        if not self._at_top or self.is_numbered or opens_label(line.text):
            return False
        return bool(
            patterns.BYLINE.match(line.text) or patterns.CHAIRED.match(squash(line.text))
        ) and not document_type(line.text)

    def _place(self, index: int, part: Line) -> None:
        compact = squash(part.text)
        if self.in_author_note or self._is_author_note(index, part, compact):
            self.in_author_note = True
            self.out.keep("author_note", part)
        elif (n := self._attached_lines(index, part)) > 0:
            self._open_attached(index, n, part)
        elif _CONTENTS.fullmatch(compact) and (n := _contents_length(self.lines, index)) > 0:
            self._skip(index, n, "contents", part)
        elif (n := _annex_note_length(self.lines, index)) > 0 and not self.out.annexes:
            self._skip(index, n, "annex_note", part)
        elif (label := self._annex_label(index, part)) is not None:
            self.section = self._annex_section(label, part)
            # A mark of its own, so that nothing before it is ever joined to it.
            self.section.append(replace(part, bullet=True))
        else:
            self.section.append(part)
            if not self.out.annexes and self.out.attached_title is None and len(self.out.main) <= 12:
                self.names |= {_key(m["title"]) for m in _FORWARDS.finditer(part.text)}

    def _skip(self, index: int, n: int, kind: str, first: Line) -> None:
        for line in (first, *self.lines[index + 1 : index + n]):
            self.out.keep(line.furniture or kind, line)
        self.skip_to = index + n

    def _is_author_note(self, index: int, part: Line, compact: str) -> bool:
        return bool(patterns.AUTHOR_NOTE.match(part.text)) or (
            compact.startswith(("(作者", "（作者")) and index >= len(self.lines) - 3
        )

    # -- what is forwarded -------------------------------------------------------------------------------------

    def _attached_lines(self, index: int, part: Line) -> int:
        """How many lines from ``index`` print the title of what the cover forwards; 0 where they do not."""
        if self.out.attached_title is not None or self.out.annexes or part.is_table_row:
            return 0
        is_paragraphed = self.out.source.read is not None and self.out.source.read.is_paragraphed
        if part.text.startswith("《") and not (is_paragraphed and part.text.endswith("》")):
            # 《…办法》 alone on a printed line may be the notice's own sentence, broken.
            return 0
        if not self.out.main and not self.names:
            return 0
        if self.layout.wrapped and not part.gap:
            return 0
        text = ""
        for n, line in enumerate(self.lines[index : index + 4], start=1):
            if line.furniture or line.is_table_row or len(line.text) > 90:
                break
            text += line.text
            key = _key(text)
            if key in self.names and self.out.main:
                return n
            if not any(name.startswith(key) for name in self.names):
                break
        if self.is_notice and self.out.main and self._heads_articles(index, part):
            return 1
        return 0

    def _heads_articles(self, index: int, part: Line) -> bool:
        """A title that names its kind, articles right below it, and none above: what a notice forwards unnamed."""
        compact = squash(part.text)
        if not is_titlelike(part.text) or not document_type(compact) or LETTERHEAD.fullmatch(compact):
            return False
        if re.match(r"[现兹]将|根据|按照|依据|经|为", compact) or part.text.startswith("附"):
            return False
        if any((label := read_label(x.text)) and label.kind == "article" and not label.cited for x in self.out.main):
            return False
        for line in self.lines[index + 1 : index + 8]:
            label = read_label(line.text)
            if patterns.PART_HEADING.match(line.text) or (label and label.kind == "article" and label.number == 1):
                return True
            if label or (len(squash(line.text)) > 40 and not re.match(r"[(（]", line.text)):
                return False
        return False

    def _open_attached(self, index: int, n: int, first: Line) -> None:
        lines = self.lines[index : index + n]
        title = tidy("".join(line.text for line in lines)).strip("《》")
        self.out.cover, self.out.main = self.out.main, []
        self.section = self.out.main
        self.out.attached_title = title
        self._skip(index, n, "attached_title", first)

    # -- annexes -----------------------------------------------------------------------------------------------

    def _annex_label(self, index: int, part: Line) -> str | None:
        """附件, 附件1, 附表2 where an annex begins; ``None`` elsewhere."""
        if self._at_top or part.is_table_row:
            return None
        match = patterns.ANNEX_HEAD.match(part.text)
        if match is None:
            match = patterns.TITLED_ANNEX_HEAD.match(part.text)
            if match is None or not self._is_annex_place(index, part):
                return None
        return f"{squash(match['word'])}{_arabic(squash(match['n'] or ''))}"

    def _is_annex_place(self, index: int, part: Line) -> bool:
        """附件1：审核表 opens an annex behind a signature or another annex, and where text stands below it."""
        if patterns.TERMINAL.search(squash(part.text)) or len(squash(part.text)) > 60:
            return False
        return (
            bool(self.out.annexes)
            or any(f.kind in ("signature", "annex_note", "openness_note") for f in self.out.furniture)
            or (read_signature([x.text for x in self.section[-6:]]) is not None)
        )

    def _annex_section(self, label: str, head: Line) -> list[Line]:
        """Where the lines of an annex go. A repeated number stays with the annex that has it, as in a clause tree."""
        for known, section in self.out.annexes:
            if known == label:
                advice = "请核对原件的附件编号。"
                self.out.findings.append(
                    Finding("repeated_number", "warning", f"编号重复:{label}", label, head.start, advice)
                )
                return section
        self.out.annexes.append((label, []))
        return self.out.annexes[-1][1]

    def _without_openness(self, line: Line) -> list[Line]:
        match = patterns.OPENNESS_NOTE.search(line.text)
        if not match or match.end() < len(line.text.rstrip()) or line.end - line.start != len(line.text):
            return [line]
        self.out.openness = match["openness"]
        note = replace(line, text=match[0], start=line.start + match.start(), end=line.start + match.end())
        self.out.keep("openness_note", note)
        if match.start() == 0:
            return []
        text = line.text[: match.start()].rstrip()
        return [replace(line, text=text, end=line.start + len(text))]


def _key(text: str) -> str:
    return re.sub(r"[\s《》〈〉“”\"'()（）]", "", text)


def _contents_length(lines: Sequence[Line], index: int) -> int:
    """How many lines from 目录 on are its entries; 0 where it is no table of contents."""
    entries: list[str] = []
    for line in lines[index + 1 : index + 400]:
        compact = squash(line.text)
        if line.furniture:
            continue
        is_entry = bool(patterns.PART_HEADING.match(line.text) or _CONTENTS_ENTRY.search(line.text))
        if not is_entry and not (
            len(compact) <= 40 and opens_label(line.text) and not patterns.TERMINAL.search(compact)
        ):
            break
        bare = re.sub(r"[.…·\s0-9]+$", "", compact)
        if bare in entries:
            break
        entries.append(bare)
    if len(entries) < 2:
        return 0
    n, seen = 1, 0
    while seen < len(entries):
        seen += lines[index + n].furniture is None
        n += 1
    later = {
        re.sub(r"[.…·\s0-9]+$", "", squash(x.text)) for x in lines[index + n : index + n + 4000] if len(x.text) < 60
    }
    return n if any(e in later for e in entries) else 0


def _annex_note_length(lines: Sequence[Line], index: int) -> int:
    """How many lines list the annexes below a text (附件:1.…, 2.…); 0 where an annex itself begins, or nothing is listed."""
    line = lines[index]
    compact = squash(line.text)
    bare = patterns.ANNEX_HEAD.match(line.text)
    if not (patterns.ANNEX_NOTE.match(line.text) or (bare and compact.endswith((":", "：")))) or len(compact) > 120:
        return 0
    n = 1
    first = None if bare else read_label(re.split(r"[:：]", line.text, maxsplit=1)[1].lstrip())
    if first is not None and first.kind != "arabic":
        first = None
    due = first.number + 1 if first else 1 if bare else 0
    while index + n < len(lines):
        following = lines[index + n]
        label = read_label(following.text)
        number = _annex_number(following.text)
        if following.is_table_row or len(squash(following.text)) > 80:
            break
        if due and label and label.kind == "arabic" and label.number == due:
            due += 1
        elif number and number == max(due, 2):
            due = number + 1
        else:
            break
        n += 1
    if bare and n == 1:
        return 0
    if not line.gap and n == 1 and not first and not _closes_soon(lines, index + n):
        return 0
    return n if _closes_soon(lines, index + n) or n > 1 or line.gap else 0


def _annex_number(text: str) -> int | None:
    match = patterns.TITLED_ANNEX_HEAD.match(text)
    try:
        return int(_arabic(squash(match["n"]))) if match and match["n"] else None
    except ValueError:
        return None


def _closes_soon(lines: Sequence[Line], index: int) -> bool:
    """A signature, a date or the end follows."""
    texts = [x.text for x in lines[index : index + 6] if x.furniture is None]
    return not texts or any(find_dates(t) or patterns.OPENNESS_NOTE.search(t) for t in texts if len(t) <= 40)


def _arabic(number: str) -> str:
    """附件二 is 附件2; what is no numeral stays as printed."""
    try:
        return str(read_numeral(number)) if number else ""
    except ValueError:
        return number


def _take_signature(sections: Sections, text: list[Line]) -> None:
    """The closing signature and the imprint below it leave the text."""
    last = text[-40:]
    found = read_signature([line.text for line in last])
    end = len(text) - len(last) + (found.first if found else len(last))
    if found is None:
        while end > 1 and is_imprint_line(text[end - 1].text):
            end -= 1
    if end <= 0:
        return
    for line in text[end:]:
        sections.keep("imprint" if is_imprint_line(line.text) else "signature", line)
    del text[end:]
