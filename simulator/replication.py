"""One replication: an engine's records, tallied as they come."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from threading import Event
from time import perf_counter, thread_time
from typing import NamedTuple

import numpy as np

from kernels import tallies as counting
from kernels.layout import Model, Records
from kernels.philox import key
from kernels.tallies import Tallies

Engine = Callable[[Model, int], Iterator[Records]]


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


def simpy_engine(model: Model, replication_key: int) -> Iterator[Records]:
    """Return the records of the reference engine."""
    from simulator.reference import Replica  # noqa: PLC0415  # simpy only if used

    return Replica(model, replication_key).run()


def compiled_engine(model: Model, replication_key: int) -> Iterator[Records]:
    """Return the records of the compiled engine."""
    from simulator.compiled import records  # noqa: PLC0415  # compiled only if used

    return records(model, replication_key)


ENGINES: dict[str, Engine] = {"compiled": compiled_engine, "simpy": simpy_engine}


def replicate(  # each is a thing of its own
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
    luck = key(seed, number)
    if engine == "compiled" and not keep:
        from simulator import compiled  # noqa: PLC0415  # compiled only if used

        tallies, kept = compiled.tallied(model, luck, stop), None
    else:
        chunks = ENGINES[engine](model, luck)
        if stop is not None:
            chunks = itertools.takewhile(lambda _: not stop.is_set(), chunks)
        tallies, kept = _tallied(model, chunks, keep=keep)
    return Replication(
        number,
        counting.final(tallies),
        kept,
        perf_counter() - began,
        thread_time() - cpu,
    )


def _tallied(
    model: Model, chunks: Iterator[Records], *, keep: bool
) -> tuple[Tallies, Records | None]:
    """Return what is counted in records as they come, and themselves."""
    tallies = counting.empty(model)
    kept: list[Records] = []
    for records in chunks:
        tallies = counting.with_records(model, tallies, records)
        if keep:
            kept.append(records)
    return tallies, _joined(kept) if keep else None


def _joined(chunks: list[Records]) -> Records:
    """Return records in the order of patients, whatever order they came in."""
    visits, clocks, patients = (
        np.concatenate(rows) for rows in zip(*chunks, strict=True)
    )
    return Records(
        visits[np.lexsort((visits["part"], visits["visit"], visits["who"]))],
        clocks[np.lexsort((clocks["since"], clocks["clock"], clocks["who"]))],
        patients[np.argsort(patients["who"], kind="stable")],
    )
