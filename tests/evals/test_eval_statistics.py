"""Intervals: seeded, sane on values worked by hand, and strict enough to gate on."""

from __future__ import annotations

import pytest

from evals.statistics import bootstrap_mean, nearest_rank, paired_difference


def test_same_values_give_the_same_interval_and_another_seed_another() -> None:
    values = [n / 37 for n in range(37)]
    assert bootstrap_mean(values) == bootstrap_mean(values)
    assert bootstrap_mean(values, seed=1) != bootstrap_mean(values, seed=2)


def test_interval_is_near_the_binomial_one() -> None:
    interval = bootstrap_mean([1.0] * 50 + [0.0] * 50)
    assert interval.mean == 0.5
    assert interval.low == pytest.approx(0.40, abs=0.02)  # 0.5 - 1.96 * sqrt(0.25 / 100)
    assert interval.high == pytest.approx(0.60, abs=0.02)


def test_nothing_scored_is_not_zero() -> None:
    interval = bootstrap_mean([])
    assert (interval.mean, interval.low, interval.high) == (None, None, None)


def test_equal_values_have_no_width() -> None:
    interval = bootstrap_mean([1.0] * 7)
    assert (interval.low, interval.high) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("n_lost", "n_gained", "fell"),
    [
        (0, 0, False),
        # one case more or less is noise
        (1, 0, False),
        (3, 0, False),
        # the docstring's promise: the fourth is not
        (4, 0, True),
        (30, 2, True),
        # as many gained as lost
        (10, 10, False),
    ],
)
def test_fall_beyond_noise(n_lost: int, n_gained: int, fell: bool) -> None:
    n = 300
    before = [1.0] * n_lost + [0.0] * n_gained + [1.0] * (n - n_lost - n_gained)
    after = [0.0] * n_lost + [1.0] * n_gained + [1.0] * (n - n_lost - n_gained)
    difference = paired_difference(before, after)
    assert difference is not None
    assert difference.mean == pytest.approx((n_gained - n_lost) / n)
    assert difference.fell is fell
    reverse = paired_difference(after, before)
    assert reverse is not None and reverse.rose is fell


def test_pairs_of_unlike_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        paired_difference([1.0], [])
    assert paired_difference([], []) is None


@pytest.mark.parametrize(
    ("percent", "value"),
    [(50, 5), (95, 10), (90, 9), (10, 1), (0, 1), (100, 10)],
)
def test_nearest_rank(percent: float, value: float) -> None:
    assert nearest_rank([float(n) for n in (10, 9, 8, 7, 6, 5, 4, 3, 2, 1)], percent) == value
    assert nearest_rank([], percent) is None
