"""The tables of a run, from what its replications have tallied and recorded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
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


def record_name(table: str, replication: int) -> str:
    """Return the name of a table of patients within a folder, without `.parquet`."""
    return f"{table}/replication-{replication:04d}"


def built(
    labels: Labels, replications: Mapping[int, Tallies], seen: Seen = frozenset()
) -> Tables:
    """Return the tables that tallies make, replication by replication.

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
    from results.measures.waits import waits_tables  # noqa: PLC0415
    from results.tables.series import series_table  # noqa: PLC0415

    rows = seen_too(labels, shown(labels, list(replications.values())), seen)
    each = replications.items()
    measures = [partial(measures_table, labels, *pair, rows) for pair in each]
    series = [partial(series_table, labels, *pair) for pair in each]
    return {
        "measures": PiecewiseTable([partial(_alone, make) for make in measures]),
        "series": PiecewiseTable([partial(_alone, make) for make in series]),
        "waits": PiecewiseTable(
            [partial(waits_tables, labels, *pair) for pair in each]
        ),
    }


def _alone(make: Callable[[], pa.Table]) -> list[pa.Table]:
    """Return the one piece that a table of a replication is."""
    return [make()]


def recorded(labels: Labels, records: Mapping[int, Records]) -> Tables:
    """Return the tables of patients by replication, made when they are asked for."""
    from results.tables.records import record_table  # noqa: PLC0415 (as above)

    return {
        record_name(name, number): partial(record_table, labels, number, rows, name)
        for name in RECORDS
        for number, rows in sorted(records.items())
    }
