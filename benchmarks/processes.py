"""Each engine and case in a process of its own, so that none meets another's remains.

What earlier runs leave in memory slowed later ones in plain Python by up to a third. A
peer that crashes takes nothing with it, and cimba does not compile where numba has
already compiled something else.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import ParamSpec, TypeVar

from benchmarks.definitions import CASES
from benchmarks.rows import Row, measured
from benchmarks.trials import Engine

P = ParamSpec("P")
T = TypeVar("T")


def alone(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Return what work returns in a new process.

    Raises
    ------
    BrokenProcessPool
        If that process dies.
    """
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, fresh) as pool:
        return pool.submit(work, *arguments, **named).result()


def rows_of(engine: Engine, name: str, repeats: int) -> list[Row]:
    """Return the rows of an engine on a case, by its name: one for each size."""
    case = CASES[name]
    return [measured(engine, case, size, repeats) for size in engine.sizes(case)]
