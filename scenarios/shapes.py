"""Profiles laid out on the calendar: operational time, and how fast it runs."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kernels.layout import DAY, EPOCH, HOUR, Table
from kernels.layout import SHAPE as SHAPE_ROW
from scenarios.openings import opens_on
from scenarios.scenario import Period, Profile

LAST_DAY = np.datetime64("2060-01-01") - np.datetime64("2000-01-03")
"""Profiles are scaled to mean 1 over the days from EPOCH to the end of 2059."""
Floats = NDArray[np.float64]


class _Days:
    """What matters of each day from EPOCH to 2059, and the kinds of day there are."""

    def __init__(self, holidays: tuple[int, ...]) -> None:
        n = int(LAST_DAY.astype(int))
        days = np.arange(n)
        free = np.isin(days, np.array(holidays, dtype=np.int64) // DAY)
        dates = EPOCH.astype("datetime64[D]") + days
        months = dates.astype("datetime64[M]").astype(int) % 12
        before = np.concatenate(([False], free[:-1]))
        sizes = (7, 2, 2, 12)
        codes = np.ravel_multi_index((days % 7, free, before, months), sizes)
        found, self.kind = np.unique(codes, return_inverse=True)
        self.kinds = np.stack(np.unravel_index(found, sizes), axis=1)
        """Weekday, free, the day before free, month; shape (kinds, 4)."""


@functools.lru_cache(maxsize=8)
def _days(holidays: tuple[int, ...]) -> _Days:
    """Return the days of a country: many profiles, and many scenarios, share them."""
    return _Days(holidays)


def _edges(profiles: Sequence[Profile]) -> NDArray[np.int64]:
    """Return the moments of a day at which any of the profiles may jump."""
    edges = {0, DAY}
    for profile in profiles:
        if profile.hours or profile.week:
            edges |= set(range(0, DAY, HOUR))
        for time, _ in profile.during:
            edges |= {time.begin % DAY, time.end % DAY}
    return np.array(sorted(edges), dtype=np.int64)


def _weight(profile: Profile, kind: Sequence[int], time: int) -> float:
    """Return the weight of a profile at a moment of a kind of day."""
    weekday, free, free_before, month = (int(x) for x in kind)
    weight, hour = 1.0, time // HOUR
    if profile.hours:
        weight *= profile.hours[hour]
    if profile.days:
        weight *= profile.days[weekday]
    if profile.week:
        weight *= profile.week[24 * weekday + hour]
    if profile.months:
        weight *= profile.months[month]
    if profile.during:
        times = [t for t, _ in profile.during]
        today = opens_on(times, weekday, bool(free))
        yesterday = opens_on(times, (weekday - 1) % 7, bool(free_before))
        inside = 0.0
        for (t, w), on, was_on in zip(profile.during, today, yesterday, strict=True):
            if (on and t.begin <= time < t.end) or (was_on and time + DAY < t.end):
                inside = w
        weight *= inside
    return weight


def shape(profiles: Sequence[Profile], period: Period) -> Table:
    """Return the rows of a product of profiles over the run.

    Parameters
    ----------
    profiles : sequence of Profile
        Multiplied; none: flat.
    period : Period
        The run and its bank holidays.

    Returns
    -------
    ndarray of SHAPE
        From the last jump at or before the beginning of the run to its end; the last
        row lies at or after the end.

    Raises
    ------
    ValueError
        If the profile is zero at all times.
    """
    days, edges = _days(period.holidays), _edges(profiles)
    weights = np.array(
        [
            [math.prod(_weight(p, kind, int(t)) for p in profiles) for t in edges[:-1]]
            for kind in days.kinds
        ]
    )
    lengths = np.diff(edges) / DAY
    within = np.cumsum(weights * lengths, axis=1)
    counts = np.bincount(days.kind, minlength=len(days.kinds))
    total = math.fsum(
        float(n) * float(x) for n, x in zip(counts, within[:, -1], strict=True)
    )
    if total <= 0:
        raise ValueError("the profile is zero at all times")
    mean = total / len(days.kind)
    return _rows(days, edges, weights / mean, within / mean, period)


def _rows(
    days: _Days,
    edges: NDArray[np.int64],
    weights: Floats,
    within: Floats,
    period: Period,
) -> Table:
    """Return the rows from the day of the beginning to the day after the end."""
    first, last = period.begin // DAY, -(-period.end // DAY) + 1
    begins = np.concatenate(([0.0], np.cumsum(within[days.kind, -1])))
    kind = days.kind[first:last]
    before = np.concatenate((np.zeros((len(within), 1)), within[:, :-1]), axis=1)
    table = np.zeros((last - first) * (len(edges) - 1), dtype=SHAPE_ROW)
    midnights = np.arange(first, last, dtype=np.int64)[:, None] * DAY
    table["time"] = (midnights + edges[None, :-1]).reshape(-1)
    table["tau"] = (begins[first:last, None] + before[kind]).reshape(-1)
    table["weight"] = weights[kind].reshape(-1)
    new = np.concatenate(([True], table["weight"][1:] != table["weight"][:-1]))
    new[-1] = True
    return table[new]
