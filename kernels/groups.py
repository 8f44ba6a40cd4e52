"""Decisions of services that share units, or whose patients need more than one.

All lines of a group are looked at together, one patient at a time: the first in the
order of the lines for whom there is room is called in (docs/background/semantics.md,
sections 3 and 11 to 13).
"""

import numpy as np
from numpy.typing import NDArray

from kernels import lines
from kernels.discharge import leaving_time
from kernels.events import code, outdate
from kernels.holdings import fall_free, goes_on, leave_bed, note, treat, untreat
from kernels.jit import jit_inside
from kernels.laws import duration, microseconds
from kernels.layout import (
    ALONGSIDE,
    AWAY,
    HANDED_BACK,
    NEVER,
    P_ABSENT,
    SLOTS,
    STARTS,
    Table,
)
from kernels.pages import NONE, next_page_look, page_for, take_date
from kernels.philox import block, unit53
from kernels.recording import tick, visit_over
from kernels.slots import next_slot
from kernels.state import (
    ABSENTEE,
    BOARDERS,
    BOOKED,
    DIRTY_N,
    E_END,
    E_JOIN,
    E_LOOK,
    IN_TREATMENT,
    MOVING,
    NOW,
    X_AT,
    X_BED,
    X_PAGE,
    X_UNITS,
    State,
    Tables,
)
from kernels.values import value_at
from kernels.waiting import next_moment

Event = tuple[int, int]
Integers = NDArray[np.int64]

ALL = 2**31 - 1
"""Instead of a row of `waits`: after every other at its moment."""
OWN, INTERRUPTS, NO_ROOM = -1, -2, -3
"""Instead of a row of `helps`: where the units of a patient come from."""


@jit_inside
def joint_decision(tables: Tables, state: State, key: int, group: int) -> Event:
    """Take the next decision of a group of services, or be done with it."""
    n, desks = state.n, state.desks
    now, first = n[NOW], desks[group]["member"]
    last = first + desks[group]["members"]
    for i in range(first, last):
        desk = desks[tables.members[i]]
        if desk["hand_back"] and desk["in_use"] > desk["capacity"]:
            row = _least_urgent(state.people, state.levels, state.links, desk)
            if row >= 0:
                return now, handed_back(tables, state, row)
    level, source = _choice(tables, state, first, last)
    if level >= 0:
        row, service = state.levels[level]["head"], state.levels[level]["service"]
        if source == INTERRUPTS:
            desk = desks[service]
            junior = _least_urgent(state.people, state.levels, state.links, desk)
            return now, handed_back(tables, state, junior)
        return called_in(tables, state, key, row, source)
    n[DIRTY_N] -= 1
    desks[group]["dirty"] = 0
    wake, service = _next_look(tables, state, first, last)
    if wake < NEVER and not now < desks[group]["wake"] <= wake:
        desks[group]["wake"] = wake
        return wake, code(E_LOOK, service, 0)
    return NEVER, 0


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
                here = _source(tables, state, level)
                if not in_order and here != NO_ROOM:
                    best, source = level, here
        if front >= 0 and (best < 0 or _is_ahead(state, front, best)):
            here = _source(tables, state, front)
            if here != NO_ROOM:
                best, source = front, here
    return best, source


@jit_inside
def _is_ahead(state: State, level: int, other: int) -> bool:
    """Return whether the first of a level comes before the first of another."""
    head, other_head = state.levels[level]["head"], state.levels[other]["head"]
    return lines.is_ahead(state.people, state.levels, head, other_head)


@jit_inside
def _source(tables: Tables, state: State, number: int) -> int:
    """Return whence the first of a level could take their units now."""
    level = state.levels[number]
    service = level["service"]
    for i in range(level["need"] + 1, level["need"] + level["needs"]):
        need = tables.requirements[i]
        if _free_for_others(tables, state, need["service"]) < need["units"]:
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
    return bool(_free_for(tables, state, service, reserve) >= units)


@jit_inside
def _free_for_others(tables: Tables, state: State, service: int) -> int:
    """Return how many units are free for those for whom none are kept back."""
    desk, row = state.desks[service], tables.services[service]
    free = desk["capacity"] - desk["in_use"]
    for reserve in range(row["reserve"], row["reserve"] + row["reserves"]):
        taken = state.reserved[reserve]
        free -= max(tables.reserves[reserve]["units"] - taken, 0)
    return int(free)


@jit_inside
def _free_for(tables: Tables, state: State, service: int, reserve: int) -> int:
    """Return how many units are free for those of a reserve (-1: of none)."""
    free = _free_for_others(tables, state, service)
    if reserve >= 0:
        kept = tables.reserves[reserve]["units"] - state.reserved[reserve]
        desk = state.desks[service]
        free = min(free + max(kept, 0), desk["capacity"] - desk["in_use"])
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
def _next_look(tables: Tables, state: State, first: int, last: int) -> tuple[int, int]:
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
def called_in(tables: Tables, state: State, key: int, row: int, source: int) -> Event:
    """Call a patient in, to the units from where there is room."""
    n, person = state.n, state.people[row]
    level = state.levels[person["level"]]
    service, units = person["service"], tables.requirements[level["need"]]["units"]
    is_fresh = person["fresh"]
    take_out(state, row)
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
    elif state.desks[at]["kind"] == SLOTS:
        person["left"] = state.desks[at]["length"]
        state.desks[at]["slot"] += 1
        find_slot(state.desks[at], tables.calendar, n[NOW])
    else:
        state.desks[at]["in_use"] += units
        if at == service and level["reserve"] >= 0:
            state.reserved[level["reserve"]] += units
    for i in range(level["need"] + 1, level["need"] + level["needs"]):
        need = tables.requirements[i]
        state.desks[need["service"]]["in_use"] += need["units"]
    leave_bed(state, row)
    state.extra[row, X_AT], state.extra[row, X_UNITS] = at, units
    return begun(tables, state, key, row, factor)


@jit_inside
def attended(tables: Tables, state: State, key: int, row: int) -> Event:
    """Let a patient come to their date."""
    outdate(state.stamps, row)
    state.desks[state.people[row]["service"]]["waiting"] -= 1
    leave_bed(state, row)
    return begun(tables, state, key, row, -1)


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
    else:
        desk["fresh"] -= person["fresh"]
    person["fresh"] = 0
    outdate(state.stamps, row)


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
    person["started"] = now
    if person["part"] == 0:
        if step["absent"] >= 0 and is_absent(tables, step, person, key):
            person["state"] = ABSENTEE
            return now, code(E_END, row, state.stamps[row])
        person["left"] = _time(tables, state, key, row, factor)
        at = tables.moment[person["step"], STARTS]
        if at[1] > 0:
            tick(tables.moments, at, state.clocks, state.since, state.n, person, row)
    person["state"] = IN_TREATMENT
    if x[X_UNITS] > 0 and state.desks[x[X_AT]]["listed"]:
        treat(state.links, state.desks[x[X_AT]], row)
    return now + person["left"], code(E_END, row, state.stamps[row])


@jit_inside
def _time(tables: Tables, state: State, key: int, row: int, factor: int) -> int:
    """Return how long treatment lasts."""
    person, now = state.people[row], state.n[NOW]
    step, laws = tables.steps[person["step"]], tables.laws
    if step["law"] < 0:
        time = person["left"]
    else:
        law = step["law"] + step["law_stride"] * person["group"]
        days = duration(laws, law, now, person["u"])
        if factor >= 0:
            days *= value_at(laws.values, laws.knots, factor, now)
        time = microseconds(days)
    at = tables.services[person["service"]]
    if at["hours"] == 0:
        return int(time)
    k, end = person["visits"] - 1, now + time
    leaves = leaving_time(
        tables.hours,
        at["hour"],
        at["hours"],
        laws.values,
        laws.knots,
        key,
        person["who"],
        k,
        end,
    )
    return int(leaves - now)


@jit_inside
def is_absent(tables: Tables, step: np.void, person: np.void, key: int) -> bool:
    """Return whether a patient who is called to a slot does not attend."""
    row = step["absent"] + step["absent_stride"] * person["group"]
    laws = tables.laws
    share = value_at(laws.values, laws.knots, row, person["started"])
    w = block(key, person["who"], person["visits"] - 1, P_ABSENT)
    return bool(unit53(w[0], w[1]) < share)


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


@jit_inside
def handed_back(tables: Tables, state: State, row: int) -> int:
    """Hand a patient back: a part of the visit is over; return the event to come."""
    n, person = state.n, state.people[row]
    now, at, units, own = n[NOW], person["service"], 1, 1
    level = state.levels[person["level"]]
    if tables.odd[person["step"]]:
        at, units = state.extra[row, X_AT], state.extra[row, X_UNITS]
        own = units if at == person["service"] else 0
        _give_up(tables, state, row)
    desk = state.desks[at]
    untreat(state.links, desk, row)
    desk["in_use"] -= units
    if at == person["service"] and level["reserve"] >= 0:
        state.reserved[level["reserve"]] -= units
    visit_over(state.visits, state.levels, n, person, HANDED_BACK, -1, now, now, own)
    if not tables.services[person["service"]]["again"]:
        person["left"] -= now - person["started"]
    person["part"] += 1
    person["joined"], person["started"] = now, -1
    outdate(state.stamps, row)
    person["state"] = MOVING
    return code(E_JOIN, row, state.stamps[row])


@jit_inside
def _give_up(tables: Tables, state: State, row: int) -> None:
    """Record and free what a visit that is broken off had beside its own units."""
    person, x, hold = state.people[row], state.extra[row], state.scratch[0]
    now, level = state.n[NOW], state.levels[person["level"]]
    hold["who"], hold["group"] = person["who"], person["group"]
    hold["visit"], hold["home"] = person["visits"] - 1, person["service"]
    if x[X_AT] != person["service"]:
        hold["service"], hold["units"] = x[X_AT], x[X_UNITS]
        note(state, hold, AWAY, -1, person["started"], now)
    for i in range(level["need"] + 1, level["need"] + level["needs"]):
        need = tables.requirements[i]
        hold["service"], hold["units"] = need["service"], need["units"]
        note(state, hold, ALONGSIDE, -1, person["started"], now)
        fall_free(state, need["service"], need["units"], -1)


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
