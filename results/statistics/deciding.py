"""Whether a chance or a mean lies above a limit: tests that look at values in order.

Each stops at the first value that decides, so further values change nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FIRST = 10
"""Values from which the variance of a mean is estimated."""
TINY = 1e-300
EDGE = 0.001
"""How near to 0 and 1 a chance may be that is tested."""


def chance_is_enough(
    kept: Sequence[bool], asked: float, margin: float, error: float
) -> bool | None:
    """Return whether a chance is at least what is asked; None: not decided yet.

    Wald's sequential probability ratio test of `asked + margin` against
    `asked - margin` (Annals of Mathematical Statistics 16, 1945).

    Parameters
    ----------
    kept : sequence of bool, shape (n,)
        In the order of the replications.
    asked, margin : float
        The chance, and how far from it either answer is right.
    error : float
        Probability of a wrong answer, at most.
    """
    yes, no, bound = _steps(asked, margin, error)
    total = 0.0
    for one in kept:
        total += yes if one else no
        if abs(total) >= bound:
            return total > 0
    return None


def more_chances(
    kept: Sequence[bool], asked: float, margin: float, error: float
) -> int:
    """Return how many further values decide at the earliest, if they are as before.

    Parameters
    ----------
    kept, asked, margin, error
        As in `chance_is_enough`.
    """
    yes, no, bound = _steps(asked, margin, error)
    total = float(sum(yes if one else no for one in kept))
    share = float(np.mean(kept)) if len(kept) else 1.0
    step = yes if share >= asked else no
    left = bound - total if step > 0 else bound + total
    return max(math.ceil(left / abs(step)), 1)


def _steps(asked: float, margin: float, error: float) -> tuple[float, float, float]:
    """Return what a value kept and one not kept add, and the bound."""
    high = min(asked + margin, 1 - EDGE)
    low = max(min(asked - margin, high - EDGE), EDGE)
    yes, no = math.log(high / low), math.log((1 - high) / (1 - low))
    return yes, no, math.log((1 - error) / error)


def mean_is_positive(
    values: Sequence[float], margin: float, error: float
) -> bool | None:
    """Return whether a mean is above zero; None: not decided yet.

    Two tests side by side, each with half of the error. One is quick where the mean is
    far from zero: a sequential t-test, the mixture of likelihood ratios with a standard
    normal law of mean over deviation (Lai, Annals of Statistics 4 (1976) 265; formula
    of Goenen and others, The American Statistician 59 (2005) 252). The other comes to
    an end wherever the mean is: the fully sequential procedure for feasibility of
    Batur and Kim (ACM TOMACS 20, 2010), with the triangular region of Kim and Nelson
    (ACM TOMACS 11, 2001), c = 1.

    Parameters
    ----------
    values : sequence of float, shape (n,)
        In the order of the replications; roughly normal.
    margin : float
        Above zero: how far from zero either answer is right.
    error : float
        Probability of a wrong answer, at most.
    """
    x = np.asarray(values, dtype=np.float64)
    n, sums = np.arange(1, len(x) + 1), np.cumsum(x)
    outside = _evidence(x) >= 2 / error
    if len(x) >= FIRST:
        late = n >= FIRST
        outside |= late & (np.abs(sums) >= _region(x, margin, error / 2, n))
    if not outside.any():
        return None
    return bool(sums[np.argmax(outside)] >= 0)


def more_values(values: Sequence[float], margin: float, error: float) -> int:
    """Return how many further values decide at the latest, if the mean stays as it is.

    Parameters
    ----------
    values, margin, error
        As in `mean_is_positive`.
    """
    x = np.asarray(values, dtype=np.float64)
    if len(x) < FIRST:
        return FIRST - len(x)
    start = float(_region(x, margin, error / 2, np.zeros(1))[0])
    # The sum grows by its mean, the region's edge comes nearer by half the margin.
    speed = abs(float(np.mean(x))) + margin / 2
    return max(math.ceil(start / speed) - len(x), 1)


def _evidence(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much likelier than a mean of zero any other one is, after each value.

    A mixture of ratios of likelihoods, whatever the deviation; nothing of one value.
    """
    n = np.arange(1, len(x) + 1)
    mean = np.cumsum(x) / n
    spread = np.maximum(np.cumsum(x * x) / n - mean * mean, 0.0)
    # t²/(n - 1), by which the deviation cancels; a deviation of zero has no limit.
    size = mean * mean
    grown = (spread + size) / np.maximum(spread + size / (1.0 + n), TINY)
    grown = np.where(size == 0.0, 1.0, grown)
    found = np.exp(0.5 * n * np.log(grown) - 0.5 * np.log1p(n))
    return np.where(n < 3, 0.0, found)


def _region(
    x: NDArray[np.float64], margin: float, error: float, r: NDArray[Any]
) -> NDArray[np.float64]:
    """Return how far a sum of r values may lie from zero without deciding."""
    freedom = FIRST - 1
    h2 = freedom * ((2 * error) ** (-2 / freedom) - 1)
    s2 = float(np.var(x[:FIRST], ddof=1))
    edge = h2 * s2 / (2 * margin) - margin * r / 2
    return np.asarray(np.maximum(0.0, edge))
