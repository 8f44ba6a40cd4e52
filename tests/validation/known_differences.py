"""Runs whose true difference is known, many times over: what intervals are worth.

The desk is an M/M/1 queue, the home an infinite-server queue, both long settled when
counting begins. Their averages over time have exact means: rho squared / (1 - rho) in
line at the desk, rate x mean stay at home (Kleinrock, Queueing Systems I, 1975,
sections 3.2 and 3.4), and the number of arrivals has rate x time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import simulator
from results import Run, compare
from results.comparison import Comparison
from scenarios import parse
from scenarios.scenario import Scenario

REPLICATIONS = 10
FIRST_SEED = 20_261_129
"""Of the first pair; the next have the next ones. Fixed before the first run."""
APART = 1_000_000
"""What is added to a seed to make runs independent."""
DAYS = 365
"""A year: over forty days the differences at the desk are so skewed (skewness 2.2) that
Student's interval of ten of them held the truth 917 times in 1,000."""
RATE, MORE = 5.0, 5.5
DESK = 0.1
"""Mean time at the desk, days."""
HOME = 1.0


def in_line(rate: float) -> float:
    """Return the mean number in line at the desk: M/M/1."""
    load = rate * DESK
    return load * load / (1 - load)


TRUTH = {
    "desk: in line, mean": in_line(MORE) - in_line(RATE),
    "home: in use, mean": (MORE - RATE) * HOME,
    "home: arrivals, number": (MORE - RATE) * DAYS,
}
"""By how much each measure is higher where more come."""

WORLD = """\
caresim: 1
title: A desk and a home
period: {{start: 2024-01-01, warm_up: 30 days, horizon: {days} days}}
services:
  desk: {{kind: staff, capacity: 1, takes: {{law: exponential, mean: 144 min}}}}
  home: {{kind: unlimited, takes: {{law: exponential, mean: 1 day}}}}
demand:
  desk: {{rate: {rate} per day}}
  home: {{rate: {rate} per day}}
"""


@cache
def desk_and_home(rate: float) -> Scenario:
    """Return the world with so many patients a day at each of its services."""
    return parse(WORLD.format(days=DAYS, rate=rate))


def played(scenario: Scenario, seed: int) -> Run:
    """Return a run of ten replications."""
    return simulator.run(
        scenario, replications=REPLICATIONS, seed=seed, workers=1, engine="compiled"
    )


def with_a_true_difference(pairs: int) -> Iterator[tuple[Comparison, Comparison]]:
    """Yield comparisons whose true differences are `TRUTH`.

    Parameters
    ----------
    pairs : int
        Of runs.

    Yields
    ------
    tuple of Comparison
        Of the same patients; and of independent ones, by another seed.
    """
    for seed in range(FIRST_SEED, FIRST_SEED + pairs):
        base = played(desk_and_home(RATE), seed)
        others = (played(desk_and_home(MORE), s) for s in (seed, seed + APART))
        same, apart = (compare(base, o, measures=list(TRUTH)) for o in others)
        yield same, apart


SERVICES = 20
QUESTIONS = ("in use, mean", "length of stay, mean")
"""Of each of twenty services: forty in all."""


@cache
def town(people: str) -> Scenario:
    """Return a town of twenty services; who comes depends on the name of streams."""
    services, demand = "", ""
    for number in range(SERVICES):
        takes = "{law: exponential, mean: 1 day}"
        services += f"  s{number}: {{kind: unlimited, takes: {takes}}}\n"
        demand += f"  {people} {number}: {{to: s{number}, rate: 3 per day}}\n"
    return parse(
        "caresim: 1\ntitle: Twenty services\n"
        "period: {start: 2024-01-01, warm_up: 20 days, horizon: 20 days}\n"
        f"services:\n{services}demand:\n{demand}"
    )


def without_any_difference(runs: int) -> Iterator[Comparison]:
    """Yield comparisons of forty measures that differ by luck alone.

    The patients of the other run are others, of the same kind: their streams have other
    names. The seed is the same, so it is the paired intervals that are tried.

    Parameters
    ----------
    runs : int
        How many comparisons.
    """
    for seed in range(FIRST_SEED, FIRST_SEED + runs):
        one, other = (played(town(name), seed) for name in ("people", "others"))
        yield compare(one, other, measures=list(QUESTIONS))
