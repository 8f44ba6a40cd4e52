"""Choices between lines: what becomes of them, and what is said."""

import numpy as np
import pytest

import scenarios
from kernels.layout import TO_LINE
from kernels.routing import NOWHERE, steps_with_choices
from scenarios.explain import explain
from scenarios.flows import flows
from scenarios.scenario import ShortestLine
from scenarios.tables import model

TEXT = """\
caresim: 1
title: x
period: {start: 2024-01-01, horizon: 1 month}
groups: {place: [Leeds, York]}
services:
  a: {kind: staff, capacity: 3, takes: 10 min}
  b: {kind: staff, capacity: 2, takes: 20 min}
  c: {kind: slots, capacity: {every day 09:00-17:00: 24}, takes: 5 min}
  d: {kind: staff, one_per: place, capacity: 1, takes: 5 min, then: two}
shortest_line:
  two: [b, a]
  three: [c, a, b]
  own: [d in York, d in Leeds]
demand:
  two: {rate: 100 per day, who: {place: Leeds}}
  three: {rate: 50 per day, who: {place: York}}
  own: {rate: 1 per day, who: {place: York}}
"""
SCENARIO = scenarios.parse(TEXT, "x")
MODEL = model(SCENARIO)


def test_services_stand_in_the_order_in_which_they_are_written() -> None:
    assert SCENARIO.shortest_lines[:2] == (
        ShortestLine("two", ("b", "a")),
        ShortestLine("three", ("c", "a", "b")),
    )


def test_a_choice_of_lines_is_a_choice_without_shares() -> None:
    rows = np.flatnonzero(MODEL.choices["compares"])
    assert MODEL.choices["branches"][rows].tolist() == [2, 3, 2]
    first = MODEL.choices["branch"][rows[0]]
    assert MODEL.branches["to"][first : first + 2].tolist() == [1, 0]
    assert (MODEL.branches["kind"] == TO_LINE).sum() == 5


def test_for_the_engines_it_is_a_step_at_no_service() -> None:
    steps, branches = steps_with_choices(MODEL)
    n = len(MODEL.steps)
    assert (steps["service"][:n] >= 0).all()
    assert steps["service"][n:].tolist() == [NOWHERE] * 3
    chosen = MODEL.branches["kind"] == TO_LINE
    led_to = steps["then"][branches["to"][chosen]]
    assert led_to.tolist() == MODEL.branches["to"][chosen].tolist()


def test_without_choices_of_lines_the_tables_are_as_they_were() -> None:
    plain = model(scenarios.read("west-yorkshire"))
    steps, branches = steps_with_choices(plain)
    assert steps is plain.steps
    assert branches is plain.branches


def test_the_load_is_shared_out_by_how_many_each_can_treat() -> None:
    joined = flows(MODEL, MODEL.start, MODEL.end).joined.sum(axis=1)
    a, b, c = 3 * 144, 2 * 72, 24
    two, three = 101.0, 50.0
    assert joined[:3] == pytest.approx(
        [
            two * a / (a + b) + three * a / (a + b + c),
            two * b / (a + b) + three * b / (a + b + c),
            three * c / (a + b + c),
        ],
        rel=1e-3,
    )


def test_it_is_read_back_in_words() -> None:
    said = explain(SCENARIO, MODEL).sentences()
    assert said[0] == (
        "two: whoever comes joins the shortest line of b and a; of lines alike the "
        "first of them. The load shown shares these patients out by how many each can "
        "treat."
    )
    assert "the shortest line of c, a and b;" in said[1]


def test_pools_are_one_line() -> None:
    text = TEXT.replace("one_per: place", "one_per: place, pooled: yes")
    assert scenarios.parse(text, "x").shortest_lines[2] == ShortestLine("own", ("d",))


def test_changes_of_demand_find_a_stream_by_where_it_leads() -> None:
    text = TEXT.replace("a: {kind", "a: {sector: gp, kind")
    text = text.replace("b: {kind", "b: {sector: gp, kind")
    scenario = scenarios.parse(text, "x")
    assert scenario.streams[0].sector == "gp"
