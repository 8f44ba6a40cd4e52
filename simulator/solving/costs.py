"""What the amounts of levers cost, and which services they change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.layout.labels import Labels
from scenarios.dates import microseconds, shifted
from scenarios.problems import Problem, ScenarioError
from scenarios.questions import Lever, Question
from simulator.experiment import prepared

MONTHS = 12
"""The last ones, at most, over which costs are taken: once a lever is all there."""
_YEAR = 365.25


class Priced(NamedTuple):
    """The costs of levers."""

    axes: tuple[NDArray[np.float64], ...]
    """For each lever, pounds a year of each of its amounts; the amounts themselves
    where the only lever has no price."""
    is_money: bool
    changed: frozenset[str]
    """The services that levers change."""
    labels: Labels
    """Of the base."""


def priced(question: Question) -> Priced:
    """Return what the amounts of a question's levers cost.

    Parameters
    ----------
    question : Question

    Raises
    ------
    ScenarioError
        If a lever changes no capacity, or has no price where one is needed.
    RunError
        If a scenario cannot be put into tables.
    """
    base = prepared(question.scenario)[1]
    changed: set[str] = set()
    each: list[float] = []
    wrong: list[Problem] = []
    for at, lever in enumerate(question.levers):
        top = [0] * len(question.levers)
        top[at] = len(lever.values) - 1
        most = prepared(question.variant(tuple(top)).scenario())[1]
        services = _changed(base, most)
        if not services:
            said = "this changes the capacity of no service."
            wrong.append(Problem(*lever.place, f"levers.{lever.name}", said))
        changed |= services
        count = _months_after(base, lever)
        dearer = _yearly(most, count) - _yearly(base, count)
        more = float(lever.more(lever.values[-1]))
        each.append(lever.costs or dearer / more / base.scale)
    is_money = all(cost > 0 for cost in each)
    needs = len(each) > 1 or question.budget is not None
    if not is_money and needs:
        wrong += [
            Problem(
                *lever.place,
                f"levers.{lever.name}",
                "has no price; write `costs: £1,534 a year` for one of its amounts.",
            )
            for lever, cost in zip(question.levers, each, strict=True)
            if cost <= 0
        ]
    if wrong:
        raise ScenarioError(wrong)
    weights = each if is_money else [1.0]
    axes = [_axis(lever, w) for lever, w in zip(question.levers, weights, strict=True)]
    return Priced(tuple(axes), is_money, frozenset(changed), base)


def _axis(lever: Lever, each: float) -> NDArray[np.float64]:
    return np.array([float(lever.more(value)) * each for value in lever.values])


def _changed(base: Labels, most: Labels) -> set[str]:
    """Return the services that have more at some time."""
    before, after = np.array(base.open_time), np.array(most.open_time)
    different = (before != after).any(axis=0)
    pairs = zip(base.services, different.tolist(), strict=True)
    return {service.name for service, is_other in pairs if is_other}


def _months_after(labels: Labels, lever: Lever) -> int:
    """Return over how many of the last months to take costs: a lever is all there."""
    starts = [microseconds(datetime.fromisoformat(edge)) for edge in labels.months[:-1]]
    full = starts[0]
    if lever.begins is not None:
        months = lever.months_until(lever.values[-1])
        full = shifted(lever.begins, f"{months} months", 1)
    return min(max(sum(at >= full for at in starts), 1), MONTHS)


def _yearly(labels: Labels, count: int) -> float:
    """Return what capacity and agencies cost in a year, by so many last months."""
    edges = [datetime.fromisoformat(edge) for edge in labels.months]
    years = (edges[-1] - edges[-1 - count]).total_seconds() / 86_400 / _YEAR
    total = sum(_last(paid.units, paid.pounds, count) for paid in labels.paid)
    return total / years


def _last(units: Sequence[float], pounds: Sequence[float], count: int) -> float:
    pairs = zip(units[-count:], pounds[-count:], strict=True)
    return sum(unit * price for unit, price in pairs)
