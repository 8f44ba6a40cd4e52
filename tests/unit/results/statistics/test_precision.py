"""How sure a mean is: band, quantiles, and how intervals narrow."""

import numpy as np
import pytest

from results.statistics.precision import band, for_half, precision, quantile, widths


def test_the_band_of_one_to_five_has_its_textbook_ends():
    # s = 1.5811, t(4, 0.975) = 2.7764: 3 ± 2.7764 × 1.5811 × √(6/5).
    assert band([1, 2, 3, 4, 5]) == pytest.approx((-1.80894, 7.80894), abs=1e-5)


def test_the_band_holds_the_next_value_95_times_in_100():
    rng = np.random.default_rng(20261129)
    inside = 0
    for _ in range(2000):
        *seen, following = rng.normal(10, 3, 9)
        low, high = band(seen)
        inside += low <= following <= high
    # Binomial, 99.9% band: 1900 ± 32.
    assert abs(inside - 1900) <= 32


def test_one_replication_has_neither_band_nor_interval():
    of = precision([4.0])
    assert (of.mean.mean, of.band, of.widths, of.for_half) == (4.0, None, (), None)
    assert [(q.value, q.low) for q in of.quantiles] == [(4.0, None)] * 3


def test_a_quantile_over_replications_lies_between_those_seen():
    values = [float(n) for n in range(1, 22)]
    found = quantile(values, 50)
    assert found.value == 11
    # By order statistics, the median of 21 lies between the 6th and the 16th, 97%.
    assert found.low == pytest.approx(7, abs=1.01)
    assert found.high == pytest.approx(15, abs=1.01)
    assert quantile(values, 50) == found


def test_few_replications_have_quantiles_without_an_interval():
    assert quantile([1.0, 2.0, 9.0], 50) == (50, 2.0, None, None)


def test_equal_values_have_a_quantile_of_no_width():
    assert quantile([0.1] * 12, 90) == (90, 0.1, 0.1, 0.1)


def test_intervals_narrow_as_replications_are_added():
    # Of 1, 3: s = √2, t(1) = 12.706; of 1, 3, 2: s = 1, t(2) = 4.3027.
    found = dict(widths([1.0, 3.0, 2.0]))
    assert found[2] == pytest.approx(12.7062, abs=1e-4)
    assert found[3] == pytest.approx(4.30265 / 3**0.5, abs=1e-4)


def test_half_the_width_takes_a_known_number_of_replications():
    # t(9) / √10 = 0.71536; t(32) / √33 = 0.35458, t(31) / √32 = 0.36054.
    assert for_half(10) == 33
    # Large numbers: nearly four times as many.
    assert for_half(1000) == pytest.approx(4000, abs=10)
