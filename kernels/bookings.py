"""Patients whose moment is written: those booked in sessions, and those of a list.

Sessions hold places in equal steps. Who takes a place is drawn: their group, in
stretches as wide as the groups' levels, and how late they come.

A list holds patients who come as they are written. Where its level is not 1, further
patients or fewer come: copy c of a row (from 0) comes if c plus a number drawn for it
lies under the level. So the same come at every level, and others are added.
"""

import math
from typing import NamedTuple

import numpy as np

from kernels.coming import (
    Sizes,
    both_in_order,
    enlarged,
    in_order,
    party_of,
    with_others,
)
from kernels.jit import jit, jit_with_new_arrays
from kernels.laws import FORM, UNSETTLED, Laws, duration, microseconds
from kernels.layout import (
    DAY,
    P_ARRIVAL,
    P_BOOKED,
    PLACE_BITS,
    SCHEDULED,
    Model,
    Table,
)
from kernels.philox import block, unit32, unit53
from kernels.values import value_at


def booked(model: Model, key: int, begin: int, end: int) -> Table:
    """Return the patients of sessions and lists who come from one moment to another.

    Parameters
    ----------
    model : Model
    key : int
        From `philox.key`.
    begin, end : int
        Microseconds; those who come at `end` belong to the next call.

    Returns
    -------
    ndarray of SCHEDULED
        Ordered by time and identity.
    """
    if not len(model.plans):
        return np.zeros(0, SCHEDULED)
    sizes = Sizes(model.parties, model.values, model.knots)
    tables = Plans(model.plans, sizes, _laws(model), len(model.recorded))
    # Nobody comes more than a day before or after their place, which lies at most a
    # day after the beginning of its session.
    sessions = _between(model.sessions, begin - 2 * DAY, end + DAY)
    coming = in_sessions(tables, sessions, key, model.begin, (begin, end))
    listed = _between(model.listed, begin, end)
    if not len(listed):
        return coming
    return both_in_order(coming, in_lists(tables, listed, key, (begin, end)))


def _laws(model: Model) -> Laws:
    """Return the laws without working out any: those of lateness are all cut."""
    forms = np.zeros(len(model.laws), FORM)
    forms["family"] = UNSETTLED
    return Laws(
        model.values, model.knots, model.laws, model.parts, model.observed, forms
    )


def _between(rows: Table, begin: int, end: int) -> Table:
    """Return the rows from one moment to another."""
    first, last = np.searchsorted(rows["time"], (begin, end))
    return rows[first:last]


class Plans(NamedTuple):
    """The tables that patients of sessions and lists are made from."""

    plans: Table
    sizes: Sizes
    laws: Laws
    groups: int


@jit_with_new_arrays
def in_sessions(
    tables: Plans, sessions: Table, key: int, earliest: int, window: tuple[int, int]
) -> Table:
    """Return the booked patients who come within a window.

    Parameters
    ----------
    tables : Plans
    sessions : ndarray of SESSION
        All that may bring somebody.
    key : int64
    earliest : int64
        Before which nobody comes: who is booked later and would, comes then.
    window : tuple of two int64
        From when to when.

    Returns
    -------
    ndarray of SCHEDULED
        Ordered by time and identity.
    """
    begin, end = window
    rows = np.zeros(64 + 2 * len(sessions), SCHEDULED)
    n = 0 * end
    for s in range(len(sessions)):
        session = sessions[s]
        plan = tables.plans[session["plan"]]
        length = session["until"] - session["time"]
        for place in range(session["places"]):
            due = session["time"] + place * length // session["places"]
            who = session["who"] + (place << PLACE_BITS)
            group = _group(tables, plan["level"] + 0, key, who, due)
            time = due
            if plan["late"] >= 0:
                law = plan["late"] + group * plan["late_stride"]
                time += _late(tables.laws, law, key, who, due)
                if due >= earliest:
                    time = max(time, earliest)
            if time < begin or time >= end:
                continue
            if n == len(rows):
                rows = enlarged(rows)
            _fill(rows[n], time, who, plan, group)
            n += 1
            party = plan["party"] + group * plan["party_stride"]
            size = party_of(tables.sizes, party, plan["parties"] + 0, key, due, who)
            rows, n = with_others(rows, n, n - 1, size, 1)
    return in_order(rows, n, begin, end)


@jit_with_new_arrays
def in_lists(tables: Plans, listed: Table, key: int, window: tuple[int, int]) -> Table:
    """Return the patients of lists.

    Parameters
    ----------
    tables : Plans
    listed : ndarray of LISTED
        All within the window.
    key : int64
    window : tuple of two int64
        From when to when.

    Returns
    -------
    ndarray of SCHEDULED
        Ordered by time and identity.
    """
    begin, end = window
    values, knots = tables.laws.values, tables.laws.knots
    rows = np.zeros(64 + len(listed), SCHEDULED)
    n = 0 * end
    for r in range(len(listed)):
        row = listed[r]
        plan = tables.plans[row["plan"]]
        level = value_at(values, knots, plan["level"] + row["group"], row["time"])
        for copy in range(math.ceil(level)):
            who = row["who"] + copy
            if copy + unit32(block(key, who, 0, P_ARRIVAL)[2]) < level:
                if n == len(rows):
                    rows = enlarged(rows)
                _fill(rows[n], row["time"], who, plan, row["group"] + 0)
                n += 1
    return in_order(rows, n, begin, end)


@jit
def _group(tables: Plans, first: int, key: int, who: int, time: int) -> int:
    """Group of a booked patient, in stretches as wide as the groups' levels."""
    values, knots = tables.laws.values, tables.laws.knots
    total = 0.0
    for group in range(tables.groups):
        total += value_at(values, knots, first + group, time)
    target = total * unit32(block(key, who, 0, P_BOOKED)[2])
    passed, found = 0.0, 0 * tables.groups
    for group in range(tables.groups):
        level = value_at(values, knots, first + group, time)
        if level > 0.0 and (passed == 0.0 or target >= passed):
            found = group
        passed += level
    return found


@jit
def _late(laws: Laws, law: int, key: int, who: int, time: int) -> int:
    """Return how late a patient comes; negative where early."""
    w0, w1, _, _ = block(key, who, 0, P_BOOKED)
    return microseconds(duration(laws, law, time, unit53(w0, w1))) - DAY


@jit
def _fill(row: np.void, time: int, who: int, plan: np.void, group: int) -> None:
    """Write down a patient of a plan."""
    row["time"], row["who"] = time, who
    row["stream"], row["group"], row["to"] = plan["stream"], group, plan["to"]
