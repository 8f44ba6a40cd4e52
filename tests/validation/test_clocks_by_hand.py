"""Clocks and standards of tiny worlds, worked out with pencil and paper.

Who comes, and when, is written into the model; all times are constant, so every start,
pause and stop can be followed in the comments. Both engines must give these figures.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kernels.layout import DAY, MINUTE
from tests.validation.test_traces import Trace, engines, trace

FEBRUARY, MARCH, APRIL = "2024-02", "2024-03", "2024-04"
DAYS = 24 * 60
PATHWAY = """\
period: {start: 2024-02-01, horizon: 3 months}
services:
  clinic: {kind: unlimited, takes: 4 days}
  holiday: {kind: unlimited, takes: 10 days}
  theatre: {kind: unlimited, takes: 6 days}
pathways:
  plan:
    start: first
    steps:
      first: {at: clinic, then: away}
      away: {at: holiday, then: again}
      again: {at: clinic, then: gone}
      gone: {at: holiday, then: treated}
      treated: {at: theatre}
clocks:
  treatment:
    start: joins first
    pause: starts holiday
    resume: ends holiday
    stop: [ends theatre, leaves]
demand:
  plan: {rate: 1 per day}
"""
"""Each patient: 4 days on the clock, 10 off, 4 on, 10 off, 6 on: 34 days, 14 on it."""


def one(world: Trace, engine: str, subject: str, name: str, period: str) -> float:
    """Return a figure of a run; NaN where there is no such row."""
    wanted = (subject, *name.split(", "), period, "all")
    columns = ("subject", "measure", "statistic", "period", "group")
    found = [
        row["value"]
        for row in world.run(engine).measures.to_pylist()
        if tuple(row[column] for column in columns) == wanted
    ]
    assert len(found) <= 1
    return found[0] if found else float("nan")


@engines
def test_a_clock_that_pauses_twice_has_three_parts(tmp_path: Path, engine: str) -> None:
    world = trace(tmp_path, PATHWAY, [5 * DAYS])
    rows = world.records(engine).clocks
    begin = world.model.begin
    days = [
        [(row[name] - begin) // DAY for name in ("since", "paused", "stopped")]
        for row in rows
    ]
    assert days[:2] == [[5, 9, 19], [19, 23, 33]]
    assert (days[2][0], days[2][2]) == (33, 39)
    assert rows["paused"][2] == -1
    assert rows["part"].tolist() == [0, 1, 2]
    assert rows["resumed"].tolist() == [1, 1, 0]
    assert rows["dropped"].tolist() == [0, 0, 0]
    assert (rows["ran"] // DAY).tolist() == [0, 4, 8]
    assert (rows["stood"] // DAY).tolist() == [0, 10, 20]


@engines
def test_time_age_and_pauses_leave_each_other_out(tmp_path: Path, engine: str) -> None:
    # February has 29 days, March 31. Days after 1 February on which each one starts,
    # first pauses, goes on, pauses again, goes on and stops:
    #   A:  0:  0  4 14 18 28 34   over on 6 March
    #   B: 20: 20 24 34 38 48 54   on 1 March (29) in the first pause, 4 days on it
    #   C: 26: 26 30 40 44 54 60   on 1 March on the clock, 3 days; on 1 April (60) over
    #   D: 40: 40 44 54 58 68 74   on 1 April in the second pause, 8 days on it
    world = trace(tmp_path, PATHWAY, [day * DAYS for day in (0, 20, 26, 40)])

    def of(name: str, period: str) -> float:
        return one(world, engine, "treatment", name, period)

    assert [of("started, number", p) for p in (FEBRUARY, MARCH, APRIL)] == [3, 1, 0]
    assert [of("stopped, number", p) for p in (FEBRUARY, MARCH, APRIL)] == [0, 2, 2]
    # A is on the clock again since day 28, with 8 + 1 days; so (9 + 4 + 3) / 3.
    assert of("running at the end, number", FEBRUARY) == 3
    assert of("paused at the end, number", FEBRUARY) == 1
    assert of("time so far, mean", FEBRUARY) == pytest.approx(16 / 3, rel=1e-12)
    # C stops in the instant in which April begins: just before, it still runs, 14 days.
    assert of("running at the end, number", MARCH) == 2
    assert of("paused at the end, number", MARCH) == 1
    assert of("time so far, mean", MARCH) == (14 + 8) / 2
    for period in (MARCH, APRIL, "whole"):
        assert of("time, mean", period) == 14
        assert of("time paused, mean", period) == 20


@engines
def test_those_who_pause_are_still_waiting(tmp_path: Path, engine: str) -> None:
    # As above: at the end of February A 9, B 4, C 3 days; of March C 14, D 8 days.
    standards = (
        "standards:\n"
        "  soon: {clock: treatment, within: 4 days, target: 60%, "
        "counts: still_waiting}\n"
        "  mean: {clock: treatment, mean_within: 8 days, counts: still_waiting}\n"
    )
    text = PATHWAY + standards
    world = trace(tmp_path, text, [day * DAYS for day in (0, 20, 26, 40)])

    def of(standard: str, name: str, period: str) -> float:
        return one(world, engine, standard, name, period)

    assert of("soon", "counted, number", FEBRUARY) == 3
    assert of("soon", "within, share", FEBRUARY) == pytest.approx(2 / 3)
    assert of("soon", "within, share", MARCH) == 0
    assert of("soon", "within, share", "whole") == 2 / 5
    assert of("soon", "met, share of months", "whole") == 1 / 2  # nobody in April
    assert of("mean", "achieved, mean", FEBRUARY) == pytest.approx(16 / 3)
    assert of("mean", "achieved, mean", MARCH) == 11
    assert of("mean", "achieved, mean", "whole") == pytest.approx((16 + 22) / 5)
    assert of("mean", "met, share of months", FEBRUARY) == 1
    assert of("mean", "met, share of months", MARCH) == 0


STOPS = """\
period: {start: 2024-02-01, horizon: 1 month}
services:
  desk: {kind: staff, capacity: 1, takes: 10 min, then: ward}
  ward: {kind: unlimited, takes: 1 day}
clocks:
  whole: {start: joins desk, pause: joins desk, resume: starts desk, stop: ends desk}
  care: {start: starts desk, stop: leaves, pause: starts ward, resume: starts desk}
  never: {start: starts ward, stop: joins desk}
demand:
  desk: {rate: 1 per day}
"""


@engines
def test_a_pause_lasts_until_the_stop_and_a_patient_who_leaves_drops_the_clock(
    tmp_path: Path, engine: str
) -> None:
    text = STOPS.replace("pause: joins desk, resume", "pause: joins ward, resume")
    world = trace(tmp_path, text, [60, 61])
    whole, care, never = (
        world.records(engine).clocks[world.records(engine).clocks["clock"] == row]
        for row in range(3)
    )
    # The second patient waits until 70 and is done at 80: 19 minutes on the clock.
    assert ((whole["stopped"] - whole["since"]) // MINUTE).tolist() == [10, 19]
    assert (whole["paused"] == -1).all()
    # Stopped while it stands still: one part, 10 minutes on it and a day's pause.
    assert ((care["paused"] - care["since"]) // MINUTE).tolist() == [10, 10]
    assert ((care["stopped"] - care["paused"]) // DAY).tolist() == [1, 1]
    assert care["resumed"].tolist() == [0, 0]
    assert one(world, engine, "care", "time, mean", "whole") * DAYS == 10
    assert one(world, engine, "care", "time paused, mean", "whole") == 1
    # Nothing stops it: it is no time of anybody.
    assert never["dropped"].tolist() == [1, 1]
    assert one(world, engine, "never", "stopped, number", "whole") == 0


WAITS = """\
period: {start: 2024-02-01, horizon: 2 months}
groups: {need: [low, high]}
services:
  desk: {kind: beds, capacity: 1, takes: 10 min, then: ward}
  ward: {kind: beds, capacity: 4, takes: 2 days}
  hotel: {kind: unlimited, takes: 1 day}
clocks:
  wait: {start: joins desk, stop: starts desk}
standards:
  most: {clock: wait, percentile: 75%, within: 20 min, counts: completed}
  most of high need:
    clock: wait
    percentile: 50%
    within: 9 min
    counts: completed
    who: {need: high}
  mean:
    clock: wait
    mean_within: {2024-02-01: 15 min, 2024-03-01: 4 min}
    counts: completed
  beds: {occupancy: [desk, ward], at_most: {2024-02-01: 5%, 2024-03-01: 1%}}
  away: {patients: hotel, at_most: 0}
  few: {patients: [ward, hotel], at_most: 1}
demand:
  desk: {rate: 1 per day, who: {need: {low: 50%, high: rest}}}
  hotel: {rate: 1 per day, who: {need: low}}
"""


@engines
def test_percentiles_means_occupancy_and_patients_by_hand(
    tmp_path: Path, engine: str
) -> None:
    # Four come together on 2 February and wait 0, 10, 20 and 30 minutes; one comes on
    # 3 March and does not wait. Each then lies for two days on the ward.
    ward = WAITS.replace("then: ward}", "then: {ward: {share: rest, keeps_bed: no}}}")
    times = [DAYS, DAYS, DAYS, DAYS, 31 * DAYS]
    world = trace(tmp_path, ward, times, [1, 1, 1, 1, 0])

    def of(standard: str, name: str, period: str) -> float:
        return one(world, engine, standard, name, period)

    # Three of four within 20 minutes: 75% exactly. Half of them below 20, the upper
    # edge of the bucket of 20 minutes lies less than 1/128 above it.
    assert of("most", "counted, number", FEBRUARY) == 4
    assert of("most", "within, share", FEBRUARY) == 3 / 4
    assert of("most", "met, share of months", FEBRUARY) == 1
    value = of("most", "achieved, percentile", FEBRUARY) * DAYS
    assert 20 <= value <= 20 * (1 + 1 / 128)
    assert of("most", "achieved, percentile", MARCH) == 0
    assert of("most", "target, time", FEBRUARY) * DAYS == 20
    # Of high need one of four is within 9 minutes; in March none of them comes.
    assert of("most of high need", "within, share", FEBRUARY) == 1 / 4
    assert of("most of high need", "met, share of months", FEBRUARY) == 0
    assert of("most of high need", "counted, number", MARCH) == 0
    assert of("most of high need", "met, share of months", "whole") == 0
    # (0 + 10 + 20 + 30) / 4 is 15 minutes exactly; over both months 60 / 5.
    assert of("mean", "achieved, mean", FEBRUARY) * DAYS == pytest.approx(15, rel=1e-12)
    assert of("mean", "achieved, mean", "whole") * DAYS == pytest.approx(12, rel=1e-12)
    assert of("mean", "met, share of months", FEBRUARY) == 1
    assert of("mean", "met, share of months", MARCH) == 1
    assert of("mean", "target, time", "whole") != of("mean", "target, time", "whole")
    # In use: 40 minutes and eight days, of five beds for 29 days.
    expected = (40 / DAYS + 8) / (5 * 29)
    assert of("beds", "achieved, occupancy", FEBRUARY) == pytest.approx(expected)
    assert of("beds", "met, share of months", FEBRUARY) == 0
    expected = (10 / DAYS + 2) / (5 * 31)
    assert of("beds", "achieved, occupancy", MARCH) == pytest.approx(expected)
    assert of("beds", "met, share of months", "whole") == 0
    assert of("beds", "target, share", MARCH) == 0.01
    # Nobody is sent away; on the ward eight days of 29, and two of 31.
    assert of("away", "achieved, patients", "whole") == 0
    assert of("away", "met, share of months", "whole") == 1
    assert of("few", "achieved, patients", FEBRUARY) == pytest.approx(8 / 29)
    assert of("few", "target, patients", "whole") == 1
    assert of("few", "met, share of months", "whole") == 1
