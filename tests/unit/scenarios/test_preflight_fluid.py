"""The fluid, held against what can be worked out by hand."""

from textwrap import dedent

import pytest

import scenarios
from scenarios import tables
from scenarios.preflight.preflight import Preflight, preflight, volume
from scenarios.preflight.words import sentences

HEAD = """\
caresim: 1
title: A test
period: {{start: 2023-01-01, horizon: {horizon}}}
"""
MONTHS_2023 = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def expected(text: str, horizon: str = "1 year", scale: str | None = None) -> Preflight:
    """Return the pre-flight of a model."""
    whole = HEAD.format(horizon=horizon) + dedent(text)
    if scale:
        whole += f"scale: {{ratio: '{scale}'}}\n"
    scenario = scenarios.parse(whole)
    return preflight(scenario, tables.model(scenario)).preflight


WARD = """\
services:
  ward: {{kind: beds, capacity: 10, takes: {{law: exponential, mean: 2 days}}{more}}}
demand:
  ward: {{rate: {rate} per day}}
"""


def test_a_list_grows_by_those_whom_nobody_can_see() -> None:
    rows = expected(WARD.format(rate=6, more="")).of("ward")
    # Empty at first: beds fill for some days; then 5 of 6 a day are seen.
    fills = rows[0].waiting
    for month, row in enumerate(rows[1:], 1):
        days = sum(MONTHS_2023[1 : month + 1])
        assert row.waiting == pytest.approx(fills + days, rel=1e-6)
        assert row.started == pytest.approx(5.0, rel=1e-6)
        assert row.shortfall == pytest.approx(2.0, rel=1e-6)
        assert row.patients_short == pytest.approx(7.0, rel=1e-6)
        assert row.wait == pytest.approx(row.waiting / 5.0, rel=1e-6)
    # Beds that fill: 6(1 - e^(-t/2)) x 2 = 10 at t = 2 ln 6; until then all are seen.
    assert fills == pytest.approx(31 - 2 * 1.791759 + 2, abs=1.5)


def test_a_service_with_room_has_its_steady_state() -> None:
    (*_, row) = expected(WARD.format(rate=4, more="")).of("ward")
    # M/M/10 at 8 erlangs: P(wait) 0.4092, and 0.4092 x 2 / (10 - 8).
    assert row.wait == pytest.approx(0.40918, abs=1e-4)
    assert (row.formula, row.waiting, row.lost) == ("Erlang C", 0.0, 0.0)
    assert row.use == pytest.approx(0.8)


def test_those_who_leave_hold_the_list() -> None:
    law = "{law: exponential, mean: 10 days}"
    more = f", while_waiting: {{gives up: {{after: {law}, then: leave}}}}"
    (*_, row) = expected(WARD.format(rate=6, more=more)).of("ward")
    assert row.left == pytest.approx(1.0, rel=1e-3)
    assert row.waiting == pytest.approx(10.0, rel=1e-3)
    # 5 a day are called, and a tenth leaves: ln(1 + 10/50) x 10.
    assert row.wait == pytest.approx(1.8232, rel=1e-3)
    assert row.lost == pytest.approx(1 / 6, rel=1e-3)


def test_of_any_law_the_first_has_waited_until_enough_have_left() -> None:
    more = ", while_waiting: {gives up: {after: LAW, then: leave}}"
    law = "{law: uniform, lowest: 0 min, highest: 20 days}"
    text = WARD.format(rate=6, more=more).replace("LAW", law)
    (*_, row) = expected(text).of("ward")
    # F(w) = 1/6 at w = 3.33 days; then 6 (w - w²/40) wait (Whitt 2006).
    assert row.waiting == pytest.approx(6 * (3.333 - 3.333**2 / 40), rel=0.05)


def test_who_comes_by_leaving_a_line_alone_takes_units_as_well() -> None:
    found = expected(
        """\
        services:
          ward:
            kind: beds
            capacity: 10
            takes: {law: exponential, mean: 2 days}
            while_waiting:
              sent on: {after: {law: exponential, mean: 10 days}, then: elsewhere}
          elsewhere: {kind: beds, capacity: 20, takes: {law: exponential, mean: 8 days}}
        demand:
          ward: {rate: 6 per day}
        """
    )
    (*_, row) = found.of("elsewhere")
    assert row.arrivals == pytest.approx(1.0, rel=1e-3)
    assert row.busy == pytest.approx(8.0, rel=1e-3)
    assert row.use == pytest.approx(0.4, rel=1e-3)


def test_a_waiting_room_turns_the_rest_away() -> None:
    more = ", turned_away: {full: {when_waiting: 12, then: leave}}"
    (*_, row) = expected(WARD.format(rate=6, more=more)).of("ward")
    assert row.formula == "limited line"
    text = WARD.format(rate=6, more=more.replace(": 12", ": 0"))
    (*_, none) = expected(text).of("ward")
    # Erlang B, 12 erlangs offered to 10 beds.
    assert none.formula == "Erlang B"
    assert none.lost == pytest.approx(0.3019, abs=1e-4)
    assert none.turned_away == pytest.approx(1.0, rel=1e-3)
    assert row.turned_away == pytest.approx(1.0, rel=1e-3)
    assert row.waiting == pytest.approx(12.0, rel=1e-3)


def test_who_is_first_in_line_is_served_first() -> None:
    found = expected("""\
        services:
          clinic:
            kind: staff
            capacity: 1
            takes: 2 hours
            while_waiting:
              gives up: {after: {law: exponential, mean: 5 days}, then: leave}
        pathways:
          urgent: {start: see, steps: {see: {at: clinic, priority: 1}}}
          routine: {start: see, steps: {see: {at: clinic, priority: 2}}}
        demand:
          urgent: {rate: 6 per day, to: urgent}
          routine: {rate: 9 per day, to: routine}
        """)
    (*_, row) = found.of("clinic")
    # 12 a day: all 6 urgent ones and 6 of 9 others; 3 a day leave, so 15 wait.
    assert row.left == pytest.approx(3.0, rel=1e-2)
    assert row.waiting == pytest.approx(15.0, rel=1e-2)


TWO = """\
services:
  first:
    kind: slots
    capacity: {{00:00-24:00: {slots}}}
    takes: 30 min
    then: {{second: 50%, leave: rest}}
  second: {{kind: beds, capacity: 10, takes: {{law: exponential, mean: 2 days}}}}
demand:
  first: {{rate: 14 per day}}
"""


def test_a_short_service_shields_the_next() -> None:
    found = expected(TWO.format(slots=8))
    (*_, second) = found.of("second")
    assert second.needed == pytest.approx(14.0)
    assert second.load == pytest.approx(8.0, rel=1e-3)
    assert second.formula == "Erlang C"
    said = sentences(found)
    assert said[0].startswith("first falls short from January 2023 (month 1): it needs")
    assert said[-1] == (
        "second would be short as well if all services before let everybody through."
    )
    (*_, second) = expected(TWO.format(slots=20)).of("second")
    assert second.waiting > 300


def test_beds_that_are_kept_stop_the_service_before() -> None:
    found = expected("""\
        services:
          ward:
            kind: beds
            capacity: 20
            takes: {law: exponential, mean: 2 days}
            then: {home: 50%, leave: rest}
          home: {kind: beds, capacity: 10, takes: {law: exponential, mean: 5 days}}
        demand:
          ward: {rate: 6 per day}
        """)
    (*_, ward), (*_, home) = found.of("ward"), found.of("home")
    # Home takes 2 a day, so the ward can let 4 a day go: 8 beds, and 12 are blocked.
    assert home.started == pytest.approx(2.0, rel=1e-3)
    assert ward.started == pytest.approx(4.0, rel=1e-3)
    assert ward.blocked == pytest.approx(12.0, rel=1e-2)
    assert ward.waiting > 500
    assert ward.load == pytest.approx(12.0, rel=1e-3)


def test_everybody_is_present_once() -> None:
    # Those who keep a bed while they wait for the next are in that line alone.
    whole = HEAD.format(horizon="1 year") + dedent(
        """\
        services:
          ward:
            kind: beds
            capacity: 4
            keeps_bed: yes
            takes: {law: exponential, mean: 2 days}
            then: {rehabilitation: rest}
          rehabilitation:
            kind: beds
            capacity: 5
            takes: {law: exponential, mean: 20 days}
        demand:
          ward: {rate: 1 per day}
        """
    )
    scenario = scenarios.parse(whole)
    found = volume(tables.model(scenario))
    # A quarter a day leave: 365 come, 91 are gone, all others are there at the end.
    assert found.present == pytest.approx(365 - 0.25 * 365, rel=0.05)
    # Nine of those present fill the beds at most, and the ward's list is the rest.
    assert found.visits == pytest.approx(365 + 0.25 * 365, rel=0.1)


def test_a_list_that_only_shrinks_is_largest_at_first() -> None:
    whole = HEAD.format(horizon="1 year") + dedent(
        """\
        services:
          clinic: {kind: staff, capacity: 10, takes: {law: exponential, mean: 1 day}}
        demand:
          clinic: {rate: 1 per day}
        start_state:
          clinic: {waiting: {number: 500, for: {0-6 weeks: rest}}}
        """
    )
    found = volume(tables.model(scenarios.parse(whole)))
    assert found.present == pytest.approx(500.0)


def test_delays_and_missed_slots_come_back() -> None:
    found = expected("""\
        services:
          clinic:
            kind: slots
            capacity: {00:00-24:00: 20}
            takes: 30 min
            did_not_attend:
              share: 20%
              then: {clinic: {share: 50%, after: 7 days}, leave: rest}
            then: {clinic: {share: 25%, after: 30 days}, leave: rest}
        demand:
          clinic: {rate: 7 per day}
        """)
    (*_, row) = found.of("clinic")
    # 7 / (1 - 0.2 x 0.5 - 0.8 x 0.25) = 10.
    assert row.needed_arrivals == pytest.approx(10.0)
    assert row.arrivals == pytest.approx(10.0, rel=1e-3)
    assert row.busy == pytest.approx(10.0, rel=1e-3)


def test_a_list_to_begin_with_is_seen_off_and_growth_brings_it_back() -> None:
    found = expected(
        """\
        services:
          clinic: {kind: slots, capacity: {00:00-24:00: 12}, takes: 30 min}
        start_state:
          clinic: {waiting: {number: 300, for: {0-18 weeks: 100%}}}
        demand:
          clinic: {rate: 10 per day}
        changes:
          - {demand: clinic, multiply_by: 1.5, from: 2023-08-01}
        """
    )
    rows = found.of("clinic")
    assert rows[0].waiting == pytest.approx(300 - 2 * 31, rel=1e-6)
    assert rows[3].waiting == pytest.approx(300 - 2 * 120, rel=1e-6)
    assert rows[5].waiting == pytest.approx(0.0, abs=1e-6)
    assert rows[5].formula == "slots"
    assert rows[-1].waiting == pytest.approx(3 * 153, rel=1e-6)
    (said, *_) = sentences(found)
    assert "falls short from August 2023 (month 8)" in said
    assert "about 21 more come a week than can be seen; about 460 wait" in said


def test_holding_a_place_through_sessions_counts() -> None:
    found = expected("""\
        services:
          therapy:
            kind: caseload
            capacity: 10
            sessions: {number: {10: 100%}, every: 7 days}
        demand:
          therapy: {rate: 0.1 per day}
        """)
    (*_, row) = found.of("therapy")
    assert row.needed == pytest.approx(7.0)
    assert row.busy == pytest.approx(7.0, rel=0.02)


def test_numbers_are_those_of_the_full_size() -> None:
    whole = expected(WARD.format(rate=60, more="").replace("10,", "100,"))
    tenth = expected(WARD.format(rate=60, more="").replace("10,", "100,"), scale="1:10")
    for one, other in zip(whole.of("ward"), tenth.of("ward"), strict=True):
        assert other.waiting == pytest.approx(one.waiting, rel=1e-6)
        assert other.capacity == one.capacity
        assert other.wait == pytest.approx(one.wait, rel=1e-6)
    assert sentences(tenth)[0].endswith("one simulated patient stands for 10.")


def test_what_is_not_counted_is_said() -> None:
    found = expected("""\
        services:
          ward: {kind: beds, capacity: 4, takes: 2 days, helped_by: {other: always}}
          other: {kind: beds, capacity: 4, takes: 2 days}
        escalation:
          winter:
            {watches: ward, measure: occupancy, opens_above: 4, closes_below: 2,
             adds: 1, to: ward, after: 4 hours}
        demand:
          ward: {rate: 1 per day}
          other: {rate: 1 per day}
        """)
    assert len(found.notes) == 2
    assert "help that others give to ward" in found.notes[0]


def test_nobody_at_all_is_no_trouble() -> None:
    found = expected(WARD.format(rate=0, more=""))
    assert all(row.waiting == 0.0 and row.busy == 0.0 for row in found.rows)
    assert sentences(found) == []


def test_a_limit_of_length_holds_where_nobody_has_been_called_in() -> None:
    more = ", turned_away: {full: {when_waiting: 0, then: second}}"
    text = WARD.format(rate=6, more=more) + "  second: {rate: 0 per day}\n"
    second = "  second: {kind: beds, capacity: 3, takes: 2 days"
    second += ", turned_away: {full: {when_waiting: 0, then: leave}}}\n"
    found = expected(text.replace("demand:\n", second + "demand:\n"))
    (*_, ward), (*_, row) = found.of("ward"), found.of("second")
    # 5 of 6 a day are seen; 1 a day goes on, from when all beds are full.
    assert ward.turned_away == pytest.approx(1.0, rel=1e-3)
    assert row.arrivals == pytest.approx(1.0, rel=1e-3)
    assert row.turned_away == pytest.approx(0.0, abs=1e-9)
    assert row.waiting == pytest.approx(0.0, abs=1e-9)
    assert found.notes == ()
