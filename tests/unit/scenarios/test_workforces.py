"""Capacities that are worked out from whole-time equivalents, checked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

import scenarios
from kernels.calendars import open_time, rows_of
from kernels.layout import DAY, HOUR
from scenarios import tables
from scenarios.explain import explain
from scenarios.scenario import Scenario

HEAD = """\
caresim: 1
title: Staff
period: {start: 2024-01-01, horizon: 1 year}
"""


def _read(
    kind: str, workforce: str, *, takes: str = "1 day", more: str = ""
) -> Scenario:
    text = (
        f"{HEAD}services:\n  clinic: {{kind: {kind}, takes: {takes}, capacity: "
        f"{{workforce: {{{workforce}}}}}}}\ndemand:\n  clinic: {{rate: 1 per day}}\n"
    )
    return scenarios.parse(text + more)


def _rows(scenario: Scenario, service: int = 0) -> list[tuple[str, int]]:
    """Return the day on which each capacity begins, and the capacity."""
    rows = rows_of(tables.model(scenario), service)
    epoch = np.datetime64("2000-01-03", "us")
    return [
        (str((epoch + np.timedelta64(int(r["time"]), "us")).astype("M8[D]")), int(c))
        for r, c in zip(rows, rows["capacity"], strict=True)
    ]


def test_shares_are_taken_off_one_after_the_other() -> None:
    made = _read(
        "caseload",
        "whole_time_equivalents: 34, each_gives: 37 places, leave: 15%, sickness: 6%, "
        "vacancies: 8%, other_duties: 10%",
    )
    # 34 x 0.92 x 0.85 x 0.94 x 0.90 = 22.4934 whole-time equivalents, x 37 = 832.3
    assert _rows(made) == [("2024-01-01", 832)]


def test_travel_and_beds_count_as_well() -> None:
    made = _read(
        "beds", "whole_time_equivalents: 10, each_gives: 3 places, travel: 25%"
    )
    assert _rows(made) == [("2024-01-01", 23)]  # 22.5, halves up


def test_recruits_start_after_their_lead_time_and_fill_no_vacancy_share() -> None:
    made = _read(
        "caseload",
        "whole_time_equivalents: 10, vacancies: 50%, each_gives: 10 places, "
        "sickness: 10%, recruits: {2024-03-31: 2}, lead_time: 3 months",
    )
    # (10 x 0.5) x 0.9 x 10 = 45, then (5 + 2) x 0.9 x 10 = 63; 31 March + 3 months
    assert _rows(made) == [("2024-01-01", 45), ("2024-06-30", 63)]


def test_leavers_leave_at_the_same_risk_every_day() -> None:
    made = _read(
        "caseload",
        "whole_time_equivalents: 100, each_gives: 10 places, leavers: 10% per year",
    )
    rows = _rows(made)
    weeks = (rows_of(tables.model(made), 0)["time"] - made.period.start) / (7 * DAY)
    left = [math.floor(1000 * 0.9 ** (w * 7 / 365.25) + 0.5) for w in weeks]
    assert [capacity for _, capacity in rows] == left
    assert all(w == int(w) for w in weeks)  # looked at on Mondays
    assert rows[-1][1] == 900


def test_leavers_reduce_recruits_from_their_first_day_on() -> None:
    made = _read(
        "caseload",
        "whole_time_equivalents: 0, each_gives: 1000 places, leavers: 10% per year, "
        "recruits: {2024-07-01: 1}",
    )
    rows = dict(_rows(made))
    assert rows["2024-07-01"] == 1000
    assert rows["2024-12-30"] == math.floor(1000 * 0.9 ** (182 / 365.25) + 0.5)


def test_sickness_may_differ_by_month() -> None:
    made = _read(
        "caseload",
        "whole_time_equivalents: 10, each_gives: 10 places, "
        "sickness: {Jan: 20%, Dec: 30%, rest: 10%}",
    )
    assert _rows(made) == [("2024-01-01", 80), ("2024-02-01", 90), ("2024-12-01", 70)]


def test_hours_come_out_right_although_staff_are_whole() -> None:
    made = _read(
        "staff",
        "whole_time_equivalents: 4.7, each_gives: 30 hours per week, "
        "during: [Mon-Thu 09:00-17:00, Fri 09:00-13:00]",
        takes="30 min",
    )
    model = tables.model(made)
    hours = open_time(model)[:, 0].sum() / HOUR
    # 141 hours a week in 36 hours: 3.917 on duty. 2024 has 52 Fridays and 53 Mondays
    # and Tuesdays, so 36 x 52 + 2 x 8 hours are open.
    assert abs(hours - 4.7 * 30 / 36 * (36 * 52 + 16)) < 8
    assert set(rows_of(model, 0)["capacity"]) == {0, 3, 4, 5}


def test_working_days_give_nothing_on_bank_holidays() -> None:
    of = "whole_time_equivalents: 4, each_gives: 40 hours per week, during: "
    every = _read("staff", of + "Mon-Fri 09:00-17:00", takes="30 min")
    some = _read("staff", of + "working days 09:00-17:00", takes="30 min")
    hours = [open_time(tables.model(s))[:, 0].sum() / HOUR for s in (every, some)]
    assert hours == [4 * 8 * 262, 4 * 8 * (262 - 8)]


def test_slots_add_up_to_the_contacts_of_a_week() -> None:
    made = _read(
        "slots",
        "whole_time_equivalents: 3, each_gives: 22 per week, travel: 10%, "
        "during: [Mon-Thu 09:00-17:00, Fri 09:00-13:00]",
        takes="30 min",
    )
    rows = rows_of(tables.model(made), 0)
    # 59.4 a week; 36 hours: 13.2 on a long day, 6.6 on a Friday
    assert set(rows["capacity"]) == {13, 14, 6, 7}
    weeks = rows["capacity"][:260].reshape(52, 5).sum(axis=1)
    assert set(weeks) <= {59, 60}
    assert abs(weeks.sum() - 59.4 * 52) < 1


def test_a_month_of_contacts_is_a_twelfth_of_a_year() -> None:
    made = _read(
        "slots",
        "whole_time_equivalents: 1, each_gives: 100 per month, during: 09:00-17:00",
        takes="30 min",
    )
    total = rows_of(tables.model(made), 0)["capacity"].sum()
    assert abs(total - 1200 * 366 / 365.25) < 1


def test_changes_act_on_every_part_and_on_the_whole() -> None:
    made = _read(
        "caseload",
        "whole_time_equivalents: 10, each_gives: 10 places, sickness: 10%",
        more=(
            "changes:\n"
            "  - {services: clinic, what: capacity.workforce.sickness, set_to: 20%, "
            "from: 2024-02-01}\n"
            "  - {services: clinic, what: capacity.workforce.each_gives, "
            "add: 5 places, from: 2024-03-01}\n"
            "  - {services: clinic, what: capacity.workforce.whole_time_equivalents, "
            "add: 2, from: 2024-04-01}\n"
            "  - {services: clinic, multiply_by: 0.5, from: 2024-05-01}\n"
        ),
    )
    assert _rows(made) == [
        ("2024-01-01", 90),
        ("2024-02-01", 80),
        ("2024-03-01", 120),
        ("2024-04-01", 144),
        ("2024-05-01", 72),
    ]


def test_a_ramp_of_posts_is_followed_week_by_week() -> None:
    made = _read(
        "caseload",
        "whole_time_equivalents: 10, each_gives: 10 places",
        more=(
            "changes:\n  - {services: clinic, what: "
            "capacity.workforce.whole_time_equivalents, add: 10, from: 2024-01-01, "
            "reached_by: 2024-03-11}\n"  # ten weeks: one a week
        ),
    )
    assert [capacity for _, capacity in _rows(made)] == [*range(100, 210, 10)]
    assert _rows(made)[1] == ("2024-01-08", 110)


TEAM = """\
caresim: 1
title: A team
period: {start: 2024-01-01, horizon: 1 year}
scale: {ratio: 1:2}
teams:
  nurses: {whole_time_equivalents: 20, vacancies: 10%, sickness: 5%}
services:
  clinic:
    kind: caseload
    capacity:
      workforce: {team: nurses, share: 60%, each_gives: 20 places, travel: 10%}
    takes: 1 day
  ward:
    kind: beds
    capacity: {workforce: {team: nurses, share: 40%, each_gives: 5 places}}
    takes: 1 day
demand:
  clinic: {rate: 1 per day}
  ward: {rate: 1 per day}
"""


def test_a_team_is_shared_out_and_scaled() -> None:
    change = (
        "changes:\n  - {teams: nurses, what: sickness, set_to: 15%, from: 2024-02-01}\n"
    )
    made = scenarios.parse(TEAM + change)
    # clinic: 18 x 0.6 x 0.95 x 0.9 x 20 = 184.68, half of it 92.3; ward 34.2: 17.1
    assert _rows(made, 0) == [("2024-01-01", 92), ("2024-02-01", 83)]
    assert _rows(made, 1) == [("2024-01-01", 17), ("2024-02-01", 15)]


def test_a_workforce_is_read_back_in_words() -> None:
    made = scenarios.parse(TEAM)
    words = explain(made, tables.model(made)).staff
    assert words == (
        "Team nurses: 18 of 20 whole-time equivalents in post at the start, 18 at the "
        "end.",
        "clinic: 60% of the team nurses, 10.8, 10.26 after sickness (5%), 9.23 after "
        "travel (10%); each gives 20 places: 184.68 places at the start, 184.68 at the "
        "end.",
        "ward: 40% of the team nurses, 7.2, 6.84 after sickness (5%); each gives 5 "
        "places: 34.2 places at the start, 34.2 at the end.",
    )
    lone = _read(
        "slots",
        "whole_time_equivalents: 1, each_gives: 22 per week, during: 09:00-17:00, "
        "recruits: {2024-09-01: 0.5, 2026-01-01: 1}",
        takes="30 min",
    )
    assert explain(lone, tables.model(lone)).staff == (
        "clinic: 1 of 1 whole-time equivalent in post; each gives 22 per week: 22 "
        "slots a week at the start, 33 at the end. Recruits start work: 0.5 on "
        "2024-09-01, 1 on 2026-01-01 (after the end).",
    )


def test_a_childs_team_can_be_added_and_the_parents_changed(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "parent.yaml").write_text(TEAM, encoding="utf-8")
    child = (
        "caresim: 1\nextends: parent\ntitle: x\nteams:\n"
        "  doctors: {whole_time_equivalents: 4}\nservices:\n  room: {kind: beds, "
        "capacity: {workforce: {team: doctors, each_gives: 2 places}}, takes: 1 day}\n"
        "demand:\n  room: {rate: 1 per day}\nchanges:\n  - {teams: nurses, add: 20}\n"
    )
    (tmp_path / "child.yaml").write_text(child, encoding="utf-8")
    made = scenarios.read(tmp_path / "child.yaml")
    found = [_rows(made, i)[0][1] for i in range(3)]
    assert found == [185, 34, 4]


@pytest.mark.parametrize(
    ("text", "value", "per"),
    [
        ("37 places", 37, "places"),
        ("1 place", 1, "places"),
        ("22 per week", 22, "slots"),
        ("4 per day", 28, "slots"),
        ("30 hours per week", 30, "hours"),
        ("1,500 hours per year", 1500 / (365.25 / 7), "hours"),
    ],
)
def test_what_a_whole_time_equivalent_gives(text: str, value: float, per: str) -> None:
    from scenarios.rates import output

    read = output(text)
    assert abs(read.value - value) < 1e-9
    assert read.per == per


@pytest.mark.parametrize(
    "text",
    ["37", "places", "37 beds", "-3 places", "30 hours", "1e99 places", "3 per x"],
)
def test_what_no_whole_time_equivalent_gives(text: str) -> None:
    from scenarios.rates import output
    from scenarios.texts import TextError

    with pytest.raises(TextError, match=r"output|negative|more than"):
        output(text)


def test_recruits_may_come_long_after_the_end() -> None:
    of = "whole_time_equivalents: 1, each_gives: 2 places, recruits: {2059-12-01: 1}, "
    assert _rows(_read("beds", of + "lead_time: 1000 years")) == [("2024-01-01", 2)]
