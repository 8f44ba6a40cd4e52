"""Nobody who knows how a table adds up can work out what was held back."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from results.export.suppression import hidden, ranges
from results.export.ties import Numbers, ties

BELOW = 5


def table(shape: tuple[int, ...], rng: np.random.Generator, step: float):
    """Return a random table with all its margins, and the sums that hold in it.

    The last place along each axis is the total.
    """
    inside = rng.choice([0, 0.4, 1, 2, 3, 4, 5.5, 8, 13, 40, 260.5], size=shape)
    full = inside.astype(float)
    for axis in range(inside.ndim):
        total = full.sum(axis=axis, keepdims=True)
        full = np.concatenate((full, total), axis=axis)
    places = np.arange(full.size).reshape(full.shape)
    sums = []
    for axis in range(full.ndim):
        lines = np.moveaxis(places, axis, -1).reshape(-1, full.shape[axis])
        for line in lines:
            parts = [(int(place), 1.0) for place in line[:-1]]
            sums.append((*parts, (int(line[-1]), -1.0)))
    return of(full.ravel(), step), sums


def of(values: np.ndarray, step: float) -> Numbers:
    """Return what a reader knows of counts that are rounded to a step."""
    small = (values > 0) & (values < BELOW)
    return Numbers(
        values=values,
        shown=np.floor(values / step + 0.5) * step,
        slack=np.where(values > 0, step / 2, 0.0),
        ceiling=np.where(small, BELOW, np.inf),
        floor=np.where(small | (values == 0), 0.0, BELOW),
        shield=np.where(small, BELOW, step) / 2,
    )


def attacked(numbers: Numbers, sums, held: np.ndarray) -> list[tuple[float, float]]:
    """Return the range of each number held back, by an attack of the test's own."""
    n = len(held)
    known = np.zeros((len(sums), n))
    for row, parts in enumerate(sums):
        for place, factor in parts:
            known[row, place] += factor
    low = np.where(
        held, numbers.floor, np.maximum(numbers.shown - numbers.slack, numbers.floor)
    )
    high = np.where(held, numbers.ceiling, numbers.shown + numbers.slack)
    bounds = list(zip(low, np.where(np.isinf(high), 1e5, high), strict=True))
    found = []
    for place in np.flatnonzero(held):
        ends = []
        for sign in (1.0, -1.0):
            goal = np.zeros(n)
            goal[place] = sign
            answer = linprog(goal, A_eq=known, b_eq=np.zeros(len(sums)), bounds=bounds)
            assert answer.status == 0, answer.message
            ends.append(answer.x[place])
        found.append((ends[0], ends[1]))
    return found


@pytest.mark.parametrize("step", [1.0, 5.0])
@pytest.mark.parametrize("shape", [(4,), (2, 3), (3, 5), (2, 2, 3)])
@pytest.mark.parametrize("seed", range(6))
def test_what_is_held_back_stays_open_to_whoever_attacks(
    seed: int, shape: tuple[int, ...], step: float
) -> None:
    numbers, sums = table(shape, np.random.default_rng([seed, *shape]), step)
    small = (numbers.values > 0) & (numbers.values < BELOW)
    held = hidden(numbers, sums, small)
    assert (held >= small).all()
    exact = numbers.values[held]
    open_to = attacked(numbers, sums, held)
    for value, shield, (low, high) in zip(
        exact, numbers.shield[held], open_to, strict=True
    ):
        assert low <= value + 1e-6
        assert high >= value - 1e-6
        assert high - low >= shield * (1 - 1e-5)


def test_the_attack_finds_what_can_be_worked_out() -> None:
    # 3 of 3 + 20 + 30 = 53, rounded to whole numbers: 53 - 20 - 30.
    numbers = of(np.array([3.0, 20.0, 30.0, 53.0]), 1.0)
    sums = [((0, 1.0), (1, 1.0), (2, 1.0), (3, -1.0))]
    only = np.array([True, False, False, False])
    ((low, high),) = attacked(numbers, sums, only)
    assert high - low == pytest.approx(3.0)
    assert hidden(numbers, sums, only).tolist() == [True, False, False, False]
    # Not rounded at all, it would be had exactly: the next smallest goes as well.
    exact = numbers._replace(slack=np.zeros(4))
    ((low, high),) = attacked(exact, sums, only)
    assert (low, high) == pytest.approx((3.0, 3.0))
    assert hidden(exact, sums, only).tolist() == [True, True, False, False]


def test_two_in_every_row_and_column_are_not_enough() -> None:
    """Two squares joined by one cell: it is held back, and had by adding rows."""
    values = np.full((5, 5), 20.0)
    values[2, 2] = 3.0
    places = np.arange(36).reshape(6, 6)
    full = np.zeros((6, 6))
    full[:5, :5] = values
    full[5], full[:, 5] = full.sum(axis=0), full.sum(axis=1)
    full[5, 5] = values.sum()
    sums = [
        (*((int(p), 1.0) for p in line[:-1]), (int(line[-1]), -1.0))
        for line in (*places, *places.T)
    ]
    at_first = np.zeros(36, dtype=bool)
    for row, column in (
        *product((0, 1), (0, 1)),
        *((2, 2), (2, 0), (2, 1), (3, 2), (4, 2)),
        *product((3, 4), (3, 4)),
    ):
        at_first[places[row, column]] = True
    numbers = of(full.ravel(), 1.0)._replace(slack=np.zeros(36))
    held = hidden(numbers, sums, at_first)
    for shield, (low, high) in zip(
        numbers.shield[held], attacked(numbers, sums, held), strict=True
    ):
        assert high - low >= shield * (1 - 1e-5)


def test_what_stands_in_proportion_is_held_back_together() -> None:
    # Pounds for each visit: 3 visits at 114 pounds, 200 visits.
    numbers = of(np.array([3.0, 200.0, 203.0, 342.0, 22_800.0]), 1.0)
    sums = [
        ((0, 1.0), (1, 1.0), (2, -1.0)),
        ((0, -114.0), (3, 1.0)),
        ((1, -114.0), (4, 1.0)),
    ]
    at_first = np.array([True, False, False, False, False])
    assert hidden(numbers, sums, at_first)[[0, 3]].all()
    bound = ties(5, sums)
    assert bound.root[3] == bound.root[0]
    assert bound.scale[3] / bound.scale[0] == 114


def test_nothing_is_held_back_where_nothing_is_small() -> None:
    numbers = of(np.array([20.0, 30.0, 50.0]), 5.0)
    sums = [((0, 1.0), (1, 1.0), (2, -1.0))]
    assert not hidden(numbers, sums, np.zeros(3, dtype=bool)).any()


def test_ranges_are_those_of_the_attack() -> None:
    numbers, sums = table((3, 4), np.random.default_rng(3), 5.0)
    held = (numbers.values > 0) & (numbers.values < BELOW)
    low, high = ranges(numbers, sums, held)
    expected = attacked(numbers, sums, held)
    assert list(zip(low[held], high[held], strict=True)) == [
        pytest.approx(pair, abs=1e-6) for pair in expected
    ]
