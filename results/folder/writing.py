"""The files of a run folder: tables, then the log, and last the manifest."""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from results.folder.contents import LOG, file_digest
from results.folder.manifest import MANIFEST, signed
from results.folder.parquet import Table, write_table
from results.folder.placement import new_folder, sync

_AT_ONCE = 3
"""How many tables are written at the same time."""


def write(
    path: Path,
    manifest: Mapping[str, Any],
    log: Mapping[str, Any],
    tables: Iterable[tuple[str, Table]],
    *,
    replace: bool = False,
) -> None:
    """Write a run folder, whole or not at all.

    Parameters
    ----------
    path : Path
        Its parents are made if need be.
    manifest : mapping
        Plain data; what is said of the tables, and its own digest, are added.
    log : mapping
        Plain data.
    tables : iterable of (str, pyarrow.Table or PiecewiseTable)
        By name without `.parquet`; taken one after the other, so that all need not be
        in memory at once.
    replace : bool
        Whether a run folder that is there already gives way.

    Raises
    ------
    ResultError
        If the place is taken or the disk refuses; nothing is left behind then.
    """
    with new_folder(Path(path), replace=replace) as temporary:
        _fill(temporary, manifest, log, tables)


def _fill(
    temporary: Path,
    manifest: Mapping[str, Any],
    log: Mapping[str, Any],
    tables: Iterable[tuple[str, Table]],
) -> None:
    """Write all files; the manifest comes last."""
    entries: dict[str, dict[str, object]] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for some in _batched(tables):
            written = [pool.submit(_entry, temporary, *table) for table in some]
            for (name, _), future in zip(some, written, strict=True):
                entries[name] = future.result()
    _write_json(temporary / LOG, _sorted(log))
    whole = _ordered({**manifest, "tables": entries})
    _write_json(temporary / MANIFEST, signed(whole))
    for folder in {temporary, *((temporary / name).parent for name in entries)}:
        sync(folder)


def _entry(temporary: Path, name: str, table: Table) -> dict[str, object]:
    """Write a table; return what the manifest says of it."""
    file = temporary / f"{name}.parquet"
    file.parent.mkdir(exist_ok=True)
    rows = write_table(file, name.partition("/")[0], table)
    return {
        "bytes": file.stat().st_size,
        "rows": rows,
        "sha256": file_digest(file),
    }


def _batched(
    tables: Iterable[tuple[str, Table]],
) -> Iterator[list[tuple[str, Table]]]:
    """Yield tables a few at a time, as they may be large."""
    tables = iter(tables)
    while some := list(itertools.islice(tables, _AT_ONCE)):
        yield some


def _ordered(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Sort the keys of a manifest, but not those inside the scenario.

    The order in which a scenario lists destinations decides who goes where.
    """
    parts = {k: v if k == "scenario" else _sorted(v) for k, v in manifest.items()}
    return dict(sorted(parts.items()))


def _sorted(content: Any) -> Any:
    """Sort the keys of plain data at all depths."""
    return json.loads(json.dumps(content, sort_keys=True, allow_nan=False))


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write plain data."""
    text = json.dumps(content, indent=1, allow_nan=False)
    with path.open("x", encoding="ascii", newline="\n") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
