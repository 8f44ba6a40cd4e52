"""Traces by hand of units that are shared, held, kept and fought for.

Each is worked out in its comment and holds to the microsecond on both engines. Times
are minutes after the beginning, Monday 2024-01-01; patients are numbered in the order
in which they are given.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from kernels import layout
from kernels.layout import Records
from scenarios import read
from scenarios.tables import model
from tests.validation.harness import SCENARIOS
from tests.validation.test_traces import Trace, engines, minutes_of, trace

DAY = 1440
OUTCOMES = {
    layout.COMPLETED: "treated",
    layout.LEFT: "left",
    layout.TURNED_AWAY: "turned away",
    layout.HANDED_BACK: "handed back",
    layout.WAITING: "waits",
    layout.IN_SERVICE: "in treatment",
}
REASONS = {
    layout.BLOCKED: "blocked",
    layout.KEPT: "kept",
    layout.ALONGSIDE: "alongside",
    layout.AWAY: "away",
    layout.CLEANING: "cleaning",
    layout.MOVED_BACK: "moved back",
}


class Stay(NamedTuple):
    """A visit, or a part of one."""

    who: int
    service: str
    joined: float
    started: float
    ended: float
    freed: float
    outcome: str = "treated"


class Hold(NamedTuple):
    """Units in use beside those that visits tell of."""

    who: int
    reason: str
    service: str
    since: float
    until: float
    beside: str = ""
    """What is waited for (blocked), or where the patient was called in (away)."""


def stay(who: int, service: str, joined: float, started: float, freed: float) -> Stay:
    """Return a visit that is over when treatment ends."""
    return Stay(who, service, joined, started, freed, freed)


def broken_off(
    who: int, service: str, joined: float, started: float, at: float
) -> Stay:
    """Return a part of a visit that was handed back."""
    return Stay(who, service, joined, started, at, at, "handed back")


def stays(trace: Trace, records: Records) -> list[Stay]:
    """Return the visits by patient, as they went on."""
    visits = records.visits
    columns = (
        _minutes(trace, visits[x]) for x in ("joined", "started", "ended", "freed")
    )
    services = [trace.scenario.services[i].name for i in visits["service"]]
    outcomes = [OUTCOMES[x] for x in visits["outcome"].tolist()]
    rows = zip(visits["who"].tolist(), services, *columns, outcomes, strict=True)
    return [Stay(*row) for row in rows]


def holds(trace: Trace, records: Records) -> list[Hold]:
    """Return the units held, by patient."""
    found = []
    names = [service.name for service in trace.scenario.services]
    for row in records.holds:
        since, until = _minutes(trace, np.array([row["since"], row["until"]]))
        beside = ""
        if row["reason"] == layout.BLOCKED:
            beside = names[row["wanted"]]
        elif row["reason"] == layout.AWAY:
            beside = names[row["home"]]
        reason, service = REASONS[int(row["reason"])], names[row["service"]]
        found.append(Hold(int(row["who"]), reason, service, since, until, beside))
    return found


def _minutes(trace: Trace, times: np.ndarray) -> list[float]:
    """Return moments in minutes after the beginning; -1 stays -1."""
    known = times >= 0
    found = np.full(len(times), -1.0)
    found[known] = minutes_of(trace, times[known])
    return found.tolist()


# Beds that are kept

BLOCKED = """
period: {start: 2024-01-01, horizon: 2 hours}
services:
  ward: {kind: beds, capacity: 1, takes: 10 min, then: rehab}
  rehab: {kind: beds, capacity: 1, takes: 25 min}
demand:
  ward: {rate: 1 per day}
"""


@engines
def test_a_blocked_patient_keeps_the_bed_until_called_in(
    tmp_path: Path, engine: str
) -> None:
    # 0: ward 0-10, rehab is free: 10-35; no time blocked, no row.
    # 1: comes at 3, ward 10-20; rehab is taken until 35: blocked 20-35; rehab 35-60.
    # 2: comes at 12, ward 35-45, when 1 leaves it; blocked 45-60; rehab 60-85.
    blocked = trace(tmp_path, BLOCKED, [0, 3, 12])
    records = blocked.records(engine)
    assert stays(blocked, records) == [
        stay(0, "ward", 0, 0, 10),
        stay(0, "rehab", 10, 10, 35),
        stay(1, "ward", 3, 10, 20),
        stay(1, "rehab", 20, 35, 60),
        stay(2, "ward", 12, 35, 45),
        stay(2, "rehab", 45, 60, 85),
    ]
    assert holds(blocked, records) == [
        Hold(1, "blocked", "ward", 20, 35, "rehab"),
        Hold(2, "blocked", "ward", 45, 60, "rehab"),
    ]


CIRCLE_OF_TWO = """
period: {start: 2024-01-01, horizon: 2 hours}
services:
  A: {kind: beds, capacity: 1, takes: 10 min, cleaning: 5 min}
  B: {kind: beds, capacity: 1, takes: 12 min, cleaning: 5 min}
pathways:
  there:
    start: from A
    steps:
      from A: {at: A, then: to B}
      to B: {at: B}
  back:
    start: from B
    steps:
      from B: {at: B, then: to A}
      to A: {at: A}
demand:
  there: {rate: 1 per day}
  back: {rate: 1 per day}
"""


@engines
def test_two_patients_swap_their_beds(tmp_path: Path, engine: str) -> None:
    # 0: A 0-10, wants B. 1: B 0-12, wants A. 2: comes at 5, waits for A.
    # At 12 the first blocked at A is 1, with a bed of B; at B it is 0, with a bed of
    # A: they swap, and 2, who has no bed to give, is passed over. Beds that change
    # hands so are not cleaned. 0: blocked 10-12, B 12-24. 1: A 12-22, blocked never.
    # A is cleaned 22-27: 2 has it 27-37, B is clean since 29, so 2 has it 37-49. A is
    # cleaned 37-42, B 24-29 and 49-54.
    circle = trace(tmp_path, CIRCLE_OF_TWO, [0, 0, 5], streams=[0, 1, 0])
    records = circle.records(engine)
    assert stays(circle, records) == [
        stay(0, "A", 0, 0, 10),
        stay(0, "B", 10, 12, 24),
        stay(1, "B", 0, 0, 12),
        stay(1, "A", 12, 12, 22),
        stay(2, "A", 5, 27, 37),
        stay(2, "B", 37, 37, 49),
    ]
    assert holds(circle, records) == [
        Hold(0, "blocked", "A", 10, 12, "B"),
        Hold(0, "cleaning", "B", 24, 29),
        Hold(1, "cleaning", "A", 22, 27),
        Hold(2, "cleaning", "A", 37, 42),
        Hold(2, "cleaning", "B", 49, 54),
    ]


CIRCLE_OF_THREE = """
period: {start: 2024-01-01, horizon: 2 hours}
services:
  A: {kind: beds, capacity: 1, takes: 10 min}
  B: {kind: beds, capacity: 1, takes: 11 min}
  C: {kind: beds, capacity: 1, takes: 12 min}
pathways:
  from A: {start: A1, steps: {A1: {at: A, then: B1}, B1: {at: B}}}
  from B: {start: B2, steps: {B2: {at: B, then: C2}, C2: {at: C}}}
  from C: {start: C3, steps: {C3: {at: C, then: A3}, A3: {at: A}}}
demand:
  from A: {rate: 1 per day}
  from B: {rate: 1 per day}
  from C: {rate: 1 per day}
"""


@engines
def test_three_patients_move_on_in_a_circle(tmp_path: Path, engine: str) -> None:
    # 0: A 0-10, wants B. 1: B 0-11, wants C. 2: C 0-12, wants A. Nothing moves before
    # all three are done at 12; then all do: B 12-23, C 12-24, A 12-22.
    circle = trace(tmp_path, CIRCLE_OF_THREE, [0, 0, 0], streams=[0, 1, 2])
    records = circle.records(engine)
    assert stays(circle, records) == [
        stay(0, "A", 0, 0, 10),
        stay(0, "B", 10, 12, 23),
        stay(1, "B", 0, 0, 11),
        stay(1, "C", 11, 12, 24),
        stay(2, "C", 0, 0, 12),
        stay(2, "A", 12, 12, 22),
    ]
    assert holds(circle, records) == [
        Hold(0, "blocked", "A", 10, 12, "B"),
        Hold(1, "blocked", "B", 11, 12, "C"),
    ]


# Several units

NURSES = """
period: {{start: 2024-01-01, horizon: 2 hours}}
groups:
  nursing: [one, two]
services:
  nurses:
    kind: staff
    capacity: 2
    takes: 10 min
    needs: {{by: nursing, one: 1, two: 2}}
    keeps_order: {order}
demand:
  nurses: {{rate: 1 per day, who: {{nursing: one}}}}
"""


@engines
@pytest.mark.parametrize(
    ("order", "started"), [("no", [0, 20, 2, 10]), ("yes", [0, 10, 20, 20])]
)
def test_who_needs_two_nurses_is_passed_unless_order_is_kept(
    tmp_path: Path, engine: str, order: str, started: list[float]
) -> None:
    # 0 has one nurse 0-10; 1 needs both since 1; 2 and 3 need one, since 2 and 3.
    # Passed: 2 has the other nurse at once, 2-12; at 10 one is free, so 3 has it,
    # 10-20; both are free at 20 only, for 1. In order: both are free at 10, for 1, who
    # has them until 20; then 2 and 3 have one each.
    text = NURSES.format(order=order)
    nurses = trace(tmp_path, text, [0, 1, 2, 3], [0, 1, 0, 0])
    records = nurses.records(engine)
    assert stays(nurses, records) == [
        stay(who, "nurses", who, start, start + 10) for who, start in enumerate(started)
    ]
    assert records.visits["units"].tolist() == [1, 2, 1, 1]


THEATRE = """
period: {start: 2024-01-01, horizon: 3 hours}
services:
  surgeon: {kind: staff, capacity: 1, takes: 20 min}
  theatre: {kind: staff, capacity: 1, takes: 30 min, together_with: {surgeon: 1}}
demand:
  surgeon: {rate: 1 per day}
  theatre: {rate: 1 per day}
"""


@engines
def test_surgeon_and_theatre_are_taken_together(tmp_path: Path, engine: str) -> None:
    # 0 sees the surgeon 0-20. 1, for theatre since 5, waits for the surgeon, and holds
    # no theatre meanwhile. 2 waits for the surgeon since 6, so after 1. At 20 both are
    # free: 1 has them 20-50. 3 comes for theatre at 30. At 50 the surgeon is 2's, who
    # has waited longer than 3: 50-70; then 3 has both, 70-100.
    theatre = trace(tmp_path, THEATRE, [0, 5, 6, 30], streams=[0, 1, 0, 1])
    records = theatre.records(engine)
    assert stays(theatre, records) == [
        stay(0, "surgeon", 0, 0, 20),
        stay(1, "theatre", 5, 20, 50),
        stay(2, "surgeon", 6, 50, 70),
        stay(3, "theatre", 30, 70, 100),
    ]
    assert holds(theatre, records) == [
        Hold(1, "alongside", "surgeon", 20, 50),
        Hold(3, "alongside", "surgeon", 70, 100),
    ]


# Help

OUTLIERS = """
period: {start: 2024-01-01, horizon: 4 hours}
services:
  medicine:
    kind: beds
    capacity: 1
    takes: 40 min
    helped_by:
      surgery: {after: 10 min, leaving_free: 1, takes_times: 1.5}
  surgery: {kind: beds, capacity: 2, takes: 30 min}
demand:
  medicine: {rate: 1 per day}
  surgery: {rate: 1 per day}
"""


@engines
def test_an_outlier_stays_half_as_long_again(tmp_path: Path, engine: str) -> None:
    # 0 has the one bed of medicine 0-40. 1, since 5, may go to surgery from 15 on: one
    # of its two beds stays free, so 1 goes, for 1.5 x 40 minutes: 15-75. 2, since 6,
    # might go from 16 on, but no bed would stay free: waits for medicine, 40-80.
    # Surgery: 3 has the last bed 20-50; 4 comes at 25 and has it 50-80.
    wards = trace(tmp_path, OUTLIERS, [0, 5, 6, 20, 25], streams=[0, 0, 0, 1, 1])
    records = wards.records(engine)
    assert stays(wards, records) == [
        stay(0, "medicine", 0, 0, 40),
        stay(1, "medicine", 5, 15, 75),
        stay(2, "medicine", 6, 40, 80),
        stay(3, "surgery", 20, 20, 50),
        stay(4, "surgery", 25, 50, 80),
    ]
    assert holds(wards, records) == [Hold(1, "away", "surgery", 15, 75, "medicine")]
    assert records.visits["units"].tolist() == [1, 0, 1, 1, 1]


# Interruptions

EMERGENCIES = """
period: {{start: 2024-01-01, horizon: 3 hours}}
groups:
  urgency: [emergency, elective]
services:
  theatre:
    kind: staff
    capacity: 1
    takes: {{by: urgency, emergency: 5 min, elective: 20 min}}
    priority: {{by: urgency, emergency: 1, elective: 2}}
    interrupted: {{by_priority: 1, afterwards: {afterwards}}}
demand:
  theatre: {{rate: 1 per day, who: {{urgency: emergency}}}}
"""
CAME, URGENCY = [0, 2, 8, 13, 25], [1, 1, 0, 0, 0]


def interrupted(folder: Path, afterwards: str) -> Trace:
    """Return a theatre with two electives and three emergencies."""
    return trace(folder, EMERGENCIES.format(afterwards=afterwards), CAME, URGENCY)


@engines
def test_who_is_interrupted_goes_on_where_they_were(
    tmp_path: Path, engine: str
) -> None:
    # 0 is interrupted at 8, 12 minutes short, by 2: 8-13. 3 comes in the instant in
    # which 2 is done: 13-18. Then 0, who came before 1, goes on 18-25, 5 short, until
    # 4 interrupts: 25-30. 0 ends 30-35, 1 has 35-55.
    theatre = interrupted(tmp_path, "resume")
    assert stays(theatre, theatre.records(engine)) == [
        broken_off(0, "theatre", 0, 0, 8),
        broken_off(0, "theatre", 8, 18, 25),
        stay(0, "theatre", 25, 30, 35),
        stay(1, "theatre", 2, 35, 55),
        stay(2, "theatre", 8, 8, 13),
        stay(3, "theatre", 13, 13, 18),
        stay(4, "theatre", 25, 25, 30),
    ]


@engines
def test_who_is_interrupted_starts_again(tmp_path: Path, engine: str) -> None:
    # As above until 18. Then 0 starts again and has done 7 of 20 minutes when 4 comes;
    # 0 starts once more at 30, until 50; 1 has 50-70.
    theatre = interrupted(tmp_path, "start_again")
    assert stays(theatre, theatre.records(engine)) == [
        broken_off(0, "theatre", 0, 0, 8),
        broken_off(0, "theatre", 8, 18, 25),
        stay(0, "theatre", 25, 30, 50),
        stay(1, "theatre", 2, 50, 70),
        stay(2, "theatre", 8, 8, 13),
        stay(3, "theatre", 13, 13, 18),
        stay(4, "theatre", 25, 25, 30),
    ]


# Places that are held

HELD = """
period: {start: 2024-01-01, horizon: 3 hours}
services:
  ward: {kind: beds, capacity: 1, takes: 30 min}
  theatre: {kind: staff, capacity: 1, takes: 15 min}
  scanner: {kind: staff, capacity: 1, takes: 5 min}
pathways:
  operation:
    start: before
    steps:
      before: {at: ward, takes: 10 min, then: in theatre}
      in theatre: {at: theatre, holding: ward, then: scan}
      scan: {at: scanner, holding: ward, then: recovery}
      recovery: {at: ward, takes: 20 min}
demand:
  operation: {rate: 1 per day}
  scanner: {rate: 1 per day}
  ward: {rate: 1 per day}
"""


@engines
def test_a_bed_is_held_through_theatre_and_scan(tmp_path: Path, engine: str) -> None:
    # 0: ward 0-10, theatre 10-25, waits 25-29 for the scanner (2 has it 24-29), scan
    # 29-34, and goes on in the held bed at once, 34-54. The bed is held all the time,
    # from 10 until 54, beside the visits; 1, since 3, has it 54-84.
    held = trace(tmp_path, HELD, [0, 3, 24], streams=[0, 2, 1])
    records = held.records(engine)
    assert stays(held, records) == [
        stay(0, "ward", 0, 0, 10),
        stay(0, "theatre", 10, 10, 25),
        stay(0, "scanner", 25, 29, 34),
        stay(0, "ward", 34, 34, 54),
        stay(1, "ward", 3, 54, 84),
        stay(2, "scanner", 24, 24, 29),
    ]
    assert holds(held, records) == [Hold(0, "kept", "ward", 10, 54)]
    assert records.visits["units"].tolist() == [1, 1, 1, 0, 1, 1]


# Leaving a bed

HOURS = """
period: {start: 2024-01-01, horizon: 3 weeks}
services:
  ward:
    kind: beds
    capacity: 1
    takes: 2 days
    discharge_hours: {Mon-Fri 11:00-11:01: 100%}
demand:
  ward: {rate: 1 per day}
"""


LEAVES = [5_236_113, 41_276_014, 25_893_831, 2_432_030]
"""At how many microseconds after 11:00 each leaves, by their luck."""


@engines
def test_nobody_goes_home_over_the_weekend(tmp_path: Path, engine: str) -> None:
    # 0: Thursday 4 January 08:00, done on Saturday 08:00, leaves on Monday the 8th.
    # 1, since Friday, has the bed then and is done on Wednesday the 10th at 11:00:05,
    # before their own moment, 11:00:41: leaves then.
    # 2: comes on Wednesday at 12:00, done on Friday at 12:00, an hour late: Monday.
    # 3, since 13:00 on that Wednesday, has the bed on Monday the 15th and is done on
    # Wednesday at 11:00:25, when their own moment, 11:00:02, is past: Thursday.
    came = [3 * DAY + 480, 4 * DAY, 9 * DAY + 720, 9 * DAY + 780]
    ward = trace(tmp_path, HOURS, came)
    records = ward.records(engine)
    visits, begin = records.visits, ward.model.begin
    days = np.array([7, 9, 14, 17])
    gone = begin + days * layout.DAY + 11 * layout.HOUR + np.array(LEAVES)
    joined = begin + np.array(came) * layout.MINUTE
    assert visits["joined"].tolist() == joined.tolist()
    assert visits["started"].tolist() == [joined[0], gone[0], joined[2], gone[2]]
    assert visits["ended"].tolist() == gone.tolist()  # not delayed: still treated
    assert visits["freed"].tolist() == gone.tolist()
    assert not len(records.holds)


CLEANED = """
period: {start: 2024-01-01, horizon: 2 hours}
services:
  ward: {kind: beds, capacity: 1, takes: 10 min, cleaning: 3 min}
pathways:
  two stays:
    start: first
    steps:
      first: {at: ward, then: second}
      second: {at: ward, takes: 5 min}
demand:
  ward: {rate: 1 per day}
  two stays: {rate: 1 per day}
"""


@engines
def test_a_bed_is_cleaned_before_the_next_has_it(tmp_path: Path, engine: str) -> None:
    # 0: 0-10, cleaning 10-13. 1, since 5: 13-23, cleaning 23-26. 2, since 24: 26-36
    # and 36-41 in the same bed, which is cleaned once, 41-44. 3 finds it clean at 50.
    ward = trace(tmp_path, CLEANED, [0, 5, 24, 50], streams=[0, 0, 1, 0])
    records = ward.records(engine)
    assert stays(ward, records) == [
        stay(0, "ward", 0, 0, 10),
        stay(1, "ward", 5, 13, 23),
        stay(2, "ward", 24, 26, 36),
        stay(2, "ward", 36, 36, 41),
        stay(3, "ward", 50, 50, 60),
    ]
    assert holds(ward, records) == [
        Hold(who, "cleaning", "ward", since, since + 3)
        for who, since in ((0, 10), (1, 23), (2, 41), (3, 60))
    ]


# Escalation

SURGE = """
period: {start: 2024-01-01, horizon: 2 hours}
groups:
  stay: [short, long]
services:
  ward:
    kind: beds
    capacity: 2
    takes: {by: stay, short: 12 min, long: 30 min}
escalation:
  more beds:
    watches: ward
    measure: waiting
    opens_above: 2
    closes_below: 0
    after: 10 min
    adds: 1
    state: 3
demand:
  ward: {rate: 1 per day, who: {stay: short}}
"""


@engines
def test_a_rule_is_armed_and_disarmed_before_it_opens_and_closes(
    tmp_path: Path, engine: str
) -> None:
    # 0 is short, the others long. 0: 0-12, 1: 1-31. 2 waits since 5, 3 since 8: two,
    # so armed, for 18. At 12, 2 has 0's bed, 12-42: one waits, disarmed. 4 comes at
    # 14: armed, for 24, when a bed opens: 3 has it, 24-54. At 31, 4 has 1's bed,
    # 31-61: nobody waits, armed, for 41. 5 comes at 35: disarmed. At 42, 5 has 2's
    # bed, 42-72: armed, for 52, when the rule closes. Three beds are in use, so 6, who
    # comes at 53, has neither 3's at 54 nor waits beyond 61, when 4 leaves: 61-91.
    # The state is 3 while the rule is open, from 24 to 52.
    came, group = [0, 1, 5, 8, 14, 35, 53], [0, 1, 1, 1, 1, 1, 1]
    ward = trace(tmp_path, SURGE, came, group)
    records = ward.records(engine)
    started, lasts = [0, 1, 12, 24, 31, 42, 61], [12, *[30] * 6]
    rows = zip(range(7), came, started, lasts, strict=True)
    assert stays(ward, records) == [
        stay(who, "ward", join, start, start + long) for who, join, start, long in rows
    ]
    spells = zip(
        records.spells["rule"].tolist(),
        _minutes(ward, records.spells["opened"]),
        _minutes(ward, records.spells["closed"]),
        strict=True,
    )
    rule, state_1, state_3 = 0, 1, 3  # one rule, then the states from 1 on
    assert list(spells) == [
        (state_1, 0, 24),
        (rule, 24, 52),
        (state_3, 24, 52),
        (state_1, 52, -1),
    ]


# Lines

DUE = """
period: {start: 2024-01-01, horizon: 2 hours}
groups:
  urgency: [urgent, routine]
services:
  desk:
    kind: staff
    capacity: 1
    takes: 10 min
    due_within: {by: urgency, urgent: 5 min, routine: 30 min}
demand:
  desk: {rate: 1 per day, who: {urgency: urgent}}
"""


@engines
def test_who_is_furthest_beyond_their_time_goes_first(
    tmp_path: Path, engine: str
) -> None:
    # Routine: 0 at 0, 1 at 1 (due at 31). Urgent: 2 at 8 (due at 13), 3 at 19 (at 24),
    # 4 at 27 (at 32). 0: 0-10; then 2, 10-20; 3, 20-30; 1, who is due before 4, 30-40.
    desk = trace(tmp_path, DUE, [0, 1, 8, 19, 27], [1, 1, 0, 0, 0])
    visits = desk.records(engine).visits
    assert minutes_of(desk, visits["started"]) == [0, 30, 10, 20, 40]


LONG_WAIT = """
period: {start: 2024-01-01, horizon: 2 hours}
services:
  desk:
    kind: staff
    capacity: 1
    takes: 20 min
    turned_away:
      too long: {when_wait: 15 min, then: leave}
demand:
  desk: {rate: 1 per day}
"""


@engines
def test_nobody_joins_when_the_first_in_line_has_waited_too_long(
    tmp_path: Path, engine: str
) -> None:
    # 0: 0-20. 1 waits since 3. At 17, when 2 comes, for 14 minutes: 2 joins; at 18 for
    # 15: 3 is turned away. 1: 20-40. The first is now 2, who has waited for 14 minutes
    # at 31, when 4 joins, and for 15 at 32, when 5 is turned away. 2: 40-60, 4: 60-80.
    desk = trace(tmp_path, LONG_WAIT, [0, 3, 17, 18, 31, 32])
    assert stays(desk, desk.records(engine)) == [
        stay(0, "desk", 0, 0, 20),
        stay(1, "desk", 3, 20, 40),
        stay(2, "desk", 17, 40, 60),
        Stay(3, "desk", 18, -1, 18, -1, "turned away"),
        stay(4, "desk", 31, 60, 80),
        Stay(5, "desk", 32, -1, 32, -1, "turned away"),
    ]


# Files as a planner writes them


def of_file(name: str) -> Trace:
    """Return a scenario of the folder, just as it is."""
    scenario = read(SCENARIOS / f"{name}.yaml")
    return Trace(scenario, model(scenario))


def starts(trace: Trace, records: Records) -> list[float]:
    """Return when treatment starts, in the order of arrival."""
    order = np.argsort(records.visits["joined"], kind="stable")
    return minutes_of(trace, records.visits["started"][order])


FILES = {
    # X01: one a minute, a minute and a half each.
    "X01": [0, 1.5, 3, 4.5, 6, 7.5, 9, 10.5, 12, 13.5],
    # X03: routine at 0 and 1, urgent at 2 and 3, 4 minutes each.
    "X03": [0, 12, 4, 8],
    # 4 minutes each; urgent, but routine at 1, who is as urgent from 7 on: behind
    # those who are urgent by then (2, 3, 5), before the one of 9.
    "F97": [0, 16, 4, 8, 12, 20],
    # 4 minutes each; routine at 1 and 6. Breaches at 9 and 10 find the patients of 2
    # and 3 gone to the doctor (4, 8). The routine one of 1 is in breach at 10, the
    # urgent one of 5 at 12, when the doctor falls free: the first goes, 12, then the
    # other, 16, then the routine one of 6, in breach since 15: 20.
    "F98": [0, 12, 4, 8, 16, 20],
}


@engines
@pytest.mark.parametrize("name", FILES)
def test_a_file_gives_the_starts_worked_out_by_hand(name: str, engine: str) -> None:
    traced = of_file(name)
    assert starts(traced, traced.records(engine)) == FILES[name]


@engines
def test_two_who_come_together_in_a_list_start_together(engine: str) -> None:
    """X02: the two of minute 0, in either order, then 2, 4 and 5."""
    traced = of_file("X02")
    records = traced.records(engine)
    assert starts(traced, records) == [0, 0, 2, 4, 5]
    freed = minutes_of(traced, records.visits["freed"])
    assert sorted(freed) == [2, 4, 5, 5, 6]


@engines
def test_becoming_urgent_is_recorded(engine: str) -> None:
    """F97: the routine patient of minute 1, at 7."""
    traced = of_file("F97")
    records = traced.records(engine)
    assert minutes_of(traced, records.changes["time"]) == [7]
    (who,) = records.changes["who"].tolist()
    joined = records.visits["joined"][records.visits["who"] == who]
    assert minutes_of(traced, joined) == [1]
