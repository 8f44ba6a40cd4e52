"""Logarithm, exponential and normal law against decimals and scipy."""

import decimal
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba.core import config
from scipy import special

from kernels import elementary
from kernels.elementary import (
    exp,
    expm1,
    log,
    log1p,
    normal_cdf,
    normal_quantile,
)

DIGITS = decimal.Context(prec=60)
positive = st.floats(2.0**-1022, 1.7e308)
powers = st.floats(-708.0, 709.7)


def off(value: float, exact: decimal.Decimal) -> float:
    """Return how many units in the last place a value lies beside the exact one."""
    beside = DIGITS.subtract(decimal.Decimal(float(value)), exact)
    return abs(float(beside)) / math.ulp(float(exact))


@given(positive)
def test_log_is_off_by_less_than_a_unit(x):
    assert off(log(x), decimal.Decimal(x).ln(DIGITS)) < 1.0


@given(st.floats(0.5, 2.0).filter(lambda x: x != 1.0))
def test_log_near_1_is_off_by_less_than_a_unit(x):
    assert off(log(x), decimal.Decimal(x).ln(DIGITS)) < 1.0


@given(powers)
def test_exp_is_off_by_less_than_a_unit(x):
    assert off(exp(x), decimal.Decimal(x).exp(DIGITS)) < 1.0


@given(st.floats(2.0**-60, 4.0) | st.floats(-0.999, -(2.0**-60)))
def test_log1p_is_off_by_a_few_units(x):
    assert off(log1p(x), DIGITS.add(1, decimal.Decimal(x)).ln(DIGITS)) < 4.0


@given(st.floats(2.0**-60, 40.0) | st.floats(-40.0, -(2.0**-60)))
def test_expm1_is_off_by_a_few_units(x):
    assert off(expm1(x), DIGITS.subtract(decimal.Decimal(x).exp(DIGITS), 1)) < 5.0


def test_exact_values_come_out_exactly():
    assert log(1.0) == 0.0
    assert exp(0.0) == 1.0
    assert log1p(0.0) == 0.0
    assert expm1(0.0) == 0.0
    assert normal_quantile(0.5) == 0.0
    assert normal_cdf(0.0) == 0.5


def test_exp_leaves_the_range_of_numbers_at_both_ends():
    assert exp(710.0) == np.inf
    assert exp(np.inf) == np.inf
    assert exp(709.78) == pytest.approx(math.exp(709.78), rel=1e-15)
    assert exp(-740.0) == pytest.approx(math.exp(-740.0), abs=5e-324)
    assert exp(-746.0) == 0.0
    assert exp(-np.inf) == 0.0
    assert expm1(800.0) == np.inf
    assert expm1(-800.0) == -1.0


@given(st.floats(2.0**-53, 0.5))
def test_normal_quantiles_are_those_of_scipy_on_both_sides(p):
    assert normal_quantile(p) == pytest.approx(special.ndtri(p), rel=4e-15, abs=1e-16)
    assert normal_quantile(1.0 - p) == -normal_quantile(1.0 - (1.0 - p))


@pytest.mark.parametrize("p", [1e-300, 1e-100, 1e-30, 1e-20, 1.5e-11, 0.075, 0.0751])
def test_normal_quantiles_reach_far_into_the_tail(p):
    assert normal_quantile(p) == pytest.approx(special.ndtri(p), rel=4e-15)


@given(st.floats(-37.0, 37.0))
def test_normal_shares_are_those_of_scipy(z):
    # The rounding of -z / sqrt(2) is blown up by z * z.
    assert normal_cdf(z) == pytest.approx(special.ndtr(z), rel=2e-16 * (4 + z * z))


def test_normal_shares_end_at_0_and_1():
    assert normal_cdf(-np.inf) == 0.0
    assert normal_cdf(-60.0) == 0.0
    assert normal_cdf(np.inf) == 1.0


@given(st.floats(1e-12, 1.0 - 1e-12))
def test_the_normal_quantile_undoes_the_normal_share(p):
    assert normal_cdf(normal_quantile(p)) == pytest.approx(p, rel=1e-13)


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [
        ("log", 1e-300, 1e3),
        ("exp", -745.0, 709.0),
        ("log1p", -0.99, 3.0),
        ("expm1", -40.0, 40.0),
        ("normal_quantile", 1e-17, 1.0 - 1e-16),
        ("normal_cdf", -38.0, 10.0),
    ],
)
def test_machine_code_gives_the_same_bits_as_python(name, lowest, highest):
    compiled = getattr(elementary, name)
    rng = np.random.default_rng(1)
    ends = [lowest, highest]
    for x in (*ends, *rng.uniform(lowest, highest, 300), *rng.uniform(0.01, 0.99, 300)):
        assert compiled(float(x)) == compiled.py_func(float(x))
