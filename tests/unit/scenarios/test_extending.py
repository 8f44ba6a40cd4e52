"""Files that extend others and include their changes."""

from pathlib import Path

import pytest

import scenarios
from scenarios.scenario import Scenario
from tests.unit.scenarios.clinics import CLINIC, clinic


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a clinic, a winter and a summer."""
    sources = "source: pack\nsources: {estimate: {pack: A pack}}\n"
    (tmp_path / "clinic.yaml").write_text(CLINIC + sources, encoding="utf-8")
    for name, factor in (("winter", 2), ("summer", 3)):
        text = (
            f"caresim: 1\nextends: clinic\ntitle: {name}\n"
            f"changes: [{{services: ward, multiply_by: {factor}}}]\n"
        )
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def _child(folder: Path, text: str) -> Scenario:
    return scenarios.parse(f"caresim: 1\nextends: clinic\n{text}", "child", folder)


def _refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(scenarios.ScenarioError) as error:
        _child(folder, text)
    return [str(problem) for problem in error.value.problems]


def test_new_names_are_added_after_those_of_the_parent(folder: Path) -> None:
    child = _child(
        folder,
        "title: x\nservices: {home: {kind: unlimited, takes: 2 days}}\n"
        "demand: {home: {rate: 1 per day}}\n",
    )
    assert [s.name for s in child.services] == ["clinic", "ward", "home"]
    assert [s.name for s in child.streams] == ["clinic", "home"]
    assert child.title == "x"
    assert child.lineage == ("child", "clinic")


def test_what_is_there_already_cannot_be_written_again(folder: Path) -> None:
    text = "title: x\nservices: {ward: {kind: beds, capacity: 9, takes: 9 days}}\n"
    assert _refused(folder, text) == [
        "child:4:12 services.ward: 'ward' already stands in clinic.yaml; what is there "
        "is altered under `changes`."
    ]


def test_period_and_people_are_replaced_key_by_key(folder: Path) -> None:
    parent = scenarios.read(folder / "clinic.yaml")
    child = _child(
        folder,
        "title: x\nperiod: {replications: 7}\n"
        "people: {number: {by: age, child: 10, adult: 20}}\n",
    )
    assert child.period.replications == 7
    assert (child.period.start, child.period.end) == (
        parent.period.start,
        parent.period.end,
    )
    assert child.people is not None
    assert child.people.values == (10, 20)


def test_changes_of_parent_includes_and_file_come_in_this_order(folder: Path) -> None:
    (folder / "middle.yaml").write_text(
        "caresim: 1\nextends: clinic\ntitle: m\n"
        "changes: [{services: ward, multiply_by: 5}]\n",
        encoding="utf-8",
    )
    text = (
        "caresim: 1\nextends: middle\ninclude: [winter, summer]\ntitle: x\n"
        "changes: [{services: ward, multiply_by: 7}]\n"
    )
    child = scenarios.parse(text, "child", folder)
    moves = child.services[1].capacity[0].number.moves
    assert [move.values[0] for move in moves] == [5, 2, 3, 7]
    assert child.lineage == ("child", "middle", "clinic", "winter", "summer")


def test_a_source_of_a_file_covers_its_own_numbers_only(folder: Path) -> None:
    child = _child(
        folder,
        "title: x\nservices: {home: {kind: beds, capacity: 3, takes: 2 days}}\n"
        "demand: {home: {rate: 1 per day}}\n",
    )
    own = {s.name: s.capacity[0].number.source for s in child.services}
    assert own["home"] is None
    assert own["ward"] is not None
    assert own["ward"].citation == "A pack"


def test_a_wrong_number_in_the_parent_is_told_with_the_parents_name(
    tmp_path: Path,
) -> None:
    text = clinic(("capacity: 12", "capacity: twelve"))
    (tmp_path / "clinic.yaml").write_text(text, encoding="utf-8")
    assert _refused(tmp_path, "title: x\n") == [
        "clinic.yaml:16:15 services.ward.capacity: 'twelve' is not a number. "
        "Write for example 12."
    ]


def test_the_number_of_a_change_is_that_of_its_own_file(folder: Path) -> None:
    text = (
        "include: [winter]\ntitle: x\nchanges:\n"
        "  - {services: ward, multiply_by: 2}\n  - {services: wrad, multiply_by: 2}\n"
    )
    assert _refused(folder, text) == [
        "child:7:16 changes.1.services: 'wrad' is not in services. Did you mean 'ward'?"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "extends: clinik\ntitle: x\n",
            "there is no scenario 'clinik' here. Did you mean 'clinic'?",
        ),
        ("extends: ../clinic\ntitle: x\n", "paths are not part of the language"),
        ("extends: /etc/passwd\ntitle: x\n", "paths are not part of the language"),
        ("extends: clinic.yaml\ntitle: x\n", "write the name without '.yaml'"),
        ("extends: [clinic, winter]\ntitle: x\n", "a text belongs here"),
        ("extends: clinic\n", "`title` is missing"),
        ("extends: clinic\ninclude: winter\ntitle: x\n", "a list of names is expected"),
        (
            "extends: clinic\ninclude: [winter, winter]\ntitle: x\n",
            "'winter' takes part already",
        ),
        (
            "extends: winter\ninclude: [winter]\ntitle: x\n",
            "'winter' takes part already",
        ),
        (
            "extends: winter\ninclude: [deeper]\ntitle: x\n",
            "'deeper' has more than changes: include.",
        ),
    ],
)
def test_wrong_relations_are_refused(folder: Path, text: str, message: str) -> None:
    (folder / "deeper.yaml").write_text(
        "caresim: 1\nextends: clinic\ninclude: [summer]\ntitle: x\n", encoding="utf-8"
    )
    with pytest.raises(scenarios.ScenarioError) as error:
        scenarios.parse(f"caresim: 1\n{text}", "child", folder)
    assert len(error.value.problems) == 1
    assert message in str(error.value)


def test_a_circle_of_parents_is_refused(tmp_path: Path) -> None:
    for name, parent in (("a", "b"), ("b", "a")):
        text = f"caresim: 1\nextends: {parent}\ntitle: x\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(scenarios.ScenarioError, match="leads back to itself: a, b, a"):
        scenarios.read(tmp_path / "a.yaml")


def test_too_many_generations_are_refused(tmp_path: Path) -> None:
    (tmp_path / "s0.yaml").write_text(CLINIC, encoding="utf-8")
    for n in range(1, 12):
        text = f"caresim: 1\nextends: s{n - 1}\ntitle: x\n"
        (tmp_path / f"s{n}.yaml").write_text(text, encoding="utf-8")
    assert len(scenarios.read(tmp_path / "s8.yaml").lineage) == 9
    with pytest.raises(scenarios.ScenarioError, match="more than 8 files"):
        scenarios.read(tmp_path / "s9.yaml")


def test_a_change_of_the_parent_beyond_a_shorter_run_is_left_out(folder: Path) -> None:
    (folder / "late.yaml").write_text(
        "caresim: 1\nextends: clinic\ntitle: late\n"
        "changes: [{services: ward, add: 1, from: 2024-11-01}]\n",
        encoding="utf-8",
    )
    text = "caresim: 1\nextends: late\ntitle: x\nperiod: {horizon: 1 month}\n"
    child = scenarios.parse(text, "child", folder)
    assert child.services[1].capacity[0].number.moves == ()
    assert child.resolved["changes"] == []


@pytest.mark.parametrize(
    ("first", "message"),
    [
        ("caresim: 2\n", "this file is for a newer caresim (language 2)"),
        ("caresim: one\n", "'one' is not a version; write `caresim: 1`."),
        ("", "the first line of a file says which language it is in: caresim: 1"),
    ],
)
def test_the_version_of_the_language_is_asked_for(first: str, message: str) -> None:
    with pytest.raises(scenarios.ScenarioError) as error:
        scenarios.parse(CLINIC.replace("caresim: 1\n", first), "x")
    assert len(error.value.problems) == 1
    assert message in str(error.value)


HOSPITALS = """\
caresim: 1
title: hospitals
period: {start: 2024-01-01, horizon: 1 week}
groups: {place: [Leeds, York]}
people: {number: {by: place, Leeds: 800000, York: 200000}}
sites: {trust: {of: place, names: [A, B], catchment: {Leeds: A, York: B}}}
services: {ward: {kind: beds, one_per: trust, capacity: 5, takes: 1 day}}
demand: {ward: {rate: 5 per day}}
"""


def _above_hospitals(folder: Path, text: str) -> Scenario:
    (folder / "hospitals.yaml").write_text(HOSPITALS, encoding="utf-8")
    head = "caresim: 1\nextends: hospitals\ntitle: x\n"
    return scenarios.parse(head + text, "child", folder)


def test_another_kind_of_sites_is_added_to_those_of_the_parent(tmp_path: Path) -> None:
    child = _above_hospitals(
        tmp_path,
        "sites: {hub: {of: place, names: [C], catchment: {Leeds: C, York: C}}}\n"
        "services: {unit: {kind: beds, one_per: hub, capacity: 2, takes: 1 day}}\n"
        "demand: {unit: {rate: 1 per day}}\n",
    )
    assert [s.name for s in child.services] == ["ward in A", "ward in B", "unit in C"]


def test_sites_of_the_parent_cannot_be_written_again(tmp_path: Path) -> None:
    trust = "{trust: {of: place, names: [A], catchment: {Leeds: A, York: A}}}"
    with pytest.raises(scenarios.ScenarioError) as error:
        _above_hospitals(tmp_path, f"sites: {trust}\n")
    (problem,) = error.value.problems
    assert "'trust'" in str(problem)
