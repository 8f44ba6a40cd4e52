"""Doing a piece of work: the replications of a unit, played and made a file.

It runs in threads, in processes and on other machines, and reads and writes nothing.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from threading import Event
from typing import Any, NamedTuple

from kernels.layout import Model
from simulator.batch.units import Unit, encoded
from simulator.errors import StuckError
from simulator.executors import Job
from simulator.experiment import surroundings
from simulator.replication import replicate


class Piece(NamedTuple):
    """Replications of one run that are to be played."""

    key: str
    """Of the run."""
    numbers: tuple[int, ...]
    """Without gaps."""
    tries: int = 0
    """How often it has failed; then it holds one replication only."""

    @property
    def is_suspect(self) -> bool:
        """Whether it, or a piece that it was part of, has failed before."""
        return self.tries > 0

    def split(self) -> Iterator[Piece]:
        """Yield it replication by replication, after a failure."""
        for number in self.numbers:
            yield Piece(self.key, (number,), self.tries + 1)


class Done(NamedTuple):
    """What became of a piece."""

    piece: Piece
    content: bytes = b""
    """Of the unit's file; empty where the piece failed."""
    said: str = ""
    """Why it failed, in one line."""
    number: int = 0
    """Which replication failed, 0 where that is not known."""
    is_final: bool = False
    """Whether trying again would end in the same way."""


def done(job: Job, piece: Piece, stop: Event | None = None) -> Done:
    """Return the unit of a piece, or why there is none.

    Parameters
    ----------
    job : Job
    piece : Piece
    stop : Event, optional
        Once it is set, the work ends soon and means nothing.
    """
    played = []
    for number in piece.numbers:
        try:
            played.append(
                replicate(
                    job.model, job.seed, number, job.engine, keep=job.keep, stop=stop
                )
            )
        except StuckError as error:
            return Done(piece, said=f"{error}", number=number, is_final=True)
        except Exception as error:  # any at all is one piece's failure
            said = f"{type(error).__name__}: {error}".partition("\n")[0]
            return Done(piece, said=said, number=number)
        if stop is not None and stop.is_set():
            return Done(piece, said="stopped")
    return Done(piece, encoded(Unit(piece.key, _log(job), tuple(played))))


def size(model: Model) -> int:
    """Return the bytes of a model's tables."""
    return sum(getattr(table, "nbytes", 0) for table in model)


def _log(job: Job) -> dict[str, Any]:
    """Return what may differ between equal units."""
    return {"engine": job.engine, "host": platform.node(), **surroundings()}
