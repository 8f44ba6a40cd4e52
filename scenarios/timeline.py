"""What several numbers are together, at every moment at which one of them may turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.curves import Curves, Product, value_of
from scenarios.scenario import Number

Floats = NDArray[np.float64]
Line = tuple[NDArray[np.int64], Floats]
"""Moments and values of knots."""


class Stretch(NamedTuple):
    """The values of several numbers for one group, at all moments that matter."""

    group: int
    times: NDArray[np.int64] | None
    """Each twice: just before, and from then on. None: always the same."""
    values: Floats
    """Shape (moments, numbers)."""


class Timeline:
    """Looks at numbers over the run."""

    def __init__(self, begin: int, end: int, groups: int) -> None:
        self.begin, self.end, self.groups = begin, end, groups
        self._lines: dict[tuple[int, int], tuple[Number, Line]] = {}
        """By identity and group; the number is kept lest another take its identity."""

    def stretches(self, numbers: Sequence[Number]) -> Iterator[Stretch]:
        """Yield the values for each group; for one if all groups are alike."""
        moving = any(n.moves for n in numbers)
        for group in range(self.groups if any(map(differs, numbers)) else 1):
            if moving:
                yield self._moving(numbers, group)
            else:
                still = [value_of(n, group) for n in numbers]
                yield Stretch(group, None, np.array([still]))

    def values(self, number: Number, group: int) -> Floats:
        """Return the values of one number for a group that may be extreme."""
        if not number.moves:
            return np.array([value_of(number, group)])
        return self._moving([number], group).values[:, 0]

    def of_products(self, wholes: Sequence[Product], group: int) -> Floats:
        """Return the values of several products for a group, side by side."""
        lines = [self._worked_out(whole, group) for whole in wholes]
        every = np.unique(np.concatenate([times for times, _ in lines]))
        return np.stack([_both_sides(*line, every) for line in lines], axis=1)

    def _moving(self, numbers: Sequence[Number], group: int) -> Stretch:
        lines = [self._line(number, group) for number in numbers]
        every = np.unique(np.concatenate([times for times, _ in lines]))
        columns = [_both_sides(*line, every) for line in lines]
        return Stretch(group, np.repeat(every, 2), np.stack(columns, axis=1))

    def _line(self, number: Number, group: int) -> Line:
        """Return the knots of a number; each is worked out once."""
        key = (id(number), group)
        if key not in self._lines:
            self._lines[key] = (number, self._worked_out(Product((number,)), group))
        return self._lines[key][1]

    def _worked_out(self, whole: Product, group: int) -> Line:
        curves = Curves(self.begin, self.end, self.groups)
        row = curves.add_for(whole, group)
        times, values = curves.line(row)
        if len(times):
            return times, values
        return np.array([self.begin]), np.array([curves.values[row][0]])


def differs(number: Number) -> bool:
    """Return whether a number differs between groups, now or later."""
    return len(number.values) > 1 or any(
        m.groups is not None or len(m.values) > 1 for m in number.moves
    )


def _both_sides(
    times: NDArray[np.int64], values: Floats, at: NDArray[np.int64]
) -> Floats:
    """Return the values of a line just before and from each moment on, in turn."""
    sides = [_side(times, values, at, side) for side in ("left", "right")]
    return np.stack(sides, axis=1).reshape(-1)


def _side(
    times: NDArray[np.int64], values: Floats, at: NDArray[np.int64], side: str
) -> Floats:
    later = np.searchsorted(times, at, side="left" if side == "left" else "right")
    a, b = np.maximum(later - 1, 0), np.minimum(later, len(times) - 1)
    length = np.maximum(times[b] - times[a], 1)
    part = np.clip((at - times[a]) / length, 0.0, 1.0)
    found: Floats = values[a] + (values[b] - values[a]) * part
    return found
