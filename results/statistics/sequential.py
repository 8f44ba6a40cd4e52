"""How many replications a wanted interval takes: a rule that looks at them in order.

The rule sees the values of measures in the order of the replications and nothing else,
so it comes to the same number whoever simulates them, and in which order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from results.statistics.estimates import LEVEL, student

AT_LEAST = 10
"""Replications of the smallest answer."""
AT_MOST = 200
LOOK = 5
"""Further values after which an interval must still be narrow enough."""
SETTLED = 100
"""Values from which that number grows with them."""


class Bound(NamedTuple):
    """How narrow an interval shall be."""

    half: float
    """Half of its width: in the unit of the measure, or as a share of the mean."""
    is_share: bool

    def allowed(self, mean: float) -> float:
        """Return half the width that is narrow enough around a mean.

        Of a share g it is g / (1 + g) of the mean that was found. That is g of the true
        mean at most, wherever in the interval this lies.

        Parameters
        ----------
        mean : float

        References
        ----------
        A. M. Law, Statistical analysis of simulation output data, Operations Research
        31 (1983) 983-1029: relative precision with gamma / (1 + gamma).
        """
        if self.is_share:
            return self.half / (1 + self.half) * abs(mean)
        return self.half


class Sequel:
    """The interval of a measure, value after value.

    Parameters
    ----------
    bound : Bound
    """

    def __init__(self, bound: Bound) -> None:
        self.bound = bound
        self.n = 0
        """Values so far."""
        self.mean = 0.0
        self.in_a_row = 0
        """For how many last values the interval has been narrow enough."""
        self._squares = 0.0

    def add(self, value: float | None) -> None:
        """Take the value of the next replication; None where it has none.

        References
        ----------
        B. P. Welford, Note on a method for calculating corrected sums of squares and
        products, Technometrics 4 (1962) 419-420.
        """
        if value is None:
            return
        self.n += 1
        before = value - self.mean
        self.mean += before / self.n
        self._squares += before * (value - self.mean)
        self.in_a_row = self.in_a_row + 1 if self.is_narrow else 0

    @property
    def half(self) -> float | None:
        """Half the width of the interval; None of fewer than two values."""
        if self.n < 2:
            return None
        return student(self.n - 1, LEVEL) * self._spread / math.sqrt(self.n)

    @property
    def _spread(self) -> float:
        return math.sqrt(max(self._squares, 0.0) / (self.n - 1))

    @property
    def is_narrow(self) -> bool:
        """Whether the interval is narrow enough after the values so far."""
        half, allowed = self.half, self.bound.allowed(self.mean)
        # No width is a share of nothing.
        return half is not None and half <= allowed and (allowed > 0)

    @property
    def is_sure(self) -> bool:
        """Whether it has been so for long enough that it is no chance."""
        return self.in_a_row > look(self.n)

    def more(self) -> int:
        """Return about how many further replications it will take; at least 1."""
        waits = max(look(self.n) + 1 - self.in_a_row, 1)
        allowed = self.bound.allowed(self.mean)
        if self.n < 2 or self.is_narrow or not allowed:
            return waits
        wanted = (student(self.n - 1, LEVEL) * self._spread / allowed) ** 2
        return max(waits, math.ceil(min(wanted, 1e9)) - self.n + LOOK)


def look(n: int) -> int:
    """Return after how many further values an interval must still be narrow enough.

    Parameters
    ----------
    n : int
        Values so far.

    References
    ----------
    K. Hoad, S. Robinson and R. Davies, Automated selection of the number of
    replications for a discrete-event simulation, Journal of the Operational Research
    Society 61 (2010) 1632-1644: five, and five in a hundred beyond a hundred.
    """
    return LOOK * max(n, SETTLED) // SETTLED


def enough(
    bounds: Sequence[Bound],
    rows: Iterable[Sequence[float | None]],
    at_least: int = AT_LEAST,
) -> tuple[int | None, tuple[Sequel, ...]]:
    """Return how many replications are enough for all intervals to be narrow.

    Enough is the first number at which each measure has so many values at least, and
    its interval is narrow enough after the last value and each of the `look` before.

    Parameters
    ----------
    bounds : sequence of Bound, shape (m,)
        Of each measure.
    rows : iterable of sequence of float, shapes (m,)
        The values of each replication, in the order of their numbers.
    at_least : int

    Returns
    -------
    int or None
        None: those that are there are not enough.
    tuple of Sequel, shape (m,)
        Each measure as it stands after that number of replications, or after all.
    """
    sequels = tuple(Sequel(bound) for bound in bounds)
    for number, row in enumerate(rows, 1):
        for sequel, value in zip(sequels, row, strict=True):
            sequel.add(value)
        if all(s.is_sure and s.n >= at_least for s in sequels):
            return number, sequels
    return None, sequels
