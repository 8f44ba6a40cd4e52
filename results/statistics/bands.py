"""Bands in which one further value lies with a certain chance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from results.statistics.jackknife import Floats


class Band(NamedTuple):
    """Two ends, and the chance that a value lies between them."""

    chance: float
    low: float
    high: float
    is_whole: bool
    """Whether there were draws enough for it; if not, it is as wide as what was seen,
    and holds less than is said."""


def band(values: Floats, chance: float) -> Band:
    """Return the band of one further replication of one further draw.

    Parameters
    ----------
    values : ndarray of float64, shape (D, R)
        Of D independent draws, R replications each.
    chance : float
        Between 0 and 1.

    References
    ----------
    R. J. Hyndman, Y. Fan, Sample quantiles in statistical packages, American
    Statistician 50 (1996) 361-365: type 6 for D values. Of D x R values, the same share
    lies below.
    """
    draws = len(values)
    ends = np.array([0.5 - chance / 2, 0.5 + chance / 2])
    # Type 6 as a share of the values below, each of which is counted half itself.
    below = ends + (ends - 0.5) / draws
    is_whole = bool(below[0] * draws >= 0.5 - 1e-9)
    flat = values.ravel()
    low, high = np.quantile(flat, np.clip(below, 0, 1), method="hazen")
    return Band(chance, float(low), float(high), is_whole)
