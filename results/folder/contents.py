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
from results.folder.disk import first_line, refusals_told
from results.folder.manifest import LARGEST_JSON, MANIFEST, TABLES, checked, json_map
from results.folder.parquet import read_table

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
        check = check_table if name in TABLES else check_size
        check(path, name, entry)
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
    lacking = f"{path}: there is no such run folder"
    with refusals_told(f"{path}: cannot be read", lacking):
        is_folder = stat.S_ISDIR(_mode(path))
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


def _mode(path: Path) -> int:
    """Return what sort of thing lies at a path."""
    try:
        return path.stat().st_mode
    except ValueError as error:
        # A name that no disk can hold.
        raise FileNotFoundError(errno.ENOENT, str(error)) from error


def _json(path: Path, name: str) -> dict[str, Any]:
    """Read a map from a JSON file of a run folder."""
    lacking = f"{path}: is no whole run folder: it has no {name}"
    with refusals_told(f"{path}: {name} cannot be read", lacking):
        text = _text(path / name)
    return json_map(path, name, text)


def _text(file: Path) -> bytes:
    """Read a file; a pipe, which would be waited for for ever, is none."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise OSError(errno.EINVAL, "it is no file")
    with file.open("rb") as stream:
        return stream.read(LARGEST_JSON + 1)


def check_size(path: Path, name: str, entry: Mapping[str, Any]) -> None:
    """Refuse a table that is not there in full length.

    Parameters
    ----------
    path : Path
        The run folder.
    name : str
        Of the table, without `.parquet`.
    entry : mapping
        What the manifest says of it.

    Raises
    ------
    ResultError
    """
    file = f"{path}: {name}.parquet"
    with refusals_told(f"{file} cannot be read"):
        found = (path / f"{name}.parquet").stat()
    if not stat.S_ISREG(found.st_mode):
        raise ResultError(f"{file} is damaged: it is no file")
    if found.st_size != entry["bytes"]:
        raise ResultError(
            f"{file} is damaged: it has {found.st_size:,} bytes, not {entry['bytes']:,}"
        )


def check_table(path: Path, name: str, entry: Mapping[str, Any]) -> None:
    """Refuse a table that is not there with the bytes noted.

    Parameters
    ----------
    path : Path
        The run folder.
    name : str
        Of the table, without `.parquet`.
    entry : mapping
        What the manifest says of it.

    Raises
    ------
    ResultError
    """
    check_size(path, name, entry)
    file = f"{path}: {name}.parquet"
    with refusals_told(f"{file} cannot be read"):
        found = file_digest(path / f"{name}.parquet")
    if found != entry["sha256"]:
        raise ResultError(f"{file} is damaged: its bytes are not those of the manifest")


def problem(check: Callable[..., object], path: Path, *of: object) -> str:
    """Return what is wrong in a run folder, without its name; empty: nothing.

    Parameters
    ----------
    check : callable
        Takes the folder and what else is given; raises ResultError.
    path : Path
        The run folder.
    *of : object
        What else `check` takes.
    """
    try:
        check(path, *of)
    except ResultError as error:
        return str(error).removeprefix(f"{path}: ")
    return ""


def _table(path: Path, name: str, entry: Mapping[str, Any]) -> pa.Table:
    """Read a table whose bytes are those that the manifest promises."""
    check_table(path, name, entry)
    try:
        return read_table(path / f"{name}.parquet", name.partition("/")[0])
    except (OSError, ValueError, pa.ArrowException) as error:
        reason = first_line(error)
        raise ResultError(f"{path}: {name}.parquet is damaged: {reason}") from error
