"""Gamma and beta functions and their inverses against scipy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from kernels.special import (
    beta_quantile,
    beta_shares,
    gamma_quantile,
    gamma_shares,
    log_gamma,
)

SHARES = [1e-30, 1e-15, 1e-6, 0.001, 0.1, 0.5, 0.9, 0.999, 1.0 - 1e-6]
log_shares = st.floats(-30.0, math.log10(0.5)).map(lambda x: 10.0**x)


@given(st.floats(1e-6, 1e8))
def test_log_gamma_is_that_of_scipy(x):
    assert log_gamma(x) == pytest.approx(special.gammaln(x), rel=1e-14, abs=4e-15)


@given(st.floats(0.01, 300.0), st.floats(0.01, 3.0))
def test_gamma_shares_are_those_of_scipy(shape, factor):
    below, above = gamma_shares(shape, shape * factor)
    assert below == pytest.approx(special.gammainc(shape, shape * factor), rel=1e-11)
    assert above == pytest.approx(special.gammaincc(shape, shape * factor), rel=1e-11)


@pytest.mark.parametrize("shape", [0.01, 0.04, 0.5, 1.0, 2.78, 25.0, 400.0, 1e4, 1e5])
@pytest.mark.parametrize("p", SHARES)
def test_gamma_quantiles_are_those_of_scipy_on_both_sides(shape, p):
    lower = special.gammaincinv(shape, p)
    upper = special.gammainccinv(shape, p)
    if lower > 1e-290:
        assert gamma_quantile(shape, p, 1.0 - p) == pytest.approx(lower, rel=1e-12)
    if upper > 1e-290:
        assert gamma_quantile(shape, 1.0 - p, p) == pytest.approx(upper, rel=1e-12)


def test_gamma_quantiles_below_all_numbers_are_0():
    assert gamma_quantile(1e-4, 0.3, 0.7) == 0.0


@pytest.mark.parametrize("shape", [1.1e6, 1e8, 1e12])
@given(st.floats(-5.0, 5.0))
def test_huge_shapes_follow_the_expansion_of_cornish_and_fisher(shape, z):
    p, q = special.ndtr(z), special.ndtr(-z)
    root = math.sqrt(shape)
    exact = shape + z * root + (z * z - 1) / 3 + (z**3 - 7 * z) / (36 * root)
    assert gamma_quantile(shape, p, q) == pytest.approx(exact, rel=2e-9)
    below, above = gamma_shares(shape, exact)
    assert below == pytest.approx(p, rel=1e-4)
    assert above == pytest.approx(q, rel=1e-4)


@pytest.mark.parametrize("shares", [gamma_shares, lambda a, x: beta_shares(a, 2.0, x)])
def test_nothing_lies_below_0_and_all_below_the_end(shares):
    assert shares(2.0, 0.0) == (0.0, 1.0)
    assert shares(2.0, -1.0) == (0.0, 1.0)
    assert shares(2.0, np.inf) == (1.0, 0.0)


@given(st.floats(1.0, 5.0), st.floats(1.0, 5.0), st.floats(1e-6, 1.0 - 1e-6))
def test_beta_shares_are_those_of_scipy(a, b, x):
    below, above = beta_shares(a, b, x)
    assert below == pytest.approx(special.betainc(a, b, x), rel=1e-11)
    assert above == pytest.approx(special.betaincc(a, b, x), rel=1e-11)


@given(st.floats(1.0, 5.0), st.floats(1.0, 5.0), log_shares)
def test_beta_quantiles_are_those_of_scipy_on_both_sides(a, b, p):
    lower, upper = special.betaincinv(a, b, p), special.betainccinv(a, b, p)
    assert beta_quantile(a, b, p, 1.0 - p) == pytest.approx(lower, rel=1e-11)
    assert beta_quantile(a, b, 1.0 - p, p) == pytest.approx(upper, rel=1e-11)
