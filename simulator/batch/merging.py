"""Putting units together: from the units of a run to its run folder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from results.errors import ResultError
from results.folder.contents import is_run_folder, read_manifest
from results.folder.manifest import digest
from results.layout.labels import Labels
from results.run import Run
from simulator.batch.book import Frame, PlannedRun
from simulator.batch.store import Store
from simulator.batch.units import Unit
from simulator.experiment import replication_log
from simulator.replication import Replication


def merged(store: Store, run: PlannedRun, numbers: Sequence[int]) -> Path:
    """Put some replications of a run together; return the run folder.

    A folder that says the same already is left as it is.

    Parameters
    ----------
    store : Store
    run : PlannedRun
    numbers : sequence of int
        Ascending; if there are fewer than the run has, the run is partial.

    Raises
    ------
    DamagedUnitError
        If a unit that is needed is damaged.
    ResultError
        If one cannot be read, or the folder cannot be written.
    """
    path, frame = store.path / "runs" / run.name, store.frame(run)
    if _is_there(path, frame, run, numbers):
        return path
    made = gathered(store, run, frame, numbers)
    try:
        made.write(path, replace=True)
    except ResultError:
        # Another batch may have put the same folder there in this very moment.
        if not _is_there(path, frame, run, numbers):
            raise
    return path


def gathered(
    store: Store, run: PlannedRun, frame: Frame, numbers: Sequence[int]
) -> Run:
    """Return some replications of a run, as units have them.

    Parameters
    ----------
    store : Store
    run : PlannedRun
    frame : Frame
    numbers : sequence of int
        Ascending; if there are fewer than the run has, the run is partial.

    Raises
    ------
    DamagedUnitError
        If a unit that is needed is damaged.
    ResultError
        If one cannot be read.
    """
    units, played = _played(store, run, numbers)
    return Run.from_replications(
        frame.labels,
        frame.origin,
        [(number, r.tallies) for number, r in played.items()],
        _log(units, list(played.values())),
        {n: r.records for n, r in played.items() if r.records is not None},
        asked=run.replications,
    )


def replications(
    store: Store, run: PlannedRun, numbers: Sequence[int]
) -> list[Replication]:
    """Return some replications of a run, as units have them.

    Parameters
    ----------
    store : Store
    run : PlannedRun
    numbers : sequence of int
        Ascending.

    Raises
    ------
    DamagedUnitError
        If a unit that is needed is damaged.
    ResultError
        If one cannot be read.
    """
    played = _played(store, run, numbers)[1]
    return [played[number] for number in numbers]


def _played(
    store: Store, run: PlannedRun, numbers: Sequence[int]
) -> tuple[list[Unit], dict[int, Replication]]:
    """Return the units that hold some replications, and these by their numbers."""
    wanted = set(numbers)
    units = _needed(store, run, wanted)
    played = {
        replication.number: replication
        for unit in units
        for replication in unit.replications
        if replication.number in wanted
    }
    return units, played


def _needed(store: Store, run: PlannedRun, numbers: set[int]) -> list[Unit]:
    """Return units that cover some replications, as few as will do."""
    units, left = [], set(numbers)
    for stretch in sorted(store.there(run.key), key=lambda s: (s.first, -s.last)):
        if left.intersection(stretch.numbers):
            units.append(store.unit(run.key, stretch))
            left.difference_update(stretch.numbers)
    if left:
        raise ResultError(f"{run.name}: replication {min(left)} has gone missing")
    return units


def _is_there(
    path: Path, frame: Frame, run: PlannedRun, numbers: Sequence[int]
) -> bool:
    """Return whether a run folder holds just these replications of this run."""
    if not is_run_folder(path):
        return False
    try:
        manifest = read_manifest(path)
    except ResultError:
        return False
    origin = frame.origin
    return bool(
        manifest["replications"] == list(numbers)
        and manifest["model_digest"] == origin.model_digest
        and manifest["seed"] == run.seed
        and manifest["caresim"] == origin.caresim
        and manifest["scenario_digest"] == digest(origin.scenario)
        and (manifest["status"] == "complete") == (len(numbers) == run.replications)
        and any("/" in table for table in manifest["tables"]) == run.keeps
        and Labels.from_dict(manifest["labels"]) == frame.labels
    )


def _log(units: Sequence[Unit], played: Sequence[Replication]) -> dict[str, Any]:
    """Return what may differ between equal runs: of several machines, the first."""
    logs = [unit.log for unit in units]
    return {
        "engine": " and ".join(sorted({log["engine"] for log in logs})),
        "finished": datetime.now(UTC).isoformat(timespec="microseconds"),
        "seconds": round(sum(r.seconds for r in played), 3),
        "replications": [replication_log(r) for r in played],
        "hosts": sorted({log["host"] for log in logs}),
        "machine": logs[0]["machine"],
        "versions": logs[0]["versions"],
    }
