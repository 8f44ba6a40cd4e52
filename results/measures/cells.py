"""Tallies of one replication, with rows for everybody and for the whole period.

Shape letters: X subjects, G groups shown (everybody first), P periods shown (the whole
last), M months, R recorded groups.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.tallies import (
    C_RUNNING,
    IN_USE,
    SPELL_TIME,
    STARTED,
    Integers,
    Tallies,
)
from results.layout.labels import DAY, Labels

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


class Cells(NamedTuple):
    """The tallies of one replication as tables show them."""

    labels: Labels
    counts: Integers
    """Shape (N_COUNTS, services then pathways, G, P)."""
    ends: Integers
    """Shape (5, services then pathways, G, P)."""
    left_by: Integers
    """Shape (1, waiting events, G, P)."""
    turned_by: Integers
    clocks: Integers
    """Shape (N_CLOCK, clocks, G, P)."""
    standards: Integers
    entered: Integers
    gone: Integers
    there: Integers
    found: Integers
    """In the model at the start, shape (G,)."""
    cost: Floats
    """By price: shape (prices, G, P), pounds."""
    paid: Floats
    """By what is paid for capacity: shape (paid, 1, P), pounds."""
    opened: Floats
    """By price of a rule of escalation: shape (prices of rules, 1, P), pounds."""
    at_start: Integers
    """Visits under way just before the start, by service, then pathway."""
    blocked: Floats
    """Unit-days for which units were kept, by service and service waited for, shape
    (S, S, 1, P); (0, 0, 1, P) where they never are."""
    spells: Integers
    """Of rules of escalation, of states, and of the machines of services that have
    some: shape (2, rules + states + services, 1, P)."""
    days: Floats
    """Lengths of the periods, shape (P,)."""
    offered: Floats
    """Unit-days open, or slots, shape (services, 1, P); -1: unlimited."""


def cells(labels: Labels, tallies: Tallies) -> Cells:
    """Return the tallies of a replication by group shown and period shown."""
    clocks = _flow(tallies.clocks)
    clock_ends = _state(tallies.clocks)
    return Cells(
        labels=labels,
        counts=_flow(tallies.counts),
        ends=_state(tallies.ends),
        left_by=_flow(tallies.left_by[..., np.newaxis]),
        turned_by=_flow(tallies.turned_by[..., np.newaxis]),
        clocks=np.concatenate((clocks[:C_RUNNING], clock_ends[C_RUNNING:])),
        standards=_flow(tallies.standards),
        entered=_flow(tallies.entered[..., np.newaxis]),
        gone=_flow(tallies.gone[..., np.newaxis]),
        there=_state(tallies.there[:, np.newaxis, :, np.newaxis]),
        found=_with_everybody(tallies.found.T)[:, 0],
        cost=_cost(labels, tallies.counts),
        paid=_paid(labels),
        opened=_opened(labels, tallies.spells),
        at_start=tallies.at_start,
        blocked=_flow(tallies.blocked[:, :, np.newaxis, :]).swapaxes(0, 1) / DAY,
        spells=_flow(tallies.spells[:, :, np.newaxis, :]),
        days=np.array(labels.days),
        offered=_offered(labels, tallies),
    )


def time_days(days: Integers, rest: Integers) -> Floats:
    """Return a sum of times kept as whole days and a rest of microseconds, in days."""
    return np.asarray(days + rest / DAY)


def _with_everybody(table: NDArray[np.int64]) -> NDArray[np.int64]:
    """Put everybody before the groups, shape (..., R, N) -> (..., G, N)."""
    if table.shape[-2] == 1:
        return table
    return np.concatenate((table.sum(axis=-2, keepdims=True), table), axis=-2)


def _flow(table: Integers) -> Integers:
    """Add the months up, shape (M, X, R, N) -> (N, X, G, P)."""
    table = np.concatenate((table, table.sum(axis=0, keepdims=True)))
    return np.moveaxis(_with_everybody(table), (0, 1, 2, 3), (3, 1, 2, 0))


def _state(table: Integers) -> Integers:
    """Take the last month's end for the whole, shape (M, X, R, N) -> (N, X, G, P)."""
    table = np.concatenate((table, table[-1:]))
    return np.moveaxis(_with_everybody(table), (0, 1, 2, 3), (3, 1, 2, 0))


def _cost(labels: Labels, counts: Integers) -> Floats:
    """Return what each price comes to, shape (prices, G, P)."""
    rows = {service.name: row for row, service in enumerate(labels.services)}
    shape = len(labels.prices), counts.shape[2], counts.shape[0]
    pounds = np.zeros(shape)
    for row, price in enumerate(labels.prices):
        used = counts[:, rows[price.service]]
        amount = used[..., STARTED] if price.per == "visit" else used[..., IN_USE] / DAY
        pounds[row] = (amount * np.array(price.pounds)).T
    pounds = np.concatenate((pounds, pounds.sum(axis=2, keepdims=True)), axis=2)
    if counts.shape[2] > 1:
        pounds = np.concatenate((pounds.sum(axis=1, keepdims=True), pounds), axis=1)
    return pounds


def _paid(labels: Labels) -> Floats:
    """Return what capacity costs, shape (paid, 1, P): units x pounds of each month."""
    months = len(labels.months) - 1
    amounts = [np.multiply(paid.units, paid.pounds) for paid in labels.paid]
    table = np.array(amounts, dtype=np.float64).reshape(len(amounts), 1, months)
    return np.concatenate((table, table.sum(axis=2, keepdims=True)), axis=2)


def _opened(labels: Labels, spells: Integers) -> Floats:
    """Return what open rules cost, shape (prices of rules, 1, P)."""
    months = len(labels.months) - 1
    amounts = [
        spells[:, price.row, SPELL_TIME] / DAY * np.array(price.pounds)
        for price in labels.rule_prices
    ]
    table = np.array(amounts, dtype=np.float64).reshape(len(amounts), 1, months)
    return np.concatenate((table, table.sum(axis=2, keepdims=True)), axis=2)


def _offered(labels: Labels, tallies: Tallies) -> Floats:
    """Return what services offered, shape (services, 1, P)."""
    table = np.array(labels.open_time, dtype=np.float64)
    rows = {service.name: row for row, service in enumerate(labels.services)}
    for number, rule in enumerate(labels.escalations):
        table[:, rows[rule.to]] += rule.adds * tallies.spells[:, number, SPELL_TIME]
    whole = np.where(table[-1:] < 0, -1.0, table.sum(axis=0, keepdims=True))
    table = np.concatenate((table, whole)).T[:, np.newaxis, :]
    slots = [service.kind == "slots" for service in labels.services]
    unit = np.where(slots, 1.0, float(DAY))[:, np.newaxis, np.newaxis]
    return np.asarray(np.where(table < 0, -1.0, table / unit))
