"""Rows of patients who are to come: filled, enlarged, put in order, and their parties.

A party is a patient who does not come alone: as many as its size says come at the same
moment, each with an identity of their own, and so with luck of their own. The size is
drawn by inverse transform from the luck of the first, who bears the party's identity.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.jit import jit, jit_with_new_arrays
from kernels.layout import MEMBER_BIT, P_ARRIVAL, SCHEDULED, Table
from kernels.philox import block, unit32
from kernels.values import value_at

Integers = NDArray[np.int64]


@jit
def fill(row: np.void, time: int, who: int, source: np.void) -> None:
    """Write down a patient of a cloud."""
    row["time"], row["who"] = time, who
    row["stream"], row["group"] = source["stream"], source["group"]
    row["to"] = source["to"]


class Sizes(NamedTuple):
    """The tables that sizes of parties are read from."""

    parties: Table
    values: Table
    knots: Table


@jit
def size_of(tables: Sizes, first: int, sizes: int, time: int, u: float) -> int:
    """Return how many come together.

    Parameters
    ----------
    tables : Sizes
    first, sizes : int
        First row and number of rows of `tables.parties`; sizes ascend.
    time : int64
        When they come: shares may have changed by then.
    u : float
        In (0, 1); larger luck never makes a smaller party.

    Returns
    -------
    int
    """
    rest = 1.0
    for row in range(first, first + sizes):
        rest -= _share(tables, row, 0.0, time)
    total = 0.0
    for row in range(first, first + sizes - 1):
        total += _share(tables, row, max(rest, 0.0), time)
        if u < total:
            return int(tables.parties[row]["size"])
    return int(tables.parties[first + sizes - 1]["size"])


@jit
def _share(tables: Sizes, row: int, rest: float, time: int) -> float:
    """Share of a size; `rest` where it has what the others leave."""
    share = tables.parties[row]["share"]
    if share < 0:
        return rest
    return value_at(tables.values, tables.knots, share + 0, time)


@jit
def party_of(
    tables: Sizes, first: int, sizes: int, key: int, time: int, who: int
) -> int:
    """Return the size of the party whose first member is `who`, as `size_of`."""
    if sizes == 0:
        return 1
    u = unit32(block(key, who, 0, P_ARRIVAL)[3])
    return size_of(tables, first, sizes, time, u)


@jit_with_new_arrays
def with_parties(
    tables: Sizes, source: np.void, key: int, rows: Table, first: int, n: int
) -> tuple[Table, int]:
    """Add the other members of the parties in rows from `first` on.

    Parameters
    ----------
    tables : Sizes
    source : record of CLOUD
        From which all of them come.
    key : int64
    rows : ndarray of SCHEDULED
        Of which n are taken.
    first, n : int64

    Returns
    -------
    tuple of ndarray and int
        Rows, perhaps enlarged, and how many of them are taken.
    """
    party, sizes = source["party"] + 0, source["parties"] + 0
    for at in range(first, n + 0):
        time, who = rows[at]["time"], rows[at]["who"]
        size = party_of(tables, party, sizes, key, time, who)
        rows, n = with_others(rows, n, at, size, 1 << MEMBER_BIT)
    return rows, n


@jit_with_new_arrays
def with_others(
    rows: Table, n: int, at: int, size: int, step: int
) -> tuple[Table, int]:
    """Add the other members of a party to rows, of which n are taken.

    Parameters
    ----------
    rows : ndarray of SCHEDULED
    n : int
    at : int
        The row of the first member.
    size : int
        Of the party.
    step : int64
        How far the identities of two members lie apart.

    Returns
    -------
    tuple of ndarray and int
        Rows, perhaps enlarged, and how many of them are taken.
    """
    for member in range(1, size):
        if n == len(rows):
            rows = enlarged(rows)
        rows[n] = rows[at]
        rows[n]["who"] = rows[at]["who"] + member * step
        n += 1
    return rows, n


def both_in_order(one: Table, other: Table) -> Table:
    """Return the rows of two tables of SCHEDULED, ordered by time and identity."""
    both = np.concatenate((one, other))
    return both[np.lexsort((both["who"], both["time"]))]


@jit_with_new_arrays
def enlarged(rows: Table) -> Table:
    """Rows, and as many again and some more to be filled."""
    larger = np.zeros(2 * len(rows) + 64, SCHEDULED)
    for i in range(len(rows)):
        larger[i] = rows[i]
    return larger


@jit_with_new_arrays
def in_order(rows: Table, n: int, begin: int, end: int) -> Table:
    """Sort the first n rows by time and identity.

    They are dealt into about as many stretches of time as there are rows, counted
    before; an insertion sort then has little left to do.
    """
    shift = 0
    while ((end - begin) >> shift) > 2 * n:
        shift += 1
    places = np.zeros(((end - begin) >> shift) + 2, np.int64)
    order = np.empty(n, np.int64)
    _deal(rows, n, begin, shift, places, order)
    ordered = np.zeros(n, SCHEDULED)
    _insert(rows, order, ordered)
    return ordered


@jit
def _deal(
    rows: Table, n: int, begin: int, shift: int, places: Integers, order: Integers
) -> None:
    """Put the first n rows in order by their stretches of time."""
    for i in range(n):
        places[((rows[i]["time"] - begin) >> shift) + 1] += 1
    for stretch in range(1, len(places)):
        places[stretch] += places[stretch - 1]
    for i in range(n):
        stretch = (rows[i]["time"] - begin) >> shift
        order[places[stretch]] = i
        places[stretch] += 1


@jit
def _insert(rows: Table, order: Integers, ordered: Table) -> None:
    """Write rows that are nearly in order to others, each in its place."""
    for i in range(len(order)):
        j = i
        while j > 0 and _comes_before(rows[order[i]], ordered[j - 1]):
            ordered[j] = ordered[j - 1]
            j -= 1
        ordered[j] = rows[order[i]]


@jit
def _comes_before(one: np.void, other: np.void) -> bool:
    """Whether a patient comes before another."""
    if one["time"] == other["time"]:
        return bool(one["who"] < other["who"])
    return bool(one["time"] < other["time"])
