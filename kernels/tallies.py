"""Counts and sums over the records of one replication, all in whole numbers.

Everything is an integer (patients, microseconds), so a sum does not depend on the
order in which simultaneous things were recorded, and both engines come to the same
tallies. The definition of every count stands in docs/background/measures.md.

A state "at" a month's end or a midnight is the state just before it: a visit is in line
at e if joined < e <= left the line.

Sums of many long times would overflow 64 bits; they are kept as whole days and a rest
of microseconds (`..._DAYS`, `..._REST`; the rest stays below one day for each record,
so the sum stays far below the limit).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.buckets import Buckets, no_buckets
from kernels.layout import DAY, SHARES, Model
from kernels.levels import states

Integers = NDArray[np.int64]

# Columns of `Tallies.counts`. The month is that of the moment named.
(
    JOINED,  # joined the service, whatever came of it
    STARTED,  # treatment started
    WAITED,  # of those, after a wait above zero
    WAIT_DAYS,  # their waits
    WAIT_REST,
    COMPLETED_N,  # treatment completed and the unit given back
    STAY_DAYS,  # unit taken to unit given back, of those who give it back
    STAY_REST,
    LEFT_N,  # left the line unseen
    LEFT_DAYS,  # how long they had waited
    LEFT_REST,
    TURNED_N,  # turned away on joining
    ABSENT_N,  # did not attend
    BACK_N,  # handed back at closing
    IN_LINE,  # time in line within the month, all patients together
    IN_USE,  # time for which units were taken within the month
    DELAYED,  # of that, after the end of treatment
    BLOCKED_TIME,  # of that, until the next service called in
    KEPT_DAYS,  # how long units were held after the visits that took them, of those
    KEPT_REST,  # given back
    HELPED_N,  # treated by units of another service
    HELPED,  # time of such units, all patients together
    RETURNED_N,  # moved back from there to units of their own service
) = range(23)
N_COUNTS = 23

# Columns of `Tallies.spells`.
SPELL_TIME, SPELL_OPENED = range(2)

# Columns of `Tallies.ends`: the state at the month's end.
(
    E_IN_LINE,  # visits in line
    E_IN_USE,  # units taken
    E_AGE_DAYS,  # how long those in line have waited
    E_AGE_REST,
    E_CALLED,  # visits called in that are not over
) = range(5)

# Columns of `Tallies.clocks`. From C_RUNNING on: the state at the month's end.
(
    C_STARTED,
    C_STOPPED,
    C_DAYS,  # their times, without pauses
    C_REST,
    C_STOOD_DAYS,  # their pauses
    C_STOOD_REST,
    C_RUNNING,  # started and not stopped: those that pause as well
    C_AGE_DAYS,
    C_AGE_REST,
    C_PAUSED,
) = range(10)
N_CLOCK = 10

# Columns of `Tallies.standards`.
S_COUNTED, S_WITHIN, S_DAYS, S_REST = range(4)
S_CAUSES = 4
"""From here on the times of those not within, by cause: days and rest of each part of
a clock, as `layout.SHARES`."""
N_STANDARD = S_CAUSES + 2 * len(SHARES)


class Tallies(NamedTuple):
    """The tallies of one replication (M months, U services then pathways, R groups)."""

    counts: Integers
    """Shape (M, U, R, N_COUNTS)."""
    ends: Integers
    """Shape (M, U, R, 5)."""
    at_start: Integers
    """Visits under way just before the start, shape (U,)."""
    left_by: Integers
    """Left the line, or stayed in it with another priority, by waiting event; shape (M,
    waits, R)."""
    turned_by: Integers
    """Turned away, by rule; shape (M, rules, R)."""
    census: Integers
    """Differences from midnight to midnight of those in line and in use, shape
    (midnights + 1, S, 2); see `midnights`."""
    clocks: Integers
    """Shape (M, clocks, R, N_CLOCK)."""
    standards: Integers
    """Counted, within, where it is kept the sum of the times, and the times of those
    not within by cause; shape (M, standards, R, N_STANDARD)."""
    entered: Integers
    """Patients who entered the model, shape (M, streams, R)."""
    gone: Integers
    """Patients who left the model, by ending, shape (M, endings, R)."""
    there: Integers
    """Patients in the model at the month's end, shape (M, R)."""
    found: Integers
    """Patients in the model at the start, shape (1, R)."""
    blocked: Integers
    """Time in which units were kept until the next service called in: by service, and
    service waited for; shape (M, S, S), (M, 0, 0) where units are never kept so."""
    spells: Integers
    """Rules of escalation, then states of the system from 1 on, then the machines of
    services that have some: how long they held (were down) within the month, and how
    often they began; shape (M, rules + states + services, 2)."""
    buckets: Buckets
    """Distributions of waits, ages and clocks."""


def first_midnight(start: int) -> int:
    """Return the first midnight at or after a moment, in microseconds."""
    return -(-start // DAY) * DAY


def midnights(model: Model) -> Integers:
    """Return the midnights from start to end, both included, in microseconds."""
    return np.arange(first_midnight(model.start), model.end + 1, DAY, dtype=np.int64)


def empty(model: Model) -> Tallies:
    """Return tallies of nothing."""
    months, groups = len(model.months) - 1, int(model.recorded.max(initial=0)) + 1
    services = len(model.services)

    def zeros(*shape: int) -> Integers:
        return np.zeros(shape, dtype=np.int64)

    subjects = services + model.n_pathways
    spells = states(model) + int(np.count_nonzero(model.services["machines"]))
    keepers = services * bool(model.branches["keeps"].any())
    return Tallies(
        counts=zeros(months, subjects, groups, N_COUNTS),
        ends=zeros(months, subjects, groups, 5),
        at_start=zeros(subjects),
        left_by=zeros(months, len(model.waits), groups),
        turned_by=zeros(months, len(model.rules), groups),
        census=zeros(len(midnights(model)) + 1, services, 2),
        clocks=zeros(months, model.n_clocks, groups, N_CLOCK),
        standards=zeros(months, len(model.standards), groups, N_STANDARD),
        entered=zeros(months, model.n_streams, groups),
        gone=zeros(months, model.n_endings, groups),
        there=zeros(months, groups),
        found=zeros(1, groups),
        blocked=zeros(months, keepers, keepers),
        spells=zeros(months, spells, 2),
        buckets=no_buckets(),
    )
