"""Machines that break down and are repaired (docs/background/semantics.md, 16)."""

from kernels.causes import before_capacity_moves
from kernels.events import code
from kernels.holdings import ask
from kernels.jit import jit_inside
from kernels.laws import duration, microseconds
from kernels.layout import P_BREAKDOWN
from kernels.philox import block, unit53
from kernels.state import (
    E_CALENDAR,
    M_DOWN,
    M_ROW,
    M_SERVICE,
    M_TIMES,
    M_WHO,
    NEW,
    NOW,
    SPELL_N,
    STIRRED,
    WORKS,
    State,
    Tables,
)

Event = tuple[int, int]


@jit_inside
def turned(tables: Tables, state: State, key: int, number: int) -> Event:
    """Let a machine begin to work, break down or be repaired; return what is next.

    `number` is one more than the row of the machine.
    """
    n, machine = state.n, state.machines[number - 1]
    now, service = n[NOW], machine[M_SERVICE]
    desk = state.desks[service]
    if machine[M_DOWN] == NEW:
        machine[M_DOWN] = WORKS
        time = _time(tables, state, key, number - 1)
        return now + time, code(E_CALENDAR, service, number)
    before_capacity_moves(tables, state, service)
    if machine[M_DOWN] == WORKS:
        machine[M_DOWN] = now
        desk["working"] -= 1
        desk["broken"] += 1
    else:
        spell = state.spells[n[SPELL_N]]
        n[SPELL_N] += 1
        spell["rule"], spell["opened"] = machine[M_ROW], machine[M_DOWN]
        spell["closed"] = now
        machine[M_DOWN] = WORKS
        machine[M_TIMES] += 1
        desk["working"] += 1
    opened = tables.calendar[desk["opening"] - 1]["capacity"]
    desk["capacity"] = min(opened, desk["working"]) + desk["extra"]
    n[STIRRED] = 1
    ask(state.desks, state.dirty, n, service)
    time = _time(tables, state, key, number - 1)
    return now + time, code(E_CALENDAR, service, number)


@jit_inside
def _time(tables: Tables, state: State, key: int, row: int) -> int:
    """Return for how long a machine works from now on, or is down."""
    machine = state.machines[row]
    service = tables.services[machine[M_SERVICE]]
    w = block(key, machine[M_WHO], machine[M_TIMES], P_BREAKDOWN)
    law, u = service["works"], unit53(w[0], w[1])
    if machine[M_DOWN] != WORKS:
        law, u = service["repair"], unit53(w[2], w[3])
    time = microseconds(duration(tables.laws, law, state.n[NOW], u))
    return int(max(time, 1))
