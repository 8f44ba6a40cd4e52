"""What of a batch is still to do, and in which order."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from simulator.batch.book import PlannedRun, blocks
from simulator.batch.store import Store, Stretch
from simulator.batch.work import Piece


class Shard(NamedTuple):
    """A part of a batch: every so many-th block, from a certain one on."""

    number: int = 1
    """From 1 on."""
    of: int = 1

    def has(self, place: int) -> bool:
        """Return whether a block belongs to it, by its place among all (from 0)."""
        return place % self.of == self.number - 1


WHOLE = Shard()


def all_blocks(runs: Sequence[PlannedRun]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield key and replications of every block of a batch, once.

    Runs of one key share their replications: there are as many as one of them needs.
    """
    most: dict[str, PlannedRun] = {}
    for run in runs:
        known = most.setdefault(run.key, run)
        if run.replications > known.replications:
            most[run.key] = run
    for key, run in most.items():
        for numbers in blocks(run.numbers, run.block):
            yield key, numbers


def share(runs: Sequence[PlannedRun], shard: Shard) -> dict[str, set[int]]:
    """Return the replications of a shard, by name of the run."""
    found: dict[str, set[int]] = {}
    for place, (key, numbers) in enumerate(all_blocks(runs)):
        if shard.has(place):
            found.setdefault(key, set()).update(numbers)
    return {run.name: found.get(run.key, set()) for run in runs}


class Agenda:
    """Pieces of work, the next one first.

    What others have begun comes last, what has failed before comes next.

    Parameters
    ----------
    store : Store
    runs : sequence of PlannedRun
    shard : Shard
    """

    def __init__(
        self, store: Store, runs: Sequence[PlannedRun], shard: Shard = WHOLE
    ) -> None:
        self._store = store
        self._again: deque[Piece] = deque()
        self._later: deque[Piece] = deque()
        self._ahead = self._pieces(runs, shard)

    def next(self) -> Piece | None:
        """Return the next piece that is still to do; None: there is none for now."""
        if self._again:
            return self._again.popleft()
        piece = next(self._ahead, None)
        if piece is not None:
            return piece
        while self._later:
            piece = self._later.popleft()
            if not self._store.has(piece.key, piece.numbers):
                return piece
        return None

    def again(self, pieces: Iterator[Piece]) -> None:
        """Put pieces back that are to be tried once more."""
        self._again.extend(pieces)

    def _pieces(self, runs: Sequence[PlannedRun], shard: Shard) -> Iterator[Piece]:
        """Yield what is missing and nobody else has begun; note what somebody has."""
        last, there, claimed = "", set[int](), set[int]()
        for place, (key, numbers) in enumerate(all_blocks(runs)):
            if not shard.has(place):
                continue
            if key != last:
                last, claimed = key, self._store.claimed(key)
                there = self._store.replications(key)
            missing = [n for n in numbers if n not in there]
            for some in blocks(missing, len(numbers)):
                piece = Piece(key, some)
                if claimed.intersection(some):
                    self._later.append(piece)
                elif not self._store.has(key, some):
                    yield piece


def counted(
    store: Store, runs: Sequence[PlannedRun], shard: Shard = WHOLE
) -> tuple[int, int]:
    """Return how many replications of a batch or shard are there, and of how many."""
    there: dict[str, set[int]] = {}
    have = total = 0
    for place, (key, numbers) in enumerate(all_blocks(runs)):
        if not shard.has(place):
            continue
        if key not in there:
            there[key] = store.replications(key)
        have += sum(n in there[key] for n in numbers)
        total += len(numbers)
    return have, total


def stretches(numbers: Sequence[int]) -> str:
    """Return numbers in words: 1 to 10, 12, 20 to 30."""
    found = [Stretch.of(some) for some in blocks(numbers, max(len(numbers), 1))]
    words = [
        f"{s.first}" if s.first == s.last else f"{s.first} to {s.last}" for s in found
    ]
    return ", ".join(words)
