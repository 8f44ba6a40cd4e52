"""Circles of blocked patients: each waits for a bed that the next of them keeps."""

from kernels import lines
from kernels.groups import called_in
from kernels.jit import jit_inside
from kernels.layout import KEPT, SLOTS
from kernels.room import OWN
from kernels.state import MOVERS, RELEASES, STIRRED, X_BED, X_BED_UNITS, State, Tables

Event = tuple[int, int]
MOVER, MARK, MOVING_ON = range(3)
"""Rows of `State.circle`."""


@jit_inside
def circles(tables: Tables, state: State) -> int:
    """Find all circles; return how many patients are in them.

    Who they are is left in `State.circle`. Nothing need be looked for again until a
    patient who keeps a bed has joined a line, left one or moved in it, or a service
    has come to have room or lost it (`STIRRED`). Top trading cycles: every service
    points to the one whose bed the first patient in its line keeps who could be moved.
    """
    n, desks, marks = state.n, state.desks, state.circle
    n[STIRRED] = 0
    for service in range(len(desks)):
        desk = desks[service]
        is_open = desk["boarders"] > 0 and desk["in_use"] <= desk["capacity"]
        marks[MARK, service] = is_open and desk["kind"] != SLOTS
    changed = True
    while changed:
        changed = False
        for service in range(len(desks)):
            if marks[MARK, service]:
                marks[MOVER, service] = _first_to_move(tables, state, service)
                if marks[MOVER, service] < 0:
                    marks[MARK, service], changed = 0, True
    for service in range(len(desks)):
        _follow(state, service)
    return int(n[MOVERS])


@jit_inside
def _follow(state: State, start: int) -> None:
    """Follow the services from one to the next; note the movers of a new circle."""
    n, marks = state.n, state.circle
    service, mark = start, start + 2
    while marks[MARK, service] == 1:
        marks[MARK, service] = mark
        service = state.extra[marks[MOVER, service], X_BED]
    if marks[MARK, service] != mark:
        return
    while marks[MARK, service] == mark:
        marks[MARK, service] = 0
        marks[MOVING_ON, n[MOVERS]] = marks[MOVER, service]
        n[MOVERS] += 1
        service = state.extra[marks[MOVER, service], X_BED]


@jit_inside
def _first_to_move(tables: Tables, state: State, service: int) -> int:
    """Return the first in line whose bed belongs to a service in the list, or -1."""
    desk, best = state.desks[service], -1
    for number in range(desk["level"], desk["level"] + desk["levels"]):
        level = state.levels[number]
        if not level["boards"] or level["needs"] != 1:
            continue
        if tables.requirements[level["need"]]["units"] != 1:
            continue
        row = level["head"]
        while row >= 0 and not _could_move(state, row):
            row = state.links[row]["next"]
        if row >= 0 and (
            best < 0 or lines.is_ahead(state.people, state.levels, row, best)
        ):
            best = row
    return int(best)


@jit_inside
def _could_move(state: State, row: int) -> bool:
    """Return whether a patient keeps one bed, of a service in the list."""
    x = state.extra[row]
    return bool(x[X_BED_UNITS] == 1 and state.circle[MARK, x[X_BED]])


@jit_inside
def moved(tables: Tables, state: State, key: int) -> Event:
    """Call in the next of those who move in circles."""
    n = state.n
    n[MOVERS] -= 1
    row = state.circle[MOVING_ON, n[MOVERS]]
    event = called_in(tables, state, key, row, OWN)
    # Another of the circle has the bed already: there is no time to clean it.
    state.releases[n[RELEASES] - 1]["reason"] = KEPT
    return event
