"""Commands that simulate: run, and the kernels they need."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.commands.frame import (
    as_json,
    compile_first,
    engine_option,
    guarded,
    print_json,
    say_uncertain,
    scale_option,
    scenario_argument,
    seed_option,
    workers_option,
)

if TYPE_CHECKING:
    from results.run import Run
    from scenarios.scenario import Scenario

MOST = 100_000
"""Replications of any run."""


class _NumbersType(click.ParamType):  # type: ignore[type-arg]  # generic in types only
    """Numbers of replications: one, or from one to another."""

    name = "NUMBERS"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the numbers that a text names."""
        if isinstance(value, range):
            return value
        first, _, last = str(value).partition("-")
        if re.fullmatch(r"\d{1,6}(-\d{1,6})?", str(value)):
            numbers = range(int(first), int(last or first) + 1)
            if numbers and numbers[0] > 0:
                return numbers
        return self.fail(f"'{value}' names no replications; write 7, or 3-5.")


@click.command()
@scenario_argument
@click.option("--replications", type=click.IntRange(1, MOST))
@click.option("--only", type=_NumbersType(), help="Replications such as 7, or 3-5.")
@click.option(
    "--precision",
    metavar="'MEASURE: WIDTH'",
    multiple=True,
    help="As many replications as it takes: 'ward: wait, mean: 5%'; again for each.",
)
@click.option(
    "--at-least", type=click.IntRange(2, MOST), help="With --precision; usually 10."
)
@click.option(
    "--at-most", type=click.IntRange(2, MOST), help="With --precision; usually 200."
)
@seed_option
@scale_option
@engine_option
@click.option("--out", type=click.Path(path_type=Path), help="Default: runs/NAME.")
@click.option("--replace", is_flag=True, help="Let a run folder of that name go.")
@workers_option
@click.option("--record", type=click.Choice(["visits"]), help="Keep every patient.")
@as_json
@guarded
def run(**options: Any) -> None:
    """Simulate a scenario and write a run folder."""
    from scenarios import read  # noqa: PLC0415
    from simulator import folders, precision_pages  # noqa: PLC0415

    _check_together(options)
    scenario = read(options["scenario"], options["scale"])
    say_uncertain(scenario)
    folder = folders.place(scenario.name, options["out"], replace=options["replace"])
    compile_first(options["engine"])
    if options["precision"]:
        units = folders.units_beside(scenario.name, options["out"])
        precision_pages.run(scenario, folder, units, options)
    else:
        _run(scenario, folder, options)


def _check_together(options: dict[str, Any]) -> None:
    """Refuse options of which one says what another one is to find."""
    numbers = [n for n in ("replications", "only") if options[n] is not None]
    if len(numbers) == 2:
        raise click.UsageError("--only says which replications; drop --replications.")
    wrong = []
    if options["precision"]:
        wrong += [
            f"--{name} says how many replications, which is what --precision finds; "
            "drop one of them. --at-least and --at-most keep it within bounds."
            for name in numbers
        ]
    else:
        wrong += [
            f"--{name} bounds what --precision finds; add --precision, or say "
            f"--replications {options[name.replace('-', '_')]}."
            for name in ("at-least", "at-most")
            if options[name.replace("-", "_")] is not None
        ]
    if wrong:
        raise click.UsageError("\n".join(wrong))


def _run(scenario: Scenario, folder: Path, options: dict[str, Any]) -> None:
    """Run a scenario so many times, and show what came out."""
    from simulator import rendering  # noqa: PLC0415

    # Nobody holds what was simulated once it is written: it may be gigabytes.
    saved = _simulated(scenario, options).write(folder, replace=options["replace"])
    if options["as_json"]:
        print_json({"folder": str(folder), **saved.summary().as_dict()})
    else:
        rendering.summary(saved, folder)


def _simulated(scenario: Scenario, options: dict[str, Any]) -> Run:
    """Simulate a scenario, saying how it gets on."""
    from simulator import rendering  # noqa: PLC0415
    from simulator.experiment import run as simulate  # noqa: PLC0415

    numbers = options["only"]
    if numbers is None:
        count = options["replications"] or scenario.period.replications
        numbers = range(1, count + 1)
    with rendering.progress(scenario.title, len(numbers)) as reporter:
        return simulate(
            scenario,
            numbers=numbers,
            seed=options["seed"],
            engine=options["engine"],
            workers=options["workers"],
            record=options["record"] is not None,
            progress=reporter.done,
            announce=reporter.announce,
        )


@click.command()
@guarded
def warmup() -> None:
    """Compile all kernels now, so that no run has to."""
    from simulator.warmup import warmed_up  # noqa: PLC0415

    click.echo(warmed_up())
