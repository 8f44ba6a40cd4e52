"""A scenario written out is read as the same scenario."""

from dataclasses import replace
from pathlib import Path

import pytest

import scenarios
from scenarios.scenario import Scenario
from tests.unit.scenarios.clinics import CLINIC, clinic
from tests.worlds import shipped

AWKWARD = """\
notes: "one\\ntwo: three # four"
sources: {estimate: {"it's": "yes: no"}}
endings: ["12:30", "null", "- x", "a, b", "{c}", "it's", "no", "é £", "#1", "x: y"]
"""


def _again(scenario: Scenario) -> Scenario:
    text = scenarios.written(scenario)
    return replace(scenarios.parse(text, scenario.name), lineage=scenario.lineage)


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_survives_writing_and_reading(name: str) -> None:
    scenario = scenarios.read(name)
    assert _again(scenario) == scenario


def test_awkward_texts_survive_writing_and_reading() -> None:
    text = clinic(
        ("leave: rest", "'12:30': 1%, 'null': 1%, 'no': 1%, 'x: y': rest"),
        more=AWKWARD,
    )
    scenario = scenarios.parse(text, "clinic")
    assert scenario.endings[:2] == ("12:30", "null")
    assert scenario.notes == "one\ntwo: three # four"
    assert _again(scenario) == scenario


def test_sources_of_several_files_survive_writing_and_reading(tmp_path: Path) -> None:
    sources = "source: pack\nsources: {estimate: {pack: A pack, own: Our own}}\n"
    (tmp_path / "clinic.yaml").write_text(CLINIC + sources, encoding="utf-8")
    child = (
        "caresim: 1\nextends: clinic\ntitle: x\nsource: own\n"
        "people: {number: {by: age, child: 10, adult: 20}}\n"
        "services: {home: {kind: beds, capacity: 3, takes: 2 days}}\n"
        "scale: {ratio: 1:2, instead: {home: 2}}\n"
        "demand: {home: {rate: 1 per day}}\n"
        "changes: [{services: ward, add: 1}]\n"
    )
    scenario = scenarios.parse(child, "child", tmp_path)
    assert _again(scenario) == scenario
    used = {
        scenario.services[1].capacity[0].number.source,
        scenario.services[2].capacity[0].number.source,
    }
    assert {source.name for source in used if source} == {"pack", "own"}
    assert scenario.people is not None
    assert scenario.people.source is not None
    assert scenario.people.source.name == "own"


def test_what_is_resolved_is_plain_and_begins_with_the_version() -> None:
    scenario = scenarios.parse(CLINIC, "clinic")
    assert list(scenario.resolved)[:3] == ["caresim", "title", "period"]
    assert scenario.resolved["period"] == {"start": "2024-01-01", "horizon": "1 year"}
    assert scenarios.written(scenario).startswith("caresim: 1\ntitle: A clinic\n")
