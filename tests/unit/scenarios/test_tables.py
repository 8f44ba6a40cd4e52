"""From a scenario to tables: curves, openings, profiles, prices and flows."""

import numpy as np
import pytest

import scenarios
from kernels.calendars import open_census, open_time
from kernels.layout import DAY, EPOCH, HOUR, Model
from kernels.values import value_at
from scenarios import tables
from scenarios.explain import explain
from scenarios.flows import flows
from scenarios.prices import monthly_prices

HEAD = """\
caresim: 1
title: A test
period: {start: 2024-01-01, horizon: 1 year}
"""


def model_of(text: str) -> Model:
    return tables.model(scenarios.parse(HEAD + text))


def at(day: str) -> int:
    return int((np.datetime64(day, "us") - EPOCH).astype(int))


def clinic(capacity: str, *, kind: str = "staff", changes: str = "") -> Model:
    return model_of(
        f"services:\n  clinic: {{kind: {kind}, capacity: {capacity}, takes: 15 min}}\n"
        f"demand:\n  clinic: {{rate: 10 per day}}\n{changes}"
    )


def units(model: Model, moment: str) -> int:
    rows = model.calendar
    return int(rows["capacity"][np.searchsorted(rows["time"], at(moment), "right") - 1])


def test_working_days_leave_out_weekends_and_bank_holidays() -> None:
    model = clinic("{working days 09:00-17:00: 3}")
    assert units(model, "2024-01-01T10:00") == 0  # New Year's Day
    assert units(model, "2024-01-02T09:00") == 3
    assert units(model, "2024-01-02T08:59") == 0
    assert units(model, "2024-01-02T17:00") == 0
    assert units(model, "2024-01-06T10:00") == 0  # a Saturday


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    model = clinic("{Fri 20:00-08:00: 2}")
    assert units(model, "2024-01-05T21:00") == 2
    assert units(model, "2024-01-06T07:59") == 2
    assert units(model, "2024-01-06T08:00") == 0
    assert units(model, "2024-01-05T07:00") == 0


def test_an_entry_for_bank_holidays_replaces_that_day() -> None:
    model = clinic("{every day 08:00-20:00: 4, bank holidays 10:00-12:00: 1}")
    assert units(model, "2024-01-01T09:00") == 0
    assert units(model, "2024-01-01T10:00") == 1
    assert units(model, "2024-01-02T09:00") == 4


def test_capacity_on_a_ramp_is_rounded_to_whole_units_halves_up() -> None:
    change = (
        "changes:\n  - {services: clinic, add: 2, from: 2024-02-01, "
        "reached_by: 2024-02-21}\n"
    )
    model = clinic("10", kind="beds", changes=change)
    # 10 + 2 (t / 20 days): 10.5 after 5 days, 11.5 after 15.
    assert units(model, "2024-02-05T23:59") == 10
    assert units(model, "2024-02-06T00:01") == 11
    assert units(model, "2024-02-15T23:59") == 11
    assert units(model, "2024-02-16T00:01") == 12
    assert units(model, "2024-12-01") == 12


def test_a_pulse_ends_as_if_it_had_not_been() -> None:
    change = (
        "changes:\n  - {services: clinic, multiply_by: 0, from: 2024-07-01, "
        "until: 2024-07-15}\n"
    )
    model = clinic("3", changes=change)
    assert [
        units(model, f"2024-{d}") for d in ("06-30", "07-01", "07-14", "07-15")
    ] == [
        3,
        0,
        0,
        3,
    ]


def test_fractions_of_slots_are_carried_from_session_to_session() -> None:
    text = """\
scale: {ratio: 1:20}
services:
  theatre: {kind: slots, capacity: {Mon-Fri 08:00-18:00: 476}, takes: 1 hour}
demand:
  theatre: {rate: 200 per day}
"""
    model = model_of(text)
    # 476 / 20 = 23.8 a day, so 119 in any five sessions.
    sessions = model.calendar["capacity"].astype(int)
    assert set(sessions) == {23, 24}
    fives = np.convolve(sessions, np.ones(5, dtype=int), "valid")
    assert set(fives) == {119}


def test_open_time_and_census_follow_the_calendar() -> None:
    model = clinic("{every day 08:00-20:00: 4}")
    january = open_time(model)[0, 0]
    assert january == 31 * 12 * HOUR * 4
    assert set(open_census(model)[1:, 0].tolist()) == {0}
    always = clinic("5", kind="beds")
    assert open_time(always)[1, 0] == 29 * DAY * 5
    assert set(open_census(always)[1:, 0].tolist()) == {5}


def level(model: Model, moment: str) -> float:
    row = int(model.clouds["level"][0])
    return float(value_at(model.values, model.knots, row, at(moment)))


def test_a_day_without_capacity_stays_shut_at_a_smaller_scale() -> None:
    week = "{Mon-Fri 09:00-17:00: 8, Sat 09:00-12:00: 0}"
    instead = "scale: {ratio: 1:4, instead: {clinic: {Mon-Fri 09:00-17:00: 3, "
    model = clinic(week, changes=instead + "Sat 09:00-12:00: 0}}}\n")
    assert units(model, "2024-01-05T10:00") == 3
    assert units(model, "2024-01-06T10:00") == 0


def test_demand_ramps_in_straight_lines_and_grows_from_the_start() -> None:
    change = (
        "changes:\n  - {demand: clinic, multiply_by: 1.3, from: 2024-02-01, "
        "reached_by: 2024-03-02}\n"
    )
    model = clinic("5", changes=change)
    assert level(model, "2024-01-15") == 10
    assert level(model, "2024-02-16") == pytest.approx(10 * (1 + 0.3 * 15 / 30))
    assert level(model, "2024-06-01") == pytest.approx(13)
    growing = model_of(
        "services:\n  clinic: {kind: unlimited, takes: 1 day}\n"
        "demand:\n  clinic: {rate: 10 per day, growth: 4% per year}\n"
    )
    assert level(growing, "2024-07-01") == pytest.approx(10 * 1.04 ** (182 / 365.25))


def test_a_profile_has_mean_one_and_stands_still_while_closed() -> None:
    model = model_of(
        "services:\n  clinic: {kind: unlimited, takes: 1 day}\n"
        "demand:\n  clinic: {rate: 10 per day, profile: office}\n"
        "profiles:\n  office: {during: {working days 09:00-17:00: 1}}\n"
    )
    shapes = model.shapes
    lengths = np.diff(shapes["time"]) / DAY
    assert np.allclose(np.diff(shapes["tau"]), lengths * shapes["weight"][:-1])
    # 8 hours on some 252.9 working days of 365.25: the weight is about 4.33.
    assert shapes["weight"].max() == pytest.approx(3 * 365.25 / 252.9, rel=0.002)
    assert set(np.unique(shapes["weight"] > 0)) == {False, True}


def test_a_price_that_moves_within_a_month_counts_with_its_mean() -> None:
    text = """\
budgets: [hospital]
services:
  ward: {kind: beds, capacity: 5, takes: 3 days, cost: {hospital: £100 per day}}
demand:
  ward: {rate: 1 per day}
changes:
  - {services: ward, what: cost.hospital, set_to: £200 per day, from: 2024-01-11}
"""
    scenario = scenarios.parse(HEAD + text)
    model = tables.model(scenario)
    prices = monthly_prices(scenario, model, scenario.services[0].costs[0])
    assert prices[0][0] == pytest.approx((10 * 100 + 21 * 200) / 31)
    assert prices[1][0] == 200


JACKSON = """\
services:
  triage: {kind: staff, capacity: 3, takes: {law: exponential, mean: 15 min}, \
then: {imaging: 50%, observation: 30%, leave: rest}}
  imaging: {kind: staff, capacity: 2, takes: {law: exponential, mean: 10 min}, \
then: {triage: 40%, observation: 20%, leave: rest}}
  observation: {kind: staff, capacity: 10, takes: {law: exponential, mean: 2 hours}, \
then: {triage: 10%, leave: rest}}
demand:
  triage: {rate: 8 per hour}
"""


def test_flows_solve_the_traffic_equations_of_a_network_with_feedback() -> None:
    model = model_of(JACKSON)
    found = flows(model, model.start, model.end)
    # The open Jackson network of the validation pack (T17a), patients per hour.
    assert found.joined[:, 0] / 24 == pytest.approx(
        [10.5263157895, 5.26315789474, 4.21052631579], rel=1e-9
    )


@pytest.mark.parametrize(
    ("ratio", "written", "room"),
    [
        ("1:1", 50, 50),
        ("1:20", 60, 3),
        ("1:20", 50, 3),  # 2.5: halves go up
        ("1:20", 49, 2),
        ("1:20", 3, 1),  # never none because of the scale
        ("1:20", 0, 0),  # nobody may wait
        ("1:3", 9, 3),
    ],
)
def test_a_line_is_scaled_like_the_people_in_it(
    ratio: str, written: int, room: int
) -> None:
    rule = f"turned_away: {{full: {{when_waiting: {written}, then: leave}}}}"
    model = model_of(
        f"scale: {{ratio: {ratio}, instead: {{clinic: 2}}}}\nservices:\n"
        f"  clinic: {{kind: staff, capacity: 20, takes: 15 min, {rule}}}\n"
        "demand:\n  clinic: {rate: 900 per day}\n"
    )
    assert [int(r) for r in model.rules["room"]] == [room]


def test_explain_says_how_long_a_line_may_be_at_a_smaller_scale() -> None:
    text = (
        "services:\n  clinic:\n    kind: staff\n    capacity: 20\n"
        "    takes: 15 min\n    turned_away:\n"
        "      full: {when_waiting: 50, then: leave}\n"
        "      engaged: {when_waiting: 0, then: leave}\n"
        "      not accepted: {share: 10%, then: leave}\n"
        "demand:\n  clinic: {rate: 900 per day}\n"
    )
    whole = scenarios.parse(HEAD + text)
    assert explain(whole, tables.model(whole)).lines == ()
    small = scenarios.parse(HEAD + "scale: {ratio: 1:20}\n" + text)
    (line,) = explain(small, tables.model(small)).lines
    assert line == (
        "clinic: 'full' turns away when 50 wait. At this scale these are 3 simulated "
        "patients, standing for 60."
    )


def test_explain_says_who_falls_short_and_from_when() -> None:
    text = JACKSON + (
        "changes:\n  - {demand: triage, multiply_by: 1.3, from: 2024-05-01}\n"
    )
    scenario = scenarios.parse(HEAD + text)
    found = explain(scenario, tables.model(scenario))
    uses = [load.use for load in found.of("triage")]
    assert uses[0] == pytest.approx(0.877192982456, rel=1e-6)
    assert uses[-1] == pytest.approx(0.877192982456 * 1.3, rel=1e-6)
    assert any(
        s.startswith("triage falls short from May 2024 (month 5): it needs 3.3 staff")
        for s in found.sentences()
    )
