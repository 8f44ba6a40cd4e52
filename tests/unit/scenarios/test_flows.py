"""Flows of all months and groups at once, held against one at a time."""

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import scenarios
from kernels.laws import laws_of, mean
from kernels.layout import Model
from kernels.values import value_at
from scenarios import tables
from scenarios.figures import Figures
from scenarios.flows import Flows, Reading, flows, flows_on
from scenarios.paths import paths_from, reached_from

RICH = Path(__file__).parents[2] / "hand" / "everything.yaml"
TWO = """\
caresim: 1
title: Two groups, and a way that changes
period: {start: 2024-01-01, horizon: 4 months}
groups:
  age: [children, adults]
services:
  clinic:
    kind: unlimited
    takes: {by: age, children: 2 days, adults: 3 days}
    then: {scan: {by: age, children: 50%, adults: 20%}, leave: rest}
  scan:
    kind: unlimited
    takes: 1 day
    then: {clinic: 40%, leave: rest}
demand:
  clinic: {rate: 10 per day, who: {age: {children: 30%, adults: rest}}}
changes:
  - {routes: {out_of: clinic, into: scan}, multiply_by: 1.6, from: 2024-03-01}
"""


def model_of(text: str) -> Model:
    return tables.model(scenarios.parse(text))


def by_month(model: Model) -> Flows:
    reading = Reading(model, model.months.tolist())
    first = (reading.outside != 0.0).any(axis=0)
    return flows_on(reading, paths_from(reading.ways, first))


@pytest.fixture(scope="module")
def rich() -> Model:
    return tables.model(scenarios.read(RICH))


def test_each_group_and_month_has_the_flow_of_its_own_shares() -> None:
    found = by_month(model_of(TWO))
    come = np.array([3.0, 7.0])
    for month, scanned in enumerate([(0.5, 0.2), (0.5, 0.2), (0.8, 0.32), (0.8, 0.32)]):
        # λ = γ + 0.4 p λ at the clinic, and p λ at the scan.
        seen = come / (1.0 - 0.4 * np.array(scanned))
        assert found.joined[month, 0] == pytest.approx(seen)
        assert found.joined[month, 1] == pytest.approx(seen * scanned)
        clinic, scan = seen @ [2.0, 3.0], seen @ np.array(scanned)
        assert found.units[month] == pytest.approx([clinic, scan])
        assert found.in_use.units[month, :, 0] == pytest.approx(seen * [2.0, 3.0])
        assert found.moved[month].sum() == pytest.approx(
            float((seen * scanned).sum() * 1.4)
        )


def test_all_months_at_once_are_each_month_alone(rich: Model) -> None:
    found = by_month(rich)
    for month, (begin, end) in enumerate(pairwise(rich.months.tolist())):
        alone = flows(rich, begin, end)
        for name in ("outside", "joined", "accepted", "treated", "stay", "units"):
            both = getattr(found.of(month), name), getattr(alone, name)
            assert both[0] == pytest.approx(both[1], rel=1e-12), name


def test_numbers_and_means_read_together_are_those_read_alone(rich: Model) -> None:
    for model in (rich, model_of(TWO)):
        moments = (model.months[:-1] + model.months[1:]) // 2
        figures, laws = Figures(model, moments), laws_of(model)
        for row in range(len(model.values)):
            alone = [
                value_at(model.values, model.knots, row, t) for t in moments.tolist()
            ]
            assert np.all(figures.values(row, 0)[:, 0] == alone)
        for law in np.flatnonzero(model.laws["kind"] >= 0).tolist():
            alone = [mean(laws, law, t) for t in moments.tolist()]
            assert np.all(figures.mean(law) == alone)


class _Random(NamedTuple):
    """Places and ways, some of them open at some moments."""

    first: np.ndarray
    source: np.ndarray
    target: np.ndarray
    is_open: np.ndarray


def _random(seed: int) -> _Random:
    draw = np.random.default_rng(seed)
    return _Random(
        draw.random((5, 30)) < 0.1,
        draw.integers(30, size=60),
        draw.integers(30, size=60),
        draw.random((5, 60)) < 0.5,
    )


@pytest.mark.parametrize("seed", range(5))
def test_places_are_reached_at_a_moment_by_the_ways_open_then(seed: int) -> None:
    made = _random(seed)
    found = reached_from(*made)
    for moment in range(5):
        reached = set(np.flatnonzero(made.first[moment]).tolist())
        ahead = list(reached)
        while ahead:
            (ways,) = np.nonzero((made.source == ahead.pop()) & made.is_open[moment])
            new = set(made.target[ways].tolist()) - reached
            reached |= new
            ahead += new
        assert set(np.flatnonzero(found[moment]).tolist()) == reached
