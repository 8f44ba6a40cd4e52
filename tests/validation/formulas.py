"""Exact answers of queueing theory, written out here with their sources.

Nothing of the code under test is used. Times are in whatever unit the rates are in.

References: D. Gross, J. F. Shortle, J. M. Thompson, C. M. Harris, Fundamentals of
Queueing Theory, 4th ed. (2008), "GSTH"; R. B. Cooper, Introduction to Queueing Theory,
2nd ed. (1981); S. G. Eick, W. A. Massey, W. Whitt, Operations Research 41 (1993) 731.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import holidays
import numpy as np
from scipy import integrate, optimize, signal, stats

Moments = tuple[float, float, float]
"""The first three moments of a time about zero."""


# Many servers


def erlang_b(load: float, servers: int) -> float:
    """Return the share lost of M/G/c/c (GSTH 2.5, whatever the law of the stays)."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(load: float, servers: int) -> float:
    """Return the share who wait of M/M/c (GSTH 2.3)."""
    blocked = erlang_b(load, servers)
    return blocked / (1 - load / servers * (1 - blocked))


class MMc(NamedTuple):
    """M/M/c: arrival rate, mean time, servers (GSTH 2.3)."""

    rate: float
    mean: float
    servers: int

    @property
    def load(self) -> float:
        return self.rate * self.mean

    @property
    def used(self) -> float:
        return self.load / self.servers

    @property
    def share_waiting(self) -> float:
        return erlang_c(self.load, self.servers)

    @property
    def wait(self) -> float:
        return self.share_waiting * self.mean / (self.servers - self.load)

    @property
    def line(self) -> float:
        return self.rate * self.wait

    def wait_above(self, time: float) -> float:
        slack = (self.servers - self.load) / self.mean
        return self.share_waiting * math.exp(-slack * time)

    def percentile(self, share: float) -> float:
        slack = (self.servers - self.load) / self.mean
        return math.log(self.share_waiting / (1 - share)) / slack


class Chain(NamedTuple):
    """Birth-death chain of a service with limited patience or room, solved exactly.

    Patients come at `rate`, each server treats at `service`, each who waits leaves at
    `leaving`, nobody joins when `room` wait.
    """

    rate: float
    service: float
    servers: int
    leaving: float = 0.0
    room: int = 2000

    @property
    def states(self) -> np.ndarray:
        """The chance of each number present."""
        n = np.arange(1, self.servers + self.room + 1)
        down = np.minimum(n, self.servers) * self.service
        down = down + np.maximum(n - self.servers, 0) * self.leaving
        log = np.concatenate(([0.0], np.cumsum(np.log(self.rate) - np.log(down))))
        weights = np.exp(log - log.max())
        return weights / weights.sum()

    @property
    def line(self) -> float:
        n = np.arange(self.servers + self.room + 1)
        return float(np.maximum(n - self.servers, 0) @ self.states)

    @property
    def busy(self) -> float:
        n = np.arange(self.servers + self.room + 1)
        return float(np.minimum(n, self.servers) @ self.states)

    @property
    def full(self) -> float:
        """The share turned away."""
        return float(self.states[-1])

    @property
    def all_busy(self) -> float:
        return float(self.states[self.servers :].sum())

    @property
    def left(self) -> float:
        """The share of all arrivals who leave the line."""
        return self.leaving * self.line / self.rate


def variance_of_average(chain: Chain, length: float) -> float:
    """Return the variance of the mean number present over a stretch of time.

    The autocovariance C(u) of the chain in its steady state, weighted by the overlap:
    (2 / T²) times the integral of (T - u) C(u), for stretches long enough for C to have
    died away (W. Whitt, Operations Research 37 (1989) 1341).
    """
    states = chain.states
    n = np.arange(len(states), dtype=float)
    up = np.full(len(states) - 1, chain.rate)
    down = np.minimum(n[1:], chain.servers) * chain.service
    down = down + np.maximum(n[1:] - chain.servers, 0) * chain.leaving
    moves = np.diag(up, 1) + np.diag(down, -1)
    moves -= np.diag(moves.sum(axis=1))
    gap = n - n @ states
    once = np.linalg.solve(np.outer(np.ones_like(n), states) - moves, gap)
    twice = np.linalg.solve(np.outer(np.ones_like(n), states) - moves, once)
    whole, weighted = (states * gap) @ once, (states * gap) @ twice
    return float(2 * whole / length - 2 * weighted / length**2)


# One server


class MG1(NamedTuple):
    """M/G/1: arrival rate and moments of the time (Takacs; GSTH 5.1.1 and 5.1.4)."""

    rate: float
    moments: Moments

    @property
    def used(self) -> float:
        return self.rate * self.moments[0]

    @property
    def wait(self) -> float:
        return self.rate * self.moments[1] / (2 * (1 - self.used))

    @property
    def square_wait(self) -> float:
        return 2 * self.wait**2 + self.rate * self.moments[2] / (3 * (1 - self.used))


def weibull(mean: float, sd: float) -> Moments:
    """Return the moments of a Weibull law."""

    def cv2(shape: float) -> float:
        one, two = math.lgamma(1 + 1 / shape), math.lgamma(1 + 2 / shape)
        return math.expm1(two - 2 * one)

    shape = optimize.brentq(lambda k: cv2(k) - (sd / mean) ** 2, 0.2, 20, xtol=1e-14)
    scale = mean / math.gamma(1 + 1 / shape)
    return _three(lambda n: scale**n * math.gamma(1 + n / shape))


def gamma(mean: float, cv: float) -> Moments:
    """Return the moments of a gamma law."""
    shape = cv**-2
    scale = mean / shape
    return _three(lambda n: scale**n * math.prod(shape + i for i in range(n)))


def exponential(mean: float) -> Moments:
    """Return the moments of an exponential law."""
    return _three(lambda n: math.factorial(n) * mean**n)


def uniform(low: float, high: float) -> Moments:
    """Return the moments of a uniform law."""
    return _three(lambda n: (high ** (n + 1) - low ** (n + 1)) / (n + 1) / (high - low))


def triangular(low: float, mode: float, high: float) -> Moments:
    """Return the moments of a triangular law, by its density."""

    def density(x: float) -> float:
        if x < mode:
            return 2 * (x - low) / (high - low) / (mode - low)
        return 2 * (high - x) / (high - low) / (high - mode)

    return _by_density(density, low, high, mode)


def pert(low: float, mode: float, high: float) -> Moments:
    """Return the moments of a PERT law: a beta law on [low, high], weight 4."""
    a = 1 + 4 * (mode - low) / (high - low)
    b = 1 + 4 * (high - mode) / (high - low)
    return _by_density(stats.beta(a, b, low, high - low).pdf, low, high, mode)


def cut_normal(mean: float, sd: float, low: float, high: float) -> Moments:
    """Return the moments of a normal law, cut at both ends and rescaled."""
    law = stats.norm(mean, sd)
    within = law.cdf(high) - law.cdf(low)
    return _by_density(lambda x: law.pdf(x) / within, low, high, mean)


def observed(values: Sequence[float]) -> Moments:
    """Return the moments of a law that gives each value alike."""
    return _three(lambda n: sum(v**n for v in values) / len(values))


def mixture(parts: Sequence[tuple[float, Moments]]) -> Moments:
    """Return the moments of a mixture of (share, moments)."""
    return _three(lambda n: sum(share * part[n - 1] for share, part in parts))


def _three(moment: Callable[[int], float]) -> Moments:
    return moment(1), moment(2), moment(3)


def _by_density(
    density: Callable[[float], float], low: float, high: float, kink: float
) -> Moments:
    def moment(n: int) -> float:
        value, _ = integrate.quad(
            lambda x: x**n * density(x), low, high, points=[kink], epsabs=0
        )
        return float(value)

    return _three(moment)


# Moving in time


def infinite_servers(
    rate: Sequence[tuple[float, float, float]], mean: float, start: float
) -> list[float]:
    """Return the mean number present at the end of each piece of time (EMW eq. 6).

    Parameters
    ----------
    rate : sequence of (length, rate at its beginning, slope)
    mean : float
        Of the exponential stays.
    start : float
        The mean number at the beginning.
    """
    found, number = [], start
    for length, level, slope in rate:

        def particular(u: float, level: float = level, slope: float = slope) -> float:
            return mean * (level + slope * u) - slope * mean**2

        gap = number - particular(0.0)
        number = particular(length) + gap * math.exp(-length / mean)
        found.append(number)
    return found


def seasonal_rate(
    month: date, rate: float, growth: float, weights: Sequence[float]
) -> float:
    """Return the mean rate of a month of demand that grows from 2024-01-01 on.

    The weights of the months are scaled to mean 1 over the days from 2000 to 2059.
    """
    days = [date(2000, 1, 1) + timedelta(n) for n in range(60 * 366)]
    used = [weights[day.month - 1] for day in days if day.year < 2060]
    first = (month - date(2024, 1, 1)).days / 365.25
    last = first + monthrange(month.year, month.month)[1] / 365.25
    grown = ((1 + growth) ** last - (1 + growth) ** first) / math.log1p(growth)
    weight = weights[month.month - 1] * len(used) / math.fsum(used)
    return rate * weight * grown / (last - first)


def days_for_each_working_day() -> float:
    """Return days ÷ working days from 2000 to 2059, by England's bank holidays."""
    free = holidays.country_holidays("GB", subdiv="ENG", years=range(2000, 2060))
    days = [date(2000, 1, 1) + timedelta(n) for n in range(60 * 366)]
    days = [day for day in days if day.year < 2060]
    return len(days) / sum(day.weekday() < 5 and day not in free for day in days)


def slotted_wait(rate: float, slot: float) -> float:
    """Return the mean wait for evenly spaced slots, one patient each.

    Half a slot on average until the next, and behind those in line; the number in line
    just after a slot is that of M/D/1 (Cooper 5.12; GSTH 5.1.1).
    """
    used = rate * slot
    return slot / 2 + slot * used / (2 * (1 - used))


class Sessions(NamedTuple):
    """A list from which each session takes up to so many patients: D^x, M/D^x/1."""

    line: float
    """The mean length of the list over time."""
    wait: float
    """In units of the time between sessions."""
    used: float
    """The share of slots used."""


def sessions(referrals: float, slots: int, longest: int = 4000) -> Sessions:
    """Return the steady list of sessions in which all slots lie at one moment.

    Parameters
    ----------
    referrals : float
        Mean of the Poisson number who come between two sessions.
    slots : int
        In each session; more than `referrals`.
    longest : int
        The list is cut here; the chance beyond must be negligible.

    References
    ----------
    N. T. J. Bailey, Journal of the Royal Statistical Society B 16 (1954) 80: the list
    just after a session is (before - slots)+; here its chances are found by applying
    the convolution until they no longer change.
    """
    n = np.arange(longest)
    coming = stats.poisson(referrals).pmf(np.arange(longest))
    chances = np.zeros(longest)
    chances[0] = 1.0
    change = 1.0
    while change > 1e-14:
        before = signal.fftconvolve(chances, coming)[:longest].clip(0)
        after = np.zeros(longest)
        after[: longest - slots] = before[slots:]
        after[0] += before[:slots].sum()
        after /= after.sum()
        change = float(np.abs(after - chances).sum())
        chances = after
    line = float(n @ chances) + referrals / 2
    return Sessions(line, line / referrals, referrals / slots)
