"""The columns of every table of a run: names, types, units and what they mean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

FORMAT = 1
"""The format of run folders that this version writes, and the newest it reads."""


class Column(NamedTuple):
    """One column of a table."""

    name: str
    type: str
    """`text`, `int32`, `int64`, `float64` or `date`."""
    unit: str
    meaning: str


_REPLICATION = Column("replication", "int32", "", "which replication, from 1")
_GROUP = Column("group", "text", "", "recorded group; 'all' is everybody")

LAYOUTS: dict[str, tuple[Column, ...]] = {
    "measures": (
        _REPLICATION,
        Column("period", "text", "", "a month such as 2022-04, or 'whole'"),
        Column(
            "kind",
            "text",
            "",
            "what the subject is: service, pathway, stream, clock, standard, budget, "
            "model",
        ),
        Column("subject", "text", "", "name of the service, pathway, ..."),
        _GROUP,
        Column("measure", "text", "", "what is measured"),
        Column("statistic", "text", "", "which figure of it"),
        Column("value", "float64", "see unit", "the figure"),
        Column("unit", "text", "", "unit of the value"),
        Column("numerator", "float64", "", "of a ratio or mean; else empty"),
        Column("denominator", "float64", "", "of a ratio or mean; else empty"),
    ),
    "series": (
        _REPLICATION,
        Column("date", "date", "", "the state is that just before 00:00 of this day"),
        Column("service", "text", "", "name of the service"),
        Column("waiting", "int32", "patients", "in line"),
        Column("in_use", "int32", "units", "units taken"),
        Column("open", "int32", "units", "units open; empty: unlimited; slots: day's"),
    ),
    "waits": (
        _REPLICATION,
        Column("period", "text", "", "a month such as 2022-04"),
        Column(
            "wait",
            "text",
            "",
            "whose: started, left, in line, clock stopped, clock running, standard "
            "(those whom a standard with a percentile counts)",
        ),
        Column("kind", "text", "", "service, pathway, clock or standard"),
        Column("subject", "text", "", "name of the service, pathway, clock ..."),
        Column("group", "text", "", "recorded group; 'all' where there is one only"),
        Column("lower", "float64", "days", "the waits are at least so long"),
        Column("upper", "float64", "days", "and shorter than this; 0 to 0: no wait"),
        Column("count", "int64", "visits or clocks", "how many waits"),
    ),
    "visits": (
        _REPLICATION,
        Column("who", "int64", "", "identity of the patient"),
        Column("visit", "int32", "", "how many visits the patient made before"),
        Column("part", "int32", "", "0, or which part after having been handed back"),
        Column("service", "text", "", "name of the service"),
        Column("pathway", "text", "", "empty for a service's own step"),
        Column("step", "text", "", "empty for a service's own step"),
        Column("group", "text", "", "the patient's group"),
        Column("priority", "int32", "", "smaller numbers are called first"),
        Column(
            "outcome", "text", "", "how the visit ended, or 'waiting', 'in service'"
        ),
        Column("cause", "text", "", "the waiting event or rule that ended it"),
        Column("joined", "float64", "days since start", "joined the line"),
        Column("started", "float64", "days since start", "treatment or slot began"),
        Column("ended", "float64", "days since start", "treatment or waiting ended"),
        Column("freed", "float64", "days since start", "the visit was over"),
        Column("units", "int32", "", "units of its own service that it took itself"),
    ),
    "holds": (
        _REPLICATION,
        Column("who", "int64", "", "identity of the patient"),
        Column("visit", "int32", "", "in which visit the units were taken"),
        Column(
            "reason",
            "text",
            "",
            "blocked, kept, together, helped (elsewhere), cleaning or moved back",
        ),
        Column("service", "text", "", "whose units"),
        Column("home", "text", "", "the service at which they were taken"),
        Column(
            "wanted", "text", "", "the service waited for, or to which they moved back"
        ),
        Column("group", "text", "", "the patient's group"),
        Column("units", "int32", "", "how many"),
        Column("since", "float64", "days since start", "held from"),
        Column("until", "float64", "days since start", "empty: still held"),
    ),
    "changes": (
        _REPLICATION,
        Column("who", "int64", "", "identity of the patient"),
        Column("visit", "int32", "", "in which visit"),
        Column("cause", "text", "", "the waiting event that changed the priority"),
        Column("group", "text", "", "the patient's group"),
        Column("time", "float64", "days since start", "when"),
    ),
    "clocks": (
        _REPLICATION,
        Column("who", "int64", "", "identity of the patient"),
        Column("clock", "text", "", "name of the clock"),
        Column("group", "text", "", "the patient's group"),
        Column("since", "float64", "days since start", "started, or went on"),
        Column("stopped", "float64", "days since start", "empty: still running"),
        Column("dropped", "int32", "", "1: the patient left the model while it ran"),
        Column("part", "int32", "", "0, or which part after having been paused"),
        Column("paused", "float64", "days since start", "stood still from; or empty"),
        Column("resumed", "int32", "", "1: went on after the pause in the next part"),
        Column("ran", "float64", "days", "how long it ran in the parts before"),
        Column("stood", "float64", "days", "how long it stood still in them"),
        *(
            Column(name, "float64", "days", f"of its time since the start, {meaning}")
            for name, meaning in (
                ("rebooked", "since a missed appointment"),
                ("closed", "in line while it was closed"),
                ("blocked", "in line for units of those who cannot go on"),
                ("kept_back", "in line while units or slots were kept for others"),
                ("outranked", "in line while the more urgent passed"),
                ("no_capacity", "in line for none of these reasons"),
                ("not_in_line", "in no line; all 0 without standards of clocks"),
            )
        ),
    ),
    "patients": (
        _REPLICATION,
        Column("who", "int64", "", "identity of the patient"),
        Column(
            "stream",
            "text",
            "",
            "the stream that brought them; empty: there at the start",
        ),
        Column("group", "text", "", "the patient's group"),
        Column("ending", "text", "", "how they left the model; empty: still there"),
        Column("visits", "int32", "", "how many visits they made"),
        Column("entered", "float64", "days since start", "came to the model"),
        Column("left", "float64", "days since start", "left it; empty: still there"),
    ),
}
"""The columns of each table, in order."""

RECORDS = ("visits", "holds", "changes", "clocks", "patients")
"""Tables that hold one file for each replication and exist only when asked for."""

TEXT = pa.dictionary(pa.int32(), pa.string())
_TYPES: dict[str, pa.DataType] = {
    "text": pa.string(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "date": pa.date32(),
}


def texts(table: str) -> list[str]:
    """Return the names of the text columns of a table."""
    return [column.name for column in LAYOUTS[table] if column.type == "text"]


@cache
def file_schema(table: str) -> pa.Schema:
    """Return the columns of a table as files hold them: texts are plain texts."""
    return pa.schema([(c.name, _TYPES[c.type]) for c in LAYOUTS[table]])


@cache
def schema(table: str) -> pa.Schema:
    """Return the columns of a table as memory holds them: texts by dictionary."""
    fields = [
        (c.name, TEXT if c.type == "text" else _TYPES[c.type]) for c in LAYOUTS[table]
    ]
    return pa.schema(fields, metadata={"caresim": description(table)})


def description(table: str) -> str:
    """Return what a table's metadata say under the key `caresim`, as JSON."""
    columns = {
        c.name: {"unit": c.unit, "description": c.meaning} for c in LAYOUTS[table]
    }
    content = {"format": FORMAT, "table": table, "columns": columns}
    return json.dumps(content, sort_keys=True)


def text_column(
    codes: NDArray[np.integer], values: Sequence[str]
) -> pa.DictionaryArray[Any, Any]:
    """Return a column of texts.

    Parameters
    ----------
    codes : ndarray of int
        The place of each row's text in `values`; -1: empty.
    values : sequence of str
        May hold a text twice.
    """
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    moved = np.array([*(places[value] for value in values), -1], dtype=np.int32)
    indices = moved[codes]
    indices = pa.array(indices, mask=indices < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(places), pa.string()))
