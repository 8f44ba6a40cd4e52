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

from kernels.calendars import open_time
from kernels.calendars import rows_of as rows_of_calendar
from kernels.layout import DAY, SLOTS, STAFF, Model
from scenarios.preflight.arrays import (
    Leaving,
    Limiting,
    Month,
    Outside,
    Tables,
    months_of,
    rows_of,
    tables_of,
)
from scenarios.preflight.network import (
    AT_ONCE,
    DELAYED,
    KEPT,
    MISSED,
    REFUSED,
    Network,
)

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

STEP = 7.0
"""Days, about: months are cut into equal steps."""
_ROUNDS = 400
_SETTLED = 1e-6
"""By which share of all flows a round may differ from the one before."""


class Tallied(NamedTuple):
    """What became of the fluid (K steps, S services); patients, unless said."""

    unsettled: int
    """Steps whose flows had not settled to `_SETTLED`."""
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


class _Stocks(NamedTuple):
    """Where patients are at a moment."""

    line: Floats
    """At each place, shape (P,)."""
    treated: Floats
    taken: Floats
    """Those who have units that they took anew at a place."""
    on_way: Floats
    """In a delay, or, of those who keep their unit, in the next line; shape (E,)."""
    wait: Floats
    """How many days' newcomers are in each line of one priority, shape (S x O,)."""


class _Flow(NamedTuple):
    """What flows in a step, patients."""

    joined: Floats
    accepted: Floats
    started: Floats
    left: Floats
    turned_away: Floats
    served: Floats
    """The share of the line that was called in."""
    stocks: _Stocks
    coming: Floats
    """Who joins by it."""


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
    networks: Sequence[Network],
    outside: Sequence[Outside],
    edges: Sequence[Sequence[int]],
    in_hand: Sequence[Floats],
) -> Tallied:
    """Return what becomes of the fluid.

    Parameters
    ----------
    model : Model
    networks : sequence of Network
        Of each month, and before them of the warm-up where there is one.
    outside : sequence of Outside
        Likewise.
    edges : sequence of sequence of int
        Likewise: of the steps, microseconds.
    in_hand : sequence of ndarray of float, shape (S,)
        Likewise: for how many days those go on on average who are in hand at closing.
    """
    tables = tables_of(model, networks)
    months = months_of(tables, networks)
    every = sorted({edge for span in edges for edge in span})
    moments = np.array(every, dtype=np.int64)
    opened = open_time(model._replace(months=moments)).astype(np.float64)
    days = np.diff(moments) / DAY
    per_day = model.services["kind"] != SLOTS
    opened[:, per_day] /= np.diff(moments)[:, None]
    closing = _closing(model, moments)
    pool = _Pool(model, tables, months[0])
    at = 0
    for month, come, span, rest in zip(months, outside, edges, in_hand, strict=True):
        coming = np.zeros((len(span) - 1, len(tables.places)))
        np.add.at(coming.T, rows_of(tables, come.place), come.patients.T)
        for step in range(len(span) - 1):
            opened[at] += closing[at] * rest / days[at]
            pool.step(month, coming[step], opened[at], float(days[at]))
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
        rows = rows_of_calendar(model, service)
        fewer = np.maximum(-np.diff(rows["capacity"].astype(np.float64)), 0.0)
        at = np.searchsorted(moments, rows["time"][1:], side="right") - 1
        is_inside = (at >= 0) & (at < len(found))
        np.add.at(found[:, service], at[is_inside], fewer[is_inside])
    return found


class _Pool:
    """The fluid, step by step."""

    def __init__(self, model: Model, tables: Tables, first: Month) -> None:
        self.model, self.tables = model, tables
        self.services = len(model.services)
        self.stocks = self._start(first)
        self._last = np.zeros(len(tables.places))
        self._served = np.ones(len(tables.places))
        self._rows: list[tuple[Floats, ...]] = []
        self._unsettled = 0

    def _start(self, first: Month) -> _Stocks:
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
            at, is_there = rows_of(tables, places), np.isin(places, tables.places)
            stock = treated if starter["treated"] else line
            np.add.at(stock, at[is_there], counts[is_there])
        ways = np.zeros(len(tables.kind))
        wait = np.zeros(self.services * tables.orders)
        return _Stocks(line, treated, self._taken(treated, first), ways, wait)

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

    def step(self, month: Month, outside: Floats, opened: Floats, days: float) -> None:
        """Let a step pass.

        Parameters
        ----------
        month : Month
        outside : ndarray of float, shape (P,)
            Patients.
        opened : ndarray of float, shape (S,)
        days : float
        """
        if not len(self.tables.places):
            self._rows.append(tuple(np.zeros(self.services) for _ in range(8)))
            return
        stage = _Stage(self, month, outside, opened, days)
        joined, served = np.maximum(self._last, outside), self._served
        for _ in range(_ROUNDS):
            flow = stage.flow(joined, served)
            off = float(np.abs(flow.coming - joined).sum())
            off += float((np.abs(flow.served - served) * flow.accepted).sum())
            joined, served = flow.coming, flow.served
            if off <= _SETTLED * max(float(joined.sum()), 1e-12):
                break
        else:
            self._unsettled += 1
        self._tally(flow, opened, days)
        self.stocks, self._last, self._served = flow.stocks, joined, served

    def _tally(self, flow: _Flow, opened: Floats, days: float) -> None:
        """Note a step by service."""
        before, after, tables = self.stocks, flow.stocks, self.tables
        taken = (before.taken + after.taken) / 2 * tables.needs
        keeps = (tables.kind == KEPT) & ~tables.is_inside
        kept = np.where(keeps, after.on_way, 0.0) * tables.needs[tables.source]
        blocked = summed(tables.service[tables.source], kept, self.services)
        busy = self._by_service(np.where(tables.is_slots, flow.started, taken))
        is_slots = self.model.services["kind"] == SLOTS
        for place, service, units in tables.helped:
            busy[service] += units * (before.treated + after.treated)[place] / 2
        busy = np.where(is_slots, busy, busy + blocked)
        line = self._by_service(after.line)
        self._rows.append(
            (
                *(
                    self._by_service(part)
                    for part in (
                        flow.joined,
                        flow.accepted,
                        flow.started,
                        flow.left,
                        flow.turned_away,
                    )
                ),
                line,
                busy,
                blocked,
            )
        )

    def _by_service(self, numbers: Floats) -> Floats:
        return summed(self.tables.service, numbers, self.services)

    def tallied(self, days: Floats, opened: Floats) -> Tallied:
        """Return all that was noted."""
        table = np.array(self._rows)
        columns = [table[:, at] for at in range(table.shape[1])]
        return Tallied(self._unsettled, days, opened, *columns)


class _Stage:
    """A step of time, with what is known of it before anything flows."""

    def __init__(
        self, pool: _Pool, month: Month, outside: Floats, opened: Floats, days: float
    ) -> None:
        self.tables, self.stocks, self.month = pool.tables, pool.stocks, month
        self.services, self.outside, self.days = pool.services, outside, days
        tables, stocks = self.tables, self.stocks
        self.opened = opened
        self.left_treated = _decay(month.stay, days)
        self.left_taken = _decay(month.hold, days)
        self.per_start = _mean_kept(month.stay, days)
        self.per_take = _mean_kept(month.hold, days)
        self.is_free = tables.is_unlimited | (~tables.is_slots & (month.hold <= 0.0))
        rates = np.array(
            [
                e.patience.rate(w)
                for e, w in zip(
                    month.events.events,
                    stocks.wait[tables.line[month.events.place]],
                    strict=True,
                )
            ]
        )
        self.rates = rates
        total = summed(month.events.place, rates, len(tables.places))
        self.leave = total * days / (1.0 + total * days)
        self.part = rates / np.maximum(total[month.events.place], 1e-300)
        is_delay = tables.kind == DELAYED
        self.is_delay, self.is_kept = is_delay, tables.kind == KEPT
        self.waits_kept = self.is_kept & ~tables.is_inside
        self.on_way_left = _decay(month.delay, days)
        self.on_way_kept = _mean_kept(month.delay, days)
        self._inside_come = np.zeros(len(tables.kind))

    def flow(self, joined: Floats, served: Floats) -> _Flow:
        """Return what flows if so many join, and lines are served so far."""
        month, stocks = self.month, self.stocks
        accepted = joined * month.accepted
        straight = self._straight(accepted)
        waiting = stocks.line + accepted - straight
        served = self._served(waiting, straight, served)
        started = served * waiting + straight
        attended = started * month.attends
        treated = stocks.treated * self.left_treated + attended * self.per_start
        ended = np.maximum(stocks.treated + attended - treated, 0.0)
        taken = stocks.taken * self.left_taken + started * self.per_take
        rest = waiting - served * waiting
        away, away_by = self._turned_away(rest, accepted - straight, served, started)
        rest = rest - away
        left = rest * self.leave
        line = rest - left
        on_way, released = self._on_the_way(ended, served)
        coming = self.outside + self._onward(joined, started, ended, released)
        left_by = left[month.events.place] * self.part
        coming += self._by(month.events, month.events.event, left_by)
        coming += self._by(month.limits, month.limits.limit, away_by)
        wait = self._days_of_newcomers(line, accepted)
        stocks = _Stocks(line, treated, taken, on_way, wait)
        return _Flow(joined, accepted, started, left, away, served, stocks, coming)

    def _straight(self, accepted: Floats) -> Floats:
        """Return who goes on in the bed of the same service, without a line."""
        straight = np.zeros_like(accepted)
        if self.tables.is_inside.any():
            ways = np.flatnonzero(self.tables.is_inside)
            # Of those who join, as many as were released there in the last round.
            np.add.at(straight, self.tables.target[ways], self._inside_come[ways])
        return np.minimum(straight, accepted)

    def _served(self, waiting: Floats, straight: Floats, before: Floats) -> Floats:
        """Return the share of each line that is called in."""
        tables, month = self.tables, self.month
        blocked = self._blocked(before)
        completes = np.maximum(1.0 - self.per_start, 0.0) * blocked
        cost = np.where(
            tables.is_slots, 1.0, (self.per_take + completes) * tables.needs
        )
        used = self.stocks.taken * self.left_taken
        used = used + self.stocks.treated * (1.0 - self.left_treated) * blocked
        used = np.where(tables.is_slots, 0.0, used * tables.needs)
        kept = np.where(self.waits_kept, self.stocks.on_way, 0.0)
        kept = kept * tables.needs[tables.source] * self._stays_in_line(before)
        room = self.opened - self._sum(used + straight * cost)
        room -= summed(tables.service[tables.source], kept, self.services)
        for place, service, units in tables.helped:
            room[service] -= (
                units * self.stocks.treated[place] * self.left_treated[place]
            )
        room = np.maximum(room, 0.0)
        served = np.ones(len(waiting))
        for order in range(tables.orders):
            here = (tables.order == order) & ~self.is_free
            wanted = np.where(here, waiting * cost, 0.0)
            need = self._sum(wanted)
            for place, service, units in tables.helped:
                if here[place]:
                    each = self.per_start[place] * month.attends[place]
                    need[service] += units * waiting[place] * each
            share = np.minimum(room / np.maximum(need, 1e-300), 1.0)
            served = np.where(here, share[tables.service], served)
            for place, service, _ in tables.helped:
                if here[place]:
                    served[place] = min(served[place], share[service])
            room = np.maximum(room - need * share, 0.0)
        return served

    def _sum(self, numbers: Floats) -> Floats:
        return summed(self.tables.service, numbers, self.services)

    def _stays_in_line(self, served: Floats) -> Floats:
        """Return which share on each way is in the next line when the step ends."""
        stays = (1.0 - served) * (1.0 - self.leave)
        return np.asarray(stays[self.tables.target])

    def _blocked(self, served: Floats) -> Floats:
        """Return which share of those whose treatment ends keep their unit."""
        each = np.where(
            self.waits_kept, self.month.share * self._stays_in_line(served), 0.0
        )
        return summed(self.tables.source, each, len(self.tables.places))

    def _on_the_way(self, ended: Floats, served: Floats) -> tuple[Floats, Floats]:
        """Return who is on each way at the end, and who has come to its end."""
        before, new = self.stocks.on_way, ended[self.tables.source] * self.month.share
        later = before * self.on_way_left + new * self.on_way_kept
        kept = (before + new) * self._stays_in_line(served)
        after = np.where(self.is_delay, later, np.where(self.waits_kept, kept, 0.0))
        released = np.where(self.is_delay, np.maximum(before + new - later, 0.0), new)
        self._inside_come = np.where(self.tables.is_inside, new, 0.0)
        return after, released

    def _onward(
        self, joined: Floats, started: Floats, ended: Floats, released: Floats
    ) -> Floats:
        """Return who joins each place by the ways."""
        tables, share = self.tables, self.month.share
        source, kind = tables.source, tables.kind
        flow = np.where(kind == REFUSED, joined[source] * share, 0.0)
        flow += np.where(kind == MISSED, started[source] * share, 0.0)
        flow += np.where(kind == AT_ONCE, ended[source] * share, 0.0)
        flow += np.where((kind == DELAYED) | (kind == KEPT), released, 0.0)
        return summed(tables.target, flow, len(tables.places))

    def _by(self, ways: Leaving | Limiting, row: Integers, flow: Floats) -> Floats:
        """Return who joins each place after leaving a line, or being turned away."""
        return summed(ways.target, flow[row] * ways.share, len(self.tables.places))

    def _turned_away(
        self, rest: Floats, new: Floats, served: Floats, started: Floats
    ) -> tuple[Floats, Floats]:
        """Return who finds the line too long, by place and by rule."""
        limits, tables = self.month.limits, self.tables
        away, by = np.zeros(len(rest)), np.zeros(len(limits.limits))
        if not len(by):
            return away, by
        service = tables.service[limits.place]
        per_day = self._sum(started) / self.days
        longest = np.minimum(limits.room, limits.wait * per_day[service])
        length = self._sum(rest)[service]
        fresh = np.maximum(new * (1.0 - served), 0.0)
        come = summed(service, (fresh[limits.place] * limits.of), self.services)
        over = np.maximum(length - longest, 0.0)
        share = np.minimum(over / np.maximum(come[service], 1e-300), 1.0)
        by = fresh[limits.place] * limits.of * share
        away = summed(limits.place, by, len(rest))
        scale = np.where(away > fresh, fresh / np.maximum(away, 1e-300), 1.0)
        return away * scale, by * scale[limits.place]

    def _days_of_newcomers(self, line: Floats, accepted: Floats) -> Floats:
        """Return how many days' newcomers are in each line of one priority."""
        lines = self.services * self.tables.orders
        length, new = (summed(self.tables.line, n, lines) for n in (line, accepted))
        return np.asarray(length * self.days / np.maximum(new, 1e-12))


def summed(rows: Integers, numbers: Floats, count: int) -> Floats:
    """Return the sums of numbers by row, shape (count,)."""
    return np.bincount(rows, numbers, count).astype(np.float64)


def waits(length: Floats, called: Floats, gone: Floats) -> Floats:
    """Return how long somebody waits who joins lines of some length.

    Those before are called in or leave at the present rates: so many days until they
    are gone, dQ/dt = -called - θQ with θ = gone / Q.

    Parameters
    ----------
    length, called, gone : ndarray of float
        In line; called in, and leaving, a day.

    Returns
    -------
    ndarray of float
        Days; infinite where nobody is called in.
    """
    risk = gone / np.maximum(length, 1e-300)
    ratio = length / np.maximum(called, 1e-300)
    ratio = np.where(length <= 1e-9, 0.0, ratio)
    is_plain = risk * ratio < 1e-9
    found = np.log1p(risk * ratio) / np.where(is_plain, 1.0, risk)
    found = np.where(is_plain, ratio, found)
    return np.where((called <= 0.0) & (length > 1e-9), np.inf, found)


def _decay(stay: Floats, days: float) -> Floats:
    """Return which share is still there after so many days, exp(-days/stay)."""
    return np.exp(-days / np.maximum(stay, 1e-9))


def _mean_kept(stay: Floats, days: float) -> Floats:
    """Return which share of those who come evenly over the days is there at the end."""
    ratio = np.maximum(stay, 1e-9) / days
    return np.asarray(-ratio * np.expm1(-1.0 / ratio))
