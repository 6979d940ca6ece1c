"""Words and their weights: BM25 over several named fields, memory-mapped, for Chinese."""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import bm25s
import numpy as np

#: Raised by hand whenever `analyze` gives other tokens for the same text: stores made before refuse to load.
ANALYZER = 1

_HAN = "㐀-䶿一-鿿豈-﫿𠀀-𱍊"
#: Runs of Chinese characters; numbers with their decimals and percent sign (3.5%, 1,000); Latin words (cod, pm2.5).
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|\d+(?:[.,]\d+)*%?|[^\W\d_{_HAN}]+(?:[-.]?\d+(?:\.\d+)*)?")

# The usual values. Over k1 0.9-2 and b 0.4-0.9 recall_at_10 on STARD moves by 0.02, within its noise (DESIGN.md).
_K1, _B = 1.2, 0.75


def analyze(text: str) -> list[str]:
    """The tokens of ``text`` in order: NFKC, lower case, Chinese characters one by one and in pairs, other runs whole.

    >>> analyze("城镇3.5％")
    ['城', '镇', '城镇', '3.5%']
    """
    tokens: list[str] = []
    for match in _RUN.finditer(unicodedata.normalize("NFKC", text).lower()):
        run = match[0]
        if match["han"]:
            tokens.extend(run)
            tokens.extend(map("".join, itertools.pairwise(run)))
        else:
            tokens.append(run)
    return tokens


class LexicalIndex:
    """BM25 scores of n entries for a query, field by field. Deterministic: equal texts give equal files and scores."""

    def __init__(self, n: int, fields: Mapping[str, bm25s.BM25 | None]):
        self._n = n
        self._fields = dict(fields)

    def __len__(self) -> int:
        return self._n

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self._fields)

    @classmethod
    def build(
        cls, texts: Mapping[str, Sequence[str]], progress: Callable[[str, int, int], None] | None = None
    ) -> LexicalIndex:
        """Indexes one text per entry and field; entry ids are positions.

        Raises:
            ValueError: the fields differ in length.
        """
        lengths = {len(column) for column in texts.values()}
        if len(lengths) > 1:
            raise ValueError(f"fields of different lengths: { {f: len(c) for f, c in texts.items()} }")
        fields = {}
        for done, (field, column) in enumerate(texts.items(), start=1):
            fields[field] = _build_field(column)
            if progress:
                progress("lexical", done, len(texts))
        return cls(lengths.pop() if lengths else 0, fields)

    def save(self, folder: Path) -> None:
        """Writes arrays (npy) and JSON, never pickle; a folder per field that has any token."""
        folder.mkdir(parents=True, exist_ok=True)
        record = {"n": self._n, "fields": {field: index is not None for field, index in self._fields.items()}}
        (folder / "fields.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        for field, index in self._fields.items():
            if index is not None:
                index.save(folder / field, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """The index that ``save`` wrote; its arrays stay on disk and are mapped."""
        record = json.loads((folder / "fields.json").read_text(encoding="utf-8"))
        return cls(
            record["n"],
            {
                field: bm25s.BM25.load(folder / field, mmap=True, allow_pickle=False) if has_tokens else None
                for field, has_tokens in record["fields"].items()
            },
        )

    def scores(self, query: str, field: str) -> np.ndarray:
        """(n,) float32 BM25 scores of every entry, 0 where no token is shared.

        Raises:
            KeyError: no such field.
        """
        return self.token_scores(analyze(query), field)

    def token_scores(self, tokens: list[str], field: str) -> np.ndarray:
        """``scores`` of a query that is analysed already."""
        index = self._fields[field]
        known = index.get_tokens_ids(tokens) if index is not None else []
        if index is None or not known:
            return np.zeros(self._n, dtype=np.float32)
        return index.get_scores_from_ids(known)


def _build_field(column: Sequence[str]) -> bm25s.BM25 | None:
    # Ids by first appearance: bm25s would number a set of strings, whose order changes with every process.
    vocabulary: dict[str, int] = {}
    analyzed: dict[str, list[int]] = {}
    rows = []
    for text in column:
        ids = analyzed.get(text)
        if ids is None:
            ids = analyzed[text] = [vocabulary.setdefault(token, len(vocabulary)) for token in analyze(text)]
        rows.append(ids)
    if not vocabulary:
        return None
    index = bm25s.BM25(k1=_K1, b=_B, backend="numpy")
    index.index((rows, vocabulary), create_empty_token=False, show_progress=False)
    return index
