"""The numbers that a browser shows before the items of a list, and that no text of the page holds."""

from __future__ import annotations

import re

from lxml import etree

from ingest.numerals import LARGEST_NUMBER, chinese_numeral

LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", re.IGNORECASE)


def number_of(value: str | None, otherwise: int) -> int:
    """The whole number that an attribute gives, or ``otherwise``."""
    m = re.match(r"\s*([+-]?\d{1,9})", value or "")
    return int(m[1]) if m else otherwise


def list_kind(element: etree._Element) -> str:
    """The numbering of an ``ol``; ``custom_cn`` and its kin are what a widespread editor writes for Chinese numbers."""
    for name in (element.get("class") or "").split():
        if name.startswith("custom_"):
            return name
    if m := LIST_STYLE.search(element.get("style") or ""):
        return m[1].lower()
    return element.get("type") or "1"


def numeral(n: int, kind: str) -> str:
    """``n`` as a browser numbers a list of ``kind``: 3. c. III. 三、 (三); empty for kinds that show none."""
    chinese = {"custom_cn": "{}、", "custom_cn1": "{}）", "custom_cn2": "（{}）"}
    arabic = {"custom_num": "{}.", "custom_num1": "{}）", "custom_num2": "（{}）"}
    if kind in chinese:
        return chinese[kind].format(_chinese(n))
    if kind in arabic:
        return arabic[kind].format(n)
    if kind == "cjk-ideographic" or kind.startswith(("simp-chinese", "trad-chinese")):
        return f"{_chinese(n)}、"
    if kind in ("a", "lower-alpha", "lower-latin", "A", "upper-alpha", "upper-latin") and n > 0:
        letters = ""
        while n:
            n, rest = divmod(n - 1, 26)
            letters = chr(97 + rest) + letters
        return (letters.upper() if kind[0] in "Au" else letters) + "."
    if kind in ("i", "lower-roman", "I", "upper-roman") and 0 < n < 4000:
        roman = _roman(n)
        return (roman if kind[0] in "Iu" else roman.lower()) + "."
    return "" if kind in ("none", "disc", "circle", "square", "custom_dash", "custom_dot") else f"{n}."


def _roman(n: int) -> str:
    out = ""
    for value, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ["M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"],
        strict=True,
    ):
        count, n = divmod(n, value)
        out += letters * count
    return out


def _chinese(n: int) -> str:
    return chinese_numeral(n) if 0 < n <= LARGEST_NUMBER else str(n)
