"""What a conversation is about, and a message that follows on from it made whole: 那失业保险呢 after 工伤保险谁牵头.

Everything in a history comes from the client and is only text: nothing of it is trusted, cited or obeyed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.models import Turn
from assistant.normalise import bare, clean_question
from assistant.understanding.courtesy import strip_greeting
from assistant.understanding.directory import Directory
from assistant.understanding.places import foreign_place
from assistant.understanding.references import ExplicitReferences, read_references
from ingest import ClausePath, Document
from ingest.numerals import read_numeral

_FOLLOW_UP = re.compile(
    r"^(?:那|那么|还有|还讲|还|又|同一|同样|它|他们?|她|这条|这个|这项|这份|该|换成|改成|如果是|要是|其中|上面|刚才|再|没.{1,8}(?:会怎|呢)|过了)|呢\s*[?？。]?$|呢[,，]|那个|这样(?:算|行|能)|这种|上述|这条|前面说|刚才"
)
#: Turns read, the latest; what lies further back is no longer what is spoken of.
_TURNS = 16
_TURN_LENGTH = 2000
#: A message as short as this has no room for a subject of its own.
_SHORT = 12


@dataclass(frozen=True)
class Context:
    """What the conversation is about: documents and clause last spoken of, and the question before, made whole."""

    documents: tuple[Document, ...] = ()
    clause: ClausePath | None = None
    question: str = ""
    answer: str = ""


def read_context(history: Sequence[Turn], directory: Directory) -> Context:
    """What earlier turns spoke of, the latest first; each question is made whole from those before it."""
    documents: list[Document] = []
    clause: ClausePath | None = None
    question = answer = ""
    texts = [(turn.role, clean_question(turn.content[:_TURN_LENGTH])) for turn in history[-_TURNS:]]
    read = [read_references(text, directory) for _, text in texts]
    for (role, text), references in zip(reversed(texts), reversed(read), strict=True):
        if role == "assistant" and not answer:
            answer = text
        if references.is_ambiguous_document:
            continue
        for mention in references.clauses:
            for document, path in mention.targets:
                if clause is None and (document in references.documents or document in documents):
                    clause = path
                    documents.insert(0, document)
        for document in references.documents:
            if document not in documents:
                documents.append(document)
    for (role, text), references in zip(texts, read, strict=True):
        if role == "user":
            asked = strip_greeting(text)
            follows = bool(question) and follows_on(asked, references, directory)
            question = made_whole(question, asked, references, directory) if follows else asked
    return Context(tuple(dict.fromkeys(documents)), clause, question, answer)


def follows_on(text: str, references: ExplicitReferences, directory: Directory) -> bool:
    """Whether ``text`` needs the question before it; one that names a document or another place stands alone."""
    return (
        not references.documents
        and not references.unknown
        and foreign_place(text, directory.home) is None
        and (bool(_FOLLOW_UP.search(text)) or len(bare(text)) <= _SHORT)
    )


#: 第二道谁审, 下一步呢 after an answer from an item: the item of that number, the one behind it.
_STEP = re.compile(
    r"第(?P<n>十?[一二三四五六七八九]|十|[1-9]\d?)(?:道|步|关|环节|阶段|轮|个(?:步骤|环节|阶段)?(?=呢|[?？,，]|$))"
    r"|下一(?:道|步|关|个|环节|阶段)|接下来|然后呢|之后呢|再往下"
)


def step_asked(text: str) -> int | None:
    """Which step of a procedure ``text`` asks for: its number, 0 for the next one, ``None`` for no step."""
    match = _STEP.search(text)
    if match is None:
        return None
    return read_numeral(match["n"]) if match["n"] else 0


def _has_matter(question: str, directory: Directory) -> bool:
    """Whether a question is about something; 余府办发19号第十六条 and 第二款呢 only point, and have nothing to carry on."""
    rest = read_references(clean_question(question), directory).rest
    return len(bare(_FOLLOW_UP.sub("", rest))) >= 2


def made_whole(before: str, text: str, references: ExplicitReferences, directory: Directory) -> str:
    """``text`` with what it leaves out taken from ``before``, the question it follows on from.

    A thing named alone takes the place of its like (那失业保险呢 after 工伤保险哪个局牵头: 失业保险哪个局牵头); a question
    without its subject gets the subject before it; else both stand side by side.
    """
    if references.clauses or not _has_matter(before, directory):
        return text
    before = before.rstrip("?？。!！ ")
    core = _TRAILING.sub("", _LEADING.sub("", text)).strip("?？。!！,， ")
    if core and not _ASKS.search(core) and len(core) <= _SHORT and (replaced := _replaced(core, before, directory)):
        return replaced
    subject = _ASKED_AWAY.sub("", before).strip(",，;；、 ")
    if (member := _MEMBER.match(core)) and (like := _like(member[0], before, directory)):
        # C类的谁点头 after A类信息谁审批 is about C类信息.
        subject, before = subject.replace(like, member[0]), before.replace(like, member[0])
    kept = subject if _ASKS.search(text) and len(bare(subject)) >= _SUBJECT else before
    return f"{kept};{text}"


#: 那…, 换成…: what leads a follow-up in, and the particle that ends it.
_LEADING = re.compile(r"^(?:(?:那么?|还有|再问(?:一?下)?|另外|顺便|换成|改成|换|要是|如果是?|同样|至于|对于?)[,，]?)+")
_TRAILING = re.compile(r"(?:的话|的)?(?:呢|吗|嘛|么|咧|哩)?[?？。!！~\s]*$")
_ASKS = re.compile(
    r"谁|哪|什么|啥|多少|几|怎|咋|如何|吗|么$|能不能|可不可以|是不是|有没有|要不要|会不会|算不算|行不行|何时|多[大高久长远密快]|[?？]$"
)
#: What a question asks, apart from what it is about.
_ASKED_AWAY = re.compile(
    r"(?:由|归|是|要|能|可以|该|应该|得)?(?:谁|哪(?:个|些|几个|里|儿|家)?(?:部门|单位|局|科室|机构)?|什么(?:时候|样|材料|条件|手续)?|啥(?:时候|样)?|多少(?:钱|元|家|个|天|人)?|几(?:个|家|年|天|块钱)?|怎么(?:办|领|申请|弄|算|样|规定的?)?|咋(?:办|领|弄|个)?|如何)(?:来|去)?(?:牵头|负责|管|办|领|交|申请)?"
    r"|能不能|可不可以|是不是|有没有|要不要|会不会|算不算|行不行|吗|呢|多(?:大|高|久|长时间|长|远|密|快)|请问|一下|到底|究竟"
)
#: Fewer characters are no subject.
_SUBJECT = 4
_YEAR = re.compile(r"(?:20)?\d\d年|[二〇零一三四五六七八九]{2,4}年")


def _replaced(core: str, before: str, directory: Directory) -> str:
    """``before`` with ``core`` in the place of its like; 仙女湖2023年 is a place and a year, each with its own like."""
    if like := _like(core, before, directory):
        return before.replace(like, core)
    year = _YEAR.search(core)
    rest = _TRAILING.sub("", core.replace(year[0], "")) if year else ""
    if year is None or len(rest) < 2 or not (like := _like(rest, before, directory)):
        return ""
    before = before.replace(like, rest)
    found = _YEAR.search(before)
    return before.replace(found[0], year[0]) if found else f"{year[0]}{before}"


def _like(core: str, before: str, directory: Directory) -> str:
    """The part of ``before`` that ``core`` can stand for: a year, a place or row of a table, a name that ends alike."""
    if year := _YEAR.fullmatch(core):
        found = _YEAR.search(before)
        return found[0] if found and found[0] != year[0] else ""
    names = sorted({name for row in directory.table_rows for name in (row, row[:-1]) if len(name) >= 2}, key=len)
    if any(core == name for name in names):
        return next((name for name in reversed(names) if name in before and name not in core), "")
    best, alike = "", 0
    for start in range(len(before) - 1):
        part = before[start : start + len(core)]
        if part == core or len(part) != len(core):
            continue
        same = _common_ending(part, core)
        # 失业保险 for 工伤保险 by their ending; 三孩 for 二孩, 贷款 for 存款 only where what differs is of one series.
        if same > alike and (same >= 2 or (same == len(core) - 1 and _one_series(part[0], core[0]))):
            best, alike = part, same
        elif not best and _differ_in_one(part, core):
            best = part
    return best


#: Characters that differ between things of one kind.
_SERIES = (
    "一二三四五六七八九十两", "0123456789", "甲乙丙丁", "ABCDEFGH", "abcdefgh", "存贷", "男女", "城乡农", "省市县区镇",
    "新旧老", "初复终再", "职居", "内外", "上下中", "公私民", "大中小微", "父母", "左右", "东西南北", "春夏秋冬", "高低",
)  # fmt: skip
#: What names one of a series at the head of a question.
_MEMBER = re.compile(
    r"[A-Za-z]类|第?[一二三四五六七八九十两\d]+(?:类|档|级|孩|胎|审|道|批|次|期|届)|(?:男|女)(?:职工|方)?|复审|初审|终审"
)


def _differ_in_one(left: str, right: str) -> bool:
    """Whether the two are one thing of a series but for one character: 第一道 and 第二道."""
    differing = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    return len(differing) == 1 and _one_series(*differing[0])


def _one_series(left: str, right: str) -> bool:
    return any(left in series and right in series for series in _SERIES)


def _common_ending(left: str, right: str) -> int:
    same = 0
    while same < min(len(left), len(right)) and left[-1 - same] == right[-1 - same]:
        same += 1
    return same
