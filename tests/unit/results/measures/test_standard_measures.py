"""Standards of every sort, from records written down by hand."""

import numpy as np
import pytest

from kernels import layout
from kernels.layout import SPREAD, SUM
from results.layout.labels import GroupLabel, StandardLabel
from results.measures.naming import CAUSES
from results.measures.table import measures_table, shown
from tests.unit.results.small import (
    clock,
    labels,
    look,
    model,
    run,
    tally,
    value,
    visit,
)

MONTHS = (0, 27, 58)  # 2000-02-03 to 2000-03-01 and 2000-04-01
FEBRUARY, MARCH = "2000-02", "2000-03"
ALWAYS = None


def promise(name, measure, target, **parts):
    """Return a label of a standard that is no share within a time."""
    dated = target if isinstance(target, tuple) else ((ALWAYS, target),)
    wait = None if measure in ("occupancy", "patients") else "wait"
    return StandardLabel(name, wait, None, "completed", dated, measure, **parts)


PERIODS = (FEBRUARY, MARCH, "whole")


def measured(names, visits=(), clocks=(), **of):
    """Return the measures of one replication."""
    tallies = tally(model(months=MONTHS, **of), visits, clocks)
    return measures_table(names, 1, tallies, shown(names, [tallies]))


def of_clocks(standard, clocks, standards):
    """Return the measures of one standard of clocks."""
    names = labels(months=MONTHS, clocks=("wait",), standards=(standard,))
    return measured(names, clocks=clocks, n_clocks=1, standards=standards)


def test_a_mean_is_reached_to_the_microsecond():
    standard = promise("mean", "mean", 1.0)
    exact = of_clocks(standard, [clock(0, 0.5), clock(0, 1.5)], [(0, 0, 0, SUM)])
    assert value(exact, "mean", "achieved", "mean", FEBRUARY) == 1
    assert value(exact, "mean", "met", "share of months", FEBRUARY) == 1
    since, late = clock(0, 0.5), list(clock(0, 1.5))
    late[4] += 1
    above = of_clocks(standard, [since, tuple(late)], [(0, 0, 0, SUM)])
    assert value(above, "mean", "met", "share of months", FEBRUARY) == 0
    assert value(above, "mean", "met", "share of months", MARCH) is None
    assert value(above, "mean", "within", "share", FEBRUARY) is None
    assert value(above, "mean", "target", "time") == 1


def test_a_mean_of_more_than_64_bits_is_still_exact():
    # 2,000 clocks of 100,000 years: their sum in microseconds needs 73 bits.
    begin = -36_525_000
    of = model(months=(0, 10), begin=begin, n_clocks=1, standards=[(0, 0, 0, SUM)])
    long = [clock(begin, 1)] * 2000
    names = labels(
        months=(0, 10),
        clocks=("wait",),
        standards=(promise("mean", "mean", 36_525_001.0),),
    )
    tallies = tally(of, (), long)
    table = measures_table(names, 1, tallies, shown(names, [tallies]))
    assert value(table, "mean", "achieved", "mean") == 36_525_001
    assert value(table, "mean", "met", "share of months", FEBRUARY) == 1


def test_a_percentile_is_reached_by_exact_count():
    standard = promise(
        "most", "percentile", ((ALWAYS, 3.0), ("2000-03-01", 2.0)), percentile=75
    )
    clocks = [clock(0, time) for time in (1, 2, 3, 9)]
    clocks += [clock(30, 30 + time) for time in (1, 2, 2.5, 9)]
    table = of_clocks(standard, clocks, [(0, (3, 2), 0, SPREAD)])
    assert value(table, "most", "within", "share", FEBRUARY) == 0.75
    assert value(table, "most", "met", "share of months", FEBRUARY) == 1
    achieved = value(table, "most", "achieved", "percentile", FEBRUARY)
    assert 3 <= achieved < 3 * (1 + 1 / 128)  # met, though it seems to lie above
    assert value(table, "most", "within", "share", MARCH) == 0.5
    assert value(table, "most", "met", "share of months", MARCH) == 0
    assert value(table, "most", "met", "share of months") == 0.5
    assert value(table, "most", "target", "time", MARCH) == 2
    assert value(table, "most", "target", "time") is None
    whole = value(table, "most", "achieved", "percentile")
    assert whole == pytest.approx(3, rel=1 / 64)  # six of eight


def test_a_percentile_of_those_still_waiting_adds_up_the_month_ends():
    standard = promise("most", "percentile", 10.0, percentile=50)
    clocks = [clock(26), clock(17, 40)]  # 1 and 10 days, then 32
    table = of_clocks(standard, clocks, [(0, 10, 1, SPREAD)])
    assert value(table, "most", "counted", "number", FEBRUARY) == 2
    assert value(table, "most", "counted", "number", MARCH) == 1
    found = value(table, "most", "achieved", "percentile", MARCH)
    assert found == pytest.approx(32, rel=1 / 64)
    whole = value(table, "most", "achieved", "percentile")
    assert whole == pytest.approx(10, rel=1 / 64)  # of 1, 10 and 32


def test_pauses_count_neither_in_times_nor_in_ages():
    standard = promise("mean", "mean", 4.0)
    clocks = [
        # On for 4 days, off for 10, on from day 19 on: 8 days at the end of February.
        clock(5, 19, paused=9, resumed=1),
        clock(19, 33, paused=23, resumed=1, part=1, ran=4, stood=10),
        clock(33, 39, part=2, ran=8, stood=20),
    ]
    names = labels(
        months=MONTHS,
        clocks=("wait", "other"),
        pausing=("wait",),
        standards=(standard,),
    )
    table = measured(names, clocks=clocks, n_clocks=2, standards=[(0, 0, 1, SUM)])
    assert value(table, "mean", "achieved", "mean", FEBRUARY) == 8
    assert value(table, "wait", "paused at the end", "number", FEBRUARY) == 1
    assert value(table, "wait", "running at the end", "number", FEBRUARY) == 1
    assert value(table, "wait", "started", "number") == 1
    assert value(table, "wait", "stopped", "number") == 1
    assert value(table, "wait", "time", "mean") == 14
    assert value(table, "wait", "time paused", "mean") == 20
    assert value(table, "other", "paused at the end", "number") is None


def test_occupancy_is_that_of_several_services_together():
    names = labels(
        months=MONTHS,
        kinds=("beds", "caseload", "unlimited"),
        units=2,
        standards=(
            promise("both", "occupancy", 8 / (4 * 27), services=("beds", "caseload")),
        ),
        groups=(GroupLabel("child"), GroupLabel("adult")),
    )
    visits = [visit(0, 1, 6, group=0), visit(0, 0, 3, service=1, group=1)]
    table = measured(
        names,
        visits,
        kinds=("beds", "caseload", "unlimited"),
        recorded=(0, 1),
        standards=[(-1, 0, 0)],
    )
    achieved = value(table, "both", "achieved", "occupancy", FEBRUARY)
    assert achieved == pytest.approx(8 / (4 * 27), rel=1e-12)
    assert value(table, "both", "met", "share of months", FEBRUARY) == 1
    assert value(table, "both", "achieved", "occupancy", MARCH) == 0
    assert value(table, "both", "achieved", "occupancy", group="child") is None
    assert value(table, "both", "target", "share", group="child") is None
    assert value(table, "both", "target", "share") == 8 / (4 * 27)


def test_patients_are_held_against_the_target_at_the_scale_of_the_run():
    names = labels(
        months=MONTHS,
        kinds=("unlimited",),
        scale=0.05,
        standards=(
            promise("few", "patients", 10.0, services=("unlimited",)),
            promise("none", "patients", 0.0, services=("unlimited",)),
        ),
    )
    visits = [visit(0, 0, 13.5)]  # half a patient in February, none in March
    table = measured(
        names, visits, kinds=("unlimited",), standards=[(-1, 0, 0), (-1, 0, 0)]
    )
    assert value(table, "few", "achieved", "patients", FEBRUARY) == 0.5
    assert value(table, "few", "target", "patients", FEBRUARY) == 0.5
    assert value(table, "few", "met", "share of months") == 1
    assert value(table, "none", "met", "share of months", FEBRUARY) == 0
    assert value(table, "none", "met", "share of months", MARCH) == 1
    assert value(table, "none", "met", "share of months") == 0.5


def summed_up():
    """Return the summary of a run with one standard of each sort."""
    names = labels(
        months=MONTHS,
        kinds=("beds",),
        clocks=("wait",),
        standards=(
            promise("mean", "mean", 0.5),
            promise("most", "percentile", 3.0, percentile=90),
            promise("full", "occupancy", 0.92, services=("beds",)),
            promise("few", "patients", 12.0, services=("beds",)),
            promise("later", "mean", ((ALWAYS, 1.0), ("2000-03-01", 2.0))),
        ),
    )
    of = model(
        months=MONTHS,
        kinds=("beds",),
        n_clocks=1,
        standards=[
            (0, 0, 0, SUM),
            (0, 3, 0, SPREAD),
            (-1, 0, 0),
            (-1, 0, 0),
            (0, 0, 0, SUM),
        ],
    )
    tallies = tally(of, [visit(0, 0, 29)], [clock(0, 4), clock(0, 2)])
    return run(tallies, labels=names).summary()


def test_the_summary_says_each_sort_in_its_own_words():
    sentences = summed_up().sentences()[2:]
    assert sentences[0] == "mean: 3 days on average, at most 12 hours promised."
    assert sentences[1] == (
        "most: 90% within 4 days, at most 3 days promised. Of the time of those not "
        "within, 100% passed in treatment or on the way."
    )
    assert sentences[2] == "full: 50% occupied, at most 92% promised."
    assert sentences[3] == "few: 0.5 patients on average, at most 12 patients promised."
    assert sentences[4] == "later: 3 days on average."


def test_the_summary_has_what_was_achieved_in_the_unit_of_the_target():
    rows = {row.standard: row for row in summed_up().standards}
    assert rows["mean"].unit == "days"
    assert rows["most"].share.mean == 0.5
    assert rows["full"].achieved.mean == 0.5
    assert rows["few"].unit == "patients"
    assert rows["later"].promised == ""


def test_the_buckets_of_a_percentile_stand_in_the_table_of_waits():
    standard = promise("most", "percentile", 3.0, percentile=50)
    names = labels(months=MONTHS, clocks=("wait",), standards=(standard,))
    of = model(months=MONTHS, n_clocks=1, standards=[(0, 3, 0, SPREAD)])
    rows = run(tally(of, (), [clock(0, 2)]), labels=names).waits.to_pylist()
    found = {(row["wait"], row["kind"], row["subject"], row["count"]) for row in rows}
    assert found == {
        ("clock stopped", "clock", "wait", 1),
        ("standard", "standard", "most", 1),
    }


def test_parts_of_clocks_are_recorded_with_their_pauses():
    names = labels(months=(0, 10), clocks=("wait",))
    clocks = [
        clock(1, 4, paused=2, resumed=1),
        clock(4, 5, part=1, ran=1, stood=2),
    ]
    rows = layout.NOTHING._replace(clocks=np.array(clocks, layout.CLOCK))
    of = model(months=(0, 10), n_clocks=1)
    made = run(tally(of, (), clocks), labels=names, records={1: rows})
    first, second = made.records("clocks", 1).to_pylist()
    assert first == {
        "replication": 1,
        "who": 0,
        "clock": "wait",
        "group": "all",
        "since": 1.0,
        "stopped": 4.0,
        "dropped": 0,
        "part": 0,
        "paused": 2.0,
        "resumed": 1,
        "ran": 0.0,
        "stood": 0.0,
        **dict.fromkeys((name for name, _ in layout.SHARES), 0.0),
        "not_in_line": 1.0,
    }
    assert (second["part"], second["paused"]) == (1, None)
    assert (second["ran"], second["stood"]) == (1.0, 2.0)


def test_breaches_are_split_by_cause():
    # Within 3 days: one. Not within: 4 days, and 6 of which 5 in line.
    standard = promise("most", "percentile", 3.0, percentile=50)
    clocks = [
        clock(0, 1),
        clock(0, 4, causes=(0, 1, 0, 0, 0, 3, 0)),
        clock(0, 6, causes=(0, 2, 0.5, 0.5, 1, 1, 1)),
    ]
    table = of_clocks(standard, clocks, [(0, 3, 0, SPREAD)])
    assert value(table, "most", "breach", "number", FEBRUARY) == 2
    assert value(table, "most", "breach", "mean", FEBRUARY) == 5
    days = {"closed": 1.5, "out-ranked": 0.5, "no capacity": 2, "not in line": 0.5}
    for cause in CAUSES:
        expected = {"blocked": 0.25, "kept back": 0.25, **days}.get(cause, 0)
        name = f"breach ({cause})"
        assert value(table, "most", name, "mean", FEBRUARY) == expected
        assert value(table, "most", name, "share", "whole") == expected / 5
        assert value(table, "most", name, "mean", MARCH) is None


def test_breaches_of_those_still_waiting_are_what_was_looked_at():
    names = labels(
        months=MONTHS,
        clocks=("wait",),
        standards=(promise("soon", "share", 0.9),),
    )
    of = model(months=MONTHS, n_clocks=1, standards=[(0, 10, 1)])
    looks = [look(0, (0, 4, 0, 0, 0, 16, 0)), look(1, (0, 4, 0, 0, 0, 36, 0))]
    looks.append(look(1, (0, 1, 0, 0, 0, 8, 0)))  # within: another promise asked
    tallies = tally(of, clocks=[clock(9)], looks=looks)
    table = measures_table(names, 1, tallies, shown(names, [tallies]))
    found = [value(table, "soon", "breach (closed)", "share", p) for p in PERIODS]
    assert found == [0.2, 0.1, 8 / 60]


def test_a_mean_has_no_breaches():
    table = of_clocks(promise("mean", "mean", 1.0), [clock(0, 5)], [(0, 1, 0, SUM)])
    assert value(table, "mean", "breach", "number", FEBRUARY) is None
    assert value(table, "mean", "breach (closed)", "mean", FEBRUARY) is None
