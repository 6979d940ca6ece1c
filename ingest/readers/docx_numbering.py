"""Automatic numbers as Word prints them: 第三条, （四）, 2.1, ①. Of the text of a docx they are nowhere in the file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ingest.numerals import LARGEST_NUMBER, chinese_numeral
from ingest.readers.docx_package import attribute, is_on
from ingest.readers.docx_styles import Look, number
from ingest.readers.zip_package import child, local

N_LEVELS = 9
#: A counter that a file starts at two thousand million is no number of a clause.
_LARGEST = 999_999
_FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_FORMAL_TRADITIONAL = str.maketrans("一二三四五六七八九十百千", "壹貳參肆伍陸柒捌玖拾佰仟")
_FULL_WIDTH = str.maketrans("0123456789", "0123456789")
_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
          (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip


def _chinese(n: int) -> str:
    return chinese_numeral(n) if 0 <= n <= LARGEST_NUMBER else str(n)


def _counting(n: int) -> str:
    """十, 九十九, and from 100 on digit by digit: 一〇〇 (ECMA-376 17.18.59)."""
    return _chinese(n) if n < 100 else str(n).translate(_DIGITS)


def _roman(n: int) -> str:
    text = ""
    if not 0 < n < 4000:
        return str(n)
    for value, letters in _ROMAN:
        while n >= value:
            text, n = text + letters, n - value
    return text


def _letters(n: int) -> str:
    """A … Z, then AA, BB … as Word goes on."""
    return chr(65 + (n - 1) % 26) * ((n - 1) // 26 + 1) if 0 < n <= 26 * 30 else str(n)


def circled(n: int) -> str:
    """①…⑳, ㉑…㉟, ㊱…㊿; the plain number beyond."""
    for first, last, code in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= n <= last:
            return chr(code + n - first)
    return str(n)


def _row(first: str, n_signs: int) -> Callable[[int], str]:
    """Signs that stand in a row of the character set; the plain number beyond the row."""
    return lambda n: chr(ord(first) + n - 1) if 0 < n <= n_signs else str(n)


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda n: signs[(n - 1) % len(signs)] if n > 0 else str(n)


def _japanese(n: int) -> str:
    """百二十三: no 一 before 十, 百 and 千."""
    return re.sub("一(?=[十百千])", "", _chinese(n))


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda n: f"{n:02d}",
    "decimalFullWidth": lambda n: str(n).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda n: str(n).translate(_FULL_WIDTH),
    "decimalEnclosedCircle": circled,
    "decimalEnclosedCircleChinese": circled,
    "decimalEnclosedFullstop": _row("⒈", 20),
    "decimalEnclosedParen": _row("⑴", 20),
    "ideographEnclosedCircle": _row("㊀", 10),
    "numberInDash": lambda n: f"- {n} -",
    "upperLetter": _letters,
    "lowerLetter": lambda n: _letters(n).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
    "chineseCounting": _counting,
    "chineseCountingThousand": _chinese,
    "taiwaneseCounting": _counting,
    "taiwaneseCountingThousand": _chinese,
    "japaneseCounting": _japanese,
    "koreanCounting": _japanese,
    "ideographDigital": lambda n: str(n).translate(_DIGITS),
    "japaneseDigitalTenThousand": lambda n: str(n).translate(_DIGITS),
    "taiwaneseDigital": lambda n: str(n).translate(_DIGITS),
    "koreanDigital2": lambda n: str(n).translate(_DIGITS),
    # 壹拾, where the everyday 十 has no 一
    "chineseLegalSimplified": lambda n: ("一" * (10 <= n <= 19) + _chinese(n)).translate(_FORMAL),
    "japaneseLegal": lambda n: ("一" * (10 <= n <= 19) + _chinese(n)).translate(_FORMAL_TRADITIONAL),
    "ideographLegalTraditional": lambda n: ("一" * (10 <= n <= 19) + _chinese(n)).translate(_FORMAL_TRADITIONAL),
    "ideographTraditional": _cycle("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _cycle("子丑寅卯辰巳午未申酉戌亥"),
    "none": lambda n: "",
}


def format_number(n: int, form: str) -> str:
    """``n`` in a ``w:numFmt``; one that we do not know prints as a decimal, as it does in Word."""
    return _FORMATS.get(form, str)(n)


@dataclass(frozen=True)
class Level:
    start: int = 1
    form: str = "decimal"
    #: 第%1条, %1.%2; ``None`` where the level prints nothing.
    text: str | None = None
    #: tab, space or nothing between the number and the text.
    gap: str = "tab"
    is_decimal: bool = False
    #: The level (from 1) from which on upwards a number starts this one again; 0 never; ``None`` every one.
    restart: int | None = None
    style: str | None = None


def _level(element: Any) -> Level:
    start = number(attribute(child(element, "start")))
    # Word writes formats of its later versions as a choice, with the old one to fall back on.
    form = next((e for e in element.iter() if local(e) == "numFmt"), None)
    return Level(
        1 if start is None else start,
        attribute(form) or "decimal",
        attribute(child(element, "lvlText")),
        attribute(child(element, "suff")) or "tab",
        bool(is_on(child(element, "isLgl"))),
        number(attribute(child(element, "lvlRestart"))),
        attribute(child(element, "pStyle")),
    )


def _levels(parent: Any) -> dict[int, Level]:
    found = {}
    for element in parent:
        at = number(attribute(element, "ilvl"))
        if local(element) == "lvl" and at is not None and 0 <= at < N_LEVELS:
            found[at] = _level(element)
    return found


@dataclass(frozen=True)
class _List:
    """A ``w:num``: the definition it counts with, and what it changes of it."""

    definition: str
    levels: dict[int, Level]
    starts: dict[int, int]


class Numbering:
    """Counts paragraphs in the order in which ``label`` is called for them."""

    def __init__(self, root: Any):
        definitions: dict[str, dict[int, Level]] = {}
        links: dict[str, str] = {}
        linked: dict[str, str] = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._restarted: set[tuple[str, int]] = set()
        for element in root if root is not None else ():
            if local(element) == "abstractNum" and (name := attribute(element, "abstractNumId")) is not None:
                definitions[name] = _levels(element)
                if link := attribute(child(element, "numStyleLink")):
                    links[name] = link
                if style := attribute(child(element, "styleLink")):
                    linked[style] = name
        for element in root if root is not None else ():
            if local(element) == "num" and (num_id := attribute(element, "numId")) is not None:
                definition = attribute(child(element, "abstractNumId")) or ""
                definition = linked.get(links.get(definition, ""), definition)
                self._lists[num_id] = self._list(element, definition, definitions.get(definition, {}))

    @staticmethod
    def _list(element: Any, definition: str, levels: dict[int, Level]) -> _List:
        levels, starts = dict(levels), {}
        for override in element:
            at = number(attribute(override, "ilvl"))
            if local(override) != "lvlOverride" or at is None or not 0 <= at < N_LEVELS:
                continue
            if (own := child(override, "lvl")) is not None:
                levels[at] = _level(own)
            if (start := number(attribute(child(override, "startOverride")))) is not None:
                starts[at] = start
                if at in levels:
                    levels[at] = replace(levels[at], start=start)
        return _List(definition, levels, starts)

    def _place(self, look: Look) -> tuple[_List, int] | None:
        found = self._lists.get(look.num_id or "")
        if found is None:
            return None
        by_style = {known.style: at for at, known in found.levels.items()}
        level = next((by_style[style] for style in look.numbered_by if style in by_style), look.level or 0)
        return (found, level) if level in found.levels else None

    def label(self, look: Look) -> str:
        """The number of the next paragraph of that look, with the gap after it; empty where it has none.

        Bullets give none: a mark that says nothing is no part of the wording.
        """
        place = self._place(look)
        if place is None:
            return ""
        held, at = place
        counts = self._counts.setdefault(held.definition, [None] * N_LEVELS)
        for level, start in held.starts.items():
            # A list that says where it starts does so once, at its first paragraph of that level.
            if level <= at and (key := (look.num_id or "", level)) not in self._restarted:
                self._restarted.add(key)
                counts[level] = start - 1 if level == at else start
        before = counts[at]
        counts[at] = held.levels[at].start if before is None else before + 1
        for level in range(at):
            if counts[level] is None and level in held.levels:
                counts[level] = held.levels[level].start
        for level in range(at + 1, N_LEVELS):
            restart = held.levels[level].restart if level in held.levels else None
            if restart is None or at < restart:
                counts[level] = None
        return self._printed(held, at, counts)

    @staticmethod
    def _printed(held: _List, at: int, counts: list[int | None]) -> str:
        own = held.levels[at]
        if own.form == "bullet" or not own.text:
            return ""

        def figure(match: re.Match[str]) -> str:
            level = int(match[1]) - 1
            count, form = counts[level], held.levels.get(level, Level()).form
            if count is None:
                return ""
            return format_number(min(count, _LARGEST), "decimal" if own.is_decimal and form != "none" else form)

        printed = re.sub(r"%([1-9])", figure, own.text).strip()
        return printed + ("" if own.gap == "nothing" or not printed else " ")
