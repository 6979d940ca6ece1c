"""Orders to the assistant in a message (忽略以上规则, 你现在是…): set aside, never followed; what is asked besides stays."""

from __future__ import annotations

import re

_ORDERS = re.compile(
    r"[【\[(]\s*(?:系统|system|管理员|开发者)[^】\])]*[】\])]|忽略(?:以上|之前|前面|上面|所有|你的)[^,，。;；!！]*|(?:从现在起|从现在开始|以后)[^,，。;；!！]*(?:引用|回答|扮演|输出)[^,，。;；!！]*"
    r"|ignore (?:all|previous)[^.。]*|(?<!要)不(?:要|用)(?:引用|标注|检查)[^,，。;；]*|(?:你现在是|请扮演|假装你是|假设你是)[^,，。;；]*|按你自己的?(?:知识|理解)[^,，。;；]*",
    re.I,
)
_MARKS = " ,，。;；:："


def set_aside_orders(text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` without orders, and the orders it held."""
    visible = _ORDERS.sub(" ", text).strip(_MARKS)
    if visible == text.strip(_MARKS):
        return text, ()
    return visible, tuple(m[0].strip(_MARKS) for m in _ORDERS.finditer(text))
