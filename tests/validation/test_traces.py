"""Traces that can be followed by hand; every engine must give them to the microsecond.

The scenarios are tiny and written here; who comes, and when, is put into the model's
table of scheduled patients in place of random arrivals.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

import simulator
from kernels.layout import MINUTE, SCHEDULED, Model, Records
from kernels.tallies import IN_USE, JOINED, STARTED, TURNED_N, WAIT_DAYS, WAIT_REST
from results import Run
from results.run import Origin
from scenarios import read
from scenarios.scenario import Scenario
from scenarios.tables import model
from simulator.naming import labels
from simulator.replication import ENGINES, Replication, replicate
from tests.validation.harness import SCENARIOS, Outcome

HEAD = "caresim: 1\ntitle: A trace\n"
engines = pytest.mark.parametrize("engine", sorted(ENGINES))


class Trace(NamedTuple):
    """A tiny scenario with patients who come at given minutes."""

    scenario: Scenario
    model: Model

    def replication(self, engine: str) -> Replication:
        return replicate(self.model, 1, 1, engine, keep=True)

    def records(self, engine: str) -> Records:
        records = self.replication(engine).records
        assert records is not None
        return records

    def run(self, engine: str) -> Run:
        """Return the run that a user would get."""
        tallies = [(1, self.replication(engine).tallies)]
        names = labels(self.scenario, self.model)
        return Run.from_replications(names, Origin({}, "", 1, "0"), tallies, {})

    def measure(self, engine: str, name: str) -> float:
        """Return a measure of the one service, over the whole period."""
        rows = self.run(engine).measures.to_pylist()
        (value,) = (
            row["value"]
            for row in rows
            if row["period"] == "whole"
            and row["kind"] == "service"
            and f"{row['measure']}, {row['statistic']}" == name
        )
        return value


def trace(
    folder: Path,
    text: str,
    minutes: Sequence[float],
    groups: Sequence[int] = (),
    streams: Sequence[int] = (),
) -> Trace:
    """Return a scenario whose patients come at given minutes after its beginning."""
    path = folder / "trace.yaml"
    path.write_text(HEAD + text)
    scenario = read(path)
    tables = model(scenario)
    given = np.zeros(len(minutes), dtype=SCHEDULED)
    given["time"] = tables.begin + np.round(np.array(minutes) * MINUTE).astype(int)
    given["who"] = np.arange(len(minutes))
    given["group"] = groups if len(groups) else 0
    given["stream"] = streams if len(streams) else 0
    clouds = [tables.clouds["stream"].tolist().index(s) for s in given["stream"]]
    given["to"] = tables.clouds["to"][clouds]
    return Trace(scenario, tables._replace(clouds=tables.clouds[:0], scheduled=given))


def minutes_of(trace: Trace, times: np.ndarray) -> list[float]:
    """Return moments in minutes after the beginning; fails where not exact."""
    assert not ((times - trace.model.begin) % (MINUTE // 100)).any()
    return ((times - trace.model.begin) / MINUTE).tolist()


def one_desk(horizon: str, takes: str, more: str = "") -> str:
    """Return a scenario of one desk."""
    return (
        f"period: {{start: 2024-01-01, horizon: {horizon}}}\n"
        f"services:\n  desk: {{kind: staff, capacity: 1, takes: {takes}{more}}}\n"
        "demand:\n  desk: {rate: 1 per day}\n"
    )


@engines
def test_an_overloaded_desk_falls_behind_by_half_a_minute_each_time(
    tmp_path: Path, engine: str
) -> None:
    """X01: D/D/1."""
    x01 = trace(tmp_path, one_desk("20 min", "1.5 min"), range(10))
    visits = x01.records(engine).visits
    waits = minutes_of(x01, x01.model.begin + visits["started"] - visits["joined"])
    assert waits == [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5]
    assert minutes_of(x01, visits["freed"])[-1] == 15


@engines
def test_its_measures_are_those_worked_out_by_hand(tmp_path: Path, engine: str) -> None:
    """X01, counted over the 15 minutes for which the desk is busy."""
    x01 = trace(tmp_path, one_desk("15 min", "1.5 min"), range(10))
    counts = x01.replication(engine).tallies.counts.sum(axis=(0, 1, 2))
    assert counts[STARTED] == 10
    assert counts[WAIT_DAYS] == 0
    assert counts[WAIT_REST] == 22.5 * MINUTE
    assert counts[IN_USE] == 15 * MINUTE
    mean_wait = x01.measure(engine, "wait, mean")
    assert mean_wait * 1440 == pytest.approx(2.25, rel=1e-12)
    assert x01.measure(engine, "utilisation, of rostered time") == 1.0


X02 = """
period: {start: 2024-01-01, horizon: 20 min}
groups:
  length: [four, two, three, one]
services:
  desks:
    kind: staff
    capacity: 2
    takes: {by: length, four: 4 min, two: 2 min, three: 3 min, one: 1 min}
demand:
  desks: {rate: 1 per day, who: {length: four}}
"""


@engines
def test_two_desks_call_in_the_order_of_joining(tmp_path: Path, engine: str) -> None:
    """X02: D/D/2; both desks fall free at 5."""
    x02 = trace(tmp_path, X02, [0, 0, 1, 2, 3], [0, 1, 2, 3, 3])
    visits = x02.records(engine).visits
    assert minutes_of(x02, visits["started"]) == [0, 0, 2, 4, 5]
    assert minutes_of(x02, visits["freed"]) == [4, 2, 5, 5, 6]
    waits = (visits["started"] - visits["joined"]) / MINUTE
    assert waits.tolist() == [0, 0, 1, 2, 2]


X03 = """
period: {start: 2024-01-01, horizon: 20 min}
groups:
  urgency: [urgent, routine]
services:
  doctor:
    kind: staff
    capacity: 1
    takes: 4 min
    priority: {by: urgency, urgent: 1, routine: 2}
demand:
  doctor: {rate: 1 per day, who: {urgency: urgent}}
"""


@engines
def test_urgent_patients_go_first_but_interrupt_nobody(
    tmp_path: Path, engine: str
) -> None:
    """X03."""
    x03 = trace(tmp_path, X03, [0, 1, 2, 3], [1, 1, 0, 0])
    visits = x03.records(engine).visits
    assert minutes_of(x03, visits["started"]) == [0, 12, 4, 8]
    waits = (visits["started"] - visits["joined"]) / MINUTE
    assert waits.tolist() == [0, 11, 2, 5]


@engines
def test_the_warm_up_is_not_counted(tmp_path: Path, engine: str) -> None:
    """X10: of arrivals each minute from 0 to 19, those in [10, 20) count."""
    text = one_desk("10 min, warm_up: 10 min", "0.5 min")
    x10 = trace(tmp_path, text, range(20))
    assert x10.measure(engine, "arrivals, number") == 10
    assert x10.measure(engine, "utilisation, of rostered time") == 0.5


X11 = """
period: {start: 2024-01-01, horizon: 10 min}
groups:
  length: [five, seven, twenty]
services:
  ward:
    kind: unlimited
    takes: {by: length, five: 5 min, seven: 7 min, twenty: 20 min}
demand:
  ward: {rate: 1 per day, who: {length: five}}
"""


@engines
def test_an_average_over_time_is_weighted_by_time(tmp_path: Path, engine: str) -> None:
    """X11: 3 from 0, 5 from 2, 1 from 7, until 10."""
    x11 = trace(tmp_path, X11, [0, 0, 0, 2, 2], [1, 1, 2, 0, 0])
    visits = x11.records(engine).visits
    moments = x11.model.begin + np.arange(10) * MINUTE
    freed = np.where(visits["freed"] < 0, x11.model.end, visits["freed"])
    taken = [((visits["started"] <= t) & (freed > t)).sum() for t in moments]
    assert max(taken) == 5
    assert x11.measure(engine, "in use, mean") == pytest.approx(3.4, rel=1e-12)


FULL = ", turned_away: {full: {when_waiting: 0, then: leave}}"


@engines
def test_who_finds_the_desk_busy_is_turned_away(tmp_path: Path, engine: str) -> None:
    """P11 (simmer's tests): 1.5 minutes each, arrivals every minute, no chair."""
    text = one_desk("2 hours", "1.5 min", FULL)
    full = trace(tmp_path, text, range(1, 101))
    counts = full.replication(engine).tallies.counts.sum(axis=(0, 1, 2))
    assert counts[JOINED] == 100
    assert counts[STARTED] == 50
    assert counts[TURNED_N] == 50


@engines
def test_a_desk_that_falls_free_is_there_for_who_comes_in_that_instant(
    tmp_path: Path, engine: str
) -> None:
    """P11 (simmer's tests): 1 minute each, arrivals every minute, no chair."""
    free = trace(tmp_path, one_desk("2 hours", "1 min", FULL), range(1, 101))
    counts = free.replication(engine).tallies.counts.sum(axis=(0, 1, 2))
    assert counts[STARTED] == 100
    assert counts[TURNED_N] == 0


@pytest.mark.parametrize(
    "engine", [pytest.param("simpy", marks=pytest.mark.validate), "compiled"]
)
def test_a_list_without_chance_moves_as_a_fluid_does(engine: str) -> None:
    """T39: 2,000 wait, 100 come a week; 90 are treated, from week 26 on 115."""
    scenario = read(SCENARIOS / "T39.yaml")
    run = simulator.run(scenario, engine=engine, workers=1)
    outcome = Outcome(run)
    (list_at,) = outcome.midnights("consultant", "waiting")
    # Four more than 2,000 came on the Sunday before, and are there throughout.
    assert list_at[[0, 182, 728]] == pytest.approx([2004, 2260 + 4, 1090 + 4], abs=1)
    reached = int(np.flatnonzero(list_at[182:] <= 1504)[0]) + 182
    assert reached / 7 == pytest.approx(76.67, abs=1 / 7)
    (visits,) = outcome.visits()
    here = visits["service"] == "consultant"
    joined, started = visits["joined"][here], visits["started"][here]
    order = np.argsort(joined)
    joined, waits = joined[order], (started - joined)[order] / 7
    week_0, week_26 = np.searchsorted(joined, [1e-9, 182 + 1e-9])
    assert waits[week_0] == pytest.approx(22.22 + 4 / 90, abs=0.02)
    assert waits[week_26] == pytest.approx(19.652 + 4 / 115, abs=0.02)
