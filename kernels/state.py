"""The state of the compiled engine: patients, lines and pending events as rows.

Everything that `loop.advance` needs to go on stands here, so that it can return at any
moment (for progress, for room, for records to be tallied) and be called again.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.calendars import rows_of
from kernels.layout import (
    CLOCK,
    NEVER,
    PATIENT,
    SCHEDULED,
    SLOTS,
    UNLIMITED,
    VISIT,
    Model,
    Table,
)

Integers = NDArray[np.int64]

# Kinds of event: the lowest three bits of a code.
E_JOIN, E_END, E_FREE, E_WAIT, E_CALENDAR, E_SLOT = range(6)

# What a patient in the model is doing.
(
    FREE,  # nobody
    MOVING,  # on the way, or handed back and not yet in line again
    IN_LINE,
    IN_TREATMENT,
    KEEPING,  # treated, and keeping the unit for a while
    ABSENTEE,  # called to a slot and not attending
    SENT_AWAY,  # turned away from the line by rule `cause`
) = range(7)
STAMPS = (1 << 30) - 1

PERSON = np.dtype(
    [
        ("who", "i8"),
        ("entered", "i8"),
        ("lot", "i8"),
        ("since", "i8"),  # for the order of the line; handing back leaves it
        ("joined", "i8"),
        ("started", "i8"),
        ("ended", "i8"),
        ("left", "i8"),  # treatment that is left, once it has begun
        ("u", "f8"),  # luck of this visit: treatment
        ("u_wait", "f8"),  # first waiting event
        ("u_route", "f8"),  # next place
        ("slot", "i8"),  # length of the slot taken
        ("delay", "i8"),  # before the next step, once the unit is given back
        ("group", "i4"),
        ("stream", "i4"),
        ("visits", "i4"),  # begun so far
        ("k", "i4"),  # number of this visit
        ("part", "i4"),
        ("step", "i4"),
        ("service", "i4"),
        ("level", "i4"),
        ("state", "i4"),
        ("stamp", "i4"),  # grows when what was pending no longer counts
        ("next", "i4"),  # neighbours in line, or among those in treatment
        ("prev", "i4"),
        ("to", "i4"),  # next step; -1: leaves the model
        ("cause", "i4"),  # waiting event that is timed, or rule that turned away
        ("ending", "i4"),
        ("fresh", "i4"),  # 1: joined the line in this round
    ],
    align=True,
)
DESK = np.dtype(
    [
        ("capacity", "i8"),
        ("in_use", "i8"),
        ("waiting", "i8"),
        ("wake", "i8"),  # when a slot service is next looked at
        ("kind", "i4"),
        ("hand_back", "i4"),
        ("level", "i4"),  # first level of the line
        ("levels", "i4"),
        ("opening", "i4"),  # next calendar row; slots: the session
        ("openings", "i4"),  # row after the last
        ("slot", "i4"),  # first slot of the session that is not taken
        ("dirty", "i4"),  # 1: something happened that asks for a decision
        ("treated", "i4"),  # first of those in treatment, where they may be handed back
        ("fresh", "i4"),  # how many of those in line joined in this round
    ],
    align=True,
)
"""A service at work."""
LEVEL = np.dtype([("head", "i4"), ("tail", "i4"), ("priority", "i4")], align=True)
"""Patients of one priority in one line, first in line first."""
FAR = np.dtype([("time", "i8"), ("code", "i8"), ("next", "i8")], align=True)
"""An event of a later bucket of time."""

# Cells of `State.n`.
(
    NOW,  # the moment
    ROUNDS,  # rounds of decisions at this moment
    DECIDING,  # 1: a round is under way
    HEAP_N,  # events in the heap
    FAR_FREE,  # first free row of `far`
    FAR_N,  # rows of `far` in use
    BUCKET,  # the bucket of time whose events are in the heap
    FREE_N,  # free rows of `people`
    DIRTY_N,
    NEWCOMERS,
    NEWCOMER,  # next of them to be judged
    ARRIVAL,  # next row of `arrivals`
    VISIT_N,
    CLOCK_N,
    PATIENT_N,
    EVENTS,  # facts so far
    SALT,  # for tests: simultaneous events come in the order of code ^ salt
) = range(17)


class State(NamedTuple):
    """The state of one replication."""

    n: Integers
    people: Table
    since: Integers
    """Since when each clock of each patient runs, -1 if it does not; (P, clocks)."""
    free: NDArray[np.int32]
    """Free rows of `people`."""
    heap: Integers
    """Binary heap of (time, code) pairs, interleaved."""
    far: Table
    heads: Integers
    """First event of each later bucket of time, -1 if none."""
    desks: Table
    levels: Table
    level_of: NDArray[np.int32]
    """The level in line of each group at each step, shape (N, G)."""
    dirty: NDArray[np.int32]
    newcomers: NDArray[np.int32]
    """Patients who joined a line in this round, where that matters at their step."""
    arrivals: Table
    visits: Table
    clocks: Table
    patients: Table


ROWS = 1 << 15
"""Rows of records that are collected before they are tallied."""


def bucket_bits(model: Model) -> int:
    """Return the width of a bucket of time, as a power of two of microseconds.

    Some hundreds of patients come within a bucket, and there are never more than a
    million buckets.
    """
    levels = model.values["base"][model.clouds["level"]] if len(model.clouds) else []
    per_day = float(np.sum(levels)) + len(model.scheduled) + 1.0
    width = 400.0 / per_day * 86_400e6
    fewest = (model.end - model.begin) / 2**20
    return int(np.ceil(np.log2(max(width, fewest, 2.0**20))))


def initial(model: Model, people: int = 1 << 12) -> State:
    """Return the state at the beginning of a run."""
    bits = bucket_bits(model)
    n = np.zeros(17, dtype=np.int64)
    n[NOW], n[BUCKET], n[FREE_N] = model.begin - 1, -1, people
    buckets = ((model.end - model.begin) >> bits) + 2
    far = np.zeros(people, dtype=FAR)
    far["next"] = np.arange(1, people + 1)
    far["next"][-1] = -1
    levels, level_of, first = _levels(model)
    heap = np.zeros(2 * max(4096, 4 * len(model.services)), dtype=np.int64)
    _open_calendars(model, heap, n)
    return State(
        n=n,
        people=np.zeros(people, dtype=PERSON),
        since=np.full((people, model.n_clocks), -1, dtype=np.int64),
        free=np.arange(people, dtype=np.int32)[::-1].copy(),
        heap=heap,
        far=far,
        heads=np.full(buckets, -1, dtype=np.int64),
        desks=_desks(model, first),
        levels=levels,
        level_of=level_of,
        dirty=np.zeros(len(model.services) + 1, dtype=np.int32),
        newcomers=np.zeros(1024, dtype=np.int32),
        arrivals=np.zeros(0, dtype=SCHEDULED),
        visits=np.zeros(ROWS, dtype=VISIT),
        clocks=np.zeros(ROWS, dtype=CLOCK),
        patients=np.zeros(ROWS, dtype=PATIENT),
    )


def _open_calendars(model: Model, heap: Integers, n: Integers) -> None:
    """Put the first calendar row of each service into the heap."""
    for service, row in enumerate(model.services):
        if row["kind"] not in (SLOTS, UNLIMITED):
            at = n[HEAP_N]
            heap[2 * at], heap[2 * at + 1] = model.begin, (service << 3) | E_CALENDAR
            n[HEAP_N] += 1


def _levels(model: Model) -> tuple[Table, NDArray[np.int32], list[int]]:
    """Return the levels of all lines, where each step's groups stand, and firsts."""
    groups = np.arange(len(model.recorded))
    steps = model.steps
    at = steps["priority"][:, None] + steps["priority_stride"][:, None] * groups
    priorities = model.priorities[at].reshape(len(steps), len(groups))
    level_of = np.zeros(priorities.shape, dtype=np.int32)
    found: list[tuple[int, int, int]] = []
    first = []
    for service in range(len(model.services)):
        here = np.flatnonzero(steps["service"] == service)
        held = np.unique(priorities[here]) if len(here) else np.zeros(1, np.int32)
        first.append(len(found))
        level_of[here] = len(found) + np.searchsorted(held, priorities[here])
        found += [(-1, -1, int(priority)) for priority in held]
    return np.array(found, dtype=LEVEL), level_of, [*first, len(found)]


def _desks(model: Model, first: list[int]) -> Table:
    """Return the services before anything has happened."""
    desks = np.zeros(len(model.services), dtype=DESK)
    desks["kind"] = model.services["kind"]
    desks["hand_back"] = model.services["hand_back"]
    desks["level"], desks["levels"] = first[:-1], np.diff(first)
    desks["opening"] = model.services["calendar"]
    desks["openings"] = model.services["calendar"] + model.services["calendars"]
    desks["capacity"] = np.where(desks["kind"] == UNLIMITED, NEVER, 0)
    desks["wake"], desks["treated"] = -1, -1
    for service in range(len(desks)):
        if desks["kind"][service] == SLOTS:
            late = rows_of(model, service)["until"] <= model.begin
            desks["opening"][service] += int(np.count_nonzero(late))
    return desks


def roomier(state: State) -> State:
    """Return the same state with twice the room wherever it has become tight."""
    state = _more_people(state) if state.n[FREE_N] < 8 else state
    if len(state.heap) - 2 * state.n[HEAP_N] < 64:
        state = state._replace(heap=np.concatenate((state.heap, state.heap)))
    if len(state.far) - state.n[FAR_N] < 32:
        state = _more_far(state)
    if len(state.newcomers) - state.n[NEWCOMERS] < 8:
        twice = np.concatenate((state.newcomers, state.newcomers))
        state = state._replace(newcomers=twice)
    return state


def _more_people(state: State) -> State:
    """Return the state with twice the rows for patients."""
    size = len(state.people)
    free = np.zeros(2 * size, dtype=np.int32)
    held = int(state.n[FREE_N])
    free[:size] = np.arange(2 * size - 1, size - 1, -1)
    free[size : size + held] = state.free[:held]
    state.n[FREE_N] = size + held
    people = np.concatenate((state.people, np.zeros(size, dtype=PERSON)))
    since = np.concatenate((state.since, np.full_like(state.since, -1)))
    return state._replace(people=people, since=since, free=free)


def _more_far(state: State) -> State:
    """Return the state with twice the rows for later events."""
    size = len(state.far)
    more = np.zeros(size, dtype=FAR)
    more["next"] = np.arange(size + 1, 2 * size + 1)
    more["next"][-1] = state.n[FAR_FREE]
    state.n[FAR_FREE] = size
    return state._replace(far=np.concatenate((state.far, more)))
