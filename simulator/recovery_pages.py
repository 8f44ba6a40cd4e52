"""What `caresim recover` prints and draws."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from results.comparison.comparing import run_names
from results.measures.naming import measure_of
from results.report.content import Specification
from results.report.pictures import picture, wrong_chart
from results.summary.recovering import Limit, missed_standards, recovery
from results.summary.recovery import QUANTILES, Recovery
from results.summary.recovery_words import (
    by_when,
    months_in_words,
    scarce,
    sentences,
    share_open,
)
from simulator.amounts import limit_example, limit_in, measured
from simulator.asked_measures import named
from simulator.commands.frame import print_json
from simulator.executors import AskedWronglyError
from simulator.terminal import NOTHING, console, plain_table

if TYPE_CHECKING:
    from results.run import Run

Found = list[tuple[str, Recovery]]
"""By name of the run."""
_DRAWN = 6
"""Standards in one chart, and runs."""


def recoveries(runs: Sequence[Run], options: dict[str, Any]) -> None:
    """Print by when what was asked is met again, and draw it where that is asked."""
    names = run_names(runs)
    asked = _asked(runs, options)
    if not asked:
        click.echo("No standard is missed in any month of any replication.")
    by_question = [
        [
            (name, recovery(run, one, stays=options["stays"], since=options["since"]))
            for name, run in zip(names, runs, strict=True)
        ]
        for one in asked
    ]
    if options["chart"] is not None and by_question:
        _draw(by_question, options["chart"], replace=options["replace"])
    if options["as_json"]:
        print_json(
            [{"run": n, **r.as_dict()} for found in by_question for n, r in found]
        )
    elif options["as_csv"]:
        click.echo(_csv(by_question), nl=False)
    else:
        for found in by_question:
            _tell(found)
        few = [said for found in by_question for _, r in found if (said := scarce(r))]
        if few:
            click.echo(f"\n{few[0]}")
        if options["chart"] is not None and by_question:
            click.echo(f"\nChart: {options['chart']}")


def _asked(runs: Sequence[Run], options: dict[str, Any]) -> list[str | Limit]:
    """Return what is asked of all runs; all that is wrong with it is told at once."""
    wrong = _wrong(runs, options)
    limits: list[str | Limit] = []
    if options["measure"] is not None and not wrong:
        try:
            limits.append(_limit(runs[0], options))
        except ValueError as error:
            wrong.append(str(error))
    if wrong:
        raise AskedWronglyError(wrong)
    standards = list(dict.fromkeys(options["standards"]))
    if not standards and not limits:
        missed = [standard for run in runs for standard in missed_standards(run)]
        standards = list(dict.fromkeys(missed))
    return [*standards, *limits]


def _wrong(runs: Sequence[Run], options: dict[str, Any]) -> list[str]:
    """Say what is wrong with the options."""
    wrong = []
    known = dict.fromkeys(s.name for run in runs for s in run.labels.standards)
    for name in options["standards"]:
        lacking = [
            run.labels.scenario
            for run in runs
            if name not in [s.name for s in run.labels.standards]
        ]
        if lacking:
            there = ", ".join(f"'{one}'" for one in known) or "there are none"
            wrong.append(
                f"--standard '{name}': is no standard of {', '.join(lacking)}. "
                f"Standards: {there}."
            )
    since = options["since"]
    for run in runs if since is not None else ():
        months = run.labels.period_names[:-1]
        if since not in months:
            wrong.append(
                f"--since '{since}': is no month of {run.labels.scenario}; write "
                f"{months[0]} to {months[-1]}."
            )
    bounds = [b for b in ("at_most", "at_least") if options[b] is not None]
    if options["measure"] is None and bounds:
        wrong.append("--at-most and --at-least are limits of a --measure: name one.")
    if options["measure"] is not None and len(bounds) != 1:
        wrong.append(
            f"--measure '{options['measure']}': needs one limit, --at-most or "
            "--at-least."
        )
    wrong += _wrong_chart(options["chart"], len(runs))
    return wrong


def _wrong_chart(chart: Path | None, runs: int) -> list[str]:
    """Say why a chart cannot be drawn."""
    wrong = wrong_chart(chart)
    if chart is not None and runs > _DRAWN:
        wrong.append(
            f"--chart '{chart}': more than {_DRAWN} runs cannot be told apart; draw "
            "some of them."
        )
    return wrong


def _limit(run: Run, options: dict[str, Any]) -> Limit:
    """Return the measure that is asked for, with its limit."""
    try:
        name = named(options["measure"], run.labels)
    except ValueError as error:
        raise ValueError(f"--measure '{options['measure']}': {error}") from error
    is_most = options["at_most"] is not None
    text = options["at_most"] if is_most else options["at_least"]
    measure = measure_of(*name.parts)
    assert measure is not None  # a name that was parsed is defined
    value = limit_in(text, measure.unit)
    if value is None:
        raise ValueError(
            f"--at-{'most' if is_most else 'least'} '{text}': is no limit of "
            f"{measured(measure)}; write {limit_example(measure.unit)}."
        )
    return Limit(name, value, is_most)


def _tell(found: Found) -> None:
    """Print one question: sentences for each run, and a table of several."""
    first = found[0][1]
    click.echo(
        f"\n{first.asked}: met again, for {months_in_words(first.stays)} at least"
    )
    if len(found) == 1:
        for sentence in sentences(first):
            click.echo(f"  {sentence}")
    else:
        console().print(_table(found))


def _table(found: Found) -> Any:
    """Return a table with a row for each run."""
    table = plain_table("run")
    table.add_column("never missed", justify="right")
    for _, name in QUANTILES:
        table.add_column(f"{name} by")
    table.add_column("not within the period", justify="right")
    table.add_column("missed again", justify="right")
    for name, of in found:
        again = f"{of.missed_again} of {of.came_back}" if of.came_back else NOTHING
        table.add_row(
            name,
            f"{of.never_missed} of {of.n}",
            *(by_when(of, quantile) for quantile in of.quantiles),
            share_open(of),
            again,
        )
    return table


def _csv(by_question: Sequence[Found]) -> str:
    """Return a row for each question, run and month that can be told."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    head = ("asked", "run", "month", "met_again", "replications", "share")
    writer.writerow([*head, "low", "high"])
    for found in by_question:
        for name, of in found:
            for s in of.shares:
                row = (
                    of.asked,
                    name,
                    s.month,
                    s.met_again,
                    of.n,
                    s.share,
                    s.low,
                    s.high,
                )
                writer.writerow(row)
    return page.getvalue()


def _draw(by_question: Sequence[Found], path: Path, *, replace: bool) -> None:
    """Write the chart."""
    panels = [(found[0][1].asked, found) for found in by_question[:_DRAWN]]

    def drawing() -> Specification:
        from results.report.charts.by_date import recovery_chart  # noqa: PLC0415

        return recovery_chart(panels)

    picture(drawing, path, replace=replace)
