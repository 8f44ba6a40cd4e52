"""Machines that break down: what becomes of them in the tables, and what is said."""

import numpy as np

import scenarios
from kernels.levels import machines, states
from scenarios.explain import explain
from scenarios.tables import model

HEAD = "caresim: 1\ntitle: x\nperiod: {start: 2024-01-01, horizon: 2 months}\n"
BREAKS = "works_for: 2 days, repaired_in: {law: exponential, mean: 4 hours}"
SERVICES = f"""\
services:
  desk: {{kind: staff, capacity: 1, takes: 5 min}}
  lab:
    kind: staff
    capacity: {{Mon-Fri 08:00-18:00: 3, weekends: 1}}
    takes: 5 min
    breaks_down: {{{BREAKS}}}
  scanner:
    kind: staff
    capacity: 1
    takes: 5 min
    breaks_down: {{{BREAKS}, afterwards: start_again}}
demand:
  desk: {{rate: 1 per day}}
  lab: {{rate: 1 per day}}
  scanner: {{rate: 1 per day}}
"""


def test_there_are_as_many_machines_as_ever_open() -> None:
    tables = model(scenarios.parse(HEAD + SERVICES, "x"))
    assert tables.services["machines"].tolist() == [0, 3, 1]
    assert tables.services["anew"].tolist() == [0, 0, 1]
    assert tables.services["works"].tolist()[0] == -1


def test_at_a_smaller_scale_there_are_fewer() -> None:
    text = HEAD + "scale: {ratio: 1:2}\n" + SERVICES
    assert model(scenarios.parse(text, "x")).services["machines"].tolist() == [0, 2, 1]


def test_a_change_of_capacity_brings_a_machine() -> None:
    more = "changes:\n  - {services: lab, what: capacity, add: 1, from: 2024-02-01}\n"
    tables = model(scenarios.parse(HEAD + SERVICES + more, "x"))
    assert tables.services["machines"][1] == 4


def test_a_machine_is_known_by_its_service_and_number() -> None:
    tables = model(scenarios.parse(HEAD + SERVICES, "x"))
    found = machines(tables)
    assert found[:, 0].tolist() == [1, 1, 1, 2]
    assert np.diff(found[:3, 1]).tolist() == [1, 1]
    assert found[:, 2].tolist() == [0, 0, 0, 1]
    without = SERVICES.replace("  desk: {kind: staff, capacity: 1, takes: 5 min}\n", "")
    without = without.replace("  desk: {rate: 1 per day}\n", "")
    again = machines(model(scenarios.parse(HEAD + without, "x")))
    assert again[:, 1].tolist() == found[:, 1].tolist()


def test_their_spells_follow_those_of_rules_and_states() -> None:
    rule = (
        "escalation:\n  more: {watches: desk, measure: waiting, opens_above: 5, "
        "closes_below: 1, after: 1 hour, adds: 1, state: 2}\n"
    )
    tables = model(scenarios.parse(HEAD + SERVICES + rule, "x"))
    assert states(tables) == 3
    assert machines(tables)[:, 2].tolist() == [3, 3, 3, 4]


def test_a_model_without_machines_has_none() -> None:
    assert len(machines(model(scenarios.read("west-yorkshire")))) == 0


def test_it_is_read_back_in_words() -> None:
    scenario = scenarios.parse(HEAD + SERVICES, "x")
    said = explain(scenario, model(scenario)).sentences()
    assert said[:2] == [
        "lab: each of 3 machines works for 2 days on average, then is repaired in 4 "
        "hours: it is down for 7.7% of the time. Who is treated meanwhile goes on at a "
        "machine that is free; where there is none, treatment goes on afterwards. The "
        "capacity shown leaves breakdowns out.",
        "scanner: its machine works for 2 days on average, then is repaired in 4 "
        "hours: it is down for 7.7% of the time. Who is treated meanwhile goes on at a "
        "machine that is free; where there is none, treatment starts again afterwards. "
        "The capacity shown leaves breakdowns out.",
    ]
