"""Inputs with their laws, and polynomials that are orthonormal under a law."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from results.statistics.jackknife import Floats

HIGHEST = 8
"""Degree of polynomials, at most."""


class Input(NamedTuple):
    """A number that is not known for sure."""

    name: str
    grid: Floats
    """Equally likely values that stand for its law, ascending."""


class Polynomials(NamedTuple):
    """Of one input: of degrees 0, 1, ..., with mean square 1 and uncorrelated."""

    middle: float
    half: float
    weights: Floats
    """Column n has the coefficients of degree n."""

    def at(self, x: Floats) -> Floats:
        """Return all of them at values of the input.

        Parameters
        ----------
        x : ndarray of float64, shape (n,)

        Returns
        -------
        ndarray of float64, shape (n, degrees)
        """
        scaled = (x - self.middle) / self.half
        raw = np.polynomial.legendre.legvander(scaled, len(self.weights) - 1)
        return np.asarray(raw @ self.weights, dtype=np.float64)


def polynomials(grid: Floats) -> Polynomials:
    """Return the polynomials of a law; of m values no more than m of them.

    Parameters
    ----------
    grid : ndarray of float64, shape (n,)
        Equally likely values.
    """
    low, high = float(grid.min()), float(grid.max())
    middle, half = (low + high) / 2, (high - low) / 2
    degree = min(HIGHEST, len(np.unique(grid)) - 1)
    raw = np.polynomial.legendre.legvander((grid - middle) / half, degree)
    _, upper = np.linalg.qr(raw / np.sqrt(len(grid)))
    upper = upper * np.sign(np.diag(upper))[:, None]
    return Polynomials(middle, half, np.linalg.inv(upper))
