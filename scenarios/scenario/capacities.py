"""What is open when, and the staff who give it."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.scenario.numbers import Number


@dataclass(frozen=True)
class WeekTime:
    """A time of the week: on these days, from `begin` to `end`."""

    days: tuple[bool, ...]
    """Monday first, seven."""
    holidays: str
    """`as other days`; `not` (working days: never on a bank holiday); `only` (an
    entry for bank holidays: it replaces that day's other entries)."""
    begin: int
    """Microseconds after midnight."""
    end: int
    """Microseconds after midnight; above one day when it runs past midnight (it then
    belongs to the day on which it begins)."""


@dataclass(frozen=True)
class Staff:
    """Whole-time equivalents, and how much of their time is there for patients.

    Those in post at t are posts x (1 - vacancies) x k(start, t), and of each batch of
    recruits its number x k(day on which they start, t), where k(a, b) is the share of
    those there at a who are still there at b.
    """

    posts: Number
    vacancies: Number | None = None
    leavers: Number | None = None
    """The share who leave per day, compounded, as `WaitingEvent.risk`."""
    recruits: tuple[tuple[int, Number], ...] = ()
    """(first day at work, whole-time equivalents), in order of time."""
    taken_off: tuple[tuple[str, Number], ...] = ()
    """What is taken off one after the other: (name, share)."""


@dataclass(frozen=True)
class Workforce:
    """The staff of a service, or its share of a team, and what they give."""

    staff: Staff
    each_gives: Number
    """Places; or slots or hours a week."""
    output: str
    """`places`, `slots` or `hours`."""
    team: str | None = None
    share: Number | None = None
    """Of the team's time; None: all of it."""
    taken_off: tuple[tuple[str, Number], ...] = ()
    """After what is taken off from the team."""


@dataclass(frozen=True)
class Capacity:
    """Units open: always (`times` None), or at times of the week.

    With a `workforce`, `number` is a factor (changes multiply it) on what the staff
    give in a week x `weight`: 1 for places; for hours one in the hours open in a week;
    for slots the part of a week's hours that lies in this entry on one day.
    """

    times: WeekTime | None
    number: Number
    workforce: Workforce | None = None
    weight: float = 1.0


@dataclass(frozen=True)
class Agency:
    """How much of a capacity agencies provide: exactly one of these is set."""

    above: Number | None
    """Units (or whole-time equivalents) beyond this many."""
    share: Number | None
