"""What a ledger of millions of patients takes: `-m benchmarks.displacement`.

It plays the network of case (c) and the same with 5% more patients, records everybody,
and then loads both run folders and reads the ledger in sentences, in a process of its
own. The bar: 2 million patients in each run within 30 s and 2 GB.
"""

from __future__ import annotations

import resource
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import NamedTuple

import click

import results
import simulator
from benchmarks.processes import alone
from scenarios import read

CASE = Path(__file__).parent / "cases" / "c.yaml"
SECONDS, GIGABYTES = 30.0, 2.0
_MORE = """\
caresim: 1
extends: case
title: {title}
period: {{horizon: {minutes:.0f} min}}
changes:
  - {{demand: patients, multiply_by: {factor}}}
"""
_PER_MINUTE = 12 / 60
"""Patients of case (c)."""


class Taken(NamedTuple):
    """What a ledger has taken."""

    patients: tuple[int, int]
    """Recorded in either run."""
    visits: tuple[int, int]
    seconds: float
    cpu_seconds: float
    gigabytes: float
    """The peak of the process, Python and libraries included."""

    def sentence(self) -> str:
        """Say it."""
        a, b = self.patients
        return (
            f"{a:,} and {b:,} patients with {sum(self.visits):,} visits: "
            f"{self.seconds:.1f} s ({self.cpu_seconds:.1f} s of CPU), "
            f"{self.gigabytes:.2f} GB at the peak."
        )


@click.command()
@click.option("--patients", default=2_000_000, show_default=True, help="Of each run.")
@click.option("--replications", default=10, show_default=True)
@click.option("--by", default="", help="Keep people apart, as `caresim ledger` does.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep the runs there.")
def main(patients: int, replications: int, by: str, folder: Path | None) -> None:
    """Measure a ledger of two runs."""
    with TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        place.mkdir(exist_ok=True)
        for name, factor in (("a", 1.0), ("b", 1.05)):
            if not (place / name).exists():
                alone(
                    _played, place, name, factor, patients // replications, replications
                )
        taken = alone(measured, place, by)
    click.echo(taken.sentence())
    if taken.cpu_seconds > SECONDS or taken.gigabytes > GIGABYTES:
        click.echo(f"The bar is {SECONDS:g} s and {GIGABYTES:g} GB.")
        sys.exit(1)


def _played(place: Path, name: str, factor: float, each: int, many: int) -> None:
    """Write a run folder with records of so many patients in each replication."""
    shutil.copyfile(CASE, place / "case.yaml")
    minutes = each / _PER_MINUTE
    text = _MORE.format(title=name, minutes=minutes, factor=factor)
    file = place / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    run = simulator.run(read(file), replications=many, record=True, workers=1)
    run.write(place / name)


def measured(place: Path, by: str = "") -> Taken:
    """Return what the ledger of two run folders takes in this process.

    Parameters
    ----------
    place : Path
        Holds the folders `a` and `b`.
    by : str
    """
    began, cpu = perf_counter(), process_time()
    a, b = (results.load(place / name) for name in "ab")
    results.ledger(a, b, by=by).sentences()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds, cpu_seconds = perf_counter() - began, process_time() - cpu
    rows = [run.manifest["tables"] for run in (a, b)]
    counts = [
        tuple(
            sum(t["rows"] for name, t in tables.items() if name.startswith(f"{of}/"))
            for tables in rows
        )
        for of in ("patients", "visits")
    ]
    unit = 1e9 if sys.platform == "darwin" else 1e9 / 1024
    return Taken(
        (counts[0][0], counts[0][1]),
        (counts[1][0], counts[1][1]),
        seconds,
        cpu_seconds,
        peak / unit,
    )


if __name__ == "__main__":
    main()
