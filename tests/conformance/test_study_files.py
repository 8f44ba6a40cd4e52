"""Are studies accepted and refused rightly? Every file in `studies`.

Each study in `studies/valid` shows one thing and is named after it; each in
`studies/invalid` breaks one rule, and `messages.txt` there holds what its reader is
told.
"""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import scenarios
from scenarios import tables

HERE = Path(__file__).parent / "studies"
WITHOUT_QUESTION = {"town", "unsure", "more-demand", "broken"}
"""Scenarios that the studies are made of."""
RIGHT = {"study-that-is-right"}


def _studies(folder: str) -> list[Path]:
    paths = sorted((HERE / folder).glob("*.yaml"))
    return [p for p in paths if p.stem not in WITHOUT_QUESTION | RIGHT]


VALID = _studies("valid")
INVALID = _studies("invalid")
MESSAGES = (HERE / "invalid" / "messages.txt").read_text(encoding="utf-8")


def _messages() -> dict[str, list[str]]:
    """Return what is said about each file in `invalid`."""
    said: dict[str, list[str]] = {}
    for line in MESSAGES.splitlines():
        file, _, message = line.partition(" -> ")
        said.setdefault(file, []).append(message)
    return said


def _refused(path: Path) -> list[str]:
    with pytest.raises(scenarios.ScenarioError) as error:
        scenarios.study(path)
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_every_variant_of_a_valid_study_is_a_scenario(path: Path) -> None:
    study = scenarios.study(path)
    assert scenarios.is_study(path)
    assert study.name == path.stem
    assert study.question
    names = [variant.name for variant in study.variants]
    assert len({name.casefold() for name in names}) == len(names) > 0
    assert all(len(name) <= 100 for name in names)
    assert study.baseline is None or study.baseline == names[0]
    for variant in study.variants[:: max(1, len(names) // 4)]:
        scenario = variant.scenario()
        assert scenario.name == variant.name
        assert scenario.title == scenario.resolved["title"] == variant.title
        assert tables.model(scenario).services.size
        again = scenarios.restored(scenario.resolved)
        assert again.resolved == scenario.resolved


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_variant_can_be_handed_to_another_process(path: Path) -> None:
    variant = scenarios.study(path).variants[-1]
    again = pickle.loads(pickle.dumps(variant))
    assert again == variant
    assert again.scenario().resolved == variant.scenario().resolved


@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_a_broken_study_is_refused_in_one_sentence(path: Path) -> None:
    assert _refused(path) == _messages()[path.name]
    assert len(_messages()[path.name]) == 1


def test_every_broken_study_has_its_message() -> None:
    assert {path.name for path in INVALID} == set(_messages())


def test_there_are_enough_studies() -> None:
    assert len(VALID) >= 8
    assert len(INVALID) >= 25


def test_a_study_may_have_many_faults_and_tells_all(tmp_path: Path) -> None:
    town = (HERE / "valid" / "town.yaml").read_text(encoding="utf-8")
    (tmp_path / "town.yaml").write_text(town, encoding="utf-8")
    text = (
        "caresim: 1\nstudy: What if?\nbase: town\ncompare_with: city\n"
        "scenarios: [vilage]\nvary:\n  beds: {services: ward, add: [0, 0]}\n"
        "  nurses: {services: clinci, add: [0, 1]}\ndesign: sobol\nseed: -1\n"
    )
    file = tmp_path / "many.yaml"
    file.write_text(text, encoding="utf-8")
    lines = [said.split(":")[1] for said in _refused(file)]
    assert lines == ["4", "5", "7", "8", "9", "10"]


def test_the_question_may_stand_anywhere_but_must_be_asked() -> None:
    for name in WITHOUT_QUESTION & {p.stem for p in (HERE / "valid").glob("*.yaml")}:
        assert not scenarios.is_study(HERE / "valid" / f"{name}.yaml")
