"""Does the numbering of a parse run on without a gap? Told from the paths that came out, and, beside it, from the text.

The second count knows nothing of the parser: it reads lines that open with 第X条 where the number is the one due.
Where the two disagree, one of them is wrong, and a person should look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.documents import Clause, Document
from ingest.numerals import NUMERAL_CHARACTERS, chinese_numeral, read_numeral
from ingest.patterns import squash
from ingest.refs import label_kind

#: Kinds whose numbers run on among siblings, and how one prints.
_RUNNING = ("article", "chinese", "bracketed_chinese", "arabic", "bracketed_arabic", "circled", "question")
#: An article at the beginning of a line, behind any marks a converter set, or behind a full stop where the printer ran
#: it on (``run_on``, then with white space behind it). Miss: 第二条规定的…, 第九条、第十条…
_ARTICLE_LINE = re.compile(
    rf"(?:^[\s#>*\-•·●]*|(?P<run_on>[。;；])[ \t　]*)第[ \t　]*(?P<n>[{NUMERAL_CHARACTERS}](?:[ \t　]?[{NUMERAL_CHARACTERS}]){{0,6}})[ \t　]*条"
    r"(?!之|[、和至及或与的中]|规定|所|第)(?P<space>\s?)",
    re.MULTILINE,
)
#: So far may a number lie behind the one before it and still carry on the count.
_LEAP = 3


@dataclass(frozen=True)
class Gap:
    """``found`` stands where ``expected`` was due, both as paths of ``document``."""

    document: str
    expected: str
    found: str
    start: int

    def __str__(self) -> str:
        return f"{self.found} 前缺 {self.expected}"


def find_gaps(document: Document) -> list[Gap]:
    """Places where a number is not the next one of its siblings, nor the first, nor the next of a continuous count."""
    gaps = []
    last_under: dict[tuple[tuple[str, ...], str], tuple[int, ...]] = {}
    last_of_kind: dict[tuple[str, str], tuple[int, ...]] = {}
    for clause in document.clauses:
        kind, number = label_kind(clause.path.last)
        if kind not in _RUNNING or (kind == "arabic" and len(number) > 1):
            continue
        parent = clause.path.labels[:-1]
        # Annexes and a covering notice count for themselves.
        whole = parent[0] if parent and label_kind(parent[0])[0] in ("annex", "notice", "name") else ""
        before = last_under.get((parent, kind))
        continued = last_of_kind.get((whole, kind))
        if not any(_follows(number, b) for b in (before, continued if before is None else None, (0, 0))):
            due = (before or continued or (0,))[0] + 1
            gaps.append(
                Gap(document.document_id, "/".join((*parent, _label(kind, due))), str(clause.path), clause.start)
            )
        last_under[parent, kind] = last_of_kind[whole, kind] = number
    return gaps


def _follows(number: tuple[int, ...], before: tuple[int, ...] | None) -> bool:
    """第六条 follows 第五条 and 第五条之一; 第五条之一 follows 第五条; 第五条之二 only 第五条之一."""
    if before is None:
        return False
    suffix, suffix_before = (number[1:] or (0,))[0], (before[1:] or (0,))[0]
    if suffix:
        return number[0] == before[0] and suffix == suffix_before + 1
    return number[0] == before[0] + 1


def _label(kind: str, number: int) -> str:
    words = str(number) if number > 9999 else chinese_numeral(number)
    return {
        "article": f"第{words}条",
        "chinese": words,
        "bracketed_chinese": f"({words})",
        "arabic": str(number),
        "bracketed_arabic": f"({number})",
        "circled": chr(ord("①") + number - 1) if number <= 20 else str(number),
        "question": f"问{number}",
    }[kind]


def count_articles(clauses: Iterable[Clause]) -> int:
    """How many articles there are, 第X条之一 not among them."""
    kinds = (label_kind(c.path.last) for c in clauses)
    return sum(1 for kind, number in kinds if kind == "article" and not number[1])


def count_article_lines(text: str) -> int:
    """How many lines of ``text`` open an article whose number carries on the count, or begins one.

    A number or two that are missing do not end a count (第八条, 第十条), a leap does: 第一百条 after 第八条 is cited.
    """
    last, count = 0, 0
    for match in _ARTICLE_LINE.finditer(text):
        try:
            number = read_numeral(squash(match["n"]))
        except ValueError:
            continue
        if match["run_on"]:
            carries_on = number == last + 1 and bool(match["space"])
        else:
            carries_on = number == 1 or not last or last < number <= last + _LEAP
        if carries_on:
            last = number
            count += 1
    return count
