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
def export(runs: tuple[str, ...], **options: Any) -> None:
    """Write results for Excel, for other programs, or for publication."""
    from simulator.handing_on import Asked  # noqa: PLC0415
    from simulator.handing_on import export as exported  # noqa: PLC0415

    for line in exported(runs, Asked(**options)):
        click.echo(line)


@click.command()
@click.argument("run", metavar="RUN")
@click.option("--out", "-o", type=_FILE, help="Left out: print it.")
@click.option("--replace", is_flag=True, help="Let a file of that name go.")
@guarded
def document(run: str, out: Path | None, replace: bool) -> None:
    """Write the methods of a run: STRESS-DES, and every number with its source."""
    from results.folder.placement import new_file  # noqa: PLC0415
    from simulator.folders import loaded  # noqa: PLC0415
    from simulator.methods.document import document as methods  # noqa: PLC0415

    text = methods(loaded(run))
    if out is None:
        click.echo(text, nl=False)
        return
    with new_file(out, replace=replace) as place:
        place.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"Methods: {out}")
