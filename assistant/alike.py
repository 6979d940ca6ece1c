"""Clauses of the same wording in several documents: another year's, another county's, another version of a law."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.normalise import bare
from assistant.retrieve import Ranked

#: Share of the character pairs of two clauses that both have, figures left out, from which they say the same.
_SAME = 0.9
#: Hits read for each group wanted.
_READ = 4
#: Shorter clauses are alike by accident: 本办法自发布之日起施行.
_SHORTEST = 20
_FIGURE = re.compile(r"[\d〇零一二三四五六七八九十百千万亿]+")


@dataclass(frozen=True)
class Group:
    """Hits of the same wording: the one that fits best, then the others, each in another document."""

    best: Ranked
    alike: tuple[Ranked, ...] = ()


def grouped(ranked: Sequence[Ranked], query: str, k: int) -> list[Group]:
    """The first ``k`` groups in order of their best rank. Reads four hits a group.

    Within a group stands first whose title holds most of the query's wording (its place or year), else the newest
    document, else the better rank.
    """
    groups: list[list[tuple[Ranked, frozenset[str]]]] = []
    for hit in ranked[: _READ * k]:
        marks = _marks(hit.clause.text)
        home = next((g for g in groups if _belongs(hit, marks, g)), None)
        if home is not None:
            home.append((hit, marks))
        elif len(groups) < k:
            groups.append([(hit, marks)])
    asked = _marks(query, figures=True)
    result = []
    for group in groups:
        hits = [hit for hit, _ in group]
        # `sorted` is stable: equals stay in order of rank.
        order = sorted(hits, key=lambda hit: _named(hit, asked), reverse=True) if len(hits) > 1 else hits
        result.append(Group(order[0], tuple(order[1:])))
    return result


def _named(hit: Ranked, asked: frozenset[str]) -> tuple[int, str]:
    title = f"{hit.document.title}{hit.document.document_number or ''}"
    return len(_marks(title, figures=True) & asked), hit.document.signed_on or ""


def _belongs(hit: Ranked, marks: frozenset[str], group: Sequence[tuple[Ranked, frozenset[str]]]) -> bool:
    first_marks = group[0][1]
    fewer, more = sorted((len(marks), len(first_marks)))
    # Sizes decide nearly always, before any set is compared.
    if fewer < max(_SHORTEST, _SAME * more) or any(hit.document is other.document for other, _ in group):
        return False
    return len(marks & first_marks) >= _SAME * len(marks | first_marks)


def _marks(text: str, figures: bool = False) -> frozenset[str]:
    said = bare(text) if figures else _FIGURE.sub("", bare(text))
    return frozenset(said[i : i + 2] for i in range(len(said) - 1))
