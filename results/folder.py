"""Run folders on disk: what lies in them, and whether it is whole."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from results.columns import FORMAT, RECORDS
from results.errors import ResultError
from results.parquet import read_table

MANIFEST, LOG = "manifest.json", "log.json"
TABLES = ("measures", "series", "waits")
"""Tables that every run folder has; `columns.RECORDS` come when they were asked for."""
PARTS = frozenset(
    (
        "caresim",
        "format",
        "labels",
        "model_digest",
        "replications",
        "scenario",
        "scenario_digest",
        "seed",
        "status",
        "tables",
    )
)
"""What a manifest of this format says."""

Tables = Mapping[str, Callable[[], pa.Table]]
"""How to get each table, by its name in the folder without `.parquet`."""


def is_run_folder(path: Path) -> bool:
    """Return whether a folder holds a run, of whatever format.

    Parameters
    ----------
    path : Path
    """
    try:
        content = json.loads((path / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and {"caresim", "format"} <= content.keys()


def open_folder(path: Path) -> tuple[dict[str, Any], dict[str, Any], Tables]:
    """Return the manifest, the log and the tables of a run folder.

    That every table is there in full length is checked now; its digest, when it is
    read.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ResultError
        If there is no run folder, or it is damaged or of a newer format.
    """
    manifest = read_manifest(path)
    log = _json(path, LOG)
    tables = {}
    for name, entry in manifest["tables"].items():
        _check_entry(path, name, entry)
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
    if not path.exists():
        raise ResultError(f"{path}: there is no such run folder")
    if not path.is_dir():
        raise ResultError(f"{path}: is a file; a run is a folder")
    manifest = _json(path, MANIFEST)
    version = manifest.get("format")
    if "caresim" not in manifest or not isinstance(version, int):
        raise ResultError(f"{path}: {MANIFEST} was not written by caresim")
    if version > FORMAT:
        raise ResultError(
            f"{path}: has format {version}, written by caresim {manifest['caresim']}; "
            f"this caresim reads formats up to {FORMAT}: update it"
        )
    _check_parts(path, manifest)
    return manifest


def _check_parts(path: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a manifest that lacks a part, or whose run was not finished."""
    missing = sorted(PARTS - manifest.keys())
    if not missing and not isinstance(manifest["tables"], dict):
        missing = ["tables"]
    missing += [] if missing else sorted(set(TABLES) - manifest["tables"].keys())
    if missing:
        raise ResultError(f"{path}: {MANIFEST} is damaged: {missing[0]} is missing")
    if manifest["status"] != "complete":
        raise ResultError(f"{path}: the run is {manifest['status']}, not complete")


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json(path: Path, name: str) -> dict[str, Any]:
    """Read a map from a JSON file of a run folder."""
    try:
        content = json.loads((path / name).read_bytes())
    except FileNotFoundError:
        raise ResultError(f"{path}: is no whole run folder: it has no {name}") from None
    except OSError as error:
        raise ResultError(f"{path}: {name} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ResultError(f"{path}: {name} is damaged: {error}") from error
    if not isinstance(content, dict):
        raise ResultError(f"{path}: {name} is damaged: it holds no map")
    return content


def _check_entry(path: Path, name: str, entry: object) -> None:
    """Refuse a table that is not known, not there or cut off."""
    if not _NAMES.fullmatch(name):
        raise ResultError(f"{path}: {MANIFEST} speaks of an unknown table '{name}'")
    if not isinstance(entry, dict) or not {"bytes", "sha256"} <= entry.keys():
        raise ResultError(f"{path}: {MANIFEST} is damaged: '{name}' lacks a digest")
    try:
        size = (path / f"{name}.parquet").stat().st_size
    except OSError as error:
        raise ResultError(
            f"{path}: {name}.parquet cannot be read: {error.strerror}"
        ) from error
    if size != entry["bytes"]:
        raise ResultError(
            f"{path}: {name}.parquet is damaged: it has {size} bytes, "
            f"not {entry['bytes']}"
        )


_NAMES = re.compile(rf"{'|'.join(TABLES)}|(?:{'|'.join(RECORDS)})/replication-\d+")


def _table(path: Path, name: str, entry: Mapping[str, Any]) -> pa.Table:
    """Read a table whose bytes are those that the manifest promises."""
    file = path / f"{name}.parquet"
    try:
        if file_digest(file) == entry["sha256"]:
            return read_table(file, name.partition("/")[0])
        reason = "its bytes are not those of the manifest"
    except OSError as error:
        reason = error.strerror or _first_line(error)
    except (ValueError, pa.ArrowException) as error:
        reason = _first_line(error)
    raise ResultError(f"{path}: {name}.parquet is damaged: {reason}")


def _first_line(error: Exception) -> str:
    """Return the first line of what a library says."""
    return str(error).partition("\n")[0]
