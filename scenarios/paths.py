"""The places of a model that somebody may reach, and the ways between them, as arrays.

A *place* is a step for one group of patients. Kept are those that somebody reaches at
any of the moments (M moments, P places, W ways), in one order at all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.figures import NOTHING, Floats, Integers, of_groups
from scenarios.ways import StepFlow, WaysOn

Flags = NDArray[np.bool_]


class Paths(NamedTuple):
    """Places and ways."""

    place: Integers
    """Step times groups plus group, ascending, shape (P,)."""
    step: Integers
    """Shape (P,)."""
    group: Integers
    """Shape (P,)."""
    accepted: Floats
    """The share who are not turned away on joining, shape (M, P)."""
    treated: Floats
    """Those of them who attend, shape (M, P)."""
    stay: Floats
    """Mean days for which a unit is taken, shape (M, P)."""
    source: Integers
    """The row of the place from which a way leads, shape (W,)."""
    target: Integers
    """To which it leads, shape (W,)."""
    onward: Floats
    """Chances of each way, whatever comes before, shape (M, W)."""
    refused: Floats
    """By being turned away on joining, shape (M, W)."""
    missed: Floats
    """By not attending, shape (M, W)."""
    chance: Floats
    """After treatment, of those who are treated, shape (M, W)."""
    direct: Floats
    """Those of them without a delay, shape (M, W)."""
    delays: Floats
    """Mean days of delay times the chance, shape (M, W)."""
    keeps: Floats
    """The chance of keeping the unit until called in, shape (M, W)."""

    def rows_of(self, places: Integers) -> Integers:
        """Return where places stand."""
        return np.searchsorted(self.place, places)


def no_more(step: int) -> Sequence[int]:
    """Return no further choices that lead on from a step."""
    return ()


def paths_from(
    ways: WaysOn, first: Flags, further: Callable[[int], Sequence[int]] = no_more
) -> Paths:
    """Return the places that can be reached, and the ways between them.

    Parameters
    ----------
    ways : WaysOn
    first : ndarray of bool, shape (N, G)
        Where patients begin, at any of the moments.
    further : callable
        Gives the choices by which patients leave the line of a step.
    """
    reached, groups = _ever_reached(ways, first, further), first.shape[1]
    joins = list(_joins(ways, reached))
    for join in joins:
        reached[join.target, join.groups] = True
    place = np.flatnonzero(reached)
    step, group = place // groups, place % groups
    accepted, treated, stay = (
        _of_steps(ways, name, step, group) for name in ("accepted", "treated", "stay")
    )
    source, target = (
        np.searchsorted(
            place, _all([join[end] * groups + join.groups for join in joins])
        )
        for end in (0, 1)
    )
    moments = len(ways.figures.moments)
    onward, refused, missed, chance, direct, delays, keeps = (
        _of_joins(joins, at, moments) for at in range(7)
    )
    return Paths(
        place,
        step,
        group,
        accepted,
        treated,
        stay,
        source,
        target,
        onward,
        refused,
        missed,
        chance,
        direct,
        delays,
        keeps,
    )


class _Join(NamedTuple):
    """How patients of some groups go from step to step."""

    source: int
    target: int
    groups: Integers
    numbers: Sequence[Floats]
    """The seven of `Paths`, in their order."""


def _ever_reached(
    ways: WaysOn, first: Flags, further: Callable[[int], Sequence[int]]
) -> Flags:
    """Return which groups reach each step at any of the moments, shape (N, G)."""
    found, ahead = np.zeros_like(first), first.copy()
    steps = np.flatnonzero(ahead.any(axis=1)).tolist()
    onward: dict[int, list[tuple[int, Flags]]] = {}
    while steps:
        step = steps.pop()
        new = ahead[step] & ~found[step]
        if not new.any():
            continue
        found[step] |= new
        if step not in onward:
            onward[step] = list(_onward(ways, step, further(step)))
        for target, is_open in onward[step]:
            ahead[target] |= new & is_open
            steps.append(target)
    return found


def _onward(
    ways: WaysOn, step: int, further: Sequence[int]
) -> Iterator[tuple[int, Flags]]:
    """Yield the steps to which a step leads, and which groups go there."""
    for target, share in ways.of_step(step).onward.items():
        yield target, _ever(share)
    for choice in further:
        for target, chances in ways.of_choice(choice).targets.items():
            yield target, _ever(chances.chance)


def _joins(ways: WaysOn, reached: Flags) -> Iterator[_Join]:
    """Yield how patients go on from each step, and who."""
    for step in np.flatnonzero(reached.any(axis=1)).tolist():
        row = ways.of_step(step)
        for target in dict.fromkeys((*row.onward, *row.then.targets)):
            numbers = _numbers(row, target)
            goes = _ever(numbers[0]) | _ever(numbers[3])
            groups = np.flatnonzero(reached[step] & goes)
            if len(groups):
                yield _Join(step, target, groups, numbers)


def _numbers(row: StepFlow, target: int) -> Sequence[Floats]:
    """Return the numbers of `Paths` from a step to another, in their order."""
    none = (NOTHING,) * 4
    return (
        row.onward.get(target, NOTHING),
        row.refused.get(target, NOTHING),
        row.missed.get(target, NOTHING),
        *row.then.targets.get(target, none),
    )


def _ever(share: Floats) -> Flags:
    """Return which groups have a share at any of the moments."""
    return np.asarray((share > 0.0).any(axis=0))


def _of_steps(ways: WaysOn, name: str, step: Integers, group: Integers) -> Floats:
    """Return a number of all places, shape (M, P)."""
    found = np.zeros((len(ways.figures.moments), len(step)))
    for one in np.unique(step).tolist():
        here = step == one
        found[:, here] = of_groups(getattr(ways.of_step(one), name), group[here])
    return found


def _of_joins(joins: Sequence[_Join], at: int, moments: int) -> Floats:
    """Return a number of all ways, shape (M, W)."""
    found = np.zeros((moments, sum(len(join.groups) for join in joins)))
    end = 0
    for join in joins:
        begin, end = end, end + len(join.groups)
        if join.numbers[at] is not NOTHING:
            found[:, begin:end] = of_groups(join.numbers[at], join.groups)
    return found


def _all(rows: Sequence[Integers]) -> Integers:
    return np.concatenate((np.zeros(0, dtype=np.int64), *rows))


def reached_from(
    first: Flags, source: Integers, target: Integers, is_open: Flags
) -> Flags:
    """Return which places are reached at each moment.

    Parameters
    ----------
    first : ndarray of bool, shape (M, P)
        Where patients begin.
    source, target : ndarray of int64, shape (W,)
        Rows of places.
    is_open : ndarray of bool, shape (M, W)
        Whether anybody takes the way.

    Returns
    -------
    ndarray of bool, shape (M, P)
    """
    found = first.copy()
    if not len(target):
        return found
    order = np.argsort(target, kind="stable")
    source, is_open = source[order], is_open[:, order]
    ends, begins = np.unique(target[order], return_index=True)
    count = -1
    while count < (count := int(found.sum())):
        come = np.logical_or.reduceat(found[:, source] & is_open, begins, axis=1)
        found[:, ends] |= come
    return found
