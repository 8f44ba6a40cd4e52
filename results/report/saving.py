"""Several files that are written only where all of their places are free."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from results.errors import ResultError
from results.folder.placement import new_file, taken


def check_free(paths: Iterable[Path], *, replace: bool) -> None:
    """Refuse places that are taken, so that nothing is drawn in vain or half written.

    Parameters
    ----------
    paths : iterable of Path
        Of files.
    replace : bool
        Whether files that are there give way.

    Raises
    ------
    ResultError
        If a folder is there, or a file that shall stay.
    """
    for path in paths:
        if path.is_dir():
            raise ResultError(f"{path}: is a folder; name a file")
        if os.path.lexists(path) and not replace:
            raise taken(path)


def save(files: Mapping[Path, bytes], *, replace: bool) -> None:
    """Write files, each whole or not at all.

    Parameters
    ----------
    files : mapping of Path to bytes
        Their folders are made if need be.
    replace : bool
        Whether files that are there give way.

    Raises
    ------
    ResultError
        If a place is taken or the disk refuses; what was there before is there still.
    """
    check_free(files, replace=replace)
    for path, content in files.items():
        with new_file(path, replace=replace) as temporary, temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
