"""Measures whose spread is known exactly, played through the designs of studies.

Ishigami's function of three inputs between -π and π,
sin x + 7 sin² y + z⁴ sin x ÷ 10 (T. Ishigami, T. Homma, An importance quantification
technique in uncertainty analysis for computer models, 1990), whose variances are in
closed form (A. Saltelli et al., Global Sensitivity Analysis, 2008, 4.7), with luck of a
known variance added. And M/M/c whose arrivals and times are not known: Erlang's formula
(`formulas`) integrated over the laws by Gauss and Legendre.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from results.statistics.laws import Input
from results.statistics.shares import Shares, shares_by_changing, shares_of_surface
from results.statistics.surfaces import surface
from results.statistics.variances import Split, split
from scenarios.studies.inputs import uncertain_base, values_of
from scenarios.studies.spreads import FIRST, SALTELLI, SECOND, spread_study
from tests.validation.formulas import MMc

FIRST_SEED = 20_261_130
"""Fixed before the first run; the next repeats have the next ones."""
LUCK = 2.0
"""Standard deviation of the luck that is added."""
REPLICATIONS = 4
CUBE = """\
caresim: 1
title: Three numbers that nobody knows
period: {start: 2024-01-01, horizon: 10 days}
services:
  x: {kind: unlimited, takes: {between: [1 day, 2 days]}}
  y: {kind: unlimited, takes: {between: [1 day, 2 days]}}
  z: {kind: unlimited, takes: {between: [1 day, 2 days]}}
demand:
  x: {rate: 1 per day}
  y: {rate: 1 per day}
  z: {rate: 1 per day}
"""
DESK = """\
caresim: 1
title: A desk whose load nobody is sure of
period: {start: 2024-01-01, warm_up: 60 days, horizon: 1460 days}
services:
  desk:
    kind: staff
    capacity: 3
    takes: {law: exponential, mean: {between: [0.8 days, 1.1 days]}}
demand:
  desk: {rate: {between: [1.8 per day, 2.4 per day]}}
"""
TIMES, RATES = "services.desk.takes.mean", "demand.desk.rate"
WAIT = "desk: wait, mean"


class Exact(NamedTuple):
    """Variance of what is not known, and shares of the inputs."""

    between: float
    first: Mapping[str, float]
    total: Mapping[str, float]


class Found(NamedTuple):
    """The same as estimated."""

    split: Split
    shares: Shares


def ishigami() -> Exact:
    """Return the variances of Ishigami's function."""
    x = (1 + np.pi**4 / 50) ** 2 / 2
    y = 49 / 8
    xz = np.pi**8 * (1 / 18 - 1 / 50) / 100
    whole = x + y + xz
    names = [f"services.{name}.takes" for name in "xyz"]
    first = dict(zip(names, (x / whole, y / whole, 0.0), strict=True))
    total = dict(zip(names, ((x + xz) / whole, y / whole, xz / whole), strict=True))
    return Exact(whole, first, total)


def _value(points: np.ndarray) -> np.ndarray:
    x, y, z = ((points - 1.5) * 2 * np.pi).T
    return np.sin(x) + 7 * np.sin(y) ** 2 + z**4 * np.sin(x) / 10


def played_ishigami(folder: Path, draws: int, way: str, seed: int) -> Found:
    """Return what is estimated of Ishigami's function, with luck of each draw's own."""
    file = folder / "cube.yaml"
    file.write_text(CUBE, encoding="utf-8")
    made = spread_study([uncertain_base(file)], draws, way, seed, REPLICATIONS)
    drawn = {variant.name: variant.drawn for variant in made.study.variants}
    random = np.random.default_rng(seed)
    luck = LUCK * random.normal(size=(draws, REPLICATIONS))
    sets = {}
    for each in made.sets:
        points = np.array([values_of(drawn[n], made.inputs) for n in each.variants])
        sets[each.sort] = _value(points)[:, None] + luck
    return Found(split(sets[FIRST]), _shares(made, sets, way))


def _shares(made, sets, way) -> Shares:  # type: ignore[no-untyped-def]
    if way == SALTELLI:
        changed = {law.name: sets[law.name] for law in made.inputs}
        found = shares_by_changing(sets[FIRST], sets[SECOND], changed)
    else:
        inputs = [Input(law.name, np.array(law.grid)) for law in made.inputs]
        means = sets[FIRST].mean(axis=1)
        fitted = surface(inputs, np.array(made.points), means)
        found = shares_of_surface(fitted, sets[FIRST])
    assert found is not None
    return found


def desk() -> Exact:
    """Return the variances of the mean wait at the desk, in its steady state."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    weights = weights / 2
    rates, times = 2.1 + 0.3 * nodes, 0.95 + 0.15 * nodes
    waits = np.array([[MMc(r, t, 3).wait for t in times] for r in rates])
    mean = weights @ waits @ weights
    whole = float(weights @ np.square(waits - mean) @ weights)
    by_rate = float(weights @ np.square(waits @ weights - mean)) / whole
    by_time = float(weights @ np.square(weights @ waits - mean)) / whole
    first = {RATES: by_rate, TIMES: by_time}
    return Exact(whole, first, {RATES: 1 - by_time, TIMES: 1 - by_rate})


def drawn_desk(draws: int, seed: int) -> tuple[np.ndarray, np.ndarray, list[Input]]:
    """Return loads of the desk, waits with luck, and the laws; nothing is simulated.

    The luck is skewed, and larger where waits are long, as that of queues is.
    """
    random = np.random.default_rng(seed)
    u = random.uniform(size=(draws, 2))
    points = np.column_stack([1.8 + 0.6 * u[:, 0], 0.8 + 0.3 * u[:, 1]])
    waits = np.array([[MMc(rate, time, 3).wait] for rate, time in points])
    luck = random.standard_gamma(4, size=(draws, REPLICATIONS)) / 4
    middles = (np.arange(1024) + 0.5) / 1024
    laws = [Input(RATES, 1.8 + 0.6 * middles), Input(TIMES, 0.8 + 0.3 * middles)]
    return points, waits * (0.5 + 0.5 * luck), laws


def desk_mean() -> float:
    """Return the mean wait at the desk over what its load may be, in days."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    pairs = [(2.1 + 0.3 * a, 0.95 + 0.15 * b) for a in nodes for b in nodes]
    waits = np.array([MMc(rate, time, 3).wait for rate, time in pairs])
    return float(waits.reshape(40, 40).dot(weights / 2) @ (weights / 2))


def desk_worth(bar: float) -> dict[str, float]:
    """Return what finding out is worth to relying on a wait below a bar, in days."""
    nodes, weights = np.polynomial.legendre.leggauss(400)
    weights = weights / 2
    rates, times = 2.1 + 0.3 * nodes, 0.95 + 0.15 * nodes
    gains = bar - np.array([[MMc(r, t, 3).wait for t in times] for r in rates])
    now = max(0.0, float(weights @ gains @ weights))
    return {
        "all": float(weights @ np.maximum(gains, 0) @ weights) - now,
        RATES: float(weights @ np.maximum(gains @ weights, 0)) - now,
        TIMES: float(weights @ np.maximum(weights @ gains, 0)) - now,
    }
