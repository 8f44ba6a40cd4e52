"""How many units patients have in use on average, if nobody waits for the next one.

Counted are the units that a step needs at its own service and at others, places that
are held through visits elsewhere and through the delays between them, cleaning, and the
wait for an hour of discharge (for treatment that ends evenly over the week). Beds that
are kept until the next service calls in depend on congestion and are left out, and so
is who is treated in the units of a service that helps.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from kernels.layout import Model

Floats = NDArray[np.float64]
DAYS = 7


class Reader(Protocol):
    """What reads the numbers of one group at one moment."""

    model: Model
    group: int

    def mean(self, row: int, stride: int) -> float:
        """Return the mean of a law in days."""

    def value(self, row: int, stride: int) -> float:
        """Return a number."""


class Treated(NamedTuple):
    """Patients of one group who are treated, a day (N steps)."""

    joined: Floats
    """Shape (N,)."""
    treated: Floats
    """Shape (N,)."""
    stay: Floats
    """Days for which a unit is taken, shape (N,)."""
    moved: Floats
    """Going from step to step after treatment, shape (N, N)."""
    direct: Floats
    """Those of them without a delay in which nothing is held, shape (N, N)."""
    delayed: Floats
    """How many are in such a delay on average, shape (N, N)."""


class InUse(NamedTuple):
    """Units in use on average (S services, N steps)."""

    units: Floats
    """Shape (S,)."""
    alongside: Floats
    """Those of them that steps of other services need as well, shape (S,)."""
    fresh: Floats
    """Patients a day who take units anew for a step, rather than go on in those that
    they hold, shape (N,)."""


def units_in_use(reader: Reader, patients: Treated) -> InUse:
    """Return how many units of each service are in use on average, and who takes them.

    Parameters
    ----------
    reader : Reader
    patients : Treated
    """
    model = reader.model
    services = model.steps["service"]
    own = np.ones(len(model.steps))
    in_treatment = patients.treated * patients.stay
    alongside = np.zeros(len(model.services))
    for step in np.flatnonzero(model.steps["needs"]).tolist():
        row = model.steps[step]
        for i in range(int(row["needs"])):
            need = model.needs[row["need"] + i]
            at = need["units"] + need["units_stride"] * reader.group
            if i == 0:
                own[step] = model.wholes[at]
            else:
                units = in_treatment[step] * model.wholes[at]
                alongside[need["service"]] += units
    total = alongside + np.bincount(services, in_treatment * own, len(model.services))
    fresh = patients.treated.copy()
    for service in np.unique(model.holding):
        holds = _holding(model, int(service))
        held = _Held(patients, services == service, holds, own)
        plain = in_treatment * own * (services == service)
        total[service] += held.in_use() - float(plain.sum())
        fresh[services == service] = held.fresh[services == service]
    for service in np.flatnonzero(model.services["cleaning"] >= 0):
        holds = _holding(model, int(service))
        held = _Held(patients, services == service, holds, own)
        row = model.services[service]
        time = reader.mean(row["cleaning"], row["cleaning_stride"])
        total[service] += held.given_back() * time
    return InUse(total, alongside, fresh)


def _holding(model: Model, service: int) -> NDArray[np.bool_]:
    """Return which steps hold units of a service, shape (N,)."""
    return np.array(
        [
            service in model.holding[row["hold"] : row["hold"] + row["holds"]]
            for row in model.steps
        ],
        dtype=np.bool_,
    )


class _Held:
    """Follows the units of one service from step to step."""

    def __init__(
        self,
        patients: Treated,
        here: NDArray[np.bool_],
        holds: NDArray[np.bool_],
        own: Floats,
    ) -> None:
        self.patients = patients
        self.has = here | holds
        onward = np.where(holds, patients.moved, patients.direct * here)
        if not holds.any():
            onward = np.zeros_like(onward)
        self.taken_along = onward * self.has[:, np.newaxis]
        self.holds = holds
        self.fresh = self._fresh(here & ~holds)
        self.units = self._settled(own)

    def _fresh(self, here: NDArray[np.bool_]) -> Floats:
        """Return how many patients a day take units anew, shape (N,)."""
        come = self.taken_along.sum(axis=0)
        return np.where(here, np.maximum(self.patients.joined - come, 0.0), 0.0)

    def _settled(self, own: Floats) -> Floats:
        """Return how many units patients of each step have on average, shape (N,)."""
        fresh = self.fresh
        everybody = self.taken_along.sum(axis=0) + fresh
        nobody = everybody <= 0
        # Units times those who have them: what is brought and what is taken anew.
        balance = np.diag(np.where(nobody, 1.0, everybody)) - self.taken_along.T
        balance[nobody] = np.eye(len(own))[nobody]
        units = np.linalg.solve(balance, np.where(nobody, own, fresh * own))
        return np.asarray(units * self.has)

    def in_use(self) -> float:
        """Return how many units are in use, also in delays before a step that holds."""
        treated = self.patients.treated * self.patients.stay * self.units
        delayed = self.patients.delayed * self.holds
        return float(treated.sum() + (self.units @ delayed).sum())

    def given_back(self) -> float:
        """Return how many units a day are given back."""
        gone = self.patients.treated - self.taken_along.sum(axis=1)
        return float((np.maximum(gone, 0.0) * self.units).sum())


def wait_for_discharge(reader: Reader, service: int) -> float:
    """Return the mean time until the next hour of discharge, in days; 0 without any.

    A patient's moment lies in one band of hours, and comes again on each of its days.
    """
    row = reader.model.services[service]
    hours = reader.model.hours[row["hour"] : row["hour"] + row["hours"]]
    total = 0.0
    for band in hours:
        days = np.array([d for d in range(DAYS) if band["days"] >> d & 1])
        gaps = np.diff(days, append=days[0] + DAYS)
        share = reader.value(int(band["share"]), 0)
        total += share * float((gaps**2).sum()) / (2 * DAYS)
    return total
