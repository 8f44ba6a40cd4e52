"""The network of a fluid: places, ways and lines of all months, as arrays.

A *place* is a step for one group of patients; only those that somebody may reach are
kept (P places, S services, E ways). Places, ways and priorities that occur in any month
have a row in all of them (M).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.layout import SLOTS, UNLIMITED, Model
from scenarios.flows import Flows, Reading
from scenarios.loads import alongside_units, holding_steps, own_units, summed
from scenarios.paths import Flags, Paths, paths_from, reached_from
from scenarios.preflight.lines import (
    Leaving,
    Limiting,
    Lines,
    choices_of_lines,
    leaving,
    limiting,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

REFUSED, MISSED, AT_ONCE, DELAYED, KEPT, INSIDE = range(6)
"""Kinds of ways: on joining; on not attending; after treatment at once, after a delay,
or keeping the unit until the next service calls in, which may be the same service."""
_NO_SHARE = 1e-12


class Ways(NamedTuple):
    """Ways of one kind."""

    rows: slice
    """Where they stand among all ways."""
    source: Integers
    """Row of the place from which each leads."""
    target: Integers
    """To which it leads."""


class Tables(NamedTuple):
    """The places of all months (P), with their ways (E)."""

    places: Integers
    """Step times groups plus group, ascending."""
    service: Integers
    group: Integers
    needs: Floats
    """Units of its own service that a patient takes."""
    order: Integers
    """Row in the ascending list of priorities (O)."""
    orders: int
    line: Integers
    """Row of the line of one priority: service x O + order."""
    is_slots: Flags
    is_unlimited: Flags
    target: Integers
    """Of all ways, shape (E,); they stand by kind."""
    refused: Ways
    missed: Ways
    at_once: Ways
    delayed: Ways
    kept: Ways
    inside: Ways
    """Those on which the unit is kept for the next step at the same service."""
    helped: Sequence[tuple[int, int, int]]
    """Place, service and units of other services that its step takes."""


class Month(NamedTuple):
    """One month in the order of `Tables`."""

    accepted: Floats
    attends: Floats
    """Of those who are accepted."""
    stay: Floats
    hold: Floats
    """For how many days a unit is taken, by who takes one anew; 0: nobody does."""
    share: Floats
    """Of each way."""
    delay: Floats
    """Mean days on each way with a delay."""
    leaving: Leaving
    limiting: Limiting


class Network(NamedTuple):
    """The places of all months, and each month."""

    tables: Tables
    months: list[Month]


def paths_of(reading: Reading) -> Paths:
    """Return the places that are reached, by leaving lines as well, and from the start.

    Parameters
    ----------
    reading : Reading
    """
    first = (reading.outside > 0.0).any(axis=0) | _starts(reading.model)
    further = choices_of_lines(reading.model)
    return paths_from(reading.ways, first, further.__getitem__)


def network_of(reading: Reading, flows: Flows) -> Network:
    """Return the network.

    Parameters
    ----------
    reading : Reading
    flows : Flows
        On the paths of `paths_of`.
    """
    model, paths = reading.model, flows.paths
    lines = Lines(reading, paths)
    reached = _reached(reading, paths, lines)
    ways = _ways(model, paths, reached)
    tables = _tables(model, paths, ways)
    accepted = np.where(reached, paths.accepted, 0.0)
    stay = np.where(reached, paths.stay, 0.0)
    attends = np.where(reached, paths.treated / _divisor(paths.accepted), 0.0)
    columns = (
        accepted,
        attends,
        stay,
        _hold(model, flows, tables.needs, stay),
        ways.share,
        ways.delay,
        leaving(reading.figures, lines, reached),
        limiting(reading.figures, lines, reached),
    )
    return Network(tables, [Month(*row) for row in zip(*columns, strict=True)])


def _starts(model: Model) -> Flags:
    """Return where somebody is when the run begins, shape (N, G)."""
    found = np.zeros((len(model.steps), len(model.recorded)), dtype=np.bool_)
    for number, starter in enumerate(model.starters):
        upto = model.starter_groups[number]
        rows = model.starter_rows[model.starter_rows["starter"] == number]
        found[starter["step"]] |= np.diff(upto, prepend=0.0) > 0.0
        found[starter["step"], rows["group"]] = True
    return found


def _reached(reading: Reading, paths: Paths, lines: Lines) -> Flags:
    """Return which places are reached in each month, shape (M, P)."""
    first = reading.outside > 0.0
    first |= _starts(reading.model)
    further = lines.ways
    return reached_from(
        first[:, paths.step, paths.group],
        np.concatenate((paths.source, further.source)),
        np.concatenate((paths.target, further.target)),
        np.concatenate((paths.onward > 0.0, further.share > 0.0), axis=1),
    )


class _Ways(NamedTuple):
    """Ways by kind, source and target."""

    kind: Integers
    row: Integers
    """Of the ways of `Paths`."""
    share: Floats
    """Shape (M, E)."""
    delay: Floats
    """Mean days on those with a delay, shape (M, ways); 1 until somebody takes the way,
    then as it was last."""


def _ways(model: Model, paths: Paths, reached: Flags) -> _Ways:
    """Return all ways that somebody takes in any month."""
    service = model.steps["service"][paths.step]
    is_inside = service[paths.source] == service[paths.target]
    later = paths.chance - paths.direct
    parts = (
        (paths.refused, 0.0),
        (paths.missed / _divisor(paths.accepted)[:, paths.source], 0.0),
        (paths.direct - paths.keeps, _NO_SHARE),
        (later, _NO_SHARE),
        (np.where(is_inside, 0.0, paths.keeps), _NO_SHARE),
        (np.where(is_inside, paths.keeps, 0.0), _NO_SHARE),
    )
    is_open = [reached[:, paths.source] & (share > least) for share, least in parts]
    rows = [np.flatnonzero(one.any(axis=0)) for one in is_open]
    shares = [
        np.where(one, share, 0.0)[:, here]
        for (share, _), one, here in zip(parts, is_open, rows, strict=True)
    ]
    is_late, delayed = is_open[DELAYED][:, rows[DELAYED]], shares[DELAYED]
    days = paths.delays[:, rows[DELAYED]] / np.where(is_late, delayed, 1.0)
    return _Ways(
        np.repeat(np.arange(len(rows)), [len(here) for here in rows]),
        np.concatenate(rows),
        np.concatenate(shares, axis=1),
        _last(np.maximum(days, 1e-9), is_late),
    )


def _divisor(share: Floats) -> Floats:
    """Return shares by which can be divided: 1 in place of 0."""
    return np.where(share == 0.0, 1.0, share)


def _last(days: Floats, is_open: Flags) -> Floats:
    """Return what was last known of each way, 1 before anything was, shape (M, E)."""
    months = np.arange(len(days))[:, np.newaxis]
    known = np.maximum.accumulate(np.where(is_open, months, -1), axis=0)
    found = np.take_along_axis(days, np.maximum(known, 0), axis=0)
    return np.where(known >= 0, found, 1.0)


def _tables(model: Model, paths: Paths, ways: _Ways) -> Tables:
    """Return places and ways, as they are in all months."""
    rows = model.steps[paths.step]
    priority = model.wholes[rows["priority"] + rows["priority_stride"] * paths.group]
    orders, order = np.unique(priority, return_inverse=True)
    service = rows["service"].astype(np.int64)
    kind = model.services["kind"][service]
    source, target = paths.source[ways.row], paths.target[ways.row]
    edges = np.searchsorted(ways.kind, np.arange(INSIDE + 2)).tolist()
    refused, missed, at_once, delayed, kept, inside = (
        Ways(span, source[span], target[span])
        for span in (slice(*pair) for pair in pairwise(edges))
    )
    return Tables(
        paths.place,
        service,
        paths.group,
        own_units(model, paths.step, paths.group),
        order.astype(np.int64),
        len(orders),
        service * len(orders) + order,
        kind == SLOTS,
        kind == UNLIMITED,
        target,
        refused,
        missed,
        at_once,
        delayed,
        kept,
        inside,
        alongside_units(model, paths),
    )


def _hold(model: Model, flows: Flows, own: Floats, stay: Floats) -> Floats:
    """Return for how long units are taken by those who take one anew, shape (M, P).

    That is their stay, and in proportion what else keeps units from others: cleaning,
    and places that are held through steps elsewhere. Of places that are reached by
    leaving a line alone, or are known from the start alone, flows know nothing: there
    it is the stay (of a course, whose first step takes no time, none).
    """
    paths, use = flows.paths, flows.in_use
    services, groups = len(model.services), len(model.recorded)
    treated, stays = (
        part[:, paths.step, paths.group] for part in (flows.treated, flows.stay)
    )
    is_known = flows.joined[:, paths.step, paths.group] > 0.0
    cell = paths.group * services + model.steps["service"][paths.step]
    whole, fresh = (
        summed(cell, part * own, groups * services)
        for part in (treated * stays, use.fresh)
    )
    at_home = (use.units - use.alongside).reshape(whole.shape)
    is_limited = ~np.isin(model.services["kind"], (SLOTS, UNLIMITED))
    is_more = np.tile(is_limited, groups) & (whole > 0.0)
    more = np.where(is_more, at_home / np.where(is_more, whole, 1.0), 1.0)
    is_fresh = fresh > 1e-12
    each = np.where(is_fresh, at_home / np.where(is_fresh, fresh, 1.0), 0.0)
    is_held = np.isin(model.steps["service"][paths.step], model.holding)
    takes = use.fresh > 1e-12
    held = np.where(takes, each[:, cell], 0.0)
    unknown = np.where(_goes_on(model, paths), 0.0, stay)
    held = np.where(is_known, held, unknown)
    return np.where(is_held, held, stay * more[:, cell])


def _goes_on(model: Model, paths: Paths) -> Flags:
    """Return at which places patients go on in units that they hold, shape (P,)."""
    found = np.zeros(len(model.steps), dtype=np.bool_)
    for service in np.unique(model.holding).tolist():
        here = model.steps["service"] == service
        found |= here & holding_steps(model, service)
    return found[paths.step]
