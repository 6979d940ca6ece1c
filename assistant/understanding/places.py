"""Names of provinces and cities, to notice that a question is about another place than the documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest import Document

BUNDLED = Path(__file__).parent.parent / "lexicon" / "places.txt"
#: The group of ``places.txt`` whose names are ordinary words too, and so no sign of a place.
ORDINARY_WORDS = "常用词"
#: The asker's own life, not what is asked about: 人在东莞打工, 去上海看病, 从赣州过来的.
_OWN_LIFE = re.compile(r"(?:在|去|到|从|来自|支援|援|赴|回|离开|经过|嫁到|嫁去|寄到|迁往)$")


@dataclass(frozen=True)
class PlaceNames:
    """Names that stand for a place wherever they occur, longest first, and a pattern that finds any of them."""

    names: tuple[str, ...]
    pattern: re.Pattern[str]


@cache
def place_names() -> PlaceNames:
    """The names of ``places.txt`` without those that are ordinary words; read once, when first needed."""
    groups: dict[str, list[str]] = {}
    for line in BUNDLED.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            group, _, names = line.partition(":")
            groups[group.strip()] = names.split()
    words = set(groups.pop(ORDINARY_WORDS))
    unique = {name for names in groups.values() for name in names} - words
    longest_first = tuple(sorted(unique, key=lambda name: (-len(name), name)))
    return PlaceNames(longest_first, re.compile("|".join(map(re.escape, longest_first))))


def home_places(documents: Sequence[Document]) -> frozenset[str]:
    """The places that the issuers of ``documents`` govern, by their titles, issuers and gazettes."""
    found: set[str] = set()
    for document in documents:
        for text in (document.issuer, document.gazette.name if document.gazette else None):
            if text:
                found.update(place_names().pattern.findall(text))
    return frozenset(found)


def place_at_end(text: str) -> str:
    """The place whose name ends ``text``; empty where none does."""
    return next((p for p in place_names().names if text.endswith(p)), "")


def foreign_place(question: str, home: frozenset[str]) -> str | None:
    """A place that the question is about and that no held document governs; ``None`` where there is none.

    A place where the asker only lives, works or travels does not count, nor does any beside a home place.
    """
    if any(h in question for h in home) or re.search(r"我市|本市|咱们?市|我们?市|市里", question):
        return None
    for match in place_names().pattern.finditer(question):
        if not _OWN_LIFE.search(question[: match.start()]):
            return match[0]
    return None
