"""What was counted of each replication as tables, and means over replications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from results.displacement.counting import (
    COMES,
    DOINGS,
    MOVES,
    PERCENTS,
    USERS,
    USERS_A,
    USERS_B,
    USERS_CHANGE,
    Counts,
)
from results.displacement.ends import STATES, End, end_of, end_words
from results.displacement.names import EVERYBODY, Names, Parts
from results.displacement.pairs import WHAT
from results.layout.columns import text_column
from results.statistics.estimates import Estimate, estimate

Places = NDArray[np.int64]

ALL_WAITS = "all waits"
"""The subject of sums over all visits of a patient."""
_ORDER = {
    "comes": COMES,
    "what": WHAT,
    "users": USERS,
    "doing": DOINGS,
    "move": MOVES,
    "level": ("service", "sector"),
}
"""Columns whose texts have an order; other rows stand by their number."""
_STATES = ("a_state", "b_state")
"""Columns whose texts have one that decides between equal numbers."""


def people_table(counted: Mapping[int, Counts], names: Names, parts: Parts) -> pa.Table:
    """Return everybody, one row for each sort of patient in each replication."""
    numbers, columns = _joined({n: c.rows for n, c in counted.items()})
    by = columns["stream"] if parts.by_stream else columns["group"]
    return pa.table(
        {
            "replication": pa.array(numbers, pa.int32()),
            "people": text_column(parts.of[by], parts.names),
            "comes": text_column(columns["comes"], COMES),
            "what": text_column(columns["what"], WHAT),
            **_ends("a", columns["a"], names),
            **_ends("b", columns["b"], names),
            "stream": text_column(columns["stream"], names.streams),
            "group": text_column(columns["group"], names.groups),
            "patients": pa.array(columns["patients"], pa.int64()),
        }
    )


def _ends(side: str, codes: Places, names: Names) -> dict[str, pa.Array[Any]]:
    """Return the columns that say where patients ended in one run."""
    found, place = np.unique(codes, return_inverse=True)
    spelled = [_spelled(code, names) for code in found.tolist()]
    columns: dict[str, pa.Array[Any]] = {}
    for row, name in enumerate(_END_COLUMNS):
        texts = [texts[row] for texts in spelled]
        known = list(dict.fromkeys(text for text in texts if text is not None))
        at = [-1 if text is None else known.index(text) for text in texts]
        columns[f"{side}_{name}"] = text_column(np.array(at, np.int64)[place], known)
    return columns


_END_COLUMNS = ("end", "state", "service", "sector", "kind", "cause", "ending")


def _spelled(code: int, names: Names) -> tuple[str | None, ...]:
    """Return what an end is called, column by column."""
    if code < 0:
        return (None,) * len(_END_COLUMNS)
    end: End = end_of(code, names)
    service = names.services[end.service] if end.service >= 0 else None
    label = names.labels[service] if service else None
    cause = names.causes[end.cause] if end.cause >= 0 else None
    ending = names.endings[end.ending] if end.ending >= 0 else None
    state = STATES[end.state]
    words = end_words(state, service, cause, ending)
    sector, kind = (label.sector, label.kind) if label else (None, None)
    return words, state, service, sector, kind, cause, ending


def use_table(counted: Mapping[int, Counts], names: Names, parts: Parts) -> pa.Table:
    """Return who used which service and sector, by replication."""
    numbers, columns = _joined({n: _with_change(c.use) for n, c in counted.items()})
    is_sector, subject = columns["is_sector"], columns["subject"]
    at = np.where(is_sector == 1, subject + len(names.services), subject)
    return pa.table(
        {
            "replication": pa.array(numbers, pa.int32()),
            "people": text_column(columns["part"], (EVERYBODY, *parts.names)),
            "users": text_column(columns["users"], USERS),
            "level": text_column(is_sector, _ORDER["level"]),
            "subject": text_column(at, [*names.services, *names.sectors]),
            "doing": text_column(columns["doing"], DOINGS),
            "patients": pa.array(columns["patients"], pa.int64()),
            "visits": pa.array(columns["visits"], pa.int64()),
        }
    )


def _with_change(use: Mapping[str, Places]) -> dict[str, Places]:
    """Return who used what, and below it what those in both use more in B than in A."""
    rows = np.flatnonzero(np.isin(use["users"], (USERS_A, USERS_B)))
    sign = np.where(use["users"][rows] == USERS_B, 1, -1)
    change = {
        name: column[rows] * (sign if name in ("patients", "visits") else 1)
        for name, column in use.items()
    }
    change["users"] = np.full(len(rows), USERS_CHANGE)
    return {n: np.concatenate([column, change[n]]) for n, column in use.items()}


def waits_table(counted: Mapping[int, Counts], names: Names, parts: Parts) -> pa.Table:
    """Return by how much waits have changed, by replication; in days."""
    numbers, columns = _joined({n: c.waits for n, c in counted.items()})
    codes = {n: columns[n].astype(np.int64) for n in ("part", "subject", "move")}
    return pa.table(
        {
            "replication": pa.array(numbers, pa.int32()),
            "people": text_column(codes["part"], (EVERYBODY, *parts.names)),
            "subject": text_column(codes["subject"] + 1, [ALL_WAITS, *names.services]),
            "move": text_column(codes["move"], MOVES),
            "number": pa.array(columns["number"].astype(np.int64)),
            "mean": pa.array(columns["mean"]),
            **{
                f"percentile_{p}": pa.array(columns[f"percentile_{p}"])
                for p in PERCENTS
            },
        }
    )


def _joined(
    counted: Mapping[int, Mapping[str, NDArray[Any]]],
) -> tuple[Places, dict[str, NDArray[Any]]]:
    """Return the columns of all replications, one below the other."""
    first = next(iter(counted.values()))
    sizes = [len(next(iter(columns.values()))) for columns in counted.values()]
    numbers = np.repeat(list(counted), sizes)
    return numbers, {
        name: np.concatenate([columns[name] for columns in counted.values()])
        for name in first
    }


def over_replications(
    table: pa.Table,
    by: Sequence[str],
    numbers: Sequence[int],
    counts: Sequence[str],
    figures: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Return means over replications, with their intervals.

    Parameters
    ----------
    table : pyarrow.Table
        With a column `replication`.
    by : sequence of str
        Columns that stay.
    numbers : sequence of int
        All replications.
    counts : sequence of str
        Columns that are added up; 0 in a replication without such a row.
    figures : sequence of str
        Columns that have a value in some replications only, in one row each.

    Returns
    -------
    list of dict
        One for each row: the texts of `by`, and an `Estimate` for each other column.
    """
    named = (*counts, *figures)
    found = (
        table.group_by([*by, "replication"])
        .aggregate([(n, "sum") for n in named])
        .to_pydict()
    )
    cells: dict[tuple[Any, ...], dict[str, dict[int, float]]] = {}
    keys = zip(*(found[name] for name in by), strict=True) if by else None
    for row, number in enumerate(found["replication"]):
        key = next(keys) if keys else ()
        of = cells.setdefault(key, {name: {} for name in named})
        for name in named:
            of[name][number] = found[f"{name}_sum"][row]
    rows = [
        {
            **dict(zip(by, key, strict=True)),
            **{n: estimate([of[n].get(r, 0) for r in numbers]) for n in counts},
            **{
                n: estimate(list(dict(sorted(of[n].items())).values())) for n in figures
            },
        }
        for key, of in cells.items()
    ]
    return sorted(rows, key=lambda row: _place(row, by, counts[0]))


def _place(row: Mapping[str, Any], by: Sequence[str], count: str) -> tuple[Any, ...]:
    """Return where a row stands: by what has an order, the most first, by name."""
    ordered = [_ORDER[name].index(row[name]) for name in by if _is_ordered(row, name)]
    states = [STATES.index(row[n]) for n in by if n in _STATES and row[n] is not None]
    texts = tuple(str(row[name]) for name in by)
    return (row.get("people", ""), ordered, -row[count].mean, states, texts)


def _is_ordered(row: Mapping[str, Any], name: str) -> bool:
    return name in _ORDER and row[name] is not None


def as_table(
    rows: Sequence[Mapping[str, Any]], texts: Sequence[str], figures: Sequence[str]
) -> pa.Table:
    """Return rows as a table: `patients`, `patients_low`, `patients_high` ...

    Parameters
    ----------
    rows : sequence of mapping
    texts : sequence of str
        Names of the columns that hold texts.
    figures : sequence of str
        Of those that hold estimates; the ends of intervals are empty where there is one
        replication.
    """
    plain = [flat(row) for row in rows]
    ends = [f"{name}{end}" for name in figures for end in ("", "_low", "_high")]
    columns: list[tuple[str, pa.DataType]] = [(name, pa.string()) for name in texts]
    columns += [(name, pa.float64()) for name in ends]
    return pa.Table.from_pylist(plain, schema=pa.schema(columns))


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with estimates as plain values: `patients`, `patients_low` ..."""
    plain: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Estimate):
            ends = {"low": value.low, "high": value.high}
            plain |= {name: value.mean, **{f"{name}_{k}": v for k, v in ends.items()}}
        else:
            plain[name] = value
    return plain
