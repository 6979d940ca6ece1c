"""What recognition or typing probably damaged: by rules small enough to be explained in the finding itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

P = TypeVar("P")

_CJK = "一-鿿"
#: 2O23年, 1〇%, l5日: letters that look like digits, among digits. Miss: H2O, O2O, 5G, A10.
_MIXED_DIGITS = re.compile(
    r"(?<![A-Za-z0-9_.\-/])(?![OI][0-9][OI](?![0-9]))(?=[0-9.,]*[OoIl〇○])(?=[OoIl〇○.,]*[0-9])[0-9OoIl〇○.,]{2,}(?![A-Za-z0-9_\-/])"
)
#: 二0二三年, 二O一六: a digit or letter for 〇.
_MIXED_NUMERALS = re.compile(
    r"(?<![一-鿿])[一二三四五六七八九十][0Oo][一二三四五六七八九十〇○0Oo](?=[一二三四五六七八九十〇○0年])"
)
#: 1_, 5.5_: a stroke that recognition left on a number (in a table, the table says so). Miss: ____, a_1, file_2.
_STROKE = re.compile(r"(?<![A-Za-z_0-9.])[0-9]+(?:\.[0-9]+)?_(?![A-Za-z_0-9])")
#: 6…4家: leaders between digits.
_LEADERS = re.compile(r"[0-9][…⋯]+[0-9]|(?<=[0-9])[…⋯]+(?=[个家万亿元%])")
#: 管l理, 人o民: a lone small letter between characters that no unit or name explains.
_LONE_LETTER = re.compile(rf"(?<=[{_CJK}])[loijtrfvzcｌｏ](?=[{_CJK}])(?![栋座区段轮类级型租购保])")
#: Characters that no text has: replacement marks, private use, broken encodings.
_MOJIBAKE = re.compile(
    r"�+|(?<=[^\s\ue000-\uf8ff])[\ue000-\uf8ff]+(?=[^\s\ue000-\uf8ff])|锟斤拷|烫烫烫|屯屯屯|(?<=[一-鿿])\?{2,}(?=[一-鿿])"
)
_DOUBLED = re.compile(
    r"[，,][，,]|、、|；；|：：|。。(?!。)|[，、；：]。|。[，、；]|[，；：]、|、[，；：]|《《|》》(?!》)"
)

_RUN = re.compile(rf"[{_CJK}]{{4,}}")
_BEFORE_RUN = "，。；：、,;:"
#: After a bracket inside a word the rest of the word is no beginning: 村(居)民, 县(市)级.
_REST_OF_WORD = "民级市县镇区乡道委代人"

_SEGMENT = re.compile(r"[^，,。；;：:！!？?\t]+")
_SAME_TAIL = 12
#: How many open marks back a closing one looks for its partner.
_NEAR = 50
#: 或者销售…, 不得接纳…: phrases that the sentence itself sets side by side.
_JOINED = re.compile(r"或|并|也|是|不|以及|应当|可以|(?:各|上|下)级|.{2,4}特别行政区|[中地]")
_PAIRS = {"(": ")", "（": "）", "《": "》", "〈": "〉", "【": "】", "〔": "〕", "“": "”", "‘": "’"}
#: One width for another: converters mix them, （…).
_SAME = str.maketrans("（）", "()")
_CLOSES = {close: open_.translate(_SAME) for open_, close in _PAIRS.items()}
#: A list of links cuts its titles: 《广州市公共租赁住房保障办…
_CUT_SHORT = re.compile(r"[^》）)”]*(?:\.{2,}|…+)\s*\Z")
_MARK = re.compile(r"[()（）《》〈〉【】〔〕“”‘’]")
_NUMBER_BEFORE = re.compile(r"(?:^|[\s，,。；;：:、（(])[0-9０-９a-zA-Z一二三四五六七八九十①-⑳]{1,3}$")


@dataclass(frozen=True)
class Doubt:
    """One doubtful place of a paragraph: ``text[start:end]``, and why, in Chinese."""

    code: str
    message: str
    advice: str
    start: int


@cache
def _compounds() -> dict[str, str]:
    """The three last characters of a frequent compound → its first: 政资金 → 财. See ``lexicon/README.md``."""
    lines = (Path(__file__).parent / "lexicon" / "compounds.txt").read_text(encoding="utf-8").split()
    return {line[1:]: line[0] for line in lines}


def find_doubts(text: str) -> Iterator[Doubt]:
    """The doubtful places of one paragraph, by kind. Linear in its length."""
    yield from _damaged_characters(text)
    if "\t" not in text:
        yield from _truncated_words(text)
        yield from _repetitions(text)


def _damaged_characters(text: str) -> Iterator[Doubt]:
    advice = "请对照原件核对这几个字。"
    for pattern, why in (
        *(() if "\t" in text else ((_STROKE, "数字后有识别残留"),)),
        (_MIXED_DIGITS, "数字中夹有形近的字母或〇"),
        (_MIXED_NUMERALS, "汉字数字中夹有阿拉伯数字或字母"),
        (_LEADERS, "数字间有省略号"),
        (_LONE_LETTER, "汉字中夹有孤立的字母"),
        (_MOJIBAKE, "有乱码"),
        (_DOUBLED, "标点重复或相连"),
    ):
        for match in pattern.finditer(text):
            around = text[max(0, match.start() - 4) : match.end() + 4]
            yield Doubt("doubtful_recognition", f"{why}:“{around}”", advice, match.start())


def _truncated_words(text: str) -> Iterator[Doubt]:
    """政资金 at the beginning of a phrase: a word whose first character is missing (财政资金)."""
    compounds = _compounds()
    for match in _RUN.finditer(text):
        first = compounds.get(match[0][:3])
        if first is None or match.start() == 0:
            continue
        before = text[match.start() - 1]
        if before in ")）":
            near = max(0, match.start() - 6)
            opened = max(text.rfind("(", near, match.start()), text.rfind("（", near, match.start()))
            is_in_word = match[0][0] in _REST_OF_WORD or (opened > 0 and text[opened - 1] == first)
            if opened < 0 or match.start() - opened > 4 or is_in_word:
                continue
        elif before not in _BEFORE_RUN:
            continue
        yield Doubt(
            "doubtful_recognition",
            f"“{match[0][:6]}”前疑缺字(常见的是“{first}{match[0][:3]}”)",
            "请对照原件核对是否漏字。",
            match.start(),
        )


def _repetitions(text: str) -> Iterator[Doubt]:
    """Two phrases in a row that are the same, or end in the same twelve characters behind different verbs.

    公报 item 17: 形成"一卡通"应用数据共享机制,构建社会保障卡"一卡通"应用数据共享机制.
    """
    advice = "请对照原件,确认是否重复录入。"
    previous: re.Match[str] | None = None
    for match in _SEGMENT.finditer(text):
        if previous is not None and text[previous.end() : match.start()] in (",", "，", "。"):
            a, b = previous[0].strip(), match[0].strip()
            if len(a) >= 10 and a == b:
                yield Doubt("repeated_text", f"语句重复:“{a[:20]}”", advice, match.start())
            elif text[previous.end()] != "。" and a[-_SAME_TAIL:] == b[-_SAME_TAIL:] and not _JOINED.match(b):
                same = _same_tail(a, b)
                if same >= _SAME_TAIL and 0 < len(a) - same <= 8 and 0 < len(b) - same <= 8:
                    yield Doubt("repeated_text", f"相邻两句后半相同:“{b[:24]}”", advice, match.start())
        previous = match


def _same_tail(a: str, b: str) -> int:
    """How many characters ``a`` and ``b`` end in alike."""
    n = 0
    while n < min(len(a), len(b)) and a[-n - 1] == b[-n - 1]:
        n += 1
    return n


class PairChecker(Generic[P]):
    """Finds brackets and quotation marks that do not pair; fed with the paragraphs of one document in print order.

    Brackets must close within their clause, quotation marks within the document: a decision that amends a law quotes
    whole articles, and may open the quotation again in each paragraph. What closes nothing behind a number (1) or a) is
    a label.
    """

    def __init__(self) -> None:
        self._brackets: list[_Open[P]] = []
        self._quotes: list[_Open[P]] = []

    def add(self, text: str, place: P) -> Iterator[tuple[P, Doubt]]:
        """The marks of ``text`` that close nothing; ``place`` is handed back with what is found there."""
        indent = len(text) - len(text.lstrip())
        for match in _MARK.finditer(text):
            mark, start = match[0], match.start()
            is_quote = mark in "“”‘’"
            opened = self._quotes if is_quote else self._brackets
            if mark in _PAIRS:
                if mark in "《（(〈" and text[-1:] in ".…" and _CUT_SHORT.match(text, start + 1):
                    continue
                again = is_quote and start <= indent and any(o.mark == mark for o in opened[-_NEAR:])
                if not again:
                    opened.append(_Open(mark, start, text, place))
                continue
            wanted = _CLOSES[mark]
            i = next(
                (
                    i
                    for i in range(len(opened) - 1, max(-1, len(opened) - 1 - _NEAR), -1)
                    if opened[i].mark.translate(_SAME) == wanted
                ),
                None,
            )
            if i is not None:
                lost = opened[i + 1 :]
                del opened[i:]
                yield from ((o.place, _unmatched(o.mark, o.start, o.text)) for o in lost)
            elif not (mark in ")）" and _NUMBER_BEFORE.search(text[max(0, start - 5) : start])):
                yield place, _unmatched(mark, start, text)

    def end_clause(self) -> Iterator[tuple[P, Doubt]]:
        """The brackets still open at the end of a clause."""
        lost, self._brackets = self._brackets, []
        return ((o.place, _unmatched(o.mark, o.start, o.text)) for o in lost)

    def end_document(self) -> Iterator[tuple[P, Doubt]]:
        """The quotation marks still open at the end."""
        lost, self._quotes = self._quotes, []
        return ((o.place, _unmatched(o.mark, o.start, o.text)) for o in lost)


@dataclass(frozen=True)
class _Open(Generic[P]):
    mark: str
    start: int
    text: str
    place: P


def _unmatched(mark: str, start: int, text: str) -> Doubt:
    around = text[max(0, start - 6) : start + 7]
    return Doubt("unmatched_mark", f"“{mark}”不成对:“{around}”", "请对照原件补全或删去标点。", start)
