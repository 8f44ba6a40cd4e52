"""The command that says by when standards are met again: recover."""

from __future__ import annotations

from typing import Any

import click

from simulator.commands.frame import (
    as_json,
    chart_option,
    guarded,
)


@click.command()
@click.argument("runs", metavar="RUN [RUN ...]", nargs=-1, required=True)
@click.option(
    "--standard",
    "standards",
    metavar="NAME",
    multiple=True,
    help="Again for each; default: all that are missed at some time.",
)
@click.option("--measure", metavar="NAME", help="A measure with a limit instead.")
@click.option("--at-most", metavar="LIMIT", help="Of the measure: '18 weeks', '5%'.")
@click.option("--at-least", metavar="LIMIT", help="Of the measure: '92%'.")
@click.option(
    "--for",
    "stays",
    type=click.IntRange(1, 120),
    default=3,
    show_default=True,
    help="Months for which it must be met.",
)
@click.option("--since", metavar="MONTH", help="Look from here on: 2026-04.")
@chart_option
@click.option("--replace", is_flag=True, help="Let a chart of that name go.")
@click.option("--csv", "as_csv", is_flag=True, help="Print the shares by month as CSV.")
@as_json
@guarded
def recover(runs: tuple[str, ...], **options: Any) -> None:
    """Say by when a standard is met again, over all replications."""
    from simulator import recovery_pages as pages  # noqa: PLC0415
    from simulator.folders import loaded  # noqa: PLC0415

    if options["as_json"] and options["as_csv"]:
        raise click.UsageError("--json and --csv print the same; choose one.")
    pages.recoveries([loaded(run) for run in runs], options)
