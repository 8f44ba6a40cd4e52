"""Commands that hand results on: to Excel, to other programs, to readers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from simulator.commands.frame import guarded

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("runs", metavar="RUN [RUN ...]", nargs=-1, required=True)
@click.option("--xlsx", type=_FILE, help="Write an Excel workbook.")
@click.option("--csv", type=click.Path(path_type=Path), help="Write a folder of CSV.")
@click.option("--eventlog", type=_FILE, help="Write every event of one replication.")
@click.option(
    "--style",
    type=click.Choice(["process", "vidigi"]),
    default="process",
    show_default=True,
    help="Whose columns the event log has.",
)
@click.option("--replication", type=click.IntRange(1), default=1, show_default=True)
@click.option("--groups-by-month", is_flag=True, help="Not for the whole only.")
@click.option("--publish", is_flag=True, help="Hold back and round small numbers.")
@click.option("--below", type=click.IntRange(1), help="Suppressed; default 5.")
@click.option("--round-to", type=click.IntRange(1), help="A multiple; default 5.")
@click.option("--replace", is_flag=True, help="Let what is there go.")
@guarded
def export(**options: Any) -> None:
    """Write results for Excel, for other programs, or for publication."""
    from simulator.handing_on import export as exported  # noqa: PLC0415

    for line in exported(**options):
        click.echo(line)
