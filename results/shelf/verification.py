"""Whether a run folder still holds what was written, by its digests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from results.folder.contents import (
    check_table,
    other_files,
    problem,
    read_log,
    read_manifest,
)
from results.folder.manifest import MANIFEST, TABLES, digest
from results.layout.columns import RECORDS


class Check(NamedTuple):
    """One thing that was looked at."""

    about: str
    """`manifest`, `tables`, `scenario`, `log`, `model`, `replay` or `note`."""
    holds: bool
    sentence: str


def folder_checks(path: Path) -> list[Check]:
    """Return what the digests in a run folder say about it.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ResultError
        If there is no run folder, or its manifest is damaged or of a newer format:
        then nothing can be checked.
    """
    manifest = read_manifest(path)
    return [
        Check(
            "manifest",
            True,
            f"{MANIFEST} is whole: format {manifest['format']}, written by caresim "
            f"{manifest['caresim']}.",
        ),
        *_table_checks(path, manifest["tables"]),
        _scenario_check(manifest),
        *_log_checks(path),
        *_other_checks(path, manifest),
    ]


def _table_checks(path: Path, tables: Mapping[str, Any]) -> Iterator[Check]:
    """Yield whether each table has the bytes that the manifest promises."""
    right = []
    for name, entry in tables.items():
        wrong = problem(check_table, path, name, entry)
        if wrong:
            yield Check("tables", False, f"{wrong}.")
        else:
            right.append(name)
    if right:
        whole = "All tables" if len(right) == len(tables) else "Other tables"
        yield Check("tables", True, f"{whole} are as written: {listed(right)}.")


def _scenario_check(manifest: Mapping[str, Any]) -> Check:
    """Return whether the scenario in a manifest has its digest."""
    if digest(manifest["scenario"]) == manifest["scenario_digest"]:
        return Check(
            "scenario", True, "The scenario in the manifest has the digest noted."
        )
    return Check(
        "scenario", False, "The scenario in the manifest has not the digest noted."
    )


def _log_checks(path: Path) -> Iterator[Check]:
    """Yield what is wrong with the log, if anything; it has no digest."""
    wrong = problem(read_log, path)
    if wrong:
        yield Check("log", False, f"{wrong}.")


def _other_checks(path: Path, manifest: Mapping[str, Any]) -> Iterator[Check]:
    """Yield what else lies in the folder."""
    others = other_files(path, manifest)
    if others:
        shown = ", ".join(others[:5]) + (", ..." if len(others) > 5 else "")
        yield Check("note", True, f"Not part of the run, so not checked: {shown}.")


def listed(names: Iterable[str]) -> str:
    """Return the names of tables in words, record files by how many there are."""
    order = (*TABLES, *RECORDS)
    counts = Counter(name.partition("/")[0] for name in names)
    found = []
    for table, count in sorted(counts.items(), key=lambda pair: order.index(pair[0])):
        several = "files" if count > 1 else "file"
        found.append(table if table in TABLES else f"{table} ({count} {several})")
    return " and ".join(filter(None, (", ".join(found[:-1]), found[-1])))
