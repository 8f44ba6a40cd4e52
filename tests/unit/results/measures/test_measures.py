"""Every definition on cases small enough to work out by hand."""

import math

import pytest

from results.layout.labels import GroupLabel, PriceLabel
from results.measures.naming import MEASURES
from tests.unit.results.small import (
    ABSENT,
    DAY,
    HANDED_BACK,
    IN_SERVICE,
    LEFT,
    TURNED_AWAY,
    WAITING,
    clock,
    labels,
    model,
    patient,
    run,
    standard,
    tally,
    value,
    visit,
)

FEBRUARY, MARCH = "2000-02", "2000-03"
MONTHS = (0, 27, 58)  # 3 February, 1 March, 1 April 2000


def measured(visits=(), clocks=(), patients=(), names=None, **of):
    """Return the measures of some records in a model of two months."""
    of.setdefault("months", MONTHS)
    tallies = tally(model(**of), visits, clocks, patients)
    names = names or labels(months=of["months"], kinds=of.get("kinds", ("staff",)))
    return run(tallies, labels=names).measures


def test_x10_patients_of_the_warm_up_are_cut_off():
    # Arrivals every 1 from t = 0 to 19; service .5; warm-up 10; end 20.
    visits = [visit(day, day, day + 0.5) for day in range(20)]
    table = measured(visits, months=(10, 20), begin=0)
    assert value(table, "staff", "arrivals", "number") == 10
    assert value(table, "staff", "arrivals", "per day") == 1
    assert value(table, "staff", "completions", "number") == 10
    assert value(table, "staff", "utilisation", "of rostered time") == 0.5
    assert value(table, "staff", "wait", "mean") == 0


def test_x11_an_average_is_weighted_by_time():
    # 3 from 0, 5 from 2, 1 from 7, end at 10: (6 + 25 + 3) / 10.
    leaving = {"outcome": LEFT, "cause": 0}
    visits = [
        *(visit(0, ended=7, **leaving) for _ in range(2)),
        *(visit(2, ended=7, **leaving) for _ in range(2)),
        visit(0, outcome=WAITING),
    ]
    names = labels(months=(0, 10), waits=(("staff", "gives up"),))
    table = measured(visits, months=(0, 10), waits=1, names=names)
    assert value(table, "staff", "in line", "mean") == 3.4


# Five visits around the turn of the months at day 27.
TURN = [
    visit(20, 20, 25),  # starts at once
    visit(21, 25, 29),  # waits 4
    visit(23, 29, 31),  # waits 6, in line at the end of February
    visit(26, 31, None, outcome=IN_SERVICE),  # waits 5, in line then, too
    visit(40, outcome=WAITING),  # in line at the end of March
]


def test_events_belong_to_the_month_in_which_they_happen():
    table = measured(TURN)
    assert value(table, "staff", "arrivals", "number", FEBRUARY) == 4
    assert value(table, "staff", "arrivals", "number", MARCH) == 1
    assert value(table, "staff", "starts", "number", FEBRUARY) == 2
    assert value(table, "staff", "starts", "number", MARCH) == 2
    assert value(table, "staff", "completions", "number", FEBRUARY) == 1
    assert value(table, "staff", "completions", "number", MARCH) == 2
    assert value(table, "staff", "arrivals", "number") == 5
    assert value(table, "staff", "completions", "number") == 3


def test_a_wait_belongs_to_the_month_of_the_start():
    table = measured(TURN)
    assert value(table, "staff", "wait", "mean", FEBRUARY) == 2  # (0 + 4) / 2
    assert value(table, "staff", "wait", "mean", MARCH) == 5.5  # (6 + 5) / 2
    assert value(table, "staff", "wait", "mean") == 3.75
    assert value(table, "staff", "wait", "share above zero", FEBRUARY) == 0.5
    assert value(table, "staff", "wait", "share above zero") == 0.75


def test_the_list_is_that_just_before_the_end():
    table = measured(TURN)
    assert value(table, "staff", "list at the end", "number", FEBRUARY) == 2
    assert value(table, "staff", "age of the list", "mean", FEBRUARY) == 2.5
    assert value(table, "staff", "list at the end", "number", MARCH) == 1
    assert value(table, "staff", "age of the list", "mean", MARCH) == 18
    assert value(table, "staff", "list at the end", "number") == 1
    assert value(table, "staff", "age of the list", "mean") == 18


def test_averages_over_time_share_it_out_among_the_months():
    table = measured(TURN)
    # In line: 4 + 4 + 1 days before day 27; 2 + 4 + 18 from then on.
    assert value(table, "staff", "in line", "mean", FEBRUARY) == 9 / 27
    assert value(table, "staff", "in line", "mean", MARCH) == 24 / 31
    assert value(table, "staff", "in line", "mean") == 33 / 58
    # In use: 5 + 2 days; 2 + 2 + 27.
    assert value(table, "staff", "in use", "mean", FEBRUARY) == 7 / 27
    assert value(table, "staff", "in use", "mean", MARCH) == 31 / 31
    assert value(table, "staff", "utilisation", "of rostered time", MARCH) == 1
    assert value(table, "staff", "in use at the end", "number", FEBRUARY) == 1


def test_a_ratio_shows_what_it_was_made_of():
    table = measured(TURN)
    row = next(
        row
        for row in table.to_pylist()
        if (row["measure"], row["statistic"], row["period"])
        == ("wait", "mean", "whole")
    )
    assert (row["numerator"], row["denominator"]) == (15, 4)
    assert row["unit"] == "days"


def test_what_nobody_did_has_no_mean_and_a_number_of_zero():
    table = measured([visit(30, 30, 31)])
    assert value(table, "staff", "wait", "mean", FEBRUARY) is None
    assert value(table, "staff", "wait", "median", FEBRUARY) is None
    assert value(table, "staff", "starts", "number", FEBRUARY) == 0
    assert value(table, "staff", "in use", "mean", FEBRUARY) == 0


def test_leaving_unseen_is_counted_among_the_waits_that_were_decided():
    names = labels(
        months=MONTHS,
        waits=(("staff", "gives up"), ("staff", "gives up"), ("staff", "moves away")),
        rules=(("staff", "full"),),
    )
    visits = [
        visit(1, ended=3, outcome=LEFT, cause=0),
        visit(1, ended=5, outcome=LEFT, cause=1),
        visit(1, ended=7, outcome=LEFT, cause=2),
        visit(2, ended=2, outcome=TURNED_AWAY, cause=0),
        visit(2, 3, 4),
        visit(3, outcome=WAITING),
    ]
    table = measured(visits, waits=3, rules=1, names=names)
    assert value(table, "staff", "left unseen", "number") == 3
    assert value(table, "staff", "left unseen", "share") == 3 / 5
    assert value(table, "staff", "wait before leaving", "mean") == 4
    assert value(table, "staff", "left unseen (gives up)", "number") == 2
    assert value(table, "staff", "left unseen (moves away)", "number") == 1
    assert value(table, "staff", "turned away", "number") == 1
    assert value(table, "staff", "turned away", "share") == 1 / 6
    assert value(table, "staff", "turned away (full)", "number") == 1


def test_slots_are_used_by_those_who_come_and_those_who_do_not():
    visits = [
        visit(1, 2, 2.1),
        visit(1, 3, 3.1),
        visit(1, 4, 4, outcome=ABSENT),
    ]
    names = labels(months=MONTHS, kinds=("slots",), units=5)
    table = measured(visits, kinds=("slots",), names=names)
    assert value(table, "slots", "slots", "offered", FEBRUARY) == 5
    assert value(table, "slots", "slots", "offered") == 10
    assert value(table, "slots", "slots", "share used", FEBRUARY) == 3 / 5
    assert value(table, "slots", "did not attend", "number") == 1
    assert value(table, "slots", "did not attend", "share") == 1 / 3
    assert value(table, "slots", "wait", "mean") == 1.5
    assert value(table, "slots", "utilisation", "of rostered time") is None


def test_a_kept_bed_is_occupied_and_delayed():
    names = labels(months=MONTHS, kinds=("beds",), units=2)
    table = measured([visit(2, 3, 8, 10)], kinds=("beds",), names=names)
    assert value(table, "beds", "length of stay", "mean") == 7
    assert value(table, "beds", "delayed", "total") == 2
    assert value(table, "beds", "delayed", "mean", FEBRUARY) == 2 / 27
    assert value(table, "beds", "occupancy", "mean", FEBRUARY) == 7 / 54
    assert value(table, "beds", "capacity", "mean") == 2


def test_staff_who_finish_late_work_more_than_their_rostered_time():
    names = labels(open_time=((4 * DAY,), (0,)))
    table = measured([visit(1, 1, 7)], months=(0, 10, 20), names=names)
    share = value(table, "staff", "utilisation", "of rostered time")
    assert share == 6 / 4


def test_a_closed_service_has_no_utilisation():
    names = labels(months=(0, 10), open_time=((0,),))
    table = measured([visit(1, outcome=WAITING)], months=(0, 10), names=names)
    assert value(table, "staff", "utilisation", "of rostered time") is None
    assert value(table, "staff", "capacity", "mean") == 0


def test_unlimited_services_have_no_capacity():
    table = measured([visit(1, 1, 2)], kinds=("unlimited",))
    measures = set(table.column("measure").to_pylist())
    assert not measures & {"capacity", "occupancy", "utilisation", "slots"}


def test_a_treatment_handed_back_is_one_arrival_one_start_and_two_stays():
    visits = [
        visit(1, 2, 4, outcome=HANDED_BACK),
        visit(4, 6, 7, part=1),
    ]
    table = measured(visits)
    assert value(table, "staff", "arrivals", "number") == 1
    assert value(table, "staff", "starts", "number") == 1
    assert value(table, "staff", "handed back", "number") == 1
    assert value(table, "staff", "completions", "number") == 1
    assert value(table, "staff", "wait", "mean") == 1
    assert value(table, "staff", "length of stay", "mean") == 1.5
    assert value(table, "staff", "in line", "mean") == 3 / 58
    assert value(table, "staff", "balance", "number") == 0


def test_visits_are_in_balance_month_by_month_and_at_the_start():
    visits = [*TURN, visit(-3, 5, 6), visit(-2, -1, 4)]
    table = measured(visits, begin=-10)
    for period in (FEBRUARY, MARCH, "whole"):
        assert value(table, "staff", "balance", "number", period) == 0


def test_a_visit_that_vanishes_upsets_the_balance():
    tallies = tally(model(months=MONTHS), TURN)
    tallies.counts[1, 0, 0, 5] -= 1  # one completion of March
    table = run(tallies, labels=labels(months=MONTHS)).measures
    assert value(table, "staff", "balance", "number", FEBRUARY) == 0
    assert value(table, "staff", "balance", "number", MARCH) == 1
    assert value(table, "staff", "balance", "number") == 1


def test_a_pathway_counts_the_visits_at_its_steps():
    names = labels(months=MONTHS, kinds=("staff", "beds"), pathways=("hip",))
    steps = [(0, -1), (1, -1), (0, 0), (1, 0)]
    visits = [
        visit(1, 2, 3, service=0, step=2),
        visit(3, 6, 9, service=1, step=3),
        visit(3, 13, 14, service=1, step=1),
    ]
    kinds = ("staff", "beds")
    table = measured(visits, kinds=kinds, pathways=1, steps=steps, names=names)
    assert value(table, "hip", "arrivals", "number") == 2
    assert value(table, "hip", "wait", "mean") == 2
    assert value(table, "beds", "wait", "mean") == 6.5
    assert value(table, "hip", "left unseen", "number") == 0


GROUPS = (GroupLabel("child"), GroupLabel("adult"), GroupLabel("elder"))


def test_everybody_is_the_sum_of_the_groups():
    names = labels(months=MONTHS, groups=GROUPS)
    visits = [visit(1, 2, 3, group=0), visit(1, 5, 6, group=1), visit(2, 4, 5, group=1)]
    table = measured(visits, recorded=(0, 1, 2), names=names)
    assert value(table, "staff", "arrivals", "number") == 3
    assert value(table, "staff", "arrivals", "number", group="adult") == 2
    assert value(table, "staff", "wait", "mean") == 7 / 3
    assert value(table, "staff", "wait", "mean", group="child") == 1
    assert value(table, "staff", "wait", "mean", group="adult") == 3
    assert value(table, "staff", "in use", "mean", group="child") == 1 / 58


def test_a_group_to_which_nothing_happens_has_no_rows():
    names = labels(months=MONTHS, groups=GROUPS)
    table = measured([visit(1, 2, 3, group=0)], recorded=(0, 1, 2), names=names)
    rows = [r for r in table.to_pylist() if r["kind"] == "service"]
    assert {row["group"] for row in rows} == {"all", "child"}


def test_a_group_has_rows_in_all_replications_if_it_has_any_in_one():
    names = labels(months=MONTHS, groups=GROUPS)
    of = model(months=MONTHS, recorded=(0, 1, 2))
    two = run(tally(of, [visit(1, 2, 3, group=2)]), tally(of), labels=names)
    table = two.measures
    second = table.slice(table.column("replication").to_pylist().index(2))
    assert value(second, "staff", "arrivals", "number", group="elder") == 0
    assert value(second, "staff", "arrivals", "number", group="child") is None


def test_costs_follow_the_price_of_the_month_and_group():
    prices = (
        PriceLabel("staff", "NHS", "visit", ((10.0, 20.0), (30.0, 40.0))),
        PriceLabel("staff", "councils", "day", ((1.0, 1.0), (2.0, 2.0))),
    )
    names = labels(
        months=MONTHS, groups=GROUPS[:2], budgets=("NHS", "councils"), prices=prices
    )
    visits = [
        visit(20, 25, 29, group=0),  # starts in February: £10; 2 days at £1, 2 at £2
        visit(28, 28, 29, group=1),  # starts in March: £40; 1 day at £2
    ]
    table = measured(visits, recorded=(0, 1), names=names)
    assert value(table, "staff", "cost (NHS)", "total", FEBRUARY) == 10
    assert value(table, "staff", "cost (NHS)", "total") == 50
    assert value(table, "staff", "cost (councils)", "total") == 8
    assert value(table, "staff", "cost", "total") == 58
    assert value(table, "staff", "cost", "total", group="adult") == 42
    assert value(table, "NHS", "spending", "total", MARCH) == 40
    assert value(table, "councils", "spending", "total", FEBRUARY) == 2


def test_clocks_count_those_that_stop_and_those_that_run():
    names = labels(months=MONTHS, clocks=("referral to treatment",))
    clocks = [
        clock(5, 15),
        clock(9, 29),  # runs at the end of February, for 18 days
        clock(20, 22, dropped=1),
        clock(50),
    ]
    table = measured(clocks=clocks, n_clocks=1, names=names)
    subject = "referral to treatment"
    assert value(table, subject, "started", "number") == 4
    assert value(table, subject, "stopped", "number") == 2
    assert value(table, subject, "time", "mean", FEBRUARY) == 10
    assert value(table, subject, "time", "mean") == 15
    assert value(table, subject, "running at the end", "number", FEBRUARY) == 1
    assert value(table, subject, "time so far", "mean", FEBRUARY) == 18
    assert value(table, subject, "time so far", "mean") == 8


def test_standards_of_completed_count_clocks_that_stop():
    names = labels(
        months=MONTHS,
        clocks=("referral to treatment",),
        standards=(
            standard("ten days", "referral to treatment", 10, target=((None, 0.5),)),
        ),
    )
    clocks = [
        clock(5, 15),
        clock(5, 15.01),
        clock(6, 8),
        clock(20, 40),
        clock(1, 2, dropped=1),
    ]
    standards = [(0, 10, 0)]
    table = measured(clocks=clocks, n_clocks=1, standards=standards, names=names)
    assert value(table, "ten days", "counted", "number") == 4
    assert value(table, "ten days", "within", "number") == 2
    assert value(table, "ten days", "within", "share", FEBRUARY) == 2 / 3
    assert value(table, "ten days", "within", "share", MARCH) == 0
    assert value(table, "ten days", "within", "share") == 0.5
    assert value(table, "ten days", "target", "share") == 0.5
    assert value(table, "ten days", "met", "share of months", FEBRUARY) == 1
    assert value(table, "ten days", "met", "share of months", MARCH) == 0
    assert value(table, "ten days", "met", "share of months") == 0.5


def test_standards_of_those_still_waiting_look_at_every_month_end():
    names = labels(
        months=MONTHS,
        clocks=("referral to treatment",),
        standards=(standard("waiting", "referral to treatment", 20, "still_waiting"),),
    )
    clocks = [clock(1), clock(26), clock(10, 12)]  # ages 26 and 1, then 57 and 32
    table = measured(clocks=clocks, n_clocks=1, standards=[(0, 20, 1)], names=names)
    assert value(table, "waiting", "counted", "number", FEBRUARY) == 2
    assert value(table, "waiting", "within", "share", FEBRUARY) == 0.5
    assert value(table, "waiting", "within", "share", MARCH) == 0
    assert value(table, "waiting", "within", "share") == 0.25


def test_a_target_that_changes_is_none_for_the_whole():
    target = ((None, 0.9), ("2000-03-01", 0.6))
    names = labels(
        months=MONTHS, clocks=("c",), standards=(standard("s", "c", 1, target=target),)
    )
    table = measured(
        clocks=[clock(1, 2), clock(30, 31), clock(30, 31), clock(30, 39)],
        n_clocks=1,
        standards=[(0, 1, 0)],
        names=names,
    )
    assert value(table, "s", "target", "share", FEBRUARY) == 0.9
    assert value(table, "s", "target", "share", MARCH) == 0.6
    assert value(table, "s", "target", "share") is None
    assert value(table, "s", "met", "share of months") == 1


def test_a_month_without_anybody_neither_meets_nor_misses_a_standard():
    names = labels(months=MONTHS, clocks=("c",), standards=(standard("s", "c", 1),))
    table = measured(
        clocks=[clock(1, 2)], n_clocks=1, standards=[(0, 1, 0)], names=names
    )
    assert value(table, "s", "met", "share of months", MARCH) is None
    assert value(table, "s", "met", "share of months") == 1


def test_patients_enter_go_and_are_there():
    names = labels(months=MONTHS, endings=("leave", "died"), streams=("doors", "beds"))
    patients = [
        patient(-2, 5, ending=1),
        patient(3, 30),
        patient(26, stream=1),
        patient(28, 57, ending=1, stream=1),
    ]
    table = measured(patients=patients, begin=-5, streams=2, endings=2, names=names)
    assert value(table, "doors", "entered", "number") == 1
    assert value(table, "beds", "entered", "number", MARCH) == 1
    assert value(table, "model", "patients entered", "number") == 3
    assert value(table, "model", "patients gone", "number") == 3
    assert value(table, "model", "patients gone (died)", "number", FEBRUARY) == 1
    assert value(table, "model", "patients gone (leave)", "number") == 1
    at_end = ("model", "patients there at the end", "number")
    assert value(table, *at_end, FEBRUARY) == 2
    assert value(table, *at_end) == 1
    assert value(table, "model", "balance of patients", "number", FEBRUARY) == 0
    assert value(table, "model", "balance of patients", "number", MARCH) == 0


def test_quantiles_stand_beside_the_mean():
    visits = [visit(0, wait, wait + 0.1) for wait in range(1, 11)]
    table = measured(visits)
    assert value(table, "staff", "wait", "median") == pytest.approx(5, rel=1 / 128)
    assert value(table, "staff", "wait", "90th percentile") == pytest.approx(
        9, rel=1 / 128
    )
    assert value(table, "staff", "wait", "95th percentile") == pytest.approx(
        10, rel=1 / 128
    )
    assert value(table, "staff", "wait", "median", MARCH) is None


def test_the_table_holds_no_measure_that_is_not_defined():
    kinds = ("staff", "beds", "caseload", "unlimited", "slots")
    names = labels(months=MONTHS, kinds=kinds)
    table = measured([visit(1, 2, 3)], kinds=kinds, names=names)
    defined = {(kind, m.name, m.statistic) for m in MEASURES for kind in m.kinds}
    found = {
        (row["kind"], row["measure"].partition(" (")[0], row["statistic"])
        for row in table.to_pylist()
    }
    assert found <= defined


def test_tables_hold_nulls_and_never_nan():
    table = measured(TURN)
    for column in ("value", "numerator", "denominator"):
        values = table.column(column).drop_null().to_pylist()
        assert not any(map(math.isnan, values))
    assert table.column("value").null_count == 0
