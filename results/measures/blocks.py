"""Blocks: one measure of some subjects, over all groups and periods shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.tallies import Integers
from results.measures.cells import Booleans, Cells, time_days
from results.measures.waits import PERCENTS, Distributions, Subjects

Numbers = NDArray[np.int64] | NDArray[np.float64]


class Values(NamedTuple):
    """One measure of some subjects; every array broadcasts to (subjects, G, P)."""

    value: Numbers
    numerator: Numbers | None = None
    denominator: Numbers | None = None
    keep: Booleans | None = None
    """Where there is such a value; None: everywhere."""


class Block(NamedTuple):
    """One measure of some subjects, and what it is called."""

    kind: str
    subjects: Sequence[str]
    measure: str
    statistic: str
    values: Values


def number(count: Numbers) -> Values:
    """Return a plain number or total."""
    return Values(count)


def ratio(numerator: Numbers, denominator: Numbers) -> Values:
    """Return a ratio where its denominator is above zero."""
    if numerator.shape != denominator.shape:
        numerator, denominator = np.broadcast_arrays(numerator, denominator)
    keep = denominator > 0
    value = np.divide(numerator, denominator, out=np.zeros(keep.shape), where=keep)
    return Values(value, numerator, denominator, keep)


def mean_time(table: Integers, days: int, count: Integers) -> Values:
    """Return a mean time, in days.

    Parameters
    ----------
    table : ndarray of int64, shape (columns, subjects, G, P)
    days : int
        The column of the whole days; the rest in microseconds stands after it.
    count : ndarray of int64, shape (subjects, G, P)
    """
    return ratio(time_days(table[days], table[days + 1]), count)


def quantile(d: Distributions, kind: int, subjects: Subjects, statistic: str) -> Values:
    """Return a quantile of a kind of distribution, in days."""
    value = d.quantiles(kind, subjects, PERCENTS[statistic])
    return Values(value, keep=~np.isnan(value))


def restricted(values: Values, where: Booleans) -> Values:
    """Return the values of some cells only."""
    kept = True if values.keep is None else values.keep
    keep = np.broadcast_to(kept, values.value.shape) & where
    return values._replace(keep=keep)


def taken(values: Values, rows: Sequence[int]) -> Values:
    """Return the values of some subjects."""
    at = np.asarray(rows, dtype=np.int64)
    return Values(*(None if part is None else part[at] for part in values))  # type: ignore[arg-type]


def everybody(c: Cells) -> Booleans:
    """Return where the group is everybody, shape (1, G, 1)."""
    groups = np.arange(len(c.labels.group_names))
    return np.asarray(groups == 0)[np.newaxis, :, np.newaxis]


def balance(c: Cells, start: Integers, flow: Integers, there: Integers) -> Values:
    """Return those who came and are neither gone nor there; everybody only.

    Parameters
    ----------
    c : Cells
    start : ndarray of int64, shape (subjects,)
        How many were there at the start; -1 where that is not known.
    flow : ndarray of int64, shape (subjects, M)
        How many more came than went.
    there : ndarray of int64, shape (subjects, M)
        How many were there at the end of each month.
    """
    before = np.column_stack((start, there[:, :-1]))
    known = before >= 0
    gap = np.where(known, before + flow - there, 0)
    gap = np.column_stack((gap, gap.sum(axis=1)))
    known = np.column_stack((known, known.any(axis=1)))
    return Values(gap[:, np.newaxis], keep=known[:, np.newaxis] & everybody(c))
