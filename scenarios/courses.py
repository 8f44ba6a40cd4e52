"""The course of a number over time, read at any moment."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from itertools import pairwise

from kernels.layout import DAY
from scenarios.curves import Curves, Product
from scenarios.scenario import Number, Period


class Course:
    """A product of numbers over the run, for one group."""

    def __init__(
        self, product: Product | Number, period: Period, group: int = 0
    ) -> None:
        whole = product if isinstance(product, Product) else Product((product,))
        curves = Curves(period.begin, period.end, group + 1)
        curves.add_for(whole, group)
        self.base = curves.values[0][0]
        times, values = curves.line(0)
        self.times: list[int] = times.tolist()
        self.values: list[float] = values.tolist()

    def at(self, time: int) -> float:
        """Return the value at a moment (from that moment on, at a jump)."""
        if not self.times:
            return self.base
        last = bisect_right(self.times, time) - 1
        if last < 0:
            return self.values[0]
        if last + 1 == len(self.times):
            return self.values[-1]
        a, b = self.times[last], self.times[last + 1]
        x, y = self.values[last], self.values[last + 1]
        return x + (y - x) * ((time - a) / (b - a))

    def before(self, time: int) -> float:
        """Return the value just before a moment."""
        first = bisect_left(self.times, time)
        if first < len(self.times) and self.times[first] == time:
            return self.values[first]
        return self.at(time)

    def between(self, begin: int, end: int) -> list[int]:
        """Return the moments of knots after a moment and before another."""
        return self.times[
            bisect_right(self.times, begin) : bisect_left(self.times, end)
        ]

    @property
    def jumps(self) -> set[int]:
        """Return the moments at which the value changes at once."""
        return {
            b
            for (a, x), (b, y) in pairwise(zip(self.times, self.values, strict=True))
            if a == b and x != y
        }


def still_there(leavers: Course | None, begin: int, end: int) -> float:
    """Return the share of those there at a moment who are still there at another.

    The risk per day is followed from knot to knot (Simpson's rule on its logarithm,
    exact where the risk stands still).
    """
    if leavers is None or end <= begin:
        return 1.0
    edges = sorted({begin, end, *(t for t in leavers.times if begin < t < end)})
    total = 0.0
    for a, b in pairwise(edges):
        ends = leavers.at(a), leavers.at((a + b) // 2), leavers.before(b)
        first, middle, last = (math.log1p(-risk) for risk in ends)
        total += (first + 4 * middle + last) / 6 * ((b - a) / DAY)
    return math.exp(total)
