"""Shares of inputs in what is not known: Sobol's indices, first order and total.

References
----------
I. M. Sobol', Global sensitivity indices for nonlinear mathematical models and their
Monte Carlo estimates, Mathematics and Computers in Simulation 55 (2001) 271-280.
T. Homma, A. Saltelli, Importance measures in global sensitivity analysis of nonlinear
models, Reliability Engineering and System Safety 52 (1996) 1-17.
A. Saltelli et al., Variance based sensitivity analysis of model output, Computer
Physics Communications 181 (2010) 259-270.
M. J. W. Jansen, Analysis of variance designs for model output, Computer Physics
Communications 117 (1999) 35-43.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.statistics.estimates import Estimate
from results.statistics.jackknife import Floats, jackknifed
from results.statistics.surfaces import Surface
from results.statistics.variances import across, parts, parts_without, shows


class Share(NamedTuple):
    """What one input has in what is not known, 0 to 1 but for chance."""

    name: str
    first: Estimate
    """By itself."""
    total: Estimate
    """With whatever it does together with others."""


class Shares(NamedTuple):
    """The shares of all inputs."""

    inputs: tuple[Share, ...]
    """The largest total first."""
    left: Estimate | None
    """What a fitted surface does not follow; None where none was fitted."""


def shares_of_surface(found: Surface, values: Floats) -> Shares | None:
    """Return shares from a surface that was fitted to the means of draws.

    Parameters
    ----------
    found : Surface
    values : ndarray of float64, shape (D, R)
        Of the same draws; R at least 2.

    Returns
    -------
    Shares or None
        None where no spread between draws shows above luck.
    """
    if not shows(values):
        return None
    (_, luck), (_, lucks) = parts(values), parts_without(values)
    replications = values.shape[1]
    left = found.rest - luck / replications
    lefts = found.rest_without - lucks / replications
    # Of the surface's own law, not of the draws that happened: numerators have the same
    # errors, and shares add up.
    whole = float(found.squares[1:].sum()) + left
    wholes = found.squares_without[:, 1:].sum(axis=1) + lefts
    if whole <= 0 or (wholes <= 0).any():
        return None

    def share(chosen: NDArray[np.bool_]) -> Estimate:
        without = found.squares_without[:, chosen].sum(axis=1) / wholes
        return jackknifed(float(found.squares[chosen].sum()) / whole, without)

    every = [
        Share(one.name, share(found.alone(i)), share(found.of(i)))
        for i, one in enumerate(found.inputs)
    ]
    return Shares(_ranked(every), jackknifed(left / whole, lefts / wholes))


def shares_by_changing(
    a: Floats, b: Floats, one: Mapping[str, Floats]
) -> Shares | None:
    """Return shares from draws in which one number was changed for another.

    Parameters
    ----------
    a, b : ndarray of float64, shape (D, R)
        Two independent sets of draws. Replications are the same luck in one row, and R
        is at least 2.
    one : mapping of str to ndarray of float64, shape (D, R)
        By the name of an input: `a` with that input from `b`.

    Returns
    -------
    Shares or None
        None where no spread between draws shows above luck.
    """
    whole = (parts(a)[0] + parts(b)[0]) / 2
    wholes = (parts_without(a)[0] + parts_without(b)[0]) / 2
    if not shows(np.concatenate([a, b])) or whole <= 0 or (wholes <= 0).any():
        return None
    # Centred, as a mean far from zero would be nothing but noise in the products.
    middle = (a.mean() + b.mean()) / 2

    def share(terms: Floats) -> Estimate:
        without = (terms.sum() - terms) / (len(terms) - 1) / wholes
        return jackknifed(float(terms.mean()) / whole, without)

    every = [
        Share(
            name,
            share(across(b - middle, c - a)),
            share(across(a - c, a - c) / 2),
        )
        for name, c in one.items()
    ]
    return Shares(_ranked(every), None)


def _ranked(every: list[Share]) -> tuple[Share, ...]:
    return tuple(sorted(every, key=lambda share: -share.total.mean))
