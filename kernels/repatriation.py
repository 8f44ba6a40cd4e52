"""Moving back: patients treated elsewhere take units of their own service.

The rule stands in docs/background/semantics.md, section 13.
"""

import math

import numpy as np

from kernels import lines
from kernels.causes import before_units_move
from kernels.discharge import leaving
from kernels.events import code, outdate
from kernels.holdings import describe, note, treat, untreat
from kernels.jit import inlined, jit
from kernels.layout import AFTER_LINE, AWAY, BEFORE_LINE, BLOCKED, KEPT
from kernels.outliers import strike
from kernels.room import free_for
from kernels.state import (
    B_DRAWN,
    B_FACTOR,
    B_HELP,
    B_MOVED,
    B_NEXT,
    B_PUT_OFF,
    B_SINCE,
    B_UNITS,
    BACK,
    E_END,
    H_AT,
    H_SINCE,
    H_VISIT,
    HOLD_CELLS,
    NOW,
    RELEASES,
    X_AT,
    X_HOLDS,
    X_UNITS,
    State,
    Tables,
)
from kernels.usage import use
from kernels.values import value_at

Event = tuple[int, int]


@jit
def rest_at_home(rest: int, factor: float) -> int:
    """Return how long the rest of a stay lasts once its factor no longer holds.

    Parameters
    ----------
    rest : int
        Microseconds, as long as it would last elsewhere.
    factor : float
        By which it was multiplied there; above 0.

    Returns
    -------
    int64
        Microseconds, halves up; 2**62 at most.
    """
    exact = rest / factor + 0.5
    return math.floor(exact) if exact < 2.0**62 else 2**62


@inlined
def first_to_return(tables: Tables, state: State, service: int, rival: int) -> int:
    """Return who is first to move back to a service now, -1 if nobody may.

    `rival` is the first in its line for whom there is room, -1 if there is none.
    """
    desk, best = state.desks[service], -1
    if tables.services[service]["in_order"]:
        rival = _front(state, desk)
    row = desk["outlier"]
    while row >= 0:
        is_better = best < 0 or lines.is_ahead(state.people, state.levels, row, best)
        if is_better and _may_return(tables, state, row, rival):
            best = row
        row = state.extra[row, state.n[BACK] + B_NEXT]
    return int(best)


@inlined
def _front(state: State, desk: np.void) -> int:
    """Return the first in line, of all levels; -1 if nobody waits."""
    best = -1
    for level in range(desk["level"], desk["level"] + desk["levels"]):
        row = state.levels[level]["head"]
        if row >= 0 and (
            best < 0 or lines.is_ahead(state.people, state.levels, row, best)
        ):
            best = row
    return int(best)


@inlined
def _may_return(tables: Tables, state: State, row: int, rival: int) -> bool:
    """Return whether a patient may move back now."""
    person, x, first = state.people[row], state.extra[row], state.n[BACK]
    service, level = person["service"], state.levels[person["level"]]
    helper = tables.helps[x[first + B_HELP]]
    rest = person["started"] + person["left"] - state.n[NOW]
    if rest <= helper["leaving_within"]:
        return False
    if rival >= 0 and not _goes_before(tables, state, row, rival, helper["back"]):
        return False
    free = free_for(tables, state, service, level["reserve"])
    return bool(free >= x[first + B_UNITS])


@inlined
def _goes_before(tables: Tables, state: State, row: int, rival: int, back: int) -> bool:
    """Return whether a patient elsewhere goes before one in line."""
    service = tables.services[state.people[row]["service"]]
    priority = state.levels[state.people[rival]["level"]]["priority"]
    interrupts = service["interrupts"] and priority <= service["interrupts_from"]
    if back == BEFORE_LINE and not interrupts:
        return True
    is_ahead = lines.is_ahead(state.people, state.levels, row, rival)
    return bool(back != AFTER_LINE and is_ahead)


@inlined
def returned(tables: Tables, state: State, key: int, row: int) -> Event:
    """Move a patient back to their own service; return the end of treatment."""
    n, person, x = state.n, state.people[row], state.extra[row]
    first, now = n[BACK], n[NOW]
    home, at, units = person["service"], x[X_AT], x[n[BACK] + B_UNITS]
    strike(state.extra, state.desks, n, home, row)
    _leave(tables, state, row)
    x[X_AT] = home
    before_units_move(tables, state, home)
    use(n, state.desks[home], units)
    reserve = state.levels[person["level"]]["reserve"]
    if reserve >= 0:
        state.reserved[reserve] += units
    if x[X_UNITS] > 0:
        if state.desks[at]["listed"]:
            untreat(state.links, state.desks[at], row)
        if state.desks[home]["listed"]:
            treat(state.links, state.desks[home], row)
    end = person["started"] + person["left"] - x[first + B_PUT_OFF]
    if end > now:
        factor, laws = 1.0, tables.laws
        if x[first + B_FACTOR] >= 0:
            value, drawn = x[first + B_FACTOR], x[first + B_DRAWN]
            factor = value_at(laws.values, laws.knots, value, drawn)
        end = now + rest_at_home(end - now, factor)
        left = leaving(tables, key, person, end)
        x[first + B_FACTOR], x[first + B_PUT_OFF] = -1, left - end
        person["left"] = left - person["started"]
    outdate(state.stamps, row)
    return person["started"] + person["left"], code(E_END, row, state.stamps[row])


@inlined
def _leave(tables: Tables, state: State, row: int) -> None:
    """Record what a patient had elsewhere, and let it fall free in the next round."""
    n, person, x = state.n, state.people[row], state.extra[row]
    hold, home, now = state.scratch[0], person["service"], n[NOW]
    first, units = n[BACK], x[n[BACK] + B_UNITS]
    reason, since, k = AWAY, person["started"], person["visits"] - 1
    if x[X_UNITS] > 0:
        x[first + B_MOVED], x[first + B_SINCE] = 1, now
    else:
        place = X_HOLDS + HOLD_CELLS * tables.hold_of[home]
        reason, since, k = KEPT, x[place + H_SINCE], x[place + H_VISIT]
        x[place + H_AT], x[place + H_SINCE] = home, now
    describe(hold, person, x[X_AT], home, units, k)
    note(state, hold, reason, home, since, now)
    release = state.releases[n[RELEASES]]
    n[RELEASES] += 1
    release["who"], release["group"] = person["who"], person["group"]
    release["service"], release["home"] = x[X_AT], home
    release["units"], release["visit"] = units, k
    release["reason"], release["wanted"], release["since"] = BLOCKED, home, now
