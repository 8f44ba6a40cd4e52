"""How fast a line loses those who do not wait any longer.

Of those who joined a time u ago, F(u) have left if nobody of them has been called in.
So a line whose first joined w ago, with λ newcomers a day, holds λ E[min(T, w)] and
loses λ F(w) a day: F(w) / E[min(T, w)] for each one in line. The length tells w.

References
----------
W. Whitt: Fluid models for multiserver queues with abandonments. Operations Research 54
(2006) 37-54, sections 2 and 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.laws import Laws, duration
from kernels.layout import L_EXPONENTIAL
from scenarios.figures import Figures

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
_POINTS = 256
"""Equally likely times that stand for a law."""
_SHORTEST = 1e-6
"""Days."""
_SAME = 1e-9
"""By which share a mean may move until the law is read anew."""


class Patience(NamedTuple):
    """After how long patients leave lines (W events)."""

    mean: Floats
    """Days, shape (W,)."""
    curved: Integers
    """Events whose law is not exponential, shape (C,)."""
    held: Floats
    """Of these, E[min(T, w)] with w at equally likely times T, shape (C, points)."""

    def rates(self, days: Floats) -> Floats:
        """Return how many of those in line leave a day, shape (W,).

        Parameters
        ----------
        days : ndarray of float, shape (W,)
            How many days' newcomers are in line: its length over λ.
        """
        found = 1.0 / self.mean
        if len(self.curved):
            # A line that is empty so far loses as it would at the shortest times.
            length = np.maximum(days[self.curved], self.held[:, 0])
            gone = np.count_nonzero(self.held <= length[:, np.newaxis], axis=1)
            is_long = days[self.curved] >= self.mean[self.curved]
            rates = gone / _POINTS / length
            found[self.curved] = np.where(is_long, found[self.curved], rates)
        return found


def patience_of(figures: Figures, laws: Sequence[int]) -> list[Patience]:
    """Return the patience of some events at each moment.

    Parameters
    ----------
    figures : Figures
    laws : sequence of int
        Row of `model.laws` of each event.

    Returns
    -------
    list of Patience
        One for each moment.
    """
    moments = range(len(figures.moments))
    known = {law: _read(figures, law) for law in dict.fromkeys(laws)}
    rows = [known[law] for law in laws]
    is_curved = np.array([bool(row.held) for row in rows], dtype=np.bool_)
    curved = [row for row in rows if row.held]
    held: dict[tuple[int, ...], Floats] = {}
    found = []
    for at in moments:
        now = tuple(row.at[at] for row in curved)
        if now not in held:
            lines = [row.held[i] for row, i in zip(curved, now, strict=True)]
            held[now] = np.array(lines).reshape(-1, _POINTS)
        mean = np.array([row.means[row.at[at]] for row in rows], dtype=np.float64)
        found.append(Patience(mean, np.flatnonzero(is_curved), held[now]))
    return found


class _Law(NamedTuple):
    """A law of patience, as often as it differs."""

    at: list[int]
    """Which row of the others holds at each moment."""
    means: list[float]
    held: list[Floats]
    """None of an exponential law."""


def _read(figures: Figures, law: int) -> _Law:
    """Return a law as it stands at each moment."""
    row, found = figures.model.laws[law], _Law([], [], [])
    is_cut = row["low"] >= 0 or row["high"] >= 0
    is_curved = row["kind"] != L_EXPONENTIAL or is_cut
    means = np.broadcast_to(figures.mean(law), len(figures.moments))
    for now, moment in zip(
        np.maximum(means, _SHORTEST).tolist(), figures.moments.tolist(), strict=True
    ):
        if not found.means or abs(found.means[-1] - now) > _SAME * now:
            found.means.append(now)
            if is_curved:
                found.held.append(_held(figures.laws, law, moment))
        found.at.append(len(found.means) - 1)
    return found


def _held(laws: Laws, law: int, time: int) -> Floats:
    """Return E[min(T, w)] with w at each of some equally likely times T, ascending."""
    chances = (np.arange(_POINTS) + 0.5) / _POINTS
    times = np.array([duration(laws, law, time, u) for u in chances.tolist()])
    times = np.maximum(np.sort(times), _SHORTEST)
    stay = (_POINTS - 1 - np.arange(_POINTS)) * times
    return np.asarray((np.cumsum(times) + stay) / _POINTS)
