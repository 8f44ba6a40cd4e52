"""Are files accepted and refused rightly? Every file in `valid/` and in `invalid/`.

Each file in `valid/` shows one thing and is named after it. Each file in `invalid/`
breaks one rule and is named after it; `invalid/messages.txt` holds what its reader is
told. A line there begins with the file, or with `FILE -> ` where the mistake stands in
another one.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import scenarios
from scenarios import tables
from scenarios.scenario import Scenario

HERE = Path(__file__).parent
VALID = sorted((HERE / "valid").glob("*.yaml"))
SMALL = (HERE / "valid" / "a-smallest-file.yaml").read_text(encoding="utf-8")


def _messages() -> dict[str, str]:
    """Return what is said about each file in `invalid/`."""
    said = {}
    text = (HERE / "invalid" / "messages.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        file, arrow, message = line.partition(" -> ")
        if arrow and file.endswith(".yaml"):
            said[file] = message
        else:
            said[line.partition(":")[0]] = line
    return said


MESSAGES = _messages()
HELPERS = {
    "child-with-an-error.yaml",
    "cycle-b.yaml",
    "more-than-changes.yaml",
    "of-another-parent.yaml",
    "other-parent.yaml",
    "parent-that-grows.yaml",
    "parent-with-lists.yaml",
    "parent-with-standards.yaml",
    "parent.yaml",
}


def _refused(path: Path) -> list[str]:
    """Return what is said about a file that must be refused."""
    with pytest.raises(scenarios.ScenarioError) as error:
        scenarios.read(path)
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_file_is_read_and_compiled(path: Path) -> None:
    scenario = scenarios.read(path)
    assert isinstance(scenario, Scenario)
    assert scenario.name == path.stem
    model = tables.model(scenario)
    assert len(model.services) == len(scenario.services) > 0
    assert len(model.clouds) + len(model.plans) > 0


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_file_written_out_whole_is_the_same_model(path: Path) -> None:
    scenario = scenarios.read(path)
    again = scenarios.parse(scenarios.written(scenario))
    assert tables.digest(tables.model(again)) == tables.digest(tables.model(scenario))
    assert again.resolved == scenario.resolved


@pytest.mark.parametrize(("file", "message"), sorted(MESSAGES.items()))
def test_a_broken_file_is_refused_in_one_sentence(file: str, message: str) -> None:
    assert _refused(HERE / "invalid" / file) == [message]


def test_every_broken_file_has_its_message() -> None:
    there = {path.name for path in (HERE / "invalid").glob("*.yaml")}
    assert there == set(MESSAGES) | HELPERS


def test_there_are_enough_examples() -> None:
    assert len(VALID) >= 150
    assert len(MESSAGES) >= 650


def test_all_problems_are_told_at_once_and_in_order(tmp_path: Path) -> None:
    text = SMALL.replace("kind: staff", "kind: staf").replace("15 per hour", "15")
    file = tmp_path / "two.yaml"
    file.write_text(text.replace("4 weeks", "four weeks"), encoding="utf-8")
    lines = [said.split(":")[1] for said in _refused(file)]
    assert lines == ["3", "6", "10"]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "﻿"])
def test_marks_and_line_ends_of_other_systems_change_nothing(
    tmp_path: Path, ending: str, mark: str
) -> None:
    file = tmp_path / "small.yaml"
    file.write_bytes((mark + SMALL).replace("\n", ending).encode("utf-8"))
    model = tables.model(scenarios.read(file))
    plain = tables.model(scenarios.parse(SMALL))
    assert tables.digest(model) == tables.digest(plain)


@pytest.mark.parametrize(
    "content",
    [
        SMALL.replace("nurse", "n\u00fcrse").encode("latin-1"),
        SMALL.encode("utf-16"),
        b"caresim: 1\ntitle: \xff\xfe\n",
        b"caresim: 1\ntitle: \xed\xa0\x80\n",
        b"caresim: 1\x00\ntitle: x\n",
        bytes(range(256)),
    ],
    ids=["latin-1", "utf-16", "no-text", "half-a-pair", "nul", "every-byte"],
)
def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "strange.bin"
    file.write_bytes(content)
    (said,) = _refused(file)
    assert said.startswith("strange.bin:")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused_and_never_crashes(
    tmp_path: Path, opening: str
) -> None:
    file = tmp_path / "deep.yaml"
    file.write_text("caresim: 1\nnotes:\n  " + opening * 200_000, encoding="utf-8")
    (said,) = _refused(file)
    assert said.startswith("deep.yaml:3:")


def test_a_huge_file_is_refused_at_once(tmp_path: Path) -> None:
    file = tmp_path / "huge.yaml"
    with file.open("wb") as stream:
        stream.truncate(5_000_000_000)  # a hole: it takes no room
    (said,) = _refused(file)
    assert "large" in said or "big" in said


@pytest.mark.parametrize(
    "line", ["title: ev\u202eil", "title: ev\u200bil", "title: e\x07vil", "a\x85b: c"]
)
def test_characters_that_nobody_sees_are_refused(tmp_path: Path, line: str) -> None:
    file = tmp_path / "unseen.yaml"
    file.write_text(f"caresim: 1\n{line}\n" + SMALL[11:], encoding="utf-8")
    assert any(said.startswith("unseen.yaml:2:") for said in _refused(file))


def test_a_file_that_is_not_there_is_a_problem_too(tmp_path: Path) -> None:
    (said,) = _refused(tmp_path / "nowhere.yaml")
    assert said.startswith("nowhere.yaml:")


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    folder = tmp_path / "folder.yaml"
    folder.mkdir()
    (said,) = _refused(folder)
    assert said.startswith("folder.yaml:")


def test_a_long_line_of_parents_is_followed_or_refused(tmp_path: Path) -> None:
    (tmp_path / "s0.yaml").write_text(SMALL, encoding="utf-8")
    for n in range(1, 300):
        text = f"caresim: 1\nextends: s{n - 1}\ntitle: x\n"
        (tmp_path / f"s{n}.yaml").write_text(text, encoding="utf-8")
    assert scenarios.read(tmp_path / "s5.yaml").lineage
    assert len(_refused(tmp_path / "s299.yaml")) == 1


def test_the_folder_may_lie_anywhere(tmp_path: Path) -> None:
    shutil.copytree(HERE / "valid", tmp_path / "my files é")
    here = scenarios.read(HERE / "valid" / "table-of-rates.yaml")
    there = scenarios.read(tmp_path / "my files é" / "table-of-rates.yaml")
    assert here.resolved == there.resolved


def test_a_table_is_sought_beside_the_file_that_names_it(tmp_path: Path) -> None:
    name = "west-yorkshire-demand"  # the parent has a table of this name too
    stream = f"  more stroke: {{to: stroke unit, rate: {{table: {name}}}}}\n"
    text = f"caresim: 1\nextends: west-yorkshire\ntitle: x\ndemand:\n{stream}"
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "tables").mkdir()
    table = "demand,age,rate\n" + "".join(
        f"more stroke,{age},{rate} per day\n"
        for age, rate in (("child", 0), ("adult", 1), ("older", 2))
    )
    (tmp_path / "tables" / f"{name}.csv").write_text(table, encoding="utf-8")
    scenario = scenarios.read(tmp_path / "mine.yaml")
    (more,) = (s for s in scenario.streams if s.name == "more stroke")
    assert abs(sum(more.rate.values) - 3) < 1e-9
