"""`python -m benchmarks.features`: what every feature of the language costs.

Every example of a planner's file (`tests/conformance/valid`) is played for so many
years that at least `ENOUGH` events happen, or to the last year that the language knows.
Events are visits that begin, visits that end in whatever way, and openings and
closings: they pay for what happens in between, such as risks that pass by, patients
moved in circles, or rules of escalation that are looked at.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np

from benchmarks.machine import machine, others, today, versions
from benchmarks.report import table
from kernels import tallies as counting
from kernels.layout import Model
from kernels.tallies import Tallies
from results.labels import EPOCH
from scenarios import parse, read
from scenarios.tables import model
from simulator.replication import replicate

EXAMPLES = Path(__file__).parent.parent / "tests" / "conformance" / "valid"
RESULTS = Path(__file__).parent / "features.md"
BAR = 1000
"""Nanoseconds an event."""
ENOUGH = 150_000
"""Events."""
LAST_YEAR = 2059
LONGER = """\
caresim: 1
extends: {name}
title: The same for longer
period: {{horizon: {years} years, replications: 1}}
"""
SEED = 1
ENDS = (
    counting.COMPLETED_N,
    counting.LEFT_N,
    counting.TURNED_N,
    counting.ABSENT_N,
    counting.BACK_N,
)
"""Of visits."""


class Feature(NamedTuple):
    """What one example took."""

    name: str
    years: int
    events: int
    ns_per_event: float
    """Of CPU time, the best of several runs."""


def measured(name: str, repeats: int) -> Feature:
    """Return what an example takes: the best of several equal runs."""
    start = timedelta(microseconds=read(EXAMPLES / f"{name}.yaml").period.start)
    first_year = (EPOCH + start).year
    years, happened, tables = 4, 0, None
    while happened < ENOUGH and first_year + 2 * years <= LAST_YEAR:
        years *= 2
        tables = model(parse(LONGER.format(name=name, years=years), folder=EXAMPLES))
        happened = events(tables, replicate(tables, SEED, 1, "compiled").tallies)
    assert tables is not None
    seconds = min(
        replicate(tables, SEED, 1, "compiled").cpu_seconds for _ in range(repeats)
    )
    return Feature(name, years, happened, seconds / happened * 1e9)


def events(tables: Model, tallies: Tallies) -> int:
    """Return how many events a replication had."""
    counts = tallies.counts[:, : len(tables.services)].sum(axis=(0, 1, 2))
    visits = counts[counting.JOINED] + np.sum(counts[list(ENDS)])
    return int(visits) + len(tables.calendar)


def text(found: list[Feature]) -> str:
    """Return the examples as a table, the slowest first, and how many miss the bar."""
    slow = sum(feature.ns_per_event > BAR for feature in found)
    rows = [
        (f.name, f"{f.years}", f"{f.events:,}", f"{f.ns_per_event:,.0f}")
        for f in sorted(found, key=lambda f: -f.ns_per_event)
    ]
    within = len(found) - slow
    said = f"{within} of {len(found)} examples take {BAR:,} ns an event at most."
    return f"{said}\n\n{table([('example', 'years', 'events', 'ns/event'), *rows])}"


def document(found: list[Feature], before: str) -> str:
    """Return the page that is kept."""
    return (
        "# What every feature costs\n\n"
        f"Measured on {today()} by `python -m benchmarks.features`.\n"
        f"With {versions()}.\n"
        f"Machine: {machine()}. Its load average before: {before}.\n"
        "How, stands in `benchmarks/features.py`.\n\n"
        f"{text(found)}\n"
    )


@click.command()
@click.argument("names", nargs=-1)
@click.option("--repeats", type=click.IntRange(1), default=3, show_default=True)
@click.option("--write", is_flag=True, help="Renew benchmarks/features.md.")
def main(names: tuple[str, ...], repeats: int, write: bool) -> None:
    """Measure how long an event takes in every example, or in some by NAMES."""
    if write and names:
        raise click.UsageError("--write renews the whole page: not with some names.")
    chosen = names or sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
    before = others()
    found = [measured(name, repeats) for name in chosen]
    click.echo(text(found))
    if write:
        RESULTS.write_text(document(found, before), encoding="utf-8")


if __name__ == "__main__":
    main()
