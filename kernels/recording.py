"""Records of the compiled engine: what is over is written down, and clocks tick."""

import numpy as np
from numpy.typing import NDArray

from kernels.jit import jit_inside
from kernels.layout import Table
from kernels.state import CLOCK_N, NOW, PATIENT_N, VISIT_N

Integers = NDArray[np.int64]
Rows = NDArray[np.int32]


@jit_inside
def visit_over(  # arrays one by one: to hand on a whole state takes long to compile
    visits: Table,
    levels: Table,
    n: Integers,
    person: np.void,
    outcome: int,
    cause: int,
    ended: int,
    freed: int,
    units: int,
) -> None:
    """Record a visit, or a part of one, that is over."""
    row = visits[n[VISIT_N]]
    n[VISIT_N] += 1
    row["who"], row["visit"] = person["who"], person["visits"] - 1
    row["part"], row["step"] = person["part"], person["step"]
    row["service"], row["group"] = person["service"], person["group"]
    row["priority"] = levels[person["level"]]["priority"]
    row["outcome"], row["cause"] = outcome, cause
    row["joined"], row["started"] = person["joined"], person["started"]
    row["ended"], row["freed"], row["units"] = ended, freed, units


@jit_inside
def tick(
    moments: Table,
    at: Rows,
    clocks: Table,
    since: Integers,
    n: Integers,
    person: np.void,
    row: int,
) -> None:
    """Stop and start the clocks of a patient at a moment (first row, number)."""
    for i in range(at[0], at[0] + at[1]):
        clock = moments[i]["clock"]
        if moments[i]["starts"]:
            if since[row, clock] < 0:
                since[row, clock] = n[NOW]
        elif since[row, clock] >= 0:
            _stop(clocks, since, n, person, row, clock, 0)


@jit_inside
def drop_clocks(
    clocks: Table, since: Integers, n: Integers, person: np.void, row: int
) -> None:
    """Close the clocks of a patient who leaves the model while they run."""
    for clock in range(since.shape[1]):
        if since[row, clock] >= 0:
            _stop(clocks, since, n, person, row, clock, 1)


@jit_inside
def _stop(  # fewer arrays to hand on than in a whole state
    clocks: Table,
    since: Integers,
    n: Integers,
    person: np.void,
    row: int,
    clock: int,
    dropped: int,
) -> None:
    """Record a clock that stops now."""
    record = clocks[n[CLOCK_N]]
    n[CLOCK_N] += 1
    record["who"], record["clock"] = person["who"], clock
    record["group"], record["dropped"] = person["group"], dropped
    record["since"], record["stopped"] = since[row, clock], n[NOW]
    since[row, clock] = -1


@jit_inside
def patient_gone(patients: Table, n: Integers, person: np.void) -> None:
    """Record a patient who leaves the model."""
    row = patients[n[PATIENT_N]]
    n[PATIENT_N] += 1
    row["who"], row["stream"] = person["who"], person["stream"]
    row["group"], row["ending"] = person["group"], -1 - person["to"]
    row["visits"], row["entered"] = person["visits"], person["entered"]
    row["left"] = n[NOW]
