"""The compiled engine's event loop: the second interpreter of a `Model`.

It keeps the rules of docs/background/semantics.md, in the same order as the reference
engine: facts of a moment until none is left, then one round of decisions, and again.
It returns an `Exit` code whenever the driver has something to do, and goes on from the
state when it is called again.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels import lines
from kernels.events import code, open_bucket, pop, schedule
from kernels.jit import jit
from kernels.laws import UNSETTLED, Laws, drawn, duration, laws_of, microseconds
from kernels.layout import (
    ABSENT,
    BEFORE,
    COMPLETED,
    ENDS,
    HANDED_BACK,
    JOINS,
    LEAVES,
    LEFT,
    NEVER,
    P_ABSENT,
    P_AWAY,
    P_RULE,
    P_VISIT,
    P_WAIT,
    SLOTS,
    STARTS,
    TO_CHOICE,
    TO_STEP,
    TURNED_AWAY,
    Model,
    Table,
)
from kernels.philox import block, lot, unit32, unit53
from kernels.routing import edges_of, route
from kernels.slots import next_slot
from kernels.state import (
    ABSENTEE,
    ARRIVAL,
    BUCKET,
    CLOCK_N,
    DECIDING,
    DIRTY_N,
    E_CALENDAR,
    E_END,
    E_FREE,
    E_JOIN,
    E_SLOT,
    E_WAIT,
    EVENTS,
    FAR_N,
    FREE,
    FREE_N,
    HEAP_N,
    IN_LINE,
    IN_TREATMENT,
    KEEPING,
    MOVING,
    NEWCOMER,
    NEWCOMERS,
    NOW,
    PATIENT_N,
    ROUNDS,
    SALT,
    SENT_AWAY,
    STAMPS,
    VISIT_N,
    State,
    bucket_bits,
)
from kernels.values import value_at

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.int32]

# Why `advance` returns.
DONE, RECORDS_FULL, NO_ROOM, STUCK, CIRCLE = range(5)
MOST_ROUNDS = 5000
ROWS_MASK = (1 << 30) - 1


class Ready(NamedTuple):
    """What is worked out of a model before a run, to save time in it."""

    laws: Laws
    edges: Floats
    """From `routing.edges_of`."""
    still: Flags
    bits: int
    """From `state.bucket_bits`."""


def prepared(model: Model) -> Ready:
    """Return what is worked out of a model beforehand."""
    edges, still = edges_of(model)
    return Ready(laws_of(model), edges, still, bucket_bits(model))


@jit
def advance(  # noqa: PLR0912, PLR0915  # the one long function: see below
    model: Model, ready: Ready, state: State, key: int, until: int
) -> int:
    """Go on with a replication up to a moment.

    All of it is one loop over local arrays, because handing a tuple of arrays to a
    function costs more than an event takes.

    Parameters
    ----------
    model : Model
    ready : Ready
        What was worked out of the model beforehand.
    state : State
        Changed in place. `state.arrivals` holds all arrivals before `until`.
    key : int
        The key of the replication.
    until : int
        Nothing due at this moment or later happens.

    Returns
    -------
    int
        DONE, RECORDS_FULL (tally the records, set their numbers to 0), NO_ROOM (give
        the state more room), STUCK (the model does not leave this moment) or CIRCLE
        (pathways start in a circle).
    """
    n, people, since = state.n, state.people, state.since
    heap, far, heads = state.heap, state.far, state.heads
    desks, levels, level_of = state.desks, state.levels, state.level_of
    dirty, newcomers, free = state.dirty, state.newcomers, state.free
    arrivals = state.arrivals
    visits, clocks, patients = state.visits, state.clocks, state.patients
    steps, rules, waits = model.steps, model.rules, model.waits
    choices, branches, calendar = model.choices, model.branches, model.calendar
    laws, forms, edges, is_still = (
        ready.laws,
        ready.laws.forms,
        ready.edges,
        ready.still,
    )
    bits = ready.bits
    moment, moments = model.moment, model.moments
    begin, end = model.begin, model.end
    outside = len(steps)
    last_visit, last_clock = len(visits) - 2, len(clocks) - 2 * since.shape[1] - 2
    last_patient = len(patients) - 2
    last_far, last_newcomer = len(far) - 8, len(newcomers) - 2
    last_heap = len(heap) // 2 - 8

    while True:
        if (
            n[VISIT_N] > last_visit
            or n[CLOCK_N] > last_clock
            or n[PATIENT_N] > last_patient
        ):
            return RECORDS_FULL
        if (
            n[FREE_N] < 2
            or n[HEAP_N] > last_heap
            or n[FAR_N] > last_far
            or n[NEWCOMERS] > last_newcomer
        ):
            return NO_ROOM

        # A round of decisions, one patient at a time.
        if n[DECIDING]:
            now = n[NOW]
            if n[DIRTY_N] > 0:
                service = dirty[n[DIRTY_N] - 1]
                desk = desks[service]
                if desk["hand_back"] and desk["in_use"] > desk["capacity"]:
                    row = _to_hand_back(people, levels, desk)
                    if row >= 0:
                        person = people[row]
                        _record(visits, n, levels, person, HANDED_BACK, -1, now, now)
                        _untreat(people, desk, row)
                        _hand_back(person, now)
                        desk["in_use"] -= 1
                        what = code(E_JOIN, row, person["stamp"])
                        schedule(heap, far, heads, n, now, n[BUCKET], what)
                        continue
                if desk["waiting"] > 0 and _has_room(desk, calendar, now):
                    row = lines.first_in_line(levels, desk["level"], desk["levels"])
                    lines.leave(people, levels, row)
                    person = people[row]
                    step = steps[person["step"]]
                    desk["waiting"] -= 1
                    desk["fresh"] -= person["fresh"]
                    person["fresh"] = 0
                    person["started"] = now
                    person["stamp"] = (person["stamp"] + 1) & STAMPS
                    if desk["kind"] == SLOTS:
                        opening = calendar[desk["opening"]]
                        length = opening["until"] - opening["time"]
                        person["slot"] = length // opening["capacity"]
                        desk["slot"] += 1
                    else:
                        desk["in_use"] += 1
                    if person["part"] == 0:
                        if step["absent"] >= 0 and _is_absent(laws, step, person, key):
                            person["state"] = ABSENTEE
                            what = code(E_END, row, person["stamp"])
                            schedule(heap, far, heads, n, now, n[BUCKET], what)
                            continue
                        if step["law"] < 0:
                            person["left"] = person["slot"]
                        else:
                            law = step["law"] + step["law_stride"] * person["group"]
                            if forms[law]["family"] != UNSETTLED:
                                days = drawn(forms, law, person["u"])
                            else:
                                days = duration(laws, law, now, person["u"])
                            person["left"] = microseconds(days)
                        at = moment[person["step"], STARTS]
                        if at[1] > 0:
                            _tick(moments, at, clocks, since, n, person, row)
                    person["state"] = IN_TREATMENT
                    if desk["hand_back"]:
                        _treat(people, desk, row)
                    ends = now + person["left"]
                    if ends < end:
                        what = code(E_END, row, person["stamp"])
                        bucket = (ends - begin) >> bits
                        schedule(heap, far, heads, n, ends, bucket, what)
                    continue
                n[DIRTY_N] -= 1
                desk["dirty"] = 0
                if desk["kind"] == SLOTS and desk["waiting"] > 0:
                    due = _slot_due(desk, calendar, now)
                    if due < end and not now < desk["wake"] <= due:
                        desk["wake"] = due
                        what = code(E_SLOT, service, 0)
                        bucket = (due - begin) >> bits
                        schedule(heap, far, heads, n, due, bucket, what)
                continue
            if n[NEWCOMER] == 0 and n[NEWCOMERS] > 1:
                _put_in_order(people, newcomers, n[NEWCOMERS])
            if n[NEWCOMER] < n[NEWCOMERS]:
                row = newcomers[n[NEWCOMER]]
                n[NEWCOMER] += 1
                person = people[row]
                if person["fresh"] == 0:
                    continue
                person["fresh"] = 0
                step = steps[person["step"]]
                desk = desks[person["service"]]
                ahead = desk["waiting"] - desk["fresh"]
                desk["fresh"] -= 1
                rule = -1
                if step["rules"] > 0:
                    rule = _rule(laws, rules, step, person, key, now, ahead)
                if rule >= 0:
                    lines.leave(people, levels, row)
                    desk["waiting"] -= 1
                    person["stamp"] = (person["stamp"] + 1) & STAMPS
                    person["cause"], person["state"] = rule, SENT_AWAY
                    what = code(E_END, row, person["stamp"])
                    schedule(heap, far, heads, n, now, n[BUCKET], what)
                elif step["waits"] > 0:
                    wait, cause = _first_wait(laws, waits, step, person, key, now)
                    person["cause"] = cause
                    if wait < end - now:
                        what = code(E_WAIT, row, person["stamp"])
                        due = now + wait
                        bucket = (due - begin) >> bits
                        schedule(heap, far, heads, n, due, bucket, what)
                continue
            n[DECIDING], n[NEWCOMERS], n[NEWCOMER] = 0, 0, 0
            continue

        # The next moment.
        coming = n[ARRIVAL] < len(arrivals)
        due = arrivals[n[ARRIVAL]]["time"] if coming else NEVER
        while n[HEAP_N] == 0:
            edge = begin + ((n[BUCKET] + 1) << bits)
            if due < edge or edge >= until:
                break
            if not open_bucket(heap, far, heads, n):
                return NO_ROOM
        if n[HEAP_N] > 0 and (heap[0] < due or (heap[0] == due and n[SALT] & 1 == 1)):
            due, coming = heap[0], False
        if due > n[NOW] and (n[DIRTY_N] > 0 or n[NEWCOMERS] > 0):
            n[DECIDING] = 1
            n[ROUNDS] += 1
            if n[ROUNDS] > MOST_ROUNDS:
                return STUCK
            continue
        if due >= until:
            return DONE
        if due > n[NOW]:
            n[NOW] = due
            n[ROUNDS] = 0
        now = due
        n[EVENTS] += 1

        # One fact. A patient who moves on has `to` set; `delay` is the time until then.
        delay = -1
        if coming:
            arrival = arrivals[n[ARRIVAL]]
            n[ARRIVAL] += 1
            n[FREE_N] -= 1
            row = free[n[FREE_N]]
            person = people[row]
            _enter(person, arrival, key)
            at = moment[outside, JOINS]
            if at[1] > 0:
                _tick(moments, at, clocks, since, n, person, row)
            w = block(key, person["who"], BEFORE, P_VISIT)
            choice, u, k = arrival["to"], unit32(w[3]), BEFORE
        else:
            what = pop(heap, n)
            kind = what & 7
            row = (what >> 3) & ROWS_MASK
            if kind == E_CALENDAR:
                desk = desks[row]
                desk["capacity"] = calendar[desk["opening"]]["capacity"]
                desk["opening"] += 1
                _ask(desks, dirty, n, row)
                if desk["opening"] < desk["openings"]:
                    due = calendar[desk["opening"]]["time"]
                    bucket = (due - begin) >> bits
                    schedule(heap, far, heads, n, due, bucket, what)
                continue
            if kind == E_SLOT:
                _ask(desks, dirty, n, row)
                continue
            person = people[row]
            if what >> 33 != person["stamp"]:
                continue
            step = steps[person["step"]]
            k, choice = person["k"], -1
            if kind == E_JOIN:
                if person["part"] > 0:
                    _stand_again(people, levels, desks, row)
                    _ask(desks, dirty, n, person["service"])
                    continue
                delay = 0
            elif kind == E_FREE:
                delay = person["delay"]
            elif kind == E_WAIT:
                lines.leave(people, levels, row)
                desks[person["service"]]["waiting"] -= 1
                person["ended"] = now
                w = block(key, person["who"], k, P_AWAY)
                choice, u = waits[person["cause"]]["then"], unit53(w[0], w[1])
                cause = person["cause"]
                _record(visits, n, levels, person, LEFT, cause, now, -1)
            elif person["state"] == IN_TREATMENT:
                person["ended"] = now
                choice, u = step["then"], person["u_route"]
                at = moment[person["step"], ENDS]
                if at[1] > 0:
                    _tick(moments, at, clocks, since, n, person, row)
            elif person["state"] == ABSENTEE:
                person["ended"] = now
                w = block(key, person["who"], k, P_AWAY)
                choice, u = step["absent_then"], unit53(w[2], w[3])
                _record(visits, n, levels, person, ABSENT, -1, now, now)
            else:
                person["ended"] = now
                cause = person["cause"]
                purpose = P_RULE + cause - step["rule"]
                w = block(key, person["who"], k, purpose)
                choice, u = rules[cause]["then"], unit53(w[2], w[3])
                _record(visits, n, levels, person, TURNED_AWAY, cause, now, -1)
        if choice >= 0:
            group = int(person["group"])
            row_of_branch = -1
            if is_still[choice]:
                row_of_branch = choices[choice]["branch"]
                last = row_of_branch + choices[choice]["branches"] - 1
                while row_of_branch < last and u >= edges[row_of_branch, group]:
                    row_of_branch += 1
            branch = branches[row_of_branch]
            if (
                row_of_branch >= 0
                and branch["kind"] != TO_CHOICE
                and branch["after"] < 0
                and branch["arranged"] < 0
            ):
                kind, to = int(branch["kind"]), int(branch["to"])
                delay, kept = 0, 0
            else:
                who = person["who"]
                kind, to, delay, kept = route(
                    laws, choices, branches, key, who, k, choice, group, now, u
                )
                if kind == TO_CHOICE:
                    return CIRCLE
            person["to"] = to if kind == TO_STEP else -1
            person["ending"] = to if kind != TO_STEP else -1
            if kept > 0 and person["state"] == IN_TREATMENT and not coming:
                _keep(people, desks, row, delay)
                if kept < end - now:
                    what = code(E_FREE, row, person["stamp"])
                    bucket = (now + kept - begin) >> bits
                    schedule(heap, far, heads, n, now + kept, bucket, what)
                continue
        if person["state"] == IN_TREATMENT or person["state"] == KEEPING:
            _give_back(people, desks, row)
            if desks[person["service"]]["kind"] != SLOTS:
                _ask(desks, dirty, n, person["service"])
            ended = person["ended"]
            _record(visits, n, levels, person, COMPLETED, -1, ended, now)
        if person["state"] > MOVING:
            person["stamp"] = (person["stamp"] + 1) & STAMPS
            at = moment[person["step"], LEAVES]
            if at[1] > 0:
                _tick(moments, at, clocks, since, n, person, row)
        person["state"], person["part"] = MOVING, 0
        if delay > 0:
            if delay < end - now:
                what = code(E_JOIN, row, person["stamp"])
                bucket = (now + delay - begin) >> bits
                schedule(heap, far, heads, n, now + delay, bucket, what)
            continue

        # The patient leaves the model, or joins the next line.
        if person["to"] < 0:
            at = moment[outside, LEAVES]
            if at[1] > 0:
                _tick(moments, at, clocks, since, n, person, row)
            if since.shape[1] > 0:
                _drop(clocks, since, n, person, row, now)
            _leave(patients, n, person, now)
            free[n[FREE_N]] = row
            n[FREE_N] += 1
            continue
        to = person["to"]
        step = steps[to]
        w = block(key, person["who"], person["visits"], P_VISIT)
        person["u"], person["u_wait"] = unit53(w[0], w[1]), unit32(w[2])
        person["u_route"] = unit32(w[3])
        _begin_visit(person, to, step, level_of, now)
        at = moment[to, JOINS]
        if at[1] > 0:
            _tick(moments, at, clocks, since, n, person, row)
        rule = -1
        if step["rules"] > 0:
            rule = _rule(laws, rules, step, person, key, now, -1)
        if rule >= 0:
            person["cause"], person["state"] = rule, SENT_AWAY
            what = code(E_END, row, person["stamp"])
            schedule(heap, far, heads, n, now, n[BUCKET], what)
            continue
        person["state"] = IN_LINE
        lines.join(people, levels, row)
        desk = desks[person["service"]]
        desk["waiting"] += 1
        if step["waits"] > 0 or step["rules"] > 0:
            person["fresh"] = 1
            desk["fresh"] += 1
            newcomers[n[NEWCOMERS]] = row
            n[NEWCOMERS] += 1
        _ask(desks, dirty, n, person["service"])


@jit
def _ask(desks: Table, dirty: Rows, n: Integers, service: int) -> None:
    """Ask for a decision of a service in the next round."""
    if desks[service]["dirty"] == 0:
        desks[service]["dirty"] = 1
        dirty[n[DIRTY_N]] = service
        n[DIRTY_N] += 1


@jit
def _has_room(desk: np.void, calendar: Table, now: int) -> bool:
    """Return whether somebody can be called in."""
    if desk["kind"] == SLOTS:
        return _slot_due(desk, calendar, now) == now
    return bool(desk["in_use"] < desk["capacity"])


@jit
def _slot_due(desk: np.void, calendar: Table, now: int) -> int:
    """Return the moment of the first slot that is neither past nor taken."""
    session, slot, due = next_slot(
        calendar,
        int(desk["opening"]),
        int(desk["openings"]),
        int(desk["slot"]),
        now,
    )
    desk["opening"], desk["slot"] = session, slot
    return due


@jit
def _is_absent(laws: Laws, step: np.void, person: np.void, key: int) -> bool:
    """Return whether a patient who is called to a slot does not attend."""
    row = step["absent"] + step["absent_stride"] * person["group"]
    share = value_at(laws.values, laws.knots, row, person["started"])
    w = block(key, person["who"], person["k"], P_ABSENT)
    return bool(unit53(w[0], w[1]) < share)


@jit
def _rule(
    laws: Laws,
    rules: Table,
    step: np.void,
    person: np.void,
    key: int,
    now: int,
    ahead: int,
) -> int:
    """Return the rule that turns a patient away behind `ahead` others, or -1.

    On joining `ahead` is -1: only rules that do not look at the line are judged.
    """
    for number in range(step["rules"]):
        row = step["rule"] + number
        rule = rules[row]
        room = rule["room"]
        if (ahead < 0) != (room < 0) or room > ahead:
            continue
        if rule["share"] < 0:
            return int(row)
        at = rule["share"] + rule["share_stride"] * person["group"]
        w = block(key, person["who"], person["k"], P_RULE + number)
        if unit53(w[0], w[1]) < value_at(laws.values, laws.knots, at, now):
            return int(row)
    return -1


@jit
def _first_wait(
    laws: Laws, waits: Table, step: np.void, person: np.void, key: int, now: int
) -> tuple[int, int]:
    """Return after how long the first waiting event falls due, and its row."""
    best, cause = NEVER, -1
    for event in range(step["waits"]):
        wait = waits[step["wait"] + event]
        law = wait["law"] + wait["law_stride"] * person["group"]
        if laws.laws[law]["kind"] < 0:
            continue
        u = person["u_wait"]
        if event > 0:
            w = block(key, person["who"], person["k"], P_WAIT + event)
            u = unit53(w[0], w[1])
        if laws.forms[law]["family"] != UNSETTLED:
            time = microseconds(drawn(laws.forms, law, u))
        else:
            time = microseconds(duration(laws, law, now, u))
        if time < best:
            best, cause = time, int(step["wait"] + event)
    return best, cause


@jit
def _enter(person: np.void, arrival: np.void, key: int) -> None:
    """Begin the record of a patient who comes to the model."""
    person["who"] = arrival["who"]
    person["entered"] = arrival["time"]
    person["lot"] = lot(key, arrival["who"])
    person["group"], person["stream"] = arrival["group"], arrival["stream"]
    person["visits"], person["part"], person["fresh"] = 0, 0, 0
    person["state"] = MOVING


@jit
def _begin_visit(
    person: np.void, to: int, step: np.void, level_of: Rows, now: int
) -> None:
    """Begin a visit."""
    person["k"] = person["visits"]
    person["visits"] += 1
    person["part"], person["step"], person["service"] = 0, to, step["service"]
    person["level"] = level_of[to, person["group"]]
    person["joined"], person["since"] = now, now
    person["started"], person["ended"] = -1, -1


@jit
def _keep(people: Table, desks: Table, row: int, delay: int) -> None:
    """Let a treated patient keep the unit for a while."""
    person = people[row]
    desk = desks[person["service"]]
    if desk["hand_back"]:
        _untreat(people, desk, row)
    person["stamp"] = (person["stamp"] + 1) & STAMPS
    person["state"], person["delay"] = KEEPING, delay


@jit
def _give_back(people: Table, desks: Table, row: int) -> None:
    """Give a unit back."""
    person = people[row]
    desk = desks[person["service"]]
    if desk["kind"] != SLOTS:
        desk["in_use"] -= 1
    if desk["hand_back"] and person["state"] == IN_TREATMENT:
        _untreat(people, desk, row)


@jit
def _treat(people: Table, desk: np.void, row: int) -> None:
    """Note a patient as one who can be handed back."""
    person = people[row]
    person["prev"], person["next"] = -1, desk["treated"]
    if desk["treated"] >= 0:
        people[desk["treated"]]["prev"] = row
    desk["treated"] = row


@jit
def _untreat(people: Table, desk: np.void, row: int) -> None:
    """Strike a patient from those who can be handed back."""
    before, after = people[row]["prev"], people[row]["next"]
    if before >= 0:
        people[before]["next"] = after
    else:
        desk["treated"] = after
    if after >= 0:
        people[after]["prev"] = before


@jit
def _to_hand_back(people: Table, levels: Table, desk: np.void) -> int:
    """Return who is handed back first: least urgent, started last, largest lot."""
    best, row = -1, desk["treated"]
    while row >= 0:
        if best < 0 or _is_behind(people[row], people[best]):
            best = row
        row = people[row]["next"]
    return best


@jit
def _is_behind(a: np.void, b: np.void) -> bool:
    """Return whether one in treatment is handed back before another."""
    if a["level"] != b["level"]:
        return bool(a["level"] > b["level"])
    if a["started"] != b["started"]:
        return bool(a["started"] > b["started"])
    return bool(a["lot"] > b["lot"])


@jit
def _hand_back(person: np.void, now: int) -> None:
    """End a part of a visit; the next begins."""
    person["left"] -= now - person["started"]
    person["part"] += 1
    person["joined"], person["started"] = now, -1
    person["stamp"] = (person["stamp"] + 1) & STAMPS
    person["state"] = MOVING


@jit
def _stand_again(people: Table, levels: Table, desks: Table, row: int) -> None:
    """Stand a patient who was handed back in line."""
    people[row]["state"] = IN_LINE
    lines.rejoin(people, levels, row)
    desks[people[row]["service"]]["waiting"] += 1


@jit
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


@jit
def _is_before(a: np.void, b: np.void) -> bool:
    """Return whether one newcomer is judged before another."""
    if a["level"] != b["level"]:
        return bool(a["level"] < b["level"])
    return bool(a["lot"] < b["lot"])


@jit
def _tick(
    moments: Table,
    at: Rows,
    clocks: Table,
    since: Integers,
    n: Integers,
    person: np.void,
    row: int,
) -> None:
    """Stop and start the clocks of a moment."""
    now = n[NOW]
    for i in range(at[0], at[0] + at[1]):
        clock = moments[i]["clock"]
        if moments[i]["starts"]:
            if since[row, clock] < 0:
                since[row, clock] = now
        elif since[row, clock] >= 0:
            _clock_row(clocks, n, person, clock, since[row, clock], now, 0)
            since[row, clock] = -1


@jit
def _drop(
    clocks: Table, since: Integers, n: Integers, person: np.void, row: int, now: int
) -> None:
    """Close the clocks of a patient who leaves the model while they run."""
    for clock in range(since.shape[1]):
        if since[row, clock] >= 0:
            _clock_row(clocks, n, person, clock, since[row, clock], now, 1)
            since[row, clock] = -1


@jit
def _clock_row(
    clocks: Table,
    n: Integers,
    person: np.void,
    clock: int,
    since: int,
    stopped: int,
    dropped: int,
) -> None:
    """Record a clock."""
    row = clocks[n[CLOCK_N]]
    row["who"], row["clock"], row["group"] = person["who"], clock, person["group"]
    row["since"], row["stopped"], row["dropped"] = since, stopped, dropped
    n[CLOCK_N] += 1


@jit
def _leave(patients: Table, n: Integers, person: np.void, now: int) -> None:
    """Record a patient who leaves the model."""
    row = patients[n[PATIENT_N]]
    row["who"], row["stream"], row["group"] = (
        person["who"],
        person["stream"],
        person["group"],
    )
    row["ending"], row["visits"] = person["ending"], person["visits"]
    row["entered"], row["left"] = person["entered"], now
    n[PATIENT_N] += 1
    person["state"] = FREE


@jit
def _record(
    visits: Table,
    n: Integers,
    levels: Table,
    person: np.void,
    outcome: int,
    cause: int,
    ended: int,
    freed: int,
) -> None:
    """Record a visit, or a part of one, that is over."""
    row = visits[n[VISIT_N]]
    row["who"], row["visit"], row["part"] = person["who"], person["k"], person["part"]
    row["step"], row["service"] = person["step"], person["service"]
    row["group"], row["priority"] = (
        person["group"],
        levels[person["level"]]["priority"],
    )
    row["outcome"], row["cause"] = outcome, cause
    row["joined"], row["started"] = person["joined"], person["started"]
    row["ended"], row["freed"] = ended, freed
    n[VISIT_N] += 1
