"""Where pieces of work are done on this machine: on threads, or in processes.

A place is given pieces one by one and gives back what became of them, in any order.
That is all that the rest of a batch knows of it; `cluster` is another one.
"""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import (
    FIRST_COMPLETED,
    Future,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Protocol, Self

from simulator.batch.work import Done, Piece, done
from simulator.executors import Job
from simulator.workers import Workers

DIED = "a worker process died (killed, or out of memory)"


class Place(Protocol):
    """Where work is done."""

    @property
    def room(self) -> int:
        """How many more pieces it takes now."""

    @property
    def is_busy(self) -> bool:
        """Whether it has pieces in hand."""

    def begin(self, job: Job, piece: Piece) -> None:
        """Begin a piece."""

    def finished(self) -> list[Done]:
        """Wait until something is finished, and return it."""

    def __enter__(self) -> Self:
        """Be ready to work."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop; what is in hand is given up."""


class Threads:
    """Threads of this process: for the compiled engine, which lets go of the lock.

    Parameters
    ----------
    workers : int
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._stop = threading.Event()
        self._pool = ThreadPoolExecutor(workers)
        self._in_hand: set[Future[Done]] = set()

    @property
    def room(self) -> int:
        """How many more pieces it takes now: one more than there are threads."""
        return self.workers + 1 - len(self._in_hand)

    @property
    def is_busy(self) -> bool:
        """Whether it has pieces in hand."""
        return bool(self._in_hand)

    def begin(self, job: Job, piece: Piece) -> None:
        """Begin a piece."""
        self._in_hand.add(self._pool.submit(done, job, piece, self._stop))

    def finished(self) -> list[Done]:
        """Wait until something is finished, and return it."""
        over, self._in_hand = wait(self._in_hand, return_when=FIRST_COMPLETED)
        return [future.result() for future in over]

    def __enter__(self) -> Self:
        """Be ready to work."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop; what is in hand is given up."""
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)


class Processes:
    """Spawned processes: for the SimPy engine. One that dies is replaced.

    Parameters
    ----------
    workers : int
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool = Workers(workers)
        self._in_hand: dict[Future[Done], Piece] = {}
        self._alone: dict[Future[Done], Workers] = {}

    @property
    def room(self) -> int:
        """How many more pieces it takes now: one more than there are processes."""
        return self.workers + 1 - len(self._in_hand)

    @property
    def is_busy(self) -> bool:
        """Whether it has pieces in hand."""
        return bool(self._in_hand)

    def begin(self, job: Job, piece: Piece) -> None:
        """Begin a piece; one that has failed gets a process of its own."""
        if piece.is_suspect:
            own = Workers(1)
            future = own.submit(done, job, piece)
            self._alone[future] = own
        else:
            try:
                future = self._pool.submit(done, job, piece)
            except BrokenProcessPool:  # died while nothing was waited for
                self._renew()
                future = self._pool.submit(done, job, piece)
        self._in_hand[future] = piece

    def finished(self) -> list[Done]:
        """Wait until something is finished, and return it.

        When a worker dies, all pieces that its pool had in hand are lost.
        """
        over, _ = wait(self._in_hand, return_when=FIRST_COMPLETED)
        found, is_broken = [], False
        for future in over:
            piece = self._in_hand.pop(future)
            own = self._alone.pop(future, None)
            try:
                found.append(future.result())
            except BrokenProcessPool:
                number = piece.numbers[0] if own is not None else 0
                found.append(Done(piece, said=DIED, number=number))
                is_broken |= own is None
            if own is not None:
                own.shutdown()
        if is_broken:
            found += self._lost()
            self._renew()
        return found

    def _lost(self) -> list[Done]:
        """Return what else the pool had in hand, once it is all given back."""
        shared = [future for future in self._in_hand if future not in self._alone]
        wait(shared)
        found = []
        for future in shared:
            piece = self._in_hand.pop(future)
            try:
                found.append(future.result())
            except BrokenProcessPool:
                found.append(Done(piece, said=DIED))
        return found

    def _renew(self) -> None:
        self._pool.shutdown(wait=False)
        self._pool = Workers(self.workers)

    def __enter__(self) -> Self:
        """Be ready to work."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop; what is in hand is given up."""
        for pool in [self._pool, *self._alone.values()]:
            pool.shutdown(wait=False, cancel_futures=True)
        # Also those that are idle: where one was killed while it held the lock of the
        # queue, the others would wait for that lock, and this process for them.
        for child in multiprocessing.active_children():
            child.terminate()


def here(engine: str, workers: int) -> Place:
    """Return this machine as a place of work for an engine."""
    return Processes(workers) if engine == "simpy" else Threads(workers)
