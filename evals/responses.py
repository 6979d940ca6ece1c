"""An assistant's reply as the measures read it: lenient, so that any server's reply can be scored, even a poor one."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class CitedClause(BaseModel):
    """One citation of a reply; what is absent stays empty and will match nothing."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    document_number: str | None = None
    title: str | None = None
    clause: str | None = None
    label: str | None = None
    quote: str | None = None
    verdict: str | None = None

    @property
    def printed(self) -> str:
        return f"{self.document_number or self.title or '（无文件）'} {self.label or self.clause or '（无条款）'}"


class Response(BaseModel):
    """State, text and citations; ``state`` is ``error`` where no reply came."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: str
    answer: str = ""
    citations: tuple[CitedClause, ...] = ()
    query: str = ""
    notice: str = ""
    index: str = ""

    @classmethod
    def read(cls, reply: dict[str, Any] | None) -> Response:
        return cls(state="error") if reply is None else cls.model_validate(reply)


class Record(BaseModel):
    """One line of ``answers.jsonl``: the reply as it came, how long it took, and what the store held.

    ``held`` has one entry per citation of the reply: the text that the store holds under that clause with all its
    descendants, or None where the store holds no such clause. It is None as a whole where nobody looked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    reply: dict[str, Any] | None
    seconds: float = Field(ge=0)
    answered_at: str
    error: str | None = None
    held: tuple[str | None, ...] | None = None
