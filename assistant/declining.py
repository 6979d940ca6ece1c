"""What is said where no clause is stated: greetings, refusals with the nearest clauses, validity, questions back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer_builder import HOTLINE
from assistant.cards import card_of, clause_candidate, ranked_candidates
from assistant.holdings import Holdings
from assistant.models import Answer, Candidate
from assistant.retrieve import Ranked
from assistant.sources import citation_text, quoted_title
from assistant.tracing import note_kind
from assistant.understanding.directory import short_title
from assistant.understanding.question import Question
from ingest import Document

#: 本办法由市应急管理局负责解释.
_EXPLAINS = re.compile(r"由(?P<who>[^,，。;；由]{2,30}?)(?:负责)?(?:进行)?解释")
NOT_STATED = f"已收录的文件未载明这个问题。{HOTLINE}"


#: What no document can answer, and what is said to it.
REFUSALS = {
    "personal": f"我只依据已收录的文件作答,不能查询个人情况或代写材料。{HOTLINE}",
    "prediction": f"文件没有对今后的情况作出预计,我也不作预测。{HOTLINE}",
    "opinion": f"我只转述文件的规定,不作评价。{HOTLINE}",
    "promise": f"我只转述文件的规定,不能代表政府作出承诺或认定。是否符合由文件载明的单位办理。{HOTLINE}",
    "legal_advice": "我只转述文件的规定,不提供法律意见。可向律师咨询,或拨打 12348 公共法律服务热线。",
    "chatter": "我只回答已收录的政府文件里的事,这个问题与文件无关。",
}


def greet(documents: Sequence[Document]) -> Answer:
    """What a greeting, or an empty message, gets back: what this is for, and questions to begin with."""
    text = "您好,我依据已收录的政府文件回答问题,每句话都注明文号和条款。请直接写出想了解的事项,例如下面的问题。"
    return Answer(state="clarify", answer=text, suggestions=suggestions(documents))


def suggestions(documents: Sequence[Document]) -> list[str]:
    """Questions that the held documents can answer, made from their own headings."""
    found = []
    for document in documents:
        if document.kind == "policy":
            headed = [c for c in document.clauses if c.heading and 4 <= len(c.heading) <= 16 and len(c.text) > 80]
            if headed:
                found.append(f"{short_title(document)}中“{headed[len(headed) // 2].heading}”是怎么规定的?")
    return found[:4]


def decline(ranked: Sequence[Ranked], reason: str, *, missing: str = "") -> Answer:
    """A refusal for ``reason``, with the nearest clauses to look at and the organ that they name to ask."""
    note_kind("declined")
    near = [r for r in ranked if r.document.kind != "masthead"][:3]
    lines = [reason]
    if near:
        by_document: dict[str, list[str]] = {}
        for r in near:
            by_document.setdefault(citation_text(r.document, ""), []).append(r.clause.display)
        names = ";".join(f"{title}{'、'.join(labels)}" for title, labels in by_document.items())
        lines.append(f"最接近的条款是:{names},可点开查看。")
    return Answer(
        state="refused", answer="\n\n".join(lines), candidates=ranked_candidates(near), notice=HOTLINE,
        missing=[missing] if missing else [],
    )  # fmt: skip


def contact_of(ranked: Ranked) -> str:
    """Whom to ask about a clause: the organs that lead under it, else those responsible, else who explains its document."""
    document = ranked.document
    duties = [d for d in document.duties if d.path == ranked.clause.path]
    for role, name in (("lead", "牵头单位"), ("responsible", "责任单位")):
        units = [u for d in duties if d.role == role for u in d.units]
        if units:
            return f"可咨询条款载明的{name}:{'、'.join(units[:3])}。"
    for clause in reversed(document.clauses[-8:]):
        if explains := _EXPLAINS.search(clause.text):
            return f"可咨询文件载明的解释单位:{explains['who']}({citation_text(document, clause.display)})。"
    return ""


def unknown_number(holdings: Holdings, question: Question) -> Answer:
    """A document number that is not held, beside held ones that are near it."""
    number = question.references.unknown[0]
    same = [
        d for d in holdings.documents
        if (n := d.document_number) and n.serial == number.serial and (n.code == number.code or n.year == number.year)
    ]  # fmt: skip
    text = f"未收录 {number},无法给出其内容。"
    if same:
        text += f"已收录的相近文号有:{'、'.join(f'{d.document_number}《{short_title(d)}》' for d in same)},是另外的文件,请核对。"
    candidates = [
        Candidate(**card_of(d, str(d.clauses[0].path), d.clauses[0].display, d.clauses[0].text)) for d in same[:3]
    ]
    return Answer(state="refused", answer=text, candidates=candidates, notice=HOTLINE)


def unheld_title(holdings: Holdings, question: Question, title: str) -> Answer:
    """A clause of a document that is not held: never one of ours by the same number."""
    naming = [r for r in holdings.rank(question) if title in r.clause.text]
    return decline(naming, f"未收录{quoted_title(title)},无法给出其条款。{HOTLINE}")


def no_subject(holdings: Holdings, question: Question) -> Answer:
    """A question that any document could answer (2025年的目标是多少) is asked back."""
    ranked = holdings.rank(question)
    documents = list(dict.fromkeys(r.document for r in ranked))[:4]
    names = "\n".join(f"- {citation_text(d, '')}" for d in documents)
    text = f"这个问题没有写明是哪份文件、哪件事,不同文件的规定不一样。请补充,例如:\n\n{names}"
    return Answer(
        state="clarify", answer=text, candidates=ranked_candidates(ranked, 4),
        suggestions=[f"{short_title(d)}:{question.text}" for d in documents[:3]],
    )  # fmt: skip


def validity(holdings: Holdings, question: Question) -> Answer:
    """Whether a document is in force is never vouched for; the clauses on its term are offered."""
    documents = question.references.documents or question.context.documents[:1]
    if not documents:
        ranked = holdings.rank(question)
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
                candidates.append(clause_candidate(document, clause))
    return Answer(
        state="refused", answer="\n\n".join(lines) or "时效性未核实。", candidates=candidates[:3], notice=HOTLINE
    )
