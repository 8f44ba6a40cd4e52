"""What is expected of a measure, as a polynomial of inputs that are not known.

Polynomial chaos: products of polynomials that are orthonormal under the laws of
independent inputs, fitted to means of draws by least squares.

References
----------
B. Sudret, Global sensitivity analysis using polynomial chaos expansions, Reliability
Engineering and System Safety 93 (2008) 964-979.
G. Blatman, B. Sudret, Adaptive sparse polynomial chaos expansion based on least angle
regression, Journal of Computational Physics 230 (2011) 2345-2367: the error of draws
that are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from results.statistics.jackknife import Floats
from results.statistics.laws import HIGHEST, Input, polynomials

TOGETHER = 3
"""Inputs in one term, at most."""
DRAWS_PER_TERM = 3
"""At least."""
_MOST_TERMS = 400
_POINTS = 11
"""Of the points at which a surface is looked at: 2 to this power."""
Terms = NDArray[np.int64]


@dataclass(frozen=True)
class Surface:
    """A polynomial of all inputs, fitted to the means of draws."""

    inputs: tuple[Input, ...]
    terms: Terms
    """Of each term the degree in each input, shape (P, k); the first is constant."""
    weights: Floats
    """Of the terms, shape (P,)."""
    without: Floats
    """The same without each draw, shape (D, P)."""
    doubt: Floats
    """Variance of each weight, shape (P,)."""
    doubt_without: Floats
    """The same without each draw, shape (D, P)."""
    rest: float
    """Variance of means of draws about it: luck, and what it does not follow."""
    rest_without: Floats
    """The same without each draw, shape (D,)."""

    @property
    def squares(self) -> Floats:
        """Return the variance that each term has, without bias; shape (P,)."""
        return np.asarray(np.square(self.weights) - self.doubt, dtype=np.float64)

    @property
    def squares_without(self) -> Floats:
        """Return the same without each draw, shape (D, P)."""
        return np.asarray(np.square(self.without) - self.doubt_without, dtype=float)

    def alone(self, place: int) -> NDArray[np.bool_]:
        """Return which terms are of one input and no other, shape (P,)."""
        has = self.terms > 0
        return np.asarray(has[:, place] & (has.sum(axis=1) == 1), dtype=np.bool_)

    def of(self, place: int) -> NDArray[np.bool_]:
        """Return which terms have an input in them, shape (P,)."""
        return np.asarray(self.terms[:, place] > 0, dtype=np.bool_)

    def columns(self, x: Floats) -> Floats:
        """Return all terms at points; shapes (n, k) and (n, P)."""
        return _columns(self.inputs, self.terms, x)

    def points(self) -> Floats:
        """Return points that stand for the laws of all inputs together, shape (n, k).

        A scrambled Sobol sequence, always the same.
        """
        from scipy.stats import qmc  # noqa: PLC0415 (slow to import)

        u = qmc.Sobol(len(self.inputs), rng=0).random_base2(_POINTS)
        grids = [one.grid for one in self.inputs]
        return np.column_stack(
            [g[(u[:, i] * len(g)).astype(np.int64)] for i, g in enumerate(grids)]
        )


def least_draws(inputs: int) -> int:
    """Return how many draws a surface needs: its least is a straight line of each.

    Parameters
    ----------
    inputs : int
    """
    return DRAWS_PER_TERM * (inputs + 1)


def surface(inputs: Sequence[Input], x: Floats, y: Floats) -> Surface:
    """Return the polynomial that predicts best the draws that were left out.

    Parameters
    ----------
    inputs : sequence of Input
        k of them.
    x : ndarray of float64, shape (D, k)
        The draws; at least `least_draws`.
    y : ndarray of float64, shape (D,)
        Means of draws.

    Raises
    ------
    ValueError
        If there are too few draws.
    """
    if len(y) < least_draws(len(inputs)):
        raise ValueError(f"{len(y)} draws are too few for {len(inputs)} inputs")
    known = [polynomials(one.grid) for one in inputs]
    most = np.array([len(one.weights) - 1 for one in known])
    tables = [one.at(x[:, i]) for i, one in enumerate(known)]
    best, least = None, np.inf
    for terms in _candidates(most, min(len(y) // DRAWS_PER_TERM, _MOST_TERMS)):
        columns = _products(tables, terms)
        fit = _Fit(columns, y)
        if best is None or fit.error_left_out < least * (1 - 1e-9):
            best, least = (terms, fit), fit.error_left_out
    assert best is not None  # the straight lines are always among them
    terms, fit = best
    return fit.surface(tuple(inputs), terms)


class _Fit:
    """Least squares, with what each draw left out would change."""

    def __init__(self, columns: Floats, y: Floats) -> None:
        q, upper = np.linalg.qr(columns)
        self._back = np.linalg.inv(upper)
        self._weights = self._back @ (q.T @ y)
        self._lift = np.minimum(np.square(q).sum(axis=1), 1 - 1e-9)
        self._left = y - columns @ self._weights
        self._pull = q @ self._back.T
        """The inverse of X'X times each row, shape (D, P)."""

    @property
    def error_left_out(self) -> float:
        """The mean square error at draws that are left out."""
        return float(np.square(self._left / (1 - self._lift)).mean())

    def surface(self, inputs: tuple[Input, ...], terms: Terms) -> Surface:
        """Return all of it, with what it would be without each draw."""
        n, count = self._pull.shape
        off = self._left / (1 - self._lift)
        inverse = np.square(self._back).sum(axis=1)
        squares = float(np.square(self._left).sum())
        rest = squares / (n - count)
        rests = (squares - self._left * off) / (n - count - 1)
        more = np.square(self._pull) / (1 - self._lift)[:, None]
        return Surface(
            inputs,
            terms,
            weights=self._weights,
            without=self._weights - self._pull * off[:, None],
            doubt=inverse * rest,
            doubt_without=(inverse + more) * rests[:, None],
            rest=rest,
            rest_without=rests,
        )


def _candidates(most: NDArray[np.int64], count: int) -> Iterator[Terms]:
    """Yield sets of terms of at most so many, simple ones first."""
    for together in range(1, min(TOGETHER, len(most)) + 1):
        for degree in range(together, HIGHEST + 1):
            terms = _terms(most, degree, together, count)
            if terms is None:
                break
            yield terms


def _terms(
    most: NDArray[np.int64], degree: int, together: int, count: int
) -> Terms | None:
    """Return all terms up to a degree with so many inputs; None: they are too many."""
    k = len(most)
    found = [np.zeros(k, dtype=np.int64)]
    for size in range(1, together + 1):
        for places in combinations(range(k), size):
            for powers in product(range(1, degree - size + 2), repeat=size):
                if sum(powers) > degree or (powers > most[list(places)]).any():
                    continue
                row = np.zeros(k, dtype=np.int64)
                row[list(places)] = powers
                found.append(row)
                if len(found) > count:
                    return None
    return np.array(found)


def _columns(inputs: Sequence[Input], terms: Terms, x: Floats) -> Floats:
    tables = [polynomials(one.grid).at(x[:, i]) for i, one in enumerate(inputs)]
    return _products(tables, terms)


def _products(tables: Sequence[Floats], terms: Terms) -> Floats:
    """Return each term at each point, shape (n, P)."""
    made = np.ones((len(tables[0]), len(terms)))
    for place, table in enumerate(tables):
        made *= table[:, terms[:, place]]
    return made
