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

from kernels.buckets import (
    H_IN_LINE,
    H_LEFT,
    H_RUNNING,
    H_STANDARD,
    H_STARTED,
    H_STOPPED,
    Buckets,
    count,
    distribution,
    is_settled,
    more_buckets,
    no_buckets,
    pages_left,
    place,
    settled,
)
from kernels.jit import inlined, jit, jit_inside
from kernels.layout import (
    ABSENT,
    AWAY,
    BLOCKED,
    COMPLETED,
    DAY,
    KEPT,
    LEFT,
    SPREAD,
    SUM,
    TURNED_AWAY,
    WAITING,
    Model,
    Records,
    Table,
)
from kernels.months import add, count_between, month_near, month_of, spread

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
    BLOCKED_TIME,  # of that, until the next service called in
    KEPT_DAYS,  # how long units were held after the visits that took them, of those
    KEPT_REST,  # given back
    HELPED_N,  # treated by units of another service
    HELPED,  # time of such units, all patients together
) = range(22)
N_COUNTS = 22

# Columns of `Tallies.spells`.
SPELL_TIME, SPELL_OPENED = range(2)

# Columns of `Tallies.ends`: the state at the month's end.
(
    E_IN_LINE,  # visits in line
    E_IN_USE,  # units taken
    E_AGE_DAYS,  # how long those in line have waited
    E_AGE_REST,
    E_CALLED,  # visits called in that are not over
) = range(5)

# Columns of `Tallies.clocks`. From C_RUNNING on: the state at the month's end.
(
    C_STARTED,
    C_STOPPED,
    C_DAYS,  # their times, without pauses
    C_REST,
    C_STOOD_DAYS,  # their pauses
    C_STOOD_REST,
    C_RUNNING,  # started and not stopped: those that pause as well
    C_AGE_DAYS,
    C_AGE_REST,
    C_PAUSED,
) = range(10)
N_CLOCK = 10

# Columns of `Tallies.standards`.
S_COUNTED, S_WITHIN, S_DAYS, S_REST = range(4)


class Tallies(NamedTuple):
    """The tallies of one replication (M months, U services then pathways, R groups)."""

    counts: Integers
    """Shape (M, U, R, N_COUNTS)."""
    ends: Integers
    """Shape (M, U, R, 5)."""
    at_start: Integers
    """Visits under way just before the start, shape (U,)."""
    left_by: Integers
    """Left the line, by waiting event; shape (M, waits, R)."""
    turned_by: Integers
    """Turned away, by rule; shape (M, rules, R)."""
    census: Integers
    """Differences from midnight to midnight of those in line and in use, shape
    (midnights + 1, S, 2); see `midnights`."""
    clocks: Integers
    """Shape (M, clocks, R, N_CLOCK)."""
    standards: Integers
    """Counted, within and, where it is kept, the sum of the times; shape (M, standards,
    R, 4)."""
    entered: Integers
    """Patients who entered the model, shape (M, streams, R)."""
    gone: Integers
    """Patients who left the model, by ending, shape (M, endings, R)."""
    there: Integers
    """Patients in the model at the month's end, shape (M, R)."""
    blocked: Integers
    """Time in which units were kept until the next service called in: by service, and
    service waited for; shape (M, S, S), (M, 0, 0) where units are never kept so."""
    spells: Integers
    """Rules of escalation, then states of the system from 1 on: how long they held
    within the month, and how often they began; shape (M, rules + states, 2)."""
    buckets: Buckets
    """Distributions of waits, ages and clocks."""


def first_midnight(start: int) -> int:
    """Return the first midnight at or after a moment, in microseconds."""
    return -(-start // DAY) * DAY


def midnights(model: Model) -> Integers:
    """Return the midnights from start to end, both included, in microseconds."""
    return np.arange(first_midnight(model.start), model.end + 1, DAY, dtype=np.int64)


def states(model: Model) -> int:
    """Return how many rules of escalation and states of the system there are."""
    if len(model.escalations) == 0:
        return 0
    return len(model.escalations) + int(max(model.escalations["level"].max(), 1))


def empty(model: Model) -> Tallies:
    """Return tallies of nothing."""
    months, groups = len(model.months) - 1, int(model.recorded.max(initial=0)) + 1
    services = len(model.services)

    def zeros(*shape: int) -> Integers:
        return np.zeros(shape, dtype=np.int64)

    subjects = services + model.n_pathways
    keepers = services * bool(model.branches["keeps"].any())
    return Tallies(
        counts=zeros(months, subjects, groups, N_COUNTS),
        ends=zeros(months, subjects, groups, 5),
        at_start=zeros(subjects),
        left_by=zeros(months, len(model.waits), groups),
        turned_by=zeros(months, len(model.rules), groups),
        census=zeros(len(midnights(model)) + 1, services, 2),
        clocks=zeros(months, model.n_clocks, groups, N_CLOCK),
        standards=zeros(months, len(model.standards), groups, 4),
        entered=zeros(months, model.n_streams, groups),
        gone=zeros(months, model.n_endings, groups),
        there=zeros(months, groups),
        blocked=zeros(months, keepers, keepers),
        spells=zeros(months, states(model), 2),
        buckets=no_buckets(),
    )


def enlarged(tallies: Tallies) -> Tallies:
    """Return the same tallies with room for more buckets."""
    if is_settled(tallies.buckets):
        raise ValueError("final tallies cannot be added to")
    return tallies._replace(buckets=more_buckets(tallies.buckets))


def final(tallies: Tallies) -> Tallies:
    """Return tallies to which nothing more is added, in less room."""
    return tallies._replace(buckets=settled(tallies.buckets))


def with_records(model: Model, tallies: Tallies, records: Records) -> Tallies:
    """Return tallies with some records added; the given ones are used up."""
    for tally, rows in (
        (tally_visits, records.visits),
        (tally_clocks, records.clocks),
    ):
        done = 0
        while (done := tally(model, tallies, rows, done)) < len(rows):
            tallies = enlarged(tallies)
    tally_patients(model, tallies, records.patients)
    tally_holds(model, tallies, records.holds)
    tally_changes(model, tallies, records.changes)
    tally_spells(model, tallies, records.spells)
    return tallies


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
    buckets, last = tallies.buckets, len(months) - 1
    month = 0
    for row in range(begin, len(visits)):
        if pages_left(buckets) < 2 * len(months):
            return row
        visit = visits[row]
        group, service = recorded[visit["group"]], int(visit["service"])
        joined, started = visit["joined"], visit["started"]
        line_end, unit_end = _line_end(visit, end), _unit_end(visit, end)
        count_between(census, service, 0, first, joined, line_end, 1)
        if started >= 0:
            units = visit["units"]
            count_between(census, service, 1, first, started, unit_end, units)
        else:
            _tally_cause(left_by, turned_by, months, visit, group)
        month = month_near(months, joined, month)
        over = line_end if started < 0 else unit_end
        is_short = 0 <= month < last and over < months[month + 1]
        subject = service
        pathway = steps[visit["step"]]["pathway"]
        while True:
            tallies.at_start[subject] += joined < months[0] <= over
            if is_short:
                key = _tally_short(counts[month, subject, group], visit, unit_end)
                if key >= 0:
                    count(buckets, key | place(month, subject, group))
            else:
                cells, last_cells = counts[:, subject, group], ends[:, subject, group]
                here = place(0, subject, group)
                _tally_line(
                    cells, last_cells, buckets, months, visit, month, here, line_end
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
        add(cell, LEFT_DAYS, wait)
        return distribution(H_LEFT, wait) if is_first else -1
    wait, stay = started - joined, unit_end - started
    cell[IN_LINE] += wait
    cell[IN_USE] += stay * visit["units"]
    if outcome == ABSENT:
        cell[ABSENT_N] += 1
        return -1
    cell[COMPLETED_N if outcome == COMPLETED else BACK_N] += 1
    cell[DELAYED] += unit_end - visit["ended"]
    add(cell, STAY_DAYS, stay)
    if not is_first:
        return -1
    cell[STARTED] += 1
    cell[WAITED] += wait > 0
    add(cell, WAIT_DAYS, wait)
    return distribution(H_STARTED, wait)


@jit_inside
def _tally_cause(
    left_by: Integers, turned_by: Integers, months: Integers, visit: np.void, group: int
) -> None:
    """Count a visit without treatment by what ended it."""
    month = month_of(months, visit["ended"])
    if 0 <= month < len(months) - 1 and visit["outcome"] == LEFT:
        left_by[month, visit["cause"], group] += 1
    elif 0 <= month < len(months) - 1 and visit["outcome"] == TURNED_AWAY:
        turned_by[month, visit["cause"], group] += 1


@jit_inside
def _line_end(visit: np.void, end: int) -> int:
    """Return when a visit left the line (the end of the run if it did not)."""
    if visit["started"] >= 0:
        return int(visit["started"])
    return end if visit["outcome"] == WAITING else int(visit["ended"])


@jit_inside
def _unit_end(visit: np.void, end: int) -> int:
    """Return when a visit gave its unit back (the end of the run if it did not)."""
    return int(visit["freed"]) if visit["freed"] >= 0 else end


@jit_inside
def _tally_line(
    cells: Integers,
    ends: Integers,
    buckets: Buckets,
    months: Integers,
    visit: np.void,
    month: int,
    here: int,
    line_end: int,
) -> None:
    """Add what a visit was in line to the counts by month of a service or pathway.

    `month` is that of joining; `here` the part of a bucket's key that says for whom.
    """
    last = len(months) - 1
    joined, started, outcome = visit["joined"], visit["started"], visit["outcome"]
    is_first = visit["part"] == 0
    if is_first and 0 <= month < last:
        cells[month, JOINED] += 1
    spread(cells[:, IN_LINE], months, month, joined, line_end, 1)
    month = max(month, 0)
    while month < last and months[month + 1] <= line_end:
        if joined < months[month + 1]:
            age = months[month + 1] - joined
            ends[month, E_IN_LINE] += 1
            add(ends[month], E_AGE_DAYS, age)
            count(buckets, distribution(H_IN_LINE, age) | place(month, 0, 0) | here)
        month += 1
    if line_end < months[0] or month >= last:
        return
    wait = line_end - joined
    kind = -1
    if started >= 0:
        kind = H_STARTED if outcome != ABSENT else -1
    elif outcome == LEFT:
        kind = H_LEFT
        cells[month, LEFT_N] += 1
        add(cells[month], LEFT_DAYS, wait)
    elif outcome == TURNED_AWAY:
        cells[month, TURNED_N] += 1
    if is_first and kind >= 0:
        count(buckets, distribution(kind, wait) | place(month, 0, 0) | here)


@jit_inside
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
        add(cells[month], WAIT_DAYS, wait)
    spread(cells[:, IN_USE], months, month, started, unit_end, visit["units"])
    month = max(month, 0)
    while month < last and months[month + 1] <= unit_end:
        if started < months[month + 1]:
            ends[month, E_IN_USE] += visit["units"]
            ends[month, E_CALLED] += 1
        month += 1
    if 0 <= ended < unit_end:
        since = month_of(months, ended)
        spread(cells[:, DELAYED], months, since, ended, unit_end, 1)
    if visit["freed"] < 0 or unit_end < months[0] or month >= last:
        return
    if outcome == ABSENT:
        cells[month, ABSENT_N] += 1
        return
    cells[month, COMPLETED_N if outcome == COMPLETED else BACK_N] += 1
    add(cells[month], STAY_DAYS, unit_end - started)


@jit
def tally_clocks(model: Model, tallies: Tallies, clocks: Table, begin: int) -> int:
    """Tally clocks from row `begin` on; return the row at which to go on."""
    months, buckets = model.months, tallies.buckets
    last = len(months) - 1
    month_in = month_out = 0
    most_pages = (1 + len(model.standards)) * len(months)
    for row in range(begin, len(clocks)):
        if pages_left(buckets) < most_pages:
            return row
        clock = clocks[row]
        since, stopped = clock["since"], clock["stopped"]
        group = model.recorded[clock["group"]]
        cells = tallies.clocks[:, clock["clock"], group]
        here = place(0, clock["clock"], group)
        month_in = month_near(months, since, month_in)
        if 0 <= month_in < last and clock["part"] == 0:
            cells[month_in, C_STARTED] += 1
        until = stopped if stopped >= 0 else model.end
        stands = clock["paused"] if clock["paused"] >= 0 else until
        month = max(month_in, 0)
        while month < last and months[month + 1] <= until:
            edge = months[month + 1]
            if since < edge:
                age = clock["ran"] + min(edge, stands) - since
                cells[month, C_RUNNING] += 1
                cells[month, C_PAUSED] += stands < edge
                add(cells[month], C_AGE_DAYS, age)
                count(buckets, distribution(H_RUNNING, age) | place(month, 0, 0) | here)
                _tally_standards(model, tallies, month, clock, age, 1)
            month += 1
        month_out = month = month_near(months, stopped, month_out)
        is_over = stopped >= 0 and clock["dropped"] == 0 and clock["resumed"] == 0
        if is_over and 0 <= month < last:
            time = clock["ran"] + stands - since
            cells[month, C_STOPPED] += 1
            add(cells[month], C_DAYS, time)
            if clock["paused"] >= 0 or clock["part"] > 0:
                add(cells[month], C_STOOD_DAYS, clock["stood"] + stopped - stands)
            count(buckets, distribution(H_STOPPED, time) | place(month, 0, 0) | here)
            _tally_standards(model, tallies, month, clock, time, 0)
    return len(clocks)


@inlined
def _tally_standards(
    model: Model, tallies: Tallies, month: int, clock: np.void, time: int, still: int
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
            cells = tallies.standards
            cells[month, row, group, S_COUNTED] += 1
            is_within = time <= model.standard_within[row, month]
            cells[month, row, group, S_WITHIN] += is_within
            if standard["keeps"] == SUM:
                add(cells[month, row, group], S_DAYS, time)
            elif standard["keeps"] == SPREAD:
                key = distribution(H_STANDARD, time) | place(month, row, group)
                count(tallies.buckets, key)


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
        month_in = month_near(months, entered, month_in)
        if 0 <= month_in < last:
            tallies.entered[month_in, patient["stream"], group] += 1
        until = left if left >= 0 else model.end
        month = max(month_in, 0)
        while month < last and months[month + 1] <= until:
            tallies.there[month, group] += entered < months[month + 1]
            month += 1
        month_out = month_near(months, left, month_out)
        if left >= 0 and 0 <= month_out < last:
            tallies.gone[month_out, patient["ending"], group] += 1


@jit
def tally_holds(model: Model, tallies: Tallies, holds: Table) -> None:
    """Tally units that were in use beside those of visits."""
    months = model.months
    first = -(-model.start // DAY) * DAY
    last = len(months) - 1
    for row in range(len(holds)):
        hold = holds[row]
        group, service = model.recorded[hold["group"]], int(hold["service"])
        since, units, reason = hold["since"], hold["units"], hold["reason"]
        until = hold["until"] if hold["until"] >= 0 else model.end
        counts, ends = tallies.counts[:, service, group], tallies.ends
        census = tallies.census
        count_between(census, service, 1, first, since, until, units)
        begin = month_of(months, since)
        spread(counts[:, IN_USE], months, begin, since, until, units)
        month = max(begin, 0)
        while month < last and months[month + 1] <= until:
            if since < months[month + 1]:
                ends[month, service, group, E_IN_USE] += units
            month += 1
        is_given_back = hold["until"] >= months[0] and month < last
        if reason == BLOCKED:
            spread(counts[:, DELAYED], months, begin, since, until, 1)
            spread(counts[:, BLOCKED_TIME], months, begin, since, until, 1)
            totals = tallies.blocked[:, service, hold["wanted"]]
            spread(totals, months, begin, since, until, 1)
        if is_given_back and reason <= KEPT:
            add(counts[month], KEPT_DAYS, until - since)
        if reason == AWAY:
            home = tallies.counts[:, hold["home"], group]
            spread(home[:, HELPED], months, begin, since, until, units)
            if 0 <= begin < last:
                home[begin, HELPED_N] += 1


@jit
def tally_changes(model: Model, tallies: Tallies, changes: Table) -> None:
    """Tally waiting events after which patients stay in line."""
    months = model.months
    for row in range(len(changes)):
        month = month_of(months, changes[row]["time"])
        if 0 <= month < len(months) - 1:
            group = model.recorded[changes[row]["group"]]
            tallies.left_by[month, changes[row]["cause"], group] += 1


@jit
def tally_spells(model: Model, tallies: Tallies, spells: Table) -> None:
    """Tally how long rules were open, and the system was in each state."""
    months = model.months
    for row in range(len(spells)):
        spell = spells[row]
        opened = spell["opened"]
        until = spell["closed"] if spell["closed"] >= 0 else model.end
        month = month_of(months, opened)
        cells = tallies.spells[:, spell["rule"]]
        spread(cells[:, SPELL_TIME], months, month, opened, until, 1)
        if 0 <= month < len(months) - 1:
            cells[month, SPELL_OPENED] += 1
