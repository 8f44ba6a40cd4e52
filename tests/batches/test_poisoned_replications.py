"""Replications that always fail: given up and told, and all else is finished."""

import json
import os
import shlex
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import results
from simulator.batch import places, work
from simulator.batch.store import Store
from simulator.batch.work import Done, Piece
from simulator.errors import StuckError
from tests.batches.conftest import Undisturbed
from tests.batches.processes import ROOT, How, dying_worker, ended
from tests.batches.studies import (
    NAMES,
    RUNS,
    caresim,
    files_of,
    replications_in,
    runs_of,
    write_study,
)

BATCH = ("batch", "beds.yaml", "--out", "out")
SIMPY = (*BATCH, "--engine", "simpy", "--workers", 2)


def failures_in(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(p.read_text()) for p in sorted(folder.glob("failures/*.json"))]


def test_a_replication_that_kills_its_worker_is_given_up_after_three_tries(
    tmp_path: Path,
) -> None:
    write_study(tmp_path)
    deaths = tmp_path / "deaths"
    deaths.mkdir()
    how = How(begin_worker=partial(dying_worker, (3,), deaths, spares=99))
    words = ["batch", "ward.yaml", "--out", "out", "--engine", "simpy", "--workers", 1]
    said = ended(tmp_path, words, how)
    assert said.code == 1
    assert len(list(deaths.iterdir())) == 3
    assert [number for _, number in replications_in(tmp_path / "out")] == [1, 2, 4]
    (failure,) = failures_in(tmp_path / "out")
    assert (failure["run"], failure["number"], failure["seed"]) == ("ward", 3, 1)
    assert failure["sentence"] == (
        "Given up: replication 3 of ward, seed 1: a worker process died (killed, or "
        f"out of memory). To see it alone: {failure['command']}"
    )
    assert failure["sentence"] in said.text
    status = caresim("status", tmp_path / "out").stdout
    assert failure["sentence"] in status
    assert "missing: 3" in status


def test_the_command_of_a_failure_plays_it_alone(
    here: Path, undisturbed: Undisturbed
) -> None:
    said = ended(here, SIMPY, How(begin_worker=partial(dying_worker, (2,))))
    assert said.code == 1
    failure = failures_in(here / "out")[-1]
    program, *words = shlex.split(failure["command"])
    assert program == "caresim"
    assert "--engine simpy" in failure["command"]
    result = caresim(*words, "--out", "alone")
    assert result.exit_code == 0, result.output
    run = results.load(here / "alone")
    whole = results.load(undisturbed.folder / "runs" / failure["run"])
    assert run.replications == (2,)
    assert run.manifest["model_digest"] == whole.manifest["model_digest"]
    numbers = whole.measures.column("replication").to_pylist()
    rows = [i for i, number in enumerate(numbers) if number == 2]
    assert run.measures.equals(whole.measures.take(rows))


def test_a_later_batch_tries_what_was_given_up_anew(
    here: Path, undisturbed: Undisturbed
) -> None:
    ended(here, SIMPY, How(begin_worker=partial(dying_worker, (2,))))
    assert len(failures_in(here / "out")) == 3
    assert caresim(*BATCH).exit_code == 0
    assert failures_in(here / "out") == []
    assert "Given up" not in caresim("status", "out").stdout
    assert runs_of(here / "out") == undisturbed.runs


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (StuckError("patients go round without taking time at noon"), 1),
        (ZeroDivisionError("two lines\nin all"), 3),
    ],
)
def test_an_error_is_tried_three_times_unless_it_must_come_again(
    here: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, tries: int
) -> None:
    tried: list[int] = []
    replicate = work.replicate

    def failing(model: Any, seed: int, number: int, *args: Any, **more: Any) -> Any:
        tried.append(number)
        if number == 2:
            raise error
        return replicate(model, seed, number, *args, **more)

    monkeypatch.setattr(work, "replicate", failing)
    result = caresim(*BATCH)
    assert result.exit_code == 1
    assert tried.count(2) == tries * RUNS
    failures = failures_in(here / "out")
    assert [(f["run"], f["number"]) for f in failures] == [(name, 2) for name in NAMES]
    for failure in failures:
        assert f"{error}".partition("\n")[0] in failure["said"]
        assert "\n" not in failure["sentence"]
        assert failure["sentence"] in result.stderr
    assert len(replications_in(here / "out")) == 9, "all others are there"


def test_a_failure_of_one_run_leaves_the_others_whole(
    here: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: Undisturbed
) -> None:
    caresim(*BATCH, "--shard", "7/7")  # which has nothing to do
    key = next(r.key for r in Store(here / "out").book().runs if r.name == NAMES[-1])
    done = places.done

    def failing(job: Any, piece: Piece, stop: Any) -> Done:
        if piece.key == key:
            return Done(piece, said="it goes round", number=piece.numbers[0])
        return done(job, piece, stop)

    monkeypatch.setattr(places, "done", failing)
    result = caresim(*BATCH)
    assert result.exit_code == 1
    assert {f["run"] for f in failures_in(here / "out")} == {NAMES[-1]}
    assert runs_of(here / "out") == {
        name: content
        for name, content in undisturbed.runs.items()
        if not name.startswith(f"{NAMES[-1]}/")
    }


DYING = """\
import sys

if "--multiprocessing-fork" in sys.orig_argv:
    import os, signal
    from simulator.batch import work

    replicate = work.replicate

    def dying(model, seed, number, *args, **more):
        if number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return replicate(model, seed, number, *args, **more)

    work.replicate = dying
"""


def test_a_spawned_worker_that_dies_is_replaced_and_the_rest_is_finished(
    tmp_path: Path,
) -> None:
    """As planners have it: from the command line, with processes that are spawned."""
    write_study(tmp_path)
    places = tmp_path / "site"
    places.mkdir()
    (places / "sitecustomize.py").write_text(DYING)
    words = ("batch", "ward.yaml", "--out", "out", "--engine", "simpy")
    done = subprocess.run(
        [
            *(sys.executable, "-c", "from simulator.cli import main; main()"),
            *(*words, "--workers", "1", "--replications", "2"),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{places}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert (
        "Given up: replication 2 of ward, seed 1: a worker process died" in done.stderr
    )
    assert [number for _, number in replications_in(tmp_path / "out")] == [1]
    assert len(files_of(tmp_path / "out" / "failures")) == 2
