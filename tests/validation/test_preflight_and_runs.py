"""What is worked out before a run, held against what is simulated."""

from textwrap import dedent

import pytest

import scenarios
from results.measures.naming import Name
from results.selection.figures import figures
from results.statistics.estimates import Estimate, estimate
from scenarios.preflight.preflight import ServiceMonth, preflight
from simulator.experiment import prepared, run
from simulator.preflight_pages import Seen, set_beside

HEAD = """\
caresim: 1
title: A pre-flight
period: {start: 2023-01-01, horizon: 24 months, replications: 20, seed: SEED}
"""
LONG = """\
caresim: 1
title: A steady state
period:
  {start: 2010-01-01, warm_up: 1 year, horizon: 6 years, replications: 30, seed: SEED}
"""
GROWING = {
    101: """\
        services:
          ward: {kind: beds, capacity: 50, takes: {law: lognormal, mean: 4 days, cv: 1}}
        demand:
          ward: {rate: 15 per day}
        """,
    102: """\
        services:
          clinic:
            kind: slots
            capacity: {working days 09:00-17:00: 50}
            takes: 30 min
            while_waiting: {gives up: {risk: 1% per week, then: leave}}
            then: {surgery: 30%, leave: rest}
          surgery:
            kind: slots
            capacity: {working days 08:00-18:00: 9}
            takes: 90 min
        demand:
          clinic: {rate: 45 per day, growth: 5% per year}
        """,
    103: """\
        services:
          ward:
            kind: beds
            capacity: 120
            takes: {law: gamma, mean: 4 days, cv: 0.7}
            then: {home: 40%, leave: rest}
          home: {kind: beds, capacity: 60, takes: {law: exponential, mean: 8 days}}
        demand:
          ward: {rate: 25 per day}
        """,
    104: """\
        services:
          therapy:
            kind: caseload
            capacity: 400
            sessions: {number: {1: 35%, 4: 30%, 8: 20%, 20: 15%}, every: 7 days}
            while_waiting:
              gives up:
                {after: {law: lognormal, mean: 200 days, cv: 0.5}, then: leave}
        start_state:
          therapy: {in_treatment: {number: 400}}
        demand:
          therapy: {rate: 19 per day}
        """,
    105: """\
        services:
          clinic:
            kind: staff
            capacity: {working days 09:00-17:00: 12}
            takes: {law: exponential, mean: 40 min}
        pathways:
          urgent: {start: see, steps: {see: {at: clinic, priority: 1}}}
          routine: {start: see, steps: {see: {at: clinic, priority: 2}}}
        demand:
          urgent: {rate: 40 per day, to: urgent}
          routine: {rate: 60 per day, to: routine}
        changes:
          - {demand: routine, multiply_by: 1.3, from: 2023-07-01}
          - {services: clinic, add: 2, from: 2024-07-01}
        """,
}
STEADY = {
    111: ("capacity: 20, takes: {law: exponential, mean: 4 days}", 4.5, "Erlang C"),
    112: (
        "capacity: 6, takes: {law: lognormal, mean: 4 days, cv: 0.5}",
        1.2,
        "Erlang C",
    ),
    113: (
        "capacity: 20, takes: {law: exponential, mean: 4 days}, while_waiting: {gives "
        "up: {after: {law: exponential, mean: 3 days}, then: leave}}",
        4.9,
        "Erlang A",
    ),
    114: (
        "capacity: 20, takes: {law: gamma, mean: 4 days, cv: 0.5}, turned_away: "
        "{full: {when_waiting: 0, then: leave}}",
        5.5,
        "Erlang B",
    ),
    115: (
        "capacity: 20, takes: {law: exponential, mean: 4 days}, turned_away: "
        "{full: {when_waiting: 4, then: leave}}",
        5.0,
        "limited line",
    ),
}


def beside(text: str, seed: int) -> list[tuple[ServiceMonth, Seen]]:
    """Return what is expected of each service and month, and what was simulated."""
    whole = HEAD.replace("SEED", str(seed)) + dedent(text)
    scenario = scenarios.parse(whole)
    found = set_beside(scenario, prepared(scenario)[0], run(scenario))
    return [(row, found.seen[row.service, row.month]) for row in found.expected.rows]


@pytest.mark.validate
@pytest.mark.parametrize("seed", GROWING)
def test_lists_that_grow_are_within_three_per_cent(seed: int) -> None:
    compared = 0
    for row, seen in beside(GROWING[seed], seed):
        assert seen.waiting is not None
        assert seen.waiting.standard_error is not None
        luck = 4 * seen.waiting.standard_error
        # A list as small as chance alone makes one is none of a fluid.
        if row.number > 6 and row.waiting > 300:
            compared += 1
            off = abs(row.waiting - seen.waiting.mean)
            assert off <= 0.03 * seen.waiting.mean + luck, (row, seen)
    assert compared >= 6


@pytest.mark.validate
@pytest.mark.parametrize("seed", STEADY)
def test_waits_of_the_steady_state_are_the_simulated_ones(seed: int) -> None:
    ward, rate, formula = STEADY[seed]
    text = (
        LONG.replace("SEED", str(seed)) + f"services:\n  ward: {{kind: beds, {ward}}}\n"
    )
    text += f"demand:\n  ward: {{rate: {rate} per day}}\n"
    scenario = scenarios.parse(text)
    (*_, row) = preflight(scenario, prepared(scenario)[0]).preflight.rows
    assert row.formula == formula
    assert row.wait is not None
    known = figures(run(scenario))

    def seen(*measure: str) -> Estimate:
        return estimate(list(known[Name("service", "ward", *measure)].values()))

    lost = {"Erlang A": "left unseen", "Erlang C": None}.get(formula, "turned away")
    if lost is not None:
        share = seen(lost, "share")
        assert share.standard_error is not None
        assert abs(row.lost - share.mean) < 4 * share.standard_error
    if formula != "Erlang A":  # whose wait is that of those who leave as well
        wait = seen("wait", "mean")
        assert wait.standard_error is not None
        # The correction for the spread of stays (112) is an approximation.
        assert abs(row.wait - wait.mean) <= 4 * wait.standard_error + 0.03 * row.wait
