"""Numbers that identify a person are masked before anything of a message is logged, searched with or handed out.

Identity cards, mobile phones, bank cards and social security cards. Telephone numbers of offices are no secret, and
document numbers, dates and amounts are left alone.
"""

from __future__ import annotations

import logging
import re

_PERSONAL = re.compile(
    r"(?P<identity>(?<![\dA-Za-z])(?:[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx]|[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3})(?![\dA-Za-z]))"
    r"|(?P<phone>(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d))"
    r"|(?P<social>(?:社保卡|社会保障卡|医保卡|保障卡)(?:的)?(?:卡号|号码|号)?[是为:： ]{0,2}(?=[A-Za-z]?\d{7})[A-Za-z]?\d{7,20})"
    r"|(?P<bank>(?<!\d)(?:\d{4}[- ]){3,4}\d{1,4}(?!\d)|(?<![\d.])[3-6]\d{14,18}(?![\d.]))"
)
_NAMES = {"identity": "[身份证号]", "phone": "[手机号]", "social": "[社保卡号]", "bank": "[银行卡号]"}


def mask(text: str) -> str:
    """``text`` with personal numbers replaced by what they are; linear in its length."""
    return _PERSONAL.sub(lambda m: _NAMES[m.lastgroup or "identity"], text)


class MaskingFilter(logging.Filter):
    """Masks every record that passes; to be put on handlers, so that no logger can go around it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = mask(record.exc_text)
        return True
