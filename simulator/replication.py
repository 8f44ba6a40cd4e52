"""One replication: an engine's records, tallied as they come."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from threading import Event
from time import perf_counter, thread_time
from typing import NamedTuple

import numpy as np

from kernels.counting import tallies_of
from kernels.layout import NOTHING, Model, Records
from kernels.philox import key
from kernels.tallies import Tallies
from simulator.memory import give_back


class Engine(NamedTuple):
    """How a replication of a model is played, by its key."""

    records: Callable[[Model, int], Iterator[Records]]
    tallied: Callable[[Model, int, Event | None], Tallies]
    """Ends soon once the event is set; the tallies then mean nothing."""


class Replication(NamedTuple):
    """What one replication gives."""

    number: int
    """From 1 on."""
    tallies: Tallies
    records: Records | None
    """All records, where they were asked for."""
    seconds: float
    """Wall-clock time."""
    cpu_seconds: float


def _simpy_records(model: Model, replication_key: int) -> Iterator[Records]:
    from simulator.reference import Replica  # noqa: PLC0415  # simpy only if used

    return Replica(model, replication_key).run()


def _simpy_tallied(model: Model, replication_key: int, stop: Event | None) -> Tallies:
    return tallies_of(model, _until(stop, _simpy_records(model, replication_key)))


def _compiled_records(model: Model, replication_key: int) -> Iterator[Records]:
    from simulator.compiled import records  # noqa: PLC0415  # compiled only if used

    return records(model, replication_key)


def _compiled_tallied(
    model: Model, replication_key: int, stop: Event | None
) -> Tallies:
    from simulator.compiled import tallied  # noqa: PLC0415  # compiled only if used

    return tallied(model, replication_key, stop)


ORDERS = (
    ("who", "visit", "part"),
    ("who", "visit", "reason", "service", "since"),
    ("who", "clock", "since"),
    ("who",),
    ("who", "visit", "time"),
    ("opened", "rule"),
    ("who", "clock", "month"),
)
"""In what order each table of records is kept."""
LARGE = 1 << 16
"""Pages of waits; after a replication with more, free memory is given back."""
ENGINES = {
    "compiled": Engine(_compiled_records, _compiled_tallied),
    "simpy": Engine(_simpy_records, _simpy_tallied),
}


def replicate(
    model: Model,
    seed: int,
    number: int,
    engine: str,
    *,
    keep: bool = False,
    stop: Event | None = None,
) -> Replication:
    """Run one replication of a model and tally it.

    Parameters
    ----------
    model : Model
    seed : int
    number : int
        Which replication, from 1 on: its luck depends on seed and number alone.
    engine : str
        A name of `ENGINES`.
    keep : bool
        Whether to keep the records of every patient as well.
    stop : Event, optional
        Once it is set, a replication on a thread ends soon and means nothing.
    """
    began, cpu = perf_counter(), thread_time()
    luck, kept = key(seed, number), None
    if keep:
        chunks = list(_until(stop, ENGINES[engine].records(model, luck)))
        tallies, kept = tallies_of(model, chunks), _joined(chunks)
    else:
        tallies = ENGINES[engine].tallied(model, luck, stop)
    if len(tallies.buckets.pages) > LARGE:
        give_back()
    seconds, cpu_seconds = perf_counter() - began, thread_time() - cpu
    return Replication(number, tallies, kept, seconds, cpu_seconds)


def _until(stop: Event | None, chunks: Iterator[Records]) -> Iterator[Records]:
    """Yield records until a replication is to stop."""
    if stop is None:
        return chunks
    return itertools.takewhile(lambda _: not stop.is_set(), chunks)


def _joined(chunks: list[Records]) -> Records:
    """Return records in the order of patients, whatever order they came in."""
    if not chunks:  # stopped before it began
        chunks = [NOTHING]
    tables = (np.concatenate(rows) for rows in zip(*chunks, strict=True))
    ordered = (
        rows[np.lexsort([rows[name] for name in reversed(names)])]
        for rows, names in zip(tables, ORDERS, strict=True)
    )
    return Records(*ordered)
