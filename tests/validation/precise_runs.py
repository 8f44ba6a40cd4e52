"""Runs of as many replications as it takes, many times over, where the truth is known.

The desk is an M/M/1 queue (rho 0.5), the line an M/M/5+M (Erlang-A) with a load of 5.5
erlangs, both long settled when counting begins. The average number in line over time
has an exact mean: rho squared / (1 - rho) at the desk (Kleinrock, Queueing Systems I,
1975, section 3.2), and that of the birth and death process at the line (Palm 1957;
Mandelbaum and Zeltyn, The Palm/Erlang-A queue, 2007), where the mean in line / mean
patience = arrivals x share lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import stats

import simulator
from scenarios import parse
from scenarios.scenario import Scenario
from simulator.precision.running import Precise, Wish

FIRST_SEED = 20_261_130
"""Fixed before the first run; the next repeats have the next ones."""
DESK, LINE = "desk: in line, mean", "line: in line, mean"
LOST = "line: left unseen, share"
WIDTHS = {DESK: "8%", LINE: "0.07 patients", LOST: "6%"}
ALLOWED = {DESK: (0.08, True), LINE: (0.07, False), LOST: (0.06, True)}
SERVERS, COMING, PATIENCE = 5, 5.5, 2.0
"""Of the line: servers, patients a day, days of patience. A treatment takes one."""
WORLD = """\
caresim: 1
title: A desk and a line
period: {start: 2024-01-01, warm_up: 30 days, horizon: 365 days}
services:
  desk: {kind: staff, capacity: 1, takes: {law: exponential, mean: 144 min}}
  line:
    kind: staff
    capacity: 5
    takes: {law: exponential, mean: 1 day}
    while_waiting: {leaves: {after: {law: exponential, mean: 2 days}, then: leave}}
demand:
  desk: {rate: 5 per day}
  line: {rate: 5.5 per day}
"""


@cache
def desk_and_line() -> Scenario:
    """Return the world."""
    return parse(WORLD)


def truth() -> dict[str, float]:
    """Return the exact mean of each measure."""
    weights, rate = [1.0], 0.0
    for n in range(1, 400):
        rate = min(n, SERVERS) + max(n - SERVERS, 0) / PATIENCE
        weights.append(weights[-1] * COMING / rate)
    chance = np.array(weights) / sum(weights)
    waiting = float(chance @ np.maximum(np.arange(400) - SERVERS, 0))
    return {DESK: 0.5, LINE: waiting, LOST: waiting / PATIENCE / COMING}


class Repeat(NamedTuple):
    """One precise run, and the values that its rule saw."""

    found: Precise
    values: dict[str, list[float]]
    """Of each measure, of as many replications as may be."""


def repeats(count: int, folder: Path, at_most: int) -> Iterator[Repeat]:
    """Yield so many precise runs with other seeds."""
    asked = [f"{name}: {width}" for name, width in WIDTHS.items()]
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        wish = Wish(at_most=at_most, seed=seed, workers=1)
        found = simulator.precise_run(desk_and_line(), asked, folder / str(seed), wish)
        yield Repeat(found, values_of(found))


def values_of(found: Precise) -> dict[str, list[float]]:
    """Return the values of each measure, read from the table row by row."""
    values: dict[str, list[float]] = {name: [] for name in WIDTHS}
    for row in found.run.measures.to_pylist():
        name = f"{row['subject']}: {row['measure']}, {row['statistic']}"
        if row["period"] == "whole" and row["group"] == "all" and name in values:
            values[name].append(row["value"])
    return values


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return mean and half the width of Student's interval."""
    x = np.array(values)
    spread = x.std(ddof=1) / len(x) ** 0.5
    return float(x.mean()), float(stats.t.ppf(0.975, len(x) - 1) * spread)


def is_narrow(values: Sequence[float], bound: tuple[float, bool], *, law: bool) -> bool:
    """Return whether an interval is narrow enough, with Law's correction or without."""
    mean, half = interval(values)
    width, is_share = bound
    if not is_share:
        return half <= width
    return half <= abs(mean) * (width / (1 + width) if law else width)


def stays_narrow(
    values: Sequence[float], bound: tuple[float, bool], *, look: int
) -> bool:
    """Return whether the interval is narrow, and was after each of some values before.

    Worked out anew after each value; with Law's correction.
    """
    counts = range(len(values) - look, len(values) + 1)
    return all(is_narrow(values[:n], bound, law=True) for n in counts)
