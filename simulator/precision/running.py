"""A precise run: waves of replications until its intervals are narrow enough.

Waves are units of a batch, so nothing that is done is lost, and who goes on uses it.
How many there are in a wave depends on the workers; where to stop depends on the values
in the order of the replications alone, so that workers do not show in the run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from results.run import Run
from results.selection.figures import Figures, figures
from results.selection.quantiles import asked_percents
from results.statistics.sequential import AT_LEAST, AT_MOST, Sequel, enough
from scenarios import read
from scenarios.scenario import Scenario
from simulator.batch.book import Book, Prepared, prepared_alone
from simulator.batch.conducting import Jobs, Told, conducted
from simulator.batch.merging import gathered
from simulator.batch.places import here
from simulator.batch.store import DamagedUnitError, Store
from simulator.executors import AskedWronglyError, RunError, all_cores
from simulator.experiment import DEFAULT_ENGINE
from simulator.precision.asking import Asked, asked_of
from simulator.precision.reached import Reached, as_dict, reached


class Wish(NamedTuple):
    """How a precise run is to be made, beside the intervals."""

    at_least: int = AT_LEAST
    at_most: int = AT_MOST
    seed: int | None = None
    record: bool = False
    engine: str = DEFAULT_ENGINE
    workers: int | None = None


class Wave(NamedTuple):
    """What is simulated next."""

    replications: int
    """How many there will be."""
    there: int
    """How many there are."""
    so_far: tuple[Reached, ...]
    """How narrow the intervals are; empty before the first wave."""


class Precise(NamedTuple):
    """A run of as many replications as it needed."""

    run: Run
    """In memory; its manifest says what was asked and reached."""
    reached: tuple[Reached, ...]
    """One for each measure."""
    at_most: int

    @property
    def is_reached(self) -> bool:
        """Whether all intervals are as narrow as was asked."""
        return all(one.is_reached for one in self.reached)


def precise_run(
    scenario: Scenario | str | Path,
    precision: Sequence[str],
    units: str | Path,
    wish: Wish = Wish(),  # noqa: B008  # frozen
    *,
    wave: Callable[[Wave], None] | None = None,
    told: Told | None = None,
) -> Precise:
    """Run a scenario until intervals are narrow enough.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, its file, or a name of the catalogue.
    precision : sequence of str
        Measures with half the width of their 95% intervals, as a share of the mean or
        in the unit of the measure: `ward: wait, mean: 5%`, `ward: wait, mean: 3 min`.
    units : str or Path
        The folder where what was simulated is kept. What is there already is used.
    wish : Wish
    wave : callable, optional
        Told each wave before it begins.
    told : callable, optional
        Told how many further replications are there.

    Returns
    -------
    Precise

    Raises
    ------
    ScenarioError
        If the scenario cannot be read.
    AskedWronglyError
        If a measure is not known, a width is not in its unit, or wishes contradict
        each other.
    RunError
        If a replication fails, or a measure has no value.
    ResultError
        If units cannot be kept or read.
    """
    chosen = scenario if isinstance(scenario, Scenario) else read(scenario)
    made = prepared_alone(chosen, wish.at_most, wish.seed, record=wish.record)
    asked = asked_of(precision, made.frame.labels, wish.at_least, wish.at_most)
    work = _Work(made, asked, Store(Path(units)), wish, told or (lambda _: None))
    n, sequels = work.until_enough(wave or (lambda _: None))
    found = tuple(reached(one, s) for one, s in zip(asked, sequels, strict=True))
    parts = as_dict(found, wish.at_least, wish.at_most)
    return Precise(work.run(n).stating(precision=parts), found, wish.at_most)


class _Work:
    """The replications of a run, simulated and looked at in order."""

    def __init__(
        self,
        made: Prepared,
        asked: tuple[Asked, ...],
        store: Store,
        wish: Wish,
        told: Told,
    ) -> None:
        self._made, self._asked, self._store = made, asked, store
        self._wish, self._told = wish, told
        self._workers = all_cores() if wish.workers is None else wish.workers
        self._rows: list[tuple[float | None, ...]] = []
        book = Book(made.run.name, made.run.title, None, (made.run,))
        store.keep_book(book, {made.run.name: made.frame})
        store.sweep(made.run.key)

    def until_enough(
        self, wave: Callable[[Wave], None]
    ) -> tuple[int, tuple[Sequel, ...]]:
        """Return how many replications are enough, or the most that are allowed."""
        bounds, wish = [one.bound for one in self._asked], self._wish
        target, sequels = min(wish.at_least, wish.at_most), tuple[Sequel, ...]()
        while True:
            pairs = zip(self._asked, sequels, strict=False)
            so_far = tuple(reached(one, sequel) for one, sequel in pairs)
            wave(Wave(target, len(self._rows), so_far))
            self._look_at(target)
            n, sequels = enough(bounds, self._rows, wish.at_least)
            if n is not None or target >= wish.at_most:
                return n or wish.at_most, sequels
            self._check_values()
            target = self._next(target, sequels)

    def _next(self, there: int, sequels: Sequence[Sequel]) -> int:
        """Return how many replications there will be after the next wave."""
        wanted = max(sequel.more() for sequel in sequels)
        # A first guess at the spread may be far off: never more than double.
        more = max(min(wanted, there), self._workers)
        return min(there + more, self._wish.at_most)

    def _look_at(self, target: int) -> None:
        """Simulate what is missing of so many replications, and take their values."""
        while len(self._rows) < target:
            self._simulate(target)
            numbers = range(len(self._rows) + 1, target + 1)
            try:
                run = self._gathered(list(numbers))
            except DamagedUnitError as damaged:
                damaged.put_aside()
                continue
            wanted = asked_percents([one.name.text for one in self._asked])
            values = figures(run, percents=wanted)
            self._rows += [self._row(values, number) for number in numbers]

    def _row(self, values: Figures, number: int) -> tuple[float | None, ...]:
        """Return the values of a replication; None where it has none."""
        return tuple(values.get(one.name, {}).get(number) for one in self._asked)

    def _simulate(self, target: int) -> None:
        """Simulate what is missing, in pieces for all workers."""
        missing = target - len(self._rows)
        block = min(self._made.run.block, math.ceil(missing / self._workers))
        run = replace(self._made.run, replications=target, block=block)
        jobs = Jobs(self._store, (run,), self._wish.engine)
        jobs.keep([self._made])
        place = here(self._wish.engine, self._workers)
        failures = conducted(self._store, jobs, place, self._told)
        if failures:
            worst = failures[0]
            raise RunError(
                f"replication {worst.number} of seed {worst.seed} failed: "
                f"{worst.said}. The others are kept in {self._store.path}. To see it "
                f"alone: --only {worst.number} in place of --precision."
            )

    def _check_values(self) -> None:
        """Refuse measures that no replication has a value of."""
        columns = zip(self._asked, zip(*self._rows, strict=True), strict=True)
        none = [one for one, of in columns if all(value is None for value in of)]
        if none:
            raise AskedWronglyError(
                [
                    f"--precision '{one.name.text}': has no value in any of the first "
                    f"{len(self._rows)} replications, so there is nothing to be "
                    "precise about: ask for a measure of what happens."
                    for one in none
                ]
            )

    def run(self, n: int) -> Run:
        """Return the run of the first so many replications."""
        return self._gathered(list(range(1, n + 1)))

    def _gathered(self, numbers: Sequence[int]) -> Run:
        run = replace(self._made.run, replications=len(numbers))
        return gathered(self._store, run, self._made.frame, numbers)


def precision_of(run: Run) -> Mapping[str, Any] | None:
    """Return what a run says of the precision it was asked for; None: it was not."""
    found: Mapping[str, Any] | None = run.manifest.get("precision")
    return found
