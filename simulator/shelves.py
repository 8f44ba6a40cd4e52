"""What `caresim runs` prints of run folders: a list, one described, what is to go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import click
from rich.table import Table
from rich.text import Text

from results.folder.contents import is_run_folder
from results.folder.manifest import COMPLETE
from results.run import Run
from results.shelf.description import Description, description
from results.shelf.folders import Shelf, runs_below, size_text
from results.shelf.pruning import Plan, Rules
from simulator.terminal import bare_table, console

LONGEST_TITLE = 44


class Page(Protocol):
    """Something that is printed."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""

    def show(self) -> None:
        """Print it for people."""


def is_one(path: Path) -> bool:
    """Return whether a folder is a run folder itself."""
    return is_run_folder(path)


def found(path: Path, *, is_given: bool) -> ShelfPage:
    """Return the runs below a folder; there may be none yet where none was given."""
    if not is_given and not path.exists():
        return ShelfPage(Shelf(path, (), (), ()))
    return ShelfPage(runs_below(path))


def described(path: Path) -> DescriptionPage:
    """Return one run folder described; say so if it lacks replications."""
    found = description(path)
    said = Run(found.manifest, {}, {}).partial
    if said is not None:
        click.echo(f"{path}: {said}", err=True)
    return DescriptionPage(found)


@dataclass(frozen=True)
class ShelfPage:
    """The runs below a folder."""

    shelf: Shelf

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return self.shelf.as_dict()

    def show(self) -> None:
        """Print a line for each run, then what is amiss."""
        here = self.shelf
        if here.runs:
            console().print(self._table())
            total = size_text(sum(run.size for run in here.runs))
            several = "runs" if len(here.runs) > 1 else "run"
            click.echo(f"{len(here.runs)} {several}, {total}.")
        else:
            click.echo(f"There are no runs below {here.path}.")
        for run in here.runs:
            if run.problem:
                click.echo(f"{run.path}: {run.problem}.")
        for left in here.leftovers:
            click.echo(f"{left.path}: {left.state}, {size_text(left.size)}.")
        if any(left.is_abandoned for left in here.leftovers):
            click.echo("`caresim runs --prune` clears away what was left behind.")
        for closed in here.closed:
            click.echo(f"{closed}: cannot be looked into.")

    def _table(self) -> Table:
        """Return the table of runs."""
        table = bare_table()
        table.add_column("folder", overflow="fold")
        table.add_column("title", max_width=LONGEST_TITLE)
        for column in ("written (UTC)", "replications", "on disk"):
            table.add_column(column, justify="right", no_wrap=True)
        table.add_column("visits", no_wrap=True)
        table.add_column("status", no_wrap=True)
        for run in self.shelf.runs:
            table.add_row(
                Text(str(run.path)),
                Text(run.title),
                f"{run.written:%Y-%m-%d %H:%M}",
                f"{run.replications:,}" if run.is_readable else "",
                size_text(run.size),
                "recorded" if "visits" in run.records else "",
                run.status if run.status == COMPLETE else run.status.upper(),
            )
        return table


@dataclass(frozen=True)
class DescriptionPage:
    """One run folder described."""

    description: Description

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return self.description.as_dict()

    def show(self) -> None:
        """Print it in words."""
        for line in self.description.lines():
            click.echo(line)


@dataclass(frozen=True)
class PlanPage:
    """What is to go."""

    plan: Plan
    rules: Rules
    is_only_told: bool

    def show(self) -> None:
        """Print what goes and what stays all the same."""
        going = self.plan
        verb = "Would go" if self.is_only_told else "To go"
        for run in going.runs:
            click.echo(
                f"{verb}: {run.path} ({run.title}, {run.written:%Y-%m-%d}, "
                f"{size_text(run.size)})"
            )
        for left in going.leftovers:
            what = "Would be put back" if self.is_only_told else "To be put back"
            is_old = left.state == "to be put back"
            click.echo(
                f"{what if is_old else verb}: {left.path} ({left.state}, "
                f"{size_text(left.size)})"
            )
        for kept in going.kept:
            click.echo(f"Stays: {kept.path}: {kept.reason}.")
        if going.runs or going.leftovers:
            click.echo(f"Together {size_text(going.size)}.")
        else:
            click.echo(f"Nothing {'would go' if self.is_only_told else 'is to go'}.")
        if self.rules == Rules():
            click.echo(
                "Say which runs may go with --older-than, --larger-than or --keep."
            )
