"""The services beside the twenty, entered a second time."""

from __future__ import annotations

import pytest

from tests.catalogue import known, pack
from tests.catalogue.comparing import (
    HOUR,
    MINUTE,
    close,
    own_law_mean,
)
from tests.catalogue.shipped import Flow, Shipped

SATELLITES = {row["service"]: row for row in pack.satellites()}
WORKING_DAYS = 252.9
"""In a year."""
REFUSED = pack.total("GP") / (1 - 0.053) * 0.053 * 0.15
"""Who goes from practices to pharmacies per day; 15% is the scenario's judgement."""
OUTSIDE = {
    "community pharmacy": known.Known((900 - REFUSED) / 900, 0.01, "derived: the rest"),
    "home care": known.Known((60 - 0.4 * 51.9) / 60, 0.01, "derived: the rest"),
    "complex rehabilitation": known.Known(1.32, known.CALIBRATED, "calibrated"),
    "learning disability health check": known.Known(
        1 / 0.80, 0.01, "derived: invited, of whom 80% come"
    ),
}


@pytest.mark.parametrize("name", [n for n in SATELLITES if n != "liaison psychiatry"])
def test_demand_of_satellites_is_that_of_the_pack(model: Shipped, name: str) -> None:
    expected = float(SATELLITES[name]["arrivals_per_day"])
    found = sum(model.outside(name))
    assert close(found, expected, OUTSIDE.get(name, known.SAME))


def test_liaison_psychiatry_is_asked_as_often_as_in_the_pack(
    model: Shipped, flow: dict[str, Flow]
) -> None:
    found = sum(flow[s.name].joined.sum() for s in model.named("liaison psychiatry"))
    assert found == pytest.approx(60, rel=0.06)


UNITS = {"min": MINUTE, "h": HOUR, "d": 1.0}


@pytest.mark.parametrize("name", [n for n, row in SATELLITES.items() if row["stay"]])
def test_stays_of_satellites_are_those_of_the_pack(model: Shipped, name: str) -> None:
    number, unit = SATELLITES[name]["stay"].split()
    assert close(own_law_mean(model, name), float(number) * UNITS[unit])


BINDING = [n for n, r in SATELLITES.items() if r["capacity"][:1].isdigit()]


@pytest.mark.parametrize("name", BINDING)
def test_capacities_of_satellites_are_those_of_the_pack(
    model: Shipped, name: str
) -> None:
    found = sum(model.capacities(name).values())
    expected = float(SATELLITES[name]["capacity"])
    assert close(found, expected, known.SATELLITES.get(name, known.SAME))
