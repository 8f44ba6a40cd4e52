"""Tests that look at values in order: how often they err, and that they stop."""

import numpy as np
import pytest

from results.statistics.deciding import (
    chance_is_enough,
    mean_is_positive,
    more_chances,
    more_values,
)

LOOKS = (3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 50, 80, 130, 200, 400, 800, 1600)


def first(values, test, *asked):
    """Return the first answer, and after how many values it came."""
    for n in LOOKS:
        found = test(values[:n], *asked)
        if found is not None:
            return found, n
    return None, LOOKS[-1]


@pytest.mark.parametrize("sure", [0.05, 0.01])
@pytest.mark.parametrize(("chance", "is_enough"), [(0.85, False), (0.95, True)])
def test_a_chance_is_seldom_misjudged(sure, chance, is_enough):
    draw = np.random.default_rng(20261130)
    repeats = 1000
    wrong = 0
    for _ in range(repeats):
        kept = (draw.random(LOOKS[-1]) < chance).tolist()
        found, _ = first(kept, chance_is_enough, 0.9, 0.05, sure)
        wrong += found is not is_enough
    # Wald's bounds are on the safe side, by the excess over them.
    assert wrong <= sure * repeats + 3 * (sure * repeats) ** 0.5


@pytest.mark.parametrize("mean", [0.05, 0.2, 2.0])
@pytest.mark.parametrize("deviation", [0.1, 0.5])
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_mean_is_seldom_misjudged(mean, deviation, sign):
    draw = np.random.default_rng(20261130)
    repeats, sure = 300, 0.05
    wrong, looked = 0, []
    for _ in range(repeats):
        values = draw.normal(sign * mean, deviation, LOOKS[-1])
        found, n = first(values, mean_is_positive, 0.05, sure)
        wrong += found is not (sign > 0)
        looked.append(n)
    assert wrong <= sure * repeats + 3 * (sure * repeats) ** 0.5
    if mean == 2.0:
        assert np.mean(looked) < 12


@pytest.mark.parametrize("sure", [0.1, 0.001])
def test_a_far_mean_is_found_with_few_values_however_fine_the_margin(sure):
    values = [10.0, 9.0, 11.0, 10.5, 9.5, 10.2, 9.9, 10.1, 9.7, 10.3]
    assert mean_is_positive(values, 1e-9, sure) is True
    assert mean_is_positive([-x for x in values], 1e-9, sure) is False


def test_equal_values_decide_and_a_limit_that_is_just_kept_is_kept():
    assert mean_is_positive([0.0] * 10, 0.1, 0.05) is True
    assert mean_is_positive([-0.5] * 10, 0.1, 0.05) is False
    assert mean_is_positive([1.0, 1.0], 0.1, 0.05) is None


def test_further_values_change_nothing():
    draw = np.random.default_rng(7)
    for _ in range(50):
        values = draw.normal(0.1, 1.0, 400)
        answers = [mean_is_positive(values[:n], 0.1, 0.05) for n in range(3, 401)]
        decided = [x for x in answers if x is not None]
        assert len(set(decided)) <= 1
        assert answers[len(answers) - len(decided) :] == decided


def test_how_many_more_is_enough_if_all_goes_on():
    kept = [True] * 5
    more = more_chances(kept, 0.9, 0.05, 0.05)
    assert chance_is_enough([True] * (5 + more), 0.9, 0.05, 0.05) is True
    assert chance_is_enough([True] * (4 + more), 0.9, 0.05, 0.05) is None
    assert chance_is_enough([False] * 3, 0.9, 0.05, 0.05) is False
    values = [0.1, -0.1] * 6
    more = more_values(values, 0.05, 0.05)
    assert mean_is_positive([0.1, -0.1] * (6 + more), 0.05, 0.05) is not None


def test_a_chance_of_certainty_can_be_asked_for():
    assert chance_is_enough([True] * 2000, 0.99, 0.05, 0.01) is True
    assert chance_is_enough([False] * 2, 0.99, 0.05, 0.01) is False
