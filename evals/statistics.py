"""Seeded bootstrap intervals, and the order statistics of latency.

Percentile bootstrap over cases. It costs one thing to know: where every case scored the same, the interval has no
width, so a 1.000 of 7 cases looks as certain as a 1.000 of 300. The number of cases is therefore printed beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SEED = 20230831
N_RESAMPLES = 2000
LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """A mean with its bootstrap interval; all three are None where nothing was scored."""

    mean: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Difference:
    """How far B lies above A on the same cases, with its interval."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def fell(self) -> bool:
        """B is lower by more than the noise: the whole interval lies below zero."""
        return self.high < 0

    @property
    def rose(self) -> bool:
        return self.low > 0


def bootstrap_mean(values: Sequence[float], seed: int = SEED) -> Interval:
    """The mean of ``values`` and its 95 % interval; the same values and seed give the same interval."""
    if not len(values):
        return Interval(None, None, None)
    low, high = _percentiles(np.asarray(values, dtype=float), seed)
    return Interval(float(np.mean(values)), low, high)


def paired_difference(before: Sequence[float], after: Sequence[float], seed: int = SEED) -> Difference | None:
    """The mean of ``after - before`` case by case, with its 95 % interval; None for no cases.

    Cases are drawn as pairs, so that what is hard for both sides does not widen the interval. With single answers
    turning from right to wrong and none the other way, four lost cases of a few hundred are beyond the noise, three
    are not.

    Raises:
        ValueError: the two are not of one length.
    """
    if len(before) != len(after):
        raise ValueError(f"paired values must be of one length, got {len(before)} and {len(after)}")
    if not len(before):
        return None
    differences = np.asarray(after, dtype=float) - np.asarray(before, dtype=float)
    low, high = _percentiles(differences, seed)
    return Difference(float(differences.mean()), low, high, len(differences))


def _percentiles(values: np.ndarray, seed: int) -> tuple[float, float]:
    draws = np.random.default_rng(seed).integers(0, len(values), size=(N_RESAMPLES, len(values)))
    means = values[draws].mean(axis=1)
    tail = (1 - LEVEL) / 2 * 100
    low, high = np.percentile(means, [tail, 100 - tail])
    return float(low), float(high)


def nearest_rank(seconds: Sequence[float], percent: float) -> float | None:
    """The value at ``percent`` by nearest rank: the smallest that at least so many percent do not exceed.

    >>> nearest_rank([0.4, 0.1, 0.3, 0.2], 50)
    0.2
    """
    if not len(seconds):
        return None
    return sorted(seconds)[max(0, math.ceil(percent / 100 * len(seconds)) - 1)]
