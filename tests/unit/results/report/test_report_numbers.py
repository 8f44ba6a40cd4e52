"""Numbers that only reports work out: ages of lists, capacity, flows, gaps."""

from datetime import date

import pytest

from results.layout.labels import GroupLabel
from results.report.monthly import by_month, month_dates
from results.report.moves import endings
from results.report.sections.demand import demand_section
from results.report.sections.fairness import fairness_section
from results.report.sections.lists import AGES, ages_of_lists
from results.report.study import Study
from results.run import Run
from tests.unit.results.small import LEFT, WAITING, labels, model, run, tally, visit

MONTHS = (0, 27, 58)  # day 0 is 3 February 2000, so these are 1 March and 1 April


def waiting(*joined: float) -> Run:
    """Return a run of one replication in which those who joined wait to the end."""
    of = model(months=MONTHS, kinds=("staff",))
    rows = [visit(day, outcome=WAITING) for day in joined]
    return run(tally(of, rows), labels=labels(months=MONTHS, kinds=("staff",)))


def test_lists_are_parted_by_how_long_people_have_waited() -> None:
    # At day 27: 26.5 and 0.5 days; at day 58: 57.5, 31.5, and two of 3 days.
    found = ages_of_lists(waiting(0.5, 26.5, 55.0, 55.0), ["staff"])["staff"]
    first = dict(zip(AGES, found[0], strict=True))
    assert first == {
        "under 1 day": 1,
        "1 to 7 days": 0,
        "1 to 6 weeks": 1,
        "6 to 18 weeks": 0,
        "18 to 52 weeks": 0,
        "over 52 weeks": 0,
    }
    last = dict(zip(AGES, found[1], strict=True))
    assert last["1 to 7 days"] == pytest.approx(2)
    assert last["1 to 6 weeks"] == pytest.approx(1)
    assert last["6 to 18 weeks"] == pytest.approx(1)
    assert found.sum() == pytest.approx(2 + 4)


def test_months_are_named_by_their_first_days() -> None:
    assert month_dates(waiting(1.0)) == (date(2000, 2, 1), date(2000, 3, 1))


def world(*replications: tuple[float, ...]) -> Run:
    """Return a run whose visits all join at day 0 and wait so long."""
    of = model(months=MONTHS, kinds=("staff",))
    tallies = [
        tally(of, [visit(0, wait, wait + 1) for wait in waits])
        for waits in replications
    ]
    return run(*tallies, labels=labels(months=MONTHS, kinds=("staff",)))


def test_values_by_month_are_means_over_replications() -> None:
    found = by_month(world((2.0, 4.0), (30.0,)), "service", "starts", "number")["staff"]
    assert {period: value.mean for period, value in found.items()} == {
        "2000-02": 1.0,  # two in the one, none in the other
        "2000-03": 0.5,
        "whole": 1.5,
    }


def test_how_visits_end_adds_up_to_those_who_joined() -> None:
    of = model(months=MONTHS, kinds=("staff",), waits=1)
    rows = [
        visit(0, 1, 2),
        visit(1, 3, 5),
        visit(2, ended=4, outcome=LEFT, cause=0),
        visit(50, outcome=WAITING),
    ]
    names = labels(months=MONTHS, kinds=("staff",), waits=(("staff", "gives up"),))
    moves = endings(run(tally(of, rows), labels=names))
    counts = {target: sum(v.values()) for (_, target), v in moves.items()}
    assert counts["treated"] == 2
    assert counts["left unseen"] == 1
    assert counts["still waiting at the end"] == 1
    assert sum(counts.values()) == len(rows)


def test_capacity_is_units_open_by_the_visits_each_sees() -> None:
    # Two visits of one day each, one unit in use for 2 of 58 days: a unit sees one
    # visit a day, so as many visits a day as units are open.
    study = Study((world((0.0, 1.0)),))
    opened = by_month(study.runs[0], "service", "capacity", "mean")["staff"]["whole"]
    (table,) = demand_section(study).tables
    assert table.columns == ("service", "joining a day", "seen a day", "capacity a day")
    ((_, joined, seen, capacity),) = table.rows
    assert float(joined) == float(seen) == pytest.approx(2 / 58, rel=0.01)
    assert float(capacity) == pytest.approx(opened.mean, rel=0.01)


def grouped(*pairs: tuple[float, float]) -> Run:
    """Return a run with two groups; each replication gives both groups' waits."""
    groups = tuple(GroupLabel(name, (("place", name),)) for name in ("near", "far"))
    of = model(months=MONTHS, kinds=("staff",), recorded=(0, 1))
    tallies = [
        tally(of, [visit(0, near, near + 1), visit(0, far, far + 1, group=1)])
        for near, far in pairs
    ]
    names = labels(months=MONTHS, kinds=("staff",), groups=groups)
    return run(*tallies, labels=names)


def test_the_gap_is_taken_within_each_replication() -> None:
    section = fairness_section(Study((grouped((1, 5), (3, 9), (2, 7)),)))
    # Gaps of 4, 6 and 5 days: mean 5, s = 1, t(2, 0.975) = 4.3027, half 2.48.
    assert section.tables[0].rows == (("staff", "far against near", "5 ± 2 days"),)
    assert section.charts[0].sentence.endswith(
        "The gap between groups, far against near, is 5 days (3 to 7) in this run."
    )


def test_the_gap_of_each_run_is_that_between_the_same_groups() -> None:
    base, other = grouped((1, 5), (3, 9), (2, 7)), grouped((5, 1), (9, 3), (7, 2))
    section = fairness_section(Study((base, other)))
    ((_, who, *gaps),) = section.tables[0].rows
    assert (who, gaps) == ("far against near", ["5 ± 2 days", "−5 ± 2 days"])


def test_a_gap_that_may_be_chance_is_said_to_be_one() -> None:
    section = fairness_section(Study((grouped((1, 5), (3, 3), (9, 7)),)))
    assert section.charts[0].sentence.endswith("That of this run may be chance.")
