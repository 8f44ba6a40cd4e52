"""Markov chains solved numerically, for systems without a closed formula.

Nothing of the code under test is used: a chain is a first state and a function that
says at which rates which states follow. Times are in whatever unit the rates are in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import spsolve

State = tuple[int, ...]
Moves = Callable[[State], Iterable[tuple[float, State]]]


class Steady(NamedTuple):
    """The steady state of a chain: the share of time spent in each state."""

    shares: Mapping[State, float]

    def mean(self, of: Callable[[State], float]) -> float:
        """Return the mean over time of what is computed from a state."""
        return sum(share * of(state) for state, share in self.shares.items())


def steady(first: State, moves: Moves) -> Steady:
    """Return the steady state of all states that can be reached from the first.

    The chain must be finite: limits to lines belong into `moves`, far enough out for
    the share of time spent there not to matter.
    """
    rows, states = {first: 0}, [first]
    entries: list[tuple[int, int, float]] = []
    for state in states:  # grows while it is walked
        for rate, after in moves(state):
            if rate > 0 and after != state:
                if after not in rows:
                    rows[after] = len(states)
                    states.append(after)
                entries.append((rows[state], rows[after], rate))
    before, after, rates = (np.array(column) for column in zip(*entries, strict=True))
    n = len(states)
    flow = sparse.coo_matrix((rates, (after, before)), shape=(n, n)).tolil()
    flow.setdiag(-np.bincount(before, rates, n))
    flow[0, :] = 1.0  # one balance follows from the others; the shares add up to 1
    whole = np.zeros(n)
    whole[0] = 1.0
    return Steady(dict(zip(states, spsolve(flow.tocsc(), whole), strict=True)))


def redialling(
    rate: float, service: float, servers: int, again: float, callers: int
) -> Steady:
    """Return M/M/c with retrials: (busy, callers who will ring again).

    G. I. Falin, J. G. C. Templeton, Retrial Queues (1997), 2.1.
    """

    def moves(state: State) -> Iterable[tuple[float, State]]:
        busy, waiting = state
        if busy < servers:
            yield rate, (busy + 1, waiting)
            yield waiting * again, (busy + 1, waiting - 1)
        elif waiting < callers:
            yield rate, (busy, waiting + 1)
        yield busy * service, (busy - 1, waiting)

    return steady((0, 0), moves)


def overflowing(
    rates: tuple[float, float], services: tuple[float, float], beds: tuple[int, int]
) -> Steady:
    """Return two wards without waiting, the second also for who finds the first full.

    A stay takes as long as is usual where the patient lies. R. B. Cooper, Introduction
    to Queueing Theory (1981), 4.2.
    """

    def moves(state: State) -> Iterable[tuple[float, State]]:
        first, second = state
        own = rates[1]
        if first < beds[0]:
            yield rates[0], (first + 1, second)
        else:
            own += rates[0]
        if second < beds[1]:
            yield own, (first, second + 1)
        yield first * services[0], (first - 1, second)
        yield second * services[1], (first, second - 1)

    return steady((0, 0), moves)


class Relief(NamedTuple):
    """A team whose patients go elsewhere when they have waited too long."""

    rate: float
    service: float
    servers: int
    leaving: float
    elsewhere: float
    """The rate at which one of the places elsewhere treats."""
    places: int
    longest: int = 400

    def steady(self) -> Steady:
        """Return the steady state: (in the team's line or treated, elsewhere)."""

        def moves(state: State) -> Iterable[tuple[float, State]]:
            here, there = state
            if here < self.servers + self.longest:
                yield self.rate, (here + 1, there)
            yield min(here, self.servers) * self.service, (here - 1, there)
            gone = max(here - self.servers, 0) * self.leaving
            yield gone, (here - 1, min(there + 1, self.places))
            yield there * self.elsewhere, (here, there - 1)

        return steady((0, 0), moves)


def in_groups(
    rate: float,
    sizes: dict[int, float],
    service: float,
    servers: int,
    longest: int = 600,
) -> Steady:
    """Return M^X/M/c: the number present (GSTH 3.1)."""

    def moves(state: State) -> Iterable[tuple[float, State]]:
        (n,) = state
        for size, share in sizes.items():
            yield rate * share, (min(n + size, longest),)
        yield min(n, servers) * service, (n - 1,)

    return steady((0,), moves)


class Promoted(NamedTuple):
    """Mean waits of M/M/1 with two priorities, the second promoted at random."""

    high: float
    low: float


def promoted(
    rates: tuple[float, float], service: float, worse: float, longest: int = 220
) -> Promoted:
    """Return the mean waits by group where those of low need become urgent.

    Chain of (in the urgent line, in the other line, busy). Who becomes urgent stands
    behind all who are urgent already, so waits x + 1 more treatments, x being the
    length of the urgent line at that moment.
    """

    def moves(state: State) -> Iterable[tuple[float, State]]:
        urgent, other, busy = state
        if not busy:
            yield rates[0] + rates[1], (0, 0, 1)
            return
        if urgent + other < longest:
            yield rates[0], (urgent + 1, other, 1)
            yield rates[1], (urgent, other + 1, 1)
        yield other * worse, (urgent + 1, other - 1, 1)
        if urgent:
            yield service, (urgent - 1, other, 1)
        elif other:
            yield service, (0, other - 1, 1)
        else:
            yield service, (0, 0, 0)

    chain = steady((0, 0, 0), moves)
    among_urgent = chain.mean(lambda s: s[1] * worse * (s[0] + 1) / service)
    urgent, other = (chain.mean(lambda s, i=i: s[i]) for i in (0, 1))
    high = (urgent - among_urgent) / rates[0]
    return Promoted(high, (other + among_urgent) / rates[1])


def joining_the_shorter(
    rate: float, services: tuple[float, float], longest: int = 60
) -> Steady:
    """Return two servers with lines of their own: who comes joins the shorter.

    The first where both are alike. Who would come to a line of the greatest length is
    lost. J. F. C. Kingman, Two similar queues in parallel, Annals of Mathematical
    Statistics 32 (1961), 1314-1323.
    """

    def moves(state: State) -> Iterable[tuple[float, State]]:
        first, second = state
        if first <= second and first < longest:
            yield rate, (first + 1, second)
        elif second < longest:
            yield rate, (first, second + 1)
        if first > 0:
            yield services[0], (first - 1, second)
        if second > 0:
            yield services[1], (first, second - 1)

    return steady((0, 0), moves)


def breaking_down(
    rate: float,
    service: float,
    machines: int,
    failure: float,
    repair: float,
    longest: int = 600,
) -> Steady:
    """Return M/M/c whose servers break down, in use or not: (patients, working).

    Who is broken off goes on as soon as a server is free. B. Avi-Itzhak, P. Naor, Some
    queuing problems with the service station subject to breakdown, Operations Research
    11 (1963), 303-320, and I. L. Mitrany, B. Avi-Itzhak, A many-server queue with
    service interruptions, 16 (1968), 628-638.
    """

    def moves(state: State) -> Iterable[tuple[float, State]]:
        patients, working = state
        if patients < longest:
            yield rate, (patients + 1, working)
        yield min(patients, working) * service, (patients - 1, working)
        yield working * failure, (patients, working - 1)
        yield (machines - working) * repair, (patients, working + 1)

    return steady((0, machines), moves)
