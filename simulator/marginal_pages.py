"""What `caresim marginal` asks for, prints and draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.table import Table

from results.report.content import Specification
from results.report.pictures import CERTAIN, PERHAPS, SAME, picture, wrong_chart
from results.statistics.estimates import Estimate
from results.words.numbers import (
    difference_unit,
    number,
    places,
    said,
    with_interval,
)
from scenarios import read
from simulator.commands.frame import print_json, say_uncertain
from simulator.marginal.effects import PRICE, Effect, Effects
from simulator.marginal.playing import TABLE, Question, effects, question
from simulator.terminal import NOTHING, console, plain_table


def asked(options: dict[str, Any]) -> Question:
    """Return what is asked; all mistakes are told at once."""
    scenario = read(options["scenario"])
    say_uncertain(scenario)
    services, wrong = options["services"], wrong_chart(options["chart"])
    chosen = None if services is None else [s.strip() for s in services.split(",")]
    path, measure = options["scenario"], options["measure"]
    how = {"scale": options["scale"], "wrong": wrong}
    return question(path, measure, chosen, options["by"], **how)


def told(asking: Question, folder: Path, options: dict[str, Any]) -> None:
    """Print what came out, keep it as a table, and draw it where that is asked."""
    found = effects(asking, folder)
    if options["chart"] is not None:
        _draw(found, options["chart"], replace=options["replace"])
    if options["as_json"]:
        print_json({"folder": str(folder), **found.as_dict()})
        return
    for sentence in _sentences(found):
        click.echo(sentence)
    console().print(_table(found))
    for warning in found.warnings:
        click.echo(warning)
    for one in found.left_out:
        click.echo(f"Left out: {one.service}: {one.why}")
    click.echo(f"The same as a table: {folder / TABLE}. The runs: {folder / 'runs'}")
    if options["chart"] is not None:
        click.echo(f"Chart: {options['chart']}")


def _sentences(found: Effects) -> list[str]:
    """Say what is told, and what comes first."""
    now = NOTHING if found.base is None else with_interval(found.base, found.unit)
    opening = (
        f"{found.measure.text} is {now} as things are. How it changes with more "
        f"capacity at one service, all else as it is ({found.replications} pairs of "
        "replications with the same patients; 95% intervals in brackets):"
    )
    return [opening, _first(found), _how(found)]


def _first(found: Effects) -> str:
    """Say which service moves the measure most."""
    best = found.ranked[0] if found.ranked else None
    if best is None or best.certainty or best.change is None:
        return "No service moves it for certain; more replications may tell."
    way = "up" if best.change.mean > 0 else "down"
    said = (
        f"Most comes from {best.service}: {best.more} takes it {way} by "
        f"{_size(best.change, found.unit)}"
    )
    if best.per_price is None or not found.is_by_price:
        return f"{said}."
    cost = number(best.cost or 0.0, 0)
    price = _size(best.per_price, found.unit)
    return f"{said}, for £{cost} a year: {price} per £{PRICE:,} a year."


def _size(value: Estimate, unit: str) -> str:
    """Return how large a change is, whichever way it goes."""
    return _change(value if value.mean > 0 else value.turned(), unit)


def _how(found: Effects) -> str:
    """Say how services are ranked."""
    if found.is_by_price:
        return "Ranked by effect per pound, certain effects first."
    priced = sum(bool(effect.cost) for effect in found.ranked)
    why = (
        "no capacity has a price"
        if not priced
        else f"only {priced} of {len(found.ranked)} have a price"
    )
    return f"Ranked by effect, certain effects first; not per pound, as {why}."


def _table(found: Effects) -> Table:
    """Return a row for each service."""
    table = plain_table("")
    table.add_column("service", no_wrap=True)
    table.add_column("more")
    table.add_column("change", justify="right")
    prices = any(effect.cost for effect in found.ranked)
    if prices:
        table.add_column("costs a year", justify="right")
        table.add_column(f"change per £{PRICE:,} a year", justify="right")
    table.add_column("")
    for rank, effect in enumerate(found.ranked, 1):
        row = [str(rank), effect.service, effect.more]
        row.append(_change(effect.change, found.unit))
        if prices:
            row.append(NOTHING if not effect.cost else f"£{number(effect.cost, 0)}")
            row.append(_change(effect.per_price, found.unit))
        table.add_row(*row, effect.verdict)
    return table


def _change(value: Estimate | None, unit: str) -> str:
    """Return a change with its interval: `−2.3 (−2.7 to −1.9) days`."""
    if value is None:
        return NOTHING
    chosen = difference_unit(unit, value.mean)
    if value.interval is None or not value.standard_error:
        return said(value.mean, chosen, places(None, value.mean / chosen.size))
    low, high = value.interval
    decimals = places((high - low) / 2 / chosen.size, value.mean / chosen.size)
    ends = [number(end / chosen.size, decimals) for end in (low, high)]
    return f"{said(value.mean, chosen, decimals)} ({ends[0]} to {ends[1]})"


def _sure(effect: Effect) -> str:
    """Return how sure an effect is, as a chart says it."""
    if effect.is_none:
        return SAME
    return CERTAIN if effect.certainty == 0 else PERHAPS


def _draw(found: Effects, path: Path, *, replace: bool) -> None:
    """Write the chart."""
    by_price = found.is_by_price
    told = [(e, e.per_price if by_price else e.change) for e in found.ranked]
    drawn = [(e, value) for e, value in told if value is not None]
    if not drawn:
        return
    largest = max(abs(value.mean) for _, value in drawn)
    chosen = difference_unit(found.unit, largest)
    price = f" per £{PRICE:,} a year" if by_price else ""
    rows = [
        (f"{e.service}, {e.more}", value.scaled(1 / chosen.size), _sure(e))
        for e, value in drawn
    ]
    unit = "pounds" if chosen.name == "£" else ""
    name = f"{chosen.name} {chosen.power}".strip()
    axis = f"change of {found.measure.text}{price} ({name})"

    def drawing() -> Specification:
        from results.report.charts.effects import effects_chart  # noqa: PLC0415

        return effects_chart(rows, unit=unit, axis=axis)

    picture(drawing, path, replace=replace)
