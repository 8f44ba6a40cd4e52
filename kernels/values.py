"""Numbers that move in time: straight lines between knots, with jumps.

The only reading of `layout.VALUE` and `layout.KNOT`, shared by all who use them.
"""

import numpy as np
from numpy.typing import NDArray

from kernels.jit import jit
from kernels.layout import Table

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@jit
def value_at(values: Table, knots: Table, row: int, time: int) -> float:
    """Return a number as it stands at a time.

    Parameters
    ----------
    values : ndarray of VALUE
    knots : ndarray of KNOT
    row : int
        Row of `values`.
    time : int64
        Microseconds.

    Returns
    -------
    float
        Never outside the two knots it lies between, so that `extremes` is exact.
    """
    value = values[row]
    if value["knots"] == 0:
        return float(value["base"])
    first = value["knot"]
    last = first + value["knots"] - 1
    at = _last_not_after(knots, first, last, time)
    if at < first:
        return float(knots[first]["value"])
    if at == last:
        return float(knots[last]["value"])
    return _between(knots, at, time)


@jit
def read_values(
    values: Table, knots: Table, rows: Integers, times: Integers, found: Floats
) -> None:
    """Fill in numbers as they stand at some times.

    Parameters
    ----------
    values : ndarray of VALUE
    knots : ndarray of KNOT
    rows : ndarray of int64, shape (n,)
        Rows of `values`.
    times : ndarray of int64, shape (M,)
        Microseconds.
    found : ndarray of float, shape (M, n)
        Filled.
    """
    for at in range(len(times)):
        for column in range(len(rows)):
            found[at, column] = value_at(values, knots, rows[column], times[at])


@jit
def extremes(
    values: Table, knots: Table, row: int, begin: int, end: int
) -> tuple[float, float]:
    """Return the lowest and the highest a number is from one time to another.

    Parameters
    ----------
    values : ndarray of VALUE
    knots : ndarray of KNOT
    row : int
        Row of `values`.
    begin, end : int64
        Microseconds, both included; the limit towards a jump at `end` as well.

    Returns
    -------
    tuple of float
        Lowest and highest.
    """
    lowest = highest = value_at(values, knots, row, begin)
    value = values[row]
    if value["knots"] == 0:
        return lowest, highest
    last = value["knot"] + value["knots"] - 1
    at = _last_not_after(knots, value["knot"], last, begin) + 1
    while at <= last and knots[at]["time"] <= end:
        lowest = min(lowest, knots[at]["value"])
        highest = max(highest, knots[at]["value"])
        at += 1
    final = value_at(values, knots, row, end)
    return min(lowest, final), max(highest, final)


@jit
def _last_not_after(knots: Table, first: int, last: int, time: int) -> int:
    """Last knot at or before a time; first - 1 where there is none."""
    low, high = int(first), int(last) + 1
    while low < high:
        middle = (low + high) >> 1
        if knots[middle]["time"] <= time:
            low = middle + 1
        else:
            high = middle
    return low - 1


@jit
def _between(knots: Table, at: int, time: int) -> float:
    """On the straight line from a knot to the next, which lies later."""
    begin, end = knots[at]["time"], knots[at + 1]["time"]
    left, right = knots[at]["value"], knots[at + 1]["value"]
    value = left + (right - left) * ((time - begin) / (end - begin))
    # Rounding may lead an ulp beyond the right end.
    return float(min(max(value, min(left, right)), max(left, right)))
