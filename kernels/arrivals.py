"""Patients who come from outside: the points of one fixed Poisson cloud.

A stream comes at the rate level(t) x weight(t): the level in patients per day, the
weight from its profile, with mean 1. Let operational time tau run at the speed of the
weight, so that nights and closed days take none of it. The points of a Poisson cloud
of density 1 over (tau, level) that lie under level(t) are then the stream's patients.

The cloud is cut into layers of level with edges that are the same for every scenario,
four to an octave, and each layer into weeks of tau since `layout.EPOCH`. In each the
gaps between points start afresh, which is exact, as they have no memory. A point is
named by salt, layer, week and number; its gap and its height within the layer are
drawn for that name. So a patient who comes in one scenario comes in every scenario
whose level is as high: at the same time, with the same luck.

A point may be a party (`coming`); those who are booked, or stand in a list, come from
`bookings`.

References
----------
P. A. W. Lewis, G. S. Shedler: Simulation of nonhomogeneous Poisson processes by
thinning. Naval Research Logistics Quarterly 26 (1979), 403-413.
"""

import hashlib
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.bookings import booked
from kernels.coming import Sizes, both_in_order, enlarged, fill, in_order, with_parties
from kernels.elementary import log
from kernels.jit import jit, jit_with_new_arrays
from kernels.layout import DAY, NEVER, P_ARRIVAL, SCHEDULED, Model, Table
from kernels.philox import rounds, unit32, unit53
from kernels.values import extremes, value_at

Floats = NDArray[np.float64]

LAYERS = 105

_BATCH = 32
"""How many points are drawn together at most."""
_ROOTS = (1.0, 1.189207115002721, 1.4142135623730951, 1.681792830507429)
_EDGES = np.array(
    [0.0] + [math.ldexp(_ROOTS[j % 4], j // 4 - 7) for j in range(LAYERS)]
)
"""Edges of the layers, per day: 0 and 2 ** (j / 4 - 7); the last is
`layout.MOST_PER_DAY`. Its points in a week, 580,000, are still told apart by 20 bits.
"""


class Demand(NamedTuple):
    """The tables that arrivals are made from."""

    clouds: Table
    profiles: Table
    shapes: Table
    values: Table
    knots: Table
    parties: Table


class Week(NamedTuple):
    """A week of the operational time of a cloud."""

    number: int
    begin: int
    end: int
    row: int
    """The row of the shape in which it begins."""
    last: int
    """The last row of the shape."""


class Window(NamedTuple):
    """What is asked for: the key, and from when to when."""

    key: int
    begin: int
    end: int


def demand_of(model: Model) -> Demand:
    """Return the tables that arrivals are made from.

    Parameters
    ----------
    model : Model

    Returns
    -------
    Demand
    """
    return Demand(
        model.clouds,
        model.profiles,
        model.shapes,
        model.values,
        model.knots,
        model.parties,
    )


def salt(*names: str) -> int:
    """Return the mark of a cloud in the identities of its patients.

    Parameters
    ----------
    *names : str
        Of stream and group. Two clouds of a model may come to the same mark by
        chance (one pair in eight million); they must be told apart by further names.

    Returns
    -------
    int
        23 bits.
    """
    text = "\0".join(names).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:3], "big") >> 1


def arrivals(model: Model, key: int, begin: int, end: int) -> Table:
    """Return all patients who come from one moment to another.

    Parameters
    ----------
    model : Model
    key : int
        From `philox.key`.
    begin, end : int
        Microseconds, between 2000 and 2150; those who come at `end` belong to the
        next call. The stretches into which a run is cut do not matter; those with
        some 100,000 patients are the fastest.

    Returns
    -------
    ndarray of SCHEDULED
        Ordered by time and identity.
    """
    coming = arrivals_of(demand_of(model), key, begin, end)
    planned = booked(model, key, begin, end)
    if not len(planned):
        return coming
    return both_in_order(coming, planned)


@jit_with_new_arrays
def arrivals_of(demand: Demand, key: int, begin: int, end: int) -> Table:
    """Return what `arrivals` does, from within compiled code.

    Parameters
    ----------
    demand : Demand
        From `demand_of`; its levels must not exceed `layout.MOST_PER_DAY`.
    key : int64
    begin, end : int64

    Returns
    -------
    ndarray of SCHEDULED
    """
    sizes = Sizes(demand.parties, demand.values, demand.knots)
    rows = _room(demand, begin, end)
    n = 0 * end  # for a plain 0 numba compiles what follows a second time
    for cloud in range(len(demand.clouds)):
        first, last = rows_of(demand, demand.clouds[cloud]["profile"])
        since = max(begin, demand.shapes[first]["time"])
        window = Window(key, since, end)
        week = week_of(demand.shapes, first, last, since)
        level = demand.clouds[cloud]["level"] + 0
        while week.begin < end:
            before = n
            rows, n = points(demand, cloud, level, week, window, rows, n)
            if demand.clouds[cloud]["parties"] > 0:
                source = demand.clouds[cloud]
                rows, n = with_parties(sizes, source, key, rows, before, n)
            week = week_at(demand.shapes, week.row, last, week.number + 1)
    return in_order(rows, n, begin, end)


@jit
def tau(shapes: Table, first: int, last: int, time: int) -> float:
    """Return the operational time at a moment.

    Parameters
    ----------
    shapes : ndarray of SHAPE
    first, last : int
        First and last row of the profile.
    time : int64
        Microseconds.

    Returns
    -------
    float
        Days since EPOCH; before the first row, that of the first row.
    """
    low, high = first, last
    while low < high:
        middle = (low + high + 1) >> 1
        if shapes[middle]["time"] <= time:
            low = middle
        else:
            high = middle - 1
    row = shapes[low]
    days = max(time - row["time"], 0) / float(DAY)
    return float(row["tau"] + row["weight"] * days)


@jit
def time_of(shapes: Table, first: int, last: int, tau: float) -> int:
    """Return the moment of an operational time.

    Parameters
    ----------
    shapes : ndarray of SHAPE
    first, last : int
        First and last row of the profile.
    tau : float
        Days since EPOCH.

    Returns
    -------
    int64
        The last microsecond that has begun by then. Where operational time stands
        still, the end of that stretch: NEVER after the last row. Before the first
        row, its time.
    """
    time = _time_in(shapes[_row_of(shapes, first, last, tau)], tau)
    return int(max(time, shapes[first]["time"]))


@jit
def _row_of(shapes: Table, first: int, last: int, tau: float) -> int:
    """Last row that begins at or before an operational time, else the first.

    Searched in growing steps from the first on, as points follow each other closely.
    """
    if first == last or shapes[first + 1]["tau"] > tau:
        return first
    low, step = first + 1, 1
    while low + step <= last and shapes[low + step]["tau"] <= tau:
        low += step
        step += step
    high = min(low + step - 1, last)
    while low < high:
        middle = (low + high + 1) >> 1
        if shapes[middle]["tau"] <= tau:
            low = middle
        else:
            high = middle - 1
    return low


@jit
def _time_in(row: np.void, tau: float) -> int:
    """Moment of an operational time within a row; -1 before the row."""
    if tau < row["tau"]:
        return -1
    if row["weight"] <= 0.0:
        return NEVER
    passed = (tau - row["tau"]) / row["weight"] * float(DAY)
    room = float(NEVER - row["time"])
    return int(row["time"] + math.floor(passed)) if passed < 0.5 * room else NEVER


@jit
def week_at(shapes: Table, first: int, last: int, number: int) -> Week:
    """Week of operational time, by its number."""
    begin = time_of(shapes, first, last, 7.0 * number)
    end = time_of(shapes, first, last, 7.0 * (number + 1))
    row = _row_of(shapes, first, last, 7.0 * number)
    return Week(number, begin, end, row, last)


@jit
def week_of(shapes: Table, first: int, last: int, time: int) -> Week:
    """Week of operational time in which a moment lies."""
    number = math.floor(tau(shapes, first, last, time) / 7.0)
    week = week_at(shapes, first, last, number)
    # The moment may lie within a rounding error of a week's edge.
    if week.begin > time:
        return week_at(shapes, first, last, number - 1)
    if week.end <= time:
        return week_at(shapes, first, last, number + 1)
    return week


@jit_with_new_arrays
def _room(demand: Demand, begin: int, end: int) -> Table:
    """Empty rows, for about as many patients as will come."""
    total = 0.0
    for cloud in range(len(demand.clouds)):
        row = demand.clouds[cloud]
        first, last = rows_of(demand, row["profile"])
        days = tau(demand.shapes, first, last, end)
        days -= tau(demand.shapes, first, last, begin)
        low, high = extremes(demand.values, demand.knots, row["level"], begin, end)
        total += days * max(low + high, 0.0) / 2.0
    return np.zeros(int(total + 4.0 * math.sqrt(total)) + 64, SCHEDULED)


@jit
def rows_of(demand: Demand, profile: int) -> tuple[int, int]:
    """First and last row of the shape of a profile, as int64."""
    first = demand.profiles[profile]["row"] + 0
    return first, first + demand.profiles[profile]["rows"] - 1


@jit_with_new_arrays
def points(
    demand: Demand,
    cloud: int,
    level: int,
    week: Week,
    window: Window,
    rows: Table,
    n: int,
) -> tuple[Table, int]:
    """Add the points of a cloud in a week to rows, of which n are taken.

    Those under the level in the value row `level`, which need not be the cloud's own.
    """
    gaps, heights = np.empty(_BATCH), np.empty(_BATCH)
    while True:
        taken = _written(demand, cloud, level, week, window, rows, n, gaps, heights)
        if taken <= len(rows):
            return rows, taken
        rows = enlarged(rows)


@jit
def _written(
    demand: Demand,
    cloud: int,
    level: int,
    week: Week,
    window: Window,
    rows: Table,
    n: int,
    gaps: Floats,
    heights: Floats,
) -> int:
    """Write the points of a cloud in a week to rows, from n on, as far as they go.

    Returns how many rows are taken or would be. `gaps` and `heights` are room to draw
    in. All layers in one function: a call for each would cost more than its few points.
    """
    shapes, values, knots = demand.shapes, demand.values, demand.knots
    source = demand.clouds[cloud]
    lowest, highest = extremes(values, knots, level, week.begin, week.end)
    for layer in range(LAYERS):
        bottom, top = _EDGES[layer], _EDGES[layer + 1]
        if bottom >= highest:
            break
        who = (source["salt"] << 40) | (layer << 33) | (week.number << 20)
        row, passed = week.row, 0.0
        drawn = at = 0
        while True:
            if at == drawn:
                left = (7.0 - passed) * (top - bottom)
                drawn = min(int(left) + 1, _BATCH)
                at = 0
                _draw(gaps, heights, drawn, window.key, who, bottom, top)
            passed += gaps[at]
            if passed >= 7.0:
                break
            moment = 7.0 * week.number + passed
            row = _row_of(shapes, row, week.last, moment)
            # A rounding error must not carry anybody into the next week.
            time = min(_time_in(shapes[row], moment), week.end - 1)
            if time >= window.end:
                break
            if time >= window.begin and (
                top <= lowest or heights[at] < value_at(values, knots, level, time)
            ):
                if n < len(rows):
                    fill(rows[n], time, who, source)
                n += 1
            who += 1
            at += 1
    return n


@jit
def _draw(  # a loop of its own, which the machine takes in parallel
    gaps: Floats,
    heights: Floats,
    n: int,
    key: int,
    who: int,
    bottom: float,
    top: float,
) -> None:
    """Draw the gaps before n points, and their heights within their layer."""
    for i in range(n):
        w0, w1, w2, _ = rounds(key, who + i, 0, P_ARRIVAL)
        gaps[i] = -log(1.0 - unit53(w0, w1)) / (top - bottom)
        heights[i] = bottom + unit32(w2) * (top - bottom)


@jit
def height_of(key: int, who: int) -> float:
    """Return how high a point lies: its patient comes where the level is higher.

    Parameters
    ----------
    key : int64
    who : int64
        The identity of a point.

    Returns
    -------
    float
        A day; to the last bit what `points` compares with the level.
    """
    layer = (who >> 33) & 127
    bottom, top = _EDGES[layer], _EDGES[layer + 1]
    height = unit32(rounds(key, who, 0, P_ARRIVAL)[2])
    return float(bottom + height * (top - bottom))
