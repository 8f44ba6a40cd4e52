"""Hidden folders beside a run folder: whose they are, and whether that process lives.

Their names end in `-HOST-PROCESS-N`. A folder of another machine is never taken for
abandoned: nobody here can tell.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from pathlib import Path

ours: set[Path] = set()
"""Hidden folders that this process is using."""


def owner() -> str:
    """Return this machine and process as they stand in names."""
    return f"{_host()}-{os.getpid()}"


def is_abandoned(left: Path, name: str) -> bool:
    """Return whether a hidden folder was left behind by a process that is dead.

    Parameters
    ----------
    left : Path
        Anything that lies beside the run folder.
    name : str
        The run folder's name.
    """
    form = rf"\.{re.escape(name)}\.(?:unfinished|replaced)-(.*)-(\d+)-\d+"
    match = re.fullmatch(form, left.name, re.DOTALL)
    if match is None or match[1] != _host() or left in ours:
        return False
    process = int(match[2])
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
    except ProcessLookupError:
        return False
    except OverflowError:
        return False
    except PermissionError:
        return True
    return True
