"""A clinic that sees who is due first: an exact chain from day to day.

At one hour of each day urgent and routine patients come, numbers by chance, and a
moment later the first so many are seen. Routine patients are due a day and a half
after urgent ones of their day: after the urgent of the next day, before those of the
day after that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]


class Waits(NamedTuple):
    """Mean waits, days."""

    urgent: float
    routine: float


def waits(urgent: Floats, routine: Floats, slots: int, longest: int = 200) -> Waits:
    """Return the mean waits in the long run.

    Parameters
    ----------
    urgent, routine : ndarray of float
        How likely each number of patients a day is.
    slots : int
        A day.
    longest : int
        The older ones in line are cut here; the chance beyond must be negligible.

    Notes
    -----
    The state in the morning is (old, left): those who are due before the urgent of the
    day, and the routine of the day before, who are due after them. Of the urgent,
    number j is behind `old` and j others, and nobody comes who goes before: the wait is
    (old + j) // slots. Routine number j is behind `old`, the urgent of the day, `left`
    and j others; who is not seen today lets the urgent of the next day go before.
    """
    chances = _long_run(urgent, routine, slots, longest)
    old = np.arange(longest)[:, None]
    left = np.arange(len(routine))[None, :]
    days = np.zeros(2)
    for u, p in enumerate(urgent):
        for j in range(u):
            days[0] += p * float((chances * ((old + j) // slots)).sum())
        for r, q in enumerate(routine):
            for j in range(r):
                place = old + u + left + j
                later = sum(
                    x * (1 + (place - slots + v) // slots) for v, x in enumerate(urgent)
                )
                wait = np.where(place < slots, 0.0, later)
                days[1] += p * q * float((chances * wait).sum())
    numbers = [law @ np.arange(len(law)) for law in (urgent, routine)]
    return Waits(*(days / numbers).tolist())


def _long_run(urgent: Floats, routine: Floats, slots: int, longest: int) -> Floats:
    """Return how likely each state is, shape (longest, routine)."""
    shape = longest, len(routine)
    size = longest * len(routine)
    step = sparse.csr_matrix((size, size))
    for chance, after in _ways(urgent, routine, slots, shape):
        rows = np.arange(size)
        step = step + sparse.csr_matrix(
            (np.full(size, chance), (after, rows)), (size, size)
        )
    chances = np.zeros(size)
    chances[0] = 1.0
    change = 1.0
    while change > 1e-14:
        new = step @ chances
        change = float(np.abs(new - chances).sum())
        chances = new
    return np.asarray(chances.reshape(shape))


def _ways(
    urgent: Floats, routine: Floats, slots: int, shape: tuple[int, int]
) -> Iterator[tuple[float, NDArray[np.int64]]]:
    """Yield how likely each number of newcomers is, and to which states it leads."""
    old, left = np.indices(shape)
    for u, p in enumerate(urgent):
        first = old + u
        room = (slots - first).clip(0)
        before = (first - slots).clip(0) + (left - room).clip(0)
        for r, q in enumerate(routine):
            after = (r - (room - left).clip(0)).clip(0)
            states = np.ravel_multi_index((before.clip(0, shape[0] - 1), after), shape)
            yield p * q, states.ravel()
