"""Questions whose least capacity is known exactly, to be asked many times over.

Steady states by Erlang's formulas (Gross, Shortle, Thompson and Harris, Fundamentals of
Queueing Theory, 4th edition 2008, sections 2.3, 2.5 and 2.10; two stations in a row by
Jackson's theorem, 4.1); a list with weekly slots by convolution (Bailey, Journal of the
Royal Statistical Society B 16 (1954) 80), from an empty list on.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import signal, stats

from scenarios.questions import question
from simulator.solving.answer import Answer
from simulator.solving.solving import Wish, solved
from tests.validation.formulas import erlang_b, erlang_c

FIRST_SEED = 20_261_130
"""Fixed before the first run; the next repeats have the next ones."""
CONFIDENCE = 0.99


class Case(NamedTuple):
    """A scenario, a question, and its exact answer."""

    world: str
    asked: str
    exact: Callable[[], tuple[int, ...]]
    """How much of each lever."""


def _least(holds: Callable[[int], bool], first: int, most: int) -> int:
    """Return by how much more than `first` a capacity holds."""
    return next(more for more in range(most) if holds(first + more))


# M/M/c

LOAD = 4.0
LIMIT_OF_WAIT = 0.2
"""Of a treatment's mean time."""


def _mmc() -> tuple[int, ...]:
    def holds(servers: int) -> bool:
        if servers <= LOAD:
            return False
        return erlang_c(LOAD, servers) / (servers - LOAD) <= LIMIT_OF_WAIT

    return (_least(holds, 2, 20),)


MMC = Case(
    """\
caresim: 1
title: A desk
period: {start: 2024-01-01, warm_up: 30 days, horizon: 300 days, replications: 4}
services:
  desk: {kind: staff, capacity: 2, takes: {law: exponential, mean: 2.4 hours}}
demand:
  desk: {rate: 40 per day}
""",
    """\
caresim: 1
solve: How many at the desk keep the mean wait below half an hour?
base: world
levers:
  staff: {services: desk, add: {between: [0, 10], step: 1}}
conditions:
  wait: {measure: "desk: wait, mean", at_most: 28.8 min, each: period}
on_average: yes
confidence: 99%
""",
    _mmc,
)

# Erlang B

OFFERED, LOST = 12.0, 0.05


def _loss() -> tuple[int, ...]:
    return (_least(lambda beds: erlang_b(OFFERED, beds) <= LOST, 10, 20),)


LOSS = Case(
    """\
caresim: 1
title: A ward that turns patients away
period: {start: 2024-01-01, warm_up: 30 days, horizon: 400 days, replications: 4}
services:
  ward:
    kind: beds
    capacity: 10
    takes: {law: exponential, mean: 1 day}
    turned_away: {full: {when_waiting: 0, then: leave}}
demand:
  ward: {rate: 12 per day}
""",
    """\
caresim: 1
solve: How many beds keep those turned away below 5%?
base: world
levers:
  beds: {services: ward, add: {between: [0, 15], step: 1}}
conditions:
  lost: {measure: "ward: turned away, share", at_most: 5%, each: period}
on_average: yes
confidence: 99%
""",
    _loss,
)

# Erlang A

CALLS, PATIENCE, GIVEN_UP = 10.0, 1.0, 0.06
"""Offered load, patience in treatments, and the share who may give up."""


def abandoning(load: float, servers: int, patience: float) -> float:
    """Return the share who give up of M/M/c+M.

    Parameters
    ----------
    load : float
    servers : int
    patience : float
        Its mean, in mean times of treatment.
    """
    chances = [1.0]
    for n in range(1, 400):
        leaving = min(n, servers) + max(n - servers, 0) / patience
        chances.append(chances[-1] * load / leaving)
    weights = np.array(chances) / sum(chances)
    waiting = np.maximum(np.arange(400) - servers, 0)
    return float(weights @ waiting) / patience / load


def _patience() -> tuple[int, ...]:
    def holds(servers: int) -> bool:
        return abandoning(CALLS, servers, PATIENCE) <= GIVEN_UP

    return (_least(holds, 6, 20),)


IMPATIENT = Case(
    """\
caresim: 1
title: A crisis line
period: {start: 2024-01-01, warm_up: 5 days, horizon: 60 days, replications: 4}
services:
  line:
    kind: staff
    capacity: 6
    takes: {law: exponential, mean: 1 hour}
    while_waiting: {gives up: {after: {law: exponential, mean: 1 hour}, then: leave}}
demand:
  line: {rate: 240 per day}
""",
    """\
caresim: 1
solve: How many at the line keep those who give up below 6%?
base: world
levers:
  staff: {services: line, add: {between: [0, 12], step: 1}}
conditions:
  given up: {measure: "line: left unseen, share", at_most: 6%, each: period}
on_average: yes
confidence: 99%
""",
    _patience,
)

# Two stations in a row

LOADS, TIMES, PRICES = (5.0, 9.0), (0.25, 0.45), (30_000, 70_000)
"""Offered loads, mean times in days, and pounds a year, of both stations."""
FIRST_UNITS, MOST = (5, 9), 8
LIMIT_OF_TIME = 0.82
"""Days from joining to leaving."""


def _time(more: tuple[int, int]) -> float:
    """Return the mean time through both stations: each is M/M/c of its own."""
    total = 0.0
    for load, time, least, plus in zip(LOADS, TIMES, FIRST_UNITS, more, strict=True):
        servers = least + plus
        if servers <= load:
            return np.inf
        total += time + time * erlang_c(load, servers) / (servers - load)
    return total


def _row() -> tuple[int, ...]:
    every = [(a, b) for a in range(MOST + 1) for b in range(MOST + 1)]
    good = [plan for plan in every if _time(plan) <= LIMIT_OF_TIME]
    return min(good, key=lambda p: (p[0] * PRICES[0] + p[1] * PRICES[1], p))


IN_A_ROW = Case(
    """\
caresim: 1
title: An assessment, then a treatment
period: {start: 2024-01-01, warm_up: 30 days, horizon: 500 days, replications: 4}
services:
  assessment:
    kind: staff
    capacity: 5
    takes: {law: exponential, mean: 6 hours}
    then: treatment
  treatment:
    kind: staff
    capacity: 9
    takes: {law: exponential, mean: 10.8 hours}
clocks:
  in all: {start: joins assessment, stop: leaves treatment}
demand:
  assessment: {rate: 20 per day}
""",
    """\
caresim: 1
solve: Which staff at the least cost bring patients through in 0.82 days?
base: world
levers:
  assessors:
    {services: assessment, add: {between: [0, 8], step: 1}, costs: £30000 a year}
  therapists:
    {services: treatment, add: {between: [0, 8], step: 1}, costs: £70000 a year}
conditions:
  in all: {measure: "in all: time, mean", at_most: 0.82 days, each: period}
on_average: yes
confidence: 99%
margin: 1%
""",
    _row,
)

# A list with weekly slots

REFERRALS, LONGEST, CHANCE = 20.0, 30, 0.8
"""A week; the longest list at a month's end, and how surely."""
FIRST_SLOTS, SINCE = 18, 3
"""Slots a week, and the month from which the list is looked at."""


def list_is_short(slots: int) -> float:
    """Return the chance that the list is short at all month ends looked at.

    Parameters
    ----------
    slots : int
        Every Monday at nine.
    """
    start, end = datetime(2024, 1, 1), datetime(2025, 1, 1)
    monday = start + timedelta(hours=9)
    events = [(monday + timedelta(weeks=k), True) for k in range(53)]
    events += [(datetime(2024, month, 1), False) for month in range(2, 13)]
    events = sorted([*(e for e in events if e[0] < end), (end, False)])
    chances, now = np.zeros(800), start
    chances[0] = 1.0
    for at, is_session in events:
        mean = REFERRALS * (at - now).total_seconds() / (7 * 86_400)
        coming = stats.poisson(mean).pmf(np.arange(800))
        chances = signal.fftconvolve(chances, coming)[:800].clip(0)
        now = at
        if is_session:
            after = np.zeros(800)
            after[: 800 - slots] = chances[slots:]
            after[0] += chances[:slots].sum()
            chances = after
        elif at == end or at.month > SINCE:
            chances[LONGEST + 1 :] = 0
    return float(chances.sum())


def _slots() -> tuple[int, ...]:
    return (_least(lambda n: list_is_short(n) >= CHANCE, FIRST_SLOTS, 30),)


WEEKLY = Case(
    """\
caresim: 1
title: A clinic on Mondays
period: {start: 2024-01-01, horizon: 12 months, replications: 4}
services:
  clinic: {kind: slots, capacity: {Mon 09:00-09:01: 18}}
demand:
  clinic: {rate: 20 per week}
""",
    """\
caresim: 1
solve: How many slots keep the list at 30 at most at the end of each month?
base: world
levers:
  slots: {services: clinic, add: {between: [0, 20], step: 1}}
conditions:
  list:
    measure: "clinic: list at the end, number"
    at_most: 30 patients
    from: 2024-03
probability: 80%
margin: 5%
confidence: 99%
sustainable: no
""",
    _slots,
)
CASES = {
    "M/M/c": MMC,
    "Erlang B": LOSS,
    "Erlang A": IMPATIENT,
    "two stations in a row": IN_A_ROW,
    "weekly slots": WEEKLY,
}


def answers(case: Case, repeats: range, folder: Path) -> list[Answer]:
    """Return the answers to a question, so many times with other seeds.

    Parameters
    ----------
    case : Case
    repeats : range
        Which.
    folder : Path
        What was simulated does not stay in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "world.yaml").write_text(case.world, encoding="utf-8")
    file = folder / "asked.yaml"
    file.write_text(case.asked, encoding="utf-8")
    asking = question(file)
    found = []
    for repeat in repeats:
        wish = Wish(seed=FIRST_SEED + repeat, workers=1, at_most=20_000)
        found.append(solved(asking, folder / "batch", wish).answer)
        shutil.rmtree(folder / "batch")
    return found
