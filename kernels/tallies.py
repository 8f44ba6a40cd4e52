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

from kernels.jit import jit
from kernels.layout import (
    ABSENT,
    COMPLETED,
    DAY,
    HANDED_BACK,
    LEFT,
    TURNED_AWAY,
    WAITING,
    Model,
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
    while unit >> octave >= 2 << _HALF_BITS:
        octave += 1
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


@jit
def _key(kind: int, month: int, subject: int, group: int, time: int) -> int:
    """Return the key of a bucket: 3 + 12 + 14 + 14 + 13 bits."""
    # Fields of records are 32 bits wide, and uncompiled code keeps to that width.
    key = (np.int64(kind) << 12) | np.int64(month)
    key = (key << 14) | np.int64(subject)
    key = (key << 14) | np.int64(group)
    return int((key << _BUCKET_BITS) | np.int64(bucket(time)))


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


@jit
def _spread(
    counts: Integers,
    months: Integers,
    cell: tuple[int, int, int],
    month: int,
    begin: int,
    end: int,
) -> None:
    """Add the time from begin, in a month, to end to the months in which it lies."""
    subject, group, column = cell
    month = max(month, 0)
    last = len(months) - 1
    begin = max(begin, months[0])
    while month < last and begin < end:
        until = min(end, months[month + 1])
        counts[month, subject, group, column] += until - begin
        begin = until
        month += 1


@jit
def _add_time(
    counts: Integers, month: int, cell: tuple[int, int, int], time: int
) -> None:
    """Add a time to a pair of columns: whole days, and the rest in the next one."""
    subject, group, column = cell
    if time < DAY:  # A division takes as long as all else here.
        counts[month, subject, group, column + 1] += time
    else:
        counts[month, subject, group, column] += time // DAY
        counts[month, subject, group, column + 1] += time % DAY


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
    for row in range(begin, len(visits)):
        if used[0] + 2 + last > room:
            return row
        visit = visits[row]
        group, service = recorded[visit["group"]], visit["service"]
        line_end, unit_end = _line_end(visit, end), _unit_end(visit, end)
        _between(census, service, 0, first, visit["joined"], line_end)
        if visit["started"] >= 0:
            _between(census, service, 1, first, visit["started"], unit_end)
        elif visit["outcome"] == LEFT or visit["outcome"] == TURNED_AWAY:
            month = month_of(months, line_end)
            if 0 <= month < last and visit["outcome"] == LEFT:
                left_by[month, visit["cause"], group] += 1
            elif 0 <= month < last:
                turned_by[month, visit["cause"], group] += 1
        subject = int(service)
        pathway = steps[visit["step"]]["pathway"]
        while True:
            _tally_line(counts, ends, months, visit, (subject, group), line_end)
            if visit["started"] >= 0:
                _tally_unit(counts, ends, months, visit, (subject, group), unit_end)
            _tally_buckets(
                keys, numbers, used, months, visit, (subject, group), line_end
            )
            if pathway < 0 or subject >= services:
                break
            subject = int(services + pathway)
    return len(visits)


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
def _tally_line(
    counts: Integers,
    ends: Integers,
    months: Integers,
    visit: np.void,
    cell: tuple[int, int],
    line_end: int,
) -> None:
    """Add what a visit was in line to the counts of a service or pathway."""
    subject, group = cell
    last = len(months) - 1
    joined, outcome = visit["joined"], visit["outcome"]
    month = month_of(months, joined)
    if visit["part"] == 0 and 0 <= month < last:
        counts[month, subject, group, JOINED] += 1
    _spread(counts, months, (subject, group, IN_LINE), month, joined, line_end)
    month = max(month, 0)
    while month < last and months[month + 1] <= line_end:
        if joined < months[month + 1]:
            age = months[month + 1] - joined
            ends[month, subject, group, E_IN_LINE] += 1
            _add_time(ends, month, (subject, group, E_AGE_DAYS), age)
        month += 1
    if visit["started"] >= 0:
        return
    month = month_of(months, line_end)
    if month < 0 or month >= last:
        return
    if outcome == LEFT:
        counts[month, subject, group, LEFT_N] += 1
        wait = visit["ended"] - joined
        _add_time(counts, month, (subject, group, LEFT_DAYS), wait)
    elif outcome == TURNED_AWAY:
        counts[month, subject, group, TURNED_N] += 1


@jit
def _tally_unit(
    counts: Integers,
    ends: Integers,
    months: Integers,
    visit: np.void,
    cell: tuple[int, int],
    unit_end: int,
) -> None:
    """Add a visit that was called in to the counts of a service or pathway."""
    subject, group = cell
    last = len(months) - 1
    started, outcome = visit["started"], visit["outcome"]
    month = month_of(months, started)
    if visit["part"] == 0 and outcome != ABSENT and 0 <= month < last:
        wait = started - visit["joined"]
        counts[month, subject, group, STARTED] += 1
        counts[month, subject, group, WAITED] += wait > 0
        _add_time(counts, month, (subject, group, WAIT_DAYS), wait)
    _spread(counts, months, (subject, group, IN_USE), month, started, unit_end)
    month = max(month, 0)
    while month < last and months[month + 1] <= unit_end:
        ends[month, subject, group, E_IN_USE] += started < months[month + 1]
        month += 1
    ended = visit["ended"]
    if 0 <= ended < unit_end:
        cell_of_delay = (subject, group, DELAYED)
        _spread(counts, months, cell_of_delay, month_of(months, ended), ended, unit_end)
    month = month_of(months, unit_end)
    if visit["freed"] < 0 or month < 0 or month >= last:
        return
    if outcome == COMPLETED:
        counts[month, subject, group, COMPLETED_N] += 1
    elif outcome == HANDED_BACK:
        counts[month, subject, group, BACK_N] += 1
    elif outcome == ABSENT:
        counts[month, subject, group, ABSENT_N] += 1
        return
    _add_time(counts, month, (subject, group, STAY_DAYS), unit_end - started)


@jit
def _tally_buckets(
    keys: Integers,
    numbers: Integers,
    used: Integers,
    months: Integers,
    visit: np.void,
    cell: tuple[int, int],
    line_end: int,
) -> None:
    """Add one visit to the distributions of waits."""
    subject, group = cell
    last = len(months) - 1
    joined, started = visit["joined"], visit["started"]
    month = month_of(months, line_end)
    if visit["part"] == 0 and 0 <= month < last:
        if started >= 0 and visit["outcome"] != ABSENT:
            key = _key(H_STARTED, month, subject, group, started - joined)
            _count(keys, numbers, used, key)
        elif visit["outcome"] == LEFT:
            key = _key(H_LEFT, month, subject, group, line_end - joined)
            _count(keys, numbers, used, key)
    month = max(month_of(months, joined), 0)
    while month < last and months[month + 1] <= line_end:
        if joined < months[month + 1]:
            age = months[month + 1] - joined
            key = _key(H_IN_LINE, month, subject, group, age)
            _count(keys, numbers, used, key)
        month += 1


@jit
def tally_clocks(model: Model, tallies: Tallies, clocks: Table, begin: int) -> int:
    """Tally clocks from row `begin` on; return the row at which to go on."""
    room = len(tallies.keys) >> 1
    last = len(model.months) - 1
    for row in range(begin, len(clocks)):
        if tallies.used[0] + 2 + last > room:
            return row
        _tally_clock(model, tallies, clocks[row])
    return len(clocks)


@jit
def _tally_clock(model: Model, tallies: Tallies, clock: np.void) -> None:
    """Add one clock to its counts, distributions and standards."""
    months = model.months
    last = len(months) - 1
    subject, since, stopped = clock["clock"], clock["since"], clock["stopped"]
    group = model.recorded[clock["group"]]
    cells = tallies.clocks[:, subject, group]
    keys, numbers, used = tallies.keys, tallies.numbers, tallies.used
    month = month_of(months, since)
    if 0 <= month < last:
        cells[month, C_STARTED] += 1
    until = stopped if stopped >= 0 else model.end
    month = max(month, 0)
    while month < last and months[month + 1] <= until:
        if since < months[month + 1]:
            age = months[month + 1] - since
            cells[month, C_RUNNING] += 1
            cells[month, C_AGE_DAYS] += age // DAY
            cells[month, C_AGE_REST] += age % DAY
            key = _key(H_RUNNING, month, subject, group, age)
            _count(keys, numbers, used, key)
            _tally_standards(model, tallies, clock, month, age, 1)
        month += 1
    month = month_of(months, stopped)
    if stopped >= 0 and clock["dropped"] == 0 and 0 <= month < last:
        time = stopped - since
        cells[month, C_STOPPED] += 1
        cells[month, C_DAYS] += time // DAY
        cells[month, C_REST] += time % DAY
        key = _key(H_STOPPED, month, subject, group, time)
        _count(keys, numbers, used, key)
        _tally_standards(model, tallies, clock, month, time, 0)


@jit
def _tally_standards(
    model: Model, tallies: Tallies, clock: np.void, month: int, time: int, still: int
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
            tallies.standards[month, row, group, 0] += 1
            tallies.standards[month, row, group, 1] += time <= standard["within"]


@jit
def tally_patients(model: Model, tallies: Tallies, patients: Table) -> None:
    """Tally patients who came to the model and left it."""
    months = model.months
    last = len(months) - 1
    for row in range(len(patients)):
        patient = patients[row]
        group = model.recorded[patient["group"]]
        entered, left = patient["entered"], patient["left"]
        month = month_of(months, entered)
        if 0 <= month < last:
            tallies.entered[month, patient["stream"], group] += 1
        until = left if left >= 0 else model.end
        month = max(month, 0)
        while month < last and months[month + 1] <= until:
            tallies.there[month, group] += entered < months[month + 1]
            month += 1
        month = month_of(months, left)
        if left >= 0 and 0 <= month < last:
            tallies.gone[month, patient["ending"], group] += 1
