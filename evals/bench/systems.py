"""What can be compared: BM25 as people use it, the vectors alone, both fused, and what the product answers from."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np

from evals.bench.collection import Article, as_batches
from evals.errors import EvaluationError

#: The names that ``--system`` takes; anything else is a sentence-transformers model, a folder or an id.
SYSTEMS = ("bm25", "dense", "hybrid", "full")

#: Told a stage, done and total.
Progress = Callable[[str, int, int], None]
Hits = list[tuple[str, float]]


class System(Protocol):
    """Articles indexed, ready to be asked."""

    def search(self, question: str, k: int) -> Hits:
        """At most ``k`` (article id, score), best first."""


@dataclass(frozen=True)
class Built:
    """A system with what it took to index the articles, in seconds."""

    system: System
    seconds: float


def build(name: str, articles: Sequence[Article], folder: Path, progress: Progress | None = None) -> Built:
    """The system called ``name`` over ``articles``; ``folder`` is where a store may lie.

    Raises:
        EvaluationError: the system needs something that is not installed, or is no model.
    """
    began = time.perf_counter()
    if name == "bm25":
        system: System = JiebaBM25(articles)
    elif name in ("hybrid", "full"):
        system = Product(articles, folder, ranked=name == "full", progress=progress)
    else:
        system = Dense(articles, "default" if name == "dense" else name, progress)
    return Built(system, time.perf_counter() - began)


def require(*modules: str) -> None:
    """Raises EvaluationError, with what to do, where one of the libraries to compare with is not installed."""
    absent = [module for module in modules if find_spec(module) is None]
    if absent:
        raise EvaluationError(f"没有安装 {'、'.join(absent)}；请在项目目录执行 uv pip install '.[bench]'")


class JiebaBM25:
    """bm25s over jieba's words, each library with its defaults."""

    def __init__(self, articles: Sequence[Article]):
        require("bm25s", "jieba")
        import bm25s

        self._ids = [article.id for article in articles]
        self._index = bm25s.BM25()
        self._index.index([_words(f"{a.name}\n{a.content}") for a in articles], show_progress=False)

    def search(self, question: str, k: int) -> Hits:
        known = [word for word in _words(question) if word in self._index.vocab_dict]
        if not known:
            return []
        scores = self._index.get_scores(known)
        return [(self._ids[i], float(scores[i])) for i in _best(scores, k) if scores[i] > 0]


class Dense:
    """Inner products of whole articles' vectors, every one computed."""

    def __init__(self, articles: Sequence[Article], encoder: str, progress: Progress | None):
        from embeddings.encoder import EncoderError, load_encoder

        try:
            self._encoder = load_encoder(encoder)
        except EncoderError as error:
            raise EvaluationError(
                f"没有名为 {encoder} 的系统：{error}可用的系统：{'、'.join(SYSTEMS)}，或模型文件夹。"
            ) from error
        self._ids = [article.id for article in articles]
        texts = [f"{article.name}\n{article.content}" for article in articles]
        parts = []
        for at in range(0, len(texts), 512):
            parts.append(self._encoder.encode_passages(texts[at : at + 512]))
            if progress:
                progress("embed", min(at + 512, len(texts)), len(texts))
        self._vectors = np.concatenate([np.zeros((0, self._encoder.dim), np.float32), *parts])

    def search(self, question: str, k: int) -> Hits:
        vector = self._encoder.encode_queries([question])[0]
        if not vector.any():
            return []
        scores = self._vectors @ vector
        return [(self._ids[i], float(scores[i])) for i in _best(scores, k)]


class Product:
    """The product's own store: ``ranked`` as the product searches, else vectors and words in a weighted sum."""

    def __init__(self, articles: Sequence[Article], folder: Path, *, ranked: bool, progress: Progress | None):
        from assistant.lexicon import Lexicon
        from embeddings.encoder import load_encoder
        from embeddings.search import SearchConfig
        from embeddings.store import Store

        encoder = load_encoder()
        batches, self._ids = as_batches(articles)
        store = Store(folder)
        if store.current_revision() is not None:
            # A store in use would be mixed with the articles, and its hits have no id here.
            held = {document.document_id for document in store.open(encoder).documents()}
            if foreign := held - {document_id for document_id, _ in self._ids}:
                raise EvaluationError(f"{folder} 已收有别的文件（如 {min(foreign)}）；请给 --store 一个空文件夹")
        store.ingest(batches, encoder, progress)
        self._snapshot = store.open(encoder, SearchConfig(learned=ranked))
        self._lexicon = Lexicon.load() if ranked else None
        if ranked:
            self._snapshot.documents()  # read now, not by the first question

    def search(self, question: str, k: int) -> Hits:
        if self._lexicon is None:
            hits = self._snapshot.search(question, k)
            return [(self._ids[hit.ref.document, str(hit.ref.path)], hit.score) for hit in hits]
        from assistant.retrieve import RankConfig, retrieve

        expansion = self._lexicon.official_terms(question)
        found = retrieve(question, expansion, self._snapshot, config=RankConfig(pool=max(k, RankConfig().pool)))
        return [(self._ids[r.document.document_id, str(r.clause.path)], r.score) for r in found[:k]]


def _best(scores: np.ndarray, k: int) -> np.ndarray:
    return np.argsort(-scores, kind="stable")[:k]


def _words(text: str) -> list[str]:
    import jieba

    jieba.setLogLevel("ERROR")
    return [word for word in jieba.lcut(text.lower()) if not word.isspace()]
