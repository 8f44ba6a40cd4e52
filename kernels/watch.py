"""Rules of escalation: units that open when a service stays above a threshold."""

import numpy as np
from numpy.typing import NDArray

from kernels import lines
from kernels.causes import before_capacity_moves
from kernels.events import code, schedule
from kernels.holdings import ask
from kernels.jit import jit_inside
from kernels.layout import LONGEST_WAIT, NEVER, OCCUPANCY, Table
from kernels.state import (
    E_LOOK,
    E_RULE,
    NOW,
    R_ARMED,
    R_LOOK,
    R_OPEN,
    R_OPENED,
    R_STAMP,
    SPELL_N,
    STAMPS,
    STIRRED,
    State,
    Tables,
)

Event = tuple[int, int]
Integers = NDArray[np.int64]


@jit_inside
def watched(tables: Tables, state: State, rule: int) -> Event:
    """Look at what a rule watches, and arm or disarm it; return when to look again.

    Only the longest wait changes while nothing happens.
    """
    now, row, escalation = state.n[NOW], state.rules[rule], tables.escalations[rule]
    if rule == 0:
        _note_state(tables, state)
    value = _value(state, escalation)
    limit, is_due = escalation["opens"], value >= escalation["opens"]
    if row[R_OPEN]:
        limit, is_due = escalation["closes"] + 1, value <= escalation["closes"]
    if is_due != row[R_ARMED]:
        row[R_ARMED] = is_due
        row[R_STAMP] = (row[R_STAMP] + 1) & STAMPS
        if is_due:
            due = now + escalation["after"]
            schedule(state, due, code(E_RULE, rule, row[R_STAMP]))
    look = now - value + limit
    if escalation["measure"] != LONGEST_WAIT or not now < look != row[R_LOOK]:
        return NEVER, 0
    desk = state.desks[escalation["watches"]]
    if lines.first_coming(state.people, state.levels, desk, NEVER) == NEVER:
        return NEVER, 0  # All who wait have a date: their wait is not looked at.
    row[R_LOOK] = look
    return look, code(E_LOOK, escalation["watches"], 0)


@jit_inside
def _value(state: State, escalation: np.void) -> int:
    """Return what a rule measures, now."""
    desk, now = state.desks[escalation["watches"]], state.n[NOW]
    if escalation["measure"] == OCCUPANCY:
        return int(desk["in_use"])
    if escalation["measure"] == LONGEST_WAIT:
        return int(now - lines.first_coming(state.people, state.levels, desk, now))
    return int(desk["waiting"])


@jit_inside
def turn(tables: Tables, state: State, rule: int) -> None:
    """Open the units of a rule, or close them."""
    n, row, escalation = state.n, state.rules[rule], tables.escalations[rule]
    row[R_ARMED] = 0
    units = escalation["adds"]
    if row[R_OPEN]:
        units = -units
        _spell_over(state.spells, n, rule, row[R_OPENED])
    row[R_OPEN], row[R_OPENED] = 1 - row[R_OPEN], n[NOW]
    desk = state.desks[escalation["to"]]
    before_capacity_moves(tables, state, escalation["to"])
    desk["extra"] += units
    desk["capacity"] += units
    n[STIRRED] = 1
    ask(state.desks, state.dirty, n, escalation["to"])


@jit_inside
def _note_state(tables: Tables, state: State) -> None:
    """Note the state of the system, where it has become another.

    Once the instant is over: of rules that turn at one moment, no order must show.
    """
    rules, highest = len(tables.escalations), 1
    for rule in range(rules):
        if state.rules[rule, R_OPEN]:
            highest = max(highest, tables.escalations[rule]["level"])
    now, row = state.n[NOW], state.rules[rules]
    if highest == row[R_OPEN]:
        return
    if row[R_OPENED] < now:
        _spell_over(state.spells, state.n, rules + row[R_OPEN] - 1, row[R_OPENED])
        row[R_OPENED] = now
    row[R_OPEN] = highest


@jit_inside
def _spell_over(spells: Table, n: Integers, rule: int, opened: int) -> None:
    """Record a spell that ends now."""
    spell = spells[n[SPELL_N]]
    n[SPELL_N] += 1
    spell["rule"], spell["opened"], spell["closed"] = rule, opened, n[NOW]
