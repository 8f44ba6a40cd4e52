"""How a number moves in time: its moves composed into straight lines between knots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import isclose

import numpy as np

from kernels.layout import DAY, DAYS_PER_YEAR, EPOCH, KNOT, VALUE, WEEK, Table
from scenarios.scenario import Move, Number, Period

Knots = list[tuple[int, float]]
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


def month_of_year(time: int) -> int:
    """Return the month, 1 to 12, of a moment."""
    moment = EPOCH + np.timedelta64(time, "us")
    return int(moment.astype("datetime64[M]").astype(int)) % 12 + 1


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
        self.knots: Knots = []

    def constant(self, value: float) -> int:
        """Add a number that never moves; return its row."""
        self.values.append((value, len(self.knots), 0))
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
        change = transform or float
        base = whole.factor
        for number in whole.numbers:
            base *= value_of(number, group)
        knots = _tidied(self._knots(whole, group, change))
        if len(knots) == 1 and knots[0][1] == change(base):
            knots = []
        self.values.append((change(base), len(self.knots), len(knots)))
        self.knots += knots
        return len(self.values) - 1

    def _knots(self, whole: Product, group: int, change: Transform) -> Knots:
        """Return knots at both ends of every stretch where all lines are straight."""
        curve = _Composition(whole, group)
        if curve.still:
            return []
        edges = sorted(
            {self.begin, self.end}
            | {
                t
                for t in curve.edges(self.begin, self.end)
                if self.begin < t < self.end
            }
        )
        knots: Knots = []
        for a, b in pairwise(edges):
            knots.append((a, change(curve.at(a, (a + b) // 2))))
            knots.append((b, change(curve.at(b, (a + b) // 2))))
        return knots

    def tables(self) -> tuple[Table, Table]:
        """Return the rows as `Model.values` and `Model.knots`."""
        return rows(VALUE, self.values), rows(KNOT, self.knots)


@dataclass
class _Composition:
    """A product for one group, evaluated inside a stretch given by its middle."""

    whole: Product
    group: int
    moves: list[list[Move]] = field(init=False)

    def __post_init__(self) -> None:
        self.moves = [
            [m for m in n.moves if concerns(m, self.group)] for n in self.whole.numbers
        ]

    @property
    def still(self) -> bool:
        return not any(self.moves) and not any(
            value_of(g, self.group) for g in self.whole.growths
        )

    def edges(self, begin: int, end: int) -> set[int]:
        """Return every moment at which a line may bend or jump."""
        times: set[int] = set()
        ramps: list[tuple[int, int]] = []
        for move in (m for moves in self.moves for m in moves):
            times |= {
                t for t in (move.begin, move.reached, move.until) if t is not None
            }
            times |= {t for t, _ in move.curve}
            if move.months:
                times |= set(month_starts(begin, end))
            ramps += _ramps(move, begin)
        if any(value_of(g, self.group) for g in self.whole.growths):
            times |= set(range(self.whole.grows_from, end, WEEK))
            ramps.append((self.whole.grows_from, end))
        for i, (a, b) in enumerate(ramps):
            for c, d in ramps[:i]:
                times |= set(range(max(a, c), min(b, d), DAY))
        return times

    def at(self, time: int, middle: int) -> float:
        """Return the value at a moment, as a limit from inside the stretch."""
        value = self.whole.factor
        for number, moves in zip(self.whole.numbers, self.moves, strict=True):
            part = value_of(number, self.group)
            for move in moves:
                part = _moved(part, move, self.group, time, middle)
            value *= part
        years = max(time - self.whole.grows_from, 0) / (DAYS_PER_YEAR * DAY)
        for growth in self.whole.growths:
            value *= (1.0 + value_of(growth, self.group)) ** years
        return value


def _ramps(move: Move, begin: int) -> list[tuple[int, int]]:
    """Return the stretches in which a move is on its way."""
    if move.operation == "curve":
        return [(a, b) for (a, _), (b, _) in pairwise(move.curve)]
    if move.reached is None:
        return []
    return [(begin if move.begin is None else move.begin, move.reached)]


def _moved(value: float, move: Move, group: int, time: int, middle: int) -> float:
    """Return a value after one move."""
    if move.operation == "curve":
        return value * _curve_at(move.curve, time, middle)
    r = _progress(move, time, middle)
    x = move.values[group if len(move.values) > 1 else 0]
    if move.operation == "multiply":
        return value * (1.0 + (x - 1.0) * r)
    if move.operation == "add":
        return value + x * r
    return value + (x - value) * r


def _progress(move: Move, time: int, middle: int) -> float:
    """Return r: how much of a move is in force."""
    if move.begin is not None and middle < move.begin:
        return 0.0
    if move.until is not None and middle >= move.until:
        return 0.0
    if move.months and month_of_year(middle) not in move.months:
        return 0.0
    if move.reached is None or move.begin is None or middle >= move.reached:
        return 1.0
    return (time - move.begin) / (move.reached - move.begin)


def _curve_at(curve: tuple[tuple[int, float], ...], time: int, middle: int) -> float:
    """Return the factor of a curve: 1 before its first moment, level after its last."""
    if middle < curve[0][0]:
        return 1.0
    for (a, x), (b, y) in pairwise(curve):
        if a <= middle < b:
            return x + (y - x) * ((time - a) / (b - a))
    return curve[-1][1]


def _tidied(knots: Knots) -> Knots:
    """Return knots without those that repeat what their neighbours say."""
    kept: Knots = []
    for knot in knots:
        if kept and kept[-1] == knot:
            continue
        if len(kept) > 1 and kept[-1][1] == kept[-2][1] == knot[1]:
            kept.pop()
        kept.append(knot)
    if len(kept) > 1 and all(value == kept[0][1] for _, value in kept):
        kept = kept[:1]
    return kept


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
