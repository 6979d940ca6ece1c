"""Retrieval measures for an encoder, and BM25 beside it on the same texts and questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.encoder import Encoder
from embeddings.train.sources import Article, Question

CUTOFFS = (1, 5, 10, 100)

Tokenise = Callable[[str], list[str]]
# (questions, candidates) scores, larger is nearer.
Scorer = Callable[[Sequence[str], Sequence[str]], np.ndarray]


@dataclass(frozen=True)
class RetrievalScores:
    """Means over questions. recall_at_k: gold articles among the first k, over all gold articles of the question.

    mrr_at_10: 1 / rank of the first gold article, 0 where none is among the first ten.
    """

    n_questions: int
    n_candidates: int
    recall_at: dict[int, float]
    mrr_at_10: float

    def __str__(self) -> str:
        recalls = "  ".join(f"recall@{k} {value:.3f}" for k, value in self.recall_at.items())
        return f"{recalls}  MRR@10 {self.mrr_at_10:.3f}  ({self.n_questions} 问，{self.n_candidates} 条)"


def ranked(scores: np.ndarray, k: int) -> np.ndarray:
    """Returns the places of the k largest scores, best first; ties in order of place."""
    return np.argsort(-scores, kind="stable")[:k]


def measure(rankings: Sequence[np.ndarray], gold: Sequence[Sequence[int]], n_candidates: int) -> RetrievalScores:
    """Returns the measures of rankings (best first, at least 100 long where there are as many candidates)."""
    recalls: dict[int, list[float]] = {k: [] for k in CUTOFFS}
    reciprocal_ranks = []
    for ranking, wanted in zip(rankings, gold, strict=True):
        found = np.isin(ranking, list(wanted))
        for k in CUTOFFS:
            recalls[k].append(float(found[:k].sum()) / len(set(wanted)))
        first = np.flatnonzero(found[:10])
        reciprocal_ranks.append(1 / (first[0] + 1) if len(first) else 0.0)
    means = {k: float(np.mean(values)) for k, values in recalls.items()}
    return RetrievalScores(len(gold), n_candidates, means, float(np.mean(reciprocal_ranks)))


def dense_scores(encoder: Encoder) -> Scorer:
    """Returns the scorer by cosine."""
    return lambda questions, texts: encoder.encode_queries(questions) @ encoder.encode_passages(texts).T


def bm25_scores(tokenise: Tokenise) -> Scorer:
    """Returns the scorer by BM25 (bm25s, Lucene's formula, k1 1.5, b 0.75)."""

    def scores(questions: Sequence[str], texts: Sequence[str]) -> np.ndarray:
        import bm25s

        index = bm25s.BM25()
        index.index([tokenise(text) for text in texts], show_progress=False)
        found = []
        for question in questions:
            known = [token for token in tokenise(question) if token in index.vocab_dict]
            found.append(index.get_scores(known) if known else np.zeros(len(texts), np.float32))
        return np.stack(found)

    return scores


def characters_and_pairs(text: str) -> list[str]:
    """Returns the characters and neighbouring pairs of each run of letters and digits.

    >>> characters_and_pairs("交养老，保")
    ['交', '养', '老', '保', '交养', '养老']
    """
    runs = re.findall(r"\w+", text.lower())
    return [character for run in runs for character in run] + [
        run[i : i + 2] for run in runs for i in range(len(run) - 1)
    ]


def jieba_words() -> Tokenise | None:
    """Returns jieba's word division, or None where it is not installed: it is for measuring only."""
    try:
        import logging

        import jieba
    except ImportError:
        return None
    jieba.setLogLevel(logging.ERROR)
    return lambda text: [word for word in jieba.cut_for_search(text.lower()) if re.search(r"\w", word)]


def over_all_articles(scorer: Scorer, questions: Sequence[Question], articles: Sequence[Article]) -> RetrievalScores:
    """Returns the measures of finding the gold articles among all of them."""
    scores = scorer([question.text for question in questions], [article.passage for article in articles])
    rankings = [ranked(row, max(CUTOFFS)) for row in scores]
    return measure(rankings, [question.gold_ids for question in questions], len(articles))


def within_a_gazette(
    scorer: Scorer, questions: Sequence[Question], articles: Sequence[Article], n_candidates: int = 250
) -> RetrievalScores:
    """Returns the measures in the size of real use: `n_candidates` articles around each question's first gold one.

    The candidates are neighbours by place, thus mostly of the same law and the next ones: near misses, as in
    a gazette of a few documents. Gold articles outside the window do not count.
    """
    windows, gold = [], []
    for question in questions:
        middle = min(question.gold_ids)
        first = max(0, min(middle - n_candidates // 2, len(articles) - n_candidates))
        windows.append(range(first, min(first + n_candidates, len(articles))))
        gold.append([place - first for place in question.gold_ids if place in windows[-1]])
    rankings = [
        ranked(scorer([question.text], [articles[place].passage for place in window])[0], max(CUTOFFS))
        for question, window in zip(questions, windows, strict=True)
    ]
    return measure(rankings, gold, n_candidates)


def fused_scores(one: Scorer, other: Scorer) -> Scorer:
    """Returns the sum of two scorers, each brought to mean 0 and deviation 1 within a question's candidates."""

    def standardised(scores: np.ndarray) -> np.ndarray:
        deviation = scores.std(axis=1, keepdims=True)
        return (scores - scores.mean(axis=1, keepdims=True)) / np.maximum(deviation, 1e-9)

    return lambda questions, texts: standardised(one(questions, texts)) + standardised(other(questions, texts))
