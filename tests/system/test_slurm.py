"""A real SLURM does a batch: same bytes as here, also where its tasks are killed."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from simulator.cli import main
from tests.servers.slurm import Slurm, missing, slurm, wait_until
from tests.servers.studies import run_files, write_study

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]
TASKS = 4


@pytest.fixture(scope="module")
def server() -> Iterator[Slurm]:
    absent = ", ".join(missing())
    assert not absent, (
        f"Not tried: {absent} not there. make test-system installs slurm-wlm and munge."
    )
    with slurm() as running:
        yield running


@pytest.fixture
def here(
    tmp_path: Path, server: Slurm, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Return a folder with a study, where commands find the server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    yield tmp_path
    server.said("scancel", "--full", "--quiet", "--name=caresim-people")
    server.wait_for_all()


def caresim(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def sent_job(result: Result) -> str:
    """Return the number of the job that does the work."""
    assert result.exit_code == 0, result.output
    found = re.search(r"job (\d+) does the work", result.output)
    assert found, result.output
    return found[1]


def logs(batch: Path) -> str:
    return "\n".join(p.read_text() for p in sorted((batch / "jobs/logs").iterdir()))


def local_files(here: Path, study: Path) -> dict[str, bytes]:
    """Return what the same batch gives on this machine alone."""
    result = caresim("batch", study.name, "--out", "local", "--workers", 2)
    assert result.exit_code == 0, result.output
    return run_files(here / "local")


def test_an_array_gives_the_bytes_of_a_local_run(here: Path, server: Slurm) -> None:
    study = write_study(here)
    words = ("submit", study.name, "--slurm", "--tasks", 3, "--out", "away", "--send")
    sent_job(caresim(*words))
    server.wait_for_all()
    files = run_files(here / "away")
    assert files == local_files(here, study), logs(here / "away")
    assert sum(name.endswith("manifest.json") for name in files) == 3
    again = caresim(*words)
    assert again.exit_code == 0
    assert again.output.splitlines()[-1].startswith("Nothing is missing.")
    assert not server.said("squeue", "--noheader")


def test_what_killed_tasks_left_is_done_when_the_batch_is_sent_again(
    here: Path, server: Slurm
) -> None:
    # About two seconds of work for each task, in seven blocks: time to be killed in.
    study = write_study(here, rate=40_000, replications=10)
    words = ("submit", study.name, "--slurm", "--tasks", TASKS, "--out", "away")
    job = sent_job(caresim(*words, "--send"))
    wait_until(lambda: "1" in server.running(job), 60, server.logs)
    server.said("scancel", f"{job}_1")
    kill_one_at_work(here / "away")
    server.wait_for_all()

    said = logs(here / "away")
    found = re.search(r"left something undone, of 4: 1 and (\d) \(killed", said)
    assert found, said
    again = re.search(r"To go on, in (\S+): (caresim submit .*)", said)
    assert again, said
    assert Path(again[1]) == here
    sent_job(caresim(*shlex.split(again[2])[1:]))
    server.wait_for_all()
    assert run_files(here / "away") == local_files(here, study), logs(here / "away")


def dask_jobs(server: Slurm) -> list[str]:
    """Return the jobs of dask workers that are running."""
    form = ("--noheader", "--states=RUNNING", "--name=dask-worker", "--format=%i")
    return server.said("squeue", *form).split()


def units(batch: Path) -> list[Path]:
    return list(batch.glob("units/*/*"))


def test_dask_workers_as_jobs_give_the_bytes_of_a_local_run(
    here: Path, server: Slurm
) -> None:
    # Enough work that one job of two can be cancelled while the batch is under way.
    study = write_study(here, rate=40_000, replications=10)
    words = ("batch", study.name, "--out", "away")
    queue = ("--dask-jobqueue", "slurm", "--jobs", "2", "--job-memory", "1")
    with (here / "said.log").open("w") as log:
        batch = subprocess.Popen(
            [sys.executable, "-m", "simulator", *words, *queue], stderr=log, stdout=log
        )
        try:
            wait_until(
                lambda: (
                    batch.poll() is not None
                    or (len(dask_jobs(server)) == 2 and bool(units(here / "away")))
                ),
                60,
                (here / "said.log").read_text,
            )
            assert batch.poll() is None, (here / "said.log").read_text()
            server.said("scancel", dask_jobs(server)[0])
            code = batch.wait(120)
        finally:
            batch.kill()
    assert code == 0, (here / "said.log").read_text()
    server.wait_for_all()
    assert run_files(here / "away") == local_files(here, study)


def kill_one_at_work(batch: Path) -> None:
    """Kill the first process that has begun a unit of work."""
    claims: list[Path] = []
    wait_until(lambda: bool(claims.extend(batch.glob("claims/*/*")) or claims), 60)
    os.kill(int(claims[0].name.rpartition("-")[2]), signal.SIGKILL)
