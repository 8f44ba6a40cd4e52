"""The command line: each command parses, calls one function and renders."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

P = ParamSpec("P")
T = TypeVar("T")

FAILED, BAD_SCENARIO, DIFFERENT = 1, 2, 3
"""Exit codes besides 0; click's own usage errors are 2 as well."""
scenario_argument = click.argument("scenario", metavar="FILE_OR_NAME")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
engine_option = click.option(
    "--engine",
    type=click.Choice(["compiled", "simpy"]),
    default="compiled",
    show_default=True,
    help="Both give the same results; simpy is the slow, readable one.",
)
seed_option = click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), help="Default: the scenario's."
)


def guarded(command: Callable[P, T]) -> Callable[P, T]:
    """Turn what goes wrong into one line (or one a problem) and an exit code."""

    @wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except KeyboardInterrupt:
            click.echo("Interrupted: nothing was written.", err=True)
            sys.exit(130)
        except BrokenPipeError:
            # Whoever read the output has seen enough, as `head` does.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except (ValueError, RuntimeError, OSError, MemoryError) as error:
            sys.exit(_say(error))

    return wrapper


def _say(error: Exception) -> int:
    """Print an error that is the user's to mend, and return the exit code."""
    from results import ResultError  # noqa: PLC0415
    from scenarios import ScenarioError  # noqa: PLC0415
    from simulator import RunError  # noqa: PLC0415

    if isinstance(error, ScenarioError):
        for problem in error.problems:
            click.echo(str(problem), err=True)
        return BAD_SCENARIO
    if isinstance(error, MemoryError):
        click.echo("Error: not enough memory.", err=True)
        return FAILED
    if isinstance(error, ResultError | RunError | OSError):
        click.echo(f"Error: {error}", err=True)
        return FAILED
    raise error


def _print_json(plain: Any) -> None:
    click.echo(json.dumps(plain, indent=2, ensure_ascii=False, default=str))


@click.group(context_settings={"auto_envvar_prefix": "CARESIM"})
@click.version_option(package_name="caresim")
def main() -> None:
    """Simulate a health and care system patient by patient, and ask what if."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")


@main.command()
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
    from simulator.warmup import compile_all, notice  # noqa: PLC0415

    scenario = read(options["scenario"])
    folder = folders.place(scenario.name, options["out"], replace=options["replace"])
    count = options["replications"] or scenario.period.replications
    if options["engine"] == "compiled" and (said := notice()):
        click.echo(said.sentence, err=True)
        if said.can_be_kept:
            compile_all()
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
        _print_json({"folder": str(folder), **saved.summary().as_dict()})
    else:
        rendering.summary(saved, folder)


@main.command()
@scenario_argument
@guarded
def check(scenario: str) -> None:
    """Say whether a scenario file is right, or all that is wrong with it."""
    from scenarios import read  # noqa: PLC0415
    from simulator.experiment import prepared  # noqa: PLC0415

    found = read(scenario)
    tables, _ = prepared(found)
    click.echo(
        f"{found.name} is right: {len(found.services)} services, "
        f"{len(found.streams)} streams, {len(tables.recorded)} groups."
    )


@main.command()
@scenario_argument
@as_json
@guarded
def explain(scenario: str, as_json: bool) -> None:
    """Say what a scenario means: loads, shortages, changes; without simulating."""
    from scenarios import read  # noqa: PLC0415
    from scenarios.explain import explain as explained  # noqa: PLC0415
    from simulator import rendering  # noqa: PLC0415
    from simulator.experiment import prepared  # noqa: PLC0415

    found = read(scenario)
    explanation = explained(found, prepared(found)[0])
    if as_json:
        _print_json(explanation.as_dict())
    else:
        rendering.explanation(explanation)


@main.command("list")
@as_json
@guarded
def list_(as_json: bool) -> None:
    """List the scenarios that come with caresim."""
    from scenarios import catalogue  # noqa: PLC0415

    names = dict(catalogue())
    if as_json:
        _print_json(names)
        return
    width = max(map(len, names))
    for name, title in names.items():
        click.echo(f"{name:{width}}  {title}")


@main.command()
@as_json
@guarded
def standards(as_json: bool) -> None:
    """List the national standards that come with caresim, with their sources."""
    from scenarios import listed_standards  # noqa: PLC0415

    found = listed_standards()
    if as_json:
        _print_json([standard.as_dict() for standard in found])
        return
    for standard in found:
        for line in standard.lines():
            click.echo(line)


@main.command()
@scenario_argument
@guarded
def show(scenario: str) -> None:
    """Print a scenario with everything it extends and includes written out."""
    from scenarios import read, written  # noqa: PLC0415

    click.echo(written(read(scenario)), nl=False)


@main.command()
@click.argument("base", metavar="A")
@click.argument("other", metavar="B")
@click.option("--group", default="all", show_default=True, help="A recorded group.")
@click.option("--period", default="whole", show_default=True, help="Or a month.")
@click.option("--expect-equal", is_flag=True, help="Exit with 3 if anything differs.")
@as_json
@guarded
def compare(
    base: str, other: str, group: str, period: str, expect_equal: bool, as_json: bool
) -> None:
    """Compare two run folders, patient's luck by patient's luck."""
    from results import compare as compared  # noqa: PLC0415
    from results import load  # noqa: PLC0415
    from simulator import rendering  # noqa: PLC0415

    comparison = compared(load(base), load(other), group=group, period=period)
    if as_json:
        _print_json(comparison.as_dict())
    else:
        rendering.comparison(comparison)
    if expect_equal and not comparison.equal:
        sys.exit(DIFFERENT)


@main.command()
@scenario_argument
@click.option("--replication", type=click.IntRange(1), default=1, show_default=True)
@click.option("--patient", type=int, help="Left out: whom one may ask for.")
@seed_option
@engine_option
@as_json
@guarded
def trace(
    scenario: str,
    replication: int,
    patient: int | None,
    seed: int | None,
    engine: str,
    as_json: bool,
) -> None:
    """Tell the journey of one patient through one replication."""
    from scenarios import read  # noqa: PLC0415
    from simulator import journey  # noqa: PLC0415

    told = journey.trace(read(scenario), replication, patient, seed=seed, engine=engine)
    if as_json:
        _print_json(told.as_dict())
    else:
        for line in told.lines():
            click.echo(line)


@main.command()
@guarded
def schema() -> None:
    """Print the JSON Schema of the scenario language, for editors."""
    from scenarios import schema as of_language  # noqa: PLC0415

    _print_json(of_language())


@main.command()
@guarded
def warmup() -> None:
    """Compile all kernels now, so that no run has to."""
    from simulator.warmup import warmed_up  # noqa: PLC0415

    click.echo(warmed_up())
