"""The bundled encoder: a table of vectors for pairs of characters, read with NumPy.

A text's vector is the mean of its terms' rows, brought to length 1. Terms are those of `embeddings.terms`: neighbouring
pairs of Chinese characters, each pair of them, so that no division into words can go wrong; numbers and Latin words.
A pair that was never learned is its two characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file

from embeddings.encoder import BUNDLED, UNLIMITED_MAX_TOKENS, EncoderError, fingerprint, read_json
from embeddings.terms import ANALYZER, characters_of, count_pairs, is_pair, term_id, term_ids

#: What ``config.json`` of such a folder says it is.
KIND = "gazette-pairs"

_TEXTS_AT_ONCE = 1_024


@dataclass(frozen=True)
class Vocabulary:
    """The terms that have a row, ``terms`` (n,) uint64 ascending; row i belongs to ``terms[i]``."""

    terms: np.ndarray

    def __len__(self) -> int:
        return len(self.terms)

    def __contains__(self, term: str) -> bool:
        return bool(self.rows_of(np.array([term_id(term)], np.uint64))[0] >= 0)

    def rows_of(self, ids: np.ndarray) -> np.ndarray:
        """(ids,) int64 rows, -1 for an id without one."""
        if not len(self.terms):
            return np.full(len(ids), -1)
        at = np.minimum(np.searchsorted(self.terms, ids), len(self.terms) - 1)
        return np.where(self.terms[at] == ids, at, -1)

    def bags(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """(rows, starts): text i has the rows ``rows[starts[i]:starts[i + 1]]``; int32 and (texts + 1,) int64."""
        owner, ids = term_ids(texts, singles=False)
        rows = self.rows_of(ids)
        broken = (rows < 0) & is_pair(ids)
        halves = np.concatenate(characters_of(ids[broken]))
        owner = np.concatenate([owner, owner[broken], owner[broken]])
        rows = np.concatenate([rows, self.rows_of(halves)])
        owner, rows = owner[rows >= 0], rows[rows >= 0]
        order = np.argsort(owner, kind="stable")
        starts = np.searchsorted(owner[order], np.arange(len(texts) + 1)).astype(np.int64)
        return rows[order].astype(np.int32), starts


@cache
def usual_terms() -> Vocabulary:
    """The terms that the bundled encoder learned, the frequent ones of laws, policies and questions."""
    with safe_open(BUNDLED / "model.safetensors", framework="numpy") as weights:
        return Vocabulary(weights.get_tensor("terms"))


def is_pair_folder(folder: Path) -> bool:
    """Says whether `PairEncoder` can read the folder."""
    try:
        return bool(read_json(folder / "config.json").get("kind") == KIND)
    except (OSError, ValueError, TypeError, AttributeError):
        return False


class PairEncoder:
    """A table of term vectors. `embeddings.encoder.Encoder` describes the attributes and methods.

    Vectors depend on the text alone: not on its neighbours in a call, nor on the order. Thread-safe after loading.
    """

    def __init__(self, folder: Path, *, name: str) -> None:
        """Loads the table.

        Raises:
            EncoderError: A file is absent or damaged, of another release, or the folder holds another kind of model.
        """
        advice = "请重新安装本项目，或用 gazette train-encoder --out 重新训练"
        if not is_pair_folder(folder):
            found = "文件夹中不是本项目的字对向量模型" if folder.is_dir() else "没有这个文件夹"
            raise EncoderError.about(str(folder), found, advice)
        analyzer = read_json(folder / "config.json").get("analyzer")
        if analyzer != ANALYZER:
            raise EncoderError.about(str(folder), f"它按第 {analyzer} 版规则分字，本程序为第 {ANALYZER} 版", advice)
        try:
            tensors = load_file(folder / "model.safetensors")
            self.vocabulary = Vocabulary(tensors["terms"])
            self.table = tensors["rows"].astype(np.float32) * tensors["scales"].astype(np.float32)[:, None]
            ascending = bool((self.vocabulary.terms[1:] > self.vocabulary.terms[:-1]).all())
            whole = ascending and self.table.ndim == 2 and len(self.table) == len(self.vocabulary) > 0
        except (OSError, ValueError, KeyError, IndexError, SafetensorError) as error:
            raise EncoderError.about(str(folder), f"权重文件缺失或损坏（{error}）", advice) from error
        if not whole or not np.isfinite(self.table).all():
            raise EncoderError.about(str(folder), "权重文件的内容前后不符", advice)
        self.encoder_id = f"{name}-{fingerprint(folder)}"
        self.dim = int(self.table.shape[1])
        self.max_tokens = UNLIMITED_MAX_TOKENS

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Returns (n, dim) float32, rows of length 1; a text without a known term gives a zero row."""
        return self._encoded(texts)

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Returns (n, dim) float32, rows of length 1; a text without a known term gives a zero row."""
        return self._encoded(texts)

    def count_tokens(self, text: str) -> int:
        """Returns the number of terms; punctuation and spaces have none."""
        return count_pairs(text)

    def _encoded(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for at in range(0, len(texts), _TEXTS_AT_ONCE):
            rows, starts = self.vocabulary.bags(texts[at : at + _TEXTS_AT_ONCE])
            vectors[at : at + len(starts) - 1] = self._sums(rows, starts)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(lengths, 1e-12)

    def _sums(self, rows: np.ndarray, starts: np.ndarray) -> np.ndarray:
        if len(starts) == 2:  # one text, as a question is: no library to load for it
            return self.table[rows].sum(axis=0, keepdims=True)
        from scipy import sparse

        # The product with a table of ones where a text holds a term: four times as fast as NumPy's reduceat.
        held = sparse.csr_matrix((np.ones(len(rows), np.float32), rows, starts), (len(starts) - 1, len(self.table)))
        return np.asarray(held @ self.table)
