"""Counts and sums over the records of one replication, all in whole numbers.

Everything is an integer (patients, microseconds), so a sum does not depend on the
order in which simultaneous things were recorded, and both engines come to the same
tallies. The definition of every count stands in docs/background/semantics.md.

A state "at" a month's end or a midnight is the state just before it: a visit is in line
at e if joined < e <= left the line.

Sums of many long times would overflow 64 bits; they are kept as whole days and a rest
of microseconds (`..._DAYS`, `..._REST`; the rest stays below one day for each record,
so the sum stays far below the limit).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.jit import inlined, jit
from kernels.layout import (
    ABSENT,
    COMPLETED,
    DAY,
    HANDED_BACK,
    LEFT,
    TURNED_AWAY,
    WAITING,
    Model,
    Records,
    Table,
)

Integers = NDArray[np.int64]

# Columns of `Tallies.counts`. The month is that of the moment named.
(
    JOINED,  # joined the service, whatever came of it
    STARTED,  # treatment started
    WAITED,  # of those, after a wait above zero
    WAIT_DAYS,  # their waits
    WAIT_REST,
    COMPLETED_N,  # treatment completed and the unit given back
    STAY_DAYS,  # unit taken to unit given back, of those who give it back
    STAY_REST,
    LEFT_N,  # left the line unseen
    LEFT_DAYS,  # how long they had waited
    LEFT_REST,
    TURNED_N,  # turned away on joining
    ABSENT_N,  # did not attend
    BACK_N,  # handed back at closing
    IN_LINE,  # time in line within the month, all patients together
    IN_USE,  # time for which units were taken within the month
    DELAYED,  # of that, after the end of treatment
) = range(17)
N_COUNTS = 17

# Columns of `Tallies.ends`: the state at the month's end.
E_IN_LINE, E_IN_USE, E_AGE_DAYS, E_AGE_REST = range(4)

# Columns of `Tallies.clocks`.
C_STARTED, C_STOPPED, C_DAYS, C_REST, C_RUNNING, C_AGE_DAYS, C_AGE_REST = range(7)

# Kinds of distributions kept in buckets.
H_STARTED, H_LEFT, H_IN_LINE, H_STOPPED, H_RUNNING = range(5)

_UNIT_BITS = 16
_HALF_BITS = 7
_BUCKET_BITS = 13


class Tallies(NamedTuple):
    """The tallies of one replication (M months, U services then pathways, R groups)."""

    counts: Integers
    """Shape (M, U, R, N_COUNTS)."""
    ends: Integers
    """Shape (M, U, R, 4)."""
    left_by: Integers
    """Left the line, by waiting event; shape (M, waits, R)."""
    turned_by: Integers
    """Turned away, by rule; shape (M, rules, R)."""
    census: Integers
    """Differences from midnight to midnight of those in line and in use, shape
    (midnights + 1, S, 2); see `midnights`."""
    clocks: Integers
    """Shape (M, clocks, R, 7)."""
    standards: Integers
    """Counted and within, shape (M, standards, R, 2)."""
    entered: Integers
    """Patients who entered the model, shape (M, streams, R)."""
    gone: Integers
    """Patients who left the model, by ending, shape (M, endings, R)."""
    there: Integers
    """Patients in the model at the month's end, shape (M, R)."""
    keys: Integers
    """Open-addressed table of the buckets in use; -1 where free."""
    numbers: Integers
    """How many fell into each bucket."""
    used: Integers
    """How many buckets are in use, shape (1,)."""


def first_midnight(start: int) -> int:
    """Return the first midnight at or after a moment, in microseconds."""
    return -(-start // DAY) * DAY


def midnights(model: Model) -> Integers:
    """Return the midnights from start to end, both included, in microseconds."""
    return np.arange(first_midnight(model.start), model.end + 1, DAY, dtype=np.int64)


def empty(model: Model, buckets: int = 1 << 12) -> Tallies:
    """Return tallies of nothing; `buckets` is a power of two."""
    months, groups = len(model.months) - 1, int(model.recorded.max(initial=0)) + 1
    services = len(model.services)

    def zeros(*shape: int) -> Integers:
        return np.zeros(shape, dtype=np.int64)

    subjects = services + model.n_pathways
    return Tallies(
        counts=zeros(months, subjects, groups, N_COUNTS),
        ends=zeros(months, subjects, groups, 4),
        left_by=zeros(months, len(model.waits), groups),
        turned_by=zeros(months, len(model.rules), groups),
        census=zeros(len(midnights(model)) + 1, services, 2),
        clocks=zeros(months, model.n_clocks, groups, 7),
        standards=zeros(months, len(model.standards), groups, 2),
        entered=zeros(months, model.n_streams, groups),
        gone=zeros(months, model.n_endings, groups),
        there=zeros(months, groups),
        keys=np.full(buckets, -1, dtype=np.int64),
        numbers=zeros(buckets),
        used=zeros(1),
    )


@jit
def bucket(time: int) -> int:
    """Return the bucket of a time in microseconds.

    Bucket 0 holds exactly zero; then come 128 buckets of 65.536 ms; above them 128
    buckets to each doubling, so that a bucket is never wider than 1/128 of its times.
    """
    if time <= 0:
        return 0
    unit = time >> _UNIT_BITS
    if unit < 1 << _HALF_BITS:
        return 1 + unit
    octave = 0
    for step in (32, 16, 8, 4, 2, 1):
        if unit >> (octave + step) >= 1 << _HALF_BITS:
            octave += step
    half = (unit >> octave) & ((1 << _HALF_BITS) - 1)
    return 1 + ((octave + 1) << _HALF_BITS) + half


def bucket_edges(buckets: Integers) -> tuple[Integers, Integers]:
    """Return the lower and upper edges of buckets, in microseconds.

    A time t lies in a bucket if lower <= t < upper; bucket 0 is zero alone (0, 0).
    """
    number = np.maximum(buckets - 1, 0)
    octave = np.maximum((number >> _HALF_BITS) - 1, 0)
    low = number - (octave << _HALF_BITS)
    lower = (low << octave) << _UNIT_BITS
    upper = ((low + 1) << octave) << _UNIT_BITS
    return np.where(buckets == 0, 0, lower), np.where(buckets == 0, 0, upper)


@inlined
def _distribution(kind: int, time: int) -> int:
    """Return the part of a key that says which distribution, and where in it."""
    return (np.int64(kind) << 53) | np.int64(bucket(time))


@inlined
def _place(month: int, subject: int, group: int) -> int:
    """Return the part of a key that says for whom: 12 + 14 + 14 bits."""
    # Fields of records are 32 bits wide, and uncompiled code keeps to that width.
    place = (np.int64(month) << 14) | np.int64(subject)
    return ((place << 14) | np.int64(group)) << _BUCKET_BITS


def unpacked(keys: Integers) -> tuple[Integers, ...]:
    """Return kind, month, subject, group and bucket of keys."""
    return (
        keys >> 53,
        (keys >> 41) & 0xFFF,
        (keys >> 27) & 0x3FFF,
        (keys >> 13) & 0x3FFF,
        keys & 0x1FFF,
    )


@jit
def _count(keys: Integers, numbers: Integers, used: Integers, key: int) -> None:
    """Add one to the number of a key; the table must have room."""
    mask = len(keys) - 1
    mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
    at = np.int64(mixed >> np.uint64(20)) & mask
    while keys[at] != key:
        if keys[at] == -1:
            keys[at] = key
            used[0] += 1
            break
        at = (at + 1) & mask
    numbers[at] += 1


def enlarged(tallies: Tallies) -> Tallies:
    """Return the same tallies with room for twice as many buckets."""
    size = 2 * len(tallies.keys)
    keys, numbers = np.full(size, -1, np.int64), np.zeros(size, np.int64)
    used = np.zeros(1, np.int64)
    _rehash(tallies.keys, tallies.numbers, keys, numbers, used)
    return tallies._replace(keys=keys, numbers=numbers, used=used)


def with_records(model: Model, tallies: Tallies, records: Records) -> Tallies:
    """Return tallies with some records added; the given ones are used up."""
    for add, rows in (
        (tally_visits, records.visits),
        (tally_clocks, records.clocks),
    ):
        done = 0
        while (done := add(model, tallies, rows, done)) < len(rows):
            tallies = enlarged(tallies)
    tally_patients(model, tallies, records.patients)
    return tallies


@jit
def _rehash(
    old: Integers, held: Integers, keys: Integers, numbers: Integers, used: Integers
) -> None:
    """Move every bucket into a larger table."""
    mask = len(keys) - 1
    for i in range(len(old)):
        if old[i] != -1:
            mixed = np.uint64(old[i]) * np.uint64(0x9E3779B97F4A7C15)
            at = np.int64(mixed >> np.uint64(20)) & mask
            while keys[at] != -1:
                at = (at + 1) & mask
            keys[at] = old[i]
            numbers[at] = held[i]
            used[0] += 1


@jit
def month_of(months: Integers, time: int) -> int:
    """Return the month of a moment: -1 before the first, len - 1 from the last on."""
    low, high = 0, len(months)
    while low < high:
        middle = (low + high) >> 1
        if months[middle] <= time:
            low = middle + 1
        else:
            high = middle
    return low - 1


@inlined
def _month_near(months: Integers, time: int, month: int) -> int:
    """Return the month of a moment, tried first where the one before it lay."""
    if 0 <= month < len(months) - 1 and months[month] <= time < months[month + 1]:
        return month
    return month_of(months, time)


@inlined
def _spread(
    totals: Integers, months: Integers, month: int, begin: int, end: int
) -> None:
    """Add the time from begin, in a month, to end to the months in which it lies."""
    month = max(month, 0)
    last = len(months) - 1
    begin = max(begin, months[0])
    while month < last and begin < end:
        until = min(end, months[month + 1])
        totals[month] += until - begin
        begin = until
        month += 1


@inlined
def _add(cell: Integers, column: int, time: int) -> None:
    """Add a time to a pair of columns: whole days, and the rest in the next one."""
    if time < DAY:  # A division takes as long as all else here.
        cell[column + 1] += time
    else:
        cell[column] += time // DAY
        cell[column + 1] += time % DAY


@jit
def _between(
    census: Integers, service: int, column: int, first: int, begin: int, until: int
) -> None:
    """Count a state that holds at the midnights e with begin < e <= until."""
    day = (begin - first) // DAY
    if until < first + (day + 1) * DAY:
        return
    low = max(day + 1, 0)
    high = min((until - first) // DAY + 1, len(census) - 1)
    if low < high:
        census[low, service, column] += 1
        census[high, service, column] -= 1


@jit
def tally_visits(model: Model, tallies: Tallies, visits: Table, begin: int) -> int:
    """Tally visits from row `begin` on; return the row at which to go on.

    Stops early where the table of buckets runs full: call `enlarged` and go on.
    """
    months, recorded, steps = model.months, model.recorded, model.steps
    end, services = model.end, len(model.services)
    first = -(-model.start // DAY) * DAY
    counts, ends, census = tallies.counts, tallies.ends, tallies.census
    left_by, turned_by = tallies.left_by, tallies.turned_by
    keys, numbers, used = tallies.keys, tallies.numbers, tallies.used
    room, last = len(keys) >> 1, len(months) - 1
    month = 0
    for row in range(begin, len(visits)):
        if used[0] + 2 + last > room:
            return row
        visit = visits[row]
        group, service = recorded[visit["group"]], int(visit["service"])
        joined, started = visit["joined"], visit["started"]
        line_end, unit_end = _line_end(visit, end), _unit_end(visit, end)
        _between(census, service, 0, first, joined, line_end)
        if started >= 0:
            _between(census, service, 1, first, started, unit_end)
        else:
            _tally_cause(left_by, turned_by, months, visit, group)
        month = _month_near(months, joined, month)
        is_short = 0 <= month < last and (
            (line_end if started < 0 else unit_end) < months[month + 1]
        )
        subject = service
        pathway = steps[visit["step"]]["pathway"]
        while True:
            if is_short:
                key = _tally_short(counts[month, subject, group], visit, unit_end)
                if key >= 0:
                    key |= _place(month, subject, group)
                    _count(keys, numbers, used, key)
            else:
                cells, last_cells = counts[:, subject, group], ends[:, subject, group]
                place = _place(0, subject, group)
                _tally_line(
                    cells, last_cells, keys, numbers, used, months, visit, place, line_end
                )
                if started >= 0:
                    _tally_unit(cells, last_cells, months, visit, unit_end)
            if pathway < 0 or subject >= services:
                break
            subject = int(services + pathway)
    return len(visits)


@inlined
def _tally_short(cell: Integers, visit: np.void, unit_end: int) -> int:
    """Add a visit that begins and ends in one month to the counts of that month.

    Most do, and so they are worth a way of their own. Returns kind and bucket of the
    distribution in which the visit counts, -1 if it counts in none.
    """
    joined, started = visit["joined"], visit["started"]
    outcome, is_first = visit["outcome"], visit["part"] == 0
    cell[JOINED] += is_first
    if started < 0:
        wait = visit["ended"] - joined
        cell[IN_LINE] += wait
        if outcome == TURNED_AWAY:
            cell[TURNED_N] += 1
            return -1
        cell[LEFT_N] += 1
        _add(cell, LEFT_DAYS, wait)
        return _distribution(H_LEFT, wait) if is_first else -1
    wait, stay = started - joined, unit_end - started
    cell[IN_LINE] += wait
    cell[IN_USE] += stay
    if outcome == ABSENT:
        cell[ABSENT_N] += 1
        return -1
    cell[COMPLETED_N if outcome == COMPLETED else BACK_N] += 1
    cell[DELAYED] += unit_end - visit["ended"]
    _add(cell, STAY_DAYS, stay)
    if not is_first:
        return -1
    cell[STARTED] += 1
    cell[WAITED] += wait > 0
    _add(cell, WAIT_DAYS, wait)
    return _distribution(H_STARTED, wait)


@jit
def _tally_cause(
    left_by: Integers, turned_by: Integers, months: Integers, visit: np.void, group: int
) -> None:
    """Count a visit without treatment by what ended it."""
    month = month_of(months, visit["ended"])
    if 0 <= month < len(months) - 1 and visit["outcome"] == LEFT:
        left_by[month, visit["cause"], group] += 1
    elif 0 <= month < len(months) - 1 and visit["outcome"] == TURNED_AWAY:
        turned_by[month, visit["cause"], group] += 1


@jit
def _line_end(visit: np.void, end: int) -> int:
    """Return when a visit left the line (the end of the run if it did not)."""
    if visit["started"] >= 0:
        return int(visit["started"])
    return end if visit["outcome"] == WAITING else int(visit["ended"])


@jit
def _unit_end(visit: np.void, end: int) -> int:
    """Return when a visit gave its unit back (the end of the run if it did not)."""
    return int(visit["freed"]) if visit["freed"] >= 0 else end


@jit
def _tally_line(  # noqa: PLR0913  # arrays are handed on one by one for speed
    cells: Integers,
    ends: Integers,
    keys: Integers,
    numbers: Integers,
    used: Integers,
    months: Integers,
    visit: np.void,
    place: int,
    line_end: int,
) -> None:
    """Add what a visit was in line to the counts by month of a service or pathway."""
    last = len(months) - 1
    joined, started, outcome = visit["joined"], visit["started"], visit["outcome"]
    month = month_of(months, joined)
    is_first = visit["part"] == 0
    if is_first and 0 <= month < last:
        cells[month, JOINED] += 1
    _spread(cells[:, IN_LINE], months, month, joined, line_end)
    month = max(month, 0)
    while month < last and months[month + 1] <= line_end:
        if joined < months[month + 1]:
            age = months[month + 1] - joined
            ends[month, E_IN_LINE] += 1
            _add(ends[month], E_AGE_DAYS, age)
            key = _distribution(H_IN_LINE, age) | _place(month, 0, 0) | place
            _count(keys, numbers, used, key)
        month += 1
    month = month_of(months, line_end)
    if month < 0 or month >= last:
        return
    wait = line_end - joined
    kind = -1
    if started >= 0:
        kind = H_STARTED if outcome != ABSENT else -1
    elif outcome == LEFT:
        kind = H_LEFT
        cells[month, LEFT_N] += 1
        _add(cells[month], LEFT_DAYS, wait)
    elif outcome == TURNED_AWAY:
        cells[month, TURNED_N] += 1
    if is_first and kind >= 0:
        key = _distribution(kind, wait) | _place(month, 0, 0) | place
        _count(keys, numbers, used, key)


@jit
def _tally_unit(
    cells: Integers, ends: Integers, months: Integers, visit: np.void, unit_end: int
) -> None:
    """Add a visit that was called in to the counts by month of a service or pathway."""
    last = len(months) - 1
    started, outcome, ended = visit["started"], visit["outcome"], visit["ended"]
    month = month_of(months, started)
    if visit["part"] == 0 and outcome != ABSENT and 0 <= month < last:
        wait = started - visit["joined"]
        cells[month, STARTED] += 1
        cells[month, WAITED] += wait > 0
        _add(cells[month], WAIT_DAYS, wait)
    _spread(cells[:, IN_USE], months, month, started, unit_end)
    month = max(month, 0)
    while month < last and months[month + 1] <= unit_end:
        ends[month, E_IN_USE] += started < months[month + 1]
        month += 1
    if 0 <= ended < unit_end:
        _spread(cells[:, DELAYED], months, month_of(months, ended), ended, unit_end)
    month = month_of(months, unit_end)
    if visit["freed"] < 0 or month < 0 or month >= last:
        return
    if outcome == ABSENT:
        cells[month, ABSENT_N] += 1
        return
    cells[month, COMPLETED_N if outcome == COMPLETED else BACK_N] += 1
    _add(cells[month], STAY_DAYS, unit_end - started)


@jit
def tally_clocks(model: Model, tallies: Tallies, clocks: Table, begin: int) -> int:
    """Tally clocks from row `begin` on; return the row at which to go on."""
    months, keys, used = model.months, tallies.keys, tallies.used
    room, last = len(keys) >> 1, len(months) - 1
    for row in range(begin, len(clocks)):
        if used[0] + 2 + last > room:
            return row
        clock = clocks[row]
        since, stopped = clock["since"], clock["stopped"]
        group = model.recorded[clock["group"]]
        cells = tallies.clocks[:, clock["clock"], group]
        place = _place(0, clock["clock"], group)
        month = month_of(months, since)
        if 0 <= month < last:
            cells[month, C_STARTED] += 1
        until = stopped if stopped >= 0 else model.end
        month = max(month, 0)
        while month < last and months[month + 1] <= until:
            if since < months[month + 1]:
                age = months[month + 1] - since
                cells[month, C_RUNNING] += 1
                _add(cells[month], C_AGE_DAYS, age)
                key = _distribution(H_RUNNING, age) | _place(month, 0, 0) | place
                _count(keys, tallies.numbers, used, key)
                _tally_standards(model, tallies.standards[month], clock, age, 1)
            month += 1
        month = month_of(months, stopped)
        if stopped >= 0 and clock["dropped"] == 0 and 0 <= month < last:
            time = stopped - since
            cells[month, C_STOPPED] += 1
            _add(cells[month], C_DAYS, time)
            key = _distribution(H_STOPPED, time) | _place(month, 0, 0) | place
            _count(keys, tallies.numbers, used, key)
            _tally_standards(model, tallies.standards[month], clock, time, 0)
    return len(clocks)


@inlined
def _tally_standards(
    model: Model, cells: Integers, clock: np.void, time: int, still: int
) -> None:
    """Count a clock under the standards that look at it."""
    group = model.recorded[clock["group"]]
    for row in range(len(model.standards)):
        standard = model.standards[row]
        if (
            standard["clock"] == clock["clock"]
            and standard["still"] == still
            and model.standard_groups[row, clock["group"]]
        ):
            cells[row, group, 0] += 1
            cells[row, group, 1] += time <= standard["within"]


@jit
def tally_patients(model: Model, tallies: Tallies, patients: Table) -> None:
    """Tally patients who came to the model and left it."""
    months = model.months
    last = len(months) - 1
    month_in = month_out = 0
    for row in range(len(patients)):
        patient = patients[row]
        group = model.recorded[patient["group"]]
        entered, left = patient["entered"], patient["left"]
        month_in = _month_near(months, entered, month_in)
        if 0 <= month_in < last:
            tallies.entered[month_in, patient["stream"], group] += 1
        until = left if left >= 0 else model.end
        month = max(month_in, 0)
        while month < last and months[month + 1] <= until:
            tallies.there[month, group] += entered < months[month + 1]
            month += 1
        month_out = _month_near(months, left, month_out)
        if left >= 0 and 0 <= month_out < last:
            tallies.gone[month_out, patient["ending"], group] += 1
