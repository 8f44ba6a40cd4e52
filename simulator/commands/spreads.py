"""Commands about what is not known: uncertain, sensitivity."""

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

WAYS = ("random", "latin_hypercube", "sobol", "saltelli")
METHODS = ("one_at_a_time", "morris")


@click.command()
@scenario_argument
@click.option(
    "--measure", "measures", multiple=True, metavar="NAME", help="'ward: wait, mean'."
)
@click.option(
    "--decision",
    "decisions",
    multiple=True,
    metavar="NAME<VALUE",
    help="'ward: wait, mean < 2 days'.",
)
@click.option("--against", metavar="OTHER", help="Another scenario to choose.")
@click.option(
    "--less-is-better/--more-is-better", default=None, help="Of the measures."
)
@click.option("--draws", type=int, metavar="N", help="200 unless said.")
@click.option("--replications", type=int, metavar="N", help="Of each draw; usually 5.")
@click.option("--design", type=click.Choice(WAYS), default="random", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="runs/NAME-uncertain.")
@seed_option
@scale_option
@engine_option
@place_options
@shard_option
@chart_option
@click.option("--replace", is_flag=True, help="Let a chart of that name go.")
@as_json
@guarded
def uncertain(**options: Any) -> None:
    """Say how far apart the answers can lie, and which unknown inputs that is.

    It is a batch: whatever is done is kept, and the same command goes on.
    """
    from simulator import uncertain_pages as pages  # noqa: PLC0415

    asking = pages.asked(options)
    pages.told(asking, played(asking.made.study, options), options)


@click.command()
@scenario_argument
@click.option("--measure", metavar="NAME", required=True, help="'ward: wait, mean'.")
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default="one_at_a_time",
    show_default=True,
    help="morris is for many numbers.",
)
@click.option("--by", metavar="SHARE", help="10%, instead of from end to end.")
@click.option(
    "--number", "numbers", multiple=True, metavar="NAME", help="Which, with --by."
)
@click.option("--trajectories", type=int, metavar="N", help="Of morris; usually 10.")
@click.option("--replications", type=click.IntRange(1, 100_000), help="Of each run.")
@click.option("--out", type=click.Path(path_type=Path), help="Default: runs/NAME-...")
@seed_option
@scale_option
@engine_option
@place_options
@shard_option
@chart_option
@click.option("--replace", is_flag=True, help="Let a chart of that name go.")
@as_json
@guarded
def sensitivity(**options: Any) -> None:
    """Say how far each uncertain number moves a measure, one at a time.

    It is a batch: whatever is done is kept, and the same command goes on.
    """
    from simulator import sensitivity_pages as pages  # noqa: PLC0415

    asking = pages.asked(options)
    pages.told(asking, played(asking.study, options), options)
