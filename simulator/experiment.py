"""Run a scenario: from a file, a name or a `Scenario` to a `results.Run`."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

from kernels.layout import Model
from results.layout.labels import Labels
from results.run import Origin, Run
from scenarios import read
from scenarios.scenario import Scenario
from scenarios.tables import digest, model
from simulator.errors import StuckError
from simulator.executors import Job, Progress, RunError, all_cores, replications
from simulator.forecast import Forecast, forecast
from simulator.naming import labels
from simulator.replication import ENGINES, Replication

Announce = Callable[[Forecast], None]
DEFAULT_ENGINE = "compiled"
LIBRARIES = ("numpy", "scipy", "numba", "simpy", "pyarrow", "holidays")


def run(  # noqa: PLR0913  # each is a choice of its own
    scenario: Scenario | str | Path,
    *,
    replications: int | None = None,
    numbers: Sequence[int] | None = None,
    seed: int | None = None,
    engine: str = DEFAULT_ENGINE,
    workers: int | None = None,
    record: bool = False,
    progress: Progress | None = None,
    announce: Announce | None = None,
) -> Run:
    """Run a scenario and return what came out.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, its file, or a name of the catalogue.
    replications : int, optional
        How many; as the scenario says if left out.
    numbers : sequence of int, optional
        Which, from 1 on, in place of how many.
    seed : int, optional
        As the scenario says if left out.
    engine : {"compiled", "simpy"}
        Both give the same results.
    workers : int, optional
        How many replications at the same time; all processors if left out.
    record : bool
        Whether to record every patient's visits.
    progress : callable, optional
        Told each replication as it is done.
    announce : callable, optional
        Told beforehand what the run will need, unless it is short.

    Returns
    -------
    Run
        In memory; `Run.write` saves it.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read.
    RunError
        If a replication fails, or the engine is not known.
    """
    began = perf_counter()
    chosen = scenario if isinstance(scenario, Scenario) else read(scenario)
    if engine not in ENGINES:
        known = " and ".join(sorted(ENGINES))
        raise RunError(f"'{engine}' is not an engine; there are {known}.")
    keep = record or chosen.record_visits != ()
    tables, names = prepared(chosen)
    seed = chosen.period.seed if seed is None else seed
    if numbers is None:
        count = chosen.period.replications if replications is None else replications
        numbers = range(1, count + 1)
    workers = all_cores() if workers is None else workers
    job = Job(tables, seed, engine, keep)
    if announce is not None and (needed := forecast(job, len(numbers), workers)):
        announce(needed)
    done = replicated(job, numbers, workers, progress)
    origin = Origin(chosen.resolved, digest(tables), seed, version("caresim"))
    log = _log(engine, workers, done, perf_counter() - began)
    tallies = [(r.number, r.tallies) for r in done]
    records = {r.number: r.records for r in done if r.records is not None}
    return Run.from_replications(names, origin, tallies, log, records)


def prepared(scenario: Scenario) -> tuple[Model, Labels]:
    """Return the machine form of a scenario, and the names of its rows.

    Raises
    ------
    RunError
        If the scenario cannot be put into tables.
    """
    try:
        tables = model(scenario)
        return tables, labels(scenario, tables)
    except ValueError as error:
        raise RunError(f"{scenario.name}: {error}") from error


def replicated(
    job: Job, numbers: Sequence[int], workers: int, progress: Progress | None = None
) -> list[Replication]:
    """Return some replications, in the order of their numbers.

    Raises
    ------
    RunError
        If one fails.
    """
    try:
        return replications(job, numbers, workers, progress)
    except StuckError as error:
        raise RunError(f"the run stopped: {error}.") from error


def _log(
    engine: str, workers: int, done: list[Replication], seconds: float
) -> dict[str, Any]:
    """Return what may differ between equal runs."""
    return {
        "engine": engine,
        "workers": workers,
        "finished": datetime.now(UTC).isoformat(timespec="microseconds"),
        "seconds": round(seconds, 3),
        "replications": [replication_log(r) for r in done],
        **surroundings(),
    }


def replication_log(done: Replication) -> dict[str, Any]:
    """Return how long a replication took."""
    return {
        "number": done.number,
        "seconds": round(done.seconds, 3),
        "cpu_seconds": round(done.cpu_seconds, 3),
    }


def surroundings() -> dict[str, Any]:
    """Return on which machine, and with which libraries, this process runs."""
    return {
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "cores": all_cores(),
            "python": sys.version.split()[0],
        },
        "versions": {name: version(name) for name in LIBRARIES},
    }
