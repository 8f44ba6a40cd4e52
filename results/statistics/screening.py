"""Screening of many inputs by elementary effects.

References
----------
M. D. Morris, Factorial sampling plans for preliminary computational experiments,
Technometrics 33 (1991) 161-174.
F. Campolongo, J. Cariboni, A. Saltelli, An effective screening design for sensitivity
analysis of large models, Environmental Modelling & Software 22 (2007) 1509-1518.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from results.statistics.estimates import Estimate, estimate, holm
from results.statistics.jackknife import Floats, jackknifed
from results.statistics.variances import parts, parts_without

_DOUBT = 0.05


class Elementary(NamedTuple):
    """The elementary effects of one input, in the unit of the measure."""

    name: str
    mu: Estimate
    """Their mean."""
    mu_star: Estimate
    """Their mean size."""
    sigma: Estimate
    """Their standard deviation over trajectories, without luck."""
    of_luck: float
    """What luck alone would make of `mu_star`."""
    p: float
    """How likely effects so large are from luck alone, corrected for the number of
    inputs (Holm)."""

    @property
    def shows(self) -> bool:
        """Whether it moves the measure, told from luck for certain."""
        return self.p < _DOUBT


def screened(effects: Mapping[str, Floats]) -> tuple[Elementary, ...]:
    """Return what is said of each input, the largest mean size first.

    Parameters
    ----------
    effects : mapping of str to ndarray of float64, shape (T, R)
        By name of the input, its elementary effects of T trajectories, R replications
        each, with luck of their own. T at least 3, R at least 2.
    """
    chances = holm([_chance(found) for found in effects.values()])
    pairs = zip(effects.items(), chances, strict=True)
    every = [_elementary(name, found, p) for (name, found), p in pairs]
    return tuple(sorted(every, key=lambda one: -one.mu_star.mean))


def _elementary(name: str, effects: Floats, p: float) -> Elementary:
    means = effects.mean(axis=1)
    spread, luck = parts(effects)
    return Elementary(
        name,
        estimate(means.tolist()),
        estimate(np.abs(means).tolist()),
        _root(spread, parts_without(effects)[0]),
        float(np.sqrt(2 * luck / (np.pi * effects.shape[1]))),
        p,
    )


def _chance(effects: Floats) -> float:
    """Return how likely effects so large are where there are none (an F test)."""
    from scipy.special import fdtrc  # noqa: PLC0415 (slow to import)

    trajectories, replications = effects.shape
    _, luck = parts(effects)
    size = replications * float(np.square(effects.mean(axis=1)).mean())
    if luck == 0:
        return 0.0 if size else 1.0
    return float(fdtrc(trajectories, trajectories * (replications - 1), size / luck))


def _root(variance: float, variances: Floats) -> Estimate:
    """Return a standard deviation from an estimate of its square, which may be < 0."""
    square = jackknifed(variance, variances)
    low, high = (max(end or 0.0, 0.0) ** 0.5 for end in (square.low, square.high))
    mean = max(variance, 0.0) ** 0.5
    # By the delta method; at 0 it has no derivative, and the interval alone is told.
    error = None if not mean else (square.standard_error or 0.0) / (2 * mean)
    return Estimate(mean, low, high, error, square.n)
