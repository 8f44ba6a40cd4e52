"""More clocks than a patient has bits for: from the seventeenth on they share them."""

import scenarios
from kernels.layout import CAUSES
from kernels.philox import key
from scenarios.tables import model as tables_of
from simulator import compiled
from tests.agreement.test_agreement import together
from tests.agreement.test_catalogue import assert_engines_agree

STARTS = ("joins first", "starts first", "joins second", "joins third")
STOPS = ("starts second", "[starts third, leaves]", "ends third", "ends second")
CLOCKS = "\n".join(
    f"  clock {n}: {{start: {STARTS[n % 4]}, stop: {STOPS[n // 4 % 4]}}}"
    for n in range(40)
)
STANDARDS = "\n".join(
    f"  of {n}: {{clock: clock {n}, within: 1 hour, target: 90%, counts: {counted}}}"
    for n, counted in ((0, "completed"), (16, "still_waiting"), (32, "completed"))
)
TEXT = f"""
caresim: 1
title: Forty clocks
period: {{start: 2024-01-01, horizon: 60 days}}
services:
  desk: {{kind: staff, capacity: 2, takes: {{law: exponential, mean: 3 hours}}}}
  ward:
    kind: beds
    capacity: 3
    takes: {{law: exponential, mean: 8 hours}}
pathways:
  care:
    start: first
    steps:
      first: {{at: desk, then: {{second: 70%, leave: rest}}}}
      second: {{at: ward, then: {{third: 60%, leave: rest}}}}
      third: {{at: desk, priority: 2, then: {{second: 20%, leave: rest}}}}
clocks:
{CLOCKS}
standards:
{STANDARDS}
demand:
  care: {{rate: 8 per day}}
"""


def test_forty_clocks_are_the_same_in_both_engines() -> None:
    model = tables_of(scenarios.parse(TEXT, "forty"))
    assert_engines_agree(model, "forty clocks", 600)


def test_the_time_of_each_of_forty_clocks_is_made_up_of_its_causes() -> None:
    model = tables_of(scenarios.parse(TEXT, "forty"))
    clocks = together(compiled.records(model, key(1, 1)))[2]
    parts = [*CAUSES, "not_in_line"]
    assert set(clocks["clock"].tolist()) == set(range(40))
    assert clocks["dropped"].any()
    over = clocks[clocks["stopped"] >= 0]
    summed = sum(over[name] for name in parts)
    assert (summed == over["stopped"] - over["since"]).all()
    assert (over["no_capacity"] > 0).any()
