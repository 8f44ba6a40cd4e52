"""Make the pages of the catalogue: `write`, `check`, `freeze`."""

from __future__ import annotations

import sys

import click

from docs.pages import back_test, holding, rising_demand, writing
from docs.pages.catalogue import ALL, questions, scenarios_played
from docs.pages.playing import (
    QUICK,
    last_year,
    played,
    values,
    year_text,
)
from docs.pages.tables import FROZEN, Kept, written


@click.group()
def main() -> None:
    """Make the pages of the catalogue."""


@main.command()
def write() -> None:
    """Write the pages from the figures that are kept."""
    changed = writing.written()
    click.echo("\n".join(changed) or "Nothing has changed.")


@main.command()
def check() -> None:
    """Say which pages differ from what would be written."""
    differing = writing.differing()
    if differing:
        click.echo(f"Differing: {', '.join(differing)}. Run make docs.")
        sys.exit(1)
    click.echo("All pages are as they would be written.")


@main.command()
@click.argument(
    "what",
    type=click.Choice(["all", "figures", "back-test", "rising-demand", "places"]),
    default="all",
)
def freeze(what: str) -> None:
    """Play everything anew and keep what came of it; about half an hour."""
    if what in ("all", "figures"):
        written(_kept(), FROZEN)
    if what in ("all", "back-test"):
        back_test.freeze()
    if what in ("all", "rising-demand"):
        rising_demand.freeze()
    if what in ("all", "places"):
        holding.freeze()


def _kept() -> dict[str, Kept]:
    """Play all scenarios of the pages, and return what is kept of them."""
    found = {}
    for name in scenarios_played():
        made = played(name, QUICK)
        groups = dict.fromkeys(
            [ALL, *(q.group for q in questions() if name in (q.name, q.against))]
        )
        year = year_text(last_year(made))
        found[name] = Kept(year, values(made, name, tuple(groups)))
        click.echo(name)
    return found


if __name__ == "__main__":
    main()
