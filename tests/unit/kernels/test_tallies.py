"""Tallies against a naive twin that was written from their definitions."""

from bisect import bisect_right
from collections import Counter

import numba
import numpy as np
import pytest

from kernels import buckets, layout, tallies
from kernels.layout import DAY
from tests.unit.results.small import (
    at,
    change,
    clock,
    hold,
    look,
    model,
    patient,
    spell,
    tally,
    visit,
)

MONTHS = (0, 3, 7, 7.5, 15)
OUTCOMES = (
    COMPLETED,
    LEFT,
    TURNED_AWAY,
    ABSENT,
    HANDED_BACK,
    WAITING,
    IN_SERVICE,
) = range(7)


def awkward_model():
    return model(
        months=MONTHS,
        begin=-6,
        kinds=("staff", "slots", "beds"),
        recorded=(0, 1, 1),
        pathways=2,
        steps=[(0, -1), (1, -1), (2, -1), (0, 0), (2, 0), (1, 1)],
        n_clocks=2,
        standards=[
            (0, 2, 0, layout.SUM),
            (0, (2, 0.5, 2, 3), 1, layout.SPREAD),
            (1, 0.25, 0),
            (-1, 2, 0),
        ],
        standard_groups=[
            (True, True, True),
            (True, False, True),
            (False, True, True),
            (True, True, True),
        ],
        waits=3,
        rules=2,
        streams=2,
        endings=2,
        escalations=[(0, 0, 0, 1, 2, 1, 0, 1), (1, 1, 0, 2, 3, 1, 0, 1)],
        keeps=True,
    )


def random_visit(rng, of):
    """Return a visit of any kind; many times lie on edges of months and midnights."""
    step = int(rng.integers(len(of.steps)))
    outcome = int(rng.integers(7))
    first, second, third, fourth = random_times(rng, 4)
    joined, started, ended, freed = first, None, None, None
    cause, part = -1, 0
    if outcome in (COMPLETED, IN_SERVICE, HANDED_BACK):
        started = second
        part = int(rng.integers(3)) // 2
    if outcome == COMPLETED:
        ended, freed = third, fourth
    elif outcome == HANDED_BACK:
        ended = freed = third
    elif outcome == IN_SERVICE and rng.random() < 0.5:
        ended = third
    elif outcome == ABSENT:
        started = ended = freed = second
    elif outcome == LEFT:
        ended, cause = second, int(rng.integers(3))
    elif outcome == TURNED_AWAY:
        ended, cause = first, int(rng.integers(2))
    row = visit(
        joined,
        started,
        ended,
        None,
        outcome,
        service=int(of.steps["service"][step]),
        step=step,
        group=int(rng.integers(3)),
        cause=cause,
        part=part,
        units=0 if started is None else int(rng.integers(3)),
    )
    return (*row[:-2], at(freed), row[-1])


def random_times(rng, n):
    """Ascending times before the end of the run, some at odd microseconds."""
    steps = rng.choice([0.0, 0.0, 1e-6 / 86400, 0.1, 0.25, 0.5, 1, 3], n)
    times = (
        rng.choice([-6, -2, -0.5, 0, 2.9, 3, 5, 7, 7.25, 7.5, 9, 14]) + steps.cumsum()
    )
    return np.minimum(times, MONTHS[-1] - 0.01).tolist()


def random_clock(rng, _):
    since, paused, stopped = random_times(rng, 3)
    stopped = None if rng.random() < 0.3 else stopped
    part = int(rng.integers(3))
    ran, stood = rng.choice([0, 0.25, 4], 2) if part else (0, 0)
    paused = paused if rng.random() < 0.5 else None
    is_dropped = stopped is not None and rng.random() < 0.25
    goes_on = stopped is not None and paused is not None and not is_dropped
    return clock(
        since,
        stopped,
        clock=int(rng.integers(2)),
        group=int(rng.integers(3)),
        dropped=int(is_dropped),
        part=part,
        paused=paused,
        resumed=int(goes_on and rng.random() < 0.7),
        ran=ran,
        stood=stood,
        causes=random_causes(rng),
    )


def random_causes(rng):
    """Return a time of a clock by cause: often nothing, or beyond what is promised."""
    return rng.choice([0, 0, 1e-6 / 86400, 0.25, 3], 7).tolist()


def random_look(rng, _):
    return look(
        int(rng.integers(len(MONTHS) - 1)),
        random_causes(rng),
        clock=int(rng.integers(2)),
        group=int(rng.integers(3)),
    )


def random_patient(rng, _):
    entered, left = random_times(rng, 2)
    left = None if rng.random() < 0.3 else left
    return patient(
        entered,
        left,
        stream=int(rng.integers(-1, 2)),
        group=int(rng.integers(3)),
        ending=-1 if left is None else int(rng.integers(2)),
    )


def random_hold(rng, _):
    since, until = random_times(rng, 2)
    reason = int(rng.integers(6))
    is_moving = reason in (layout.AWAY, layout.KEPT) and rng.random() < 0.5
    return hold(
        since,
        None if rng.random() < 0.3 else until,
        reason,
        service=int(rng.integers(3)),
        home=int(rng.integers(3)),
        wanted=int(rng.integers(3)) if reason == layout.BLOCKED or is_moving else -1,
        group=int(rng.integers(3)),
        units=int(rng.integers(1, 4)),
    )


def random_change(rng, _):
    (time,) = random_times(rng, 1)
    return change(time, int(rng.integers(3)), group=int(rng.integers(3)))


def random_spell(rng, _):
    opened, closed = random_times(rng, 2)
    closed = None if rng.random() < 0.3 else closed
    return spell(opened, closed, rule=int(rng.integers(5)))


class Twin:
    """The definitions of the tallies, as literally as they can be written."""

    def __init__(self, of, visits, clocks, patients, *beside):
        self.of = of
        self.edges = [int(edge) for edge in of.months]
        self.result = tallies.empty(of)
        self.buckets = Counter()
        for row in np.array(visits, layout.VISIT):
            self.visit(row, int(row["service"]))
            pathway = of.steps["pathway"][row["step"]]
            if pathway >= 0:
                self.visit(row, len(of.services) + int(pathway), is_service=False)
        for row in np.array(clocks, layout.CLOCK):
            self.clock(row)
        for row in np.array(patients, layout.PATIENT):
            self.patient(row)
        holds, changes, spells, looks = beside
        for row in np.array(looks, layout.LOOK):
            self.look(row)
        for row in np.array(holds, layout.HOLD):
            self.hold(row)
        for row in np.array(changes, layout.CHANGE):
            m, group = self.month(row["time"]), of.recorded[row["group"]]
            if m is not None:
                self.result.left_by[m, row["cause"], group] += 1
        for row in np.array(spells, layout.SPELL):
            self.spell(row)

    def months(self):
        return list(enumerate(zip(self.edges, self.edges[1:], strict=False)))

    def month(self, time):
        """Return the month in which a moment lies, or None."""
        for m, (begin, end) in self.months():
            if begin <= time < end:
                return m
        return None

    def spread(self, cells, column, begin, end, units=1):
        for m, (low, high) in self.months():
            cells[m, column] += int(units) * max(0, min(end, high) - max(begin, low))

    def held(self, begin, until):
        """Return the months at whose ends a state held that began and ended so."""
        return [(m, e) for m, (_, e) in self.months() if begin < e <= until]

    def add_time(self, cells, m, column, time):
        cells[m, column] += time // DAY
        cells[m, column + 1] += time % DAY

    def visit(self, row, subject, is_service=True):
        t, end = tallies, self.of.end
        group = int(self.of.recorded[row["group"]])
        cells = self.result.counts[:, subject, group]
        ends = self.result.ends[:, subject, group]
        joined, started, ended, freed = (
            int(row[name]) for name in ("joined", "started", "ended", "freed")
        )
        outcome, cause = row["outcome"], row["cause"]
        seen = started >= 0
        first = row["part"] == 0
        line_end = started if seen else end if outcome == WAITING else ended
        unit_end = freed if freed >= 0 else end

        over = unit_end if seen else line_end
        self.result.at_start[subject] += joined < self.of.start <= over
        if first and self.month(joined) is not None:
            cells[self.month(joined), t.JOINED] += 1
        self.spread(cells, t.IN_LINE, joined, line_end)
        for m, edge in self.held(joined, line_end):
            ends[m, t.E_IN_LINE] += 1
            self.add_time(ends, m, t.E_AGE_DAYS, edge - joined)
            self.count(buckets.H_IN_LINE, m, subject, group, edge - joined)

        m = self.month(started)
        if seen and first and outcome != ABSENT and m is not None:
            cells[m, t.STARTED] += 1
            cells[m, t.WAITED] += started > joined
            self.add_time(cells, m, t.WAIT_DAYS, started - joined)
            self.count(buckets.H_STARTED, m, subject, group, started - joined)
        if seen:
            self.spread(cells, t.IN_USE, started, unit_end, row["units"])
            for m, _ in self.held(started, unit_end):
                ends[m, t.E_IN_USE] += row["units"]
                ends[m, t.E_CALLED] += 1
            if ended >= 0:
                self.spread(cells, t.DELAYED, ended, unit_end)
        m = self.month(freed)
        if m is not None:
            column = {
                COMPLETED: t.COMPLETED_N,
                HANDED_BACK: t.BACK_N,
                ABSENT: t.ABSENT_N,
            }
            cells[m, column[outcome]] += 1
            if outcome != ABSENT:
                self.add_time(cells, m, t.STAY_DAYS, freed - started)
        m = self.month(ended)
        if outcome == LEFT and m is not None:
            cells[m, t.LEFT_N] += 1
            self.add_time(cells, m, t.LEFT_DAYS, ended - joined)
            self.count(buckets.H_LEFT, m, subject, group, ended - joined)
            self.result.left_by[m, cause, group] += is_service
        if outcome == TURNED_AWAY and m is not None:
            cells[m, t.TURNED_N] += 1
            self.result.turned_by[m, cause, group] += is_service
        if is_service:
            self.census(subject, 0, joined, line_end)
            if seen:
                self.census(subject, 1, started, unit_end, row["units"])

    def hold(self, row):
        t = tallies
        group, service = int(self.of.recorded[row["group"]]), row["service"]
        since, reason, units = int(row["since"]), row["reason"], row["units"]
        until = int(row["until"]) if row["until"] >= 0 else self.of.end
        cells = self.result.counts[:, service, group]
        self.spread(cells, t.IN_USE, since, until, units)
        for m, _ in self.held(since, until):
            self.result.ends[m, service, group, t.E_IN_USE] += units
        self.census(service, 1, since, until, units)
        m = self.month(int(row["until"]))
        if reason in (layout.BLOCKED, layout.KEPT) and m is not None:
            self.add_time(cells, m, t.KEPT_DAYS, until - since)
        if reason == layout.BLOCKED:
            self.spread(cells, t.DELAYED, since, until)
            self.spread(cells, t.BLOCKED_TIME, since, until)
            self.spread(self.result.blocked[:, service], row["wanted"], since, until)
        if reason == layout.AWAY:
            home = self.result.counts[:, row["home"], group]
            self.spread(home, t.HELPED, since, until, units)
            if self.month(since) is not None:
                home[self.month(since), t.HELPED_N] += 1
        if (
            reason in (layout.AWAY, layout.KEPT)
            and row["wanted"] >= 0
            and m is not None
        ):
            self.result.counts[m, row["home"], group, t.RETURNED_N] += 1

    def spell(self, row):
        cells = self.result.spells[:, row["rule"]]
        closed = int(row["closed"]) if row["closed"] >= 0 else self.of.end
        self.spread(cells, tallies.SPELL_TIME, int(row["opened"]), closed)
        if self.month(int(row["opened"])) is not None:
            cells[self.month(int(row["opened"])), tallies.SPELL_OPENED] += 1

    def census(self, service, column, begin, until, units=1):
        """Write states as the differences from midnight to midnight that they make."""
        midnight = -(-self.of.start // DAY) * DAY
        row, before = 0, 0
        while midnight <= self.of.end:
            now = int(units) * (begin < midnight <= until)
            self.result.census[row, service, column] += now - before
            midnight, row, before = midnight + DAY, row + 1, now
        self.result.census[row, service, column] -= before

    def clock(self, row):
        t = tallies
        group = int(self.of.recorded[row["group"]])
        which = int(row["clock"])
        cells = self.result.clocks[:, which, group]
        since, stopped = int(row["since"]), int(row["stopped"])
        paused = int(row["paused"])
        if self.month(since) is not None and row["part"] == 0:
            cells[self.month(since), t.C_STARTED] += 1

        def time_at(moment):
            """Return what the clock shows, and how long it has stood still."""
            goes = moment - since
            stands = 0
            if 0 <= paused < moment:
                goes, stands = paused - since, moment - paused
            return int(row["ran"]) + goes, int(row["stood"]) + stands

        m = self.month(stopped)
        if stopped >= 0 and not row["dropped"] and not row["resumed"] and m is not None:
            time, stood = time_at(stopped)
            cells[m, t.C_STOPPED] += 1
            self.add_time(cells, m, t.C_DAYS, time)
            self.add_time(cells, m, t.C_STOOD_DAYS, stood)
            self.count(buckets.H_STOPPED, m, which, group, time)
            self.standards(row, m, time, 0)
            self.breaches(row, m, time, 0)
        for m, edge in self.held(since, stopped if stopped >= 0 else self.of.end):
            time, _ = time_at(edge)
            cells[m, t.C_RUNNING] += 1
            cells[m, t.C_PAUSED] += 0 <= paused < edge
            self.add_time(cells, m, t.C_AGE_DAYS, time)
            self.count(buckets.H_RUNNING, m, which, group, time)
            self.standards(row, m, time, 1)

    def standards(self, row, m, time, still):
        t = tallies
        group = int(self.of.recorded[row["group"]])
        for s, standard in enumerate(self.of.standards):
            looks = standard["clock"] == row["clock"] and standard["still"] == still
            if looks and self.of.standard_groups[s, row["group"]]:
                cell = self.result.standards[m, s, group]
                cell[t.S_COUNTED] += 1
                cell[t.S_WITHIN] += time <= self.of.standard_within[s, m]
                if standard["keeps"] == layout.SUM:
                    cell[t.S_DAYS] += time // DAY
                    cell[t.S_REST] += time % DAY
                if standard["keeps"] == layout.SPREAD:
                    self.count(buckets.H_STANDARD, m, s, group, time)

    def look(self, row):
        time = sum(int(row[name]) for name, _ in layout.SHARES)
        self.breaches(row, int(row["month"]), time, 1)

    def breaches(self, row, m, time, still):
        """Add the time of those not within by cause; a mean has none of these."""
        group = int(self.of.recorded[row["group"]])
        for s, standard in enumerate(self.of.standards):
            looks = standard["clock"] == row["clock"] and standard["still"] == still
            is_late = time > self.of.standard_within[s, m]
            is_asked = is_late and standard["keeps"] != layout.SUM
            if looks and is_asked and self.of.standard_groups[s, row["group"]]:
                cell = self.result.standards[m, s, group]
                for cause, (name, _) in enumerate(layout.SHARES):
                    cell[tallies.S_CAUSES + 2 * cause] += row[name] // DAY
                    cell[tallies.S_CAUSES + 2 * cause + 1] += row[name] % DAY

    def patient(self, row):
        group = int(self.of.recorded[row["group"]])
        entered, left = int(row["entered"]), int(row["left"])
        if row["stream"] < 0 or entered < self.of.start:
            self.result.found[0, group] += left < 0 or left >= self.of.start
        elif self.month(entered) is not None:
            self.result.entered[self.month(entered), row["stream"], group] += 1
        if left >= 0 and self.month(left) is not None:
            self.result.gone[self.month(left), row["ending"], group] += 1
        for m, _ in self.held(entered, left if left >= 0 else self.of.end):
            self.result.there[m, group] += 1

    def count(self, kind, m, subject, group, time):
        self.buckets[kind, m, subject, group, *bucket_around(time)] += 1


UNIT = 65_536
EDGES = [UNIT * n for n in range(128)]
EDGES += [(UNIT * n) << octave for octave in range(40) for n in range(128, 256)]


def bucket_around(time):
    """Return the bucket of a time: 128 of one size, then 128 to each doubling."""
    if time == 0:
        return 0, 0
    row = bisect_right(EDGES, time)
    return EDGES[row - 1], EDGES[row]


def buckets_of(result):
    settled = buckets.settled(result.buckets)
    (places,) = buckets.filled(settled, 1 << 20)
    keys, numbers = buckets.counted(settled, places)
    parts = buckets.unpacked(keys)
    edges = buckets.bucket_edges(parts[4])
    rows = zip(*parts[:4], *edges, numbers, strict=True)
    return {tuple(int(x) for x in row[:-1]): int(row[-1]) for row in rows}


def records(of, seed, n=300):
    rng = np.random.default_rng(seed)
    kinds = (
        *(random_visit, random_clock, random_patient),
        *(random_hold, random_change, random_spell, random_look),
    )
    return [[kind(rng, of) for _ in range(n)] for kind in kinds]


@pytest.mark.parametrize("seed", range(6))
def test_tallies_are_those_of_the_naive_twin(seed):
    of = awkward_model()
    rows = records(of, seed)
    result, twin = tally(of, *rows), Twin(of, *rows)
    for field in tallies.Tallies._fields[:13]:
        expected = getattr(twin.result, field)
        np.testing.assert_array_equal(getattr(result, field), expected, field)
    assert buckets_of(result) == twin.buckets


def test_the_order_of_records_does_not_show():
    of = awkward_model()
    rows = records(of, 7)
    result, turned = tally(of, *rows), tally(of, *(part[::-1] for part in rows))
    for field in tallies.Tallies._fields[:13]:
        np.testing.assert_array_equal(getattr(result, field), getattr(turned, field))
    assert buckets_of(result) == buckets_of(turned)


def test_a_table_of_buckets_that_runs_full_is_enlarged_without_loss():
    of = awkward_model()
    rows = records(of, 8)
    small, large = tally(of, *rows, pages=16), tally(of, *rows, pages=1 << 14)
    assert buckets_of(small) == buckets_of(large)
    assert small.buckets.used[0] > 16


def test_arrivals_of_the_warm_up_are_not_counted_but_their_units_are():
    # Trace X10: arrivals at 0, 1, ..., 19; service .5; warm-up 10; end 20.
    of = model(begin=0, months=(10, 20))
    result = tally(of, [visit(day, day, day + 0.5) for day in range(20)])
    assert result.counts[0, 0, 0, tallies.JOINED] == 10
    assert result.counts[0, 0, 0, tallies.IN_USE] == 5 * DAY


def test_a_bed_taken_in_the_warm_up_counts_from_the_start_on():
    of = model(begin=-10, months=(0, 10))
    result = tally(of, [visit(-5, -5, 2)])
    cells = result.counts[0, 0, 0]
    assert cells[tallies.IN_USE] == 2 * DAY
    assert cells[tallies.STARTED] == 0
    assert cells[tallies.COMPLETED_N] == 1
    assert cells[tallies.STAY_DAYS] == 7


def test_a_state_at_midnight_is_the_state_just_before():
    of = model(months=(0, 4))
    result = tally(of, [visit(1, 2, 3)])
    census = result.census.cumsum(axis=0)[:-1, 0]
    assert census.tolist() == [[0, 0], [0, 0], [1, 0], [0, 1], [0, 0]]


def test_times_of_centuries_keep_their_microseconds():
    # A sum of microseconds would overflow 64 bits at 292,471 years.
    of = model(months=(0, 10), begin=-30 * 36525)
    wait = 36525 * DAY - 1
    late = visit(0, 5, 6)
    early = (*late[:9], late[10] - wait, *late[10:])
    result = tally(of, [early] * 3000)
    cells = result.counts[0, 0, 0]
    whole = int(cells[tallies.WAIT_DAYS]) * DAY + int(cells[tallies.WAIT_REST])
    assert whole == 3000 * wait


@numba.njit
def count_each_later(table, keys):
    waiting = buckets.NONE_WAITS
    for key in keys:
        waiting = buckets.count_later(table, waiting, key)
    return waiting


@numba.njit
def count_waiting(table, waiting):
    buckets.count_waiting(table, waiting)


def test_keys_that_wait_are_all_counted_in_the_end():
    keys = buckets.place(0, 1, 2) + np.array([5, 5, 900, 5, 7, 40, 900])
    at_once, later = buckets.no_buckets(), buckets.no_buckets()
    for key in keys:
        buckets.count(at_once, key)
    waiting = count_each_later(later, keys)
    assert waiting == tuple(keys[-4:])
    assert later.pages.sum() == len(keys) - len(waiting)
    count_waiting(later, waiting)
    for ours, theirs in zip(later, at_once, strict=True):
        assert np.array_equal(ours, theirs)


def test_each_page_of_buckets_begins_a_cache_line():
    for pages in (1, 16, 512):
        empty = buckets.no_buckets(pages)
        assert empty.pages.ctypes.data % 64 == 0
        assert empty.pages.shape == (pages, 16)


def in_parts(keys, parts):
    """Return settled buckets in which the keys are counted, in so many parts."""
    found = []
    for some in np.array_split(keys, parts):
        table = buckets.no_buckets(1 << 10)
        for key in some:
            buckets.count(table, key)
        found.append(buckets.settled(table))
    return found


@pytest.mark.parametrize("most", [1, 300, 70_000])
def test_buckets_that_were_put_aside_are_all_there_in_the_end(most):
    of = np.random.default_rng(most)
    where = buckets.place(1, 2, 3) + 16 * of.integers(0, 200, 3_000)
    keys = np.concatenate((where, np.full(most, buckets.place(0, 1, 0))))
    of.shuffle(keys)
    (whole,) = in_parts(keys, 1)
    found = buckets.added_up(in_parts(keys, 7))
    for ours, theirs in zip(found, whole, strict=True):
        assert ours.dtype == theirs.dtype
        assert np.array_equal(ours, theirs)
    assert buckets.is_settled(found)


def test_room_that_is_used_again_holds_nothing_of_before():
    table = buckets.no_buckets(16)
    for key in buckets.place(0, 1, 2) + np.array([5, 5, 900, 40]):
        buckets.count(table, key)
    again = buckets.emptied(table)
    for ours, theirs in zip(again, buckets.no_buckets(16), strict=True):
        if ours is not again.rows:
            assert np.array_equal(ours, theirs)
