"""Studies of a little more capacity: which scenarios they make."""

import pytest

from scenarios import ScenarioError
from scenarios.studies.marginal import More, marginal_study, more_of

WORLD = """\
caresim: 1
title: A town
period: {start: 2024-01-01, horizon: 10 days}
groups:
  place: [Leeds, Wakefield]
services:
  desk: {kind: staff, capacity: {08:00-20:00: 2}, takes: 9 min}
  ward:
    kind: beds
    one_per: place
    capacity: {by: place, Leeds: 40, Wakefield: 20}
    takes: 2 days
  home: {kind: unlimited, takes: 1 day}
demand:
  desk: {rate: 3 per day, who: {place: {Leeds: 70%, Wakefield: rest}}}
  ward: {rate: 3 per day, who: {place: {Leeds: 70%, Wakefield: rest}}}
  home: {rate: 3 per day, who: {place: {Leeds: 70%, Wakefield: rest}}}
"""


@pytest.fixture
def town(tmp_path):
    path = tmp_path / "town.yaml"
    path.write_text(WORLD, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("1", More("add", "1", "1")),
        (" 2.5 ", More("add", "2.5", "2.5")),
        ("5%", More("multiply_by", "1.05", "5%")),
        ("12.5 %", More("multiply_by", "1.125", "12.5 %")),
        ("0", None),
        ("-1", None),
        ("nan", None),
        ("one", None),
        ("", None),
        ("%", None),
    ],
)
def test_how_much_more_is_a_number_or_a_share(text, more):
    assert more_of(text) == more


def test_every_service_with_a_limit_gets_more_one_at_a_time(town):
    found = marginal_study(town, None, More("add", "1", "1"))
    services = [one.service for one in found.changed]
    assert services == ["desk", "ward in Leeds", "ward in Wakefield"]
    assert found.study.name == "town-marginal"
    assert found.study.baseline == "town"
    assert [v.name for v in found.study.variants] == [
        "town",
        "town_desk-1-more-server",
        "town_ward-in-leeds-1-more-bed",
        "town_ward-in-wakefield-1-more-bed",
    ]
    base = found.study.variants[0].scenario()
    for variant, one in zip(found.study.variants[1:], found.changed, strict=True):
        scenario = variant.scenario()
        for before, after in zip(base.services, scenario.services, strict=True):
            is_same = before.capacity == after.capacity
            assert is_same == (before.name != one.service)


def test_services_can_be_chosen(town):
    found = marginal_study(town, ["desk"], More("multiply_by", "1.5", "50%"))
    assert [one.more for one in found.changed] == ["50% more"]
    with pytest.raises(ScenarioError) as error:
        marginal_study(town, ["home", "dask"], More("add", "1", "1"))
    said = sorted(str(problem) for problem in error.value.problems)
    assert "'dask' is not in services. Did you mean 'desk'?" in said[0]
    assert "services.home has no 'capacity'" in said[1]
