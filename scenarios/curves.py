"""How a number moves in time: its moves composed into straight lines between knots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import isclose
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.layout import DAY, DAYS_PER_YEAR, EPOCH, KNOT, VALUE, WEEK, Table
from scenarios.scenario import Move, Number, Period

Knots = list[tuple[int, float]]
Times = NDArray[np.int64]
"""Microseconds since EPOCH."""
Floats = NDArray[np.float64]
Line = tuple[Times, Floats]
"""Moments and values of knots."""
Transform = Callable[[float], float]


@dataclass(frozen=True)
class Product:
    """The product of numbers, with growth: what a level of demand is made of.

    Growth is compound from `grows_from` on, per year.
    """

    numbers: tuple[Number, ...]
    factor: float = 1.0
    growths: tuple[Number, ...] = ()
    grows_from: int = 0


@lru_cache
def month_starts(begin: int, end: int) -> list[int]:
    """Return the first moments of the months with begin < moment < end."""
    first = (EPOCH + np.timedelta64(begin, "us")).astype("datetime64[M]") + 1
    last = (EPOCH + np.timedelta64(end, "us")).astype("datetime64[M]") + 1
    months = np.arange(first, last).astype("datetime64[us]")
    times = (months - EPOCH).astype(np.int64)
    return [int(t) for t in times if begin < t < end]


def value_of(number: Number, group: int) -> float:
    """Return a number as first written, for a group."""
    return number.values[group if len(number.values) > 1 else 0]


def concerns(move: Move, group: int) -> bool:
    """Return whether a move is about a group."""
    return move.groups is None or move.groups[group]


class Curves:
    """The rows of `Model.values` and `Model.knots`, as they are filled.

    Numbers that move alike share their knots.

    Parameters
    ----------
    begin, end : int
        The run, microseconds: knots outside it are not needed.
    groups : int
        How many groups the scenario has.
    """

    def __init__(self, begin: int, end: int, groups: int) -> None:
        self.begin, self.end, self.groups = begin, end, groups
        self.values: list[tuple[float, int, int]] = []
        self._lines: list[Line] = []
        self._size = 0
        self._places: dict[_Course, tuple[int, int]] = {}

    def constant(self, value: float) -> int:
        """Add a number that never moves; return its row."""
        self.values.append((value, self._size, 0))
        return len(self.values) - 1

    def add(
        self,
        product: Product | Number,
        transform: Transform | None = None,
        mask: Sequence[bool] | None = None,
    ) -> tuple[int, int]:
        """Add a number; return its reference by group (first row, stride).

        Groups for which `mask` is false get 0.
        """
        whole = product if isinstance(product, Product) else Product((product,))
        parts = (*whole.numbers, *whole.growths)
        differs = mask is not None or any(
            len(n.values) > 1
            or any(m.groups is not None or len(m.values) > 1 for m in n.moves)
            for n in parts
        )
        first = len(self.values)
        for group in range(self.groups if differs else 1):
            if mask is not None and not mask[group]:
                self.constant(0.0)
            else:
                self.add_for(whole, group, transform)
        return first, int(differs)

    def add_for(
        self, whole: Product, group: int, transform: Transform | None = None
    ) -> int:
        """Add a product for one group; return its row."""
        base = whole.factor
        for number in whole.numbers:
            base *= value_of(number, group)
        base = float(base) if transform is None else transform(base)
        course = _course(whole, group, self.begin, self.end)
        if course.is_still:
            self.values.append((base, self._size, 0))
            return len(self.values) - 1
        times, values = _line(course)
        if transform is not None:
            changed = [transform(value) for value in values.tolist()]
            times, values = _tidied(times, np.array(changed, dtype=np.float64))
        if len(values) == 1 and values[0] == base:
            self.values.append((base, self._size, 0))
        elif transform is None and course in self._places:
            self.values.append((base, *self._places[course]))
        else:
            place = self._size, len(times)
            self._lines.append((times, values))
            self._size += len(times)
            self.values.append((base, *place))
            if transform is None:
                self._places[course] = place
        return len(self.values) - 1

    def line(self, row: int) -> Line:
        """Return the knots of a number; none where it never moves."""
        _, first, count = self.values[row]
        times, values = self._arrays()
        return times[first : first + count], values[first : first + count]

    @property
    def knots(self) -> Knots:
        """All knots, in order."""
        times, values = self._arrays()
        return list(zip(times.tolist(), values.tolist(), strict=True))

    def _arrays(self) -> Line:
        if len(self._lines) != 1:
            times = [np.empty(0, np.int64), *(times for times, _ in self._lines)]
            values = [np.empty(0), *(values for _, values in self._lines)]
            self._lines = [(np.concatenate(times), np.concatenate(values))]
        return self._lines[0]

    def tables(self) -> tuple[Table, Table]:
        """Return the rows as `Model.values` and `Model.knots`."""
        times, values = self._arrays()
        table = np.zeros(len(times), dtype=KNOT)
        for name, column in zip(KNOT.names or (), (times, values), strict=True):
            table[name] = column
        return rows(VALUE, self.values), table


class _Step(NamedTuple):
    """A move of a number, for one group."""

    operation: str
    value: float
    begin: int | None
    reached: int | None
    until: int | None
    months: tuple[int, ...]
    curve: tuple[tuple[int, float], ...]


class _Course(NamedTuple):
    """All that the course of a product depends on, for one group."""

    begin: int
    end: int
    factor: float
    parts: tuple[tuple[float, tuple[_Step, ...]], ...]
    """Of each number its value and its moves."""
    growths: tuple[float, ...]
    grows_from: int

    @property
    def is_still(self) -> bool:
        """Whether it never moves."""
        return not any(self.growths) and not any(steps for _, steps in self.parts)


def _course(whole: Product, group: int, begin: int, end: int) -> _Course:
    """Return what the course of a product depends on."""
    return _Course(
        begin,
        end,
        whole.factor,
        tuple(
            (
                value_of(number, group),
                tuple(_step(m, group) for m in number.moves if concerns(m, group)),
            )
            for number in whole.numbers
        ),
        tuple(value_of(growth, group) for growth in whole.growths),
        whole.grows_from,
    )


def _step(move: Move, group: int) -> _Step:
    """Return a move for one group."""
    value = 1.0
    if move.values:
        value = move.values[group if len(move.values) > 1 else 0]
    return _Step(
        move.operation,
        value,
        move.begin,
        move.reached,
        move.until,
        move.months,
        move.curve,
    )


@lru_cache(maxsize=1024)
def _line(course: _Course) -> Line:
    """Return knots at both ends of every stretch where all lines are straight."""
    edges = _edges(course)
    middles = (edges[:-1] + edges[1:]) // 2
    times = np.stack((edges[:-1], edges[1:]), axis=1).reshape(-1)
    values = _values(course, times, np.repeat(middles, 2))
    return _tidied(times, values)


def _edges(course: _Course) -> Times:
    """Return every moment of the run at which a line may bend or jump."""
    begin, end = course.begin, course.end
    moments: set[int] = {begin, end}
    more: list[Times] = []
    ramps: list[tuple[int, int]] = []
    for step in (step for _, steps in course.parts for step in steps):
        ends = (step.begin, step.reached, step.until)
        moments |= {t for t in ends if t is not None} | {t for t, _ in step.curve}
        if step.months:
            moments |= set(month_starts(begin, end))
        ramps += _ramps(step, begin)
    if any(course.growths):
        more.append(np.arange(course.grows_from, end, WEEK))
        ramps.append((course.grows_from, end))
    for a, b in {
        (max(a, c), min(b, d)) for i, (a, b) in enumerate(ramps) for c, d in ramps[:i]
    }:
        more.append(np.arange(a, b, DAY))
    every = np.unique(np.concatenate([np.array(sorted(moments), np.int64), *more]))
    return np.asarray(every[(every >= begin) & (every <= end)])


def _values(course: _Course, times: Times, middles: Times) -> Floats:
    """Return the values at moments, as limits from inside the stretches.

    Parameters
    ----------
    course : _Course
    times, middles : ndarray of int64, shape (n,)
        Moments, and the middle of the stretch of each.
    """
    value = np.full(len(times), course.factor)
    for written, steps in course.parts:
        part = np.full(len(times), written)
        for step in steps:
            part = _moved(part, step, times, middles)
        value *= part
    years = np.maximum(times - course.grows_from, 0) / (DAYS_PER_YEAR * DAY)
    for growth in course.growths:
        # Powers of arrays may differ in the last bit from one processor to another.
        value *= np.array([(1.0 + growth) ** year for year in years.tolist()])
    return value


def _ramps(step: _Step, begin: int) -> list[tuple[int, int]]:
    """Return the stretches in which a move is on its way."""
    if step.operation == "curve":
        return [(a, b) for (a, _), (b, _) in pairwise(step.curve)]
    if step.reached is None:
        return []
    return [(begin if step.begin is None else step.begin, step.reached)]


def _moved(values: Floats, step: _Step, times: Times, middles: Times) -> Floats:
    """Return values after one move."""
    if step.operation == "curve":
        return values * _curve_at(step.curve, times, middles)
    r = _progress(step, times, middles)
    x = step.value
    if step.operation == "multiply":
        return values * (1.0 + (x - 1.0) * r)
    if step.operation == "add":
        return values + x * r
    return values + (x - values) * r


def _progress(step: _Step, times: Times, middles: Times) -> Floats:
    """Return r: how much of a move is in force."""
    r = np.ones(len(times))
    if step.reached is not None and step.begin is not None:
        under_way = middles < step.reached
        part = (times - step.begin) / (step.reached - step.begin)
        r = np.where(under_way, part, r)
    if step.begin is not None:
        r[middles < step.begin] = 0.0
    if step.until is not None:
        r[middles >= step.until] = 0.0
    if step.months:
        r[~np.isin(_months_of_year(middles), step.months)] = 0.0
    return r


def _months_of_year(times: Times) -> Times:
    """Return the months, 1 to 12, of moments."""
    moments = EPOCH + times.astype("timedelta64[us]")
    months = moments.astype("datetime64[M]").astype(np.int64)
    return np.asarray(months % 12 + 1)


def _curve_at(
    curve: tuple[tuple[int, float], ...], times: Times, middles: Times
) -> Floats:
    """Return the factor of a curve: 1 before its first moment, level after its last."""
    at = np.array([moment for moment, _ in curve], dtype=np.int64)
    factors = np.array([factor for _, factor in curve])
    place = np.searchsorted(at, middles, side="right") - 1
    found = np.where(place < 0, 1.0, factors[-1])
    inside = (place >= 0) & (place < len(at) - 1)
    a, b = place[inside], place[inside] + 1
    x, y = factors[a], factors[b]
    found[inside] = x + (y - x) * ((times[inside] - at[a]) / (at[b] - at[a]))
    return found


def _tidied(times: Times, values: Floats) -> Line:
    """Return knots without those that repeat what their neighbours say."""
    if len(times) > 1:
        is_new = np.append(
            True, (times[1:] != times[:-1]) | (values[1:] != values[:-1])
        )
        times, values = times[is_new], values[is_new]
    if len(times) > 2:
        inside = (values[1:-1] == values[:-2]) & (values[1:-1] == values[2:])
        kept = np.concatenate(([True], ~inside, [True]))
        times, values = times[kept], values[kept]
    if len(times) > 1 and (values == values[0]).all():
        times, values = times[:1], values[:1]
    return times, values


def value_at(knots: Knots, time: int, *, after: bool) -> float:
    """Return the value at a moment, from after or before it where it jumps."""
    at = [value for t, value in knots if t == time]
    if at:
        return at[-1] if after else at[0]
    before = [k for k in knots if k[0] < time]
    later = [k for k in knots if k[0] > time]
    if not before or not later:
        return (before or later)[-1 if before else 0][1]
    (a, x), (b, y) = before[-1], later[0]
    return x + (y - x) * ((time - a) / (b - a))


def monthly(period: Period, number: Number, months: Sequence[int]) -> tuple[float, ...]:
    """Return what a number is at the beginning of each month, for everybody.

    Parameters
    ----------
    period : Period
    number : Number
        The same for all groups.
    months : sequence of int
        The edges of the months, one more than there are months.
    """
    curves = Curves(period.begin, period.end, 1)
    curves.add_for(Product((number,)), 0)
    still = [(period.begin, curves.values[0][0])]
    knots = curves.knots or still
    written = [
        *number.values,
        *(x for move in number.moves if move.operation == "set" for x in move.values),
    ]
    values = (value_at(knots, t, after=True) for t in months[:-1])
    return tuple(_as_written(value, written) for value in values)


def _as_written(value: float, written: Sequence[float]) -> float:
    """Return a number without the last bits that steps from one to another add.

    A figure is held against a target: 76% must be 76% after a step from 95%, too.
    """
    return next((x for x in written if isclose(x, value, rel_tol=1e-12)), value)


def steps(
    period: Period, number: Number, months: Sequence[int]
) -> list[tuple[int, float]]:
    """Return from which months on a number is what; see `monthly`."""
    values = monthly(period, number, months)
    pairs = zip(months, values, strict=False)
    return [pair for i, pair in enumerate(pairs) if not i or values[i - 1] != pair[1]]


def rows(dtype: np.dtype[np.void], values: Sequence[tuple[object, ...]]) -> Table:
    """Return a table of rows; its padding bytes are zero, so that digests agree."""
    table = np.zeros(len(values), dtype=dtype)
    if values:
        for name, column in zip(
            dtype.names or (), zip(*values, strict=True), strict=True
        ):
            table[name] = column
    return table
