"""Runs scenarios: engines, replications, the command line.

Examples
--------
>>> import simulator
>>> run = simulator.run("young-people", replications=2)  # doctest: +SKIP
>>> run.write("runs/young-people")  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.executors import AskedWronglyError, RunError
    from simulator.experiment import run
    from simulator.precision.running import precise_run
    from simulator.verification import verify

__all__ = ["AskedWronglyError", "RunError", "precise_run", "run", "verify"]

_HOMES = {
    "AskedWronglyError": "simulator.executors",
    "RunError": "simulator.executors",
    "precise_run": "simulator.precision.running",
    "run": "simulator.experiment",
    "verify": "simulator.verification",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for: numba is slow to start."""
    if name not in _HOMES:
        raise AttributeError(f"module 'simulator' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
