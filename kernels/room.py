"""Whether there is room for a patient: where units are free, or a slot falls due.

The rules stand in docs/background/semantics.md, sections 3, 4, 11 and 13.
"""

import numpy as np

from kernels.jit import jit_inside
from kernels.layout import NEVER, SLOTS, Table
from kernels.pages import NONE, next_page_look, page_for
from kernels.slots import next_slot
from kernels.state import NOW, X_UNITS, State, Tables

OWN, INTERRUPTS, NO_ROOM = -1, -2, -3
"""Instead of a row of `helps`: where the units of a patient come from."""


@jit_inside
def source_of(tables: Tables, state: State, number: int) -> int:
    """Return whence the first of a level could take their units now."""
    level = state.levels[number]
    service = level["service"]
    for i in range(level["need"] + 1, level["need"] + level["needs"]):
        need = tables.requirements[i]
        if free_for(tables, state, need["service"], -1) < need["units"]:
            return NO_ROOM
    desk, units = state.desks[service], tables.requirements[level["need"]]["units"]
    if not _fits(tables, desk, level["planned"], state.n[NOW]):
        return NO_ROOM
    if _has_room(tables, state, service, units, level["reserve"]):
        return OWN
    row = tables.services[service]
    waited = state.n[NOW] - state.people[level["head"]]["since"]
    for i in range(row["help"], row["help"] + row["helps"]):
        helper = tables.helps[i]
        asked = units + helper["leaving"]
        if waited >= helper["after"] and _has_room(
            tables, state, helper["service"], asked, -1
        ):
            return int(i)
    if row["interrupts"] and level["priority"] <= row["interrupts_from"]:
        free = desk["capacity"] - desk["in_use"]
        if free + _interruptible(state, desk, level["priority"]) >= units:
            return INTERRUPTS
    return NO_ROOM


@jit_inside
def _fits(tables: Tables, desk: np.void, planned: int, now: int) -> bool:
    """Return whether a planned time is over before units begin to close."""
    if planned == 0:
        return True
    return bool(now + planned <= tables.closings[desk["opening"] - 1])


@jit_inside
def _has_room(
    tables: Tables, state: State, service: int, units: int, reserve: int
) -> bool:
    """Return whether units are free, or a slot falls due now that is not taken."""
    desk, now = state.desks[service], state.n[NOW]
    if desk["pages"] > 0:
        return page_for(tables, state, service, reserve) != NONE
    if desk["kind"] == SLOTS:
        if desk["due"] < now:
            find_slot(desk, tables.calendar, now)
        return bool(desk["due"] == now)
    return bool(free_for(tables, state, service, reserve) >= units)


@jit_inside
def free_for(tables: Tables, state: State, service: int, reserve: int) -> int:
    """Return how many units are free for those of a reserve (-1: of none)."""
    desk, row = state.desks[service], tables.services[service]
    free = desk["capacity"] - desk["in_use"]
    for other in range(row["reserve"], row["reserve"] + row["reserves"]):
        if other != reserve:
            units = tables.reserves[other]["units"]
            free -= max(units - state.reserved[other], 0)
    return int(free)


@jit_inside
def _interruptible(state: State, desk: np.void, priority: int) -> int:
    """Return how many units the less urgent in treatment have."""
    units, row = 0, desk["treated"]
    while row >= 0:
        if state.levels[state.people[row]["level"]]["priority"] > priority:
            units += state.extra[row, X_UNITS]
        row = state.links[row]["next"]
    return int(units)


@jit_inside
def next_look(tables: Tables, state: State, first: int, last: int) -> tuple[int, int]:
    """Return when a group must be looked at again though nothing happens, and where.

    At its next slot, and when somebody has waited long enough to be helped elsewhere.
    """
    wake, where, now, waiting = NEVER, -1, state.n[NOW], 0
    for i in range(first, last):
        waiting += state.desks[tables.members[i]]["waiting"]
    for i in range(first, last):
        service = tables.members[i]
        desk, row = state.desks[service], tables.services[service]
        if desk["pages"] > 0 and waiting > 0:
            due = next_page_look(tables, state, service)
            if due < wake:
                wake, where = due, service
        elif desk["kind"] == SLOTS and waiting > 0:
            _, _, due = next_slot(
                tables.calendar,
                int(desk["opening"]),
                int(desk["openings"]),
                int(desk["slot"]),
                now + 1,
            )
            if due < wake:
                wake, where = due, service
        for level in range(desk["level"], desk["level"] + desk["levels"]):
            head = state.levels[level]["head"]
            if head < 0:
                continue
            for helper in range(row["help"], row["help"] + row["helps"]):
                due = state.people[head]["since"] + tables.helps[helper]["after"]
                if now < due < wake:
                    wake, where = due, service
    return wake, where


@jit_inside
def find_slot(desk: np.void, calendar: Table, now: int) -> None:
    """Find the first slot that is neither past nor taken."""
    session, slot, due = next_slot(
        calendar, int(desk["opening"]), int(desk["openings"]), int(desk["slot"]), now
    )
    desk["opening"], desk["slot"], desk["due"] = session, slot, due
    if due < NEVER:
        row = calendar[session]
        desk["length"] = (row["until"] - row["time"]) // row["capacity"]
