"""A unit of work as a file: some replications of a run, whole or not readable at all.

The first line is the SHA-256 of all that follows: an Arrow stream with a row for each
array of each replication, and what else is known in the metadata of its schema.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kernels.buckets import Buckets
from kernels.layout import Records
from kernels.tallies import Tallies
from results.errors import ResultError
from simulator.replication import Replication

Array = NDArray[Any]
FORMAT = 1
_DIGEST = 64
_FIELDS: dict[str, pa.DataType] = {
    "replication": pa.int32(),
    "part": pa.string(),
    "type": pa.string(),
    "shape": pa.list_(pa.int64()),
    "bytes": pa.large_binary(),
}
_OPTIONS = pa.ipc.IpcWriteOptions(compression="zstd")
_KEY = b"caresim"
_TOGETHER = 4_000_000
"""Bytes of replications that are written together."""


class NotWholeError(ResultError):
    """Bytes that are not those of a unit that was written."""


class Unit(NamedTuple):
    """Some replications of one run."""

    key: str
    """Of the run."""
    log: Mapping[str, Any]
    """How they were made; what may differ between equal units."""
    replications: tuple[Replication, ...]
    """In the order of their numbers."""


def encoded(unit: Unit) -> bytes:
    """Return the bytes of a unit's file."""
    head = {
        "format": FORMAT,
        "key": unit.key,
        "log": dict(unit.log),
        "seconds": {r.number: [r.seconds, r.cpu_seconds] for r in unit.replications},
    }
    metadata: dict[bytes | str, bytes | str] = {_KEY: json.dumps(head, sort_keys=True)}
    schema = pa.schema(_FIELDS, metadata)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema, options=_OPTIONS) as stream:
        for batch in _batches(unit.replications, schema):
            stream.write_batch(batch)
    body = sink.getvalue().to_pybytes()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def decoded(content: bytes) -> Unit:
    """Return the unit that a file holds.

    Raises
    ------
    NotWholeError
        If the bytes are not those that were written.
    ResultError
        If they are of a newer caresim. Messages go on after the name of the file.
    """
    digest, body = content[:_DIGEST], memoryview(content)[_DIGEST + 1 :]
    if hashlib.sha256(body).hexdigest().encode() != digest:
        raise NotWholeError("is damaged: its bytes are not those that were written")
    with pa.ipc.open_stream(pa.py_buffer(body)) as stream:
        head = json.loads(stream.schema.metadata[_KEY])
        if head["format"] > FORMAT:
            raise ResultError(
                f"has format {head['format']}, written by a newer caresim: update it"
            )
        replications = [
            replication
            for batch in stream
            for replication in _replications(batch, head["seconds"])
        ]
    return Unit(head["key"], head["log"], tuple(replications))


def _batches(
    replications: Sequence[Replication], schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of replications, small ones together: each batch takes time."""
    rows: list[tuple[Any, ...]] = []
    size = 0
    for place, replication in enumerate(replications):
        for name, array in _parts(replication):
            content = array.tobytes()
            size += len(content)
            kind = _described(array.dtype)
            rows.append((replication.number, name, kind, array.shape, content))
        if size >= _TOGETHER or place == len(replications) - 1:
            columns = map(list, zip(*rows, strict=True))
            named = dict(zip(schema.names, columns, strict=True))
            yield pa.record_batch(named, schema=schema)
            rows, size = [], 0


@functools.lru_cache(maxsize=256)
def _described(dtype: np.dtype[Any]) -> str:
    """Return a type of numbers as it is written."""
    return json.dumps(np.lib.format.dtype_to_descr(dtype))


def _parts(replication: Replication) -> Iterator[tuple[str, Array]]:
    """Yield all arrays of a replication by their names."""
    *counts, buckets = replication.tallies
    yield from zip(Tallies._fields, counts, strict=False)
    yield from ((f"buckets.{k}", v) for k, v in buckets._asdict().items())
    if replication.records is not None:
        for name, rows in replication.records._asdict().items():
            yield f"records.{name}", rows


def _replications(
    batch: pa.RecordBatch, seconds: Mapping[str, Sequence[float]]
) -> Iterator[Replication]:
    """Yield the replications that some rows hold."""
    arrays: dict[int, dict[str, Array]] = {}
    numbers, names = batch.column(0).to_pylist(), batch.column(1).to_pylist()
    columns = [batch.column(i) for i in range(2, 5)]
    for number, name, *rest in zip(numbers, names, *columns, strict=True):
        arrays.setdefault(number, {})[name] = _array(*rest)
    for number, of_one in arrays.items():
        yield _replication(number, of_one, seconds[str(number)])


def _replication(
    number: int, arrays: Mapping[str, Array], seconds: Sequence[float]
) -> Replication:
    """Return the replication of some arrays."""
    buckets = Buckets(*(arrays[f"buckets.{name}"] for name in Buckets._fields))
    counts = {name: arrays[name] for name in Tallies._fields if name != "buckets"}
    records = None
    if "records.visits" in arrays:
        records = Records(*(arrays[f"records.{name}"] for name in Records._fields))
    return Replication(number, Tallies(**counts, buckets=buckets), records, *seconds)


def _array(kind: Any, shape: Any, content: Any) -> Array:
    """Return an array; it may be read, not changed."""
    whole: Array = np.frombuffer(content.as_buffer(), _type(str(kind)))
    return whole.reshape(shape.as_py())


@functools.lru_cache(maxsize=256)
def _type(kind: str) -> np.dtype[Any]:
    """Return the type of numbers that was written."""
    description = json.loads(kind)
    if isinstance(description, list):
        description = [(n, d, *map(tuple, size)) for n, d, *size in description]
    # numpy's own reader leaves out what only fills the gaps between fields.
    return np.lib.format.descr_to_dtype(description)
