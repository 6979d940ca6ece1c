"""A scripted assistant over the real first gazette: what it answers is written below, what it quotes is really there."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache

from assistant.models import (
    Answer,
    Candidate,
    Citation,
    ClauseCard,
    ClauseView,
    DiffPart,
    DocumentSummary,
    Gazette,
    QuoteCheck,
    QuoteMatch,
    SearchHit,
    Statement,
    Turn,
)
from ingest import Clause, Document
from ingest.reader import bundled_gazettes, read_documents

PENSION = "跑外卖的能不能参加企业职工养老保险?"
SEISMIC = "抗震设防检查结果多久公开?"
HOSTILE = "恶意文本"


class ScriptedError(Exception):
    """As the assistant's own family: a code, a Chinese sentence, candidates."""

    def __init__(self, code: str, message: str, candidates: Sequence[str] = ()):
        super().__init__(message)
        self.code, self.candidates = code, tuple(candidates)


@lru_cache(maxsize=1)
def held() -> tuple[Document, ...]:
    return tuple(d for path in bundled_gazettes() for d in read_documents(path))


def card(document: Document, clause: Clause) -> dict[str, object]:
    gazette = document.gazette
    return {
        "document_number": str(document.document_number) if document.document_number else None,
        "title": document.title,
        "clause": str(clause.path),
        "label": clause.display,
        "text": clause.text,
        "heading": clause.heading,
        "chapter": clause.chapter,
        "kind": document.kind,
        "signed_on": document.signed_on,
        "issuer": document.issuer,
        "gazette": Gazette(name=gazette.name, year=gazette.year, issue=gazette.issue) if gazette else None,
    }


class ScriptedAssistant:
    """``delay`` seconds go by before every answer; ``asked`` keeps what came in."""

    revision = "scripted-1"

    def __init__(self, delay: float = 0.0):
        self.delay = delay
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []

    def refresh(self) -> bool:
        return False

    def document(self, spelling: str) -> Document:
        wanted = spelling.translate(str.maketrans("[]()", "〔〕〔〕")).strip()
        if wanted == "19号":
            raise ScriptedError(
                "ambiguous_document",
                "“19号”对应 2 份文件,请写全发文字号。",
                ["余府发〔2023〕19号", "余府办发〔2023〕19号"],
            )
        for document in held():
            if wanted in (document.document_id, document.title) or spelling in (document.document_id, document.title):
                return document
        raise ScriptedError("unknown_document", "没有收录这份文件。请核对文号。")

    def _clause(self, document: Document, path: str) -> Clause:
        if path not in document.by_path:
            raise ScriptedError("unknown_clause", f"{document.document_id} 没有这一条款。请核对条款号。")
        return document.by_path[path]

    def _cite(self, n: int, document: str, path: str, quote: str) -> Citation:
        found = self.document(document)
        clause = self._clause(found, path)
        assert quote in clause.text, (quote, clause.text)
        return Citation.model_validate(
            {**card(found, clause), "handle": f"c{n}", "quote": quote, "verdict": "supported"}
        )

    def _candidate(self, document: str, path: str) -> Candidate:
        found = self.document(document)
        return Candidate.model_validate({**card(found, self._clause(found, path)), "score": 0.4})

    def ask(self, question: str, history: Sequence[Turn] = (), *, trace: bool = False) -> Answer:
        self.asked.append((question, tuple(history)))
        if self.delay:
            time.sleep(self.delay)
        if question == PENSION:
            said = (
                "可以。参加企业职工养老保险的**灵活就业人员**,可按月选择缴费档次[1]。\n\n"
                "办理方式:\n\n- 线上线下均可[2]\n- 具体缴费档次:文件未载明\n\n| 事项 | 依据 |\n|---|---|\n| 缴费 | 按月[1] |\n"
            )
            cited = [
                self._cite(1, "余府发〔2023〕19号", "二/(五)/12", "灵活就业人员"),
                self._cite(
                    2, "余府发〔2023〕19号", "二/(六)/14", self._first_sentence("余府发〔2023〕19号", "二/(六)/14")
                ),
            ]
            return Answer(
                state="answered", answer=said, statements=[Statement(text="可以", citations=["c1"])], citations=cited,
                query="灵活就业人员 参加企业职工养老保险", suggestions=["失业保险由哪个部门牵头?", "一卡通应用清单由谁公布?"],
                notice="", index=self.revision,
            )  # fmt: skip
        if question == SEISMIC:
            quote = self._first_sentence("余府办发〔2023〕19号", "第十六条/第2款", "第十六条")
            path = "第十六条/第2款" if "第十六条/第2款" in self.document("余府办发〔2023〕19号").by_path else "第十六条"
            return Answer(
                state="answered", answer="监督检查结果应在**20个工作日**内公开[1]。", query=question,
                citations=[self._cite(1, "余府办发〔2023〕19号", path, quote)], index=self.revision,
            )  # fmt: skip
        if "19号文" in question:
            return Answer(
                state="clarify", answer="“19号”对应两份文件,您要问哪一份?", query=question, index=self.revision,
                candidates=[self._candidate("余府发〔2023〕19号", "一"), self._candidate("余府办发〔2023〕19号", "第八条")],
                suggestions=["余府办发〔2023〕19号第八条原文"],
            )  # fmt: skip
        if question == HOSTILE:
            nasty = (
                "<img src=x onerror=alert(1)><script>alert(2)</script> **粗<b>体** [1] [9] ![图](https://evil.example/x.png) "
                "[链接](javascript:alert(3)) $$x^2$$ <form action=https://evil.example><input></form> &lt;i&gt; "
                "https://evil.example/?q=1"
            )
            one = self._cite(1, "余府发〔2023〕19号", "二/(五)/12", "灵活就业人员")
            hostile = one.model_copy(
                update={
                    "title": "<b>标题</b>\"'><img src=x onerror=alert(4)>",
                    "text": nasty + "\n\n# 灵活就业人员 $$y$$",
                    "label": "<i>一</i>",
                }
            )
            return Answer(
                state="partial", answer=nasty, citations=[hostile], query="<u>改写</u>", notice="<s>x</s>", index="x"
            )
        return Answer(
            state="refused", answer="已收录的文件没有载明这一问题。可拨打 12345 咨询。", query=question, index=self.revision,
            candidates=[self._candidate("关于我市锂电产业发展情况的调研与思考", str(self._research().clauses[2].path))],
        )  # fmt: skip

    def _research(self) -> Document:
        return self.document("关于我市锂电产业发展情况的调研与思考")

    def _first_sentence(self, document: str, *paths: str) -> str:
        found = self.document(document)
        text = next(found.by_path[p].text for p in paths if p in found.by_path)
        return text.split("。")[0] + "。"

    def search(self, query: str, k: int = 10) -> list[SearchHit]:
        hits = [(d, c) for d in held() for c in d.clauses if query in c.text]
        return [
            SearchHit.model_validate({**card(d, c), "rank": i, "score": 1 / i}) for i, (d, c) in enumerate(hits[:k], 1)
        ]

    def documents(self) -> list[DocumentSummary]:
        return [
            DocumentSummary.model_validate(
                {**card(d, d.clauses[0]), "id": d.document_id, "openness": d.openness, "attached_title": d.attached_title,
                 "n_clauses": len(d.clauses), "n_findings": len(d.findings)}
            )
            for d in held()
        ]  # fmt: skip

    def clause(self, document: str, clause: str) -> ClauseView:
        found = self.document(document)
        one = self._clause(found, clause)
        paths = [str(c.path) for c in found.clauses]
        at = paths.index(clause)
        return ClauseView.model_validate(
            {
                **card(found, one),
                "document": found.document_id,
                "attached_title": found.attached_title,
                "citation": f"《{found.title}》({found.document_number}){one.display}",
                "lead_in": None if one.path.parent is None else found.by_path[str(one.path.parent)].text,
                "previous": paths[at - 1] if at else None,
                "next": paths[at + 1] if at + 1 < len(paths) else None,
                "children": [ClauseCard.model_validate(card(found, c)) for c in found.children(one.path)],
            }
        )

    def check(self, text: str, document: str | None = None) -> QuoteCheck:
        if document:
            self.document(document)
        for d in held():
            for c in d.clauses:
                if text in c.text:
                    match = QuoteMatch(
                        document_number=str(d.document_number), title=d.title, clause=str(c.path), label=c.display,
                        text=c.text, diff=[DiffPart(op="equal", text=text)],
                    )  # fmt: skip
                    return QuoteCheck(verdict="identical", matches=[match])
        return QuoteCheck(verdict="not_found")
