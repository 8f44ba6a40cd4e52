"""Commands for many runs: batch, merge, status."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from simulator.commands.frame import (
    FAILED,
    as_json,
    compile_first,
    engine_option,
    guarded,
    print_json,
    seed_option,
    workers_option,
)

if TYPE_CHECKING:
    from simulator.batch.agenda import Shard
    from simulator.batch.batches import Asked, Outcome
    from simulator.batch.places import Place

Command = Callable[..., Any]
STOPPED = 130
GIGABYTE = 1e9
folder_argument = click.argument(
    "folder", metavar="DIR", type=click.Path(path_type=Path)
)


class _ShardType(click.ParamType):  # type: ignore[type-arg]  # generic in types only
    """A shard, such as 2/8."""

    name = "I/N"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the shard that a text names."""
        from simulator.batch.agenda import Shard  # noqa: PLC0415

        match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", str(value))
        if match is None or not 1 <= int(match[1]) <= int(match[2]):
            self.fail(f"'{value}' is no shard; write 2/8 for the second of 8.")
        return Shard(int(match[1]), int(match[2]))


def place_options(command: Command) -> Command:
    """Add the options that say where work is done: cores, or a dask cluster."""
    for option in (
        click.option("--job-memory", type=click.IntRange(1), help="GB; usually 4."),
        click.option("--jobs", type=click.IntRange(1, 10_000), help="Usually 1."),
        click.option(
            "--dask-jobqueue",
            type=click.Choice(["slurm", "pbs", "sge", "lsf"]),
            help="Start a dask cluster as jobs of this queue.",
        ),
        click.option("--dask", metavar="ADDRESS", help="A dask scheduler."),
        workers_option,
    ):
        command = option(command)
    return command


shard_option = click.option(
    "--shard", type=_ShardType(), help="One part of so many, such as 2/8."
)


@click.command()
@click.argument("study", metavar="STUDY_OR_SCENARIO")
@click.option("--out", type=click.Path(path_type=Path), help="Default: runs/STUDY.")
@click.option("--plan", is_flag=True, help="Say what it will take, and begin nothing.")
@click.option("--replications", type=click.IntRange(1, 100_000), help="Of each run.")
@seed_option
@engine_option
@place_options
@shard_option
@click.option("--record", type=click.Choice(["visits"]), help="Keep every patient.")
@as_json
@guarded
def batch(study: str, **options: Any) -> None:
    """Run all scenarios of a study, or what of them is missing.

    Whatever is done is kept: the same command goes on where it was.
    """
    from simulator.batch import batches  # noqa: PLC0415

    asking = batches.study_of(study)
    folder = options["out"] or Path("runs") / asking.name
    where = where_of(options)
    asked = _asked(options)
    compile_first(asked.engine)
    if options["plan"]:
        plan = batches.planned(asking, asked, folder)
        _say(plan, as_json=options["as_json"])
        return
    outcome = _run(asking, asked, folder, options["shard"], where)
    if options["as_json"]:
        print_json(outcome.as_dict())
    else:
        _tell(outcome, asking.baseline, folder)
    if outcome.failures:
        sys.exit(FAILED)


def _asked(options: dict[str, Any]) -> Asked:
    """Return what is asked of a batch."""
    from simulator.batch.batches import Asked  # noqa: PLC0415

    return Asked(
        options.get("replications"),
        options["seed"],
        options.get("record") is not None,
        options["engine"],
        workers_of(options),
    )


def workers_of(options: dict[str, Any]) -> int:
    """Return how many workers there are, of this machine or of each job."""
    from simulator.executors import all_cores  # noqa: PLC0415

    usual = 1 if options["dask_jobqueue"] else all_cores()
    return int(options["workers"] or usual)


class Where(NamedTuple):
    """Where the work is done; this machine if nothing is said."""

    dask: str | None
    queue: str | None
    jobs: int
    memory: int
    """Gigabytes of a job."""


def where_of(options: dict[str, Any]) -> Where:
    """Return where the work is done, once what was asked goes together.

    Raises
    ------
    click.UsageError
        If it does not.
    """
    dask, queue = options["dask"], options["dask_jobqueue"]
    if dask is not None and queue is not None:
        raise click.UsageError("give --dask or --dask-jobqueue, not both.")
    if queue is None and (options["jobs"] or options["job_memory"]):
        raise click.UsageError("--jobs and --job-memory go with --dask-jobqueue.")
    if dask is not None and options["workers"] is not None:
        raise click.UsageError("--workers is of this machine; --dask has its own.")
    return Where(dask, queue, options["jobs"] or 1, options["job_memory"] or 4)


def played(study: Any, options: dict[str, Any]) -> Path:
    """Run all of a batch, saying how far it is; return its folder.

    It ends with what failed, if anything did; and where a shard was asked for.
    """
    folder: Path = options["out"] or Path("runs") / study.name
    where, asked, shard = where_of(options), _asked(options), options["shard"]
    compile_first(asked.engine)
    outcome = _run(study, asked, folder, shard, where)
    for failure in outcome.failures:
        click.echo(failure["sentence"], err=True)
    if outcome.failures:
        sys.exit(FAILED)
    if outcome.is_shard:
        if options["as_json"]:
            print_json(outcome.as_dict())
        else:
            click.echo(
                f"Shard {shard.number}/{shard.of} is done, and kept in {folder}. When "
                "all are, the same command without --shard answers."
            )
        sys.exit(0)
    return folder


def _run(
    asking: Any, asked: Any, folder: Path, shard: Shard | None, where: Where
) -> Outcome:
    """Run a batch, saying how far it is; interrupted, say how to go on."""
    from simulator import rendering  # noqa: PLC0415
    from simulator.batch import batches  # noqa: PLC0415
    from simulator.batch.agenda import WHOLE, counted  # noqa: PLC0415

    shard = WHOLE if shard is None else shard
    count = len(asking.variants)
    with rendering.steps(f"Reading {count} scenarios", count) as step:
        store, jobs = batches.opened_batch(asking, asked, folder, lambda _: step(1))
    runs = store.book().runs
    have, total = counted(store, runs, shard)
    if have:
        click.echo(f"{have:,} of {total:,} replications are there already.", err=True)
    try:
        with (
            place_at(where, asked.engine, asked.workers) as place,
            rendering.steps(asking.question, total, have) as step,
        ):
            return batches.simulated(store, jobs, place, step, shard)
    except KeyboardInterrupt:
        have, total = counted(store, runs, shard)
        click.echo(
            f"Interrupted: {have:,} of {total:,} replications are kept in {folder}; "
            "the same command goes on.",
            err=True,
        )
        sys.exit(STOPPED)


@contextmanager
def place_at(where: Where, engine: str, workers: int) -> Iterator[Callable[[], Place]]:
    """Yield what gives the place where the work is done."""
    from simulator.batch import cluster, places  # noqa: PLC0415

    def say(sentence: str) -> None:
        click.echo(sentence, err=True)

    if where.dask is not None:
        with cluster.connected(where.dask, say) as found:
            yield lambda: found
    elif where.queue is not None:
        sizes = where.jobs, workers, where.memory * GIGABYTE
        with cluster.queued(where.queue, *sizes, say) as found:
            yield lambda: found
    else:
        yield lambda: places.here(engine, workers)


def at_once(where: Where, place: Callable[[], Place], workers: int) -> int:
    """Return how many replications are played at the same time, about.

    Parameters
    ----------
    where : Where
    place : callable
        Gives the place there.
    workers : int
        Of this machine, or of each job.
    """
    from simulator.batch.cluster import AHEAD  # noqa: PLC0415

    if where.queue is not None:
        return where.jobs * workers
    if where.dask is not None:
        return max(place().room // AHEAD, 1)
    return workers


def _say(said: Any, *, as_json: bool) -> None:
    """Print sentences, or the same as JSON."""
    if as_json:
        print_json(said.as_dict())
        return
    for sentence in said.sentences():
        click.echo(sentence)


def _tell(outcome: Outcome, baseline: str | None, folder: Path) -> None:
    """Print what came of a batch, and what to do next."""
    for path in outcome.set_aside:
        click.echo(f"A unit was damaged and has been simulated again: {path}")
    for failure in outcome.failures:
        click.echo(failure["sentence"], err=True)
    if outcome.is_shard:
        click.echo(f"This shard is done. When all are: caresim merge {folder}")
        return
    if outcome.left:
        click.echo(
            "Another batch in this folder has asked for more since, and puts together: "
            f"{', '.join(outcome.left)}"
        )
    folders = "run folder" if len(outcome.runs) == 1 else "run folders"
    click.echo(f"{len(outcome.runs)} {folders} in {folder / 'runs'}")
    click.echo(f"What each is made of: {folder / 'runs.csv'}")
    others = [path.name for path in outcome.runs if path.name != baseline]
    if baseline is not None and others:
        first = folder / "runs" / baseline
        click.echo(f"Compare: caresim compare {first} {folder / 'runs' / others[0]}")


@click.command()
@folder_argument
@click.option("--partial", is_flag=True, help="Also runs that lack replications.")
@as_json
@guarded
def merge(folder: Path, partial: bool, as_json: bool) -> None:
    """Put the runs of a batch together from what its shards have done."""
    from simulator.batch import batches  # noqa: PLC0415
    from simulator.batch.store import Store  # noqa: PLC0415

    together = batches.put_together(Store(folder), partial=partial)
    _say(together, as_json=as_json)
    if together.gaps and not partial:
        sys.exit(FAILED)


@click.command()
@folder_argument
@as_json
@guarded
def status(folder: Path, as_json: bool) -> None:
    """Say how far a batch is, from any machine that sees its folder."""
    from simulator.batch import batches  # noqa: PLC0415

    _say(batches.status(folder), as_json=as_json)
