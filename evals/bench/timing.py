"""One process, one core: how long a search takes on a store, beside the bare limit or beside LangChain.

Run by ``gazette bench scale`` in a process of its own, so that memory is told apart:
``python -m evals.bench.timing {product,langchain,vectors} STORE QUESTIONS``. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.statistics import nearest_rank

#: Hits asked for; what a page shows.
K = 10


def milliseconds(search: Callable[[str], Any], questions: Sequence[str]) -> dict[str, float]:
    """p50 and p95 over the questions, each asked once after ten that warm up."""
    for question in questions[:10]:
        search(question)
    seconds = []
    for question in questions:
        began = time.perf_counter()
        search(question)
        seconds.append(time.perf_counter() - began)
    return {f"p{p}_ms": round(1000 * (nearest_rank(seconds, p) or 0), 2) for p in (50, 95)}


def peak_mb() -> int:
    """The most memory that this process ever held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def product(store: Path, questions: Sequence[str]) -> dict[str, Any]:
    """The index's search, the product's search on top of it, and the bare limit on the same vectors in the same run."""
    from assistant.lexicon import Lexicon
    from assistant.service import Assistant
    from assistant.settings import Settings
    from embeddings.encoder import load_encoder
    from embeddings.index import bare_search
    from embeddings.store import Store
    from embeddings.terms import analyze

    encoder = load_encoder()
    began = time.perf_counter()
    snapshot = Store(store).open(encoder)
    opened = time.perf_counter() - began
    official = Lexicon.load().official_terms
    found: dict[str, Any] = {
        "clauses": snapshot.clause_count,
        "passages": snapshot.manifest["counts"]["passages"],
        "vector_search": snapshot.manifest["vector_search"],
        "open_seconds": round(opened, 2),
        "index": milliseconds(lambda q: snapshot.search(q, K, official(q)), questions),
        "index_peak_mb": peak_mb(),
    }
    folder = Store(store).snapshot_folder()
    assert folder is not None
    bare = bare_search(np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False))
    found["limit"] = milliseconds(lambda q: (analyze(q), bare(encoder.encode_queries([q]), K)), questions)
    assistant = Assistant.open(Settings(home=store))
    found["product"] = milliseconds(lambda q: assistant.search(q, K), questions)
    found["product_peak_mb"] = peak_mb()
    return found


def langchain(store: Path, questions: Sequence[str]) -> dict[str, Any]:
    """LangChain's EnsembleRetriever over its FAISS and its BM25Retriever with jieba; our encoder, the same clauses."""
    warnings.simplefilter("ignore")
    import jieba
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_community.vectorstores import FAISS
    from langchain_core.embeddings import Embeddings

    from embeddings.encoder import load_encoder
    from embeddings.store import Store

    class Ours(Embeddings):
        def __init__(self) -> None:
            self.encoder = load_encoder()

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return self.encoder.encode_passages(texts).tolist()

        def embed_query(self, text: str) -> list[float]:
            return self.encoder.encode_queries([text])[0].tolist()

    jieba.setLogLevel("ERROR")
    jieba.initialize()
    folder = Store(store).snapshot_folder()
    assert folder is not None
    corpus = sqlite3.connect(folder / "corpus.sqlite")
    rows = corpus.execute(
        "SELECT title, text FROM clauses JOIN titles ON titles.document = clauses.document"
    ).fetchall()
    texts = [f"{title}\n{text}" for title, text in rows]
    began = time.perf_counter()
    vectors = FAISS.from_texts(texts, Ours()).as_retriever(search_kwargs={"k": K})
    words = BM25Retriever.from_texts(texts, preprocess_func=jieba.lcut, k=K)
    retriever = EnsembleRetriever(retrievers=[words, vectors], weights=[0.5, 0.5])
    seconds = time.perf_counter() - began
    # Its BM25 scores every document in Python: a few questions tell enough.
    some = questions[:: max(1, len(questions) // 20)] if len(texts) > 50_000 else questions
    return {
        "index_seconds": round(seconds, 1),
        "search": milliseconds(retriever.invoke, some),
        "questions": len(some),
        "peak_mb": peak_mb(),
    }


def million(laws: Path, questions: Sequence[str]) -> dict[str, Any]:
    """A million vectors of real sentences: approximate search with exact scores, against exact search over all."""
    from embeddings.encoder import load_encoder
    from embeddings.index import VectorIndex, compressed
    from embeddings.train.pairs import sentences
    from embeddings.train.sources import read_laws

    encoder = load_encoder()
    texts: list[str] = []
    for provision in read_laws(laws):
        texts += [f"{provision.title}\n{sentence}" for sentence in sentences(provision.text)]
        # Shorter pieces of the same sentences fill up to the million.
        texts += [part for part in provision.text.split("，") if len(part) >= 8]
        if len(texts) >= 1_000_000:
            break
    vectors = np.concatenate([encoder.encode_passages(texts[at : at + 8192]) for at in range(0, len(texts), 8192)])
    vectors = vectors[:1_000_000]
    began = time.perf_counter()
    index = VectorIndex(vectors, compressed(vectors))
    built = time.perf_counter() - began
    exact = VectorIndex(vectors)
    shares = []
    for question in questions[:50]:
        query = encoder.encode_queries([question])
        (one,), _ = index.search(query, 100)
        (other,), _ = exact.search(query, 100)
        shares.append(len(np.intersect1d(one, other)) / 100)
    return {
        "vectors": len(vectors),
        "build_seconds": round(built, 1),
        "recall_at_100": round(float(np.mean(shares)), 4),
        "search": milliseconds(lambda q: index.search(encoder.encode_queries([q]), 100), questions),
        "exact": milliseconds(lambda q: exact.search(encoder.encode_queries([q]), 100), questions[:30]),
        "peak_mb": peak_mb(),
    }


def main() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    kind, where, asked = sys.argv[1:4]
    questions = [json.loads(line)["question"] for line in Path(asked).read_text(encoding="utf-8").splitlines()][:200]
    run = {"product": product, "langchain": langchain, "vectors": million}[kind]
    print(json.dumps(run(Path(where), questions), ensure_ascii=False))


if __name__ == "__main__":
    main()
