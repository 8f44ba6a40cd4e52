"""What is measured for each patient, and what is promised of it."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.scenario.numbers import Number


@dataclass(frozen=True)
class Moment:
    """`joins`, `starts`, `ends` or `leaves`, and what: service, step, or the model."""

    event: str
    service: str | None = None
    step: tuple[str, str] | None = None


@dataclass(frozen=True)
class Clock:
    """A time that is measured for each patient."""

    name: str
    start: tuple[Moment, ...]
    stop: tuple[Moment, ...]
    pause: tuple[Moment, ...] = ()
    """From when it stands still."""
    resume: tuple[Moment, ...] = ()


@dataclass(frozen=True)
class Standard:
    """A promise about a clock, or about the use of services."""

    name: str
    measure: str
    """`share` within a time, `percentile` or `mean` of a clock's times; `occupancy` of
    services, or `patients` who are at them."""
    target: Number
    """What is promised, with the dates as moves: at least so large a share; no more
    than so many days (percentile, mean), so large an occupancy, so many patients."""
    clock: str | None = None
    counts: str | None = None
    """`completed` or `still_waiting`, for clocks."""
    within: Number | None = None
    """Days; for a share."""
    percentile: int | None = None
    """Per cent."""
    groups: tuple[bool, ...] | None = None
    services: tuple[str, ...] = ()
    """Without a clock: of which services it speaks."""
    shipped: str | None = None
    """The standard that comes with caresim from which it takes its figures."""
    cost_of: tuple[str, ...] = ()
    """Services whose cost is divided by those who were within."""
