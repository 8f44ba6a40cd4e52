"""No stream brings more patients a day than the engines can tell apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scenarios import tables
from tests.unit.scenarios.clinics import read, refused

PEOPLE = "groups:\n  age: [child, adult]\npeople:\n  number: {by: age, child: 1000, "
NOBODY = (PEOPLE + "adult: 4000}\n", "")


def test_the_limit_itself_can_be_simulated() -> None:
    scenario = read(NOBODY, ("50 per day", "524288 per day"))
    model = tables.model(scenario)
    assert model.values[model.clouds[0]["level"]]["base"] == 524288


def test_one_more_is_refused() -> None:
    (said,) = refused(NOBODY, ("50 per day", "524289 per day"))
    assert said.startswith("demand.clinic.rate: this is 524,289 a day; at most 524,288")
    assert said.endswith(
        "in one stream. Divide it into several streams, or write `scale: {ratio: 1:2}`."
    )


def test_each_group_may_reach_the_limit() -> None:
    rates = "{by: age, child: 500000 per day, adult: 500000 per day}"
    assert len(tables.model(read(("50 per day", rates))).clouds) == 2


def test_the_scale_that_is_proposed_will_do() -> None:
    much = ("50 per day", "300000 per hour")
    (said,) = refused(much)
    assert "1:11" in said
    read(much, ("title: A clinic\n", "title: A clinic\nscale: {ratio: 1:11}\n"))
    assert refused(much, ("title: A clinic\n", "title: x\nscale: {ratio: 1:10}\n"))


def test_a_pulse_of_one_day_is_seen() -> None:
    pulse = "changes:\n  - {demand: clinic, multiply_by: 20, from: 2024-05-01, "
    (said,) = refused(
        NOBODY, ("50 per day", "30000 per day"), more=pulse + "until: 2024-05-02}\n"
    )
    assert said.startswith("changes.0: at its highest, on 2024-05-01, this is 600,000")


def test_a_change_that_lowers_what_is_too_much_makes_it_right() -> None:
    change = "changes:\n  - {demand: clinic, multiply_by: 0.1}\n"
    read(NOBODY, ("50 per day", "600000 per day"), more=change)


def test_a_scenario_put_together_by_hand_is_refused_as_well() -> None:
    scenario = read(NOBODY)
    (stream,) = scenario.streams
    much = replace(stream, rate=replace(stream.rate, values=(6e5,)))
    with pytest.raises(ValueError, match=r"demand\.clinic: more than 524,288"):
        tables.model(replace(scenario, streams=(much,)))
