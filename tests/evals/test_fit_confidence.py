"""The fit weighs corpora alike, takes its bounds from the hardest, and tells questions by where they come from."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest

from evals.fit_confidence import Row, balanced, fitted, probabilities


def rows(seed: int = 1) -> list[Row]:
    rng = random.Random(seed)
    made = []
    # An easy corpus, a hard one, and one too small to say anything about its tail.
    for corpus, n, near in (("easy", 400, 0.8), ("hard", 80, 0.6), ("small", 10, 0.35)):
        for answerable, level in ((True, near), (False, 0.3)):
            for _ in range(n):
                made.append(Row(corpus, "x", (1.0, rng.random(), rng.random(), rng.gauss(level, 0.07)), answerable))
    return made


def test_every_corpus_and_both_kinds_weigh_the_same():
    made = rows()
    sums: dict[tuple[str, bool], float] = defaultdict(float)
    for row, weight in zip(made, balanced(made), strict=True):
        sums[row.corpus, row.answerable] += weight
    assert len(sums) == 6
    assert all(total == pytest.approx(100.0) for total in sums.values())


def test_what_is_answerable_is_told_from_what_is_not():
    made = rows()
    weights, none, low = fitted(made, seed=1)
    assert 0 < none < low < 1
    p = probabilities(weights, made)
    declined = [one < none for one, row in zip(p, made, strict=True) if not row.answerable]
    assert sum(declined) > 0.8 * len(declined)


def test_the_hardest_corpus_that_is_large_enough_sets_the_bounds():
    made = rows()
    weights, none, _ = fitted(made, seed=1)
    for corpus in ("easy", "hard"):
        p = probabilities(weights, [r for r in made if r.corpus == corpus and r.answerable])
        assert (p < none).mean() <= 0.03
    _, without_hard, _ = fitted([r for r in made if r.corpus != "hard"], seed=1)
    assert without_hard > none
