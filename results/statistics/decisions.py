"""What it is worth to find out inputs before something is decided.

References
----------
R. A. Howard, Information value theory, IEEE Transactions on Systems Science and
Cybernetics 2 (1966) 22-26.
M. Strong, J. E. Oakley, A. Brennan, Estimating multiparameter partial expected value of
perfect information from a probabilistic sensitivity analysis sample, Medical Decision
Making 34 (2014) 311-326.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.statistics.estimates import Estimate, estimate
from results.statistics.jackknife import Floats, jackknifed, within
from results.statistics.surfaces import Surface


class Worth(NamedTuple):
    """What knowing one input is worth, in the unit of the gain."""

    name: str
    value: Estimate


class Worths(NamedTuple):
    """What knowing is worth where one decides by the sign of a gain."""

    gain: Estimate
    """Of doing it, as things are known."""
    all_inputs: Estimate
    """To know all of them (EVPI); this and others are nothing, without an interval,
    where one would decide the same at each of the draws."""
    wrong: float
    """The chance that deciding as things are known is wrong."""
    inputs: tuple[Worth, ...]
    """To know one (EVPPI), the most worth first."""


def worths(found: Surface, gains: Floats) -> Worths:
    """Return what knowing each input, and all of them, is worth.

    Parameters
    ----------
    found : Surface
        Fitted to `gains`.
    gains : ndarray of float64, shape (D,)
        What doing it gains at each draw, on average over replications.
    """
    gain = estimate(gains.tolist())
    if not (gains * gain.mean < 0).any():
        # A polynomial may dip below zero where no draw does.
        nothing = Estimate(0.0, 0.0, 0.0, 0.0, len(gains))
        every = [Worth(one.name, nothing) for one in found.inputs]
        return Worths(gain, nothing, 0.0, tuple(every))
    points = found.points()
    columns = found.columns(points)
    expected = columns @ found.weights
    wrong = float((expected * gain.mean < 0).mean())
    every = []
    for i, one in enumerate(found.inputs):
        at = np.tile([other.grid[0] for other in found.inputs], (len(one.grid), 1))
        at[:, i] = one.grid
        kept = found.alone(i)
        kept[0] = True
        every.append(Worth(one.name, _worth(found, found.columns(at), kept)))
    every.sort(key=lambda worth: -worth.value.mean)
    all_terms = np.ones(len(found.terms), dtype=np.bool_)
    whole = _worth(found, columns, all_terms)
    return Worths(gain, whole, wrong, tuple(every))


def _worth(found: Surface, columns: Floats, kept: NDArray[np.bool_]) -> Estimate:
    """Return the gain of deciding by some terms instead of by the constant alone."""
    chosen = columns[:, kept]

    def worth(weights: Floats) -> Floats:
        expected = weights @ chosen.T
        best = np.maximum(expected, 0).mean(axis=1)
        return np.asarray(best - np.maximum(expected.mean(axis=1), 0), dtype=float)

    whole = float(worth(found.weights[None, kept])[0])
    made = jackknifed(whole, worth(found.without[:, kept]), unbiased=False)
    return within(made, 0.0, np.inf)
