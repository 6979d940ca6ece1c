"""Does the cited clause really say so? Every statement passes here, whoever wrote it.

Deterministic checks only: the clause exists, the quotation stands in it character by character (width and white space
aside), and every figure of the statement occurs in the cited clauses. Nothing to check is not a pass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.figures import missing_quantities
from assistant.models import Verdict
from assistant.normalise import bare, fold

#: Share of a statement's character pairs that its sources must hold; duties and headings are put together from them.
MIN_WORDING = 0.6

_QUOTED = re.compile(r"“([^“”]{2,})”")


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


def _is_worded_in(statement: str, held: str) -> bool:
    """Whether the evidence holds the statement's wording: verbatim, or most of its character pairs."""
    wanted, text = bare(statement), bare(held)
    if wanted in text:
        return bool(wanted)
    pairs = {wanted[i : i + 2] for i in range(len(wanted) - 1)}
    return bool(pairs) and sum(p in text for p in pairs) >= MIN_WORDING * len(pairs)


def check_statement(statement: str, evidence: Sequence[str]) -> Check:
    """The verdict on ``statement`` against the texts it cites.

    ``unsupported`` without evidence, where less than ``MIN_WORDING`` of its wording stands in the texts, with a quotation that none of the texts holds, or with a figure that none holds.
    """
    if not evidence or not any(fold(e) for e in evidence):
        return Check("unsupported", ("没有依据",))
    held = "\n".join(evidence)
    if not _is_worded_in(statement, held):
        return Check("unsupported", ("措辞与条款不符",))
    missing = [q for q in _QUOTED.findall(statement) if fold(q) not in fold(held)]
    missing += missing_quantities(statement, held)
    if missing:
        return Check("unsupported", tuple(missing))
    return Check("supported")
