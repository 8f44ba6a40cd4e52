"""Batches that grow, wait, are asked how far they are, and are stopped."""

import json
import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import results
from tests.batches.conftest import Undisturbed
from tests.batches.processes import How, ended, started
from tests.batches.studies import (
    NAMES,
    STUDY,
    WARD,
    caresim,
    files_of,
    replications_in,
    runs_of,
    units_of,
    write_study,
)

BATCH = ("batch", "beds.yaml", "--out", "out")


def written_units(folder: Path, act: Callable[[], Any]) -> int:
    """Return how many units an action writes anew."""
    before = {path.stat().st_ino for path in units_of(folder)}
    act()
    return len({path.stat().st_ino for path in units_of(folder)} - before)


def batch(*words: object) -> None:
    result = caresim(*BATCH, *words)
    assert result.exit_code == 0, result.output


# Growing


def test_more_replications_cost_only_those_that_are_new(here: Path) -> None:
    assert written_units(here / "out", batch) == 6
    assert written_units(here / "out", partial(batch, "--replications", 7)) == 6
    found = replications_in(here / "out")
    assert len(found) == len(set(found)) == 21
    write_study(here / "at once")
    caresim("batch", "at once/beds.yaml", "--replications", 7, "--out", "whole")
    assert runs_of(here / "out") == runs_of(here / "whole")


def test_fewer_replications_cost_nothing_and_give_the_smaller_run(
    here: Path, undisturbed: Undisturbed
) -> None:
    batch("--replications", 7)
    assert written_units(here / "out", batch) == 0
    assert runs_of(here / "out") == undisturbed.runs


def test_more_scenarios_cost_only_those_that_are_new(here: Path) -> None:
    batch()
    write_study(here, STUDY.replace("[2, 4]", "[2, 4, 5]"))
    assert written_units(here / "out", batch) == 2
    assert len(list((here / "out" / "runs").iterdir())) == 4


def test_a_scenario_that_has_changed_is_simulated_again_and_its_past_stays(
    here: Path, undisturbed: Undisturbed
) -> None:
    batch()
    write_study(here, ward=WARD.replace("2 per day", "3 per day"))
    assert written_units(here / "out", batch) == 6
    assert runs_of(here / "out") != undisturbed.runs
    write_study(here)
    assert written_units(here / "out", batch) == 0
    assert runs_of(here / "out") == undisturbed.runs


def test_words_that_have_changed_cost_nothing_but_are_said(here: Path) -> None:
    batch()
    write_study(here, ward=WARD.replace("A tiny ward", "A small ward"))
    assert written_units(here / "out", batch) == 0
    assert results.load(here / "out" / "runs" / "ward").labels.title == "A small ward"


@pytest.mark.parametrize("words", [("--seed", 3), ("--record", "visits")])
def test_another_seed_and_records_are_other_units(
    here: Path, words: tuple[object, ...]
) -> None:
    batch()
    assert written_units(here / "out", partial(batch, *words)) == 6
    found = runs_of(here / "out")
    caresim("run", "ward.yaml", "--out", "alone/runs/ward", *words)
    alone = runs_of(here / "alone")
    assert {k: v for k, v in found.items() if k.startswith("ward/")} == alone


def test_scenarios_with_one_model_share_their_units_whoever_needs_more(
    here: Path,
) -> None:
    (here / "twin.yaml").write_text(
        WARD.replace("A tiny ward", "Its twin").replace(
            "replications: 4", "replications: 7"
        )
    )
    study = STUDY.replace("compare_with: ward\n", "scenarios: [twin]\n")
    write_study(here, study.replace("[2, 4]", "[3]"))
    batch()
    assert len(list((here / "out" / "units").iterdir())) == 1
    runs = {p.name: results.load(p) for p in (here / "out" / "runs").iterdir()}
    assert {name: len(run.replications) for name, run in runs.items()} == {
        "twin": 7,
        "ward_beds-3": 4,
    }
    caresim("run", "twin.yaml", "--out", "alone/runs/twin")
    found = runs_of(here / "out")
    alone = runs_of(here / "alone")
    assert {k: v for k, v in found.items() if k.startswith("twin/")} == alone


@pytest.mark.parametrize("count", [4, 7])
def test_shards_count_what_is_theirs(here: Path, count: int) -> None:
    """What a shard says that it has is all that it has to do."""
    for shard in range(1, count + 1):
        words = [*BATCH, "--shard", f"{shard}/{count}"]
        assert "are there already" not in caresim(*words).stderr
        again = caresim(*words).stderr
        assert again.count("are there already") == (1 if shard <= 6 else 0)
        for line in again.splitlines():
            if "are there already" in line:
                have, total = line.split()[0], line.split()[2]
                assert have == total


# Planning


def test_a_plan_says_what_is_needed_and_writes_nothing(here: Path) -> None:
    before = files_of(here)
    result = caresim(*BATCH, "--plan", "--workers", 2)
    assert result.exit_code == 0
    assert "3 runs with 12 replications in all." in result.stdout
    assert files_of(here) == before
    caresim(*BATCH, "--shard", "1/2")
    before = files_of(here)
    result = caresim(*BATCH, "--plan", "--json")
    plan = json.loads(result.stdout)
    assert (plan["runs"], plan["replications"], plan["there"]) == (3, 12, 6)
    assert files_of(here) == before


# Stopping, and asking how far it is


def slowly() -> None:
    """Let a replication take a while."""
    from simulator.batch import work

    replicate = work.replicate

    def slow(*args: Any, **more: Any) -> Any:
        time.sleep(0.15)
        return replicate(*args, **more)

    work.replicate = slow


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_how_far_a_batch_is_can_be_asked_and_ctrl_c_says_how_to_go_on(
    tmp_path: Path, undisturbed: Undisturbed, engine: str
) -> None:
    write_study(tmp_path)
    words = [*BATCH, "--engine", engine, "--workers", 1]
    process = started(tmp_path, words, How(before=slowly))
    while not units_of(tmp_path / "out"):
        process.process.join(0.01)
        assert process.process.exitcode is None, process.text()
    asked = caresim("status", tmp_path / "out").stdout.splitlines()
    assert asked[0] == "How many beds?"
    have = int(asked[1].split()[0])
    assert 0 < have < 12
    assert asked[1].endswith("of 3 runs are whole.")
    assert asked[2].endswith("units of work are in hand.")
    assert process.process.pid is not None
    os.kill(process.process.pid, signal.SIGINT)
    said = process.ended()
    assert said.code == 130
    there = len(replications_in(tmp_path / "out"))
    assert said.text.strip().splitlines()[-1] == (
        f"Interrupted: {there} of 12 replications are kept in out; the same command "
        "goes on."
    )
    assert list((tmp_path / "out").glob("claims/*/*")) == []
    after = ended(tmp_path, BATCH)
    assert f"{there} of 12 replications are there already." in after.text
    assert runs_of(tmp_path / "out") == undisturbed.runs


def test_status_as_json_says_what_is_missing(here: Path) -> None:
    caresim(*BATCH, "--shard", "1/3")
    said = json.loads(caresim("status", "out", "--json").stdout)
    assert (said["there"], said["total"], said["runs"]) == (4, 12, 3)
    missing = said["missing"]
    assert sum(map(len, missing.values())) == 8
    assert said["damaged"] == said["failures"] == []


# Partial runs


@pytest.fixture
def part(here: Path) -> Path:
    """Return the runs of a batch that have two of four replications each."""
    caresim(*BATCH, "--shard", "1/2")
    result = caresim("merge", "out", "--partial")
    assert result.exit_code == 0
    assert "ward: 2 of 4 replications are there; missing: 3 to 4" in result.stdout
    return here / "out" / "runs"


PARTIAL = "PARTIAL: 2 of 4 replications are there so far."


READING = (
    ("compare", "{runs}/ward", "{runs}/ward_beds-2"),
    ("measures", "{runs}/ward"),
    ("export", "{runs}/ward", "--csv", "tables"),
    ("document", "{runs}/ward"),
    ("verify", "{runs}/ward"),
    ("runs", "{runs}/ward"),
)


def test_every_command_that_reads_a_partial_run_says_so(part: Path) -> None:
    for words in READING:
        result = caresim(*(word.format(runs=part) for word in words))
        assert result.exit_code == 0, result.output
        assert PARTIAL in result.output, words
    result = caresim("ledger", part / "ward", part / "ward_beds-2")
    assert result.exit_code == 1, "no patients were recorded"
    assert PARTIAL in result.output


def test_the_list_of_runs_marks_partial_ones(part: Path) -> None:
    assert caresim("runs", part).stdout.count("PARTIAL") == 3


def test_a_partial_run_holds_what_the_whole_one_says_of_its_replications(
    part: Path, undisturbed: Undisturbed
) -> None:
    run = results.load(part / "ward")
    assert run.partial == PARTIAL
    whole = results.load(undisturbed.folder / "runs" / "ward")
    column = whole.measures.column("replication").to_pylist()
    rows = [i for i, number in enumerate(column) if number in run.replications]
    assert run.measures.equals(whole.measures.take(rows))


def test_a_partial_run_gives_way_to_the_whole_one(
    part: Path, undisturbed: Undisturbed
) -> None:
    assert caresim("merge", "out").exit_code == 1
    assert results.load(part / "ward").partial == PARTIAL
    batch()
    assert runs_of(part.parent) == undisturbed.runs


def test_partial_runs_are_compared_by_the_replications_that_both_have(
    part: Path, undisturbed: Undisturbed
) -> None:
    (here, other), whole = NAMES[:2], undisturbed.folder / "runs"
    found = results.compare(
        results.load(part / other), baseline=results.load(whole / here)
    )
    both = results.compare(
        results.load(part / other), baseline=results.load(part / here)
    )
    assert [row.difference for row in found.rows] == [
        row.difference for row in both.rows
    ]
    result = caresim("compare", whole / here, part / other)
    assert result.exit_code == 0
    assert PARTIAL in result.stdout
