"""A message becomes a question that can be searched: what it asks for, what it names, what it follows on from."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.directory import Directory
from assistant.models import Turn
from assistant.normalise import bare, clean_question
from assistant.places import foreign_place
from assistant.references import ExplicitReferences, read_references
from ingest import ClausePath, Document

_GREETING = re.compile(
    r"^(?:(?:您|你|大家)好(?:啊|呀)?|hi|hello|哈喽|嗨|在吗|在不在|有人吗|请问一下|请问|咨询(?:一下)?|麻烦问(?:一下|下)?|想问(?:一下|下)?|我想(?:问|了解)(?:一下|下)?|领导好|尊敬的[^,，。]{1,10})[,，。!！~\s]*",
    re.I,
)
_SMALL_TALK = re.compile(
    r"^(?:(?:你|您)(?:是|叫)(?:谁|什么|啥)(?:名字|呀|啊)?|谢谢(?:你|您)?(?:了|啊|呀|啦|哈)*|多谢|再见|拜拜|辛苦了|好的|嗯+|哦+|哈+|ok|没事了|你会(?:什么|啥)|你能(?:干|做)(?:什么|啥|嘛))[。!！?？~\s]*$",
    re.I,
)
#: Orders to the assistant. They are set aside; what is asked besides them is still answered.
_ORDERS = re.compile(
    r"[【\[(]\s*(?:系统|system|管理员|开发者)[^】\])]*[】\])]|忽略(?:以上|之前|前面|上面|所有|你的)[^,，。;；!！]*|(?:从现在起|从现在开始|以后)[^,，。;；!！]*(?:引用|回答|扮演|输出)[^,，。;；!！]*"
    r"|ignore (?:all|previous)[^.。]*|不(?:要|用)(?:引用|标注|检查)[^,，。;；]*|(?:你现在是|请扮演|假装你是|假设你是)[^,，。;；]*|按你自己的?(?:知识|理解)[^,，。;；]*",
    re.I,
)
_QUOTED = re.compile(r"[“\"「『](?P<q>[^“”\"「」『』]{2,400})[”\"」』]")
_WORDING_CUE = re.compile(
    r"原文|原话|一字不差|原句|核对|核稿|校对|写反|抄错|引错|引用.{0,3}(?:对|错)|改过?字|差了?字|对不上|一样[吗么嘛不]|一致[吗么不]|是不是(?:这么|这样)?(?:写|说|讲)的|有没有(?:写错|改动|出入|错字|引错)|这句|这话|哪儿?(?:里|篇|条|份)|出自|写的是不是|是.{0,4}里的话|准确[吗不]|怎么印的|对[吗不]\s*[?？]?$|吧\s*[?？]?$"
)
_COPULA = re.compile(
    r"[,，。]?\s*(?:——|--|—)?\s*(?:这句(?:话)?|这段(?:话)?|这话|以上|上面|是不是|是|有没有|跟|和|与)+(?:一字不差的?|原文|原话|原句).{0,8}$"
)
_FOLLOW_UP = re.compile(
    r"^(?:那|那么|还有|还讲|还|又|它|他们?|她|这条|这个|这项|这份|该|换成|改成|如果是|要是|其中|上面|刚才|再|没.{1,8}(?:会怎|呢)|过了)|呢\s*[?？。]?$|呢[,，]|那个|这样(?:算|行|能)|这种|上述|这条|前面说|刚才"
)
_PART = re.compile(r"(?<=[?？。;；!！\n])\s*|\s{1,}(?=[^\s]{5,})")
_ASKING = re.compile(
    r"谁|哪|什么|啥|多少|几|怎|咋|如何|吗|么|呢|能不能|可不可以|是不是|有没有|要不要|会不会|算不算|行不行|何时|为何|多[大高久长远密快]|区别|不同|对比|比较|[?？]"
)

_SLOTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "money",
        re.compile(
            r"多少钱|几多钱|好多钱|多少块|几[百千万]*块钱?|多少元|[发领补奖贷借罚交缴拿给](?:放|励|贴|款|到底)*(?:的)?(?:几多|多少|好多)(?!家|个|人|户|次|种|项|天|年|%)|多少万(?!人|户|吨|平)|几多(?:钱)?\s*[?？]?$|补助金额|奖金|标准是?多少"
        ),
    ),
    ("phone", re.compile(r"电话|热线|联系方式|打哪个|手机号|号码")),
    (
        "place",
        re.compile(
            r"哪个窗口|哪里办|在哪儿?办|去哪(?:里|儿)?(?:办|领|交|申请|下载|报)|地址|在哪儿?下载|哪儿?下载|哪个地方办|网址"
        ),
    ),
    (
        "materials",
        re.compile(
            r"(?:什么|哪些|啥|几样)(?:材料|证件|手续|资料|证明)|带(?:些|点)?(?:什么|啥|哪些|几张)|几张照片|材料清单|(?:材料|证件|手续)(?:有|要)?(?:哪些|什么|啥)"
        ),
    ),
    ("hours", re.compile(r"上班时间|几点(?:上班|下班|开门)|营业时间|工作时间是")),
    (
        "number",
        re.compile(
            r"多少|几(?:个|家|所|项|条|种|道|天|年|公里|名|成|多)|好多|百分之几|多[大高久长远密快]|达到(?:什么|多)|占比|比例"
        ),
    ),
    (
        "who",
        re.compile(
            r"谁|哪(?:个|些|几个|两个|几家)?(?:部门|单位|局|科室|机构|领导|家)|归.{0,3}管|主抓|牵头|负责|责任(?:单位|人)|找哪|哪里管|踢皮球|点头"
        ),
    ),
    ("when", re.compile(r"什么时候|啥时候?|何时|哪天|几号|哪年|几月|多久|多长时间|几天|期限|时限|截止|从何时|几时")),
    (
        "validity",
        re.compile(r"(?:还|现在|是否|目前)(?:还)?(?:有效|管用|作数|生效)|失效|废止了|过期|改过|修订过|作废|时效"),
    ),
    (
        "definition",
        re.compile(
            r"什么叫|啥叫|什么是|啥是|是(?:什么|啥)意思|怎么定义|的定义|指(?:的是)?(?:什么|啥|哪)|(?:才|怎么)(?:能)?(?:算|叫|叫做)|算不算|算是?什么"
        ),
    ),
    (
        "list",
        re.compile(
            r"哪些|哪几|有(?:什么|啥)|哪[一二两三四五六七八九十\d]+(?:个|项|条|种|类|大|方面|家|样|块|道|步|点)|分别|列(?:一下|出|举)|都(?:有|是|要)|几(?:项|种|类|大|个方面|条|道)|包括|清单|全部|所有"
        ),
    ),
)
_PERSONAL = re.compile(
    r"(?:查|看)(?:一下|下|看)?我(?:妈|爸|家|的|老婆|老公|爷爷|奶奶)?.{0,10}(?:到账|余额|记录|进度|结果|没)|帮我(?:写|拟|起草|申请|办理|投诉|举报|算)|替我|给我(?:写|算)|到账(?:没|了没)"
)
_PREDICTION = re.compile(
    r"(?:今天|明天|后天|这两天|周末).{0,8}(?:天气|下.{0,2}雨|气温|几度|出太阳|堵)|(?:^|你|您|帮我|[,，。])(?:们|来|先)?(?:估计|预测(?!预|能力)|猜|觉得|认为|预计)(?:一下)?.{0,12}(?:会|能(?!力)|涨|多少|几|吗)|(?:明年|后年|以后|将来).{0,10}(?:会不会|能不能|会涨|能涨)"
)
#: Words that any document could answer; a question made of nothing else has no subject.
_GENERIC = re.compile(
    r"(?:20\d\d|\d\d)年?(?:底|前)?|目标|任务|指标|牵头|责任|单位|部门|负责|文件|政策|办法|规定|意见|方案|通知|制度|开始|执行|施行|生效|有效|解释|内容|主要|什么|时候|啥|哪个|哪些|哪里|哪|那个|这个|那份|这份|个|份|多少|是|的|了|吗|呢|怎么|咋|说|写|讲|谁|从|天|到|要|有|在|第|[?？。,，、\s]|请问|一下|我想|知道|原文|全文|发我|给我|把|看看|条|款|项"
)

#: Two or more things are asked about at once: 区别, 各自, 和…都.
_COMPARE = re.compile(
    r"对比|比较|区别|不同|一样|是不是一(?:码|回)事|异同|分别|各(?:自|是|有|从|拿|审|管|要)?|和.{1,14}(?:都|哪)|一会儿.{1,8}一会儿|也有"
)


@dataclass(frozen=True)
class Context:
    """What the conversation is about: documents and clause last spoken of, and the question before."""

    documents: tuple[Document, ...] = ()
    clause: ClausePath | None = None
    question: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Question:
    """A message as understood.

    ``text`` is cleaned; ``query`` is what is searched and shown; ``parts`` are its single questions, one at least;
    ``asks`` names the slots it asks for (money, phone, who, when …); ``intent`` is one of ask, small_talk, wording,
    personal, prediction, empty.
    """

    text: str
    query: str
    parts: tuple[str, ...]
    asks: frozenset[str]
    intent: str
    references: ExplicitReferences
    context: Context
    is_follow_up: bool = False
    quotation: str = ""
    had_orders: bool = False

    @property
    def has_subject(self) -> bool:
        """False for a question that could be put to any document (2025年的目标是多少)."""
        return len(bare(_GENERIC.sub("", self.text))) >= 2

    @property
    def compares(self) -> bool:
        """Whether several things are set side by side, so that one clause may not be enough."""
        return bool(_COMPARE.search(self.text))


def read_context(history: Sequence[Turn], directory: Directory) -> Context:
    """What earlier turns spoke of, the latest first; all of it comes from the client and is only text."""
    documents: list[Document] = []
    clause: ClausePath | None = None
    question = answer = ""
    for turn in reversed(history):
        text = clean_question(turn.content)[:2000]
        references = read_references(text, directory)
        if turn.role == "user" and not question:
            question = strip_greeting(text)
        if turn.role == "assistant" and not answer:
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
    return Context(tuple(dict.fromkeys(documents)), clause, question, answer)


def strip_greeting(text: str) -> str:
    """``text`` without what people say before they ask."""
    while match := _GREETING.match(text):
        rest = text[match.end() :]
        if not rest.strip(" ?？。!！~"):
            return text
        text = rest
    return text


def _quotation(text: str) -> str:
    """The wording that a message asks about: the longest quotation, or the sentence before 这句是原文吗."""
    if not _WORDING_CUE.search(_QUOTED.sub("", text)):
        return ""
    quoted = sorted((m["q"] for m in _QUOTED.finditer(text)), key=len)
    if quoted:
        return quoted[-1] if len(bare(quoted[-1])) >= 4 else ""
    body = _COPULA.sub("", text)
    if body != text and len(bare(body)) >= 12:
        return re.sub(r"^(?:帮我|请)?(?:核对|核稿|校对|看看)(?:一下)?[:：,，]?", "", body)
    dash = re.split(r"\s*(?:——|--|—)\s*", text)
    if len(dash) == 2 and len(bare(dash[0])) >= 12:
        return dash[0]
    return ""


def split_parts(text: str) -> tuple[str, ...]:
    """The single questions of a message, in order; a story without a question stays with the question it leads to."""
    pieces = [p.strip() for p in _PART.split(text) if p and p.strip()]
    asking = [p for p in pieces if _ASKING.search(p) and len(bare(p)) >= 4]
    return tuple(asking[:4]) if len(asking) >= 2 else (text,)


def _has_matter(question: str, directory: Directory) -> bool:
    """Whether a question is about something; 余府办发19号第十六条 and 第二款呢 only point, and have nothing to carry on."""
    rest = read_references(clean_question(question), directory).rest
    return len(bare(_FOLLOW_UP.sub("", rest))) >= 2


def understand(
    message: str, history: Sequence[Turn], directory: Directory, spell: Callable[[str], str] = str
) -> Question:
    """What ``message`` asks, in the light of ``history``. Linear in their length.

    Args:
        spell: puts known misspellings right (抗振办法); never applied where the wording itself is asked about.
    """
    context = read_context(history, directory)
    text = clean_question(message)
    visible = _ORDERS.sub(" ", text).strip(" ,，。;；:：")
    had_orders = visible != text.strip(" ,，。;；:：")
    text = strip_greeting(re.sub(r"^(?:[,，。.\s]|问[:：])+", "", visible if had_orders else text)).strip()
    quotation = _quotation(text)
    text = text if quotation else spell(text)
    references = read_references(text, directory, context.documents, context.clause)
    asks = frozenset(name for name, pattern in _SLOTS if pattern.search(text))
    if not bare(text):
        intent = "small_talk" if _GREETING.match(clean_question(message)) else "empty"
    elif _SMALL_TALK.match(text) or (_GREETING.match(text) and len(bare(_GREETING.sub("", text))) < 2):
        intent = "small_talk"
    elif _PERSONAL.search(text):
        intent = "personal"
    elif _PREDICTION.search(text):
        intent = "prediction"
    elif quotation:
        intent = "wording"
    else:
        intent = "ask"
    follow_up = (
        bool(context.question)
        and not references.documents
        and not references.unknown
        and foreign_place(text, directory.home) is None
        and (bool(_FOLLOW_UP.search(text)) or len(bare(text)) <= 12)
    )
    query = text
    if follow_up and not references.clauses and _has_matter(context.question, directory):
        query = f"{context.question.rstrip('?？。')};{text}"
    return Question(text, query, split_parts(text), asks, intent, references, context, follow_up, quotation, had_orders)
