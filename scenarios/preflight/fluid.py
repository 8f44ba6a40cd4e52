"""A fluid that runs through the network of a model: nobody's luck, everybody's share.

Patients are a liquid: so many a day come, wait where a service is full, leave lines at
the rate of their patience, are treated and flow on. Time goes in steps of about a week.
Within a step everything is worked out at once: what flows from service to service, how
full each is at its end, and whose unit is kept for want of the next place.

The rules stand in docs/background/preflight.md.

References
----------
W. Whitt: Fluid models for multiserver queues with abandonments. Operations Research 54
(2006) 37-54.
A. Mandelbaum, W. A. Massey, M. I. Reiman: Strong approximations for Markovian service
networks. Queueing Systems 30 (1998) 149-201.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.calendars import open_time, rows_of
from kernels.layout import DAY, SLOTS, STAFF, Model
from scenarios.loads import summed
from scenarios.preflight.network import Month, Network
from scenarios.preflight.stage import Flow, Pace, Stage, Stocks, pace_of, settled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STEP = 7.0
"""Days, about: months are cut into equal steps."""


class Tallied(NamedTuple):
    """What became of the fluid (K steps, S services); patients, unless said."""

    unsettled: int
    """Steps whose flows had not settled."""
    days: Floats
    """The length of each step, shape (K,)."""
    opened: Floats
    """Units open on average, and those that go on after closing; of slots, how many;
    shape (K, S)."""
    joined: Floats
    accepted: Floats
    started: Floats
    left: Floats
    turned_away: Floats
    """By the line."""
    waiting: Floats
    """In line at the end of the step."""
    busy: Floats
    """Units in use on average, blocked ones too; of slots, those used."""
    blocked: Floats
    """Those of them that are kept for want of the next place, at the end."""
    present: Floats
    """Patients in the model, at first and at the end of each step, shape (K + 1,)."""


def edges_of(model: Model) -> list[list[int]]:
    """Return the edges of steps in the warm-up and in each month, microseconds.

    Parameters
    ----------
    model : Model

    Returns
    -------
    list of list of int
        The first is that of the warm-up; it is empty where there is none.
    """
    months = [int(edge) for edge in model.months]
    spans = [(int(model.begin), months[0]), *pairwise(months)]
    found: list[list[int]] = []
    for begin, end in spans:
        steps = max(round((end - begin) / DAY / STEP), 1)
        inner = [begin + (end - begin) * i // steps for i in range(1, steps)]
        # At midnights, so that no session is cut in two.
        found.append([begin, *(edge // DAY * DAY for edge in inner), end])
    if model.begin == months[0]:
        found[0] = []
    return found


def poured(
    model: Model,
    network: Network,
    coming: Floats,
    edges: Sequence[Sequence[int]],
    in_hand: Floats,
) -> Tallied:
    """Return what becomes of the fluid.

    Parameters
    ----------
    model : Model
    network : Network
        Its months are those of the model, and before them the warm-up, if any.
    coming : ndarray of float, shape (K, P)
        Patients who come from outside in each step of time.
    edges : sequence of sequence of int
        Of the steps in each month, microseconds.
    in_hand : ndarray of float, shape (M, S)
        For how many days those go on on average who are in hand at closing.
    """
    every = sorted({edge for span in edges for edge in span})
    moments = np.array(every, dtype=np.int64)
    opened = open_time(model._replace(months=moments)).astype(np.float64)
    days = np.diff(moments) / DAY
    per_day = model.services["kind"] != SLOTS
    opened[:, per_day] /= np.diff(moments)[:, None]
    closing = _closing(model, moments)
    pool = _Pool(model, network)
    at = 0
    for month, span, rest in zip(network.months, edges, in_hand, strict=True):
        paces: dict[float, Pace] = {}
        for _ in range(len(span) - 1):
            length = float(days[at])
            if length not in paces:
                paces[length] = pace_of(network.tables, month, length)
            opened[at] += closing[at] * rest / length
            pool.step(month, paces[length], coming[at], opened[at])
            at += 1
    return pool.tallied(days, opened)


def _closing(model: Model, moments: Integers) -> Floats:
    """Return how many units close in each step whose patients are finished.

    These are staff, where they neither hand back nor plan their sessions.
    """
    found = np.zeros((len(moments) - 1, len(model.services)))
    plans = set(model.steps["service"][model.steps["planned"] >= 0].tolist())
    for service, row in enumerate(model.services):
        if row["kind"] != STAFF or row["hand_back"] or service in plans:
            continue
        rows = rows_of(model, service)
        fewer = np.maximum(-np.diff(rows["capacity"].astype(np.float64)), 0.0)
        at = np.searchsorted(moments, rows["time"][1:], side="right") - 1
        is_inside = (at >= 0) & (at < len(found))
        np.add.at(found[:, service], at[is_inside], fewer[is_inside])
    return found


class _Pool:
    """The fluid, step by step."""

    def __init__(self, model: Model, network: Network) -> None:
        self.model, self.tables = model, network.tables
        self.services = len(model.services)
        self.stocks = self._start(network.months[0])
        self._last = np.zeros(len(self.tables.places))
        self._served = np.ones(len(self.tables.places))
        self._rows: list[tuple[Floats, ...]] = []
        self._present = [_present(self.stocks)]
        self._unsettled = 0

    def _start(self, first: Month) -> Stocks:
        """Return where patients are when the run begins."""
        model, tables = self.model, self.tables
        n = len(tables.places)
        line, treated = np.zeros(n), np.zeros(n)
        groups = len(model.recorded)
        for number, starter in enumerate(model.starters):
            upto = model.starter_groups[number]
            shares = np.diff(upto, prepend=0.0)
            counts = shares * float(starter["number"])
            rows = model.starter_rows[model.starter_rows["starter"] == number]
            counts += (
                summed(rows["group"], np.ones(len(rows)), groups) * starter["share"]
            )
            places = int(starter["step"]) * groups + np.arange(groups)
            at = np.searchsorted(tables.places, places)
            is_there = np.isin(places, tables.places)
            stock = treated if starter["treated"] else line
            np.add.at(stock, at[is_there], counts[is_there])
        delayed, kept = (np.zeros(len(w.source)) for w in (tables.delayed, tables.kept))
        wait = np.zeros(self.services * tables.orders)
        taken = self._taken(treated, first)
        return Stocks(line, treated, taken, delayed, kept, wait)

    def _taken(self, treated: Floats, first: Month) -> Floats:
        """Return who has units, at the place at which they would be taken anew.

        Those who are on a caseload begin at a step of their own, which takes none.
        """
        tables, taken = self.tables, treated.copy()
        for place in np.flatnonzero((treated > 0) & (first.hold <= 0.0)):
            same = (tables.service == tables.service[place]) & (first.hold > 0.0)
            mine = same & (tables.group == tables.group[place])
            (homes,) = np.nonzero(mine if mine.any() else same)
            if len(homes):
                home = homes[np.argmax(first.hold[homes])]
                taken[home] += taken[place]
                taken[place] = 0.0
        return taken

    def step(self, month: Month, pace: Pace, outside: Floats, opened: Floats) -> None:
        """Let a step pass.

        Parameters
        ----------
        month : Month
        pace : Pace
        outside : ndarray of float, shape (P,)
            Patients.
        opened : ndarray of float, shape (S,)
        """
        if not len(self.tables.places):
            self._rows.append(tuple(np.zeros(self.services) for _ in range(8)))
            self._present.append(0.0)
            return
        stage = Stage(self.tables, month, pace, self.stocks, outside, opened)
        flow, has_settled = settled(
            stage, np.maximum(self._last, outside), self._served
        )
        self._unsettled += not has_settled
        self._tally(flow)
        self.stocks, self._last, self._served = flow.stocks, flow.coming, flow.served

    def _tally(self, flow: Flow) -> None:
        """Note a step by service."""
        before, after, tables = self.stocks, flow.stocks, self.tables
        taken = (before.taken + after.taken) / 2 * tables.needs
        source = tables.kept.source
        kept = after.kept * tables.needs[source]
        blocked = summed(tables.service[source], kept, self.services)
        busy = self._by_service(np.where(tables.is_slots, flow.started, taken))
        is_slots = self.model.services["kind"] == SLOTS
        for place, service, units in tables.helped:
            busy[service] += units * (before.treated + after.treated)[place] / 2
        busy = np.where(is_slots, busy, busy + blocked)
        line = self._by_service(after.line)
        self._present.append(_present(after))
        parts = (flow.joined, flow.accepted, flow.started, flow.left, flow.turned_away)
        self._rows.append((*map(self._by_service, parts), line, busy, blocked))

    def _by_service(self, numbers: Floats) -> Floats:
        return summed(self.tables.service, numbers, self.services)

    def tallied(self, days: Floats, opened: Floats) -> Tallied:
        """Return all that was noted."""
        table = np.array(self._rows)
        columns = [table[:, at] for at in range(table.shape[1])]
        columns.append(np.array(self._present))
        return Tallied(self._unsettled, days, opened, *columns)


def _present(stocks: Stocks) -> float:
    """Return how many patients there are; who is kept is in the next line already."""
    return float(sum(x.sum() for x in (stocks.line, stocks.treated, stocks.delayed)))
