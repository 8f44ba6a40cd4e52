"""When services open: weekly times and dated numbers laid out on the calendar."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from kernels.layout import DAY
from scenarios.courses import Course
from scenarios.curves import Product
from scenarios.scenario import Capacity, Period, Service, WeekTime
from scenarios.staffing import Staffing

Opening = tuple[int, int, int]
"""Time, until, capacity."""


def opens_on(times: Sequence[WeekTime], weekday: int, holiday: bool) -> list[bool]:
    """Return which of several times of the week hold on a day.

    On a bank holiday, entries for bank holidays replace all others, if there are any.
    """
    if holiday and any(t.holidays == "only" for t in times):
        return [t.holidays == "only" for t in times]
    return [
        t.days[weekday]
        and t.holidays != "only"
        and not (holiday and t.holidays == "not")
        for t in times
    ]


def open_periods(
    times: Sequence[WeekTime], period: Period, begin: int, end: int
) -> list[tuple[int, int, int]]:
    """Return (from, to, entry) of every open period that meets [begin, end)."""
    return list(_open_periods(tuple(times), tuple(period.holidays), begin, end))


@lru_cache(maxsize=64)
def _open_periods(
    times: tuple[WeekTime, ...], closed_days: tuple[int, ...], begin: int, end: int
) -> tuple[tuple[int, int, int], ...]:
    """Return the same for times that many services have in common."""
    holidays = set(closed_days)
    found = []
    for midnight in range(begin // DAY * DAY - DAY, end, DAY):
        held = opens_on(times, midnight // DAY % 7, midnight in holidays)
        for entry, time in enumerate(times):
            opened, closed = midnight + time.begin, midnight + time.end
            if held[entry] and closed > begin and opened < end:
                found.append((opened, closed, entry))
    return tuple(sorted(found))


def openings(service: Service, period: Period, ratio: float) -> list[Opening]:
    """Return the calendar rows of a service (none for `unlimited`).

    Raises
    ------
    ValueError
        If `instead` is written for other times than the capacity, or for none.
    """
    if service.kind == "unlimited":
        return []
    entries = _scaled(service, ratio)
    if service.kind == "slots":
        return _sessions(entries, period)
    if any(e.workforce is not None and e.times is not None for e, _ in entries):
        return _rosters(entries, period)
    return _levels(entries, period)


def _scaled(service: Service, ratio: float) -> list[tuple[Capacity, float]]:
    """Return each entry of the capacity with the factor that scale puts on it."""
    if service.instead is None:
        return [(entry, ratio) for entry in service.capacity]
    given = {entry.times: entry.number.values[0] for entry in service.instead}
    if set(given) != {entry.times for entry in service.capacity}:
        raise ValueError(
            f"services.{service.name}: `instead` must be written for the same times "
            "as the capacity."
        )
    return [
        (entry, _factor(entry.number.values[0], given[entry.times], service, ratio))
        for entry in service.capacity
    ]


def _factor(usual: float, given: float, service: Service, ratio: float) -> float:
    """Return the factor that leads from a capacity to the one given in its place."""
    if usual != 0:
        return given / usual
    if given != 0:
        raise ValueError(
            f"services.{service.name}: `instead` of a capacity of 0 must be 0."
        )
    return ratio


def _sessions(entries: list[tuple[Capacity, float]], period: Period) -> list[Opening]:
    """Return one row for each session that has slots."""
    times = [entry.times for entry, _ in entries if entry.times is not None]
    curves = _units(entries, period)
    found = sessions(times, [curve.at for curve in curves], period, period.end)
    return [row for row, _ in found if row[1] > period.begin]


def sessions(
    times: Sequence[WeekTime],
    units: Sequence[Callable[[int], float]],
    period: Period,
    end: int,
) -> list[tuple[Opening, int]]:
    """Return each session in which something falls due, and its entry.

    What falls due is added up from the first session of the calendar on, so that
    fractions carry over and a later beginning of the run changes nothing.

    Parameters
    ----------
    times : sequence of WeekTime
    units : sequence of callable
        How much falls due in a session of each of the times, by its beginning.
    period : Period
        Whose bank holidays count.
    end : int
        Microseconds; sessions that begin then are left out.
    """
    total, rows = 0.0, []
    for opened, closed, which in open_periods(times, period, 0, end):
        before = math.floor(total + 1e-6)
        total += units[which](opened)
        due = math.floor(total + 1e-6) - before
        if due > 0:
            rows.append(((opened, closed, due), which))
    return rows


def _levels(entries: list[tuple[Capacity, float]], period: Period) -> list[Opening]:
    """Return one row for each change of the number of units open."""
    changes: dict[int, int] = {period.begin: 0}
    times = [entry.times for entry, _ in entries]
    if times == [None]:
        (curve,) = _units(entries, period)
        changes.update(curve.levels(period.begin, period.end))
    else:
        weekly = [t for t in times if t is not None]
        curves = _units(entries, period)
        found = open_periods(weekly, period, period.begin, period.end)
        for opened, closed, which in found:
            until = min(closed, period.end)
            changes.update(curves[which].levels(max(opened, period.begin), until))
            changes.setdefault(until, 0)
    return _as_rows(changes, period)


def _rosters(entries: list[tuple[Capacity, float]], period: Period) -> list[Opening]:
    """Return one row for each change of the number of staff on duty.

    Each session has whole staff; hours that are left over are carried to the next, so
    that in the long run the staff give the hours they have.
    """
    changes: dict[int, int] = {period.begin: 0}
    times = [entry.times for entry, _ in entries if entry.times is not None]
    curves = _units(entries, period)
    owed = 0.0
    for opened, closed, which in open_periods(times, period, 0, period.end):
        length = closed - opened
        owed += max(curves[which].at(opened), 0.0) * length
        staff = math.floor(owed / length + 1e-6)
        owed -= staff * length
        if closed > period.begin:
            changes[max(opened, period.begin)] = staff
            changes.setdefault(min(closed, period.end), 0)
    return _as_rows(changes, period)


def _as_rows(changes: dict[int, int], period: Period) -> list[Opening]:
    """Return rows of the units open from each moment on."""
    rows: list[Opening] = []
    moments = sorted(t for t in changes if t < period.end)
    for time, until in pairwise([*moments, period.end]):
        if not rows or rows[-1][2] != changes[time]:
            rows.append((time, until, changes[time]))
        else:
            rows[-1] = (rows[-1][0], until, changes[time])
    return rows


class Units:
    """How many units there are over time, before and after rounding."""

    def __init__(self, whole: Product, period: Period, group: int = 0) -> None:
        self.course = Course(whole, period, group)

    def at(self, time: int) -> float:
        """Return the units at a moment (from that moment on, at a jump)."""
        return self.course.at(time)

    def levels(self, begin: int, end: int) -> dict[int, int]:
        """Return the whole units from each moment on, in [begin, end)."""
        found = {begin: whole(self.at(begin))}
        inside = self.course.between(begin, end)
        for a, b in pairwise([begin, *inside, end]):
            x = self.at(a)
            found[a] = whole(x)
            y = self.course.before(b)
            for level in _steps(x, y):
                time = a + math.ceil((level - x) / (y - x) * (b - a))
                if a < time < b:
                    found[time] = math.floor(level + 0.5 if y > x else level - 0.5)
        return found


class _StaffedUnits:
    """The units that a workforce makes of one entry, before and after rounding."""

    def __init__(
        self, entry: Capacity, factor: float, period: Period, staffing: Staffing
    ) -> None:
        self.course = Course(Product((entry.number,), factor * entry.weight), period)
        self.staffing = staffing

    def at(self, time: int) -> float:
        """Return the units at a moment, as staff were last looked at."""
        return self.course.at(time) * self.staffing.at(time)

    def levels(self, begin: int, end: int) -> dict[int, int]:
        """Return the whole units from each moment on, in [begin, end)."""
        moments = {begin, *self.staffing.moments, *self.course.times}
        return {t: whole(self.at(t)) for t in sorted(moments) if begin <= t < end}


def _units(
    entries: list[tuple[Capacity, float]], period: Period
) -> list[Units | _StaffedUnits]:
    """Return the units of each entry; one workforce is worked out once."""
    staffings: dict[int, Staffing] = {}
    made: list[Units | _StaffedUnits] = []
    for entry, factor in entries:
        workforce = entry.workforce
        if workforce is None:
            made.append(Units(Product((entry.number,), factor), period))
            continue
        key = id(workforce)
        if key not in staffings:
            staffings[key] = Staffing(workforce, period)
        made.append(_StaffedUnits(entry, factor, period, staffings[key]))
    return made


def whole(units: float) -> int:
    """Return whole units, halves up, never below zero."""
    return max(math.floor(units + 0.5 + 1e-9), 0)


def _steps(x: float, y: float) -> list[float]:
    """Return the halves between two values, in the order in which a line meets them."""
    if x == y:
        return []
    low, high = min(x, y), max(x, y)
    halves = np.arange(math.floor(low) - 0.5, high + 1.0)
    inside = [float(h) for h in halves if low < h <= high and h >= 0]
    return inside if y > x else inside[::-1]
