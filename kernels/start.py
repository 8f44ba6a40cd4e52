"""Who is there when a replication begins: in line, or in treatment.

Each has an identity, and so a group, an age and luck that depend on the seed, the
replication, the service and their number alone: a longer list has the people of a
shorter one, and more.

Who is in treatment has been so for a known time, or for as long as after a long time:
then a stay is met with a chance in proportion to its length, at a moment that is spread
evenly over it. How long the stay lasts in all is drawn given that it lasts so long.

References
----------
D. R. Cox: Renewal Theory. Methuen (1962), section 5.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.discharge import leaving_time
from kernels.elementary import exp
from kernels.jit import jit, jit_inside, jit_with_new_arrays
from kernels.laws import Laws, duration, laws_of, longer, microseconds
from kernels.layout import (
    DAY,
    JOINS,
    P_ELAPSED,
    P_START,
    P_VISIT,
    PAUSE,
    PLACE_BITS,
    RESUME,
    START,
    STARTS,
    STOP,
    THERE,
    Model,
    Table,
)
from kernels.philox import block, unit32, unit53
from kernels.references import referred
from kernels.state import PART, PAUSED, RAN, SINCE, STOOD

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STRETCHES = 4096
"""Into so many stretches luck is cut to weigh stays by their length."""
REACH = 3.1
"""How far the stretches reach: from 4e-15 to as much below 1."""
NO_WEIGHTS = np.zeros((1, STRETCHES + 1))
"""Where no stay is met as after a long time."""


class Beginning(NamedTuple):
    """The tables that those who are there are drawn from."""

    laws: Laws
    steps: Table
    services: Table
    hours: Table
    bands: Table
    groups: Floats
    begin: int
    key: int


def there(model: Model, key: int) -> Table:
    """Return who is there when a replication begins.

    Parameters
    ----------
    model : Model
    key : int
        From `philox.key`.

    Returns
    -------
    ndarray of THERE
        In the order of joining, and identity.
    """
    parts = [np.zeros(0, THERE)]
    if len(model.starters):
        tables = Beginning(
            laws_of(model),
            model.steps,
            model.services,
            model.hours,
            model.bands,
            model.starter_groups,
            model.begin,
            key,
        )
        for number, starter in enumerate(model.starters):
            parts.append(_of_number(tables, number, starter))
            rows = model.starter_rows[model.starter_rows["starter"] == number]
            parts.append(_of_rows(tables, starter, rows))
    found = np.concatenate(parts)
    return found[np.lexsort((found["who"], found["joined"]))]


def _of_number(tables: Beginning, number: int, starter: np.void) -> Table:
    """Return the patients of a starter who are given by their number."""
    groups, step = tables.groups[number], tables.steps[starter["step"]]
    found = np.zeros(starter["number"], THERE)
    found["who"] = starter["who"] + (np.arange(len(found)) << PLACE_BITS)
    found["step"] = starter["step"]
    is_met = starter["treated"] and starter["bands"] == 0 and len(found)
    weights = _weights(tables, step, len(groups)) if is_met else NO_WEIGHTS
    _fill(tables, starter, groups, weights, found)
    return found


def _weights(tables: Beginning, step: np.void, groups: int) -> Floats:
    """Return how often stays at a step are met, for each group."""
    laws = int(step["law"]) + step["law_stride"] * np.arange(groups)
    rows = {w: weighed(tables.laws, w, tables.begin) for w in np.unique(laws)}
    return np.array([rows[w] for w in laws])


def _of_rows(tables: Beginning, starter: np.void, rows: Table) -> Table:
    """Return the patients of a starter who stand in a list."""
    found = np.zeros(len(rows), THERE)
    for name in ("joined", "started", "who", "group"):
        found[name] = rows[name]
    found["step"] = starter["step"]
    is_there = np.zeros(len(rows), np.bool_)
    is_met = starter["treated"] and (rows["started"] < 0).any()
    step, groups = tables.steps[starter["step"]], tables.groups.shape[1]
    weights = _weights(tables, step, groups) if is_met else NO_WEIGHTS
    _look_up(tables, starter, weights, found, is_there)
    return found[is_there]


@jit
def _fill(
    tables: Beginning, starter: np.void, groups: Floats, weights: Floats, found: Table
) -> None:
    """Give patients their groups and the times that lie behind them."""
    known, begin, key = referred(tables), tables.begin, tables.key
    for i in range(len(found)):
        row = found[i]
        w = block(key, row["who"], 0, P_START)
        u = unit53(w[0], w[1])
        group, chance = 0, unit32(w[2])
        while group < len(groups) - 1 and chance >= groups[group]:
            group += 1
        row["group"] = group
        if starter["bands"] > 0:
            age = _age(tables.bands, starter["band"], starter["bands"], u)
        else:
            age = _elapsed(known, row, weights[group], u)
        row["joined"] = max(begin - max(age, 1), 0)
        row["started"] = -1
        if starter["treated"]:
            row["started"] = row["joined"]
            row["lasts"] = _stay(known, row)


@jit
def _look_up(
    tables: Beginning,
    starter: np.void,
    weights: Floats,
    found: Table,
    is_there: Flags,
) -> None:
    """Find out which patients of a list are there, and how long their stays last.

    Who is in treatment since nobody knows when is so as after a long time.
    """
    known = referred(tables)
    for i in range(len(found)):
        row = found[i]
        w = block(tables.key, row["who"], 0, P_START)
        is_there[i] = unit32(w[3]) < starter["share"]
        if starter["treated"] and row["started"] < 0:
            u = unit53(w[0], w[1])
            age = _elapsed(known, row, weights[row["group"]], u)
            row["joined"] = max(tables.begin - max(age, 1), 0)
            row["started"] = row["joined"]
        if row["started"] >= 0:
            row["lasts"] = _stay(known, row)


@jit_inside
def _elapsed(tables: Beginning, row: np.void, weights: Floats, u: float) -> int:
    """Return how much has elapsed of a stay that is met, in microseconds."""
    step = tables.steps[row["step"]]
    law = step["law"] + step["law_stride"] * row["group"]
    v = block(tables.key, row["who"], 0, P_ELAPSED)
    stay = met(tables.laws, law, tables.begin, weights, u)
    return int(microseconds(stay * unit53(v[0], v[1])))


@jit_inside
def _age(bands: Table, first: int, count: int, u: float) -> int:
    """Return for how long somebody has waited: evenly within the band that u meets."""
    before, row = 0.0, first
    while row < first + count - 1 and u >= bands[row]["upto"]:
        before = bands[row]["upto"]
        row += 1
    band = bands[row]
    width = band["upto"] - before
    within = min(max((u - before) / width, 0.0), 1.0) if width > 0.0 else u
    return int(band["low"] + within * (band["high"] - band["low"]))


@jit_inside
def _stay(tables: Beginning, row: np.void) -> int:
    """Return how long a stay lasts in all, given for how long it has lasted."""
    step, key, who = tables.steps[row["step"]], tables.key, row["who"]
    service = tables.services[step["service"]]
    law = step["law"] + step["law_stride"] * row["group"]
    w = block(key, who, 0, P_VISIT)
    elapsed = tables.begin - row["started"]
    time = time_beyond(tables.laws, law, tables.begin, elapsed, unit53(w[0], w[1]))
    if service["hours"] == 0:
        return int(time)
    end = row["started"] + time
    left = leaving_time(tables.laws, tables.hours, service, key, who, 0, end)
    return int(left - row["started"])


@jit
def time_beyond(laws: Laws, law: int, time: int, elapsed: int, u: float) -> int:
    """Return a drawn time, given that it is not shorter than what has elapsed.

    Parameters
    ----------
    laws : Laws
    law : int
        Row of `laws.laws`. A mixture must not have mixtures as members.
    time : int64
        When the law is read, microseconds.
    elapsed : int64
        Microseconds.
    u : float
        Above 0 and below 1.

    Returns
    -------
    int64
        Microseconds; what has elapsed where the law gives no time as long.
    """
    days = longer(referred(laws), law, time, elapsed / float(DAY), u)
    return int(max(microseconds(days), elapsed))


@jit_with_new_arrays
def weighed(laws: Laws, law: int, time: int) -> Floats:
    """Return the times that a law gives, added up over stretches of luck.

    Parameters
    ----------
    laws : Laws
    law : int
    time : int64
        When it is read, microseconds.

    Returns
    -------
    ndarray of float, shape (STRETCHES + 1,)
        Days; the last is the mean of the law, nearly.
    """
    known, sums = referred(laws), np.zeros(STRETCHES + 1)
    before = duration(known, law, time, _edge(0))
    for i in range(STRETCHES):
        after = duration(known, law, time, _edge(i + 1))
        width = _edge(i + 1) - _edge(i)
        sums[i + 1] = sums[i] + 0.5 * (before + after) * width
        before = after
    return sums


@jit
def met(laws: Laws, law: int, time: int, sums: Floats, u: float) -> float:
    """Return a time that is met with a chance in proportion to its length.

    Parameters
    ----------
    laws : Laws
    law : int
    time : int64
        When it is read, microseconds.
    sums : ndarray of float
        From `weighed`.
    u : float
        Above 0 and below 1.

    Returns
    -------
    float
        Days.
    """
    aim = u * sums[STRETCHES]
    low, high = 0, STRETCHES
    while high - low > 1:
        middle = (low + high) >> 1
        if sums[middle] <= aim:
            low = middle
        else:
            high = middle
    weight = sums[high] - sums[low]
    within = (aim - sums[low]) / weight if weight > 0.0 else 0.5
    luck = _edge(low) + within * (_edge(high) - _edge(low))
    return duration(referred(laws), law, time, luck)


@jit_inside
def _edge(i: int) -> float:
    """Return where a stretch of luck begins: close together near 0 and 1."""
    e = exp(REACH * (2.0 * i / STRETCHES - 1.0))
    odds = exp(1.5 * (e - 1.0 / e))
    return odds / (1.0 + odds)


# Clocks


@jit
def clocks_at(
    moment: NDArray[np.int32], moments: Table, row: np.void, cells: Integers
) -> None:
    """Let the clocks of somebody who is there go as they have since they joined.

    Parameters
    ----------
    moment : ndarray of int32
        `Model.moment`.
    moments : ndarray of MOMENT
    row : record of THERE
    cells : ndarray of int64, shape (clocks, 1 or 5)
        As `State.since` has them, -1; changed in place.
    """
    _turn(moments, moment[len(moment) - 1, JOINS], cells, row["joined"])
    _turn(moments, moment[row["step"], JOINS], cells, row["joined"])
    if row["started"] >= 0:
        _turn(moments, moment[row["step"], STARTS], cells, row["started"])


@jit_inside
def _turn(moments: Table, at: NDArray[np.int32], cells: Integers, time: int) -> None:
    """Stop, resume, start and pause clocks at a moment before the run."""
    for i in range(at[0], at[0] + at[1]):
        clock, does = cells[moments[i]["clock"]], moments[i]["does"]
        if does == START and clock[SINCE] < 0:
            clock[:] = 0
            clock[SINCE] = time
            if len(clock) > PAUSED:
                clock[PAUSED] = -1
        elif clock[SINCE] < 0:
            continue
        elif does == PAUSE and clock[PAUSED] < 0:
            clock[PAUSED] = time
        elif does == RESUME and clock[PAUSED] >= 0:
            clock[RAN] += clock[PAUSED] - clock[SINCE]
            clock[STOOD] += time - clock[PAUSED]
            clock[SINCE], clock[PAUSED] = time, -1
            clock[PART] += 1
        elif does == STOP:
            clock[SINCE] = -1
