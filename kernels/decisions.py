"""A round of decisions of the compiled engine, one patient at a time.

Each function does one thing and returns the event that it brings about: its moment and
code, NEVER if there is none.
"""

import numpy as np
from numpy.typing import NDArray

from kernels import lines
from kernels.events import code, outdate
from kernels.jit import inlined, jit_inside
from kernels.laws import UNSETTLED, Laws, drawn, duration, microseconds
from kernels.layout import (
    HANDED_BACK,
    NEVER,
    P_ABSENT,
    P_RULE,
    P_WAIT,
    SLOTS,
    STARTS,
    Table,
)
from kernels.philox import block, unit32, unit53
from kernels.recording import tick, visit_over
from kernels.slots import next_slot
from kernels.state import (
    ABSENTEE,
    DECIDING,
    DIRTY_N,
    E_END,
    E_JOIN,
    E_SLOT,
    E_WAIT,
    IN_TREATMENT,
    MOVING,
    NEWCOMER,
    NEWCOMERS,
    NOW,
    SENT_AWAY,
    WORD,
    State,
    Tables,
)
from kernels.values import value_at

Event = tuple[int, int]
Integers = NDArray[np.int64]
Rows = NDArray[np.int32]


@inlined
def decision(tables: Tables, state: State, key: int) -> Event:
    """Take the next decision of a round; the last one ends the round."""
    n = state.n
    time, what = NEVER, 0
    if n[DIRTY_N] > 0:
        time, what = _of_service(tables, state, key)
    elif n[NEWCOMERS] > 0:
        if n[NEWCOMER] == 0 and n[NEWCOMERS] > 1:
            _put_in_order(state.people, state.newcomers, n[NEWCOMERS])
        row = state.newcomers[n[NEWCOMER]]
        n[NEWCOMER] += 1
        if state.people[row]["fresh"]:
            time, what = _of_newcomer(tables, state, key, row)
    if n[DIRTY_N] == 0 and n[NEWCOMER] >= n[NEWCOMERS]:
        n[DECIDING], n[NEWCOMERS], n[NEWCOMER] = 0, 0, 0
    return time, what


@inlined
def _of_service(tables: Tables, state: State, key: int) -> Event:
    """Hand back or call in one patient of a service, or be done with it."""
    n = state.n
    now = n[NOW]
    service = state.dirty[n[DIRTY_N] - 1]
    desk = state.desks[service]
    if desk["hand_back"] and desk["in_use"] > desk["capacity"]:
        row = _to_hand_back(state.people, state.links, desk["treated"])
        if row >= 0:
            return now, _handed_back(state, desk, row)
    if desk["waiting"] > 0:
        if desk["kind"] == SLOTS:
            if desk["due"] < now:
                _find_slot(desk, tables.calendar, now)
            if desk["due"] == now:
                return _called_in(tables, state, key, desk)
        elif desk["in_use"] < desk["capacity"]:
            return _called_in(tables, state, key, desk)
    _be_done_with(n, desk)
    is_asleep = now < desk["wake"] <= desk["due"]
    if desk["kind"] == SLOTS and desk["waiting"] > 0 and not is_asleep:
        desk["wake"] = desk["due"]
        return desk["due"], code(E_SLOT, service, 0)
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
    step = tables.steps[person["step"]]
    desk["waiting"] -= 1
    desk["fresh"] -= person["fresh"]
    person["fresh"] = 0
    person["started"] = now
    outdate(state.stamps, row)
    length = desk["length"]
    if desk["kind"] == SLOTS:
        desk["slot"] += 1
        _find_slot(desk, tables.calendar, now)
    else:
        desk["in_use"] += 1
        if desk["waiting"] == 0 or desk["in_use"] >= desk["capacity"]:
            _be_done_with(n, desk)
    if person["part"] == 0:
        if step["absent"] >= 0 and _is_absent(tables.laws, step, person, key):
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
            tick(tables.moments, at, state.clocks, state.since, state.n, person, row)
    person["state"] = IN_TREATMENT
    if desk["hand_back"]:
        _treat(state.links, desk, row)
    return now + person["left"], code(E_END, row, state.stamps[row])


@jit_inside
def _find_slot(desk: np.void, calendar: Table, now: int) -> None:
    """Find the first slot that is neither past nor taken."""
    session, slot, due = next_slot(
        calendar, int(desk["opening"]), int(desk["openings"]), int(desk["slot"]), now
    )
    desk["opening"], desk["slot"], desk["due"] = session, slot, due
    if due < NEVER:
        row = calendar[session]
        desk["length"] = (row["until"] - row["time"]) // row["capacity"]


@jit_inside
def _is_absent(laws: Laws, step: np.void, person: np.void, key: int) -> bool:
    """Return whether a patient who is called to a slot does not attend."""
    row = step["absent"] + step["absent_stride"] * person["group"]
    share = value_at(laws.values, laws.knots, row, person["started"])
    w = block(key, person["who"], person["visits"] - 1, P_ABSENT)
    return bool(unit53(w[0], w[1]) < share)


@inlined
def _of_newcomer(tables: Tables, state: State, key: int, row: int) -> Event:
    """Turn away one who stays in line, or time their first waiting event."""
    person, now = state.people[row], state.n[NOW]
    person["fresh"] = 0
    step = tables.steps[person["step"]]
    desk = state.desks[person["service"]]
    ahead = desk["waiting"] - desk["fresh"]
    desk["fresh"] -= 1
    if step["rules"] > 0:
        rule = rule_of(tables, person, key, now, ahead)
        if rule >= 0:
            lines.leave(state.links, state.levels[person["level"]], row)
            desk["waiting"] -= 1
            outdate(state.stamps, row)
            person["cause"], person["state"] = rule, SENT_AWAY
            return now, code(E_END, row, state.stamps[row])
    if step["waits"] == 0:
        return NEVER, 0
    wait, cause = _first_wait(tables.laws, tables.waits, step, person, key, now)
    person["cause"] = cause
    return now + wait, code(E_WAIT, row, state.stamps[row])


@jit_inside
def rule_of(tables: Tables, person: np.void, key: int, now: int, ahead: int) -> int:
    """Return the rule that turns a patient away behind `ahead` others, or -1.

    On joining `ahead` is -1: only rules that do not look at the line are judged.
    """
    laws, step = tables.laws, tables.steps[person["step"]]
    for number in range(step["rules"]):
        row = step["rule"] + number
        rule = tables.rules[row]
        room = rule["room"]
        if (ahead < 0) != (room < 0) or room > ahead:
            continue
        if rule["share"] < 0:
            return int(row)
        at = rule["share"] + rule["share_stride"] * person["group"]
        w = block(key, person["who"], person["visits"] - 1, P_RULE + number)
        if unit53(w[0], w[1]) < value_at(laws.values, laws.knots, at, now):
            return int(row)
    return -1


@jit_inside
def _first_wait(
    laws: Laws, waits: Table, step: np.void, person: np.void, key: int, now: int
) -> tuple[int, int]:
    """Return after how long the first waiting event falls due, and its row."""
    best, cause = NEVER - now, -1
    for event in range(step["waits"]):
        wait = waits[step["wait"] + event]
        law = wait["law"] + wait["law_stride"] * person["group"]
        if laws.laws[law]["kind"] < 0:
            continue
        u = unit32((person["words"] >> 32) & WORD)
        if event > 0:
            w = block(key, person["who"], person["visits"] - 1, P_WAIT + event)
            u = unit53(w[0], w[1])
        if laws.forms[law]["family"] != UNSETTLED:
            time = microseconds(drawn(laws.forms, law, u))
        else:
            time = microseconds(duration(laws, law, now, u))
        if time < best:
            best, cause = time, int(step["wait"] + event)
    return best, cause


@jit_inside
def _handed_back(state: State, desk: np.void, row: int) -> int:
    """Hand a patient back: a part of the visit is over; return the event to come."""
    person, now = state.people[row], state.n[NOW]
    visit_over(state.visits, state.levels, state.n, person, HANDED_BACK, -1, now, now)
    untreat(state.links, desk, row)
    desk["in_use"] -= 1
    person["left"] -= now - person["started"]
    person["part"] += 1
    person["joined"], person["started"] = now, -1
    outdate(state.stamps, row)
    person["state"] = MOVING
    return code(E_JOIN, row, state.stamps[row])


@jit_inside
def _treat(links: Table, desk: np.void, row: int) -> None:
    """Note a patient as one who can be handed back."""
    links[row]["prev"], links[row]["next"] = -1, desk["treated"]
    if desk["treated"] >= 0:
        links[desk["treated"]]["prev"] = row
    desk["treated"] = row


@jit_inside
def untreat(links: Table, desk: np.void, row: int) -> None:
    """Strike a patient from those who can be handed back."""
    before, after = links[row]["prev"], links[row]["next"]
    if before >= 0:
        links[before]["next"] = after
    else:
        desk["treated"] = after
    if after >= 0:
        links[after]["prev"] = before


@jit_inside
def _to_hand_back(people: Table, links: Table, first: int) -> int:
    """Return who is handed back first: least urgent, started last, largest lot."""
    best, row = -1, first
    while row >= 0:
        if best < 0 or _is_behind(people[row], people[best]):
            best = row
        row = links[row]["next"]
    return best


@jit_inside
def _is_behind(a: np.void, b: np.void) -> bool:
    """Return whether one in treatment is handed back before another."""
    if a["level"] != b["level"]:
        return bool(a["level"] > b["level"])
    if a["started"] != b["started"]:
        return bool(a["started"] > b["started"])
    return bool(a["lot"] > b["lot"])


@jit_inside
def _put_in_order(people: Table, newcomers: Rows, count: int) -> None:
    """Sort newcomers by line, level and lot (Shell's method)."""
    gap = count // 2
    while gap > 0:
        for i in range(gap, count):
            row = newcomers[i]
            j = i
            while j >= gap and _is_before(people[row], people[newcomers[j - gap]]):
                newcomers[j] = newcomers[j - gap]
                j -= gap
            newcomers[j] = row
        gap //= 2


@jit_inside
def _is_before(a: np.void, b: np.void) -> bool:
    """Return whether one newcomer is judged before another."""
    if a["level"] != b["level"]:
        return bool(a["level"] < b["level"])
    return bool(a["lot"] < b["lot"])
