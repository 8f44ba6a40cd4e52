"""Exact answers where the more urgent interrupt.

Nothing of the code under test is used. Times are in whatever unit the rates are in.

References: D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals of
Queueing Theory, 4th ed. (2008), "GSTH"; R. W. Conway, W. L. Maxwell, L. W. Miller,
Theory of Scheduling (1967), "CMM"; D. P. Gaver, J. Roy. Statist. Soc. B 24 (1962) 73.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tests.validation.chains import State, Steady, steady
from tests.validation.formulas import MMc, Moments


def preempting(classes: Sequence[tuple[float, Moments]]) -> list[float]:
    """Return mean times in M/G/1 with pre-emption, resumed (GSTH 3.4.3; CMM 8-7).

    T_k = E S_k / (1 - u) + sum_{i<=k} l_i E S_i^2 / (2 (1 - u)(1 - u - r_k)), with u
    the load of all more urgent classes and r_k of the class itself.
    """
    found, urgent, residual = [], 0.0, 0.0
    for rate, (mean, square, _) in classes:
        residual += rate * square / 2
        now = urgent + rate * mean
        found.append(mean / (1 - urgent) + residual / ((1 - urgent) * (1 - now)))
        urgent = now
    return found


def repeated(
    rate: float, urgent: tuple[float, float], planned: float, fixed: float
) -> float:
    """Return the mean time of those who are begun again after each interruption.

    Parameters
    ----------
    rate : float
        Of the urgent, who interrupt.
    urgent : (float, float)
        First two moments of their time.
    planned : float
        Rate of those interrupted.
    fixed : float
        Their time, always the same, so that repeating and drawing anew are one.

    Notes
    -----
    The time from first start to end is C = fixed + sum of N interruptions, N geometric
    with p = exp(-rate fixed), each lasting what was done in vain (exponential, cut at
    `fixed`) and a busy period of the urgent. Wait before it: l E C^2 / 2 (1 - l E C) +
    r E S^2 / 2 (1 - u)^2 (Gaver 1962; CMM 8-7).
    """
    mean, square = urgent
    free = 1 - rate * mean
    busy, busy2 = mean / free, square / free**3
    p = math.exp(-rate * fixed)
    lost = 1 / rate - fixed * p / (1 - p)
    lost2 = 2 / rate**2 - p / (1 - p) * (fixed**2 + 2 * fixed / rate)
    each = lost + busy
    variance = lost2 - lost**2 + busy2 - busy**2
    n, n_variance = (1 - p) / p, (1 - p) / p**2
    whole = fixed + n * each
    whole2 = whole**2 + n * variance + n_variance * each**2
    wait = planned * whole2 / (2 * (1 - planned * whole))
    wait += rate * square / (2 * free**2)
    return wait + whole


def interrupting(rates: Sequence[float], mean: float, servers: int) -> list[float]:
    """Return mean times in M/M/c with pre-emption and one law for all classes.

    The k most urgent classes together are M/M/c (Buzen and Bondi 1983).
    """
    found, rate, number = [], 0.0, 0.0
    for own in rates:
        rate += own
        queue = MMc(rate, mean, servers)
        whole = queue.line + queue.load
        found.append((whole - number) / own)
        number = whole
    return found


class Broken(NamedTuple):
    """M/M/1 with breakdowns, busy or idle, resumed: a chain of (number, broken)."""

    rate: float
    service: float
    failure: float
    repair: float
    longest: int = 600

    def steady(self) -> Steady:
        """Return the steady state."""

        def moves(state: State) -> Iterable[tuple[float, State]]:
            n, broken = state
            if n < self.longest:
                yield self.rate, (n + 1, broken)
            if broken:
                yield self.repair, (n, 0)
            else:
                yield self.failure, (n, 1)
                if n:
                    yield self.service, (n - 1, 0)

        return steady((0, 0), moves)
