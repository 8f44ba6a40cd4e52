"""Run folders of batches have the same bytes however the work was shared."""

from pathlib import Path

import pytest

from scenarios import written
from scenarios.studies.reading import study
from tests.batches.conftest import Undisturbed
from tests.batches.processes import How, ended
from tests.batches.studies import (
    NAMES,
    RUNS,
    UNITS,
    caresim,
    files_of,
    runs_of,
    units_of,
    write_study,
)


@pytest.mark.parametrize("workers", [1, 2, 7])
@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_any_number_of_workers_of_any_engine_gives_the_same_bytes(
    tmp_path: Path, undisturbed: Undisturbed, engine: str, workers: int
) -> None:
    write_study(tmp_path)
    words = ["batch", "beds.yaml", "--out", "out", "--engine", engine]
    said = ended(tmp_path, [*words, "--workers", workers])
    assert said.code == 0, said.text
    assert runs_of(tmp_path / "out") == undisturbed.runs
    assert len(units_of(tmp_path / "out")) == UNITS


@pytest.mark.parametrize("block", [3, 100])
def test_any_cut_into_units_gives_the_same_bytes(
    tmp_path: Path, undisturbed: Undisturbed, block: int
) -> None:
    write_study(tmp_path)
    words = ["batch", "beds.yaml", "--out", "out"]
    said = ended(tmp_path, words, How(block=block))
    assert said.code == 0, said.text
    assert runs_of(tmp_path / "out") == undisturbed.runs


@pytest.mark.parametrize("order", [(1, 2, 3, 4, 5, 6, 7), (7, 2, 5, 1, 3, 6, 4)])
def test_shards_in_any_order_give_the_same_bytes(
    here: Path, undisturbed: Undisturbed, order: tuple[int, ...]
) -> None:
    for shard in order:
        result = caresim(
            *("batch", "beds.yaml", "--out", "out", "--shard", f"{shard}/{len(order)}")
        )
        assert result.exit_code == 0, result.output
        assert "When all are: caresim merge out" in result.stdout
        assert not (here / "out" / "runs").exists()
    assert caresim("merge", "out").exit_code == 0
    assert runs_of(here / "out") == undisturbed.runs
    assert len(units_of(here / "out")) == UNITS, "each block was done by one shard"


def test_a_run_of_a_batch_is_what_the_run_command_gives(
    here: Path, undisturbed: Undisturbed
) -> None:
    variants = study(here / "beds.yaml").variants
    assert tuple(variant.name for variant in variants) == NAMES
    for variant in variants:
        file = here / f"{variant.name}.yaml"
        file.write_text(written(variant.scenario()), encoding="utf-8")
        result = caresim("run", file.name, "--out", f"alone/{variant.name}")
        assert result.exit_code == 0, result.output
    alone = files_of(here / "alone", lambda path: path.name != "log.json")
    assert alone == undisturbed.runs


def test_recorded_patients_are_those_of_the_run_command(here: Path) -> None:
    for words in (
        ("batch", "ward.yaml", "--out", "batch"),
        ("run", "ward.yaml", "--out", "alone/runs/ward"),
    ):
        result = caresim(*words, "--record", "visits", "--seed", 5)
        assert result.exit_code == 0, result.output
    found = runs_of(here / "batch")
    assert sum("/visits/" in name for name in found) == 4
    assert found == runs_of(here / "alone")


def test_a_batch_that_is_there_is_not_written_again(here: Path) -> None:
    for _ in range(2):
        result = caresim("batch", "beds.yaml", "--out", "out")
        assert result.exit_code == 0
        times = [p.stat().st_mtime_ns for p in sorted((here / "out").rglob("*.*"))]
    assert "12 of 12 replications are there already." in result.stderr
    caresim("merge", "out")
    after = [p.stat().st_mtime_ns for p in sorted((here / "out").rglob("*.*"))]
    assert after == times
    assert len(list((here / "out" / "runs").iterdir())) == RUNS
