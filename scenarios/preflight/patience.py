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

import numpy as np
from numpy.typing import NDArray

from kernels.laws import Laws, duration, mean
from kernels.layout import L_EXPONENTIAL

Floats = NDArray[np.float64]
_POINTS = 256
"""Equally likely times that stand for a law."""
_SHORTEST = 1e-6
"""Days."""


class Patience:
    """After how long patients leave a line."""

    def __init__(self, laws: Laws, row: int, time: int) -> None:
        self.mean = max(float(mean(laws, row, time)), _SHORTEST)
        self._times: Floats | None = None
        law = laws.laws[row]
        is_cut = law["low"] >= 0 or law["high"] >= 0
        if law["kind"] != L_EXPONENTIAL or is_cut:
            chances = (np.arange(_POINTS) + 0.5) / _POINTS
            times = np.array([duration(laws, row, time, u) for u in chances.tolist()])
            self._times = np.maximum(np.sort(times), _SHORTEST)
            # E[min(T, w)] with w at each of the times.
            stay = (_POINTS - 1 - np.arange(_POINTS)) * self._times
            self._means = (np.cumsum(self._times) + stay) / _POINTS

    def rate(self, days: float) -> float:
        """Return how many of those in line leave a day.

        Parameters
        ----------
        days : float
            How many days' newcomers are in line: its length over λ.
        """
        if self._times is None or days >= self.mean:
            return 1.0 / self.mean
        # A line that is empty so far loses as it would at the shortest times.
        days = max(days, float(self._means[0]))
        gone = int(np.searchsorted(self._means, days, side="right"))
        return gone / _POINTS / days
