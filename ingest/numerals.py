"""Chinese and Arabic numerals as whole numbers, and back.

Official documents number clauses in Chinese (第二十一条), in Arabic (15.) and, in questions, in any mixture
(第16条, 二〇二三年). Both directions are exact inverses for 1..9999; tests cover that range whole.
"""

from __future__ import annotations

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2, "兩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_TENS_SHORTHAND = {"廿": "二十", "卅": "三十"}

#: Characters that can stand in a numeral, for use inside a regular expression's brackets.
NUMERAL_CHARACTERS = "零〇○一二三四五六七八九十百千两兩廿卅0-9０-９"

#: No clause number above it has been seen; ``chinese_numeral`` prints none.
LARGEST_NUMBER = 9999

_NUMERAL = re.compile(f"[{NUMERAL_CHARACTERS}]+\\Z")


def read_numeral(text: str) -> int:
    """The whole number that a clause numeral names.

    Reads 二十一, 一百零五, 廿一, 二〇二三 (digit by digit), 21 and full-width ２１.

    Raises:
        ValueError: ``text`` is empty or is no such numeral (三十百, 十二3).
    """
    if not _NUMERAL.match(text):
        raise ValueError(f"not a numeral: {text!r}")
    if all(c.isdigit() and c not in _DIGITS for c in text):
        return int(text)
    for short, long in _TENS_SHORTHAND.items():
        text = text.replace(short, long)
    if any(c not in _DIGITS and c not in _UNITS for c in text):
        raise ValueError(f"mixes Chinese and Arabic digits: {text!r}")
    if not any(c in _UNITS for c in text):
        if len(text) == 1:
            return _DIGITS[text]
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit, lowest = 0, None, 10000
    for c in text:
        if c in _UNITS:
            unit = _UNITS[c]
            if unit >= lowest:
                raise ValueError(f"units do not fall: {text!r}")
            total, digit, lowest = total + (1 if digit is None else digit) * unit, None, unit
        elif _DIGITS[c] == 0:
            if digit is not None:
                raise ValueError(f"two digits in a row: {text!r}")
        elif digit is not None:
            raise ValueError(f"two digits in a row: {text!r}")
        else:
            digit = _DIGITS[c]
    return total + (digit or 0)


def chinese_numeral(number: int) -> str:
    """``number`` as documents print it in 第…条 (10 is 十, 105 is 一百零五).

    Raises:
        ValueError: outside 0..9999, where no clause number has been seen.
    """
    if not 0 <= number <= LARGEST_NUMBER:
        raise ValueError(f"no clause numeral for {number}")
    if number == 0:
        return "零"
    digits = "零一二三四五六七八九"
    text, pending_zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit == 0:
            pending_zero = bool(text)
            continue
        text += ("零" if pending_zero else "") + digits[digit] + name
        pending_zero = False
    return text.removeprefix("一") if 10 <= number <= 19 else text
