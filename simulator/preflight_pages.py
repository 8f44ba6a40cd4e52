"""What `caresim explain --preflight` prints, alone or beside a run."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any, NamedTuple

import click
from rich.table import Table

from kernels.layout import Model
from results.measures.naming import Name
from results.run import Run
from results.selection.figures import Figures, figures
from results.statistics.estimates import Estimate, estimate
from results.words.numbers import plus_minus
from scenarios.preflight.preflight import Preflight, ServiceMonth, preflight
from scenarios.preflight.words import Short, days_in_words, sentences, short
from scenarios.scenario import Scenario
from simulator.commands.frame import print_json
from simulator.executors import AskedWronglyError
from simulator.folders import loaded
from simulator.terminal import NOTHING, bare_table, console

LIST, WAIT = ("list at the end", "number"), ("wait", "mean")
COLUMNS = (
    "service",
    "kind",
    "month",
    "number",
    "needed_arrivals",
    "needed",
    "arrivals",
    "load",
    "capacity",
    "use",
    "shortfall",
    "patients_short_a_week",
    "busy",
    "blocked",
    "started",
    "left",
    "turned_away",
    "waiting",
    "wait",
    "formula",
    "lost",
)
SIMULATED = ("waiting", "wait")


class Seen(NamedTuple):
    """What a run has shown of one service in one month, at full size."""

    waiting: Estimate | None
    """In line at the month's end."""
    wait: Estimate | None
    """Mean of those who started in the month, days."""


class Beside(NamedTuple):
    """A pre-flight, and what a run has shown of the same months."""

    expected: Preflight
    seen: Mapping[tuple[str, str], Seen]
    """By service and month; empty where there is no run."""


def told(
    scenario: Scenario,
    model: Model,
    *,
    preflight: bool,
    as_csv: bool,
    beside: str | None,
    as_json: bool,
) -> None:
    """Print the pre-flight of a scenario, as it is asked for.

    Raises
    ------
    AskedWronglyError
        If the run has other services or months.
    """
    if as_csv and as_json:
        raise click.UsageError("--json and --csv print the same; choose one.")
    run = None if beside is None else loaded(beside)
    found = set_beside(scenario, model, run)
    if as_json:
        print_json(_plain(found))
    elif as_csv:
        click.echo(_csv(found), nl=False)
    elif run is not None:
        console().print(_compared(found))
        click.echo(
            "Pre-flight: worked out without simulating. Simulated: in line at the end "
            f"of {found.expected.rows[-1].month}, and the mean wait of those who "
            "started in that month (± is half a 95% interval)."
        )
    else:
        console().print(_table(found.expected))
        for sentence in sentences(found.expected):
            click.echo(sentence)


def set_beside(scenario: Scenario, model: Model, run: Run | None) -> Beside:
    """Return what may be expected of a scenario, beside what a run has shown.

    Parameters
    ----------
    scenario : Scenario
    model : Model
        Its machine form.
    run : Run, optional

    Raises
    ------
    AskedWronglyError
        If the run has other services or months.
    """
    expected = preflight(scenario, model).preflight
    return Beside(expected, {} if run is None else _seen(expected, run))


def _seen(expected: Preflight, run: Run) -> dict[tuple[str, str], Seen]:
    """Return what a run has shown, by service and month."""
    months = list(dict.fromkeys(row.month for row in expected.rows))
    have = list(run.labels.period_names[:-1])
    wrong = []
    if have != months:
        wrong.append(
            f"--beside: the run is of {have[0]} to {have[-1]}, and the scenario of "
            f"{months[0]} to {months[-1]}."
        )
    named = {service.name for service in run.labels.services}
    missing = [name for name in expected.services if name not in named]
    if missing:
        wrong.append(f"--beside: the run has no service '{missing[0]}'.")
    if wrong:
        raise AskedWronglyError(wrong)
    weight = 1.0 / run.labels.scale
    found = {}
    for month in months:
        known = figures(run, period=month)
        for service in expected.services:
            waiting = _estimate(known, service, LIST)
            found[service, month] = Seen(
                None if waiting is None else waiting.scaled(weight),
                _estimate(known, service, WAIT),
            )
    return found


def _estimate(
    known: Figures, service: str, measure: tuple[str, str]
) -> Estimate | None:
    values = known.get(Name("service", service, *measure))
    return estimate(list(values.values())) if values else None


def _plain(found: Beside) -> dict[str, Any]:
    """Return all as plain data."""
    plain = found.expected.as_dict()
    for row in plain["rows"] if found.seen else ():
        seen = found.seen[row["service"], row["month"]]
        for name in SIMULATED:
            value = getattr(seen, name)
            row[f"simulated_{name}"] = value and {
                "mean": value.mean,
                "low": value.low,
                "high": value.high,
            }
    return {**plain, "sentences": sentences(found.expected)}


def _csv(found: Beside) -> str:
    """Return a row for each service and month."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    parts = ("mean", "low", "high")
    extra = [f"simulated_{n}_{p}" for n in SIMULATED for p in parts]
    writer.writerow([*COLUMNS, *(extra if found.seen else [])])
    for row in found.expected.as_dict()["rows"]:
        line = ["" if row[name] is None else row[name] for name in COLUMNS]
        if found.seen:
            seen = found.seen[row["service"], row["month"]]
            for name in SIMULATED:
                value = getattr(seen, name)
                line += [_part(value, part) for part in parts]
        writer.writerow(line)
    return page.getvalue()


def _part(value: Estimate | None, part: str) -> float | str:
    found = None if value is None else getattr(value, part)
    return "" if found is None else float(found)


def _table(expected: Preflight) -> Table:
    """Return a row for each service: from when it is short, and where it ends."""
    table = bare_table()
    table.add_column("service")
    table.add_column("short from", no_wrap=True)
    for column in ("needs", "has", "use", "short a week", "waiting", "wait", "lost"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("by", no_wrap=True)
    for name in expected.services:
        rows = expected.of(name)
        found, last = short(rows), rows[-1]
        table.add_row(
            name,
            found.since.month if found else NOTHING,
            *_amounts(found, rows),
            f"{last.waiting:,.0f}",
            _wait(last),
            f"{last.lost:.0%}" if last.lost >= 0.005 else NOTHING,
            last.formula,
        )
    return table


def _amounts(found: Short | None, rows: list[ServiceMonth]) -> list[str]:
    """Return needs, has, use, and patients a week who are short."""
    year = rows[-12:]
    capacity = [row.capacity for row in year if row.capacity is not None]
    needs = sum(row.load for row in year) / len(year)
    has = sum(capacity) / len(year) if capacity else None
    return [
        f"{needs:,.1f}",
        NOTHING if has is None else f"{has:,.1f}",
        f"{needs / has:.0%}" if has else NOTHING,
        f"{found.patients:,.1f}" if found else NOTHING,
    ]


def _wait(row: ServiceMonth) -> str:
    """Return a wait, short."""
    if row.wait is None:
        return "nobody seen"
    if row.formula == "no wait":
        return NOTHING
    return days_in_words(row.wait).removeprefix("about ")


def _compared(found: Beside) -> Table:
    """Return a row for each service: the last month, expected and simulated."""
    table = bare_table()
    table.add_column("service")
    for column in ("waiting", "simulated", "wait", "simulated"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("by", no_wrap=True)
    for name in found.expected.services:
        row = found.expected.of(name)[-1]
        seen = found.seen[name, row.month]
        table.add_row(
            name,
            f"{row.waiting:,.0f}",
            _said(seen.waiting, "patients"),
            _wait(row),
            _said(seen.wait, "days"),
            row.formula,
        )
    return table


def _said(value: Estimate | None, unit: str) -> str:
    return NOTHING if value is None else plus_minus(value, unit)
