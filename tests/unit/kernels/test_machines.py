"""Machines that break down, and lines that are compared, in the compiled engine."""

import numpy as np
import pytest

import scenarios
from kernels.layout import DAY, TO_LINE
from kernels.philox import key
from scenarios.tables import model
from simulator import compiled
from simulator.reference import Replica
from tests.agreement.test_agreement import assert_same, together

TEXT = """\
caresim: 1
title: x
period: {start: 2024-01-01, horizon: 3 days}
services:
  a:
    kind: staff
    capacity: 2
    takes: {law: exponential, mean: 30 min}
    breaks_down: {works_for: {law: exponential, mean: 3 hours}, repaired_in: 20 min}
  b:
    kind: staff
    capacity: {08:00-20:00: 1}
    takes: {law: exponential, mean: 15 min}
    breaks_down: {works_for: 2 hours, repaired_in: 1 hour, afterwards: start_again}
    then: {either: {share: 20%, after: 1 hour}, leave: rest}
  c:
    kind: slots
    capacity: {09:00-17:00: 12}
    takes: 10 min
    then: {either: 30%, leave: rest}
shortest_line:
  either: [c, a, b]
demand:
  either: {rate: 120 per day, arrive_together: {1: 50%, 4: rest}}
"""
LUCK = key(5, 5)


@pytest.fixture(scope="module", name="tables")
def _tables():
    return model(scenarios.parse(TEXT, "x"))


def test_engines_agree_in_any_order_of_facts(tables):
    expected = together(Replica(tables, LUCK).run())
    for salt in (0, 1, 0x5555555555555555):
        found = together(compiled.records(tables, LUCK, salt))
        assert_same(expected, found, f"salt {salt}")


def test_records_come_in_parts(tables, monkeypatch):
    expected = together(compiled.records(tables, LUCK))
    monkeypatch.setattr(compiled, "RECORDS", 4)
    parts = list(compiled.records(tables, LUCK))
    assert max(len(part.spells) for part in parts) <= 4
    assert_same(expected, together(parts), "in parts")


def test_every_machine_works_and_is_down_in_turn(tables):
    spells = together(compiled.records(tables, LUCK))[5]
    until = np.where(spells["closed"] < 0, tables.end, spells["closed"])
    of_b = spells["rule"] == 1
    assert (until[of_b] - spells["opened"][of_b] == DAY // 24).all()
    assert np.diff(spells["opened"][of_b]).tolist() == [DAY // 8] * (of_b.sum() - 1)
    assert of_b.sum() == 24
    assert (~of_b).sum() > 20
    assert len(np.unique(spells["opened"][~of_b])) == (~of_b).sum()


def test_all_lines_are_joined(tables):
    visits = together(compiled.records(tables, LUCK))[0]
    assert np.unique(visits["service"]).tolist() == [0, 1, 2]
    assert (tables.branches["kind"] == TO_LINE).sum() == 3


def test_tallies_count_times_down_by_month(tables):
    tallies = compiled.tallied(tables, LUCK)
    spells = together(compiled.records(tables, LUCK))[5]
    until = np.where(spells["closed"] < 0, tables.end, spells["closed"])
    for row in (0, 1):
        here = spells["rule"] == row
        time = int((until - spells["opened"])[here].sum())
        assert tallies.spells[0, row].tolist() == [time, here.sum()]


def test_a_machine_that_breaks_at_once_still_works_for_a_moment(tables):
    services, values = tables.services.copy(), tables.values.copy()
    laws = tables.laws.copy()
    services["machines"] = 0, 1, 0
    laws["kind"][services["works"][1]] = 0
    values["base"][laws["a"][services["works"][1]]] = 0.0
    brief = tables._replace(services=services, values=values, laws=laws)
    spells = together(compiled.records(brief, LUCK))[5]
    closed, opened = spells["closed"][:-1], spells["opened"][1:]
    assert (opened - closed == 1).all()
