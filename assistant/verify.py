"""Does the cited clause really say so? Every statement passes here, whoever wrote it.

Deterministic checks only. A quotation must stand in the clause character by character (width and white space aside). A
statement is read sentence by sentence: one that stands in a cited text is right unless it leaves out the condition that
its sentence begins with; one that nearly stands there has been altered, and altered wording is refused, because nobody
can tell a harmless change from a false one; one in words of its own needs most of its wording, every figure and every
应当/可以/不得 of it in the texts. Figures are compared by value: 1000元, 一千元 and 0.1万元 are one. Nothing to check is
not a pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz import fuzz

from assistant.figures import missing_quantities, quantities
from assistant.models import Verdict
from assistant.normalise import bare, fold
from assistant.sources import without_label

#: Share of its character pairs that the texts must hold of a sentence in words of its own, near where it fits best …
MIN_WORDING = 0.8
#: … and of a statement that we put together from records, anywhere in them.
MIN_COMPOSED = 0.6
#: From this likeness to some stretch of a text on (0 to 100) a sentence is that stretch, altered.
_ALTERED = 80
#: A shorter remainder beside a verified quotation only leads it in (文件写明).
_LEADS_IN = 8

_QUOTED = re.compile(r"“([^“”]{2,})”")
_SENTENCE_END = re.compile(r"[。！？!?；;]+")
#: A line feed after a colon ends what leads a list in; one within a sentence is the printer's.
_SENTENCE_OR_LINE_END = re.compile(r"[。！？!?；;]+|(?<=[:：])\s*\n")
_MODALS = re.compile(r"应当|应该|可以|不得|必须|禁止|有权|无权|不予|不能|不应|无需|免于|除外")
#: What a sentence may begin with that binds all that follows, up to its comma.
_CONDITION = re.compile(
    r"(?:(?:按照?|根据|依照|依据|违反)[^,，]{2,40}|符合[^,，]{2,40}|经[^,，]{2,30}(?:批准|同意|审核|审查|备案)后?|未经[^,，]{2,30}"
    r"|除[^,，]{2,30}外|在[^,，]{2,30}(?:前提|情况|条件|范围|期间)[下内]?|[^,，]{4,60}的|[^,，]{3,30}(?:后|前|时))[,，]$"
)


@dataclass(frozen=True)
class Check:
    """The verdict on one statement or citation, and what was missing."""

    verdict: Verdict
    missing: tuple[str, ...] = ()


def check_quote(quote: str, text: str) -> Check:
    """``supported`` when ``quote`` stands in ``text``; an empty quotation proves nothing."""
    if not fold(quote):
        return Check("unsupported", ("引文为空",))
    return Check("supported") if fold(quote) in fold(text) else Check("unsupported", (quote,))


def check_statement(statement: str, evidence: Sequence[str]) -> Check:
    """The verdict on ``statement`` against the texts it cites, with what is wrong: the wording altered, the figure or
    the condition missing. Linear in the texts for wording that stands there; an alignment for each sentence that does not.
    """
    if not evidence or not any(fold(text) for text in evidence):
        return Check("unsupported", ("没有依据",))
    if not bare(statement):
        return Check("unsupported", ("没有内容",))
    # Without their labels too: in 3.5年内不得转让 the figure is 5年.
    evidence = [*evidence, *(own for text in evidence if (own := without_label(text)) != text)]
    # A full stop between the texts, so that no figure grows together out of two of them.
    held = "。".join(fold(text) for text in evidence)
    quoted = _QUOTED.findall(statement)
    missing = [quote for quote in quoted if fold(quote) not in held]
    texts = [_canonical(text) for text in evidence]
    sentences = _sentences(statement)
    if quoted and not all(any(wording in text for text in texts) for _, wording in sentences):
        # Quotation marks of a clause's own (受理“120”呼叫) stand in it; others set off what is quoted from it.
        sentences = [
            (sentence, wording)
            for sentence, wording in _sentences(_QUOTED.sub("", statement))
            if len(wording) > _LEADS_IN or quantities(sentence)
        ]
    for sentence, wording in sentences:
        missing += _missing_of(sentence, wording, statement, evidence, texts)
    missing += missing_quantities(fold(statement), held)
    return Check("unsupported", tuple(dict.fromkeys(missing))) if missing else Check("supported")


def _sentences(statement: str) -> list[tuple[str, str]]:
    """The sentences of ``statement`` that say something, each with its canonical wording."""
    folded = _SENTENCE_END.split(fold(statement))
    return [(sentence, wording) for sentence in folded if (wording := _canonical(sentence))]


def check_composed(statement: str, evidence: Sequence[str]) -> Check:
    """The verdict on a statement that a program put together from records of the texts: cells of a table, duties.

    The wording between them is the program's (为, 最多的是); what it joins must be there, and every figure.
    """
    held = "。".join(fold(text) for text in evidence)
    if not bare(held) or not bare(statement):
        return Check("unsupported", ("没有依据",))
    missing = missing_quantities(fold(statement), held)
    if not _is_worded_in(bare(statement), bare(held), MIN_COMPOSED):
        missing.append("措辞与条款不符")
    return Check("unsupported", tuple(missing)) if missing else Check("supported")


def _missing_of(
    sentence: str, wording: str, statement: str, evidence: Sequence[str], texts: Sequence[str]
) -> list[str]:
    if any(wording in text for text in texts):
        condition = _dropped_condition(wording, statement, evidence)
        return [f"略去了条件“{condition}”"] if condition else []
    alignments = [(found, text) for text in texts if text and (found := fuzz.partial_ratio_alignment(wording, text))]
    if not alignments:
        return ["措辞与条款不符"]
    best, text = max(alignments, key=lambda found: found[0].score)
    if len(wording) >= _LEADS_IN and best.score >= _ALTERED:
        return [f"与原文不一致:{sentence}"]
    if len(wording) >= _LEADS_IN and any(_is_stitched(wording, text) for text in texts):
        return [f"把不在一处的文字拼成一句:{sentence}"]
    # A sentence in words of its own: where it fits best, with as much again on either side.
    near = text[max(0, best.dest_start - len(wording)) : best.dest_end + len(wording)]
    if not _is_worded_in(wording, near, MIN_WORDING):
        return ["措辞与条款不符"]
    said = set(_MODALS.findall(wording)) - set(_MODALS.findall(near))
    return [f"条款没有“{word}”" for word in sorted(said)]


def _is_stitched(wording: str, text: str) -> bool:
    """Whether ``wording`` is the beginning of one stretch of ``text`` and the end of another, nearly all of it."""
    head = _longest(wording, text, lambda size: wording[:size])
    tail = _longest(wording, text, lambda size: wording[len(wording) - size :])
    return min(head, tail) >= _LEADS_IN // 2 and head + tail >= 0.95 * len(wording)


def _longest(wording: str, text: str, part: Callable[[int], str]) -> int:
    """The largest size for which ``part(size)`` stands in ``text``, by bisection: a part of what stands there does too."""
    low, high = 0, len(wording)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if part(middle) in text else (low, middle - 1)
    return low


def _dropped_condition(wording: str, statement: str, evidence: Sequence[str]) -> str:
    """The condition that the sentence holding ``wording`` begins with and ``statement`` leaves out; empty where none is.

    Where several sentences hold the wording, one without a condition is enough.
    """
    found = []
    for text in evidence:
        for sentence in map(fold, _SENTENCE_OR_LINE_END.split(text)):
            whole = _canonical(sentence)
            if wording not in whole:
                continue
            # The commas before the wording: the longest opening that the wording does not reach into.
            openings = [m.end() for m in re.finditer("[,，]", sentence) if wording in _canonical(sentence[m.end() :])]
            opening = sentence[: max(openings)] if openings else ""
            parts = [f"{part}," for part in re.split("[,，]", opening) if part]
            binding = [part for part in parts if _CONDITION.search(part) and bare(part) not in bare(statement)]
            found.append(binding[0].rstrip(",") if binding else "")
    return found[0] if all(found) and found else ""


def _canonical(text: str) -> str:
    """``text`` without punctuation, every quantity by value and plain unit: 一千元 is 1000元 is 0.1万元."""
    text = fold(text)
    parts, at = [], 0
    for quantity in quantities(text):
        value, unit = quantity.value, quantity.unit
        if unit == "公里":
            value, unit = value * 1000, "米"
        parts += [bare(text[at : quantity.start]), f"\x01{_plain(value)}{unit}\x02"]
        at = quantity.end
    return "".join([*parts, bare(text[at:])])


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _is_worded_in(wording: str, text: str, share: float) -> bool:
    """Whether ``text`` holds at least this share of the character pairs of ``wording``."""
    pairs = {wording[i : i + 2] for i in range(len(wording) - 1)}
    return bool(pairs) and sum(pair in text for pair in pairs) >= share * len(pairs)
