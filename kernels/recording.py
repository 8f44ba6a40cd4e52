"""Records of the compiled engine: what is over is written down, and clocks tick."""

import numpy as np
from numpy.typing import NDArray

from kernels.jit import inlined, jit_inside
from kernels.layout import (
    CAUSES,
    PAUSE,
    START,
    STOP,
    W_BLOCKED,
    W_CLOSED,
    W_KEPT_BACK,
    W_NO_CAPACITY,
    W_OUTRANKED,
    W_REBOOKED,
    Table,
)
from kernels.shares import give_up
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
    State,
)

Integers = NDArray[np.int64]
Rows = NDArray[np.int32]
_OWN = 15
"""The part of a clock's number that says which bit of `PERSON.on` is its own."""
_ALL = (1 << (1 + _OWN)) - 1


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
def tick(moments: Table, at: Rows, state: State, person: np.void, row: int) -> None:
    """Stop, resume, start and pause clocks at a moment (first row, number)."""
    since, now = state.since, state.n[NOW]
    for i in range(at[0], at[0] + at[1]):
        clock, does = moments[i]["clock"], moments[i]["does"]
        if does == START:
            if since[row, clock, SINCE] < 0:
                since[row, clock, SINCE] = now
                if since.shape[2] > PAUSED:
                    _wind(since[row, clock])
                mark(person, clock)
        elif since[row, clock, SINCE] < 0:
            continue
        elif does == STOP:
            _write(state, person, row, clock)
            since[row, clock, SINCE] = -1
            if person["shared"]:
                give_up(state, row, clock)
            _end(since, person, row, clock)
        elif does == PAUSE:
            if since[row, clock, PAUSED] < 0:
                since[row, clock, PAUSED] = now
        elif since[row, clock, PAUSED] >= 0:
            _write(state, person, row, clock)
            state.clocks[state.n[CLOCK_N] - 1]["resumed"] = 1
            _go_on(since[row, clock], now)


@jit_inside
def drop_clocks(state: State, person: np.void, row: int) -> None:
    """Close the clocks of a patient who leaves the model while they run."""
    since, on = state.since, person["on"]
    clock = next_on(on, 0, since.shape[1])
    while clock < since.shape[1]:
        if since[row, clock, SINCE] >= 0:
            _write(state, person, row, clock)
            state.clocks[state.n[CLOCK_N] - 1]["dropped"] = 1
            since[row, clock, SINCE] = -1
            if person["shared"]:
                give_up(state, row, clock)
        clock = next_on(on, clock + 1, since.shape[1])
    person["on"], person["shared"] = 0, 0


@inlined
def mark(person: np.void, clock: int) -> None:
    """Note that a clock is on."""
    person["on"] |= 1 << (clock & _OWN)


@inlined
def next_on(on: int, clock: int, clocks: int) -> int:
    """Return the next clock, from one on, that may be on by the bits of a patient.

    It is on if it runs since some moment: from the seventeenth on clocks share bits.
    Returns at least `clocks` if there is none.
    """
    while clock < clocks and not (on >> (clock & _OWN)) & 1:
        clock += 1
    return clock


@inlined
def _end(since: Integers, person: np.void, row: int, clock: int) -> None:
    """Note that a clock is on no more."""
    bit = 1 << (clock & _OWN)
    person["on"] &= _ALL ^ bit
    for other in range(clock & _OWN, since.shape[1], 1 + _OWN):
        if since[row, other, SINCE] >= 0:
            person["on"] |= bit
    if person["on"] == 0:
        person["shared"] = 0


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
def _write(state: State, person: np.void, row: int, clock: int) -> None:
    """Record a clock, or a part of one, that is over now."""
    n, since = state.n, state.since
    record = state.clocks[n[CLOCK_N]]
    n[CLOCK_N] += 1
    record["who"], record["clock"] = person["who"], clock
    record["group"], record["dropped"] = person["group"], 0
    record["since"], record["stopped"] = since[row, clock, SINCE], n[NOW]
    if since.shape[2] > PAUSED:  # else the row says of pauses what it said at first
        cells = since[row, clock]
        record["part"], record["paused"] = cells[PART], cells[PAUSED]
        record["ran"], record["stood"] = cells[RAN], cells[STOOD]
        record["resumed"] = 0
    if len(state.accounts) > 0:  # else it says of causes what it said at first
        time = time_of(since[row, clock], n[NOW])
        if person["shared"]:
            explained(record, state.shares[state.share_of[row, clock]], time)
        else:
            _explained_by_none(record, time)


@inlined
def is_going(cells: Integers) -> bool:
    """Return whether a clock is on and does not stand still."""
    return bool(cells[SINCE] >= 0 and (len(cells) == 1 or cells[PAUSED] < 0))


@inlined
def time_of(cells: Integers, now: int) -> int:
    """Return how long a clock that is on has gone by a moment."""
    if len(cells) == 1:
        return int(now - cells[SINCE])
    stands = cells[PAUSED] if cells[PAUSED] >= 0 else now
    return int(cells[RAN] + stands - cells[SINCE])


@inlined
def explained(record: np.void, shares: Integers, time: int) -> None:
    """Write down how the time of a clock is made up."""
    record["rebooked"], record["closed"] = shares[W_REBOOKED], shares[W_CLOSED]
    record["blocked"], record["kept_back"] = shares[W_BLOCKED], shares[W_KEPT_BACK]
    record["outranked"] = shares[W_OUTRANKED]
    record["no_capacity"] = shares[W_NO_CAPACITY]
    in_line = 0
    for cause in range(len(CAUSES)):
        in_line += shares[cause]
    record["not_in_line"] = time - in_line


@inlined
def _explained_by_none(record: np.void, time: int) -> None:
    """Write down that a clock had no time in line."""
    record["rebooked"], record["closed"], record["blocked"] = 0, 0, 0
    record["kept_back"], record["outranked"], record["no_capacity"] = 0, 0, 0
    record["not_in_line"] = time


@jit_inside
def patient_gone(patients: Table, n: Integers, person: np.void) -> None:
    """Record a patient who leaves the model."""
    row = patients[n[PATIENT_N]]
    n[PATIENT_N] += 1
    row["who"], row["stream"] = person["who"], person["stream"]
    row["group"], row["ending"] = person["group"], -1 - person["to"]
    row["visits"], row["entered"] = person["visits"], person["entered"]
    row["left"] = n[NOW]
