"""Is this the wording? ``identical``, ``punctuation_only``, ``altered`` with a character diff, or ``not_found``.

A quotation may run over the borders of clauses and over every line break of the print, so each document is compared
as one run of characters. ``identical`` never stands for a changed character; half and full width of one mark are one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from assistant.models import DiffPart
from assistant.normalise import bare, fold
from ingest import ClausePath, Document

#: Below this share of equal characters two wordings are two sentences, not one altered.
MIN_SIMILARITY = 66.0
#: Shorter runs occur everywhere and prove nothing.
MIN_CHARACTERS = 6
#: A decimal point makes a figure; other marks within one do not occur in print.
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class WordingMatch:
    """Where a wording stands: ``text`` is the printed run it was compared with, ``similarity`` 0..100."""

    document: Document
    path: ClausePath
    text: str
    similarity: float
    diff: tuple[DiffPart, ...]


@dataclass(frozen=True)
class Wording:
    verdict: str
    matches: tuple[WordingMatch, ...]


@dataclass(frozen=True)
class _Run:
    """A document's text as one run: comparable characters, and for each the clause and the printed character."""

    bare: str
    fold: str
    printed: str
    bare_at: tuple[int, ...]
    fold_at: tuple[int, ...]
    clause_starts: tuple[tuple[int, ClausePath], ...]

    def path_at(self, start: int, end: int) -> ClausePath:
        """The clause that holds most of ``printed[start:end]``."""
        best, most = self.clause_starts[0][1], -1
        for i, (first, path) in enumerate(self.clause_starts):
            last = self.clause_starts[i + 1][0] if i + 1 < len(self.clause_starts) else len(self.printed)
            shared = min(end, last) - max(start, first)
            if shared > most:
                best, most = path, shared
        return best


@lru_cache(maxsize=256)
def _run(document: Document) -> _Run:
    printed = ""
    starts = []
    for clause in document.clauses:
        starts.append((len(printed), clause.path))
        printed += clause.text + "\n"
    folded: list[str] = []
    stripped: list[str] = []
    fold_at: list[int] = []
    bare_at: list[int] = []
    for index, character in enumerate(printed):
        for c in fold(character):
            if c == "-" and folded[-1:] == ["-"]:
                continue  # As fold does: —— is one dash.
            folded.append(c)
            fold_at.append(index)
        for c in bare(character):
            stripped.append(c)
            bare_at.append(index)
    return _Run("".join(stripped), "".join(folded), printed, tuple(bare_at), tuple(fold_at), tuple(starts))


def _match(
    document: Document, run: _Run, start: int, end: int, at: Sequence[int], similarity: float, text: str
) -> WordingMatch:
    first, last = at[start], at[end - 1] + 1
    printed = run.printed[first:last].strip()
    return WordingMatch(document, run.path_at(first, last), printed, similarity, diff_of(printed, text))


def diff_of(printed: str, text: str) -> tuple[DiffPart, ...]:
    """What to do to ``printed`` to get ``text``, character by character, punctuation width ignored."""
    left, right = fold(printed), fold(text)
    parts: list[DiffPart] = []
    for step in Levenshtein.opcodes(left, right):
        printed_run, given_run = left[step.src_start : step.src_end], right[step.dest_start : step.dest_end]
        if step.tag == "equal":
            parts.append(DiffPart(op="equal", text=printed_run))
            continue
        if printed_run:
            parts.append(DiffPart(op="delete", text=printed_run))
        if given_run:
            parts.append(DiffPart(op="insert", text=given_run))
    return tuple(parts)


def check_wording(text: str, documents: Sequence[Document], limit: int = 3) -> Wording:
    """Where ``text`` stands in ``documents``, best first.

    Linear in the length of ``documents`` for exact wording; the approximate search costs len(text) times that in the
    worst case and runs only over documents that share enough of the text's character pairs.
    """
    wanted_fold, wanted = fold(text).strip('"'), bare(text)
    figures = _FIGURE.findall(wanted_fold)
    if len(wanted) < 2:
        return Wording("not_found", ())
    identical: list[WordingMatch] = []
    punctuation: list[WordingMatch] = []
    near: list[WordingMatch] = []
    for document in documents:
        run = _run(document)
        start = run.fold.find(wanted_fold)
        if start >= 0:
            identical.append(_match(document, run, start, start + len(wanted_fold), run.fold_at, 100.0, wanted_fold))
            continue
        start = run.bare.find(wanted)
        if start >= 0:
            match = _match(document, run, start, start + len(wanted), run.bare_at, 100.0, wanted_fold)
            # 95.5% and 955% differ in more than a mark.
            (punctuation if _FIGURE.findall(fold(match.text)) == figures else near).append(match)
    if identical:
        return Wording("identical", tuple(identical[:limit]))
    if punctuation:
        return Wording("punctuation_only", tuple(punctuation[:limit]))
    if near:
        return Wording("altered", tuple(near[:limit]))
    if len(wanted) < MIN_CHARACTERS:
        return Wording("not_found", ())
    pairs = {wanted[i : i + 2] for i in range(len(wanted) - 1)}
    for document in documents:
        run = _run(document)
        if sum(p in run.bare for p in pairs) < 0.4 * len(pairs):
            continue
        aligned = fuzz.partial_ratio_alignment(wanted, run.bare, score_cutoff=MIN_SIMILARITY)
        if aligned is None:
            continue
        start, end = _snap(wanted, run.bare, aligned.dest_start, aligned.dest_end)
        near.append(_match(document, run, start, end, run.bare_at, aligned.score, wanted_fold))
    near.sort(key=lambda m: -m.similarity)
    return Wording("altered", tuple(near[:limit])) if near else Wording("not_found", ())


def _snap(wanted: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The window of ``text`` nearest to ``wanted``: insertions and losses move its ends by a few characters."""
    best, distance = (start, end), Levenshtein.distance(wanted, text[start:end])
    slack = max(4, abs(len(wanted) - (end - start)) + 8)
    for first in range(max(0, start - slack), start + slack + 1):
        for last in (end, first + len(wanted), end + 2, end - 2, end + 4):
            if first < last <= len(text):
                d = Levenshtein.distance(wanted, text[first:last], score_cutoff=distance)
                if d < distance:
                    best, distance = (first, last), d
    first, _ = best
    for last in range(max(first + 1, best[1] - slack), min(len(text), best[1] + slack) + 1):
        d = Levenshtein.distance(wanted, text[first:last], score_cutoff=distance)
        if d < distance:
            best, distance = (first, last), d
    return best
