"""What is not known and luck, told apart; and bands."""

import numpy as np
import pytest

from results.statistics.bands import band
from results.statistics.estimates import student
from results.statistics.jackknife import jackknifed, within
from results.statistics.variances import across, parts, parts_without, shows, split

SEED = 20_261_130


def test_variance_components_are_those_of_the_table_of_squares() -> None:
    # Between: draw means 2 and 6 have variance 8; within: variances 2 and 2, mean 2.
    values = np.array([[1.0, 3.0], [5.0, 7.0]])
    assert parts(values) == (pytest.approx(8 - 2 / 2), pytest.approx(2.0))


def test_what_each_draw_would_change_is_worked_out_without_leaving_it_out() -> None:
    values = np.random.default_rng(SEED).normal(size=(7, 3))
    between, luck = parts_without(values)
    for i in range(7):
        rest = np.delete(values, i, axis=0)
        assert (between[i], luck[i]) == pytest.approx(parts(rest))


def test_a_jackknifed_mean_is_students() -> None:
    x = np.random.default_rng(SEED).normal(size=12)
    found = jackknifed(x.mean(), (x.sum() - x) / 11)
    half = student(11, 0.95) * x.std(ddof=1) / 12**0.5
    assert found.low == pytest.approx(x.mean() - half)
    assert found.high == pytest.approx(x.mean() + half)


def test_the_jackknife_takes_the_bias_off() -> None:
    x = np.random.default_rng(SEED).normal(size=12)
    without = np.array([np.delete(x, i).var() for i in range(12)])
    found = jackknifed(x.var(), without, unbiased=False)
    assert found.mean == pytest.approx(x.var(ddof=1))


def test_what_cannot_be_negative_is_cut() -> None:
    found = within(jackknifed(-1.0, np.array([-2.0, 0.0, -1.0])), 0.0, 1.0)
    assert (found.mean, found.low) == (0.0, 0.0)


def test_products_of_different_replications_have_no_luck_in_them() -> None:
    one, other = np.array([[1.0, 2.0, 4.0]]), np.array([[3.0, 5.0, 7.0]])
    by_hand = np.mean(
        [one[0, r] * other[0, s] for r in range(3) for s in range(3) if r != s]
    )
    assert across(one, other) == pytest.approx(by_hand)


def test_the_split_is_unbiased_also_where_luck_differs_between_draws() -> None:
    random = np.random.default_rng(SEED)
    found = []
    for _ in range(400):
        x = random.exponential(size=(20, 1))  # variance 1; luck has that of x², mean 2
        found.append(parts(x + x * random.normal(size=(20, 3))))
    between, luck = np.array(found).T
    for values, exact in ((between, 1.0), (luck, 2.0)):
        assert abs(values.mean() - exact) < 3 * values.std(ddof=1) / 20


def test_intervals_of_the_split_hold_the_truth() -> None:
    random = np.random.default_rng(SEED)
    held = 0
    for _ in range(300):
        x = random.uniform(size=(60, 1)) * 12**0.5
        found = split(x + random.normal(size=(60, 4))).share
        assert found is not None
        held += found.low <= 0.5 <= found.high
    # 95%, and three standard errors of 300 tries.
    assert 0.91 <= held / 300 <= 0.99


def test_nothing_that_varies_has_no_share() -> None:
    assert split(np.ones((5, 2))).share is None


@pytest.mark.parametrize("replications", [1, 4])
def test_a_band_holds_a_further_value_as_often_as_it_says(replications: int) -> None:
    random = np.random.default_rng(SEED)
    held = {0.5: 0, 0.95: 0}
    for _ in range(2000):
        x = random.exponential(size=(60, 1))
        values = x + 0.3 * random.normal(size=(60, replications))
        further = random.exponential() + 0.3 * random.normal()
        for chance in held:
            found = band(values, chance)
            held[chance] += found.low <= further <= found.high
    for chance, count in held.items():
        error = (chance * (1 - chance) / 2000) ** 0.5
        assert abs(count / 2000 - chance) < 3 * error + 0.002, chance


def test_a_band_of_single_values_is_that_of_ranks() -> None:
    values = np.arange(1.0, 40.0)[:, None]
    found = band(values, 0.95)
    assert found.is_whole
    assert (found.low, found.high) == pytest.approx((1.0, 39.0))
    assert not band(values[:38], 0.95).is_whole


def test_whether_draws_differ_is_an_f_test() -> None:
    random = np.random.default_rng(SEED)
    lucky = sum(shows(random.normal(size=(12, 3))) for _ in range(1000))
    # 5%, within three standard errors.
    assert abs(lucky / 1000 - 0.05) < 3 * (0.05 * 0.95 / 1000) ** 0.5
    assert shows(10 * random.normal(size=(12, 1)) + random.normal(size=(12, 3)))
    assert shows(np.array([[1.0, 1.0], [1.0, 1.0], [2.0, 2.0]]))
    assert not shows(np.ones((4, 2)))
