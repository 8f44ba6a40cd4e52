"""What the batch layer costs: `python -m benchmarks.batch`.

A study of 200 scenarios of a small model, 50 replications of each, on all cores; then
status and plan of a batch of 10,000 units. Simulating alone is the same replications
played by the same number of threads, nothing kept.
"""

from __future__ import annotations

import resource
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import click

from scenarios.studies.reading import study
from simulator.batch import batches
from simulator.batch.conducting import conducted
from simulator.batch.places import here
from simulator.executors import all_cores
from simulator.replication import replicate

MODEL = """\
caresim: 1
title: An assessment unit and its ward
period: {start: 2024-01-01, horizon: 3 months}
services:
  unit:
    kind: staff
    capacity: {08:00-20:00: 4, 20:00-08:00: 2}
    takes: {law: lognormal, mean: 50 min, cv: 0.8}
    then: {ward: 12%, leave: rest}
  ward: {kind: beds, capacity: 40, takes: {law: lognormal, mean: 3 days, cv: 1}}
demand:
  unit: {rate: 80 per day}
"""
STUDY = """\
caresim: 1
study: How does the wait depend on beds and pace?
base: model
vary:
  beds: {{services: ward, add: {beds}}}
  pace: {{services: unit, what: takes.mean, multiply_by: {paces}}}
replications: {replications}
"""


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def _peak() -> float:
    """Return the most memory that this process has used, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _written(folder: Path, scenarios: int, replications: int) -> Path:
    """Write the study of so many scenarios; return its file."""
    (folder / "model.yaml").write_text(MODEL, encoding="utf-8")
    beds = list(range(scenarios // 10))
    paces = [round(0.80 + 0.02 * i, 2) for i in range(10)]
    text = STUDY.format(beds=beds, paces=paces, replications=replications)
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return folder / "study.yaml"


@click.command()
@click.option("--scenarios", default=200, show_default=True)
@click.option("--replications", default=50, show_default=True)
def main(scenarios: int, replications: int) -> None:
    """Measure what the batch layer costs, beside simulating alone."""
    workers = all_cores()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        asking = study(_written(folder, scenarios, replications))
        asked = batches.Asked(workers=workers)
        plan = _timed(lambda: batches.planned(asking, asked, folder / "out"))
        click.echo(f"plan of {scenarios} scenarios: {plan:.2f} s")
        began = perf_counter()
        store, jobs = batches.opened_batch(
            asking, asked, folder / "out", lambda _: None
        )
        reading = perf_counter() - began
        runs = store.book().runs
        few = runs[: max(len(runs) // 10, 1)]
        with ThreadPoolExecutor(workers) as pool:

            def alone() -> None:
                tasks = [
                    pool.submit(replicate, job.model, job.seed, number, job.engine)
                    for job in map(jobs.of, (run.key for run in few))
                    for number in range(1, replications + 1)
                ]
                for task in tasks:
                    task.result()

            alone()
            simulating = _timed(alone) * len(runs) / len(few)
        before = _peak()
        batch = _timed(
            lambda: conducted(store, jobs, here("compiled", workers), _ignore)
        )
        middle = _peak()
        together = _timed(lambda: batches.put_together(store, partial=False))
        click.echo(
            f"{len(runs)} runs of {replications} replications on {workers} workers: "
            f"reading {reading:.1f} s, simulating alone {simulating:.1f} s, as a batch "
            f"{batch:.1f} s, run folders {together:.1f} s"
        )
        layer = (reading + batch - simulating) / simulating
        click.echo(f"The batch layer (reading, claims, units) takes {layer:.1%} more.")
        click.echo(
            f"memory at the peak: {before:.0f} MB before, {middle:.0f} MB after "
            f"simulating, {_peak():.0f} MB after run folders"
        )
        _many_units(folder, scenarios)


def _ignore(count: int) -> None:
    del count


def _many_units(folder: Path, scenarios: int) -> None:
    """Measure status and plan where a batch has 10,000 units."""
    asking = study(_written(folder, scenarios, 10_000 // scenarios))
    asked = batches.Asked(workers=all_cores())
    store, _ = batches.opened_batch(asking, asked, folder / "many", lambda _: None)
    for run in store.book().runs:
        place = store.path / "units" / run.key
        place.mkdir(parents=True)
        for number in run.numbers:
            (place / f"{number:06d}-{number:06d}.unit").touch()
    status = _timed(lambda: batches.status(store.path))
    plan = _timed(lambda: batches.planned(asking, asked, store.path))
    units = sum(1 for _ in store.path.glob("units/*/*.unit"))
    click.echo(f"with {units:,} units: status {status:.2f} s, plan {plan:.2f} s")


if __name__ == "__main__":
    main()
