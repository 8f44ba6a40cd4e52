"""Records of single patients as tables: names for codes, days for microseconds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kernels.layout import LEFT, SHARES, TURNED_AWAY, Records, Table
from results.errors import ResultError
from results.layout.columns import schema, text_column
from results.layout.labels import DAY, Labels, microseconds

OUTCOMES = (
    "completed",
    "left",
    "turned away",
    "did not attend",
    "handed back",
    "waiting",
    "in service",
)
"""Names of the outcomes of `kernels.layout`, in their order."""
REASONS = ("blocked", "kept", "together", "helped", "cleaning", "moved back")
"""Names of the reasons for which units are held, likewise."""


def record_table(
    labels: Labels, replication: int, records: Records, table: str
) -> pa.Table:
    """Return the records of one replication as a table, in the engine's order.

    Parameters
    ----------
    labels : Labels
        With `steps` and `everybody`.
    replication : int
    records : Records
    table : str
        One of `columns.RECORDS`.

    Returns
    -------
    pyarrow.Table
        `columns.LAYOUTS[table]`.

    Raises
    ------
    ResultError
        If the labels lack the names of steps or groups.
    """
    if not labels.steps or not labels.everybody:
        raise ResultError("patients cannot be recorded: steps and groups lack names")
    rows: Table = getattr(records, table)
    number = pa.array(np.full(len(rows), replication, np.int32))
    return pa.Table.from_arrays(
        [number, *_COLUMNS[table](labels, rows)], schema=schema(table)
    )


def _visits(labels: Labels, rows: Table) -> list[pa.Array[Any]]:
    """Return the columns of visits."""
    step = rows["step"]
    causes = [name for _, name in (*labels.waits, *labels.rules)]
    cause = np.where(rows["outcome"] == LEFT, rows["cause"], -1)
    by_rule = rows["outcome"] == TURNED_AWAY
    cause = np.where(by_rule, rows["cause"] + len(labels.waits), cause)
    return [
        *(pa.array(rows[name]) for name in ("who", "visit", "part")),
        text_column(rows["service"], [s.name for s in labels.services]),
        _text_or_empty(step, [s.pathway for s in labels.steps]),
        _text_or_empty(step, [s.name for s in labels.steps]),
        text_column(rows["group"], [g.name for g in labels.everybody]),
        pa.array(rows["priority"]),
        text_column(rows["outcome"], OUTCOMES),
        text_column(cause, causes),
        *(
            _days(labels, rows[name])
            for name in ("joined", "started", "ended", "freed")
        ),
        pa.array(rows["units"]),
    ]


def _holds(labels: Labels, rows: Table) -> list[pa.Array[Any]]:
    """Return the columns of units held beside those of visits."""
    services = [s.name for s in labels.services]
    return [
        *(pa.array(rows[name]) for name in ("who", "visit")),
        text_column(rows["reason"], REASONS),
        *(text_column(rows[name], services) for name in ("service", "home", "wanted")),
        text_column(rows["group"], [g.name for g in labels.everybody]),
        pa.array(rows["units"]),
        *(_days(labels, rows[name]) for name in ("since", "until")),
    ]


def _changes(labels: Labels, rows: Table) -> list[pa.Array[Any]]:
    """Return the columns of waiting events after which patients stay in line."""
    return [
        *(pa.array(rows[name]) for name in ("who", "visit")),
        text_column(rows["cause"], [name for _, name in labels.waits]),
        text_column(rows["group"], [g.name for g in labels.everybody]),
        _days(labels, rows["time"]),
    ]


def _clocks(labels: Labels, rows: Table) -> list[pa.Array[Any]]:
    """Return the columns of clocks."""
    return [
        pa.array(rows["who"]),
        text_column(rows["clock"], labels.clocks),
        text_column(rows["group"], [g.name for g in labels.everybody]),
        *(_days(labels, rows[name]) for name in ("since", "stopped")),
        *(pa.array(rows[name]) for name in ("dropped", "part")),
        _days(labels, rows["paused"]),
        pa.array(rows["resumed"]),
        *(pa.array(rows[name] / DAY) for name in ("ran", "stood")),
        *(pa.array(rows[name] / DAY) for name, _ in SHARES),
    ]


def _patients(labels: Labels, rows: Table) -> list[pa.Array[Any]]:
    """Return the columns of patients."""
    return [
        pa.array(rows["who"]),
        text_column(rows["stream"], labels.streams),
        text_column(rows["group"], [g.name for g in labels.everybody]),
        text_column(rows["ending"], labels.endings),
        pa.array(rows["visits"]),
        *(_days(labels, rows[name]) for name in ("entered", "left")),
    ]


def _text_or_empty(codes: NDArray[np.int32], values: list[str | None]) -> pa.Array[Any]:
    """Return a column of texts of which some are None."""
    known = [value for value in values if value is not None]
    places = iter(range(len(known)))
    moved = [-1 if value is None else next(places) for value in values]
    return text_column(np.array(moved)[codes], known)


def _days(labels: Labels, times: NDArray[np.int64]) -> pa.Array[Any]:
    """Return moments in days since the start; -1 becomes empty.

    Moments of the warm-up lie before the start and are below zero.
    """
    days = (times - microseconds(labels.start)) / DAY
    return pa.array(days, mask=times == -1)


_COLUMNS = {
    "visits": _visits,
    "holds": _holds,
    "changes": _changes,
    "clocks": _clocks,
    "patients": _patients,
}
