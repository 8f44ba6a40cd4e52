"""What disks refuse and libraries complain of, in one sentence for the user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from results.errors import ResultError


@contextmanager
def refusals_told(what: str, lacking: str = "") -> Iterator[None]:
    """Turn what the disk says into one sentence: `WHAT: REASON`.

    Parameters
    ----------
    what : str
        What could not be done: `runs/winter: cannot be read`.
    lacking : str
        What is said instead where there is nothing of that name, if anything is.

    Raises
    ------
    ResultError
        In place of an OSError.
    """
    try:
        yield
    except OSError as error:
        if lacking and isinstance(error, FileNotFoundError | NotADirectoryError):
            raise ResultError(lacking) from None
        raise ResultError(f"{what}: {error.strerror or first_line(error)}") from error


def first_line(error: Exception) -> str:
    """Return the first line of what a library says."""
    return str(error).partition("\n")[0]
