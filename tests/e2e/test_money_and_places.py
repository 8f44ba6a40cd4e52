"""Money reconciles with every visit and with the calendar, places and all."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import scenarios
from kernels.layout import DAY, Records
from results.measures.table import measures_table, shown
from scenarios import tables
from scenarios.scenario import Scenario
from simulator.naming import labels
from simulator.replication import replicate

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "guides" / "money.md"


def _scenario() -> Scenario:
    """Return the example of the guide to money, for half a year."""
    text = PAGE.read_text(encoding="utf-8").partition("```yaml\n")[2]
    text = text.partition("```")[0].partition("changes:\n")[0]
    return scenarios.parse(text.replace("2 years", "26 weeks"))


@pytest.fixture(scope="module", params=["compiled", "simpy"])
def played(
    request: pytest.FixtureRequest,
) -> tuple[Scenario, Records, dict[str, float]]:
    scenario = _scenario()
    model = tables.model(scenario)
    done = replicate(model, 1, 1, request.param, keep=True)
    names = labels(scenario, model)
    table = measures_table(names, 1, done.tallies, shown(names, [done.tallies]))
    values = {
        f"{r['subject']}: {r['measure']}, {r['statistic']}": r["value"]
        for r in table.to_pylist()
        if r["period"] == "whole" and r["group"] == "all" and r["kind"] != "block"
    }
    assert done.records is not None
    return scenario, done.records, values


def _days(scenario: Scenario, records: Records, service: str) -> np.ndarray:
    """Return how long each visit had a unit of a service, in days, and its group."""
    row = [s.name for s in scenario.services].index(service)
    visits = records.visits[records.visits["service"] == row]
    visits = visits[visits["started"] >= 0]
    end = np.where(visits["freed"] < 0, scenario.period.end, visits["freed"])
    return np.column_stack(((end - visits["started"]) / DAY, visits["group"]))


def test_spending_reconciles_with_visits_and_calendar(
    played: tuple[Scenario, Records, dict[str, float]],
) -> None:
    scenario, records, values = played
    seen = len(_days(scenario, records, "A&E"))
    leeds = _days(scenario, records, "ward in Leeds")
    wakefield = _days(scenario, records, "ward in Wakefield")
    in_bed = leeds[:, 0].sum() + wakefield[:, 0].sum()
    away = wakefield[wakefield[:, 1] == 0, 0].sum()  # from Leeds
    assert away > 0
    assert (leeds[:, 1] == 0).all()  # nobody is sent from Wakefield to Leeds
    on_duty = 26 * 7 * (5 * 12 + 3 * 12)  # hours
    agency = 26 * 7 * 12  # one above the line by day
    staff = 5.4 * 26 * 7 / 365.25  # years
    expected = {
        "hospital: spending (use), total": 37 * seen + 60 * in_bed,
        "hospital: spending (capacity), total": 48 * on_duty + 280 * 60 * 26 * 7,
        "hospital: spending (agency), total": 30 * agency,
        "commissioner: spending (out of area), total": 200 * away,
        "commissioner: spending (capacity), total": 52000 * staff,
        "commissioner: spending (agency), total": 15000 * staff * 0.12,
        "ward in Wakefield: days out of area, total": away,
        "ward in Leeds: days out of area, total": 0,
    }
    for name, pounds in expected.items():
        assert values[name] == pytest.approx(pounds, rel=1e-12), name
    for budget in ("hospital", "commissioner"):
        own = [v for n, v in values.items() if n.startswith(f"{budget}: spending (")]
        assert values[f"{budget}: spending, total"] == pytest.approx(
            sum(own), rel=1e-14
        )
    services = [
        v for name, v in values.items() if re.fullmatch(r".*: cost, total", name)
    ]
    budgets = [v for n, v in values.items() if n.endswith(": spending, total")]
    assert sum(services) == pytest.approx(sum(budgets), rel=1e-14)


def test_a_standard_costs_its_services_over_those_within(
    played: tuple[Scenario, Records, dict[str, float]],
) -> None:
    _, _, values = played
    each = values["four hours: cost per patient within, mean"]
    within = values["four hours: within, number"]
    assert each * within == pytest.approx(values["A&E: cost, total"], rel=1e-14)


def test_a_catchment_divides_as_it_says(
    played: tuple[Scenario, Records, dict[str, float]],
) -> None:
    scenario, records, _ = played
    leeds = len(_days(scenario, records, "ward in Leeds"))
    wakefield = _days(scenario, records, "ward in Wakefield")
    away = int((wakefield[:, 1] == 0).sum())
    n = leeds + away
    assert abs(away / n - 0.1) < 4 * (0.1 * 0.9 / n) ** 0.5


BLOCK = """\
caresim: 1
title: Two towns
period: {start: 2024-01-01, horizon: 4 weeks}
groups: {place: [Leeds, York]}
services:
  clinic:
    kind: staff
    one_per: place
    capacity: {by: place, Leeds: 3, York: 1}
    takes: {law: exponential, mean: {by: place, Leeds: 1 hour, York: 50 min}}
    then: {ward: 20%, leave: rest}
  ward:
    {kind: beds, one_per: place, capacity: 9, takes: {law: exponential, mean: 2 days}}
demand:
  clinic: {rate: {by: place, Leeds: 60 per day, York: 20 per day}}
"""
BY_HAND = """\
caresim: 1
title: Two towns
period: {start: 2024-01-01, horizon: 4 weeks}
groups: {place: [Leeds, York]}
services:
  clinic in Leeds:
    {kind: staff, capacity: 3, takes: {law: exponential, mean: 1 hour}, then: WARD}
  clinic in York:
    {kind: staff, capacity: 1, takes: {law: exponential, mean: 50 min}, then: WARD}
  ward in Leeds: {kind: beds, capacity: 9, takes: {law: exponential, mean: 2 days}}
  ward in York: {kind: beds, capacity: 9, takes: {law: exponential, mean: 2 days}}
demand:
  clinic:
    to: {clinic in Leeds: {by: place, Leeds: 100%, York: 0%}, clinic in York: rest}
    rate: {by: place, Leeds: 60 per day, York: 20 per day}
"""
WARD = (
    "{ward in Leeds: {by: place, Leeds: 20%, York: 0%}, "
    "ward in York: {by: place, Leeds: 0%, York: 20%}, leave: rest}"
)


def test_a_block_is_what_one_would_write_by_hand() -> None:
    written = [BLOCK, BY_HAND.replace("WARD", WARD)]
    models = [tables.model(scenarios.parse(text)) for text in written]
    played = [replicate(m, 1, 1, "compiled", keep=True).records for m in models]
    one, other = (np.sort(r.visits, order=["who", "visit"]) for r in played if r)
    assert len(one) > 2000
    assert (one == other).all()
