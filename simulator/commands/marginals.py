"""The command that says what one more unit at each service would do: marginal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from simulator.commands.batches import run_here
from simulator.commands.frame import (
    FAILED,
    as_json,
    compile_first,
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
@click.option("--workers", type=click.IntRange(1, 1024), help="Default: all cores.")
@click.option("--chart", type=click.Path(path_type=Path), help="An SVG or PNG file.")
@click.option("--replace", is_flag=True, help="Let a chart of that name go.")
@as_json
@guarded
def marginal(**options: Any) -> None:
    """Say what one more unit at each service would do to a measure.

    It is a batch: whatever is done is kept, and the same command goes on.
    """
    from simulator import marginal_pages as pages  # noqa: PLC0415
    from simulator.batch.batches import Asked  # noqa: PLC0415
    from simulator.executors import all_cores  # noqa: PLC0415

    asking = pages.asked(options)
    study = asking.made.study
    folder = options["out"] or Path("runs") / study.name
    asked = Asked(
        options["replications"],
        options["seed"],
        engine=options["engine"],
        workers=options["workers"] or all_cores(),
    )
    compile_first(asked.engine)
    outcome = run_here(study, asked, folder)
    for failure in outcome.failures:
        click.echo(failure["sentence"], err=True)
    if outcome.failures:
        sys.exit(FAILED)
    pages.told(asking, folder, options)
