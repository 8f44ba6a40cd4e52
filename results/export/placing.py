"""Files and folders come into their place whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from results.errors import ResultError
from results.writing import clean_up, in_one_line, move, unfinished


@contextmanager
def file_in_place(path: str | Path, *, replace: bool = False) -> Iterator[Path]:
    """Yield where to write a file, which then moves to its place in one step.

    Parameters
    ----------
    path : str or Path
        Its parents are made if need be.
    replace : bool
        Whether a file of that name gives way.

    Raises
    ------
    ResultError
        If the place is taken or the disk refuses; nothing is left behind then.
    """
    path = Path(path).absolute()
    with in_one_line(path):
        if path.is_dir():
            raise ResultError(f"{path}: is a folder; name a file")
        _check_free(path, replace=replace)
        path.parent.mkdir(parents=True, exist_ok=True)
        clean_up(path)
        with unfinished(path) as temporary:
            yield temporary / path.name
            os.replace(temporary / path.name, path)  # noqa: PTH105 (over an old one)


@contextmanager
def folder_in_place(
    path: str | Path, holds: Collection[str], *, replace: bool = False
) -> Iterator[Path]:
    """Yield a folder to fill, which then moves to its place in one step.

    Parameters
    ----------
    path : str or Path
    holds : collection of str
        The names of the files that such a folder may hold: nothing else is replaced.
    replace : bool
        Whether a folder of that name gives way, if it holds such files only.

    Raises
    ------
    ResultError
        If the place is taken or the disk refuses; nothing is left behind then.
    """
    path = Path(path).absolute()
    with in_one_line(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        clean_up(path)
        _check_free(path, replace=replace)
        _check_ours(path, holds)
        with unfinished(path) as temporary:
            yield temporary
            move(temporary, path)


def _check_free(path: Path, *, replace: bool) -> None:
    if os.path.lexists(path) and not replace:
        raise ResultError(
            f"{path}: is there already; choose another name or add --replace"
        )


def _check_ours(path: Path, holds: Collection[str]) -> None:
    """Refuse to replace what is no export."""
    if not os.path.lexists(path):
        return
    if path.is_symlink() or not path.is_dir():
        raise ResultError(f"{path}: is no folder of an export and stays")
    others = sorted(entry.name for entry in path.iterdir() if entry.name not in holds)
    if others:
        raise ResultError(
            f"{path}: holds '{others[0]}', which is no part of an export, and stays"
        )
