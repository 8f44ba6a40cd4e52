"""Facts of the compiled engine: who comes, what falls due, and where patients go."""

import numpy as np
from numpy.typing import NDArray

from kernels import lines
from kernels.causes import (
    before_capacity_moves,
    before_units_move,
    delayed,
    gave_up,
    in_new_level,
    missed,
    noted,
    taken_up,
)
from kernels.comparing import stand_aside
from kernels.decisions import rule_of
from kernels.events import code, outdate
from kernels.groups import take_out
from kernels.holdings import ask, end_treatment, fall_free, parted
from kernels.jit import inlined, jit_inside
from kernels.layout import (
    ABSENT,
    BEFORE,
    COMPLETED,
    ENDS,
    JOINS,
    LEAVES,
    LEFT,
    NEVER,
    P_AWAY,
    P_RULE,
    P_VISIT,
    SLOTS,
    TO_CHOICE,
    TO_STEP,
    TURNED_AWAY,
)
from kernels.machines import turned
from kernels.pages import return_date
from kernels.philox import block, lot, signed, unit32, unit53
from kernels.prefetch import ask_for
from kernels.recording import drop_clocks, patient_gone, tick, visit_over
from kernels.routing import NOWHERE, OPEN, route, still_branch
from kernels.state import (
    ABSENTEE,
    ARRIVAL,
    BOARDERS,
    BOOKED,
    CHANGE_N,
    E_CALENDAR,
    E_CLEANED,
    E_END,
    E_FREE,
    E_JOIN,
    E_RULE,
    E_WAIT,
    FREE,
    FREE_N,
    IN_LINE,
    IN_TREATMENT,
    KEEPING,
    MOVING,
    NEWCOMERS,
    NOW,
    R_STAMP,
    ROWS_MASK,
    SENT_AWAY,
    STIRRED,
    WORD,
    X_AT,
    X_KEEPS,
    State,
    Tables,
)
from kernels.treatment import attended, begun_in_hand
from kernels.usage import use
from kernels.waiting import next_moment, next_wait
from kernels.watch import turn

Event = tuple[int, int]
Integers = NDArray[np.int64]
Rows = NDArray[np.int32]

NOTHING = -2
"""Instead of a choice: nobody moves."""
KNOWN = -1
"""Instead of a choice: the next place is known."""
ENDLESS = -1
"""Instead of a time for which a unit is kept: choices lead round in a circle."""


@inlined
def arrival(tables: Tables, state: State, key: int) -> tuple[int, int, float]:
    """Let the next patient come; return their row, and choice and luck of the place."""
    n = state.n
    coming = state.arrivals[n[ARRIVAL]]
    n[ARRIVAL] += 1
    n[FREE_N] -= 1
    row = state.free[n[FREE_N]]
    _ask_for_free(state)
    person = state.people[row]
    person["who"], person["entered"] = coming["who"], coming["time"]
    person["lot"] = lot(key, coming["who"])
    person["group"], person["stream"] = coming["group"], coming["stream"]
    person["visits"], person["part"], person["fresh"] = 0, 0, 0
    person["missed"] = 0
    person["state"] = MOVING
    at = tables.moment[len(tables.moment) - 1, JOINS]
    if at[1] > 0:
        tick(tables.moments, at, state, person, row)
    choice = int(coming["to"])
    if tables.ways.sure[choice, person["group"]] != OPEN:
        return int(row), choice, 0.5
    w = block(key, person["who"], BEFORE, P_VISIT)
    return int(row), choice, unit32(w[3])


@inlined
def _ask_for_free(state: State) -> None:
    """Ask for the rows of one of those who come soon, as far as can be told."""
    # Not for the next, as there would be no time; of later ones others may be first.
    place = state.n[FREE_N] - 3
    if place >= 0:
        row = state.free[place]
        ask_for(state.people, row, 0)
        ask_for(state.people, row, 1)
        ask_for(state.since, row, 0)
        ask_for(state.links, row, 0)
        ask_for(state.notes, row, 0)


@jit_inside
def opening(tables: Tables, state: State, key: int, what: int) -> Event:
    """Open or close units, free them, or look at a service; return the next opening.

    Or that of a machine, which has its number in place of a stamp.
    """
    kind, row, stamp = what & 7, (what >> 3) & ROWS_MASK, what >> 33
    if kind == E_RULE:
        if stamp == state.rules[row, R_STAMP]:
            turn(tables, state, row)
        return NEVER, 0
    if kind == E_CLEANED:
        fall_free(tables, state, row, stamp >> 12, (stamp & 4095) - 1)
        return NEVER, 0
    if kind == E_CALENDAR and stamp > 0:
        return turned(tables, state, key, stamp)
    ask(state.desks, state.dirty, state.n, row)
    service, desk = row, state.desks[row]
    before_capacity_moves(tables, state, service)
    if kind == E_CALENDAR:
        opened = tables.calendar[desk["opening"]]["capacity"]
        desk["capacity"] = min(opened, desk["working"]) + desk["extra"]
        state.n[STIRRED] = 1
        desk["opening"] += 1
        if desk["opening"] < desk["openings"]:
            time = tables.calendar[desk["opening"]]["time"]
            return int(time), code(E_CALENDAR, service, 0)
    return NEVER, 0


@inlined
def happening(
    tables: Tables, state: State, key: int, row: int, kind: int
) -> tuple[int, float, int]:
    """Let something happen to a patient.

    Returns
    -------
    choice : int
        Of the next place; KNOWN or NOTHING.
    u : float
        Luck of the choice.
    delay : int
        Until the next step, where that is known.
    """
    person, now = state.people[row], state.n[NOW]
    if kind == E_END and person["state"] == IN_TREATMENT:
        person["ended"] = now
        at = tables.moment[person["step"], ENDS]
        if at[1] > 0:
            tick(tables.moments, at, state, person, row)
        then = tables.steps[person["step"]]["then"]
        return int(then), unit32(person["words"] & WORD), 0
    if kind == E_JOIN:
        if person["state"] == BOOKED:
            return NOTHING, 0.0, 0
        if person["part"] == 0:
            return KNOWN, 0.0, 0
        person["state"] = IN_LINE
        lines.rejoin(state.people, state.links, state.levels, row)
        desk = state.desks[person["service"]]
        desk["waiting"] += 1
        if len(state.accounts) > 0:
            noted(tables, state, row, now)
        if may_call_in(desk, now):
            ask(state.desks, state.dirty, state.n, person["service"])
        return NOTHING, 0.0, 0
    if kind == E_FREE:
        delayed(tables, state, row, -1)
        return KNOWN, 0.0, int(person["delay"])
    choice, u = _unseen(tables, state, key, row, kind)
    return choice, u, 0


@jit_inside
def _unseen(
    tables: Tables, state: State, key: int, row: int, kind: int
) -> tuple[int, float]:
    """End a visit without treatment; return choice and luck of the next place.

    NOTHING where the patient stays in line (`changed`).
    """
    person, now = state.people[row], state.n[NOW]
    k, cause = person["visits"] - 1, person["cause"]
    if kind == E_WAIT and tables.waits[cause]["then"] < 0:
        return NOTHING, 0.0
    person["ended"] = now
    if kind == E_WAIT:
        gave_up(tables, state, row)
        _out_of_line(state, row)
        visit_over(state.visits, state.levels, state.n, person, LEFT, cause, now, -1, 0)
        w = block(key, person["who"], k, P_AWAY)
        return int(tables.waits[cause]["then"]), unit53(w[0], w[1])
    if state.desks[person["service"]]["joint"]:
        ask(state.desks, state.dirty, state.n, person["service"])
    step = tables.steps[person["step"]]
    if person["state"] == ABSENTEE:
        missed(state, row)
        units = 1
        if tables.odd[person["step"]]:
            units = int(state.extra[row, X_AT] == person["service"])
        visit_over(
            state.visits, state.levels, state.n, person, ABSENT, -1, now, now, units
        )
        w = block(key, person["who"], k, P_AWAY)
        return int(step["absent_then"]), unit53(w[2], w[3])
    visit_over(
        state.visits, state.levels, state.n, person, TURNED_AWAY, cause, now, -1, 0
    )
    w = block(key, person["who"], k, P_RULE + cause - step["rule"])
    return int(tables.rules[cause]["then"]), unit53(w[2], w[3])


@jit_inside
def _out_of_line(state: State, row: int) -> None:
    """Take a patient out of the line, or give back their date."""
    person = state.people[row]
    desk = state.desks[person["service"]]
    if desk["joint"]:
        ask(state.desks, state.dirty, state.n, person["service"])
    if person["state"] == BOOKED:
        desk["waiting"] -= 1
        return_date(state, row)
    else:
        take_out(state, row)


@jit_inside
def lingering(tables: Tables, state: State, key: int, row: int, kind: int) -> Event:
    """Let one in line keep their date, or wait on with another priority.

    Nothing comes of it for all others who stay where they are.
    """
    if kind == E_WAIT:
        return _changed(tables, state, key, row)
    if state.people[row]["state"] == BOOKED:
        return attended(tables, state, key, row)
    return NEVER, 0


@jit_inside
def _changed(tables: Tables, state: State, key: int, row: int) -> Event:
    """Give a patient in line another priority; return the next waiting event."""
    n, person, cause = state.n, state.people[row], state.people[row]["cause"]
    wait = tables.waits[cause]
    priority = tables.wholes[
        wait["priority"] + wait["priority_stride"] * person["group"]
    ]
    change = state.changes[n[CHANGE_N]]
    n[CHANGE_N] += 1
    change["who"], change["visit"] = person["who"], person["visits"] - 1
    change["cause"], change["group"] = cause, person["group"]
    change["time"] = n[NOW]
    level, desk = state.levels[person["level"]], state.desks[person["service"]]
    like = lines.level_like(state.levels, desk, person["level"], priority)
    outdate(state.stamps, row)
    if person["state"] == BOOKED:  # Nobody passes over who has a date.
        person["level"] = like
        return next_moment(tables, state, key, row, n[NOW] - person["joined"], cause)
    if priority != level["priority"]:
        lines.leave(state.links, level, row)
        in_new_level(state, row, like)
        person["level"] = like
        person["since"] = n[NOW]
        lines.join(state.people, state.links, state.levels, row)
        n[STIRRED] = 1
        ask(state.desks, state.dirty, n, person["service"])
    return next_wait(tables, state, key, row, n[NOW] - person["joined"], cause)


@inlined
def direction(
    tables: Tables, state: State, key: int, row: int, choice: int, u: float
) -> tuple[int, int]:
    """Choose where a patient goes next.

    Returns
    -------
    delay : int
        Until then, once the unit is given back.
    kept : int
        For how long the unit is kept; ENDLESS where choices lead in a circle.
    """
    person, now, ways = state.people[row], state.n[NOW], tables.ways
    group = int(person["group"])
    if ways.still[choice]:
        at = ways.sure[choice, group]
        if at == OPEN:
            at = still_branch(ways, choice, group, u)
        branch = ways.branches[at]
        if branch["kind"] != TO_CHOICE and branch["after"] < 0 > branch["arranged"]:
            to = branch["to"]
            _note_keeping(tables, state, row, branch["keeps"])
            person["to"] = to if branch["kind"] == TO_STEP else -1 - to
            return 0, 0
    who, k = person["who"], person["visits"] - 1
    kind, to, delay, kept, keeps = route(
        tables.laws, ways, key, who, k, choice, group, now, u
    )
    _note_keeping(tables, state, row, keeps)
    person["to"] = to if kind == TO_STEP else -1 - to
    return delay, ENDLESS if kind == TO_CHOICE else kept


@inlined
def _note_keeping(tables: Tables, state: State, row: int, keeps: int) -> None:
    """Note whether units are kept until the next service calls in, where it matters."""
    if state.extra.shape[1] > 0 and _may_hold(tables, state.people[row]):
        state.extra[row, X_KEEPS] = keeps


@jit_inside
def keeping(tables: Tables, state: State, row: int, delay: int, kept: int) -> Event:
    """Let a treated patient keep the unit for a while."""
    person = state.people[row]
    if state.extra.shape[1] > 0:
        end_treatment(tables, state, row)
    delayed(tables, state, row, 1)
    outdate(state.stamps, row)
    person["state"], person["delay"] = KEEPING, delay
    return state.n[NOW] + kept, code(E_FREE, row, state.stamps[row])


@inlined
def going_on(tables: Tables, state: State, key: int, row: int, delay: int) -> Event:
    """Let a patient go where they go next; the unit, if there is one, falls free."""
    n, person = state.n, state.people[row]
    is_treated = person["state"] == IN_TREATMENT or person["state"] == KEEPING
    units = 1
    if state.extra.shape[1] > 0 and _may_hold(tables, person):
        units = parted(tables, state, key, row, delay)
    elif is_treated:
        desk = state.desks[person["service"]]
        if desk["kind"] != SLOTS:
            if desk["waiting"] > 0:  # else no counter is read before it is noted anew
                before_units_move(tables, state, person["service"])
                ask(state.desks, state.dirty, n, person["service"])
            use(n, desk, -1)
    if is_treated:
        visit_over(
            state.visits,
            state.levels,
            state.n,
            person,
            COMPLETED,
            -1,
            person["ended"],
            n[NOW],
            units,
        )
    if person["state"] > MOVING:
        outdate(state.stamps, row)
        at = tables.moment[person["step"], LEAVES]
        if at[1] > 0:
            tick(tables.moments, at, state, person, row)
    person["state"], person["part"] = MOVING, 0
    if delay > 0:
        return n[NOW] + delay, code(E_JOIN, row, state.stamps[row])
    if person["to"] >= 0:
        return _joining(tables, state, key, row)
    at = tables.moment[len(tables.moment) - 1, LEAVES]
    if at[1] > 0:
        tick(tables.moments, at, state, person, row)
    if state.since.shape[1] > 0:
        drop_clocks(state, person, row)
    patient_gone(state.patients, n, person)
    person["state"] = FREE
    state.free[n[FREE_N]] = row
    n[FREE_N] += 1
    return NEVER, 0


@inlined
def _may_hold(tables: Tables, person: np.void) -> bool:
    """Return whether a patient whose visit is over may hold more than a plain unit."""
    if person["state"] == IN_TREATMENT or person["state"] == KEEPING:
        return bool(tables.odd[person["step"]])
    return bool(person["state"] > MOVING)


@inlined
def _joining(tables: Tables, state: State, key: int, row: int) -> Event:
    """Begin a visit: stand the patient in line, or turn them away."""
    n, person = state.n, state.people[row]
    to, now = person["to"], n[NOW]
    step = tables.steps[to]
    service = step["service"]
    if service == NOWHERE:
        stand_aside(state, row)
        return NEVER, 0
    if person["missed"]:
        taken_up(state, row, service)
    w = block(key, person["who"], person["visits"], P_VISIT)
    person["u"], person["words"] = unit53(w[0], w[1]), signed(w[2], w[3])
    person["visits"] += 1
    person["part"], person["step"], person["service"] = 0, to, service
    person["level"] = state.level_of[to, person["group"]]
    person["joined"], person["since"] = now, now
    person["started"], person["ended"] = -1, -1
    at = tables.moment[to, JOINS]
    if at[1] > 0:
        tick(tables.moments, at, state, person, row)
    boards = False
    if tables.odd[to]:
        time, what = begun_in_hand(tables, state, key, row)
        if what >= 0:
            return time, what
        boards = state.levels[person["level"]]["boards"] > 0
    if step["rules"] > 0:
        rule = rule_of(tables, state, person, key, -1)
        if rule >= 0:
            person["cause"], person["state"] = rule, SENT_AWAY
            return now, code(E_END, row, state.stamps[row])
    person["state"] = IN_LINE
    lines.join(state.people, state.links, state.levels, row)
    desk = state.desks[service]
    desk["waiting"] += 1
    if len(state.accounts) > 0:
        noted(tables, state, row, now)
    if boards:
        desk["boarders"] += 1
        n[BOARDERS] += 1
        n[STIRRED] = 1
    if step["waits"] > 0 or step["rules"] > 0:
        person["fresh"] = 1
        desk["fresh"] += not boards
        state.newcomers[n[NEWCOMERS]] = row
        n[NEWCOMERS] += 1
    if may_call_in(desk, now):
        ask(state.desks, state.dirty, n, service)
    return NEVER, 0


@jit_inside
def may_call_in(desk: np.void, now: int) -> bool:
    """Return whether a service must decide when somebody joins its line.

    Not where no unit is free, nor where its next slot is still to fall due: what frees
    a unit, and the slot, ask for a decision themselves.
    """
    if desk["joint"]:
        return True
    if desk["kind"] == SLOTS:
        return bool(now >= desk["wake"])
    return bool(desk["in_use"] < desk["capacity"])
