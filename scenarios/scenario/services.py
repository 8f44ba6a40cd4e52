"""Services, what holds at them, what they cost, and when more is opened."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.scenario.capacities import Agency, Capacity, WeekTime
from scenarios.scenario.numbers import Law, Laws, Number
from scenarios.scenario.steps import Absence, TurningAway


@dataclass(frozen=True)
class Price:
    """What a unit of use costs a budget holder."""

    budget: str
    number: Number
    """Pounds."""
    per: str
    """`visit` (treatments started) or `day` (while occupied)."""
    kind: str = "use"
    """`use`, or `out of area`: for the patients of other places only."""


@dataclass(frozen=True)
class Charge:
    """What capacity costs a budget holder, whether it is used or not."""

    budget: str
    number: Number
    """Pounds: per slot, or per day that a unit is open or a whole-time equivalent is
    in post."""
    per: str
    """`unit`, `slot` or `staff` (whole-time equivalents)."""
    kind: str
    """`capacity`, or `agency`: on top of it, for what agencies provide."""


@dataclass(frozen=True)
class Help:
    """A service whose units serve another's line."""

    service: str
    after: float = 0.0
    """Days in line."""
    leaving_free: int = 0
    """Units of it that must stay free, before scaling."""
    takes_times: Number | None = None
    """A factor on the time of treatment."""
    moves_back: str = "no"
    """Whether patients move back when there is room at home, and who goes first: `yes`,
    those in line; `in_turn`; `first`, those who move back."""
    leaving_within: float = 0.0
    """Days: who leaves within this time does not move back."""


@dataclass(frozen=True)
class Reserve:
    """Units that are kept back for some."""

    name: str
    groups: tuple[bool, ...]
    capacity: int
    """Before scaling; of slots, in each session."""
    released: float | None = None
    """Slots: days before their moment from which on they are for everybody."""


@dataclass(frozen=True)
class Interruption:
    """Who may interrupt the treatment of the less urgent."""

    by_priority: int
    """Those with this priority or a smaller number."""
    start_again: bool = False
    """Whether interrupted treatment begins anew; else it goes on."""


@dataclass(frozen=True)
class Breakdowns:
    """How each machine of a service breaks down and is repaired."""

    works_for: Law
    repaired_in: Law
    start_again: bool = False
    """Whether broken treatment begins anew; else it goes on."""


@dataclass(frozen=True)
class Service:
    """A queue and the units that work it."""

    name: str
    kind: str
    capacity: tuple[Capacity, ...]
    """Empty for `unlimited`."""
    turned_away: tuple[TurningAway, ...] = ()
    did_not_attend: Absence | None = None
    end_of_shift: str = "finish"
    costs: tuple[Price, ...] = ()
    sector: str | None = None
    helped_by: tuple[Help, ...] = ()
    kept_back: tuple[Reserve, ...] = ()
    interrupted: Interruption | None = None
    breakdowns: Breakdowns | None = None
    keeps_order: bool = False
    """Whether nobody is called in past one for whom there is no room."""
    due_within: Number | None = None
    """Days within which patients are due; None: called in the order of coming."""
    booked: tuple[float, float] | None = None
    """Slots: how long beforehand a date is given at least, and at most, days; None: on
    the day."""
    per_slot: int = 1
    """Slots: how many patients have one moment together."""
    cleaning: Laws | None = None
    discharge_hours: tuple[tuple[WeekTime, Number], ...] = ()
    instead: tuple[Capacity, ...] | None = None
    """At a smaller scale: the capacity to take in place of the scaled one, before
    changes; a change multiplies it as it would the capacity."""
    charges: tuple[Charge, ...] = ()
    agency: Agency | None = None
    home: tuple[str, str] | None = None
    """Of what is one per place: the dimension and its group."""

    @property
    def written_name(self) -> str:
        """The name under which it is written: without the place of its part."""
        return (
            self.name
            if self.home is None
            else self.name.removesuffix(f" in {self.home[1]}")
        )


@dataclass(frozen=True)
class Escalation:
    """Units that are opened when a service stays above a threshold."""

    name: str
    watches: str
    measure: str
    """`occupancy`, `waiting` or `longest_wait`."""
    opens_above: float
    """Units, people or days; the rule opens at this number and above."""
    closes_below: float
    """It closes at this number and below."""
    after: float
    """Days for which the state must have lasted."""
    adds: int
    to: str
    state: int = 1
    """The state that the system has at least while the rule is open."""
    costs: tuple[Price, ...] = ()
