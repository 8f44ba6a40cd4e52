"""The cheapest plan among those that hold, against looking at every one of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.solving.lattice import Lattice


@st.composite
def worlds(draw):
    """Draw costs of up to three levers, a set of plans that hold, and a budget."""
    sizes = draw(st.lists(st.integers(2, 6), min_size=1, max_size=3))
    steps = [draw(st.lists(st.integers(1, 4), min_size=n, max_size=n)) for n in sizes]
    costs = [np.cumsum([0, *each[1:]]).astype(float) for each in steps]
    seeds = draw(st.lists(st.tuples(*(st.integers(0, n - 1) for n in sizes))))
    holds = np.zeros(sizes, dtype=bool)
    for seed in seeds:  # more of everything never harms
        holds[tuple(slice(at, None) for at in seed)] = True
    budget = draw(st.none() | st.integers(0, 30))
    return costs, holds, budget


@given(worlds())
def test_the_search_finds_what_looking_at_all_finds(world):
    costs, holds, budget = world
    lattice = Lattice(costs, budget)
    holding, failing, asked = [], [], 0
    while (left := lattice.open(holding, failing)).any():
        plan = lattice.next(left)
        assert left[plan]
        asked += 1
        (holding if holds[plan] else failing).append(plan)
    sums = {p: lattice.cost(p) for p in np.ndindex(holds.shape)}
    good = [p for p in sums if holds[p] and (budget is None or sums[p] <= budget)]
    best = min(good, key=lambda p: (lattice.cost(p), p), default=None)
    assert lattice.cheapest(holding) == best
    assert asked <= holds.size


def test_one_lever_is_searched_by_halves():
    lattice = Lattice([np.arange(1025.0)])
    holding, failing, asked = [], [], 0
    while (left := lattice.open(holding, failing)).any():
        plan = lattice.next(left)
        asked += 1
        (holding if plan[0] >= 700 else failing).append(plan)
    assert lattice.cheapest(holding) == (700,)
    assert asked <= 12


def test_a_budget_is_kept_to_the_pound():
    lattice = Lattice([np.array([0.0, 0.1, 0.2, 0.3]), np.array([0.0, 0.2])], 0.3)
    assert lattice.affordable.tolist() == [
        [True, True],
        [True, True],
        [True, False],
        [True, False],
    ]
    assert lattice.cost((1, 1)) == pytest.approx(0.3)
