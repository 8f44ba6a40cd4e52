"""Every number of a scenario is listed, with the source that it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

import scenarios
from scenarios.assumptions import declared, figures
from scenarios.scenario import Number, Scenario
from tests.worlds import shipped

TEXT = """\
caresim: 1
title: A clinic
source: guess
sources:
  sourced: {KH03: "NHS England, beds"}
  assumption: {guess: Our own}
period: {start: 2024-01-01, horizon: 2 months}
groups: {age: [child, adult]}
people: {number: {by: age, child: 4000 (KH03), adult: 16000}}
services:
  24 hour clinic:
    kind: staff
    capacity: {08:00-20:00: 3 (KH03), 20:00-08:00: 2}
    takes: {law: gamma, mean: {by: age, child: 30 min, adult: 45 min}, cv: 0.8}
    cost: {NHS: £114 per visit (KH03)}
    while_waiting: {gives up: {risk: 1.5% per week, then: leave}}
    source: KH03
budgets: [NHS]
demand:
  24 hour clinic: {rate: 2 per 1000 people per week, profile: day}
profiles:
  day: {days: [1, 1, 1, 1, 1, 0.5, 0.5]}
changes:
  - demand: 24 hour clinic
    multiply_by: 1.3
    from: 2024-02-01
"""
LISTED = [
    ("people.number.child", "4000", "", "KH03"),
    ("people.number.adult", "16000", "", "guess"),
    ("services.24 hour clinic.capacity.08:00-20:00", "3", "", "KH03"),
    ("services.24 hour clinic.capacity.20:00-08:00", "2", "", "KH03"),
    ("services.24 hour clinic.takes.mean", "child: 30; adult: 45", "min", "KH03"),
    ("services.24 hour clinic.takes.cv", "0.8", "", "KH03"),
    ("services.24 hour clinic.cost.NHS", "£114", "£ per visit", "KH03"),
    (
        "services.24 hour clinic.while_waiting.gives up.risk",
        *("1.5", "% per week", "KH03"),
    ),
    ("demand.24 hour clinic.rate", "2", "per 1000 people per week", "guess"),
    ("profiles.day.days", "1, 1, 1, 1, 1, 0.5, 0.5", "", "guess"),
    ("changes.0.multiply_by", "1.3", "", "guess"),
    ("changes.0.from", "2024-02-01", "date", "guess"),
]


def test_numbers_stand_with_their_unit_and_the_nearest_source() -> None:
    found = figures(scenarios.parse(TEXT).resolved)
    rows = [(f.place, f.value, f.unit, f.source and f.source.name) for f in found]
    assert sorted(rows) == sorted(LISTED)


def test_a_number_without_a_source_says_so() -> None:
    bare = TEXT.replace("source: guess\n", "").replace("    source: KH03\n", "")
    found = {f.place: f for f in figures(scenarios.parse(bare).resolved)}
    assert found["services.24 hour clinic.takes.cv"].source is None
    source = found["services.24 hour clinic.cost.NHS"].source
    assert source is not None
    assert (source.status, source.citation) == ("sourced", "NHS England, beds")


def numbers(thing: object) -> Iterator[Number]:
    """Yield every `Number` of a scenario."""
    if isinstance(thing, Number):
        yield thing
    elif is_dataclass(thing):
        for field in fields(thing):
            if field.name != "resolved":
                yield from numbers(getattr(thing, field.name))
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from numbers(part)
    elif isinstance(thing, dict):
        yield from numbers(list(thing.values()))


@pytest.mark.parametrize("name", ["west-yorkshire", "young-people", "red-kite-view"])
def test_what_the_reader_knows_of_sources_is_what_the_list_says(name: str) -> None:
    scenario: Scenario = scenarios.read(name)
    listed = {f.place: f for f in figures(scenario.resolved)}
    compared = 0
    for number in numbers(scenario):
        figure = listed.get(number.place)
        if figure is not None and number.source is not None:
            assert figure.source == number.source, number.place
            compared += 1
    assert compared > 20


def as_written(place: str, blocks: dict[str, str]) -> str:
    """Return the place at which a number of a part is written: in its block."""
    names = [blocks.get(name, name) for name in place.split(".")]
    if "catchment" in names and names[2] == "catchment":  # that of all at such sites
        names = ["sites", "acute trust", *names[2:]]
    return ".".join(names)


@pytest.mark.parametrize("name", shipped())
def test_no_written_number_is_left_out(name: str) -> None:
    """Each number that the reader found stands in the list, or a table of it does."""
    scenario = scenarios.read(name)
    places = {f.place for f in figures(scenario.resolved)}
    blocks = {
        part: each.name
        for each in scenario.repeated
        for part in each.instances
        if part.startswith(f"{each.name} in ")  # not a choice for those of a place
    }
    for number in numbers(scenario):
        if not number.text or not number.text[0].isdigit():
            continue
        written = as_written(number.place, blocks)
        assert any(p == written or p.startswith(f"{written}.") for p in places), (
            number.place,
            number.text,
        )


def test_declared_sources_keep_their_status() -> None:
    found = declared(scenarios.read("west-yorkshire").resolved)
    assert found["pack"].status == "estimate"
    assert found["judgement"].status == "assumption"
