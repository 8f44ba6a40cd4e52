"""A dask cluster as a place of work: one that is there, or one started for a batch.

Workers need caresim of the same version, and neither the batch's folder nor the
scenario files: a piece brings its model, and its unit comes back as bytes.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import logging
import pickle
import platform
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from importlib.metadata import version
from time import monotonic, sleep
from typing import Any, NamedTuple

import pyarrow as pa

from simulator.batch.work import Done, Piece, done
from simulator.executors import Job, RunError

QUEUES = {
    "slurm": "SLURMCluster",
    "pbs": "PBSCluster",
    "sge": "SGECluster",
    "lsf": "LSFCluster",
}
"""Classes of dask-jobqueue."""
PATIENCE = 60.0
"""Seconds after which a scheduler that does not answer counts as lost."""
LOOK = 2.0
"""Seconds between looks at whether it answers."""
LONELY = 15.0
"""Seconds without any worker after which it is said that there is none."""
AHEAD = 2
"""Pieces in hand for each thread of the workers."""
_numbers = itertools.count(1)


class Packed(NamedTuple):
    """A job as it is sent: its model squeezed."""

    size: int
    content: bytes

    @staticmethod
    def of(job: Job) -> Packed:
        """Return a job as it is sent."""
        whole = pickle.dumps(job)
        return Packed(len(whole), pa.compress(whole, codec="zstd", asbytes=True))


@functools.lru_cache(maxsize=4)
def _unpacked(packed: Packed) -> Job:
    """Return a job; the last few stay with the worker."""
    job: Job = pickle.loads(  # what this batch has sent
        pa.decompress(packed.content, packed.size, codec="zstd", asbytes=True)
    )
    return job


def done_there(packed: Packed, piece: Piece, caresim: str) -> Done:
    """Return the unit of a piece, on a worker.

    Parameters
    ----------
    packed : Packed
    piece : Piece
    caresim : str
        The version that asks.

    Raises
    ------
    RunError
        If the worker has another one.
    """
    own = version("caresim")
    if own != caresim:
        raise RunError(
            f"a dask worker on {platform.node()} has caresim {own}, and this batch is "
            f"of {caresim}: give it the same. What is done is kept."
        )
    return done(_unpacked(packed), piece)


Say = Callable[[str], None]
"""Told, in a sentence, what the user should know of a cluster meanwhile."""


class Cluster:
    """A dask cluster, by its client.

    Parameters
    ----------
    client : distributed.Client
    say : callable
        Told when there are no workers, and when there are some again.
    """

    def __init__(self, client: Any, say: Say) -> None:
        self._client, self._say = client, say
        self._address = client.scheduler.address  # it is gone when the scheduler is
        self._alone_since: float | None = None
        self._is_told = False
        self._in_hand: dict[Any, Piece] = {}
        self._packed: dict[str, Packed] = {}

    @property
    def room(self) -> int:
        """How many more pieces it takes now: workers may come and go."""
        return max(AHEAD * self._threads(), 1) - len(self._in_hand)

    def _threads(self) -> int:
        """Return how many threads the workers have that are there now."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"]
        return sum(int(worker["nthreads"]) for worker in workers.values())

    @property
    def is_busy(self) -> bool:
        """Whether it has pieces in hand."""
        return bool(self._in_hand)

    def begin(self, job: Job, piece: Piece) -> None:
        """Begin a piece."""
        if piece.key not in self._packed:
            used = {each.key for each in self._in_hand.values()}
            self._packed = {k: v for k, v in self._packed.items() if k in used}
            self._packed[piece.key] = Packed.of(job)
        future = self._client.submit(
            done_there,
            self._packed[piece.key],
            piece,
            version("caresim"),
            key=f"caresim-{piece.key}-{piece.numbers[0]}-{next(_numbers)}",
            pure=False,
        )
        self._in_hand[future] = piece

    def finished(self) -> list[Done]:
        """Wait until something is finished, and return it.

        Raises
        ------
        RunError
            If the scheduler is lost, or a worker has another version of caresim.
        """
        wait: Any = _library("distributed").wait

        silent_since = None
        while True:
            try:
                wait(list(self._in_hand), timeout=LOOK, return_when="FIRST_COMPLETED")
            except TimeoutError:
                pass
            except CancelledError:  # at once, when the scheduler is lost
                sleep(LOOK)
            over = [future for future in self._in_hand if future.done()]
            if self._client.status != "running" or any(map(_is_lost, over)):
                now = monotonic()
                silent_since = now if silent_since is None else silent_since
                if now - silent_since > PATIENCE or self._client.status == "closed":
                    raise RunError(self._lost())
                over = [future for future in over if not _is_lost(future)]
            if over:
                return [self._of(future, self._in_hand.pop(future)) for future in over]
            if silent_since is None:
                self._look_for_workers()

    def _look_for_workers(self) -> None:
        """Say that nothing goes on for want of workers; and when it does again."""
        if self._threads():
            if self._is_told:
                self._say("Dask workers are there.")
            self._alone_since, self._is_told = None, False
            return
        now = monotonic()
        self._alone_since = now if self._alone_since is None else self._alone_since
        if now - self._alone_since >= LONELY and not self._is_told:
            self._is_told = True
            self._say(
                "No dask worker is there; waiting for one (dask worker "
                f"{self._address}). Stop with Ctrl-C: what is done is kept."
            )

    def _of(self, future: Any, piece: Piece) -> Done:
        """Return what became of a piece."""
        error = future.exception()
        if error is None:
            found: Done = future.result()
            return found
        if isinstance(error, RunError):  # no replication's failure: the worker's
            raise error
        said = f"{type(error).__name__}: {error}".partition("\n")[0]
        alone = len(piece.numbers) == 1
        if isinstance(error, _library("distributed").KilledWorker):
            # The scheduler has tried it on several workers by itself.
            said = "every worker that played it died (killed, or out of memory)"
            return Done(piece, said=said, number=piece.numbers[0], is_final=alone)
        return Done(piece, said=said, number=piece.numbers[0] if alone else 0)

    def _lost(self) -> str:
        return (
            f"the dask scheduler at {self._address} is lost. What is done is kept: the "
            "same command goes on, with another --dask, or without it on this machine."
        )

    def __enter__(self) -> Cluster:
        """Be ready to work."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop; what is in hand is given up."""
        if self._in_hand:
            with suppress(Exception):  # a lost scheduler has nothing to cancel
                self._client.cancel(list(self._in_hand))


def _is_lost(future: Any) -> bool:
    """Return whether a piece is lost with its scheduler."""
    return future.status in ("cancelled", "lost")


@contextmanager
def connected(address: str, say: Say) -> Iterator[Cluster]:
    """Yield a dask cluster that is there.

    Parameters
    ----------
    address : str
        Of its scheduler, such as `tcp://10.0.0.5:8786`.
    say : callable

    Raises
    ------
    RunError
        If dask is not installed, or no scheduler answers.
    """
    distributed = _library("distributed")
    _quieten()
    try:
        client = distributed.Client(address, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        reason = str(error).partition("\n")[0]
        raise RunError(f"no dask scheduler answers at {address}: {reason}") from error
    with client:
        yield Cluster(client, say)


@contextmanager
def queued(
    queue: str, jobs: int, threads: int, memory: float, say: Say
) -> Iterator[Cluster]:
    """Yield a dask cluster whose workers are jobs of a queue, started for this batch.

    Everything else that a queue wants (partition, account, walltime) is taken from
    dask's own configuration, `~/.config/dask/jobqueue.yaml`.

    Parameters
    ----------
    queue : str
        A name of `QUEUES`.
    jobs : int
        How many.
    threads : int
        Of each.
    memory : float
        Bytes of each.
    say : callable

    Raises
    ------
    RunError
        If dask-jobqueue is not installed, or cannot start.
    """
    distributed, library = _library("distributed"), _library("dask_jobqueue")
    _quieten()
    try:
        cluster = getattr(library, QUEUES[queue])(
            cores=threads, processes=1, memory=f"{int(memory)}B"
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise RunError(f"dask-jobqueue could not start: {error}") from error
    with cluster, distributed.Client(cluster) as client:
        cluster.scale(jobs=jobs)
        yield Cluster(client, say)


def _quieten() -> None:
    """Say nothing of lost connections in dask's words, which come with tracebacks.

    What follows from them is said in one line here. Jobs that a queue does not take
    are still told of.
    """
    for name in ("distributed", "distributed.client"):  # each has a level of its own
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.getLogger("distributed.deploy").setLevel(logging.WARNING)


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise RunError(
            f"{name.replace('_', '-')} is not installed; it comes with "
            "pip install 'caresim[cluster]'."
        ) from error
