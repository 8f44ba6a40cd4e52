"""Numbers of a model as they stand at some moments, for all groups at once.

Arrays are of shape (M, G), moments by groups, but have a length of 1 where moments, or
groups, do not differ: most numbers never move, and are the same for everybody. So they
are read, and worked with, as often as they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from kernels.laws import laws_of, mean
from kernels.layout import L_MIXTURE, L_OBSERVED, Model
from kernels.values import read_values

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
NOTHING: Floats = np.zeros((1, 1))


class Figures:
    """Numbers and means of laws (M moments, G groups).

    Parameters
    ----------
    model : Model
    moments : ndarray of int64, shape (M,)
        Microseconds.
    """

    def __init__(self, model: Model, moments: Integers) -> None:
        self.model, self.moments = model, moments
        self.laws = laws_of(model)
        self._bases = model.values["base"].astype(np.float64)
        moving = np.flatnonzero(model.values["knots"])
        self._moved = np.empty((len(moments), len(moving)))
        read_values(model.values, model.knots, moving, moments, self._moved)
        self._bases[moving] = self._moved[0]
        self._column = np.full(len(self._bases), -1, dtype=np.int64)
        differs = (self._moved != self._moved[0]).any(axis=0)
        self._column[moving[differs]] = np.flatnonzero(differs)
        self._means: dict[int, Floats] = {}

    def values(self, row: int, stride: int) -> Floats:
        """Return a number of each group, shape (M, G).

        Parameters
        ----------
        row : int
            Row of `model.values` of the first group.
        stride : int
            Rows from group to group; 0: it is the same for all.
        """
        return self._read(self._rows(row, stride))

    def means(self, row: int, stride: int) -> Floats:
        """Return the mean of a law of each group, days, shape (M, G); 0 without a law.

        Parameters
        ----------
        row : int
            Row of `model.laws` of the first group; -1: there is none.
        stride : int
            As for `values`.
        """
        if row < 0:
            return NOTHING
        return _side_by_side([self.mean(law) for law in self._rows(row, stride)])

    def mean(self, law: int) -> Floats:
        """Return the mean of one law, days, shape (M,)."""
        if law not in self._means:
            self._means[law] = self.of_law(law, lambda t: mean(self.laws, law, t))
        return self._means[law]

    def of_law(self, law: int, read: Callable[[int], float]) -> Floats:
        """Return what is read of a law, once for moments with the same numbers.

        Parameters
        ----------
        law : int
        read : callable
            Takes a moment, microseconds.

        Returns
        -------
        ndarray of float, shape (M,)
        """
        numbers = self._read(np.array(self._numbers(law), dtype=np.int64))
        known: dict[bytes, float] = {}
        keys = [row.tobytes() for row in numbers]
        for key, moment in zip(keys, self.moments.tolist(), strict=False):
            if key not in known:
                known[key] = read(moment)
        return np.array([known[key] for key in keys])

    def _rows(self, row: int, stride: int) -> Integers:
        """Return the rows of the groups; one where it is the same for all."""
        groups = len(self.model.recorded) if stride else 1
        return int(row) + int(stride) * np.arange(groups)

    def _read(self, rows: Integers) -> Floats:
        """Return numbers, shape (M, rows), or (1, rows) where none moves."""
        columns = self._column[rows]
        moves = columns >= 0
        found = self._bases[rows][np.newaxis]
        if moves.any():
            found = np.repeat(found, len(self.moments), axis=0)
            found[:, moves] = self._moved[:, columns[moves]]
        return found

    def _numbers(self, row: int) -> list[int]:
        """Return the rows of all numbers of a law."""
        law = self.model.laws[row]
        names = ["low", "high"]
        if law["kind"] not in (L_MIXTURE, L_OBSERVED):
            names += ["a", "b", "c"]
        found = [int(law[name]) for name in names if law[name] >= 0]
        parts = law["parts"] if law["kind"] == L_MIXTURE else 0
        for part in self.model.parts[law["part"] :][:parts]:
            found += [int(part["share"])] if part["share"] >= 0 else []
            found += self._numbers(int(part["law"]))
        return found


def _side_by_side(columns: Sequence[Floats]) -> Floats:
    """Return columns of M, or of 1, as one table."""
    return np.stack(np.broadcast_arrays(*columns), axis=1)


def of_groups(numbers: Floats, groups: Integers) -> Floats:
    """Return the numbers of some groups.

    Parameters
    ----------
    numbers : ndarray of float, shape (M, G)
    groups : ndarray of int64, shape (n,)

    Returns
    -------
    ndarray of float, shape (M, n)
        Each length may be 1 instead, see above.
    """
    return numbers[:, groups] if numbers.shape[1] > 1 else numbers


def in_full(numbers: Floats, moments: int, groups: Integers) -> Floats:
    """Return the numbers of some groups at all moments.

    Parameters
    ----------
    numbers : ndarray of float, shape (M, G)
        Either length may be 1 instead.
    moments : int
    groups : ndarray of int64, shape (n,)

    Returns
    -------
    ndarray of float, shape (M, n)
    """
    return np.broadcast_to(of_groups(numbers, groups), (moments, len(groups)))
