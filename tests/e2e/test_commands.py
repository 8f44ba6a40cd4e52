"""Every command, as a planner types it: what it prints, writes and returns."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.cli import main
from tests.worlds import BASE, child, write

ROOT = Path(__file__).parents[2]
# A background job of a shell ignores Ctrl-C, and so would the programs it starts.
HEARS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
CARESIM = [sys.executable, "-c", f"{HEARS}; from simulator.cli import main; main()"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, "base")
    write(tmp_path, "more", child("  - services: ward\n    add: 6"))
    return tmp_path


def caresim(*words: object) -> Result:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "log.json"
    }


def test_run_writes_a_folder_and_says_where(here: Path) -> None:
    result = caresim("run", "base.yaml", "--replications", 2)
    assert result.exit_code == 0
    assert "Result folder: runs/base" in result.output
    assert "emergency" in result.output
    assert {"manifest.json", "measures.parquet", "series.parquet", "waits.parquet"} <= {
        path.name for path in (here / "runs" / "base").iterdir()
    }


def test_a_second_run_gets_a_folder_of_its_own(here: Path) -> None:
    for _ in range(2):
        assert caresim("run", "base.yaml", "--replications", 1).exit_code == 0
    assert (here / "runs" / "base-2" / "manifest.json").exists()


def test_a_folder_that_is_taken_is_kept_unless_it_may_go(here: Path) -> None:
    assert caresim("run", "base.yaml", "--replications", 1, "--out", "a").exit_code == 0
    before = files_of(here / "a")
    taken = caresim("run", "base.yaml", "--replications", 2, "--out", "a")
    assert taken.exit_code == 1
    assert "is there already" in taken.output
    assert files_of(here / "a") == before
    again = caresim("run", "base.yaml", "--replications", 2, "--out", "a", "--replace")
    assert again.exit_code == 0
    assert files_of(here / "a") != before


def test_equal_runs_have_equal_bytes_for_any_workers_and_engine(here: Path) -> None:
    how = {
        "one": ["--workers", 1],
        "again": ["--workers", 1],
        "two": ["--workers", 2],
        "three": ["--workers", 3],
        "simpy": ["--engine", "simpy", "--workers", 2],
    }
    for name, options in how.items():
        words = ["run", "base.yaml", "--out", name, "--record", "visits", *options]
        assert caresim(*words).exit_code == 0, name
    expected = files_of(here / "one")
    assert len(expected) >= 4
    for name in how:
        assert files_of(here / name) == expected, name


def test_another_seed_gives_other_numbers(here: Path) -> None:
    for seed in (1, 2):
        caresim("run", "base.yaml", "--replications", 1, "--seed", seed, "--out", seed)
    assert files_of(here / "1") != files_of(here / "2")


def test_compare_says_what_moved_and_tells_equal_from_different(here: Path) -> None:
    caresim("run", "base.yaml", "--out", "a")
    caresim("run", "more.yaml", "--out", "b")
    result = caresim("compare", "a", "b")
    assert result.exit_code == 0
    assert "Change added: capacity of ward: 6 more." in result.output
    assert "library" in result.output.partition("Unchanged")[2]
    assert caresim("compare", "a", "a", "--expect-equal").exit_code == 0
    assert caresim("compare", "a", "b", "--expect-equal").exit_code == 3
    plain = json.loads(caresim("compare", "a", "b", "--json").output)
    assert plain["equal"] is False
    assert {row["subject"] for row in plain["rows"]} >= {"ward", "library"}


@pytest.fixture
def three(here: Path) -> Path:
    write(here, "fewer", child("  - services: emergency\n    multiply_by: 0.5"))
    for name in ("base", "more", "fewer"):
        assert caresim("run", f"{name}.yaml", "--out", name).exit_code == 0
    return here


def test_any_number_of_runs_is_compared_with_a_baseline(three: Path) -> None:
    said = caresim("compare", "more", "fewer", "--baseline", "base").output
    assert said.count("'What if' against 'A small world'.") == 2
    plain = json.loads(caresim("compare", "base", "more", "fewer", "--json").output)
    assert [run["run"] for run in plain["runs"]] == ["more", "fewer"]
    turned = caresim("compare", "base", "more", "--baseline", "more", "--json")
    assert json.loads(turned.output)["runs"][0]["run"] == "base"
    alone = caresim("compare", "base")
    assert alone.exit_code == 1
    assert "name another" in alone.output


def test_a_comparison_is_told_apart_by_month_group_and_service(three: Path) -> None:
    asked = ["--measures", "emergency: wait, mean"]
    months = caresim("compare", "base", "fewer", "--by", "month", *asked).output
    assert "2024-01" in months
    assert "Emergency: mean wait rises in 2 of 2 months" in months
    groups = caresim("compare", "base", "fewer", "--by", "age", *asked).output
    assert "child" in groups
    assert "adult" in groups
    services = caresim("compare", "base", "fewer", "--by", "service").output
    assert "No mark: certain" in services
    child_only = caresim("compare", "base", "fewer", "--group", "child", *asked).output
    assert "for child." in child_only


def test_gaps_are_told_of_one_run_and_of_several(three: Path) -> None:
    gap = ["--gap", "adult against child", "--measures", "emergency: wait, mean"]
    one = caresim("compare", "fewer", *gap).output
    assert "Emergency: mean wait: adult" in one
    assert "above child." in one
    both = caresim("compare", "base", "fewer", "--gap", "age").output
    assert "gaps: age" in both
    wrong = caresim("compare", "base", "fewer", "--gap", "adult against chid")
    assert wrong.exit_code == 1
    assert len(wrong.output.strip().splitlines()) == 1


def test_standards_are_told_by_month_for_one_run_or_several(three: Path) -> None:
    one = caresim("compare", "base", "--standards").output
    assert "two weeks: 90% promised" in one
    assert "2023/24" in one
    two = json.loads(
        caresim("compare", "base", "fewer", "--standards", "--json").output
    )
    assert [run["run"] for run in two] == ["base", "fewer"]
    assert two[0]["standards"][0]["months"][0]["month"] == "2024-01"


def test_measures_lists_the_grammar_and_the_names_of_a_run(three: Path) -> None:
    assert 'called "SUBJECT: MEASURE, STATISTIC"' in caresim("measures").output
    plain = json.loads(caresim("measures", "--json").output)
    assert any(row["measure"] == "wait" for row in plain)
    names = caresim("measures", "base").output
    assert "ward: wait, mean " in names
    told = caresim("measures", "base", "ward: occupancy, mean").output
    assert "the 95% interval from 3 replications" in told
    assert "replications would halve it" in told
    wrong = caresim("measures", "base", "wrad: occupancy, mean")
    assert wrong.exit_code == 1
    assert "Did you mean 'ward: occupancy, mean'" in wrong.output


def test_what_cannot_be_compared_is_refused_in_one_line(here: Path) -> None:
    caresim("run", "base.yaml", "--out", "a", "--replications", 2)
    caresim("run", "base.yaml", "--out", "b", "--replications", 3)
    result = caresim("compare", "a", "b")
    assert result.exit_code == 1
    assert len(result.output.strip().splitlines()) == 1
    (here / "empty").mkdir()
    assert caresim("compare", "a", "empty").exit_code == 1
    assert caresim("compare", "a", "nowhere").exit_code == 1


def test_a_bad_scenario_is_refused_with_a_line_for_each_problem(here: Path) -> None:
    text = BASE.replace("capacity: 12", "capacity: twelve").replace("3 days", "3")
    write(here, "bad", text)
    result = caresim("check", "bad.yaml")
    assert result.exit_code == 2
    lines = result.output.strip().splitlines()
    assert len(lines) == 2
    assert all(line.startswith("bad.yaml:") for line in lines)
    for command in ("run", "explain", "show", "trace"):
        assert caresim(command, "bad.yaml").output.strip().splitlines() == lines
    assert caresim("run", "nowhere.yaml").exit_code == 2
    assert caresim("check", here).exit_code == 2
    assert not (here / "runs").exists()


def test_check_explain_list_show_and_schema(here: Path) -> None:
    assert "base is right: 5 services" in caresim("check", "base.yaml").output
    explained = caresim("explain", "base.yaml").output
    assert "emergency" in explained
    loads = json.loads(caresim("explain", "base.yaml", "--json").output)["loads"]
    library = next(load for load in loads if load["service"] == "library")
    # 20 visits a day of half an hour need 0.4167 of a librarian.
    assert library["load"] == pytest.approx(20 * 0.5 / 24, rel=1e-6)
    shipped = json.loads(caresim("list", "--json").output)
    assert {"name", "title", "theme"} == set(shipped[0])
    assert "west-yorkshire" in [each["name"] for each in shipped]
    assert "mental-health-plus-30" in caresim("list").output
    shown = caresim("show", "more.yaml").output
    write(here, "shown", shown)
    assert caresim("check", "shown.yaml").exit_code == 0
    assert json.loads(caresim("schema").output)["properties"]["caresim"]


UNSURE = "{between: [10, 15], most_likely: 12}"
LIES = "Uncertain: services.ward.capacity lies between 10 and 15, most likely 12; 12 is"


def test_what_is_taken_for_an_uncertain_number_is_said_and_kept(here: Path) -> None:
    write(here, "unsure", BASE.replace("capacity: 12", f"capacity: {UNSURE}"))
    for command in ("check", "explain"):
        assert f"{LIES} taken." in caresim(command, "unsure.yaml").output
    for name in ("base", "unsure"):
        result = caresim("run", f"{name}.yaml", "--replications", 1, "--json")
        assert (LIES in result.stderr) == (name == "unsure")
    same = caresim("compare", "runs/base", "runs/unsure", "--expect-equal")
    assert same.exit_code == 0
    (here / "unsure.yaml").unlink()
    assert caresim("verify", "runs/unsure", "--replay", 1).exit_code == 0


def test_a_study_is_checked_explained_and_not_run_as_a_scenario(here: Path) -> None:
    study = (
        "caresim: 1\nstudy: How many beds?\nbase: base\n"
        "vary:\n  beds: {services: ward, add: [0, 6]}\n"
    )
    write(here, "study", study)
    assert caresim("check", "study.yaml").output == "study is right: 2 variants.\n"
    said = caresim("explain", "study.yaml").output.splitlines()
    assert said[0] == "How many beds?"
    assert said[-1] == "Varied: beds: services of ward: add 0, 6."
    plain = json.loads(caresim("explain", "study.yaml", "--json").output)
    assert [row["name"] for row in plain["variants"]] == ["base_beds-0", "base_beds-6"]
    refused = caresim("run", "study.yaml")
    assert refused.exit_code == 2
    assert "`caresim batch` runs it" in refused.output
    write(here, "study", study.replace("[0, 6]", "[0, 6.5]"))
    assert caresim("check", "study.yaml").exit_code == 2


def test_standards_are_listed_with_their_sources() -> None:
    lines = caresim("standards").output.splitlines()
    assert lines[0] == "RTT 18 weeks"
    assert "  estimate: 92% from 2029-03-01 (" in "\n".join(lines)
    plain = json.loads(caresim("standards", "--json").output)
    assert plain[0]["name"] == "RTT 18 weeks"
    assert {row["about"] for row in plain} == {"clock", "occupancy", "patients"}


PAUSED = """\
caresim: 1
title: A clock that pauses
period: {start: 2024-01-01, horizon: 2 months}
services:
  clinic: {kind: unlimited, takes: 2 days, then: holiday}
  holiday: {kind: unlimited, takes: 5 days, then: theatre}
  theatre: {kind: unlimited, takes: 1 day}
clocks:
  plan:
    {start: joins clinic, pause: joins holiday, resume: leaves holiday, stop: leaves}
demand:
  clinic: {rate: 1 per day}
"""


def test_trace_tells_when_a_clock_pauses_and_goes_on(here: Path) -> None:
    write(here, "paused", PAUSED)
    others = json.loads(caresim("trace", "paused.yaml", "--json").output)["others"]
    told = caresim("trace", "paused.yaml", "--patient", others[0]).output
    said = [
        line.split("the clock 'plan' ")[1]
        for line in told.splitlines()
        if "plan" in line
    ]
    assert said == [
        "starts",
        "pauses",
        "goes on",
        "stops: 3.0 days, 5.0 days of pauses left out",
    ]


def test_trace_tells_one_journey(here: Path) -> None:
    others = json.loads(caresim("trace", "base.yaml", "--json").output)["others"]
    who = others[0]
    told = caresim("trace", "base.yaml", "--patient", who).output
    assert f"patient {who}" in told
    assert "comes to the model" in told.splitlines()[1]
    by_simpy = caresim("trace", "base.yaml", "--patient", who, "--engine", "simpy")
    assert by_simpy.output == told
    unknown = caresim("trace", "base.yaml", "--patient", 5)
    assert unknown.exit_code == 1
    assert len(unknown.output.strip().splitlines()) == 1


def test_a_full_disk_leaves_nothing_behind(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = caresim("run", "base.yaml", "--replications", 1, "--out", "out/a")
    assert result.exit_code == 1
    assert result.output.strip().splitlines()[-1].startswith("Error:")
    assert not (here / "out" / "a").exists()
    assert list(here.rglob("*.parquet")) == []


def test_a_target_that_cannot_be_made_is_an_error_of_one_line(here: Path) -> None:
    (here / "file").write_text("not a folder")
    result = caresim("run", "base.yaml", "--replications", 1, "--out", "file/a")
    assert result.exit_code == 1
    assert result.output.strip().splitlines()[-1].startswith("Error:")


def start(here: Path, *words: str) -> subprocess.Popen[str]:
    """Start a run that lasts for some seconds."""
    long = BASE.replace("2 months", "10 years").replace(
        "replications: 3", "replications: 50"
    )
    write(here, "long", long)
    return subprocess.Popen(
        [*CARESIM, "run", "long.yaml", "--out", "long", *words],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_stopped_leaves_no_run_folder(
    here: Path, engine: str, how: signal.Signals
) -> None:
    with start(here, "--engine", engine, "--workers", "2") as process:
        assert process.stderr is not None
        first = iter(process.stderr.readline, "")
        assert any("50 replications" in line for line in first)
        deadline = time.monotonic() + 1.5
        while time.monotonic() < deadline and process.poll() is None:
            pass
        process.send_signal(how)
        try:
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert not (here / "long").exists()
    if how is signal.SIGINT:
        assert process.returncode == 130
        assert said.strip().splitlines()[-1] == "Interrupted: nothing was written."


ENDLESS = """\
caresim: 1
title: A replication of minutes
period: {start: 2024-01-01, horizon: 35 years, replications: 2}
services:
  desk: {kind: staff, capacity: 24, takes: {law: exponential, mean: 1 min}}
demand:
  desk: {rate: 27400 per day}
"""


@pytest.mark.parametrize("replications", ["1", "2"])
def test_a_long_replication_ends_in_the_middle_when_it_is_stopped(
    here: Path, replications: str
) -> None:
    write(here, "endless", ENDLESS)
    words = ("endless.yaml", "--out", "endless", "--replications", replications)
    with subprocess.Popen(
        [*CARESIM, "run", *words, "--workers", "2"],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        while not process.stderr.readline().startswith("This will take"):
            assert process.poll() is None
        # Nothing is printed in the middle of a replication: only time tells.
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        try:
            _, said = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 130
    assert said == "Interrupted: nothing was written.\n"
    assert [path.name for path in here.iterdir() if path.suffix != ".yaml"] == []


def test_the_command_starts_without_the_heavy_libraries() -> None:
    heavy = {"numpy", "numba", "pyarrow", "pydantic", "simpy", "rich", "scipy", "yaml"}
    code = "import sys, simulator.cli; print(*sorted(set(sys.modules)))"
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert heavy.isdisjoint(found.stdout.split())


def test_a_price_of_groups_that_are_not_told_apart_is_refused(here: Path) -> None:
    text = BASE.replace(
        "£114 per visit", "{by: age, child: £1 per visit, rest: £2 per visit}"
    )
    write(here, "price", text.replace("record: {by: [age]}\n", ""))
    for command in ("check", "run", "explain"):
        result = caresim(command, "price.yaml")
        assert result.exit_code == 2
        assert "not recorded apart" in result.output
