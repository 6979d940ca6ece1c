"""Drafts become an answer: each is verified against its sources, cited, shown; then the state and the notices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.cards import card_of
from assistant.compose import Draft, Source
from assistant.confidence import Confidence
from assistant.declining import NOT_STATED, decline
from assistant.models import Answer, Citation, State, Statement
from assistant.retrieve import Ranked
from assistant.verify import check_composed, check_quote, check_statement

#: What the kinds of documents that are no policy are, as an answer says it.
NOT_POLICY = {
    "research": "调查研究文章,是作者的看法,不是政策依据",
    "meeting": "政务动态报道,不是政策依据",
    "masthead": "公报刊头信息",
}


@dataclass
class AnswerBuilder:
    """Drafts in, a verified answer out: handles, markers, cards, each source cited once.

    ``statements``, ``lines`` (shown, one paragraph each) and ``citations`` grow in the order of ``add``; ``dropped``
    counts what failed its sources or could not be given.
    """

    statements: list[Statement] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    dropped: int = 0
    _handles: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, draft: Draft, *, prefix: str = "", bullet: bool = False) -> bool:
        """Appends a draft that its sources support; returns False, and shows nothing, where they do not."""
        evidence = [s.evidence for s in draft.sources]
        checked = all(check_quote(s.quote, s.text).verdict == "supported" for s in draft.sources)
        worded = draft.text.removesuffix(draft.added)
        judge = check_composed if draft.composed else check_statement
        supported = draft.computed or judge(worded, evidence).verdict == "supported"
        if not draft.sources or not checked or not supported:
            self.dropped += 1
            return False
        handles = [self._handle(s) for s in draft.sources]
        self.statements.append(Statement(text=draft.text, citations=handles))
        marks = "".join(f"[{h[1:]}]" for h in handles)
        self.lines.append(f"{'- ' if bullet else ''}{prefix}{draft.text}{marks}")
        return True

    def gap(self, text: str) -> None:
        """Says what could not be given; the answer is then a partial one."""
        self.lines.append(text)
        self.dropped += 1

    def finish(self, ranked: Sequence[Ranked] = (), confidence: Confidence | None = None) -> Answer:
        """The answer so far; declined where nothing could be cited, partial where something was dropped or is unsure."""
        if not self.citations:
            return decline(ranked, NOT_STATED)
        state: State = "answered"
        if confidence is not None and confidence.level == "low":
            state = "partial"
            self.lines.insert(0, "文件没有直接回答这个问题,下面是最接近的规定,请对照原文判断。")
        if self.dropped:
            state = "partial"
        notices = []
        if any(c.kind in NOT_POLICY for c in self.citations):
            notices.append("引用中含调查研究或政务动态,不是政策依据。")
        if any(re.search(r"暂行|试行", c.title) for c in self.citations):
            notices.append("所引文件为暂行或试行,现行有效性未核实。")
        return Answer(
            state=state,
            answer="\n\n".join(self.lines),
            statements=self.statements,
            citations=self.citations,
            notice="".join(notices),
        )

    def _handle(self, source: Source) -> str:
        key = (source.document.document_id, str(source.path))
        if key not in self._handles:
            handle = f"c{len(self.citations) + 1}"
            self._handles[key] = handle
            card = card_of(
                source.document, str(source.path), source.display, source.text, source.heading, source.chapter
            )
            self.citations.append(Citation(**card, handle=handle, quote=source.quote, verdict="supported"))
        return self._handles[key]
