"""Who goes where when shares change."""

import numpy as np
import pytest

from kernels.layout import BRANCH, CHOICE, KNOT, TO_STEP, VALUE, Table
from kernels.routing import branch_of

Tables = tuple[Table, Table, Table, Table]
LUCK = (np.arange(10_000) + 0.5) / 10_000


def destination(shares: list[tuple[float, float]], *, rest: bool = True) -> Tables:
    """Tables of one choice whose shares jump from one value to another at time 0."""
    n = len(shares) + rest
    values, knots = np.zeros(n, dtype=VALUE), np.zeros(2 * n, dtype=KNOT)
    branches = np.zeros(n, dtype=BRANCH)
    branches["kind"], branches["to"] = TO_STEP, np.arange(n)
    branches["share"] = np.arange(n)
    branches["share"][-1] = -1
    for row, (before, after) in enumerate(shares):
        values[row] = (before, 2 * row, 2)
        knots[2 * row : 2 * row + 2] = [(-10, before), (0, after)]
        knots[2 * row]["time"] = -1
    choices = np.array([(0, n, 1, 0)], dtype=CHOICE)
    return values, knots, choices, branches


def chosen(tables: Tables, time: int) -> np.ndarray:
    return np.array([branch_of(*tables, 0, 0, time, u) for u in LUCK])


@pytest.mark.parametrize(
    "shares",
    [
        [(0.2, 0.26), (0.1, 0.13)],
        [(0.2, 0.1), (0.3, 0.3)],
        [(0.4, 0.7), (0.4, 0.2)],
        [(0.1, 0.0), (0.2, 0.5), (0.3, 0.1)],
        [(0.0, 0.3), (0.5, 0.4)],
    ],
)
def test_every_destination_gets_its_share_before_and_after(
    shares: list[tuple[float, float]],
) -> None:
    tables = destination(shares)
    for time, side in ((-5, 0), (5, 1)):
        found = np.bincount(chosen(tables, time), minlength=len(shares) + 1) / 10_000
        expected = [pair[side] for pair in shares]
        assert found[:-1] == pytest.approx(expected, abs=2e-4)
        assert found[-1] == pytest.approx(1 - sum(expected), abs=2e-4)


def test_a_share_that_grows_takes_patients_from_the_rest_alone() -> None:
    tables = destination([(0.2, 0.26), (0.3, 0.3), (0.1, 0.13)])
    before, after = chosen(tables, -5), chosen(tables, 5)
    moved = before != after
    assert set(before[moved]) == {3}
    assert set(after[moved]) == {0, 2}
    assert moved.mean() == pytest.approx(0.09, abs=2e-4)


def test_a_share_that_shrinks_gives_patients_to_the_rest_alone() -> None:
    tables = destination([(0.2, 0.1), (0.3, 0.3)])
    before, after = chosen(tables, -5), chosen(tables, 5)
    moved = before != after
    assert set(before[moved]) == {0}
    assert set(after[moved]) == {2}


def test_without_a_rest_the_last_destination_takes_what_is_left() -> None:
    tables = destination([(0.5, 0.9), (0.5, 0.1)], rest=False)
    assert np.bincount(chosen(tables, -5)).tolist() == [5000, 5000]
    assert np.bincount(chosen(tables, 5)).tolist() == [9000, 1000]
