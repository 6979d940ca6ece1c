"""The bundled encoder without torch: a saved sentence-transformers static embedding, read with NumPy.

A text's vector is the mean of its tokens' rows, brought to length 1. The folder is an ordinary
sentence-transformers one, and both loaders agree to 1e-5 (`tests/embeddings/test_encoder.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from embeddings.encoder import UNLIMITED_MAX_TOKENS, EncoderError, fingerprint, read_json

# Rows gathered at once: 16,384 of 256 float32 are 16 MB, which stays near the cache.
_ROWS_AT_ONCE = 16_384
_TEXTS_AT_ONCE = 1_024
_MODULES = ["StaticEmbedding", "Normalize"]


def is_static_folder(folder: Path) -> bool:
    """Says whether `StaticEncoder` can read the folder: a static embedding, then normalisation, no prompts."""
    try:
        modules = [module["type"].rsplit(".", 1)[-1] for module in read_json(folder / "modules.json")]
        settings = folder / "config_sentence_transformers.json"
        prompts = read_json(settings).get("prompts") or {} if settings.exists() else {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return False
    return modules == _MODULES and not any(prompts.values())


class StaticEncoder:
    """A table of token vectors. `embeddings.encoder.Encoder` describes the attributes and methods.

    Vectors depend on the text alone: not on its neighbours in a call, nor on the order. Thread-safe after loading.
    """

    def __init__(self, folder: Path, *, name: str) -> None:
        """Loads tokenizer and weights.

        Raises:
            EncoderError: A file is absent or damaged, or the folder holds another kind of model.
        """
        if not is_static_folder(folder):
            found = "文件夹中的模型不是静态词向量加归一化" if folder.is_dir() else "没有这个文件夹"
            advice = "请重新安装本项目，或用 gazette train-encoder --out 重新训练"
            raise EncoderError.about(str(folder), found, advice)
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._rows = _table(load_file(folder / "model.safetensors"))
        # tokenizers raises bare Exception for a file it cannot read.
        except Exception as error:
            if not isinstance(error, (OSError, ValueError, KeyError, SafetensorError)) and type(error) is not Exception:
                raise
            raise EncoderError.about(
                str(folder), f"权重或分词器文件缺失或损坏（{error}）", "请重新安装本项目或重新训练"
            ) from error
        if self._tokenizer.get_vocab_size() > len(self._rows):
            raise EncoderError.about(
                str(folder),
                f"分词器有 {self._tokenizer.get_vocab_size()} 个词元，权重只有 {len(self._rows)} 行",
                "两个文件不是同一次训练所得，请一并更换",
            )
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.encoder_id = f"{name}-{fingerprint(folder)}"
        self.dim = int(self._rows.shape[1])
        self.max_tokens = UNLIMITED_MAX_TOKENS

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Returns (n, dim) float32, rows of length 1; a text without a known token gives a zero row."""
        return self._encoded(texts)

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Returns (n, dim) float32, rows of length 1; a text without a known token gives a zero row."""
        return self._encoded(texts)

    def count_tokens(self, text: str) -> int:
        """Returns the number of tokens; punctuation and spaces have none."""
        return len(self._token_ids([text])[0])

    def _token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        # Half of a surrogate pair (text cut between UTF-16 units) is no character; the tokenizer refuses it.
        whole = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return [one.ids for one in self._tokenizer.encode_batch_fast(whole, add_special_tokens=False)]

    def _encoded(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for at in range(0, len(texts), _TEXTS_AT_ONCE):
            ids = self._token_ids(texts[at : at + _TEXTS_AT_ONCE])
            vectors[at : at + len(ids)] = self._means(ids)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        # The same floor as torch's normalize, so that a zero row stays zero.
        return vectors / np.maximum(lengths, 1e-12)

    def _means(self, ids: list[list[int]]) -> np.ndarray:
        counts = np.fromiter((len(one) for one in ids), dtype=np.int64, count=len(ids))
        flat = np.fromiter((token for one in ids for token in one), dtype=np.int64, count=int(counts.sum()))
        sums = np.zeros((len(ids), self.dim), dtype=np.float32)
        owner = np.repeat(np.arange(len(ids)), counts)
        for at in range(0, len(flat), _ROWS_AT_ONCE):
            here = owner[at : at + _ROWS_AT_ONCE]
            # A text may begin in one slice and end in the next: += puts its parts together.
            first = np.flatnonzero(np.diff(here, prepend=-1))
            sums[here[first]] += np.add.reduceat(self._rows[flat[at : at + _ROWS_AT_ONCE]], first, axis=0)
        return sums / np.maximum(counts, 1)[:, None]


def _table(tensors: dict[str, np.ndarray]) -> np.ndarray:
    """Returns (vocabulary, dim) float32 from either layout that sentence-transformers reads.

    `embeddings` with `weights` is model2vec's: small integers and one factor a row, multiplied in float32 as
    `StaticEmbedding._fold_model2vec_weights` does. `embedding.weight` is the plain table.
    """
    if "embedding.weight" in tensors:
        return np.ascontiguousarray(tensors["embedding.weight"], dtype=np.float32)
    rows = tensors["embeddings"].astype(np.float32)
    if "mapping" in tensors:
        rows = rows[tensors["mapping"].astype(np.int64)]
    if "weights" in tensors:
        rows *= tensors["weights"].astype(np.float32)[:, None]
    return rows
