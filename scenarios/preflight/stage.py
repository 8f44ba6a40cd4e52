"""One step of the fluid's time: what flows in it if so many join and are served."""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.loads import summed
from scenarios.preflight.lines import Onward
from scenarios.preflight.network import DELAYED, Month, Tables

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

ROUNDS = 400
"""After so many, flows are taken as they are."""
_PATIENT = 20
"""Rounds after which it is seen whether flows go round in circles."""
_SETTLED = 1e-6
"""By which share of all flows a round may differ from the one before."""


class Stocks(NamedTuple):
    """Where patients are at a moment."""

    line: Floats
    """At each place, shape (P,)."""
    treated: Floats
    taken: Floats
    """Those who have units that they took anew at a place."""
    delayed: Floats
    """On each way with a delay."""
    kept: Floats
    """On each way on which the unit is kept, in the next line."""
    wait: Floats
    """How many days' newcomers are in each line of one priority, shape (S x O,)."""


class Flow(NamedTuple):
    """What flows in a step, patients."""

    joined: Floats
    accepted: Floats
    started: Floats
    left: Floats
    turned_away: Floats
    served: Floats
    """The share of the line that was called in."""
    stocks: Stocks
    coming: Floats
    """Who joins by it."""


class Queue(NamedTuple):
    """The places of one priority at which somebody may wait."""

    rows: Integers
    service: Integers
    """Of each of them."""
    helped: list[tuple[int, int, int]]
    """Those that take units of other services: place, service, units."""


class Pace(NamedTuple):
    """How fast things go in steps of one length, in one month."""

    days: float
    left_treated: Floats
    """The share of those in treatment who still are at its end, shape (P,)."""
    left_taken: Floats
    """The same of units that were taken anew."""
    per_start: Floats
    """The share of those who start in the step who are in treatment when it is over."""
    per_take: Floats
    """The same of units that are taken anew."""
    left_delayed: Floats
    """The share that is still on each way with a delay."""
    per_delay: Floats
    """The same of those who came on it in the step."""
    queues: list[Queue]
    """By order of priority; places where nobody ever waits are in none."""


def pace_of(tables: Tables, month: Month, days: float) -> Pace:
    """Return how fast things go.

    Parameters
    ----------
    tables : Tables
    month : Month
    days : float
        The length of a step.
    """
    is_free = tables.is_unlimited | (~tables.is_slots & (month.hold <= 0.0))
    orders = range(tables.orders)
    return Pace(
        days,
        _decay(month.stay, days),
        _decay(month.hold, days),
        _mean_kept(month.stay, days),
        _mean_kept(month.hold, days),
        _decay(month.delay, days),
        _mean_kept(month.delay, days),
        [_queue(tables, (tables.order == order) & ~is_free) for order in orders],
    )


def _queue(tables: Tables, is_here: NDArray[np.bool_]) -> Queue:
    (rows,) = np.nonzero(is_here)
    helped = [row for row in tables.helped if is_here[row[0]]]
    return Queue(rows, tables.service[rows], helped)


class Stage:
    """A step of time, with what is known of it before anything flows.

    Parameters
    ----------
    tables : Tables
    month : Month
    pace : Pace
    stocks : Stocks
        When it begins.
    outside : ndarray of float, shape (P,)
        Patients who come from outside.
    opened : ndarray of float, shape (S,)
        Units open; of slots, how many.
    """

    def __init__(
        self,
        tables: Tables,
        month: Month,
        pace: Pace,
        stocks: Stocks,
        outside: Floats,
        opened: Floats,
    ) -> None:
        self.tables, self.month, self.pace, self.stocks = tables, month, pace, stocks
        self.outside, self.opened, self.services = outside, opened, len(opened)
        leaving = month.leaving
        days = stocks.wait[tables.line[leaving.place]]
        rates = np.where(leaving.is_there, leaving.patience.rates(days), 0.0)
        total = summed(leaving.place, rates, len(tables.places))
        self.leave = total * pace.days / (1.0 + total * pace.days)
        self.part = rates / np.maximum(total[leaving.place], 1e-300)
        self.still_taken = stocks.taken * pace.left_taken
        self.still_treated = stocks.treated * pace.left_treated
        self._inside_come = np.zeros(len(tables.inside.source))

    def flow(self, joined: Floats, served: Floats) -> Flow:
        """Return what flows if so many join, and lines are served so far.

        Parameters
        ----------
        joined : ndarray of float, shape (P,)
            Patients.
        served : ndarray of float, shape (P,)
            The share of each line that is called in.
        """
        month, stocks, pace = self.month, self.stocks, self.pace
        accepted = joined * month.accepted
        straight = self._straight(accepted)
        waiting = stocks.line + accepted - straight
        served = self._served(waiting, straight, served)
        called = served * waiting
        started = called + straight
        attended = started * month.attends
        treated = self.still_treated + attended * pace.per_start
        ended = np.maximum(stocks.treated + attended - treated, 0.0)
        taken = self.still_taken + started * pace.per_take
        rest = waiting - called
        away, away_by = self._turned_away(rest, accepted - straight, served, started)
        rest = rest - away
        left = rest * self.leave
        line = rest - left
        delayed, released = self._delayed(ended)
        kept = self._kept(ended, served)
        coming = self.outside + self._onward(joined, started, ended, released)
        left_by = left[month.leaving.place] * self.part
        coming += self._by(month.leaving.onward, left_by)
        coming += self._by(month.limiting.onward, away_by)
        wait = self._days_of_newcomers(line, accepted)
        stocks = Stocks(line, treated, taken, delayed, kept, wait)
        return Flow(joined, accepted, started, left, away, served, stocks, coming)

    def digest(self, flow: Flow) -> bytes:
        """Return what tells of all on which the next round depends."""
        parts = (flow.coming, flow.served, self._inside_come)
        return blake2b(b"".join(part.tobytes() for part in parts)).digest()

    def _straight(self, accepted: Floats) -> Floats:
        """Return who goes on in the bed of the same service, without a line."""
        inside = self.tables.inside
        if not len(inside.source):
            return np.zeros_like(accepted)
        # Of those who join, as many as were released there in the last round.
        straight = summed(inside.target, self._inside_come, len(accepted))
        return np.minimum(straight, accepted)

    def _served(self, waiting: Floats, straight: Floats, before: Floats) -> Floats:
        """Return the share of each line that is called in."""
        tables, pace = self.tables, self.pace
        stays = self._stays_in_line(before)
        blocked = self._blocked(stays)
        completes = np.maximum(1.0 - pace.per_start, 0.0) * blocked
        cost = np.where(
            tables.is_slots, 1.0, (pace.per_take + completes) * tables.needs
        )
        ended = self.stocks.treated * (1.0 - pace.left_treated)
        used = (self.still_taken + ended * blocked) * tables.needs
        used = np.where(tables.is_slots, 0.0, used)
        room = self.opened - self._sum(used + straight * cost)
        source = tables.kept.source
        kept = self.stocks.kept * tables.needs[source] * stays
        room -= summed(tables.service[source], kept, self.services)
        for place, service, units in tables.helped:
            room[service] -= units * self.still_treated[place]
        room = np.maximum(room, 0.0)
        served = np.ones(len(waiting))
        wanted = waiting * cost
        for here, at, helped in pace.queues:
            need = summed(at, wanted[here], self.services)
            for place, service, units in helped:
                each = pace.per_start[place] * self.month.attends[place]
                need[service] += units * waiting[place] * each
            share = np.minimum(room / np.maximum(need, 1e-300), 1.0)
            served[here] = share[at]
            for place, service, _ in helped:
                served[place] = min(served[place], share[service])
            room = np.maximum(room - need * share, 0.0)
        return served

    def _sum(self, numbers: Floats) -> Floats:
        return summed(self.tables.service, numbers, self.services)

    def _stays_in_line(self, served: Floats) -> Floats:
        """Return of each way which share is in the next line when the step ends."""
        target = self.tables.kept.target
        return np.asarray((1.0 - served[target]) * (1.0 - self.leave[target]))

    def _blocked(self, stays: Floats) -> Floats:
        """Return which share of those whose treatment ends keep their unit."""
        kept = self.tables.kept
        each = self.month.share[kept.rows] * stays
        return summed(kept.source, each, len(self.tables.places))

    def _delayed(self, ended: Floats) -> tuple[Floats, Floats]:
        """Return who is in a delay at the end, and who has come to its end."""
        ways, before = self.tables.delayed, self.stocks.delayed
        new = ended[ways.source] * self.month.share[ways.rows]
        later = before * self.pace.left_delayed + new * self.pace.per_delay
        return later, np.maximum(before + new - later, 0.0)

    def _kept(self, ended: Floats, served: Floats) -> Floats:
        """Return who waits at the end in the next line with a unit."""
        ways = self.tables.kept
        new = ended[ways.source] * self.month.share[ways.rows]
        return (self.stocks.kept + new) * self._stays_in_line(served)

    def _onward(
        self, joined: Floats, started: Floats, ended: Floats, released: Floats
    ) -> Floats:
        """Return who joins each place by the ways."""
        tables, share = self.tables, self.month.share
        parts = (
            (tables.refused, joined),
            (tables.missed, started),
            (tables.at_once, ended),
            (tables.kept, ended),
            (tables.inside, ended),
        )
        flows = [who[ways.source] * share[ways.rows] for ways, who in parts]
        self._inside_come = flows[-1]
        flows.insert(DELAYED, released)
        return summed(tables.target, np.concatenate(flows), len(tables.places))

    def _by(self, ways: Onward, flow: Floats) -> Floats:
        """Return who joins each place after leaving a line, or being turned away."""
        return summed(ways.target, flow[ways.row] * ways.share, len(self.tables.places))

    def _turned_away(
        self, rest: Floats, new: Floats, served: Floats, started: Floats
    ) -> tuple[Floats, Floats]:
        """Return who finds the line too long, by place and by rule."""
        limits, tables = self.month.limiting, self.tables
        away, by = np.zeros(len(rest)), np.zeros(len(limits.place))
        if not len(by):
            return away, by
        service = tables.service[limits.place]
        per_day = self._sum(started) / self.pace.days
        # Without a limit of time there is none, even where nobody is called in.
        has_limit = np.isfinite(limits.wait)
        seen = np.where(has_limit, limits.wait, 0.0) * per_day[service]
        longest = np.where(has_limit, np.minimum(limits.room, seen), limits.room)
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
        return np.asarray(length * self.pace.days / np.maximum(new, 1e-12))


def settled(stage: Stage, joined: Floats, served: Floats) -> tuple[Flow, bool]:
    """Return what flows when rounds differ no more, or after the last; and whether so.

    A round is worked out from the one before alone. So once they go round in circles,
    those that are left are whole circles and a part of one, and only that is played.

    Parameters
    ----------
    stage : Stage
    joined : ndarray of float, shape (P,)
        What flows is first tried with: patients who join,
    served : ndarray of float, shape (P,)
        and the share of each line that is called in.
    """
    rounds, number, known = ROUNDS, 0, dict[bytes, int]()
    while number < rounds:
        flow, number = stage.flow(joined, served), number + 1
        off = float(np.abs(flow.coming - joined).sum())
        off += float((np.abs(flow.served - served) * flow.accepted).sum())
        joined, served = flow.coming, flow.served
        if off <= _SETTLED * max(float(joined.sum()), 1e-12):
            return flow, True
        if number >= _PATIENT and rounds == ROUNDS:
            before = known.setdefault(stage.digest(flow), number)
            if before < number:
                rounds = number + (ROUNDS - number) % (number - before)
    return flow, False


def _decay(stay: Floats, days: float) -> Floats:
    """Return which share is still there after so many days, exp(-days/stay)."""
    return np.exp(-days / np.maximum(stay, 1e-9))


def _mean_kept(stay: Floats, days: float) -> Floats:
    """Return which share of those who come evenly over the days is there at the end."""
    ratio = np.maximum(stay, 1e-9) / days
    return np.asarray(-ratio * np.expm1(-1.0 / ratio))
