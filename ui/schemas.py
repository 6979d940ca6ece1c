"""Requests and responses of the HTTP API that are not the assistant's own (DESIGN.md, section 4)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.models import DocumentSummary, Gazette, SearchHit, Turn

MAX_QUESTION = 1000
MAX_HISTORY = 40
MAX_K = 50
MAX_QUOTE = 5000
MAX_ADDRESS = 300

Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_ADDRESS)]


class AnswerRequest(BaseModel):
    """A question and the conversation before it. The history is the client's word: it gives context, never rules."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"question": "跑外卖的能参加企业职工养老保险吗", "history": []}]}
    )
    question: Question = Field(description="问题,最多 1000 字")
    history: Annotated[list[Turn], Field(max_length=MAX_HISTORY)] | None = Field(
        default=[], description="此前的对话,从早到晚,最多 40 条"
    )
    session_id: str | None = Field(default=None, max_length=64, description="调用方自用的会话标识,服务端不保存")
    trace: bool = Field(default=False, description="是否附上作答过程:改写、候选条款及得分、逐句核对、用时")


class QuoteRequest(BaseModel):
    """A sentence that someone says is in a document."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "未经审查的政府信息不得公开", "document": None}]}
    )
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUOTE)] = Field(
        description="要核对的原文,最多 5000 字"
    )
    document: Address | None = Field(default=None, description="只在这份文件里核对;发文字号或标题,任何写法")


class Documents(BaseModel):
    documents: list[DocumentSummary]
    index: str = Field(description="文件库版本")


class Hits(BaseModel):
    query: str
    hits: list[SearchHit]
    index: str = Field(description="文件库版本")


class Source(BaseModel):
    path: str = Field(description="来源文件名")
    sha256: str


class DocumentRecord(BaseModel):
    """A document with all its clauses, as ``gazette parse --json`` prints it."""

    model_config = ConfigDict(extra="allow")
    document_number: str | None
    document_number_raw: str | None
    title: str
    issuer: str | None
    signed_on: str | None
    kind: str
    openness: str | None
    attached_title: str | None
    gazette: Gazette | None
    source: Source
    clauses: list[dict[str, Any]]
    tables: list[dict[str, Any]]
    duties: list[dict[str, Any]]
    references: list[dict[str, Any]]
    findings: list[dict[str, Any]]


class Health(BaseModel):
    status: str


class Readiness(BaseModel):
    status: str
    index: str | None = None
