"""`python -m benchmarks.replications`: twenty of West Yorkshire at full size.

The catalogue's baseline at 1:1, seven years, in a process of its own: by the clock from
the scenario that is read to the run folder that is written, and the peak of the
process's memory. Kernels are compiled, or read, before.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

import click

import scenarios
from benchmarks.full_size import SCENARIO, peak
from benchmarks.machine import heading, others
from benchmarks.processes import alone
from benchmarks.report import table
from simulator.experiment import run
from simulator.warmup import compile_all

RESULTS = Path(__file__).parent / "replications.md"
MINUTES = 11.0
"""What was asked of twenty replications on two cores."""
REPLICATIONS, WORKERS = 20, 2


class Taken(NamedTuple):
    """What several replications took."""

    scale: str
    replications: int
    workers: int
    minutes: float
    """By the clock."""
    cpu_minutes: float
    gigabytes: float
    """At the peak."""


def taken(scale: str, replications: int, workers: int) -> Taken:
    """Return what a run takes, tables included."""
    compile_all()
    began, cpu = perf_counter(), process_time()
    scenario = scenarios.read(SCENARIO, scale)
    done = run(scenario, replications=replications, workers=workers)
    with tempfile.TemporaryDirectory() as folder:
        done.write(Path(folder) / "run")
    minutes = (perf_counter() - began) / 60
    cpu_minutes = (process_time() - cpu) / 60
    return Taken(scale, replications, workers, minutes, cpu_minutes, peak())


def text(found: Taken) -> str:
    """Return the figures as a table, and how far they are from what was asked."""
    head = ("scale", "replications", "workers", "minutes", "CPU minutes", "GB")
    row = (
        found.scale,
        f"{found.replications}",
        f"{found.workers}",
        f"{found.minutes:.1f}",
        f"{found.cpu_minutes:.1f}",
        f"{found.gigabytes:.1f}",
    )
    page = table([head, row])
    if found[:3] == ("1:1", REPLICATIONS, WORKERS):
        times = found.minutes / MINUTES
        page += f"\n\nAsked: {MINUTES:g} minutes. It takes {times:.1f} times as long."
    return page


@click.command()
@click.option("--scale", default="1:1", show_default=True)
@click.option("--replications", default=REPLICATIONS, show_default=True)
@click.option("--workers", default=WORKERS, show_default=True)
@click.option("--write", is_flag=True, help="Renew benchmarks/replications.md.")
def main(scale: str, replications: int, workers: int, *, write: bool) -> None:
    """Measure a run of West Yorkshire: half an hour for twenty at full size."""
    if write and (scale, replications, workers) != ("1:1", REPLICATIONS, WORKERS):
        raise click.UsageError("--write renews the page of twenty at 1:1 on two cores.")
    before = others()
    found = alone(taken, scale, replications, workers)
    click.echo(text(found))
    if write:
        begins = heading("West Yorkshire, twenty times", "replications", before)
        RESULTS.write_text(f"{begins}\n{text(found)}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
