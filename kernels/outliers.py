"""Patients treated in units of a helping service who may move back to their own.

They stand in a list of their own service, in no order. Their cells lie at the end of
their row of `State.extra`, from `n[BACK]` on, in models in which anybody may move back
at all; there `n[BACK]` is above 0.
"""

from kernels.events import Integers
from kernels.jit import inlined, jit_inside
from kernels.layout import STAYS, Table
from kernels.state import (
    B_HELP,
    B_LISTED,
    B_NEXT,
    B_PREV,
    B_UNITS,
    BACK,
    H_UNITS,
    HOLD_CELLS,
    OUTLIERS,
    X_AT,
    X_HOLDS,
    X_UNITS,
    State,
    Tables,
)


@inlined
def enlist(tables: Tables, state: State, row: int) -> bool:
    """List a patient whose treatment begins elsewhere, if they may move back.

    Returns whether they may.
    """
    service, x, first = state.people[row]["service"], state.extra[row], state.n[BACK]
    own, number = tables.services[service], -1
    for i in range(own["help"], own["help"] + own["helps"]):
        if tables.helps[i]["service"] == x[X_AT]:
            number = i
    if number < 0 or tables.helps[number]["back"] == STAYS:
        return False
    units = x[X_UNITS]
    if units == 0:
        units = x[X_HOLDS + HOLD_CELLS * tables.hold_of[service] + H_UNITS]
    x[first + B_LISTED], x[first + B_HELP], x[first + B_UNITS] = 1, number, units
    desk = state.desks[service]
    x[first + B_PREV], x[first + B_NEXT] = -1, desk["outlier"]
    if desk["outlier"] >= 0:
        state.extra[desk["outlier"], first + B_PREV] = row
    desk["outlier"] = row
    state.n[OUTLIERS] += 1
    return True


@jit_inside
def strike(extra: Integers, desks: Table, n: Integers, service: int, row: int) -> None:
    """Strike a patient from the list of their service, if they are in it."""
    first = n[BACK]
    if first == 0 or extra[row, first + B_LISTED] == 0:
        return
    extra[row, first + B_LISTED] = 0
    before, after = extra[row, first + B_PREV], extra[row, first + B_NEXT]
    if before >= 0:
        extra[before, first + B_NEXT] = after
    else:
        desks[service]["outlier"] = after
    if after >= 0:
        extra[after, first + B_PREV] = before
    n[OUTLIERS] -= 1
