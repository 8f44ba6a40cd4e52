"""What `caresim stress` asks for, prints and draws."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from results.report.content import Specification
from results.report.pictures import Shaded, picture, wrong_chart
from results.statistics.estimates import Estimate
from results.words.numbers import (
    Unit,
    amount,
    difference_unit,
    number,
    places,
    said,
)
from scenarios import dates, read
from scenarios.studies.shocks import Shocked, library
from simulator.commands.frame import print_json, say_uncertain
from simulator.stress.differences import Difference, Quantile
from simulator.stress.playing import (
    BY_PERIOD,
    TABLE,
    Answers,
    Question,
    answers,
    question,
)
from simulator.terminal import NOTHING, bare_table, console

MOST = 3
"""Lists told for each shock where no measure was named."""
_DRAWN = 6
"""Panels of a chart."""


def listed(*, as_json: bool) -> None:
    """Print the shocks that come with caresim, with their numbers and sources."""
    found = library()
    if as_json:
        print_json([one.as_dict() for one in found])
        return
    for one in found:
        for line in one.lines():
            click.echo(line)


def asked(options: dict[str, Any]) -> Question:
    """Return what is asked; all mistakes are told at once."""
    if options["scenario"] is None:
        raise click.UsageError("name a scenario, or use --list.")
    say_uncertain(read(options["scenario"]))
    wrong = wrong_chart(options["chart"])
    return question(
        options["scenario"],
        options["shocks"],
        options["measures"],
        begins=options["begins"],
        within=options["within"],
        scale=options["scale"],
        wrong=wrong,
    )


def told(asking: Question, folder: Path, options: dict[str, Any]) -> None:
    """Print what came out, keep it as tables, and draw it where that is asked."""
    found = answers(asking, folder)
    chosen = [one for shock in found.shocked for one in _chosen(found, shock.variant)]
    begin = dates.as_datetime(asking.made.base.period.start).date()
    if options["chart"] is not None:
        _draw(chosen, found, begin, options)
    if options["as_json"]:
        print_json({"folder": str(folder), **found.as_dict()})
        return
    for shock in found.shocked:
        for line in _sentences(found, shock, begin):
            click.echo(line)
    console().print(_table(chosen, found))
    click.echo(
        f"{found.replications} pairs of replications with the same patients; 95% "
        "intervals in brackets. A list is the number of patients in line, by week; in "
        "all: patient-weeks. Beyond: off by more than the tolerance; "
        "unusual: outside the range of 95% of the replications. Back: so long after "
        "the last spell, in half and in nine in ten of the replications."
    )
    for warning in found.warnings:
        click.echo(warning)
    tables = f"{folder / TABLE}, {folder / BY_PERIOD}"
    click.echo(f"The same as tables: {tables}. The runs: {folder / 'runs'}")
    if options["chart"] is not None:
        click.echo(f"Chart: {options['chart']}")


def _chosen(found: Answers, variant: str) -> list[Difference]:
    """Return what is told of a shock: all that was asked, or the largest."""
    every = found.of(variant)
    return every if found.is_asked else [d for d in every if not d.is_none][:MOST]


def _name(found: Answers, variant: str) -> str:
    return next(s.shock.title for s in found.shocked if s.variant == variant)


def _sentences(found: Answers, shock: Shocked, begin: date) -> list[str]:
    """Say when a shock comes, and what it does most."""
    spells = ", ".join(
        f"{dates.written_date(s.begins)} to {dates.written_date(s.ends)}"
        for s in shock.spells
    )
    lines = [f"{shock.shock.title} ({spells}):"]
    chosen = _chosen(found, shock.variant)
    if not chosen:
        lines.append("  no list changes in any replication.")
    lines += [f"  {line}" for one in chosen for line in _said(one, begin)]
    lines += [f"  Left out, as it touches nothing: {why}" for why in shock.left_out]
    return lines


def _said(one: Difference, begin: date) -> list[str]:
    """Say of one measure how bad it gets, for how long, and when it is over."""
    if one.is_none:
        return [f"{_what(one)}: exactly as before."]
    week = one.periods.name == "week"
    when = f"the week from {one.periods.labels[one.worst]}"
    if not week:
        when = one.periods.labels[one.worst]
    at_worst = one.at_worst
    half = at_worst.mean - at_worst.low if at_worst.low is not None else None
    worst = (
        f"{_what(one)}: at worst {_change(at_worst, one.unit)} in {when}, where it "
        f"would have been {amount(one.worst_base, one.unit, half)}"
    )
    if one.in_all is not None and week:
        size = _change(one.in_all, "patient-weeks")
        worst += f"; in all {size}"
    return [f"{worst}. {_over(one, begin)}"]


def _over(one: Difference, begin: date) -> str:
    """Say when it is over."""
    n, half = len(one.recoveries), one.quantiles[0]
    within = amount(one.tolerance, one.unit, one.tolerance / 10)
    if one.recovered == 0:
        return f"Not back to within {within} in any of {n} replications by the end."
    never = n - one.recovered
    rest = f"; {never} of {n} are not back by the end" if never else ""
    if half.days is None:
        return f"Back to within {within} in {one.recovered} of {n} replications only."
    if half.days == 0:
        how = "At once" if one.quantiles[1].days == 0 else "In half at once"
        return f"{how} back to within {within}{rest}."
    day = begin + timedelta(days=round(one.over + half.days))
    return (
        f"Back to within {within} in half of the replications {_days(half)} after the "
        f"last spell, by {day.isoformat()}{rest}."
    )


def _days(quantile: Quantile) -> str:
    """Return a time to recover: `21 days (14 to 28)`; `more` lies beyond the end."""
    if quantile.days is None:
        return "not by the end"
    ends = [_end(quantile.low), _end(quantile.high)]
    text = f"{quantile.days:,.0f} days" if quantile.days else "at once"
    alone = ends[0] == ends[1] == f"{quantile.days:,.0f}"
    return text if alone else f"{text} ({ends[0]} to {ends[1]})"


def _end(days: float | None) -> str:
    return "more" if days is None else f"{days:,.0f}"


def _table(chosen: list[Difference], found: Answers) -> Table:
    """Return a row for each shock and measure."""
    table = bare_table()
    table.add_column("shock")
    table.add_column("measure")
    table.add_column("worst", no_wrap=True)
    table.add_column("by", justify="right", no_wrap=True)
    for column in ("beyond", "unusual", "half back", "9 in 10", "never", "in all"):
        table.add_column(column, justify="right", no_wrap=True)
    for one in chosen:
        name, total = one.periods.name, one.in_all
        never = len(one.recoveries) - one.recovered
        table.add_row(
            _name(found, one.shock),
            _what(one),
            one.periods.labels[one.worst],
            _change(one.at_worst, "" if name == "week" else one.unit),
            said(one.beyond.mean, Unit(f"{name}s", 1.0), 1),
            said(one.unusual, Unit(f"{name}s", 1.0), 0),
            *(_days(quantile).partition(" (")[0] for quantile in one.quantiles),
            f"{never} of {len(one.recoveries)}" if never else NOTHING,
            NOTHING if total is None else f"{number(total.mean, 0)}",
        )
    return table


def _what(one: Difference) -> str:
    """Return what is looked at, short."""
    return one.measure.replace(": list at the end, number", ": list")


def _change(value: Estimate, unit: str, *, signed: bool = True) -> str:
    """Return a change with its interval: `+230 (180 to 280) patients`."""
    chosen = difference_unit(unit, value.mean)
    sign = "+" if signed and value.mean > 0 else ""
    if value.interval is None or not value.standard_error:
        text = said(value.mean, chosen, places(None, value.mean / chosen.size))
        return f"{sign}{text}"
    low, high = value.interval
    decimals = places((high - low) / 2 / chosen.size, value.mean / chosen.size)
    ends = [number(end / chosen.size, decimals) for end in (low, high)]
    whole = f"{sign}{said(value.mean, chosen, decimals)}"
    return f"{whole} ({ends[0]} to {ends[1]})"


def _draw(
    chosen: list[Difference], found: Answers, begin: date, options: dict[str, Any]
) -> None:
    """Write the chart: the differences by week or month, spells shaded."""
    drawn = [one for one in chosen if not one.is_none][:_DRAWN]
    panels = []
    for one in drawn:
        largest = float(abs(one.at_worst.mean))
        unit = difference_unit(one.unit, largest)
        middles = (one.periods.starts + one.periods.ends) / 2
        panels.append(
            Shaded(
                f"{_name(found, one.shock)}: {_what(one)}",
                f"change ({f'{unit.name} {unit.power}'.strip()})",
                [begin + timedelta(days=float(day)) for day in middles],
                [one.at(k).scaled(1 / unit.size) for k in range(len(middles))],
                [
                    (begin + timedelta(days=s), begin + timedelta(days=e))
                    for s, e in one.spells
                ],
                one.tolerance / unit.size,
            )
        )

    def drawing() -> Specification:
        from results.report.charts.shocks import shocks_chart  # noqa: PLC0415

        return shocks_chart(panels)

    if panels:
        picture(drawing, options["chart"], replace=options["replace"])
