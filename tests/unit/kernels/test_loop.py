"""The event loop, on small models: against the reference, in little room, without end.

Many more models are played in tests/agreement. These few also run uncompiled, where
the lines of the kernels are counted.
"""

import numpy as np
import pytest

from kernels import buckets, counting, initial, layout, state, tallies
from kernels.counting import tallies_of
from kernels.empty_rows import free_shares
from kernels.layout import DAY, TO_CHOICE
from kernels.philox import key
from kernels.shares import NONE
from scenarios.tables import model as tables_of
from simulator import compiled
from simulator.errors import StuckError
from simulator.reference import Replica
from tests.agreement.generator import Maker
from tests.agreement.test_agreement import assert_same, together

roomy_first_state = initial.state_of
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
        heap=first.heap[:in_heap].copy(),
        newcomers=first.newcomers[:2].copy(),
        shares=free_shares(min(len(first.shares), 1 + first.share_of.shape[1])),
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
    expected = tallies_of(model, Replica(model, luck).run())
    assert_same_tallies(compiled.tallied(model, luck), expected)


@pytest.mark.parametrize("seed", range(40, 46))
def test_a_state_without_room_grows_and_loses_nothing(seed, monkeypatch):
    model, luck = small_model(seed, ties=bool(seed % 2)), key(3, seed)
    expected = together(Replica(model, luck).run())
    roomy = compiled.tallied(model, luck)
    few = tallies.empty(model)._replace(buckets=buckets.no_buckets(16))
    monkeypatch.setattr(counting, "empty", lambda _: few)
    monkeypatch.setattr(counting, "MOST_PAGES", 64)
    monkeypatch.setattr(
        compiled.initial, "state_of", lambda model, _, rows: cramped(model, rows=rows)
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


OF_SHARES = ("n", "people", "since", "share_of", "shares")


@pytest.mark.parametrize("cramps", [False, True])
@pytest.mark.parametrize("seed", [*range(40, 46), BUSY])
def test_shares_are_handed_out_to_clocks_that_are_on_and_taken_back(
    seed, cramps, monkeypatch
):
    model, luck = small_model(seed, ties=False), key(3, seed)
    seen, at_the_end = [], compiled._still_there

    def looked_at(now, tables):
        seen.append(now._replace(**{x: getattr(now, x).copy() for x in OF_SHARES}))
        return at_the_end(now, tables)

    monkeypatch.setattr(compiled, "_still_there", looked_at)
    if cramps:
        monkeypatch.setattr(
            compiled.initial, "state_of", lambda model, _, rows: cramped(model)
        )
    compiled.tallied(model, luck)
    (now,) = seen
    if not len(now.accounts):
        assert now.share_of.size == now.shares.size == 0
        return
    own = now.share_of[now.share_of > 0]
    assert len(set(own.tolist())) == len(own) == now.n[state.SHARE_N]
    assert (now.since[..., state.SINCE][now.share_of > 0] >= 0).all()
    assert not now.shares[0].any()
    free, row = set(), int(now.n[state.SHARE_FREE])
    while row != NONE:
        assert row not in free
        free.add(row)
        row = int(now.shares[row, 0])
    assert free | set(own.tolist()) == set(range(1, len(now.shares)))
