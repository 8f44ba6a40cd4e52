"""Plans that are played: their replications, as units of a batch."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from results.layout.labels import Labels
from results.measures.naming import Name
from results.run import Run
from results.statistics.growth import growing
from scenarios.questions import Question
from simulator.batch.book import Book, Prepared, prepared_run
from simulator.batch.conducting import Jobs, conducted
from simulator.batch.merging import gathered, replications
from simulator.batch.places import Place
from simulator.batch.store import DamagedUnitError, Store
from simulator.executors import RunError
from simulator.replication import Replication
from simulator.solving.conditions import Floats, Limit, cells, check_values, slacks
from simulator.solving.costs import Priced
from simulator.solving.lattice import Plan

READY = 4
"""Plans whose models stay in memory."""


class How(NamedTuple):
    """Where and by what replications are played."""

    folder: Path
    """Of the batch."""
    engine: str
    workers: int
    seed: int | None
    """As the question or the scenario says if left out."""
    place: Callable[[], Place]
    """Gives where they are played."""


class Evidence:
    """Replications of plans, simulated when they are asked for and kept.

    Parameters
    ----------
    question : Question
    limits : tuple of Limit
    costs : Priced
    how : How
    told : callable
        Told a plan, how many replications it has, and how many it will have.
    """

    def __init__(
        self,
        question: Question,
        limits: tuple[Limit, ...],
        costs: Priced,
        how: How,
        told: Callable[[Plan, int, int], None],
    ) -> None:
        self.question, self.limits, self._costs = question, limits, costs
        self._store, self._how, self._told = Store(how.folder), how, told
        self._seed = question.seed if how.seed is None else how.seed
        self._ready: dict[Plan, Prepared] = {}
        self._slacks: dict[Plan, Floats] = {}
        self._book: dict[str, Prepared] = {}
        self._runs: dict[Plan, Run] = {}

    @property
    def workers(self) -> int:
        """How many replications are played at the same time."""
        return self._how.workers

    @property
    def played(self) -> dict[Plan, Floats]:
        """What is known of each plan, shape (replications, cells)."""
        return dict(self._slacks)

    def slacks(self, plan: Plan, count: int) -> Floats:
        """Return how far the first so many replications of a plan keep clear.

        Raises
        ------
        RunError
            If a replication fails.
        ResultError
            If a unit cannot be kept or read.
        """
        there = self._slacks.get(plan)
        if there is None:
            there = np.empty((0, len(cells(self.limits))))
        if len(there) < count:
            self._told(plan, len(there), count)
            numbers = range(len(there) + 1, count + 1)
            played = self._played(plan, numbers)
            labels = self.prepared(plan).frame.labels
            found = slacks(labels, [one.tallies for one in played], self.limits)
            if not self._slacks:
                check_values(self.question, self.limits, found)
            there = np.vstack((there, found))
            self._slacks[plan] = there
        return there[:count]

    def run(self, plan: Plan, count: int) -> Run:
        """Return the first replications of a plan, which were played, as a run."""
        known = self._runs.get(plan)
        if known is None or len(known.replications) != count:
            made = self.prepared(plan)
            run = replace(made.run, replications=count)
            known = gathered(self._store, run, made.frame, list(run.numbers))
            self._runs = {plan: known}
        return known

    def growing(self, plan: Plan, count: int) -> tuple[str, ...]:
        """Return the services looked at, or changed, that still grow at the end."""
        concerned = self._concerned()
        return tuple(x for x in growing(self.run(plan, count)).all if x in concerned)

    def _concerned(self) -> set[str]:
        """Return the services that a lever changes or a condition is about."""
        found = set(self._costs.changed)
        for limit in self.limits:
            found |= _services_of(limit.measure, self._costs.labels)
        return found

    def prepared(self, plan: Plan) -> Prepared:
        """Return a plan's model, and what is written of it."""
        if plan not in self._ready:
            made = prepared_run(
                self.question.variant(plan), None, self._seed, record=False
            )
            while len(self._ready) >= READY:
                del self._ready[next(iter(self._ready))]
            self._ready[plan] = made
            if made.run.name not in self._book:
                self._book[made.run.name] = made._replace(model=None)  # type: ignore[arg-type]
                self._keep_book()
        return self._ready[plan]

    def _keep_book(self) -> None:
        """Write down the plans that are played."""
        runs = tuple(made.run for made in self._book.values())
        question = self.question
        book = Book(f"{question.name}-solve", question.text, None, runs)
        last = list(self._book.values())[-1]
        self._store.keep_book(book, {last.run.name: last.frame})
        self._store.sweep(last.run.key)

    def _played(self, plan: Plan, numbers: range) -> list[Replication]:
        """Return some replications of a plan; what is missing is simulated."""
        made = self.prepared(plan)
        run = replace(made.run, replications=numbers[-1])
        while True:
            self._simulate(made, run.replications)
            try:
                return replications(self._store, run, list(numbers))
            except DamagedUnitError as damaged:
                damaged.put_aside()

    def _simulate(self, made: Prepared, count: int) -> None:
        """Simulate what is missing of so many replications."""
        run = replace(made.run, replications=count)
        missing = len(self._store.missing(run))
        if not missing:
            return
        block = min(run.block, math.ceil(missing / self._how.workers))
        run = replace(run, block=block)
        jobs = Jobs(self._store, (run,), self._how.engine)
        jobs.keep([made])
        failures = conducted(self._store, jobs, self._how.place(), lambda _: None)
        if failures:
            worst = failures[0]
            raise RunError(
                f"replication {worst.number} of {run.name}, seed {worst.seed}, "
                f"failed: {worst.said}. The others are kept in {self._store.path}."
            )


def _services_of(name: Name, labels: Labels) -> set[str]:
    """Return the services that a measure is about, where it names them."""
    if name.kind == "service":
        return {name.subject}
    standards = [x for x in labels.standards if x.name == name.subject]
    if name.kind == "standard" and standards:
        return set(standards[0].services)
    return set()
