"""Conditions as numbers: how far a replication keeps clear of each limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.tallies import Tallies
from results.layout.labels import Labels
from results.measures.naming import Name, measure_of
from results.measures.table import by_period
from results.selection.quantiles import asked_percents
from scenarios.problems import Problem, ScenarioError, did_you_mean
from scenarios.questions import Condition, Question
from simulator.amounts import limit_example, limit_in, measured
from simulator.asked_measures import named

WHOLE = "whole"
Floats = NDArray[np.float64]


class Limit(NamedTuple):
    """A condition that is understood: a measure, its limit, the months looked at."""

    name: str
    """As the question calls it."""
    measure: Name
    value: float
    """In the unit of the measure, at the scale of the run."""
    is_most: bool
    periods: tuple[str, ...]
    unit: str
    is_standard: bool
    limit: str
    """As it is written."""

    def slack(self, value: float | None) -> float:
        """Return by how much a value keeps clear of the limit; below zero: it fails.

        None, where nobody was there to look at, is infinitely clear.
        """
        if value is None:
            return np.inf
        return self.value - value if self.is_most else value - self.value

    def promise(self) -> str:
        """Say what shall be kept, in words."""
        if self.is_standard:
            return self.measure.subject
        most = "at most" if self.is_most else "at least"
        return f"{self.measure.text} {most} {self.limit}"


class Cell(NamedTuple):
    """One condition in one month."""

    limit: Limit
    period: str


def limits(question: Question, labels: Labels) -> tuple[Limit, ...]:
    """Return the conditions of a question.

    Parameters
    ----------
    question : Question
    labels : Labels
        Of its base.

    Raises
    ------
    ScenarioError
        If a condition names no measure or standard of the scenario, or no limit in its
        unit, or months outside the period; all of it is told at once.
    """
    found: list[Limit] = []
    wrong: list[Problem] = []
    for condition in question.conditions:
        try:
            periods = _periods(condition, labels)
            found.append(_limit(condition, labels, periods))
        except _WrongError as error:
            path = f"conditions.{condition.name}.{error.key}"
            wrong.append(Problem(*condition.place, path, str(error)))
    if wrong:
        raise ScenarioError(wrong)
    return tuple(found)


def cells(every: tuple[Limit, ...]) -> tuple[Cell, ...]:
    """Return each condition in each of its months."""
    return tuple(Cell(limit, period) for limit in every for period in limit.periods)


def slacks(
    labels: Labels, replications: Sequence[Tallies], every: tuple[Limit, ...]
) -> Floats:
    """Return how far replications keep clear, shape (replications, cells).

    Parameters
    ----------
    labels : Labels
    replications : sequence of Tallies
    every : tuple of Limit
    """
    wanted = {limit.measure for limit in every}
    rows = []
    for tallies in replications:
        values = by_period(labels, tallies, wanted)
        rows.append(
            [
                cell.limit.slack(values[cell.limit.measure].get(cell.period))
                for cell in cells(every)
            ]
        )
    return np.array(rows, dtype=np.float64)


def check_values(question: Question, every: tuple[Limit, ...], found: Floats) -> None:
    """Refuse conditions on what nobody ever has: they would be kept by any plan.

    Parameters
    ----------
    question : Question
    every : tuple of Limit
    found : ndarray of float64, shape (replications, cells)
        `slacks` of some replications.

    Raises
    ------
    ScenarioError
        If a condition has no value in any of its months in any of them.
    """
    there = np.asarray(np.isfinite(found).any(axis=0))
    known = {
        cell.limit.name
        for cell, has_some in zip(cells(every), there, strict=True)
        if has_some
    }
    wrong = [
        Problem(
            *condition.place,
            f"conditions.{condition.name}",
            f"has no value in any month of {len(found)} replications: nobody was "
            "there to look at. Ask for a measure of what happens.",
        )
        for condition in question.conditions
        if condition.name not in known
    ]
    if wrong:
        raise ScenarioError(wrong)


class _WrongError(ValueError):
    """What is wrong with a condition, and under which key."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def _periods(condition: Condition, labels: Labels) -> tuple[str, ...]:
    """Return the months in which a condition is looked at, or the period."""
    if not condition.by_month:
        return (WHOLE,)
    months = labels.period_names[:-1]
    for key, month in (("from", condition.since), ("until", condition.until)):
        if month is not None and month not in months:
            said = f"{month} is no month of the period; write {months[0]} to"
            raise _WrongError(key, f"{said} {months[-1]}.")
    first = condition.since or months[0]
    last = condition.until or months[-1]
    return tuple(month for month in months if first <= month <= last)


def _limit(condition: Condition, labels: Labels, periods: tuple[str, ...]) -> Limit:
    """Return a condition that is understood."""
    if condition.standard is not None:
        return _standard(condition, labels, periods)
    text = condition.measure or ""
    try:
        name = named(text, labels)
    except ValueError as error:
        raise _WrongError("measure", f"{error}") from error
    measure = measure_of(*name.parts)
    assert measure is not None  # a name that was parsed is defined
    if asked_percents([name.text]):
        said = "ask for the median, the 90th or the 95th percentile."
        raise _WrongError("measure", f"{name.text}: {said}")
    value = limit_in(condition.limit, measure.unit)
    if value is None:
        key = "at_most" if condition.is_most else "at_least"
        said = f"'{condition.limit}' is no limit of {measured(measure)}; write"
        raise _WrongError(key, f"{said} {limit_example(measure.unit)}.")
    if measure.adds:  # numbers are written at full size, and simulated at the scale
        value *= labels.scale
    return Limit(
        condition.name,
        name,
        value,
        condition.is_most,
        periods,
        measure.unit,
        False,
        condition.limit,
    )


def _standard(condition: Condition, labels: Labels, periods: tuple[str, ...]) -> Limit:
    """Return the condition that a standard is met."""
    known = [standard.name for standard in labels.standards]
    if condition.standard not in known:
        near = did_you_mean(condition.standard or "", known)
        there = ", ".join(known) or "there are none"
        said = f"is no standard of this scenario.{near} Standards: {there}."
        raise _WrongError("standard", said)
    name = Name("standard", condition.standard or "", "met", "share of months")
    return Limit(condition.name, name, 0.5, False, periods, "share", True, "")
