"""Parties, falls, sessions and lists as rows of a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from kernels import layout
from kernels.layout import DAY, MINUTE, PLACE_BITS, Table
from scenarios.curves import Curves, Product, concerns, rows
from scenarios.levels import booked_level, copies, falls
from scenarios.openings import Units, sessions
from scenarios.routes import LAW_KINDS, PARAMETERS, Reference, Routes, Row
from scenarios.scenario import Booking, Law, Move, Number, Scenario, Stream
from scenarios.timeline import differs

Salt = Callable[[str, tuple[str, ...]], int]
"""The mark of a stream and a group, or of what else is told apart."""
A_DAY = 1.0
"""What is added to lateness, so that no time is negative."""
HASH_BITS = 40 - PLACE_BITS


def booked_mark(booking: Booking) -> tuple[str, ...]:
    """Return by what names the sessions of a time of the day are told apart."""
    return ("", "booked at", str(booking.times.begin // MINUTE))


class Plans:
    """The rows of `Model.parties`, `falls`, `plans`, `sessions` and `listed`."""

    def __init__(self, scenario: Scenario, curves: Curves, routes: Routes) -> None:
        self.scenario = scenario
        self.curves = curves
        self.routes = routes
        self.parties: list[Row] = []
        self.falls: list[Row] = []
        self.plans: list[Row] = []
        self.sessions: list[tuple[int, int, int, int, int]] = []
        self.listed: list[Table] = []
        self._sizes: dict[tuple[str, int], int] = {}

    def tables(self) -> dict[str, np.ndarray]:
        """Return the tables by the names they have in the model."""
        empty = rows(layout.LISTED, [])
        listed = np.concatenate([empty, *self.listed])
        return {
            "parties": rows(layout.PARTY, self.parties),
            "falls": rows(layout.FALL, self.falls),
            "plans": rows(layout.PLAN, self.plans),
            "sessions": rows(layout.SESSION, sorted(self.sessions)),
            "listed": listed[np.lexsort((listed["who"], listed["time"]))],
        }

    # Parties

    def party(self, stream: Stream, group: int) -> Reference:
        """Return first row and number of the sizes of parties of a group."""
        numbers = [size.share for size in stream.parties if size.share is not None]
        which = (stream.name, group if any(map(differs, numbers)) else 0)
        if which not in self._sizes:
            self._sizes[which] = len(self.parties)
            self.parties += [
                (size.size, -1 if size.share is None else self._add(size.share, group))
                for size in stream.parties
            ]
        return self._sizes[which], len(stream.parties)

    def _add(self, number: Number, group: int) -> int:
        return self.curves.add_for(Product((number,)), group)

    # Those who come later

    def fall(self, stream: Stream, group: int) -> Reference:
        """Return first row and number of what changes keep away from a group."""
        first = len(self.falls)
        for move, above, below in falls(self.scenario, stream, group):
            if move.returns is None or not concerns(move, group):
                continue
            begin, end = self._dates(move)
            law, stride = self.routes.law(move.returns.after)
            self.falls.append(
                (
                    begin,
                    end,
                    self.curves.add_for(above, group),
                    self.curves.add_for(below, group),
                    self._add(move.returns.share, group),
                    law + group * stride,
                )
            )
        return first, len(self.falls) - first

    def _dates(self, move: Move) -> tuple[int, int]:
        """Return from when to when a change may keep somebody away."""
        period = self.scenario.period
        first = move.curve[0][0] if move.curve else move.begin
        begin = period.begin if first is None else max(first, period.begin)
        end = period.end if move.until is None else min(move.until, period.end)
        return begin, end

    # Sessions

    def book(self, number: int, stream: Stream, to: int, salt: Salt) -> None:
        """Add the sessions of a stream."""
        if not stream.booked:
            return
        period, groups = self.scenario.period, range(self.curves.groups)
        first = len(self.plans)
        units = []
        for booking in stream.booked:
            levels = [booked_level(self.scenario, stream, booking, g) for g in groups]
            self._plan(number, stream, to, levels)
            parts = [Units(level, period, g) for g, level in enumerate(levels)]
            units.append(_total(parts))
        times = [booking.times for booking in stream.booked]
        marks = [salt(stream.name, booked_mark(b)) for b in stream.booked]
        for (begin, until, due), entry in sessions(
            times, units, period, period.end + DAY
        ):
            if until >= period.begin - DAY:
                day = (begin - times[entry].begin) // DAY
                who = (marks[entry] << 40) | (day << 24)
                self.sessions.append((begin, until, who, first + entry, due))

    def _plan(
        self, number: int, stream: Stream, to: int, levels: Sequence[Product]
    ) -> None:
        late = self._late(stream)
        party, sizes = self.party(stream, 0)
        stride = 0
        if len(levels) > 1 and self.party(stream, 1)[0] != party:
            every = [self.party(stream, g)[0] for g in range(len(levels))]
            stride = every[1] - every[0]
        level = len(self.curves.values)
        for group, whole in enumerate(levels):
            self.curves.add_for(whole, group)
        self.plans.append((number, to, level, *late, party, stride, sizes))

    def _late(self, stream: Stream) -> Reference:
        """Add the law of lateness; return its reference by group."""
        if stream.punctuality is None:
            return -1, 0
        (law,) = stream.punctuality
        numbers = [*law.parameters.values(), law.at_least, law.at_most]
        by_group = any(n is not None and differs(n) for n in numbers)
        made = [
            self._late_row(law, group)
            for group in range(self.curves.groups if by_group else 1)
        ]
        self.routes.laws += made
        return len(self.routes.laws) - len(made), int(by_group)

    def _late_row(self, law: Law, group: int) -> Row:
        spread = "sd" if "sd" in law.parameters else ""
        names = PARAMETERS.get(law.kind, ("mean", spread))
        values = [
            self._add(law.parameters[name], group)
            if name == "sd"
            else self._a_day_later(law.parameters[name], group)
            for name in names
        ]
        values += [-1] * (3 - len(values))
        cuts = [
            self.curves.constant(usual)
            if cut is None
            else self._a_day_later(cut, group)
            for cut, usual in ((law.at_least, 0.0), (law.at_most, 2 * A_DAY))
        ]
        first = len(self.routes.observed)
        self.routes.observed += [time + A_DAY for time in sorted(law.observed)]
        return (LAW_KINDS[law.kind, spread], *values, *cuts, first, len(law.observed))

    def _a_day_later(self, number: Number, group: int) -> int:
        return self.curves.add_for(Product((number,)), group, lambda v: v + A_DAY)

    # Lists

    def enlist(
        self, number: int, stream: Stream, to: int, salts: Sequence[int]
    ) -> None:
        """Add the rows of a stream's list; `salts` are those of the groups."""
        if not stream.listed:
            return
        levels = [copies(self.scenario, stream)] * self.curves.groups
        made = np.zeros(len(stream.listed), layout.LISTED)
        made["time"], made["group"] = np.array(stream.listed, np.int64).T
        made["plan"] = len(self.plans)
        made["who"] = _identities(stream.listed, salts)
        self._plan(number, stream, to, levels)
        self.listed.append(made)


def _total(parts: Sequence[Units]) -> Callable[[int], float]:
    """Return how many are booked in all groups together, by the moment."""
    return lambda time: sum(part.at(time) for part in parts)


def _identities(
    listed: Sequence[tuple[int, int]], salts: Sequence[int]
) -> NDArray[np.int64]:
    """Return who each row of a list is.

    An identity comes from the row's moment and group, and which of several like it it
    is: so rows that are added, or written in another order, change nobody else's.
    """
    made: list[int] = []
    taken: set[tuple[int, int]] = set()
    for (time, group), alike in groupby(listed):
        for which, _ in enumerate(alike):
            place = mixed(time * 4099 + which)
            while (group, place) in taken:
                place = (place + 1) % (1 << HASH_BITS)
            taken.add((group, place))
            made.append((salts[group] << 40) | (place << PLACE_BITS))
    return np.array(made, dtype=np.int64)


def mixed(number: int) -> int:
    """Return HASH_BITS bits that look like chance: the finaliser of SplitMix64."""
    mask = (1 << 64) - 1
    z = (number + 0x9E3779B97F4A7C15) & mask
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
    return (z ^ (z >> 31)) >> (64 - HASH_BITS)
