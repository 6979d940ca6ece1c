"""What goes beside an answer: figures that the asker gave against the clause's, the same rule with another figure
elsewhere, and where the document gives basis, standard, procedure and supervision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from assistant.compose import sentence_draft
from assistant.figures import Quantity, quantities
from assistant.models import Pointer
from assistant.normalise import bare, fold
from assistant.retrieve import Ranked
from assistant.sources import Draft, own_text, sentences
from assistant.understanding.question import Question
from ingest import Clause, Document

#: What a figure of a rule is bound by, around it.
_BOUND = re.compile(r"(?:以上|以下|以内|之内|内|左右|及以上|及以下|以后|以前|不含|含)?")
_BEFORE = re.compile(
    r"(?:不超过|不低于|不少于|不高于|超过|达到|低于|高于|至少|最高|最低|年满|未满|满|每月|每年|每人每月|每人每年|连续|累计)$"
)
#: The asker's own case, not a claim about the rule.
_OWN_CASE = re.compile(r"我|俺|咱|本人|家里|孩子|老人|爸|妈|爷爷|奶奶|单位|公司|厂")
_CLAIM = re.compile(r"听说|网上说|网传|有人说|据说|说是|不是|是不是|对[吗不吧]|吗|吧|么|没错|真的|难道")
#: Units that count things of the question's own wording (两个部门) rather than measure.
_COUNTING = {"", "个", "项", "条", "款", "次", "种", "类", "份", "号", "届", "期", "道", "年", "月", "日"}


#: Figures further apart than this factor measure two things: the height of a house, the distance from a fault.
_APART = 12


def figures_compared(question: Question, statement: str) -> str:
    """What the asker's figures are in the light of ``statement``: matched for an own case, corrected for a claim; empty
    where none has its unit. Never whether a case fulfils the rule: that is for the office to say.
    """
    asked = [q for q in quantities(question.text) if q.unit not in _COUNTING]
    held = list(_phrased(statement))
    lines = []
    for q in asked:
        same_unit = [(h, phrase) for h, phrase in held if h.unit == q.unit]
        same_unit = (
            [(h, phrase) for h, phrase in same_unit if _APART > h.value / q.value > 1 / _APART] if q.value else []
        )
        if not same_unit or len(same_unit) > 4 or any(h.value == q.value for h, _ in same_unit):
            continue
        said = (
            fold(question.text)[q.start : q.end]
            if len(fold(question.text)) == len(question.text)
            else f"{q.value}{q.unit}"
        )
        phrases = "、".join(dict.fromkeys(f"“{phrase}”" for _, phrase in same_unit))
        if _OWN_CASE.search(question.text):
            lines.append(f"对照:您说的是“{said}”,条款写的是{phrases}。是否符合,由办理单位认定。")
        elif _CLAIM.search(question.text):
            lines.append(f"请注意:条款写的不是“{said}”,而是{phrases}。")
    return lines[0] if lines else ""


def _phrased(text: str) -> Iterator[tuple[Quantity, str]]:
    """The quantities of ``text`` with what binds them: 不超过60日, 195元以上."""
    folded = re.sub(r"\s", "", text)
    for q in quantities(folded):
        before = _BEFORE.search(folded[: q.start])
        after = _BOUND.match(folded, q.end)
        start = before.start() if before else q.start
        yield q, folded[start : after.end() if after else q.end]


#: What a plan aims at, and who asks what he will get.
_AIM = re.compile(r"(?:确保|力争|争取|目标|预期|到20\d\d年)[^。;；]{0,60}(?:达到|提高到|增加到|不低于|以上|左右)")
_ENTITLEMENT = re.compile(r"能领|可以领|领多少|领几|发多少|发几|拿多少|拿几|给多少|给几|一个月(?:多少|几|好多)|每个?月")


def aim_noted(question: Question, statement: str) -> str:
    """Says that a figure is what a plan aims at, where it is asked what one gets; empty elsewhere."""
    if _ENTITLEMENT.search(question.text) and _AIM.search(statement) and quantities(statement):
        return "请注意:这是规划目标,不是个人的待遇标准。"
    return ""


#: Two sentences are one rule from this likeness on (0 to 100), figures aside.
_LIKE = 72
_SHORTEST = 12
_FIGURE = re.compile(r"[\d.%〇零一二三四五六七八九十百千万亿]+")


def with_other_figure(answer: Draft, ranked: Sequence[Ranked]) -> Draft | None:
    """A sentence of another clause that says the same with another figure: shown too, never silently passed over."""
    own = _FIGURE.sub("", bare(answer.text))
    figures = {(q.value, q.unit) for q in quantities(answer.text)}
    if not figures or len(own) < _SHORTEST or not answer.sources:
        return None
    here = answer.sources[0]
    for r in ranked[:12]:
        if r.document is here.document and here.path.is_within(r.clause.path):
            continue
        text = own_text(r.clause)
        for start, end in sentences(text):
            piece = text[start:end]
            other = {(q.value, q.unit) for q in quantities(piece)}
            units = {unit for _, unit in figures} & {unit for _, unit in other}
            if not units or not (other - figures) or figures <= other:
                continue
            if fuzz.ratio(own, _FIGURE.sub("", bare(piece)), score_cutoff=_LIKE):
                return replace(sentence_draft(r.document, r.clause, start, end), role="differs")
    return None


#: Questions whose asker goes on to apply: they need the standard, the way and where to complain.
_SERVICE = re.compile(
    r"怎么(?:办|申请|领|报|交|参加|落户|入学)|如何(?:办|申请|领|参加)|申请|申领|办理|享受|条件|资格|手续|流程|补贴|补助|津贴|救助|减免|能不能|可不可以|可以.{0,10}[吗么]|能.{0,12}[吗么]"
)
_SLOTS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("basis", "依据", re.compile(r"(?:根据|依据|依照|按照|贯彻|落实)[^。]{0,30}《|(?:根据|依据|依照|按照)[^。]{0,20}(?:法律|法规|规定|精神)")),
    ("standard", "标准", re.compile(r"标准|\d+(?:\.\d+)?(?:元|%|％|平方米|万元|倍)|百分之")),
    ("procedure", "程序", re.compile(r"(?:申请|受理|审核|审批|公示|登记|办理|提交|申报|初审|复核)[^。]{0,60}(?:申请|受理|审核|审批|公示|登记|办理|提交|材料|工作日|日内)|流程|程序")),
    ("supervision", "监督", re.compile(r"监督|举报|投诉|检查|追究|法律责任|处罚|复议")),
)  # fmt: skip
#: Share of the best clause's score from which another is on the same matter.
_ON_THE_MATTER = 0.6
#: Clauses named in a slot.
_NAMED = 2


def service_pointers(question: Question, ranked: Sequence[Ranked]) -> list[Pointer]:
    """Where the document of the best clause gives the four things a service is described by; empty for other questions.

    A slot takes the clauses nearest to the question that speak of it, then those of the document in order; a slot that the
    document does not fill is kept, empty.
    """
    top = ranked[0]
    document = top.document
    if document.kind != "policy" or not _SERVICE.search(question.text) or len(document.clauses) < 5:
        return []
    # Of a document on many matters, only what is about this one.
    own = [r for r in ranked[:30] if r.document is document and r.own_score >= _ON_THE_MATTER * top.own_score]
    near = list({str(r.clause.path): r.clause for r in own}.values())
    order = [*near, *(c for c in document.clauses if c not in near)]
    found = []
    for name, chinese, pattern in _SLOTS:
        pool = document.clauses[:4] if name == "basis" else order if name == "supervision" else near
        clauses = [c for c in pool if pattern.search(c.text)][:_NAMED]
        found.append(_pointer(document, name, chinese, clauses))
    return found if any(p.clauses for p in found[1:]) else []


def _pointer(document: Document, name: str, chinese: str, clauses: Sequence[Clause]) -> Pointer:
    number = str(document.document_number) if document.document_number else None
    return Pointer(
        slot=name, name=chinese, document_number=number, title=document.title,
        clauses=[str(c.path) for c in clauses], labels=[c.display for c in clauses],
    )  # fmt: skip


def pointers_line(pointers: Sequence[Pointer]) -> str:
    """依据 第一条;标准 第五条;程序 第八条;监督 文件未载明."""
    return "该文件中:" + ";".join(f"{p.name} {'、'.join(p.labels) or '文件未载明'}" for p in pointers) + "。"
