"""Dates given out ahead, slots kept back and sessions, followed by hand.

The scenarios are tiny; who comes, and when, is put into the model's table of scheduled
patients. Every engine must give these visits to the microsecond.
"""

from __future__ import annotations

import numpy as np
import pytest

from kernels import layout
from kernels.layout import DAY, HOUR, SCHEDULED, Records
from scenarios import parse
from scenarios.tables import model
from simulator.replication import ENGINES, replicate

engines = pytest.mark.parametrize("engine", sorted(ENGINES))
MONDAY = "2024-01-01"


def played(text: str, coming: list[tuple[float, int]], engine: str) -> Records:
    """Return the records of patients who come at given hours, in given groups."""
    made = model(parse(f"caresim: 1\ntitle: A trace\n{text}"))
    rows = np.zeros(len(coming), dtype=SCHEDULED)
    rows["time"] = [made.begin + round(hour * HOUR) for hour, _ in coming]
    rows["who"] = range(1, len(coming) + 1)
    rows["group"] = [group for _, group in coming]
    rows["to"] = made.clouds["to"][0]
    made = made._replace(scheduled=rows, clouds=made.clouds[:0])
    records = replicate(made, 1, 1, engine, keep=True).records
    assert records is not None
    return records


def starts(records: Records, begin: int, service: int = 0) -> dict[int, float]:
    """Return at which hour each patient started at a service."""
    visits = records.visits[records.visits["service"] == service]
    visits = visits[visits["outcome"] == layout.COMPLETED]
    hours = (visits["started"] - begin) / HOUR
    return dict(zip(visits["who"].tolist(), hours.tolist(), strict=True))


BEGIN = int((np.datetime64(MONDAY, "us") - layout.EPOCH).astype(int))
PERIOD = f"period: {{start: {MONDAY}, horizon: 14 days}}\n"


def clinic(capacity: str, *keys: str) -> str:
    """Return a clinic of slots, with further keys."""
    more = "".join(f"    {key}\n" for key in keys)
    return (
        f"{PERIOD}services:\n  clinic:\n    kind: slots\n"
        f"    capacity: {{every day {capacity}}}\n{more}"
        "demand:\n  clinic: {rate: 1 per day}\n"
    )


@engines
def test_patients_are_told_the_earliest_date_with_notice(engine: str) -> None:
    # Two slots each day, at 09:00 and 10:00; a day of notice, three days ahead.
    # Four patients come on Monday at 08:00, 08:00, 09:30 and 12:00.
    # Earliest: Tuesday 08:00. The first two have Tuesday 09:00 and 10:00, the third
    # Wednesday 09:00, the fourth, from Tuesday 12:00 on, Wednesday 10:00.
    text = clinic("09:00-11:00: 2", "booked: {notice: 1 day, ahead: 3 days}")
    records = played(text, [(8, 0), (8, 0), (9.5, 0), (12, 0)], engine)
    found = starts(records, BEGIN)
    assert sorted([found.pop(1), found.pop(2)]) == [24 + 9, 24 + 10]
    assert found == {3: 48 + 9, 4: 48 + 10}
    assert (records.visits["ended"] - records.visits["started"] == HOUR).all()


@engines
def test_no_date_is_given_further_ahead_than_allowed(engine: str) -> None:
    # One slot a day at 09:00, no more than a day ahead. Three come on Monday at 08:00:
    # one is seen at 09:00; the next slot, Tuesday 09:00, can be given from Monday
    # 09:00 on, and Wednesday's from Tuesday 09:00 on.
    text = clinic(
        "09:00-10:00: 1",
        "booked: {ahead: 1 day}",
        "turned_away: {full: {when_waiting: 3, then: leave}}",
    )
    records = played(text, [(8, 0), (8, 0), (8, 0), (10, 0), (10, 0)], engine)
    found = starts(records, BEGIN)
    assert sorted(found.values())[:3] == [9, 24 + 9, 48 + 9]
    # At 10:00 two wait, one of whom has a date: one more has room, not two.
    outcomes = records.visits["outcome"]
    assert (outcomes == layout.TURNED_AWAY).sum() == 1
    assert sorted(found.values())[3] == 72 + 9


@engines
def test_slots_kept_back_are_for_the_urgent_until_released(engine: str) -> None:
    # Two slots a day, 09:00 for all and 10:00 kept back, released an hour before.
    # Routine patients come on Monday at 08:00, 08:00; an urgent one at 08:30.
    # Routine: 09:00 and, as 10:00 is not released before 09:00 and is then taken by
    # the urgent one at 08:30, Tuesday 09:00.
    text = f"""{PERIOD}groups: {{urgency: [urgent, routine]}}
services:
  clinic:
    kind: slots
    capacity: {{every day 09:00-11:00: 2}}
    booked: {{ahead: 5 days}}
    kept_back: {{urgent: {{who: {{urgency: urgent}}, capacity: 1, released: 1 hour}}}}
demand:
  clinic: {{rate: 1 per day, who: {{urgency: {{urgent: 50%, routine: rest}}}}}}
"""
    records = played(text, [(8, 1), (8, 1), (8.5, 0)], engine)
    found = starts(records, BEGIN)
    assert found[3] == 10
    assert sorted([found[1], found[2]]) == [9, 24 + 9]
    # Without the urgent one, nobody needs the slot of 10:00 when it is released: the
    # second has the date of Tuesday already, which was the earliest at 08:00.
    alone = starts(played(text, [(8, 1), (8, 1)], engine), BEGIN)
    assert sorted(alone.values()) == [9, 24 + 9]
    # Who comes at 09:30 finds it released.
    late = starts(played(text, [(9.5, 1)], engine), BEGIN)
    assert late == {1: 10}


@engines
def test_who_leaves_gives_the_date_back(engine: str) -> None:
    # One slot a day at 09:00. Both come on Monday at 10:00 and wait 20 hours at most
    # (until Tuesday 06:00): dates on Tuesday and Wednesday; both leave before. A third
    # comes on Tuesday at 07:00 and has the date that was given back, 09:00 that day.
    text = clinic(
        "09:00-10:00: 1",
        "booked: {ahead: 5 days}",
        "while_waiting: {gives up: {after: 20 hours, then: leave}}",
    )
    records = played(text, [(10, 0), (10, 0), (31, 0)], engine)
    assert starts(records, BEGIN) == {3: 24 + 9}
    left = records.visits[records.visits["outcome"] == layout.LEFT]
    assert ((left["ended"] - BEGIN) / HOUR).tolist() == [30, 30]


@engines
def test_a_group_has_one_moment(engine: str) -> None:
    # Four places from 10:00 to 12:00, two at a time: 10:00, 10:00, 11:00, 11:00.
    text = clinic("10:00-12:00: 4", "patients_per_slot: 2")
    records = played(text, [(8, 0)] * 5, engine)
    found = starts(records, BEGIN)
    assert sorted(found.values()) == [10, 10, 11, 11, 24 + 10]
    assert (records.visits["ended"] - records.visits["started"] == HOUR).all()


@engines
def test_sessions_follow_each_other_while_the_place_is_held(engine: str) -> None:
    # One place. Two come on Monday at 08:00; three sessions, a day apart, each of
    # no time: days 1, 2 and 3 at 08:00, when the place is given back and the other is
    # called in: days 4, 5 and 6.
    text = f"""{PERIOD}services:
  therapy:
    kind: caseload
    capacity: 1
    sessions: {{number: 3, every: 1 day}}
demand:
  therapy: {{rate: 1 per day}}
"""
    records = played(text, [(8, 0), (8, 0)], engine)
    place = starts(records, BEGIN)
    first, second = sorted(place, key=lambda who: place[who])
    assert (place[first], place[second]) == (8, 72 + 8)
    visits = records.visits[records.visits["service"] == 1]
    for who, day in ((first, 0), (second, 3)):
        mine = visits[visits["who"] == who]
        days = (mine["started"] - BEGIN - 8 * HOUR) / DAY
        assert days.tolist() == [day + 1, day + 2, day + 3]
    held = records.holds[records.holds["reason"] == layout.KEPT]
    assert (held["until"] - held["since"] == 3 * DAY).all()
    assert len(held) == 2


@engines
def test_who_has_had_the_last_session_does_not_drop_out(engine: str) -> None:
    # All stay away after the second session who have more to come. For patient 1 the
    # second is the last: to follow-up. Patient 2 should have four: gone elsewhere.
    text = f"""{PERIOD}groups: {{need: [low, high]}}
services:
  therapy:
    kind: caseload
    capacity: 2
    sessions:
      number: {{by: need, low: 2, high: 4}}
      every: 1 day
      drops_out: {{share: {{2: 100%, rest: 0%}}, then: elsewhere}}
    then: follow-up
  follow-up: {{kind: unlimited, takes: 1 hour}}
  elsewhere: {{kind: unlimited, takes: 1 hour}}
demand:
  therapy: {{rate: 1 per day, who: {{need: {{low: 50%, high: rest}}}}}}
"""
    records = played(text, [(8, 0), (8, 1)], engine)
    assert starts(records, BEGIN, 1) == {1: 48 + 8}
    assert starts(records, BEGIN, 2) == {2: 48 + 8}
    assert (records.visits["service"] == 3).sum() == 4


@engines
def test_sessions_need_what_visits_to_their_service_need(engine: str) -> None:
    # Two therapists see a couple together, so one of the two who are due on Tuesday at
    # 08:00 is seen at 08:00 and the other, after an hour, at 09:00.
    text = f"""{PERIOD}services:
  therapy:
    kind: caseload
    capacity: 2
    sessions: {{number: 1, every: 1 day, at: therapists}}
  therapists: {{kind: staff, capacity: 2, takes: 1 hour, needs: 2}}
demand:
  therapy: {{rate: 1 per day}}
"""
    records = played(text, [(8, 0), (8, 0)], engine)
    assert sorted(starts(records, BEGIN, 1).values()) == [24 + 8, 24 + 9]


UNDER_WAY = """services:
  therapy:
    kind: caseload
    capacity: CAPACITY
    sessions: {number: NUMBER, every: 1 day, MORE}
demand:
  therapy: {rate: 1 per day}
start_state:
  therapy:
    in_treatment: {from_file: "LIST"}
"""


def under_way(rows: str, capacity: int, number: str, more: str = "") -> str:
    """Return a caseload with those of a list in treatment."""
    text = UNDER_WAY.replace("CAPACITY", str(capacity)).replace("NUMBER", number)
    more = more or "did_not_attend: 0%"
    lines = "\\n".join(["sessions_left,last_session", *rows.split("; ")])
    return PERIOD + text.replace("MORE", more).replace("LIST", f"{lines}\\n")


def of_first(records: Records) -> list[int]:
    """Return who was there when the run began, by when the last session was."""
    early = records.visits[records.visits["started"] < BEGIN]
    return [int(row["who"]) for row in np.sort(early, order="started")]


@engines
def test_who_has_sessions_left_goes_on_with_them(engine: str) -> None:
    # Two places, a session every day. One had the last session on Sunday at 06:00 and
    # has one left: Monday 06:00. The other had it at 20:00 and has two left: Monday and
    # Tuesday at 20:00. Of two who come on Monday at 05:00 and 07:00 the first has the
    # place from 06:00 on, the second from Tuesday 20:00 on; three sessions each.
    rows = "2,2023-12-31 20:00; 1,2023-12-31 06:00"
    records = played(under_way(rows, 2, "3"), [(5, 0), (7, 0)], engine)
    one, two = of_first(records)
    place = starts(records, BEGIN)
    assert (place[one], place[two]) == (6 - 24, 20 - 24)
    assert (place[1], place[2]) == (6, 24 + 20)
    visits = records.visits[records.visits["service"] == 1]
    for who, hours in (
        (one, [6]),
        (two, [20, 44]),
        (1, [30, 54, 78]),
        (2, [68, 92, 116]),
    ):
        mine = np.sort(visits[visits["who"] == who], order="visit")
        assert (mine["started"] - BEGIN == np.multiply(hours, HOUR)).all()
    kept = records.holds[records.holds["reason"] == layout.KEPT]
    assert set(kept["who"].tolist()) == {two, 1, 2}
    mine = kept[kept["who"] == two][0]
    assert (mine["since"] - BEGIN, mine["until"] - BEGIN) == (20 * HOUR, 44 * HOUR)


@engines
def test_who_is_overdue_has_the_next_session_at_once(engine: str) -> None:
    # The last session was two days ago: the next is at the first moment of the run.
    text = under_way("1,2023-12-30 06:00", 1, "3")
    records = played(text, [], engine)
    session = records.visits[records.visits["service"] == 1]
    assert session["started"].tolist() == [BEGIN]


@engines
def test_dropping_out_goes_by_the_session_that_was_had(engine: str) -> None:
    # All stay away after the third of four sessions. With two left it is the third that
    # is next, so there is no fourth. With six left, more than any course has, all of a
    # course of six lies ahead: again the third is the last.
    text = under_way(
        "2,2023-12-31 20:00; 6,2023-12-31 06:00",
        2,
        "4",
        "drops_out: {share: {3: 100%, rest: 0%}, then: leave}",
    )
    records = played(text, [], engine)
    six, two = of_first(records)
    visits = records.visits[records.visits["service"] == 1]
    for who, hours in ((two, [20]), (six, [6, 30, 54])):
        mine = np.sort(visits[visits["who"] == who], order="visit")
        assert (mine["started"] - BEGIN == np.multiply(hours, HOUR)).all()


@engines
def test_without_a_date_the_next_session_lies_within_the_cadence(engine: str) -> None:
    # Ten have two sessions left: the first lies in the first day, each at its own
    # moment, the second a whole day after it.
    text = under_way("2,x", 10, "3").replace(
        "sessions_left,last_session", "sessions_left"
    )
    records = played(text.replace("2,x", "\\n".join(["2"] * 10)), [], engine)
    visits = records.visits[records.visits["service"] == 1]
    visits = np.sort(visits, order=["who", "visit"])
    assert len(visits) == 20
    first, second = visits[::2], visits[1::2]
    hours = first["started"] - BEGIN
    assert (hours >= 0).all()
    assert (hours < DAY).all()
    assert len(np.unique(hours)) == 10
    assert (second["started"] - first["started"] == DAY).all()
    assert (second["who"] == first["who"]).all()
    early = records.visits[records.visits["service"] == 0]
    assert (early["freed"] - early["started"] == DAY).all()
