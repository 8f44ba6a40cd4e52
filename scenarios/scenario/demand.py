"""Who comes, when, and who is there when the run begins."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.scenario.capacities import WeekTime
from scenarios.scenario.destinations import Destination
from scenarios.scenario.numbers import Laws, Number


@dataclass(frozen=True)
class Profile:
    """A weight for each moment: the product of its factors."""

    name: str
    hours: tuple[float, ...] = ()
    days: tuple[float, ...] = ()
    week: tuple[float, ...] = ()
    months: tuple[float, ...] = ()
    during: tuple[tuple[WeekTime, float], ...] = ()
    """Weight at these times of the week and 0 elsewhere."""


@dataclass(frozen=True)
class Booking:
    """Patients booked in the sessions of a time of the week."""

    times: WeekTime
    """It may be one instant."""
    number: Number
    """In each session."""


@dataclass(frozen=True)
class PartySize:
    """So many who come together."""

    size: int
    share: Number | None
    """None: the rest. At most one size of a stream has None."""


@dataclass(frozen=True)
class Stream:
    """Patients who come from outside: at a rate, booked, or as a list says."""

    name: str
    to: Destination
    rate: Number | None
    """Per day; per person and day where `per_person`. None: booked or listed."""
    per_person: bool
    shares: tuple[Number, ...]
    """Empty: the rate is each group's own (it differs by group, or is per person).
    Else the share of each group in the rate, shape (G,) of one value each."""
    profiles: tuple[Profile, ...] = ()
    """Multiplied."""
    growth: Number | None = None
    """Per year, compound from the start of the period."""
    sector: str | None = None
    parties: tuple[PartySize, ...] = ()
    """In ascending order; empty: everybody comes alone. Rates and bookings count
    parties."""
    booked: tuple[Booking, ...] = ()
    punctuality: Laws | None = None
    """How late the booked come, negative where early; None: to the minute."""
    listed: tuple[tuple[int, int], ...] = ()
    """Moment and group of each row of a list, in order."""
    copies: Number | None = None
    """How many come for each row of the list: 1, with its moves."""


@dataclass(frozen=True)
class Starter:
    """Patients who wait, or are in treatment, at a service when the run begins."""

    service: str
    treated: bool
    number: Number | None
    """How many, before scaling; None: they stand in a list."""
    shares: tuple[float, ...] = ()
    """Of each group, shape (G,)."""
    bands: tuple[tuple[float, float, float], ...] = ()
    """For how long, ascending: from and to (days), and the share for whom it is so.
    Empty: as after a long time."""
    rows: tuple[tuple[int, int, int], ...] = ()
    """When each of a list joined, when treatment started (-1: not yet; joined -1 as
    well: in treatment as after a long time), and group."""
    step: tuple[str, str] | None = None
    """Pathway and step at which they are; None: the service's own."""
    left: tuple[tuple[int, int, float], ...] = ()
    """Sessions that are left, ascending: from and to, and the share with as many."""
