"""Columns of texts in tables: as numbers, and the rows that have a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def coded(column: pa.ChunkedArray[Any]) -> tuple[NDArray[np.int64], list[str]]:
    """Return a text column as numbers, and what they stand for.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        By dictionary.
    """
    texts: dict[str, int] = {}
    parts = [np.zeros(0, dtype=np.int64)]
    for chunk in column.chunks:
        if not isinstance(chunk, pa.DictionaryArray):
            raise TypeError(f"a column of {chunk.type} holds no texts")
        spelled = [str(text) for text in chunk.dictionary.to_pylist()]
        known = [texts.setdefault(text, len(texts)) for text in spelled]
        codes = chunk.indices.to_numpy(zero_copy_only=False)
        parts.append(np.array(known, dtype=np.int64)[codes])
    return np.concatenate(parts), list(texts)


def rows(table: pa.Table, **conditions: str) -> pa.Table:
    """Return the rows in which text columns have given values.

    Parameters
    ----------
    table : pyarrow.Table
    **conditions : str
        The value wanted in the column of that name.
    """
    if not conditions:
        return table
    batches = [_rows(batch, conditions) for batch in table.to_batches()]
    return pa.Table.from_batches(batches, table.schema)


def _rows(batch: pa.RecordBatch, conditions: Mapping[str, str]) -> pa.RecordBatch:
    """Return the rows of one piece of a table.

    The column with most texts comes first: the others are looked at only where it has
    left something.
    """
    columns: list[tuple[pa.DictionaryArray[Any, Any], str]] = []
    for name, value in conditions.items():
        column = batch.column(name)
        if not isinstance(column, pa.DictionaryArray):
            raise TypeError(f"a column of {column.type} holds no texts")
        columns.append((column, value))
    columns.sort(key=lambda pair: -len(pair[0].dictionary))
    left = np.arange(batch.num_rows)
    for number, (column, value) in enumerate(columns):
        place = column.dictionary.index(value).as_py()
        codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        some = codes[left] if number else codes
        left = left[some == place] if place >= 0 else left[:0]
    return batch.take(pa.array(left, pa.int64()))


def is_one_of(column: pa.ChunkedArray[Any], values: Iterable[str]) -> NDArray[np.bool_]:
    """Return where a text column has one of some values.

    Parameters
    ----------
    column : pyarrow.ChunkedArray
        By dictionary, so that no row is spelled out.
    values : iterable of str
    """
    wanted = list(values)
    chunks = [_is(chunk, wanted) for chunk in column.chunks]
    return np.concatenate([np.zeros(0, dtype=np.bool_), *chunks])


def _is(chunk: pa.Array[Any], values: Sequence[str]) -> NDArray[np.bool_]:
    """Return where a column has one of some values."""
    if not isinstance(chunk, pa.DictionaryArray):
        raise TypeError(f"a column of {chunk.type} holds no texts")
    places = [chunk.dictionary.index(value).as_py() for value in values]
    known = np.zeros(len(chunk.dictionary) + 1, dtype=np.bool_)
    known[[place for place in places if place >= 0]] = True
    # An empty cell has the code -1, which is the last place and stays False.
    codes = chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.asarray(known[codes])
