"""Tiny studies, and what is read of the folders of their batches."""

from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from simulator.batch.units import decoded
from simulator.cli import main

WARD = """\
caresim: 1
title: A tiny ward
period: {start: 2024-01-01, horizon: 1 month, replications: 4}
services:
  ward:
    kind: beds
    capacity: 3
    takes: {law: exponential, mean: 1 day}
demand:
  ward: {rate: 2 per day}
"""
STUDY = """\
caresim: 1
study: How many beds?
base: ward
compare_with: ward
vary:
  beds: {services: ward, set_to: [2, 4]}
"""
NAMES = ("ward", "ward_beds-2", "ward_beds-4")
"""Of its runs, the baseline first."""
RUNS, REPLICATIONS = 3, 4
UNITS = 6
"""Where a unit holds two replications."""


def write_study(folder: Path, study: str = STUDY, ward: str = WARD) -> Path:
    """Write a study and its scenario; return the study's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ward.yaml").write_text(ward, encoding="utf-8")
    path = folder / "beds.yaml"
    path.write_text(study, encoding="utf-8")
    return path


def caresim(*words: object) -> Result:
    """Give a command in this process; a traceback is a failure."""
    result = CliRunner().invoke(main, [str(word) for word in words])
    known = isinstance(result.exception, SystemExit | None)
    assert known, result.exception
    assert "Traceback" not in result.output
    return result


def runs_of(folder: Path) -> dict[str, bytes]:
    """Return all files of the run folders of a batch, but for their logs."""
    return files_of(folder / "runs", lambda path: path.name != "log.json")


def units_of(folder: Path) -> list[Path]:
    """Return the files of the units of a batch."""
    return sorted((folder / "units").glob("*/*.unit"))


def files_of(
    folder: Path, wanted: Callable[[Path], bool] = lambda _: True
) -> dict[str, bytes]:
    """Return files by their path within a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and wanted(path)
    }


def replications_in(folder: Path) -> list[tuple[str, int]]:
    """Return key and number of every replication in the units of a batch, as read."""
    units = [decoded(path.read_bytes()) for path in units_of(folder)]
    return sorted((unit.key, r.number) for unit in units for r in unit.replications)
