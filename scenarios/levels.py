"""Levels of demand: how many patients a day a stream brings in each group."""

from __future__ import annotations

import math
from typing import NamedTuple

from kernels.layout import MOST_PER_DAY
from scenarios.curves import Curves, Product, value_of
from scenarios.dates import written_date
from scenarios.quantities import Quantities
from scenarios.scenario import Number, Scenario, Stream


class Peak(NamedTuple):
    """The highest that a level is."""

    level: float
    """Patients a day."""
    time: int | None
    """From when on, microseconds; None: always."""


def level(scenario: Scenario, stream: Stream, group: int) -> Product:
    """Return the level of a stream for a group: patients a day where its profile is 1.

    Scale, growth and the moves of its numbers are part of it.
    """
    numbers, growths = [stream.rate], []
    if stream.per_person and scenario.people is not None:
        numbers.append(scenario.people)
        growths = [g for g in (scenario.people_growth,) if g is not None]
    elif stream.shares:
        numbers.append(stream.shares[group])
    if stream.growth is not None:
        growths.append(stream.growth)
    period = scenario.period
    return Product(tuple(numbers), scenario.scale.ratio, tuple(growths), period.start)


def peak(curves: Curves, row: int) -> Peak:
    """Return the highest that a row of the curves is."""
    base, first, knots = curves.values[row]
    if not knots:
        return Peak(base, None)
    time, value = max(curves.knots[first : first + knots], key=lambda k: (k[1], -k[0]))
    return Peak(value, time if knots > 1 else None)


def check_levels(scenario: Scenario, quantities: Quantities) -> None:
    """Report streams that bring more patients a day than the engines can follow."""
    problems = quantities.problems
    for stream in scenario.streams:
        path = ("demand", stream.name)
        if problems.is_broken(*path) or problems.is_broken("people"):
            continue
        peaks = _peaks(scenario, stream)
        group = max(range(len(peaks)), key=lambda g: peaks[g].level)
        if peaks[group].level > MOST_PER_DAY:
            _Excess(scenario, stream, group, peaks[group], quantities).say()


def _peaks(scenario: Scenario, stream: Stream) -> list[Peak]:
    """Return the highest level in each group."""
    groups = math.prod(len(names) for _, names in scenario.groups)
    period = scenario.period
    made = []
    for group in range(groups):
        curves = Curves(period.begin, period.end, groups)
        made.append(peak(curves, curves.add_for(level(scenario, stream, group), group)))
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
        if self._unmoved > MOST_PER_DAY or not movers:
            problems.add(path, f"{self._message}.{self._advice}")
            return
        last = max(movers, key=lambda m: m.path[1:])
        place = problems.shown(path)
        problems.add_once(last.path, f"{self._message} ({place}).{self._advice}")

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
        return (
            f"{on}{whom}this is {self.peak.level:,.0f} a day{at}; at most "
            f"{MOST_PER_DAY:,.0f} a day can be simulated in one {of}"
        )

    @property
    def _advice(self) -> str:
        people = self.peak.level / self.scenario.scale.ratio
        ratio = math.ceil(people / MOST_PER_DAY)
        return (
            f" Divide it into several streams, or write `scale: {{ratio: 1:{ratio}}}`."
        )
