"""A scenario as a manifest keeps it gives the same model again, without any file."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import scenarios
from scenarios.problems import ScenarioError
from scenarios.restoring import restored
from scenarios.tables import digest, model
from tests.unit.scenarios.clinics import CLINIC
from tests.worlds import shipped

VALID = Path(__file__).parents[2] / "conformance" / "valid"
FILES = sorted(VALID.glob("*.yaml"))


def kept(scenario):
    """Return what a manifest keeps."""
    return json.loads(json.dumps(scenario.resolved))


@pytest.mark.parametrize("name", [*FILES, *shipped()], ids=str)
def test_every_scenario_is_the_same_again(name, monkeypatch):
    scenario = scenarios.read(name)

    def refuse(*_args, **_kwargs):
        raise AssertionError("no file may be looked for")

    monkeypatch.setattr("scenarios.merging.neighbour", refuse)
    monkeypatch.setattr("scenarios.files.opened", refuse)
    monkeypatch.setattr("scenarios.files.catalogue_folder", refuse)
    monkeypatch.setattr("scenarios.csv_tables.text_of", refuse)
    monkeypatch.setattr("scenarios.patient_lists.text_of", refuse)
    again = restored(kept(scenario), scenario.name)
    # What was uncertain has become what was taken for it.
    assert again.uncertain == ()
    assert replace(again, lineage=scenario.lineage) == replace(scenario, uncertain=())
    assert digest(model(again)) == digest(model(scenario))


def test_it_does_not_matter_what_has_become_of_the_files(tmp_path):
    (tmp_path / "base.yaml").write_text(CLINIC)
    (tmp_path / "more.yaml").write_text(
        "caresim: 1\nextends: base\ntitle: More\nchanges: [{services: ward, add: 1}]\n"
    )
    scenario = scenarios.read(tmp_path / "more.yaml")
    (tmp_path / "base.yaml").unlink()
    again = restored(kept(scenario), "more")
    assert digest(model(again)) == digest(model(scenario))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"caresim": "2"}, "language '2'; this caresim reads '1'"),
        ({"caresim": None}, "language 'None'"),
        ({"extends": "base"}, "builds on no other file"),
        ({"include": ["winter"]}, "builds on no other file"),
        ({"services": {"ward": {"capacity": 12}}}, "12 is no text, list or map"),
        ({"services": None}, "None is no text, list or map"),
        ({"demand": {"ward": {"from_file": "tables/x.csv"}}}, "there is no file"),
        ({"demand": {"ward": {"rate": {"table": "rates"}}}}, "there is no table"),
        ({"beds": {}}, "unknown key"),
    ],
)
def test_what_is_no_resolved_scenario_is_refused(change, message):
    whole = {**kept(scenarios.parse(CLINIC, "clinic")), **change}
    with pytest.raises(ScenarioError, match=message) as caught:
        restored(whole, "clinic")
    assert "clinic (as the run keeps it)" in str(caught.value)


def test_what_is_nested_without_end_is_refused():
    deep: dict = {}
    for _ in range(100):
        deep = {"a": deep}
    whole = {**kept(scenarios.parse(CLINIC, "clinic")), "services": deep}
    with pytest.raises(ScenarioError, match="nested more than"):
        restored(whole)
