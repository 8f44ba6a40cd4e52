"""Files and folders come to their place whole or not at all.

They are written under a temporary name beside it, `.NAME.unfinished-HOST-PROCESS-N`,
and moved there in one step. Whoever writes to the same place later removes what dead
processes of the same machine left behind.
"""

from __future__ import annotations

import errno
import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from results.errors import ResultError
from results.folder import leftovers
from results.folder.contents import is_run_folder
from results.folder.disk import refusals_told

_numbers = itertools.count(1)


@contextmanager
def new_folder(
    path: Path,
    *,
    replace: bool = False,
    is_ours: Callable[[Path], bool] = is_run_folder,
    what: str = "run folder",
) -> Iterator[Path]:
    """Yield a temporary folder that comes to its place at the end of the block.

    Parameters
    ----------
    path : Path
        Its parents are made if need be.
    replace : bool
        Whether a folder of that sort that is there already gives way.
    is_ours : callable
        Whether a folder is of that sort; any other stays.
    what : str
        What such a folder is called.

    Yields
    ------
    Path
        Who fills it sees to it that the disk has its files; see `sync`.

    Raises
    ------
    ResultError
        If the place is taken or the disk refuses; nothing is left behind then.
    """
    path = Path(path).absolute()
    with refusals_told(f"{path}: cannot be written"):
        path.parent.mkdir(parents=True, exist_ok=True)
        clean_up(path)
        if os.path.lexists(path):
            if not replace:
                raise taken(path)
            if path.is_symlink() or not is_ours(path):
                raise ResultError(f"{path}: is no {what} and will not be replaced")
        with _unfinished(path) as temporary:
            temporary.mkdir()
            yield temporary
            _move(temporary, path)


@contextmanager
def new_file(path: Path, *, replace: bool = False) -> Iterator[Path]:
    """Yield the temporary name of a file that comes to its place when it is written.

    Parameters
    ----------
    path : Path
        Its parents are made if need be.
    replace : bool
        Whether a file that is there already gives way.

    Raises
    ------
    ResultError
        If the place is taken or the disk refuses; nothing is left behind then.
    """
    path = Path(path).absolute()
    with refusals_told(f"{path}: cannot be written"):
        path.parent.mkdir(parents=True, exist_ok=True)
        clean_up(path)
        if os.path.lexists(path) and not (replace and path.is_file()):
            raise taken(path)
        with _unfinished(path) as temporary:
            yield temporary
            temporary.replace(path)
            sync(path.parent)


def clean_up(path: Path) -> None:
    """Remove what dead processes left beside a place; put back what they moved aside.

    Parameters
    ----------
    path : Path
        The folder or file that they were writing.
    """
    for left in sorted(path.parent.iterdir()):
        found = leftovers.leftover(left)
        if found is None or found.name != path.name or not found.is_abandoned:
            continue
        if found.state == "replaced":
            _settle(left, path)
        else:
            _remove(left)


def remove_folder(path: Path) -> None:
    """Remove a folder; killed in between, what is left is no run folder any more.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ResultError
        If the disk refuses.
    """
    path = Path(path).absolute()
    with refusals_told(f"{path}: cannot be removed"), _unfinished(path) as aside:
        path.rename(aside)
        shutil.rmtree(aside)


def sync(folder: Path) -> None:
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


def taken(path: Path) -> ResultError:
    """Return what to say of a place where something is."""
    return ResultError(f"{path}: is there already; choose another name or replace it")


@contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """Yield a temporary name, and remove what is there unless it has moved."""
    temporary = _beside(path, "unfinished")
    leftovers.ours.add(temporary)
    try:
        yield temporary
    finally:
        _remove(temporary)
        leftovers.ours.discard(temporary)


def _remove(left: Path) -> None:
    """Remove what is of no use any more, as far as the disk allows."""
    if left.is_dir() and not left.is_symlink():
        shutil.rmtree(left, ignore_errors=True)
    else:
        left.unlink(missing_ok=True)


def _beside(path: Path, state: str) -> Path:
    """Return a new hidden name beside a place that tells whose it is."""
    owner = f"{leftovers.owner()}-{next(_numbers)}"
    return path.with_name(f".{path.name}.{state}-{owner}")


def _move(temporary: Path, path: Path) -> None:
    """Move a finished folder to its place; an old one steps aside until it is there."""
    if not path.exists():
        temporary.rename(path)
        sync(path.parent)
        return
    aside = _beside(path, "replaced")
    leftovers.ours.add(aside)
    path.rename(aside)
    try:
        temporary.rename(path)
        sync(path.parent)
    finally:
        _settle(aside, path)
        leftovers.ours.discard(aside)


def _settle(aside: Path, path: Path) -> None:
    """Put an old folder back, or remove it where the new one has come."""
    if path.exists():
        shutil.rmtree(aside, ignore_errors=True)
    else:
        aside.rename(path)
