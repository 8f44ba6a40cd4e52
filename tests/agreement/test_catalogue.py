"""Both engines play the first days of every shipped scenario to the last bit."""

from dataclasses import replace

import pytest

import scenarios
from kernels.layout import DAY
from kernels.philox import key
from scenarios.tables import model as tables_of
from simulator import compiled
from simulator.reference import Replica
from tests.agreement.test_agreement import assert_same, together

DAYS = {"young-people": 200, "red-kite-view": 200}
"""West Yorkshire is played for ten days: some 25,000 visits."""


@pytest.mark.parametrize("name", [name for name, _ in scenarios.catalogue()])
def test_engines_agree_on_a_shipped_scenario(name: str) -> None:
    scenario = scenarios.read(name)
    begin = scenario.period.start
    end = begin + DAYS.get(name, 10) * DAY
    short = replace(scenario, period=replace(scenario.period, begin=begin, end=end))
    model = tables_of(short)
    found = together(compiled.records(model, key(1, 1)))
    assert len(found[0]) > 500
    assert_same(together(Replica(model, key(1, 1)).run()), found, name)
