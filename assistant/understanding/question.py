"""A message becomes a question that can be searched: what it asks for, what it names, what it follows on from.

Each step is a module of its own: normalise, ``orders``, ``courtesy``, ``quotation``, ``references``, ``asks``, ``intent``,
``follow_up``, ``splitting``; this one puts them in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.models import Turn
from assistant.normalise import bare, clean_question
from assistant.privacy import mask
from assistant.understanding.asks import asks_of
from assistant.understanding.coordination import sides
from assistant.understanding.courtesy import strip_greeting
from assistant.understanding.directory import Directory
from assistant.understanding.follow_up import Context, follows_on, made_whole, read_context
from assistant.understanding.intent import Intent, intent_of
from assistant.understanding.orders import set_aside_orders
from assistant.understanding.quotation import quotation_of
from assistant.understanding.references import ExplicitReferences, read_references
from assistant.understanding.splitting import split_parts

#: Words that any document could answer; a question made of nothing else has no subject.
_GENERIC = re.compile(
    r"(?:20\d\d|\d\d)年?(?:底|前)?|目标|任务|指标|牵头|责任|单位|部门|负责|文件|政策|办法|规定|意见|方案|通知|制度|开始|执行|施行|生效|有效|解释|内容|主要|什么|时候|啥|哪个|哪些|哪里|哪|那个|这个|那份|这份|个|份|多少|是|的|了|吗|呢|怎么|咋|说|写|讲|谁|从|天|到|要|有|在|第|[?？。,，、\s]|请问|一下|我想|知道|原文|全文|发我|给我|把|看看|条|款|项"
)

#: Two or more things are asked about at once: 区别, 各自, 和…都.
_COMPARE = re.compile(
    r"对比|比较|区别|不同|一样|是不是一(?:码|回)事|异同|分别|各(?:自|是|有|从|拿|审|管|要)?|和.{1,14}(?:都|哪)|一会儿.{1,8}一会儿|也有"
)


@dataclass(frozen=True)
class Question:
    """A message as understood.

    ``text`` is cleaned; ``query`` is what is searched and shown; ``asks`` names the slots it asks for (money, phone, who,
    when …); ``parts`` are its single questions where it holds several, each understood by itself; ``set_aside`` are the
    orders it gave.
    """

    text: str
    query: str
    asks: frozenset[str]
    intent: Intent
    references: ExplicitReferences
    context: Context
    is_follow_up: bool = False
    quotation: str = ""
    set_aside: tuple[str, ...] = ()
    parts: tuple[Question, ...] = ()

    @property
    def has_subject(self) -> bool:
        """False for a question that could be put to any document (2025年的目标是多少)."""
        return len(bare(_GENERIC.sub("", self.text))) >= 2

    @property
    def compares(self) -> bool:
        """Whether several things are set side by side, so that one clause may not be enough."""
        return bool(_COMPARE.search(self.text) or self.sides)

    @property
    def sides(self) -> tuple[str, ...]:
        """The question for each of the things that it joins (工伤和失业保险分别谁牵头); empty where it joins none."""
        return sides(self.query)


def understand(
    message: str, history: Sequence[Turn], directory: Directory, spell: Callable[[str], str] = str
) -> Question:
    """What ``message`` asks, in the light of ``history``. Linear in their length.

    Args:
        spell: puts known misspellings right (抗振办法); never applied where the wording itself is asked about.
    """
    context = read_context(history, directory)
    cleaned = clean_question(message)
    # What is quoted is asked about, whatever it says.
    orders: tuple[str, ...]
    text, orders = (cleaned, ()) if quotation_of(cleaned) else set_aside_orders(cleaned)
    text = strip_greeting(re.sub(r"^(?:[,，。.\s]|问[:：])+", "", text)).strip()
    quotation = quotation_of(text)
    text = text if quotation else spell(mask(text))
    question = replace(
        _understand_one(text, context, directory),
        intent=intent_of(cleaned, text, quotation),
        quotation=quotation,
        set_aside=orders,
    )
    if question.intent in ("wording", "small_talk", "empty"):
        return question
    parts = _parts(question, directory)
    return replace(question, parts=parts, intent="ask") if parts else question


def _understand_one(text: str, context: Context, directory: Directory) -> Question:
    references = read_references(text, directory, context.documents, context.clause)
    is_follow_up = bool(context.question) and follows_on(text, references, directory)
    query = made_whole(context.question, text, references, directory) if is_follow_up else text
    return Question(
        text=text,
        query=query,
        # 那失业保险呢 asks what was asked of 工伤保险.
        asks=asks_of(text) or asks_of(query),
        intent="ask",
        references=references,
        context=context,
        is_follow_up=is_follow_up,
    )


def _parts(question: Question, directory: Directory) -> tuple[Question, ...]:
    """The single questions of ``question``; each that leaves something out follows on from the one before it."""
    texts = split_parts(question.text)
    if len(texts) < 2:
        return ()
    parts: list[Question] = []
    context = question.context
    for text in texts:
        part = replace(_understand_one(text, context, directory), intent=intent_of(text, text, ""))
        parts.append(part)
        context = replace(
            context, question=part.query, documents=part.references.documents or question.references.documents
            or context.documents,
        )  # fmt: skip
    return tuple(parts)
