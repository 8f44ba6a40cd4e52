"""Two threads against one: replications of case (c) by the clock on the wall."""

from __future__ import annotations

from importlib.metadata import version
from time import perf_counter

from benchmarks.definitions import CASES
from benchmarks.ours import COMPILED, SEED, tables
from benchmarks.rows import Row
from simulator.executors import Job, replications

REPLICATIONS = 4
THREADS = 2


def two_threads(repeats: int) -> list[Row]:
    """Return the one row of case (c) on two threads; the best of several."""
    case = CASES["c"]
    job = Job(tables(case.name), SEED, "compiled", keep=False)
    wall(job, 1)
    # In turn, so that a machine that gets busier slows both.
    times = [(wall(job, 1), wall(job, THREADS)) for _ in range(repeats)]
    one, two = (min(times) for times in zip(*times, strict=True))
    patients = REPLICATIONS * case.many[0]
    row = Row(
        case=case.name,
        engine=COMPILED,
        version=version("caresim"),
        patients=patients,
        customers_per_s=patients / two,
        ns_per_event=1e9 * two / patients / case.events,
        runs=repeats,
        seconds=two,
        threads=THREADS,
        clock="wall",
        ratio_to_one_thread=one / two,
    )
    return [row]


def wall(job: Job, workers: int) -> float:
    """Return how many seconds the replications take on so many threads."""
    began = perf_counter()
    replications(job, range(1, REPLICATIONS + 1), workers)
    return perf_counter() - began
