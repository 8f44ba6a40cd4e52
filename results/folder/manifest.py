"""The manifest of a run: what it must say, and whether it is whole."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from results.errors import ResultError
from results.layout.columns import FORMAT, RECORDS

MANIFEST = "manifest.json"
COMPLETE, PARTIAL = "complete", "partial"
"""The status of a run: all replications that were asked for, or some of them."""
TABLES = ("measures", "series", "waits")
"""Tables that every run folder has; `columns.RECORDS` come when they were asked for."""
PARTS = frozenset(
    (
        "caresim",
        "format",
        "labels",
        "manifest_digest",
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

LARGEST_JSON = 1 << 28
"""Bytes of a manifest or log; what is larger was not written by caresim."""


def checked(path: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a manifest that is whole and of a format known here.

    Parameters
    ----------
    path : Path
        The run folder or file in which it stands, for messages.
    manifest : mapping

    Raises
    ------
    ResultError
        If it is newer, of an unfinished run, damaged, or no manifest.
    """
    version = manifest.get("format")
    if "caresim" not in manifest or type(version) is not int or version < 1:
        raise ResultError(f"{path}: {MANIFEST} was not written by caresim")
    if version > FORMAT:
        raise ResultError(
            f"{path}: has format {version}, written by caresim {manifest['caresim']}; "
            f"this caresim reads formats up to {FORMAT}: update it"
        )
    _check_parts(path, manifest)
    if manifest["manifest_digest"] != signed(manifest)["manifest_digest"]:
        raise ResultError(
            f"{path}: {MANIFEST} is damaged: it is not what its digest says"
        )
    return dict(manifest)


def signed(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a manifest with the digest of all else in it, its keys in order."""
    rest = {k: v for k, v in manifest.items() if k != "manifest_digest"}
    whole = {**rest, "manifest_digest": digest(dict(sorted(rest.items())))}
    return dict(sorted(whole.items()))


def digest(plain: object) -> str:
    """Return the SHA-256 of plain data; the order of maps counts."""
    text = json.dumps(plain, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def json_map(path: Path, name: str, text: bytes) -> dict[str, Any]:
    """Return the map that a JSON file of a run holds.

    Parameters
    ----------
    path : Path
        The run folder or file, for messages.
    name : str
        The JSON file.
    text : bytes
        What stands in it.

    Raises
    ------
    ResultError
        If it is damaged.
    """
    if len(text) > LARGEST_JSON:
        raise ResultError(f"{path}: {name} is damaged: it is too large")
    try:
        content = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ResultError(f"{path}: {name} is damaged: {error}") from error
    if not isinstance(content, dict):
        raise ResultError(f"{path}: {name} is damaged: it holds no map")
    return content


def _refuse(constant: str) -> NoReturn:
    """Refuse NaN and infinity, which are no JSON."""
    raise ValueError(f"{constant} is no number")


def _check_parts(path: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a manifest that lacks a part, or whose run was not finished."""
    damaged = f"{path}: {MANIFEST} is damaged"
    missing = sorted(PARTS - manifest.keys())
    if missing:
        raise ResultError(f"{damaged}: {missing[0]} is missing")
    if manifest["status"] == PARTIAL and not _is_count(
        manifest.get("replications_asked")
    ):
        raise ResultError(f"{damaged}: replications_asked is no whole number")
    if manifest["status"] not in (COMPLETE, PARTIAL):
        raise ResultError(f"{path}: the run is {manifest['status']}, not complete")
    for name, (is_right, form) in _FORMS.items():
        if not is_right(manifest[name]):
            raise ResultError(f"{damaged}: {name} is not {form}")
    missing = sorted(set(TABLES) - manifest["tables"].keys())
    if missing:
        raise ResultError(f"{damaged}: {missing[0]} is missing")
    for name, entry in manifest["tables"].items():
        _check_entry(path, name, entry, manifest["replications"])


def _is_map(value: object) -> bool:
    return isinstance(value, dict)


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _are_numbers(value: object) -> bool:
    """Return whether a value is a list of replications."""
    if not isinstance(value, list) or not value or not all(map(_is_count, value)):
        return False
    return value == sorted(set(value)) and value[0] > 0


_FORMS: dict[str, tuple[Callable[[object], bool], str]] = {
    "labels": (_is_map, "a map"),
    "scenario": (_is_map, "a map"),
    "tables": (_is_map, "a map"),
    "seed": (_is_count, "a whole number"),
    "replications": (_are_numbers, "a list of ascending numbers"),
    "manifest_digest": (_is_digest, "a SHA-256"),
    "model_digest": (_is_digest, "a SHA-256"),
    "scenario_digest": (_is_digest, "a SHA-256"),
}
"""What the parts of a manifest are."""


def _check_entry(path: Path, name: str, entry: object, replications: list[int]) -> None:
    """Refuse what a manifest must not say of a table."""
    match = _NAMES.fullmatch(name)
    number = match and match["replication"]
    if match is None or (number and int(number) not in replications):
        raise ResultError(f"{path}: {MANIFEST} speaks of an unknown table '{name}'")
    if not isinstance(entry, dict) or not (
        _is_digest(entry.get("sha256"))
        and _is_count(entry.get("bytes"))
        and _is_count(entry.get("rows"))
    ):
        raise ResultError(
            f"{path}: {MANIFEST} is damaged: '{name}' lacks a digest, bytes or rows"
        )


_NAMES = re.compile(
    rf"{'|'.join(TABLES)}|(?:{'|'.join(RECORDS)})/replication-(?P<replication>\d{{4,}})"
)
