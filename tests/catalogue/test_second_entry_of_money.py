"""Costs, entered a second time."""

from __future__ import annotations

import pytest

from scenarios.scenario.services import Price
from tests.catalogue import known, pack
from tests.catalogue.comparing import (
    fractions,
)
from tests.catalogue.shipped import Shipped, value

MONTH = pack.YEAR / 12


@pytest.mark.parametrize(
    ("service", "per", "row"),
    [
        ("general practice", "visit", "GP F2F 10 min"),
        ("community pharmacy", "visit", "practice nurse contact"),
        ("district nursing", "visit", "district nurse contact"),
        ("nhs 111", "visit", "NHS 111 call"),
        ("ambulance", "visit", "ambulance call-out no A&E"),
        ("urgent treatment centre", "visit", "UTC attendance"),
        ("emergency department", "visit", "A&E basic investigation/treatment"),
        ("acute wards", "day", "emergency overnight bed-day"),
        ("stroke unit", "day", "stroke unit bed-day"),
        ("critical care", "day", "critical care bed-day"),
        ("outpatients", "visit", "first outpatient"),
        ("outpatient follow-up", "visit", "follow-up outpatient"),
        ("diagnostics", "visit", "DM01 test (mean)"),
        ("planned surgery", "visit", "day case"),
        ("cancer diagnosis", "visit", "FDS cancer pathway (diagnostic)"),
        ("cancer treatment", "visit", "elective inpatient spell"),
        ("liaison psychiatry", "visit", "crisis/HTT contact"),
        ("follow-up within 72 hours", "visit", "CMHT contact"),
        ("mental health wards", "day", "adult acute MH bed-day"),
        ("out of area ward", "day", "MH out-of-area bed-day"),
        ("crisis line", "visit", "Night OWLS contact"),
        ("young people's crisis line", "visit", "Night OWLS contact"),
        ("young people's ward", "day", "CYP inpatient bed-day"),
        ("young people's out of area ward", "day", "CYP inpatient bed-day"),
        ("learning disability wards", "day", "LD ATU bed-day"),
    ],
)
def test_costs_are_those_of_the_pack(
    model: Shipped, service: str, per: str, row: str
) -> None:
    assert costs(model, service) == {(per, pack.number("unit cost", row))}


def costs(model: Shipped, name: str) -> set[tuple[str, float]]:
    """Return what a service costs, everywhere the same."""
    prices: list[Price] = [p for s in model.named(name) for p in s.costs]
    return {(price.per, value(price.number, 0)) for price in prices}


@pytest.mark.parametrize(
    ("service", "row", "at"),
    [
        ("discharge to assess at home", "D2A P1/P2/P3 per day", 0),
        ("discharge to assess in a bed", "D2A P1/P2/P3 per day", 1),
        ("complex rehabilitation", "MH rehab bed-day NHS / independent", 0),
        ("rehabilitation out of area", "MH rehab bed-day NHS / independent", 1),
    ],
)
def test_costs_of_several_kinds_are_those_of_the_pack(
    model: Shipped, service: str, row: str, at: int
) -> None:
    expected = fractions(pack.text("unit cost", row))[at]
    assert costs(model, service) == {("day", expected)}


@pytest.mark.parametrize(
    ("service", "row", "segment"),
    [
        ("community mental health", "CMHT contact", "CMHT functional"),
        ("crisis and home treatment", "crisis/HTT contact", "CRHT/HTT"),
        ("young people's mental health", "CYPMH contact", "CAMHS"),
        ("early intervention in psychosis", "CMHT contact", "EIP"),
        ("perinatal mental health", "CMHT contact", "Perinatal"),
    ],
)
def test_days_on_caseloads_cost_the_contacts_of_a_day(
    model: Shipped, service: str, row: str, segment: str
) -> None:
    contacts = pack.number("contacts per patient-month on caseload", segment)
    ((per, found),) = costs(model, service)
    assert per == "day"
    expected = contacts * pack.number("unit cost", row) / MONTH
    assert found == pytest.approx(expected, rel=0.01)


def test_days_in_therapy_cost_the_sessions_of_a_course(model: Shipped) -> None:
    sessions = pack.number("TT sessions per completed course", "England")
    session = pack.number("unit cost", "Talking Therapies session")
    ((_, found),) = costs(model, "talking therapies")
    expected = sessions * session / pack.number("mean service", "TT")
    assert found == pytest.approx(expected, rel=known.TIGHT)
