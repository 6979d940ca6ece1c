"""When two pieces of wording count as the same: width, spaces, brackets and numerals aside.

The folding is that of the project's independent scorer, so that both call the same answers right.
"""

from __future__ import annotations

import re

_WIDTH = str.maketrans("，。；：（）［］〔〕【】“”‘’！？", ",.;:()[][][]\"\"''!?")
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_BIG_UNITS = {"万": 10_000, "亿": 100_000_000}
_NUMERAL = re.compile(r"[零〇一二三四五六七八九两][零〇一二三四五六七八九两十百千万亿]*|十[一二三四五六七八九]?")
_PERCENT = re.compile(r"百分之(\d+(?:\.\d+)?)")


def squash(text: str) -> str:
    """``text`` without white space, its punctuation half width, its brackets all alike.

    >>> squash("余府发〔2023〕15 号，第（十八）条")
    '余府发[2023]15号,第(十八)条'
    """
    return "".join(text.translate(_WIDTH).split())


def fold_numerals(text: str) -> str:
    """Chinese numerals as digits.

    >>> fold_numerals("一千米、百分之九十、二〇二三年")
    '1000米、90%、2023年'
    """
    return _PERCENT.sub(r"\1%", _NUMERAL.sub(lambda match: _read(match[0]), text))


def _read(numeral: str) -> str:
    if not any(character in _UNITS or character in _BIG_UNITS for character in numeral):
        return "".join(str(_DIGITS[character]) for character in numeral)
    total = section = digit = 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _UNITS:
            section, digit = section + (digit or 1) * _UNITS[character], 0
        else:
            total, section, digit = (total + section + digit) * _BIG_UNITS[character], 0, 0
    return str(total + section + digit)


def says(answer: str, words: str) -> bool:
    """Whether ``answer`` holds ``words``, as printed or with its numerals in the other script.

    >>> says("单孔跨径大于150米", "一百五十米")
    True
    """
    squashed_answer, squashed_words = squash(answer), squash(words)
    return squashed_words in squashed_answer or fold_numerals(squashed_words) in fold_numerals(squashed_answer)


def says_literally(answer: str, words: str) -> bool:
    """Whether ``answer`` holds ``words`` as printed; forbidden words are looked for in this stricter way."""
    return squash(words) in squash(answer)
