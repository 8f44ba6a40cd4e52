"""A scenario with all its names and numbers resolved: what `read` returns.

Everything here is frozen and complete: `extends` is merged, changes have become the
`moves` of the numbers they act on, names are checked, texts have become numbers in the
units given below. `tables.model` turns it into the machine form.

Units: moments are microseconds since `kernels.layout.EPOCH`; durations are days; rates
are per day; shares are fractions; risks are the fraction who leave per day, compounded
(see `WaitingEvent`); money is pounds.

Numbers that differ by group hold one value for each combination of the scenario's
dimensions, in the order of `itertools.product` over `Scenario.groups`.
"""

from scenarios.scenario.capacities import Agency, Capacity, Staff, WeekTime, Workforce
from scenarios.scenario.demand import Booking, PartySize, Profile, Starter, Stream
from scenarios.scenario.destinations import (
    Branch,
    Destination,
    Repeated,
    ShortestLine,
    Target,
)
from scenarios.scenario.numbers import Law, Laws, Move, Number, Returns, Source
from scenarios.scenario.scenario import Period, Scale, Scenario
from scenarios.scenario.services import (
    Breakdowns,
    Charge,
    Escalation,
    Help,
    Interruption,
    Price,
    Reserve,
    Service,
)
from scenarios.scenario.standards import Clock, Moment, Standard
from scenarios.scenario.steps import Absence, Pathway, Step, TurningAway, WaitingEvent

__all__ = [
    "Absence",
    "Agency",
    "Booking",
    "Branch",
    "Breakdowns",
    "Capacity",
    "Charge",
    "Clock",
    "Destination",
    "Escalation",
    "Help",
    "Interruption",
    "Law",
    "Laws",
    "Moment",
    "Move",
    "Number",
    "PartySize",
    "Pathway",
    "Period",
    "Price",
    "Profile",
    "Repeated",
    "Reserve",
    "Returns",
    "Scale",
    "Scenario",
    "Service",
    "ShortestLine",
    "Source",
    "Staff",
    "Standard",
    "Starter",
    "Step",
    "Stream",
    "Target",
    "TurningAway",
    "WaitingEvent",
    "WeekTime",
    "Workforce",
]
