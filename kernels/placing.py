"""Puts those who are there when a run begins in their places: the compiled engine."""

import numpy as np

from kernels import lines
from kernels.causes import had_waited, mark_clocks, noted
from kernels.events import code, schedule
from kernels.holdings import ask, treat
from kernels.jit import jit, jit_inside
from kernels.layout import NEVER, P_VISIT, SLOTS, Table
from kernels.philox import block, lot, signed, unit53
from kernels.references import referred
from kernels.shares import shares_left
from kernels.start import clocks_at
from kernels.state import (
    B_FACTOR,
    BACK,
    BEGIN,
    CHUNK_N,
    E_END,
    FREE_N,
    IN_LINE,
    IN_TREATMENT,
    NOW,
    X_AT,
    X_UNITS,
    State,
    Tables,
)
from kernels.waiting import next_wait


@jit
def placed(tables: Tables, state: State, key: int, rows: Table, first: int) -> int:
    """Put patients in their places, before anything has happened.

    Parameters
    ----------
    tables : Tables
    state : State
        Changed in place.
    key : int
        The key of the replication.
    rows : ndarray of THERE
    first : int
        The row at which to begin.

    Returns
    -------
    int
        The row at which to go on, when the state has been given more room; their number
        when all are in their places.
    """
    state.n[NOW] = state.n[BEGIN]
    return _placed(referred(tables), referred(state), key, rows, first)


@jit_inside
def _placed(tables: Tables, state: State, key: int, rows: Table, first: int) -> int:
    """Put patients in their places."""
    n = state.n
    for number in range(first, len(rows)):
        if n[FREE_N] < 2 or len(state.chunks) - n[CHUNK_N] < 2:
            return number
        if (
            len(state.shares) > 0
            and shares_left(state.shares, state.n) < state.since.shape[1]
        ):
            return number
        n[FREE_N] -= 1
        row = state.free[n[FREE_N]]
        _introduce(tables, state, key, row, rows[number])
        clocks_at(tables.moment, tables.moments, rows[number], state.since[row])
        mark_clocks(state, row)
        ask(state.desks, state.dirty, n, state.people[row]["service"])
        if rows[number]["started"] < 0:
            _stand_in_line(tables, state, key, row)
        else:
            _take_units(tables, state, row)
            had_waited(state, row)
            person = state.people[row]
            end = person["started"] + person["left"]
            schedule(state, end, code(E_END, row, state.stamps[row]))
    return len(rows)


@jit_inside
def _introduce(
    tables: Tables, state: State, key: int, row: int, known: np.void
) -> None:
    """Write down who a patient is, and that their first visit is under way."""
    person, step, who = state.people[row], known["step"], known["who"]
    w = block(key, who, 0, P_VISIT)
    person["who"], person["entered"] = who, state.n[BEGIN]
    person["lot"] = lot(key, who)
    person["group"], person["stream"] = known["group"], -1
    person["visits"], person["part"], person["fresh"] = 1, 0, 0
    person["u"], person["words"] = unit53(w[0], w[1]), signed(w[2], w[3])
    person["step"], person["service"] = step, tables.steps[step]["service"]
    person["level"] = state.level_of[step, known["group"]]
    person["joined"], person["since"] = known["joined"], known["joined"]
    person["started"], person["ended"] = known["started"], -1
    person["left"], person["cause"] = known["lasts"], -1


@jit_inside
def _stand_in_line(tables: Tables, state: State, key: int, row: int) -> None:
    """Stand a patient in line, with the priority that waiting has given them."""
    person = state.people[row]
    desk = state.desks[person["service"]]
    person["state"] = IN_LINE
    desk["waiting"] += 1
    time, what = NEVER, 0
    if tables.steps[person["step"]]["waits"] > 0:
        time, what = next_wait(tables, state, key, row, -1, -1)
        while time < state.n[BEGIN]:
            cause = person["cause"]
            wait = tables.waits[cause]
            at = wait["priority"] + wait["priority_stride"] * person["group"]
            priority = tables.wholes[at]
            if priority != state.levels[person["level"]]["priority"]:
                person["level"] = lines.level_like(
                    state.levels, desk, person["level"], priority
                )
                person["since"] = time
            last = time - person["joined"]
            time, what = next_wait(tables, state, key, row, last, cause)
    if len(state.accounts) > 0:
        noted(tables, state, row, state.n[BEGIN])
    lines.join(state.people, state.links, state.levels, row)
    schedule(state, time, what)


@jit_inside
def _take_units(tables: Tables, state: State, row: int) -> None:
    """Give a patient who is in treatment the units that the step takes."""
    person = state.people[row]
    level, service = state.levels[person["level"]], person["service"]
    desk, units = state.desks[service], 1
    person["state"] = IN_TREATMENT
    if tables.odd[person["step"]]:
        units = tables.requirements[level["need"]]["units"]
        state.extra[row, X_AT], state.extra[row, X_UNITS] = service, units
        if state.n[BACK] > 0:
            state.extra[row, state.n[BACK] + B_FACTOR] = -1
        for i in range(level["need"] + 1, level["need"] + level["needs"]):
            need = tables.requirements[i]
            state.desks[need["service"]]["in_use"] += need["units"]
        if level["reserve"] >= 0:
            state.reserved[level["reserve"]] += units
        if desk["listed"]:
            treat(state.links, desk, row)
    if desk["kind"] != SLOTS:
        desk["in_use"] += units
