"""What must not be published unseen: identity numbers, phone and bank card numbers of persons, secrecy marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_ID_CARD = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx](?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<![0-9\-—.])(?:\+?86[\s-]?)?1[3-9][0-9][\s-]?[0-9]{4}[\s-]?[0-9]{4}(?![0-9\-—.][0-9]|[0-9])")
#: Cards of persons begin with 4, 5, 60, 62 or 9 and have 16 to 19 digits, printed in one or in fours.
_CARD = re.compile(
    r"(?<![0-9A-Za-z.\-])(?:62|60|4[0-9]|5[0-9]|9[0-9])[0-9]{2}(?:[ ]?[0-9]{4}){3}(?:[ ]?[0-9]{1,3})?(?![0-9A-Za-z\-])"
)
#: Words before a long number that say it is no card: serial, licence, document and code numbers.
_OTHER_NUMBER = re.compile(
    r"(?:编号|编码|代码|流水号|订单号?|许可证号?|证书号?|字第|文号|备案号?|批号|批准号|条码|信用代码|序列号|案号|索引号|项目号|税号)[^0-9，。；]{0,8}$"
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
#: 机密★1年, 秘密 ★ 长期. Miss: 国家秘密, 商业秘密 in running text.
_STARRED = re.compile(r"(?:绝密|机密|秘密)\s*[★☆*＊]")
#: A line that is nothing but the mark.
_MARK_LINE = re.compile(
    r"[(（【\[]?\s*(?:(?:密级[:：]?)?(?:绝\s*密|机\s*密|秘\s*密)|工作秘密|内部(?:资料|文件|材料|使用|明电)|内部资料[,，、 ]*(?:注意保存|请勿外传|严禁外传|不得外传|妥善保管)|内部(?:文件|使用|材料)[,，、 ]*(?:注意保存|请勿外传|严禁外传|不得外传|妥善保管))\s*[)）】\]]?"
)


@dataclass(frozen=True)
class Sensitive:
    """One thing found in a text: its finding code, severity, Chinese name and advice; at ``start``."""

    code: str
    severity: str
    name: str
    advice: str
    start: int


def find_sensitive(text: str) -> Iterator[Sensitive]:
    """Everything in one paragraph that a person must look at before it is published, left to right.

    An identity number counts only where its date and its check digit hold, a bank card only where its Luhn digit
    holds and no word before it says serial number.
    """
    if any(c.isdigit() for c in text):
        yield from sorted(_numbers(text), key=lambda s: s.start)
    if match := _STARRED.search(text):
        yield _secrecy(match.start())
    elif _MARK_LINE.fullmatch(text.strip()):
        yield _secrecy(len(text) - len(text.lstrip()))


def _secrecy(start: int) -> Sensitive:
    return Sensitive(
        "secrecy_mark", "error", "带有密级或内部标志", "请确认已经解密或定为可以公开,再导入和发布。", start
    )


def _numbers(text: str) -> Iterator[Sensitive]:
    taken: list[tuple[int, int]] = []
    for match in _ID_CARD.finditer(text):
        if is_identity_number(match[0]):
            taken.append(match.span())
            yield Sensitive(
                "personal_data", "error", "疑似居民身份证号", "公开前请删去或遮挡,并核对是否允许公开。", match.start()
            )
    for match in _CARD.finditer(text):
        digits = match[0].replace(" ", "")
        inside = any(s < match.end() and match.start() < e for s, e in taken)
        if (
            not inside
            and passes_luhn(digits)
            and not _OTHER_NUMBER.search(text[max(0, match.start() - 20) : match.start()])
        ):
            taken.append(match.span())
            yield Sensitive(
                "personal_data", "error", "疑似银行卡号", "公开前请删去或遮挡;单位收款账户可以保留。", match.start()
            )
    for match in _MOBILE.finditer(text):
        if not any(s < match.end() and match.start() < e for s, e in taken):
            yield Sensitive(
                "personal_data", "warning", "疑似手机号", "请确认是对外公布的联系电话,否则删去或遮挡。", match.start()
            )


def is_identity_number(number: str) -> bool:
    """True where the birth date exists and the check digit holds. Source: GB 11643."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    check = sum(w * int(d) for w, d in zip(_ID_WEIGHTS, number, strict=False)) % 11
    return born.year >= 1900 and "10X98765432"[check] == number[17].upper()


def passes_luhn(digits: str) -> bool:
    """True where the last of ``digits`` is the Luhn check digit of the others. Source: ISO/IEC 7812."""
    total = 0
    for i, c in enumerate(reversed(digits)):
        value = int(c) * (2 if i % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and len(set(digits)) > 2
