"""Distributions of waits: the table of buckets, and quantiles from it.

Quantiles invert the distribution function, taken as a straight line inside a bucket:
the p-quantile of n waits is the time below which p x n of them lie. Buckets are never
wider than 1/128 of their times (65.536 ms for the shortest), so neither is the error.
"""

from __future__ import annotations

import functools
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kernels.buckets import (
    BUCKET_BITS,
    H_IN_LINE,
    H_LEFT,
    H_RUNNING,
    H_STANDARD,
    H_STARTED,
    H_STOPPED,
    PAGE_BITS,
    bucket_edges,
    counted,
    settled,
    unpacked,
)
from kernels.tallies import Integers, Tallies
from results.layout.columns import schema, text_column
from results.layout.labels import ALL, DAY, Labels

Floats = NDArray[np.float64]

KINDS = {
    H_STARTED: "started",
    H_LEFT: "left",
    H_IN_LINE: "in line",
    H_STOPPED: "clock stopped",
    H_RUNNING: "clock running",
    H_STANDARD: "standard",
}
OF_SUBJECTS = {
    "service": (H_STARTED, H_LEFT, H_IN_LINE),
    "pathway": (H_STARTED, H_LEFT, H_IN_LINE),
    "clock": (H_STOPPED, H_RUNNING),
    "standard": (H_STANDARD,),
}
"""Which distributions are of which kind of subjects."""
_AT_THE_END = (H_IN_LINE, H_RUNNING)
_IN_CELL = BUCKET_BITS - PAGE_BITS
"""Bits of the number of a page within a cell."""


class Distributions(NamedTuple):
    """Pages of sixteen buckets of all cells, one cell after the other, ascending."""

    cell: Integers
    """The cell of each page; see `_cell`."""
    page: Integers
    """Which page of the cell's buckets."""
    numbers: NDArray[np.signedinteger]
    """How many fell into each bucket, shape (pages, 16)."""
    upto: Integers
    """Numbers added up over all pages, this one included."""
    groups: int
    """How many groups are shown."""
    periods: int

    def quantiles(self, kind: int, subjects: int, percent: int) -> Floats:
        """Return a quantile of every cell, in days; NaN where nobody is counted.

        Parameters
        ----------
        kind : int
            `kernels.buckets.H_...`.
        subjects : int
            How many subjects the kind has.
        percent : int

        Returns
        -------
        ndarray of float64, shape (subjects, groups, periods)
        """
        first, last = self._range(kind, subjects)
        cell = self.cell[first:last]
        heads = first + np.flatnonzero(np.diff(cell, prepend=-1))
        tails = np.append(heads[1:], last) - 1
        result = np.full(subjects * self.groups * self.periods, np.nan)
        if len(heads):
            before = self.upto[heads] - self.numbers[heads].sum(axis=1, dtype=np.int64)
            target = 100 * before + percent * (self.upto[tails] - before)
            result[self.cell[heads] - self._cell(kind, 0)] = self._at(target)
        return result.reshape(subjects, self.groups, self.periods)

    def _at(self, target: Integers) -> Floats:
        """Return the times at which the hundredfold count reaches a target, days."""
        page = np.searchsorted(100 * self.upto, target, side="left")
        numbers = self.numbers[page].astype(np.int64)
        upto = self.upto[page, None] - numbers.sum(axis=1, keepdims=True)
        upto = upto + np.cumsum(numbers, axis=1)
        row, at = np.arange(len(page)), np.argmax(100 * upto >= target[:, None], axis=1)
        below = 100 * (upto[row, at] - numbers[row, at])
        lower, upper = bucket_edges((self.page[page] << PAGE_BITS) | at)
        inside = (target - below) / (100 * numbers[row, at])
        return np.asarray((lower + (upper - lower) * inside) / DAY)

    def _range(self, kind: int, subjects: int) -> tuple[int, int]:
        """Return the first page of a kind and the one after its last."""
        ends = self._cell(kind, 0), self._cell(kind, subjects)
        first, last = np.searchsorted(self.cell, ends)
        return int(first), int(last)

    def _cell(self, kind: int, subject: int) -> int:
        """Return the first cell of a subject: cells run by group, then by period."""
        return ((kind << 14) + subject) * self.groups * self.periods


def distributions(
    tallies: Tallies, kinds: Collection[str] = tuple(OF_SUBJECTS)
) -> Distributions:
    """Return the distributions of a replication by group shown and period shown.

    Parameters
    ----------
    tallies : Tallies
    kinds : collection of str
        Of subjects; those of others are left out.

    Returns
    -------
    Distributions
        Everybody is group 0, then come the recorded groups, if there are several; the
        whole period is the last. What is counted at a month's end (lists, running
        clocks) is in the whole as at the last month's end.
    """
    months, _, groups, _ = tallies.counts.shape
    pages = settled(tallies.buckets)
    wanted = [kind for of in OF_SUBJECTS.keys() & kinds for kind in OF_SUBJECTS[of]]
    fields = unpacked(pages.keys << PAGE_BITS)
    is_wanted = np.isin(fields[0], wanted)
    kind, month, subject, group, first = (field[is_wanted] for field in fields)
    page, numbers = first >> PAGE_BITS, pages.pages[is_wanted].astype(np.int32)
    if numbers.sum(dtype=np.int64) > np.iinfo(numbers.dtype).max:
        numbers = numbers.astype(np.int64)
    shown = groups + 1 if groups > 1 else 1
    whole = ~np.isin(kind, _AT_THE_END) | (month == months - 1)
    row = ((kind << 14) + subject) * shown
    pieces = []
    for column in (0, group + 1) if groups > 1 else (0,):
        cell = (row + column) * (months + 1)
        pieces.append(_added(cell + month, page, numbers))
        all_months = (cell + months)[whole]
        pieces.append(_added(all_months, page[whole], numbers[whole]))
    keys, sums = (np.concatenate(part) for part in zip(*pieces, strict=True))
    order = np.argsort(keys)
    keys, sums = keys[order], sums[order]
    return Distributions(
        cell=keys >> _IN_CELL,
        page=keys & ((1 << _IN_CELL) - 1),
        numbers=sums,
        upto=np.cumsum(sums.sum(axis=1, dtype=np.int64)),
        groups=shown,
        periods=months + 1,
    )


def _added(
    cell: Integers, page: Integers, numbers: NDArray[np.signedinteger]
) -> tuple[Integers, NDArray[np.signedinteger]]:
    """Add up the pages of a cell that have the same place; return keys and sums."""
    keys = (cell << _IN_CELL) | page
    order = np.argsort(keys, kind="stable")
    keys, numbers = keys[order], numbers[order]
    heads = np.flatnonzero(np.diff(keys, prepend=-1))
    if len(heads) == len(keys):
        return keys, numbers
    return keys[heads], np.add.reduceat(numbers, heads, axis=0, dtype=numbers.dtype)


@functools.cache
def _edges() -> tuple[Floats, Floats]:
    """Return the lower and upper edges of all buckets, in days."""
    lower, upper = bucket_edges(np.arange(1 << BUCKET_BITS))
    return lower / DAY, upper / DAY


def waits_table(labels: Labels, replication: int, tallies: Tallies) -> pa.Table:
    """Return the buckets of one replication that hold somebody.

    Parameters
    ----------
    labels : Labels
    replication : int
    tallies : Tallies

    Returns
    -------
    pyarrow.Table
        `columns.LAYOUTS["waits"]`.
    """
    keys, count = counted(settled(tallies.buckets))
    kind, month, subject, group, bucket = unpacked(keys)
    lower, upper = (edge[bucket] for edge in _edges())
    units = [s.name for s in labels.services]
    standards = [s.name for s in labels.standards]
    subjects = [*units, *labels.pathways, *labels.clocks, *standards]
    of_clock, of_standard = np.isin(kind, OF_SUBJECTS["clock"]), kind == H_STANDARD
    first_clock = len(units) + len(labels.pathways)
    subject_row = subject + (of_clock | of_standard) * first_clock
    subject_row += of_standard * len(labels.clocks)
    kind_row = np.where(of_clock, 2, subject >= len(units))
    kind_row = np.where(of_standard, 3, kind_row)
    groups = [g.name for g in labels.groups]
    columns = [
        pa.array(np.full(len(keys), replication, np.int32)),
        text_column(month, labels.period_names[:-1]),
        text_column(kind, tuple(KINDS.values())),
        text_column(kind_row, ("service", "pathway", "clock", "standard")),
        text_column(subject_row, subjects),
        text_column(group, groups if len(groups) > 1 else [ALL]),
        pa.array(lower),
        pa.array(upper),
        pa.array(count),
    ]
    return pa.Table.from_arrays(columns, schema=schema("waits"))
