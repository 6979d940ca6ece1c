"""Addresses: document numbers, clause paths, and the references people type.

The grammar is DESIGN.md, section 3. ``ClausePath`` and ``DocumentNumber`` are canonical: parsing and printing are
inverses. What people type (第16条第2款, 二(六)15, 三、5.一是, 第(十八)条) is read into ``SpokenLabel`` s, which only a
document can turn into a path, because 第十五项 means a different thing in an 意见 and in a 办法.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, total_ordering

from ingest.numerals import NUMERAL_CHARACTERS, chinese_numeral, read_numeral

_N = f"[{NUMERAL_CHARACTERS}]"
_OPEN, _CLOSE = r"[\[(（〔【﹝［「]", r"[\])）〕】﹞］」]"

# ---------------------------------------------------------------------------------------------- document numbers

_YEAR = r"(?P<year>(?:[12１２][0-9０-９]{3})|(?:[一二]\s?[零〇○九]\s?[零〇○一二三四五六七八九]\s?[零〇○一二三四五六七八九]))"
_SERIAL = rf"第?\s*0*(?P<serial>{_N}{{1,5}})\s*[号號]"
#: The issuing code: a region's or organ's short names (国发, 财税, 余府办发).
_CODE = r"(?P<code>[一-鿿]{2,13}?)"
#: 余府办发〔2023〕19号, 余府发[2023]15 号, 赣府发 [2022]23号, 余府办发(二〇二三)第十九号. Not: 〔2023〕19号 (no code).
DOCUMENT_NUMBER = re.compile(rf"{_CODE}\s*{_OPEN}\s*{_YEAR}\s*年?\s*{_CLOSE}\s*{_SERIAL}")
#: 余府办字2023年第32号, 余府办发2023 19号, 余府字2023-25, 余府办发二〇二三19号: no brackets, as people type it.
LOOSE_DOCUMENT_NUMBER = re.compile(
    rf"(?P<code>[一-鿿]{{1,12}}?[发發字函办辦规規令文电電通告])\s*[-—_]?\s*{_YEAR}\s*"
    rf"(?:[年\-—_/,，、\s]*\s*第?\s*0*(?P<serial>{_N}{{1,5}})\s*(?:[号號](?![楼樓院线線])|(?![0-9一-鿿年月])))"
)
#: 贛府發〔2022〕23號 and 赣府发〔2022〕23号 are one document: the characters that codes use, Traditional and simplified.
_SIMPLIFIED = str.maketrans(
    "發辦規電贛國廳會財稅監證號議務應廣蘇東寧陝遼", "发办规电赣国厅会财税监证号议务应广苏东宁陕辽"
)

#: Words that stand before a number in a sentence and are not part of its code.
_NOT_CODE = re.compile(
    r".*(?:根据|按照|依据|依照|查一下|查查|查询|查找|看看|看下|执行|落实|关于|请问|帮我|找到|文件|引用|公报|通知|意见|办法|规定"
    r"|以及|或者|还是|查|看|按|找|问|和|与|及|跟|是|的|在|把|据|见|请|、)"
)


def _compact(text: str) -> str:
    return re.sub(r"\s+", "", text)


@total_ordering
@dataclass(frozen=True)
class DocumentNumber:
    """A document number (发文字号): issuing code, year and serial; 余府发〔2023〕19号 prints as itself."""

    code: str
    year: int
    serial: int

    def __str__(self) -> str:
        return f"{self.code}〔{self.year}〕{self.serial}号"

    def __lt__(self, other: DocumentNumber) -> bool:
        return (self.code, self.year, self.serial) < (other.code, other.year, other.serial)

    @classmethod
    def parse(cls, text: str) -> DocumentNumber:
        """The number that the whole of ``text`` spells, in any bracket, width or numeral.

        Raises:
            ValueError: ``text`` is not one document number.
        """
        for spelling in (text.strip(), _compact(text)):
            for pattern in (DOCUMENT_NUMBER, LOOSE_DOCUMENT_NUMBER):
                if match := pattern.fullmatch(spelling):
                    return cls._of(match)
        raise ValueError(f"not a document number: {text!r}")

    @classmethod
    def _of(cls, match: re.Match[str]) -> DocumentNumber:
        code = match["code"].translate(_SIMPLIFIED)
        if lead := _NOT_CODE.match(code):
            if lead.end() == len(code):
                raise ValueError(f"no issuing code: {match[0]!r}")
            if len(code) - lead.end() >= 2:
                code = code[lead.end() :]
        return cls(code, read_numeral(_compact(match["year"])), read_numeral(match["serial"]))


@dataclass(frozen=True)
class NumberMention:
    """A document number found in running text; ``text[start:end]`` is ``raw``."""

    number: DocumentNumber
    raw: str
    start: int
    end: int


def find_document_numbers(text: str, *, loose: bool = False) -> list[NumberMention]:
    """Every document number in ``text``, in order; ``loose`` also reads spellings without brackets."""
    mentions: list[NumberMention] = []
    patterns = (DOCUMENT_NUMBER, LOOSE_DOCUMENT_NUMBER) if loose else (DOCUMENT_NUMBER,)
    for pattern in patterns:
        # Matches of one pattern never overlap; those of the second may overlap mentions that the first has found.
        taken = [(m.start, m.end) for m in mentions]
        for match in pattern.finditer(text):
            at = bisect_left(taken, (match.end(), 0))
            if at and taken[at - 1][1] > match.start():
                continue
            try:
                number = DocumentNumber._of(match)
            except ValueError:
                continue
            start = match.end("code") - len(number.code)
            mentions.append(NumberMention(number, text[start : match.end()], start, match.end()))
    return sorted(mentions, key=lambda m: m.start)


# ------------------------------------------------------------------------------------------------- clause paths

_ARTICLE = re.compile(r"第([零〇一二三四五六七八九十百千]+)条(?:之([一二三四五六七八九十]+))?\Z")
_PARAGRAPH = re.compile(r"第([0-9]+)款\Z")
_PART = re.compile(r"第([零〇一二三四五六七八九十百千]+)(编|篇|部分|分编|章|节)\Z")
_CHINESE = re.compile(r"[一二三四五六七八九十百零]+\Z")
_BRACKETED_CHINESE = re.compile(r"\(([一二三四五六七八九十百零]+)\)\Z")
_ARABIC = re.compile(r"([0-9]+(?:\.[0-9]+)*)\Z")
_BRACKETED_ARABIC = re.compile(r"\(([0-9]+)\)\Z")
_CIRCLED = re.compile(r"[①-⑳]\Z")
_POINT = re.compile(r"([一二三四五六七八九十]+)是\Z")
_QUESTION = re.compile(r"问([0-9]+)\Z")
_ANNEX = re.compile(r"附件([0-9]*)\Z")

#: Where a label of each kind stands among its siblings.
_KIND_ORDER = {
    "notice": 0, "preface": 1, "contents": 2, "paragraph": 3, "part": 4, "article": 5, "chinese": 6,
    "bracketed_chinese": 7, "arabic": 8, "bracketed_arabic": 9, "circled": 10, "point": 11, "question": 12, "name": 13,
    "closing": 14, "annex": 15,
}  # fmt: skip
_FIXED = {"通知": "notice", "前言": "preface", "目录": "contents", "结尾": "closing"}


def label_kind(label: str) -> tuple[str, tuple[int, ...]]:
    """What kind of label it is and its number: ``("article", (12, 1))`` for 第十二条之一.

    Anything that is no known label is a ``name`` (a row, year or column of a table).
    """
    try:
        return _numbered_kind(label)
    except ValueError:
        return "name", (0,)


def _numbered_kind(label: str) -> tuple[str, tuple[int, ...]]:
    if label in _FIXED:
        return _FIXED[label], (0,)
    if m := _ARTICLE.match(label):
        return "article", (read_numeral(m[1]), read_numeral(m[2]) if m[2] else 0)
    if m := _PARAGRAPH.match(label):
        return "paragraph", (int(m[1]),)
    if m := _PART.match(label):
        return "part", (read_numeral(m[1]),)
    if _CHINESE.match(label):
        return "chinese", (read_numeral(label),)
    if m := _BRACKETED_CHINESE.match(label):
        return "bracketed_chinese", (read_numeral(m[1]),)
    if m := _ARABIC.match(label):
        return "arabic", tuple(int(part) for part in m[1].split("."))
    if m := _BRACKETED_ARABIC.match(label):
        return "bracketed_arabic", (int(m[1]),)
    if _CIRCLED.match(label):
        return "circled", (ord(label) - ord("①") + 1,)
    if m := _POINT.match(label):
        return "point", (read_numeral(m[1]),)
    if m := _QUESTION.match(label):
        return "question", (int(m[1]),)
    if m := _ANNEX.match(label):
        return "annex", (int(m[1] or 0),)
    return "name", (0,)


@total_ordering
@dataclass(frozen=True)
class ClausePath:
    """Labels from the outside in; ``str`` joins them with ``/`` and ``parse`` is its inverse.

    Paths sort in document order: a clause before its children, 款 before items, 结尾 and annexes last.
    """

    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.labels or any(not label or "/" in label or "#" in label for label in self.labels):
            raise ValueError(f"not a clause path: {self.labels!r}")

    @classmethod
    def parse(cls, text: str) -> ClausePath:
        """The path that ``text`` prints.

        Raises:
            ValueError: empty, a label is empty, or ``#`` stands in one.
        """
        return cls(tuple(text.split("/")))

    def __str__(self) -> str:
        return "/".join(self.labels)

    @cached_property
    def sort_key(self) -> tuple[tuple[int, tuple[int, ...], str], ...]:
        key = []
        for label in self.labels:
            kind, number = label_kind(label)
            key.append((_KIND_ORDER[kind], number, label))
        return tuple(key)

    def __lt__(self, other: ClausePath) -> bool:
        return self.sort_key < other.sort_key

    @property
    def parent(self) -> ClausePath | None:
        return ClausePath(self.labels[:-1]) if len(self.labels) > 1 else None

    @property
    def last(self) -> str:
        return self.labels[-1]

    def child(self, label: str) -> ClausePath:
        return ClausePath((*self.labels, label))

    def is_within(self, other: ClausePath) -> bool:
        """True for ``other`` itself and for all that lies under it."""
        return self.labels[: len(other.labels)] == other.labels

    def display(self, lead_in_paragraph: int = 0) -> str:
        """The path as documents cite it: 第四条第(二)项第3目, 二、(六)15.

        Args:
            lead_in_paragraph: which 款 leads an article's items in, from 1; 0 where the article has only one.
        """
        shown, in_article, depth = "", False, 0
        for label in self.labels:
            kind, number = label_kind(label)
            if kind == "article":
                in_article, depth = True, 0
                shown += label
                continue
            if kind == "paragraph":
                shown += f"第{chinese_numeral(number[0])}款"
                continue
            if in_article and kind in ("bracketed_chinese", "arabic", "bracketed_arabic") and depth < 2:
                depth += 1
                if depth == 1:
                    shown += f"第{chinese_numeral(lead_in_paragraph)}款" if lead_in_paragraph else ""
                    shown += f"第{label}项"
                    continue
                if kind == "arabic":
                    shown += f"第{label}目"
                    continue
            if kind == "chinese":
                shown += f"{label}、"
            elif kind == "arabic":
                shown += f"{label}."
            elif kind in ("name", "annex", "question", "preface", "notice", "closing", "contents"):
                shown += (" " if shown else "") + label
            else:
                shown += label
        return shown.removesuffix("、") if len(self.labels) == 1 else shown


@total_ordering
@dataclass(frozen=True)
class ClauseRef:
    """One clause of one document. ``document`` is the printed number, or the exact title of an unnumbered one."""

    document: str
    path: ClausePath

    def __str__(self) -> str:
        return f"{self.document}#{self.path}"

    @classmethod
    def parse(cls, text: str) -> ClauseRef:
        """The inverse of ``str``; ``#`` never stands in a path.

        Raises:
            ValueError: no ``#``, or nothing on one side of it.
        """
        document, mark, path = text.rpartition("#")
        if not mark or not document:
            raise ValueError(f"not a clause reference: {text!r}")
        return cls(document, ClausePath.parse(path))

    def __lt__(self, other: ClauseRef) -> bool:
        return (self.document, self.path) < (other.document, other.path)


# ------------------------------------------------------------------------------------------- what people type


@dataclass(frozen=True)
class SpokenLabel:
    """One step of a typed reference.

    ``kind`` is a kind of ``label_kind``, or ``item``/``subitem`` (第三项, 第2目: any bracket), ``ordinal``
    (第三点: any numbering), ``section`` (第二部分). ``strict`` means the brackets were typed and count.
    """

    kind: str
    number: tuple[int, ...]
    text: str


_B = r"[(（\[〔【]"
_E = r"[)）\]〕】]"
_SPOKEN = [
    ("article", re.compile(rf"第?\s*({_N}+)\s*[条條](?:\s*之\s*({_N}+))?")),
    ("bracketed_article", re.compile(rf"第?\s*{_B}\s*({_N}+)\s*{_E}\s*[条條]")),
    ("paragraph", re.compile(rf"第\s*{_B}?\s*({_N}+)\s*{_E}?\s*(?:款|自然段|段)")),
    ("item", re.compile(rf"第?\s*{_B}?\s*({_N}+)\s*{_E}?\s*[项項]")),
    ("subitem", re.compile(rf"第?\s*{_B}?\s*({_N}+)\s*{_E}?\s*目")),
    ("ordinal", re.compile(rf"第\s*{_B}?\s*({_N}+)\s*{_E}?\s*(?:个?小?[点點]|小项|小点)")),
    ("section", re.compile(rf"第\s*({_N}+)\s*(?:个?大?部分|大点|大项|大条)")),
    ("point", re.compile(r"[\"“「]?\s*([一二三四五六七八九十]+)是(?![一-鿿]*[什啥否])\s*[\"”」]?")),
    ("question", re.compile(rf"问\s*({_N}+)")),
    ("bracketed_chinese", re.compile(rf"{_B}\s*([零〇一二三四五六七八九十百]+)\s*{_E}\s*[.、]?")),
    ("bracketed_arabic", re.compile(rf"{_B}\s*([0-9０-９]+)\s*{_E}\s*[.、]?")),
    ("circled", re.compile(r"([①-⑳])")),
    ("chinese", re.compile(r"([一二三四五六七八九十]+)\s*(?:[、,，./]|(?=\s*[(（\[〔【]))")),
    ("arabic", re.compile(r"([0-9０-９]+)\s*[.．、]?")),
    ("annex", re.compile(rf"附件\s*({_N}*)")),
    ("preface", re.compile(r"前言|引言|导语|开头(?:那)?(?:段|部分)?")),
    ("closing", re.compile(r"结尾|最后一段")),
    ("notice", re.compile(r"通知(?:正文)?\Z")),
]
#: Kinds that can open a reference in a sentence; the others only follow one ("15." alone is a quantity).
_OPENERS = {
    "article",
    "bracketed_article",
    "item",
    "section",
    "bracketed_chinese",
    "chinese",
    "ordinal",
    "annex",
    "paragraph",
    "point",
    "subitem",
}
_BETWEEN = re.compile(r"[\s,，、./的里中之下]*")
_SEPARATORS = re.compile(r"[\s,，、./的里中之下]*")


def _spoken_at(text: str, position: int, opener: bool) -> tuple[SpokenLabel, int] | None:
    for kind, pattern in _SPOKEN:
        if opener and kind not in _OPENERS:
            continue
        match = pattern.match(text, position)
        if not match:
            continue
        if kind == "article" and match[0][0] != "第" and match[1] in ("一", "两", "几"):
            continue  # 那一条里, 两条规定: a way of speaking, not a number.
        try:
            if kind == "article":
                number: tuple[int, ...] = (read_numeral(match[1]), read_numeral(match[2]) if match[2] else 0)
            elif kind == "circled":
                number = (ord(match[1]) - ord("①") + 1,)
            elif kind == "annex":
                number = (read_numeral(match[1]) if match[1] else 0,)
            elif kind in ("preface", "closing", "notice"):
                number = (0,)
            else:
                number = (read_numeral(match[1]),)
        except ValueError:
            continue
        return SpokenLabel(kind, number, match[0].strip()), match.end()
    return None


def read_spoken_path(text: str, position: int = 0, *, opener: bool = False) -> tuple[tuple[SpokenLabel, ...], int]:
    """The reference that starts at ``position`` and where it ends; ``()`` where none starts.

    Reads 第四条第(一)项第2目, 二、(六)15., 三、5."一是", 第七条1.(2), 第(十八)条, 第16条第2款, and canonical paths.
    """
    labels: list[SpokenLabel] = []
    end = position
    while True:
        start = _SEPARATORS.match(text, end).end() if labels else end  # type: ignore[union-attr]
        found = _spoken_at(text, start, opener and not labels)
        if found is None:
            return tuple(labels), end
        label, end = found
        labels.append(label)


@dataclass(frozen=True)
class SpokenPath:
    """A typed clause reference in a text; ``text[start:end]`` is its wording."""

    labels: tuple[SpokenLabel, ...]
    start: int
    end: int


def find_spoken_paths(text: str) -> Iterator[SpokenPath]:
    """Every clause reference in a sentence, left to right.

    A reference needs 条, 款, 项, 目, 点, 部分, 附件 or a bracketed or dotted Chinese numeral to open it, so that the
    numbers of a sentence are not taken for clauses.
    """
    position = 0
    starts = re.compile(rf"第|附件|{_B}|[一二三四五六七八九十]|[0-9０-９]")
    while match := starts.search(text, position):
        labels, end = read_spoken_path(text, match.start(), opener=True)
        if labels and end > match.start():
            yield SpokenPath(labels, match.start(), end)
            position = end
        else:
            position = match.start() + 1
