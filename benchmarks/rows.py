"""Rows of the table of results, and how they are measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from benchmarks.definitions import TOLERANCE, Case
from benchmarks.trials import Answers, Engine

STANDARD = "SimPy"
"""The engine to which others are compared."""
ENOUGH = 15.0
"""A run of more CPU seconds than this is not repeated."""
LEAST = 1.0
"""Short runs are repeated until they come to so many CPU seconds."""


@dataclass(frozen=True)
class Row:
    """How fast an engine is on a case."""

    case: str
    engine: str
    version: str
    patients: int
    """As planned; the number who came varies around it."""
    customers_per_s: float
    ns_per_event: float
    """Of logical events: see `definitions.Case.events`."""
    runs: int
    """Of which the best counts."""
    seconds: float
    """Of the best run."""
    threads: int = 1
    clock: str = "cpu"
    """`cpu`: CPU time of the process; `wall`."""
    preparation_s: float = 0.0
    """CPU time before: reading and tables, or building or compiling the model."""
    ratio_to_simpy: float | None = None
    """Of customers/s, to SimPy with one process per patient, on as long a list."""
    ratio_to_one_thread: float | None = None
    slow_down: float | None = None
    """By a list near 100,000 instead of 1,000."""
    answers: Answers = field(default_factory=dict)
    wrong: tuple[str, ...] = ()
    """A sentence for each answer that is off."""

    def plain(self) -> dict[str, Any]:
        """Return the row for JSON."""
        return asdict(self)


def measured(engine: Engine, case: Case, patients: int, repeats: int) -> Row:
    """Return the row of an engine on a case: the best of several equal runs.

    Parameters
    ----------
    engine : Engine
    case : Case
    patients : int
    repeats : int
        Runs, at least; but a run of more than `ENOUGH` seconds is the last.
    """
    ready = engine.prepared(case, patients)
    samples = [ready.trial()]
    while samples[-1].seconds < ENOUGH and (
        len(samples) < repeats or sum(sample.seconds for sample in samples) < LEAST
    ):
        samples.append(ready.trial())
    best = min(samples, key=lambda sample: sample.seconds)
    speed = best.patients / best.seconds
    return Row(
        case=case.name,
        engine=engine.name,
        version=engine.version,
        patients=patients,
        customers_per_s=speed,
        ns_per_event=1e9 / speed / case.events,
        runs=len(samples),
        seconds=best.seconds,
        preparation_s=ready.seconds,
        answers=best.answers,
        wrong=wrong(case, patients, best.answers),
    )


def wrong(case: Case, patients: int, answers: Answers) -> tuple[str, ...]:
    """Return a sentence for each answer that is off."""
    return tuple(
        f"{figure.name} is {answers[figure.name]:.5g}, not {figure.value:.5g} "
        f"± {TOLERANCE * figure.sd:.2g}"
        for figure in case.figures(patients)
        if figure.name in answers and not figure.is_met_by(answers[figure.name])
    )


def compared(rows: Iterable[Row]) -> list[Row]:
    """Return rows with their ratios to SimPy, as far as it was measured.

    Where the list grows, so does the time of each patient: ratios are of equal sizes.
    Times by the clock on the wall are not compared with CPU times.
    """
    rows = list(rows)
    standard = {_like(row): row for row in rows if row.engine == STANDARD}
    return [
        replace(row, ratio_to_simpy=row.customers_per_s / found.customers_per_s)
        if row.clock == "cpu" and (found := standard.get(_like(row)))
        else row
        for row in rows
    ]


def _like(row: Row) -> tuple[str, int]:
    return row.case, row.patients if row.case.startswith("d-") else 0
