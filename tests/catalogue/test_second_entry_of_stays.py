"""Times of treatment, entered a second time."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scenarios.scenario.steps import Step
from tests.catalogue import known, pack
from tests.catalogue.comparing import (
    HOUR,
    MINUTE,
    REMOVED,
    close,
    need,
    own_law_mean,
)
from tests.catalogue.shipped import Floats, Flow, Node, Shipped, law_of, mean_of, value


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("GP", MINUTE),
        ("N111", MINUTE),
        ("AMB", HOUR),
        ("UTC", MINUTE),
        ("ED", HOUR),
        ("STROKE", 1.0),
        ("D2AH", 1.0),
        ("D2AB", 1.0),
        ("ELECT", MINUTE),
        ("CANC", 1.0),
        ("TT", 1.0),
        ("CMHT", 1.0),
        ("CRIS", 1.0),
        ("MHIP", 1.0),
        ("CYPM", 1.0),
        ("CYPC", MINUTE),
        ("CYPI", 1.0),
    ],
)
def test_stays_are_those_of_the_pack(model: Shipped, code: str, unit: float) -> None:
    found = own_law_mean(model, pack.SERVICES[code])
    expected = pack.number("mean service", code) * unit
    assert close(found, expected, known.STAYS.get(code, known.SAME))


@pytest.mark.parametrize(
    ("code", "spread"),
    [
        ("GP", 0.6),
        ("N111", 0.5),
        ("AMB", 0.4),
        ("UTC", 0.6),
        ("ACUTE", 1.05),
        ("STROKE", 1.1),
        ("D2AH", 1.2),
        ("D2AB", 0.75),
        ("ELECT", 0.7),
        ("CANC", 0.6),
        ("TT", 0.7),
        ("CMHT", 1.1),
        ("CRIS", 0.9),
        ("MHIP", math.sqrt(math.exp(0.985**2) - 1)),
        ("CYPM", 1.1),
        ("CYPC", 0.8),
        ("CYPI", 0.8),
    ],
)
def test_spreads_of_stays_are_those_of_the_pack(
    model: Shipped, code: str, spread: float
) -> None:
    for service in model.named(pack.SERVICES[code]):
        law = law_of(model.step(service.name).takes, 0)
        assert law.kind == "lognormal"
        assert value(law.parameters["cv"], 0) == pytest.approx(spread, rel=known.TIGHT)


def test_minors_and_majors_take_as_long_as_in_the_pack(model: Shipped) -> None:
    expected = [
        pack.number("ED care time minor stream", "Type 1") * HOUR,
        pack.number("ED care time major stream", "Type 1") * HOUR,
    ]
    for service in model.named("emergency department"):
        law = law_of(model.step(service.name).takes, 0)
        assert [mean_of(member) for _, member in law.members] == pytest.approx(expected)


def test_home_care_explains_the_stay_in_discharge_to_assess(model: Shipped) -> None:
    for service in model.named("discharge to assess at home"):
        step = model.step(service.name)
        (branch,) = (b for b in step.then if b.target.block == "home care")
        kept = value(branch.share, 0) * mean_of(law_of(branch.arranged_in, 0))
        stay = mean_of(law_of(step.takes, 0)) + kept
        assert stay == pytest.approx(pack.number("mean service", "D2AH"))


@pytest.mark.parametrize(
    ("age", "days", "after_surgery"),
    [("child", 2.6, 2.3), ("adult", 5.55, 4.0), ("older", 9.9, 5.2)],
)
def test_ward_stays_are_those_of_the_pack(
    model: Shipped, flow: dict[str, Flow], age: str, days: float, after_surgery: float
) -> None:
    """The stays are those of README, section 4; each trust has a factor of its own."""
    admitted = need(model, flow, "acute wards")
    emergency, planned = 0.0, set()
    g = [group[0] for group in model.groups].index(age)
    for service in model.named("acute wards"):
        home = service.home[1] if service.home else ""
        stay = mean_of(law_of(model.step(service.name).takes, g), g)
        emergency += admitted[home] * stay
        (recovery,) = (s for s in steps_of(model, service.name) if s.name == "recovery")
        planned.add(mean_of(law_of(recovery.takes, g), g))
    assert close(emergency, days, known.ACUTE_STAYS)
    assert planned == {after_surgery}


def steps_of(model: Shipped, service: str) -> list[Step]:
    """Return the steps at a service that belong to pathways."""
    return [s for n, s in model.steps.items() if n.service == service and n.pathway]


@pytest.mark.parametrize("trust", pack.TRUSTS)
def test_as_many_beds_are_needed_as_were_occupied(
    model: Shipped, treated_flow: dict[str, Flow], trust: str
) -> None:
    """Stays and moves that are arranged, without waits for a place to move to."""
    expected = pack.number("G&A overnight beds occupied", pack.TRUSTS[trust])
    wards = sum(
        bed_days(model, flow_at(model, treated_flow, node), node)
        for node in model.steps
        if node.service == f"acute wards in {trust}"
    )
    stroke = f"stroke unit in {trust}"
    if stroke in treated_flow:
        wards += float(treated_flow[stroke].joined.sum()) * 12.3
    assert close(wards, expected, known.BEDS_IN_USE)


def flow_at(model: Shipped, flows: dict[str, Flow], node: Node) -> Floats:
    """Return who joins at a step of a ward per day, by group."""
    everybody = flows[node.service].joined
    surgery = node.service.replace("acute wards", "planned surgery")
    then = model.step(surgery).then
    share = [
        sum(s for n, s in model.sent(then, g).items() if n.name == "recovery")
        for g in range(len(model.groups))
    ]
    planned = flows[surgery].joined * np.array(share) * (1 - REMOVED["planned surgery"])
    emergency: Floats = everybody - planned
    return planned if node.pathway else emergency


def bed_days(model: Shipped, joined: Floats, node: Node) -> float:
    """Return beds in use on average: stays, and moves being arranged."""
    step = model.steps[node]
    total = 0.0
    for g, number in enumerate(joined):
        held = mean_of(law_of(step.takes, g), g)
        for branch, share in model.shares(step.then, g):
            if branch.arranged_in is not None:
                held += share * mean_of(law_of(branch.arranged_in, g), g)
        total += number * held
    return total


@pytest.mark.parametrize(
    ("elsewhere", "code"),
    [("out of area ward", "MHIP"), ("young people's out of area ward", "CYPI")],
)
def test_stays_out_of_area_are_a_quarter_longer(
    model: Shipped, elsewhere: str, code: str
) -> None:
    expected = pack.number("mean service", code) * 1.25
    assert own_law_mean(model, elsewhere) == pytest.approx(expected)
