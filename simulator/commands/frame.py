"""What all commands share: options, exit codes, and how mistakes are told."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from scenarios.scenario import Scenario

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
scale_option = click.option(
    "--scale", metavar="1:N", help="One simulated patient for N people, as in 1:20."
)

workers_option = click.option(
    "--workers", type=click.IntRange(1, 1024), help="Default: all cores."
)
chart_option = click.option(
    "--chart", type=click.Path(path_type=Path), help="An SVG or PNG file."
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
    from simulator import AskedWronglyError, RunError  # noqa: PLC0415

    if isinstance(error, ScenarioError):
        for problem in error.problems:
            click.echo(str(problem), err=True)
        return BAD_SCENARIO
    if isinstance(error, AskedWronglyError):
        for said in error.problems:
            click.echo(f"Error: {said}", err=True)
        return BAD_SCENARIO
    if isinstance(error, MemoryError):
        click.echo("Error: not enough memory.", err=True)
        return FAILED
    if isinstance(error, ResultError | RunError | OSError):
        click.echo(f"Error: {error}", err=True)
        return FAILED
    raise error


def say_uncertain(scenario: Scenario) -> None:
    """Say on standard error what is taken for each uncertain number."""
    for number in scenario.uncertain:
        click.echo(number.sentence(), err=True)


def compile_first(engine: str) -> None:
    """Compile the kernels an engine needs, if they are not, and say that it takes."""
    from simulator.warmup import compile_all, notice  # noqa: PLC0415

    if engine == "compiled" and (said := notice()):
        click.echo(said.sentence, err=True)
        if said.can_be_kept:
            compile_all()


def print_json(plain: Any) -> None:
    """Print plain data as JSON."""
    click.echo(json.dumps(plain, indent=2, ensure_ascii=False, default=str))
