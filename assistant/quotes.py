"""Is this the wording? ``identical``, ``punctuation_only``, ``altered`` with a character diff, or ``not_found``.

A quotation may run over the borders of clauses and over every line break of the print, so each document is compared
as one run of characters. ``identical`` never stands for a changed character; half and full width of one mark are one.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
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
#: Share of a wording's character pairs that a document must hold to be aligned with it.
_SHARED_PAIRS = 0.4
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

    def bare_span(self, first: int, last: int) -> tuple[int, int]:
        """Where the clauses ``first`` to ``last`` begin and end in ``bare``."""
        start = self.clause_starts[first][0]
        end = self.clause_starts[last + 1][0] if last + 1 < len(self.clause_starts) else len(self.printed)
        return bisect_left(self.bare_at, start), bisect_left(self.bare_at, end)

    def path_at(self, start: int, end: int) -> ClausePath:
        """The clause that holds most of ``printed[start:end]``."""
        best, most = self.clause_starts[0][1], -1
        for i, (first, path) in enumerate(self.clause_starts):
            last = self.clause_starts[i + 1][0] if i + 1 < len(self.clause_starts) else len(self.printed)
            shared = min(end, last) - max(start, first)
            if shared > most:
                best, most = path, shared
        return best


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
        as_folded, as_bare = _folded(character)
        for c in as_folded:
            if c == "-" and folded[-1:] == ["-"]:
                continue  # As fold does: —— is one dash.
            folded.append(c)
            fold_at.append(index)
        for c in as_bare:
            stripped.append(c)
            bare_at.append(index)
    return _Run("".join(stripped), "".join(folded), printed, tuple(bare_at), tuple(fold_at), tuple(starts))


@lru_cache(maxsize=20_000)
def _folded(character: str) -> tuple[str, str]:
    return fold(character), bare(character)


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


#: The clauses that a wording may be taken from, altered; nearest first.
Nearest = Callable[[str], Sequence[tuple[Document, ClausePath]]]
#: Runs with their places kept; one of a long law takes some megabytes.
_RUNS_KEPT = 64
#: Documents read for their places where a wording stands in more: 本办法自发布之日起施行 stands in hundreds.
_READ = 40
#: Up to so many documents an altered wording is looked for in each of them, beyond it where ``nearest`` points.
_FEW = 60
#: Clauses on either side of one that is near: a quotation may run over borders.
_AROUND = 2


class WordingIndex:
    """The wording of a set of documents; safe to share between threads.

    Exact wording is found wherever it stands, by scanning the bare text of all (18 million characters: some 20 ms); altered
    wording is aligned with every document where they are few, else with the clauses that ``nearest`` gives and those
    around them. The bare text is made at the first check, in time linear in its length, and takes 2 bytes a character.
    """

    def __init__(self, documents: Sequence[Document], nearest: Nearest | None = None):
        self._documents = tuple(documents)
        self._nearest = nearest
        self._texts: list[str] | None = None
        self._lock = threading.Lock()
        self._runs: OrderedDict[str, _Run] = OrderedDict()

    def prepare(self) -> None:
        """Makes the bare text of all documents now, in another thread, say."""
        self._bare_texts()

    def check(self, text: str, documents: Sequence[Document] | None = None, limit: int = 3) -> Wording:
        """Where ``text`` stands, best first, then in the order of documents; in ``documents`` only where they are given."""
        wanted_fold, wanted = fold(text).strip('"'), bare(text)
        if len(wanted) < 2:
            return Wording("not_found", ())
        pool = None if documents is None else {d.document_id for d in documents}
        holding = [
            d
            for d, held in zip(self._documents, self._bare_texts(), strict=True)
            if (pool is None or d.document_id in pool) and wanted in held
        ]
        if found := self._standing(wanted_fold, wanted, holding, limit):
            return found
        if len(wanted) < MIN_CHARACTERS:
            return Wording("not_found", ())
        near = self._altered(wanted_fold, wanted, pool)
        return Wording("altered", tuple(near[:limit])) if near else Wording("not_found", ())

    def _standing(self, wanted_fold: str, wanted: str, holding: Sequence[Document], limit: int) -> Wording | None:
        """Documents that print every character of the wording: with its marks, with others, or with another figure."""
        figures = _FIGURE.findall(wanted_fold)
        identical: list[WordingMatch] = []
        punctuation: list[WordingMatch] = []
        other: list[WordingMatch] = []
        for document in holding[:_READ]:
            run = self._run(document)
            if (start := run.fold.find(wanted_fold)) >= 0:
                identical.append(
                    _match(document, run, start, start + len(wanted_fold), run.fold_at, 100.0, wanted_fold)
                )
                if len(identical) == limit:
                    break
            elif (start := run.bare.find(wanted)) >= 0:
                match = _match(document, run, start, start + len(wanted), run.bare_at, 100.0, wanted_fold)
                # 95.5% and 955% differ in more than a mark.
                (punctuation if _FIGURE.findall(fold(match.text)) == figures else other).append(match)
        for verdict, matches in (("identical", identical), ("punctuation_only", punctuation), ("altered", other)):
            if matches:
                return Wording(verdict, tuple(matches[:limit]))
        return None

    def _altered(self, wanted_fold: str, wanted: str, pool: set[str] | None) -> list[WordingMatch]:
        near: list[WordingMatch] = []
        pairs = {wanted[i : i + 2] for i in range(len(wanted) - 1)}
        for document, first, last in self._stretches(wanted_fold, pool, pairs):
            run = self._run(document)
            start, end = run.bare_span(first, last)
            stretch = run.bare[start:end]
            aligned = fuzz.partial_ratio_alignment(wanted, stretch, score_cutoff=MIN_SIMILARITY)
            if aligned is None:
                continue
            a, b = _snap(wanted, run.bare, start + aligned.dest_start, start + aligned.dest_end)
            near.append(_match(document, run, a, b, run.bare_at, aligned.score, wanted_fold))
        best: dict[str, WordingMatch] = {}
        for match in near:
            held = best.get(match.document.document_id)
            if held is None or match.similarity > held.similarity:
                best[match.document.document_id] = match
        order = {d.document_id: i for i, d in enumerate(self._documents)}
        return sorted(best.values(), key=lambda m: (-m.similarity, order[m.document.document_id]))

    def _stretches(
        self, wanted_fold: str, pool: set[str] | None, pairs: set[str]
    ) -> Iterator[tuple[Document, int, int]]:
        """Documents with the first and last clause between which the wording may stand."""
        texts = zip(self._documents, self._bare_texts(), strict=True)
        chosen = [(d, held) for d, held in texts if pool is None or d.document_id in pool]
        if len(chosen) <= _FEW or self._nearest is None:
            for document, held in chosen:
                if sum(pair in held for pair in pairs) >= _SHARED_PAIRS * len(pairs):
                    yield document, 0, len(document.clauses) - 1
            return
        seen: set[tuple[str, int]] = set()
        for document, path in self._nearest(wanted_fold):
            if pool is not None and document.document_id not in pool:
                continue
            at = next((i for i, c in enumerate(document.clauses) if c.path == path), None)
            if at is None or (document.document_id, at) in seen:
                continue
            first, last = max(0, at - _AROUND), min(len(document.clauses) - 1, at + _AROUND)
            seen.update((document.document_id, i) for i in range(at, last + 1))
            yield document, first, last

    def _bare_texts(self) -> list[str]:
        if self._texts is None:
            with self._lock:
                if self._texts is None:
                    # A table of the characters that occur is several times quicker than folding every text.
                    table: dict[int, str] = {}
                    texts = []
                    for document in self._documents:
                        text = "".join(c.text for c in document.clauses)
                        table.update((ord(c), _folded(c)[1]) for c in set(text) if ord(c) not in table)
                        texts.append(text.translate(table))
                    self._texts = texts
        return self._texts

    def _run(self, document: Document) -> _Run:
        with self._lock:
            run = self._runs.get(document.document_id)
            if run is not None:
                self._runs.move_to_end(document.document_id)
                return run
        run = _run(document)
        with self._lock:
            self._runs[document.document_id] = run
            while len(self._runs) > _RUNS_KEPT:
                self._runs.popitem(last=False)
        return run


def check_wording(text: str, documents: Sequence[Document], limit: int = 3) -> Wording:
    """Where ``text`` stands in a few ``documents``, best first; every one of them is read. See ``WordingIndex``."""
    return WordingIndex(documents).check(text, None, limit)


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
