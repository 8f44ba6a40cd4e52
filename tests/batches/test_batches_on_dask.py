"""Batches on a dask cluster: its workers die, its scheduler dies, and nothing is lost.

Dask warns and leaves threads, so it has processes of its own in all these tests.
"""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.batches.clusters import SCHEDULER, WORKER, dask
from tests.batches.conftest import Undisturbed
from tests.batches.processes import ROOT, How, ended, started
from tests.batches.studies import (
    REPLICATIONS,
    RUNS,
    caresim,
    replications_in,
    runs_of,
    units_of,
    write_study,
)

BATCH = ("batch", "beds.yaml", "--out", "out")


def check_end(folder: Path, undisturbed: Undisturbed) -> None:
    assert runs_of(folder) == undisturbed.runs
    found = replications_in(folder)
    assert len(found) == len(set(found)) == RUNS * REPLICATIONS


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_a_cluster_gives_the_same_bytes(
    tmp_path: Path, undisturbed: Undisturbed, cluster: str, engine: str
) -> None:
    write_study(tmp_path)
    said = ended(tmp_path, [*BATCH, "--dask", cluster, "--engine", engine])
    assert said.code == 0, said.text
    check_end(tmp_path / "out", undisturbed)


def test_a_worker_of_a_cluster_that_dies_loses_nothing(
    tmp_path: Path,
    undisturbed: Undisturbed,
    cluster: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    write_study(tmp_path)
    apart = tmp_path_factory.mktemp("worker")
    with dask(apart, WORKER, cluster) as (worker, _):
        batch = started(tmp_path, [*BATCH, "--dask", cluster], How(block=1))
        batch.wait_until(lambda: bool(units_of(tmp_path / "out")))
        worker.kill()
        said = batch.ended()
    assert said.code == 0, said.text
    check_end(tmp_path / "out", undisturbed)


def impatient() -> None:
    """Wait shorter for a scheduler that does not answer."""
    from simulator.batch import cluster

    assert cluster.PATIENCE <= 60
    cluster.PATIENCE = 4.0


def test_a_scheduler_that_dies_is_a_clear_error_and_another_place_goes_on(
    tmp_path: Path,
    undisturbed: Undisturbed,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    write_study(tmp_path)
    folders = [tmp_path_factory.mktemp(name) for name in ("scheduler", "worker")]
    with ExitStack() as parts:
        scheduler, address = parts.enter_context(dask(folders[0], SCHEDULER))
        parts.enter_context(dask(folders[1], WORKER, address))
        how = How(block=1, before=impatient)
        batch = started(tmp_path, [*BATCH, "--dask", address], how)
        batch.wait_until(lambda: bool(units_of(tmp_path / "out")))
        scheduler.kill()
        said = batch.ended(60)
    assert said.code == 1
    assert said.text.strip().splitlines()[-1] == (
        f"Error: the dask scheduler at {address} is lost. What is done is kept: the "
        "same command goes on, with another --dask, or without it on this machine."
    )
    there = len(replications_in(tmp_path / "out"))
    assert 0 < there < RUNS * REPLICATIONS
    said = ended(tmp_path, BATCH, How(block=1))
    assert said.code == 0
    assert f"{there} of 12 replications are there already." in said.text
    check_end(tmp_path / "out", undisturbed)


LOST_IN_DASKS_WORDS = """
import logging

for name in ("batched", "client", "core", "comm.tcp", "worker_client"):
    try:
        raise OSError("closed")
    except OSError:
        logging.getLogger(f"distributed.{name}").exception("lost")
logging.getLogger("distributed.deploy").warning("a job was not taken")
"""


def test_lost_connections_are_not_told_in_dasks_words_as_well(tmp_path: Path) -> None:
    folder = tmp_path / "scheduler"
    folder.mkdir()
    with dask(folder, SCHEDULER) as (_, address):
        script = (
            "from simulator.batch.cluster import connected\n"
            f"with connected({address!r}, print): pass\n"
            f"{LOST_IN_DASKS_WORDS}"
        )
        said = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    assert said.stdout == ""
    assert said.stderr.strip().splitlines()[-1].endswith("a job was not taken")
    assert len(said.stderr.strip().splitlines()) == 1


def soon_lonely() -> None:
    """Say sooner that there are no workers."""
    from simulator.batch import cluster

    assert cluster.LONELY <= 30
    cluster.LONELY = 0.5


def test_a_cluster_without_workers_says_so_and_goes_on_when_one_comes(
    tmp_path: Path,
    undisturbed: Undisturbed,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    write_study(tmp_path)
    folders = [tmp_path_factory.mktemp(name) for name in ("scheduler", "worker")]
    with ExitStack() as parts:
        _, address = parts.enter_context(dask(folders[0], SCHEDULER))
        batch = started(tmp_path, [*BATCH, "--dask", address], How(before=soon_lonely))
        waiting = f"No dask worker is there; waiting for one (dask worker {address})."
        batch.wait_until(lambda: waiting in batch.text())
        parts.enter_context(dask(folders[1], WORKER, address))
        said = batch.ended()
    assert said.code == 0, said.text
    assert said.text.count("No dask worker is there") == 1
    assert said.text.count("Dask workers are there.") <= 1
    check_end(tmp_path / "out", undisturbed)


def other_version() -> None:
    """Let this caresim be another than that of the workers."""
    from simulator.batch import cluster

    cluster.version = lambda _: "9.9"


def test_a_worker_with_another_caresim_is_refused(tmp_path: Path, cluster: str) -> None:
    write_study(tmp_path)
    said = ended(tmp_path, [*BATCH, "--dask", cluster], How(before=other_version))
    assert said.code == 1
    last = said.text.strip().splitlines()[-1]
    assert last.startswith("Error: a dask worker on ")
    assert "and this batch is of 9.9: give it the same." in last
    assert units_of(tmp_path / "out") == []
    assert caresim("status", tmp_path / "out").stdout.count("Given up") == 0


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere"])
def test_an_address_without_a_scheduler_is_one_line(
    tmp_path: Path, address: str
) -> None:
    write_study(tmp_path)
    said = ended(tmp_path, [*BATCH, "--dask", address])
    assert said.code == 1
    (line,) = [line for line in said.text.splitlines() if line.startswith("Error")]
    assert line.startswith(f"Error: no dask scheduler answers at {address}: ")
    assert said.text.strip().splitlines()[-1] == line
