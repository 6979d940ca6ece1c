"""The everyday-to-official lexicon: 退休金 in a question also looks for 基本养老金. Standard library only."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

BUNDLED = Path(__file__).with_name("terms.tsv")
HEADER = ("everyday", "official", "subject", "note")
#: Rows of this subject are misspellings: ``official`` is the one right spelling, which may itself be an everyday word.
TYPO = "错别字"
#: In the ``official`` column: the word stands for itself and is left alone, and so is every shorter term inside it.
LEAVE_ALONE = "-"

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_ASCII_WORD = frozenset(string.ascii_letters + string.digits)


class LexiconError(ValueError):
    """A lexicon file that cannot be used. The message names the file, the line and what to do, in Chinese."""

    code = "lexicon_error"
    retryable = False

    def __init__(self, path: Path, line: int | None, found: str, fix: str):
        self.path, self.line, self.found, self.fix = path, line, found, fix
        place = f"{path} 第{line}行" if line else str(path)
        super().__init__(f"用语表 {place}:{found}。{fix}。")


@dataclass(frozen=True, slots=True)
class Term:
    """One row. ``officials`` is empty where the row says to leave the word alone."""

    everyday: str
    officials: tuple[str, ...]
    subject: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Expansion:
    """An everyday word found in a text. ``text[start:end] == everyday``; ``officials`` come most usual first."""

    everyday: str
    officials: tuple[str, ...]
    start: int
    end: int
    subject: str


def _key(text: str) -> str:
    # Only A-Z change, one for one, so that offsets into the key are offsets into the text.
    return text.translate(_LOWER)


def _parse(line: str) -> Term | tuple[str, str]:
    """The row, or what is wrong with it and what to do. Runs for every row of every start: no needless objects."""
    columns = line.split("\t")
    if not 3 <= len(columns) <= 4:
        return f"有 {len(columns)} 列", "每行应为 3 至 4 列,用制表符(Tab)分隔:日常用语、公文用语、主题、备注(可空)"
    everyday, official, subject = (
        unicodedata.normalize("NFKC", columns[0]).strip(),
        columns[1].strip(),
        columns[2].strip(),
    )
    if len(everyday) < 2:
        return f"日常用语“{everyday}”不足两个字", "请写成两个字以上的词,单字会误伤其他词语"
    if len(everyday.split()) > 1:
        return f"日常用语“{everyday}”中间有空白", "请删去空白,或拆成几行"
    if not subject:
        return f"“{everyday}”没有主题", "请在第 3 列填写主题,如“养老”"
    officials = tuple([word.strip() for word in official.split("|")]) if official != LEAVE_ALONE else ()
    if "" in officials:
        return f"“{everyday}”的公文用语有空项", "请填写公文用语,几个词用竖线 | 隔开;不希望展开的词写一个减号 -"
    if len(set(officials)) < len(officials):
        return f"“{everyday}”的公文用语有重复", "请删去重复的词"
    if everyday in officials:
        return f"“{everyday}”与公文用语相同", "本来就是公文用语的词不必列入,请删去这个词"
    if subject == TYPO and len(officials) != 1:
        return f"错别字“{everyday}”有 {len(officials)} 个改法", "错别字只能有一个改法,请只留一个"
    return Term(everyday, officials, subject, columns[3].strip() if len(columns) > 3 else "")


def read_terms(path: Path | str) -> tuple[Term, ...]:
    """The rows of one file, in its order; blank lines and lines that begin with ``#`` are skipped.

    Raises:
        LexiconError: the file cannot be read, is not UTF-8, has no header, or has a row that cannot be used.
    """
    path = Path(path)
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as cause:
        raise LexiconError(path, None, "不是 UTF-8 编码", "请用“UTF-8”编码另存后再用") from cause
    except OSError as cause:
        raise LexiconError(path, None, "读不到这个文件", "请核对路径和读取权限") from cause
    terms: list[Term] = []
    line_of: dict[str, int] = {}
    has_header = False
    for number, line in enumerate(lines, 1):
        if line.startswith("#") or not line.strip():
            continue
        if not has_header:
            names = tuple(line.strip().split("\t"))
            if names not in (HEADER, HEADER[:3]):
                raise LexiconError(
                    path, number, f"表头是“{line.strip()}”", f"第一行应为表头,用制表符分隔:{' '.join(HEADER)}"
                )
            has_header = True
            continue
        term = _parse(line)
        if isinstance(term, tuple):
            raise LexiconError(path, number, *term)
        first = line_of.setdefault(_key(term.everyday), number)
        if first != number:
            raise LexiconError(
                path, number, f"“{term.everyday}”在第{first}行已经有了", "一个词只能有一行,请合并后删去一行"
            )
        terms.append(term)
    if not has_header:
        raise LexiconError(path, None, "没有表头", f"第一行应为表头,用制表符分隔:{' '.join(HEADER)}")
    return tuple(terms)


class _Matcher:
    """Longest match from left to right, without overlaps.

    Terms are in buckets by their first two characters; a bucket lists the lengths that occur in it, longest first.
    A text of n characters costs at most n times the number of lengths in a bucket, which the longest term bounds:
    linear in the text, whatever the size of the lexicon.
    """

    def __init__(self, terms: Iterable[tuple[str, Term]]):
        self._terms = dict(terms)
        lengths: dict[str, set[int]] = {}
        for key in self._terms:
            lengths.setdefault(key[:2], set()).add(len(key))
        self._lengths = {pair: tuple(sorted(found, reverse=True)) for pair, found in lengths.items()}

    def find(self, text: str) -> Iterator[tuple[int, int, Term]]:
        key, start, last = _key(text), 0, len(text) - 1
        while start < last:
            for length in self._lengths.get(key[start : start + 2], ()):
                end = start + length
                term = self._terms.get(key[start:end]) if end <= last + 1 else None
                # AI is not in RAID, and 996 is not in 1996.
                if term and not (_joined(key, start) or _joined(key, end)):
                    if term.officials:
                        yield start, end, term
                    start = end
                    break
            else:
                start += 1


def _joined(text: str, at: int) -> bool:
    """Whether a Latin word or a number runs on across position ``at``."""
    return 0 < at < len(text) and text[at - 1] in _ASCII_WORD and text[at] in _ASCII_WORD


class Lexicon:
    """Everyday words and what documents say instead.

    Meant for text as ``clean_question`` leaves it (simplified, half width). Expansion is a single step: an official
    word is never expanded again, so rows that point at each other (卫健委, 卫生健康主管部门) do no harm.
    """

    def __init__(self, terms: Iterable[Term]):
        merged = {_key(term.everyday): term for term in terms}
        self.terms: tuple[Term, ...] = tuple(merged.values())
        self._expand = _Matcher((key, self._spelled(term, merged)) for key, term in merged.items())
        self._spell = _Matcher(
            (key, term) for key, term in merged.items() if term.subject == TYPO or not term.officials
        )

    @staticmethod
    def _spelled(term: Term, merged: dict[str, Term]) -> Term:
        """A misspelled everyday word leads to the official words and to its right spelling."""
        if term.subject != TYPO or not term.officials:
            return term
        right = merged.get(_key(term.officials[0]))
        return Term(term.everyday, (*right.officials, *term.officials), TYPO, term.note) if right else term

    @classmethod
    def load(cls, *paths: Path | str) -> Lexicon:
        """The bundled lexicon with an office's own files over it; of two rows for one word the later file's holds.

        Raises:
            LexiconError: a file that cannot be used.
        """
        return cls(term for path in (BUNDLED, *paths) for term in read_terms(path))

    def __len__(self) -> int:
        return len(self.terms)

    def expand(self, text: str) -> tuple[Expansion, ...]:
        """The everyday words in ``text``, from left to right, longest first, without overlaps; empty if there are none.

        >>> [(e.everyday, e.officials[0]) for e in Lexicon.load().expand("跑外卖的退休金好多钱")]
        [('跑外卖的', '灵活就业人员'), ('退休金', '基本养老金'), ('好多钱', '金额')]
        """
        return tuple(Expansion(text[s:e], term.officials, s, e, term.subject) for s, e, term in self._expand.find(text))

    def official_terms(self, text: str) -> str:
        """Official terms for the everyday words of ``text``, those that it does not use itself, blanks between them."""
        terms = [term for e in self.expand(text) for term in e.officials if term not in text]
        return " ".join(dict.fromkeys(terms))

    def spell(self, text: str) -> str:
        """``text`` with the misspellings of the lexicon corrected, and nothing else changed.

        >>> Lexicon.load().spell("抗振设防办法和社宝卡")
        '抗震设防办法和社保卡'
        """
        parts, at = [], 0
        for start, end, term in self._spell.find(text):
            parts += [text[at:start], term.officials[0]]
            at = end
        return "".join([*parts, text[at:]])
