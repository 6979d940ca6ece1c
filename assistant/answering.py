"""A question becomes an answer: look up, read tables, check wording or retrieve; compose, verify, or decline.

``Answerer`` works on one snapshot and is safe to share between threads; the same question on the same snapshot gives
the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from assistant.compose import (
    Draft,
    Source,
    citation_text,
    quoted_title,
    sentences,
    source_of,
    state_clause,
    state_duties,
    state_enumeration,
    state_whole,
)
from assistant.confidence import Confidence, judge
from assistant.directory import Directory, outline_hint, short_title
from assistant.models import Answer, Candidate, Citation, ClauseCard, Gazette, State, Statement, Turn
from assistant.normalise import bare, clean_question
from assistant.places import foreign_place, home_places
from assistant.quotes import Wording, check_wording
from assistant.retrieve import RankConfig, Ranked, retrieve
from assistant.slots import missing_slot
from assistant.tables import TableAnswer, answer_table
from assistant.understand import Question, understand
from assistant.verify import check_quote, check_statement
from embeddings.encoder import Encoder
from embeddings.search import Snapshot
from ingest import Clause, ClausePath, Document
from ingest.documents import Cell

HOTLINE = "可拨打 12345 政务服务热线,或向文件的制发机关咨询。"
_NOT_POLICY = {
    "research": "调查研究文章,是作者的看法,不是政策依据",
    "meeting": "政务动态报道,不是政策依据",
    "masthead": "公报刊头信息",
}
_COMPARE = re.compile(
    r"对比|比较|区别|不同|一样|是不是一(?:码|回)事|异同|分别|各(?:自|是|有|从|拿|审|管|要)?|和.{1,14}(?:都|哪)|一会儿.{1,8}一会儿|也有"
)
_WHOLE = re.compile(
    r"原文|全文|内容|发我|发给我|写的?(?:什么|啥)|讲的?(?:什么|啥)|说的?(?:什么|啥)|怎么(?:写|说|规定)的?|是什么|什么内容|主要|看看|查一?下|查查|说了什么|念一?下"
)


_FIGURE = re.compile(r"最[高低多少大小]|排名|第一名|合计|占比|比例")


class Expander(Protocol):
    """Everyday words to official terms; empty where it knows none."""

    def __call__(self, text: str) -> str: ...


@dataclass
class _Builder:
    """Drafts in, a verified answer out: handles, markers, cards, each source cited once."""

    statements: list[Statement] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    dropped: int = 0
    _handles: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, draft: Draft, *, prefix: str = "", bullet: bool = False, shown: bool = True) -> bool:
        """Appends a draft that its sources support; returns False, and shows nothing, where they do not."""
        evidence = [s.evidence for s in draft.sources]
        checked = all(check_quote(s.quote, s.text).verdict == "supported" for s in draft.sources)
        computed = "按表中数值" in draft.text or "(共" in draft.text
        # A number counted or calculated from cells is checked where it is computed; its cells are cited.
        supported = computed or check_statement(draft.text, evidence).verdict == "supported"
        if not draft.sources or not checked or not supported:
            self.dropped += 1
            return False
        handles = [self._handle(s) for s in draft.sources]
        self.statements.append(Statement(text=draft.text, citations=handles))
        if shown:
            marks = "".join(f"[{h[1:]}]" for h in handles)
            self.lines.append(f"{'- ' if bullet else ''}{prefix}{draft.text}{marks}")
        return True

    def gap(self, text: str) -> None:
        """Says what could not be given; the answer is then a partial one."""
        self.lines.append(text)
        self.dropped += 1

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


def card_of(
    document: Document, path: str, display: str, text: str, heading: str | None = None, chapter: str | None = None
) -> dict[str, Any]:
    """The fields of a ``ClauseCard`` for one clause of ``document``."""
    return {
        "document_number": str(document.document_number) if document.document_number else None,
        "title": document.title,
        "clause": path,
        "label": display,
        "text": text,
        "heading": heading,
        "chapter": chapter,
        "kind": document.kind,
        "validity": "未核实",
        "signed_on": document.signed_on,
        "issuer": document.issuer,
        "gazette": Gazette(**vars(document.gazette)) if document.gazette else None,
    }


def clause_card(document: Document, clause: Clause) -> ClauseCard:
    return ClauseCard(
        **card_of(document, str(clause.path), clause.display, clause.text, clause.heading, clause.chapter)
    )


def _leads(clause: Clause) -> bool:
    """True for a clause that says nothing by itself: a bare heading, or a lead-in that ends in a colon."""
    return (
        any(p.text.endswith((":", "：")) for p in clause.paragraphs if clause.label)
        or len(bare(clause.text)) <= len(bare(clause.heading or "")) + 5
    )


def _place(document: Document, clause: Clause) -> str:
    """The headings that a short item stands under, in brackets: an item without them means little."""
    if len(clause.text) > 80 or clause.path.parent is None:
        return ""
    above: list[str] = []
    path: ClausePath | None = clause.path.parent
    while path is not None:
        parent = document.by_path.get(str(path))
        if parent and parent.heading:
            above.insert(0, parent.heading)
        path = path.parent
    return f"({'—'.join(above)})" if above else ""


class Answerer:
    """Answers questions from one snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Encoder,
        expand: Expander,
        *,
        max_citations: int = 3,
        rank: RankConfig | None = None,
    ):
        self.snapshot, self.encoder, self.expand = snapshot, encoder, expand
        self.max_citations, self.rank = max_citations, rank or RankConfig()
        self.documents = snapshot.documents()
        self.directory = Directory(self.documents)
        self.home = home_places(self.documents)
        self._table_rows = sorted(
            {bare(c.row) for d in self.documents for t in d.tables for c in t.cells}, key=len, reverse=True
        )

    # ---------------------------------------------------------------------------------------------- the order

    def ask(self, message: str, history: Sequence[Turn] = ()) -> Answer:
        """The answer to ``message``; looked up before searched, declined rather than guessed."""
        question = understand(message, history, self.directory)
        answer = self._answer(question)
        return answer.model_copy(update={"query": question.query or question.text, "index": self.snapshot.revision})

    def _answer(self, question: Question) -> Answer:
        if question.intent in ("empty", "small_talk"):
            return self._greet()
        if question.intent == "personal":
            return self._decline(question, [], f"我只依据已收录的文件作答,不能查询个人情况或代写材料。{HOTLINE}")
        if question.intent == "prediction":
            return self._decline(
                question, self._search(question), f"文件没有对今后的情况作出预计,我也不作预测。{HOTLINE}"
            )
        if question.intent == "wording" and (answer := self._wording(question)):
            return answer
        references = question.references
        if references.unknown and not references.documents:
            return self._unknown_number(question)
        if answer := self._look_up(question):
            return answer
        if "validity" in question.asks:
            return self._validity(question)
        if not question.has_subject and not question.is_follow_up and not references.documents:
            return self._no_subject(question)
        table = self._table(question)
        if table is not None and (table.score >= 0.9 or self._names_row(question)):
            return self._state_table(question, table)
        return self._search_and_state(question, table)

    # ------------------------------------------------------------------------------------------ small answers

    def _greet(self) -> Answer:
        text = "您好,我依据已收录的政府文件回答问题,每句话都注明文号和条款。请直接写出想了解的事项,例如下面的问题。"
        return Answer(state="clarify", answer=text, suggestions=self.suggestions())

    def suggestions(self) -> list[str]:
        """Questions that the held documents can answer, made from their own headings."""
        found = []
        for document in self.documents:
            if document.kind == "policy":
                headed = [c for c in document.clauses if c.heading and 4 <= len(c.heading) <= 16 and len(c.text) > 80]
                if headed:
                    found.append(f"{short_title(document)}中“{headed[len(headed) // 2].heading}”是怎么规定的?")
        return found[:4]

    def _candidates(self, ranked: Sequence[Ranked], limit: int = 5) -> list[Candidate]:
        return [
            Candidate(
                **card_of(
                    r.document, str(r.clause.path), r.clause.display, r.clause.text, r.clause.heading, r.clause.chapter
                ),
                score=round(r.score, 4),
            )
            for r in ranked[:limit]
        ]

    def _decline(self, question: Question, ranked: Sequence[Ranked], reason: str, *, unit: str = "") -> Answer:
        near = [r for r in ranked if r.document.kind != "masthead"][:3]
        lines = [reason]
        if near:
            by_document: dict[str, list[str]] = {}
            for r in near:
                by_document.setdefault(citation_text(r.document, ""), []).append(r.clause.display)
            names = ";".join(f"{title}{'、'.join(labels)}" for title, labels in by_document.items())
            lines.append(f"最接近的条款是:{names},可点开查看。")
        if unit:
            lines.append(f"可咨询条款载明的牵头单位:{unit}。")
        return Answer(state="refused", answer="\n\n".join(lines), candidates=self._candidates(near), notice=HOTLINE)

    def _unknown_number(self, question: Question) -> Answer:
        number = question.references.unknown[0]
        same = [
            d for d in self.documents
            if (n := d.document_number) and n.serial == number.serial and (n.code == number.code or n.year == number.year)
        ]  # fmt: skip
        text = f"未收录 {number},无法给出其内容。"
        if same:
            text += f"已收录的相近文号有:{'、'.join(f'{d.document_number}《{short_title(d)}》' for d in same)},是另外的文件,请核对。"
        candidates = [
            Candidate(**card_of(d, str(d.clauses[0].path), d.clauses[0].display, d.clauses[0].text)) for d in same[:3]
        ]
        return Answer(state="refused", answer=text, candidates=candidates, notice=HOTLINE)

    def _unheld_title(self, question: Question, title: str) -> Answer:
        """A clause of a document that is not held: never one of ours by the same number."""
        naming = [r for r in self._search(question) if title in r.clause.text]
        return self._decline(question, naming, f"未收录{quoted_title(title)},无法给出其条款。{HOTLINE}")

    def _no_subject(self, question: Question) -> Answer:
        ranked = self._search(question)
        documents = list(dict.fromkeys(r.document for r in ranked))[:4]
        names = "\n".join(f"- {citation_text(d, '')}" for d in documents)
        text = f"这个问题没有写明是哪份文件、哪件事,不同文件的规定不一样。请补充,例如:\n\n{names}"
        return Answer(
            state="clarify", answer=text, candidates=self._candidates(ranked, 4),
            suggestions=[f"{short_title(d)}:{question.text}" for d in documents[:3]],
        )  # fmt: skip

    def _validity(self, question: Question) -> Answer:
        documents = question.references.documents or question.context.documents[:1]
        if not documents:
            ranked = self._search(question)
            documents = tuple(dict.fromkeys(r.document for r in ranked))[:1]
        lines, candidates = [], []
        for document in documents[:2]:
            trial = re.search(r"暂行|试行", document.title)
            lines.append(
                f"{citation_text(document, '')}的时效性未核实:公报只说明刊登时的情况,之后是否修改、废止,已收录的文件没有记载。"
                + (f"标题注明“{trial[0]}”,这类文件常有较短的有效期,请向制发机关核实。" if trial else "")
            )
            for clause in document.clauses:
                if re.search(r"(?:自|从).{0,20}(?:施行|执行|实施|生效)|有效期", clause.text):
                    candidates.append(Candidate(**clause_card(document, clause).model_dump()))
        return Answer(
            state="refused", answer="\n\n".join(lines) or "时效性未核实。", candidates=candidates[:3], notice=HOTLINE
        )

    # ---------------------------------------------------------------------------------------------- look-ups

    def _look_up(self, question: Question) -> Answer | None:
        """Clauses that the message names, verbatim; ``None`` where it names none or asks something about them."""
        references = question.references
        if references.unknown:
            return self._unknown_number(question)
        mentions = [m for m in references.clauses]
        if not mentions:
            only = references.documents
            asked = bare(
                re.sub(r"文件|这份|那份|请|帮我|把|给我|一份|一下|的|了|吗|呢", "", _WHOLE.sub("", references.rest))
            )
            if only and len(asked) <= 1:
                return (
                    self._choose_document(question)
                    if references.is_ambiguous_document
                    else self._outline(question, only[0])
                )
            return None
        if references.unheld_titles and not references.documents:
            return self._unheld_title(question, references.unheld_titles[0])
        if references.is_ambiguous_document:
            return self._choose_clause(question)
        rest = bare(_WHOLE.sub("", references.rest))
        targets = [(d, p) for m in mentions for d, p in m.targets]
        if not targets:
            if references.documents:
                document = references.documents[0]
                reason = f"{citation_text(document, '')}没有“{mentions[0].raw.strip()}”。{outline_hint(document)}"
                ranked = self._search(question)
                return self._decline(question, [r for r in ranked if r.document is document], reason)
            if any(label.kind == "article" for label in mentions[0].labels):
                counts = [
                    f"{citation_text(d, '')}:{hint}"
                    for d in self.documents
                    if (hint := outline_hint(d)).startswith("该文件共")
                ]
                reason = f"已收录的文件没有“{mentions[0].raw.strip()}”。" + "".join(counts)
                return self._decline(question, self._search(question), reason)
            return None
        if len({(d.document_id, str(p)) for d, p in targets}) > len(mentions):
            return self._choose_clause(question)
        if len(rest) >= 4 and all(self._holds_table(d, p) for d, p in targets) and (table := self._table(question)):
            return self._state_table(question, table)
        targets = self._with_ranges(question, targets)
        builder = _Builder()
        for document, path in targets[:12]:
            drafts = state_whole(document, path)
            if len(rest) >= 4 and len(drafts) == 1 and len(drafts[0].text) > 260:
                # Something is asked about the clause: its nearest sentences come first, the clause is one tap away.
                clause = document.by_path.get(str(path))
                if clause:
                    drafts = [self._state(document, clause, question)]
                    if "who" in question.asks and (duty := state_duties(document, clause)):
                        drafts.insert(0, duty)
            for i, draft in enumerate(drafts):
                head = f"{citation_text(document, draft.sources[0].display)}:\n\n" if i == 0 else ""
                builder.add(draft, prefix=head, bullet=i > 0)
        for mention in mentions:
            if not mention.targets and references.documents:
                document = references.documents[0]
                builder.gap(f"{citation_text(document, '')}没有“{mention.raw.strip()}”。{outline_hint(document)}")
        return self._finish(builder, question, [])

    @staticmethod
    def _holds_table(document: Document, path: ClausePath) -> bool:
        return any(t.path == path for t in document.tables)

    def _with_ranges(
        self, question: Question, targets: list[tuple[Document, ClausePath]]
    ) -> list[tuple[Document, ClausePath]]:
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

    def _outline(self, question: Question, document: Document) -> Answer:
        """What a document is and holds: its opening, then its parts."""
        builder = _Builder()
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
        return self._finish(builder, question, [])

    def _choose_document(self, question: Question) -> Answer:
        documents = next(m.matches for m in question.references.mentions if len(m.matches) > 1)
        lines = "\n".join(f"- {citation_text(d, '')}" for d in documents)
        raw = next(m.raw for m in question.references.mentions if len(m.matches) > 1)
        candidates = [Candidate(**clause_card(d, d.clauses[0]).model_dump()) for d in documents]
        return Answer(
            state="clarify", answer=f"“{raw}”可以指 {len(documents)} 份文件,请写明是哪一份:\n\n{lines}", candidates=candidates,
            suggestions=[question.text.replace(raw, str(d.document_number or d.title), 1) for d in documents],
        )  # fmt: skip

    def _choose_clause(self, question: Question) -> Answer:
        targets = [(d, p) for m in question.references.clauses for d, p in m.targets]
        documents = [d for m in question.references.mentions for d in m.matches] or [d for d, _ in targets]
        documents = list(dict.fromkeys(documents))[:5]
        candidates, lines, suggestions = [], [], []
        for document in documents:
            path = next((p for d, p in targets if d is document), None)
            clause = document.by_path.get(str(path)) if path else None
            if clause:
                candidates.append(Candidate(**clause_card(document, clause).model_dump()))
                lines.append(f"- {citation_text(document, clause.display)}")
                suggestions.append(f"{document.document_id}{clause.display}")
            else:
                lines.append(f"- {citation_text(document, '')}(没有这个编号)")
        text = f"“{question.text[:40]}”可以指不同文件的条款,请写明是哪一份:\n\n" + "\n".join(lines)
        return Answer(state="clarify", answer=text, candidates=candidates, suggestions=suggestions[:4])

    # ------------------------------------------------------------------------------------------------ wording

    def _wording(self, question: Question) -> Answer | None:
        """Whether the quotation is the printed wording, with the place; ``None`` when it is not held at all."""
        pool = question.references.documents or self.documents
        found: Wording = check_wording(question.quotation, pool)
        if found.verdict == "not_found" and question.references.documents:
            found = check_wording(question.quotation, self.documents)
        if found.verdict == "not_found":
            return None
        builder = _Builder()
        named = [(d, p) for m in question.references.clauses for d, p in m.targets]
        if named and not any(d is m.document and m.path.is_within(p) for m in found.matches for d, p in named):
            document, path = named[0]
            builder.gap(f"{citation_text(document, path.display())}没有这句话。")
        compare = bool(_COMPARE.search(question.text)) or len(found.matches) > 1
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
        return self._finish(builder, question, [])

    # ------------------------------------------------------------------------------------------------- tables

    def _names_row(self, question: Question) -> bool:
        text = bare(question.query)
        return any(
            r in text or (len(r) >= 3 and r[-1] in "区县" and r[:-1] in text) for r in self._table_rows if len(r) >= 3
        )

    def _table(self, question: Question) -> TableAnswer | None:
        documents = question.references.documents or self.documents
        if question.is_follow_up and question.context.question:
            text = self._carry_over(question)
            return answer_table(text, documents, topical=True)
        # Without the document's name: the year of 〔2023〕28号 is not the year asked for.
        text = question.references.rest if question.references.documents else question.text
        return answer_table(text, documents)

    def _carry_over(self, question: Question) -> str:
        """换成分宜县, 2024年的呢: the question before, with what the new one replaces taken out."""
        before, now = clean_question(question.context.question), question.text
        for row in self._table_rows:
            if row in bare(now) or (len(row) >= 3 and row[:-1] in bare(now)):
                for other in self._table_rows:
                    before = before.replace(other, "")
                    if len(other) >= 3:
                        before = before.replace(other[:-1], "")
                break
        if re.search(r"\d\d年|[二三四五]年", now):
            before = re.sub(r"(?:20)?\d\d年", "", before)
        return f"{before} {now}"

    def _state_table(self, question: Question, table: TableAnswer) -> Answer:
        builder = _Builder()
        where = citation_text(
            table.document,
            table.document.by_path[str(table.table.path)].display
            if str(table.table.path) in table.document.by_path
            else str(table.table.path),
        )
        title = f"《{table.table.title}》" if table.table.title else "表"
        builder.lines.append(f"据{where}{title}:")
        for text, cells in table.sentences:
            builder.add(Draft(text, tuple(self._cell_source(table, c) for c in cells)))
        if table.note:
            builder.lines.append(table.note)
        return self._finish(builder, question, [])

    def _cell_source(self, table: TableAnswer, cell: Cell) -> Source:
        """A cell with its row as text; the quotation is the value as printed."""
        holder = table.document.by_path.get(str(table.table.path))
        row = (
            next((p.text for p in holder.paragraphs if p.start <= cell.start < p.end), cell.raw) if holder else cell.raw
        )
        value = f"{cell.value:g}" if cell.value is not None else cell.raw
        meaning = f"{cell.row}{cell.year or ''}年{cell.column}{value}{cell.unit or ''}"
        return Source(table.document, cell.path, row, cell.raw, cell.path.display(), None, cell.column, meaning)

    # ----------------------------------------------------------------------------------------------- retrieval

    def rank_for(self, question: Question) -> list[Ranked]:
        """The clauses that an understood question ranks, best first; what an answer is composed from."""
        return self._search(question)

    def _search(self, question: Question, text: str | None = None) -> list[Ranked]:
        query = text or question.query
        follow = question.is_follow_up
        named = question.references.documents if not question.references.is_ambiguous_document else ()
        ranked = retrieve(
            query,
            self.expand(query),
            self.snapshot,
            asks=question.asks,
            named=named,
            context_documents=question.context.documents if follow else (),
            context_clause=question.context.clause if follow else None,
            config=self.rank,
        )
        if follow and question.context.question and text is None:
            alone = retrieve(
                question.text, self.expand(question.text), self.snapshot, asks=question.asks,
                context_documents=question.context.documents, context_clause=question.context.clause, config=self.rank,
            )  # fmt: skip
            other = {r.ref: r.score for r in alone}
            ranked = sorted(
                (replace(r, score=r.score + 1.2 * other.get(r.ref, 0.0)) for r in ranked),
                key=lambda r: (-r.score, r.ref),
            )
        return ranked

    def _state(self, document: Document, clause: Clause, question: Question, text: str | None = None) -> Draft:
        query = text or question.query
        return state_clause(
            document,
            clause,
            query,
            self.expand(query),
            self.encoder.encode_queries,
            self.encoder.encode_passages,
            question.asks,
        )

    def _search_and_state(self, question: Question, table: TableAnswer | None) -> Answer:
        ranked = self._search(question)
        confidence = judge(question, ranked)
        top = ranked[0] if ranked else None
        if top is None or confidence.level == "none":
            return self._decline(question, ranked, f"已收录的文件未载明这个问题。{HOTLINE}")
        place = foreign_place(question.text, self.home)
        if place and not any(place in r.clause.text for r in ranked[:3]):
            return self._decline(
                question, ranked, f"已收录的文件没有{place}的规定,本市文件不能当作{place}的依据。{HOTLINE}"
            )
        if table is None:
            # A table whose cells do not answer says nothing as text.
            ranked = [r for r in ranked if not self._holds_table(r.document, r.clause.path)] or ranked
            if self._holds_table(top.document, top.clause.path) and (
                "number" in question.asks or _FIGURE.search(question.text)
            ):
                where = citation_text(top.document, top.clause.display)
                return self._decline(question, [top, *ranked], f"{where}的表中没有这一项数据。")
            top = ranked[0]
        unit = self._unit(top)
        if gap := missing_slot(question, ranked):
            return self._decline(
                question,
                ranked,
                f"{citation_text(top.document, top.clause.display)}涉及这件事,但文件未载明{gap}。",
                unit=unit,
            )
        chosen = self._choose(question, ranked, confidence)
        if "list" in question.asks and (parent := self._common_parent(ranked)):
            chosen = [
                (parent, None),
                *[(r, p) for r, p in chosen if not r.clause.path.is_within(parent.clause.path)][:1],
            ]
        builder = _Builder()
        for part_ranked, part in chosen:
            self._state_ranked(builder, question, part_ranked, part)
        if table is not None and builder.citations:
            for text, cells in table.sentences[:1]:
                builder.add(Draft(text, tuple(self._cell_source(table, c) for c in cells[:2])))
        return self._finish(builder, question, ranked, confidence)

    def _common_parent(self, ranked: Sequence[Ranked]) -> Ranked | None:
        """The clause that the best hits are items of: who asks for a list wants it whole."""
        top = ranked[0]
        path = top.clause.path.parent
        parent = top.document.by_path.get(str(path)) if path else None
        if path is None or parent is None or len(top.clause.text) > 90 or not _leads(parent):
            return None
        siblings = [r for r in ranked[1:4] if r.document is top.document and r.clause.path.parent == path]
        if not siblings or len(top.document.children(path)) > 12:
            return None
        return replace(top, clause=parent, span=(0, len(parent.text)))

    def _unit(self, ranked: Ranked) -> str:
        duties = [d for d in ranked.document.duties if d.path == ranked.clause.path]
        for role in ("lead", "responsible"):
            units = [u for d in duties if d.role == role for u in d.units]
            if units:
                return "、".join(units[:3])
        return ""

    def _choose(
        self, question: Question, ranked: Sequence[Ranked], confidence: Confidence
    ) -> list[tuple[Ranked, str | None]]:
        """The clauses to cite, best first: of each part of the message, of each side of a comparison, near ties."""
        top = ranked[0]
        chosen: list[tuple[Ranked, str | None]] = [(top, None)]
        limit = self.max_citations

        def taken(r: Ranked) -> bool:
            return any(c.ref == r.ref for c, _ in chosen)

        if len(question.parts) > 1:
            for part in question.parts:
                for r in self._search(question, part)[:1]:
                    if not taken(r) and len(chosen) < limit and r.coverage >= 0.12:
                        chosen.append((r, part))
            if len(chosen) > 1:
                return chosen
        if _COMPARE.search(question.text):
            for r in self._sides(question, ranked):
                if not taken(r) and len(chosen) < limit:
                    chosen.append((r, None))
            other = next((r for r in ranked[:8] if r.document is not top.document and r.score >= 0.6 * top.score), None)
            if other and not taken(other) and len(chosen) < limit:
                chosen.append((other, None))
        for r in ranked[1:6]:
            if len(chosen) >= limit:
                break
            if not taken(r) and r.shared == top.shared and r.own_score >= confidence.keep * top.own_score:
                chosen.append((r, None))
        return chosen

    def _sides(self, question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
        """The best clause of each document that a comparison names."""
        named = question.references.documents
        if len(named) >= 2:
            return [r for d in named[:3] if (r := next((x for x in ranked if x.document is d), None))]
        return []

    def _state_ranked(self, builder: _Builder, question: Question, ranked: Ranked, part: str | None) -> None:
        document, clause = ranked.document, ranked.clause
        first = not builder.citations
        note = f"(这是{_NOT_POLICY[document.kind]})" if document.kind in _NOT_POLICY else ""
        head = (
            f"{citation_text(document, '')}{note}\n\n" if first or builder.citations[-1].title != document.title else ""
        )
        children = document.children(clause.path)
        if children and _leads(clause) and first and ("list" in question.asks or len(children) <= 3):
            drafts = state_enumeration(document, clause, whole=True)
            for i, draft in enumerate(drafts[:13]):
                builder.add(draft, prefix=head + f"{clause.display} " if i == 0 else "", bullet=i > 0)
            return
        if "who" in question.asks and (duty := state_duties(document, clause)):
            builder.add(duty, prefix=f"{head}{clause.display} ")
            head = ""
            if not first:
                return
        draft = self._state(document, clause, question, part)
        lead = "" if first else "另见"
        builder.add(draft, prefix=f"{head}{lead}{draft.sources[0].display}{_place(document, clause)} ")

    # ------------------------------------------------------------------------------------------------ finishing

    def _finish(
        self,
        builder: _Builder,
        question: Question,
        ranked: Sequence[Ranked],
        confidence: Confidence | None = None,
    ) -> Answer:
        if not builder.citations:
            return self._decline(question, ranked, f"已收录的文件未载明这个问题。{HOTLINE}")
        state: State = "answered"
        if confidence is not None and confidence.level == "low":
            state = "partial"
            builder.lines.insert(0, "文件没有直接回答这个问题,下面是最接近的规定,请对照原文判断。")
        if builder.dropped:
            state = "partial"
        notices = []
        if any(c.kind in _NOT_POLICY for c in builder.citations):
            notices.append("引用中含调查研究或政务动态,不是政策依据。")
        if any(re.search(r"暂行|试行", c.title) for c in builder.citations):
            notices.append("所引文件为暂行或试行,现行有效性未核实。")
        return Answer(
            state=state,
            answer="\n\n".join(builder.lines),
            statements=builder.statements,
            citations=builder.citations,
            notice="".join(notices),
        )
