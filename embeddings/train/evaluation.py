"""Retrieval measures for an encoder alone; `gazette bench` measures the product and others beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from embeddings.encoder import Encoder
from embeddings.train.sources import Article, Question

CUTOFFS = (1, 5, 10, 100)

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
