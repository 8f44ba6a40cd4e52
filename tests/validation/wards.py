"""Exact answers for wards that share, keep and open beds.

Nothing of the code under test is used. Times are in whatever unit the rates are in.

References: J. S. Kaufman, IEEE Trans. Communications 29 (1981) 1474; J. W. Roberts,
Performance of Data Communication Systems (1981) 423; G. C. Hunt, Operations Research 4
(1956) 674; F. P. Kelly, Annals of Applied Probability 1 (1991) 319.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tests.validation.chains import State, Steady, steady


def reserved(
    rates: tuple[float, float], service: float, beds: int, kept: int
) -> list[float]:
    """Return the chance of each number of beds taken, some kept for the first class."""
    weights = [1.0]
    for n in range(beds):
        rate = rates[0] + (rates[1] if beds - n > kept else 0.0)
        weights.append(weights[-1] * rate / ((n + 1) * service))
    whole = sum(weights)
    return [weight / whole for weight in weights]


def fenced(
    rates: tuple[float, float], services: tuple[float, float], beds: int, kept: int
) -> Steady:
    """Return a ward without waiting of which some beds are for the first class alone.

    State: (first class, second class). The first takes its own beds first, so the
    second is refused when it has all the others, or no bed is free.
    """

    def moves(state: State) -> Iterable[tuple[float, State]]:
        first, second = state
        if first + second < beds:
            yield rates[0], (first + 1, second)
            if second < beds - kept:
                yield rates[1], (first, second + 1)
        yield first * services[0], (first - 1, second)
        yield second * services[1], (first, second - 1)

    return steady((0, 0), moves)


class Shared(NamedTuple):
    """Units that classes of several sizes share, and nobody waits."""

    refused: list[float]
    in_use: float


def kaufman_roberts(units: int, classes: Sequence[tuple[float, int]]) -> Shared:
    """Return the shares refused, by (load in patients, units needed); of any law."""
    weights = [1.0]
    for n in range(1, units + 1):
        of_size = (
            load * need * weights[n - need] for load, need in classes if need <= n
        )
        weights.append(sum(of_size) / n)
    whole = sum(weights)
    refused = [sum(weights[units - need + 1 :]) / whole for _, need in classes]
    return Shared(refused, sum(n * w for n, w in enumerate(weights)) / whole)


class Outliers(NamedTuple):
    """A ward that may use another one's beds while more than `free` are free there."""

    rates: tuple[float, float]
    services: tuple[float, float]
    beds: tuple[int, int]
    free: int

    def steady(self) -> Steady:
        """Return (own ward, outliers, the other ward's own patients)."""

        def moves(state: State) -> Iterable[tuple[float, State]]:
            own, out, other = state
            if own < self.beds[0]:
                yield self.rates[0], (own + 1, out, other)
            elif self.beds[1] - out - other > self.free:
                yield self.rates[0], (own, out + 1, other)
            if out + other < self.beds[1]:
                yield self.rates[1], (own, out, other + 1)
            yield own * self.services[0], (own - 1, out, other)
            yield out * self.services[0], (own, out - 1, other)
            yield other * self.services[1], (own, out, other - 1)

        return steady((0, 0, 0), moves)


class Repatriated(NamedTuple):
    """As `Outliers`, but who lies elsewhere moves back to a bed of their own ward.

    A stay elsewhere is `slower` times as long; its rest is as at home after the move.
    """

    rates: tuple[float, float]
    services: tuple[float, float]
    beds: tuple[int, int]
    slower: float

    def steady(self) -> Steady:
        """Return (own ward, outliers, the other ward's own patients)."""

        def moves(state: State) -> Iterable[tuple[float, State]]:
            own, out, other = state
            if own < self.beds[0]:
                yield self.rates[0], (own + 1, out, other)
            elif out + other < self.beds[1]:
                yield self.rates[0], (own, out + 1, other)
            if out + other < self.beds[1]:
                yield self.rates[1], (own, out, other + 1)
            gone = own * self.services[0]
            yield gone, ((own, out - 1, other) if out else (own - 1, 0, other))
            yield out * self.services[0] / self.slower, (own, out - 1, other)
            yield other * self.services[1], (own, out, other - 1)

        return steady((0, 0, 0), moves)


class Tandem(NamedTuple):
    """Two wards, the first blocked by the second: (waiting, first, blocked, second)."""

    rate: float
    first: tuple[int, float]
    """Beds, and the rate at which one is done."""
    share: float
    """Of those who go on."""
    second: tuple[int, float]
    longest: int = 250

    def steady(self) -> Steady:
        """Return the steady state."""
        beds, done = self.first
        places, left = self.second

        def filled(waiting: int, treated: int, blocked: int, there: int) -> State:
            """Let who waits for the first ward in."""
            free = min(waiting, beds - treated - blocked)
            return waiting - free, treated + free, blocked, there

        def moves(state: State) -> Iterable[tuple[float, State]]:
            waiting, treated, blocked, there = state
            if waiting < self.longest:
                yield self.rate, filled(waiting + 1, treated, blocked, there)
            away = treated * done * (1 - self.share)
            yield away, filled(waiting, treated - 1, blocked, there)
            on = treated * done * self.share
            if there < places:
                yield on, filled(waiting, treated - 1, blocked, there + 1)
            else:
                yield on, (waiting, treated - 1, blocked + 1, there)
            if blocked:
                yield there * left, filled(waiting, treated, blocked - 1, there)
            else:
                yield there * left, (waiting, treated, 0, there - 1)

        return steady((0, 0, 0, 0), moves)


def saturated_line(stations: int) -> float:
    """Return how many a day leave beds in a row that are never short of patients.

    One bed each, exponential with mean 1, no room between, blocked after treatment
    (Hunt 1956: 2/3 for two, 22/39 for three). State of each bed: 0 empty, 1 treating,
    2 blocked.
    """

    def settled(beds: list[int]) -> State:
        for i in range(stations - 2, -1, -1):
            if beds[i] == 2 and beds[i + 1] == 0:
                beds[i], beds[i + 1] = 0, 1
        if beds[0] == 0:
            beds[0] = 1
        return tuple(beds)

    def moves(state: State) -> Iterable[tuple[float, State]]:
        for i, what in enumerate(state):
            if what == 1:
                beds = list(state)
                beds[i] = 0 if i == stations - 1 else 2
                yield 1.0, settled(beds)

    return steady(settled([1] * stations), moves).mean(lambda s: float(s[-1] == 1))


class Surge(NamedTuple):
    """A ward that opens beds when many wait: (in use, waiting, open)."""

    rate: float
    service: float
    beds: int
    more: int
    above: int
    below: int
    longest: int = 300

    def steady(self) -> Steady:
        """Return the steady state."""

        def settled(used: int, waiting: int, is_open: int) -> State:
            while True:
                capacity = self.beds + self.more * is_open
                called = max(min(waiting, capacity - used), 0)
                used, waiting = used + called, waiting - called
                if not is_open and waiting > self.above:
                    is_open = 1
                elif is_open and waiting < self.below:
                    is_open = 0
                    return used, waiting, is_open
                else:
                    return used, waiting, is_open

        def moves(state: State) -> Iterable[tuple[float, State]]:
            used, waiting, is_open = state
            if waiting < self.longest:
                yield self.rate, settled(used, waiting + 1, is_open)
            yield used * self.service, settled(used - 1, waiting, is_open)

        return steady((0, 0, 0), moves)


def theatres(
    loads: tuple[float, float],
    rooms: tuple[int, int],
    surgeons: int,
    each: tuple[int, int],
) -> Steady:
    """Return two theatres that take surgeons along, nobody waiting, of any law.

    Numbers operated on in each: Poisson, cut to what there is room for (Kelly 1991).
    """
    states = itertools.product(*(range(room + 1) for room in rooms))
    weights = {
        state: math.prod(
            load**n / math.factorial(n) for load, n in zip(loads, state, strict=True)
        )
        for state in states
        if each[0] * state[0] + each[1] * state[1] <= surgeons
    }
    whole = sum(weights.values())
    return Steady({state: weight / whole for state, weight in weights.items()})


class Exchange(NamedTuple):
    """Two wards that send patients to each other and keep the beds, nobody else waits.

    State: (treated in the first, blocked there, treated in the second, blocked there).
    """

    rates: tuple[float, float]
    services: tuple[float, float]
    shares: tuple[float, float]
    """Of those who go to the other ward."""
    beds: tuple[int, int]

    def steady(self) -> Steady:
        """Return the steady state."""

        def settled(state: Sequence[int]) -> State:
            a, to_b, b, to_a = state
            while True:
                if to_a and a + to_b < self.beds[0]:
                    a, to_a = a + 1, to_a - 1
                elif to_b and b + to_a < self.beds[1]:
                    b, to_b = b + 1, to_b - 1
                elif to_a and to_b:
                    a, to_b, b, to_a = a + 1, to_b - 1, b + 1, to_a - 1
                else:
                    return a, to_b, b, to_a

        def moves(state: State) -> Iterable[tuple[float, State]]:
            for ward in (0, 1):
                treated, blocked = 2 * ward, 2 * ward + 1
                if state[treated] + state[blocked] < self.beds[ward]:
                    came = list(state)
                    came[treated] += 1
                    yield self.rates[ward], settled(came)
                if state[treated]:
                    done = state[treated] * self.services[ward]
                    gone = list(state)
                    gone[treated] -= 1
                    yield done * (1 - self.shares[ward]), settled(gone)
                    gone[blocked] += 1
                    yield done * self.shares[ward], settled(gone)

        return steady((0, 0, 0, 0), moves)


def held_beds(
    rate: float, before: float, theatre: float, recovery: float, beds: int
) -> Steady:
    """Return beds that are held through one theatre: (before, there, afterwards)."""

    def moves(state: State) -> Iterable[tuple[float, State]]:
        early, there, late = state
        if sum(state) < beds:
            yield rate, (early + 1, there, late)
        yield early * before, (early - 1, there + 1, late)
        if there:
            yield theatre, (early, there - 1, late + 1)
        yield late * recovery, (early, there, late - 1)

    return steady((0, 0, 0), moves)
