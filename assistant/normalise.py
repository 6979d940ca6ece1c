"""What people type, brought to the characters that documents are printed in. Quotations are never converted."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

#: Zero-width, bidirectional and tag characters: they hide words from a reader and mean nothing to a search.
_INVISIBLE = re.compile(
    r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u00ad\U000e0000-\U000e007f\ufe00-\ufe0f]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def strip_invisible(text: str) -> str:
    """``text`` without characters that no reader sees; line feeds stay."""
    return _CONTROL.sub("", _INVISIBLE.sub("", text))


@lru_cache(maxsize=1)
def _converter() -> Any:
    # Its tables take some 12 ms to load; a command that reads no question need not wait for them.
    from opencc import OpenCC

    return OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional characters as simplified ones; simplified text comes back unchanged."""
    return str(_converter().convert(text))


_NO_SPACE = {ord(c): None for c in " \t\u3000"}
#: 忽 略 上 面: characters set apart one by one.
_SPACED = re.compile(r"(?:[一-鿿][ \t\u3000]*[,，。、]?[ \t\u3000]+){5,}[一-鿿]")


def clean_question(text: str) -> str:
    """A question as it is understood: visible characters, simplified, half width, spaces collapsed."""
    text = unicodedata.normalize("NFKC", strip_invisible(text))
    text = _SPACED.sub(lambda m: m[0].translate(_NO_SPACE), text)
    return re.sub(r"[ \t\u3000]+", " ", simplify(text)).strip()


def fold(text: str) -> str:
    """``text`` for comparing wording: half width, no white space, one form for each punctuation mark."""
    text = unicodedata.normalize("NFKC", text)
    text = re.sub(r"[\[〔【﹝]", "(", text)
    text = re.sub(r"[\]〕】﹞]", ")", text)
    text = re.sub("[“”„\"'‘’「」『』]", '"', text)
    text = re.sub(r"\s+", "", text)
    return re.sub(r"[—–―─-]+", "-", text)


_PUNCTUATION = re.compile(r"[^\w%‰℃]+|_", re.UNICODE)


def bare(text: str) -> str:
    """``fold`` without any punctuation: what is left is wording."""
    return _PUNCTUATION.sub("", fold(text))
