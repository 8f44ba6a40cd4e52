"""Where two tables differ: row by row, to the last bit."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Column: TypeAlias = "pa.ChunkedArray[Any]"


class Unlike(NamedTuple):
    """The first place at which two tables differ."""

    row: int
    """From 0."""
    column: str
    """Empty: one table is longer."""
    about: dict[str, object]
    """What stands in the row of the first table, or of the longer one."""
    values: tuple[object, object]


def first_difference(one: pa.Table, other: pa.Table) -> Unlike | None:
    """Return where two tables of the same columns differ first, None if nowhere.

    Parameters
    ----------
    one, other : pyarrow.Table
        Texts by dictionary; it does not matter by which.

    Returns
    -------
    Unlike or None
        Numbers are compared bit by bit: 0.0 is not -0.0.
    """
    rows = min(one.num_rows, other.num_rows)
    found: tuple[int, str] | None = None
    for name in one.column_names:
        places = np.flatnonzero(
            _differ(one.column(name)[:rows], other.column(name)[:rows])
        )
        if len(places) and (found is None or places[0] < found[0]):
            found = int(places[0]), name
    if found is not None:
        row, name = found
        values = one.column(name)[row].as_py(), other.column(name)[row].as_py()
        return Unlike(row, name, _row(one, row), values)
    if one.num_rows == other.num_rows:
        return None
    longer = one if one.num_rows > rows else other
    return Unlike(rows, "", _row(longer, rows), (one.num_rows, other.num_rows))


def _row(table: pa.Table, row: int) -> dict[str, object]:
    """Return one row as plain values."""
    (plain,) = table.slice(row, 1).to_pylist()
    return plain


def _differ(one: Column, other: Column) -> NDArray[np.bool_]:
    """Return in which rows two columns differ."""
    if not len(one):
        return np.zeros(0, np.bool_)
    if pa.types.is_dictionary(one.type):
        # One dictionary for both, so that no text needs to be spelt out.
        both: Any = pa.chunked_array([*one.chunks, *other.chunks])
        codes: Column = pa.chunked_array(
            [chunk.indices for chunk in both.unify_dictionaries().chunks]
        )
        one, other = codes[: len(one)], codes[len(one) :]
    empty = [column.is_null().to_numpy() for column in (one, other)]
    bits = [_bits(column) for column in (one, other)]
    return np.asarray((empty[0] != empty[1]) | (bits[0] != bits[1]))


def _bits(column: Column) -> NDArray[Any]:
    """Return the values of a column, numbers with a point by their bits; empty is 0."""
    if pa.types.is_date(column.type):
        column = column.cast(pa.int32())
    values = column.fill_null(pa.scalar(0, column.type)).to_numpy()
    return values.view(np.int64) if values.dtype == np.float64 else values
