"""The event loop, on small models: against the reference, in little room, without end.

Many more models are played in tests/agreement. These few also run uncompiled, where
the lines of the kernels are counted.
"""

import numpy as np
import pytest

from kernels import buckets, layout, state, tallies
from kernels.layout import DAY, TO_CHOICE
from kernels.philox import key
from kernels.tallying import with_records
from scenarios.tables import model as tables_of
from simulator import compiled
from simulator.errors import StuckError
from simulator.reference import Replica
from tests.agreement.generator import Maker
from tests.agreement.test_agreement import assert_same, together

roomy_first_state = state.initial
SALT = 0x5555555555555555
BUSY = 5
"""A model of the generator with many visits."""
ROUND_AND_ROUND = 0
"""A model of the generator whose patients can be made to go round."""


def small_model(seed, *, ties, plain=False):
    return tables_of(Maker(seed, ties=ties, plain=plain).scenario())


def cramped(model, people=4, rows=4):
    """Return a first state in which every kind of room soon runs out."""
    first = roomy_first_state(model, people, rows)
    in_heap = 2 * int(first.n[state.HEAP_N]) + 6
    return first._replace(
        heap=first.heap[:in_heap].copy(), newcomers=first.newcomers[:2].copy()
    )


def assert_same_tallies(one, other):
    for field in tallies.Tallies._fields[:-1]:
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field), field)
    found, expected = (buckets.settled(each.buckets) for each in (one, other))
    np.testing.assert_array_equal(found.keys, expected.keys)
    np.testing.assert_array_equal(found.pages, expected.pages)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("ties", [True, False])
def test_the_loop_plays_what_the_reference_plays(seed, ties):
    model, luck = small_model(seed, ties=ties), key(3, seed)
    expected = together(Replica(model, luck).run())
    for salt in (0, SALT):
        assert_same(expected, together(compiled.records(model, luck, salt)), str(salt))


@pytest.mark.parametrize("seed", range(20, 26))
def test_what_is_tallied_on_the_way_is_what_the_records_say(seed):
    model, luck = small_model(seed, ties=bool(seed % 2)), key(3, seed)
    expected = tallies.empty(model)
    for records in Replica(model, luck).run():
        expected = with_records(model, expected, records)
    assert_same_tallies(compiled.tallied(model, luck), expected)


@pytest.mark.parametrize("seed", range(40, 46))
def test_a_state_without_room_grows_and_loses_nothing(seed, monkeypatch):
    model, luck = small_model(seed, ties=bool(seed % 2)), key(3, seed)
    expected = together(Replica(model, luck).run())
    roomy = compiled.tallied(model, luck)
    few = tallies.empty(model)._replace(buckets=buckets.no_buckets(16))
    monkeypatch.setattr(compiled.counting, "empty", lambda _: few)
    monkeypatch.setattr(
        compiled.state, "initial", lambda model, _, rows: cramped(model, rows=rows)
    )
    assert_same_tallies(compiled.tallied(model, luck), roomy)
    monkeypatch.setattr(compiled, "RECORDS", 4)
    assert_same(expected, together(compiled.records(model, luck)), "in little room")


def test_records_come_in_parts_while_the_loop_goes_on(monkeypatch):
    model = small_model(BUSY, ties=True)
    monkeypatch.setattr(compiled, "RECORDS", 16)
    parts = [len(part.visits) for part in compiled.records(model, key(3, 3))]
    assert max(parts[:-1]) == 16
    assert len(parts) > 5


def endless(model):
    """Return the model with patients who go round and take no time."""
    values, branches = model.values.copy(), model.branches.copy()
    values["base"], values["knots"] = 0.0, 0
    into = np.flatnonzero(branches["kind"] == layout.TO_STEP)[0]
    branches[:] = branches[into]
    branches["after"], branches["arranged"], branches["share"] = -1, -1, -1
    choices = model.choices.copy()
    choices["moves"] = 0
    laws = model.laws.copy()
    laws["kind"], laws["a"], laws["low"], laws["high"] = layout.L_FIXED, 0, -1, -1
    services = model.services.copy()
    services["kind"] = layout.UNLIMITED
    steps = model.steps.copy()
    steps["waits"], steps["rules"], steps["absent"] = 0, 0, -1
    steps["law"], steps["law_stride"] = 0, 0
    scheduled = np.zeros(1, dtype=layout.SCHEDULED)
    scheduled["time"] = model.begin + DAY
    return model._replace(
        values=values,
        branches=branches,
        choices=choices,
        laws=laws,
        services=services,
        steps=steps,
        scheduled=scheduled,
        clouds=model.clouds[:0],
    )


def test_patients_who_go_round_without_time_are_said_with_the_moment():
    model = endless(small_model(ROUND_AND_ROUND, ties=True, plain=True))
    expected = "patients go round without taking time at 2021-11-2"
    with pytest.raises(StuckError, match=expected):
        compiled.tallied(model, key(3, 3))
    with pytest.raises(StuckError, match=expected):
        list(Replica(model, key(3, 3)).run())


def test_choices_that_lead_in_a_circle_are_said_with_the_moment():
    model = endless(small_model(ROUND_AND_ROUND, ties=True, plain=True))
    model.branches["kind"], model.branches["to"] = TO_CHOICE, 0
    expected = "in a circle: at 2021-11-2.* no step is ever reached"
    with pytest.raises(StuckError, match=expected):
        compiled.tallied(model, key(3, 3))
