"""Where and when something was measured."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from simulator.executors import all_cores

LIBRARIES = ("caresim", "numpy", "numba", "simpy", "ciw", "cimba")


def today() -> str:
    """Return the date."""
    return datetime.now(UTC).date().isoformat()


def machine() -> str:
    """Return the processor, its cores and the system."""
    cores = all_cores()
    return f"{processor()}, {cores} core{'s' * (cores != 1)}, {system()}"


def others() -> str:
    """Return how busy the machine is, where the system tells it: 0 is idle."""
    if not hasattr(os, "getloadavg"):
        return "unknown"
    return f"{os.getloadavg()[0]:.1f}"


def processor() -> str:
    """Return the name of the processor, as far as the system tells it."""
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def system() -> str:
    """Return the name of the operating system."""
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return f"{platform.system()} {platform.release()}"


def versions() -> str:
    """Return the versions of what counts."""
    found = [f"Python {platform.python_version()}"]
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    return ", ".join(found)


def heading(title: str, module: str, before: str) -> str:
    """Return how a page of figures begins.

    Parameters
    ----------
    title : str
    module : str
        Of `benchmarks`, that has measured.
    before : str
        How busy the machine was before; see `others`.
    """
    return (
        f"# {title}\n\n"
        f"Measured on {today()} by `python -m benchmarks.{module}`.\n"
        f"With {versions()}.\n"
        f"Machine: {machine()}. Its load average before: {before}.\n"
        f"How, stands in `benchmarks/{module}.py`.\n"
    )
