"""What a rule of escalation costs, followed by hand from Monday to Monday."""

from __future__ import annotations

import pytest

import scenarios
from results.measures.table import measures_table, shown
from scenarios import tables
from simulator.journey import trace
from simulator.naming import labels
from simulator.replication import replicate

DESK = """\
caresim: 1
title: Three come on Monday at eight, and one desk takes a day for each
period: {start: 2024-01-01, horizon: 2 weeks}
budgets: [hospital]
services:
  desk:
    kind: staff
    capacity: 1
    takes: 1 day
    cost: {hospital: £10 per visit}
demand:
  desk: {booked_at: {"Mon 08:00": 3}}
escalation:
  second desk:
    watches: desk
    measure: waiting
    opens_above: 2
    closes_below: 0
    after: 6 hours
    adds: 1
    cost: {hospital: £1800 per day}
"""


def _values(text: str, engine: str) -> dict[str, float]:
    scenario = scenarios.parse(text)
    model = tables.model(scenario)
    done = replicate(model, 1, 1, engine)
    names = labels(scenario, model)
    table = measures_table(names, 1, done.tallies, shown(names, [done.tallies]))
    return {
        f"{r['subject']}: {r['measure']}, {r['statistic']}": r["value"]
        for r in table.to_pylist()
        if r["period"] == "whole" and r["group"] == "all"
    }


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_a_rule_is_paid_for_while_it_is_open(engine: str) -> None:
    values = _values(DESK, engine)
    # Two wait from Monday 08:00, so the second desk opens at 14:00 and takes one of
    # them. The last is called in on Tuesday 08:00; the desk closes at 14:00. The next
    # Monday likewise: 2 days open.
    assert values["desk: cost of escalation, total"] == 2 * 1800
    assert values["hospital: spending (escalation), total"] == 2 * 1800
    assert values["hospital: spending (use), total"] == 6 * 10
    assert values["hospital: spending, total"] == 2 * 1800 + 60
    assert values["desk: cost, total"] == 2 * 1800 + 60


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_a_price_that_changes_counts_with_its_mean_over_the_month(engine: str) -> None:
    change = "{escalation: second desk, what: cost.hospital, multiply_by: 1.5, "
    text = f"{DESK}changes:\n  - {change}from: 2024-01-08}}\n"
    values = _values(text, engine)
    assert values["desk: cost of escalation, total"] == 2 * (1800 + 2700) / 2


def test_a_smaller_scale_costs_so_much_less() -> None:
    text = DESK.replace("capacity: 1", "capacity: 2").replace('08:00": 3', '08:00": 6')
    text = text.replace("opens_above: 2", "opens_above: 4").replace(
        "adds: 1", "adds: 2"
    )
    values = _values(f"{text}scale: {{ratio: 1:2}}\n", "compiled")
    assert values["desk: cost of escalation, total"] == 1800


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_a_patient_of_a_model_with_rules_can_be_followed(engine: str) -> None:
    scenario = scenarios.parse(DESK)
    patient = trace(scenario, 1, None, engine=engine).others[0]
    story = trace(scenario, 1, patient, engine=engine).events
    assert any("desk" in event.what for event in story)
