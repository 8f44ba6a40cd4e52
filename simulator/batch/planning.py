"""What a batch will take: how many replications, how long, how much memory and disk."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import thread_time
from typing import Any, NamedTuple

from results.run import Run
from simulator.batch.book import Prepared
from simulator.batch.work import Piece, done
from simulator.errors import StuckError
from simulator.executors import Job, RunError
from simulator.forecast import (
    FASTEST,
    IDLE,
    PROGRAM,
    Cost,
    cost,
    duration_text,
    memory_text,
)
from simulator.replication import replicate

TRIED = {"compiled": 0.02, "simpy": 1.0}
"""Seconds: what would take less at an engine's best is played whole, to see what it
needs; a pilot of it would show nothing."""


class Share(NamedTuple):
    """Runs that are made of one scenario, and what a replication of them needs."""

    base: str
    runs: int
    replications: int
    """Of all these runs, those that are there left out."""
    all_replications: int
    cost: Cost


class Plan(NamedTuple):
    """What a batch will take."""

    question: str
    about: tuple[str, ...]
    """What is varied and drawn, in sentences."""
    shares: tuple[Share, ...]
    most: int
    """Replications of the run that has most."""
    workers: int

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return sum(share.runs for share in self.shares)

    @property
    def replications(self) -> int:
        """How many replications the runs have in all."""
        return sum(share.all_replications for share in self.shares)

    @property
    def there(self) -> int:
        """How many of them are there already."""
        return self.replications - sum(share.replications for share in self.shares)

    @property
    def seconds(self) -> float:
        """By the clock on the wall, with all workers at work."""
        total = sum(share.replications * share.cost.seconds for share in self.shares)
        return total / self.workers

    @property
    def memory(self) -> float:
        """Bytes at the peak: while it is simulated, or put together."""
        worker = max(share.cost.worker for share in self.shares)
        together = max(s.cost.tables + self.most * s.cost.kept for s in self.shares)
        return PROGRAM + max(self.workers * worker, together)

    @property
    def disk(self) -> tuple[float, float]:
        """Bytes of all units, and of all run folders."""
        units = sum(s.all_replications * s.cost.unit for s in self.shares)
        folders = sum(s.all_replications * s.cost.folder for s in self.shares)
        return units, folders

    def sentences(self) -> list[str]:
        """Return the plan in words."""
        said = [self.question, *self.about]
        said.append(
            f"{_many(self.runs, 'run')} with {self.replications:,} replications in all"
            + (f", of which {self.there:,} are there already." if self.there else ".")
        )
        for share in self.shares:
            said.append(
                f"  {share.base}: {_many(share.runs, 'run')}, "
                f"{_time(share.cost.seconds)} a replication"
            )
        hands = _many(self.workers, "worker")
        units, folders = self.disk
        said.append(
            f"About {duration_text(max(self.seconds, 1.0))} on {hands}, "
            f"{memory_text(self.memory)} of memory, {memory_text(units)} on the disk "
            f"for units of work and {memory_text(folders)} for run folders. Measured "
            "on this machine; good to a factor of two."
        )
        return said

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as plain data: seconds and bytes."""
        units, folders = self.disk
        return {
            "question": self.question,
            "about": list(self.about),
            "runs": self.runs,
            "replications": self.replications,
            "there": self.there,
            "workers": self.workers,
            "seconds": self.seconds,
            "memory": self.memory,
            "disk": {"units": units, "runs": folders},
            "scenarios": [
                {**share._asdict(), "cost": share.cost._asdict()}
                for share in self.shares
            ],
        }


def probed(made: Prepared, engine: str) -> Cost:
    """Return what a replication of a run needs, tried out on this machine.

    Raises
    ------
    RunError
        If its model never leaves an instant.
    """
    job = Job(made.model, made.run.seed, engine, made.run.keeps)
    try:
        fewest = TRIED[engine] / FASTEST[engine]
        found = cost(job, fewest)
        return _played(made, job) if found is None else found
    except StuckError as error:
        raise RunError(f"{made.run.name}: the run stops: {error}.") from error


def _played(made: Prepared, job: Job) -> Cost:
    """Return what one replication has needed."""
    replicate(made.model, job.seed, 1, job.engine)  # compiles, or loads what is
    began = thread_time()
    played = replicate(made.model, job.seed, 1, job.engine, keep=job.keep)
    seconds = thread_time() - began
    unit = len(done(job, Piece(made.run.key, (1,))).content)
    records = {} if played.records is None else {1: played.records}
    run = Run.from_replications(
        *made.frame, [(1, played.tallies)], {"engine": job.engine}, records
    )
    with tempfile.TemporaryDirectory() as folder:
        run.write(Path(folder) / "run")
        size = sum(p.stat().st_size for p in Path(folder).rglob("*") if p.is_file())
    held = sum(part.nbytes for part in (*played.tallies[:-1], *played.tallies.buckets))
    held += sum(rows.nbytes for rows in played.records or ())
    return Cost(
        seconds=seconds,
        worker=IDLE + 2.0 * held,
        kept=float(held),
        tables=float(10 * size),
        unit=float(unit),
        folder=float(size),
    )


def shares(
    numbers: Mapping[str, tuple[int, int, int]], costs: Mapping[str, Cost]
) -> tuple[Share, ...]:
    """Return what is made of each scenario.

    Parameters
    ----------
    numbers : mapping of str to (int, int, int)
        By scenario: its runs, their replications that are missing, and all of them.
    costs : mapping of str to Cost
        By scenario.
    """
    return tuple(
        Share(base, runs, missing, every, costs[base])
        for base, (runs, missing, every) in numbers.items()
    )


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _time(seconds: float) -> str:
    if seconds >= 1.0:
        return duration_text(seconds)
    return (
        f"{max(seconds * 1000, 0.1):.1f} ms" if seconds < 0.01 else f"{seconds:.2f} s"
    )


def all_probed(bases: Sequence[Prepared], engine: str) -> dict[str, Cost]:
    """Return what replications need, by the name of the scenario that runs are made of.

    Parameters
    ----------
    bases : sequence of Prepared
        One run of each.
    engine : str
    """
    return {made.run.base: probed(made, engine) for made in bases}
