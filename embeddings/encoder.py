"""What turns texts into vectors, and how one is loaded: the bundled encoder or any sentence-transformers model."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, cast, runtime_checkable

import numpy as np

BUNDLED = Path(__file__).parent / "models" / "default"
BUNDLED_NAME = "gazette-default"

# Longest passage in tokens where a model states no limit (the bundled one does not): a mean over more
# tokens than this says what the text is about but no longer which rule it holds.
UNLIMITED_MAX_TOKENS = 512

# Files that decide what a vector looks like. Model cards and training logs do not.
_DECIDING_SUFFIXES = frozenset({".safetensors", ".bin", ".json", ".model", ".txt"})


class EncoderError(Exception):
    """An encoder that cannot be loaded. The message says in Chinese what was asked, what was found, what to do.

    Attributes:
        asked: The name or folder as given.
        found: What was there instead.
        advice: What to do.
    """

    retryable = False

    def __init__(self, message: str, *, asked: str = "", found: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.asked, self.found, self.advice = asked, found, advice

    @classmethod
    def about(cls, asked: str, found: str, advice: str) -> EncoderError:
        """Returns the error with its three parts as one sentence and as fields."""
        return cls(f"无法加载编码器“{asked}”：{found}。{advice}。", asked=asked, found=found, advice=advice)


@runtime_checkable
class Encoder(Protocol):
    """Texts in, vectors out. Questions and passages are two methods because many models prefix them differently."""

    @property
    def encoder_id(self) -> str:
        """Name and short sha256 over weights, tokenizer and settings: equal ids mean equal vectors."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    @property
    def max_tokens(self) -> int:
        """Longest passage worth embedding in one piece, in tokens as `count_tokens` counts them."""

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Returns (n, dim) float32, rows of length 1; a text without a known token gives a zero row."""

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Returns (n, dim) float32, rows of length 1; a text without a known token gives a zero row."""

    def count_tokens(self, text: str) -> int:
        """Returns the number of tokens, nothing cut off."""


def load_encoder(name: str = "default", *, allow_download: bool = False) -> Encoder:
    """Returns the encoder called `name`.

    Args:
        name: "default" for the bundled one, else a sentence-transformers folder or model id. A folder of
            the bundled kind loads without torch as well.
        allow_download: Fetch a model id that is not on this machine. Off by default: a service that
            starts must not wait for a network it may not have.

    Raises:
        EncoderError: The folder or model is absent or damaged, or is no embedding model.
    """
    from embeddings.pair_encoder import PairEncoder, is_pair_folder

    if name == "default":
        return PairEncoder(BUNDLED, name=BUNDLED_NAME)
    folder = Path(name).expanduser()
    if folder.is_dir():
        if is_pair_folder(folder):
            return PairEncoder(folder, name=folder_name(folder))
        return SentenceTransformersEncoder(name, folder=folder)
    # "org/model" and "model" are ids; anything else that is no folder is a mistyped path.
    if folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1 or not name.strip():
        raise EncoderError.about(name, "没有这个文件夹", "请检查路径，或改用 default（随项目附带的编码器）")
    return SentenceTransformersEncoder(name, allow_download=allow_download)


class SentenceTransformersEncoder:
    """Any sentence-transformers model. Prompts that the model's settings hold for queries and documents are used.

    Attributes and methods as `Encoder` describes them. Rows are normalised here, whether or not the model does it.
    Importing sentence-transformers takes about ten seconds, so it happens when one is made, not before.
    """

    def __init__(self, name: str, *, folder: Path | None = None, allow_download: bool = False) -> None:
        """Loads the model from `folder`, or the model id `name` from the local cache (or the network, if allowed)."""
        from sentence_transformers import SentenceTransformer

        source = str(folder or name)
        try:
            # Code that comes with weights is never run.
            self._model: Any = SentenceTransformer(source, local_files_only=not allow_download, trust_remote_code=False)
            # None where the last module states no dimension: then it is no embedding model, and int() says so.
            self.dim = int(cast(int, self._model.get_embedding_dimension()))
            resolved = folder or _cached_snapshot(name)
        # A damaged or foreign folder fails in as many ways as there are libraries below.
        except Exception as error:
            found = "文件夹内容不是可用的向量模型" if folder else "本机缓存中没有可用的这个模型"
            advice = (
                "请确认其中有 modules.json、权重和分词器文件"
                if folder
                else "请先用 hf download 下载，再给出其文件夹；或改用 default"
            )
            raise EncoderError.about(name, f"{found}（{_first_line(error)}）", advice) from error
        self.encoder_id = f"{folder_name(folder) if folder else name.split('/')[-1]}-{fingerprint(resolved)}"
        limit = self._model.max_seq_length
        self.max_tokens = int(limit) if limit and math.isfinite(limit) else UNLIMITED_MAX_TOKENS

    def encode_queries(self, texts: Sequence[str]) -> np.ndarray:
        """Returns (n, dim) float32, rows of length 1; a text without a known token gives a zero row."""
        return self._encoded(self._model.encode_query, texts)

    def encode_passages(self, texts: Sequence[str]) -> np.ndarray:
        """Returns (n, dim) float32, rows of length 1; a text without a known token gives a zero row."""
        return self._encoded(self._model.encode_document, texts)

    def count_tokens(self, text: str) -> int:
        """Returns the number of tokens, the model's own marks for beginning and end included."""
        tokenizer = self._model.tokenizer
        if hasattr(tokenizer, "encode_batch_fast"):  # a bare `tokenizers.Tokenizer`, as static models have
            return len(tokenizer.encode(text, add_special_tokens=False).ids)
        # verbose=False: it warns of texts over the limit, and counting those is what this method is for.
        return len(tokenizer.encode(text, truncation=False, verbose=False))

    def _encoded(self, encode: Callable[..., Any], texts: Sequence[str]) -> np.ndarray:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        vectors = encode(list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
        return np.ascontiguousarray(vectors, dtype=np.float32)


def fingerprint(folder: Path) -> str:
    """Returns 12 hex digits over the files that decide the vectors: relative paths and contents, in order of path."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        if path.is_file() and path.suffix in _DECIDING_SUFFIXES:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            with path.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:12]


def folder_name(folder: Path) -> str:
    """Returns the human part of a folder's encoder id: the folder's name, or the bundled encoder's."""
    resolved = folder.resolve()
    return BUNDLED_NAME if resolved == BUNDLED.resolve() else resolved.name


def read_json(path: Path) -> Any:
    """Returns the content of a JSON file in UTF-8."""
    return json.loads(path.read_text(encoding="utf-8"))


def _cached_snapshot(name: str) -> Path:
    from huggingface_hub import snapshot_download

    # A bare name is short for the sentence-transformers organisation, as the library itself reads it.
    repository = name if "/" in name else f"sentence-transformers/{name}"
    return Path(snapshot_download(repository, local_files_only=True))


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
