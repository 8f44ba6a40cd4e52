"""Checks of numbers that belong together, for every group and at every moment."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from scenarios.dates import written_date
from scenarios.leaves import Spot
from scenarios.quantities import Quantities
from scenarios.scenario import Number
from scenarios.timeline import Floats, Stretch, Timeline, differs

TOLERANCE = 1e-9
Wrong = Callable[[Sequence[float]], str | None]
"""What is wrong with values, as a sentence without its full stop; None: nothing."""
Suspects = Callable[[Floats], NDArray[np.bool_]]
"""Which of many rows of values may be wrong."""


class Sums:
    """Reports the first group and moment at which numbers do not go together."""

    def __init__(self, quantities: Quantities, timeline: Timeline) -> None:
        self.quantities = quantities
        self.problems = quantities.problems
        self.timeline = timeline

    def check_shares(
        self,
        shares: Sequence[Number | None],
        spot: Spot,
        hint: str = " If the others leave, add `leave: rest`.",
    ) -> None:
        """Report shares that do not add up to all; None is the rest."""
        numbers = [share for share in shares if share is not None]
        rests = len(shares) - len(numbers)
        if rests > 1:
            self.problems.add(spot.path, "only one of these can be the `rest`.")
            return
        least = -math.inf if rests else 1 - TOLERANCE

        def suspects(values: Floats) -> NDArray[np.bool_]:
            total: Floats = values.sum(axis=1)
            wrong: NDArray[np.bool_] = (total > 1 + TOLERANCE) | (total < least)
            return wrong

        self._check(numbers, spot, suspects, _sum, hint)

    def check_share(self, share: Number, spot: Spot) -> None:
        """Report a share that factors or changes take below 0% or above 100%."""
        self._check((share,), spot, _is_no_share, _wrong_share)

    def check_positive(self, number: Number, spot: Spot) -> None:
        """Report a number that changes take below nothing."""
        self._check((number,), spot, _is_negative, _negative)

    def check(self, numbers: Sequence[Number], spot: Spot, wrong: Wrong) -> None:
        """Report what is wrong with numbers, with the groups and the moment."""

        def suspects(values: Floats) -> NDArray[np.bool_]:
            return np.array([wrong(row) is not None for row in values.tolist()])

        self._check(numbers, spot, suspects, wrong)

    def _check(
        self,
        numbers: Sequence[Number],
        spot: Spot,
        suspects: Suspects,
        wrong: Wrong,
        hint: str = "",
    ) -> None:
        found: list[Stretch] = []
        for stretch in self.timeline.stretches(numbers):
            rows = suspects(stretch.values)
            if rows.any():
                times = None if stretch.times is None else stretch.times[rows]
                found.append(Stretch(stretch.group, times, stretch.values[rows]))
        if not found:
            return
        values = found[0].values[0].tolist()
        same = [s.group for s in found if s.values[0].tolist() == values]
        message = f"{self._whom(numbers, same)}{wrong(values)}"
        # The hint is about shares that fall short of all.
        self._say(
            message, found[0].times, numbers, spot, hint if sum(values) < 1 else ""
        )

    def _whom(self, numbers: Sequence[Number], groups: Sequence[int]) -> str:
        if not any(differs(number) for number in numbers):
            return ""
        return f"{self.quantities.groups.said(groups)} "

    def _say(
        self,
        message: str,
        times: NDArray[np.int64] | None,
        numbers: Sequence[Number],
        spot: Spot,
        hint: str,
    ) -> None:
        """Report at the last change that acts on the numbers, or where they stand."""
        movers = [m for n in numbers if (m := self.quantities.last_mover(n))]
        if not movers or times is None:
            self.problems.add(spot.path, f"{message}.{hint}")
            return
        last = max(movers, key=lambda m: m.path[1:])
        place = self.problems.shown(spot.path)
        when = f"from {written_date(int(times[0]))} on"
        self.problems.add_once(last.path, f"{when} {message} ({place}).")


def _is_negative(values: Floats) -> NDArray[np.bool_]:
    return values[:, 0] < -TOLERANCE


def _negative(values: Sequence[float]) -> str:
    return f"this is {values[0]:.6g}, less than nothing"


def _is_no_share(values: Floats) -> NDArray[np.bool_]:
    return (values[:, 0] < -TOLERANCE) | (values[:, 0] > 1 + TOLERANCE)


def _wrong_share(values: Sequence[float]) -> str:
    limit = "more than 100%" if values[0] > 1 else "less than nothing"
    return f"this share is {values[0] * 100:.6g}%, {limit}"


def _sum(values: Sequence[float]) -> str:
    return f"the shares add up to {math.fsum(values) * 100:.6g}%"
