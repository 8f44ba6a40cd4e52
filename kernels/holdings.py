"""What patients hold beside the one unit of a plain visit, and how it is given back.

A patient may keep a bed until the next service calls in, hold places through visits
elsewhere, and take several units, of several services, at once. `State.extra` has a row
for each patient.
"""

import numpy as np
from numpy.typing import NDArray

from kernels.causes import before_units_move, blocked
from kernels.events import code, schedule
from kernels.jit import inlined, jit_inside
from kernels.laws import duration, microseconds
from kernels.layout import (
    ALONGSIDE,
    AWAY,
    BLOCKED,
    CLEANING,
    KEPT,
    MOVED_BACK,
    P_CLEANING,
    SLOTS,
    Table,
)
from kernels.outliers import strike
from kernels.philox import block, unit53
from kernels.state import (
    B_MOVED,
    B_SINCE,
    BACK,
    DIRTY_N,
    E_CLEANED,
    END,
    H_AT,
    H_SINCE,
    H_UNITS,
    H_VISIT,
    HOLD_CELLS,
    HOLD_N,
    IN_TREATMENT,
    KEEPING,
    NOW,
    RELEASES,
    X_AT,
    X_BED,
    X_BED_HOME,
    X_BED_SINCE,
    X_BED_UNITS,
    X_BED_VISIT,
    X_HOLDS,
    X_KEEPS,
    X_UNITS,
    State,
    Tables,
)
from kernels.usage import use

Integers = NDArray[np.int64]
Rows = NDArray[np.int32]


@jit_inside
def ask(desks: Table, dirty: Rows, n: Integers, service: int) -> None:
    """Ask for a decision of a service, and its group, in the next round."""
    group = desks[service]["group"]
    if desks[group]["dirty"] == 0:
        desks[group]["dirty"] = 1
        dirty[n[DIRTY_N]] = group
        n[DIRTY_N] += 1


@jit_inside
def fall_free(
    tables: Tables, state: State, service: int, units: int, reserve: int
) -> None:
    """Free units of a service, at once."""
    desk = state.desks[service]
    if desk["kind"] == SLOTS:
        return
    before_units_move(tables, state, service)
    use(state.n, desk, -units)
    if reserve >= 0:
        state.reserved[reserve] -= units
    if desk["waiting"] > 0 or desk["joint"]:
        ask(state.desks, state.dirty, state.n, service)


@jit_inside
def _reserve(tables: Tables, hold: np.void) -> int:
    """Return of which reserve units count that a patient has; -1: of none."""
    if hold["service"] != hold["home"]:
        return -1
    return int(tables.reserve_of[hold["service"], hold["group"]])


@jit_inside
def give_back(tables: Tables, state: State, key: int, hold: np.void) -> None:
    """Give units back to a service, which may clean them before they are free."""
    service, units, now = hold["service"], hold["units"], state.n[NOW]
    reserve = _reserve(tables, hold)
    row = tables.services[service]
    if row["cleaning"] >= 0:
        law = row["cleaning"] + row["cleaning_stride"] * hold["group"]
        w = block(key, hold["who"], hold["visit"], P_CLEANING)
        time = microseconds(duration(tables.laws, law, now, unit53(w[0], w[1])))
        if time > 0:
            note(state, hold, CLEANING, -1, now, now + time)
            what = (units << 12) | (reserve + 1)
            schedule(state, now + time, code(E_CLEANED, service, what))
            return
    fall_free(tables, state, service, units, reserve)


@jit_inside
def note(
    state: State, hold: np.void, reason: int, wanted: int, since: int, until: int
) -> None:
    """Record that units were held for some time."""
    n = state.n
    if until <= since:
        return
    row = state.holds[n[HOLD_N]]
    n[HOLD_N] += 1
    row["who"], row["visit"] = hold["who"], hold["visit"]
    row["service"], row["home"] = hold["service"], hold["home"]
    row["units"], row["group"] = hold["units"], hold["group"]
    row["reason"], row["wanted"] = reason, wanted
    row["since"] = since
    row["until"] = until if until < n[END] else -1


@jit_inside
def describe(
    hold: np.void, person: np.void, service: int, home: int, units: int, visit: int
) -> None:
    """Write down which units of a patient are spoken of."""
    hold["who"], hold["group"] = person["who"], person["group"]
    hold["service"], hold["home"] = service, home
    hold["units"], hold["visit"] = units, visit


@jit_inside
def holds(tables: Tables, step: int, service: int) -> bool:
    """Return whether a step holds units of a service that were taken before."""
    row = tables.steps[step]
    for i in range(row["hold"], row["hold"] + row["holds"]):
        if tables.holding[i] == service:
            return True
    return False


@jit_inside
def parted(tables: Tables, state: State, key: int, row: int, delay: int) -> int:
    """Let a patient part with, or take along, what they hold as a visit is over.

    Returns how many units of its own service the visit took for itself.
    """
    person, x, now = state.people[row], state.extra[row], state.n[NOW]
    hold = state.scratch[0]
    if person["state"] != IN_TREATMENT and person["state"] != KEEPING:
        settle(tables, state, key, row, delay)
        return 0
    end_treatment(tables, state, row)
    service, to, k = person["service"], person["to"], person["visits"] - 1
    at, units = x[X_AT], x[X_UNITS]
    if units == 0:
        settle(tables, state, key, row, delay)
        return 0
    give_back_others(tables, state, key, row)
    describe(hold, person, at, service, units, k)
    own = units
    if at != service:
        note(state, hold, AWAY, -1, person["started"], now)
        own = 0
    elif moved_back(state, hold, row):
        own = 0
    held = tables.hold_of[service]
    stays = to >= 0 and held >= 0 and holds(tables, to, service)
    if to >= 0 and delay == 0:
        stays |= held >= 0 and tables.steps[to]["service"] == service
    if stays:
        place = X_HOLDS + HOLD_CELLS * held
        x[place + H_UNITS], x[place + H_SINCE] = units, now
        x[place + H_VISIT], x[place + H_AT] = k, at
    elif to >= 0 and delay == 0 and x[X_KEEPS]:
        x[X_BED], x[X_BED_HOME], x[X_BED_UNITS] = at, service, units
        x[X_BED_SINCE], x[X_BED_VISIT] = now, k
        blocked(tables, state, at, units)
    else:
        give_back(tables, state, key, hold)
    settle(tables, state, key, row, delay)
    return int(own)


@inlined
def moved_back(state: State, hold: np.void, row: int) -> bool:
    """Return whether a visit that is over had moved back to its own service.

    Notes the units that it had there since then; `hold` says which they are.
    """
    x, first = state.extra[row], state.n[BACK]
    if first == 0 or x[first + B_MOVED] == 0:
        return False
    x[first + B_MOVED] = 0
    note(state, hold, MOVED_BACK, -1, x[first + B_SINCE], state.n[NOW])
    return True


@jit_inside
def give_back_others(tables: Tables, state: State, key: int, row: int) -> None:
    """Give back the units of other services that a visit took together with its own."""
    person, hold, now = state.people[row], state.scratch[0], state.n[NOW]
    level, k = state.levels[person["level"]], person["visits"] - 1
    for i in range(level["need"] + 1, level["need"] + level["needs"]):
        need = tables.requirements[i]
        home = person["service"]
        describe(hold, person, need["service"], home, need["units"], k)
        note(state, hold, ALONGSIDE, -1, person["started"], now)
        give_back(tables, state, key, hold)


@jit_inside
def settle(tables: Tables, state: State, key: int, row: int, delay: int) -> None:
    """Give back what a patient does not take along to where they go next."""
    person, x, now = state.people[row], state.extra[row], state.n[NOW]
    to, hold = person["to"], state.scratch[0]
    for held in range(len(tables.held)):
        place = X_HOLDS + HOLD_CELLS * held
        if x[place + H_UNITS] == 0:
            continue
        service = tables.held[held]
        stays = to >= 0 and (
            (delay == 0 and tables.steps[to]["service"] == service)
            or holds(tables, to, service)
        )
        if not stays:
            at, visit = x[place + H_AT], x[place + H_VISIT]
            describe(hold, person, at, service, x[place + H_UNITS], visit)
            note(state, hold, KEPT, -1, x[place + H_SINCE], now)
            x[place + H_UNITS] = 0
            give_back(tables, state, key, hold)
    if x[X_BED] >= 0:
        home, visit = x[X_BED_HOME], x[X_BED_VISIT]
        describe(hold, person, x[X_BED], home, x[X_BED_UNITS], visit)
        note(state, hold, BLOCKED, person["service"], x[X_BED_SINCE], now)
        x[X_BED_SINCE] = now
        if to < 0 or delay > 0:
            blocked(tables, state, x[X_BED], -x[X_BED_UNITS])
            x[X_BED] = -1
            give_back(tables, state, key, hold)


@jit_inside
def leave_bed(tables: Tables, state: State, row: int) -> None:
    """Let the bed that a patient keeps fall free in the next round."""
    n, x = state.n, state.extra[row]
    if x[X_BED] < 0:
        return
    person, release = state.people[row], state.releases[n[RELEASES]]
    n[RELEASES] += 1
    release["who"], release["group"] = person["who"], person["group"]
    release["service"], release["units"] = x[X_BED], x[X_BED_UNITS]
    release["visit"], release["since"] = x[X_BED_VISIT], x[X_BED_SINCE]
    release["wanted"], release["home"] = person["service"], x[X_BED_HOME]
    release["reason"] = BLOCKED
    blocked(tables, state, x[X_BED], -x[X_BED_UNITS])
    x[X_BED] = -1


@jit_inside
def free_bed(tables: Tables, state: State, key: int) -> None:
    """Let one of the beds that patients have left fall free."""
    n = state.n
    n[RELEASES] -= 1
    release = state.releases[n[RELEASES]]
    note(state, release, BLOCKED, release["wanted"], release["since"], n[NOW])
    if release["reason"] == BLOCKED:
        give_back(tables, state, key, release)
        return
    reserve = _reserve(tables, release)
    fall_free(tables, state, release["service"], release["units"], reserve)


@jit_inside
def goes_on(tables: Tables, state: State, row: int) -> bool:
    """Return whether a patient goes on in units held already; note which they are."""
    person, x = state.people[row], state.extra[row]
    service = person["service"]
    held = tables.hold_of[service]
    if held >= 0 and x[X_HOLDS + HOLD_CELLS * held + H_UNITS] > 0:
        x[X_AT], x[X_UNITS] = x[X_HOLDS + HOLD_CELLS * held + H_AT], 0
        return True
    if x[X_BED] >= 0 and x[X_BED_HOME] == service:
        x[X_AT], x[X_UNITS] = x[X_BED], x[X_BED_UNITS]
        blocked(tables, state, x[X_BED], -x[X_BED_UNITS])
        x[X_BED] = -1
        # In treatment again, where the more urgent may interrupt it.
        ask(state.desks, state.dirty, state.n, x[X_AT])
        return True
    return False


@jit_inside
def untreat(links: Table, desk: np.void, row: int) -> None:
    """Strike a patient from those whose treatment can be broken off."""
    before, after = links[row]["prev"], links[row]["next"]
    if before >= 0:
        links[before]["next"] = after
    else:
        desk["treated"] = after
    if after >= 0:
        links[after]["prev"] = before


@jit_inside
def treat(links: Table, desk: np.void, row: int) -> None:
    """Note a patient as one whose treatment can be broken off."""
    links[row]["prev"], links[row]["next"] = -1, desk["treated"]
    if desk["treated"] >= 0:
        links[desk["treated"]]["prev"] = row
    desk["treated"] = row


@jit_inside
def end_treatment(tables: Tables, state: State, row: int) -> None:
    """Strike a patient from those in treatment, where these are listed."""
    person = state.people[row]
    if person["state"] != IN_TREATMENT:
        return
    service = person["service"]
    if tables.odd[person["step"]]:
        strike(state.extra, state.desks, state.n, service, row)
        if state.extra[row, X_UNITS] == 0:
            return
        service = state.extra[row, X_AT]
    desk = state.desks[service]
    if desk["listed"]:
        untreat(state.links, desk, row)
