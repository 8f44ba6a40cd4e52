"""Run folders on disk: what lies in them, and whether it is whole."""

from __future__ import annotations

import errno
import hashlib
import stat
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from results.errors import ResultError
from results.manifest import LARGEST_JSON, MANIFEST, TABLES, checked, json_map
from results.parquet import read_table

LOG = "log.json"

Tables = Mapping[str, Callable[[], pa.Table]]
"""How to get each table, by its name in the folder without `.parquet`."""


def is_run_folder(path: Path) -> bool:
    """Return whether a folder holds a run, of whatever format.

    Parameters
    ----------
    path : Path
    """
    try:
        content = _json(path, MANIFEST)
    except ResultError:
        return False
    return {"caresim", "format"} <= content.keys()


def open_folder(path: Path) -> tuple[dict[str, Any], dict[str, Any], Tables]:
    """Return the manifest, the log and the tables of a run folder.

    That every table is there in full length is checked now, and the digests of the
    tables that every folder has; those of records of patients when they are read.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ResultError
        If there is no run folder, or it is damaged or of a newer format.
    """
    manifest = read_manifest(path)
    log = read_log(path)
    tables = {}
    for name, entry in manifest["tables"].items():
        check = table_problem if name in TABLES else file_problem
        problem = check(path, name, entry)
        if problem is not None:
            raise ResultError(f"{path}: {problem}")
        tables[name] = partial(_table, path, name, entry)
    return manifest, log, tables


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of a run folder.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ResultError
        If it cannot be read, or is no manifest of a format known here.
    """
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise ResultError(f"{path}: there is no such run folder") from None
    except OSError as error:
        raise ResultError(f"{path}: cannot be read: {error.strerror}") from error
    if not is_folder:
        raise ResultError(f"{path}: is a file; a run is a folder")
    return checked(path, _json(path, MANIFEST))


def read_log(path: Path) -> dict[str, Any]:
    """Return the log of a run folder: what may differ between equal runs.

    Raises
    ------
    ResultError
        If it cannot be read.
    """
    return _json(path, LOG)


def files_of(manifest: Mapping[str, Any]) -> list[str]:
    """Return the names of all files of a run, the manifest first, the log last."""
    return [MANIFEST, *(f"{name}.parquet" for name in manifest["tables"]), LOG]


def other_files(path: Path, manifest: Mapping[str, Any]) -> list[str]:
    """Return what lies in a run folder and is no part of the run.

    Parameters
    ----------
    path : Path
    manifest : mapping

    Returns
    -------
    list of str
        Paths within the folder; folders only if they are empty or links.
    """
    known = {*files_of(manifest), *(n.partition("/")[0] for n in manifest["tables"])}
    found = []
    for entry in sorted(path.rglob("*")):
        name = entry.relative_to(path).as_posix()
        is_folder = entry.is_dir() and not entry.is_symlink()
        if name not in known and not (is_folder and any(entry.iterdir())):
            found.append(name)
    return found


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json(path: Path, name: str) -> dict[str, Any]:
    """Read a map from a JSON file of a run folder."""
    try:
        text = _text(path / name)
    except FileNotFoundError:
        raise ResultError(f"{path}: is no whole run folder: it has no {name}") from None
    except OSError as error:
        raise ResultError(f"{path}: {name} cannot be read: {error.strerror}") from error
    return json_map(path, name, text)


def _text(file: Path) -> bytes:
    """Read a file; a pipe, which would be waited for for ever, is none."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise OSError(errno.EINVAL, "it is no file")
    with file.open("rb") as stream:
        return stream.read(LARGEST_JSON + 1)


def file_problem(path: Path, name: str, entry: Mapping[str, Any]) -> str | None:
    """Return why a table is not there in full length, None if it is.

    Parameters
    ----------
    path : Path
        The run folder.
    name : str
        Of the table, without `.parquet`.
    entry : mapping
        What the manifest says of it.
    """
    file = path / f"{name}.parquet"
    try:
        found = file.stat()
    except OSError as error:
        return f"{name}.parquet cannot be read: {error.strerror}"
    if not stat.S_ISREG(found.st_mode):
        return f"{name}.parquet is damaged: it is no file"
    if found.st_size != entry["bytes"]:
        return (
            f"{name}.parquet is damaged: it has {found.st_size:,} bytes, "
            f"not {entry['bytes']:,}"
        )
    return None


def table_problem(path: Path, name: str, entry: Mapping[str, Any]) -> str | None:
    """Return why a table is not there with the bytes noted, None if it is.

    Parameters
    ----------
    path : Path
        The run folder.
    name : str
        Of the table, without `.parquet`.
    entry : mapping
        What the manifest says of it.
    """
    problem = file_problem(path, name, entry)
    if problem is not None:
        return problem
    try:
        if file_digest(path / f"{name}.parquet") == entry["sha256"]:
            return None
    except OSError as error:
        return f"{name}.parquet cannot be read: {error.strerror}"
    return f"{name}.parquet is damaged: its bytes are not those of the manifest"


def _table(path: Path, name: str, entry: Mapping[str, Any]) -> pa.Table:
    """Read a table whose bytes are those that the manifest promises."""
    file = path / f"{name}.parquet"
    problem = table_problem(path, name, entry)
    if problem is not None:
        raise ResultError(f"{path}: {problem}")
    try:
        return read_table(file, name.partition("/")[0])
    except (OSError, ValueError, pa.ArrowException) as error:
        reason = _first_line(error)
        raise ResultError(f"{path}: {name}.parquet is damaged: {reason}") from error


def _first_line(error: Exception) -> str:
    """Return the first line of what a library says."""
    return str(error).partition("\n")[0]
