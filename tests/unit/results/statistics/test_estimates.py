import numpy as np
import pytest
from scipy import stats

from results.statistics.estimates import estimate, holm, needed, paired, unpaired


def test_the_mean_of_one_to_five_has_its_textbook_interval():
    # s = 1.5811, t(4, 0.975) = 2.7764: 3 ± 2.7764 × 1.5811 / √5.
    of = estimate([1, 2, 3, 4, 5])
    assert of.mean == 3
    assert of.n == 5
    assert of.standard_error == pytest.approx(0.70711, abs=1e-5)
    assert of.interval == pytest.approx((1.03676, 4.96324), abs=1e-5)


def test_one_replication_has_a_mean_and_no_interval():
    of = estimate([7.5])
    assert (of.mean, of.interval, of.standard_error, of.n, of.p) == (
        7.5,
        None,
        None,
        1,
        None,
    )


def test_no_replication_has_no_mean():
    with pytest.raises(ValueError, match="no replication"):
        estimate([])


def test_equal_numbers_have_an_interval_of_no_width():
    of = estimate([0.1, 0.1, 0.1])
    assert (of.mean, of.low, of.high, of.p) == (0.1, 0.1, 0.1, 0.0)


@pytest.fixture
def samples():
    rng = np.random.default_rng(20260101)
    return rng.normal(5, 2, 12), rng.normal(6, 4, 12)


def test_intervals_and_p_values_of_pairs_are_those_of_the_paired_t_test(samples):
    a, b = samples
    oracle = stats.ttest_rel(b, a)
    of = paired(a, b)
    assert of.p == pytest.approx(oracle.pvalue)
    assert of.interval == pytest.approx(tuple(oracle.confidence_interval(0.95)))
    assert of.mean == pytest.approx((b - a).mean())


def test_intervals_of_independent_runs_are_those_of_welch(samples):
    a, b = samples[0], samples[1][:7]
    oracle = stats.ttest_ind(b, a, equal_var=False)
    of = unpaired(a, b)
    assert of.p == pytest.approx(oracle.pvalue)
    assert of.interval == pytest.approx(tuple(oracle.confidence_interval(0.95)))
    assert of.n == 19


def test_independent_runs_of_one_replication_have_no_interval():
    assert unpaired([1.0], [2.0, 3.0]).interval is None
    assert unpaired([1.0], [2.0, 3.0]).mean == 1.5


def test_independent_runs_without_spread_have_an_interval_of_no_width():
    of = unpaired([1.0, 1.0], [3.0, 3.0, 3.0])
    assert (of.low, of.high, of.p) == (2, 2, 0)


def test_another_level_has_another_interval():
    of = estimate([1, 2, 3, 4, 5], level=0.9)
    assert of.interval == pytest.approx((1.49256, 4.50744), abs=1e-5)  # t = 2.13185


def test_holm_corrects_the_smallest_p_most():
    # Sorted .005, .01, .03, .04 times 4, 3, 2, 1, never falling.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_stays_below_one_and_takes_no_question_at_all():
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_skewed_values_need_more_of_them_for_their_mean():
    assert needed([1.0, 1.0, 1.0]) == 0
    assert needed([1.0, 2.0, 3.0]) == 0
    # Of 0, 0, 0, 4: second moment 3, third 6; 25 × 6² / 3³ = 33.3.
    assert needed([0.0, 0.0, 0.0, 4.0]) == 34
