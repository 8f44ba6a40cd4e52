"""Runs that begin with somebody there, against what is known exactly."""

from __future__ import annotations

import math

import numpy as np
import pytest

import scenarios
from kernels import layout
from kernels.layout import DAY, HOUR, WEEK, Model, Records
from kernels.philox import key
from scenarios.tables import model as tables_of
from simulator.replication import ENGINES
from tests.conformance.histories import check_records

LIST = """\
caresim: 1
title: A list of 520 and 20 slots a week, and nobody comes
period: {start: 2024-04-01, horizon: 30 weeks}
services:
  clinic:
    kind: slots
    capacity: {Mon 09:00-19:00: 20}
demand:
  clinic: {rate: 0 per day}
clocks:
  wait: {start: joins clinic, stop: starts clinic}
start_state:
  clinic:
    waiting: {number: 520, for: FOR}
"""
BEDS = """\
caresim: 1
title: Beds that nobody fills again
period: {start: 2024-04-01, horizon: 8 weeks}
services:
  ward:
    kind: beds
    capacity: 400
    takes: {law: exponential, mean: 20 days}
demand:
  ward: {rate: 0 per day}
start_state:
  ward: {in_treatment: {number: 400, for: {0-90 days: 60%, 200 days: rest}}}
"""
STEADY = """\
caresim: 1
title: A ward as after a long time
period: {start: 2024-04-01, horizon: 12 weeks}
services:
  ward:
    kind: beds
    capacity: 2000
    takes: TAKES
demand:
  ward: {rate: 20 per day}
start_state:
  ward: {in_treatment: {number: 600}}
"""


def model_of(text: str) -> Model:
    return tables_of(scenarios.parse(text, "x"))


def played(model: Model, engine: str, replication: int = 1) -> Records:
    luck = key(3, replication)
    chunks = zip(*ENGINES[engine].records(model, luck), strict=True)
    records = Records(*(np.concatenate(rows) for rows in chunks))
    check_records(model, luck, records)
    return records


@pytest.mark.parametrize("engine", sorted(ENGINES))
@pytest.mark.parametrize(
    "bands", ["{10 weeks: rest}", "{0-6 weeks: 78%, 6-30 weeks: rest}"]
)
def test_a_list_of_constant_slots_is_empty_after_26_weeks(
    engine: str, bands: str
) -> None:
    model = model_of(LIST.replace("FOR", bands))
    records = played(model, engine)
    visits = np.sort(records.visits, order="started")
    slots = [
        model.begin + week * WEEK + 9 * HOUR + j * HOUR // 2
        for week in range(26)
        for j in range(20)
    ]
    assert visits["started"].tolist() == slots
    assert (np.diff(visits["joined"]) >= 0).all()
    clocks = records.clocks[np.argsort(records.clocks["stopped"])]
    assert (clocks["since"] == visits["joined"]).all()
    assert (clocks["stopped"] == visits["started"]).all()
    if "10 weeks" in bands:
        waits = visits["started"] - visits["joined"]
        assert waits.tolist() == [slot - model.begin + 10 * WEEK for slot in slots]


def still_there(records: Records, model: Model, days: float) -> int:
    visits = records.visits
    moment = model.begin + days * DAY
    freed = np.where(visits["freed"] < 0, layout.NEVER, visits["freed"])
    return int(((visits["started"] <= moment) & (freed > moment)).sum())


def test_beds_with_exponential_stays_empty_at_the_exponential_rate() -> None:
    model, n = model_of(BEDS), 40
    runs = [played(model, "compiled", r) for r in range(1, n + 1)]
    for days in (1, 5, 10, 20, 40):
        share = math.exp(-days / 20)
        left = np.mean([still_there(r, model, days) for r in runs])
        error = math.sqrt(400 * share * (1 - share) / n)
        assert abs(left - 400 * share) < 4 * error


@pytest.mark.parametrize(
    "takes",
    [
        "{law: exponential, mean: 30 days}",
        "30 days",
        "{law: lognormal, mean: 30 days, cv: 1.2}",
        "{law: gamma, mean: 30 days, cv: 0.5}",
    ],
)
def test_a_ward_as_after_a_long_time_stays_so(takes: str) -> None:
    """With a rate of 20 a day and a mean stay of 30 days 600 are there at all times."""
    model, n = model_of(STEADY.replace("TAKES", takes)), 30
    runs = [played(model, "compiled", r) for r in range(1, n + 1)]
    for days in (1, 10, 30, 60):
        found = [still_there(r, model, days) for r in runs]
        # Those of the start are fixed in number, so they vary no more than newcomers.
        assert abs(np.mean(found) - 600) < 4 * math.sqrt(600 / n)


COURSES = """\
caresim: 1
title: A caseload as after a long time
period: {start: 2024-04-01, horizon: 10 weeks}
groups: {need: [low, high]}
services:
  therapy:
    kind: caseload
    capacity: 100000
    sessions:
      number: {by: need, low: 2, high: 5}
      every: EVERY
      did_not_attend: 20%
      drops_out: {share: {1: 40%, rest: 10%}, then: leave}
demand:
  therapy: {rate: 0 per day, who: {need: {low: 50%, high: rest}}}
start_state:
  therapy: {in_treatment: {number: 20000, who: {need: {low: 25%, high: rest}}}}
"""


def test_the_next_session_is_met_as_often_as_courses_get_to_it() -> None:
    # Of a hundred courses of high need 100 get to the first session, 60 to the second,
    # 54, 48.6 and 43.74 to the others; of low need 100 to the first and 60.
    model = model_of(COURSES.replace("EVERY", "1 week"))
    visits = played(model, "compiled").visits
    visits = np.sort(visits, order=["who", "visit"])
    place = visits[visits["visit"] == 0]
    assert (place["started"] >= model.begin - WEEK).all()
    assert np.isin(place["freed"] - place["started"], WEEK).all()
    next_ = visits[visits["visit"] == 1]
    for group, reached in ((0, [1, 0.6]), (1, [1, 0.6, 0.54, 0.486, 0.4374])):
        own = next_[next_["group"] == group]
        steps, found = np.unique(own["step"], return_counts=True)
        assert len(steps) == len(reached)
        expected = len(own) * np.array(reached) / sum(reached)
        chi = ((found - expected) ** 2 / expected).sum()
        assert chi < {2: 10.8, 5: 18.5}[len(reached)]  # the 99.9% points


@pytest.mark.parametrize(
    "every",
    [
        "1 week",
        "{law: exponential, mean: 1 week}",
        "{law: uniform, lowest: 1 day, highest: 9 days}",
    ],
)
def test_a_caseload_that_is_steady_stays_so(every: str) -> None:
    # It begins with whom it would hold after a long time, and as many come as end:
    # courses of high need hold a place for (1 + 0.6 + 0.54 + 0.486 + 0.4374) ÷ 0.8
    # intervals on average. The number there stays the same, but for chance.
    reached = 1 + 0.6 + 0.54 + 0.486 + 0.4374
    days = 7.0 if "uniform" not in every else 5.0
    rate = 4000 / (reached / 0.8 * days)
    text = COURSES.replace("EVERY", every).replace("rate: 0", f"rate: {rate:.4f}")
    text = text.replace("{low: 50%, high: rest}", "high")
    text = text.replace(
        "20000, who: {need: {low: 25%, high: rest}}", "4000, who: {need: high}"
    )
    model = model_of(text)
    records = played(model, "compiled")
    gone = records.patients["left"]
    for weeks in (1, 2, 4, 7):
        time = model.begin + weeks * WEEK
        came = records.patients["entered"] < time
        there = int((came & ((gone < 0) | (gone >= time))).sum())
        assert abs(there - 4000) < 3.9 * math.sqrt(2 * 4000)


def test_how_far_somebody_is_follows_from_what_is_left() -> None:
    # Two sessions are left: the next is the first of two, or the fifth of six to which
    # half of the courses get, so half as often. Half of the former stay away after it,
    # none of the latter: a third have one session only.
    text = COURSES.replace("{by: need, low: 2, high: 5}", "{2: 50%, 6: rest}")
    text = text.replace("{1: 40%, rest: 10%}", "{1: 50%, rest: 0%}")
    text = text.replace("number: 20000", "number: 20000, sessions_left: {2: rest}")
    model = model_of(text.replace("EVERY", "1 week"))
    records = played(model, "compiled")
    come = records.visits["outcome"] == layout.COMPLETED
    visits = records.visits[come & (records.visits["visit"] > 0)]
    _, had = np.unique(visits["who"], return_counts=True)
    assert len(had) == 20000
    assert set(had.tolist()) == {1, 2}
    share = (had == 1).mean()
    assert abs(share - 1 / 3) < 3.3 * math.sqrt(2 / 9 / 20000)


def test_bands_of_sessions_left_are_spread_evenly() -> None:
    text = COURSES.replace(
        "      drops_out: {share: {1: 40%, rest: 10%}, then: leave}\n", ""
    )
    text = text.replace(
        "number: 20000", "number: 20000, sessions_left: {1-2: 40%, 5: rest}"
    )
    model = model_of(text.replace("EVERY", "1 week").replace("20%", "0%"))
    records = played(model, "compiled")
    visits = records.visits[records.visits["visit"] > 0]
    _, had = np.unique(visits["who"], return_counts=True)
    numbers, found = np.unique(had, return_counts=True)
    assert numbers.tolist() == [1, 2, 5]
    expected = 20000 * np.array([0.2, 0.2, 0.6])
    assert ((found - expected) ** 2 / expected).sum() < 13.8  # the 99.9% point
