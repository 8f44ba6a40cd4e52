"""Why patients waited: the time of their clocks in line, split by cause.

A service has an account that goes on only when it must: before its capacity changes,
before its units change where these have counters, and when it is asked. The rules stand
in docs/background/semantics.md, section 18.
"""

import numpy as np
from numpy.typing import NDArray

from kernels.accounts import (
    CAME,
    CAME_AT,
    CAME_THEN,
    N_FIRST,
    N_KEPT,
    N_MISSED,
    N_PASSED,
    PARTS,
    PASSED_SINCE,
    PASSED_TIME,
)
from kernels.jit import inlined, jit, jit_inside
from kernels.layout import (
    SLOTS,
    W_BLOCKED,
    W_CLOSED,
    W_KEPT_BACK,
    W_NO_CAPACITY,
    W_OUTRANKED,
    W_REBOOKED,
)
from kernels.recording import (
    explained,
    is_going,
    mark,
    next_on,
    time_of,
)
from kernels.references import referred
from kernels.room import free_for
from kernels.shares import cleared, own_row
from kernels.state import (
    AGAIN,
    BEGIN,
    BOOKED,
    H_UNITS,
    HOLD_CELLS,
    IN_LINE,
    LOOK_N,
    MISSED,
    MOVING,
    NOW,
    PAUSED,
    SINCE,
    X_AT,
    X_HOLDS,
    X_UNITS,
    State,
    Tables,
)

Integers = NDArray[np.int64]
Rows = NDArray[np.intp]

# The account of a service


@jit_inside
def elapse(tables: Tables, state: State, service: int, now: int) -> None:
    """Let the account of a service go on to a moment, things being as they are."""
    account = state.accounts[service]
    seen = account["seen"]
    if now <= seen:
        return
    account["seen"] = now
    desk, time = state.desks[service], now - seen
    if desk["capacity"] <= 0:
        if account["opened"] < seen:
            account["shut"] = seen
        account["opened"] = now
        return
    if account["moves"]:
        units = max(desk["capacity"], desk["in_use"])
        account["delay"] += time * (PARTS * account["blocked"] // units)
        if account["kept"] >= 0:
            _keep(tables, state, service, time, units)


@inlined
def _keep(tables: Tables, state: State, service: int, time: int, units: int) -> None:
    """Count units that are free but kept back from those of each reserve."""
    row, first = tables.services[service], state.accounts[service]["kept"]
    free = state.desks[service]["capacity"] - state.desks[service]["in_use"]
    for number in range(1 + row["reserves"]):
        reserve = row["reserve"] + number - 1 if number > 0 else -1
        kept = min(max(free, 0), free - free_for(tables, state, service, reserve))
        state.kept[first + number] += time * (PARTS * kept // units)


@jit_inside
def before_units_move(tables: Tables, state: State, service: int) -> None:
    """Let the account of a service go on up to now, where it counts units."""
    if len(state.accounts) > 0 and state.accounts[service]["moves"]:
        elapse(tables, state, service, state.n[NOW])


@jit_inside
def before_capacity_moves(tables: Tables, state: State, service: int) -> None:
    """Let the account of a service go on up to now."""
    if len(state.accounts) > 0:
        elapse(tables, state, service, state.n[NOW])


@jit_inside
def blocked(tables: Tables, state: State, service: int, units: int) -> None:
    """Count units as kept by a patient whose treatment is over, or (-units) no more."""
    if len(state.accounts) > 0 and state.desks[service]["kind"] != SLOTS:
        elapse(tables, state, service, state.n[NOW])
        state.accounts[service]["blocked"] += units


@jit_inside
def delayed(tables: Tables, state: State, row: int, sign: int) -> None:
    """Count the units of a patient as kept after treatment, or (-1) no more."""
    if len(state.accounts) == 0:
        return
    person = state.people[row]
    if not tables.odd[person["step"]]:
        blocked(tables, state, person["service"], sign)
        return
    x, units = state.extra[row], state.extra[row, X_UNITS]
    if units == 0:
        units = x[X_HOLDS + HOLD_CELLS * tables.hold_of[person["service"]] + H_UNITS]
    blocked(tables, state, x[X_AT], sign * units)
    level = state.levels[person["level"]]
    for i in range(level["need"] + 1, level["need"] + level["needs"]):
        need = tables.requirements[i]
        blocked(tables, state, need["service"], sign * need["units"])


@jit_inside
def came_to(state: State, page: int) -> None:
    """Count one who came to a slot of a page of a diary."""
    if len(state.came) > 0:
        came, now = state.came[page], state.n[NOW]
        if came[CAME_AT] < now:
            came[CAME_AT], came[CAME_THEN] = now, 0
        came[CAME] += 1
        came[CAME_THEN] += 1


@inlined
def _passed_over(state: State, level: int, now: int) -> int:
    """Return for how long a level has been passed over, all in all."""
    cells = state.passed[level]
    if cells[PASSED_SINCE] < 0:
        return int(cells[PASSED_TIME])
    return int(cells[PASSED_TIME] + now - cells[PASSED_SINCE])


@jit_inside
def _pass_over(state: State, row: int) -> None:
    """Note which levels of a line a patient passes over who is called in."""
    person, now = state.people[row], state.n[NOW]
    own, desk = state.levels[person["level"]], state.desks[person["service"]]
    for number in range(desk["level"], desk["level"] + desk["levels"]):
        level, cells = state.levels[number], state.passed[number]
        comes_later = level["priority"] > own["priority"] or (
            level["priority"] == own["priority"]
            and level["allowance"] > own["allowance"]
        )
        is_passed = (
            comes_later
            and level["head"] >= 0
            and state.people[level["head"]]["since"] < person["since"]
        )
        if is_passed and cells[PASSED_SINCE] < 0:
            cells[PASSED_SINCE] = now
        elif cells[PASSED_SINCE] >= 0 and not is_passed:
            cells[PASSED_TIME] += now - cells[PASSED_SINCE]
            cells[PASSED_SINCE] = -1


@inlined
def _session(tables: Tables, state: State, service: int, now: int) -> int:
    """Return the calendar row of the last session that has begun, one less if none."""
    account, last = state.accounts[service], state.desks[service]["openings"]
    row = account["session"]
    while row + 1 < last and tables.calendar[row + 1]["time"] <= now:
        row += 1
    account["session"] = row
    return int(row)


@jit_inside
def _slots(
    tables: Tables, state: State, service: int, reserve: int, now: int
) -> tuple[int, int]:
    """Return how many slots fell due before a moment, and how many in vain.

    Those that were kept back from those of a reserve, and that nobody had.
    """
    desk, first = state.desks[service], tables.services[service]["calendar"]
    row = _session(tables, state, service, now)
    due, in_vain = 0, 0
    if row < first:
        return due, in_vain
    opening = tables.calendar[row]
    slots, length = opening["capacity"], opening["until"] - opening["time"]
    over = -((opening["time"] - now) * slots // length)
    for number in range(desk["pages"]):
        page = state.diary[desk["page"] + number]
        over_here = -(-over // page["together"]) * page["together"]
        low, high = max(slots - page["first"], 0), max(slots - page["last"], 0)
        here = min(max(over_here, low), high) - low
        here += tables.slots_before[row, number]
        due += here
        if page["reserve"] >= 0 and page["reserve"] != reserve:
            came = state.came[desk["page"] + number]
            had = came[CAME] - (came[CAME_THEN] if came[CAME_AT] == now else 0)
            in_vain += here - had
    return due, in_vain


# A patient in line


@jit_inside
def noted(tables: Tables, state: State, row: int, now: int) -> None:
    """Note how things stand as a patient joins a line, for the first time or again."""
    person, note = state.people[row], state.notes[row]
    service, level = person["service"], state.levels[person["level"]]
    account = state.accounts[service]
    if account["moves"]:
        elapse(tables, state, service, now)
        note[N_FIRST] = account["delay"]
        if account["kept"] >= 0:
            note[N_KEPT] = state.kept[_kept(tables, state, service, level["reserve"])]
    elif account["due"]:
        due, in_vain = _slots(tables, state, service, level["reserve"], now)
        note[N_FIRST], note[N_KEPT] = due, in_vain
    if account["ranks"]:
        note[N_PASSED] = _passed_over(state, person["level"], now)


@inlined
def _kept(tables: Tables, state: State, service: int, reserve: int) -> int:
    """Return the row of `State.kept` for those of a reserve."""
    number = reserve - tables.services[service]["reserve"] + 1 if reserve >= 0 else 0
    return int(state.accounts[service]["kept"] + number)


@jit_inside
def taken_up(state: State, row: int, service: int) -> None:
    """Count the time since a missed appointment, if this visit is in its place."""
    person = state.people[row]
    if _is_again(person, service):
        person["missed"] = AGAIN
        cleared(state.split)
        state.split[W_REBOOKED] = state.n[NOW] - state.notes[row, N_MISSED]
        _share_out(state, row)
    else:
        person["missed"] = 0


@inlined
def _is_again(person: np.void, service: int) -> bool:
    """Return whether a patient who comes to a service missed their last visit there."""
    return bool(person["missed"] == MISSED and person["service"] == service)


@jit_inside
def missed(state: State, row: int) -> None:
    """Note that a patient did not attend."""
    if len(state.accounts) > 0:
        state.people[row]["missed"] = MISSED
        state.notes[row, N_MISSED] = state.n[NOW]


@jit_inside
def mark_clocks(state: State, row: int) -> None:
    """Note which clocks are on of a patient who is there when the run begins."""
    for clock in range(state.since.shape[1]):
        if state.since[row, clock, SINCE] >= 0:
            mark(state.people[row], clock)


@jit_inside
def in_new_level(state: State, row: int, level: int) -> None:
    """Let a patient in line go on with what they have in another level."""
    if len(state.accounts) == 0:
        return
    person, now = state.people[row], state.n[NOW]
    if state.accounts[person["service"]]["ranks"]:
        before = _passed_over(state, person["level"], now)
        gained = _passed_over(state, level, now) - before
        state.notes[row, N_PASSED] += gained


@jit_inside
def had_waited(state: State, row: int) -> None:
    """Count the wait, before the run, of a patient who is treated when it begins."""
    if len(state.accounts) == 0:
        return
    person = state.people[row]
    for clock in range(state.since.shape[1]):
        cells = state.since[row, clock]
        # On since joining, and not standing still since then.
        if cells[SINCE] == person["joined"] and (
            len(cells) == 1 or cells[PAUSED] != person["joined"]
        ):
            person["shared"] = 1
            wait = person["started"] - person["joined"]
            state.shares[own_row(state, row, clock), W_NO_CAPACITY] = wait


@jit_inside
def called(tables: Tables, state: State, row: int) -> None:
    """Note that a patient, who is out of the line, is called in or given a date."""
    if len(state.accounts) == 0:
        return
    person, now = state.people[row], state.n[NOW]
    if state.accounts[person["service"]]["ranks"]:
        note = state.notes[row]
        note[N_PASSED] = _passed_over(state, person["level"], now) - note[N_PASSED]
        _pass_over(state, row)


@jit_inside
def waited(tables: Tables, state: State, row: int) -> None:
    """Share a stretch in line out to the clocks that went, after `called`."""
    if len(state.accounts) == 0 or state.people[row]["joined"] == state.n[NOW]:
        return
    if state.people[row]["on"] > 0:
        passed = state.notes[row, N_PASSED]
        _split(tables, state, row, state.n[NOW], passed)
        _share_out(state, row)


@jit_inside
def served(tables: Tables, state: State, row: int) -> None:
    """Note that a patient is called in and treated at once."""
    called(tables, state, row)
    waited(tables, state, row)


@jit_inside
def gave_up(tables: Tables, state: State, row: int) -> None:
    """Share the stretch of one who leaves the line out to the clocks that went."""
    if len(state.accounts) > 0 and state.people[row]["on"] > 0:
        _split_so_far(tables, state, row, state.n[NOW])
        _share_out(state, row)


@inlined
def _share_out(state: State, row: int) -> None:
    """Add a stretch of time by cause to the clocks that go."""
    person, since = state.people[row], state.since
    on = person["on"]
    clock = next_on(on, 0, since.shape[1])
    while clock < since.shape[1]:
        if is_going(since[row, clock]):
            person["shared"] = 1
            _add(state, own_row(state, row, clock), 1)
        clock = next_on(on, clock + 1, since.shape[1])


@inlined
def _add(state: State, own: int, sign: int) -> None:
    """Add a stretch by cause to a row of shares; or (-1) take it off again."""
    for cause in range(len(state.split)):
        state.shares[own, cause] += sign * state.split[cause]


@jit_inside
def _split_so_far(tables: Tables, state: State, row: int, now: int) -> None:
    """Split what a patient has of a stretch by a moment; nothing outside a line."""
    person, note, split = state.people[row], state.notes[row], state.split
    if person["state"] == IN_LINE or person["state"] == BOOKED:
        passed = note[N_PASSED]
        if person["state"] == IN_LINE:
            passed = _passed_over(state, person["level"], now) - passed
        _split(tables, state, row, now, passed)
        return
    cleared(split)
    if person["state"] == MOVING and person["to"] >= 0:
        service = tables.steps[person["to"]]["service"]
        if _is_again(person, service):
            split[W_REBOOKED] = now - note[N_MISSED]


@jit_inside
def _split(tables: Tables, state: State, row: int, now: int, passed: int) -> None:
    """Split a stretch in line up to a moment, in which so long others passed."""
    person, note, split = state.people[row], state.notes[row], state.split
    service, joined = person["service"], person["joined"]
    account, rest = state.accounts[service], now - joined
    cleared(split)
    if person["missed"] == AGAIN:
        split[W_REBOOKED] = rest
        return
    begin = max(joined, state.n[BEGIN])
    split[W_CLOSED] = _closed(tables, state, service, begin, now)
    rest -= split[W_CLOSED]
    if account["moves"]:
        elapse(tables, state, service, now)
        delay = (account["delay"] - note[N_FIRST]) // PARTS
        split[W_BLOCKED] = min(delay, rest)
        rest -= split[W_BLOCKED]
    if account["kept"] >= 0 or account["due"]:
        kept = _kept_back(tables, state, row, begin, now)
        split[W_KEPT_BACK] = min(kept, rest)
        rest -= split[W_KEPT_BACK]
    if account["ranks"]:
        split[W_OUTRANKED] = min(passed, rest)
        rest -= split[W_OUTRANKED]
    split[W_NO_CAPACITY] = rest


@inlined
def _closed(tables: Tables, state: State, service: int, begin: int, now: int) -> int:
    """Return how much of a stretch lies in the last closure."""
    account = state.accounts[service]
    if state.desks[service]["kind"] != SLOTS:
        elapse(tables, state, service, now)
        shut, opened = account["shut"], account["opened"]
    else:
        row = _session(tables, state, service, now)
        shut, opened = -1, now
        if row >= tables.services[service]["calendar"]:
            until = tables.calendar[row]["until"]
            shut, opened = tables.closures[row, 0], tables.closures[row, 1]
            if now > until:
                shut, opened = until, now
    return int(max(min(opened, now) - max(shut, begin), 0))


@inlined
def _kept_back(tables: Tables, state: State, row: int, begin: int, now: int) -> int:
    """Return how much of a stretch counts as kept back for others."""
    person, note = state.people[row], state.notes[row]
    service, reserve = person["service"], state.levels[person["level"]]["reserve"]
    if state.accounts[service]["kept"] >= 0:
        place = _kept(tables, state, service, reserve)
        return int((state.kept[place] - note[N_KEPT]) // PARTS)
    due, in_vain = _slots(tables, state, service, reserve, now)
    due -= note[N_FIRST]
    in_vain -= note[N_KEPT]
    if due == 0:
        return 0
    return int((now - begin) * (PARTS * in_vain // due) // PARTS)


# Clocks that are looked at while they are on


@jit
def looked(tables: Tables, state: State, month: int, end: int, first: int) -> int:
    """Look at clocks just before a month's end; leave them in `state.looks`.

    Parameters
    ----------
    tables : Tables
    state : State
        As it is when nothing more happens before the month's end.
    month : int
    end : int
        Of the month, microseconds.
    first : int
        The row of patients at which to begin.

    Returns
    -------
    int
        The row at which to go on, when the looks have been taken; the number of rows
        when all have been looked at.
    """
    return _looked(referred(tables), referred(state), month, end, first)


@jit_inside
def _looked(tables: Tables, state: State, month: int, end: int, first: int) -> int:
    """Look at clocks, from a row of patients on."""
    n = state.n
    for row in range(first, len(state.people)):
        if len(state.looks) - n[LOOK_N] < len(tables.awaited):
            return row
        if state.people[row]["on"] == 0:
            continue
        is_split = False
        for clock in tables.awaited:
            cells = state.since[row, clock]
            if cells[SINCE] < 0 or time_of(cells, end) <= tables.promised[clock, month]:
                continue
            if not is_split:
                _split_so_far(tables, state, row, end)
                is_split = True
            look, own = state.looks[n[LOOK_N]], state.share_of[row, clock]
            n[LOOK_N] += 1
            look["who"] = state.people[row]["who"]
            look["group"] = state.people[row]["group"]
            look["clock"], look["month"] = clock, month
            goes = int(is_going(cells))
            # What is added is taken off again, so row 0 stays zero.
            _add(state, own, goes)
            explained(look, state.shares[own], time_of(cells, end))
            _add(state, own, -goes)
    return len(state.people)


@jit
def cut_off(tables: Tables, state: State, rows: Rows, end: int) -> None:
    """Let clocks go on to the end of the run, for some patients still there."""
    _cut_off(referred(tables), referred(state), rows, end)


@jit_inside
def _cut_off(tables: Tables, state: State, rows: Rows, end: int) -> None:
    """Let clocks go on to the end of the run."""
    for row in rows:
        if state.people[row]["on"] > 0:
            _split_so_far(tables, state, row, end)
            _share_out(state, row)
