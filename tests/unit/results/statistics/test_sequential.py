"""When an interval is narrow enough, and stays so."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from results.statistics.sequential import Bound, Sequel, enough, look

FIVE_PERCENT, TWO = Bound(0.05, is_share=True), Bound(2.0, is_share=False)


def half(values):
    x = np.array(values)
    return stats.t.ppf(0.975, len(x) - 1) * x.std(ddof=1) / len(x) ** 0.5


def in_plain_words(bounds, rows, at_least):
    """Return where to stop, every interval worked out anew from its values."""
    for stop in range(1, len(rows) + 1):
        if all(
            stays_narrow(bound, [row[i] for row in rows[:stop]], at_least)
            for i, bound in enumerate(bounds)
        ):
            return stop
    return None


def stays_narrow(bound, column, at_least):
    values = [value for value in column if value is not None]
    back = 5 if len(values) <= 100 else math.floor(0.05 * len(values))
    counts = range(len(values) - back, len(values) + 1)
    return (
        len(values) >= at_least
        and counts[0] >= 2
        and all(is_narrow(bound, values[:n]) for n in counts)
    )


def is_narrow(bound, values):
    mean = abs(float(np.mean(values)))
    if bound.is_share:
        return mean > 0 and half(values) <= mean * bound.half / (1 + bound.half)
    return half(values) <= bound.half


VALUE = st.one_of(st.none(), st.integers(90, 110), st.integers(-3, 3))


@given(st.lists(st.tuples(VALUE, VALUE), max_size=40), st.integers(2, 12))
def test_the_rule_stops_where_plain_words_do(rows, at_least):
    found, _ = enough([FIVE_PERCENT, TWO], rows, at_least)
    assert found == in_plain_words([FIVE_PERCENT, TWO], rows, at_least)


def test_the_rule_stops_where_plain_words_do_beyond_a_hundred():
    values = np.random.default_rng(3).normal(100, 26, 400)
    rows = [(float(v),) for v in values]
    found, (sequel,) = enough([Bound(0.04, is_share=True)], rows)
    assert found == in_plain_words([Bound(0.04, is_share=True)], rows, 10)
    assert found is not None
    assert found > 100
    assert sequel.n == found
    assert sequel.mean == pytest.approx(values[:found].mean(), rel=1e-12)
    assert sequel.half == pytest.approx(half(values[:found]), rel=1e-12)


def test_a_share_of_the_mean_is_one_of_the_true_mean_wherever_that_lies():
    # 100 +- 4.76: the true mean is 95.24 at the lowest, and 100 is 5% more than that.
    allowed = FIVE_PERCENT.allowed(-100.0)
    assert allowed == pytest.approx(100 / 21)
    assert 100 / (100 - allowed) - 1 == pytest.approx(0.05)
    assert TWO.allowed(1e6) == 2.0


def test_the_look_ahead_grows_beyond_a_hundred():
    assert [look(n) for n in (2, 100, 119, 120, 200, 1000)] == [5, 5, 5, 6, 10, 50]


def test_one_narrow_interval_by_chance_is_not_enough():
    lucky = [100.0, 100.1, 60.0, 140.0] * 3
    found, (sequel,) = enough([FIVE_PERCENT], [(v,) for v in lucky], at_least=2)
    assert is_narrow(FIVE_PERCENT, lucky[:2])
    assert found is None
    assert not sequel.is_narrow


def test_what_is_always_the_same_is_known_after_the_fewest_replications():
    for value, bound in ((7.0, FIVE_PERCENT), (7.0, TWO), (0.0, TWO)):
        found, (sequel,) = enough([bound], [(value,)] * 30)
        assert (found, sequel.half, sequel.mean) == (10, 0.0, value)


def test_a_share_of_nothing_is_never_reached():
    found, (sequel,) = enough([FIVE_PERCENT], [(0.0,)] * 30)
    assert found is None
    assert not sequel.is_narrow


def test_replications_without_a_value_are_not_counted():
    rows = [(7.0,), (None,)] * 15
    found, (sequel,) = enough([TWO], rows)
    assert (found, sequel.n) == (19, 10)


def test_all_measures_must_be_narrow_at_once():
    wide = [100.0, 130.0, 80.0, 110.0] * 2 + [103.0, 104.0] * 100
    rows = [(7.0, value) for value in wide]
    alone, _ = enough([FIVE_PERCENT], [(value,) for value in wide])
    both, _ = enough([TWO, FIVE_PERCENT], rows)
    assert both == alone
    assert both is not None
    assert both > 10


def test_a_forecast_says_about_how_many_more():
    sequel = Sequel(FIVE_PERCENT)
    for value in np.random.default_rng(1).normal(100, 30, 50):
        sequel.add(float(value))
    # (2 x 30 / 4.76) squared is 159.
    assert 80 < sequel.n + sequel.more() < 260
    fresh = Sequel(FIVE_PERCENT)
    assert fresh.more() == 6
    for _ in range(4):
        fresh.add(1.0)
    assert fresh.more() == 3
