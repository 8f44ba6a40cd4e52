"""Run folders are read by libraries that know nothing of caresim, as plain Parquet.

Readers such as R's nanoparquet and Power BI know plain and dictionary encoding, the
usual types and snappy; what the files use is read from their own metadata.
"""

import json
import math
from datetime import date

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import results
from results.layout.columns import LAYOUTS
from tests.unit.results.folders import RECORDS, SHARED, recorded_run

PLAIN = {"PLAIN", "RLE", "RLE_DICTIONARY"}
TYPES = {
    ("INT32", "NONE"),
    ("INT64", "NONE"),
    ("DOUBLE", "NONE"),
    ("INT32", "DATE"),
    ("BYTE_ARRAY", "STRING"),
}
FILES = [*SHARED, *(f"{table}/replication-0002" for table in RECORDS)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return recorded_run().write(tmp_path_factory.mktemp("runs") / "run").path


def expected(folder, name):
    """Return the rows of a table, as the folder's own reader has them."""
    run, (table, _, part) = results.load(folder), name.partition("/")
    kept = run.records(table, 2) if part else getattr(run, table)
    return kept.to_pylist()


def plain(value):
    """Return a value without what a library makes of an empty cell or a date."""
    if (
        value is None
        or value is pd.NaT
        or (isinstance(value, float) and math.isnan(value))
    ):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value


@pytest.mark.parametrize("name", FILES)
def test_pandas_reads_every_table(folder, name):
    frame = pd.read_parquet(folder / f"{name}.parquet")
    rows = [
        {key: plain(value) for key, value in row.items()}
        for row in frame.to_dict("records")
    ]
    assert rows == expected(folder, name)


@pytest.mark.parametrize("name", FILES)
def test_polars_reads_every_table(folder, name):
    frame = pl.read_parquet(folder / f"{name}.parquet")
    assert frame.rows(named=True) == expected(folder, name)


@pytest.mark.parametrize("name", FILES)
def test_duckdb_reads_every_table(folder, name):
    with duckdb.connect() as database:
        found = database.execute(
            "SELECT * FROM read_parquet(?)", [str(folder / f"{name}.parquet")]
        )
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    assert rows == expected(folder, name)


def test_all_replications_of_a_table_of_patients_are_read_at_once(folder):
    pattern = str(folder / "visits" / "*.parquet")
    with duckdb.connect() as database:
        (count,) = database.execute(
            f"SELECT count(DISTINCT replication) FROM '{pattern}'"
        ).fetchone()
    assert count == 2
    assert pl.scan_parquet(pattern).collect().height == 6
    assert len(pd.read_parquet(folder / "visits")) == 6


def test_dates_are_dates_and_numbers_numbers_in_each_of_them(folder):
    series = folder / "series.parquet"
    assert pl.read_parquet(series).schema["date"] == pl.Date
    assert isinstance(pd.read_parquet(series)["date"].iloc[0], date)
    with duckdb.connect() as database:
        kinds = database.execute(f"DESCRIBE SELECT * FROM '{series}'").fetchall()
    assert dict(row[:2] for row in kinds) == {
        "replication": "INTEGER",
        "date": "DATE",
        "service": "VARCHAR",
        "waiting": "INTEGER",
        "in_use": "INTEGER",
        "open": "INTEGER",
    }


@pytest.mark.parametrize("name", FILES)
def test_nothing_in_a_file_is_beyond_a_plain_reader(folder, name):
    with pq.ParquetFile(folder / f"{name}.parquet") as file:
        about, schema = file.metadata, file.schema
    assert about.format_version == "2.6"
    for number in range(len(schema)):
        column = schema.column(number)
        kind = column.physical_type, column.logical_type.type
        assert kind in TYPES, column
        assert column.max_repetition_level == 0, "no lists"
        assert column.max_definition_level <= 1, "no structures"
    table = name.partition("/")[0]
    for row_group in range(about.num_row_groups):
        for number in range(about.num_columns):
            chunk = about.row_group(row_group).column(number)
            assert set(chunk.encodings) <= PLAIN, chunk
            assert chunk.compression == ("ZSTD" if table in RECORDS else "SNAPPY")
            assert chunk.is_stats_set


@pytest.mark.parametrize("name", FILES)
def test_units_and_descriptions_stand_in_the_metadata_of_the_file(folder, name):
    file = folder / f"{name}.parquet"
    kept = pq.read_schema(file).metadata
    assert set(kept) == {b"caresim"}
    about = json.loads(kept[b"caresim"])
    table = name.partition("/")[0]
    assert (about["table"], about["format"]) == (table, 1)
    assert list(about["columns"]) == sorted(c.name for c in LAYOUTS[table])
    assert all(column["description"] for column in about["columns"].values())
    assert json.loads(pl.read_parquet_metadata(file)["caresim"]) == about
    with duckdb.connect() as database:
        (text,) = database.execute(
            "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = ?",
            [str(file), "caresim"],
        ).fetchone()
    assert json.loads(text) == about


def test_times_have_their_unit_in_the_metadata():
    for table, columns in LAYOUTS.items():
        for column in columns:
            if column.type == "float64" and table != "measures":
                assert column.unit.startswith("days"), (table, column.name)


def test_each_replication_begins_a_row_group_of_its_own(folder):
    for table in SHARED:
        about = pq.read_metadata(folder / f"{table}.parquet")
        numbers = [
            about.row_group(row).column(0).statistics
            for row in range(about.num_row_groups)
        ]
        assert [(n.min, n.max) for n in numbers] == [(1, 1), (2, 2)]


@pytest.mark.parametrize("name", FILES)
def test_pages_carry_checksums_that_find_a_bit_turned_over(folder, name, tmp_path):
    source = folder / f"{name}.parquet"
    content = source.read_bytes()
    chunk = pq.read_metadata(source).row_group(0).column(0)
    last = chunk.data_page_offset + chunk.total_compressed_size - 1
    harmed = tmp_path / "harmed.parquet"
    harmed.write_bytes(
        content[:last] + bytes([content[last] ^ 1]) + content[last + 1 :]
    )
    with pytest.raises((OSError, pa.ArrowException), match=r"(?i)crc"):
        pq.read_table(harmed, page_checksum_verification=True)


def test_buckets_of_waits_are_at_most_one_hundredth_of_their_times_wide():
    from kernels.buckets import bucket, bucket_edges
    from kernels.layout import DAY

    fine, last = 128 * 65_536, bucket(60 * 366 * DAY)
    numbers = np.arange(last + 1)
    lower, upper = bucket_edges(numbers)
    assert (lower[2:] == upper[1:-1]).all(), "no time lies between two buckets"
    wide = upper - lower
    assert (wide[lower >= fine] <= lower[lower >= fine] / 128).all()
    assert (wide[lower < fine] <= 65_536).all(), "below 8.4 s: 0.066 s"
    assert upper[-1] > 60 * 366 * DAY
