"""Months and midnights: in which of them a moment or a stretch of time lies."""

import numpy as np
from numpy.typing import NDArray

from kernels.jit import inlined, jit, jit_inside
from kernels.layout import DAY

Integers = NDArray[np.int64]


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
def month_near(months: Integers, time: int, month: int) -> int:
    """Return the month of a moment, tried first where the one before it lay."""
    if 0 <= month < len(months) - 1 and months[month] <= time < months[month + 1]:
        return month
    return month_of(months, time)


@inlined
def spread(
    totals: Integers, months: Integers, month: int, begin: int, end: int, units: int
) -> None:
    """Add the time from begin, in a month, to end to the months in which it lies.

    It counts once for each of so many units.
    """
    month = max(month, 0)
    last = len(months) - 1
    begin = max(begin, months[0])
    while month < last and begin < end:
        until = min(end, months[month + 1])
        totals[month] += (until - begin) * units
        begin = until
        month += 1


@inlined
def add(cell: Integers, column: int, time: int) -> None:
    """Add a time to a pair of columns: whole days, and the rest in the next one."""
    if time < DAY:  # A division takes as long as all else here.
        cell[column + 1] += time
    else:
        cell[column] += time // DAY
        cell[column + 1] += time % DAY


@jit_inside
def count_between(
    census: Integers,
    service: int,
    column: int,
    first: int,
    begin: int,
    until: int,
    units: int,
) -> None:
    """Count a state of units that holds at the midnights e with begin < e <= until."""
    day = (begin - first) // DAY
    if until < first + (day + 1) * DAY:
        return
    low = max(day + 1, 0)
    high = min((until - first) // DAY + 1, len(census) - 1)
    if low < high:
        census[low, service, column] += units
        census[high, service, column] -= units
