"""Drafts become an answer: each is verified against its sources, cited, shown; then the state and the notices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.cards import card_of, ranked_candidates
from assistant.models import Answer, Citation, Pointer, State, Statement, TraceCheck, Verdict
from assistant.retrieve import Ranked
from assistant.sources import Draft, Source
from assistant.tracing import note_check
from assistant.verify import Check, check_composed, check_quote, check_statement

#: What the kinds of documents that are no policy are, as an answer says it.
NOT_POLICY = {
    "research": "调查研究文章,是作者的看法,不是政策依据",
    "meeting": "政务动态报道,不是政策依据",
    "masthead": "公报刊头信息",
}
HOTLINE = "可拨打 12345 政务服务热线,或向文件的制发机关咨询。"


@dataclass
class AnswerBuilder:
    """Drafts in, a verified answer out: handles, markers, cards, each source cited once.

    ``statements``, ``lines`` (shown, one paragraph each) and ``citations`` grow in the order of ``add``; ``dropped``
    counts what failed its sources; ``missing`` is what was asked and the documents do not say.
    """

    statements: list[Statement] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    dropped: int = 0
    missing: list[str] = field(default_factory=list)
    contact: str = ""
    pointers: list[Pointer] = field(default_factory=list)
    _handles: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, draft: Draft, *, prefix: str = "", bullet: bool = False) -> bool:
        """Appends a draft that its sources support; returns False, and shows nothing, where they do not."""
        check = verified(draft)
        if check.verdict != "supported":
            self.dropped += 1
            return False
        handles = [self._handle(s) for s in draft.sources]
        self.statements.append(Statement(text=draft.text, citations=handles, role=draft.role, verdict=check.verdict))
        marks = "".join(f"[{h[1:]}]" for h in handles)
        self.lines.append(f"{'- ' if bullet else ''}{prefix}{draft.text}{marks}")
        return True

    def add_list(self, drafts: Sequence[Draft], heading: str = "") -> None:
        """Appends drafts as the entries of a list, under ``heading`` where any of them holds."""
        at = len(self.lines)
        shown = [draft for draft in drafts if self.add(draft, bullet=True)]
        if shown and heading:
            self.lines.insert(at, heading)

    def say(self, text: str) -> None:
        """Appends words of ours that state nothing of a document: where it stands, a heading."""
        self.lines.append(text)

    def gap(self, text: str, missing: str = "") -> None:
        """Says what could not be given; the answer is then a partial one."""
        self.lines.append(text)
        self.missing.append(missing or text)

    def finish(self, *, state: State | None = None, lead: str = "", ranked: Sequence[Ranked] = ()) -> Answer:
        """The answer so far: ``refused`` without a citation, ``partial`` where something is missing or was dropped.

        Args:
            state: instead of what follows from the statements.
            lead: a first line that says how to take the answer.
            ranked: offered as candidates beside a refusal.
        """
        if state is None:
            state = (
                "refused" if not self.citations else "partial" if self.dropped or self.missing or lead else "answered"
            )
        lines = [lead, *self.lines] if lead else list(self.lines)
        if self.contact:
            lines.append(self.contact)
        notices = []
        if any(c.kind in NOT_POLICY for c in self.citations):
            notices.append("引用中含调查研究或政务动态,不是政策依据。")
        if any(re.search(r"暂行|试行", c.title) for c in self.citations):
            notices.append("所引文件为暂行或试行,现行有效性未核实。")
        if state == "refused":
            notices.append(HOTLINE)
        cited = {(c.document_number or c.title, c.clause) for c in self.citations}
        near = [r for r in ranked if r.document.kind != "masthead" and (r.ref.document, str(r.ref.path)) not in cited]
        return Answer(
            state=state,
            answer="\n\n".join(lines),
            statements=self.statements,
            citations=self.citations,
            missing=self.missing,
            contact=self.contact,
            pointers=self.pointers,
            candidates=ranked_candidates(near, 3) if state == "refused" else [],
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


def verified(draft: Draft) -> Check:
    """The verdict on a draft: its quotations are verbatim, and its wording or its figures stand in its sources."""
    quotes = [check_quote(s.quote, s.text) for s in draft.sources]
    failed = tuple(m for check in quotes for m in check.missing)
    method = "calculation" if draft.computed else "records" if draft.composed else "wording"
    if not draft.sources:
        check = Check("unsupported", ("没有依据",))
    elif failed:
        check = Check("unsupported", failed)
    elif draft.computed:
        check = Check("supported")
    else:
        judge = check_composed if draft.composed else check_statement
        check = judge(draft.text.removesuffix(draft.added), [s.evidence for s in draft.sources])
    verdict: Verdict = check.verdict
    note_check(
        TraceCheck(
            text=draft.text,
            clauses=[f"{s.document.document_id} {s.path}" for s in draft.sources],
            verdict=verdict,
            method=method,
            missing=list(check.missing),
        )
    )
    return check
