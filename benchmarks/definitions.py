"""The cases: what the peers must model, and what every engine must answer.

(a) one server, (b) twenty servers and two priorities, (c) ten services with routes (its
numbers are in `network`), (d) a service with more work than it can do. Times are in
minutes; in (c), in hours. Service times are exponential with mean 1 in (a), (b), (d).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks import network
from kernels.layout import HOUR, MINUTE

TOLERANCE = 4.0
"""Standard deviations by which an answer may be off."""


class Figure(NamedTuple):
    """What a run should answer."""

    name: str
    value: float
    sd: float
    """Between runs."""

    def is_met_by(self, answer: float) -> bool:
        """Return whether an answer lies within the tolerance."""
        return abs(answer - self.value) <= TOLERANCE * self.sd


Figures = Callable[[int], tuple[Figure, ...]]
"""From the number of patients to what a run with so many should answer."""


@dataclass(frozen=True)
class Case:
    """A case."""

    name: str
    """Also that of its scenario file."""
    title: str
    rate: float
    """Patients per unit of time."""
    events: float
    """Arrivals, ends of treatment, departures unseen and changes of shift, per patient;
    by convention 2 in (a), (b) and (d)."""
    many: tuple[int, ...]
    """How many patients come where the engine is compiled; each is a run of its own."""
    fewer: tuple[int, ...]
    """How many come where it is not."""
    figures: Figures
    unit: int = MINUTE
    """Microseconds."""
    servers: int = 1
    shares: tuple[float, ...] = (1.0,)
    """Of the groups, highest priority first."""
    groups: tuple[str, ...] = ("all",)
    patience: float | None = None
    """Mean, exponential."""
    more: tuple[int, ...] = ()
    """Further numbers of patients for our compiled engine."""

    @property
    def is_overloaded(self) -> bool:
        """Whether the run is cut off at the horizon; the others may run empty."""
        return self.rate > self.servers and self.name != "c"


def steady(**figures: tuple[float, float]) -> Figures:
    """Return figures whose standard deviation falls with the root of the patients.

    Parameters
    ----------
    figures : (float, float)
        By name: the value, and the standard deviation times the root of the patients.
    """
    return lambda patients: tuple(
        Figure(name, value, spread / math.sqrt(patients))
        for name, (value, spread) in figures.items()
    )


def one_server(load: float) -> Figures:
    """Return the mean wait at one server with times of mean 1.

    References
    ----------
    The square of the spread is that of Daley (1968), The serial correlation
    coefficients of waiting times in a stationary single server queue, J. Austral.
    Math. Soc. 8, 683-699: load (2 + 5 load - 4 load^2 + load^3) / (1 - load)^4.
    """
    square = load * (2 + 5 * load - 4 * load**2 + load**3) / (1 - load) ** 4
    return steady(mean_wait=(load / (1 - load), math.sqrt(square)))


def list_at(time: float, patience: float) -> Figure:
    """Return how many wait at a time in case (d), if the mean patience is so long.

    Servers are always busy, so the list L grows by a patient at rate 3.9 and falls by
    one at rate 3 + L / patience: its mean obeys m' = 0.9 - m / patience, its variance
    v' = 6.9 + m / patience - 2 v / patience.
    """
    if math.isinf(patience):
        return Figure("list_at_end", 0.9 * time, math.sqrt(6.9 * time))
    gone = 1 - math.exp(-time / patience)
    gone_twice = 1 - math.exp(-2 * time / patience)
    variance = patience * (7.8 / 2 * gone_twice - 0.9 * gone * (1 - gone))
    return Figure("list_at_end", 0.9 * patience * gone, math.sqrt(variance))


def overloaded(patience: float, *others: Figures) -> Figures:
    """Return the list at the end of case (d), and other figures."""
    return lambda n: (
        list_at(n / 3.9, patience),
        *(figure for figures in others for figure in figures(n)),
    )


LISTS, LONGER = (10_000, 40_000, 80_000), (400_000,)
PRIORITY_WAITS = steady(mean_wait_A=(1 / 1.7, 2.6), mean_wait_B=(7.5 / 1.7, 74.0))
"""Cobham's, once somebody of group C always waits."""
THIRDS = (1 / 3, 1 / 3, 1 / 3)
MILLION, THOUSANDS = (1_000_000,), (100_000,)

# Where no formula is given for a spread, it is that of 40 runs or more.
ALL = (
    Case(
        "c",
        "ten services with routes, two priorities, day and night, patience",
        network.RATE,
        4.06,
        (200_000,),
        (20_000,),
        steady(
            mean_wait=(0.14073, 0.62),
            mean_wait_high=(0.07509, 0.31),
            mean_wait_low=(0.17095, 0.84),
            time_in_system=(3.54985, 3.06),
            reneged=(0.11639, 0.44),
            visits=(2.93451, 1.62),
        ),
        unit=HOUR,
        shares=(network.HIGH, 1 - network.HIGH),
        groups=("high", "low"),
    ),
    Case(
        "b",
        "twenty servers 90% used, two priorities",
        18.0,
        2,
        MILLION,
        THOUSANDS,
        steady(
            mean_wait=(0.275384502, 8.4),
            mean_wait_high=(0.0377239044, 0.40),
            mean_wait_low=(0.377239044, 12.0),
        ),
        servers=20,
        shares=(0.3, 0.7),
        groups=("high", "low"),
    ),
    Case("a75", "one server 75% used", 0.75, 2, MILLION, THOUSANDS, one_server(0.75)),
    Case("a90", "one server 90% used", 0.90, 2, MILLION, THOUSANDS, one_server(0.9)),
    Case(
        "d-fifo",
        "overloaded, first come first served",
        3.9,
        2,
        LISTS,
        LISTS,
        overloaded(math.inf),
        servers=3,
        more=LONGER,
    ),
    Case(
        "d-prio3",
        "overloaded, three priorities",
        3.9,
        2,
        LISTS,
        LISTS,
        overloaded(math.inf, PRIORITY_WAITS),
        servers=3,
        more=LONGER,
        shares=THIRDS,
        groups=("A", "B", "C"),
    ),
    Case(
        "d-renege",
        "overloaded, patients give up",
        3.9,
        2,
        LISTS,
        LISTS,
        overloaded(20_000.0),
        servers=3,
        more=LONGER,
        patience=20_000.0,
    ),
)
CASES = {case.name: case for case in ALL}
