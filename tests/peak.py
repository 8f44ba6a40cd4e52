"""How much memory a process takes at its peak, as Linux counts it."""

import subprocess
import sys

import pytest

linux_only = pytest.mark.skipif(
    sys.platform != "linux", reason="asks Linux for the peak of memory"
)
HEAD = """
import re, sys
from pathlib import Path

def megabytes(what):
    status = Path("/proc/self/status").read_text()
    return int(re.search(what + r":\\s+(\\d+) kB", status)[1]) / 1024

def peak_begins():
    Path("/proc/self/clear_refs").write_text("5")
    return megabytes("VmRSS")

def peak():
    return megabytes("VmHWM")
"""


def printed(script: str, *arguments: object) -> list[float]:
    """Return the numbers that a script prints in a process of its own.

    It has `peak_begins`, which returns the megabytes of now, and `peak`.
    """
    done = subprocess.run(
        [sys.executable, "-c", HEAD + script, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(number) for number in done.stdout.split()]
