"""Whether replications that were simulated again are those which a folder holds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from results.folder.contents import file_digest
from results.folder.manifest import TABLES
from results.folder.parquet import (
    Table,
    by_replication,
    measured_groups,
    read_replication,
    write_table,
)
from results.layout.columns import RECORDS, schema
from results.layout.labels import Labels
from results.layout.piecewise import PiecewiseTable
from results.shelf.verification import Check, listed
from results.tables.building import built, record_name, recorded
from results.tables.sameness import Unlike, first_difference

if TYPE_CHECKING:
    from kernels.layout import Records
    from kernels.tallies import Tallies

Again = Mapping[str, Table]
"""The tables of the replications that were simulated again, by name."""


def replayed(
    path: Path,
    manifest: Mapping[str, Any],
    tallies: Mapping[int, Tallies],
    records: Mapping[int, Records],
) -> Again:
    """Return the tables that replications give which were simulated again.

    Parameters
    ----------
    path : Path
        A run folder whose tables have their digests.
    manifest : mapping
    tallies : mapping of int to Tallies
        By number of the replication, ascending.
    records : mapping of int to Records
        Likewise; empty where nothing was recorded.
    """
    labels = Labels.from_dict(manifest["labels"])
    # Which groups have rows depends on the replications that are not simulated, too.
    seen = measured_groups(path / "measures.parquet")
    makers = {**built(labels, tallies, seen), **recorded(labels, records)}
    return {
        name: make if isinstance(make, PiecewiseTable) else make()
        for name, make in makers.items()
    }


def replay_checks(
    path: Path, manifest: Mapping[str, Any], numbers: Sequence[int], again: Again
) -> list[Check]:
    """Return whether the tables of some replications are those in a folder.

    Parameters
    ----------
    path : Path
    manifest : mapping
    numbers : sequence of int
        The replications that were simulated again, ascending.
    again : mapping
        What they give.

    Returns
    -------
    list of Check
        Rows are compared bit by bit; files that hold these replications and no
        others, byte by byte as well.
    """
    ours = {record_name(table, n) for table in RECORDS for n in numbers}
    names = [n for n in manifest["tables"] if n in TABLES or n in ours]
    checks, same = [], []
    for name in names:
        said = _difference(path, name, numbers, again)
        if said is None:
            same.append(name)
        else:
            checks.append(Check("replay", False, said))
    return [*checks, *_sameness(manifest, numbers, again, same)]


def _difference(
    path: Path, name: str, numbers: Sequence[int], again: Again
) -> str | None:
    """Return in words where a table first differs from what a replay gives."""
    table, _, part = name.partition("/")
    if name not in again:
        return f"{name} is in the folder, but the replay records no such table."
    if part:
        numbers = [number for number in numbers if name == record_name(table, number)]
    nothing = schema(table).empty_table()
    parts = _parts(again[name])
    number, rows = next(parts, (0, nothing))
    for wanted in numbers:
        kept = read_replication(path / f"{name}.parquet", table, wanted)
        found = first_difference(kept, rows if number == wanted else nothing)
        if found is not None:
            return _in_words(name, wanted, found)
        if number == wanted:
            number, rows = next(parts, (0, nothing))
    return None


def _parts(table: Table) -> Iterator[tuple[int, pa.Table]]:
    """Yield the rows of each replication that has any, with its number."""
    for part in by_replication(table):
        yield int(part.column("replication")[0].as_py()), part


def _in_words(name: str, number: int, found: Unlike) -> str:
    """Say where a table differs."""
    about = [str(v) for v in found.about.values() if isinstance(v, str)]
    where = f"{name}, replication {number}"
    if not found.column:
        kept, simulated = found.values
        return f"{where} has {kept:,} rows, and {simulated:,} if simulated again."
    kept, simulated = found.values
    return (
        f"{where}, row {found.row + 1:,} ({', '.join(about)}): {found.column} is "
        f"{kept!r}, and {simulated!r} if simulated again."
    )


def _sameness(
    manifest: Mapping[str, Any], numbers: Sequence[int], again: Again, same: list[str]
) -> Iterator[Check]:
    """Say of the tables whose rows are the same whether their bytes are, too."""
    whole = list(numbers) == manifest["replications"]
    complete = [name for name in same if whole or name not in TABLES]
    equal = [name for name in complete if _has_bytes(manifest, name, again[name])]
    rows = [name for name in same if name not in complete]
    if rows:
        said = f"The rows of {listed(rows)} are the same to the last bit."
        yield Check("replay", True, said)
    if equal:
        said = f"The same bytes come out again for {listed(equal)}."
        yield Check("replay", True, said)
    others = [name for name in complete if name not in equal]
    if others:
        said = (
            f"The rows of {listed(others)} are the same to the last bit, the bytes of "
            "the files are not: this version of pyarrow writes them otherwise."
        )
        yield Check("replay", True, said)


def _has_bytes(manifest: Mapping[str, Any], name: str, table: Table) -> bool:
    """Return whether a table comes out as the bytes that the manifest promises."""
    with tempfile.TemporaryDirectory(prefix="caresim-") as folder:
        file = Path(folder) / "again.parquet"
        write_table(file, name.partition("/")[0], table)
        return file_digest(file) == str(manifest["tables"][name]["sha256"])
