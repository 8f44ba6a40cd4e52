"""Comparisons of several runs, told apart by month and group, and asked by pattern."""

import pytest

import results
from results import compare
from results.comparison.comparing import run_names
from results.errors import ResultError
from results.layout.labels import GroupLabel
from tests.unit.results.small import labels, model, run, tally, visit

MONTHS = (0, 27, 58)
GROUPS = (
    GroupLabel("child, poor", (("age", "child"), ("wealth", "poor"))),
    GroupLabel("child, rich", (("age", "child"), ("wealth", "rich"))),
    GroupLabel("adult, poor", (("age", "adult"), ("wealth", "poor"))),
    GroupLabel("adult, rich", (("age", "adult"), ("wealth", "rich"))),
)


def town(*replications, title="A town", seed=1):
    """Return a run; each replication has waits as (days joined, wait, group)."""
    of = model(months=MONTHS, recorded=(0, 1, 2, 3))
    tallies = [
        tally(
            of,
            [visit(day, day + wait, day + wait + 1, group=g) for day, wait, g in each],
        )
        for each in replications
    ]
    names = labels(months=MONTHS, groups=GROUPS, title=title, scenario=title)
    return run(*tallies, labels=names, seed=seed)


def waits(*of_groups, later=0.0):
    """Return one visit in each month for each group; `later` waits longer in March."""
    return [
        (day, wait + (later if day > 27 else 0), group)
        for group, wait in enumerate(of_groups)
        for day in (1, 30)
    ]


BASE = town(waits(1, 2, 3, 4), waits(2, 2, 4, 4), waits(1, 3, 3, 5))
LATE = town(
    waits(1, 2, 3, 4, later=5),
    waits(2, 2, 4, 4, later=5.2),
    waits(1, 3, 3, 5, later=4.9),
    title="Late",
)
POOR = town(waits(6, 2, 8, 4), waits(7.1, 2, 9.1, 4), waits(6, 3, 8, 5), title="Poor")


def row(comparison, **wanted):
    (found,) = [
        row
        for row in comparison.rows
        if all(getattr(row, key) == value for key, value in wanted.items())
    ]
    return found


def test_any_number_of_runs_is_held_against_the_baseline():
    comparison = compare(BASE, LATE, POOR, measures=["staff: wait, mean"])
    assert [row.run for row in comparison.rows] == ["Late", "Poor"]
    # Of eight waits, four are 5 days longer; of four of eight, 5 days each.
    means = [row.difference.mean for row in comparison.rows]
    assert means == pytest.approx([15.1 / 6, (5 + 5.1 + 5) / 6])
    assert comparison.table().column("run").to_pylist() == ["Late", "Poor"]


def test_another_run_can_be_the_baseline():
    comparison = compare(BASE, LATE, baseline=LATE, measures=["staff: wait, mean"])
    assert [row.run for row in comparison.rows] == ["A town"]
    assert comparison.rows[0].difference.mean == pytest.approx(-15.1 / 6)
    outside = compare(LATE, POOR, baseline=BASE, measures=["staff: wait, mean"])
    assert [row.run for row in outside.rows] == ["Late", "Poor"]


def test_all_questions_of_all_runs_are_corrected_together():
    found = compare(BASE, LATE, POOR, measures=["staff: wait, mean"]).rows
    least, most = sorted(found, key=lambda row: row.difference.p)
    assert least.p_corrected == 2 * least.difference.p
    assert most.p_corrected == max(most.difference.p, least.p_corrected)


def test_one_run_has_nothing_to_be_compared_with():
    with pytest.raises(ResultError, match="nothing to be compared with: name another"):
        compare(BASE)


def test_a_run_may_be_compared_with_itself():
    assert compare(BASE, BASE).equal


def test_every_run_has_a_name_of_its_own(tmp_path):
    here = BASE.write(tmp_path / "a" / "run")
    there = LATE.write(tmp_path / "b" / "run")
    assert run_names([here, there]) == ["run", str(tmp_path / "b" / "run")]
    assert run_names([BASE, BASE]) == ["A town", "A town (2)"]


def test_months_are_told_apart():
    comparison = compare(BASE, LATE, by="month", measures=["staff: wait, mean"])
    assert [row.period for row in comparison.rows] == ["2000-02", "2000-03"]
    assert [row.difference.mean for row in comparison.rows] == pytest.approx(
        [0, 15.1 / 3]
    )
    said = comparison.sentences()
    assert said[0].endswith(", by month.")
    assert "Staff: mean wait rises in 2000-03 only, by 5.0 days (4.7 to 5.4)." in said


def test_a_month_in_which_nothing_changed_is_no_question():
    comparison = compare(BASE, LATE, by="month", measures=["staff: wait, mean"])
    first, second = comparison.rows
    assert (first.verdict, first.p_corrected) == ("unchanged", None)
    assert second.p_corrected == second.difference.p
    assert second.verdict == "rises"


def test_services_that_are_one_per_place_are_told_apart_by_it():
    from results.layout.labels import ServiceLabel

    homes = (
        ServiceLabel("ward in Leeds", "staff", home=("place", "Leeds")),
        ServiceLabel("helpline", "staff"),
    )
    of = model(months=MONTHS, kinds=("staff", "staff"))

    def places(*each, wait):
        tallies = [
            tally(of, [visit(0, w + wait, w + wait + 1), visit(0, w, w + 1, service=1)])
            for w in each
        ]
        kinds = ("staff", "staff")
        return run(*tallies, labels=labels(months=MONTHS, kinds=kinds, services=homes))

    comparison = compare(
        places(1, 2, 3, wait=0),
        places(1, 2, 3, wait=2),
        by="place",
        measures=["wait, *"],
    )
    assert {row.subject for row in comparison.rows} == {"ward in Leeds"}


def test_lists_that_still_grow_are_named_before_what_was_found():
    months = tuple(range(0, 271, 30))
    of = model(months=months)

    def rising(step):
        # Nobody is ever seen: `step` more wait at the end of each month.
        visits = [visit(m + 1) for m in months[:-1] for _ in range(step)]
        return tally(of, [(*v[:7], 5, *v[8:]) for v in visits])

    names = labels(months=months)
    slow, quick = (
        run(*(rising(step + n) for n in range(3)), labels=names) for step in (0, 5)
    )
    said = compare(slow, quick).sentences()
    (growth,) = [s for s in said if s.startswith("Still growing")]
    assert "in this run staff." in growth
    by_month = compare(slow, quick, by="month").sentences()
    assert not any(s.startswith("Still growing") for s in by_month)


def test_groups_are_told_apart():
    comparison = compare(BASE, POOR, by="group", measures=["staff: wait, mean"])
    assert [row.group for row in comparison.rows] == [group.name for group in GROUPS]
    assert row(comparison, group="child, rich").difference.mean == 0
    said = [s for s in comparison.sentences() if s.startswith("Staff")]
    assert said == [
        "Staff: mean wait rises for child, poor and adult, poor; most for child, poor, "
        "by 5.0 days (4.9 to 5.2)."
    ]


def test_a_dimension_puts_groups_together():
    comparison = compare(BASE, POOR, by="wealth", measures=["staff: wait, mean"])
    poor = row(comparison, group="wealth: poor")
    # Of the poor, a child and an adult in each month: (1 + 3) / 2, (2 + 4) / 2, ...
    assert poor.mean_a == pytest.approx((2 + 3 + 2) / 3)
    assert poor.difference.mean == pytest.approx(15.1 / 3)
    assert row(comparison, group="wealth: rich").difference.mean == 0
    said = "Staff: mean wait rises for poor, by 5.0 days (4.9 to 5.2)."
    assert said in comparison.sentences()


def test_groups_together_have_counts_means_and_quantiles():
    asked = ["staff: starts, number", "staff: wait, median", "staff: wait, mean"]
    comparison = compare(BASE, POOR, group="age: adult", measures=asked)
    assert row(comparison, measure="starts").mean_a == 4
    assert row(comparison, statistic="mean").mean_a == pytest.approx((3.5 + 4 + 4) / 3)
    # Of 3, 3, 4, 4 and the like the lower of the middle two, to a bucket of 1/128.
    assert row(comparison, statistic="median").mean_a == pytest.approx(
        (3 + 4 + 3) / 3, rel=0.03
    )


def test_all_groups_together_are_everybody():
    asked = ["staff: *"]
    whole, _ = [
        compare(BASE, POOR, group=group, measures=asked)
        for group in ("all", "child, poor")
    ]
    ages = [compare(BASE, POOR, group=f"age: {a}") for a in ("child", "adult")]
    total = sum(row(c, measure="arrivals").mean_a for c in ages)
    assert total == pytest.approx(
        row(whole, measure="arrivals", statistic="per day").mean_a
    )


def test_a_group_of_one_dimension_needs_no_dimension():
    asked = ["staff: wait, mean"]
    with_it, without = (
        compare(BASE, POOR, group=g, measures=asked) for g in ("age: adult", "adult")
    )
    assert with_it.rows[0].mean_a == without.rows[0].mean_a


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "moth"}, "cannot be told apart by 'moth'.*Did you mean 'month'"),
        ({"by": "place"}, "record: {by: \\[place\\]}"),
        ({"group": "elder"}, "no group 'elder' in this run: 'all', 'child, poor'"),
        ({"group": "age: elder"}, "no group 'age: elder'"),
        ({"gaps": ["poor"]}, "'poor' is no gap: write 'GROUP against GROUP'"),
        ({"gaps": ["poor against none"]}, "no group 'none'"),
        ({"gaps": ["poor against child"]}, "have people in common"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(options, message):
    with pytest.raises(ResultError, match=message):
        compare(BASE, POOR, **options)


def test_patterns_ask_many_questions():
    comparison = compare(BASE, POOR, measures=["STAFF: wait, *", "starts, number"])
    names = [row.name for row in comparison.rows]
    assert names == [
        "staff: wait, mean",
        "staff: wait, median",
        "staff: wait, 90th percentile",
        "staff: wait, 95th percentile",
        "staff: wait, share above zero",
        "staff: starts, number",
    ]


def test_any_quantile_can_be_asked_for():
    comparison = compare(BASE, POOR, measures=["staff: wait, 75th percentile"])
    (found,) = comparison.rows
    # Of 1, 1, 2, 2, 3, 3, 4, 4 three quarters lie up to 3.
    assert found.mean_a == pytest.approx((3 + 4 + 3) / 3, rel=0.02)


def test_the_table_has_a_row_for_each_finding_with_its_verdict():
    table = compare(BASE, POOR, measures=["staff: wait, mean"]).table()
    (found,) = table.to_pylist()
    assert found["kind"] == "service"
    assert (found["group"], found["period"]) == ("all", "whole")
    assert found["verdict"] == "rises"
    assert found["low"] < found["difference"] < found["high"]
    assert found["relative"] == pytest.approx(found["difference"] / found["mean_a"])
    assert found["p"] == found["p_corrected"]


# Fairness


def test_a_gap_is_the_difference_of_two_groups_in_the_same_replication():
    rows = results.gaps(BASE, ["rich against poor"], measures=["staff: wait, mean"])
    # Means of the rich 3, 3, 4; of the poor 2, 3, 2: gaps 1, 0, 2.
    (found,) = rows
    assert found.gap.mean == pytest.approx(1)
    # s = 1, t(2, 0.975) = 4.3027: 1 ± 2.4841.
    assert found.gap.interval == pytest.approx((-1.4841, 3.4841), abs=1e-4)
    assert not found.clear
    assert found.who == "rich against poor"


def test_the_groups_that_lie_furthest_apart_are_found():
    (found,) = results.gaps(BASE, ["age"], measures=["staff: wait, mean"])
    assert found.who == "adult against child"
    assert found.gap.mean == pytest.approx((2 + 2 + 2) / 3)


def test_the_change_of_a_gap_is_taken_on_the_same_patients():
    comparison = compare(
        BASE, POOR, gaps=["poor against rich"], measures=["staff: wait, mean"]
    )
    (found,) = comparison.rows
    assert found.a.mean == pytest.approx(-1)
    assert found.b.mean == pytest.approx((4 + 5.1 + 4) / 3 - 1 / 3, abs=0.4)
    assert found.difference.mean == pytest.approx(15.1 / 3)
    assert found.difference.interval == pytest.approx((4.89, 5.177), abs=1e-3)
    said = [s for s in comparison.sentences() if "gap" in s and "Staff" in s]
    assert said == [
        "Staff: the gap in mean wait between poor and rich turns by 5.0 days (4.9 to "
        "5.2): poor 24 hours (−36 to 84) below rich in the baseline, 4 days (1 to 7) "
        "above in this run."
    ]


def test_the_interval_of_a_chosen_pair_is_wider_for_the_choice():
    groups = tuple(GroupLabel(n, (("band", n),)) for n in ("a", "b", "c"))
    of = model(months=MONTHS, recorded=(0, 1, 2))

    def bands(*each):
        tallies = [
            tally(of, [visit(0, w, w + 1, group=g) for g, w in enumerate(waits)])
            for waits in each
        ]
        return run(*tallies, labels=labels(months=MONTHS, groups=groups))

    town = bands((1, 2, 5), (1, 2, 6), (2, 3, 7))
    (chosen,) = results.gaps(town, ["band"], measures=["staff: wait, mean"])
    (named,) = results.gaps(town, ["c against a"], measures=["staff: wait, mean"])
    assert chosen.who == named.who == "c against a"
    assert chosen.gap.mean == named.gap.mean
    # Three pairs: the interval is that of 1 − 0.05/3, and p three times as large.
    assert chosen.gap.p == pytest.approx(3 * named.gap.p)
    assert chosen.gap.high > named.gap.high
