"""What replications of a plan say of it: whether it holds, and how surely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.statistics import deciding
from simulator.solving.conditions import Cell, Floats

EXPLORED = {True: 2, False: 5}
"""Replications by which a plan is judged at first: of a chance, of means."""


def all_kept(slacks: Floats) -> NDArray[np.bool_]:
    """Return in which replications all conditions are kept in all months.

    Parameters
    ----------
    slacks : ndarray of float64, shape (replications, cells)
    """
    return np.asarray((slacks >= 0).all(axis=1))


class Rule(NamedTuple):
    """When a plan holds."""

    cells: tuple[Cell, ...]
    probability: float | None
    """None: on average."""
    margin: float

    @property
    def explored(self) -> int:
        """How many replications a plan is judged by at first."""
        return EXPLORED[self.probability is not None]

    def seems_to_hold(self, slacks: Floats) -> bool:
        """Return what replications say, without asking how surely.

        Parameters
        ----------
        slacks : ndarray of float64, shape (replications, cells)
        """
        if self.probability is None:
            return bool((slacks.mean(axis=0) >= 0).all())
        return bool(all_kept(slacks).mean() >= self.probability)

    def holds(self, slacks: Floats, error: float) -> bool | None:
        """Return whether a plan holds, tested; None: not decided yet.

        Parameters
        ----------
        slacks : ndarray of float64, shape (replications, cells)
            Without those that chose the plan.
        error : float
            Probability of a wrong answer, at most.
        """
        if self.probability is None:
            return self._means_hold(slacks, error)
        kept = all_kept(slacks).tolist()
        return deciding.chance_is_enough(kept, self.probability, self.margin, error)

    def more(self, slacks: Floats, error: float) -> int:
        """Return how many further replications decide, if they are as before."""
        if self.probability is None:
            tested = self._tested(slacks, error)
            left = [t for t in tested if t.verdict is None]
            wanted = [deciding.more_values(*t.asked) for t in left]
            return max(wanted, default=1)
        kept = all_kept(slacks).tolist()
        return deciding.more_chances(kept, self.probability, self.margin, error)

    def _means_hold(self, slacks: Floats, error: float) -> bool | None:
        """Return whether each mean keeps its limit: one that does not is enough."""
        found = [t.verdict for t in self._tested(slacks, error)]
        if False in found:
            return False
        return None if None in found else True

    def _tested(self, slacks: Floats, error: float) -> list[_Tested]:
        part = error / len(self.cells)
        tested = []
        for cell, values in zip(self.cells, slacks.T, strict=True):
            # Where nobody was there to look at, a limit is kept.
            there = [float(v) for v in values if np.isfinite(v)]
            if not there:
                tested.append(_Tested(True, ([], 1.0, part)))
                continue
            # A limit of nothing has no share: then one thousandth of its unit.
            margin = self.margin * (abs(cell.limit.value) or 1e-3)
            asked = there, margin, part
            tested.append(_Tested(deciding.mean_is_positive(*asked), asked))
        return tested


class _Tested(NamedTuple):
    """What the test of one mean says, and what it was asked."""

    verdict: bool | None
    asked: tuple[list[float], float, float]


class Kept(NamedTuple):
    """How often a condition was kept, and where it failed first."""

    cell: Cell
    """The month in which it failed most often; the first of equal ones."""
    share: float
    """Of replications in which it was kept in that month."""
    mean: float | None
    """Of the slack in that month; None: nobody was there to look at."""


def weakest(cells: Sequence[Cell], slacks: Floats, *, by_mean: bool) -> list[Kept]:
    """Return for each condition the month in which it fails most.

    Parameters
    ----------
    cells : sequence of Cell
    slacks : ndarray of float64, shape (replications, cells)
    by_mean : bool
        Whether means count, and not replications.
    """
    found: dict[str, Kept] = {}
    for one in _every(cells, slacks):
        known = found.get(one.cell.limit.name)
        if known is None or _rank(one, by_mean=by_mean) < _rank(known, by_mean=by_mean):
            found[one.cell.limit.name] = one
    return list(found.values())


def _every(cells: Sequence[Cell], slacks: Floats) -> Iterator[Kept]:
    """Yield how often each condition was kept in each month."""
    for cell, values in zip(cells, slacks.T, strict=True):
        there = values[np.isfinite(values)]
        mean = float(there.mean()) if len(there) else None
        yield Kept(cell, float((values >= 0).mean()), mean)


def _rank(one: Kept, *, by_mean: bool) -> float:
    if not by_mean:
        return one.share
    return np.inf if one.mean is None else one.mean


def failing(cells: Sequence[Cell], slacks: Floats, rule: Rule) -> list[Kept]:
    """Return for each condition that is not kept the first month in which it is not.

    Parameters
    ----------
    cells : sequence of Cell
    slacks : ndarray of float64, shape (replications, cells)
    rule : Rule
    """
    first: dict[str, Kept] = {}
    for one in _every(cells, slacks):
        if rule.probability is None:
            fails = one.mean is not None and one.mean < 0
        else:
            fails = one.share < rule.probability
        if fails:
            first.setdefault(one.cell.limit.name, one)
    return list(first.values())
