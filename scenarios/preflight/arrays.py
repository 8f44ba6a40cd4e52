"""The networks of all months as arrays of one order, and who comes to them.

Places, ways and priorities that occur in any month have a row in all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.layout import SLOTS, UNLIMITED, Model
from scenarios.preflight.network import (
    KEPT,
    Event,
    Limit,
    Network,
    Networks,
    joint,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Tables(NamedTuple):
    """The places of all months (P), with their ways (E)."""

    places: Integers
    service: Integers
    group: Integers
    step: Integers
    needs: Floats
    order: Integers
    """Row in the ascending list of priorities (O)."""
    orders: int
    line: Integers
    """Row of the line of one priority: service x O + order."""
    is_slots: NDArray[np.bool_]
    is_unlimited: NDArray[np.bool_]
    kind: Integers
    source: Integers
    target: Integers
    is_inside: NDArray[np.bool_]
    """Ways on which the unit is kept for the next step at the same service."""
    helped: Integers
    """Place, service and units, shape (H, 3)."""


class Month(NamedTuple):
    """One month in the order of `Tables`."""

    accepted: Floats
    attends: Floats
    """Of those who are accepted."""
    stay: Floats
    hold: Floats
    share: Floats
    """Of each way."""
    delay: Floats
    events: Leaving
    limits: Limiting


class Leaving(NamedTuple):
    """Waiting events of a month, and where they lead."""

    events: tuple[Event, ...]
    place: Integers
    event: Integers
    """For each way of leaving, the row of `events`, its target and its share."""
    target: Integers
    share: Floats


class Limiting(NamedTuple):
    """Rules of a month that turn patients away by the line."""

    limits: tuple[Limit, ...]
    place: Integers
    room: Floats
    wait: Floats
    of: Floats
    """The share who are turned away."""
    limit: Integers
    target: Integers
    share: Floats


class Outside(NamedTuple):
    """Who comes from outside the model."""

    place: Integers
    patients: Floats
    """In each step of a month, shape (K, n)."""


def rows_of(tables: Tables, places: Integers) -> Integers:
    """Return where places stand."""
    return np.searchsorted(tables.places, places)


def tables_of(model: Model, networks: Sequence[Network]) -> Tables:
    """Return the places and ways that occur in any month."""
    reader = Networks(model)
    places, groups = joint(networks), len(model.recorded)
    step, group = places // groups, places % groups
    rows = model.steps[step]
    priority = model.wholes[rows["priority"] + rows["priority_stride"] * group]
    orders, order = np.unique(priority, return_inverse=True)
    keys = {(w.kind, w.source, w.target) for net in networks for w in net.ways}
    ways = np.array(sorted(keys), dtype=np.int64).reshape(-1, 3)
    service = rows["service"].astype(np.int64)
    source, target = (np.searchsorted(places, ways[:, n]) for n in (1, 2))
    is_kept = ways[:, 0] == KEPT
    helped = [
        (np.searchsorted(places, place), service, units)
        for place, service, units in reader.helped
        if place in places
    ]
    kind = model.services["kind"][service]
    return Tables(
        places,
        service,
        group,
        step,
        reader.needs[places],
        order.astype(np.int64),
        len(orders),
        service * len(orders) + order,
        kind == SLOTS,
        kind == UNLIMITED,
        ways[:, 0],
        source,
        target,
        is_kept & (service[source] == service[target]),
        np.array(helped, dtype=np.int64).reshape(-1, 3),
    )


def months_of(tables: Tables, networks: Sequence[Network]) -> list[Month]:
    """Return each month in the order of the tables."""
    size = int(tables.places[-1]) + 1 if len(tables.places) else 1
    keys = _key(
        tables.kind, tables.places[tables.source], tables.places[tables.target], size
    )
    delay = np.ones(len(keys))
    found = []
    for network in networks:
        ways = np.array([way[:3] for way in network.ways], dtype=np.int64).reshape(
            -1, 3
        )
        rows = np.searchsorted(keys, _key(ways[:, 0], ways[:, 1], ways[:, 2], size))
        share = np.zeros(len(keys))
        share[rows] = [way.share for way in network.ways]
        delay = delay.copy()
        delay[rows] = [max(way.delay, 1e-9) for way in network.ways]
        accepted, attends, stay = (np.zeros(len(tables.places)) for _ in range(3))
        at = rows_of(tables, np.array(list(network.places), dtype=np.int64))
        known = list(network.places.values())
        accepted[at] = [row.accepted for row in known]
        attends[at] = [row.treated / (row.accepted or 1.0) for row in known]
        stay[at] = [row.stay for row in known]
        found.append(
            Month(
                accepted,
                attends,
                stay,
                network.hold[tables.places],
                share,
                delay,
                _leaving(tables, network.events),
                _limiting(tables, network.limits),
            )
        )
    return found


def _key(kind: Integers, source: Integers, target: Integers, size: int) -> Integers:
    return (kind * size + source) * size + target


def _leaving(tables: Tables, events: tuple[Event, ...]) -> Leaving:
    place = rows_of(tables, np.array([e.place for e in events], dtype=np.int64))
    return Leaving(events, place, *_targets(tables, [e.targets for e in events]))


def _limiting(tables: Tables, limits: tuple[Limit, ...]) -> Limiting:
    place = rows_of(tables, np.array([e.place for e in limits], dtype=np.int64))
    room, wait, of = (
        np.array([getattr(e, name) for e in limits], dtype=np.float64)
        for name in ("room", "wait", "share")
    )
    targets = _targets(tables, [e.targets for e in limits])
    return Limiting(limits, place, room, wait, of, *targets)


def _targets(
    tables: Tables, every: Sequence[tuple[tuple[int, float], ...]]
) -> tuple[Integers, Integers, Floats]:
    """Return row, target and share of all ways that lead from some rows."""
    flat = [(i, to, share) for i, ways in enumerate(every) for to, share in ways]
    row = np.array([one[0] for one in flat], dtype=np.int64)
    target = rows_of(tables, np.array([one[1] for one in flat], dtype=np.int64))
    return row, target, np.array([one[2] for one in flat], dtype=np.float64)
