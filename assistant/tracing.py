"""How an answer came about, noted on the way where someone asked for it; costs nothing where nobody did.

A context variable carries the recorder, so that no function needs a parameter for it and threads do not mix.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.models import Trace, TraceCandidate, TraceCheck

if TYPE_CHECKING:
    from assistant.retrieve import Ranked
    from assistant.understanding.question import Question

#: Candidates kept of each ranking.
_KEPT = 12


@dataclass
class Recorder:
    """What has been noted so far; seconds by stage."""

    question: Question | None = None
    kinds: list[str] = field(default_factory=list)
    confidence: dict[str, float] = field(default_factory=dict)
    candidates: list[TraceCandidate] = field(default_factory=list)
    checks: list[TraceCheck] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def finish(self, index: str, encoder: str) -> Trace:
        """The notes as they are handed out."""
        q = self.question
        return Trace(
            question=q.text if q else "",
            query=q.query if q else "",
            parts=[p.text for p in q.parts] if q else [],
            intent=q.intent if q else "",
            asks=sorted(q.asks) if q else [],
            follows_on_from=q.context.question if q and q.is_follow_up else "",
            references=[*(m.raw for m in q.references.mentions), *(c.raw for c in q.references.clauses)] if q else [],
            set_aside=list(q.set_aside) if q else [],
            kind=",".join(self.kinds),
            confidence=self.confidence,
            candidates=self.candidates,
            checks=self.checks,
            milliseconds={name: round(1000 * s, 2) for name, s in self.seconds.items()},
            index=index,
            encoder=encoder,
        )


_recorder: ContextVar[Recorder | None] = ContextVar("recorder", default=None)


@contextmanager
def recording() -> Iterator[Recorder]:
    """Notes everything that happens in this thread until it ends."""
    recorder = Recorder()
    token = _recorder.set(recorder)
    try:
        yield recorder
    finally:
        _recorder.reset(token)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Times a stage; stages of one name add up."""
    recorder = _recorder.get()
    if recorder is None:
        yield
        return
    started = time.perf_counter()
    try:
        yield
    finally:
        recorder.seconds[name] = recorder.seconds.get(name, 0.0) + time.perf_counter() - started


def note_question(question: Question) -> None:
    if recorder := _recorder.get():
        recorder.question = question


def note_kind(kind: str) -> None:
    """Which kind of answer it became: lookup, wording, table, search, declined."""
    if (recorder := _recorder.get()) and kind not in recorder.kinds:
        recorder.kinds.append(kind)


def note_ranking(ranked: Sequence[Ranked]) -> None:
    if recorder := _recorder.get():
        recorder.candidates += [
            TraceCandidate(
                document=r.document.document_id,
                clause=str(r.clause.path),
                score=round(r.score, 4),
                dense=round(r.dense, 4),
                coverage=round(r.coverage, 4),
                gained=round(r.gained, 4),
            )
            for r in ranked[:_KEPT]
        ]


def note_confidence(**figures: float) -> None:
    if recorder := _recorder.get():
        recorder.confidence.update({name: round(value, 4) for name, value in figures.items()})


def note_check(check: TraceCheck) -> None:
    if recorder := _recorder.get():
        recorder.checks.append(check)


def trace_lines(trace: Trace) -> Iterator[str]:
    """A trace for people, one line a fact."""
    yield f"理解:{trace.intent};问的是 {'、'.join(trace.asks) or '内容'};查找用语 {trace.query}"
    if trace.follows_on_from:
        yield f"承接:{trace.follows_on_from}"
    if trace.set_aside:
        yield f"不予理会的指令:{';'.join(trace.set_aside)}"
    yield f"方式:{trace.kind or 'lookup'}" + "".join(f";{k} {v}" for k, v in trace.confidence.items())
    for c in trace.candidates[:8]:
        yield f"候选:{c.document} {c.clause}  {c.score:.3f}(向量 {c.dense:.3f},用词 {c.coverage:.3f})"
    for check in trace.checks:
        missing = f",{';'.join(check.missing)}" if check.missing else ""
        yield f"核对:{check.verdict}{missing}  {check.text[:40]}"
    yield "用时(ms):" + ";".join(f"{k} {v}" for k, v in trace.milliseconds.items())
    yield f"索引 {trace.index},编码器 {trace.encoder}"
