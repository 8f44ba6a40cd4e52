"""The compiled engine: drives `kernels.loop`, and hands on its tallies or records."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import numpy as np
from numpy.typing import NDArray

from kernels import layout, loop, state
from kernels import tallies as counting
from kernels.arrivals import arrivals
from kernels.coming import both_in_order
from kernels.latecomers import expected
from kernels.layout import Model, Records, Table
from kernels.state import CLOCK_N, NOW, PATIENT_N, SALT, VISIT_N, State
from kernels.tallies import Tallies
from kernels.volumes import patients_per_day
from simulator.reference import StuckError, moment_text

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
    tallies, tables = counting.empty(model), state.tables_of(model)
    now, given = state.initial(model), expected(model, key)
    for window in _windows(model):
        if stop is not None and stop.is_set():
            return tallies
        now = _awaiting(now, arrivals(model, key, *window), given, window)
        while code := loop.tallied(model, tables, now, tallies, key, window[1]):
            if code == loop.TALLIES_FULL:
                tallies = counting.enlarged(tallies)
            else:
                now = _mended(now, code)
    for left in _still_there(now):
        tallies = counting.with_records(model, tallies, left)
    return tallies


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
    tables = state.tables_of(model)
    now = state.initial(model, rows=RECORDS)
    now.n[SALT] = salt
    given = expected(model, key)
    for window in _windows(model):
        now = _awaiting(now, arrivals(model, key, *window), given, window)
        while code := loop.advance(tables, now, key, window[1]):
            if code == loop.RECORDS_FULL:
                yield _taken(now)
            else:
                now = _mended(now, code)
    yield _taken(now)
    yield from _still_there(now)


def _windows(model: Model) -> Iterator[tuple[int, int]]:
    """Cut a run into stretches of whole weeks."""
    per_week = 7.0 * patients_per_day(model)
    width = layout.WEEK * max(1, round(WINDOW_PATIENTS / max(per_week, 1.0)))
    for begin in range(model.begin, model.end, width):
        yield begin, min(begin + width, model.end)


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
        return state.roomier(now)
    moment = moment_text(int(now.n[NOW]))
    raise StuckError(SENTENCES[code].format(moment=moment))


def _taken(now: State) -> Records:
    """Return the records collected so far and begin anew."""
    taken = Records(
        now.visits[: now.n[VISIT_N]].copy(),
        now.clocks[: now.n[CLOCK_N]].copy(),
        now.patients[: now.n[PATIENT_N]].copy(),
    )
    now.n[[VISIT_N, CLOCK_N, PATIENT_N]] = 0
    return taken


def _still_there(now: State) -> Iterator[Records]:
    """Yield the records of those whom the end of the run cuts off, some at a time."""
    rows = np.flatnonzero(now.people["state"] != state.FREE)
    for first in range(0, len(rows), RECORDS):
        yield _cut_off(now, rows[first : first + RECORDS])


def _cut_off(now: State, rows: NDArray[np.intp]) -> Records:
    """Return the records of some patients whom the end of the run cuts off."""
    people, since = now.people[rows], now.since[rows]
    patients = np.zeros(len(people), dtype=layout.PATIENT)
    for name in ("who", "stream", "group", "visits", "entered"):
        patients[name] = people[name]
    patients["ending"], patients["left"] = -1, -1
    row, clock = np.nonzero(since >= 0)
    clocks = np.zeros(len(row), dtype=layout.CLOCK)
    clocks["who"], clocks["group"] = people["who"][row], people["group"][row]
    clocks["clock"], clocks["stopped"] = clock, -1
    clocks["since"] = since[row, clock]
    return Records(_unfinished(now, people), clocks, patients)


def _unfinished(now: State, people: Table) -> Table:
    """Return the visits of those who wait or are treated at the end."""
    held = people[people["state"] > state.MOVING]
    visits = np.zeros(len(held), dtype=layout.VISIT)
    for name in ("who", "part", "step", "service", "group", "joined", "started"):
        visits[name] = held[name]
    visits["visit"], visits["ended"] = held["visits"] - 1, held["ended"]
    visits["priority"] = now.levels["priority"][held["level"]]
    waits = held["state"] == state.IN_LINE
    visits["outcome"] = np.where(waits, layout.WAITING, layout.IN_SERVICE)
    visits["cause"], visits["freed"] = -1, -1
    return visits
