import math

import numpy as np
import pytest

from kernels.buckets import H_IN_LINE, H_STARTED
from results.layout.labels import GroupLabel
from results.measures.waits import Distributions, alone
from tests.unit.results.small import clock, labels, model, run, tally, visit

MONTHS = (0, 27, 58)
HALF_LARGEST = 1 / 128


def started(waits, **of):
    """Return the distributions of visits that waited so long, in days."""
    of.setdefault("months", MONTHS)
    return Distributions(tally(model(**of), [visit(0, w, w + 1) for w in waits]))


def quantile(of, percent, kind=H_STARTED, subject=0, group=0, period=-1):
    return of.quantiles(kind, alone(1 + subject), percent)[subject, group, period]


@pytest.mark.parametrize(("percent", "rank"), [(50, 50), (90, 90), (95, 95), (1, 1)])
def test_a_quantile_is_the_time_below_which_so_many_lie(percent, rank):
    waits = [0.13 * n for n in range(1, 101)]
    found = quantile(started(waits), percent)
    assert found == pytest.approx(waits[rank - 1], rel=HALF_LARGEST)


def test_those_who_do_not_wait_have_a_quantile_of_exactly_zero():
    of = started([0, 0, 0, 2])
    assert quantile(of, 50) == 0
    assert quantile(of, 75) == 0
    assert quantile(of, 90) == pytest.approx(2, rel=HALF_LARGEST)


def test_a_quantile_lies_on_a_straight_line_inside_its_bucket():
    # A day is in the bucket from 164 to 165 times 2**13 units of 65,536 microseconds:
    # 1.01945 to 1.02567 days of 86.4e9 microseconds hold 1.02 days.
    unit = 65_536 * 2**13 / 86.4e9
    lower = math.floor(1.02 / unit) * unit
    of = started([1.02] * 4)
    assert quantile(of, 50) == pytest.approx(lower + unit * 0.5)
    assert quantile(of, 90) == pytest.approx(lower + unit * 0.9)


def test_two_halves_with_a_gap_have_their_median_in_the_lower_one():
    assert quantile(started([1, 1, 9, 9]), 50) == pytest.approx(1, rel=1 / 64)


def test_nobody_has_no_quantile():
    of = started([])
    assert np.isnan(quantile(of, 50))
    assert np.isnan(quantile(started([1]), 50, period=1))


def test_months_and_groups_are_added_up_before_a_quantile_is_taken():
    of = model(months=MONTHS, recorded=(0, 1))
    visits = [visit(0, 1, 2, group=0), visit(0, 2, 3, group=1)]
    visits += [visit(25, 28, 29, group=1), visit(25, 29, 30, group=1)]
    found = Distributions(tally(of, visits))
    assert quantile(found, 75) == pytest.approx(3, rel=HALF_LARGEST)
    assert quantile(found, 100, period=0) == pytest.approx(2, rel=HALF_LARGEST)
    assert quantile(found, 100, group=1) == pytest.approx(1, rel=HALF_LARGEST)
    assert quantile(found, 34, group=2) == pytest.approx(3, rel=HALF_LARGEST)
    assert np.isnan(quantile(found, 50, group=1, period=1))


def test_the_list_of_the_whole_is_that_of_the_last_month_end():
    of = model(months=MONTHS)
    visits = [visit(20, 30, 31), visit(48, outcome=5)]
    found = Distributions(tally(of, visits))
    assert quantile(found, 50, H_IN_LINE, period=0) == pytest.approx(7, rel=1 / 64)
    assert quantile(found, 50, H_IN_LINE) == pytest.approx(10, rel=1 / 64)
    assert quantile(found, 100, H_IN_LINE) == pytest.approx(10, rel=1 / 64)


def test_each_subject_has_its_own_quantiles():
    of = model(months=MONTHS, kinds=("staff", "beds"))
    visits = [visit(0, 1, 2), visit(0, 3, 4, service=1)]
    found = Distributions(tally(of, visits))
    assert quantile(found, 50) == pytest.approx(1, rel=HALF_LARGEST)
    assert quantile(found, 50, subject=1) == pytest.approx(3, rel=HALF_LARGEST)


def test_the_table_lists_every_bucket_that_holds_somebody():
    names = labels(
        months=MONTHS,
        kinds=("staff",),
        pathways=("staff",),  # a pathway may be called like a service
        clocks=("door to needle",),
        groups=(GroupLabel("child"), GroupLabel("adult")),
    )
    of = model(
        months=MONTHS,
        recorded=(0, 1),
        pathways=1,
        steps=[(0, -1), (0, 0)],
        n_clocks=1,
    )
    visits = [
        visit(0, 0, 1, group=1),
        visit(0, 0, 1, group=1),
        visit(26, 30, 31, step=1),
    ]
    tallies = tally(of, visits, [clock(5, 6)])
    rows = run(tallies, labels=names).waits.to_pylist()
    told = [
        (r["period"], r["wait"], r["kind"], r["subject"], r["group"], r["count"])
        for r in rows
    ]
    assert told == [
        ("2000-02", "started", "service", "staff", "adult", 2),
        ("2000-03", "started", "service", "staff", "child", 1),
        ("2000-03", "started", "pathway", "staff", "child", 1),
        ("2000-02", "in line", "service", "staff", "child", 1),
        ("2000-02", "in line", "pathway", "staff", "child", 1),
        ("2000-02", "clock stopped", "clock", "door to needle", "child", 1),
    ]
    assert (rows[0]["lower"], rows[0]["upper"]) == (0, 0)
    assert rows[1]["lower"] <= 4 < rows[1]["upper"] <= rows[1]["lower"] * (1 + 1 / 128)
