"""The command that finds the least capacity that meets conditions: solve."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from simulator.commands.batches import (
    STOPPED,
    at_once,
    place_at,
    place_options,
    where_of,
    workers_of,
)
from simulator.commands.frame import (
    as_json,
    chart_option,
    compile_first,
    engine_option,
    guarded,
    seed_option,
)

NO_PLAN = 3


@click.command()
@click.argument("question", metavar="QUESTION")
@click.option("--out", type=click.Path(path_type=Path), help="Default: runs/QUESTION.")
@click.option(
    "--at-most",
    type=click.IntRange(10, 100_000),
    default=400,
    show_default=True,
    help="Replications of a plan.",
)
@seed_option
@engine_option
@place_options
@chart_option
@click.option("--replace", is_flag=True, help="Let a plan, or chart, of that name go.")
@as_json
@guarded
def solve(**options: Any) -> None:
    """Find the plan of least cost that keeps conditions, and write it as a scenario.

    It is a batch: whatever is done is kept, and the same command goes on. Exit code 3:
    there is no such plan.
    """
    from results.folder.placement import new_file  # noqa: PLC0415
    from simulator import solve_pages as pages  # noqa: PLC0415
    from simulator.batch.store import Store  # noqa: PLC0415
    from simulator.solving.solving import Wish, solved  # noqa: PLC0415

    asking = pages.asked(options)
    pages.check_place(asking, replace=options["replace"])
    folder = options["out"] or Path("runs") / asking.name
    where, workers, engine = where_of(options), workers_of(options), options["engine"]
    compile_first(engine)
    try:
        with place_at(where, engine, workers) as place:
            many = at_once(where, place, workers)
            wish = Wish(options["seed"], engine, many, options["at_most"], place)
            found = solved(asking, folder, wish, told=pages.Teller(asking).told)
    except KeyboardInterrupt:
        said = f"Interrupted: what was simulated is kept in {folder}; the same command"
        click.echo(f"{said} goes on.", err=True)
        sys.exit(STOPPED)
    Store(folder).keep_text(pages.TABLE, found.answer.table())
    plan = None
    if found.run is not None:
        found.run.write(folder / "runs" / "plan", replace=True)
        plan = pages.overlay_path(asking)
        with new_file(plan, replace=True) as temporary:
            temporary.write_text(pages.overlay(found.answer), encoding="utf-8")
    pages.told(found.answer, folder, plan, options)
    if plan is None:
        sys.exit(NO_PLAN)
