"""Batches that are killed at any step: what is there is whole, and they go on."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from simulator.batch.units import decoded
from tests.batches.conftest import Undisturbed
from tests.batches.processes import PHASES, How, Kill, dying_worker, ended
from tests.batches.studies import (
    NAMES,
    REPLICATIONS,
    RUNS,
    caresim,
    files_of,
    replications_in,
    runs_of,
    units_of,
    write_study,
)

KILLS_OF_A_BATCH = 3
"""Before it may come to its end."""
STEPS = {"reading": 45, "simulating": 24, "writing": 40, "putting together": 90}
"""Of a batch that nobody disturbs there are some more."""


class Tally(NamedTuple):
    """Where kills fell."""

    of_batches: Counter[str]
    of_workers: Counter[str]


def kills(chance: np.random.Generator, whom: str) -> Iterator[Kill]:
    """Yield kills without end, as many in each phase."""
    phases = PHASES if whom == "batch" else ("simulating", "writing")
    while True:
        for phase in chance.permutation(phases):
            step = int(chance.integers(1, STEPS[phase] + 1))
            yield Kill(str(phase), step, float(chance.random()), whom)


def words(engine: str) -> list[object]:
    return ["batch", "beds.yaml", "--out", "out", "--engine", engine, "--workers", 2]


def check_what_is_there(folder: Path, expected: dict[str, bytes]) -> None:
    """Hold everything that has its final name to be whole."""
    for path in units_of(folder):
        unit = decoded(path.read_bytes())
        numbers = [replication.number for replication in unit.replications]
        assert path.name == f"{numbers[0]:06d}-{numbers[-1]:06d}.unit"
    for run in (folder / "runs").glob("[!.]*"):
        found = files_of(run, lambda path: path.name != "log.json")
        assert found == {
            name.removeprefix(f"{run.name}/"): content
            for name, content in expected.items()
            if name.startswith(f"{run.name}/")
        }
    if (folder / "batch.json").exists():
        assert caresim("status", folder).exit_code == 0


def check_end(folder: Path, expected: dict[str, bytes]) -> None:
    """Hold a batch that was disturbed to be what it would have been."""
    assert runs_of(folder) == expected
    assert len(set(replications_in(folder))) == RUNS * REPLICATIONS
    left = [path for path in folder.rglob("*") if "unfinished" in path.name]
    assert left == [], "what the dead had begun is still there"
    assert list(folder.glob("claims/*/*")) == []


def killed_in_turn(
    folder: Path, chance: np.random.Generator, engine: str, expected: dict[str, bytes]
) -> Counter[str]:
    """Kill a batch again and again, then let it end; return where kills fell."""
    write_study(folder)
    fell: Counter[str] = Counter()
    for kill, _ in zip(kills(chance, "batch"), range(KILLS_OF_A_BATCH), strict=False):
        said = ended(folder, words(engine), How(kill))
        assert said.code == (-9 if said.killed else 0), said.text
        fell[said.killed] += 1
        check_what_is_there(folder / "out", expected)
    assert ended(folder, words(engine)).code == 0
    check_end(folder / "out", expected)
    return fell


def worker_killed(
    folder: Path, chance: np.random.Generator, expected: dict[str, bytes]
) -> Counter[str]:
    """Kill a worker of a batch, which is to end all the same."""
    write_study(folder)
    said = ended(folder, words("simpy"), How(next(kills(chance, "worker"))))
    assert said.code == 0, said.text
    check_end(folder / "out", expected)
    return Counter({said.killed: 1})


def tally(
    here: Path, expected: dict[str, bytes], least: int, *, least_of_workers: int
) -> Tally:
    """Kill batches and workers until there have been so many."""
    chance = np.random.default_rng(least)
    found = Tally(Counter(), Counter())
    count = 0
    while found.of_batches.total() - found.of_batches[""] < least - least_of_workers:
        count += 1
        engine = "simpy" if count % 4 == 0 else "compiled"
        folder = here / f"batch-{count}"
        found.of_batches.update(killed_in_turn(folder, chance, engine, expected))
    while found.of_workers.total() - found.of_workers[""] < least_of_workers:
        count += 1
        folder = here / f"batch-{count}"
        found.of_workers.update(worker_killed(folder, chance, expected))
    return found


def check_kills(found: Tally, least: int) -> None:
    fell = Counter({k: v for k, v in found.of_batches.items() if k})
    assert set(fell) == set(PHASES)
    of_workers = Counter({k: v for k, v in found.of_workers.items() if k})
    assert of_workers["simulating"] > 0
    assert fell.total() + of_workers.total() >= least


def test_twenty_kills_at_any_step_change_nothing(
    tmp_path: Path, undisturbed: Undisturbed
) -> None:
    found = tally(tmp_path, undisturbed.runs, 20, least_of_workers=4)
    check_kills(found, 20)


@pytest.mark.validate
def test_two_hundred_kills_at_any_step_change_nothing(
    tmp_path: Path, undisturbed: Undisturbed
) -> None:
    found = tally(tmp_path, undisturbed.runs, 200, least_of_workers=40)
    check_kills(found, 200)


def test_the_batch_that_kills_are_dealt_to_has_so_many_steps(
    undisturbed: Undisturbed,
) -> None:
    assert {name.partition("/")[0] for name in undisturbed.runs} == set(NAMES)
    for phase in PHASES:
        assert undisturbed.steps[phase] >= STEPS[phase], phase


def test_workers_that_die_in_the_middle_of_a_replication_are_replaced(
    tmp_path: Path, undisturbed: Undisturbed
) -> None:
    write_study(tmp_path)
    marks = tmp_path / "marks"
    marks.mkdir()
    how = How(begin_worker=partial(dying_worker, (2, 3), marks))
    said = ended(tmp_path, words("simpy"), how)
    assert said.code == 0, said.text
    assert {path.name for path in marks.iterdir()} == {"died-2-1", "died-3-1"}
    check_end(tmp_path / "out", undisturbed.runs)
    assert list((tmp_path / "out").glob("failures/*.json")) == []
