"""Decisions of services that share units, or whose patients need more than one.

All lines of a group are looked at together, one patient at a time: the first in the
order of the lines for whom there is room is called in (docs/background/semantics.md,
sections 3 and 11 to 13).
"""

import numpy as np

from kernels import lines
from kernels.causes import before_units_move, called, came_to, waited
from kernels.events import code, outdate
from kernels.holdings import describe, fall_free, leave_bed, moved_back, note, untreat
from kernels.jit import jit_inside
from kernels.layout import ALONGSIDE, AWAY, HANDED_BACK, NEVER, SLOTS, Table
from kernels.outliers import strike
from kernels.pages import page_for, take_date
from kernels.recording import visit_over
from kernels.repatriation import first_to_return, returned
from kernels.room import INTERRUPTS, NO_ROOM, find_slot, next_look, source_of
from kernels.state import (
    BOARDERS,
    BOOKED,
    DIRTY_N,
    E_JOIN,
    E_LOOK,
    MOVING,
    NOW,
    OUTLIERS,
    STIRRED,
    X_AT,
    X_PAGE,
    X_UNITS,
    State,
    Tables,
)
from kernels.treatment import begun
from kernels.usage import use
from kernels.waiting import next_moment

Event = tuple[int, int]

ALL = 2**31 - 1
"""Instead of a row of `waits`: after every other at its moment."""


@jit_inside
def joint_decision(tables: Tables, state: State, key: int, group: int) -> Event:
    """Take the next decision of a group of services, or be done with it."""
    n, desks = state.n, state.desks
    now, first = n[NOW], desks[group]["member"]
    last = first + desks[group]["members"]
    what = _broken_off(tables, state, first, last)
    if what >= 0:
        return now, what
    if n[OUTLIERS] > 0:
        time, what = _moved_home(tables, state, key, first, last)
        if time < NEVER:
            return time, what
    level, source = _choice(tables, state, first, last)
    if level >= 0:
        row, service = state.levels[level]["head"], state.levels[level]["service"]
        if source == INTERRUPTS:
            desk = desks[service]
            junior = _least_urgent(state.people, state.levels, state.links, desk)
            again = tables.services[state.people[junior]["service"]]["again"]
            return now, handed_back(tables, state, junior, again)
        return called_in(tables, state, key, row, source)
    n[DIRTY_N] -= 1
    desks[group]["dirty"] = 0
    wake, service = next_look(tables, state, first, last)
    if wake < NEVER and not now < desks[group]["wake"] <= wake:
        desks[group]["wake"] = wake
        return wake, code(E_LOOK, service, 0)
    return NEVER, 0


@jit_inside
def _broken_off(tables: Tables, state: State, first: int, last: int) -> int:
    """Hand one patient back whose machine broke down, or who is beyond closing.

    Returns the event to come, -1 if there is nobody.
    """
    desks = state.desks
    for i in range(first, last):
        desk, row = desks[tables.members[i]], -1
        is_broken = desk["broken"] > 0
        if is_broken and desk["in_use"] > desk["working"] + desk["extra"]:
            row = _least_urgent(state.people, state.levels, state.links, desk)
        if row >= 0:
            desk["broken"] -= 1
            anew = tables.services[tables.members[i]]["anew"]
            return handed_back(tables, state, row, anew)
        desk["broken"] = 0
        if desk["hand_back"] and desk["in_use"] > desk["capacity"]:
            row = _least_urgent(state.people, state.levels, state.links, desk)
        if row >= 0:
            again = tables.services[state.people[row]["service"]]["again"]
            return handed_back(tables, state, row, again)
    return -1


@jit_inside
def _moved_home(tables: Tables, state: State, key: int, first: int, last: int) -> Event:
    """Move the next patient back to their own service, if anybody may move."""
    best = -1
    for i in range(first, last):
        desk = state.desks[tables.members[i]]
        if desk["outlier"] < 0 or desk["in_use"] >= desk["capacity"]:
            continue
        level, _ = _choice(tables, state, i, i + 1)
        rival = state.levels[level]["head"] if level >= 0 else -1
        row = first_to_return(tables, state, tables.members[i], rival)
        if row >= 0 and (
            best < 0 or lines.is_ahead(state.people, state.levels, row, best)
        ):
            best = row
    if best < 0:
        return NEVER, 0
    return returned(tables, state, key, best)


@jit_inside
def _choice(tables: Tables, state: State, first: int, last: int) -> tuple[int, int]:
    """Return at which level the next patient stands, and whence their units come.

    The first in the order of the lines for whom there is room, or for whom others may
    be interrupted; level -1 if there is none.
    """
    best, source = -1, NO_ROOM
    for i in range(first, last):
        desk = state.desks[tables.members[i]]
        if desk["waiting"] == 0:
            continue
        in_order = tables.services[tables.members[i]]["in_order"]
        front = -1
        for level in range(desk["level"], desk["level"] + desk["levels"]):
            if state.levels[level]["head"] < 0:
                continue
            if in_order and not (front < 0 or _is_ahead(state, level, front)):
                continue
            front = level if in_order else front
            if in_order or best < 0 or _is_ahead(state, level, best):
                here = source_of(tables, state, level)
                if not in_order and here != NO_ROOM:
                    best, source = level, here
        if front >= 0 and (best < 0 or _is_ahead(state, front, best)):
            here = source_of(tables, state, front)
            if here != NO_ROOM:
                best, source = front, here
    return best, source


@jit_inside
def _is_ahead(state: State, level: int, other: int) -> bool:
    """Return whether the first of a level comes before the first of another."""
    head, other_head = state.levels[level]["head"], state.levels[other]["head"]
    return lines.is_ahead(state.people, state.levels, head, other_head)


@jit_inside
def called_in(tables: Tables, state: State, key: int, row: int, source: int) -> Event:
    """Call a patient in, to the units from where there is room."""
    n, person = state.n, state.people[row]
    level = state.levels[person["level"]]
    service, units = person["service"], tables.requirements[level["need"]]["units"]
    is_fresh = person["fresh"]
    take_out(state, row)
    called(tables, state, row)
    person["level"] -= level["boards"]  # Those who keep no bed stand just before.
    at, factor = service, -1
    if source >= 0:
        helper = tables.helps[source]
        at = helper["service"]
        if helper["factor"] >= 0:
            factor = helper["factor"] + helper["factor_stride"] * person["group"]
    if state.desks[at]["pages"] > 0:
        reserve = level["reserve"] if at == service else -1
        found = page_for(tables, state, at, reserve)
        page, time, person["left"] = take_date(tables, state, found)
        if time > n[NOW]:
            person["delay"], person["state"] = time, BOOKED
            state.desks[service]["waiting"] += 1
            state.extra[row, X_AT], state.extra[row, X_UNITS] = at, units
            state.extra[row, X_PAGE] = page
            last = -1 if is_fresh else n[NOW] - person["joined"]
            return next_moment(tables, state, key, row, last, -1 if is_fresh else ALL)
        came_to(state, page)
    elif state.desks[at]["kind"] == SLOTS:
        person["left"] = state.desks[at]["length"]
        state.desks[at]["slot"] += 1
        find_slot(state.desks[at], tables.calendar, n[NOW])
    else:
        before_units_move(tables, state, at)
        use(n, state.desks[at], units)
        if at == service and level["reserve"] >= 0:
            state.reserved[level["reserve"]] += units
    for i in range(level["need"] + 1, level["need"] + level["needs"]):
        need = tables.requirements[i]
        before_units_move(tables, state, need["service"])
        use(n, state.desks[need["service"]], need["units"])
    waited(tables, state, row)
    leave_bed(tables, state, row)
    state.extra[row, X_AT], state.extra[row, X_UNITS] = at, units
    return begun(tables, state, key, row, factor)


@jit_inside
def take_out(state: State, row: int) -> None:
    """Take a patient out of the line."""
    person = state.people[row]
    desk = state.desks[person["service"]]
    lines.leave(state.links, state.levels[person["level"]], row)
    desk["waiting"] -= 1
    if state.levels[person["level"]]["boards"]:
        desk["boarders"] -= 1
        state.n[BOARDERS] -= 1
        state.n[STIRRED] = 1
    else:
        desk["fresh"] -= person["fresh"]
    person["fresh"] = 0
    outdate(state.stamps, row)


@jit_inside
def handed_back(tables: Tables, state: State, row: int, anew: int) -> int:
    """Hand a patient back: a part of the visit is over; return the event to come.

    With `anew` the treatment starts again, else it goes on.
    """
    n, person = state.n, state.people[row]
    now, at, units, own = n[NOW], person["service"], 1, 1
    level = state.levels[person["level"]]
    if tables.odd[person["step"]]:
        at, units = state.extra[row, X_AT], state.extra[row, X_UNITS]
        own = units if at == person["service"] else 0
        own -= _give_up(tables, state, row)
    desk = state.desks[at]
    untreat(state.links, desk, row)
    before_units_move(tables, state, at)
    use(n, desk, -units)
    if at == person["service"] and level["reserve"] >= 0:
        state.reserved[level["reserve"]] -= units
    visit_over(state.visits, state.levels, n, person, HANDED_BACK, -1, now, now, own)
    if not anew:
        person["left"] -= now - person["started"]
    person["part"] += 1
    person["joined"], person["started"] = now, -1
    outdate(state.stamps, row)
    person["state"] = MOVING
    return code(E_JOIN, row, state.stamps[row])


@jit_inside
def _give_up(tables: Tables, state: State, row: int) -> int:
    """Record and free what a visit that is broken off had beside its own units.

    Returns how many of these it has only had since it moved back.
    """
    person, x, hold = state.people[row], state.extra[row], state.scratch[0]
    now, level, since_then = state.n[NOW], state.levels[person["level"]], 0
    home, k = person["service"], person["visits"] - 1
    describe(hold, person, x[X_AT], home, x[X_UNITS], k)
    if x[X_AT] != home:
        strike(state.extra, state.desks, state.n, home, row)
        note(state, hold, AWAY, -1, person["started"], now)
    elif moved_back(state, hold, row):
        since_then = x[X_UNITS]
    for i in range(level["need"] + 1, level["need"] + level["needs"]):
        need = tables.requirements[i]
        hold["service"], hold["units"] = need["service"], need["units"]
        note(state, hold, ALONGSIDE, -1, person["started"], now)
        fall_free(tables, state, need["service"], need["units"], -1)
    return int(since_then)


@jit_inside
def _least_urgent(people: Table, levels: Table, links: Table, desk: np.void) -> int:
    """Return who is handed back first: least urgent, started last, largest lot."""
    best, row = -1, desk["treated"]
    while row >= 0:
        if best < 0 or _is_behind(people[row], people[best], levels):
            best = row
        row = links[row]["next"]
    return int(best)


@jit_inside
def _is_behind(a: np.void, b: np.void, levels: Table) -> bool:
    """Return whether one in treatment is handed back before another."""
    urgency, other = levels[a["level"]]["priority"], levels[b["level"]]["priority"]
    if urgency != other:
        return bool(urgency > other)
    if a["started"] != b["started"]:
        return bool(a["started"] > b["started"])
    return bool(a["lot"] > b["lot"])
