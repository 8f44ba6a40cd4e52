"""References to tables of tables: read and written like the tuple itself."""

from typing import NamedTuple

import numba
import numpy as np
import pytest

from kernels.references import referred

ROW = np.dtype([("time", "i8"), ("share", "f8")])


class Inner(NamedTuple):
    values: np.ndarray
    most: int


class Outer(NamedTuple):
    rows: np.ndarray
    inner: Inner
    grid: np.ndarray
    factor: float


def tables():
    rows = np.array([(3, 0.5), (5, 0.25)], dtype=ROW)
    grid = np.arange(6.0).reshape(2, 3)
    return Outer(rows, Inner(np.array([7, 8, 9]), 2), grid, 1.5)


@numba.njit
def deep(outer):
    inner = outer.inner
    inner.values[inner.most] += 1
    outer.rows[1]["time"] += inner.values[0]
    return outer.grid[1, 2] * outer.factor + outer.grid.shape[1] + len(outer.rows)


@numba.njit
def by_reference(outer):
    return deep(referred(outer))


@numba.njit
def of_inner(inner):
    return inner.values.sum() + inner.most


@numba.njit
def inside(outer):
    return of_inner(referred(outer).inner)


@numba.njit
def without(outer):
    return referred(outer).nowhere


def test_a_reference_is_read_like_the_tuple():
    assert by_reference(tables()) == 5.0 * 1.5 + 3 + 2
    assert inside(tables()) == 7 + 8 + 9 + 2


def test_arrays_are_changed_through_a_reference():
    changed = tables()
    by_reference(changed)
    assert changed.inner.values.tolist() == [7, 8, 10]
    assert changed.rows["time"].tolist() == [3, 12]


def test_two_tuples_are_not_mixed_up():
    one, other = tables(), tables()._replace(factor=2.0)
    assert (by_reference(one), by_reference(other)) == (12.5, 15.0)


def test_uncompiled_it_is_the_tuple_itself():
    plain = tables()
    assert referred(plain) is plain


def test_a_field_that_is_not_there_is_an_error():
    with pytest.raises((numba.TypingError, AttributeError), match="nowhere"):
        without(tables())
