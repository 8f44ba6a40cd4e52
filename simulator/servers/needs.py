"""What the tasks of a batch on a compute server need: how many, how long, what memory.

The plan of a batch is good to a factor of two, and a server's processors may be slower
than the one that was planned on; a scheduler kills who takes more than was asked for.
So three times the planned time and twice the planned memory is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from simulator.batch.agenda import Shard, all_blocks
from simulator.batch.book import PlannedRun
from simulator.batch.planning import Plan
from simulator.batch.store import Store
from simulator.forecast import PROGRAM, duration_text, memory_text

LONGER, LARGER = 3.0, 2.0
"""What is asked for against what is planned."""
START = 600.0
"""Seconds, on top: to start, and to compile kernels where nobody has."""
AIM = 900.0
"""Seconds of a task, planned, where nobody says how many tasks there are: much more
than a start takes, little enough to fit into gaps and to lose."""
MOST_TASKS = 500
"""Unless more are asked for; schedulers take a thousand."""
MERGED = 2e6
"""Bytes of run folders that are put together in a second; 2.3 million were measured."""
MINUTES, MEGABYTES = 5, 100
"""To multiples of these what is asked for is rounded up."""


class Need(NamedTuple):
    """What one task needs."""

    seconds: float
    """By the clock on the wall, as planned."""
    memory: float
    """Bytes, as planned."""

    @property
    def minutes(self) -> int:
        """The time to ask for."""
        asked = (LONGER * self.seconds + START) / 60
        return MINUTES * math.ceil(asked / MINUTES)

    @property
    def megabytes(self) -> int:
        """The memory to ask for."""
        return MEGABYTES * math.ceil(LARGER * self.memory / 1e6 / MEGABYTES)

    def sentence(self) -> str:
        """Return both as planned, in words."""
        time = duration_text(max(self.seconds, 1.0))
        return f"about {time} and {memory_text(self.memory)} of memory"


class Needs(NamedTuple):
    """What a batch on a compute server needs."""

    tasks: int
    """Shards, done side by side as far as there is room."""
    workers: int
    """Of each task."""
    task: Need
    """The one that has most to do."""
    merge: Need
    """To put all runs together."""


def needs(
    plan: Plan, store: Store, tasks: int | None, workers: int, reading: float
) -> Needs:
    """Return what a batch needs to have done what is missing.

    Parameters
    ----------
    plan : Plan
        Of the same batch.
    store : Store
        With its book written.
    tasks : int, optional
        How many; if left out, as many as make them some fifteen minutes long.
    workers : int
        Of each task.
    reading : float
        Seconds to read all scenarios, as every task does.
    """
    runs = store.book().runs
    loads = _loads(plan, store, runs)
    count = tasks or _tasks(loads, workers)
    shards = [Shard(number, count) for number in range(1, count + 1)]
    longest = max(_seconds(loads, shard, workers) for shard in shards)
    memory = _memory(plan, runs)
    folders = plan.disk[1] / MERGED
    together = max(s.cost.tables + plan.most * s.cost.kept for s in plan.shares)
    return Needs(
        count,
        workers,
        Need(reading + longest, PROGRAM + workers * memory),
        Need(folders, PROGRAM + together),
    )


def _loads(plan: Plan, store: Store, runs: Sequence[PlannedRun]) -> list[float]:
    """Return the seconds of every block, as far as it is missing."""
    each = {share.base: share.cost.seconds for share in plan.shares}
    base = {run.key: run.base for run in runs}
    there = {key: store.replications(key) for key in base}
    return [
        each[base[key]] * sum(n not in there[key] for n in numbers)
        for key, numbers in all_blocks(runs)
    ]


def _tasks(loads: Sequence[float], workers: int) -> int:
    """Return how many tasks are sensible."""
    most = min(sum(load > 0.0 for load in loads), MOST_TASKS)
    return max(min(math.ceil(sum(loads) / workers / AIM), most), 1)


def _seconds(loads: Sequence[float], shard: Shard, workers: int) -> float:
    """Return how long a shard takes: at least as long as its longest block."""
    mine = loads[shard.number - 1 :: shard.of]
    return max(sum(mine) / workers, max(mine, default=0.0))


def _memory(plan: Plan, runs: Sequence[PlannedRun]) -> float:
    """Return the bytes of one worker, with the results of the block it is at."""
    costs = {share.base: share.cost for share in plan.shares}
    return max(
        costs[run.base].worker + run.block * costs[run.base].kept for run in runs
    )
