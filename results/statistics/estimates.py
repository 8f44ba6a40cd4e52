"""Means and intervals over replications; patients are never pooled.

A replication is one independent observation of a measure. The intervals are Student's,
for means of independent observations that are roughly normal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

LEVEL = 0.95
"""How often an interval shall hold the true mean."""


@dataclass(frozen=True)
class Estimate:
    """A mean over replications, or a difference of two, and how sure it is."""

    mean: float
    low: float | None
    """Ends of the interval; None with one replication, which tells nothing of it."""
    high: float | None
    standard_error: float | None
    n: int
    """How many replications, or pairs, or both runs' replications together."""
    p: float | None = None
    """Of a difference: how likely one so large is by chance where there is none."""

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends, or None."""
        if self.low is None or self.high is None:
            return None
        return self.low, self.high

    def turned(self) -> Estimate:
        """Return the estimate of the opposite: minus the mean."""
        low = None if self.high is None else -self.high
        high = None if self.low is None else -self.low
        return replace(self, mean=-self.mean, low=low, high=high)

    def scaled(self, factor: float) -> Estimate:
        """Return the estimate of so many times as much, such as in another unit."""
        low, high, error = (
            None if part is None else factor * part
            for part in (self.low, self.high, self.standard_error)
        )
        return Estimate(factor * self.mean, low, high, error, self.n, self.p)

    def times(self, questions: int) -> Estimate:
        """Return this with the p-value for the one chosen of so many (Bonferroni)."""
        if self.p is None or questions == 1:
            return self
        return replace(self, p=min(1.0, questions * self.p))


def estimate(values: Sequence[float], level: float = LEVEL) -> Estimate:
    """Return the mean of one value per replication, with its interval.

    Parameters
    ----------
    values : sequence of float, shape (n,)
        At least one.
    level : float
        Share of intervals that hold the true mean.

    Returns
    -------
    Estimate
        Without an interval where n is 1.

    Raises
    ------
    ValueError
        If there is no value.
    """
    x = np.asarray(values, dtype=np.float64)
    if len(x) == 0:
        raise ValueError("no replication has a value")
    same = bool((x == x[0]).all())
    # A mean of equal numbers may differ from them in the last bit.
    mean = float(x[0] if same else x.mean())
    if len(x) == 1:
        return Estimate(mean, None, None, None, 1)
    error = 0.0 if same else float(x.std(ddof=1)) / len(x) ** 0.5
    return _estimate(mean, error, len(x) - 1, len(x), level)


def paired(a: Sequence[float], b: Sequence[float], level: float = LEVEL) -> Estimate:
    """Return the mean of b - a, pair by pair, with its interval.

    Parameters
    ----------
    a, b : sequence of float, shape (n,)
        The same replications in the same order.
    level : float

    Returns
    -------
    Estimate
        A difference that is the same in all pairs has an interval of no width.
    """
    difference = np.subtract(b, a)
    return estimate(difference.tolist(), level)


def unpaired(a: Sequence[float], b: Sequence[float], level: float = LEVEL) -> Estimate:
    """Return the mean of b less that of a, with Welch's interval.

    Parameters
    ----------
    a, b : sequence of float, shapes (n,) and (m,)
        Independent replications.
    level : float

    Returns
    -------
    Estimate
        Without an interval where n or m is 1.

    References
    ----------
    B. L. Welch, The generalization of "Student's" problem when several different
    population variances are involved, Biometrika 34 (1947) 28-35.
    """
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    difference = float(y.mean() - x.mean())
    n = len(x) + len(y)
    if min(len(x), len(y)) == 1:
        return Estimate(difference, None, None, None, n)
    u, v = (float(z.var(ddof=1)) / len(z) for z in (x, y))
    spread = u * u / (len(x) - 1) + v * v / (len(y) - 1)
    freedom = (u + v) ** 2 / spread if spread > 0 else float(n - 2)
    return _estimate(difference, (u + v) ** 0.5, freedom, n, level)


def _estimate(
    mean: float, error: float, freedom: float, n: int, level: float
) -> Estimate:
    """Return Student's interval around a mean, and the p-value of no mean at all."""
    from scipy.special import stdtr  # noqa: PLC0415 (slow to import)

    half = student(freedom, level) * error
    if error > 0:
        p = 2 * float(stdtr(freedom, -abs(mean) / error))
    else:
        p = 1.0 if mean == 0 else 0.0
    return Estimate(mean, mean - half, mean + half, error, n, p)


def student(freedom: float, level: float) -> float:
    """Return Student's quantile: how many standard errors an interval reaches.

    Parameters
    ----------
    freedom : float
        Degrees of freedom, n - 1 for the mean of n values.
    level : float
        Share of intervals that hold the true mean.

    References
    ----------
    "Student", The probable error of a mean, Biometrika 6 (1908) 1-25.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 (slow to import)

    return float(stdtrit(freedom, 0.5 + level / 2))


def needed(values: Sequence[float]) -> int:
    """Return how many values it takes for Student's interval of their mean.

    Parameters
    ----------
    values : sequence of float, shape (n,)

    Returns
    -------
    int
        25 times their squared skewness; 0 where they are all the same.

    References
    ----------
    W. G. Cochran, Sampling Techniques, 3rd edition (1977), section 2.15.
    """
    x = np.asarray(values, dtype=np.float64)
    off = x - x.mean()
    spread = float(np.square(off).mean())
    if len(x) < 2 or spread == 0 or (x == x[0]).all():
        return 0
    return int(np.ceil(25 * float((off**3).mean()) ** 2 / spread**3))


def holm_where_asked(p: Sequence[float | None]) -> list[float | None]:
    """Return p-values corrected for the number of questions (see `holm`).

    Parameters
    ----------
    p : sequence of float or None
        None where no question is asked.
    """
    found = iter(holm([value for value in p if value is not None]))
    return [None if value is None else next(found) for value in p]


def holm(p: Sequence[float]) -> list[float]:
    """Return p-values corrected for the number of questions asked.

    Where none of the questions has an effect, one of the corrected values falls below
    5% with a chance of at most 5%, whatever the questions have to do with each other.

    Parameters
    ----------
    p : sequence of float
        One for each question.

    Returns
    -------
    list of float
        In the same order.

    References
    ----------
    S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian
    Journal of Statistics 6 (1979) 65-70.
    """
    corrected = [0.0] * len(p)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        highest = max(highest, min(1.0, (len(p) - rank) * p[place]))
        corrected[place] = highest
    return corrected
