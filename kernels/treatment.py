"""Visits that begin: in units that were taken, in those held already, on a date.

The rules stand in docs/background/semantics.md, sections 4, 11 and 12.
"""

import numpy as np

from kernels.causes import came_to, waited
from kernels.discharge import leaving
from kernels.events import code, outdate
from kernels.holdings import ask, goes_on, leave_bed, treat
from kernels.jit import jit_inside
from kernels.laws import duration, microseconds
from kernels.layout import NEVER, P_ABSENT, STARTS
from kernels.outliers import enlist
from kernels.philox import block, unit53
from kernels.recording import tick
from kernels.state import (
    ABSENTEE,
    B_DRAWN,
    B_FACTOR,
    B_PUT_OFF,
    BACK,
    E_END,
    IN_TREATMENT,
    NOW,
    X_AT,
    X_BED,
    X_PAGE,
    X_UNITS,
    State,
    Tables,
)
from kernels.values import value_at

Event = tuple[int, int]


@jit_inside
def attended(tables: Tables, state: State, key: int, row: int) -> Event:
    """Let a patient come to their date."""
    outdate(state.stamps, row)
    state.desks[state.people[row]["service"]]["waiting"] -= 1
    waited(tables, state, row)
    came_to(state, state.extra[row, X_PAGE])
    leave_bed(tables, state, row)
    return begun(tables, state, key, row, -1)


@jit_inside
def begun_in_hand(tables: Tables, state: State, key: int, row: int) -> Event:
    """Begin a visit in units that the patient holds already.

    The code of the event is -1 where there are none; a patient who keeps a bed
    elsewhere then stands in line as one who does.
    """
    if goes_on(tables, state, row):
        return begun(tables, state, key, row, -1)
    person = state.people[row]
    if state.extra[row, X_BED] >= 0:
        person["level"] = state.levels[person["level"]]["twin"]
    return NEVER, -1


@jit_inside
def begun(tables: Tables, state: State, key: int, row: int, factor: int) -> Event:
    """Begin treatment, or go on with it; return its end."""
    person, now = state.people[row], state.n[NOW]
    step, x = tables.steps[person["step"]], state.extra[row]
    first = state.n[BACK]
    person["started"] = now
    if person["part"] == 0:
        if step["absent"] >= 0 and is_absent(tables, step, person, key):
            person["state"] = ABSENTEE
            return now, code(E_END, row, state.stamps[row])
        time = _time(tables, state, row, factor)
        person["left"] = leaving(tables, key, person, now + time) - now
        if first > 0:
            x[first + B_FACTOR], x[first + B_DRAWN] = factor, now
            x[first + B_PUT_OFF] = person["left"] - time
        at = tables.moment[person["step"], STARTS]
        if at[1] > 0:
            tick(tables.moments, at, state, person, row)
    person["state"] = IN_TREATMENT
    if x[X_UNITS] > 0 and state.desks[x[X_AT]]["listed"]:
        treat(state.links, state.desks[x[X_AT]], row)
    if first > 0 and x[X_AT] != person["service"] and enlist(tables, state, row):
        # Where they go on in units they have, there may be room for them at home.
        ask(state.desks, state.dirty, state.n, person["service"])
    return now + person["left"], code(E_END, row, state.stamps[row])


@jit_inside
def _time(tables: Tables, state: State, row: int, factor: int) -> int:
    """Return how long treatment lasts, without waiting for the hour of leaving."""
    person, now = state.people[row], state.n[NOW]
    step, laws = tables.steps[person["step"]], tables.laws
    if step["law"] < 0:
        return int(person["left"])
    law = step["law"] + step["law_stride"] * person["group"]
    days = duration(laws, law, now, person["u"])
    if factor >= 0:
        days *= value_at(laws.values, laws.knots, factor, now)
    return microseconds(days)


@jit_inside
def is_absent(tables: Tables, step: np.void, person: np.void, key: int) -> bool:
    """Return whether a patient who is called to a slot does not attend."""
    row = step["absent"] + step["absent_stride"] * person["group"]
    laws = tables.laws
    share = value_at(laws.values, laws.knots, row, person["started"])
    w = block(key, person["who"], person["visits"] - 1, P_ABSENT)
    return bool(unit53(w[0], w[1]) < share)
