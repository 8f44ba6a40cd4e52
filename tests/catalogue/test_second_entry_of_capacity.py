"""Capacities and load, entered a second time."""

from __future__ import annotations

import pytest

from tests.catalogue import known, pack
from tests.catalogue.comparing import (
    TREATED,
    close,
    fractions,
    need,
    of_code,
    own_law_mean,
)
from tests.catalogue.shipped import Flow, Shipped, value

IN_DAYS = ("STROKE", "D2AB", "TT", "CMHT", "CRIS", "MHIP", "CYPM")


@pytest.mark.parametrize("code", pack.CODES)
def test_capacities_are_those_of_the_pack(model: Shipped, code: str) -> None:
    found = sum(model.capacities(pack.SERVICES[code]).values())
    if code == "OUTP":
        found += sum(model.capacities("outpatient follow-up").values())
    expected = pack.number("capacity", code)
    if code == "UTC":  # the same hours, spread over day and night
        expected *= 14 / 24
    if code == "CYPC":  # from 20:00 to 08:00
        expected *= 12 / 24
    assert close(found, expected, known.CAPACITIES.get(code, known.SAME))


@pytest.mark.parametrize("code", known.CAPACITIES)
def test_what_is_known_of_a_capacity_is_marked_so(model: Shipped, code: str) -> None:
    marks = {
        entry.number.source.name
        for service in model.named(pack.SERVICES[code])
        for entry in service.capacity
        if entry.number.source is not None
    }
    (mark,) = marks
    assert known.CAPACITIES[code].reason.startswith(mark)


def test_emergency_spaces_are_those_of_the_pack_by_day_and_night(
    model: Shipped,
) -> None:
    day, night = fractions(pack.text("staffed ED spaces day/night", "WY Type 1"))
    spaces = [0.0, 0.0]
    for service in model.named("emergency department"):
        for entry in service.capacity:
            assert entry.times is not None
            spaces[entry.times.begin == 0] += value(entry.number, 0)
    assert spaces == pytest.approx([day, night], rel=known.CALIBRATED)


@pytest.mark.parametrize("trust", pack.TRUSTS)
def test_beds_of_each_trust_are_those_of_kh03(model: Shipped, trust: str) -> None:
    expected = pack.number("G&A overnight beds available", pack.TRUSTS[trust])
    wards = model.capacities("acute wards")[trust]
    stroke = model.capacities("stroke unit").get(trust, 0.0)
    assert wards + stroke == pytest.approx(expected, abs=1)


SHARED_OUT = {
    "general practice": 0.01,
    "discharge to assess at home": 0.01,
    "discharge to assess in a bed": 0.01,
    "talking therapies": 0.01,
    "community mental health": 0.01,
    "crisis and home treatment": 0.01,
    "mental health wards": 0.01,
    "young people's mental health": 0.01,
    # calibrated
    "emergency department": known.CALIBRATED,
    "outpatients": 0.05,
    "outpatient follow-up": 0.05,
    "diagnostics": 0.05,
    "planned surgery": 0.05,
    "cancer diagnosis": 0.05,
}
"""How far from its part of the need a place or trust may be, or by one unit."""


@pytest.mark.parametrize("name", SHARED_OUT)
def test_capacities_are_shared_out_by_need(
    model: Shipped, flow: dict[str, Flow], name: str
) -> None:
    found = model.capacities(name)
    wide = SHARED_OUT[name]
    for trust, part in need(model, flow, name).items():
        expected = part * sum(found.values())
        assert found[trust] == pytest.approx(expected, rel=wide, abs=1), trust


def test_urgent_treatment_spaces_are_shared_out_by_need(
    model: Shipped, flow: dict[str, Flow]
) -> None:
    parts_of_it = need(model, flow, "urgent treatment centre")
    for at in (0, 1):
        found = {
            s.home[1]: value(s.capacity[at].number, 0)
            for s in model.named("urgent treatment centre")
            if s.home is not None
        }
        expected = {p: part * sum(found.values()) for p, part in parts_of_it.items()}
        assert found == pytest.approx(expected, abs=1)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("GP", "general practice"),
        ("TT", "talking therapies"),
        ("CYPM", "young people's mental health"),
    ],
)
def test_capacities_follow_the_need_of_the_pack_by_place(
    model: Shipped, code: str, name: str
) -> None:
    found = model.capacities(name)
    total = sum(found.values())
    needed = pack.need_by_place(code)
    expected = {p: n * total / pack.total(code) for p, n in needed.items()}
    assert found == pytest.approx(expected, rel=0.015)


@pytest.mark.parametrize("code", ["OUTP", "DIAG", "ELECT", "CANC"])
def test_capacities_follow_the_need_of_the_pack_by_trust(
    model: Shipped, code: str
) -> None:
    found = model.capacities(pack.SERVICES[code])
    total = sum(found.values())
    needed = pack.need_by_trust(code)
    expected = {t: n * total / pack.total(code) for t, n in needed.items()}
    assert found == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("code", ["CMHT", "CRIS", "MHIP"])
def test_capacities_follow_the_need_of_the_pack_by_mental_health_trust(
    model: Shipped, code: str
) -> None:
    # A&E sends more of those who attend from Leeds and fewer from elsewhere than the
    # pack does, at other attendances per head: up to 4% less in Leeds.
    found = model.capacities(pack.SERVICES[code])
    total = sum(found.values())
    needed = pack.need_by_mental_health_trust(code)
    expected = {t: n * total / pack.total(code) for t, n in needed.items()}
    assert found == pytest.approx(expected, rel=0.04)


def test_stroke_beds_follow_the_need_of_the_pack_by_trust(model: Shipped) -> None:
    needed = pack.need_by_trust("STROKE")
    needed["Bradford Teaching Hospitals"] += needed.pop("Airedale")
    expected = {t: n * 155 / pack.total("STROKE") for t, n in needed.items()}
    assert model.capacities("stroke unit") == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("code", IN_DAYS)
def test_loads_of_the_pack_follow_from_its_own_figures(code: str) -> None:
    load = pack.total(code) * TREATED.get(code, 1.0) * pack.number("mean service", code)
    assert load == pytest.approx(pack.number("offered load", code), rel=known.TIGHT)


@pytest.mark.parametrize("code", IN_DAYS)
def test_load_is_the_part_of_capacity_that_it_is_in_the_pack(
    model: Shipped, flow: dict[str, Flow], code: str
) -> None:
    joined = of_code(model, flow, code).sum() * TREATED.get(code, 1.0)
    load = joined * own_law_mean(model, pack.SERVICES[code])
    found = load / sum(model.capacities(pack.SERVICES[code]).values())
    expected = pack.number("utilisation", code)
    assert close(found, expected, known.LOADS.get(code, known.Known(1.0, 0.025, "")))


def test_practices_have_somewhat_fewer_slots_than_the_pack_books(
    model: Shipped,
) -> None:
    booked = pack.number("arrival rate", "GP")
    found = booked / sum(model.capacities(pack.SERVICES["GP"]).values())
    assert close(found, pack.number("utilisation", "GP"), known.LOADS["GP"])
