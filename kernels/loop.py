"""The compiled engine's event loop: the second interpreter of a `Model`.

It keeps the rules of docs/background/semantics.md, in the same order as the reference
engine: facts of a moment until none is left, then one round of decisions, and again.
Whatever happens brings about one event at most, so events are scheduled in one place.
The loop returns a code whenever the driver has something to do, and goes on from the
state when it is called again.
"""

from kernels.circles import circles
from kernels.comparing import compared
from kernels.decisions import decision
from kernels.events import first_due, open_bucket, pop, schedule
from kernels.facts import (
    ENDLESS,
    NOTHING,
    arrival,
    direction,
    going_on,
    happening,
    keeping,
    lingering,
    opening,
)
from kernels.holdings import free_bed
from kernels.jit import inlined, jit, jit_inside
from kernels.layout import NEVER, Model, Records
from kernels.references import referred
from kernels.shares import shares_left
from kernels.state import (
    ARRIVAL,
    BOARDERS,
    CHANGE_N,
    CHUNK_N,
    CLOCK_N,
    COMPARING,
    DECIDING,
    DIRTY_N,
    E_CALENDAR,
    EDGE,
    FAR_N,
    FREE_N,
    HEAP_N,
    HOLD_N,
    IN_TREATMENT,
    LOOK_N,
    NEWCOMERS,
    NOW,
    PATIENT_N,
    PER_STEP,
    RELEASES,
    RETURNED,
    ROUNDS,
    ROWS_MASK,
    RULE,
    SALT,
    SPELL_N,
    STIRRED,
    TALLIED_CLOCK,
    TALLIED_VISIT,
    VISIT_N,
    State,
    Tables,
)
from kernels.tallies import Tallies
from kernels.tallying import added
from kernels.watch import watched

# Why `advance` and `tallied` return.
DONE, RECORDS_FULL, NO_ROOM, TALLIES_FULL, STUCK, CIRCLE = range(6)
MOST_ROUNDS = 5000
NOWHERE = -1
"""Instead of a time: no way to go on."""


@jit
def advance(
    model: Model,
    tables: Tables,
    state: State,
    tallies: Tallies,
    key: int,
    until: int,
    keeps: bool,
) -> int:
    """Go on with a replication up to a moment.

    Parameters
    ----------
    model : Model
    tables : Tables
        From `initial.tables_of`.
    state : State
        Changed in place. `state.arrivals` holds all arrivals before `until`.
    tallies : Tallies
        Changed in place: whenever the records are full, they are tallied.
    key : int
        The key of the replication.
    until : int
        Nothing due at this moment or later happens.
    keeps : bool
        Whether records are kept instead: nothing is tallied.

    Returns
    -------
    int
        DONE, RECORDS_FULL (take the records, set their numbers to 0), NO_ROOM (give
        the state more room), TALLIES_FULL (make room in them), STUCK (the model does
        not leave this moment) or CIRCLE (choices lead round in a circle).
    """
    n = state.n
    while True:
        result = _advanced(referred(tables), referred(state), key, until)
        if keeps:
            return result
        if not added(
            referred(model),
            referred(tallies),
            referred(_records(state)),
            n[TALLIED_VISIT : TALLIED_CLOCK + 1],
        ):
            return TALLIES_FULL
        n[VISIT_N], n[CLOCK_N], n[PATIENT_N] = 0, 0, 0
        n[HOLD_N], n[CHANGE_N], n[SPELL_N], n[LOOK_N] = 0, 0, 0, 0
        n[TALLIED_VISIT], n[TALLIED_CLOCK] = 0, 0
        if result != RECORDS_FULL:
            return result


@inlined
def _records(state: State) -> Records:
    """Return the records that were not tallied yet."""
    n = state.n
    return Records(
        state.visits[: n[VISIT_N]],
        state.holds[: n[HOLD_N]],
        state.clocks[: n[CLOCK_N]],
        state.patients[: n[PATIENT_N]],
        state.changes[: n[CHANGE_N]],
        state.spells[: n[SPELL_N]],
        state.looks[: n[LOOK_N]],
    )


@jit_inside
def _advanced(tables: Tables, state: State, key: int, until: int) -> int:
    """Go on with a replication until there is something to do for the caller."""
    n = state.n
    steps_left = 0
    while True:
        if steps_left == 0:
            steps_left = _room(state)
            if steps_left <= 0:
                return RECORDS_FULL if _records_left(state) <= 0 else NO_ROOM
        steps_left -= 1
        if n[DECIDING]:
            if n[ROUNDS] > MOST_ROUNDS:
                return STUCK
            time, what = decision(tables, state, key)
        elif n[RELEASES] > 0:
            free_bed(tables, state, key)
            continue
        else:
            edge = n[EDGE]
            due, is_arrival = _next(state, until)
            if due == NOWHERE:
                return NO_ROOM
            steps_left *= n[EDGE] == edge
            if due > n[NOW]:
                if _is_at_work(tables, state):
                    continue
                if due >= until:
                    return DONE
                n[NOW], n[ROUNDS], n[RULE] = due, 0, 0
            time, what = _fact(tables, state, key, is_arrival)
            if time == NOWHERE:
                return CIRCLE
        schedule(state, time, what)


@inlined
def _is_at_work(tables: Tables, state: State) -> bool:
    """Begin what is still to be done when the facts of a moment are over.

    Returns whether there was anything: patients who compare lines, a round of
    decisions, circles of patients who move, rules of escalation.
    """
    n = state.n
    if (n[DIRTY_N] > 0 or n[NEWCOMERS] > 0) and n[COMPARING] == 0:
        n[DECIDING] = 1
        n[ROUNDS] += 1
        return True
    may_move = n[BOARDERS] > 0 and n[STIRRED] == 1
    if n[COMPARING] > 0 or may_move or n[RULE] < len(tables.escalations):
        return _has_unrest(tables, state)
    return False


@jit_inside
def _has_unrest(tables: Tables, state: State) -> bool:
    """Compare lines, move patients in circles, or look at a rule.

    Returns whether there was any of these.
    """
    n = state.n
    if n[COMPARING] > 0:
        time, what = compared(tables, state)
    elif n[BOARDERS] > 0 and n[STIRRED] == 1 and circles(tables, state) > 0:
        n[DECIDING] = 1
        n[ROUNDS] += 1
        return True
    elif n[RULE] < len(tables.escalations):
        n[RULE] += 1
        time, what = watched(tables, state, n[RULE] - 1)
    else:
        return False
    schedule(state, time, what)
    return True


@inlined
def _next(state: State, until: int) -> tuple[int, bool]:
    """Return when the next fact is due, and whether it is that somebody comes.

    NOWHERE where there is no room for the events of the next bucket of time.
    """
    n = state.n
    due, is_arrival = NEVER, False
    if n[ARRIVAL] < len(state.arrivals):
        due, is_arrival = state.arrivals[n[ARRIVAL]]["time"], True
    while n[HEAP_N] == 0 and n[EDGE] <= due and n[EDGE] < until:
        if not open_bucket(state):
            return NOWHERE, False
    if n[HEAP_N] > 0:
        pending = first_due(state.heap)
        if pending < due or (pending == due and n[SALT] & 1 == 1):
            return pending, False
    return due, is_arrival


@inlined
def _fact(tables: Tables, state: State, key: int, is_arrival: bool) -> tuple[int, int]:
    """Let one fact happen; return the event that it brings about.

    The time is NEVER if there is none, NOWHERE where choices lead round in a circle.
    """
    delay, kind = 0, E_CALENDAR
    if is_arrival:
        row, choice, u = arrival(tables, state, key)
    else:
        what = pop(state.heap, state.n)
        kind, row = what & 7, (what >> 3) & ROWS_MASK
        if kind >= E_CALENDAR:
            return opening(tables, state, key, what)
        if what >> 33 != state.stamps[row]:
            return NEVER, 0
        choice, u, delay = happening(tables, state, key, row, kind)
    if choice == NOTHING:
        return lingering(tables, state, key, row, kind)
    kept = 0
    if choice >= 0:
        delay, kept = direction(tables, state, key, row, choice, u)
    if kept == ENDLESS:
        return NOWHERE, 0
    if kept > 0 and state.people[row]["state"] == IN_TREATMENT:
        return keeping(tables, state, row, delay, kept)
    return going_on(tables, state, key, row, delay)


@inlined
def _room(state: State) -> int:
    """Return how many steps may be taken before room must be looked at again."""
    n = state.n
    room = min(_records_left(state), n[FREE_N] - 1)
    events = min(len(state.far) - n[FAR_N], (len(state.heap) >> 1) - n[HEAP_N])
    events = min(events - 2, len(state.chunks) - n[CHUNK_N] - 1)
    if n[PER_STEP] > 1:
        events //= n[PER_STEP]
    if len(state.returned) > 0:
        room = min(room, len(state.returned) - n[RETURNED] - 1)
    if len(state.shares) > 0:
        room = min(room, shares_left(state.shares, state.n) // state.since.shape[1])
    return int(min(room, events, len(state.newcomers) - n[NEWCOMERS] - 1))


@inlined
def _records_left(state: State) -> int:
    """Return for how many steps there is room in the records."""
    n = state.n
    visits, patients = (
        len(state.visits) - n[VISIT_N],
        len(state.patients) - n[PATIENT_N],
    )
    # The clocks of a step: at the end and on leaving, at the next joining, on going.
    clocks = (len(state.clocks) - n[CLOCK_N]) // (4 * state.since.shape[1] + 1)
    left = min(visits, patients, clocks)
    if state.extra.shape[1] > 0:
        left = min(left, (len(state.holds) - n[HOLD_N]) // (2 * n[PER_STEP]))
    if len(state.changes) > 0:
        left = min(left, len(state.changes) - n[CHANGE_N])
    if len(state.spells) > 0:
        left = min(left, (len(state.spells) - n[SPELL_N]) // 2)
    return int(left)
