"""What `caresim sensitivity` asks for, prints and draws."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from results.report.content import Specification
from results.report.pictures import Dot, TornadoRow, picture, wrong_chart
from results.statistics.estimates import Estimate
from results.words.numbers import (
    Unit,
    difference_unit,
    places,
)
from simulator.commands.frame import print_json
from simulator.sensitivity.asking import Question, Wish, question
from simulator.sensitivity.effects import Bars, Screening
from simulator.sensitivity.playing import TABLE, effects
from simulator.terminal import console, plain_table
from simulator.uncertain_pages import (
    amount_with_interval,
    in_unit,
    input_in_words,
)

LONGEST = 20
"""Inputs in a chart: those that move most."""


def asked(options: dict[str, Any]) -> Question:
    """Return what is asked; all mistakes are told at once."""
    wish = Wish(
        options["measure"],
        options["method"],
        options["by"],
        options["numbers"] or None,
        options["trajectories"],
        options["replications"],
        options["seed"],
        options["scale"],
    )
    return question(options["scenario"], wish, wrong=wrong_chart(options["chart"]))


def told(asking: Question, folder: Path, options: dict[str, Any]) -> None:
    """Print what came out, keep it as a table, and draw it where that is asked."""
    found = effects(asking, folder)
    if options["chart"] is not None:
        _draw(found, options["chart"], replace=options["replace"])
    if options["as_json"]:
        print_json({"folder": str(folder), **found.as_dict()})
        return
    lines = _of_bars(found) if isinstance(found, Bars) else _of_screening(found)
    for line in lines:
        if isinstance(line, str):
            click.echo(line)
        else:
            console().print(line)
    for warning in found.warnings:
        click.echo(warning)
    click.echo(f"The same as a table: {folder / TABLE}. The runs: {folder / 'runs'}")
    if options["chart"] is not None:
        click.echo(f"Chart: {options['chart']}")


# One at a time


def _of_bars(found: Bars) -> Iterator[str | Table]:
    now = amount_with_interval(found.base, found.unit)
    yield (
        f"{found.measure} is {now} with all numbers as they are taken. How it changes "
        f"with one of them at either end, all else as it is ({found.replications} "
        "pairs of replications with the same patients; 95% intervals in brackets):"
    )
    yield _most(found)
    chosen = difference_unit(found.unit, found.bars[0].length)
    table = plain_table("")
    table.add_column("number", no_wrap=True)
    for end in ("low", "high"):
        table.add_column(end, justify="right")
        table.add_column(f"change, {_called(chosen)}", justify="right")
        table.add_column("")
    for rank, bar in enumerate(found.bars, 1):
        row = [str(rank), bar.name]
        for side in (bar.low, bar.high):
            change = in_unit(side.change, chosen, name=False)
            row += [side.value, change, side.verdict]
        table.add_row(*row)
    yield table


def _most(found: Bars) -> str:
    """Say which number moves the measure most."""
    best = found.bars[0]
    if not best.length:
        return "No number moves it at all."
    size = Estimate(best.length, None, None, None, 1)
    told = amount_with_interval(size, found.unit, change=True)
    return f"Most comes from {best.name}: {told} from end to end."


# Trajectories


def _of_screening(found: Screening) -> Iterator[str | Table]:
    yield (
        f"What moving one number by its whole range does to {found.measure}, on "
        f"average over what the others may be ({found.trajectories} trajectories, "
        f"{found.replications} replications of each point; 95% intervals in brackets):"
    )
    quiet = [one.name for one in found.inputs if not one.shows]
    if quiet:
        yield f"Not told from luck: {', '.join(quiet)}."
    top = found.inputs[0].mu_star.mean
    chosen = difference_unit(found.unit, top)
    # Nobody asks how little the others do, next to the one that does most.
    finest = places(None, top / chosen.size)
    table = plain_table("")
    table.add_column("number", no_wrap=True)
    first = f"moves it by, {_called(chosen)}"
    for name in (first, "on balance", "varies by", "luck alone"):
        table.add_column(name, justify="right")
    table.add_column("")
    for rank, one in enumerate(found.inputs, 1):
        luck = Estimate(one.of_luck, None, None, None, 1)
        values = (one.mu_star, one.mu, one.sigma, luck)
        row = [in_unit(value, chosen, name=False, finest=finest) for value in values]
        verdict = "moves it" if one.shows else "not told from luck"
        table.add_row(str(rank), one.name, *row, verdict)
    yield table
    yield (
        "Moves it by: the mean size of its effects (mu*), by which it is ranked; on "
        "balance: their mean (mu); varies by: their standard deviation (sigma), large "
        "where the effect is no straight line or depends on other numbers."
    )


# Charts


def _draw(found: Bars | Screening, path: Path, *, replace: bool) -> None:
    """Write the chart."""
    if isinstance(found, Bars):
        _draw_tornado(found, path, replace=replace)
    else:
        _draw_screening(found, path, replace=replace)


def _draw_tornado(found: Bars, path: Path, *, replace: bool) -> None:
    bars = found.bars[:LONGEST]
    ends = [abs(s.change.mean) for bar in bars for s in (bar.low, bar.high)]
    chosen = difference_unit(found.unit, max(ends))
    rows = [
        TornadoRow(
            input_in_words(bar.name),
            side.value,
            end,
            side.change.scaled(1 / chosen.size),
        )
        for bar in bars
        for end, side in (("low", bar.low), ("high", bar.high))
    ]
    axis = f"change of {found.measure} ({_called(chosen)})"

    def drawing() -> Specification:
        from results.report.charts.moved import tornado_chart  # noqa: PLC0415

        return tornado_chart(rows, axis)

    picture(drawing, path, replace=replace)


def _draw_screening(found: Screening, path: Path, *, replace: bool) -> None:
    inputs = found.inputs[:LONGEST]
    chosen = difference_unit(found.unit, max(one.mu_star.mean for one in inputs))
    dots = [
        Dot(
            input_in_words(one.name),
            one.mu_star.scaled(1 / chosen.size),
            one.sigma.mean / chosen.size,
            one.shows,
        )
        for one in inputs
    ]

    def drawing() -> Specification:
        from results.report.charts.moved import screening_chart  # noqa: PLC0415

        return screening_chart(dots, found.measure, _called(chosen))

    picture(drawing, path, replace=replace)


def _called(unit: Unit) -> str:
    return f"{unit.name} {unit.power}".strip()
