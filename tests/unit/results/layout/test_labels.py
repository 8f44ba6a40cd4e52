import json
from datetime import date

import pytest

from results.errors import ResultError
from results.layout.labels import GroupLabel, Labels, PriceLabel, microseconds
from tests.unit.results.small import labels, standard


def rich_labels():
    return labels(
        months=(0, 10, 20),
        kinds=("staff", "unlimited"),
        pathways=("hip",),
        clocks=("door to needle",),
        standards=(
            standard(
                "quick",
                "door to needle",
                0.5,
                target=((None, 0.9), ("2000-02-13", 0.8)),
            ),
        ),
        groups=(
            GroupLabel("child", (("age", "child"),)),
            GroupLabel("adult", (("age", "adult"),)),
        ),
        waits=(("staff", "gives up"),),
        rules=(("staff", "full"),),
        budgets=("NHS",),
        prices=(PriceLabel("staff", "NHS", "visit", ((1.0, 2.0), (3.0, 4.0))),),
        scale=0.05,
    )


def test_labels_survive_json():
    before = rich_labels()
    assert Labels.from_dict(json.loads(json.dumps(before.as_dict()))) == before


def test_units_that_stay_open_take_one_entry_in_the_manifest():
    assert labels(months=(0, 2000)).as_dict()["open_census"] == [[[2001, 1]]]


@pytest.mark.parametrize(
    ("part", "damage"),
    [
        ("services", [{"name": "ward"}]),
        ("services", "ward"),
        ("standards", ["quick"]),
        ("open_census", [[[1]]]),
        ("colour", "red"),
    ],
)
def test_damaged_labels_are_refused(part, damage):
    plain = rich_labels().as_dict()
    plain[part] = damage
    with pytest.raises(ResultError, match="labels are damaged"):
        Labels.from_dict(plain)


def test_missing_labels_are_refused():
    plain = rich_labels().as_dict()
    del plain["months"]
    with pytest.raises(ResultError, match="months"):
        Labels.from_dict(plain)


def test_everybody_comes_before_the_recorded_groups():
    assert rich_labels().group_names == ("all", "child", "adult")


def test_a_single_group_is_everybody():
    assert labels().group_names == ("all",)
    assert labels(groups=(GroupLabel("residents"),)).group_names == ("all",)


def test_periods_are_months_and_the_whole():
    of = labels(months=(0, 27, 58))
    assert of.months == (
        "2000-02-03T00:00:00",
        "2000-03-01T00:00:00",
        "2000-04-01T00:00:00",
    )
    assert of.period_names == ("2000-02", "2000-03", "whole")
    assert of.days == (27, 31, 58)


def test_midnights_include_start_and_end():
    assert labels(months=(0, 2)).midnights == (
        date(2000, 2, 3),
        date(2000, 2, 4),
        date(2000, 2, 5),
    )


def test_a_start_in_the_day_has_its_first_midnight_later():
    of = labels(months=(0, 2), start="2000-02-03T08:00:00")
    assert of.midnights == (date(2000, 2, 4), date(2000, 2, 5))


def test_a_target_holds_from_its_date_on():
    quick = rich_labels().standards[0]
    assert quick.target_at("2000-02-12T23:59:59") == 0.9
    assert quick.target_at("2000-02-13") == 0.8


def test_moments_are_microseconds_since_the_first_monday_of_2000():
    assert microseconds("2000-01-03") == 0
    assert microseconds("2000-01-04T00:00:01") == 86_401_000_000
    assert microseconds("2000-01-02") == -86_400_000_000
