"""The answer as programs see it (DESIGN.md, section 4): pydantic at the border, frozen."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

State = Literal["answered", "partial", "refused", "clarify"]
Verdict = Literal["supported", "partial", "unsupported"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Turn(_Frozen):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=20_000)


class Gazette(_Frozen):
    name: str
    year: int
    issue: int


class ClauseCard(_Frozen):
    """One clause as it is shown beside an answer. ``clause`` is its path, ``label`` the path as documents cite it."""

    document_number: str | None
    title: str
    clause: str
    label: str
    text: str
    heading: str | None = None
    chapter: str | None = None
    kind: str
    validity: str = "未核实"
    signed_on: str | None = None
    issuer: str | None = None
    gazette: Gazette | None = None


class Citation(ClauseCard):
    """A clause that a statement rests on. ``quote`` is verbatim in ``text``."""

    handle: str
    quote: str
    verdict: Verdict


class Candidate(ClauseCard):
    """A clause offered but not used: 相关条款 of a refusal, choices of a clarification."""

    score: float = 0.0


#: What a statement is to the question: the answer itself, what binds or limits it, one entry of a list, who must act,
#: a further clause on the matter, or a clause that says the same with another figure.
Role = Literal["answer", "condition", "item", "duty", "related", "differs"]


class Statement(_Frozen):
    """One checked statement. ``part`` counts the single questions of the message from 1."""

    text: str
    citations: list[str]
    role: Role = "answer"
    verdict: Verdict = "supported"
    part: int = 1


class Pointer(_Frozen):
    """Where a document gives what people look for beside an answer (依据, 标准, 程序, 监督); empty: 文件未载明."""

    slot: Literal["basis", "standard", "procedure", "supervision"]
    name: str
    document_number: str | None
    title: str
    clauses: list[str]
    labels: list[str]


class TraceCandidate(_Frozen):
    """One clause as it was ranked, and what spoke for it."""

    document: str
    clause: str
    score: float
    dense: float
    coverage: float
    gained: float


class TraceCheck(_Frozen):
    """One draft as it was verified: the verdict, how it was judged, and what was missing."""

    text: str
    clauses: list[str]
    verdict: Verdict
    method: Literal["wording", "records", "calculation"]
    missing: list[str] = []


class Trace(_Frozen):
    """How an answer came about: enough to explain it, and to do it again."""

    question: str
    query: str
    parts: list[str]
    intent: str
    asks: list[str]
    follows_on_from: str
    references: list[str]
    set_aside: list[str]
    kind: str
    confidence: dict[str, float]
    candidates: list[TraceCandidate]
    checks: list[TraceCheck]
    milliseconds: dict[str, float]
    index: str
    encoder: str


class Answer(_Frozen):
    """``missing`` is what was asked and the documents do not say; ``contact`` whom they name for it; ``parts`` are the
    single questions where a message held several."""

    state: State
    answer: str
    statements: list[Statement] = []
    citations: list[Citation] = []
    query: str = ""
    parts: list[str] = []
    missing: list[str] = []
    contact: str = ""
    pointers: list[Pointer] = []
    candidates: list[Candidate] = []
    suggestions: list[str] = []
    notice: str = ""
    index: str = ""
    trace: Trace | None = None


class DocumentSummary(_Frozen):
    id: str
    document_number: str | None
    title: str
    issuer: str | None
    signed_on: str | None
    kind: str
    openness: str | None
    attached_title: str | None = None
    validity: str = "未核实"
    gazette: Gazette | None = None
    n_clauses: int
    n_findings: int


class ClauseView(ClauseCard):
    """A clause with its place: ancestors, neighbours and children, for the clause desk."""

    document: str
    attached_title: str | None = None
    citation: str
    lead_in: str | None = None
    previous: str | None = None
    next: str | None = None
    children: list[ClauseCard] = []


class AlikeClause(_Frozen):
    """A clause of another document that says the same as a hit."""

    document_number: str | None
    title: str
    clause: str
    label: str


class SearchHit(ClauseCard):
    rank: int
    score: float
    #: Clauses of other documents in the same wording: other years, counties or versions.
    alike: list[AlikeClause] = []


class DiffPart(_Frozen):
    """One run of a character diff from the clause's wording to the text asked about."""

    op: Literal["equal", "insert", "delete"]
    text: str


class QuoteMatch(_Frozen):
    document_number: str | None
    title: str
    clause: str
    label: str
    text: str
    diff: list[DiffPart] = []


class QuoteCheck(_Frozen):
    verdict: Literal["identical", "punctuation_only", "altered", "not_found"]
    matches: list[QuoteMatch] = []


class Problem(_Frozen):
    """``{"error": {...}}``: a Chinese message for people and a stable code for programs."""

    code: str
    message: str
    detail: Any = None
