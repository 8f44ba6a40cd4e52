"""The compiled engine: drives `kernels.loop` and hands its records on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from kernels import layout, loop, state
from kernels.arrivals import arrivals
from kernels.layout import Model, Records, Table
from kernels.state import CLOCK_N, NOW, PATIENT_N, SALT, VISIT_N, State
from simulator.reference import WINDOW, StuckError, moment_text

SENTENCES = {
    loop.STUCK: "patients go round without taking time at {moment}",
    loop.CIRCLE: "pathways start in a circle: at {moment} no step is ever reached",
}


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
    now = state.initial(model)
    now.n[SALT] = salt
    ready = loop.prepared(model)
    for begin in range(model.begin, model.end, WINDOW):
        until = min(begin + WINDOW, model.end)
        now.n[state.ARRIVAL] = 0
        now = now._replace(arrivals=_coming(model, key, begin, until))
        while (code := loop.advance(model, ready, now, key, until)) != loop.DONE:
            if code == loop.RECORDS_FULL:
                yield _taken(now)
            elif code == loop.NO_ROOM:
                now = state.roomier(now)
            else:
                moment = moment_text(int(now.n[NOW]))
                raise StuckError(SENTENCES[code].format(moment=moment))
    yield _taken(now)
    yield _still_there(now)


def _coming(model: Model, key: int, begin: int, until: int) -> Table:
    """Return all who come between two moments, in the order of time."""
    coming = arrivals(model, key, begin, until)
    times = model.scheduled["time"]
    given = model.scheduled[(times >= begin) & (times < until)]
    if not len(given):
        return coming
    both = np.concatenate((coming, given))
    return both[np.argsort(both["time"], kind="stable")]


def _taken(now: State) -> Records:
    """Return the records collected so far and begin anew."""
    taken = Records(
        now.visits[: now.n[VISIT_N]].copy(),
        now.clocks[: now.n[CLOCK_N]].copy(),
        now.patients[: now.n[PATIENT_N]].copy(),
    )
    now.n[[VISIT_N, CLOCK_N, PATIENT_N]] = 0
    return taken


def _still_there(now: State) -> Records:
    """Return the records of those whom the end of the run cuts off."""
    rows = np.flatnonzero(now.people["state"] != state.FREE)
    people = now.people[rows]
    patients = np.zeros(len(people), dtype=layout.PATIENT)
    for name in ("who", "stream", "group", "visits", "entered"):
        patients[name] = people[name]
    patients["ending"], patients["left"] = -1, -1
    row, clock = np.nonzero(now.since[rows] >= 0)
    clocks = np.zeros(len(row), dtype=layout.CLOCK)
    clocks["who"], clocks["group"] = people["who"][row], people["group"][row]
    clocks["clock"], clocks["stopped"] = clock, -1
    clocks["since"] = now.since[rows][row, clock]
    return Records(_unfinished(now, people), clocks, patients)


def _unfinished(now: State, people: Table) -> Table:
    """Return the visits of those who wait or are treated at the end."""
    held = people[people["state"] > state.MOVING]
    visits = np.zeros(len(held), dtype=layout.VISIT)
    for name in ("who", "part", "step", "service", "group", "joined", "started"):
        visits[name] = held[name]
    visits["visit"], visits["ended"] = held["k"], held["ended"]
    visits["priority"] = now.levels["priority"][held["level"]]
    waits = held["state"] == state.IN_LINE
    visits["outcome"] = np.where(waits, layout.WAITING, layout.IN_SERVICE)
    visits["cause"], visits["freed"] = -1, -1
    return visits
