"""Every plain law against scipy, both ways."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kernels import layout as k
from kernels.families import Plain, mean_of, plain, quantile, shares

CV = math.sqrt(math.log(1.0 + 0.7**2))
LAWS = {
    "exponential": (plain(k.L_EXPONENTIAL, 3.0, 0.0, 0.0), stats.expon(scale=3.0)),
    "lognormal": (
        plain(k.L_CV_LOGNORMAL, 5.0, 0.7, 0.0),
        stats.lognorm(CV, scale=5.0 * math.exp(-CV * CV / 2.0)),
    ),
    "lognormal by median": (
        plain(k.L_LOGNORMAL_MEDIAN, 5.0, 3.0, 0.0),
        stats.lognorm(math.sqrt(2.0 * math.log(5.0 / 3.0)), scale=3.0),
    ),
    "gamma": (plain(k.L_GAMMA, 5.0, 3.0, 0.0), stats.gamma(25 / 9, scale=1.8)),
    "wide gamma": (plain(k.L_CV_GAMMA, 2.0, 3.0, 0.0), stats.gamma(1 / 9, scale=18.0)),
    "normal": (plain(k.L_CV_NORMAL, 5.0, 0.4, 0.0), stats.norm(5.0, 2.0)),
    "uniform": (plain(k.L_UNIFORM, 2.0, 6.0, 0.0), stats.uniform(2.0, 4.0)),
    "triangular": (
        plain(k.L_TRIANGULAR, 5.0, 7.0, 15.0),
        stats.triang(0.2, loc=5.0, scale=10.0),
    ),
    "triangular, peak first": (
        plain(k.L_TRIANGULAR, 5.0, 5.0, 15.0),
        stats.triang(0.0, loc=5.0, scale=10.0),
    ),
    "triangular, peak last": (
        plain(k.L_TRIANGULAR, 5.0, 15.0, 15.0),
        stats.triang(1.0, loc=5.0, scale=10.0),
    ),
    "pert": (
        plain(k.L_PERT, 1.0, 3.0, 9.0),
        stats.beta(2.0, 4.0, loc=1.0, scale=8.0),
    ),
}
weibulls = {
    f"weibull {shape}": (
        plain(k.L_WEIBULL, law.mean(), law.std(), 0.0),
        law,
    )
    for shape in (0.4, 1.0, 2.5, 40.0)
    for law in (stats.weibull_min(shape, scale=3.0),)
}
every_law = pytest.mark.parametrize(
    ("law", "scipys"), [pytest.param(*v, id=n) for n, v in (LAWS | weibulls).items()]
)
U = [1e-12, 1e-6, 0.001, 0.05, 0.2, 0.5, 0.8, 0.95, 0.999, 1.0 - 1e-6]


@every_law
@pytest.mark.parametrize("u", U)
def test_quantiles_are_those_of_scipy_from_both_ends(law, scipys, u):
    assert quantile(law, u, 1.0 - u) == pytest.approx(scipys.ppf(u), rel=1e-9)
    assert quantile(law, 1.0 - u, u) == pytest.approx(scipys.isf(u), rel=1e-9)


@every_law
@pytest.mark.parametrize("u", U)
def test_shares_are_those_of_scipy(law, scipys, u):
    value = scipys.ppf(u)
    below, above = shares(law, value)
    assert below == pytest.approx(scipys.cdf(value), rel=1e-7, abs=1e-15)
    assert above == pytest.approx(scipys.sf(value), rel=1e-7, abs=1e-15)


@every_law
def test_means_are_those_of_scipy(law, scipys):
    assert mean_of(law) == pytest.approx(scipys.mean(), rel=1e-9)


@every_law
def test_longer_luck_means_a_longer_time(law, scipys):
    u = np.linspace(0.0, 1.0, 202)[1:-1]
    times = [quantile(law, x, 1.0 - x) for x in u]
    assert np.all(np.diff(times) > 0)


@every_law
def test_no_share_lies_outside_the_ends(law, scipys):
    lowest, highest = scipys.support()
    assert shares(law, lowest - 1.0) == (0.0, 1.0) or lowest == -np.inf
    assert shares(law, np.inf) == (1.0, 0.0)
    assert quantile(law, 0.0, 1.0) == lowest
    assert quantile(law, 1.0, 0.0) == highest


@given(st.floats(0.01, 20.0), st.floats(0.1, 100.0))
def test_a_weibull_law_has_the_mean_and_cv_it_was_given(cv, mean):
    law = plain(k.L_CV_WEIBULL, mean, cv, 0.0)
    scipys = stats.weibull_min(1.0 / law.y, scale=law.x)
    assert scipys.mean() == pytest.approx(mean, rel=1e-9)
    assert scipys.std() == pytest.approx(mean * cv, rel=1e-7)


@given(st.floats(0.05, 20.0), st.floats(0.1, 100.0))
def test_sd_and_cv_mean_the_same(cv, mean):
    for by_sd, by_cv in (
        (k.L_LOGNORMAL, k.L_CV_LOGNORMAL),
        (k.L_GAMMA, k.L_CV_GAMMA),
        (k.L_NORMAL, k.L_CV_NORMAL),
        (k.L_WEIBULL, k.L_CV_WEIBULL),
    ):
        one, other = plain(by_sd, mean, mean * cv, 0.0), plain(by_cv, mean, cv, 0.0)
        assert one.family == other.family
        assert one == pytest.approx(other, rel=1e-9)


@pytest.mark.parametrize(
    ("kind", "a", "b", "c", "value"),
    [
        (k.L_FIXED, 4.0, 0.0, 0.0, 4.0),
        (k.L_EXPONENTIAL, 0.0, 0.0, 0.0, 0.0),
        (k.L_LOGNORMAL, 4.0, 0.0, 0.0, 4.0),
        (k.L_LOGNORMAL, 0.0, 1.0, 0.0, 0.0),
        (k.L_CV_LOGNORMAL, 4.0, 0.0, 0.0, 4.0),
        (k.L_LOGNORMAL_MEDIAN, 4.0, 4.0, 0.0, 4.0),
        (k.L_GAMMA, 4.0, 0.0, 0.0, 4.0),
        (k.L_CV_GAMMA, 0.0, 2.0, 0.0, 0.0),
        (k.L_NORMAL, 4.0, 0.0, 0.0, 4.0),
        (k.L_WEIBULL, 4.0, 0.0, 0.0, 4.0),
        (k.L_UNIFORM, 4.0, 4.0, 0.0, 4.0),
        (k.L_TRIANGULAR, 4.0, 4.0, 4.0, 4.0),
        (k.L_PERT, 4.0, 4.0, 4.0, 4.0),
    ],
)
def test_a_law_without_spread_is_fixed(kind, a, b, c, value):
    law = plain(kind, a, b, c)
    assert law == Plain(k.L_FIXED, value, 0.0, 0.0)
    assert quantile(law, 0.3, 0.7) == value
    assert mean_of(law) == value
