"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from results.errors import ResultError


def check_free(path: Path, *, replace: bool) -> None:
    """Refuse a place that is taken.

    Parameters
    ----------
    path : Path
        Of a file.
    replace : bool
        Whether a file that is there gives way.

    Raises
    ------
    ResultError
        If a folder is there, or a file that shall stay.
    """
    if path.is_dir():
        raise ResultError(f"{path}: is a folder; name a file")
    if os.path.lexists(path) and not replace:
        raise ResultError(
            f"{path}: is there already; choose another name or replace it"
        )


def save(path: Path, content: bytes) -> None:
    """Write a file under a hidden name, and move it into place.

    Parameters
    ----------
    path : Path
        Its folder is made if need be.
    content : bytes

    Raises
    ------
    ResultError
        If the disk refuses; what was there before is there still.
    """
    path = path.absolute()
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_mask())
        temporary.replace(path)
    except OSError as error:
        raise ResultError(f"{path}: cannot be written: {error.strerror}") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _mask() -> int:
    """Return which rights new files do not get; the system tells only on setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
