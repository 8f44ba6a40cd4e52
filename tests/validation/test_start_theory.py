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
