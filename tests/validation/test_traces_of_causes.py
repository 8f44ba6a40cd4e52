"""Why they waited: the parts of clocks in tiny worlds, worked out by hand.

Hours are counted from midnight of a Monday, the beginning of the run. Who comes, and
when, is written into the model. Every engine must give these parts to the microsecond.
"""

from __future__ import annotations

import numpy as np
import pytest

from kernels.layout import CAUSES, DAY, HOUR, NOT_IN_LINE, SCHEDULED, Model, Table
from kernels.tallies import S_CAUSES
from scenarios import parse
from scenarios.tables import model
from simulator.replication import ENGINES, Replication, replicate

engines = pytest.mark.parametrize("engine", sorted(ENGINES))
Parts = dict[str, float]
STANDARD = """\
standards:
  soon: {clock: whole, within: 1 min, target: 90%, counts: completed}
  still: {clock: whole, within: 1 hour, target: 90%, counts: still_waiting}
"""
URGENCY = "groups: {urgency: [urgent, routine]}\n"
WHO = "who: {urgency: {urgent: 50%, routine: rest}}"
URGENT, ROUTINE = 0, 1


def world(
    services: str, clock: str, start: str = "2024-01-01", more: str = URGENCY
) -> str:
    """Return a scenario of two weeks in which patients come to a desk."""
    who = WHO if more == URGENCY else ""
    return (
        f"caresim: 1\ntitle: A trace\nperiod: {{start: {start}, horizon: 14 days}}\n"
        f"{more}services:\n{services}"
        f"demand: {{desk: {{rate: 1 per day, {who}}}}}\n"
        f"clocks: {{whole: {clock}}}\n{STANDARD}"
    )


def played(
    text: str, coming: list[tuple[float, int]], engine: str
) -> tuple[Model, Replication]:
    """Return what patients bring about who come at given hours, in given groups."""
    made = model(parse(text))
    rows = np.zeros(len(coming), dtype=SCHEDULED)
    rows["time"] = [made.begin + round(hour * HOUR) for hour, _ in coming]
    rows["who"] = range(1, len(coming) + 1)
    rows["group"] = [group for _, group in coming]
    rows["to"] = made.clouds["to"][0]
    made = made._replace(scheduled=rows, clouds=made.clouds[:0])
    return made, replicate(made, 1, 1, engine, keep=True)


def parts(rows: Table) -> list[Parts]:
    """Return the parts of clocks above nothing, in hours."""
    return [
        {name: row[name] / HOUR for name in (*CAUSES, NOT_IN_LINE) if row[name]}
        for row in rows
    ]


def waits(text: str, coming: list[tuple[float, int]], engine: str) -> list[Parts]:
    """Return the parts of the clock of each patient, who has one."""
    _, replication = played(text, coming, engine)
    assert replication.records is not None
    clocks = np.sort(replication.records.clocks, order="who")
    assert clocks["who"].tolist() == list(range(1, len(coming) + 1))
    return parts(clocks)


UNTIL_CALLED = "{start: joins desk, stop: starts desk}"


@engines
def test_only_the_last_closure_counts_as_closed(engine: str) -> None:
    # One is seen a day, from 9 to 17. They come at 8, 8:30 and 8:45 on Monday.
    # The first waits for the doors. The second waits until Tuesday, 24.5 hours: from
    # 17 to 9 the doors are shut, 16 hours. The third until Wednesday: 48.25 hours; of
    # two nights only the second counts.
    text = world(
        "  desk: {kind: staff, capacity: {every day 09:00-17:00: 1}, takes: 8 hours}\n",
        UNTIL_CALLED,
    )
    found = waits(text, [(8, 0), (8.5, 0), (8.75, 0)], engine)
    assert found == [
        {"closed": 1},
        {"closed": 16, "no_capacity": 8.5},
        {"closed": 16, "no_capacity": 32.25},
    ]


@engines
def test_who_joins_while_it_is_shut_has_waited_since_then(engine: str) -> None:
    # The first is in hand from 16:30 to 17:30. The second comes at 20, and is seen at
    # 9; the third comes at 21, and is seen when the second leaves, at 10.
    text = world(
        "  desk: {kind: staff, capacity: {every day 09:00-17:00: 1}, takes: 1 hour}\n",
        UNTIL_CALLED,
    )
    found = waits(text, [(16.5, 0), (20, 0), (21, 0)], engine)
    assert found == [{}, {"closed": 13}, {"closed": 12, "no_capacity": 1}]


@engines
def test_clinics_are_closed_between_their_sessions(engine: str) -> None:
    # Slots at 9, 10, 11 and 12 of each day, in two sessions that follow at once.
    # At 8: seen at 9. At 10:15: seen at 11, with no closure since. At 11:30, two: one
    # at 12, the other at 9 on Tuesday: 21.5 hours, 20 of them from 13 to 9.
    text = world(
        "  desk: {kind: slots, capacity: {every day 09:00-11:00: 2,"
        " every day 11:00-13:00: 2}, takes: 10 min}\n",
        UNTIL_CALLED,
    )
    found = waits(text, [(8, 0), (10.25, 0), (11.5, 0), (11.6, 0)], engine)
    assert found == [
        {"closed": 1},
        {"no_capacity": 0.75},
        {"no_capacity": 0.5},
        {"closed": 20, "no_capacity": pytest.approx(1.4)},
    ]


@engines
def test_sessions_that_follow_at_once_leave_no_closure(engine: str) -> None:
    # Three come at 8 and are seen at 9, at 10, and at 11 in the second session: for the
    # third, too, the last closure ended at 9.
    text = world(
        "  desk: {kind: slots, capacity: {every day 09:00-11:00: 2,"
        " every day 11:00-13:00: 2}, takes: 10 min}\n",
        UNTIL_CALLED,
    )
    found = waits(text, [(7.5, 0), (7.75, 0), (8, 0)], engine)
    assert found[2] == {"closed": 1, "no_capacity": 2}


@engines
def test_who_leaves_between_two_sessions_has_the_closure_so_far(engine: str) -> None:
    # One slot a day, at 9, until 11. The first at 8 has it; the second leaves after
    # six hours, at 14: it is shut since 11. The third comes at 10 and leaves at 16.
    text = world(
        "  desk:\n    kind: slots\n    capacity: {every day 09:00-11:00: 1}\n"
        "    takes: 10 min\n"
        "    while_waiting: {gives up: {after: 6 hours, then: leave}}\n",
        "{start: joins desk, stop: leaves desk}",
    )
    found = waits(text, [(7.5, 0), (8, 0), (10, 0)], engine)
    assert found == [
        {"closed": 1.5, "not_in_line": pytest.approx(1 / 6)},
        {"closed": 3, "no_capacity": 3},
        {"closed": 5, "no_capacity": 1},
    ]


WARD = """\
  desk: {kind: beds, capacity: 2, takes: 2 hours, then: home}
  home: {kind: beds, capacity: 1, takes: 10 hours}
"""


@engines
def test_beds_of_those_who_cannot_go_on_are_blocked_by_their_share(engine: str) -> None:
    # Two beds. A and B are treated from 0 to 2. A goes home (2 to 12), B's bed is
    # blocked until then. C comes at 1 and has A's bed from 2 on, which is blocked from
    # 4 on. D comes at 3: one of two beds is blocked until 4, both until 12.
    found = waits(world(WARD, UNTIL_CALLED), [(0, 0), (0, 0), (1, 0), (3, 0)], engine)
    assert found == [
        *({}, {}),
        {"no_capacity": 1},
        {"blocked": 8.5, "no_capacity": 0.5},
    ]


@engines
def test_units_kept_while_something_is_arranged_are_blocked(engine: str) -> None:
    # One nurse takes an hour, and two more to arrange what comes next. A comes at 0, B
    # at 0.5: until 1 A is treated, until 3 the nurse is blocked.
    text = world(
        "  desk:\n    kind: staff\n    capacity: 1\n    takes: 1 hour\n"
        "    then: {home: {share: rest, arranged_in: 2 hours}}\n"
        "  home: {kind: unlimited, takes: 1 hour}\n",
        UNTIL_CALLED,
    )
    found = waits(text, [(0, 0), (0.5, 0)], engine)
    assert found == [{}, {"blocked": 2, "no_capacity": 0.5}]


RESERVED = """\
  desk:
    kind: beds
    capacity: 2
    takes: 4 hours
    kept_back: {for the urgent: {who: {urgency: urgent}, capacity: 1}}
"""


@engines
def test_free_units_kept_for_others_count_by_their_share(engine: str) -> None:
    # One of two beds is for the urgent. A (routine) has the other from 0 to 4. B
    # (routine) comes at 1: one of two beds is free and kept back, until at 2 somebody
    # urgent has it, until 6. B is called in at 4.
    coming = [(0, ROUTINE), (1, ROUTINE), (2, URGENT)]
    found = waits(world(RESERVED, UNTIL_CALLED), coming, engine)
    assert found == [{}, {"kept_back": 0.5, "no_capacity": 2.5}, {}]


@engines
def test_of_free_units_only_those_kept_for_others_count(engine: str) -> None:
    # Of four beds one is for the urgent; the routine need two. A has two from 0 to 4. B
    # comes at 1: two are free, which would be enough, but one of them is kept back.
    services = RESERVED.replace("capacity: 2\n", "capacity: 4\n    needs: 2\n")
    coming = [(0, ROUTINE), (1, ROUTINE)]
    found = waits(world(services, UNTIL_CALLED), coming, engine)
    assert found == [{}, {"kept_back": 0.75, "no_capacity": 2.25}]


@engines
def test_slots_kept_for_others_count_when_nobody_has_them(engine: str) -> None:
    # Slots at 9, 10, 11, 12; the last two are for the urgent. Routine patients come at
    # 8:30 (seen at 9), at 8:36 (10) and at 8:42, who gives up after 3.8 hours, at
    # 12:30. By then four slots have fallen due since 8:42; 11 was somebody urgent's, 12
    # nobody's: a quarter of 3.8 hours. 18 minutes it was shut.
    text = world(
        "  desk:\n    kind: slots\n    capacity: {every day 09:00-13:00: 4}\n"
        "    takes: 10 min\n"
        "    while_waiting: {gives up: {after: 228 min, then: leave}}\n"
        "    kept_back: {for the urgent: {who: {urgency: urgent}, capacity: 2}}\n",
        "{start: joins desk, stop: [starts desk, leaves]}",
    )
    coming = [(8.5, ROUTINE), (8.6, ROUTINE), (8.7, ROUTINE), (10.5, URGENT)]
    found = waits(text, coming, engine)
    assert found == [
        {"closed": 0.5},
        {"closed": pytest.approx(0.4), "no_capacity": 1},
        {
            "closed": pytest.approx(0.3),
            "kept_back": pytest.approx(0.95),
            "no_capacity": pytest.approx(2.55),
        },
        {"no_capacity": 0.5},
    ]


RANKS = """\
  desk:
    kind: staff
    capacity: 1
    takes: 1 hour
    priority: {by: urgency, urgent: 1, routine: 2}
"""


@engines
def test_who_is_passed_over_is_out_ranked_until_the_next_call(engine: str) -> None:
    # A is treated from 0 to 1. B (routine) comes at 0.25, C (urgent) at 0.5 and is
    # called at 1: until the next call, at 2, B's rank is passed over. D (routine)
    # comes at 1.5 and is of that rank until 2, then has to wait for B.
    coming = [(0, ROUTINE), (0.25, ROUTINE), (0.5, URGENT), (1.5, ROUTINE)]
    found = waits(world(RANKS, UNTIL_CALLED), coming, engine)
    assert found == [
        {},
        {"outranked": 1, "no_capacity": 0.75},
        {"no_capacity": 0.5},
        {"outranked": 0.5, "no_capacity": 1},
    ]


@engines
def test_the_urgent_who_came_before_pass_nobody_over(engine: str) -> None:
    # C (urgent) comes at 0.25 and B (routine) at 0.5.
    coming = [(0, ROUTINE), (0.25, URGENT), (0.5, ROUTINE)]
    found = waits(world(RANKS, UNTIL_CALLED), coming, engine)
    assert found == [{}, {"no_capacity": 0.75}, {"no_capacity": 1.5}]


@engines
def test_who_becomes_urgent_keeps_what_they_had_as_routine(engine: str) -> None:
    # A is treated from 0 to 1, C (urgent, at 0.5) from 1 to 2. B (routine) comes at
    # 0.25, is passed over from 1 on, and urgent from 1.25 on.
    text = world(
        RANKS + "    while_waiting:\n      gets worse: {who: {urgency: routine}, "
        "after: 1 hour, priority: 1}\n",
        UNTIL_CALLED,
    )
    found = waits(text, [(0, ROUTINE), (0.25, ROUTINE), (0.5, URGENT)], engine)
    assert found[1] == {"outranked": 0.25, "no_capacity": 1.5}


MISSES = """\
  desk:
    kind: slots
    capacity: {every day 09:00-10:00: 1}
    takes: 10 min
    did_not_attend: {share: 100%, then: {THERE: {share: rest, after: 26 hours}}}
"""
HOME = "  home: {kind: unlimited, takes: 10 hours}\n"


@engines
def test_all_since_a_missed_appointment_is_rebooked(engine: str) -> None:
    # They come at 8 on Monday and miss the slots at 9 on Monday, on Wednesday, ...
    # After each they come to the line again at 11 of the next day. At the end of the
    # run, after 14 days, it is 327 hours since the first slot was missed.
    text = world(MISSES.replace("THERE", "desk"), "{start: joins desk, stop: leaves}")
    assert waits(text, [(8, 0)], engine) == [{"closed": 1, "rebooked": 14 * 24 - 9}]


@engines
def test_who_goes_elsewhere_after_missing_one_is_not_rebooked(engine: str) -> None:
    # Missed at 9, on the way for 26 hours, at home for 10.
    services = MISSES.replace("THERE", "home") + HOME
    text = world(services, "{start: joins desk, stop: leaves}")
    assert waits(text, [(8, 0)], engine) == [{"closed": 1, "not_in_line": 36}]


@engines
def test_a_pause_adds_nothing_and_later_parts_know_the_earlier(engine: str) -> None:
    # One nurse, an hour each. A is treated until 1, B waits from 0.5 and goes to the
    # home, where the clock stands still for five hours, and comes back at 7 to find C
    # (6.5 to 7.5) there.
    text = world(
        "  desk: {kind: staff, capacity: 1, takes: 1 hour}\n"
        "  home: {kind: unlimited, takes: 5 hours}\n",
        "{start: joins desk, pause: joins home, resume: leaves home, stop: leaves}",
        more="pathways:\n  round:\n    start: first\n    steps:\n"
        "      first: {at: desk, takes: 1 hour, then: away}\n"
        "      away: {at: home, takes: 5 hours, then: again}\n"
        "      again: {at: desk, takes: 1 hour}\n",
    ).replace("{desk: {rate", "{round: {rate")
    made, replication = played(text, [(0, 0), (0.5, 0), (6, 0)], engine)
    assert replication.records is not None
    clocks = np.sort(replication.records.clocks, order=["who", "part"])
    # A: treated 0-1, comes back at 6 and is treated until 7, first by the lot or as C
    # comes at that moment; whoever of them is second waits for an hour.
    # B: waits 0.5-1, treated 1-2, away 2-7, waits from 7 to 8 for A and C, until 9.
    second = [row for row in clocks if row["who"] == 2]
    assert parts(np.array(second)) == [
        {"no_capacity": 0.5, "not_in_line": 1},
        {"no_capacity": 1.5, "not_in_line": 2},
    ]
    assert made.n_clocks == 1


@engines
def test_a_part_that_was_handed_back_waits_again(engine: str) -> None:
    # From 9 to 10 each day; a treatment takes 1.5 hours. Handed back at 10, it goes on
    # at 9 on Tuesday and is over at 9:30.
    text = world(
        "  desk: {kind: staff, capacity: {every day 09:00-10:00: 1},"
        " takes: 90 min, end_of_shift: hand_back}\n",
        "{start: joins desk, stop: leaves}",
    )
    assert waits(text, [(8, 0)], engine) == [{"closed": 24, "not_in_line": 1.5}]


@engines
@pytest.mark.parametrize("kind", ["staff", "slots"])
def test_what_lies_before_the_run_is_no_capacity(engine: str, kind: str) -> None:
    # Shut until 9. One has been in line for a day or two when the run begins at 0.
    hours = "capacity: {every day 09:00-17:00: 1}"
    text = world(
        f"  desk: {{kind: {kind}, {hours}, takes: 1 hour}}\n",
        UNTIL_CALLED,
        more="start_state: {desk: {waiting: {number: 1, for: {1-2 days: 100%}}}}\n",
    )
    made, replication = played(text, [], engine)
    assert replication.records is not None
    before = (made.begin - replication.records.visits["joined"][0]) / HOUR
    assert 24 < before < 48
    assert parts(replication.records.clocks) == [{"closed": 9, "no_capacity": before}]


@engines
def test_clocks_are_looked_at_just_before_the_end_of_a_month(engine: str) -> None:
    # The run begins on 22 January, and January ends on its tenth day, at 240 hours;
    # the ward of above. A has home from 2 to 12, B from 12 to 22, ... one every ten
    # hours. Of 30 who come at 3, each that comes home frees a bed. At 240 hours the
    # two beds are blocked, and have been since soon after they were taken.
    text = world(WARD, UNTIL_CALLED, start="2024-01-22")
    coming = [(0.0, 0), (0.0, 0), (1.0, 0), *((230.0, 0) for _ in range(3))]
    coming += [(239.0, 0), (239.5, 0)]
    made, replication = played(text, coming, engine)
    assert replication.records is not None
    looks = np.sort(replication.records.looks, order="who")
    # Beds are free again from 22 and 32 on. At 230 three come: two are treated until
    # 232; one goes home until 242, the other is blocked; the third has the free bed
    # until 234, and is blocked. At 239 and 239.5 two more come. Beyond an hour at
    # 240: nobody. So only the one of 239 has waited for an hour, and that is within.
    assert len(looks) == 0
    longer = text.replace("within: 1 hour", "within: 29 min")
    made, replication = played(longer, coming, engine)
    assert replication.records is not None
    looks = np.sort(replication.records.looks, order="who")
    assert looks["who"].tolist() == [7, 8]
    assert looks["month"].tolist() == [0, 0]
    assert parts(looks) == [{"blocked": 1}, {"blocked": 0.5}]
    cells = replication.tallies.standards[0, 1, 0, S_CAUSES:]
    blocked = 2 * CAUSES.index("blocked")
    assert cells[blocked] * DAY + cells[blocked + 1] == 1.5 * HOUR
    assert cells.sum() == cells[blocked : blocked + 2].sum()
    assert made.months[1] - made.begin == 240 * HOUR


@engines
def test_without_standards_of_clocks_nothing_is_told(engine: str) -> None:
    text = world(RANKS, UNTIL_CALLED)
    text = text[: text.index("standards:")]
    found = waits(text, [(0, ROUTINE), (0.25, ROUTINE)], engine)
    assert found == [{}, {}]
