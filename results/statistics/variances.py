"""Variance between draws of what is not known, and luck within them.

The one-way layout with random effects.

References
----------
S. R. Searle, G. Casella, C. E. McCulloch, Variance Components (1992), chapter 3.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from results.statistics.estimates import Estimate
from results.statistics.jackknife import Floats, jackknifed

DOUBT = 0.05
"""What is by chance less often than this is told as certain."""


class Split(NamedTuple):
    """The variance of a measure in two parts, in the square of its unit."""

    between: Estimate
    """Of what is not known; may be below 0 by chance where it is little."""
    within: Estimate
    """Luck."""
    share: Estimate | None
    """Of `between` among both; None where nothing varies."""


def split(values: Floats) -> Split:
    """Return the unbiased estimates of both parts, by jackknife over draws.

    Parameters
    ----------
    values : ndarray of float64, shape (D, R)
        Of D independent draws, R replications each, with luck of their own. D at least
        3, R at least 2.
    """
    between, luck = parts(values)
    betweens, lucks = parts_without(values)
    share = None
    if between + luck > 0 and (betweens + lucks > 0).all():
        shares = betweens / (betweens + lucks)
        share = jackknifed(between / (between + luck), shares)
    return Split(jackknifed(between, betweens), jackknifed(luck, lucks), share)


def parts(values: Floats) -> tuple[float, float]:
    """Return the variance between draws and within them.

    Parameters
    ----------
    values : ndarray of float64, shape (D, R)
    """
    luck = float(values.var(axis=1, ddof=1).mean())
    means = values.mean(axis=1)
    return float(means.var(ddof=1)) - luck / values.shape[1], luck


def parts_without(values: Floats) -> tuple[Floats, Floats]:
    """Return both without each of the draws.

    Parameters
    ----------
    values : ndarray of float64, shape (D, R)

    Returns
    -------
    ndarray of float64, shape (D,)
        Between draws.
    ndarray of float64, shape (D,)
        Within them.
    """
    n, replications = values.shape
    means, lucks = values.mean(axis=1), values.var(axis=1, ddof=1)
    luck = (lucks.sum() - lucks) / (n - 1)
    off = means - means.mean()
    squares = np.square(off)
    spread = (squares.sum() - squares * n / (n - 1)) / (n - 2)
    return spread - luck / replications, luck


def shows(values: Floats) -> bool:
    """Return whether draws differ by more than luck, told for certain (an F test).

    Parameters
    ----------
    values : ndarray of float64, shape (D, R)
    """
    from scipy.special import fdtrc  # noqa: PLC0415 (slow to import)

    draws, count = values.shape
    between, luck = parts(values)
    if luck == 0:
        return between > 0
    ratio = max(1 + count * between / luck, 0.0)
    return bool(fdtrc(draws - 1, draws * (count - 1), ratio) < DOUBT)


def across(one: Floats, other: Floats) -> Floats:
    """Return the mean product of different replications, for each draw.

    Luck enters it once on either side and never with itself, so its mean over draws is
    that of the products of what is expected of each.

    Parameters
    ----------
    one, other : ndarray of float64, shape (D, R)
        R at least 2.

    Returns
    -------
    ndarray of float64, shape (D,)
    """
    count = one.shape[1]
    same = (one * other).sum(axis=1)
    both = one.sum(axis=1) * other.sum(axis=1)
    return np.asarray((both - same) / (count * (count - 1)), dtype=np.float64)
