"""The command that sends a batch to a compute server: submit."""

from __future__ import annotations

import math
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from simulator.commands.frame import (
    as_json,
    compile_first,
    engine_option,
    guarded,
    print_json,
    seed_option,
)

T = TypeVar("T", bound=Callable[..., Any])
_MINUTES = {"min": 1, "minute": 1, "hour": 60, "day": 1440}
_MEGABYTES = {"mb": 1.0, "gb": 1e3, "tb": 1e6}
_QUIET = ("send", "as_json", "out")
"""Options that are not repeated as they stand in what sends a batch again."""


class _TimeType(click.ParamType):  # type: ignore[type-arg]  # generic in types only
    """A time, such as 90 min; a number of minutes."""

    name = "TIME"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the minutes that a text names."""
        match = re.fullmatch(
            r"(\d+(?:\.\d+)?) *(min|minute|hour|day)s?", str(value).strip()
        )
        if match is None or float(match[1]) == 0:
            self.fail(f"'{value}' is no time; write for example '90 min', '2 hours'.")
        return math.ceil(float(match[1]) * _MINUTES[match[2]])


class _MemoryType(click.ParamType):  # type: ignore[type-arg]  # generic in types only
    """An amount of memory, such as 4 GB; a number of megabytes."""

    name = "SIZE"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the megabytes that a text names."""
        match = re.fullmatch(r"(\d+(?:\.\d+)?) *([mgt]b)", str(value).strip().lower())
        if match is None or float(match[1]) == 0:
            self.fail(f"'{value}' is no size; write for example '800 MB', '4 GB'.")
        return math.ceil(float(match[1]) * _MEGABYTES[match[2]])


class _LineType(click.ParamType):  # type: ignore[type-arg]  # generic in types only
    """A line of a script."""

    name = "LINE"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the line."""
        if not str(value).strip() or not str(value).isprintable():
            self.fail(f"{value!r} is not one line.")
        return value


class _WordType(click.ParamType):  # type: ignore[type-arg]  # generic in types only
    """A name that a scheduler knows."""

    name = "NAME"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the name."""
        if not re.fullmatch(r"[^\s'\"]+", str(value)):
            self.fail(f"{value!r} is no name: it has blanks or quotes, or is empty.")
        return value


def _scheduler(name: str) -> Callable[[T], T]:
    """Return the option that names a scheduler."""
    return click.option(f"--{name}", "scheduler", flag_value=name, help=_HELP[name])


_HELP = {
    "slurm": "For SLURM (sbatch).",
    "pbs": "For PBS Professional or OpenPBS (qsub).",
    "sge": "For Grid Engine (qsub).",
    "lsf": "For LSF (bsub).",
}


@click.command()
@click.argument("study", metavar="STUDY_OR_SCENARIO")
@_scheduler("slurm")
@_scheduler("pbs")
@_scheduler("sge")
@_scheduler("lsf")
@click.option("--send", is_flag=True, help="Send it; else the scripts are shown.")
@click.option("--out", type=click.Path(path_type=Path), help="Default: runs/STUDY.")
@click.option(
    "--tasks", type=click.IntRange(1, 1000), help="Default: of some 15 minutes each."
)
@click.option(
    "--workers", type=click.IntRange(1, 1024), default=1, help="Of each task; 1."
)
@click.option("--partition", "--queue", "queue", type=_WordType(), help="Where to.")
@click.option("--account", type=_WordType(), help="Account or project that pays.")
@click.option("--time", type=_TimeType(), help="Of a task. Default: from the plan.")
@click.option("--memory", type=_MemoryType(), help="Of a task. Default: from the plan.")
@click.option(
    "--option", "more", type=_LineType(), multiple=True, help="For the scheduler."
)
@click.option(
    "--before", type=_LineType(), multiple=True, help="Shell: 'module load python'."
)
@click.option("--python", type=_LineType(), help="Default: the one that runs this.")
@click.option(
    "--parallel", type=_WordType(), default="smp", help="SGE's environment; smp."
)
@click.option("--replications", type=click.IntRange(1, 100_000), help="Of each run.")
@seed_option
@engine_option
@click.option("--record", type=click.Choice(["visits"]), help="Keep every patient.")
@as_json
@click.pass_context
@guarded
def submit(context: click.Context, /, **options: Any) -> None:
    """Write, and send, the jobs that do a batch on a compute server.

    They do what is missing; whatever is done is kept, and the same command goes on.
    """
    from simulator import rendering  # noqa: PLC0415
    from simulator.batch.batches import study_of  # noqa: PLC0415
    from simulator.servers.orders import order  # noqa: PLC0415

    if options["scheduler"] is None:
        raise click.UsageError("Say which scheduler: --slurm, --pbs, --sge or --lsf.")
    asking = study_of(options["study"])
    folder = (options["out"] or Path("runs") / asking.name).absolute()
    compile_first(options["engine"])
    count = len(asking.variants)
    with rendering.steps(f"Reading {count} scenarios", count) as step:
        made = order(
            asking, _wish(context, folder), _site(options), folder, lambda _: step(1)
        )
    if options["send"]:
        made = made.sent()
    if options["as_json"]:
        print_json(made.as_dict())
        return
    if not options["send"]:
        click.echo(made.text(), nl=False)
    for sentence in made.sentences():
        click.echo(sentence, err=not options["send"])


def _wish(context: click.Context, folder: Path) -> Any:
    """Return what was asked for."""
    from simulator.batch.batches import Asked  # noqa: PLC0415
    from simulator.servers.orders import Wish  # noqa: PLC0415

    options = context.params
    asked = Asked(
        options["replications"],
        options["seed"],
        options["record"] is not None,
        options["engine"],
        options["workers"],
    )
    words = ["batch", options["study"], "--out", str(folder)]
    for name in ("replications", "seed", "engine", "record"):
        words += _given(context, name)
    return Wish(asked, options["tasks"], words, _again(context, folder))


def _site(options: dict[str, Any]) -> Any:
    """Return what differs from site to site."""
    from simulator.servers.schedulers import SCHEDULERS  # noqa: PLC0415
    from simulator.servers.scripts import Site  # noqa: PLC0415

    return Site(
        SCHEDULERS[options["scheduler"]],
        options["python"] or shlex.quote(sys.executable),
        Path.cwd(),
        options["queue"],
        options["account"],
        options["time"],
        options["memory"],
        options["parallel"],
        options["more"],
        options["before"],
    )


def _again(context: click.Context, folder: Path) -> str:
    """Return the command that sends a batch again."""
    words = ["caresim", "submit", context.params["study"]]
    words += [f"--{context.params['scheduler']}", "--out", str(folder)]
    for option in context.command.params:
        if option.name not in (*_QUIET, "study", "scheduler"):
            words += _given(context, str(option.name))
    return shlex.join([*words, "--send"])


_UNITS = {"time": " min", "memory": " MB"}


def _given(context: click.Context, name: str) -> list[str]:
    """Return an option as it was given; nothing where it was not."""
    if context.get_parameter_source(name) is ParameterSource.DEFAULT:
        return []
    option = next(o for o in context.command.params if o.name == name)
    value = context.params[name]
    values = value if isinstance(value, tuple) else [value]
    unit = _UNITS.get(name, "")
    return [word for one in values for word in (option.opts[0], f"{one}{unit}")]
