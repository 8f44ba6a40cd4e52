"""Getting all pieces of a batch done: giving them out, keeping units, trying again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from kernels.layout import Model
from scenarios.restoring import restored
from simulator.batch.agenda import WHOLE, Agenda, Shard
from simulator.batch.book import Frame, PlannedRun, Prepared
from simulator.batch.places import Place
from simulator.batch.store import Store
from simulator.batch.work import Done, Piece, size
from simulator.executors import Job
from simulator.experiment import prepared

TRIES = 3
"""A replication that fails so often is given up."""
ROOM = 400_000_000
"""Bytes of models that are kept in memory."""
Told = Callable[[int], None]
"""Told how many further replications are there."""


class Failure(NamedTuple):
    """A replication that was given up."""

    run: str
    """Name of a run that needs it."""
    key: str
    number: int
    seed: int
    said: str


class Jobs:
    """The models of a batch's runs, the last used in memory.

    Parameters
    ----------
    store : Store
        From where models are made anew.
    runs : sequence of PlannedRun
    engine : str
    """

    def __init__(self, store: Store, runs: Sequence[PlannedRun], engine: str) -> None:
        self._store, self.engine = store, engine
        self.runs = tuple(runs)
        self._first = {run.key: run for run in reversed(runs)}
        self._models: OrderedDict[str, Model] = OrderedDict()

    def keep(self, made: Iterable[Prepared]) -> None:
        """Remember models that are made already."""
        for one in made:
            self._remember(one.run.key, one.model)

    def run(self, key: str) -> PlannedRun:
        """Return the first run of a key."""
        return self._first[key]

    def of(self, key: str) -> Job:
        """Return what is to be played for a run."""
        run = self.run(key)
        if key not in self._models:
            frame = self._store.frame(run)
            self._remember(key, _model(frame, run))
        self._models.move_to_end(key)
        return Job(self._models[key], run.seed, self.engine, run.keeps)

    def _remember(self, key: str, model: Model) -> None:
        self._models[key] = model
        self._models.move_to_end(key)
        total = sum(map(size, self._models.values()))
        while total > ROOM and len(self._models) > 1:
            _, dropped = self._models.popitem(last=False)
            total -= size(dropped)


def conducted(
    store: Store, jobs: Jobs, place: Place, told: Told, shard: Shard = WHOLE
) -> list[Failure]:
    """Get a batch, or a shard of it, done; return what was given up.

    Parameters
    ----------
    store : Store
    jobs : Jobs
    place : Place
        Where the work is done.
    told : callable
    shard : Shard

    Raises
    ------
    ResultError
        If a unit cannot be written.
    """
    agenda = Agenda(store, jobs.runs, shard)
    failures: list[Failure] = []
    begun: set[Piece] = set()
    try:
        with place:
            while True:
                while place.room > 0 and (piece := agenda.next()) is not None:
                    begun.add(piece)  # first: Ctrl-C may come at any moment
                    store.claim(piece.key, piece.numbers)
                    place.begin(jobs.of(piece.key), piece)
                if not place.is_busy:
                    return failures
                for done in place.finished():
                    if done.content:
                        store.keep(done.piece.key, done.piece.numbers, done.content)
                        told(len(done.piece.numbers))
                    else:
                        failures += _tried_again(done, agenda, jobs)
                    store.release(done.piece.key, done.piece.numbers)
                    begun.discard(done.piece)
    finally:
        for piece in begun:
            store.release(piece.key, piece.numbers)


def _tried_again(done: Done, agenda: Agenda, jobs: Jobs) -> list[Failure]:
    """Put a piece that failed back, replication by replication; return the hopeless."""
    given_up = []
    for piece in done.piece.split():
        number = piece.numbers[0]
        is_last = piece.tries >= TRIES and len(done.piece.numbers) == 1
        if is_last or (done.is_final and number == done.number):
            run = jobs.run(piece.key)
            given_up.append(Failure(run.name, run.key, number, run.seed, done.said))
        else:
            agenda.again(iter([piece]))
    return given_up


def _model(frame: Frame, run: PlannedRun) -> Model:
    """Return the model of a run, made anew from what its folder will say."""
    scenario: Any = frame.origin.scenario
    model, _ = prepared(restored(scenario, run.name))
    return model
