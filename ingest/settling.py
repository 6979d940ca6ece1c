"""Which of the numbers at the beginnings of lines open clauses: decided over a whole text, not line by line.

A line that begins 第二条规定的… cites; a line that begins 第十条中标人… opens, though 中 often follows a citation. Only the
numbers around tell: the articles of a text are the heaviest chain 1, 2, 3 … through all the candidates, where a number
that is next in turn weighs for itself and one that is out of turn must be worth the gap it tears.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest import patterns
from ingest.labels import RANK, Label, read_label, settled
from ingest.layout import Line

#: What a candidate adds to its chain: surely an opening; in the middle of a printed line, with the space behind its
#: number that openings have; maybe a citation (第十条中…); hardly anything else than one (第二条规定的…).
_SURE, _INLINE, _CITED, _UNLIKELY = 1.0, 0.35, 0.3, 0.05
#: What a step of a chain costs that is not to the next number: on over missing ones, back to 1, back to another.
_SKIP, _RESTART, _BACK = 0.9, 1.6, 2.4
#: Run-on articles: 。第十八条 …, the end of a sentence before them.
_RUN_ON = re.compile(rf"(?<=[。；;：:”\"）)])\s*(?=第\s*[{patterns.CN}\s]{{1,9}}条)")
#: 第一章 总则第一条 …: a part and its first article on one line.
_BEHIND_PART = re.compile(
    rf"第\s*[{patterns.CN}\s]+[编章节]\s*[^。，；,;第]{{0,25}}(?=第\s*[{patterns.CN}\s]{{1,9}}条)"
)
#: 第十 at the end of a printed line, 二条 at the beginning of the next.
_CUT_NUMBER = re.compile(rf"第[{patterns.CN}\s]*$")
_REST_OF_NUMBER = re.compile(rf"[{patterns.CN}\s]*条")
#: How many lines a quotation may run over; one that is not closed by then was never opened.
_QUOTED_LINES = 60


@dataclass(frozen=True)
class _Candidate:
    """A possible article: ``lines[line].text[at:]`` begins with its number."""

    line: int
    at: int
    label: Label
    weight: float


def settle_labels(lines: Sequence[Line]) -> list[Line]:
    """The lines with the labels that open them; two articles on one line come apart, a cut number comes together.

    Takes the lines of one text (a document's body, an annex) without page furniture. Linear in their length.
    """
    lines = _join_cut_numbers(lines)
    quoted = _quoted(lines)
    labels = [None if q or line.is_table_row else read_label(line.text) for line, q in zip(lines, quoted, strict=True)]
    _drop_stray_decimals(labels)
    chain = _article_chain(lines, labels, quoted)
    result: list[Line] = []
    for index, (line, label) in enumerate(zip(lines, labels, strict=True)):
        articles = chain.get(index, [])
        opening = next((settled(c.label) for c in articles if c.at == 0), None)
        if label is not None and label.kind != "article":
            opening = label
        if opening is not None:
            line = replace(line, label=opening)
        inner = [(c.at, settled(c.label)) for c in articles if c.at > 0]
        result += _cut(line, inner) if inner else [line]
    return recover_items(_number_before_digits(result))


def _drop_stray_decimals(labels: list[Label | None]) -> None:
    """4.3 at the beginning of a line is a quantity unless 4.2 came before, and others like it."""
    seen: set[tuple[int, ...]] = set()
    for label in labels:
        if label is not None and label.kind == "decimal":
            before = (*label.decimals[:-1], label.decimals[-1] - 1)
            if before[-1] == 0 or before in seen:
                seen.add(label.decimals)
    for i, label in enumerate(labels):
        if label is not None and label.kind == "decimal" and (len(seen) < 3 or label.decimals not in seen):
            labels[i] = None


def _join_cut_numbers(lines: Sequence[Line]) -> list[Line]:
    result: list[Line] = []
    for line in lines:
        before = result[-1] if result else None
        if (
            before is not None
            and not before.is_table_row
            and _CUT_NUMBER.search(before.text[-12:])
            and _REST_OF_NUMBER.match(line.text)
        ):
            result[-1] = replace(before, text=before.text + line.text, end=line.end, marks=before.marks + line.marks)
            continue
        result.append(line)
    return result


def _quoted(lines: Sequence[Line]) -> list[bool]:
    """Which lines begin inside a quotation “…” that an earlier line opened and a later one closes."""
    open_at, is_open = [], False
    for line in lines:
        open_at.append(is_open)
        last = max(line.text.rfind("“"), line.text.rfind("”"))
        if last >= 0:
            is_open = line.text[last] == "“"
    result, index = [False] * len(lines), 0
    while index < len(lines):
        if not open_at[index]:
            index += 1
            continue
        end = index
        while end < len(lines) and open_at[end]:
            end += 1
        if end < len(lines) and end - index <= _QUOTED_LINES:
            result[index:end] = [True] * (end - index)
        index = end
    return result


def _article_chain(
    lines: Sequence[Line], labels: Sequence[Label | None], quoted: Sequence[bool]
) -> dict[int, list[_Candidate]]:
    """The articles among the candidates, by line: the chain of the largest weight.

    Dynamic programming over the candidates in print order; one pass, as a chain is continued either from the best one
    that ends with the number before, or from the best one of all.
    """
    candidates = list(_candidates(lines, labels, quoted))
    score: list[float] = []
    before: list[int | None] = []
    with_number: dict[tuple[int, int], int] = {}
    with_base: dict[int, int] = {}
    best: int | None = None
    for i, c in enumerate(candidates):
        number, suffix = c.label.number, c.label.suffix
        options: list[tuple[float, int | None]] = [(0.0 if number == 1 else -0.5, None)]
        due = with_number.get((number, suffix - 1)) if suffix else with_base.get(number - 1)
        if due is not None:
            options.append((score[due], due))
        if best is not None:
            last = candidates[best].label.number
            cost = _RESTART if number == 1 else _SKIP if number > last else _BACK
            options.append((score[best] - cost, best))
        base, previous = max(options, key=lambda option: option[0])
        score.append(base + c.weight)
        before.append(previous)
        held = with_number.get((number, suffix))
        if held is None or score[i] > score[held]:
            with_number[number, suffix] = i
        held = with_base.get(number)
        if held is None or score[i] > score[held]:
            with_base[number] = i
        if best is None or score[i] > score[best]:
            best = i
    chosen: list[_Candidate] = []
    while best is not None:
        chosen.append(candidates[best])
        best = before[best]
    while chosen and chosen[0].weight <= _CITED:
        # What looks like a citation is believed only where the count goes on behind it.
        chosen.pop(0)
    if not any(c.weight == _SURE for c in chosen):
        return {}
    chain: dict[int, list[_Candidate]] = {}
    for c in reversed(chosen):
        chain.setdefault(c.line, []).append(c)
    return chain


def _candidates(lines: Sequence[Line], labels: Sequence[Label | None], quoted: Sequence[bool]) -> Iterator[_Candidate]:
    for index, (line, label) in enumerate(zip(lines, labels, strict=True)):
        if quoted[index] or line.is_table_row:
            continue
        if label is not None and label.kind == "article":
            weight = _SURE if not label.cited else _weight_of_citation(line.text[label.end :])
            yield _Candidate(index, 0, label, weight)
        if "条" not in line.text[4:]:
            continue
        behind_part = _BEHIND_PART.match(line.text)
        cuts = [*([behind_part] if behind_part else []), *_RUN_ON.finditer(line.text)]
        for match in cuts:
            inner = read_label(line.text[match.end() :]) if match.end() else None
            if inner is not None and inner.kind == "article":
                spaced = not inner.cited and line.text[match.end() + inner.end - 1].isspace()
                weight = _INLINE if spaced else _UNLIKELY
                yield _Candidate(index, match.end(), inner, _SURE if spaced and match is behind_part else weight)


def _weight_of_citation(rest: str) -> float:
    return _UNLIKELY if patterns.SURELY_CITED.match(rest) else _CITED


def _cut(line: Line, inner: Sequence[tuple[int, Label]]) -> list[Line]:
    """One printed line as several, cut where each label of ``inner`` begins."""
    if line.end - line.start != len(line.text):
        # Cut numbers were joined over a line break; offsets inside are no longer those of the source.
        return [line]
    pieces: list[Line] = []
    bounds = [0, *(at for at, _ in inner), len(line.text)]
    labels = [line.label, *(label for _, label in inner)]
    for (first, end), label in zip(pairwise(bounds), labels, strict=True):
        text = line.text[first:end].rstrip()
        piece = replace(line, text=text, start=line.start + first, end=line.start + first + len(text), label=label)
        pieces.append(piece if first == 0 else replace(piece, gap=True, bullet=False, marks=()))
    return pieces


# ------------------------------------------------------------------------------- numbers that only their list shows

#: 3.5年内不得出租: the third item, when the second stands before it and the fourth behind.
_BEFORE_DIGITS = re.compile(r"(?P<n>[0-9]{1,2})\s*[.．、]\s*(?=[0-9])")
#: Lists are looked through this many lines back for an item that is printed behind the one before it.
_LOOK_BACK = 12
_INLINE_KINDS = ("bracketed_chinese", "bracketed_arabic", "arabic")
_INLINE_LABEL = re.compile(
    rf"(?:(?<=[：:；;。，,])|(?<=条)|(?<=条[\s　]))\s*(?=[(（]\s*[{patterns.CN}0-9]{{1,3}}\s*[)）]|[0-9]{{1,2}}[.．、]\D)"
)


def _number_before_digits(lines: list[Line]) -> list[Line]:
    arabic = [(i, x.label.number) for i, x in enumerate(lines) if x.label and x.label.kind == "arabic"]
    if len(arabic) < 2:
        return lines
    for (before, low), (after, high) in pairwise(arabic):
        if high != low + 2 or after - before > 40:
            continue
        for i in range(before + 1, after):
            match = _BEFORE_DIGITS.match(lines[i].text) if lines[i].label is None else None
            if match and int(match["n"]) == low + 1:
                label = Label("arabic", low + 1, 0, match[0].strip(), match.end())
                lines[i] = replace(lines[i], label=label)
                break
    return lines


def recover_items(lines: list[Line]) -> list[Line]:
    """Items that are printed in the middle of a line, when the list that goes on below lacks just them.

    第十四条 (一)符合…的: with (二) and (三) on lines of their own; …应当:(一)…; with (二) below.
    """
    cuts: dict[int, list[tuple[int, Label]]] = {}
    for i, line in enumerate(lines):
        label = line.label
        if label is None or label.kind not in _INLINE_KINDS or label.number < 2:
            continue
        first, last = _list_before(lines, i, label)
        if first is None or not last < label.number - 1 <= last + 6:
            continue
        found = _inline_items(lines, first, i, label.kind, range(last + 1, label.number))
        for at, inner in found:
            cuts.setdefault(at, []).append(inner)
    if not cuts:
        return lines
    result: list[Line] = []
    for i, line in enumerate(lines):
        result += _cut(line, cuts[i]) if i in cuts else [line]
    return result


def _list_before(lines: Sequence[Line], index: int, label: Label) -> tuple[int | None, int]:
    """The line that holds the item before (or that leads the list in), and the number it has, 0 for none."""
    for j in range(index - 1, max(-1, index - _LOOK_BACK), -1):
        other = lines[j].label
        if lines[j].is_table_row:
            return None, 0
        if other is None:
            continue
        if other.kind == label.kind:
            return j, other.number
        if RANK[other.kind] < RANK[label.kind]:
            return j, 0
    return None, 0


def _inline_items(
    lines: Sequence[Line], first: int, end: int, kind: str, wanted: range
) -> list[tuple[int, tuple[int, Label]]]:
    """Where each wanted number is printed inside the lines, in order; ``[]`` unless all of them are."""
    found: list[tuple[int, tuple[int, Label]]] = []
    due = iter(wanted)
    number = next(due, None)
    for j in range(first, end):
        for match in _INLINE_LABEL.finditer(lines[j].text):
            at = match.end()
            inner = read_label(lines[j].text[at:]) if at and number is not None else None
            if inner is not None and inner.kind == kind and inner.number == number:
                found.append((j, (at, inner)))
                number = next(due, None)
    return found if number is None else []
