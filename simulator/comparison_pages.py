"""What `caresim compare` prints: sentences, and tables where they say more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table

from results.comparison import Comparison, Contrast, Finding, GapRow, gaps
from results.comparison.comparing import run_names
from results.comparison.movements import standing
from results.comparison.sentences import found, growth, inputs, opening
from results.summary.standards import StandardMet, as_dict, by_year, standards_met
from results.words.numbers import amount, plus_minus
from results.words.phrases import phrase, subject
from simulator.commands.frame import print_json
from simulator.terminal import NOTHING, console, plain_table

if TYPE_CHECKING:
    from results.run import Run
    from results.statistics.estimates import Estimate

LEGEND = (
    "No mark: certain, whatever else was asked; ?: by its own interval only; "
    "·: no clear change; =: every patient's journey is the same."
)
FINANCIAL = ("Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = (*FINANCIAL, "Jan", "Feb", "Mar")
NOT_CLEAR = "·"


def comparison(compared: Comparison, measures: Sequence[str] | None) -> None:
    """Print a comparison in sentences; as a table where one was asked for."""
    for contrast in compared.contrasts:
        for sentence in opening(compared, contrast):
            click.echo(sentence)
        for sentence in inputs(compared.baseline, contrast):
            click.echo(sentence)
        for sentence in growth(compared, contrast):
            click.echo(sentence)
        for table in _tables(compared, contrast, measures):
            console().print(table)
        for sentence in found(compared, contrast):
            click.echo(sentence)


def _tables(
    compared: Comparison, contrast: Contrast, measures: Sequence[str] | None
) -> Iterator[Table | str]:
    """Yield the tables that say more than sentences."""
    frame, rows = compared.frame, contrast.rows
    if frame.by == "service":
        yield _services(rows)
        yield LEGEND
    elif frame.by and measures and not frame.gaps:
        for name in dict.fromkeys(row.name_parts for row in rows):
            yield _one_measure([row for row in rows if row.name_parts == name])
        yield LEGEND


def _services(rows: Sequence[Finding]) -> Table:
    """Return one row for each service, with the differences of all that was asked."""
    cells = {(row.subject, phrase(row.name_parts)): row for row in rows}
    table = plain_table("service")
    said = list(dict.fromkeys(column for _, column in cells))
    for column in said:
        table.add_column(column, justify="right", overflow="fold")
    for service in dict.fromkeys(name for name, _ in cells):
        row = [cells.get((service, column)) for column in said]
        table.add_row(service, *(NOTHING if c is None else _moved(c) for c in row))
    return table


def _one_measure(rows: Sequence[Finding]) -> Table:
    """Return one measure by month or group."""
    name = rows[0].name_parts
    table = plain_table(f"{subject(name)}: {phrase(name)}")
    for column in ("baseline", "this run", "difference (± half a 95% interval)"):
        table.add_column(column, justify="right")
    for row in rows:
        where = row.group.rpartition(": ")[2] if row.period == "whole" else row.period
        table.add_row(
            where,
            _level(row.a, row.unit),
            _level(row.b, row.unit),
            _moved(row, width=True),
        )
    return table


def _level(value: Estimate, unit: str) -> str:
    return plus_minus(value, unit)


def _moved(row: Finding, *, width: bool = False) -> str:
    """Say a difference for a table, and how certain it is."""
    if row.unchanged:
        return "="
    if not (row.clear or row.alone or row.likely or width):
        return NOT_CLEAR
    of, unit = row.difference, row.unit
    if row.statistic == "per day":
        unit = ""
    half = None if of.interval is None else (of.interval[1] - of.interval[0]) / 2
    said = plus_minus(of, unit) if width else amount(of.mean, unit, half)
    mark = "" if row.clear or row.alone else "?" if row.likely else f" {NOT_CLEAR}"
    return f"{'+' if of.mean > 0 else ''}{said}{mark}"


def gaps_in(run: Run, asked: Mapping[str, Any], *, as_json: bool) -> None:
    """Print the gaps between groups within one run."""
    rows = gaps(run, asked["gaps"], measures=asked["measures"], period=asked["period"])
    if as_json:
        print_json([row.as_dict() for row in rows])
        return
    n = len(run.replications)
    click.echo(f"Gaps in '{run.labels.title}', {n} replications; 95% intervals.")
    for sentence in _gap_sentences(rows):
        click.echo(sentence)


def _gap_sentences(rows: Sequence[GapRow]) -> Iterator[str]:
    """Yield the gaps that are certain, then where none is."""
    clear = [row for row in rows if row.clear]
    for row in clear:
        begins = f"{subject(row.name)}: {phrase(row.name)}"
        yield standing(begins, row.who, row.gap, row.unit)
    elsewhere = {row.name.subject for row in clear}
    subjects = dict.fromkeys(row.name.subject for row in rows)
    still = [name for name in subjects if name not in elsewhere]
    if still:
        yield f"No clear gap at: {', '.join(still)}."


def standards(runs: Sequence[Run], *, as_json: bool) -> None:
    """Print in which months standards are met, for one run or several."""
    names = run_names(runs)
    met = [standards_met(run) for run in runs]
    if as_json:
        print_json([as_dict(*each) for each in zip(names, met, strict=True)])
        return
    if not any(met):
        click.echo("No standards stand in the scenario.")
        return
    click.echo(
        "In how many of 100 replications each month meets the standard; years from "
        "April to March."
    )
    for standard in dict.fromkeys(s.standard for of_run in met for s in of_run):
        _standard(standard, dict(zip(names, met, strict=True)))


def _standard(name: str, met: Mapping[str, Sequence[StandardMet]]) -> None:
    """Print one standard for all runs."""
    having = {
        run: standard
        for run, of_run in met.items()
        for standard in of_run
        if standard.standard == name
    }
    click.echo(f"\n{name}: {next(iter(having.values())).promises or NOTHING} promised")
    table = plain_table("run")
    table.add_column("year")
    for month in MONTHS:
        table.add_column(month, justify="right")
    for run, standard in having.items():
        for year, months in by_year(standard.months):
            cells = [
                NOTHING if m is None or m.met is None else f"{100 * m.met:.0f}"
                for m in months
            ]
            table.add_row(run, year, *cells)
    console().print(table)
    for run, standard in having.items():
        said = f"{standard.sentence().partition(': ')[2]} {standard.why}"
        click.echo(f"{run}: {said.strip()}")
