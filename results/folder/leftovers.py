"""Hidden files and folders beside a place: whose they are, and whether that one lives.

Their names end in `-HOST-PROCESS-N`. What is another machine's is never taken for
abandoned: nobody here can tell.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from pathlib import Path
from typing import NamedTuple

ours: set[Path] = set()
"""Hidden files and folders that this process is using."""


def owner() -> str:
    """Return this machine and process as they stand in names."""
    return f"{_host()}-{os.getpid()}"


def is_dead(host: str, process: int) -> bool:
    """Return whether a process is one of this machine that has ended.

    Parameters
    ----------
    host : str
        Its machine, as `owner` gives it.
    process : int
        Its number.
    """
    return host == _host() and process != os.getpid() and not _is_alive(process)


class Leftover(NamedTuple):
    """What a process that is writing, or was, has beside its place."""

    name: str
    """Of the place."""
    state: str
    """`unfinished`, or `replaced`: an old run folder that stepped aside."""
    host: str
    is_abandoned: bool
    """Whether it was left behind by a process of this machine that is dead."""

    @property
    def is_ours(self) -> bool:
        """Whether it is this machine's."""
        return self.host == _host()


def leftover(path: Path) -> Leftover | None:
    """Return what a hidden file or folder is; None: nothing of ours.

    Parameters
    ----------
    path : Path
        Anything that lies beside a run folder.
    """
    match = _FORM.fullmatch(path.name)
    if match is None:
        return None
    name, state, host, process = match.groups()
    return Leftover(name, state, host, _is_abandoned(path, host, int(process)))


_FORM = re.compile(r"\.(.+)\.(unfinished|replaced)-(.*)-(\d+)-\d+", re.DOTALL)


def _is_abandoned(path: Path, host: str, process: int) -> bool:
    """Return whether the process that made something here is dead."""
    if host != _host() or path in ours:
        return False
    # A number of our own that is not in use here is that of an earlier process:
    # in containers every process may be number 1.
    return process == os.getpid() or not _is_alive(process)


def _host() -> str:
    """Return the machine's name, fit for file names."""
    return re.sub(r"[^\w.]", "_", platform.node()) or "unknown"


def _is_alive(process: int) -> bool:
    """Return whether a process of this machine lives."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        synchronise = 0x00100000
        handle = ctypes.windll.kernel32.OpenProcess(synchronise, 0, process)
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
