"""Commands that simulate: run, and the kernels they need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from simulator.commands.frame import (
    as_json,
    compile_first,
    engine_option,
    guarded,
    print_json,
    scenario_argument,
    seed_option,
)


@click.command()
@scenario_argument
@click.option("--replications", type=click.IntRange(1, 100_000))
@seed_option
@engine_option
@click.option("--out", type=click.Path(path_type=Path), help="Default: runs/NAME.")
@click.option("--replace", is_flag=True, help="Let a run folder of that name go.")
@click.option("--workers", type=click.IntRange(1, 1024), help="Default: all cores.")
@click.option("--record", type=click.Choice(["visits"]), help="Keep every patient.")
@as_json
@guarded
def run(**options: Any) -> None:
    """Simulate a scenario and write a run folder."""
    from scenarios import read  # noqa: PLC0415
    from simulator import folders, rendering  # noqa: PLC0415
    from simulator.experiment import run as simulate  # noqa: PLC0415

    scenario = read(options["scenario"])
    folder = folders.place(scenario.name, options["out"], replace=options["replace"])
    count = options["replications"] or scenario.period.replications
    compile_first(options["engine"])
    with rendering.progress(scenario.title, count) as reporter:
        done = simulate(
            scenario,
            replications=count,
            seed=options["seed"],
            engine=options["engine"],
            workers=options["workers"],
            record=options["record"] is not None,
            progress=reporter.done,
            announce=reporter.announce,
        )
    saved = done.write(folder, replace=options["replace"])
    if options["as_json"]:
        print_json({"folder": str(folder), **saved.summary().as_dict()})
    else:
        rendering.summary(saved, folder)


@click.command()
@guarded
def warmup() -> None:
    """Compile all kernels now, so that no run has to."""
    from simulator.warmup import warmed_up  # noqa: PLC0415

    click.echo(warmed_up())
