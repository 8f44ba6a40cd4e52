"""Demand and flows, entered a second time."""

from __future__ import annotations

import pytest

from scenarios.scenario.demand import Stream
from tests.catalogue import known, pack
from tests.catalogue.comparing import (
    close,
    fractions,
    need,
    of_code,
    parts,
)
from tests.catalogue.shipped import Flow, Shipped, value


@pytest.mark.parametrize(
    ("name", "segment"),
    [
        ("practice appointment", "GP"),
        ("emergency department", "ED"),
        ("ambulance", "AMB"),
        ("acute wards", "ACUTE emergency"),
        ("specialist referral", "OUTP/RTT referrals"),
        ("cancer diagnosis", "CANC"),
    ],
)
def test_demand_grows_as_in_the_pack(model: Shipped, name: str, segment: str) -> None:
    growth = stream(model, name).growth
    expected = pack.number("baseline demand growth", segment)
    assert value(growth, 0) == pytest.approx(expected)


def stream(model: Shipped, name: str) -> Stream:
    """Return a stream of demand."""
    (found,) = (s for s in model.scenario.streams if s.name == name)
    return found


def test_mental_health_does_not_grow_by_itself(model: Shipped) -> None:
    # The pack's 4.5% to 7% a year are left out: the what-if is the whole rise.
    grown = {s.name for s in model.scenario.streams if s.growth is not None}
    assert grown == {
        "practice appointment",
        "emergency department",
        "ambulance",
        "acute wards",
        "specialist referral",
        "cancer diagnosis",
    }


def test_referrals_from_outside_are_raised_by_three_tenths(model: Shipped) -> None:
    outside = sum(pack.arrivals()[name]["OUTP"][0] for name in pack.CLASSES)
    found = sum(model.outside("specialist referral"))
    assert close(found, outside, known.DEMAND["specialist referral"])


@pytest.mark.parametrize(
    "code", ["CANC", "ACUTE", "TT", "CMHT", "CRIS", "MHIP", "CYPM", "CYPC", "CYPI"]
)
def test_as_many_come_from_outside_as_in_the_pack(model: Shipped, code: str) -> None:
    outside = sum(pack.arrivals()[name][code][0] for name in pack.CLASSES)
    found = sum(model.outside(pack.SERVICES[code]))
    assert found == pytest.approx(outside, rel=0.01)


def test_urgent_hours_are_those_of_the_pack(model: Shipped) -> None:
    expected = [
        pack.number("ED arrival hourly share", f"{hour:02}:00") for hour in range(24)
    ]
    for name in ("emergency department", "ambulance", "nhs 111"):
        (hours,) = (p.hours for p in stream(model, name).profiles if p.hours)
        assert parts(hours) == pytest.approx(parts(expected), abs=0.0006)


@pytest.mark.parametrize(
    ("name", "parameter", "segment"),
    [
        ("emergency department", "day-of-week profile", "Mon..Sun"),
        ("practice appointment", "GP Mon-Fri weekly profile", "Mon/Tue/Wed/Thu/Fri"),
    ],
)
def test_days_of_the_week_are_those_of_the_pack(
    model: Shipped, name: str, parameter: str, segment: str
) -> None:
    expected = fractions(pack.text(parameter, segment))
    (days,) = (p.days for p in stream(model, name).profiles if p.days)
    assert parts(days)[: len(expected)] == pytest.approx(parts(expected))


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("emergency department", "seasonal index attendances/day"),
        ("urgent treatment centre", "seasonal index attendances/day"),
        ("acute wards", "seasonal index emergency admissions/day"),
    ],
)
def test_months_are_those_of_the_pack(
    model: Shipped, name: str, parameter: str
) -> None:
    expected = [pack.number(parameter, f"month {m:02}") for m in range(1, 13)]
    (months,) = (p.months for p in stream(model, name).profiles if p.months)
    assert parts(months) == pytest.approx(parts(expected))


@pytest.mark.parametrize("code", pack.CODES)
def test_flows_are_those_of_the_pack(
    model: Shipped, treated_flow: dict[str, Flow], code: str
) -> None:
    difference = known.FLOWS.get(code, known.Known(1.0, 0.06, ""))
    found = of_code(model, treated_flow, code)
    assert close(float(found.sum()), pack.total(code), difference)


@pytest.mark.parametrize("code", ["GP", "N111", "AMB", "TT", "CYPM"])
def test_demand_was_solved_so_that_each_class_has_the_flow_of_the_pack(
    model: Shipped, flow: dict[str, Flow], code: str
) -> None:
    found = of_code(model, flow, code)
    by_class = {name: model.by_class(found, name) for name in pack.CLASSES}
    expected = {name: pack.arrivals()[name][code][1] for name in pack.CLASSES}
    assert by_class == pytest.approx(expected, rel=0.015)


@pytest.mark.parametrize("code", pack.CODES)
def test_no_class_has_a_flow_of_its_own(
    model: Shipped, treated_flow: dict[str, Flow], code: str
) -> None:
    found = of_code(model, treated_flow, code)
    ratio = float(found.sum()) / pack.total(code)
    wide = 0.33 if code == "UTC" else 0.10  # no older people come there from outside
    for name in pack.CLASSES:
        expected = pack.arrivals()[name][code][1] * ratio
        # A few children in talking therapies go on as adults do.
        assert model.by_class(found, name) == pytest.approx(
            expected, rel=wide, abs=0.05
        ), name


def test_each_trust_has_its_part_of_the_attendances_of_may_2022(
    model: Shipped, flow: dict[str, Flow]
) -> None:
    found = need(model, flow, "emergency department")
    seen = pack.attendances()
    expected = dict(zip(seen, parts(seen.values()), strict=True))
    assert found == pytest.approx(expected, rel=0.01)
