"""`caresim new` and `caresim list`: where planners begin."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import scenarios
from simulator.cli import main
from simulator.commands.describing import QUICK


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def caresim(*words: str) -> Result:
    return CliRunner().invoke(main, words)


@pytest.mark.parametrize("kind", ["what-if", "model", "study"])
def test_a_new_file_is_right_as_it_is(kind: str) -> None:
    made = caresim("new", "ours", "--kind", kind, "--title", "Ours: more beds?")
    assert made.exit_code == 0, made.output
    assert made.stdout == "ours.yaml: edit it, then caresim check ours.yaml\n"
    text = Path("ours.yaml").read_text()
    assert '"Ours: more beds?"' in text
    assert max(map(len, text.splitlines())) <= 100
    for word in ("TITLE", "NAME", "BASE", "START", "SERVICE"):
        assert word not in text
    assert caresim("check", "ours.yaml").exit_code == 0


def test_a_new_model_of_ones_own_can_be_run_and_built_upon() -> None:
    assert caresim("new", "ours", "--kind", "model").exit_code == 0
    assert scenarios.read("ours.yaml").title == "Ours"
    run = caresim("run", "ours.yaml", "--replications", "2", "--out", "a")
    assert run.exit_code == 0, run.output
    made = caresim("new", "more", "--from", "ours.yaml")
    assert made.exit_code == 0, made.output
    assert set(scenarios.read("more.yaml").lineage) == {"more", "ours"}
    again = caresim("run", "more.yaml", "--replications", "2", "--out", "b")
    assert again.exit_code == 0, again.output
    assert caresim("compare", "a", "b").exit_code == 0


def test_a_what_if_lies_beside_the_file_on_which_it_builds() -> None:
    Path("apart").mkdir()
    assert caresim("new", "ours", "--kind", "model").exit_code == 0
    Path("ours.yaml").rename("apart/ours.yaml")
    made = caresim("new", "more", "--from", "apart/ours.yaml")
    assert made.exit_code == 0, made.output
    assert caresim("check", "apart/more.yaml").exit_code == 0


def test_the_comments_of_a_what_if_are_changes_once_they_are_none() -> None:
    assert caresim("new", "ours", "--from", "young-people").exit_code == 0
    lines = Path("ours.yaml").read_text().splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith("changes:"))
    end = next(i for i, line in enumerate(lines) if line.startswith("# Services that"))
    written = [
        line.replace("  # - ", "  - ").replace("  #   ", "    ")
        if line.startswith(("  # - ", "  #   "))
        else line
        for line in lines[begin:end]
    ]
    Path("ours.yaml").write_text("\n".join([*lines[:begin], *written]) + "\n")
    assert caresim("check", "ours.yaml").exit_code == 0, written
    assert len(scenarios.read("ours.yaml").resolved["changes"]) >= 3  # type: ignore[arg-type]


def test_words_of_the_template_in_a_title_are_words_of_the_title() -> None:
    title = "BASE and NAME, from START on: SERVICES"
    assert caresim("new", "ours", "--title", title).exit_code == 0
    assert scenarios.read("ours.yaml").title == title


def test_a_study_of_services_without_a_capacity_varies_demand_alone() -> None:
    Path("calls.yaml").write_text(
        "caresim: 1\ntitle: Calls\nperiod: {start: 2024-01-01, horizon: 1 week}\n"
        "services: {call: {kind: unlimited, takes: 5 min}}\n"
        "demand: {call: {rate: 5 per day}}\n"
    )
    words = ("new", "ours", "--kind", "study", "--from", "calls.yaml")
    assert caresim(*words).exit_code == 0
    assert caresim("check", "ours.yaml").exit_code == 0
    assert set(scenarios.study("ours.yaml").variants[-1].levels) == {"more demand"}


def test_a_file_that_is_there_stays_unless_it_may_go() -> None:
    Path("ours.yaml").write_text("mine\n")
    refused = caresim("new", "ours")
    assert refused.exit_code == 1
    assert Path("ours.yaml").read_text() == "mine\n"
    assert caresim("new", "ours", "--replace").exit_code == 0
    assert QUICK in Path("ours.yaml").read_text()


@pytest.mark.parametrize(
    "words",
    [
        ("new", "a/b"),
        ("new", ".hidden"),
        ("new", "ours", "--kind", "model", "--from", "west-yorkshire"),
        ("new", "ours", "--from", "west-yorkshier"),
    ],
)
def test_what_cannot_be_made_is_refused(words: tuple[str, ...]) -> None:
    said = caresim(*words)
    assert said.exit_code == 2, said.output
    assert "Traceback" not in said.output
    assert not list(Path().glob("**/*.yaml"))


def test_every_shipped_scenario_stands_under_its_theme() -> None:
    shipped = scenarios.catalogue()
    assert all(each.theme and each.theme == each.theme.lower() for each in shipped)
    said = caresim("list").stdout
    for each in shipped:
        head = said[: said.index(f"  {each.name} ")]
        last = [line for line in head.splitlines() if not line.startswith(" ")][-1]
        assert last.lower() == each.theme
        assert each.title in said
