"""What tasks on a compute server are given, from a plan with round numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.batch.book import Book, PlannedRun
from simulator.batch.planning import Plan, Share
from simulator.batch.store import Store
from simulator.forecast import PROGRAM, Cost
from simulator.servers.needs import Need, needs

KEY = "0" * 24


def plan(seconds: float) -> Plan:
    """Return a plan of 12 replications of one run."""
    cost = Cost(seconds, worker=2e7, kept=1e6, tables=3e7, unit=1e5, folder=4e6)
    return Plan("Which?", (), (Share("base", 1, 12, 12, cost),), 12, 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a batch of one run with four blocks of three replications."""
    run = PlannedRun("base", "Base", KEY, 1, 12, block=3, keeps=False, base="base")
    made = Store(tmp_path / "batch")
    made.keep_book(Book("which", "Which?", None, (run,)), {})
    return made


def done(store: Store, name: str) -> None:
    """Let a unit be there."""
    path = store.path / "units" / KEY / f"{name}.unit"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


@pytest.mark.parametrize(
    ("tasks", "workers", "longest"),
    [
        (1, 1, 120.0),
        (2, 1, 60.0),
        (3, 1, 60.0),  # blocks 1 and 4
        (4, 1, 30.0),
        (1, 2, 60.0),
        (1, 8, 30.0),  # no shorter than a block
        (9, 1, 30.0),
    ],
)
def test_the_longest_task_counts(
    store: Store, tasks: int, workers: int, longest: float
) -> None:
    found = needs(plan(10.0), store, tasks, workers, reading=5.0)
    assert found.tasks == tasks
    assert found.task.seconds == 5.0 + longest


def test_what_is_there_takes_no_time(store: Store) -> None:
    done(store, "000001-000003")
    done(store, "000007-000008")
    assert needs(plan(10.0), store, 1, 1, 0.0).task.seconds == 70.0
    assert needs(plan(10.0), store, 2, 1, 0.0).task.seconds == 60.0


def test_tasks_are_as_many_as_make_them_a_quarter_of_an_hour_long(store: Store) -> None:
    assert needs(plan(10.0), store, None, 1, 0.0).tasks == 1
    assert needs(plan(200.0), store, None, 1, 0.0).tasks == 3
    assert needs(plan(200.0), store, None, 3, 0.0).tasks == 1
    # No more than there are blocks to do.
    assert needs(plan(2000.0), store, None, 1, 0.0).tasks == 4
    done(store, "000001-000003")
    assert needs(plan(2000.0), store, None, 1, 0.0).tasks == 3


def test_memory_is_that_of_all_workers_and_the_blocks_they_are_at(store: Store) -> None:
    found = needs(plan(10.0), store, 1, 4, 0.0)
    assert found.task.memory == PROGRAM + 4 * (2e7 + 3 * 1e6)
    # To put a run together, its 12 replications and the tables of one.
    assert found.merge == Need(12 * 4e6 / 2e6, PROGRAM + 3e7 + 12 * 1e6)


@pytest.mark.parametrize(
    ("need", "minutes", "megabytes"),
    [
        (Need(0.0, 1e8), 10, 200),
        (Need(1.0, 1e8 + 1), 15, 300),
        (Need(3600.0, 2.51e9), 190, 5100),
    ],
)
def test_three_times_the_time_and_twice_the_memory_are_asked_for(
    need: Need, minutes: int, megabytes: int
) -> None:
    assert need.minutes == minutes
    assert need.megabytes == megabytes
