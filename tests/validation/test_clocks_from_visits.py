"""Clocks and standards of a busy world, worked out again from its visits.

The definitions are written here a second time, from the recorded visits and in plain
Python; nothing of the engine's clocks or tallies is used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pytest

from results import Run
from results.layout.labels import microseconds
from results.run import Origin
from scenarios import read
from scenarios.tables import model as tables_of
from simulator.naming import labels
from simulator.replication import ENGINES, replicate

WORLD = """\
caresim: 1
title: A list with holidays
period: {start: 2024-02-01, warm_up: 2 months, horizon: 5 months}
groups: {need: [low, high]}
services:
  clinic: {kind: slots, capacity: {working days 09:00-17:00: 10}}
  holiday: {kind: unlimited, takes: {law: exponential, mean: 12 days}}
  ward: {kind: beds, capacity: 3, takes: {law: lognormal, mean: 1.1 days, cv: 0.8}}
  hotel: {kind: unlimited, takes: {law: exponential, mean: 5 days}}
pathways:
  plan:
    start: first
    steps:
      first: {at: clinic, then: {away: 40%, operation: {share: 30%}, leave: rest}}
      away: {at: holiday, then: {second: 80%, leave: rest}}
      second: {at: clinic, then: {away again: 30%, operation: rest}}
      away again: {at: holiday, then: operation}
      operation:
        at: ward
        while_waiting:
          loses heart: {risk: 2% per week, then: {sent away: 50%, leave: rest}}
      sent away: {at: hotel}
clocks:
  plan:
    start: joins first
    pause: starts holiday
    resume: ends holiday
    stop: [starts ward, leaves]
standards:
  soon:
    clock: plan
    within: 4 weeks
    target: {2024-02-01: 60%, 2024-04-01: 75%}
    counts: completed
  soon of high need:
    clock: plan
    within: 4 weeks
    target: 60%
    counts: still_waiting
    who: {need: high}
  mean: {clock: plan, mean_within: 20 days, counts: completed, who: {need: low}}
  most:
    clock: plan
    percentile: 80%
    within: {2024-02-01: 5 weeks, 2024-05-01: 20 days}
    counts: still_waiting
  beds: {occupancy: ward, at_most: 92%}
  away: {patients: [hotel, holiday], at_most: 25}
demand:
  plan: {rate: 9 per day, who: {need: {low: 70%, high: rest}}}
record: {by: [need]}
"""
DAY = 86_400_000_000
WEEK = 7 * DAY


@dataclass
class Span:
    """One clock of one patient, from its start to its stop."""

    group: int
    begin: int
    end: int | None = None
    pauses: list[list[int]] = field(default_factory=list)

    def time(self, at: int) -> int:
        """Return what it shows at a moment."""
        stood = sum(max(0, min(b, at) - min(a, at)) for a, b in self.pauses)
        return at - self.begin - stood

    def is_on(self, at: int) -> bool:
        """Return whether it is started and not stopped just before a moment."""
        return self.begin < at and (self.end is None or at <= self.end)


def spans(visits: np.ndarray, services: list[str], end: int) -> Iterator[Span]:
    """Yield the clocks that the visits make."""
    by_patient = defaultdict(list)
    for visit in visits:
        by_patient[int(visit["who"])].append(visit)
    for journey in by_patient.values():
        journey.sort(key=lambda visit: visit["visit"])
        found = Span(int(journey[0]["group"]), int(journey[0]["joined"]))
        for visit in journey:
            started, ended = int(visit["started"]), int(visit["ended"])
            if services[visit["service"]] == "holiday":
                found.pauses.append([started, ended if ended >= 0 else end])
            if services[visit["service"]] == "ward" and started >= 0:
                found.end = started
        last = journey[-1]
        if found.end is None and int(last["ended"]) >= 0:
            found.end = int(last["ended"])  # leaves the model
        yield found


class Month:
    """What is counted in one month."""

    def __init__(self, begin: int, end: int, clocks: list[Span]) -> None:
        self.begin, self.end = begin, end
        self.started = [c for c in clocks if begin <= c.begin < end]
        self.stopped = [c for c in clocks if c.end and begin <= c.end < end]
        self.running = [c for c in clocks if c.is_on(end)]

    def times(self, *, still: bool, groups: tuple[int, ...]) -> list[int]:
        """Return the times that a standard looks at, ascending."""
        if still:
            return sorted(c.time(self.end) for c in self.running if c.group in groups)
        return sorted(c.time(c.end) for c in self.stopped if c.group in groups)


@pytest.fixture(scope="module", params=sorted(ENGINES))
def world(request, tmp_path_factory):
    """Return measures by (subject, measure, statistic, period, group), and months."""
    path = tmp_path_factory.mktemp("world") / "world.yaml"
    path.write_text(WORLD)
    scenario = read(path)
    model = tables_of(scenario)
    played = replicate(model, 5, 1, request.param, keep=True)
    names = labels(scenario, model)
    run = Run.from_replications(
        names, Origin({}, "", 5, "0"), [(1, played.tallies)], {}
    )
    columns = ("subject", "measure", "statistic", "period", "group")
    found = {
        tuple(row[column] for column in columns): row["value"]
        for row in run.measures.to_pylist()
    }
    visits = played.records.visits
    services = [service.name for service in scenario.services]
    clocks = list(spans(visits, services, model.end))
    edges = [microseconds(edge) for edge in names.months]
    months = [Month(a, b, clocks) for a, b in pairwise(edges)]
    assert len(clocks) > 1500
    assert sum(len(c.pauses) > 1 for c in clocks) > 50
    assert sum(c.end is not None and c.pauses != [] for c in clocks) > 300
    return found, dict(zip(names.period_names, months, strict=False)), visits, services


def mean(times: list[int]) -> float:
    """Return a mean in days."""
    return sum(times) / len(times) / DAY


def test_clocks_are_those_that_the_visits_make(world):
    found, months, _, _ = world
    for name, month in months.items():
        for group, number in (("all", (0, 1)), ("low", (0,)), ("high", (1,))):

            def of(measure: str, statistic: str, name=name, group=group) -> float:
                return found["plan", measure, statistic, name, group]

            done = [c for c in month.stopped if c.group in number]
            on = [c for c in month.running if c.group in number]
            pausing = [c for c in on if any(a < month.end <= b for a, b in c.pauses)]
            assert of("stopped", "number") == len(done) > 0
            assert of("running at the end", "number") == len(on)
            assert of("paused at the end", "number") == len(pausing) > 0
            times = [c.time(c.end) for c in done]
            assert of("time", "mean") == pytest.approx(mean(times), rel=1e-9)
            ages = [c.time(month.end) for c in on]
            assert of("time so far", "mean") == pytest.approx(mean(ages), rel=1e-9)
            stood = [c.end - c.begin - c.time(c.end) for c in done]
            assert of("time paused", "mean") == pytest.approx(mean(stood), rel=1e-9)
            begun = [c for c in month.started if c.group in number]
            assert of("started", "number") == len(begun)


def test_shares_within_a_time(world):
    found, months, _, _ = world
    reached = []
    for name, month in months.items():
        times = month.times(still=False, groups=(0, 1))
        within = sum(time <= 4 * WEEK for time in times)
        target = 0.6 if name < "2024-04" else 0.75
        assert found["soon", "counted", "number", name, "all"] == len(times)
        assert found["soon", "within", "number", name, "all"] == within
        assert found["soon", "target", "share", name, "all"] == target
        reached.append(within >= target * len(times))
        assert found["soon", "met", "share of months", name, "all"] == reached[-1]
    whole = found["soon", "met", "share of months", "whole", "all"]
    assert whole == sum(reached) / len(reached)
    high = "soon of high need"
    for name, month in months.items():
        times = month.times(still=True, groups=(1,))
        within = sum(time <= 4 * WEEK for time in times)
        assert found[high, "within", "share", name, "all"] == within / len(times)
        assert found[high, "within", "share", name, "high"] == within / len(times)
        assert (high, "within", "share", name, "low") not in found


def test_means(world):
    found, months, _, _ = world
    every = []
    for name, month in months.items():
        times = month.times(still=False, groups=(0,))
        every += times
        achieved = found["mean", "achieved", "mean", name, "all"]
        assert achieved == pytest.approx(mean(times), rel=1e-9)
        met = found["mean", "met", "share of months", name, "all"]
        assert met == (sum(times) <= 20 * DAY * len(times))
    whole = found["mean", "achieved", "mean", "whole", "all"]
    assert whole == pytest.approx(mean(every), rel=1e-9)


def test_percentiles(world):
    found, months, _, _ = world
    for name, month in months.items():
        times = month.times(still=True, groups=(0, 1))
        limit = 5 * WEEK if name < "2024-05" else 20 * DAY
        # The smallest time that at least 80% do not exceed.
        exact = times[-(-80 * len(times) // 100) - 1] / DAY
        achieved = found["most", "achieved", "percentile", name, "all"]
        assert achieved == pytest.approx(exact, rel=1 / 64)
        within = sum(time <= limit for time in times)
        assert found["most", "within", "number", name, "all"] == within
        assert found["most", "target", "time", name, "all"] * DAY == limit
        met = found["most", "met", "share of months", name, "all"]
        assert met == (100 * within >= 80 * len(times))


def test_occupancy_and_patients(world):
    found, months, visits, services = world

    def used(names: set[str], month: Month) -> float:
        """Return the unit-days within a month."""
        total = 0
        for visit in visits:
            if services[visit["service"]] in names and visit["started"] >= 0:
                freed = int(visit["freed"])
                until = min(month.end, freed if freed >= 0 else month.end)
                total += max(0, until - max(month.begin, int(visit["started"])))
        return total / DAY

    for name, month in months.items():
        days = (month.end - month.begin) / DAY
        occupied = used({"ward"}, month) / (3 * days)
        patients = used({"hotel", "holiday"}, month) / days
        achieved = found["beds", "achieved", "occupancy", name, "all"]
        assert achieved == pytest.approx(occupied, rel=1e-9)
        assert found["beds", "met", "share of months", name, "all"] == (
            occupied <= 0.92
        )
        achieved = found["away", "achieved", "patients", name, "all"]
        assert achieved == pytest.approx(patients, rel=1e-9)
        assert found["away", "met", "share of months", name, "all"] == (patients <= 25)
        assert ("beds", "achieved", "occupancy", name, "low") not in found
