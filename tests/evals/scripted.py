"""Builders of cases and replies, and an assistant with a script instead of a model."""

from __future__ import annotations

from typing import Any

from assistant.models import Turn
from evals.answering import ClauseView, Identity
from evals.cases import Case
from evals.observations import Observation
from evals.responses import Response

SEISMIC = "余府办发〔2023〕19号"
SOCIAL = "余府发〔2023〕19号"
LITHIUM = "关于我市锂电产业发展情况的调研与思考"


def gold(clause: str, document: str = SEISMIC) -> dict[str, str]:
    return {"document": document, "clause": clause}


def make_case(*clauses: str, **fields: Any) -> Case:
    """A case on the seismic measures that expects an answer citing ``clauses``, unless ``fields`` say otherwise."""
    content = {
        "id": "T-1",
        "question": "抗震检查结果多久公开",
        "type": "number",
        "expect": "answer",
        "citations": [gold(clause) for clause in clauses],
        **fields,
    }
    return Case.model_validate(content)


def cited(clause: str, document: str | None = SEISMIC, *, title: str = "", quote: str = "") -> dict[str, Any]:
    return {"document_number": document, "title": title, "clause": clause, "label": clause, "quote": quote}


def reply(*citations: dict[str, Any], answer: str = "", state: str = "answered") -> dict[str, Any]:
    return {"state": state, "answer": answer, "citations": list(citations), "index": "r1"}


def observe(case: Case, response: dict[str, Any], held: tuple[str | None, ...] | None = None) -> Observation:
    return Observation(case, Response.read(response), 0.1, held)


class ScriptedAnswerer:
    """Replies from a table of questions; a value that is an exception is raised. Remembers what it was asked."""

    def __init__(self, replies: dict[str, Any], clauses: dict[tuple[str, str], ClauseView] | None = None) -> None:
        self.replies, self.clauses = replies, clauses or {}
        self.asked: list[str] = []
        self.identity = Identity("scripted", "r1", "none", {"k": 3})

    def ask(self, question: str, history: tuple[Turn, ...]) -> dict[str, Any]:
        self.asked.append(question)
        scripted = self.replies[question]
        if isinstance(scripted, BaseException):
            raise scripted
        return scripted

    def look(self, document: str, clause: str) -> ClauseView | None:
        return self.clauses.get((document, clause))
