"""Numbers that move in time, and how far they go."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernels.layout import KNOT, VALUE
from kernels.values import extremes, value_at


def tables(*knots, base=1.0):
    """Give a constant, then the number under test, then one with a knot of its own."""
    values = np.array(
        [(7.0, 0, 0), (base, 1, len(knots)), (9.0, 1 + len(knots), 1)], VALUE
    )
    return values, np.array([(0, -50.0), *knots, (5, 99.0)], KNOT)


def naive(knots, time):
    """Read what the layout says, knot by knot."""
    before = [k for k in knots if k[0] <= time]
    after = [k for k in knots if k[0] > time]
    if not before:
        return knots[0][1]
    if not after:
        return knots[-1][1]
    (t0, v0), (t1, v1) = before[-1], after[0]
    return v0 + (v1 - v0) * (time - t0) / (t1 - t0)


moments = st.integers(-(10**15), 10**15)
numbers = st.floats(-1e6, 1e6)
knot_lists = st.lists(st.tuples(moments, numbers), min_size=1, max_size=9).map(
    lambda knots: sorted(knots, key=lambda knot: knot[0])
)


def test_a_number_without_knots_never_moves():
    values, knots = tables(base=3.5)
    assert value_at(values, knots, 1, 10**15) == 3.5
    assert extremes(values, knots, 1, -5, 5) == (3.5, 3.5)


def test_a_ramp_is_a_straight_line_and_flat_outside():
    values, knots = tables((100, 2.0), (300, 6.0), base=2.0)
    at = [value_at(values, knots, 1, time) for time in (0, 100, 150, 200, 300, 900)]
    assert at == [2.0, 2.0, 3.0, 4.0, 6.0, 6.0]


def test_the_later_of_two_knots_holds_from_a_jump_on():
    values, knots = tables((100, 2.0), (100, 5.0))
    assert value_at(values, knots, 1, 99) == 2.0
    assert value_at(values, knots, 1, 100) == 5.0


def test_a_pulse_goes_up_and_comes_back():
    values, knots = tables((10, 1.0), (10, 4.0), (20, 4.0), (20, 1.0))
    at = [value_at(values, knots, 1, time) for time in (9, 10, 15, 19, 20)]
    assert at == [1.0, 4.0, 4.0, 4.0, 1.0]


def test_the_extremes_before_and_after_a_jump_do_not_know_of_it():
    values, knots = tables((100, 2.0), (100, 5.0))
    assert extremes(values, knots, 1, 0, 99) == (2.0, 2.0)
    assert extremes(values, knots, 1, 100, 200) == (5.0, 5.0)
    assert extremes(values, knots, 1, 0, 100) == (2.0, 5.0)


def test_the_extremes_of_a_pulse_within_are_seen():
    values, knots = tables((10, 1.0), (10, 4.0), (20, 4.0), (20, 1.0), (30, -2.0))
    assert extremes(values, knots, 1, 0, 25) == (-0.5, 4.0)


@given(knot_lists, moments)
def test_values_are_those_of_the_naive_twin(knots, time):
    expected = naive(knots, time)
    assert value_at(*tables(*knots), 1, time) == pytest.approx(expected, abs=1e-6)


@given(knot_lists, moments, st.integers(0, 10**15), st.floats(0.0, 1.0))
def test_no_value_lies_outside_the_extremes(knots, begin, length, share):
    values, all_knots = tables(*knots)
    end = begin + length
    lowest, highest = extremes(values, all_knots, 1, begin, end)
    for time in (begin, begin + int(share * length), end):
        assert lowest <= value_at(values, all_knots, 1, time) <= highest
    inside = [value for time, value in knots if begin < time <= end]
    reached = [naive(knots, begin), naive(knots, end), *inside]
    assert lowest == pytest.approx(min(reached), abs=1e-6)
    assert highest == pytest.approx(max(reached), abs=1e-6)


def test_rounding_never_leads_beyond_a_knot():
    values, knots = tables((0, 1.0), (10**15, 1e-17))
    assert value_at(values, knots, 1, 10**15 - 1) >= 1e-17
