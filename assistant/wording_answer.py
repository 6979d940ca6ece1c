"""这句是原文吗: the answer to a question about the wording of a quotation."""

from __future__ import annotations

from assistant.answer_builder import AnswerBuilder
from assistant.holdings import Holdings
from assistant.models import Answer
from assistant.quotes import Wording
from assistant.sources import Draft, citation_text, sentences, source_of
from assistant.tracing import note_kind
from assistant.understanding.question import Question


def answer_wording(holdings: Holdings, question: Question) -> Answer | None:
    """Whether the quotation is the printed wording, with the place; ``None`` when it is not held at all."""
    found: Wording = holdings.wording.check(question.quotation, question.references.documents or None)
    if found.verdict == "not_found" and question.references.documents:
        found = holdings.wording.check(question.quotation)
    if found.verdict == "not_found":
        return None
    note_kind("wording")
    builder = AnswerBuilder()
    named = [(d, p) for m in question.references.clauses for d, p in m.targets]
    if named and not any(d is m.document and m.path.is_within(p) for m in found.matches for d, p in named):
        document, path = named[0]
        builder.gap(f"{citation_text(document, path.display())}没有这句话。")
    compare = question.compares or len(found.matches) > 1
    for match in found.matches[: 3 if compare and found.verdict != "altered" else 1]:
        clause = match.document.by_path[str(match.path)]
        start = clause.text.find(match.text)
        spans = sentences(clause.text)
        if start >= 0:
            first = max((a for a, _ in spans if a <= start), default=start)
            last = min((b for _, b in spans if b >= start + len(match.text)), default=len(clause.text))
        else:
            first, last = 0, min(len(clause.text), 230)
        source = source_of(match.document, clause, first, last)
        where = citation_text(match.document, source.display)
        if found.verdict == "identical":
            head = f"与原文一致,见{where}:"
        elif found.verdict == "punctuation_only":
            head = f"文字与原文一致,仅标点不同,见{where}:"
        else:
            changes = "".join(
                f"〔原文“{p.text}”〕" if p.op == "delete" else f"〔您写作“{p.text}”〕"
                for p in match.diff
                if p.op != "equal"
            )
            head = f"与原文不一致{changes},原文见{where}:"
        builder.add(Draft(source.quote.strip(), (source,)), prefix=f"{head}\n\n")
    return builder.finish()


def not_printed(question: Question, answer: Answer) -> Answer:
    """What an answer by search is when the wording itself is nowhere: said first, so that nobody takes it for printed."""
    said = f"已收录的文件没有“{question.quotation}”这句话。"
    if answer.state in ("answered", "partial"):
        return answer.model_copy(
            update={
                "state": "partial",
                "answer": f"{said}相关的规定是:\n\n{answer.answer}",
                "missing": [said, *answer.missing],
            }
        )
    return answer.model_copy(update={"answer": f"{said}\n\n{answer.answer}", "missing": [said, *answer.missing]})
