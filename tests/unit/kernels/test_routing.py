"""Who goes where when shares change."""

import numpy as np
import pytest

from kernels.laws import Laws, laws_of
from kernels.layout import (
    BRANCH,
    CHOICE,
    KNOT,
    P_CHOICE,
    TO_CHOICE,
    TO_STEP,
    VALUE,
    Model,
    Table,
)
from kernels.philox import block, unit53
from kernels.routing import OPEN, Ways, branch_of, route, ways_of
from tests.unit.results.small import model

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


def with_choices(
    kinds: list[list[tuple[int, int]]], shares: list[list[list[float]]]
) -> Model:
    """Return a model of choices: for each, (kind, to) of branches, shares by group.

    The last branch of each has the rest.
    """
    groups = len(shares[0][0])
    values, branches, choices = [], [], []
    for ways, known in zip(kinds, shares, strict=True):
        choices.append((len(branches), len(ways), 0, 0))
        for (kind, to), row in zip(ways, [*known, None], strict=True):
            share = -1 if row is None else len(values)
            values += [(number, 0, 0) for number in row or ()]
            branches.append((kind, to, share, 1, -1, 0, -1, 0, 0))
    return model(recorded=(0,) * groups)._replace(
        values=np.array(values, dtype=VALUE),
        branches=np.array(branches, dtype=BRANCH),
        choices=np.array(choices, dtype=CHOICE),
    )


def of_three_groups() -> Model:
    """To a step or on to a second choice; groups differ in how sure that is."""
    first = [(TO_STEP, 10), (TO_CHOICE, 1), (TO_STEP, 11)]
    second = [(TO_STEP, 20), (TO_STEP, 21), (TO_STEP, 22), (TO_STEP, 23)]
    return with_choices(
        [first, second],
        [
            [[0.0, 0.5, 1.0], [1.0, 0.25, 0.0]],
            [[0.0, 0.0, 0.3], [0.0, 1.0, 0.0], [0.0, 0.0, 0.7]],
        ],
    )


def test_a_branch_that_leaves_nothing_to_luck_is_sure() -> None:
    ways = ways_of(of_three_groups(), of_three_groups().branches)
    assert ways.sure.tolist() == [[1, OPEN, 0], [6, 4, OPEN]]
    assert ways.still.all()


def plain_route(tables: Laws, ways: Ways, who: int, group: int, u: float) -> int:
    """Where a patient of `of_three_groups` goes, every choice by luck."""
    values = (tables.values, tables.knots, ways.choices, ways.branches)
    first = ways.branches[branch_of(*values, 0, group, 0, u)]
    if first["kind"] == TO_STEP:
        return int(first["to"])
    u = unit53(*block(7, who, 2, P_CHOICE)[:2])
    return int(ways.branches[branch_of(*values, 1, group, 0, u)]["to"])


@pytest.mark.parametrize("group", [0, 1, 2])
def test_luck_that_cannot_matter_is_left_aside_and_nothing_else(group: int) -> None:
    model = of_three_groups()
    tables, ways = laws_of(model), ways_of(model, model.branches)
    found = set()
    for who, u in enumerate(LUCK[::25].tolist()):
        kind, to, *rest = route(tables, ways, 7, who, 2, 0, group, 0, u)
        assert (kind, *rest) == (TO_STEP, 0, 0, 0)
        assert to == plain_route(tables, ways, who, group, u)
        found.add(to)
    assert found == [{23}, {10, 11, 21}, {10}][group]


def test_where_shares_move_luck_decides() -> None:
    moving = of_three_groups()
    moving.choices["moves"] = 1
    assert (ways_of(moving, moving.branches).sure == OPEN).all()
