"""Traces by hand of patients who move back from a helping ward to their own.

As in `test_traces_of_units`: worked out in comments, in minutes after the beginning,
and true to the microsecond on both engines.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kernels import layout
from tests.validation.test_traces import Trace, engines, trace
from tests.validation.test_traces_of_units import (
    DAY,
    REASONS,
    Hold,
    broken_off,
    holds,
    stay,
    stays,
)

WARDS = """
period: {{start: 2024-01-01, horizon: 5 hours}}
groups:
  need: [urgent, other]
services:
  medicine:
    kind: beds
    {medicine}
    takes: 60 min
    priority: {{by: need, urgent: 1, other: 2}}
    helped_by: {{surgery: {{takes_times: 1.5, moves_back: {back}}}}}
  surgery: {{kind: beds, takes: 30 min, {surgery}}}
demand:
  medicine: {{rate: 1 per day, who: {{need: urgent}}}}
  surgery: {{rate: 1 per day, who: {{need: other}}}}
"""
URGENT, OTHER = 0, 1
TO_MEDICINE, TO_SURGERY = 0, 1


def wards(
    folder: Path,
    patients: list[tuple[float, int, int]],
    back: str,
    medicine: str = "capacity: 1",
    surgery: str = "capacity: 1",
) -> Trace:
    """Return two wards; patients are when they come, to which ward, of which need."""
    text = WARDS.format(back=back, medicine=medicine, surgery=surgery)
    minutes, streams, groups = zip(*patients, strict=True)
    return trace(folder, text, minutes, groups, streams)


def away(who: int, since: float, until: float) -> Hold:
    """Return a medical patient's time in a surgical bed."""
    return Hold(who, "away", "surgery", since, until, "medicine")


def home(who: int, since: float, until: float) -> Hold:
    """Return a medical patient's time in a medical bed after the move."""
    return Hold(who, "moved back", "medicine", since, until)


def in_time(held: list[Hold]) -> list[Hold]:
    """Return what was held in the order of time."""
    return sorted(held, key=lambda hold: hold.since)


ONE_OUTLIER = [(0, TO_MEDICINE, OTHER), (15, TO_MEDICINE, OTHER)]


@engines
def test_the_rest_of_the_stay_is_as_long_as_at_home(
    tmp_path: Path, engine: str
) -> None:
    # 0 has the medical bed 0-60. 1, since 15, lies in the surgical bed, until 105; at
    # 60, 45 minutes are left, 30 at home: 60-90. 2 comes to surgery at 30 and has the
    # bed that 1 leaves, 60-90.
    both = wards(tmp_path, [*ONE_OUTLIER, (30, TO_SURGERY, OTHER)], "yes")
    records = both.records(engine)
    assert stays(both, records) == [
        stay(0, "medicine", 0, 0, 60),
        stay(1, "medicine", 15, 15, 90),
        stay(2, "surgery", 30, 60, 90),
    ]
    assert holds(both, records) == [away(1, 15, 60), home(1, 60, 90)]
    assert records.visits["units"].tolist() == [1, 0, 1]
    assert records.holds["wanted"].tolist() == [0, -1]
    assert figures(both, engine) == {
        "helped elsewhere, number": 1,
        "helped elsewhere, total": 45 / DAY,
        "moved back, number": 1,
        "in use, mean": (60 + 30) / 300,
        "length of stay, mean": (60 + 75) / 2 / DAY,
    }


def figures(of: Trace, engine: str) -> dict[str, float]:
    """Return some measures of the medical ward."""
    wanted = {
        *("helped elsewhere, number", "helped elsewhere, total"),
        *("moved back, number", "in use, mean", "length of stay, mean"),
    }
    found = {}
    for row in of.run(engine).measures.to_pylist():
        name = f"{row['measure']}, {row['statistic']}"
        is_total = row["period"] == "whole" and row["group"] == "all"
        if is_total and row["subject"] == "medicine" and name in wanted:
            found[name] = pytest.approx(row["value"], rel=1e-12)
    return found


THIRD = [*ONE_OUTLIER, (30, TO_MEDICINE, OTHER)]


@engines
def test_those_in_line_go_first_unless_told_otherwise(
    tmp_path: Path, engine: str
) -> None:
    # 0: 0-60. 1, since 15, in surgery. 2, since 30, in line; has the medical bed at 60,
    # until 120, and 1 stays where they are, until 105.
    both = wards(tmp_path, THIRD, "yes")
    records = both.records(engine)
    assert stays(both, records)[1:] == [
        stay(1, "medicine", 15, 15, 105),
        stay(2, "medicine", 30, 60, 120),
    ]
    assert holds(both, records) == [away(1, 15, 105)]


@engines
@pytest.mark.parametrize("back", ["in_turn", "first"])
def test_in_turn_goes_who_joined_the_line_first(
    tmp_path: Path, engine: str, back: str
) -> None:
    # At 60, 1 moves back, until 90, and 2 has the surgical bed of 1 at once, until 150.
    # At 90 the medical bed is free: 2 moves back with 60 minutes left, 40 at home: 130.
    both = wards(tmp_path, THIRD, back)
    records = both.records(engine)
    assert stays(both, records)[1:] == [
        stay(1, "medicine", 15, 15, 90),
        stay(2, "medicine", 30, 60, 130),
    ]
    assert holds(both, records) == [
        away(1, 15, 60),
        home(1, 60, 90),
        away(2, 60, 90),
        home(2, 90, 130),
    ]


URGENT_ONE = [*ONE_OUTLIER, (30, TO_MEDICINE, URGENT)]


@engines
def test_in_turn_the_urgent_one_in_line_goes_before(
    tmp_path: Path, engine: str
) -> None:
    # As with `yes` above: 2 is urgent, 1 is not.
    both = wards(tmp_path, URGENT_ONE, "in_turn")
    assert stays(both, both.records(engine))[1:] == [
        stay(1, "medicine", 15, 15, 105),
        stay(2, "medicine", 30, 60, 120),
    ]


@engines
def test_first_means_before_the_urgent_one_in_line(tmp_path: Path, engine: str) -> None:
    both = wards(tmp_path, URGENT_ONE, "first")
    assert stays(both, both.records(engine))[1:] == [
        stay(1, "medicine", 15, 15, 90),
        stay(2, "medicine", 30, 60, 130),
    ]


@engines
def test_of_several_elsewhere_the_most_urgent_moves_first(
    tmp_path: Path, engine: str
) -> None:
    # 0: 0-60. 1, since 15, and 2, urgent, since 20, in surgery until 105 and 110. At 60
    # 2 moves, 50 minutes left make 33 1/3 at home: until 93 1/3, when 1 moves, with
    # 11 2/3 left, 7 7/9 at home.
    both = wards(
        tmp_path,
        [*ONE_OUTLIER, (20, TO_MEDICINE, URGENT)],
        "yes",
        surgery="capacity: 2",
    )
    ends = both.records(engine).visits["ended"] - both.model.begin
    minute = layout.MINUTE
    second = 60 * minute + halves_up(50 * minute, 1.5)
    first = second + halves_up(105 * minute - second, 1.5)
    assert ends.tolist() == [60 * minute, first, second]


def halves_up(rest: int, factor: float) -> int:
    """Return whole microseconds, from fractions of which both are exact."""
    numerator, denominator = factor.as_integer_ratio()
    return (2 * rest * denominator + numerator) // (2 * numerator)


@engines
@pytest.mark.parametrize(("limit", "ends"), [("44 min", 90), ("45 min", 105)])
def test_nobody_is_moved_who_is_about_to_leave(
    tmp_path: Path, engine: str, limit: str, ends: float
) -> None:
    # At 60, 1 would leave in 45 minutes.
    both = wards(tmp_path, ONE_OUTLIER, f"yes, unless_leaving_within: {limit}")
    assert stays(both, both.records(engine))[1] == stay(1, "medicine", 15, 15, ends)


KEPT_BACK = """capacity: 2
    kept_back: {for the urgent: {who: {need: urgent}, capacity: 1}}"""


@engines
def test_a_bed_that_is_kept_back_is_not_for_them(tmp_path: Path, engine: str) -> None:
    # Two medical beds, one for the urgent. 0, urgent, has that one, 0-60, and 1 the
    # other. 2, since 15, and 3, since 20, are in surgery, until 105 and 110. At 60 both
    # medical beds are free: 2 moves to the one that is for everybody, until 90, and 3
    # stays. At 90, with 20 minutes left, 3 moves: 13 1/3 at home.
    patients = [
        (0, TO_MEDICINE, URGENT),
        (0, TO_MEDICINE, OTHER),
        (15, TO_MEDICINE, OTHER),
        (20, TO_MEDICINE, OTHER),
    ]
    both = wards(tmp_path, patients, "yes", KEPT_BACK, "capacity: 2")
    ends = both.records(engine).visits["ended"] - both.model.begin
    last = 90 * layout.MINUTE + halves_up(20 * layout.MINUTE, 1.5)
    assert ends[2:].tolist() == [90 * layout.MINUTE, last]


@engines
def test_the_bed_they_leave_is_cleaned(tmp_path: Path, engine: str) -> None:
    # As in the first trace; the surgical bed is cleaned 60-70, then 2 has it.
    both = wards(
        tmp_path,
        [*ONE_OUTLIER, (30, TO_SURGERY, OTHER)],
        "yes",
        surgery="capacity: 1, cleaning: 10 min",
    )
    records = both.records(engine)
    assert stays(both, records)[2] == stay(2, "surgery", 30, 70, 100)
    assert Hold(1, "cleaning", "surgery", 60, 70) in holds(both, records)


INTERRUPTED = """capacity: 1
    interrupted: {by_priority: 1}"""


@engines
def test_who_has_moved_back_can_be_interrupted_there(
    tmp_path: Path, engine: str
) -> None:
    # 0 and 1 as in the first trace: at 60, 1 moves back, for 30 minutes. 2 has the
    # surgical bed 61-91. At 70 the urgent 3 interrupts; 1 has 20 minutes left, which
    # are those of home and stay 20 in the surgical bed, 91-111. 3: 70-130.
    patients = [
        *ONE_OUTLIER,
        (61, TO_SURGERY, OTHER),
        (70, TO_MEDICINE, URGENT),
    ]
    both = wards(tmp_path, patients, "first", INTERRUPTED)
    records = both.records(engine)
    assert stays(both, records)[1:] == [
        broken_off(1, "medicine", 15, 15, 70),
        stay(1, "medicine", 70, 91, 111),
        stay(2, "surgery", 61, 61, 91),
        stay(3, "medicine", 70, 70, 130),
    ]
    assert in_time(holds(both, records)) == [
        away(1, 15, 60),
        home(1, 60, 70),
        away(1, 91, 111),
    ]


AROUND_THEATRE = """
period: {start: 2024-01-01, horizon: 4 hours}
services:
  medicine:
    kind: beds
    capacity: 1
    takes: 60 min
    helped_by: {surgery: {takes_times: 2, moves_back: yes}}
  surgery: {kind: beds, capacity: 1, takes: 30 min}
  theatre: {kind: staff, capacity: 1}
pathways:
  operation:
    start: before
    steps:
      before: {at: medicine, takes: 10 min, then: operation}
      operation: {at: theatre, takes: 45 min, holding: medicine, then: ward again}
      ward again: {at: medicine, takes: 30 min}
demand:
  medicine: {rate: 1 per day}
  surgery: {rate: 1 per day}
  operation: {rate: 1 per day}
"""


@engines
def test_who_is_in_theatre_moves_when_they_are_back(
    tmp_path: Path, engine: str
) -> None:
    # 0 has the medical bed 0-60. 1 lies in surgery 5-25, twice 10 minutes, is in
    # theatre 25-70 and holds the surgical bed. The medical one is free from 60 on; 1
    # has it from 70 on, 70-100, as nothing of these 30 minutes was multiplied. 2 waits
    # for the surgical bed from 40 on: 70-100.
    ward = trace(tmp_path, AROUND_THEATRE, [0, 5, 40], streams=[0, 2, 1])
    records = ward.records(engine)
    assert stays(ward, records) == [
        stay(0, "medicine", 0, 0, 60),
        stay(1, "medicine", 5, 5, 25),
        stay(1, "theatre", 25, 25, 70),
        stay(1, "medicine", 70, 70, 100),
        stay(2, "surgery", 40, 70, 100),
    ]
    assert in_time(holds(ward, records)) == [
        away(1, 5, 25),
        Hold(1, "kept", "surgery", 25, 70),
        Hold(1, "kept", "medicine", 70, 100),
    ]
    assert sorted(records.holds["wanted"].tolist()) == [-1, -1, 0]


NOON = """
period: {{start: 2024-01-01, horizon: 1 week}}
groups:
  stay: [short, long]
services:
  medicine:
    kind: beds
    capacity: 1
    takes: {{by: stay, short: 2 hours, long: 20 hours}}
    discharge_hours: {{12:00-12:01: 100%}}
    helped_by: {{surgery: {{takes_times: 2, moves_back: {back}}}}}
  surgery: {{kind: beds, capacity: 1}}
demand:
  medicine: {{rate: 1 per day, who: {{stay: short}}}}
"""


@engines
def test_hours_of_discharge_put_the_new_end_off(tmp_path: Path, engine: str) -> None:
    # 0, short, leaves at noon of day 1. 1, long, in surgery from 01:00 on, is done
    # after 40 hours, at 17:00 on day 2, and leaves at noon on day 3. Moved back at noon
    # of day 1, with 29 hours left, so 14.5: done in the night, leaves at noon of day 2.
    ends = []
    for back in ("no", "yes"):
        ward = trace(tmp_path, NOON.format(back=back), [0, 60], [0, 1])
        records = ward.records(engine)
        ends.append(records.visits["ended"] - ward.model.begin)
    stayed, moved = ends
    noon = 12 * layout.HOUR
    assert (
        (stayed % layout.DAY >= noon) & (stayed % layout.DAY < noon + layout.MINUTE)
    ).all()
    assert (stayed // layout.DAY).tolist() == [0, 2]
    assert moved.tolist() == [stayed[0], stayed[1] - layout.DAY]


OUT_OF_AREA = """
period: {start: 2024-01-01, horizon: 10 days}
budgets: [commissioner]
services:
  ward:
    kind: beds
    capacity: 1
    takes: 4 days
    cost: {commissioner: £300 per day}
    helped_by: {out of area: {after: 2 days, takes_times: 1.25, moves_back: yes}}
  out of area: {kind: unlimited, cost: {commissioner: £500 per day}}
demand:
  ward: {rate: 1 per week}
"""


@engines
def test_who_is_out_of_area_comes_home(tmp_path: Path, engine: str) -> None:
    # 0: days 0-4. 1, since day 1, is sent out of area on day 3, for 5 days; comes home
    # on day 4 with 4 days left, 3.2 at home: until 7.2.
    ward = trace(tmp_path, OUT_OF_AREA, [0, DAY])
    records = ward.records(engine)
    assert stays(ward, records)[1] == stay(1, "ward", DAY, 3 * DAY, 7.2 * DAY)
    assert holds(ward, records) == [
        Hold(1, "away", "out of area", 3 * DAY, 4 * DAY, "ward"),
        Hold(1, "moved back", "ward", 4 * DAY, 7.2 * DAY),
    ]
    costs = {
        row["subject"]: row["value"]
        for row in ward.run(engine).measures.to_pylist()
        if row["period"] == "whole"
        and row["kind"] == "service"
        and (row["measure"], row["statistic"]) == ("cost", "total")
    }
    assert costs == {
        "ward": pytest.approx(300 * 7.2),
        "out of area": pytest.approx(500 * 1),
    }


def test_all_reasons_are_named() -> None:
    assert sorted(REASONS) == list(np.arange(len(REASONS)))
