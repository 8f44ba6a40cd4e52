"""How many patients come to each step if nobody gives up: the traffic equations.

For each group, λ = γ + λ P, where γ comes from outside, and P holds the shares that go
on from step to step, counting those who are not accepted or do not attend. Who leaves
a line, or is turned away by its length, depends on congestion and is not counted, so
these are the patients whom the services would have to see to keep everybody waiting.
What they have in use is worked out by `loads`, where they go by `ways` and `paths`.

All moments are worked out at once, and of them all groups, up to the equations, which
are solved group by group.

References
----------
Jackson, J. R. (1957). Networks of waiting lines. Operations Research 5(4), 518-521.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from kernels.layout import Model
from kernels.volumes import coming_between
from scenarios.figures import Figures, Integers
from scenarios.loads import InUse, Treated, units_in_use
from scenarios.paths import Flags, Paths, paths_from, reached_from
from scenarios.ways import WaysOn

Floats = NDArray[np.float64]
_CELLS = 4_000_000
"""Numbers in the equations that are solved together, at most."""


@dataclass(frozen=True)
class Flows:
    """Patients per day between moments that follow one another.

    M stretches of time, N steps, G groups, S services, P places and W ways of `paths`.
    Of one stretch alone, the axis of M is left out.
    """

    paths: Paths
    outside: Floats
    """Coming from outside the model, shape (M, N, G)."""
    joined: Floats
    """Joining, whatever comes of it, shape (M, N, G)."""
    accepted: Floats
    """Those who are not turned away on joining, shape (M, N, G)."""
    treated: Floats
    """Those of them who attend, shape (M, N, G)."""
    stay: Floats
    """Mean days for which a unit is taken, shape (M, N, G); 0 where a slot's length."""
    moved: Floats
    """Going from place to place, shape (M, W)."""
    units: Floats
    """Units in use on average, by service, shape (M, S); see `loads`."""
    in_use: InUse
    """The same for each group."""

    def of(self, at: int | slice) -> Flows:
        """Return the flows of one stretch of time, or of several.

        Parameters
        ----------
        at : int or slice
            Rows of the M.
        """
        own = {f.name: getattr(self, f.name) for f in fields(self)}
        plain = {n: v[at] for n, v in own.items() if isinstance(v, np.ndarray)}
        use = InUse(*(part[at] for part in self.in_use))
        return Flows(paths=self.paths, in_use=use, **plain)


class Reading:
    """What is read of a model between moments that follow one another.

    Numbers are those of the middle of each stretch; who comes from outside is counted
    day by day, so that a surge is seen.

    Parameters
    ----------
    model : Model
    edges : sequence of int
        Microseconds, ascending, M + 1 of them.
    """

    def __init__(self, model: Model, edges: Sequence[int]) -> None:
        self.model = model
        moments = np.array(edges, dtype=np.int64)
        self.figures = Figures(model, (moments[:-1] + moments[1:]) // 2)
        self.ways = WaysOn(self.figures)
        every = np.arange(len(moments) - 1)
        self.outside = self.coming(moments, every, np.ones(len(every)))
        """Patients per day from outside, shape (M, N, G)."""

    def coming(self, edges: Integers, middles: Integers, days: Floats) -> Floats:
        """Return who comes from outside between moments, in so many days.

        Parameters
        ----------
        edges : ndarray of int64, shape (K + 1,)
            Microseconds, ascending.
        middles : ndarray of int64, shape (K,)
            At which of the M moments choices are read.
        days : ndarray of float, shape (K,)
            For how many days patients are counted.

        Returns
        -------
        ndarray of float, shape (K, N, G)
        """
        groups = len(self.model.recorded)
        total = np.zeros((len(self.model.steps), groups, len(middles)))
        for group in range(groups):
            for choice, patients in coming_between(self.model, group, edges):
                if patients.any():
                    for step, share in self._shares(choice, group):
                        here = share[middles] if len(share) > 1 else share
                        total[step, group] += here * (patients * days)
        return np.ascontiguousarray(np.moveaxis(total, 2, 0))

    def _shares(self, choice: int, group: int) -> list[tuple[int, Floats]]:
        """Return the steps to which a choice leads a group, with its share, (M,)."""
        targets = self.ways.of_choice(choice).targets
        return [
            (step, chance[:, group if chance.shape[1] > 1 else 0])
            for step, (chance, *_) in targets.items()
        ]


def flows(model: Model, begin: int, end: int) -> Flows:
    """Return the flows between two moments, with shares and laws of the middle.

    Parameters
    ----------
    model : Model
    begin, end : int
        Microseconds.
    """
    reading = Reading(model, (begin, end))
    first = (reading.outside != 0.0).any(axis=0)
    return flows_on(reading, paths_from(reading.ways, first)).of(0)


def flows_on(reading: Reading, paths: Paths) -> Flows:
    """Return the flows of all stretches of time; places that nobody reaches have none.

    Parameters
    ----------
    reading : Reading
    paths : Paths
        At least those on which patients go on from where they come from outside.
    """
    coming = reading.outside[:, paths.step, paths.group]
    is_reached = reached_from(
        coming != 0.0, paths.source, paths.target, paths.onward > 0.0
    )
    onward = np.where(is_reached[:, paths.source], paths.onward, 0.0)
    joined = _joined(paths, coming, onward, is_reached)
    treated = paths.treated * joined
    stay = np.where(is_reached, paths.stay, 0.0)
    after = treated[:, paths.source]
    moves = (after * part for part in (paths.chance, paths.direct, paths.delays))
    use = units_in_use(reading.figures, paths, Treated(joined, treated, stay, *moves))

    def by_step(numbers: Floats) -> Floats:
        found = np.zeros_like(reading.outside)
        found[:, paths.step, paths.group] = numbers
        return found

    return Flows(
        paths,
        reading.outside,
        by_step(joined),
        by_step(paths.accepted * joined),
        by_step(treated),
        by_step(stay),
        joined[:, paths.source] * onward,
        use.units.sum(axis=1),
        use,
    )


def _joined(paths: Paths, coming: Floats, onward: Floats, is_reached: Flags) -> Floats:
    """Return how many join each place, shape (M, P)."""
    found = np.zeros_like(coming)
    is_ever: Flags = np.asarray(is_reached.any(axis=0))
    for group in np.unique(paths.group[is_ever]):
        here = np.flatnonzero(is_ever & (paths.group == group))
        ways = np.flatnonzero(
            (paths.group[paths.source] == group)
            & is_ever[paths.source]
            & is_ever[paths.target]
        )
        ends = tuple(
            np.searchsorted(here, rows[ways]) for rows in (paths.source, paths.target)
        )
        together = max(_CELLS // len(here) ** 2, 1)
        for at in range(0, len(coming), together):
            span = slice(at, at + together)
            found[span, here] = _solved(
                coming[span][:, here], ends, onward[span][:, ways]
            )
    return found


def _solved(coming: Floats, ends: tuple[Integers, ...], shares: Floats) -> Floats:
    """Return the solutions of λ = γ + λ P, shape (M, n).

    Parameters
    ----------
    coming : ndarray of float, shape (M, n)
        γ.
    ends : tuple of ndarray of int64, shape (W,)
        From where and to where patients go.
    shares : ndarray of float, shape (M, W)
        Of P.
    """
    source, target = ends
    n = coming.shape[1]
    equations = np.repeat(np.eye(n)[np.newaxis], len(coming), axis=0)
    equations[:, target, source] -= shares
    found = np.linalg.solve(equations, coming[..., np.newaxis])
    return np.asarray(found[..., 0])
