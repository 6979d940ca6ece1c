"""Text becomes terms: Chinese characters and neighbouring pairs of them, numbers and Latin words whole.

No word segmenter: pairs find more than words do, for BM25 and for vectors (DESIGN.md), and there is no dictionary to
keep. A term's id follows from the term alone, so that nothing has to be merged, or cleared of withdrawn words.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

#: Raised by hand whenever the same text gives other terms or other ids: stores and encoders made before refuse to load.
ANALYZER = 2

_HAN_RANGES = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3134A))
_HAN = "".join(f"{chr(first)}-{chr(last)}" for first, last in _HAN_RANGES)
#: Numbers with their decimals and percent sign (3.5%, 1,000); Latin words (cod, pm2.5).
_OTHER = rf"\d+(?:[.,]\d+)*%?|[^\W\d_{_HAN}]+(?:[-.]?\d+(?:\.\d+)*)?"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|{_OTHER}")
_OTHER_RUN = re.compile(_OTHER)

#: A pair of characters is one number: no code point needs more bits.
_CODE_POINT_BITS = 21
_HASHED = 1 << 63
#: A blank between two Chinese characters is the printer's (李 虹): it parts nothing.
_BLANK = re.compile(rf"(?<=[{_HAN}])[^\S\n]+(?=[{_HAN}])")
_TEXTS_AT_ONCE = 20_000


def normalised(text: str) -> str:
    """NFKC, lower case, no blank between Chinese characters: full width is half width, ㈠ is (一), 养 老 is 养老."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", text).lower())


def analyze(text: str) -> list[str]:
    """The terms of ``text``: each run's characters one by one and in pairs, other runs whole.

    The readable definition; `term_ids` does the same for many texts at once, and a test compares them.

    >>> analyze("城镇3.5％")
    ['城', '镇', '城镇', '3.5%']
    """
    terms: list[str] = []
    for match in _RUN.finditer(normalised(text)):
        run = match[0]
        if match["han"]:
            terms.extend(run)
            terms.extend(map("".join, itertools.pairwise(run)))
        else:
            terms.append(run)
    return terms


def term_id(term: str) -> int:
    """The id of a term: its characters' code points side by side; a 63-bit hash, with the top bit, of other runs."""
    if len(term) <= 2 and re.fullmatch(f"[{_HAN}]+", term):
        return ord(term) if len(term) == 1 else ord(term[0]) << _CODE_POINT_BITS | ord(term[1])
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "big") | _HASHED


def is_single(ids: np.ndarray) -> np.ndarray:
    """Which ids are single characters."""
    return ids < np.uint64(1 << _CODE_POINT_BITS)


def is_pair(ids: np.ndarray) -> np.ndarray:
    """Which ids are pairs of characters."""
    return ~is_single(ids) & (ids < np.uint64(_HASHED))


def characters_of(pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ids of the first and the second character of each pair."""
    return pairs >> np.uint64(_CODE_POINT_BITS), pairs & np.uint64((1 << _CODE_POINT_BITS) - 1)


@lru_cache(maxsize=8192)  # cutting a document counts its title and headings once for every clause
def count_pairs(text: str) -> int:
    """How many terms `term_ids` gives for ``text`` with ``singles`` off."""
    runs = _RUN.finditer(normalised(text))
    return sum(max(1, len(match[0]) - 1) if match["han"] else 1 for match in runs)


def term_ids(texts: Sequence[str], *, singles: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """(row, id) of every term of ``texts``, int64 and uint64, in no particular order; time linear in their length.

    Args:
        singles: Characters too; without them a character stands for itself only where it has no neighbour.
    """
    rows, ids = [np.empty(0, np.int64)], [np.empty(0, np.uint64)]
    for first in range(0, len(texts), _TEXTS_AT_ONCE):
        # A line for each text: a line feed inside one parts words just as a stop does.
        joined = normalised("\n".join("。".join(text.split("\n")) for text in texts[first : first + _TEXTS_AT_ONCE]))
        code = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        row = np.cumsum(code == 10) + first
        han = np.zeros(len(code) + 2, dtype=bool)
        for low, high in _HAN_RANGES:
            han[1:-1] |= (code >= low) & (code <= high)
        before, here, after = han[:-2], han[1:-1], han[2:]
        single = np.flatnonzero(here if singles else here & ~before & ~after)
        pair = np.flatnonzero(here & after)
        rows += [row[single], row[pair]]
        ids.append(code[single].astype(np.uint64))
        ids.append(code[pair].astype(np.uint64) << np.uint64(_CODE_POINT_BITS) | code[pair + 1].astype(np.uint64))
        runs = [(match.start(), match[0]) for match in _OTHER_RUN.finditer(joined)]
        if runs:
            rows.append(row[np.array([at for at, _ in runs])])
            hashed = {run: term_id(run) for run in {run for _, run in runs}}
            ids.append(np.array([hashed[run] for _, run in runs], dtype=np.uint64))
    return np.concatenate(rows), np.concatenate(ids)
