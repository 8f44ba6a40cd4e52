"""Commands that make something to read out of run folders."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.commands.frame import guarded


@click.command()
@click.argument("runs", metavar="RUN [RUN ...]", nargs=-1, required=True)
@click.option(
    "--out",
    "-o",
    type=click.Path(path_type=Path),
    default=Path("report.html"),
    show_default=True,
    help="The HTML file.",
)
@click.option(
    "--charts", type=click.Path(path_type=Path), help="Folder for SVG and PNG files."
)
@click.option("--title", help="Default: that of the last run.")
@click.option("--replace", is_flag=True, help="Let files of these names go.")
@guarded
def report(
    runs: tuple[str, ...],
    out: Path,
    charts: Path | None,
    title: str | None,
    replace: bool,
) -> None:
    """Write a report of one run, or of several against the first, as one HTML file."""
    from results.report import write_report  # noqa: PLC0415
    from simulator.folders import loaded  # noqa: PLC0415

    found = [loaded(run) for run in runs]
    files = write_report(found, out, title=title, charts=charts, replace=replace)
    click.echo(f"Report: {files[0]}")
    if charts:
        click.echo(f"Charts: {len(files) - 1} files in {charts}")
