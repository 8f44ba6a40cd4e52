"""How many units patients have in use on average, if nobody waits for the next one.

Counted are the units that a step needs at its own service and at others, places that
are held through visits elsewhere and through the delays between them, cleaning, and the
wait for an hour of discharge (for treatment that ends evenly over the week). Beds that
are kept until the next service calls in depend on congestion and are left out, and so
is who is treated in the units of a service that helps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.layout import Model
from scenarios.figures import Figures, in_full
from scenarios.paths import Paths

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Treated(NamedTuple):
    """Patients who are treated, a day (M moments, P places, W ways)."""

    joined: Floats
    """Shape (M, P)."""
    treated: Floats
    """Shape (M, P)."""
    stay: Floats
    """Days for which a unit is taken, shape (M, P)."""
    moved: Floats
    """Going on after treatment, shape (M, W)."""
    direct: Floats
    """Those of them without a delay in which nothing is held, shape (M, W)."""
    delayed: Floats
    """How many are in such a delay on average, shape (M, W)."""


class InUse(NamedTuple):
    """Units in use on average (M moments, S services, G groups, P places)."""

    units: Floats
    """Shape (M, G, S)."""
    alongside: Floats
    """Those of them that steps of other services need as well, shape (M, G, S)."""
    fresh: Floats
    """Patients a day who take units anew for a step, rather than go on in those that
    they hold, shape (M, P)."""


def summed(rows: Integers, numbers: Floats, count: int) -> Floats:
    """Return the sums of numbers by row.

    Parameters
    ----------
    rows : ndarray of int64, shape (n,)
    numbers : ndarray of float, shape (n,) or (M, n)
    count : int

    Returns
    -------
    ndarray of float, shape (count,) or (M, count)
    """
    if numbers.ndim == 1:
        return np.bincount(rows, numbers, count).astype(np.float64)
    moments = len(numbers)
    cells = np.arange(moments)[:, np.newaxis] * count + rows
    found = np.bincount(cells.ravel(), numbers.ravel(), moments * count)
    return found.reshape(moments, count).astype(np.float64)


def units_in_use(figures: Figures, paths: Paths, patients: Treated) -> InUse:
    """Return how many units of each service are in use on average, and who takes them.

    Parameters
    ----------
    figures : Figures
    paths : Paths
    patients : Treated
    """
    model, moments = figures.model, len(patients.treated)
    services, groups = len(model.services), len(model.recorded)
    own = own_units(model, paths.step, paths.group)
    in_treatment = patients.treated * patients.stay
    cells = paths.group * services + model.steps["service"][paths.step]
    total = summed(cells, in_treatment * own, groups * services)
    alongside = np.zeros_like(total)
    for place, service, units in alongside_units(model, paths):
        cell = int(paths.group[place]) * services + service
        alongside[:, cell] += in_treatment[:, place] * units
    shape = (moments, groups, services)
    use = InUse(
        (total + alongside).reshape(shape),
        alongside.reshape(shape),
        patients.treated.copy(),
    )
    cleaned = np.flatnonzero(model.services["cleaning"] >= 0).tolist()
    held = np.unique(model.holding).tolist()
    parts = []
    if held or cleaned:
        numbers = np.unique(paths.group).tolist()
        parts = [_Group(paths, patients, group, own) for group in numbers]
    for service in held:
        _hold(model, service, parts, use)
    for service in cleaned:
        _clean(figures, service, parts, use)
    return use


def own_units(model: Model, step: Integers, group: Integers) -> Floats:
    """Return how many units of its own service a patient takes.

    Parameters
    ----------
    model : Model
    step, group : ndarray of int64, shape (n,)

    Returns
    -------
    ndarray of float, shape (n,)
    """
    if not len(model.needs):
        return np.ones(len(step))
    rows = model.steps[step]
    has = rows["needs"] > 0
    need = model.needs[np.where(has, rows["need"], 0)]
    units = np.where(has, need["units"] + need["units_stride"] * group, 0)
    return np.where(has, model.wholes[units], 1.0)


def alongside_units(model: Model, paths: Paths) -> list[tuple[int, int, int]]:
    """Return row of a place, service and number of units that it takes of others.

    Parameters
    ----------
    model : Model
    paths : Paths
    """
    found = []
    for place in np.flatnonzero(model.steps["needs"][paths.step] > 1).tolist():
        row, group = model.steps[paths.step[place]], paths.group[place]
        for need in model.needs[row["need"] + 1 :][: row["needs"] - 1]:
            units = model.wholes[need["units"] + need["units_stride"] * group]
            found.append((place, int(need["service"]), int(units)))
    return found


class _Group:
    """The places of one group (n), with all ways between them as a table."""

    def __init__(
        self, paths: Paths, patients: Treated, group: int, own: Floats
    ) -> None:
        self.group, self.rows = group, np.flatnonzero(paths.group == group)
        self.step, self.own = paths.step[self.rows], own[self.rows]
        self.joined, self.treated, self.stay = (
            part[:, self.rows] for part in patients[:3]
        )
        (ways,) = np.nonzero(paths.group[paths.source] == group)
        ends = [
            np.searchsorted(self.rows, w[ways]) for w in (paths.source, paths.target)
        ]
        shape = (len(self.joined), len(self.rows), len(self.rows))
        self.moved, self.direct, self.delayed = (np.zeros(shape) for _ in range(3))
        for table, part in zip(
            (self.moved, self.direct, self.delayed), patients[3:], strict=True
        ):
            table[:, ends[0], ends[1]] = part[:, ways]


def _hold(model: Model, service: int, parts: Sequence[_Group], use: InUse) -> None:
    """Put in what is held of a service through steps elsewhere."""
    holding = holding_steps(model, service)
    for group in parts:
        here = model.steps["service"][group.step] == service
        held = _Held(group, here, holding[group.step])
        plain = (group.treated * group.stay * group.own)[:, here].sum(axis=1)
        use.units[:, group.group, service] += held.in_use() - plain
        use.fresh[:, group.rows[here]] = held.fresh[:, here]


def _clean(figures: Figures, service: int, parts: Sequence[_Group], use: InUse) -> None:
    """Put in the cleaning of the units of a service."""
    model = figures.model
    row, holding = model.services[service], holding_steps(model, service)
    days = figures.means(row["cleaning"], row["cleaning_stride"])
    for group in parts:
        here = model.steps["service"][group.step] == service
        back = _Held(group, here, holding[group.step]).given_back()
        each = in_full(days, len(back), np.array([group.group]))[:, 0]
        use.units[:, group.group, service] += back * each


def holding_steps(model: Model, service: int) -> NDArray[np.bool_]:
    """Return which steps hold units of a service.

    Parameters
    ----------
    model : Model
    service : int

    Returns
    -------
    ndarray of bool, shape (N,)
    """
    return np.array(
        [
            service in model.holding[row["hold"] : row["hold"] + row["holds"]]
            for row in model.steps
        ],
        dtype=np.bool_,
    )


class _Held:
    """Follows the units of one service from step to step (M moments, n places)."""

    def __init__(
        self, group: _Group, here: NDArray[np.bool_], holds: NDArray[np.bool_]
    ) -> None:
        self.group, self.holds, self.has = group, holds, here | holds
        onward = np.where(holds, group.moved, group.direct * here)
        if not holds.any():
            onward = np.zeros_like(onward)
        self.taken_along = onward * self.has[:, np.newaxis]
        self.fresh = self._fresh(here & ~holds)
        self.units = self._settled()

    def _fresh(self, here: NDArray[np.bool_]) -> Floats:
        """Return how many patients a day take units anew, shape (M, n)."""
        come = self.taken_along.sum(axis=1)
        return np.where(here, np.maximum(self.group.joined - come, 0.0), 0.0)

    def _settled(self) -> Floats:
        """Return how many units patients have on average, shape (M, n)."""
        fresh, own, single = self.fresh, self.group.own, np.eye(len(self.has))
        everybody = self.taken_along.sum(axis=1) + fresh
        nobody = everybody <= 0
        # Units times those who have them: what is brought and what is taken anew.
        balance = np.where(nobody, 1.0, everybody)[:, np.newaxis] * single
        balance = balance - self.taken_along.transpose(0, 2, 1)
        balance = np.where(nobody[..., np.newaxis], single, balance)
        brought = np.where(nobody, own, fresh * own)
        units = np.linalg.solve(balance, brought[..., np.newaxis])[..., 0]
        return np.asarray(units * self.has)

    def in_use(self) -> Floats:
        """Return how many units are in use, shape (M,).

        Also in delays before a step that holds.
        """
        treated = self.group.treated * self.group.stay * self.units
        delayed = self.group.delayed * self.holds
        return np.asarray(
            treated.sum(axis=1) + (self.units * delayed.sum(axis=2)).sum(axis=1)
        )

    def given_back(self) -> Floats:
        """Return how many units a day are given back, shape (M,)."""
        gone = self.group.treated - self.taken_along.sum(axis=2)
        return np.asarray((np.maximum(gone, 0.0) * self.units).sum(axis=1))
