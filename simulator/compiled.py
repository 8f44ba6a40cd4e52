"""The compiled engine: drives `kernels.loop`, and hands on its tallies or records."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import numpy as np
from numpy.typing import NDArray

from kernels import causes, growth, initial, layout, loop, shares, state
from kernels.accounts import promised
from kernels.arrivals import arrivals
from kernels.coming import both_in_order
from kernels.counting import Counting
from kernels.latecomers import expected
from kernels.layout import NOTHING, Model, Records, Table
from kernels.placing import placed
from kernels.start import there
from kernels.state import (
    CHANGE_N,
    CLOCK_N,
    HOLD_N,
    LOOK_N,
    NOW,
    PATIENT_N,
    SALT,
    SPELL_N,
    VISIT_N,
    State,
    Tables,
)
from kernels.tallies import Tallies, empty
from kernels.volumes import patients_per_day
from simulator.errors import StuckError, moment_text

SENTENCES = {
    loop.STUCK: "patients go round without taking time at {moment}",
    loop.CIRCLE: "pathways start in a circle: at {moment} no step is ever reached",
}
RECORDS = 1 << 15
"""Rows of records that are handed on together."""
WINDOW_PATIENTS = 1 << 16
"""Patients who come in the stretch of time for which arrivals are drawn, about."""


def tallied(model: Model, key: int, stop: Event | None = None) -> Tallies:
    """Run one replication; return what is counted in it.

    Parameters
    ----------
    model : Model
    key : int
        The key of the replication (`kernels.philox.key`).
    stop : Event, optional
        Looked at some ten times a second; once it is set, nothing more is played and
        what is returned means nothing.

    Raises
    ------
    StuckError
        If the model never leaves an instant.
    """
    counting, tables = Counting(model), initial.tables_of(model)
    now, given = _begun(model, tables, key, initial.ROWS), expected(model, key)
    for window in _windows(model):
        if stop is not None and stop.is_set():
            return counting.tallies
        now = _awaiting(now, arrivals(model, key, *window), given, window)
        for until, month in _stretches(model, window):
            now = _advanced(now, tables, counting, key, until)
            for looks in _looks(now, tables, month, until):
                counting.add(looks)
    for left in _still_there(now, tables):
        counting.add(left)
    del now  # the patients, before there is a second table of what was counted
    return counting.final()


def _advanced(
    now: State, tables: Tables, counting: Counting, key: int, until: int
) -> State:
    """Play up to a moment; return the state then."""
    model = counting.model
    while code := loop.advance(model, tables, now, counting.tallies, key, until, False):
        if code == loop.TALLIES_FULL:
            counting.make_room()
        else:
            now = _mended(now, code)
    return now


def records(model: Model, key: int, salt: int = 0) -> Iterator[Records]:
    """Run one replication; yield its records, the last ones at the end.

    Parameters
    ----------
    model : Model
    key : int
        The key of the replication (`kernels.philox.key`).
    salt : int
        For tests: the order of simultaneous facts. No result may depend on it.

    Raises
    ------
    StuckError
        If the model never leaves an instant.
    """
    tables, nothing = initial.tables_of(model), empty(model)
    now = _begun(model, tables, key, RECORDS)
    now.n[SALT] = salt
    given = expected(model, key)
    for window in _windows(model):
        now = _awaiting(now, arrivals(model, key, *window), given, window)
        for until, month in _stretches(model, window):
            while code := loop.advance(model, tables, now, nothing, key, until, True):
                if code == loop.RECORDS_FULL:
                    yield _taken(now)
                else:
                    now = _mended(now, code)
            yield from _looks(now, tables, month, until)
    yield _taken(now)
    yield from _still_there(now, tables)


def _begun(model: Model, tables: Tables, key: int, rows: int) -> State:
    """Return the state at the beginning, with those who are there in their places."""
    people = there(model, key)
    room = 1 << max(12, (len(people) * 5 // 4).bit_length())
    now = initial.state_of(model, room, rows)
    done = 0
    while done < len(people):
        done = placed(tables, now, key, people, done)
        if done < len(people):
            now = growth.roomier(now)
    return now


def _windows(model: Model) -> Iterator[tuple[int, int]]:
    """Cut a run into stretches of whole weeks."""
    per_week = 7.0 * patients_per_day(model)
    width = layout.WEEK * max(1, round(WINDOW_PATIENTS / max(per_week, 1.0)))
    for begin in range(model.begin, model.end, width):
        yield begin, min(begin + width, model.end)


def _stretches(model: Model, window: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Cut a window at the months' ends at which clocks are looked at.

    Yields the end of each stretch and the month that ends there, -1 if none does.
    """
    edges = model.months[1:] if len(promised(model)) else model.months[:0]
    for month in np.flatnonzero((edges > window[0]) & (edges <= window[1])).tolist():
        yield int(edges[month]), month
    if not (edges == window[1]).any():
        yield window[1], -1


def _looks(now: State, tables: Tables, month: int, end: int) -> Iterator[Records]:
    """Yield the clocks that are looked at just before a month's end."""
    row = 0 if month >= 0 else len(now.people)
    while row < len(now.people):
        row = causes.looked(tables, now, month, end, row)
        looks = now.looks[: now.n[LOOK_N]].copy()
        now.n[LOOK_N] = 0
        yield NOTHING._replace(looks=looks)


def _awaiting(
    now: State, coming: Table, given: Table, window: tuple[int, int]
) -> State:
    """Return the state with all who come within a window, in order of time."""
    first, last = np.searchsorted(given["time"], window)
    if first < last:
        coming = both_in_order(coming, given[first:last])
    now.n[state.ARRIVAL] = 0
    return now._replace(arrivals=coming)


def _mended(now: State, code: int) -> State:
    """Return a state that can go on after the loop has stopped for a reason."""
    if code == loop.NO_ROOM:
        return growth.roomier(now)
    moment = moment_text(int(now.n[NOW]))
    raise StuckError(SENTENCES[code].format(moment=moment))


def _taken(now: State) -> Records:
    """Return the records collected so far and begin anew."""
    counts = [VISIT_N, HOLD_N, CLOCK_N, PATIENT_N, CHANGE_N, SPELL_N, LOOK_N]
    tables = (
        now.visits,
        now.holds,
        now.clocks,
        now.patients,
        now.changes,
        now.spells,
        now.looks,
    )
    taken = Records(
        *(t[: now.n[c]].copy() for t, c in zip(tables, counts, strict=True))
    )
    now.n[counts] = 0
    return taken


def _still_there(now: State, tables: Tables) -> Iterator[Records]:
    """Yield the records of those whom the end of the run cuts off, some at a time."""
    yield NOTHING._replace(spells=_open_spells(now))
    rows = np.flatnonzero(now.people["state"] != state.FREE)
    for first in range(0, len(rows), RECORDS):
        some = rows[first : first + RECORDS]
        if len(now.accounts):
            has_none = now.share_of[some] == shares.NONE
            is_on = now.since[some, :, state.SINCE] >= 0
            now = growth.with_shares(now, int(np.count_nonzero(has_none & is_on)))
            causes.cut_off(tables, now, some, int(now.n[state.END]))
        yield _cut_off(now, tables, some)


def _open_spells(now: State) -> Table:
    """Return the spells that the end of the run cuts off."""
    rules = now.rules[:-1]
    open_rules = np.flatnonzero(rules[:, state.R_OPEN])
    spells = np.zeros(len(open_rules) + len(now.rules[-1:]), dtype=layout.SPELL)
    spells["closed"] = -1
    spells["rule"][: len(open_rules)] = open_rules
    spells["opened"][: len(open_rules)] = rules[open_rules, state.R_OPENED]
    for level, _, _, opened, _ in now.rules[-1:].tolist():
        spells[-1] = (len(rules) + level - 1, opened, -1)
    down = now.machines[now.machines[:, state.M_DOWN] >= 0]
    more = np.zeros(len(down), dtype=layout.SPELL)
    more["rule"], more["opened"] = down[:, state.M_ROW], down[:, state.M_DOWN]
    more["closed"] = -1
    return np.concatenate((spells, more))


def _cut_off(now: State, tables: Tables, rows: NDArray[np.intp]) -> Records:
    """Return the records of some patients whom the end of the run cuts off."""
    people = now.people[rows]
    patients = np.zeros(len(people), dtype=layout.PATIENT)
    for name in ("who", "stream", "group", "visits", "entered"):
        patients[name] = people[name]
    patients["ending"], patients["left"] = -1, -1
    return NOTHING._replace(
        visits=_unfinished(now, tables, rows),
        holds=_held(now, tables, rows),
        clocks=_running(now, rows),
        patients=patients,
    )


def _running(now: State, rows: NDArray[np.intp]) -> Table:
    """Return the clocks that run, or pause, at the end."""
    people, since = now.people[rows], now.since[rows]
    row, clock = np.nonzero(since[:, :, state.SINCE] >= 0)
    clocks = np.zeros(len(row), dtype=layout.CLOCK)
    clocks["who"], clocks["group"] = people["who"][row], people["group"][row]
    clocks["clock"], clocks["stopped"], clocks["paused"] = clock, -1, -1
    cells = since[row, clock]
    names = ("since", "paused", "ran", "stood", "part")
    for name, column in zip(names, cells.T, strict=False):
        clocks[name] = column
    if len(now.accounts):
        own = now.shares[now.share_of[rows[row], clock], : len(layout.CAUSES)]
        _explain(clocks, own, int(now.n[state.END]))
    return clocks


def _explain(clocks: Table, shares: NDArray[np.int64], end: int) -> None:
    """Write down how the times of clocks that are on at the end are made up."""
    for name, column in zip(layout.CAUSES, shares.T, strict=True):
        clocks[name] = column
    stands = np.where(clocks["paused"] >= 0, clocks["paused"], end)
    times = clocks["ran"] + stands - clocks["since"]
    clocks[layout.NOT_IN_LINE] = times - shares.sum(axis=1)


def _unfinished(now: State, tables: Tables, rows: NDArray[np.intp]) -> Table:
    """Return the visits of those who wait or are treated at the end."""
    rows = rows[now.people["state"][rows] > state.MOVING]
    held = now.people[rows]
    visits = np.zeros(len(held), dtype=layout.VISIT)
    for name in ("who", "part", "step", "service", "group", "joined", "started"):
        visits[name] = held[name]
    visits["visit"], visits["ended"] = held["visits"] - 1, held["ended"]
    visits["priority"] = now.levels["priority"][held["level"]]
    waits = np.isin(held["state"], (state.IN_LINE, state.BOOKED))
    visits["outcome"] = np.where(waits, layout.WAITING, layout.IN_SERVICE)
    visits["cause"], visits["freed"] = -1, -1
    visits["units"] = np.where(waits, 0, _own_units(now, tables, rows))
    return visits


def _own_units(now: State, tables: Tables, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return how many units of its own service each visit has taken for itself."""
    if now.extra.shape[1] == 0:
        return np.ones(len(rows), dtype=np.int64)
    extra, people = now.extra[rows], now.people[rows]
    is_own = extra[:, state.X_AT] == people["service"]
    is_own &= _moved_back(now, rows) < 0
    units = np.where(is_own, extra[:, state.X_UNITS], 0)
    return np.where(tables.odd[people["step"]], units, 1)


def _moved_back(now: State, rows: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return when each visit has moved back to its own service, -1 if it has not."""
    first = int(now.n[state.BACK])
    if first == 0:
        return np.full(len(rows), -1, dtype=np.int64)
    extra = now.extra[rows, first:]
    return np.where(extra[:, state.B_MOVED], extra[:, state.B_SINCE], -1)


def _held(now: State, tables: Tables, rows: NDArray[np.intp]) -> Table:
    """Return what patients hold at the end beside the units of plain visits."""
    if now.extra.shape[1] == 0:
        return np.zeros(0, dtype=layout.HOLD)
    extra, people = now.extra[rows], now.people[rows]
    may_hold = extra[:, state.X_BED] >= 0
    may_hold |= tables.odd[people["step"]] & (people["state"] > state.MOVING)
    for number in range(len(tables.held)):
        units = state.X_HOLDS + number * state.HOLD_CELLS + state.H_UNITS
        may_hold |= extra[:, units] > 0
    some = rows[may_hold].tolist()
    held = [hold for row in some for hold in _of_patient(now, tables, row)]
    return np.array(held, dtype=layout.HOLD)


def _of_patient(now: State, tables: Tables, row: int) -> Iterator[tuple[int, ...]]:
    """Yield what a patient holds at the end, as rows of HOLD."""
    person, x = now.people[row], now.extra[row].tolist()
    who, group, service = (int(person[n]) for n in ("who", "group", "service"))
    visit, started = int(person["visits"]) - 1, int(person["started"])
    if x[state.X_BED] >= 0:
        taken, units, since = (
            x[i] for i in (state.X_BED_VISIT, state.X_BED_UNITS, state.X_BED_SINCE)
        )
        at = (x[state.X_BED], x[state.X_BED_HOME], service)
        yield who, taken, layout.BLOCKED, *at, group, units, since, -1
    for number, home in enumerate(tables.held.tolist()):
        first = state.X_HOLDS + number * state.HOLD_CELLS
        units, since, taken, at = x[first : first + state.HOLD_CELLS]
        if units > 0:
            yield who, taken, layout.KEPT, at, home, -1, group, units, since, -1
    treated = person["state"] in (state.IN_TREATMENT, state.KEEPING)
    if not treated or not tables.odd[person["step"]] or x[state.X_UNITS] == 0:
        return
    place = (service, -1, group)
    if x[state.X_AT] != service:
        units = x[state.X_UNITS]
        yield who, visit, layout.AWAY, x[state.X_AT], *place, units, started, -1
    since = int(_moved_back(now, np.array([row]))[0])
    if since >= 0:
        units = x[state.X_UNITS]
        yield who, visit, layout.MOVED_BACK, service, *place, units, since, -1
    level = now.levels[person["level"]]
    needs = tables.requirements[level["need"] :][1 : level["needs"]]
    for other, units in needs.tolist():
        yield who, visit, layout.ALONGSIDE, other, *place, units, started, -1
