"""Traces by hand of patients who compare lines and join the shortest.

Each is worked out in its comment and holds to the microsecond on both engines. Times
are minutes after the beginning, Monday 2024-01-01; patients are numbered in the order
in which they are given.
"""

from __future__ import annotations

from pathlib import Path

from kernels.philox import key, lot
from tests.validation.test_traces import engines, trace
from tests.validation.test_traces_of_units import Hold, Stay, holds, stay, stays

DESKS = """
period: {start: 2024-01-01, horizon: 2 hours}
services:
  A: {kind: staff, capacity: 1, takes: 10 min}
  B: {kind: staff, capacity: 1, takes: 4 min}
  C: {kind: staff, capacity: {08:00-17:00: 1}, takes: 1 min}
shortest_line:
  a desk: [A, B]
  any desk: [C, A, B]
demand:
  a desk: {rate: 1 per day}
  any desk: {rate: 1 per day}
"""


@engines
def test_a_free_unit_makes_a_line_shorter_and_the_first_wins_at_a_tie(
    tmp_path: Path, engine: str
) -> None:
    # 0: both are free, so A: 0-10.
    # 1: A is taken, B is free: B 1-5.
    # 2: both are taken and nobody waits: A, where it waits until 10: 10-20.
    # 3: comes at 5, when B falls free: B 5-9.
    # 4: comes at 6; one waits at A, nobody at B: B 9-13, though nobody changes over
    #    when A has nobody in line from 10 on.
    desks = trace(tmp_path, DESKS, [0, 1, 2, 5, 6])
    assert stays(desks, desks.records(engine)) == [
        stay(0, "A", 0, 0, 10),
        stay(1, "B", 1, 1, 5),
        stay(2, "A", 2, 10, 20),
        stay(3, "B", 5, 5, 9),
        stay(4, "B", 6, 9, 13),
    ]


@engines
def test_who_comes_in_one_instant_chooses_one_after_the_other_by_lot(
    tmp_path: Path, engine: str
) -> None:
    # By lot: A is free and the first as written; then B, which is free still; then
    # both are taken and nobody waits, so A again, and last B.
    desks = trace(tmp_path, DESKS, [3, 3, 3, 3])
    lots = [lot(key(1, 1), who) for who in range(4)]
    order = sorted(range(4), key=lots.__getitem__)
    assert order != [0, 1, 2, 3]
    first, second, third, fourth = order
    assert sorted(stays(desks, desks.records(engine))) == sorted(
        [
            stay(first, "A", 3, 3, 13),
            stay(second, "B", 3, 3, 7),
            stay(third, "A", 3, 13, 23),
            stay(fourth, "B", 3, 7, 11),
        ]
    )


@engines
def test_a_desk_that_is_shut_is_passed_over(tmp_path: Path, engine: str) -> None:
    # C opens at 8: nobody stands in its line, and nobody joins it.
    desks = trace(tmp_path, DESKS, [0, 0, 1, 2], streams=[1, 1, 1, 1])
    services = [s.service for s in stays(desks, desks.records(engine))]
    assert sorted(services) == ["A", "A", "B", "B"]


SHUT = """
period: {start: 2024-01-01, horizon: 10 hours}
services:
  A: {kind: staff, capacity: {09:00-17:00: 1}, takes: 10 min}
  B: {kind: staff, capacity: {08:00-17:00: 1}, takes: 10 min}
shortest_line:
  a desk: [A, B]
demand:
  a desk: {rate: 1 per day}
"""


@engines
def test_where_all_are_shut_the_shortest_line_is_joined(
    tmp_path: Path, engine: str
) -> None:
    # At 01:00 and 02:00 both are shut; the first waits at A, the second at B.
    shut = trace(tmp_path, SHUT, [60, 120])
    assert stays(shut, shut.records(engine)) == [
        stay(0, "A", 60, 540, 550),
        stay(1, "B", 120, 480, 490),
    ]


SLOTS = """
period: {start: 2024-01-01, horizon: 1 day}
services:
  clinic: {kind: slots, capacity: {09:00-10:00: 2}, takes: 5 min}
  desk: {kind: staff, capacity: 1, takes: 10 hours}
shortest_line:
  either: [desk, clinic]
demand:
  either: {rate: 1 per day}
"""


@engines
def test_of_slots_those_in_line_are_counted(tmp_path: Path, engine: str) -> None:
    # 0: the desk is free (length -1): 0-600. 1: at both nobody waits: the desk, until
    # 600. 2 and 3: one waits at the desk: the clinic at 09:00; then one at both: desk.
    slots = trace(tmp_path, SLOTS, [0, 1, 2, 3])
    found = stays(slots, slots.records(engine))
    assert [s.service for s in found] == ["desk", "desk", "clinic", "desk"]
    assert found[2] == stay(2, "clinic", 2, 540, 545)


WARDS = """
period: {start: 2024-01-01, horizon: 2 hours}
services:
  ward: {kind: beds, capacity: 2, takes: 10 min, then: rehab}
  hill house: {kind: beds, capacity: 1, takes: 30 min}
  sea house: {kind: beds, capacity: 1, takes: 20 min}
shortest_line:
  rehab: [hill house, sea house]
demand:
  ward: {rate: 1 per day}
"""


@engines
def test_a_bed_is_kept_until_the_chosen_ward_calls_in(
    tmp_path: Path, engine: str
) -> None:
    # 0: ward 0-10, hill house 10-40. 1: ward 1-11, sea house 11-31. 2: ward 10-20; both
    # are full: hill house, where it is called in at 40: blocked 20-40. 3: ward 11-21;
    # one waits at hill house: sea house 31, blocked 21-31.
    wards = trace(tmp_path, WARDS, [0, 1, 2, 3])
    records = wards.records(engine)
    assert [s for s in stays(wards, records) if s.service != "ward"] == [
        stay(0, "hill house", 10, 10, 40),
        stay(1, "sea house", 11, 11, 31),
        stay(2, "hill house", 20, 40, 70),
        stay(3, "sea house", 21, 31, 51),
    ]
    assert holds(wards, records) == [
        Hold(2, "blocked", "ward", 20, 40, "hill house"),
        Hold(3, "blocked", "ward", 21, 31, "sea house"),
    ]


TURNED = """
period: {start: 2024-01-01, horizon: 2 hours}
services:
  A:
    kind: staff
    capacity: 1
    takes: 10 min
    turned_away: {full: {when_waiting: 0, then: gone}}
  B:
    kind: staff
    capacity: 1
    takes: 30 min
    turned_away: {full: {when_waiting: 0, then: gone}}
  gone: {kind: unlimited, takes: 1 min}
shortest_line:
  a desk: [A, B]
demand:
  a desk: {rate: 1 per day}
"""


@engines
def test_the_line_that_is_joined_may_turn_away(tmp_path: Path, engine: str) -> None:
    # 0: A 0-10. 1: B 1-31. 2: both are taken: A, which turns it away.
    turned = trace(tmp_path, TURNED, [0, 1, 2])
    assert stays(turned, turned.records(engine)) == [
        stay(0, "A", 0, 0, 10),
        stay(1, "B", 1, 1, 31),
        Stay(2, "A", 2, -1, 2, -1, "turned away"),
        stay(2, "gone", 2, 2, 3),
    ]
