"""The answers to the single questions of one message become one answer, each under its question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.models import Answer, Citation, Pointer, State, Statement
from assistant.understanding.question import Question


@dataclass
class _Joined:
    """Citations of all parts, each once, under handles that count through."""

    citations: list[Citation] = field(default_factory=list)
    _handles: dict[tuple[str | None, str, str], str] = field(default_factory=dict)

    def handle(self, citation: Citation) -> str:
        key = (citation.document_number, citation.title, citation.clause)
        if key not in self._handles:
            self._handles[key] = f"c{len(self.citations) + 1}"
            self.citations.append(citation.model_copy(update={"handle": self._handles[key]}))
        return self._handles[key]


def join_answers(questions: Sequence[Question], answers: Sequence[Answer]) -> Answer:
    """One answer of ``answers``, in the order of ``questions``; refused only where all of them are."""
    joined = _Joined()
    statements: list[Statement] = []
    blocks: list[str] = []
    missing: list[str] = []
    pointers: list[Pointer] = []
    for number, (question, answer) in enumerate(zip(questions, answers, strict=True), start=1):
        new = {c.handle: joined.handle(c) for c in answer.citations}
        statements += [
            s.model_copy(update={"citations": [new[h] for h in s.citations], "part": number}) for s in answer.statements
        ]
        blocks.append(f"**{number}. {question.text.strip(' ?？。;；')}**\n\n{_renumbered(answer.answer, new)}")
        missing += answer.missing
        pointers += [p for p in answer.pointers if p not in pointers]
        if answer.state == "refused" and not answer.missing:
            missing.append(question.text)
    return Answer(
        state=_state(answers),
        answer="\n\n".join(blocks),
        statements=statements,
        citations=joined.citations,
        parts=[q.text for q in questions],
        missing=missing,
        contact=next((a.contact for a in answers if a.contact), ""),
        pointers=pointers,
        candidates=[c for a in answers for c in a.candidates][:5],
        suggestions=[s for a in answers for s in a.suggestions][:4],
        notice="".join(dict.fromkeys(a.notice for a in answers if a.notice)),
    )


def _state(answers: Sequence[Answer]) -> State:
    states = {a.state for a in answers}
    if len(states) == 1:
        return states.pop()
    return "partial" if states & {"answered", "partial"} else "refused"


def _renumbered(text: str, new: dict[str, str]) -> str:
    """``text`` with its markers ``[n]`` under the new handles; done in one pass, so that none is changed twice."""
    return re.sub(r"\[(\d{1,2})\]", lambda m: f"[{new[f'c{m[1]}'][1:]}]" if f"c{m[1]}" in new else m[0], text)
