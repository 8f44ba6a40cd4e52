"""Questions for capacity as they are written, and all that can be wrong with them."""

from pathlib import Path

import pytest

import scenarios
from scenarios.questions import question

WORLD = """\
caresim: 1
title: A clinic and a ward
period: {start: 2024-01-01, horizon: 6 months, replications: 4}
services:
  clinic:
    kind: staff
    capacity: 4
    takes: {law: exponential, mean: 30 min}
    then: {ward: 5%, leave: rest}
  ward: {kind: beds, capacity: 8, takes: {law: exponential, mean: 2 days}}
demand:
  clinic: {rate: 100 per day}
"""
ASKED = """\
caresim: 1
solve: How many beds hold the wait?
base: world
levers:
  beds:
    {services: ward, add: {between: [0, 20], step: 5}, from: 2024-02-01, each_month: 5}
  staff: {services: clinic, multiply_by: [1, 1.25, 1.5], costs: £90000 a year}
conditions:
  wait: {measure: "ward: wait, mean", at_most: 2 hours, from: 2024-03}
probability: 90%
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "world.yaml").write_text(WORLD, encoding="utf-8")
    return tmp_path


def asked(folder: Path, text: str = ASKED):
    file = folder / "asked.yaml"
    file.write_text(text, encoding="utf-8")
    return question(file)


def said(folder: Path, old: str, new: str) -> list[str]:
    assert old in ASKED
    with pytest.raises(scenarios.ScenarioError) as error:
        asked(folder, ASKED.replace(old, new))
    return [str(problem) for problem in error.value.problems]


def test_levers_have_amounts_dates_and_costs(folder: Path) -> None:
    found = asked(folder)
    beds, staff = found.levers
    assert beds.values == ("0", "5", "10", "15", "20")
    assert staff.values == ("1", "1.25", "1.5")
    assert staff.costs == 90_000
    assert beds.costs is None
    assert [beds.months_until(v) for v in beds.values] == [0, 1, 2, 3, 4]
    assert found.sustainable
    assert (found.margin, found.confidence, found.probability) == (0.05, 0.95, 0.9)


def test_a_plan_is_a_change_for_each_lever_that_does_something(folder: Path) -> None:
    found = asked(folder)
    assert found.changes((0, 0)) == []
    assert found.changes((3, 1)) == [
        {
            "services": "ward",
            "add": "15",
            "from": "2024-02-01",
            "reached_by": "2024-05-01",
        },
        {"services": "clinic", "multiply_by": "1.25"},
    ]
    scenario = found.variant((3, 1)).scenario()
    assert scenario.resolved["changes"] == found.changes((3, 1))
    assert "beds plus 15" in scenario.title


def test_lead_time_moves_the_date(folder: Path) -> None:
    text = ASKED.replace("each_month: 5}", "lead_time: 2 months}")
    (beds, _) = asked(folder, text).levers
    assert asked(folder, text).changes((1, 0))[0]["from"] == "2024-04-01"
    assert beds.months_until("20") == 0


def test_groups_are_not_tallied_for_the_search(folder: Path) -> None:
    world = WORLD.replace("services:", "groups: {age: [young, old]}\nservices:")
    world = world.replace("per day}", "per day, who: {age: {young: 40%, old: rest}}}")
    (folder / "world.yaml").write_text(
        world + "record: {by: [age]}\n", encoding="utf-8"
    )
    assert "record" in scenarios.read(folder / "world.yaml").resolved
    assert "record" not in asked(folder).scenario.resolved


WRONG = [
    ("each_month: 5", "each_month: 0", "write more than 0"),
    ("step: 5", "step: 7", "no whole number of steps"),
    ("between: [0, 20]", "between: [5, 20]", "changes nothing"),
    (", step: 5", "", "in which steps?"),
    ("[1, 1.25, 1.5]", "[1, 1.5, 1.25]", "go up"),
    ("[1, 1.25, 1.5]", "[1]", "two amounts"),
    ("[1, 1.25, 1.5]", "1.5", "amounts belong here"),
    ("[1, 1.25, 1.5]", "[1, many]", "no plain number"),
    ("£90000 a year", "£90000", "pounds a year"),
    ("£90000 a year", "-3", "pounds a year"),
    ("from: 2024-02-01, each_month: 5", "each_month: 5", "from when on?"),
    ("from: 2024-02-01, each_month: 5", "lead_time: 5 months", "from when on?"),
    ("from: 2024-02-01", "from: 2024-13-01", "2024-13-01"),
    ("from: 2024-02-01", "from: 2034-01-01", "outside the run"),
    ("services: ward", "services: wrad", "wrad"),
    ("multiply_by: [1", "set_to: 3, multiply_by: [1", "one thing"),
    ("multiply_by: [1, 1.25, 1.5], ", "", "one thing"),
    ("base: world", "base: nowhere", "nowhere"),
    ("at_most: 2 hours, ", "", "needs one limit"),
    ("at_most: 2 hours", "at_most: 2 hours, at_least: 1 hours", "one limit"),
    ('measure: "ward: wait, mean", at_most: 2 hours, ', "", "what shall be kept?"),
    ('measure: "ward: wait, mean"', "standard: x", "own limit"),
    ("from: 2024-03}", "from: March}", "no month"),
    ("from: 2024-03}", "from: 2024-03, until: 2024-02}", "before"),
    ("from: 2024-03}", "from: 2024-03, each: period}", "no months"),
    (
        'measure: "ward: wait, mean", at_most: 2 hours, from: 2024-03',
        "standard: four hours, each: period",
        "month by month",
    ),
    ("probability: 90%", "", "how surely?"),
    ("probability: 90%", "probability: 100%", "less than 100%"),
    ("probability: 90%", "probability: 90", "percent sign"),
    ("probability: 90%", "probability: 90%\non_average: yes", "drop one"),
    ("probability: 90%", "probability: 90%\nbudget: much", "£2 million a year"),
    ("probability: 90%", "probability: 90%\nsustainable: perhaps", "yes"),
    ("solve: How", "solv: How", "solv"),
]


@pytest.mark.parametrize(("old", "new", "message"), WRONG)
def test_what_is_wrong_is_said_with_its_place(
    folder: Path, old: str, new: str, message: str
) -> None:
    found = said(folder, old, new)
    assert any(message in one for one in found), found
    assert all(one.startswith("asked.yaml:") for one in found), found


def test_all_that_is_wrong_is_said_at_once(folder: Path) -> None:
    found = said(folder, "probability: 90%", "probability: 9\nbudget: much\nmargin: 0%")
    assert len(found) == 3


def test_a_standard_needs_a_probability(folder: Path) -> None:
    text = ASKED.replace(
        'measure: "ward: wait, mean", at_most: 2 hours', "standard: four hours"
    ).replace("probability: 90%", "on_average: yes")
    with pytest.raises(scenarios.ScenarioError, match="one world"):
        asked(folder, text)


@pytest.mark.parametrize(("name", "sort"), [("world", "a scenario"), ("many", "study")])
def test_another_sort_of_file_is_told(folder: Path, name: str, sort: str) -> None:
    study = "caresim: 1\nstudy: Many?\nbase: world\n"
    (folder / "many.yaml").write_text(study, encoding="utf-8")
    with pytest.raises(scenarios.ScenarioError, match=sort):
        question(folder / f"{name}.yaml")


def test_too_many_plans_are_refused(folder: Path) -> None:
    many = "{between: [0, 9999], step: 1}"
    text = ASKED.replace("{between: [0, 20], step: 5}", many).replace(
        "multiply_by: [1, 1.25, 1.5]", f"add: {many}"
    )
    with pytest.raises(scenarios.ScenarioError, match="100,000,000 plans"):
        asked(folder, text)
