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
    from simulator.executors import RunError
    from simulator.experiment import run
    from simulator.verification import verify

__all__ = ["RunError", "run", "verify"]

_HOMES = {
    "RunError": "simulator.executors",
    "run": "simulator.experiment",
    "verify": "simulator.verification",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for: numba is slow to start."""
    if name not in _HOMES:
        raise AttributeError(f"module 'simulator' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
