"""What kind of message it is: a policy question, small talk, or something that no document can answer.

Asked in this order; the first that fits is it. ``ask`` is what is left.
"""

from __future__ import annotations

import re
from typing import Literal

from assistant.normalise import bare
from assistant.understanding.courtesy import is_greeting, is_small_talk

Intent = Literal[
    "ask", "small_talk", "wording", "personal", "prediction", "opinion", "legal_advice", "chatter", "empty"
]

#: What an office would have to look up or write for one person.
_PERSONAL = re.compile(
    r"(?:查|看)(?:一下|下|看)?我(?:妈|爸|家|的|老婆|老公|爷爷|奶奶)?.{0,10}(?:到账|余额|记录|进度|结果|没)|帮我(?:写|拟|起草|申请|办理|投诉|举报|算)|替我|给我(?:写|算)|到账(?:没|了没)"
)
_PREDICTION = re.compile(
    r"(?:今天|明天|后天|这两天|周末).{0,8}(?:天气|下.{0,2}雨|气温|几度|出太阳|堵)|(?:^|你|您|帮我|[,，。])(?:们|来|先)?(?:估计|预测(?!预|能力)|猜|觉得|认为|预计)(?:一下)?.{0,12}(?:会|能(?!力)|涨|多少|几|吗)|(?:明年|后年|以后|将来).{0,10}(?:会不会|能不能|会涨|能涨)"
)


def intent_of(message: str, text: str, quotation: str) -> Intent:
    """The intent of ``message``, of which ``text`` is left without greeting and orders."""
    if not bare(text):
        return "small_talk" if is_greeting(message) else "empty"
    if is_small_talk(text):
        return "small_talk"
    if _PERSONAL.search(text):
        return "personal"
    if _PREDICTION.search(text):
        return "prediction"
    return "wording" if quotation else "ask"
