"""Elementary effects, against numbers worked out by hand."""

import numpy as np
import pytest
from scipy import stats

from results.statistics.screening import screened

SEED = 20_261_130


def test_effects_without_luck_have_their_plain_statistics() -> None:
    means = np.array([3.0, -1.0, 4.0, 2.0])
    (found,) = screened({"a": np.column_stack([means, means])})
    assert found.mu.mean == pytest.approx(2.0)
    assert found.mu_star.mean == pytest.approx(2.5)
    assert found.sigma.mean == pytest.approx(means.std(ddof=1))
    assert (found.of_luck, found.p) == (0.0, 0.0)
    assert found.shows


def test_an_input_that_does_nothing_at_all_shows_nothing() -> None:
    (found,) = screened({"a": np.zeros((4, 2))})
    assert (found.mu_star.mean, found.sigma.mean, found.p) == (0.0, 0.0, 1.0)
    assert not found.shows


def test_luck_is_taken_from_sigma_and_told_beside_the_size() -> None:
    random = np.random.default_rng(SEED)
    effects = 3 + random.normal(size=(4000, 1)) + 2 * random.normal(size=(4000, 4))
    quiet = 2 * random.normal(size=(4000, 4))
    loud, still = screened({"quiet": quiet, "loud": effects})
    assert (loud.name, still.name) == ("loud", "quiet")
    assert loud.sigma.mean == pytest.approx(1.0, abs=0.05)
    assert still.mu_star.mean == pytest.approx(still.of_luck, rel=0.03)
    assert still.of_luck == pytest.approx((2 / np.pi) ** 0.5, rel=0.02)


def test_the_test_against_luck_is_right_where_there_is_nothing_else() -> None:
    random = np.random.default_rng(SEED)
    found = [screened({"a": random.normal(size=(6, 3))})[0].p for _ in range(500)]
    assert stats.kstest(found, "uniform").pvalue > 0.01
