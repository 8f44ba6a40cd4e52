"""The command that says what shocks do, and when it is over: stress."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from simulator.commands.batches import place_options, played, shard_option
from simulator.commands.frame import (
    as_json,
    chart_option,
    engine_option,
    guarded,
    scale_option,
    seed_option,
)


@click.command()
@click.argument("scenario", metavar="FILE_OR_NAME", required=False)
@click.option(
    "--shock",
    "shocks",
    metavar="NAME_OR_FILE[: name=value, ...]",
    multiple=True,
    help="'strike', or 'strike: lasts=2 days, at=clinic'; again for each.",
)
@click.option("--list", "lists", is_flag=True, help="List the shipped shocks.")
@click.option("--from", "begins", metavar="DATE", help="When shocks begin.")
@click.option(
    "--measure",
    "measures",
    metavar="NAME",
    multiple=True,
    help="'ward: wait, mean'; again for each. Default: all lists.",
)
@click.option(
    "--within", default="5%", show_default=True, help="What is as before: 5%, or 3 min."
)
@click.option("--out", type=click.Path(path_type=Path), help="runs/NAME-stress.")
@click.option("--replications", type=click.IntRange(2, 100_000), help="Of each run.")
@seed_option
@scale_option
@engine_option
@place_options
@shard_option
@chart_option
@click.option("--replace", is_flag=True, help="Let a chart of that name go.")
@as_json
@guarded
def stress(**options: Any) -> None:
    """Say how bad shocks make things, for how long, and when it is over.

    It is a batch: whatever is done is kept, and the same command goes on.
    """
    from simulator import stress_pages as pages  # noqa: PLC0415

    if options["lists"]:
        pages.listed(as_json=options["as_json"])
        return
    asking = pages.asked(options)
    pages.told(asking, played(asking.made.study, options), options)
