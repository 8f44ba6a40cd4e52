"""All plans of some levers, what they cost, and what is known of each.

Nothing here knows what a plan is about: it is a place in a grid, its costs go up along
each axis, and more of everything never harms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Plan = tuple[int, ...]
"""Which amount of each lever, from 0 on."""
MOST = 1_000_000
"""Plans of one question."""


class Lattice:
    """Plans and what they cost.

    Parameters
    ----------
    costs : sequence of ndarray of float64
        For each lever, what each of its amounts costs; ascending.
    budget : float, optional
        What a plan may cost.
    """

    def __init__(
        self, costs: Sequence[NDArray[np.float64]], budget: float | None = None
    ) -> None:
        self.shape = tuple(len(axis) for axis in costs)
        total = np.zeros(self.shape)
        for axis, each in enumerate(costs):
            shape = [1] * len(costs)
            shape[axis] = len(each)
            total = total + np.asarray(each).reshape(shape)
        self.costs = total
        self.budget = budget
        affordable = np.ones(self.shape, dtype=np.bool_)
        # A sum of floats may miss a budget by a rounding.
        self.affordable = (
            affordable if budget is None else total <= budget * (1 + 1e-12)
        )

    @property
    def top(self) -> Plan:
        """The plan with most of everything."""
        return tuple(size - 1 for size in self.shape)

    def cost(self, plan: Plan) -> float:
        """Return what a plan costs."""
        return float(self.costs[plan])

    def below(self, plan: Plan) -> tuple[slice, ...]:
        """Return where plans lie that have no more of anything."""
        return tuple(slice(None, at + 1) for at in plan)

    def above(self, plan: Plan) -> tuple[slice, ...]:
        """Return where plans lie that have no less of anything."""
        return tuple(slice(at, None) for at in plan)

    def cheapest(self, plans: Iterable[Plan]) -> Plan | None:
        """Return the cheapest of some affordable plans; the first of equal ones."""
        good = [plan for plan in plans if self.affordable[plan]]
        return min(good, key=lambda plan: (self.cost(plan), plan), default=None)

    def open(
        self, holding: Iterable[Plan], failing: Iterable[Plan]
    ) -> NDArray[np.bool_]:
        """Return which plans could still be the answer.

        Parameters
        ----------
        holding, failing : iterable of Plan
            What is known of plans.

        Returns
        -------
        ndarray of bool
            Affordable, cheaper than every plan that holds, and not below one that
            fails.
        """
        left = self.affordable.copy()
        best = self.cheapest(holding)
        if best is not None:
            left &= self._comes_before(best)
        for plan in failing:
            left[self.below(plan)] = False
        return left

    def _comes_before(self, plan: Plan) -> NDArray[np.bool_]:
        """Return which plans would be preferred to one: cheaper, or first of equals."""
        cost = self.costs[plan]
        cheaper = self.costs < cost
        equal = self.costs == cost
        earlier = np.arange(equal.size).reshape(equal.shape) < np.ravel_multi_index(
            plan, self.shape
        )
        return np.asarray(cheaper | (equal & earlier))

    def next(self, left: NDArray[np.bool_]) -> Plan:
        """Return the open plan whose result, either way, leaves the fewest open.

        Parameters
        ----------
        left : ndarray of bool
            `open`; at least one plan is.
        """
        below = left.astype(np.int64)
        for axis in range(below.ndim):
            below = np.cumsum(below, axis=axis)
        flat = np.flatnonzero(left)
        order = flat[np.argsort(self.costs.ravel()[flat], kind="stable")]
        # Holding, it ends all that come after it in this order.
        ended = len(order) - np.arange(len(order))
        least = np.minimum(below.ravel()[order], ended)
        place = np.unravel_index(order[int(np.argmax(least))], self.shape)
        return tuple(int(at) for at in place)
