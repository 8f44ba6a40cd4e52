"""What `caresim uncertain` asks for, prints and draws."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from results.report.content import Specification
from results.report.pictures import Panel, picture, wrong_chart
from results.statistics.bands import Band
from results.statistics.decisions import Worths
from results.statistics.estimates import Estimate
from results.statistics.jackknife import within
from results.words.numbers import (
    Unit,
    difference_unit,
    number,
    places,
    said,
    unit_for,
)
from simulator.commands.frame import print_json
from simulator.terminal import NOTHING, console, plain_table
from simulator.uncertain.asking import DRAWS, REPLICATIONS, Question, Wish, question
from simulator.uncertain.outlook import Decided, Outlook, Told
from simulator.uncertain.playing import TABLE, outlook


def asked(options: dict[str, Any]) -> Question:
    """Return what is asked; all mistakes are told at once."""
    wish = Wish(
        options["measures"],
        options["decisions"],
        options["against"],
        options["less_is_better"],
        DRAWS if options["draws"] is None else options["draws"],
        REPLICATIONS if options["replications"] is None else options["replications"],
        options["design"],
        options["seed"],
        options["scale"],
    )
    return question(options["scenario"], wish, wrong=wrong_chart(options["chart"]))


def told(asking: Question, folder: Path, options: dict[str, Any]) -> None:
    """Print what came out, keep it as a table, and draw it where that is asked."""
    found = outlook(asking, folder)
    if options["chart"] is not None:
        _draw(found, options["chart"], replace=options["replace"])
    if options["as_json"]:
        print_json({"folder": str(folder), **found.as_dict()})
        return
    for line in _lines(found):
        if isinstance(line, str):
            click.echo(line)
        else:
            console().print(line)
    click.echo(f"The same as a table: {folder / TABLE}. The runs: {folder / 'runs'}")
    if options["chart"] is not None:
        click.echo(f"Chart: {options['chart']}")


def _lines(found: Outlook) -> Iterator[str | Table]:
    yield (
        f"{found.draws:,} draws of what is not known, {found.replications} "
        "replications of each; 95% intervals in brackets."
    )
    for one in found.told:
        yield ""
        yield from _of_measure(one)
    for made in found.decided:
        yield ""
        yield from _of_decision(made)
    yield from (f"\n{warning}" for warning in found.warnings)


# Measures


def _of_measure(one: Told) -> Iterator[str | Table]:
    mean = amount_with_interval(one.mean, one.unit, change=one.is_difference)
    half, most = one.bands
    yield f"{one.asked}: {mean} on average."
    if one.same:
        yield "It is the same in all of them: nothing that is not known moves it."
        return
    what = "That of one period to come" if one.is_difference else "One period to come"
    yield (
        f"{what} lies {_between(half, one)} in half of all cases, and "
        f"{_between(most, one)} in 95 of 100."
    )
    if one.draws_needed:
        yield (
            "A few draws make most of the mean: to trust its interval, take "
            f"{one.draws_needed:,} draws."
        )
    yield _whence(one)
    if one.shares is None:
        yield f"No shares of inputs: {one.why_not}."
        return
    table = plain_table("of what is not known")
    for name in ("alone", "with others"):
        table.add_column(name, justify="right")
    for share in one.shares.inputs:
        table.add_row(share.name, percent(share.first), percent(share.total))
    if one.shares.left is not None:
        left = percent(one.shares.left)
        table.add_row("not followed by the fit", left, NOTHING)
    yield table


def _between(band: Band, one: Told) -> str:
    """Return the ends of a band: `between 2 and 12 days`."""
    size = max(abs(band.low), abs(band.high))
    chosen = (difference_unit if one.is_difference else unit_for)(one.unit, size)
    decimals = places((band.high - band.low) / 20 / chosen.size, size / chosen.size)
    low = number(band.low / chosen.size, decimals)
    return f"between {low} and {said(band.high, chosen, decimals)}"


def _whence(one: Told) -> str:
    """Say how much of the spread is what is not known, and how much luck."""
    share = one.split.share
    if share is None or one.split.between.mean <= 0:
        return (
            "All of its variance is luck, as far as can be told: what is not known "
            "does not show above it."
        )
    cut = within(share, 0.0, 1.0)
    luck = round(100 * (1 - cut.mean))
    return (
        f"Of its variance {percent(share)} comes from what is not known, {luck}% from "
        "luck."
    )


def percent(value: Estimate) -> str:
    """Return a share with its interval, cut at 0 and 1: `45% (39 to 51)`.

    Parameters
    ----------
    value : Estimate
    """
    cut = within(value, 0.0, 1.0)
    if cut.interval is None:
        return f"{cut.mean:.0%}"
    low, high = cut.interval
    return f"{100 * cut.mean:.0f}% ({100 * low:.0f} to {100 * high:.0f})"


def amount_with_interval(value: Estimate, unit: str, *, change: bool = False) -> str:
    """Return an estimate with its interval: `6.2 days (4.2 to 8.2)`.

    Parameters
    ----------
    value : Estimate
    unit : str
        Of the tables.
    change : bool
        Whether it is a difference: those of shares are told in percentage points.
    """
    chosen = (difference_unit if change else unit_for)(unit, value.mean)
    return in_unit(value, chosen)


def in_unit(
    value: Estimate, chosen: Unit, *, name: bool = True, finest: int = 6
) -> str:
    """Return an estimate with its interval in a unit.

    Parameters
    ----------
    value : Estimate
    chosen : Unit
    name : bool
        Whether the unit is said.
    finest : int
        Decimals, at most.
    """
    shown = chosen if name else Unit("", chosen.size)
    if value.interval is None or not value.standard_error:
        decimals = min(places(None, value.mean / chosen.size), finest)
        return said(value.mean, shown, decimals)
    low, high = value.interval
    decimals = places((high - low) / 2 / chosen.size, value.mean / chosen.size)
    decimals = min(decimals, finest)
    ends = [number(end / chosen.size, decimals) for end in (low, high)]
    return f"{said(value.mean, shown, decimals)} ({ends[0]} to {ends[1]})"


# Decisions


def _of_decision(one: Decided) -> Iterator[str | Table]:
    if one.worths is None:
        said = f"what finding out is worth is not told: {one.why_not}."
        yield f"{one.decision.said}: {said}"
        return
    yield f"{one.decision.said}: {_advice(one, one.worths)}"
    if one.chance is not None:
        yield (
            f"It is so in {one.chance:.0%} of all cases, over what is not known and "
            "luck together."
        )
    yield f"With all inputs known one would decide otherwise in {one.worths.wrong:.0%}."
    best = one.worths.inputs[0].value
    if not best.mean:
        yield "No input is worth finding out alone: none would change the decision."
    table = plain_table("worth finding out")
    table.add_column("gains on average", justify="right")
    whole = one.worths.all_inputs
    chosen = difference_unit(one.unit, whole.mean or whole.high or 0.0)
    for worth in one.worths.inputs:
        table.add_row(worth.name, _gain(worth.value, chosen))
    table.add_row("all of them", _gain(whole, chosen))
    yield table


def _advice(one: Decided, worths: Worths) -> str:
    """Say what one does as things are known, and what it is expected to gain."""
    gain = worths.gain
    does = gain.mean > 0
    size = amount_with_interval(gain if does else gain.turned(), one.unit, change=True)
    if one.decision.bar is None:
        what = "take it" if does else "leave it"
        return f"as things are known, {what}: {size} better on average."
    what = "rely on it" if does else "do not rely on it"
    side = "right" if does else "wrong"
    return f"as things are known, {what}: on average it lies {size} on the {side} side."


def _gain(value: Estimate, chosen: Unit) -> str:
    """Return what knowing gains; nothing at all has no unit to speak of."""
    return in_unit(value, chosen) if value.high else "nothing"


# Chart


def _draw(found: Outlook, path: Path, *, replace: bool) -> None:
    """Write the chart: bands and shares of each measure."""
    panels = [_panel(one) for one in found.told]

    def drawing() -> Specification:
        from results.report.charts.spreads import spread_chart  # noqa: PLC0415

        return spread_chart(panels)

    picture(drawing, path, replace=replace)


def _panel(one: Told) -> Panel:
    """Return what is drawn of a measure."""
    most = one.bands[-1]
    size = max(abs(most.low), abs(most.high))
    chosen = (difference_unit if one.is_difference else unit_for)(one.unit, size)
    known = one.split.share
    shares = [] if one.shares is None else list(one.shares.inputs)
    part = 0.0 if known is None else within(known, 0.0, 1.0).mean
    rows = [(input_in_words(s.name), *_stacked(s.first, s.total, part)) for s in shares]
    return Panel(
        one.asked,
        f"{chosen.name} {chosen.power}".strip(),
        one.mean.scaled(1 / chosen.size).mean,
        [(band.low / chosen.size, band.high / chosen.size) for band in one.bands],
        rows,
        1 - part,
    )


def input_in_words(name: str) -> str:
    """Return the name of an input as charts say it: `ward, takes, mean`.

    Parameters
    ----------
    name : str
        Dotted.
    """
    return ", ".join(name.removeprefix("services.").split("."))


def _stacked(first: Estimate, total: Estimate, part: float) -> tuple[float, float]:
    """Return what an input has alone, and more with others, of all variance."""
    alone = part * within(first, 0.0, 1.0).mean
    return alone, max(part * within(total, 0.0, 1.0).mean - alone, 0.0)
