"""Adding records to tallies, chunk by chunk.

The definition of every count stands in docs/background/measures.md.
"""

import numpy as np

from kernels.buckets import (
    H_IN_LINE,
    H_LEFT,
    H_RUNNING,
    H_STANDARD,
    H_STARTED,
    H_STOPPED,
    NONE_WAITS,
    Buckets,
    count,
    count_later,
    count_waiting,
    distribution,
    pages_left,
    place,
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
from kernels.references import referred
from kernels.tallies import (
    ABSENT_N,
    BACK_N,
    BLOCKED_TIME,
    C_AGE_DAYS,
    C_DAYS,
    C_PAUSED,
    C_RUNNING,
    C_STARTED,
    C_STOOD_DAYS,
    C_STOPPED,
    COMPLETED_N,
    DELAYED,
    E_AGE_DAYS,
    E_CALLED,
    E_IN_LINE,
    E_IN_USE,
    HELPED,
    HELPED_N,
    IN_LINE,
    IN_USE,
    JOINED,
    KEPT_DAYS,
    LEFT_DAYS,
    LEFT_N,
    RETURNED_N,
    S_CAUSES,
    S_COUNTED,
    S_DAYS,
    S_WITHIN,
    SPELL_OPENED,
    SPELL_TIME,
    STARTED,
    STAY_DAYS,
    TURNED_N,
    WAIT_DAYS,
    WAITED,
    Integers,
    Tallies,
)

VISITS, CLOCKS = range(2)
"""Columns of how far the tables are tallied that may have to be left half way."""


@jit
def tally(model: Model, tallies: Tallies, records: Records, done: Integers) -> bool:
    """Add records to tallies, as `added`; whoever calls makes room (`counting`)."""
    return added(referred(model), referred(tallies), referred(records), done)


@jit_inside
def added(model: Model, tallies: Tallies, records: Records, done: Integers) -> bool:
    """Add records to tallies; return whether all were added.

    Where the table of buckets runs full, they are not: make room and call again.

    Parameters
    ----------
    model : Model
    tallies : Tallies
        Changed in place.
    records : Records
    done : int64 array, shape (2,)
        How many visits and clocks were added before; changed in place.
    """
    visits, clocks = records.visits, records.clocks
    done[VISITS] = _visits(model, tallies, visits, done[VISITS])
    done[CLOCKS] = _clocks(model, tallies, clocks, done[CLOCKS])
    if done[VISITS] < len(visits) or done[CLOCKS] < len(clocks):
        return False
    _patients(model, tallies, records.patients)
    _holds(model, tallies, records.holds)
    _changes(model, tallies, records.changes)
    _spells(model, tallies, records.spells)
    _looks(model, tallies, records.looks)
    return True


@jit_inside
def _visits(model: Model, tallies: Tallies, visits: Table, begin: int) -> int:
    """Tally visits from row `begin` on; return the row at which to go on.

    Stops early where the table of buckets runs full: make room and go on.
    """
    months, recorded, steps = model.months, model.recorded, model.steps
    end, services = model.end, len(model.services)
    first = -(-model.start // DAY) * DAY
    counts, ends, census = tallies.counts, tallies.ends, tallies.census
    left_by, turned_by = tallies.left_by, tallies.turned_by
    buckets, last = tallies.buckets, len(months) - 1
    month, waiting = 0, NONE_WAITS
    for row in range(begin, len(visits)):
        if pages_left(buckets) < 2 * len(months) + len(waiting):
            count_waiting(buckets, waiting)
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
            _cause(left_by, turned_by, months, visit, group)
        month = month_near(months, joined, month)
        over = line_end if started < 0 else unit_end
        is_short = 0 <= month < last and over < months[month + 1]
        subject = service
        pathway = steps[visit["step"]]["pathway"]
        while True:
            tallies.at_start[subject] += joined < months[0] <= over
            if is_short:
                key = _short(counts[month, subject, group], visit, unit_end)
                if key >= 0:
                    key |= place(month, subject, group)
                    waiting = count_later(buckets, waiting, key)
            else:
                cells, last_cells = counts[:, subject, group], ends[:, subject, group]
                here = place(0, subject, group)
                _line(cells, last_cells, buckets, months, visit, month, here, line_end)
                if started >= 0:
                    _unit(cells, last_cells, months, visit, unit_end)
            if pathway < 0 or subject >= services:
                break
            subject = int(services + pathway)
    count_waiting(buckets, waiting)
    return len(visits)


@inlined
def _short(cell: Integers, visit: np.void, unit_end: int) -> int:
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
def _cause(
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
def _line(
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
def _unit(
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


@jit_inside
def _clocks(model: Model, tallies: Tallies, clocks: Table, begin: int) -> int:
    """Tally clocks from row `begin` on; return the row at which to go on."""
    months, buckets = model.months, tallies.buckets
    last = len(months) - 1
    month_in = month_out = 0
    waiting = NONE_WAITS
    most_pages = (1 + len(model.standards)) * len(months) + len(waiting)
    for row in range(begin, len(clocks)):
        if pages_left(buckets) < most_pages:
            count_waiting(buckets, waiting)
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
                key = distribution(H_RUNNING, age) | place(month, 0, 0) | here
                waiting = count_later(buckets, waiting, key)
                _of_standards(model, tallies, month, clock, age, 1)
            month += 1
        month_out = month = month_near(months, stopped, month_out)
        is_over = stopped >= 0 and clock["dropped"] == 0 and clock["resumed"] == 0
        if is_over and 0 <= month < last:
            time = clock["ran"] + stands - since
            cells[month, C_STOPPED] += 1
            add(cells[month], C_DAYS, time)
            if clock["paused"] >= 0 or clock["part"] > 0:
                add(cells[month], C_STOOD_DAYS, clock["stood"] + stopped - stands)
            key = distribution(H_STOPPED, time) | place(month, 0, 0) | here
            waiting = count_later(buckets, waiting, key)
            _of_standards(model, tallies, month, clock, time, 0)
    count_waiting(buckets, waiting)
    return len(clocks)


@inlined
def _of_standards(
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
            if not is_within and not still and standard["keeps"] != SUM:
                _by_cause(cells[month, row, group], clock)
            if standard["keeps"] == SUM:
                add(cells[month, row, group], S_DAYS, time)
            elif standard["keeps"] == SPREAD:
                key = distribution(H_STANDARD, time) | place(month, row, group)
                count(tallies.buckets, key)


@jit_inside
def _looks(model: Model, tallies: Tallies, looks: Table) -> None:
    """Tally the clocks that were not within at a month's end by cause."""
    for number in range(len(looks)):
        look = looks[number]
        group, month = model.recorded[look["group"]], look["month"]
        time = _whole(look)
        for row in range(len(model.standards)):
            standard = model.standards[row]
            if (
                standard["clock"] == look["clock"]
                and standard["still"]
                and standard["keeps"] != SUM
                and model.standard_groups[row, look["group"]]
                and time > model.standard_within[row, month]
            ):
                _by_cause(tallies.standards[month, row, group], look)


@inlined
def _whole(row: np.void) -> int:
    """Return the time of a clock, of which a row tells by cause."""
    in_line = row["rebooked"] + row["closed"] + row["blocked"] + row["kept_back"]
    in_line += row["outranked"] + row["no_capacity"]
    return int(in_line + row["not_in_line"])


@inlined
def _by_cause(cells: Integers, row: np.void) -> None:
    """Add the time of a clock by cause."""
    for cause, time in enumerate(
        (
            row["rebooked"],
            row["closed"],
            row["blocked"],
            row["kept_back"],
            row["outranked"],
            row["no_capacity"],
            row["not_in_line"],
        )
    ):
        if time > 0:
            add(cells, S_CAUSES + 2 * cause, time)


@jit_inside
def _patients(model: Model, tallies: Tallies, patients: Table) -> None:
    """Tally patients who came to the model and left it."""
    months = model.months
    last = len(months) - 1
    month_in = month_out = 0
    for row in range(len(patients)):
        patient = patients[row]
        group = model.recorded[patient["group"]]
        entered, left = patient["entered"], patient["left"]
        month_in = month_near(months, entered, month_in)
        if patient["stream"] < 0 or entered < months[0]:
            tallies.found[0, group] += left < 0 or left >= months[0]
        elif month_in < last:
            tallies.entered[month_in, patient["stream"], group] += 1
        until = left if left >= 0 else model.end
        month = max(month_in, 0)
        while month < last and months[month + 1] <= until:
            tallies.there[month, group] += entered < months[month + 1]
            month += 1
        month_out = month_near(months, left, month_out)
        if left >= 0 and 0 <= month_out < last:
            tallies.gone[month_out, patient["ending"], group] += 1


@jit_inside
def _holds(model: Model, tallies: Tallies, holds: Table) -> None:
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
        home = tallies.counts[:, hold["home"], group]
        if reason == AWAY:
            spread(home[:, HELPED], months, begin, since, until, units)
            if 0 <= begin < last:
                home[begin, HELPED_N] += 1
        if is_given_back and reason != BLOCKED and hold["wanted"] >= 0:
            home[month, RETURNED_N] += 1


@jit_inside
def _changes(model: Model, tallies: Tallies, changes: Table) -> None:
    """Tally waiting events after which patients stay in line."""
    months = model.months
    for row in range(len(changes)):
        month = month_of(months, changes[row]["time"])
        if 0 <= month < len(months) - 1:
            group = model.recorded[changes[row]["group"]]
            tallies.left_by[month, changes[row]["cause"], group] += 1


@jit_inside
def _spells(model: Model, tallies: Tallies, spells: Table) -> None:
    """Tally how long rules were open, states held, and machines were down."""
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
