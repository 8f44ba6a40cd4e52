"""Where replications are run: here, on threads, or in processes.

The compiled engine lets go of Python's lock and shares its memory, so it runs on
threads; the SimPy engine needs processes. Results come back in the order of the
replications, so they are the same for any number of workers.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    Executor,
    Future,
    ThreadPoolExecutor,
    as_completed,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import NamedTuple

from kernels.layout import Model
from simulator.replication import Replication, replicate
from simulator.workers import Workers

Progress = Callable[[Replication], None]


class RunError(RuntimeError):
    """A run failed; the message says why in one line."""


class AskedWronglyError(RunError):
    """What was asked of runs cannot be meant; all that is wrong, each in a sentence."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


class Job(NamedTuple):
    """What is to be replicated, and how."""

    model: Model
    seed: int
    engine: str
    keep: bool


def all_cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def replications(
    job: Job, numbers: Sequence[int], workers: int, progress: Progress | None = None
) -> list[Replication]:
    """Return replications in the order of their numbers.

    Parameters
    ----------
    job : Job
    numbers : sequence of int
        Which replications.
    workers : int
        How many at the same time.
    progress : callable, optional
        Told each replication as it is done, in any order.

    Raises
    ------
    RunError
        If a worker dies.
    """
    workers = min(workers, len(numbers))
    if workers <= 1:
        return [_told(_one(job, number), progress) for number in numbers]
    with _pool(job.engine, workers) as (pool, stop):
        futures = [pool.submit(_one, job, number, stop) for number in numbers]
        try:
            for future in as_completed(futures):
                _told(future.result(), progress)
        except BrokenProcessPool as error:
            raise RunError(_lost(job, numbers, futures)) from error
        return [future.result() for future in futures]


def _one(job: Job, number: int, stop: threading.Event | None = None) -> Replication:
    return replicate(job.model, job.seed, number, job.engine, keep=job.keep, stop=stop)


def _told(done: Replication, progress: Progress | None) -> Replication:
    if progress is not None:
        progress(done)
    return done


def _lost(job: Job, numbers: Sequence[int], futures: list[Future[Replication]]) -> str:
    """Return what to say when a worker process has died."""
    lost = [
        str(number)
        for number, future in zip(numbers, futures, strict=True)
        if not future.done() or future.exception() is not None
    ]
    return (
        f"a worker process died (out of memory, or killed); lost: replication "
        f"{', '.join(lost)} of seed {job.seed}. Nothing was written. Fewer --workers "
        "need less memory."
    )


@contextmanager
def _pool(
    engine: str, workers: int
) -> Iterator[tuple[Executor, threading.Event | None]]:
    """Yield a pool and what stops its threads; no worker outlives the block."""
    stop = None
    if engine == "simpy":
        pool: Executor = Workers(workers)
    else:
        pool, stop = ThreadPoolExecutor(workers), threading.Event()
    try:
        yield pool, stop
    except BaseException:
        if stop is not None:
            stop.set()
        for child in multiprocessing.active_children():
            child.terminate()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
