"""Clauses and documents that a message names outright: shown whole, outlined, asked back, or said not to be there."""

from __future__ import annotations

import re

from assistant.answer_builder import AnswerBuilder
from assistant.cards import clause_candidate
from assistant.compose import state_duties, state_whole
from assistant.declining import decline, unheld_title, unknown_number
from assistant.holdings import Holdings
from assistant.models import Answer
from assistant.normalise import bare
from assistant.sources import Draft, citation_text, sentences, source_of
from assistant.table_answer import holds_table, read_table, state_table
from assistant.tracing import note_kind
from assistant.understanding.clause_lookup import outline_hint
from assistant.understanding.question import Question
from ingest import ClausePath, Document

#: What asks for the text of a clause and nothing about it.
_WHOLE = re.compile(
    r"原文|全文|内容|发我|发给我|写的?(?:什么|啥)|讲的?(?:什么|啥)|说的?(?:什么|啥)|怎么(?:写|说|规定)的?|是什么|什么内容|主要|看看|查一?下|查查|说了什么|念一?下"
)


def look_up(holdings: Holdings, question: Question) -> Answer | None:
    """Clauses that the message names, verbatim; ``None`` where it names none or asks something about them."""
    references = question.references
    mentions = references.clauses
    if references.unknown:
        return unknown_number(holdings, question)
    if not mentions:
        return _whole_document(holdings, question)
    if references.unheld_titles and not references.documents:
        return unheld_title(holdings, question, references.unheld_titles[0])
    if references.is_ambiguous_document:
        return _choose_clause(question)
    targets = [(d, p) for m in mentions for d, p in m.targets]
    if not targets:
        return _no_such_clause(holdings, question)
    if len({(d.document_id, str(p)) for d, p in targets}) > len(mentions):
        return _choose_clause(question)
    asks_about = len(bare(_WHOLE.sub("", references.rest))) >= 4
    if asks_about and all(holds_table(d, p) for d, p in targets) and (table := read_table(holdings, question)):
        return state_table(table)
    return _state_clauses(holdings, question, _with_ranges(question, targets), asks_about=asks_about)


def _whole_document(holdings: Holdings, question: Question) -> Answer | None:
    """A document named and nothing else: its outline, or which one is meant; ``None`` where more is asked."""
    references = question.references
    asked = bare(re.sub(r"文件|这份|那份|请|帮我|把|给我|一份|一下|的|了|吗|呢", "", _WHOLE.sub("", references.rest)))
    if not references.documents:
        return None
    if len(asked) > 1:
        return _headed(holdings, question, asked)
    return _choose_document(question) if references.is_ambiguous_document else _outline(references.documents[0])


def _headed(holdings: Holdings, question: Question, asked: str) -> Answer | None:
    """The clause of the one document named whose heading is all that is asked: 28号文工作目标."""
    documents = question.references.documents
    if len(documents) != 1:
        return None
    paths = [c.path for c in documents[0].clauses if c.heading and bare(c.heading) == asked.strip('“”"')]
    return _state_clauses(holdings, question, [(documents[0], paths[0])], asks_about=False) if len(paths) == 1 else None


def _no_such_clause(holdings: Holdings, question: Question) -> Answer | None:
    """A number that no clause bears: what numbers there are; ``None`` where it may be no clause number at all."""
    references = question.references
    mention = references.clauses[0]
    if references.documents:
        document = references.documents[0]
        reason = f"{citation_text(document, '')}没有“{mention.raw.strip()}”。{outline_hint(document)}"
        return decline([r for r in holdings.rank(question) if r.document is document], reason)
    if any(label.kind == "article" for label in mention.labels):
        counts = [
            f"{citation_text(d, '')}:{hint}"
            for d in holdings.documents
            if (hint := outline_hint(d)).startswith("该文件共")
        ]
        reason = f"已收录的文件没有“{mention.raw.strip()}”。" + "".join(counts)
        return decline(holdings.rank(question), reason)
    return None


def _state_clauses(
    holdings: Holdings, question: Question, targets: list[tuple[Document, ClausePath]], *, asks_about: bool
) -> Answer:
    """The named clauses as printed; of a long one that something is asked about, the sentences nearest to it."""
    note_kind("lookup")
    builder = AnswerBuilder()
    for document, path in targets[:12]:
        drafts = state_whole(document, path)
        if asks_about and len(drafts) == 1 and len(drafts[0].text) > 260:
            # Its nearest sentences come first, the clause is one tap away.
            clause = document.by_path.get(str(path))
            if clause:
                drafts = holdings.state(document, clause, question)
                if "who" in question.asks and (duty := state_duties(document, clause)):
                    drafts.insert(0, duty)
        for i, draft in enumerate(drafts):
            head = f"{citation_text(document, draft.sources[0].display)}:\n\n" if i == 0 else ""
            builder.add(draft, prefix=head, bullet=i > 0)
    references = question.references
    for mention in references.clauses:
        if not mention.targets and references.documents:
            document = references.documents[0]
            builder.gap(f"{citation_text(document, '')}没有“{mention.raw.strip()}”。{outline_hint(document)}")
    return builder.finish()


def _with_ranges(question: Question, targets: list[tuple[Document, ClausePath]]) -> list[tuple[Document, ClausePath]]:
    """第八条到第十条 names what lies between, too."""
    mentions = question.references.clauses
    if len(mentions) != 2 or len(targets) != 2 or targets[0][0] is not targets[1][0]:
        return targets
    first, last = (re.escape(m.raw.strip()) for m in mentions)
    if not re.search(rf"{first}\s*(?:到|至|-|—|~)\s*{last}", question.text):
        return targets
    document, (start, end) = targets[0][0], (targets[0][1], targets[1][1])
    siblings = [c.path for c in document.clauses if c.path.parent == start.parent]
    if start not in siblings or end not in siblings:
        return targets
    return [(document, p) for p in siblings[siblings.index(start) : siblings.index(end) + 1]]


def _outline(document: Document) -> Answer:
    """What a document is and holds: its opening, then its parts."""
    builder = AnswerBuilder()
    first = document.clauses[0]
    paragraphs = [p.text for p in first.paragraphs if not p.text.endswith((":", "："))] or [first.text]
    at = first.text.find(paragraphs[0])
    builder.add(
        Draft(paragraphs[0], (source_of(document, first, at, at + len(paragraphs[0])),)),
        prefix=f"{citation_text(document, '')}\n\n",
    )
    tops = [c for c in document.clauses[1:] if len(c.path.labels) == 1][:24]
    for clause in tops:
        spans = sentences(clause.text)
        end = spans[0][1] if spans else len(clause.text)
        if clause.heading and clause.label:
            end = clause.text.find(clause.heading) + len(clause.heading)
        text = clause.text[:end].strip()
        builder.add(
            Draft(text if len(text) <= 90 else text[:90], (source_of(document, clause, 0, min(end, 90)),)),
            bullet=True,
        )
    return builder.finish()


def _choose_document(question: Question) -> Answer:
    """Asks which document is meant, where a name fits several."""
    documents = next(m.matches for m in question.references.mentions if len(m.matches) > 1)
    lines = "\n".join(f"- {citation_text(d, '')}" for d in documents)
    raw = next(m.raw for m in question.references.mentions if len(m.matches) > 1)
    candidates = [clause_candidate(d, d.clauses[0]) for d in documents]
    return Answer(
        state="clarify", answer=f"“{raw}”可以指 {len(documents)} 份文件,请写明是哪一份:\n\n{lines}", candidates=candidates,
        suggestions=[question.text.replace(raw, str(d.document_number or d.title), 1) for d in documents],
    )  # fmt: skip


def _choose_clause(question: Question) -> Answer:
    """Asks which clause is meant, where a number fits clauses of several documents."""
    targets = [(d, p) for m in question.references.clauses for d, p in m.targets]
    documents = [d for m in question.references.mentions for d in m.matches] or [d for d, _ in targets]
    documents = list(dict.fromkeys(documents))[:5]
    candidates, lines, suggestions = [], [], []
    for document in documents:
        path = next((p for d, p in targets if d is document), None)
        clause = document.by_path.get(str(path)) if path else None
        if clause:
            candidates.append(clause_candidate(document, clause))
            lines.append(f"- {citation_text(document, clause.display)}")
            suggestions.append(f"{document.document_id}{clause.display}")
        else:
            lines.append(f"- {citation_text(document, '')}(没有这个编号)")
    text = f"“{question.text[:40]}”可以指不同文件的条款,请写明是哪一份:\n\n" + "\n".join(lines)
    return Answer(state="clarify", answer=text, candidates=candidates, suggestions=suggestions[:4])
