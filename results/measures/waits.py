"""Distributions of waits: the table of buckets, and quantiles from it.

Quantiles invert the distribution function, taken as a straight line inside a bucket:
the p-quantile of n waits is the time below which p x n of them lie. Buckets are never
wider than 1/128 of their times (65.536 ms for the shortest), so neither is the error.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

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
    bucket_edges,
    counted,
    filled,
    settled,
    unpacked,
)
from kernels.quantiles import NOBODY, quantiles
from kernels.tallies import Integers, Tallies
from results.layout.columns import schema, text_column
from results.layout.labels import ALL, DAY, Labels
from results.layout.piecewise import ROWS

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
PERCENTS = {"median": 50, "90th percentile": 90, "95th percentile": 95}
"""The statistics that are quantiles."""
_AT_THE_END = (H_IN_LINE, H_RUNNING)


Subjects = tuple[tuple[int, ...], ...]


def alone(subjects: int) -> Subjects:
    """Return so many subjects, each of them by itself."""
    return tuple((row,) for row in range(subjects))


class Distributions:
    """The distributions of a replication, and the quantiles read from them.

    Parameters
    ----------
    tallies : Tallies
    """

    def __init__(self, tallies: Tallies) -> None:
        self._months, _, self._groups, _ = tallies.counts.shape
        self._buckets = settled(tallies.buckets)
        self._found: dict[tuple[int, Subjects, int], Floats] = {}

    def quantiles(self, kind: int, subjects: Subjects, percent: int) -> Floats:
        """Return a quantile of every cell, in days; NaN where nobody is counted.

        Parameters
        ----------
        kind : int
            `kernels.buckets.H_...`.
        subjects : tuple of tuples of int
            Which rows of the kind's subjects are taken together; see `alone`.
        percent : int
            From 1 to 100.

        Returns
        -------
        ndarray of float64, shape (subjects, groups, periods)
            Everybody is group 0, then come the recorded groups, if there are several;
            the whole period is the last. What is counted at a month's end (lists,
            running clocks) is in the whole as at the last month's end.
        """
        if (kind, subjects, percent) not in self._found:
            percents = sorted({percent, *PERCENTS.values()})
            found = quantiles(
                self._buckets,
                kind,
                subjects,
                self._groups,
                self._months,
                np.array(percents),
                last_only=kind in _AT_THE_END,
            )
            for row, each in enumerate(percents):
                bucket, inside = found.bucket[:, row], found.inside[:, row]
                lower, upper = (edge[bucket] for edge in _microseconds())
                days = (lower + (upper - lower) * inside) / DAY
                there = np.where(bucket == NOBODY, np.nan, days)
                self._found[kind, subjects, each] = there
        return self._found[kind, subjects, percent]


@functools.cache
def _microseconds() -> tuple[Integers, Integers]:
    """Return the lower and upper edges of all buckets."""
    return bucket_edges(np.arange(1 << BUCKET_BITS))


@functools.cache
def _edges() -> tuple[Floats, Floats]:
    """Return the lower and upper edges of all buckets, in days."""
    lower, upper = _microseconds()
    return lower / DAY, upper / DAY


def waits_tables(
    labels: Labels, replication: int, tallies: Tallies
) -> Iterator[pa.Table]:
    """Yield the buckets of one replication that hold somebody.

    Parameters
    ----------
    labels : Labels
    replication : int
    tallies : Tallies

    Yields
    ------
    pyarrow.Table
        `columns.LAYOUTS["waits"]`, at most `ROWS` rows.
    """
    buckets = settled(tallies.buckets)
    for places in filled(buckets, ROWS):
        yield _table(labels, replication, *counted(buckets, places))


def _table(
    labels: Labels, replication: int, keys: Integers, count: Integers
) -> pa.Table:
    """Return the rows of some buckets."""
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
