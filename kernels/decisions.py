"""A round of decisions of the compiled engine, one patient at a time.

Each function does one thing and returns the event that it brings about: its moment and
code, NEVER if there is none.
"""

import numpy as np
from numpy.typing import NDArray

from kernels import lines
from kernels.causes import served
from kernels.circles import moved
from kernels.events import code, outdate
from kernels.groups import joint_decision
from kernels.jit import inlined, jit_inside
from kernels.laws import UNSETTLED, drawn, duration, microseconds
from kernels.layout import (
    NEVER,
    P_RULE,
    SLOTS,
    STARTS,
    Table,
)
from kernels.philox import block, unit53
from kernels.prefetch import ask_for
from kernels.recording import next_on, tick
from kernels.room import find_slot
from kernels.state import (
    ABSENTEE,
    DECIDING,
    DIRTY_N,
    E_END,
    E_LOOK,
    IN_TREATMENT,
    MOVERS,
    NEWCOMER,
    NEWCOMERS,
    NOW,
    SENT_AWAY,
    SHARE_FREE,
    X_AT,
    X_UNITS,
    State,
    Tables,
)
from kernels.treatment import is_absent
from kernels.values import value_at
from kernels.waiting import next_wait

Event = tuple[int, int]
Integers = NDArray[np.int64]
Rows = NDArray[np.int32]


@inlined
def decision(tables: Tables, state: State, key: int) -> Event:
    """Take the next decision of a round; the last one ends the round."""
    n = state.n
    time, what = NEVER, 0
    if n[MOVERS] > 0:
        time, what = moved(tables, state, key)
    elif n[DIRTY_N] > 0:
        time, what = _of_service(tables, state, key)
    elif n[NEWCOMERS] > 0:
        if n[NEWCOMER] == 0 and n[NEWCOMERS] > 1:
            _put_in_order(state.people, state.levels, state.newcomers, n[NEWCOMERS])
        row = state.newcomers[n[NEWCOMER]]
        n[NEWCOMER] += 1
        if state.people[row]["fresh"]:
            time, what = _of_newcomer(tables, state, key, row)
    if n[DIRTY_N] == 0 and n[NEWCOMER] >= n[NEWCOMERS] and n[MOVERS] == 0:
        n[DECIDING], n[NEWCOMERS], n[NEWCOMER] = 0, 0, 0
    return time, what


@inlined
def _of_service(tables: Tables, state: State, key: int) -> Event:
    """Call in one patient of a service, or be done with it."""
    n = state.n
    now = n[NOW]
    service = state.dirty[n[DIRTY_N] - 1]
    desk = state.desks[service]
    if desk["joint"]:
        return joint_decision(tables, state, key, service)
    if desk["waiting"] > 0:
        if desk["kind"] == SLOTS:
            if desk["due"] < now:
                find_slot(desk, tables.calendar, now)
            if desk["due"] == now:
                return _called_in(tables, state, key, desk)
        elif desk["in_use"] < desk["capacity"]:
            return _called_in(tables, state, key, desk)
    _be_done_with(n, desk)
    is_asleep = now < desk["wake"] <= desk["due"]
    if desk["kind"] == SLOTS and desk["waiting"] > 0 and not is_asleep:
        desk["wake"] = desk["due"]
        return desk["due"], code(E_LOOK, service, 0)
    return NEVER, 0


@inlined
def _be_done_with(n: Integers, desk: np.void) -> None:
    """Take a service, the last that asked, from those that ask for a decision."""
    n[DIRTY_N] -= 1
    desk["dirty"] = 0


@inlined
def _called_in(tables: Tables, state: State, key: int, desk: np.void) -> Event:
    """Call in the first in line."""
    n, people, now = state.n, state.people, state.n[NOW]
    row = lines.first_in_line(state.levels, desk)
    person = people[row]
    lines.leave(state.links, state.levels[person["level"]], row)
    _ask_for_next(state, state.levels[person["level"]])
    step = tables.steps[person["step"]]
    desk["waiting"] -= 1
    desk["fresh"] -= person["fresh"]
    person["fresh"] = 0
    person["started"] = now
    if len(state.accounts) > 0:
        served(tables, state, row)
    outdate(state.stamps, row)
    length = desk["length"]
    if desk["kind"] == SLOTS:
        desk["slot"] += 1
        find_slot(desk, tables.calendar, now)
    else:
        desk["in_use"] += 1
        if desk["waiting"] == 0 or desk["in_use"] >= desk["capacity"]:
            _be_done_with(n, desk)
    if person["part"] == 0:
        if tables.odd[person["step"]]:
            state.extra[row, X_AT], state.extra[row, X_UNITS] = person["service"], 1
        if step["absent"] >= 0 and is_absent(tables, step, person, key):
            person["state"] = ABSENTEE
            return now, code(E_END, row, state.stamps[row])
        law = step["law"] + step["law_stride"] * person["group"]
        if step["law"] < 0:
            person["left"] = length
        elif tables.laws.forms[law]["family"] != UNSETTLED:
            person["left"] = microseconds(drawn(tables.laws.forms, law, person["u"]))
        else:
            person["left"] = microseconds(duration(tables.laws, law, now, person["u"]))
        at = tables.moment[person["step"], STARTS]
        if at[1] > 0:
            tick(tables.moments, at, state, person, row)
    person["state"] = IN_TREATMENT
    return now + person["left"], code(E_END, row, state.stamps[row])


@inlined
def _ask_for_next(state: State, level: np.void) -> None:
    """Ask for what is looked at when the second of a level is called in.

    The first was asked for when the one before was called in; which of their clocks
    are on can be told by now.
    """
    first = level["head"]
    row = state.links[first]["next"] if first >= 0 else -1
    if row >= 0:
        ask_for(state.links, row, 0)
        ask_for(state.people, row, 1)
        ask_for(state.people, row, 0)
        ask_for(state.stamps, row, 0)
        ask_for(state.since, row, 0)
        ask_for(state.notes, row, 0)
        ask_for(state.share_of, row, 0)
    if first >= 0 and len(state.accounts) > 0:
        _ask_for_shares(state, first)


@inlined
def _ask_for_shares(state: State, row: int) -> None:
    """Ask for the rows of a patient's clocks, and for the next to be handed out."""
    ask_for(state.shares, state.n[SHARE_FREE], 0)
    person, clocks = state.people[row], state.since.shape[1]
    if person["shared"]:
        clock = next_on(person["on"], 0, clocks)
        while clock < clocks:
            ask_for(state.shares, state.share_of[row, clock], 0)
            clock = next_on(person["on"], clock + 1, clocks)


@inlined
def _of_newcomer(tables: Tables, state: State, key: int, row: int) -> Event:
    """Turn away one who stays in line, or time their first waiting event."""
    person, now = state.people[row], state.n[NOW]
    person["fresh"] = 0
    step = tables.steps[person["step"]]
    desk = state.desks[person["service"]]
    if not state.levels[person["level"]]["boards"]:
        ahead = desk["waiting"] - desk["boarders"] - desk["fresh"]
        desk["fresh"] -= 1
        if step["rules"] > 0:
            rule = rule_of(tables, state, person, key, ahead)
            if rule >= 0:
                lines.leave(state.links, state.levels[person["level"]], row)
                desk["waiting"] -= 1
                outdate(state.stamps, row)
                person["cause"], person["state"] = rule, SENT_AWAY
                return now, code(E_END, row, state.stamps[row])
    if step["waits"] == 0:
        return NEVER, 0
    return next_wait(tables, state, key, row, -1, -1)


@jit_inside
def rule_of(tables: Tables, state: State, person: np.void, key: int, ahead: int) -> int:
    """Return the rule that turns a patient away behind `ahead` others, or -1.

    On joining `ahead` is -1: only rules that do not look at the line are judged.
    """
    laws, step, now = tables.laws, tables.steps[person["step"]], state.n[NOW]
    for number in range(step["rules"]):
        row = step["rule"] + number
        rule = tables.rules[row]
        of_line = rule["room"] >= 0 or rule["wait"] >= 0
        if of_line != (ahead >= 0) or rule["room"] > ahead:
            continue
        if rule["wait"] >= 0:
            desk = state.desks[person["service"]]
            since = lines.first_coming(state.people, state.levels, desk, now)
            if now - since < rule["wait"]:
                continue
        if rule["share"] < 0:
            return int(row)
        at = rule["share"] + rule["share_stride"] * person["group"]
        w = block(key, person["who"], person["visits"] - 1, P_RULE + number)
        if unit53(w[0], w[1]) < value_at(laws.values, laws.knots, at, now):
            return int(row)
    return -1


@jit_inside
def _put_in_order(people: Table, levels: Table, newcomers: Rows, count: int) -> None:
    """Sort newcomers in the order of their lines (Shell's method)."""
    gap = count // 2
    while gap > 0:
        for i in range(gap, count):
            row = newcomers[i]
            j = i
            while j >= gap and lines.is_ahead(people, levels, row, newcomers[j - gap]):
                newcomers[j] = newcomers[j - gap]
                j -= gap
            newcomers[j] = row
        gap //= 2
