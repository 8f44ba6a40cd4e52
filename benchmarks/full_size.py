"""`python -m benchmarks.full_size`: what West Yorkshire takes, seven years of it.

One replication of the catalogue's baseline at each scale, in a process of its own:
processor time of playing it, on one thread, the peak of the process's memory until
then, and at the end of making and writing its tables. Imports, and reading the
scenario, are in the memory and not in the time.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import click

import scenarios
from benchmarks.machine import heading, others
from benchmarks.processes import alone
from benchmarks.report import table
from kernels.tallies import JOINED
from results.run import Origin, Run
from scenarios.tables import digest
from simulator.executors import Job
from simulator.experiment import prepared
from simulator.replication import replicate
from simulator.warmup import compile_all

SCENARIO = "west-yorkshire"
SCALES = ("1:100", "1:20", "1:1")
RESULTS = Path(__file__).parent / "full-size.md"
SECONDS, GIGABYTES = 60.0, 2.0
"""What was asked of a replication at 1:1."""


class Played(NamedTuple):
    """What a replication took."""

    scale: str
    visits: int
    seconds: float
    """Of CPU time, of playing."""
    gigabytes: float
    """At the peak, until it was played."""
    writing: float
    """Seconds of making and writing its tables, by the clock."""
    gigabytes_written: float
    """At the peak, in all."""

    @property
    def ns_per_visit(self) -> float:
        """Nanoseconds."""
        return self.seconds / self.visits * 1e9


def played(scale: str) -> Played:
    """Return what a replication takes: best in a process of its own."""
    scenario = scenarios.read(SCENARIO, scale)
    model, names = prepared(scenario)
    # The kernels are compiled, or read, before anything is measured.
    compile_all()
    seed = scenario.period.seed
    job = Job(model, seed, "compiled", keep=False)
    done = replicate(job.model, job.seed, 1, job.engine)
    visits = int(done.tallies.counts[:, : len(model.services), :, JOINED].sum())
    while_playing, began = peak(), perf_counter()
    origin = Origin(scenario.resolved, digest(model), seed, "0")
    run = Run.from_replications(names, origin, [(1, done.tallies)], {})
    with tempfile.TemporaryDirectory() as folder:
        run.write(Path(folder) / "run")
    writing = perf_counter() - began
    return Played(scale, visits, done.cpu_seconds, while_playing, writing, peak())


def peak() -> float:
    """Return the most memory that this process has had so far, in gigabytes."""
    import resource  # noqa: PLC0415  # Linux and macOS only

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e9 if sys.platform == "darwin" else 1e6)


def text(found: list[Played]) -> str:
    """Return the scales as a table, and how far the last is from what was asked."""
    rows = [
        (
            one.scale,
            f"{one.visits:,}",
            f"{one.seconds:.1f}",
            f"{one.ns_per_visit:,.0f}",
            f"{one.gigabytes:.2f}",
            f"{one.writing:.1f}",
            f"{one.gigabytes_written:.2f}",
        )
        for one in found
    ]
    head = (
        *("scale", "visits", "CPU s", "ns/visit", "GB, playing"),
        *("writing, s", "GB, in all"),
    )
    page = table([head, *rows])
    for one in found:
        if one.scale == "1:1":
            page += (
                f"\n\nAsked of 1:1: {SECONDS:g} s and {GIGABYTES:g} GB. It takes "
                f"{one.seconds / SECONDS:.1f} times the time and "
                f"{one.gigabytes_written / GIGABYTES:.1f} times the memory."
            )
    return page


def document(found: list[Played], before: str) -> str:
    """Return the page that is kept."""
    begins = heading("West Yorkshire, seven years", "full_size", before)
    return f"{begins}\n{text(found)}\n"


@click.command()
@click.option("--scale", "scales", multiple=True, help="One scale; may be repeated.")
@click.option("--write", is_flag=True, help="Renew benchmarks/full-size.md.")
def main(scales: tuple[str, ...], *, write: bool) -> None:
    """Measure a replication of West Yorkshire at each scale: some five minutes."""
    if write and scales:
        raise click.UsageError("--write renews the whole page: not with some scales.")
    before = others()
    found = [alone(played, scale) for scale in scales or SCALES]
    click.echo(text(found))
    if write:
        RESULTS.write_text(document(found, before), encoding="utf-8")


if __name__ == "__main__":
    main()
