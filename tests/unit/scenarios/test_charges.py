"""What capacity costs, by hand: prices times what the calendar opens."""

from __future__ import annotations

import pytest

import scenarios
from scenarios import tables
from scenarios.explain import explain
from scenarios.prices import Paid, paid
from scenarios.rates import charge
from scenarios.scenario import Scenario
from scenarios.texts import TextError

HEAD = """\
caresim: 1
title: Money
period: {start: 2024-01-01, warm_up: 1 week, horizon: 2 months}
budgets: [hospital, council]
services:
  ward: {kind: KIND, capacity: CAPACITY, takes: 1 hour, MORE}
demand:
  ward: {rate: 1 per day}
"""


def _read(kind: str, capacity: str, prices: str, changes: str = "") -> Scenario:
    text = HEAD.replace("KIND", kind).replace("CAPACITY", capacity)
    return scenarios.parse(text.replace("MORE", prices) + changes)


def _paid(made: Scenario) -> list[Paid]:
    return list(paid(made, tables.model(made)))


def test_beds_cost_whether_used_or_not() -> None:
    prices = (
        "cost_of_capacity: {hospital: £280 per unit per day, "
        "council: £70 per unit per week}"
    )
    change = "changes:\n  - {services: ward, add: 5, from: 2024-02-11}\n"
    hospital, council = _paid(_read("beds", "12", prices, change))
    # January: 12 x 31; February: 12 x 10 + 17 x 19
    assert hospital.units == council.units == (372, 443)
    assert hospital.pounds == (280, 280)
    assert council.pounds == pytest.approx((10, 10))
    assert (hospital.kind, hospital.per) == ("capacity", "unit")


def test_staff_cost_while_they_are_on_duty() -> None:
    prices = "cost_of_capacity: {hospital: £24 per unit per hour}"
    (item,) = _paid(_read("staff", "{Mon-Fri 09:00-17:00: 3}", prices))
    # 23 and 21 weekdays of 8 hours: a third of a day
    assert item.units == pytest.approx((3 * 23 / 3, 3 * 21 / 3))
    assert item.pounds == pytest.approx((24 * 24, 24 * 24))


def test_slots_cost_by_the_slot() -> None:
    prices = "cost_of_capacity: {hospital: £40 per slot}"
    (item,) = _paid(_read("slots", "{Mon-Fri 09:00-17:00: 12}", prices))
    assert item.units == (23 * 12, 21 * 12)
    assert item.pounds == (40, 40)


STAFFED = (
    "{workforce: {whole_time_equivalents: 10, vacancies: 10%, sickness: 20%, "
    "each_gives: 2 places, recruits: {2024-02-15: 3}}}"
)


def test_whole_time_equivalents_in_post_are_paid_sick_or_not() -> None:
    prices = "cost_of_capacity: {council: £36525 per whole-time equivalent per year}"
    (item,) = _paid(_read("beds", STAFFED, prices))
    assert item.units == (9 * 31, 9 * 14 + 12 * 15)
    assert item.pounds == pytest.approx((100, 100))


def test_a_team_is_paid_by_its_shares() -> None:
    team = "teams:\n  nurses: {whole_time_equivalents: 10, vacancies: 10%}\n"
    capacity = "{workforce: {team: nurses, share: 60%, each_gives: 2 places}}"
    prices = "cost_of_capacity: {council: £100 per whole-time equivalent per day}"
    made = _read("beds", capacity, prices, team)
    assert _paid(made)[0].units == pytest.approx((5.4 * 31, 5.4 * 29))


def test_an_agency_provides_what_is_open_above_the_line() -> None:
    prices = "agency: {above: 10, extra: {hospital: £50 per unit per day}}"
    changes = (
        "changes:\n  - {services: ward, add: 5, from: 2024-02-11}\n"
        "  - {services: ward, what: agency.extra.hospital, multiply_by: 2, "
        "from: 2024-02-01}\n"
    )
    (item,) = _paid(_read("beds", "12", prices, changes))
    assert item.units == (2 * 31, 2 * 10 + 7 * 19)
    assert item.pounds == (50, 100)
    assert item.kind == "agency"


def test_an_agency_provides_a_share() -> None:
    prices = "agency: {share: 25%, extra: {hospital: £50 per slot}}"
    change = (
        "changes:\n  - {services: ward, what: agency.share, set_to: 50%, "
        "from: 2024-02-01}\n"
    )
    (item,) = _paid(_read("slots", "{Mon-Fri 09:00-17:00: 12}", prices, change))
    assert item.units == (23 * 12 * 0.25, 21 * 12 * 0.5)


def test_an_agency_line_may_count_whole_time_equivalents() -> None:
    prices = (
        "agency: {above: 8, extra: {council: £10 per whole-time equivalent per day}}"
    )
    (item,) = _paid(_read("beds", STAFFED, prices))
    assert item.units == (1 * 31, 1 * 14 + 4 * 15)


def test_scale_scales_what_is_paid_for() -> None:
    prices = (
        "cost_of_capacity: {hospital: £1 per unit per day}, "
        "agency: {above: 8, extra: {hospital: £1 per unit per day}}"
    )
    capacity, agency = _paid(_read("beds", "12", prices, "scale: {ratio: 1:2}\n"))
    assert capacity.units == (6 * 31, 6 * 29)
    assert agency.units == (2 * 31, 2 * 29)


def test_what_capacity_costs_is_read_back_in_words() -> None:
    prices = (
        "cost_of_capacity: {hospital: £280 per unit per day}, "
        "agency: {above: 10, extra: {council: £50 per unit per day}}"
    )
    made = _read("beds", "12", prices)
    assert explain(made, tables.model(made)).money == (
        "ward: its capacity costs hospital £201,600 over the period, whether used or "
        "not (720 days of units open).",
        "ward: agencies cost council £6,000 over the period, on top (120 days of units "
        "open).",
    )


AREA = """\
caresim: 1
title: Money
period: {start: 2024-01-01, horizon: 2 months}
groups: {place: [Leeds, York], age: [young, old]}
budgets: [hospital]
services:
  ward:
    kind: beds
    one_per: place
    capacity: 12
    takes: 1 day
    cost_out_of_area: {hospital: {by: age, young: £10 per day, old: £20 per day}}
demand:
  ward: {rate: 1 per day, who: {place: {Leeds: 50%, York: rest}, age: old}}
record: {by: [place, age]}
changes:
  - {services: ward, what: cost_out_of_area.hospital, multiply_by: 2, from: 2024-02-01}
"""


def test_prices_out_of_area_are_for_patients_of_other_places() -> None:
    made = scenarios.parse(AREA)
    (leeds,), (york,) = (service.costs for service in made.services)
    assert leeds.kind == york.kind == "out of area"
    assert leeds.number.values == (0, 0, 10, 20)
    assert york.number.values == (10, 20, 0, 0)
    assert leeds.number.moves[0].groups == (False, False, True, True)
    assert made.services[0].home == ("place", "Leeds")


def test_a_pooled_service_has_nobody_from_elsewhere() -> None:
    pooled = AREA.replace("one_per: place", "one_per: place\n    pooled: yes")
    made = scenarios.parse(
        pooled.replace("cost_out_of_area.hospital", "capacity").replace(
            "multiply_by: 2", "add: 1"
        )
    )
    assert made.services[0].costs == ()


@pytest.mark.parametrize(
    ("text", "value", "per"),
    [
        ("£180 per unit per day", 180, "unit"),
        ("£1 per unit per hour", 24, "unit"),
        ("£36,525 per whole-time equivalent per year", 100, "staff"),
        ("£40 per slot", 40, "slot"),
    ],
)
def test_what_capacity_costs(text: str, value: float, per: str) -> None:
    assert charge(text).value == pytest.approx(value)
    assert charge(text).per == per


@pytest.mark.parametrize(
    "text",
    [
        "£180",
        "180 per unit per day",
        "£180 per bed per day",
        "£1 per slot per day",
        "£-1 per slot",
        "£2000000000 per slot",
    ],
)
def test_what_is_no_price_of_capacity(text: str) -> None:
    with pytest.raises(TextError, match=r"price of capacity|more than"):
        charge(text)
