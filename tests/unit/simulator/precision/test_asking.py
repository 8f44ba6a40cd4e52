"""What may be asked of a precise run, and what is said of all else."""

import pytest

from results.statistics.sequential import Bound
from scenarios import parse
from simulator.executors import AskedWronglyError
from simulator.experiment import prepared
from simulator.precision.asking import asked_of

WORLD = """\
caresim: 1
title: A town
period: {start: 2024-01-01, horizon: 10 days}
budgets: [trust]
services:
  ward: {kind: beds, capacity: 3, takes: 1 day, cost: {trust: £100 per day}}
  St. Mary's A&E: {kind: staff, capacity: 1, takes: 9 min}
demand:
  ward: {rate: 2 per day}
  A&E: {to: St. Mary's A&E, rate: 9 per day}
"""


@pytest.fixture(scope="module")
def labels():
    return prepared(parse(WORLD))[1]


def asked(labels, *texts, at_least=10, at_most=200):
    return asked_of(texts, labels, at_least, at_most)


@pytest.mark.parametrize(
    ("text", "name", "half", "is_share", "promise"),
    [
        ("ward: wait, mean: 5%", "ward: wait, mean", 0.05, True, "5% of the mean"),
        ("Ward: Wait, Mean: 3 min", "ward: wait, mean", 3 / 1440, False, "3 minutes"),
        ("ward.wait.mean: 0.5 days", "ward: wait, mean", 0.5, False, "12 hours"),
        (
            "St. Mary's A&E.wait.85th percentile: 2 weeks",
            "St. Mary's A&E: wait, 85th percentile",
            14,
            False,
            "14 days",
        ),
        (
            "ward: in line, mean: 2 patients",
            "ward: in line, mean",
            2,
            False,
            "2 patients",
        ),
        ("ward: starts, number: 1 visit", "ward: starts, number", 1, False, "1 visit"),
        (
            "ward: occupancy, mean: 0.5 percentage points",
            "ward: occupancy, mean",
            0.005,
            False,
            "0.5 percentage points",
        ),
        (
            "ward: cost, total: £1.5 million",
            "ward: cost, total",
            1.5e6,
            False,
            "£1.5 million",
        ),
        (
            "model: patients gone (leave), number: 10%",
            "model: patients gone (leave), number",
            0.1,
            True,
            "10% of the mean",
        ),
    ],
)
def test_a_measure_and_a_width_can_be_asked(
    labels, text, name, half, is_share, promise
):
    (found,) = asked(labels, text)
    assert found.name.text == name
    assert found.bound == Bound(pytest.approx(half), is_share)
    assert found.promise() == promise


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wait", "says no measure and width. Write 'SUBJECT: MEASURE, STATISTIC: W"),
        ("ward: wait, mean", "'ward' is no measure of this scenario"),
        ("word: wait, mean: 5%", "Did you mean 'ward: wait, mean'"),
        ("ward: wait, men: 5%", "Did you mean 'ward: wait, mean'"),
        ("hospital: wait, mean: 5%", "Services: ward, St. Mary's A&E."),
        ("wait, mean: 5%", "does not say of what; name each, such as 'ward: wait"),
        ("*: wait, mean: 5%", "a pattern names no one measure; name each"),
        ("ward: wait, mean: 0%", "'0%' is no share of the mean; write more than 0%"),
        ("ward: wait, mean: 51%", "at most 50%, such as 5%"),
        ("ward: wait, mean: x%", "'x%' is no share of the mean"),
        ("ward: wait, mean: 3", "'3' is no width for a time; write"),
        ("ward: wait, mean: -3 min", "a time such as 3 min, 2 hours or 0.5 days"),
        ("ward: wait, mean: 0 min", "'0 min' is no width for a time"),
        ("ward: in line, mean: 3 min", "for a number of patients; write"),
        ("ward: occupancy, mean: 3 units", "'0.5 percentage points'"),
        ("ward: cost, total: 500", "an amount such as £500"),
        ("ward: cost, total: £5 lakh", "an amount such as £500"),
    ],
)
def test_what_cannot_be_meant_is_told_with_what_would_be_right(labels, text, said):
    with pytest.raises(AskedWronglyError) as error:
        asked(labels, text)
    (problem,) = error.value.problems
    assert problem.startswith(f"--precision '{text}': ")
    assert said in problem


def test_all_that_is_wrong_is_told_at_once(labels):
    texts = ("ward: wait, mean: 5%", "nobody: wait, mean: 5%", "ward.wait.mean: 3 min")
    with pytest.raises(AskedWronglyError) as error:
        asked(labels, *texts, at_least=20, at_most=15)
    unknown, twice, bounds = error.value.problems
    assert "'nobody: wait, mean' is no measure" in unknown
    assert "is asked for 2 times, with 5% and 3 min; keep one" in twice
    assert bounds == (
        "--at-least 20: is more than --at-most 15; write --at-least 15 or fewer, or "
        "--at-most 20 or more."
    )
