"""The tables of a run, from what its replications have tallied and recorded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from results.folder.contents import Tables
from results.layout.columns import RECORDS
from results.layout.labels import Labels
from results.layout.piecewise import PiecewiseTable

if TYPE_CHECKING:
    from kernels.layout import Records
    from kernels.tallies import Tallies

Seen = Collection[tuple[str, str, str]]

_AT_ONCE = 3
"""Of how many replications the tables are built at the same time."""
_LARGE = 2_000_000
"""Bytes of a replication's tallies; with less, threads only get in each other's way."""


def record_name(table: str, replication: int) -> str:
    """Return the name of a table of patients within a folder, without `.parquet`."""
    return f"{table}/replication-{replication:04d}"


def built(
    labels: Labels, replications: Mapping[int, Tallies], seen: Seen = frozenset()
) -> Tables:
    """Return the tables that tallies make.

    Parameters
    ----------
    labels : Labels
    replications : mapping of int to Tallies
        By number, ascending.
    seen : collection of (str, str, str)
        Kind, subject and group of what has rows in the table of measures, besides all
        to which something happened in these replications.
    """
    # Compiled kernels are slow to import, and who loads a run has no need of them.
    from results.measures.table import measures_table, seen_too, shown  # noqa: PLC0415
    from results.measures.waits import waits_table  # noqa: PLC0415
    from results.tables.series import series_table  # noqa: PLC0415

    rows = seen_too(labels, shown(labels, list(replications.values())), seen)

    def of_one(number: int) -> tuple[pa.Table, pa.Table]:
        tallies = replications[number]
        return (
            measures_table(labels, number, tallies, rows),
            series_table(labels, number, tallies),
        )

    first = next(iter(replications.values()))
    if first.counts.nbytes + first.buckets.pages.nbytes < _LARGE:
        parts = [of_one(number) for number in replications]
    else:
        # Sorting and adding up let go of Python's lock.
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            parts = list(pool.map(of_one, replications))
    measures, series = map(pa.concat_tables, zip(*parts, strict=True))
    return {
        "measures": lambda: measures,
        "series": lambda: series,
        "waits": PiecewiseTable(
            [partial(waits_table, labels, *each) for each in replications.items()]
        ),
    }


def recorded(labels: Labels, records: Mapping[int, Records]) -> Tables:
    """Return the tables of patients by replication, made when they are asked for."""
    from results.tables.records import record_table  # noqa: PLC0415 (as above)

    return {
        record_name(name, number): partial(record_table, labels, number, rows, name)
        for name in RECORDS
        for number, rows in sorted(records.items())
    }
