"""What came out: measures, statistics, run folders and comparisons.

Examples
--------
>>> import results
>>> a, b = results.load("runs/baseline"), results.load("runs/winter")  # doctest: +SKIP
>>> for sentence in results.compare(a, b).sentences():  # doctest: +SKIP
...     print(sentence)
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from results.comparison import compare, gaps
    from results.displacement import ledger
    from results.errors import ResultError
    from results.journeys.parting import trace
    from results.run import Run, load
    from results.shelf.folders import runs_below
    from results.shelf.packing import pack, unpack
    from results.summary.recovering import recovery

__all__ = [
    "ResultError",
    "Run",
    "compare",
    "gaps",
    "ledger",
    "load",
    "pack",
    "recovery",
    "runs_below",
    "trace",
    "unpack",
]

_HOMES = {
    "ResultError": "results.errors",
    "Run": "results.run",
    "compare": "results.comparison",
    "gaps": "results.comparison",
    "ledger": "results.displacement",
    "load": "results.run",
    "pack": "results.shelf.packing",
    "recovery": "results.summary.recovering",
    "runs_below": "results.shelf.folders",
    "trace": "results.journeys.parting",
    "unpack": "results.shelf.packing",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for: pyarrow is slow to start."""
    if name not in _HOMES:
        raise AttributeError(f"module 'results' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
