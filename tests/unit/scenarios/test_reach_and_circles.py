"""Who can come where, and circles that take no time."""

import pytest

from tests.unit.scenarios.clinics import said

HEAD = """\
caresim: 1
title: x
period: {start: 2024-01-01, horizon: 1 month}
services:
"""


def _said(
    services: str, more: str = "", demand: str = "a: {rate: 1 per day}"
) -> list[str]:
    text = f"{HEAD}{services}demand: {{{demand}}}\n{more}"
    return [line.split(" ", 1)[1] for line in said(text)]


A = "  a: {kind: unlimited, takes: 1 day}\n"


def test_a_service_to_which_nothing_leads_is_reported() -> None:
    assert _said(A + "  b: {kind: unlimited, takes: 1 day}\n") == [
        "services.b: nobody can come to 'b': no demand, `then` or rule leads here. Is "
        "a "
        "`then: b` missing?"
    ]


def test_only_the_first_of_a_chain_of_lost_services_is_reported() -> None:
    chain = (
        "  b: {kind: unlimited, takes: 1 day, then: c}\n"
        "  c: {kind: unlimited, takes: 1 day}\n"
    )
    (message,) = _said(A + chain)
    assert message.startswith("services.b:")


def test_lost_services_that_lead_to_each_other_are_all_reported() -> None:
    ring = (
        "  b: {kind: unlimited, takes: 1 day, then: c}\n"
        "  c: {kind: unlimited, takes: 1 day, then: b}\n"
    )
    assert len(_said(A + ring)) == 2


@pytest.mark.parametrize(
    "way",
    [
        "then: b",
        "turned_away: {full: {share: 1%, then: b}}",
        "while_waiting: {goes: {after: 1 day, then: b}}",
    ],
)
def test_every_way_leads_somewhere(way: str) -> None:
    services = (
        f"  a: {{kind: staff, capacity: 1, takes: 1 day, {way}}}\n"
        "  b: {kind: unlimited, takes: 1 day}\n"
    )
    assert _said(services) == []


def test_a_lost_pathway_and_a_lost_step_are_reported() -> None:
    more = (
        "pathways:\n"
        "  p: {start: one, steps: {one: {at: a}, two: {at: a}}}\n"
        "  q: {start: one, steps: {one: {at: a}}}\n"
    )
    found = _said(A, more, "a: {rate: 1 per day}, s: {to: p, rate: 1 per day}")
    assert found == [
        "pathways.p.steps.two: nobody can come to 'two': no step of this pathway leads "
        "here.",
        "pathways.q: nobody can come to 'q': no demand, `then` or rule leads here. Is "
        "a "
        "`then: q` missing?",
    ]


def test_a_service_that_only_steps_use_need_not_say_how_long_it_takes() -> None:
    services = "  a: {kind: unlimited}\n"
    more = "pathways: {p: {start: one, steps: {one: {at: a, takes: 1 day}}}}\n"
    assert _said(services, more, "s: {to: p, rate: 1 per day}") == []


@pytest.mark.parametrize(
    ("service", "names"),
    [
        ("kind: unlimited, takes: 0 days, then: {a: 10%, leave: rest}", "a, a"),
        (
            "kind: staff, capacity: 1, takes: 1 day, "
            "turned_away: {full: {when_waiting: 0, then: a}}",
            "a, a",
        ),
        (
            "kind: staff, capacity: 1, takes: 1 day, "
            "while_waiting: {goes: {after: 0 min, then: a}}",
            "a, a",
        ),
        (
            "kind: unlimited, takes: {law: observed, values: [0 min, 1 day]}, then: a",
            "a, a",
        ),
        (
            "kind: unlimited, takes: 0 days, then: {a: {share: 10%, after: 0 min}, "
            "leave: rest}",
            "a, a",
        ),
    ],
)
def test_circles_that_take_no_time_are_refused(service: str, names: str) -> None:
    (message,) = _said(f"  a: {{{service}}}\n")
    assert f"this leads round without taking any time: {names}." in message


@pytest.mark.parametrize(
    "service",
    [
        "kind: unlimited, takes: 1 day, then: {a: 10%, leave: rest}",
        "kind: unlimited, takes: 0 days, then: {a: {share: 10%, after: 1 day}, "
        "leave: rest}",
        "kind: unlimited, takes: 0 days, then: {a: 0%, leave: rest}",
        "kind: staff, capacity: 1, takes: 1 day, "
        "turned_away: {full: {when_waiting: 0, then: {a: {share: 40%, after: 10 min}, "
        "leave: rest}}}",
    ],
)
def test_circles_that_take_time_are_allowed(service: str) -> None:
    assert _said(f"  a: {{{service}}}\n") == []


def test_a_circle_through_several_services_is_found() -> None:
    services = (
        "  a: {kind: staff, capacity: 1, takes: 1 day, "
        "turned_away: {full: {when_waiting: 3, then: b}}}\n"
        "  b: {kind: unlimited, takes: 0 min, then: c}\n"
        "  c: {kind: unlimited, takes: 0 min, then: a}\n"
    )
    (message,) = _said(services)
    assert "without taking any time: a, b, c, a." in message


def test_pathways_that_only_start_each_other_are_refused() -> None:
    more = (
        "pathways:\n"
        "  p: {start: {q: 50%, one: rest}, steps: {one: {at: a}}}\n"
        "  q: {start: {p: 50%, one: rest}, steps: {one: {at: a}}}\n"
    )
    (message,) = _said(A, more, "s: {to: p, rate: 1 per day}")
    assert "without taking any time: p, q, p." in message


def test_a_change_to_no_time_makes_a_circle_too() -> None:
    services = "  a: {kind: unlimited, takes: 1 day, then: {a: 10%, leave: rest}}\n"
    more = "changes: [{services: a, what: takes, set_to: 0 days, from: 2024-01-15}]\n"
    (message,) = _said(services, more)
    assert "without taking any time" in message
