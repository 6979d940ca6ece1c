"""What people say before and instead of asking: greetings, thanks, who are you."""

from __future__ import annotations

import re

from assistant.normalise import bare

_GREETING = re.compile(
    r"^(?:(?:您|你|大家)好(?:啊|呀)?|hi|hello|哈喽|嗨|在吗|在不在|有人吗|请问一下|请问|咨询(?:一下)?|麻烦问(?:一下|下)?|想问(?:一下|下)?|我想(?:问|了解)(?:一下|下)?|领导好|尊敬的[^,，。]{1,10})[,，。!！~\s]*",
    re.I,
)
_SMALL_TALK = re.compile(
    r"^(?:(?:你|您)(?:是|叫)(?:谁|什么|啥)(?:名字|呀|啊)?|谢谢(?:你|您)?(?:了|啊|呀|啦|哈)*|多谢|再见|拜拜|辛苦了|好的|嗯+|哦+|哈+|ok|没事了|你会(?:什么|啥)|你能(?:干|做)(?:什么|啥|嘛))[。!！?？~\s]*$",
    re.I,
)


def strip_greeting(text: str) -> str:
    """``text`` without what people say before they ask."""
    while match := _GREETING.match(text):
        rest = text[match.end() :]
        if not rest.strip(" ?？。!！~"):
            return text
        text = rest
    return text


def is_greeting(text: str) -> bool:
    """Whether ``text`` begins with a greeting."""
    return bool(_GREETING.match(text))


def is_small_talk(text: str) -> bool:
    """Whether ``text`` is courtesy and nothing else."""
    return bool(_SMALL_TALK.match(text)) or (is_greeting(text) and len(bare(_GREETING.sub("", text))) < 2)
