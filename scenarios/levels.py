"""Levels of demand: how many patients a day a stream brings in each group."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from kernels.layout import MOST_PARTIES, MOST_PER_DAY
from scenarios.curves import Curves, Product, value_of
from scenarios.dates import written_date
from scenarios.places import Path
from scenarios.quantities import Quantities
from scenarios.scenario import Booking, Move, Number, Scenario, Stream
from scenarios.timeline import Timeline


class Peak(NamedTuple):
    """The highest that a level is."""

    level: float
    """Patients a day."""
    time: int | None
    """From when on, microseconds; None: always."""


def level(scenario: Scenario, stream: Stream, group: int) -> Product:
    """Return the level of a stream for a group: patients a day where its profile is 1.

    Parties count as one. Scale, growth and the moves of its numbers are part of it.
    """
    if stream.rate is None:
        raise TypeError(f"{stream.name} has no rate")
    return _with_people(scenario, stream, stream.rate, group)


def _with_people(
    scenario: Scenario, stream: Stream, number: Number, group: int
) -> Product:
    """Return what a number of a stream is for a group."""
    numbers, growths = [number], []
    if stream.per_person and scenario.people is not None:
        numbers.append(scenario.people)
        growths = [g for g in (scenario.people_growth,) if g is not None]
    elif stream.shares:
        numbers.append(stream.shares[group])
    if stream.growth is not None:
        growths.append(stream.growth)
    period = scenario.period
    return Product(tuple(numbers), scenario.scale.ratio, tuple(growths), period.start)


def booked_level(
    scenario: Scenario, stream: Stream, booking: Booking, group: int
) -> Product:
    """Return how many of a group are booked in a session."""
    return _with_people(scenario, stream, booking.number, group)


def copies(scenario: Scenario, stream: Stream) -> Product:
    """Return how many patients come for a row of a stream's list."""
    numbers = () if stream.copies is None else (stream.copies,)
    return Product(numbers, scenario.scale.ratio)


def falls(
    scenario: Scenario, stream: Stream, group: int
) -> Iterator[tuple[Move, Product, Product]]:
    """Yield each change after which patients come later, and what becomes of the level.

    The first product is the level without this change and those after it that have
    patients come later, the second the level with it.
    """
    if stream.rate is None:
        return
    moves = stream.rate.moves
    places = [i for i, move in enumerate(moves) if move.returns is not None]

    def until(last: int) -> Product:
        kept = [m for i, m in enumerate(moves) if i not in places or i <= last]
        rate = replace(stream.rate or Number((), ""), moves=tuple(kept))
        return level(scenario, replace(stream, rate=rate), group)

    for before, place in zip([-1, *places], places, strict=False):
        yield moves[place], until(before), until(place)


def peak(curves: Curves, row: int) -> Peak:
    """Return the highest that a row of the curves is."""
    times, values = curves.line(row)
    if not len(times):
        return Peak(curves.values[row][0], None)
    highest = int(np.argmax(values))  # the first of equal ones
    return Peak(float(values[highest]), int(times[highest]) if len(times) > 1 else None)


def check_levels(scenario: Scenario, quantities: Quantities) -> None:
    """Report streams that bring more patients a day than the engines can follow."""
    problems = quantities.problems
    for stream in scenario.streams:
        path = ("demand", stream.name)
        if problems.is_broken(*path) or problems.is_broken("people"):
            continue
        if stream.rate is None:
            continue
        peaks = _peaks(scenario, stream)
        group = max(range(len(peaks)), key=lambda g: peaks[g].level)
        if peaks[group].level > most_per_day(stream):
            _Excess(scenario, stream, group, peaks[group], quantities).say()


def most_per_day(stream: Stream) -> float:
    """Return the highest level that a stream may have in a group."""
    return MOST_PARTIES if stream.parties else MOST_PER_DAY


def check_returns(scenario: Scenario, quantities: Quantities) -> None:
    """Report changes that keep nobody away who could come later."""
    problems = quantities.problems
    groups = range(math.prod(len(names) for _, names in scenario.groups))
    kept_away: dict[Path, bool] = {}
    for stream in scenario.streams:
        if stream.rate is None or problems.is_broken("demand", stream.name):
            continue
        movers = quantities.movers.get(stream.rate.place, [])
        changes = [c for c in movers if c.form.returns is not None]
        for group in groups:
            found = falls(scenario, stream, group)
            for change, (_, above, below) in zip(changes, found, strict=False):
                fell = _falls_short(scenario, above, below, group)
                kept_away[change.path] = kept_away.get(change.path, False) or fell
    for path, fell in kept_away.items():
        if not fell and not problems.is_broken(*path):
            message = "this change keeps nobody away, so nobody can come later."
            problems.add((*path, "returns"), message, at_key=True)


def _falls_short(
    scenario: Scenario, above: Product, below: Product, group: int
) -> bool:
    """Return whether one level ever lies below another."""
    period = scenario.period
    timeline = Timeline(period.begin, period.end, group + 1)
    values = timeline.of_products((above, below), group)
    return bool((values[:, 1] < values[:, 0] * (1 - 1e-12)).any())


def _peaks(scenario: Scenario, stream: Stream) -> list[Peak]:
    """Return the highest level in each group."""
    groups = math.prod(len(names) for _, names in scenario.groups)
    period = scenario.period
    made = []
    for group in range(groups):
        curves = Curves(period.begin, period.end, groups)
        every = [level(scenario, stream, group)]
        # Whom a change keeps away must be told apart as well.
        every += [above for _, above, _ in falls(scenario, stream, group)]
        peaks = [peak(curves, curves.add_for(whole, group)) for whole in every]
        made.append(max(peaks, key=lambda p: p.level))
    return made


class _Excess(NamedTuple):
    """A stream that brings too many, and the group in which it brings the most."""

    scenario: Scenario
    stream: Stream
    group: int
    peak: Peak
    quantities: Quantities

    def say(self) -> None:
        """Report it where it is written, or at the last change if that is the cause."""
        problems = self.quantities.problems
        path = ("demand", self.stream.name, "rate")
        movers = [m for n in self._numbers if (m := self.quantities.last_mover(n))]
        if self._unmoved > most_per_day(self.stream) or not movers:
            problems.add(path, f"{self._message}.{self._advice}")
            return
        last = max(movers, key=lambda m: m.path[1:])
        place = problems.shown(path)
        problems.add_once(last.path, f"{self._message} ({place}).{self._advice}")

    @property
    def _most(self) -> float:
        return most_per_day(self.stream)

    @property
    def _numbers(self) -> tuple[Number, ...]:
        return level(self.scenario, self.stream, self.group).numbers

    @property
    def _unmoved(self) -> float:
        """Return the level before any change and growth."""
        values = (value_of(number, self.group) for number in self._numbers)
        return self.scenario.scale.ratio * math.prod(values)

    @property
    def _message(self) -> str:
        groups = self.quantities.groups
        when = self.peak.time
        whom = f"{groups.said([self.group])} " if groups.dimensions else ""
        on = "" if when is None else f"at its highest, on {written_date(when)}, "
        of = "group of a stream" if groups.dimensions else "stream"
        at = " at this scale" if self.scenario.scale.ratio < 1 else ""
        parties = " parties" if self.stream.parties else ""
        return (
            f"{on}{whom}this is {self.peak.level:,.0f} a day{at}; at most "
            f"{self._most:,.0f}{parties} a day can be simulated in one {of}"
        )

    @property
    def _advice(self) -> str:
        people = self.peak.level / self.scenario.scale.ratio
        ratio = math.ceil(people / self._most)
        return (
            f" Divide it into several streams, or write `scale: {{ratio: 1:{ratio}}}`."
        )
