"""What must hold of any replication's records, checked without an engine.

Conservation by group, capacity, time that never goes back, Little's law on the path,
and clocks that agree with the visits. One pass over the records with numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels import layout, tallies
from kernels.arrivals import arrivals
from kernels.calendars import rows_of
from kernels.counting import tallies_of
from kernels.latecomers import expected
from kernels.layout import Model, Records, Table
from kernels.levels import lines_of, states
from kernels.slots import slot_time
from kernels.start import there as there_at_first

Integers = NDArray[np.int64]
AWAY = (layout.LEFT, layout.TURNED_AWAY, layout.ABSENT)
CENSORED = (layout.WAITING, layout.IN_SERVICE)


def check_records(model: Model, key: int, records: Records) -> None:
    """Check all records of a replication.

    Parameters
    ----------
    model : Model
    key : int
        The key of the replication.
    records : Records
        In any order.
    """
    visits, patients = records.visits, records.patients
    visits = visits[np.lexsort((visits["part"], visits["visit"], visits["who"]))]
    patients = patients[np.argsort(patients["who"])]
    check_times(model, visits)
    check_start(model, key, visits, patients)
    check_order(visits)
    check_everybody_is_somewhere(model, key, visits, patients)
    joint = lines_of(model).is_joint
    for service, kind in enumerate(model.services["kind"].tolist()):
        stays = Stays.of(model, visits[visits["service"] == service])
        if kind in (layout.STAFF, layout.BEDS, layout.CASELOAD):
            check_capacity(model, service, stays, records)
        elif not joint[service]:
            if kind == layout.SLOTS:
                check_slots(model, service, stays)
            else:
                new = stays.joined >= model.begin
                assert (stays.line_end == stays.joined)[new].all()
        if kind != layout.UNLIMITED and not joint[service] and kind != layout.SLOTS:
            check_nobody_waits_in_vain(model, service, stays, records)
    check_path(model, records)
    for clock in range(model.n_clocks):
        if pauses(model, clock):
            continue
        rows = records.clocks[records.clocks["clock"] == clock]
        check_clock(Moments.of(model, clock, visits, patients), rows, patients)


# Times


def check_times(model: Model, visits: Table) -> None:
    """Check that every time lies in the run, after the one before it."""
    outcome = visits["outcome"]
    joined, started = visits["joined"], visits["started"]
    ended, freed = visits["ended"], visits["freed"]
    has_unit = np.isin(outcome, (layout.COMPLETED, layout.HANDED_BACK, layout.ABSENT))
    in_line = np.isin(outcome, (layout.LEFT, layout.TURNED_AWAY, layout.WAITING))
    # Those who are there when the run begins have joined before.
    is_first = (visits["visit"] == 0) & (visits["part"] == 0)
    assert ((joined >= model.begin) | is_first).all()
    assert (joined < model.end).all()
    assert (started[in_line] == -1).all()
    assert (started[~in_line] >= joined[~in_line]).all()
    assert (freed[has_unit] >= ended[has_unit]).all()
    assert (freed[~has_unit] == -1).all()
    assert (ended[outcome == layout.WAITING] == -1).all()
    over = ~np.isin(outcome, CENSORED)
    assert (ended[over] >= np.maximum(joined, started)[over]).all()
    assert (ended < model.end).all()
    assert (freed < model.end).all()
    assert (ended == joined)[outcome == layout.TURNED_AWAY].all()
    by_cause = np.isin(outcome, (layout.LEFT, layout.TURNED_AWAY))
    assert ((visits["cause"] >= 0) == by_cause).all()


def check_start(model: Model, key: int, visits: Table, patients: Table) -> None:
    """Check that those, and only those, have joined before who were there already.

    They are there in the order of the run's records, since when they say; who was in
    treatment has the units, and nobody else started before.
    """
    known = np.sort(there_at_first(model, key), order="who")
    early = visits[(visits["joined"] < model.begin)]
    assert np.array_equal(early["who"], known["who"])
    assert (visits["started"][visits["joined"] >= model.begin] != 0).all()
    for name in ("joined", "step", "group"):
        assert (early[name] == known[name]).all()
    treated = known["started"] >= 0
    assert (early["started"] == known["started"])[treated].all()
    later = early["started"][~treated]
    assert ((later >= model.begin) | (later == -1)).all()
    assert (known["joined"] < model.begin).all()
    assert (known["started"] < model.begin).all()
    assert (known["started"] + known["lasts"] >= model.begin)[treated].all()
    ended = early["ended"]
    assert ((ended >= model.begin) | (ended == -1)).all()
    new = patients["stream"] < 0
    assert np.array_equal(patients["who"][new], known["who"])
    assert (patients["entered"][new] == model.begin).all()


def check_order(visits: Table) -> None:
    """Check that a patient is at one place after the other, and time goes forward."""
    one, other = visits[:-1], visits[1:]
    same = one["who"] == other["who"]
    part = same & (one["visit"] == other["visit"])
    following = same & ~part
    assert (visits["visit"][:1] == 0).all()
    assert (other["visit"][~same] == 0).all()
    assert (other["visit"] == one["visit"] + 1)[following].all()
    assert (other["part"] == one["part"] + 1)[part].all()
    assert (other["part"][~part] == 0).all()
    assert (visits["part"][:1] == 0).all()
    # Handed back means that another part follows; nothing follows what is cut off.
    handed_back = one["outcome"] == layout.HANDED_BACK
    assert (handed_back == part).all()
    assert (visits["outcome"][-1:] != layout.HANDED_BACK).all()
    assert (~np.isin(one["outcome"], CENSORED))[same].all()
    assert (other["joined"] == one["freed"])[part].all()
    assert (other["joined"] >= _over(one))[following].all()
    for name in ("group", "step", "service", "priority"):
        assert (one[name] == other[name])[part].all()
    assert (one["group"] == other["group"])[same].all()


def _over(visits: Table) -> Integers:
    """Return when visits were over; -1 where they are not."""
    away = np.isin(visits["outcome"], AWAY)
    return np.where(away, visits["ended"], visits["freed"])


# Conservation


def check_everybody_is_somewhere(
    model: Model, key: int, visits: Table, patients: Table
) -> None:
    """Check that arrived = gone + still there, by group, and each visit has an end.

    Who arrives is taken from the arrivals themselves, not from what an engine wrote.
    """
    who = patients["who"]
    assert (np.diff(who) > 0).all()
    came = arrivals(model, key, model.begin, model.end)
    given = expected(model, key)
    given = given[(given["time"] >= model.begin) & (given["time"] < model.end)]
    every = (came, given, there_at_first(model, key))
    comers = np.concatenate([rows[["who", "group"]] for rows in every])
    assert np.array_equal(np.sort(comers["who"]), who)
    gone = patients["left"] >= 0
    assert ((patients["ending"] >= 0) == gone).all()
    assert (patients["left"] >= patients["entered"])[gone].all()
    groups = len(model.recorded)
    arrived = np.bincount(comers["group"], minlength=groups)
    by_end = [
        np.bincount(patients["group"][x], minlength=groups) for x in (gone, ~gone)
    ]
    assert (arrived == sum(by_end)).all()

    first = np.searchsorted(visits["who"], who)
    last = np.searchsorted(visits["who"], who, side="right") - 1
    seen = last >= first
    assert seen.sum() == len(np.unique(visits["who"]))
    assert (patients["visits"][~seen] == 0).all()
    some, begins, ends = patients[seen], visits[first[seen]], visits[last[seen]]
    assert (some["visits"] == ends["visit"] + 1).all()
    assert (some["group"] == ends["group"]).all()
    assert (begins["joined"] >= some["entered"])[some["stream"] >= 0].all()
    # Who is gone has no visit left open; who is there is at a place or between two.
    is_gone = some["left"] >= 0
    assert (~np.isin(ends["outcome"], CENSORED))[is_gone].all()
    assert (some["left"] >= _over(ends))[is_gone].all()
    # Each visit has one end: completed, left, turned away, absent, or still there.
    final = visits[visits["outcome"] != layout.HANDED_BACK]
    joined = np.bincount(visits["group"][visits["part"] == 0], minlength=groups)
    assert (joined == np.bincount(final["group"], minlength=groups)).all()


# Capacity


class Stays(NamedTuple):
    """When those at a service waited and took a unit."""

    joined: Integers
    line_end: Integers
    taken: Integers
    treated: Integers
    """Until when they were treated."""
    freed: Integers

    @classmethod
    def of(cls, model: Model, visits: Table) -> Stays:
        """Return the stays of some visits; what is cut off lasts to the end."""
        cut = [
            np.where(visits[name] < 0, model.end, visits[name])
            for name in ("ended", "freed")
        ]
        in_line = np.where(visits["started"] < 0, cut[0], visits["started"])
        unit = (visits["started"] >= 0) & (visits["units"] > 0)
        return cls(
            visits["joined"],
            in_line,
            visits["started"][unit],
            cut[0][unit],
            cut[1][unit],
        )


def number_after(begins: Integers, ends: Integers, times: Integers) -> Integers:
    """Return in how many intervals [begin, end) each moment lies."""
    begun = np.searchsorted(np.sort(begins), times, side="right")
    return np.asarray(begun - np.searchsorted(np.sort(ends), times, side="right"))


def uses(model: Model, service: int, records: Records) -> tuple[Integers, Integers]:
    """Return from when to when each unit of a service was in use."""
    visits = records.visits[records.visits["service"] == service]
    visits = visits[visits["started"] >= 0]
    holds = records.holds[records.holds["service"] == service]
    begins = np.concatenate(
        [
            np.repeat(visits["started"], visits["units"]),
            np.repeat(holds["since"], holds["units"]),
        ]
    )
    ends = np.concatenate(
        [
            np.repeat(visits["freed"], visits["units"]),
            np.repeat(holds["until"], holds["units"]),
        ]
    )
    return begins, np.where(ends < 0, model.end, ends)


def open_units(
    model: Model, service: int, times: Integers, records: Records
) -> Integers:
    """Return how many units are open from each moment on, by calendar and rules."""
    rows = rows_of(model, service)
    at = np.searchsorted(rows["time"], times, side="right") - 1
    units = rows["capacity"][np.maximum(at, 0)].astype(np.int64)
    if model.services["machines"][service]:
        units = np.minimum(units, working(model, service, times, records))
    for number, rule in enumerate(model.escalations):
        spells = records.spells[records.spells["rule"] == number]
        closed = np.where(spells["closed"] < 0, model.end, spells["closed"])
        if rule["to"] == service:
            units += rule["adds"] * number_after(spells["opened"], closed, times)
    return units


def working(model: Model, service: int, times: Integers, records: Records) -> Integers:
    """Return how many machines of a service work from each moment on."""
    having = np.flatnonzero(model.services["machines"]).tolist()
    row = states(model) + having.index(service)
    spells = records.spells[records.spells["rule"] == row]
    closed = np.where(spells["closed"] < 0, model.end, spells["closed"])
    assert (spells["opened"] < closed).all()
    down = number_after(spells["opened"], closed, times)
    assert (down <= model.services["machines"][service]).all()
    return int(model.services["machines"][service]) - down


def check_capacity(model: Model, service: int, stays: Stays, records: Records) -> None:
    """Check that units in use never exceed those open, except after a closing.

    All at the rest of an instant. Units in use grow only while they are within the
    capacity, are never fewer than none, and who hands back keeps nobody in hand above
    capacity.
    """
    begins, ends = uses(model, service, records)
    edges = rows_of(model, service)["time"]
    spells = records.spells[["opened", "closed"]]
    every = [*stays, begins, ends, edges, spells["opened"], spells["closed"]]
    times = np.unique(np.concatenate(every))
    times = times[(times >= model.begin) & (times < model.end)]
    capacity = open_units(model, service, times, records)
    in_use = number_after(begins, ends, times)
    assert (in_use >= 0).all()
    before = number_after(begins, ends, np.array([model.begin - 1]))
    grew = np.diff(in_use, prepend=before) > 0
    assert (in_use <= capacity)[grew].all()
    if model.services["hand_back"][service]:
        treated = number_after(stays.taken, stays.treated, times)
        assert (in_use <= capacity)[treated > 0].all()


def check_nobody_waits_in_vain(
    model: Model, service: int, stays: Stays, records: Records
) -> None:
    """Check that nobody waits beside a free unit, where each visit takes one."""
    edges = rows_of(model, service)["time"]
    begins, ends = uses(model, service, records)
    times = np.unique(np.concatenate([*stays, begins, ends, edges]))
    times = times[(times >= model.begin) & (times < model.end)]
    capacity = open_units(model, service, times, records)
    in_use = number_after(begins, ends, times)
    waiting = number_after(stays.joined, stays.line_end, times)
    assert (in_use >= capacity)[waiting > 0].all()


def check_slots(model: Model, service: int, stays: Stays) -> None:
    """Check that every start has a slot of its own, and none is passed by."""
    moments = [
        slot_time(int(row["time"]), int(row["until"]), int(row["capacity"]), j)
        for row in rows_of(model, service)
        for j in range(int(row["capacity"]))
    ]
    times, offered = np.unique(np.array(moments, dtype=np.int64), return_counts=True)
    taken, used = np.unique(stays.taken, return_counts=True)
    assert np.isin(taken, times).all()
    assert (used <= offered[np.searchsorted(times, taken)]).all()
    inside = (times >= model.begin) & (times < model.end)
    times, offered = times[inside], offered[inside]
    waiting = number_after(stays.joined, stays.line_end, times)
    found = np.searchsorted(np.sort(stays.taken), [times, times + 1])
    assert (np.diff(found, axis=0)[0] == offered)[waiting > 0].all()


# Little's law


def check_path(model: Model, records: Records) -> None:
    """Check that the time in line, and with a unit, is the area under the path.

    The sum over patients, the area under the number present, and what the tallies
    counted are the same whole number of microseconds.
    """
    totals = tallies_of(model, [records]).counts.sum(axis=(0, 2))
    for service in range(len(model.services)):
        stays = Stays.of(model, records.visits[records.visits["service"] == service])
        for column, *edges in (
            (tallies.IN_LINE, stays.joined, stays.line_end),
            (tallies.IN_USE, *uses(model, service, records)),
        ):
            begins, ends = (x.clip(model.start, model.end) for x in edges)
            whole = (ends - begins).sum()
            assert area(begins, ends) == whole == totals[service, column]


def area(begins: Integers, ends: Integers) -> int:
    """Return the area under the number of intervals that are open."""
    times = np.unique(np.concatenate([begins, ends]))
    numbers = number_after(begins, ends, times)
    assert (numbers >= 0).all()
    return int((numbers[:-1] * np.diff(times)).sum())


# Clocks


def pauses(model: Model, clock: int) -> bool:
    """Return whether a clock can pause."""
    rows = model.moments[model.moments["clock"] == clock]
    return bool((rows["does"] == layout.PAUSE).any())


class Moments(NamedTuple):
    """At which moments a clock is started and stopped, by patient.

    A patient and a moment make one complex number: these sort by both, and 53 bits of
    each are exact.
    """

    starts: NDArray[np.complex128]
    stops: NDArray[np.complex128]

    @classmethod
    def of(cls, model: Model, clock: int, visits: Table, patients: Table) -> Moments:
        """Return the moments of a clock, from visits alone."""
        found: dict[int, list[np.ndarray]] = {layout.STOP: [], layout.START: []}
        for step, event, who, time in happenings(model, visits, patients):
            first, number = model.moment[step, event]
            for row in model.moments[first : first + number]:
                if row["clock"] == clock:
                    found[int(row["does"])].append(marked(patients, who, time))
        stops, starts = (
            np.sort(np.concatenate([np.empty(0, complex), *marks]))
            for marks in found.values()
        )
        # What was over before the run is not written down.
        before = already(model, clock, visits)
        early = marked(patients, before["who"], before["joined"])
        starts = np.concatenate([starts[starts.imag >= model.begin], early])
        return cls(np.sort(starts), stops[stops.imag >= model.begin])


def already(model: Model, clock: int, visits: Table) -> Table:
    """Return since when a clock goes of those who are there when the run begins.

    As rows of visits, with the moment under `joined`.
    """
    early = visits[visits["joined"] < model.begin].copy()
    for visit in early:
        since = -1
        for event, time in (
            (layout.JOINS, visit["joined"]),
            (layout.STARTS, visit["started"]),
        ):
            first, number = model.moment[visit["step"], event]
            for row in model.moments[first : first + number]:
                if row["clock"] != clock or not 0 <= time < model.begin:
                    continue
                if row["does"] == layout.STOP:
                    since = -1
                elif since < 0:
                    since = time
        visit["joined"] = since
    return early[early["joined"] >= 0]


def happenings(
    model: Model, visits: Table, patients: Table
) -> Iterator[tuple[int, int, Integers, Integers]]:
    """Yield step, event, patients and moments of all that clocks may hear of."""
    outcome, first = visits["outcome"], visits["part"] == 0
    over = ~np.isin(outcome, (*CENSORED, layout.HANDED_BACK))
    ended = np.isin(outcome, (layout.COMPLETED, layout.IN_SERVICE))
    ended &= visits["ended"] >= 0
    started = first & (visits["started"] >= 0) & (outcome != layout.ABSENT)
    for event, there, time in (
        (layout.JOINS, first, visits["joined"]),
        (layout.STARTS, started, visits["started"]),
        (layout.ENDS, ended, visits["ended"]),
        (layout.LEAVES, over, _over(visits)),
    ):
        for step in range(len(model.steps)):
            some = there & (visits["step"] == step)
            yield step, event, visits["who"][some], time[some]
    outside = len(model.steps)
    yield outside, layout.JOINS, patients["who"], patients["entered"]
    gone = patients["left"] >= 0
    yield outside, layout.LEAVES, patients["who"][gone], patients["left"][gone]


def marked(patients: Table, who: Integers, time: Integers) -> NDArray[np.complex128]:
    """Return patients and moments as complex numbers."""
    return np.searchsorted(patients["who"], who) + 1j * time


def check_clock(moments: Moments, rows: Table, patients: Table) -> None:
    """Check that a clock runs from each start to the next stop, and never twice."""
    rows = rows[np.lexsort((rows["stopped"], rows["since"], rows["who"]))]
    running, dropped = rows["stopped"] < 0, rows["dropped"] == 1
    until = np.where(running, layout.NEVER, rows["stopped"])
    assert (until >= rows["since"]).all()
    same = rows["who"][:-1] == rows["who"][1:]
    assert (rows["since"][1:] >= until[:-1])[same].all()
    begins = marked(patients, rows["who"], rows["since"])
    stops = marked(patients, rows["who"], rows["stopped"])
    marks, numbers = np.unique(begins, return_counts=True)
    there = [np.searchsorted(moments.starts, marks, side) for side in ("left", "right")]
    assert (numbers <= there[1] - there[0]).all()
    assert np.isin(stops[~running & ~dropped], moments.stops).all()
    person = patients[np.searchsorted(patients["who"], rows["who"])]
    assert (person["left"] == rows["stopped"])[running | dropped].all()
    # No stop is passed by while the clock runs, and no start while it does not.
    ends = marked(patients, rows["who"], until)
    after = np.searchsorted(moments.stops, begins, side="right")
    assert (np.searchsorted(moments.stops, ends, side="left") <= after).all()
    inside = np.searchsorted(begins, moments.starts, side="right") - 1
    assert (inside >= 0).all()
    assert (moments.starts.real == begins[inside].real).all()
    assert (moments.starts.imag <= ends[inside].imag).all()
