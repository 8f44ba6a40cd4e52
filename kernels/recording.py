"""Records of the compiled engine: what is over is written down, and clocks tick."""

import numpy as np
from numpy.typing import NDArray

from kernels.jit import jit_inside
from kernels.layout import PAUSE, START, STOP, Table
from kernels.state import (
    CLOCK_N,
    NOW,
    PART,
    PATIENT_N,
    PAUSED,
    RAN,
    SINCE,
    STOOD,
    VISIT_N,
)

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
    """Stop, resume, start and pause clocks at a moment (first row, number)."""
    for i in range(at[0], at[0] + at[1]):
        clock, does = moments[i]["clock"], moments[i]["does"]
        if does == START:
            if since[row, clock, SINCE] < 0:
                since[row, clock, SINCE] = n[NOW]
                if since.shape[2] > PAUSED:
                    _wind(since[row, clock])
        elif since[row, clock, SINCE] < 0:
            continue
        elif does == STOP:
            _write(clocks, since, n, person, row, clock)
            since[row, clock, SINCE] = -1
        elif does == PAUSE:
            if since[row, clock, PAUSED] < 0:
                since[row, clock, PAUSED] = n[NOW]
        elif since[row, clock, PAUSED] >= 0:
            _write(clocks, since, n, person, row, clock)
            clocks[n[CLOCK_N] - 1]["resumed"] = 1
            _go_on(since[row, clock], n[NOW])


@jit_inside
def drop_clocks(
    clocks: Table, since: Integers, n: Integers, person: np.void, row: int
) -> None:
    """Close the clocks of a patient who leaves the model while they run."""
    for clock in range(since.shape[1]):
        if since[row, clock, SINCE] >= 0:
            _write(clocks, since, n, person, row, clock)
            clocks[n[CLOCK_N] - 1]["dropped"] = 1
            since[row, clock, SINCE] = -1


@jit_inside
def _wind(cells: Integers) -> None:
    """Begin the first part of a clock that may pause."""
    cells[PAUSED], cells[RAN], cells[STOOD], cells[PART] = -1, 0, 0, 0


@jit_inside
def _go_on(cells: Integers, now: int) -> None:
    """End the pause of a clock: its next part begins."""
    cells[RAN] += cells[PAUSED] - cells[SINCE]
    cells[STOOD] += now - cells[PAUSED]
    cells[SINCE], cells[PAUSED] = now, -1
    cells[PART] += 1


@jit_inside
def _write(  # fewer arrays to hand on than in a whole state
    clocks: Table,
    since: Integers,
    n: Integers,
    person: np.void,
    row: int,
    clock: int,
) -> None:
    """Record a clock, or a part of one, that is over now."""
    record = clocks[n[CLOCK_N]]
    n[CLOCK_N] += 1
    record["who"], record["clock"] = person["who"], clock
    record["group"], record["dropped"] = person["group"], 0
    record["since"], record["stopped"] = since[row, clock, SINCE], n[NOW]
    if since.shape[2] > PAUSED:  # else the row says of pauses what it said at first
        cells = since[row, clock]
        record["part"], record["paused"] = cells[PART], cells[PAUSED]
        record["ran"], record["stood"] = cells[RAN], cells[STOOD]
        record["resumed"] = 0


@jit_inside
def patient_gone(patients: Table, n: Integers, person: np.void) -> None:
    """Record a patient who leaves the model."""
    row = patients[n[PATIENT_N]]
    n[PATIENT_N] += 1
    row["who"], row["stream"] = person["who"], person["stream"]
    row["group"], row["ending"] = person["group"], -1 - person["to"]
    row["visits"], row["entered"] = person["visits"], person["entered"]
    row["left"] = n[NOW]
