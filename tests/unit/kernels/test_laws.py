"""Times drawn from the tables: cuts, mixtures, observed times, moving parameters."""

import hashlib
import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba.core import config
from scipy import integrate, stats

from kernels import layout as k
from kernels.laws import LONGEST, UNSETTLED, duration, laws_of, mean, microseconds

N = 1_000 if config.DISABLE_JIT else 4_000
MIDDLES = (np.arange(N) + 0.5) / N
ROOT3 = math.sqrt(3.0)


class Book:
    """Writes down laws and reads times from them."""

    def __init__(self):
        self.values, self.knots, self.laws, self.parts, self.times = [], [], [], [], []

    def number(self, value, *knots):
        self.values.append((value, len(self.knots), len(knots)))
        self.knots += knots
        return len(self.values) - 1

    def law(self, kind, *parameters, low=None, high=None, part=0, parts=0):
        given = [self.number(p) if isinstance(p, float) else p for p in parameters]
        cuts = [-1 if x is None else self.number(x) for x in (low, high)]
        row = (kind, *given, *[-1] * (3 - len(given)), *cuts, part, parts)
        self.laws.append(row)
        return len(self.laws) - 1

    def mixture(self, *members, low=None, high=None):
        rows = [(-1 if s is None else self.number(s), law) for s, law in members]
        self.parts += rows
        part = len(self.parts) - len(rows)
        return self.law(k.L_MIXTURE, low=low, high=high, part=part, parts=len(rows))

    def observed(self, *times, low=None, high=None):
        self.times += sorted(times)
        part = len(self.times) - len(times)
        return self.law(k.L_OBSERVED, low=low, high=high, part=part, parts=len(times))

    @property
    def tables(self):
        return laws_of(
            SimpleNamespace(
                values=np.array(self.values, k.VALUE),
                knots=np.array(self.knots, k.KNOT),
                laws=np.array(self.laws, k.LAW),
                parts=np.array(self.parts, k.PART),
                observed=np.array(self.times, np.float64),
            )
        )


def drawn(kind, *parameters, low=None, high=None, at=MIDDLES):
    """Return the times of one law at the middles of N equal cells of luck."""
    book = Book()
    book.law(kind, *parameters, low=low, high=high)
    tables = book.tables
    return np.array([duration(tables, 0, 0, u) for u in at])


# Closed forms: mean, sd and quantiles, each with mu, sigma etc. worked out by hand


@pytest.mark.parametrize(
    ("name", "law", "expected_mean", "sd", "quantiles"),
    [
        (
            "D01",
            (k.L_LOGNORMAL, 7.4, 8.61),
            7.4,
            8.61,
            {0.05: 1.05299166851, 0.5: 4.82336679929, 0.95: 22.094065866},
        ),
        (
            "D02",
            (k.L_CV_GAMMA, 5.0, 0.6),
            5.0,
            3.0,
            {0.05: 1.27062319678, 0.5: 4.41449755399, 0.95: 10.7297504709},
        ),
        (
            "D03",
            (k.L_TRIANGULAR, 5.0, 7.0, 15.0),
            9.0,
            2.16024689947,
            {0.05: 6.0, 0.5: 8.67544467966, 0.95: 13.0},
        ),
        (
            "D08",
            (k.L_CV_GAMMA, 4.0, 1.0 / ROOT3),
            4.0,
            2.30940107676,
            {0.05: 1.09025526289, 0.5: 3.56541375163, 0.95: 8.39439149583},
        ),
    ],
)
def test_laws_have_the_moments_and_quantiles_of_theory(
    name, law, expected_mean, sd, quantiles
):
    book = Book()
    book.law(*law)
    tables = book.tables
    for share, value in quantiles.items():
        assert duration(tables, 0, 0, share) == pytest.approx(value, rel=1e-10)
    assert mean(tables, 0, 0) == pytest.approx(expected_mean, rel=1e-12)
    times = drawn(*law)
    # The middles of cells leave out a little of the tail.
    assert np.mean(times) == pytest.approx(expected_mean, rel=8 / N)
    assert np.std(times) == pytest.approx(sd, rel=0.05)


def test_d06_a_normal_law_with_a_floor_far_below_is_hardly_cut():
    book = Book()
    book.law(k.L_NORMAL, 16.0, ROOT3, low=0.5)
    for share, value in {0.05: 13.1510299471, 0.5: 16.0, 0.95: 18.8489700529}.items():
        assert duration(book.tables, 0, 0, share) == pytest.approx(value, rel=1e-10)
    assert mean(book.tables, 0, 0) == pytest.approx(16.0, rel=1e-9)
    times = drawn(k.L_NORMAL, 16.0, ROOT3, low=0.5)
    assert np.std(times) == pytest.approx(1.73205080757, rel=2e-3)


def test_d10_a_mixture_of_two_exponentials_is_hyperexponential():
    book = Book()
    short, long = book.law(k.L_EXPONENTIAL, 4.0), book.law(k.L_EXPONENTIAL, 16.0)
    row = book.mixture((0.6, short), (None, long))
    tables = book.tables
    assert mean(tables, row, 0) == pytest.approx(8.8, rel=1e-12)
    n = 10 * N
    times = [duration(tables, row, 0, (i + 0.5) / n) for i in range(n)]
    assert np.mean(times) == pytest.approx(8.8, rel=1e-3)
    assert np.var(times) / np.mean(times) ** 2 == pytest.approx(1.89256198347, rel=0.02)


def test_luck_below_the_share_of_a_member_is_spread_over_that_member():
    book = Book()
    first = book.law(k.L_UNIFORM, 10.0, 20.0)
    second = book.law(k.L_UNIFORM, 1.0, 2.0)
    row = book.mixture((0.25, first), (0.25, second), (None, first))
    at = [duration(book.tables, row, 0, u) for u in (0.1, 0.3, 0.75)]
    assert at == pytest.approx([14.0, 1.2, 15.0])


# Cuts

CUT = {
    "exponential": ((k.L_EXPONENTIAL, 3.0), stats.expon(scale=3.0)),
    "lognormal": (
        (k.L_LOGNORMAL_MEDIAN, 5.0, 3.0),
        stats.lognorm(math.sqrt(2.0 * math.log(5.0 / 3.0)), scale=3.0),
    ),
    "gamma": ((k.L_GAMMA, 5.0, 3.0), stats.gamma(25 / 9, scale=1.8)),
    "normal": ((k.L_NORMAL, 1.0, 2.0), stats.norm(1.0, 2.0)),
    "weibull": (
        (k.L_WEIBULL, 0.9027452929509336, 0.6129357917546764),
        stats.weibull_min(1.5),
    ),
    "uniform": ((k.L_UNIFORM, 0.5, 6.0), stats.uniform(0.5, 5.5)),
    "triangular": ((k.L_TRIANGULAR, 0.0, 2.0, 9.0), stats.triang(2 / 9, scale=9.0)),
    "pert": ((k.L_PERT, 0.0, 3.0, 9.0), stats.beta(7 / 3, 11 / 3, scale=9.0)),
}
every_cut = pytest.mark.parametrize(
    ("law", "scipys"), [pytest.param(*v, id=n) for n, v in CUT.items()]
)
every_limit = pytest.mark.parametrize(("low", "high"), [(1.0, 4.0), (2.5, None)])


@every_cut
@every_limit
def test_a_cut_law_is_the_law_given_that_its_value_lies_inside(law, scipys, low, high):
    times = drawn(*law, low=low, high=high, at=[0.001, 0.1, 0.5, 0.9, 0.999])
    begin, end = scipys.cdf(low), scipys.cdf(math.inf if high is None else high)
    shares = (scipys.cdf(times) - begin) / (end - begin)
    assert shares == pytest.approx([0.001, 0.1, 0.5, 0.9, 0.999], rel=1e-9)


@every_cut
@every_limit
def test_the_mean_of_a_cut_law_is_that_of_its_times(law, scipys, low, high):
    book = Book()
    book.law(*law, low=low, high=high)
    end = scipys.isf(1e-14) if high is None else high
    mass = scipys.cdf(end) - scipys.cdf(low)
    inside = integrate.quad(lambda x: x * scipys.pdf(x), low, end, limit=200)[0]
    assert mean(book.tables, 0, 0) == pytest.approx(inside / mass, rel=1e-6)


@every_cut
def test_times_follow_their_law_and_rise_with_luck(law, scipys):
    times = drawn(*law)
    assert np.all(np.diff(times) > 0)
    floor = scipys.cdf(0.0)
    shares = (scipys.cdf(times) - floor) / (1.0 - floor)
    assert np.max(np.abs(shares - MIDDLES)) < 1e-9


@pytest.mark.parametrize("name", ["exponential", "lognormal", "gamma", "normal"])
def test_random_times_pass_the_test_of_kolmogorov_and_smirnov(name):
    law, scipys = CUT[name]
    u = np.random.default_rng(11).random(N)
    floor = scipys.cdf(0.0)
    shares = (scipys.cdf(drawn(*law, at=u)) - floor) / (1.0 - floor)
    assert stats.kstest(shares, "uniform").pvalue > 0.01


def test_a_normal_law_without_a_floor_is_cut_at_0_and_nothing_is_heaped_there():
    times = drawn(k.L_NORMAL, 1.0, 2.0)
    assert np.min(times) > 0.0
    assert len(set(times)) == N
    floor = stats.norm.sf(0.5)
    expected = 1.0 + 2.0 * stats.norm.pdf(0.5) / (1.0 - floor)
    assert np.mean(times) == pytest.approx(expected, rel=2e-3)


def test_a_cut_far_in_the_tail_keeps_its_precision():
    times = drawn(k.L_EXPONENTIAL, 1.0, low=60.0, at=[0.1, 0.5, 0.9])
    expected = [60.0 - math.log(1.0 - u) for u in (0.1, 0.5, 0.9)]
    assert times == pytest.approx(expected, rel=1e-13)
    below = drawn(k.L_EXPONENTIAL, 1.0, high=1e-20, at=[0.1, 0.5, 0.9])
    assert below == pytest.approx([1e-21, 5e-21, 9e-21], rel=1e-9)


@pytest.mark.parametrize(
    ("law", "low", "high", "value"),
    [
        ((k.L_FIXED, 5.0), 6.0, None, 6.0),
        ((k.L_FIXED, 5.0), None, 4.0, 4.0),
        ((k.L_FIXED, -5.0), None, None, 0.0),
        ((k.L_UNIFORM, 3.0, 5.0), 7.0, None, 7.0),
        ((k.L_UNIFORM, 3.0, 5.0), None, 2.0, 2.0),
        ((k.L_TRIANGULAR, 3.0, 4.0, 5.0), 7.0, 9.0, 7.0),
        ((k.L_PERT, 3.0, 4.0, 5.0), None, 2.0, 2.0),
        ((k.L_EXPONENTIAL, 1.0), 2000.0, None, 2000.0),
        ((k.L_EXPONENTIAL, 3.0), 4.0, 4.0, 4.0),
        ((k.L_EXPONENTIAL, 0.0), None, None, 0.0),
    ],
)
def test_a_law_outside_its_limits_gives_the_nearest_of_them(law, low, high, value):
    assert set(drawn(*law, low=low, high=high, at=[0.1, 0.9])) == {value}


# Mixtures that are cut, and observed times


def test_a_cut_mixture_weighs_its_members_by_what_lies_inside():
    book = Book()
    short, long = book.law(k.L_EXPONENTIAL, 4.0), book.law(k.L_EXPONENTIAL, 16.0)
    row = book.mixture((0.6, short), (None, long), low=5.0, high=20.0)
    tables = book.tables
    masses = [
        share * (math.exp(-5.0 / m) - math.exp(-20.0 / m))
        for share, m in ((0.6, 4.0), (0.4, 16.0))
    ]
    times = np.array([duration(tables, row, 0, u) for u in MIDDLES])
    assert np.min(times) >= 5.0
    assert np.max(times) <= 20.0
    jump = int(np.argmin(np.diff(times))) + 1
    assert jump / N == pytest.approx(masses[0] / sum(masses), abs=1.0 / N)
    assert mean(tables, row, 0) == pytest.approx(np.mean(times), rel=1 / N)


def test_members_cut_by_themselves_keep_their_shares():
    book = Book()
    one = book.law(k.L_UNIFORM, 0.0, 10.0, low=8.0)
    other = book.observed(1.0, 2.0, 9.0, high=5.0)
    never = book.law(k.L_FIXED, 4.0, low=30.0)
    row = book.mixture((0.5, one), (0.3, other), (None, never))
    cut = book.mixture((0.5, one), (0.3, other), (None, never), low=1.5, high=9.0)
    at = [duration(book.tables, row, 0, u) for u in (0.25, 0.64, 0.66, 0.9)]
    assert at == pytest.approx([9.0, 1.0, 2.0, 30.0])
    # Within [1.5, 9]: half of the first, half of the second, nothing of the third.
    at = [duration(book.tables, cut, 0, u) for u in (0.3125, 0.63, 0.99)]
    assert at == pytest.approx([8.5, 2.0, 2.0])
    assert mean(book.tables, cut, 0) == pytest.approx((0.25 * 8.5 + 0.15 * 2.0) / 0.4)


def test_a_mixture_of_which_nothing_lies_inside_gives_an_end():
    book = Book()
    row = book.mixture((None, book.law(k.L_FIXED, 4.0)), low=5.0)
    assert duration(book.tables, row, 0, 0.3) == 5.0
    assert mean(book.tables, row, 0) == pytest.approx(5.0)


def test_a_mixture_may_hold_a_mixture():
    book = Book()
    ends = book.law(k.L_FIXED, 1.0), book.law(k.L_FIXED, 2.0)
    inner = book.mixture((0.5, ends[0]), (None, ends[1]))
    row = book.mixture((0.5, inner), (None, book.law(k.L_FIXED, 3.0)))
    at = [duration(book.tables, row, 0, u) for u in (0.2, 0.3, 0.6)]
    assert at == [1.0, 2.0, 3.0]
    assert mean(book.tables, row, 0) == pytest.approx(2.25)


@given(st.lists(st.floats(0.0, 100.0), min_size=1, max_size=9), st.floats(0.001, 0.999))
def test_each_observed_time_is_as_likely_as_the_others(times, u):
    book = Book()
    row = book.observed(*times)
    expected = sorted(times)[math.floor(u * len(times))]
    assert duration(book.tables, row, 0, u) == expected
    assert mean(book.tables, row, 0) == pytest.approx(np.mean(times))


def test_cut_observed_times_are_those_within_the_limits():
    book = Book()
    row = book.observed(1.0, 2.0, 2.0, 4.0, 8.0, low=2.0, high=4.0)
    at = [duration(book.tables, row, 0, u) for u in (0.1, 0.5, 0.9)]
    assert at == [2.0, 2.0, 4.0]
    assert mean(book.tables, row, 0) == pytest.approx(8.0 / 3.0)


def test_observed_times_outside_their_limits_give_the_nearest_of_them():
    book = Book()
    row = book.observed(1.0, 9.0, low=3.0, high=4.0)
    assert [duration(book.tables, row, 0, u) for u in (0.2, 0.8)] == [3.0, 4.0]
    assert mean(book.tables, row, 0) == 3.5


# Parameters that move, and laws worked out once


def test_parameters_are_read_as_they_stand_when_the_time_is_drawn():
    book = Book()
    moving = book.number(2.0, (0, 2.0), (100, 4.0))
    book.law(k.L_EXPONENTIAL, moving)
    at = [duration(book.tables, 0, time, 0.5) for time in (0, 50, 100)]
    assert at == pytest.approx([x * math.log(2.0) for x in (2.0, 3.0, 4.0)])
    assert mean(book.tables, 0, 50) == 3.0


@pytest.mark.parametrize(
    "law",
    [
        (k.L_FIXED, 3.0),
        (k.L_EXPONENTIAL, 3.0),
        (k.L_LOGNORMAL, 3.0, 2.0),
        (k.L_CV_LOGNORMAL, 3.0, 0.7),
        (k.L_LOGNORMAL_MEDIAN, 3.0, 2.0),
        (k.L_CV_GAMMA, 3.0, 0.7),
        (k.L_CV_WEIBULL, 3.0, 0.7),
        (k.L_UNIFORM, 1.0, 3.0),
        (k.L_TRIANGULAR, 1.0, 2.0, 3.0),
        (k.L_PERT, 1.0, 2.0, 3.0),
    ],
)
def test_a_settled_law_gives_the_same_bits_as_one_that_may_move(law):
    book = Book()
    kind, first, *rest = law
    settled = book.law(kind, first, *rest)
    moving = book.law(kind, book.number(0.0, (-5, first)), *rest)
    tables = book.tables
    assert tables.forms["family"][settled] != UNSETTLED
    assert tables.forms["family"][moving] == UNSETTLED
    for u in np.random.default_rng(2).random(200):
        assert duration(tables, settled, 0, u) == duration(tables, moving, 0, u)


def test_times_are_the_same_to_the_last_bit_on_every_machine():
    book = Book()
    for law, _ in CUT.values():
        book.law(*law)
        book.law(*law, low=1.0, high=4.0)
    tables = book.tables
    u = (np.arange(50) + 0.5) / 50
    times = [duration(tables, law, 0, x) for law in range(len(book.laws)) for x in u]
    text = np.array(times, "<f8").tobytes()
    assert hashlib.sha256(text).hexdigest()[:16] == "9dba85902270efa4"


def test_groups_left_out_have_no_law_that_could_be_drawn():
    book = Book()
    book.law(-1)
    assert book.tables.forms["family"][0] == UNSETTLED


# Rounding


def test_times_are_rounded_half_up_to_microseconds():
    assert microseconds(1.0) == k.DAY
    assert microseconds(0.49 / k.DAY) == 0
    assert microseconds(0.5 / k.DAY) == 1
    assert microseconds(45 / 1440) == 45 * k.MINUTE
    assert microseconds(0.0) == 0


def test_no_time_is_too_long_to_be_added_to_a_moment():
    assert microseconds(1e300) == LONGEST
    assert microseconds(np.inf) == LONGEST
    assert LONGEST + 100 * 366 * k.DAY < k.NEVER
