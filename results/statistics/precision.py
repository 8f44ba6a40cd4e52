"""How sure a mean over replications is, and what one more replication would show.

A replication is one year, or whatever the period is, as it might turn out. The interval
says where the mean of all such years lies, the band where the next one lies: that is
where reality, of which there is one, may be looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from results.statistics.estimates import LEVEL, Estimate, estimate, student

PERCENTS = (10, 50, 90)
"""Quantiles over replications that are told."""
FEWEST = 10
"""Replications from which a bootstrap interval means something."""
_DRAWS = 9_999
_SEED = 1
"""Of the bootstrap: the same values have the same interval every time."""
_ENOUGH = 1_000_000
"""Replications beyond which nobody would go."""


class Quantile(NamedTuple):
    """A quantile over replications: in so many of 100 years it is less than this."""

    percent: int
    value: float
    low: float | None
    """Ends of its interval by bootstrap; None with fewer than ten replications."""
    high: float | None


class Precision(NamedTuple):
    """All that is known of one measure from its replications."""

    mean: Estimate
    band: tuple[float, float] | None
    """Where one further replication lies, 95 times in 100; None with one."""
    quantiles: tuple[Quantile, ...]
    widths: tuple[tuple[int, float], ...]
    """(n, half the width of the interval of the first n replications), n from 2."""
    for_half: int | None
    """How many replications in all make the interval half as wide."""


def precision(values: Sequence[float]) -> Precision:
    """Return how sure a measure is.

    Parameters
    ----------
    values : sequence of float, shape (n,)
        One for each replication, in the order of their numbers; at least one.
    """
    return Precision(
        mean=estimate(values),
        band=band(values),
        quantiles=tuple(quantile(values, percent) for percent in PERCENTS),
        widths=widths(values),
        for_half=for_half(len(values)),
    )


def band(values: Sequence[float], level: float = LEVEL) -> tuple[float, float] | None:
    """Return where the value of one further replication lies.

    The mean ± t x s x sqrt(1 + 1/n): exact where values are normal. It does not narrow
    to nothing with more replications, for it holds the luck of one period.

    Parameters
    ----------
    values : sequence of float, shape (n,)
    level : float

    Returns
    -------
    tuple of float or None
        None with one replication.

    References
    ----------
    G. J. Hahn and W. Q. Meeker, Statistical Intervals, Wiley 1991, section 4.7.
    """
    x = np.asarray(values, dtype=np.float64)
    if len(x) < 2:
        return None
    spread = float(x.std(ddof=1)) * (1 + 1 / len(x)) ** 0.5
    half = student(len(x) - 1, level) * spread
    return float(x.mean()) - half, float(x.mean()) + half


def quantile(values: Sequence[float], percent: int, level: float = LEVEL) -> Quantile:
    """Return a quantile over replications, with its interval by bootstrap.

    Parameters
    ----------
    values : sequence of float, shape (n,)
    percent : int
    level : float

    Returns
    -------
    Quantile
        Its interval is that of the percentile bootstrap: rough below some twenty
        replications, and never beyond the values seen.

    References
    ----------
    B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, Chapman and Hall
    1993, section 13.3; drawn by `scipy.stats.bootstrap`.
    """
    x = np.asarray(values, dtype=np.float64)
    value = float(np.quantile(x, percent / 100))
    if len(x) < FEWEST:
        return Quantile(percent, value, None, None)
    if (x == x[0]).all():
        return Quantile(percent, value, value, value)
    from scipy.stats import bootstrap  # noqa: PLC0415 (slow to import)

    found = bootstrap(
        (x,),
        lambda sample, axis: np.quantile(sample, percent / 100, axis=axis),
        n_resamples=_DRAWS,
        confidence_level=level,
        method="percentile",
        rng=_SEED,
    ).confidence_interval
    return Quantile(percent, value, float(found.low), float(found.high))


def widths(
    values: Sequence[float], level: float = LEVEL
) -> tuple[tuple[int, float], ...]:
    """Return how the interval narrows: (n, half its width after n replications).

    Parameters
    ----------
    values : sequence of float, shape (n,)
        In the order of the replications.
    level : float
    """
    x = np.asarray(values, dtype=np.float64)
    return tuple(
        (n, student(n - 1, level) * float(x[:n].std(ddof=1)) / n**0.5)
        for n in range(2, len(x) + 1)
    )


def for_half(replications: int, level: float = LEVEL) -> int | None:
    """Return how many replications make an interval half as wide.

    Taken is that the spread stays what it is, so it is the same for every measure:
    the least n with t(n - 1) / sqrt(n) no more than half of what it is now.

    Parameters
    ----------
    replications : int
        How many there are.
    level : float

    Returns
    -------
    int or None
        In all, not in addition; None with one replication.

    References
    ----------
    J. Banks, J. S. Carson, B. L. Nelson and D. M. Nicol, Discrete-Event System
    Simulation, 5th edition, Pearson 2010, section 11.4.2 (specified precision).
    """
    if replications < 2:
        return None
    wanted = student(replications - 1, level) / replications**0.5 / 2
    low, high = replications, _ENOUGH
    while low < high:
        middle = (low + high) // 2
        if student(middle - 1, level) / middle**0.5 <= wanted:
            high = middle
        else:
            low = middle + 1
    return low
