"""Finding and opening scenario files."""

from pathlib import Path

import pytest

import scenarios
from scenarios.files import catalogue_folder
from tests.unit.scenarios.clinics import CLINIC


def _refused(name: str | Path) -> str:
    with pytest.raises(scenarios.ScenarioError) as error:
        scenarios.read(name)
    assert len(error.value.problems) == 1
    return str(error.value)


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "my clinic.yaml"
    file.write_text(CLINIC, encoding="utf-8")
    assert scenarios.read(file).name == "my clinic"
    assert scenarios.read(str(file)).title == "A clinic"


def test_every_shipped_scenario_is_read_by_its_name() -> None:
    names = [each.name for each in scenarios.catalogue()]
    there = [p.name for p in catalogue_folder().iterdir() if p.name.endswith(".yaml")]
    assert sorted(f"{name}.yaml" for name in names) == sorted(there)
    for name, title, _ in scenarios.catalogue():
        assert scenarios.read(name).title == title


def test_a_name_that_is_not_shipped_gets_the_nearest() -> None:
    said = _refused("west-yorkshir")
    assert said.startswith("west-yorkshir: there is no such scenario.")
    assert "Did you mean 'west-yorkshire'?" in said


def test_a_missing_file_is_a_problem_of_one_line(tmp_path: Path) -> None:
    assert _refused(tmp_path / "x.yaml") == "x.yaml: there is no such file."


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert _refused(tmp_path) == f"{tmp_path.name}: this is a folder, not a file."


def test_text_that_is_not_utf_8_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(b"caresim: 1\ntitle: caf\xe9\n")
    expected = "x.yaml:2:11 this is not UTF-8 text; save the file as UTF-8."
    assert _refused(file) == expected


def test_zero_bytes_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(b"caresim: 1\ntitle: x\x00\n")
    assert _refused(file).startswith("x.yaml:2:9 here is a character that nobody")


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(b"# " + b"x" * 2_000_000)
    assert _refused(file) == "x.yaml: the file is larger than 2 MB."


def test_a_mark_at_the_beginning_of_the_file_does_not_matter(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + CLINIC.encode())
    assert scenarios.read(file).title == "A clinic"


def test_problems_are_one_line_each_and_in_order() -> None:
    text = CLINIC.replace("50 per day", "50").replace("1 year", "a year")
    with pytest.raises(scenarios.ScenarioError) as error:
        scenarios.parse(text, "x")
    assert [p.line for p in error.value.problems] == [3, 19]
    assert len(str(error.value).splitlines()) == 2


def test_the_package_loads_its_reader_only_when_it_is_used() -> None:
    import subprocess
    import sys

    code = "import sys, scenarios; print({'pydantic', 'yaml'} & set(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "set()"
