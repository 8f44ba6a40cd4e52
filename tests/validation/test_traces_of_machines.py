"""Traces by hand of machines that break down.

Each is worked out in its comment and holds to the microsecond on both engines. Times
are minutes after the beginning, Monday 2024-01-01; patients are numbered in the order
in which they are given. A machine works for 30 minutes and is down for 10, so it is
down 30-40, 70-80, 110-120 and so on.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kernels import layout
from kernels.layout import MINUTE
from tests.validation.test_traces import engines, trace
from tests.validation.test_traces_of_units import broken_off, stay, stays

BREAKS = "breaks_down: {works_for: 30 min, repaired_in: 10 min"


def scanner(more: str = "", horizon: str = "2 hours", capacity: str = "1") -> str:
    return (
        f"period: {{start: 2024-01-01, horizon: {horizon}}}\n"
        "services:\n"
        f"  scanner: {{kind: staff, capacity: {capacity}, takes: 20 min, {BREAKS}"
        f"{more}}}}}\n"
        "demand:\n  scanner: {rate: 1 per day}\n"
    )


@engines
def test_a_patient_waits_for_the_repair_and_goes_on(
    tmp_path: Path, engine: str
) -> None:
    # 0: 0-20. 1: comes at 15, starts at 20; the machine breaks at 30, 10 minutes before
    # the end: 40-50, before 2, who came later: 50-70, when the machine breaks, and 2
    # has been treated. 3: comes at 75, when it is down: 80-100.
    trace_of = trace(tmp_path, scanner(), [0, 15, 25, 75])
    assert stays(trace_of, trace_of.records(engine)) == [
        stay(0, "scanner", 0, 0, 20),
        broken_off(1, "scanner", 15, 20, 30),
        stay(1, "scanner", 30, 40, 50),
        stay(2, "scanner", 25, 50, 70),
        stay(3, "scanner", 75, 80, 100),
    ]


@engines
def test_treatment_may_start_again(tmp_path: Path, engine: str) -> None:
    # 1 is broken off at 30 and takes its 20 minutes from 40 on; 2 starts at 60, is
    # broken off at 70 and takes 20 minutes from 80 on.
    again = trace(tmp_path, scanner(", afterwards: start_again"), [0, 15, 25])
    assert stays(again, again.records(engine)) == [
        stay(0, "scanner", 0, 0, 20),
        broken_off(1, "scanner", 15, 20, 30),
        stay(1, "scanner", 30, 40, 60),
        broken_off(2, "scanner", 25, 60, 70),
        stay(2, "scanner", 70, 80, 100),
    ]


@engines
def test_when_both_machines_break_both_patients_wait(
    tmp_path: Path, engine: str
) -> None:
    # Both machines break at 30 and are there again at 40.
    both = trace(tmp_path, scanner(capacity="2"), [15, 20, 22])
    assert stays(both, both.records(engine)) == [
        broken_off(0, "scanner", 15, 15, 30),
        stay(0, "scanner", 30, 40, 45),
        broken_off(1, "scanner", 20, 20, 30),
        stay(1, "scanner", 30, 40, 50),
        stay(2, "scanner", 22, 45, 65),
    ]


@engines
def test_it_breaks_down_after_hours_and_the_patient_goes_on_next_day(
    tmp_path: Path, engine: str
) -> None:
    # 0: starts at 20; the scanner closes at 25, and the patient is finished, but for
    # the breakdown at 30. At 24:00, minute 1440 = 36 x 40, the scanner opens and works.
    text = scanner(horizon="2 days", capacity="{00:00-00:25: 1}")
    closed = trace(tmp_path, text, [20])
    assert stays(closed, closed.records(engine)) == [
        broken_off(0, "scanner", 20, 20, 30),
        stay(0, "scanner", 30, 1440, 1450),
    ]


WITH = f"""
period: {{start: 2024-01-01, horizon: 2 hours}}
services:
  theatre: {{kind: staff, capacity: 2, takes: 35 min, together_with: {{scanner: 1}}}}
  scanner: {{kind: staff, capacity: 1, takes: 5 min, {BREAKS}}}}}
demand:
  theatre: {{rate: 1 per day}}
  scanner: {{rate: 1 per day}}
"""


@engines
def test_units_taken_with_those_of_others_are_not_broken_off(
    tmp_path: Path, engine: str
) -> None:
    # 0 has theatre and scanner 0-35, though the scanner is down from 30 on. 1 comes to
    # the scanner at 10: it is free at 35, but down until 40: 40-45.
    alongside = trace(tmp_path, WITH, [0, 10], streams=[0, 1])
    assert stays(alongside, alongside.records(engine)) == [
        stay(0, "theatre", 0, 0, 35),
        stay(1, "scanner", 10, 40, 45),
    ]


@engines
def test_time_down_is_counted_and_the_last_spell_is_cut_off(
    tmp_path: Path, engine: str
) -> None:
    counted = trace(tmp_path, scanner(horizon="115 min"), [0])
    spells = np.sort(counted.records(engine).spells, order="opened")
    begin = counted.model.begin
    assert ((spells["opened"] - begin) // MINUTE).tolist() == [30, 70, 110]
    assert ((spells["closed"][:2] - begin) // MINUTE).tolist() == [40, 80]
    assert spells["closed"][2] == -1
    assert counted.measure(engine, "breakdowns, number") == 3
    down = counted.measure(engine, "down, share of time")
    assert down == pytest.approx(25 / 115)


@engines
def test_only_services_with_machines_have_breakdowns(
    tmp_path: Path, engine: str
) -> None:
    # Down 30-40, 70-80 and 110-120.
    rows = trace(tmp_path, WITH, [0], streams=[0]).run(engine).measures.to_pylist()
    found = {
        (row["subject"], row["measure"]): row["value"]
        for row in rows
        if row["period"] == "whole" and row["measure"] in ("breakdowns", "down")
    }
    assert found == {
        ("scanner", "breakdowns"): 3,
        ("scanner", "down"): pytest.approx(30 / 120),
    }


TWO = """
period: {start: 2024-01-01, horizon: 60 days}
services:
  scanner:
    kind: staff
    capacity: 2
    takes: 30 min
    breaks_down:
      works_for: {law: exponential, mean: 5 hours}
      repaired_in: {law: exponential, mean: 1 hour}
demand:
  scanner: {rate: 1 per day}
"""


@engines
def test_nobody_is_disturbed_while_a_machine_is_free(
    tmp_path: Path, engine: str
) -> None:
    # One patient an hour: a treatment is broken off only when both machines are down.
    two = trace(tmp_path, TWO, range(0, 60 * 1440, 60))
    records = two.records(engine)
    visits, spells = records.visits, records.spells
    broken = visits[visits["outcome"] == layout.HANDED_BACK]["freed"]
    until = np.where(spells["closed"] < 0, two.model.end, spells["closed"])
    down = [int(((spells["opened"] <= time) & (time < until)).sum()) for time in broken]
    assert 5 < len(down) < 60
    assert set(down) == {2}
    assert len(spells) > 300


@engines
def test_demand_does_not_move_breakdowns(tmp_path: Path, engine: str) -> None:
    few, many = (
        np.sort(trace(tmp_path, TWO, times).records(engine).spells, order="opened")
        for times in (range(0, 1440, 60), range(0, 1440, 7))
    )
    assert np.array_equal(few, many)
