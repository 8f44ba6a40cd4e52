"""What `caresim ledger` and `caresim trace` print."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from results.displacement import Ledger
from results.displacement.choosing import examples as examples_of_two
from results.journeys.journey import Journey, examples, recorded_journey
from results.journeys.parting import Line, Parting, trace
from results.statistics.estimates import Estimate
from results.words.numbers import counted, plus_minus
from simulator.commands.frame import print_json
from simulator.executors import RunError
from simulator.folders import loaded
from simulator.journey import EXAMPLES
from simulator.terminal import (
    BRACKETS,
    NOTHING,
    PLUS_MINUS,
    bare_table,
    console,
    plain_table,
)

if TYPE_CHECKING:
    from results.run import Run

_SIDE = 52
"""Columns for each journey where the output is no terminal."""


def tables(ledger: Ledger, names: Sequence[str]) -> None:
    """Print tables of a ledger."""
    click.echo(ledger.sentences()[0].replace(BRACKETS, PLUS_MINUS))
    for name in names:
        rows = getattr(ledger, name)()
        columns = list(rows[0]) if rows else []
        if not ledger.is_apart:
            columns = [column for column in columns if column != "people"]
        table = bare_table(name)
        for column in columns:
            is_figure = isinstance(rows[0][column], Estimate)
            said = column.replace("_", " ").replace("percentile 50", "median")
            table.add_column(said, justify="right" if is_figure else "left")
        for row in rows:
            table.add_row(*(_cell(column, row[column]) for column in columns))
        console().print(table)


def _cell(column: str, value: Estimate | str | None) -> str:
    """Say a value of a ledger's table."""
    if not isinstance(value, Estimate):
        return value or NOTHING
    is_time = column == "mean" or column.startswith("percentile")
    return plus_minus(value, "days") if is_time else counted(value)


def journey(told: Journey, *, as_json: bool) -> None:
    """Print one journey."""
    if as_json:
        print_json(told.as_dict())
    else:
        for line in told.lines():
            click.echo(line)


def recorded(
    folder: Path, replication: int, patient: int | None, *, as_json: bool
) -> None:
    """Print one journey from the records of a run."""
    run = loaded(folder)
    told: Journey | None
    if patient is None:
        everybody = run.records("patients", replication)
        told = examples(run.labels.title, replication, everybody, EXAMPLES)
    else:
        told = recorded_journey(run, replication, patient)
    if told is None:
        raise RunError(
            f"no patient {patient} comes in replication {replication} of {folder}. "
            "Leave --patient out to see some."
        )
    journey(told, as_json=as_json)


def side_by_side(
    folders: tuple[Path, Path], replication: int, patient: int | None, *, as_json: bool
) -> None:
    """Print the journeys of one patient in two runs."""
    a, b = (loaded(folder) for folder in folders)
    if patient is None:
        _whom(a, b, replication, as_json=as_json)
        return
    both = trace(a, b, patient, replication=replication)
    if as_json:
        print_json(both.as_dict())
    else:
        _parting(both)


def _whom(a: Run, b: Run, replication: int, *, as_json: bool) -> None:
    """Print whom one may ask for."""
    found = examples_of_two(a, b, replication)
    if as_json:
        print_json(found)
        return
    click.echo(
        f"Replication {replication}. Ask for one patient with --patient, for example "
        "one of these:"
    )
    for what, who in found.items():
        click.echo(f"  {what}: {', '.join(map(str, who))}")
    if not found:
        click.echo("  nobody: all journeys are the same in both runs")


def _parting(both: Parting) -> None:
    """Print two journeys, and where they part."""
    whose = f" ({both.group})" if both.group else ""
    click.echo(f"Patient {both.patient}{whose}, replication {both.replication}")
    click.echo(f"A: {both.titles[0]}")
    click.echo(f"B: {both.titles[1]}")
    before, after = both.before(), both.after()
    if before:
        click.echo("\nThe same in both:")
        for line in before:
            click.echo(f"  {line.time}  {line.a}")
    click.echo(f"\n{both.sentence()}")
    if after:
        console().print(_after(after))


def _after(lines: Sequence[Line]) -> Table:
    """Return what comes after the parting, in two columns."""
    table = plain_table("")
    for side in "AB":
        table.add_column(side, max_width=_SIDE, overflow="fold")
    for line in lines:
        table.add_row(f"  {line.time}", line.a, line.b)
    return table
