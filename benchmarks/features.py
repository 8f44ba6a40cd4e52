"""`python -m benchmarks.features`: what every feature of the language costs.

Every example of a planner's file (`tests/conformance/valid`) is played for so many
years that at least `ENOUGH` events happen, or for `MOST_YEARS`: an overloaded service
has a list of decades then, which is looked at month by month. Of examples with fewer
than `FEW` events even so, what a replication costs at all is most of what shows; they
stand apart.
Events are visits that begin, visits that end in whatever way, and openings and
closings: they pay for what happens in between, such as risks that pass by, patients
moved in circles, or rules of escalation that are looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import click
import numpy as np

from benchmarks.machine import heading, others
from benchmarks.report import table
from kernels.layout import Model
from kernels.tallies import (
    ABSENT_N,
    BACK_N,
    COMPLETED_N,
    JOINED,
    LEFT_N,
    TURNED_N,
    Tallies,
)
from scenarios import parse
from scenarios.tables import model
from simulator.replication import replicate

EXAMPLES = Path(__file__).parent.parent / "tests" / "conformance" / "valid"
RESULTS = Path(__file__).parent / "features.md"
BAR = 1000
"""Nanoseconds an event."""
ENOUGH, FEW = 150_000, 10_000
"""Events."""
MOST_YEARS = 8
LONGER = """\
caresim: 1
extends: {name}
title: The same for longer
period: {{horizon: {years} years, replications: 1}}
"""
SEED = 1
ENDS = (
    COMPLETED_N,
    LEFT_N,
    TURNED_N,
    ABSENT_N,
    BACK_N,
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
    years, happened, tables = 1, 0, None
    while happened < ENOUGH and years < MOST_YEARS:
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
    visits = counts[JOINED] + np.sum(counts[list(ENDS)])
    return int(visits) + len(tables.calendar)


def text(found: list[Feature]) -> str:
    """Return the examples as a table, the slowest first, and how many miss the bar."""
    many = [feature for feature in found if feature.events >= FEW]
    few = [feature for feature in found if feature.events < FEW]
    within = sum(feature.ns_per_event <= BAR for feature in many)
    said = f"{within} of {len(many)} examples take {BAR:,} ns an event at most."
    page = f"{said}\n\n{_table(many)}"
    if few:
        page += f"\n\n{len(few)} with fewer than {FEW:,} events:\n\n{_table(few)}"
    return page


def _table(found: list[Feature]) -> str:
    """Return some examples as a table, the slowest first."""
    rows = [
        (f.name, f"{f.years}", f"{f.events:,}", f"{f.ns_per_event:,.0f}")
        for f in sorted(found, key=lambda f: -f.ns_per_event)
    ]
    return table([("example", "years", "events", "ns/event"), *rows])


def document(found: list[Feature], before: str) -> str:
    """Return the page that is kept."""
    begins = heading("What every feature costs", "features", before)
    return f"{begins}\n{text(found)}\n"


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
