"""Standard errors of whatever is worked out from independent observations.

References
----------
B. Efron, C. Stein, The jackknife estimate of variance, Annals of Statistics 9 (1981)
586-596.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from results.statistics.estimates import LEVEL, Estimate, student

Floats = NDArray[np.float64]


def jackknifed(
    whole: float, without: Floats, *, unbiased: bool = True, level: float = LEVEL
) -> Estimate:
    """Return an estimate with Student's interval.

    Parameters
    ----------
    whole : float
        What comes out of all observations.
    without : ndarray of float64, shape (n,)
        What comes out without each of them; two at least.
    unbiased : bool
        Whether `whole` is right on average; if not, the bias is estimated as well, and
        taken off.
    level : float
        Share of intervals that hold the truth.
    """
    n = len(without)
    middle = float(without.mean())
    error = float(np.sqrt((n - 1) / n * np.square(without - middle).sum()))
    mean = whole if unbiased else n * whole - (n - 1) * middle
    half = student(n - 1, level) * error
    return Estimate(mean, mean - half, mean + half, error, n)


def within(value: Estimate, low: float, high: float) -> Estimate:
    """Return an estimate of what can only lie between two ends, cut at them.

    Parameters
    ----------
    value : Estimate
    low, high : float
    """
    cut = [
        None if end is None else min(max(end, low), high)
        for end in (value.mean, value.low, value.high)
    ]
    assert cut[0] is not None  # a mean is a number
    return Estimate(cut[0], cut[1], cut[2], value.standard_error, value.n, value.p)
