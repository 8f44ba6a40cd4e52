"""Services month by month: what the fluid says, and the steady state beside it.

Arrays are of shape (M, S), months by services.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.calendars import time_open
from kernels.layout import DAY, SLOTS, UNLIMITED, Model
from scenarios.flows import Flows
from scenarios.loads import summed
from scenarios.preflight.fluid import Tallied
from scenarios.preflight.formulas import (
    erlang_a,
    erlang_b,
    limited_line,
    spread_factor,
    wait_for_slot,
    wait_of_all,
    waits,
)
from scenarios.preflight.network import Network

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
CERTAIN = 0.5
"""People: a shorter list at a month's end is none."""


class Loads(NamedTuple):
    """A month by service, or of one: patients a day and units, as it is played."""

    needed_arrivals: Any
    needed: Any
    arrivals: Any
    accepted: Any
    load: Any
    opened: Any
    busy: Any
    blocked: Any
    started: Any
    left: Any
    turned_away: Any
    waiting: Any
    wait: Any


class States(NamedTuple):
    """Steady states by service, or of one: mean patience, room, waits and losses."""

    patience: Any
    room: Any
    wait_c: Any
    left: Any
    wait_a: Any
    lost_b: Any
    turned_away: Any
    wait_limited: Any
    slots: Any


def loads_of(model: Model, flows: Flows, tallied: Tallied, ends: Integers) -> Loads:
    """Return the figures of each month by service, of the system as it is played.

    Parameters
    ----------
    model : Model
    flows : Flows
        Of the months.
    tallied : Tallied
        Of their steps, and of those before.
    ends : ndarray of int64, shape (M + 1,)
        The first step of each month, and the one after all.
    """
    spans = [slice(*pair) for pair in pairwise(ends.tolist())]
    last, days = ends[1:] - 1, tallied.days[:, None]
    is_slots = model.services["kind"] == SLOTS
    services = model.steps["service"]

    def over(numbers: Floats) -> Floats:
        return np.array([numbers[span].sum(axis=0) for span in spans])

    whole = over(tallied.days)[:, None]

    def a_day(numbers: Floats) -> Floats:
        return np.asarray(over(numbers) / whole)

    def mean(numbers: Floats) -> Floats:
        return np.asarray(over(numbers * days) / whole)

    def by_service(numbers: Floats) -> Floats:
        return summed(services, numbers.sum(axis=-1), len(is_slots))

    needed, wanted = by_service(flows.accepted), flows.units
    wanted = np.where(is_slots, needed, wanted)
    accepted = a_day(tallied.accepted)
    busy = np.where(is_slots, a_day(tallied.busy), mean(tallied.busy))
    is_needed = needed > 0
    per_patient = np.where(is_needed, wanted / np.maximum(needed, 1e-300), 0.0)
    own = np.where(is_needed, per_patient * accepted, busy)
    started, left = a_day(tallied.started), a_day(tallied.left)
    # Units that others need alongside are those that are in use.
    is_others = ~is_needed & (flows.in_use.alongside.sum(axis=1) > 0)
    return Loads(
        by_service(flows.joined),
        wanted,
        a_day(tallied.joined),
        accepted,
        np.where(is_others, wanted, own),
        np.where(is_slots, a_day(tallied.opened), mean(tallied.opened)),
        busy,
        tallied.blocked[last],
        started,
        left,
        a_day(tallied.turned_away),
        tallied.waiting[last],
        # At the rates of the month: its last week may have holidays.
        waits(tallied.waiting[last], started, left),
    )


def states_of(
    model: Model, network: Network, flows: Flows, spread: Floats, load: Loads
) -> States:
    """Return waits and losses in the steady state, by all formulas.

    Parameters
    ----------
    model : Model
    network : Network
    flows : Flows
        Of the same months.
    spread : ndarray of float, shape (M, S)
        cv² of the time of treatment.
    load : Loads
    """
    lengths = np.diff(model.months).astype(np.float64)[:, None]
    shares = np.maximum(time_open(model) / lengths, 1e-9)
    needs, patience, room = _of_lines(model, network, flows)
    blocked = np.minimum(load.blocked, load.opened * 0.999)
    servers = np.maximum((load.opened - blocked) / shares / needs, 1e-9)
    offered = load.load / shares / needs
    is_used = load.accepted > 1e-12
    stay = np.where(is_used, load.load / needs, 0.0)
    stay = stay / np.where(is_used, load.accepted, 1.0)
    wait_c = wait_of_all(offered, servers, stay) * spread_factor(spread) / shares
    left, wait_a = erlang_a(
        offered,
        servers,
        np.maximum(stay, 1e-9),
        np.where(patience > 0, patience, 1.0),
    )
    limit = np.where(np.isfinite(room), room, 0.0)
    away, wait_l = limited_line(offered, servers, stay, limit)
    notice = model.services["notice"] / DAY
    slots = wait_for_slot(load.accepted, np.maximum(load.opened, 1e-9)) + notice
    return States(
        patience,
        room,
        wait_c,
        left,
        wait_a / shares,
        erlang_b(offered, servers),
        away,
        wait_l / shares,
        slots,
    )


def _of_lines(
    model: Model, network: Network, flows: Flows
) -> tuple[Floats, Floats, Floats]:
    """Return units for each patient, mean patience (0: none) and room (inf)."""
    tables, count = network.tables, len(model.services)
    paths = flows.paths
    joined = flows.accepted[:, paths.step, paths.group]
    total = summed(tables.service, joined, count)
    whole = np.maximum(total, 1e-300)
    units = summed(tables.service, joined * tables.needs, count)
    needs = np.where(total > 0, units / whole, 1.0)
    leaving = [month.leaving for month in network.months]
    means = np.array([events.patience.mean for events in leaving])
    place = leaving[0].place
    at = tables.service[place]
    rate = summed(at, joined[:, place] / means / whole[:, at], count)
    limiting = [month.limiting for month in network.months]
    place, size = limiting[0].place, limiting[0].room
    at, is_sized = tables.service[place], np.isfinite(size)
    turns = is_sized & (np.array([rules.of for rules in limiting]) == 1.0)
    turned = np.where(turns, joined[:, place], 0.0)
    limited = summed(at, turned / whole[:, at], count)
    spaces = turned * np.where(is_sized, size, 0.0) / whole[:, at]
    room = summed(at, spaces, count)
    patience = np.where(rate > 0, 1.0 / np.maximum(rate, 1e-300), 0.0)
    is_limited = limited > 0.999
    mean = room / np.maximum(limited, 1e-300)
    return needs, patience, np.where(is_limited, mean, np.inf)


def wait_of(
    kind: int, load: Loads, state: States, weight: float
) -> tuple[float, str, float]:
    """Return how long patients of a service wait in a month, days.

    And by which formula, and which share is lost.

    Parameters
    ----------
    kind : int
        Of the service.
    load : Loads
    state : States
    weight : float
        How many people one simulated patient stands for.
    """
    gone = (load.left + load.turned_away) / max(load.arrivals, 1e-300)
    if kind == UNLIMITED or not load.accepted:
        return 0.0, "no wait", 0.0
    if kind != SLOTS and state.room == 0.0:
        return 0.0, "Erlang B", state.lost_b
    if kind != SLOTS and math.isfinite(state.room) and not state.patience:
        return state.wait_limited, "limited line", state.turned_away
    if weight * load.waiting >= CERTAIN or load.load >= load.opened - load.blocked:
        return load.wait, "fluid", min(gone, 1.0)
    if kind == SLOTS:
        return state.slots, "slots", min(gone, 1.0)
    by_patience = (state.wait_a, "Erlang A", state.left)
    return by_patience if state.patience else (state.wait_c, "Erlang C", 0.0)
