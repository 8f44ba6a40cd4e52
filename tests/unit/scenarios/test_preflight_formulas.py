"""Waits and losses of the steady state, held against sums over all states."""

import numpy as np
import pytest

from scenarios.preflight.formulas import (
    erlang_a,
    erlang_b,
    erlang_c,
    limited_line,
    spread_factor,
    wait_for_slot,
    wait_of_all,
)


def chain(load: float, servers: int, *, leave: float = 0.0, room: int = 4000):
    """Return chances of all numbers of patients, by birth and death."""
    n = np.arange(1, servers + room + 1)
    deaths = np.minimum(n, servers) + np.maximum(n - servers, 0) * leave
    logs = np.concatenate(([0.0], np.cumsum(np.log(load / deaths))))
    chances = np.exp(logs - logs.max())
    return chances / chances.sum()


@pytest.mark.parametrize(("load", "servers"), [(0.5, 1), (3.0, 5), (90.0, 100), (8, 5)])
def test_erlang_b_is_the_chance_that_all_are_busy(load: float, servers: int) -> None:
    exact = chain(load, servers, room=0)[-1]
    assert float(erlang_b(load, servers)) == pytest.approx(exact, rel=1e-10)


def test_erlang_b_keeps_its_digits_far_from_balance() -> None:
    # Published: 10 erlangs offered to 10 circuits lose 21.46%.
    assert float(erlang_b(10, 10)) == pytest.approx(0.2146, abs=5e-5)
    assert float(erlang_b(5000, 4000)) == pytest.approx(chain(5000, 4000, room=0)[-1])
    assert float(erlang_b(1e6, 10)) == pytest.approx(1 - 10 / 1e6)
    assert 0 <= float(erlang_b(1.0, 500)) < 1e-300
    between = float(erlang_b(4.0, 5.5))
    assert float(erlang_b(4.0, 6)) < between < float(erlang_b(4.0, 5))


@pytest.mark.parametrize(("load", "servers"), [(0.9, 1), (3.0, 5), (95.0, 100)])
def test_erlang_c_is_the_wait_of_all(load: float, servers: int) -> None:
    states = chain(load, servers)
    n = np.arange(len(states))
    waiting = float((np.maximum(n - servers, 0) * states).sum())
    assert float(erlang_c(load, servers)) == pytest.approx(
        states[servers:].sum(), rel=1e-6
    )
    assert float(wait_of_all(load, servers, 2.0)) == pytest.approx(
        waiting / load * 2.0, rel=1e-6
    )
    assert np.isinf(wait_of_all(servers, servers, 1.0))


def test_one_server_has_the_wait_of_pollaczek_and_khinchine() -> None:
    for square in (0.0, 1.0, 3.0):
        exact = 0.8**2 * (1 + square) / (2 * (1 - 0.8)) / 0.8
        found = float(wait_of_all(0.8, 1, 1.0) * spread_factor(square))
        assert found == pytest.approx(exact)


@pytest.mark.parametrize(
    ("load", "servers", "patience"),
    [(9.0, 10, 0.5), (12.0, 10, 2.0), (95.0, 100, 3.0), (10, 10, 50), (150, 100, 1)],
)
def test_erlang_a_is_the_share_who_leave(
    load: float, servers: int, patience: float
) -> None:
    states = chain(load, servers, leave=1 / patience)
    n = np.arange(len(states))
    waiting = float((np.maximum(n - servers, 0) * states).sum())
    left, wait = erlang_a(load, servers, 1.0, patience)
    assert float(left) == pytest.approx(waiting / patience / load, rel=1e-6)
    assert float(wait) == pytest.approx(waiting / load, rel=1e-6)


def test_erlang_a_of_endless_patience_is_erlang_c() -> None:
    _, wait = erlang_a(8.0, 10, 1.0, 1e6)
    assert float(wait) == pytest.approx(float(wait_of_all(8.0, 10, 1.0)), rel=1e-3)
    left, _ = erlang_a(0.1, 1000, 1.0, 10.0)
    assert float(left) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("load", "servers", "room"), [(3.0, 4, 2), (4.0, 4, 3), (9.0, 4, 6), (3.0, 4, 0)]
)
def test_a_limited_line_turns_away_those_who_find_it_full(
    load: float, servers: int, room: int
) -> None:
    states = chain(load, servers, room=room)
    n = np.arange(len(states))
    waiting = float((np.maximum(n - servers, 0) * states).sum())
    away, wait = limited_line(load, servers, 1.0, room)
    assert float(away) == pytest.approx(states[-1], rel=1e-9)
    assert float(wait) == pytest.approx(waiting / load / (1 - states[-1]), abs=1e-12)


def test_a_slot_is_waited_for_as_in_m_d_1() -> None:
    # 10 slots a day, 8 patients: half a slot, and rho / (2 mu (1 - rho)).
    assert float(wait_for_slot(8, 10)) == pytest.approx(0.05 + 0.8 / (2 * 10 * 0.2))
    assert np.isinf(wait_for_slot(10, 10))
