"""Numbers that open a line: what kind, which value, and how sure it is that they open rather than cite."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from ingest import patterns
from ingest.numerals import LARGEST_NUMBER, chinese_numeral, read_numeral
from ingest.patterns import squash

#: Outer to inner, as the standard for official documents and for regulations orders them.
RANK = {
    "article": 0, "question": 0, "chinese": 1, "bracketed_chinese": 2, "arabic": 3, "decimal": 3,
    "bracketed_arabic": 4, "circled": 5, "letter": 6, "point": 7,
}  # fmt: skip


@dataclass(frozen=True)
class Label:
    """A number that opens a text: its kind and value, as printed, and where the text behind it begins.

    ``cited`` says that what follows reads like a citation (第二条规定的…): only the numbers around it can tell.
    """

    kind: str
    number: int
    suffix: int
    printed: str
    end: int
    cited: bool = False
    #: 1.2.3 of a decimal numbering; empty for every other kind.
    decimals: tuple[int, ...] = ()

    @property
    def path_label(self) -> str:
        if self.kind == "article":
            return f"第{chinese_numeral(self.number)}条" + (f"之{chinese_numeral(self.suffix)}" if self.suffix else "")
        if self.kind == "chinese":
            return chinese_numeral(self.number)
        if self.kind == "bracketed_chinese":
            return f"({chinese_numeral(self.number)})"
        if self.kind == "arabic":
            return str(self.number)
        if self.kind == "decimal":
            return ".".join(map(str, self.decimals))
        if self.kind == "bracketed_arabic":
            return f"({self.number})"
        if self.kind == "point":
            return f"{chinese_numeral(self.number)}是"
        if self.kind == "question":
            return f"问{self.number}"
        if self.kind == "circled":
            return chr(ord("①") + self.number - 1)
        return self.printed


_PATTERNS = (
    ("article", patterns.ARTICLE),
    ("bracketed_chinese", patterns.BRACKETED_CHINESE),
    ("bracketed_arabic", patterns.BRACKETED_ARABIC),
    ("decimal", patterns.DECIMAL),
    ("arabic", patterns.ARABIC),
    ("circled", patterns.CIRCLED),
    ("point", patterns.POINT),
    ("chinese", patterns.CHINESE),
)
#: No text without one of these at its beginning has a label; a quick no for the many lines of plain text.
_FIRST = re.compile(rf"[{patterns.CN}第(（\[【①-⑳㈠-㈩⑴-⒛0-9０-９]")


def read_label(text: str) -> Label | None:
    """The label that opens ``text``; ``None`` for a text without one, or that surely cites one ((一)项规定的…)."""
    if not _FIRST.match(text):
        return None
    for kind, pattern in _PATTERNS:
        match = pattern.match(text)
        if not match:
            continue
        label = _read(kind, match, text)
        if label is not None:
            return label
    return None


def _read(kind: str, match: re.Match[str], text: str) -> Label | None:
    printed = match[0].strip()
    if kind == "circled":
        return Label(kind, ord(match["n"]) - ord("①") + 1, 0, match["n"], match.end())
    if kind == "decimal":
        decimals = tuple(int(unicodedata.normalize("NFKC", n)) for n in re.split(r"[.．]", match["n"]))
        return Label(kind, decimals[-1], 0, match["n"], match.end(), decimals=decimals)
    digits = unicodedata.normalize("NFKC", squash(match["n"])).strip("().")
    try:
        number = read_numeral(digits)
        suffix = read_numeral(match["suffix"]) if kind == "article" and match["suffix"] else 0
    except ValueError:
        return None
    if max(number, suffix) > LARGEST_NUMBER or number == 0:
        return None
    if kind != "article":
        return Label(kind, number, 0, printed, match.end())
    end = match.end("suffix") if match["suffix"] else match.end("mark")
    cited = not match["gap"] and bool(patterns.CITED.match(text[match.end() :]))
    return Label(kind, number, suffix, squash(text[:end]), match.end(), cited)


def settled(label: Label) -> Label:
    """The same label once it is known to open a clause."""
    return replace(label, cited=False) if label.cited else label
