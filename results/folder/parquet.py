"""Tables as Parquet files: the same table gives the same bytes, readable everywhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from results.layout.columns import RECORDS, description, file_schema, schema, texts
from results.layout.piecewise import ROWS, PiecewiseTable

Table = pa.Table | PiecewiseTable


def write_table(path: Path, name: str, table: Table) -> int:
    """Write a table to a new file, wait until the disk has it; return its rows.

    Parameters
    ----------
    path : Path
    name : str
        Which table of `columns.LAYOUTS` it is.
    table : pyarrow.Table or PiecewiseTable
        Ascending by replication.
    """
    rows = 0
    with path.open("xb") as file:
        writer = pq.ParquetWriter(
            file,
            # Texts stay coded as they are in memory; readers see plain texts.
            schema(name),
            # Power BI is not known to read zstd; records of patients are too large
            # for it anyway.
            compression="zstd" if name in RECORDS else "snappy",
            use_dictionary=[*texts(name), *_FEW.get(name, ())],  # type: ignore[arg-type]
            write_page_checksum=True,
            store_schema=False,
        )
        with writer:
            writer.add_key_value_metadata({"caresim": description(name)})
            for part in _pieces(table):
                rows += part.num_rows
                writer.write_table(part.cast(schema(name)), row_group_size=ROWS)
        file.flush()
        os.fsync(file.fileno())
    return rows


def read_table(path: Path, name: str) -> pa.Table:
    """Read a table.

    Parameters
    ----------
    path : Path
    name : str
        Which table of `columns.LAYOUTS` it is.

    Raises
    ------
    ValueError
        If its columns are others; damaged files raise what pyarrow raises.
    """
    if not pq.read_schema(path).equals(file_schema(name)):
        raise ValueError(f"its columns are not those of {name}")
    with pq.ParquetFile(
        path, read_dictionary=texts(name), page_checksum_verification=True
    ) as file:
        return file.read().cast(schema(name))


def read_replication(path: Path, name: str, replication: int) -> pa.Table:
    """Read the rows of one replication, without the others.

    Parameters
    ----------
    path : Path
    name : str
        Which table of `columns.LAYOUTS` it is.
    replication : int
    """
    with pq.ParquetFile(
        path, read_dictionary=texts(name), page_checksum_verification=True
    ) as file:
        groups = [
            row
            for row in range(file.metadata.num_row_groups)
            if _replication_of(file.metadata.row_group(row)) == replication
        ]
        return file.read_row_groups(groups).cast(schema(name))


def _replication_of(group: pq.RowGroupMetaData) -> int:
    """Return whose rows a row group holds; our files have statistics."""
    statistics = group.column(0).statistics
    return -1 if statistics is None else int(statistics.min or -1)


def measured_groups(path: Path) -> frozenset[tuple[str, str, str]]:
    """Return which kind, subject and group have rows in a table of measures.

    Parameters
    ----------
    path : Path
    """
    columns = ["kind", "subject", "group"]
    with pq.ParquetFile(path, read_dictionary=columns) as file:
        table = file.read(columns=columns)
    found = table.group_by(columns).aggregate([]).to_pydict()
    return frozenset(zip(*(found[name] for name in columns), strict=True))


_FEW = {"waits": ("lower", "upper")}
"""Number columns with few different values."""


def by_replication(table: Table) -> Iterator[pa.Table]:
    """Cut a table where the replication changes; each part is in one piece.

    Parameters
    ----------
    table : pyarrow.Table or PiecewiseTable
        Ascending by replication.

    Yields
    ------
    pyarrow.Table
    """
    for _, some in groupby(_pieces(table), _replication):
        yield pa.concat_tables(list(some)).combine_chunks()


def _replication(part: pa.Table) -> int:
    """Return whose rows a part of a table holds."""
    return int(part.column("replication")[0].as_py())


def _pieces(table: Table) -> Iterator[pa.Table]:
    """Yield a table piece by piece, each of one replication."""
    for piece in [table] if isinstance(table, pa.Table) else table:
        yield from _cut(piece)


def _cut(table: pa.Table) -> Iterator[pa.Table]:
    """Cut a table where the replication changes."""
    numbers = table.column("replication").to_numpy()
    edges = np.flatnonzero(np.diff(numbers)) + 1
    for low, high in zip([0, *edges], [*edges, len(numbers)], strict=True):
        if high > low:
            yield table.slice(int(low), int(high - low)).combine_chunks()
