"""What the commands print: tables, sentences and progress, with rich."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

import click
from rich.console import Console
from rich.table import Table

from results.words.numbers import counted, plus_minus
from simulator.executors import Progress
from simulator.experiment import Announce
from simulator.terminal import BRACKETS, NOTHING, PLUS_MINUS, console, plain_table

if TYPE_CHECKING:
    from results.run import Run
    from results.statistics.estimates import Estimate
    from results.summary.summary import ServiceRow, StandardRow
    from scenarios.explain import Explanation, Load
    from simulator.replication import Replication


class Reporter(NamedTuple):
    """Whom to tell how a run goes."""

    done: Progress
    announce: Announce


@contextmanager
def progress(title: str, total: int) -> Iterator[Reporter]:
    """Yield whom to tell each replication: a bar on a terminal, else a line each."""
    if sys.stderr.isatty():
        from rich.progress import Progress as Bar  # noqa: PLC0415  # only if shown

        with Bar(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(title, total=total)
            yield Reporter(
                lambda _: bar.advance(task),
                lambda needed: bar.console.print(needed.sentence()),
            )
        return
    click.echo(f"{title}: {total} replications", err=True)
    done = 0

    def say(replication: Replication) -> None:
        nonlocal done
        done += 1
        click.echo(
            f"  {done} of {total}: replication {replication.number}, "
            f"{replication.seconds:.1f} s",
            err=True,
        )

    yield Reporter(say, lambda needed: click.echo(needed.sentence(), err=True))


STEPS = 20
"""Lines that tell of progress where the output is no terminal."""
SOON = 2.0
"""Seconds."""


@contextmanager
def steps(title: str, total: int, have: int = 0) -> Iterator[Callable[[int], None]]:
    """Yield whom to tell that so many further things of many are done.

    A bar with the time that is left on a terminal; else some twenty lines in all, and
    none of what is over soon.
    """
    if sys.stderr.isatty():
        from rich.progress import Progress as Bar  # noqa: PLC0415  # only if shown

        with Bar(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(title, total=total, completed=have)
            yield lambda count: bar.advance(task, count)
        return
    done, said, began = have, have, monotonic()

    def say(count: int) -> None:
        nonlocal done, said
        done += count
        is_due = done - said >= total / STEPS or done == total
        if is_due and monotonic() - began > SOON:
            said = done
            share = f"{done:,} of {total:,} ({done / total:.0%})"
            click.echo(f"{title}: {share}", err=True)

    yield say


def _said(value: Estimate | None, unit: str) -> str:
    return NOTHING if value is None else plus_minus(value, unit)


def _counted(value: Estimate | None) -> str:
    return NOTHING if value is None else counted(value)


def summary(run: Run, folder: Path) -> None:
    """Print a run at a glance."""
    whole = run.summary()
    page = console()
    page.print(whole.sentences()[0].replace(BRACKETS, PLUS_MINUS), markup=False)
    page.print(_services(whole.services))
    for warning in whole.warnings():
        page.print(warning, markup=False)
    if whole.standards:
        page.print(_standards(whole.standards))
    for standard in whole.standards:
        if standard.why:
            page.print(f"{standard.standard}: {standard.why}", markup=False)
    for budget in whole.budgets:
        spent = _said(budget.spending, "pounds")
        page.print(f"{budget.budget}: {spent}", markup=False)
    click.echo(f"Result folder: {folder}")


def _services(services: tuple[ServiceRow, ...]) -> Table:
    """Return the table of services."""
    table = plain_table("service")
    for column in ("joining a day", "mean wait", "in line at the end", "busy", "lost"):
        table.add_column(column, justify="right")
    for row in services:
        table.add_row(
            row.service,
            _counted(row.arrivals_per_day),
            _wait(row),
            _counted(row.list_at_end),
            _said(row.busy, "share"),
            _lost(row),
        )
    return table


def _wait(row: ServiceRow) -> str:
    """Say the mean wait: of the last month, where an average would mean nothing."""
    said = _said(row.wait_mean, "days")
    return said if row.last is None else f"{said} in {row.last}, rising"


def _lost(row: ServiceRow) -> str:
    """Say which shares left unseen, were turned away or did not attend."""
    found = [
        f"{share.mean:.1%} {word}"
        for share, word in (
            (row.left_unseen, "left"),
            (row.turned_away, "away"),
            (row.did_not_attend, "absent"),
        )
        if share is not None and share.mean > 0
    ]
    return ", ".join(found) or NOTHING


def _standards(standards: tuple[StandardRow, ...]) -> Table:
    """Return the table of standards."""
    table = plain_table("standard")
    for column in ("achieved", "promised", "months met"):
        table.add_column(column, justify="right")
    for row in standards:
        table.add_row(
            row.standard,
            _said(row.achieved, row.unit),
            row.promised or NOTHING,
            NOTHING if row.months_met is None else f"{row.months_met.mean:.0%}",
        )
    return table


def explanation(explained: Explanation) -> None:
    """Print what a scenario means: loads at the start and the end, and words."""
    page = console()
    page.print(explained.title, markup=False)
    names = list(dict.fromkeys(load.service for load in explained.loads))
    table = plain_table("service")
    for column in ("joining a day", "needs", "has", "use", "use in the last year"):
        table.add_column(column, justify="right")
    for name in names:
        months = explained.of(name)
        first, last = months[:12], months[-12:]
        table.add_row(
            name,
            f"{_mean([m.joined for m in first]):,.1f}",
            f"{_mean([m.load for m in first]):,.1f}",
            _capacity(first),
            _use(first),
            _use(last),
        )
    page.print(table)
    click.echo(
        "Needs and has: units on average in the first year (slots: a day), "
        "if nobody gave up waiting."
    )
    for sentence in explained.sentences():
        click.echo(sentence)


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers)


def _capacity(loads: list[Load]) -> str:
    has = [load.capacity for load in loads if load.capacity is not None]
    return f"{_mean(has):,.1f}" if has else "unlimited"


def _use(loads: list[Load]) -> str:
    has = sum(load.capacity for load in loads if load.capacity is not None)
    return f"{sum(load.load for load in loads) / has:.0%}" if has else NOTHING
