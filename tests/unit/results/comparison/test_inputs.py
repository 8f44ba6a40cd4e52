"""Where the inputs of two runs differ, as a planner would say it."""

import pytest

from results.comparison.inputs import ABSENT, differences

WARD = {"kind": "beds", "capacity": "23"}


def said(a, b):
    return [found.text for found in differences(a, b)]


def services(**parts):
    return {"services": {"ward": {**WARD, **parts}}}


def test_equal_scenarios_have_no_difference():
    scenario = {"services": {"ward": {"beds": 3}}, "changes": [{"x": 1}]}
    assert differences(scenario, scenario) == []


def test_differences_name_their_dotted_path():
    a = {"services": {"community mental health": {"staff": 3}}, "seed": 1}
    b = {"services": {"community mental health": {"staff": 4}}, "seed": 1}
    (found,) = differences(a, b)
    assert found[:3] == ("services.community mental health.staff", "3", "4")


def test_what_stands_in_one_only_is_absent_in_the_other():
    a = {"changes": [{"demand": "all"}]}
    b = {"changes": [{"demand": "all", "from": "2022-04-01"}, {"services": ["x", 1]}]}
    assert [found[:3] for found in differences(a, b)] == [
        ("changes[0]", "{demand: all}", "{demand: all, from: 2022-04-01}"),
        ("changes[1]", ABSENT, "{services: [x, 1]}"),
    ]


def test_a_map_in_place_of_a_text_is_one_difference():
    (found,) = differences({"then": "ward"}, {"then": {"ward": "30%"}})
    assert found[:3] == ("then", "ward", "{ward: 30%}")


def test_titles_and_notes_are_no_inputs():
    a = {"title": "a", "name": "a", "notes": "old", "extends": "x"}
    assert differences(a, {"title": "b", "name": "b"}) == []


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"capacity": "25"}, "Input: ward: capacity: 23 → 25 beds (+8.7%)."),
        ({"capacity": "20"}, "Input: ward: capacity: 23 → 20 beds (−13%)."),
        ({"capacity": "23 (count)"}, None),
        (
            {"then": {"home": "90%"}},
            "Input added: ward: then: home 90%.",
        ),
    ],
)
def test_a_number_of_a_service_is_said_with_its_unit(parts, sentence):
    assert said(services(), services(**parts)) == ([sentence] if sentence else [])


def test_times_and_money_are_said_with_their_units():
    a = services(takes={"law": "lognormal", "mean": "15 min"}, cost={"NHS": "£40"})
    b = services(takes={"law": "lognormal", "mean": "12 min"}, cost={"NHS": "£50"})
    assert said(a, b) == [
        "Input: ward: takes, mean: 15 min → 12 min (−20%).",
        "Input: ward: cost, NHS: £40 → £50 (+25%).",
    ]


def test_units_that_differ_and_dates_have_no_percentage():
    a = services(takes="15 min", opens="2024-04-01")
    b = services(takes="1 hour", opens="2025-04-01")
    assert said(a, b) == [
        "Input: ward: takes: 15 min → 1 hour.",
        "Input: ward: opens: 2024-04-01 → 2025-04-01.",
    ]


def test_a_service_more_is_told_whole():
    clinic = {"kind": "staff", "takes": {"law": "exponential", "mean": "9 min"}}
    b = {"services": {"ward": WARD, "clinic": clinic}}
    assert said(services(), b) == [
        "Input added: clinic: kind staff, takes exponential (mean 9 min)."
    ]
    assert said(b, services())[0].startswith("Input left out: clinic: ")


RAMP = {
    "demand": {"sector": "mental health"},
    "multiply_by": "1.30",
    "from": "2022-04-01",
    "reached_by": "2025-04-01",
}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            RAMP,
            "Change added: demand for the sector mental health: × 1.30 (+30%), from "
            "2022-04-01, in a straight line up to 2025-04-01.",
        ),
        (
            {"services": "ward", "add": "-4", "in_months": ["Dec", "Jan"]},
            "Change added: capacity of ward: 4 fewer, every Dec, Jan.",
        ),
        (
            {"services": "ward", "what": "takes.mean", "set_to": "3 days"},
            "Change added: takes.mean of ward: set to 3 days.",
        ),
        (
            {"routes": {"into": "ward", "out_of": ["A&E", "clinic"]}, "multiply_by": 2},
            "Change added: routes into ward, out of A&E, clinic: × 2 (+100%).",
        ),
        (
            {"demand": "all", "curve": {"2022-04-01": 1, "2023-04-01": "1.2"}},
            "Change added: demand for all: by a curve: 2022-04-01 1, 2023-04-01 1.2.",
        ),
    ],
)
def test_changes_are_read_aloud(change, sentence):
    assert said({"changes": []}, {"changes": [change]}) == [sentence]


def test_a_change_in_between_does_not_make_the_later_ones_differ():
    first, last = {"services": "ward", "add": "6"}, {"people": "all", "add": "9"}
    found = said({"changes": [first, last]}, {"changes": [first, RAMP, last]})
    assert len(found) == 1
    assert found[0].startswith("Change added: demand for the sector")


def test_a_change_that_becomes_stronger_is_one_difference():
    stronger = {**RAMP, "multiply_by": "1.50"}
    assert said({"changes": [RAMP]}, {"changes": [stronger]}) == [
        "Change: demand for the sector mental health: × 1.30 (+30%), from 2022-04-01, "
        "in a straight line up to 2025-04-01 → × 1.50 (+50%), from 2022-04-01, in a "
        "straight line up to 2025-04-01."
    ]


def test_a_change_in_place_of_another_is_two_differences():
    found = said({"changes": [RAMP]}, {"changes": [{"services": "ward", "add": "6"}]})
    assert [text.split(":")[0] for text in found] == [
        "Change left out",
        "Change added",
    ]


def test_lists_of_numbers_are_one_difference():
    a, b = ({"profiles": {"winter": {"months": m}}} for m in ([1, 1.5], [1, 1.2]))
    assert said(a, b) == ["Input: profile winter: months: 1, 1.5 → 1, 1.2."]
