"""Run folders are written whole or not at all.

A folder is written under a temporary name beside its place,
`.NAME.unfinished-HOST-PROCESS-N`, and moved there in one step. Whoever writes the same
folder later removes what dead processes of the same machine left behind.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from results import processes
from results.errors import ResultError
from results.folder import LOG, MANIFEST, file_digest, is_run_folder
from results.parquet import Table, write_table

_AT_ONCE = 3
"""How many tables are written at the same time."""
_numbers = itertools.count(1)


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
        Plain data; what is said of the tables is added.
    log : mapping
        Plain data.
    tables : iterable of (str, pyarrow.Table or Pieces)
        By name without `.parquet`; taken one after the other, so that all need not be
        in memory at once.
    replace : bool
        Whether a run folder that is there already gives way.

    Raises
    ------
    ResultError
        If the place is taken or the disk refuses; nothing is left behind then.
    """
    path = Path(path).absolute()
    with _one_line(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        clean_up(path)
        _check_place(path, replace=replace)
        with _unfinished(path) as temporary:
            _fill(temporary, manifest, log, tables)
            _move(temporary, path)


def _check_place(path: Path, *, replace: bool) -> None:
    """Refuse to write over anything but, if asked for, a run folder."""
    if not os.path.lexists(path):
        return
    if not replace:
        raise ResultError(
            f"{path}: is there already; choose another name or replace it"
        )
    if path.is_symlink() or not is_run_folder(path):
        raise ResultError(f"{path}: is no run folder and will not be replaced")


@contextmanager
def _one_line(path: Path) -> Iterator[None]:
    """Turn what the disk says into one sentence."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error).splitlines()[0]
        raise ResultError(f"{path}: cannot be written: {reason}") from error


@contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """Make the temporary folder, and remove it unless it has moved."""
    temporary = _beside(path, "unfinished")
    temporary.mkdir()
    processes.ours.add(temporary)
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        processes.ours.discard(temporary)


def _beside(path: Path, state: str) -> Path:
    """Return a new hidden name beside a folder that tells whose it is."""
    owner = f"{processes.owner()}-{next(_numbers)}"
    return path.with_name(f".{path.name}.{state}-{owner}")


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
    _write_json(temporary / MANIFEST, _ordered({**manifest, "tables": entries}))
    for folder in {temporary, *((temporary / name).parent for name in entries)}:
        _sync(folder)


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


def _move(temporary: Path, path: Path) -> None:
    """Move a finished folder to its place; an old one steps aside until it is there."""
    if not path.exists():
        temporary.rename(path)
        _sync(path.parent)
        return
    aside = _beside(path, "replaced")
    processes.ours.add(aside)
    path.rename(aside)
    try:
        temporary.rename(path)
        _sync(path.parent)
    finally:
        _settle(aside, path)
        processes.ours.discard(aside)


def _settle(aside: Path, path: Path) -> None:
    """Put an old folder back, or remove it where the new one has come."""
    if path.exists():
        shutil.rmtree(aside, ignore_errors=True)
    else:
        aside.rename(path)


def _sync(folder: Path) -> None:
    """Wait until the disk has the names in a folder, where the system can say so."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network disks cannot do this for folders.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def clean_up(path: Path) -> None:
    """Remove what dead processes left beside a folder; put back what they moved aside.

    Parameters
    ----------
    path : Path
        The folder that they were writing.
    """
    for left in sorted(path.parent.iterdir()):
        if not processes.is_abandoned(left, path.name):
            continue
        if left.name.startswith(f".{path.name}.replaced-"):
            _settle(left, path)
        else:
            shutil.rmtree(left, ignore_errors=True)
