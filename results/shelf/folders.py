"""The run folders below a folder, and what processes have left beside them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from results.errors import ResultError
from results.folder.contents import (
    LOG,
    check_size,
    is_run_folder,
    other_files,
    problem,
    read_log,
    read_manifest,
)
from results.folder.leftovers import leftover
from results.folder.manifest import MANIFEST
from results.layout.columns import RECORDS

DAMAGED, NEWER = "damaged", "newer format"
"""Status of what cannot be read, beside those of `manifest`."""
_SIZES = (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


class RunFolder(NamedTuple):
    """A run folder, as far as it can be read."""

    path: Path
    status: str
    """`complete`, `partial`, `damaged` or `newer format`."""
    problem: str
    """Why it is not complete, in a sentence."""
    title: str
    written: datetime
    """When, by its log; else when its manifest was changed last."""
    replications: int
    """0 where that cannot be read."""
    records: tuple[str, ...]
    """Tables of patients that it holds."""
    size: int
    """Bytes of all files in it."""
    others: tuple[str, ...]
    """What lies in it and is no part of the run; unknown for what cannot be read."""
    is_readable: bool
    """Whether its manifest can be read, so that it is known which files are its."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain maps, lists, texts and numbers."""
        plain = self._asdict()
        plain["path"], plain["written"] = str(self.path), self.written.isoformat()
        return {k: list(v) if isinstance(v, tuple) else v for k, v in plain.items()}


class Left(NamedTuple):
    """What a process has left, or is writing, beside its place."""

    path: Path
    place: Path
    """What it was to become, or was."""
    size: int
    state: str
    """`left behind`, `to be put back`, `in use`, or `of HOST`: of another machine."""

    @property
    def is_abandoned(self) -> bool:
        """Whether its process is dead."""
        return self.state in ("left behind", "to be put back")

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain texts and numbers."""
        plain = self._asdict()
        return {**plain, "path": str(self.path), "place": str(self.place)}


class Shelf(NamedTuple):
    """What lies below a folder."""

    path: Path
    runs: tuple[RunFolder, ...]
    """The newest first."""
    leftovers: tuple[Left, ...]
    closed: tuple[str, ...]
    """Folders that could not be looked into."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain maps, lists, texts and numbers."""
        return {
            "folder": str(self.path),
            "runs": [run.as_dict() for run in self.runs],
            "leftovers": [left.as_dict() for left in self.leftovers],
            "closed": list(self.closed),
        }


def runs_below(path: str | Path) -> Shelf:
    """Return the run folders below a folder. Links are not followed.

    Parameters
    ----------
    path : str or Path

    Raises
    ------
    ResultError
        If there is no such folder.
    """
    path = Path(path)
    if not path.is_dir():
        raise ResultError(f"{path}: there is no such folder")
    runs: list[RunFolder] = []
    leftovers: list[Left] = []
    closed: list[str] = []

    def note(error: OSError) -> None:
        closed.append(str(error.filename))

    for folder, inner, files in os.walk(path, onerror=note):
        here = Path(folder)
        leftovers += filter(None, (_left(here / name) for name in [*inner, *files]))
        inner[:] = [n for n in inner if leftover(here / n) is None]
        if MANIFEST in files and (run := run_folder(here)) is not None:
            runs.append(run)
            inner.clear()
    runs.sort(key=lambda run: str(run.path))
    runs.sort(key=lambda run: run.written, reverse=True)
    leftovers.sort()
    return Shelf(path, tuple(runs), tuple(leftovers), tuple(sorted(closed)))


def run_folder(path: Path) -> RunFolder | None:
    """Return what a folder says of the run in it, None if it holds none.

    Parameters
    ----------
    path : Path
    """
    try:
        manifest = read_manifest(path)
    except ResultError as error:
        return _unread(path, str(error).removeprefix(f"{path}: "))
    problem = _problem(path, manifest)
    held = {name.partition("/")[0] for name in manifest["tables"]}
    return RunFolder(
        path=path,
        status=DAMAGED if problem else manifest["status"],
        problem=problem,
        title=str(manifest["labels"].get("title", "")),
        written=_written(path),
        replications=len(manifest["replications"]),
        records=tuple(name for name in RECORDS if name in held),
        size=_size(path),
        others=tuple(other_files(path, manifest)),
        is_readable=True,
    )


def _unread(path: Path, problem: str) -> RunFolder | None:
    """Return a run folder whose manifest cannot be read, None if it is none."""
    is_newer = is_run_folder(path) and "has format" in problem
    looks_like_one = (path / "measures.parquet").exists() or (path / LOG).exists()
    if not (is_run_folder(path) or looks_like_one):
        return None
    return RunFolder(
        path=path,
        status=NEWER if is_newer else DAMAGED,
        problem=problem,
        title="",
        written=_written(path),
        replications=0,
        records=(),
        size=_size(path),
        others=(),
        is_readable=False,
    )


def _problem(path: Path, manifest: Mapping[str, Any]) -> str:
    """Return what is wrong with a run folder at a glance: no digest is worked out."""
    tables = manifest["tables"].items()
    found = (problem(check_size, path, name, entry) for name, entry in tables)
    return next(filter(None, found), "") or problem(read_log, path)


def _written(path: Path) -> datetime:
    """Return when a run was finished, by its log, or else by its manifest's file."""
    try:
        moment = datetime.fromisoformat(str(read_log(path).get("finished")))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ResultError, ValueError):
        changed = (path / MANIFEST).lstat().st_mtime
        return datetime.fromtimestamp(changed, UTC).replace(microsecond=0)


def _left(path: Path) -> Left | None:
    """Return what is left at a path, None: nothing of ours."""
    found = leftover(path.absolute())
    if found is None:
        return None
    if not found.is_ours:
        state = f"of {found.host}"
    elif not found.is_abandoned:
        state = "in use"
    else:
        place = path.with_name(found.name)
        is_old = found.state == "replaced" and not os.path.lexists(place)
        state = "to be put back" if is_old else "left behind"
    return Left(path, path.with_name(found.name), _size(path), state)


def _size(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    return sum(_sizes(path))


def _sizes(path: Path) -> Iterator[int]:
    if not path.is_dir() or path.is_symlink():
        yield path.lstat().st_size
        return
    for folder, _, files in os.walk(path):
        for name in files:
            yield (Path(folder) / name).lstat().st_size


def size_text(size: float) -> str:
    """Return an amount of disk in words: `12 MB`."""
    for unit, factor in _SIZES:
        if size >= factor:
            amount = size / factor
            return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:,.0f} {unit}"
    return f"{size:.0f} bytes"
