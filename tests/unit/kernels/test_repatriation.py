"""Moving back: rounding, and small models whose patients do, also uncompiled."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernels import layout, state
from kernels.philox import key
from kernels.repatriation import rest_at_home
from simulator import compiled
from simulator.reference import Replica
from tests.agreement.test_agreement import assert_same, together
from tests.unit.kernels.test_loop import (
    SALT,
    assert_same_tallies,
    cramped,
    roomy_first_state,
    small_model,
)

MOVING = [327, 239, 821, 313, 635]
"""Models of the generator whose patients move back; of 239 also such as hold places."""
STAYING = 5


@pytest.mark.parametrize(
    ("rest", "factor", "expected"),
    [
        (3_000_000, 1.5, 2_000_000),
        (1, 1.0, 1),
        (0, 1.2, 0),
        (1, 2.0, 1),  # a half, up
        (3, 2.0, 2),
        (5, 4.0, 1),  # 1.25
        (10, 0.5, 20),
        (2**62, 1e-6, 2**62),
    ],
)
def test_the_rest_is_divided_and_rounded_once(rest, factor, expected):
    assert rest_at_home(rest, factor) == expected


@given(
    rest=st.integers(0, 10 * 366 * layout.DAY),
    tenths=st.integers(1, 50),
)
def test_the_rest_is_the_nearest_whole_microsecond(rest, tenths):
    factor = tenths / 10
    exact = Fraction(rest) / Fraction(factor)
    assert abs(rest_at_home(rest, factor) - exact) <= Fraction(1, 2) + exact / 2**50


def moves(records):
    """Return the holds that a move back has ended."""
    ended = np.isin(records["reason"], (layout.AWAY, layout.KEPT))
    return records[ended & (records["wanted"] >= 0)]


@pytest.mark.parametrize("seed", MOVING)
def test_both_engines_move_the_same_patients(seed):
    model, luck = small_model(seed, ties=bool(seed % 2)), key(3, seed)
    expected = together(Replica(model, luck).run())
    assert len(moves(expected[1])) >= 5
    for salt in (0, SALT):
        assert_same(expected, together(compiled.records(model, luck, salt)), str(salt))


def test_places_that_are_held_move_too():
    model, luck = small_model(239, ties=True), key(3, 239)
    found = moves(together(compiled.records(model, luck))[1])
    assert set(found["reason"].tolist()) == {layout.AWAY, layout.KEPT}
    assert (found["wanted"] == found["home"]).all()
    assert (found["service"] != found["home"]).all()


@pytest.mark.parametrize("seed", MOVING[:3])
def test_they_move_in_little_room(seed, monkeypatch):
    model, luck = small_model(seed, ties=bool(seed % 2)), key(3, seed)
    roomy = compiled.tallied(model, luck)
    monkeypatch.setattr(
        compiled.initial, "state_of", lambda model, _, rows: cramped(model, rows=rows)
    )
    assert_same_tallies(compiled.tallied(model, luck), roomy)


def test_only_models_in_which_patients_move_back_have_cells_for_it():
    staying, moving = small_model(STAYING, ties=True), small_model(MOVING[0], ties=True)
    assert not (staying.helps["back"] != layout.STAYS).any()
    assert (moving.helps["back"] != layout.STAYS).any()
    plain, more = (roomy_first_state(model) for model in (staying, moving))
    assert plain.n[state.BACK] == 0
    assert more.extra.shape[1] == more.n[state.BACK] + state.B_CELLS
