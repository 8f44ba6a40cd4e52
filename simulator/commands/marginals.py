"""The command that says what one more unit at each service would do: marginal."""

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
    scenario_argument,
    seed_option,
)


@click.command()
@scenario_argument
@click.option("--measure", metavar="NAME", required=True, help="'ward: wait, mean'.")
@click.option("--services", metavar="A,B,...", help="Default: all that have a limit.")
@click.option(
    "--by", default="1", show_default=True, metavar="HOW_MUCH", help="Units, or 5%."
)
@click.option("--out", type=click.Path(path_type=Path), help="runs/NAME-marginal.")
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
def marginal(**options: Any) -> None:
    """Say what one more unit at each service would do to a measure.

    It is a batch: whatever is done is kept, and the same command goes on.
    """
    from simulator import marginal_pages as pages  # noqa: PLC0415

    asking = pages.asked(options)
    pages.told(asking, played(asking.made.study, options), options)
