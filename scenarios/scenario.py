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

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Source:
    """Where a number comes from."""

    name: str
    status: str
    """`sourced`, `estimate` or `assumption`."""
    citation: str


@dataclass(frozen=True)
class Move:
    """One dated change of a number.

    With r(t) = 0 before `begin`, rising straight to 1 at `reached`, and 0 again from
    `until` (and outside `months`, if given): multiply v -> v * (1 + (f - 1) r);
    add v -> v + a r; set v -> v + (x - v) r.
    """

    operation: str
    """`multiply`, `add`, `set` or `curve`."""
    values: tuple[float, ...] = ()
    """One, or one for each group; in the unit of the number (a factor: plain)."""
    groups: tuple[bool, ...] | None = None
    """Whom it concerns; None: everybody."""
    begin: int | None = None
    """None: from the beginning of the run."""
    reached: int | None = None
    """None: a step at `begin`."""
    until: int | None = None
    months: tuple[int, ...] = ()
    """1 to 12; empty: all the year."""
    curve: tuple[tuple[int, float], ...] = ()
    """For `curve`: factors at moments, straight lines between them."""
    returns: Returns | None = None
    """Of a rate: who comes later of those whom the change keeps away."""


@dataclass(frozen=True)
class Number:
    """A number that may differ by group and move in time."""

    values: tuple[float, ...]
    """One, or one for each group."""
    place: str
    """The dotted path, for messages and reports."""
    moves: tuple[Move, ...] = ()
    """In order of application: the parent's, the included files', the file's own."""
    source: Source | None = None
    text: str = ""
    """As written, for reports."""


@dataclass(frozen=True)
class Law:
    """A law of random times, in days."""

    kind: str
    """`fixed`, `exponential`, `lognormal`, `gamma`, `normal`, `weibull`, `uniform`,
    `triangular`, `pert`, `mixture` or `observed`."""
    parameters: dict[str, Number] = field(default_factory=dict)
    """`value`; `mean` with `sd`, `cv` or `median`; `lowest`, `most_likely`,
    `highest`. `cv` is plain, the others are days."""
    at_least: Number | None = None
    at_most: Number | None = None
    members: tuple[tuple[Number | None, Law], ...] = ()
    """Mixture: share (None: the rest, one at most) and law."""
    observed: tuple[float, ...] = ()


Laws = tuple[Law, ...]
"""One, or one for each group."""


@dataclass(frozen=True)
class Returns:
    """Those who come later."""

    share: Number
    after: Laws


@dataclass(frozen=True)
class Target:
    """Where a branch leads: exactly one of these is set; none: plain `leave`."""

    service: str | None = None
    """The service's own step."""
    step: tuple[str, str] | None = None
    """Pathway and step."""
    pathway: str | None = None
    """The start of a pathway."""
    ending: str | None = None
    shortest: str | None = None
    """A choice between lines (`ShortestLine`)."""
    block: str | None = None
    """What is one per place: the part of the patient's own group, or that to which
    its catchment leads."""


@dataclass(frozen=True)
class Branch:
    """One way out of a choice."""

    target: Target
    share: Number | None
    """None: the rest. At most one branch of a destination has None."""
    after: Laws | None = None
    """A delay in which nothing is held."""
    arranged_in: Laws | None = None
    """A delay in which the unit is kept."""
    keeps_bed: bool = False
    """Whether the unit is kept after that, until the next service calls in."""


Destination = tuple[Branch, ...]
"""In the order of writing. A plain `then: ward` is one branch with share None."""


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
class WaitingEvent:
    """What may happen to those who wait: after a time, or at a risk.

    `risk` is the share of those waiting who leave within one day if they wait that
    long, so that 1.5% per week is 1 - (1 - 0.015) ** (1 / 7).
    """

    name: str
    then: Destination | None
    """None: stays in line, with `priority`."""
    after: Laws | None = None
    risk: Number | None = None
    groups: tuple[bool, ...] | None = None
    priority: Number | None = None


@dataclass(frozen=True)
class TurningAway:
    """A rule for those who join: judged once."""

    name: str
    then: Destination
    when_waiting: int | None = None
    """Turned away when so many people wait already, before scaling; None: whatever the
    line."""
    share: Number | None = None
    """None: all of them."""
    groups: tuple[bool, ...] | None = None
    when_wait: float | None = None
    """Turned away when somebody in line has waited so long, days."""


@dataclass(frozen=True)
class Absence:
    """Patients who do not attend."""

    share: Number
    then: Destination


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
class Agency:
    """How much of a capacity agencies provide: exactly one of these is set."""

    above: Number | None
    """Units (or whole-time equivalents) beyond this many."""
    share: Number | None


@dataclass(frozen=True)
class Step:
    """One stay at one service. A service's own step has pathway None."""

    service: str
    then: Destination
    takes: Laws | None
    """None: as long as the slot."""
    priority: Number
    waiting: tuple[WaitingEvent, ...]
    pathway: str | None = None
    name: str | None = None
    needs: Number | None = None
    """Units of its own service that a visit takes; None: one."""
    together_with: tuple[tuple[str, Number], ...] = ()
    """Units of other services that it takes with them."""
    holding: tuple[str, ...] = ()
    """Services whose units stay the patient's, if they have any."""
    absence: Absence | None = None
    """Who does not attend here; None: as the service says."""
    planned: Number | None = None
    """Days that must be left before units close; None: none need be."""


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


@dataclass(frozen=True)
class Pathway:
    """Where a pathway starts; its steps are in `Scenario.steps`."""

    name: str
    start: Destination
    is_course: bool = False
    """Whether it is the sessions of a caseload, or a choice in them, and not written as
    a pathway."""


@dataclass(frozen=True)
class Repeated:
    """A service or pathway that is one per place, and where each group goes."""

    name: str
    dimension: str
    instances: tuple[str, ...]
    start: Destination


@dataclass(frozen=True)
class ShortestLine:
    """A choice between lines: whoever comes joins the shortest."""

    name: str
    services: tuple[str, ...]
    """At a tie the first of them is joined."""


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


@dataclass(frozen=True)
class Period:
    """What is simulated, and how often."""

    begin: int
    """When the warm-up begins; equal to `start` without one."""
    start: int
    end: int
    replications: int
    seed: int
    holidays: tuple[int, ...]
    """Midnights of the bank holidays, from EPOCH's year to 2060."""


@dataclass(frozen=True)
class Scale:
    """One simulated patient for so many people."""

    ratio: float
    """0.05 for 1:20."""


@dataclass(frozen=True)
class Scenario:
    """Everything one question needs, resolved."""

    name: str
    title: str
    notes: str
    period: Period
    scale: Scale
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    """Dimensions and their groups; empty: everybody alike."""
    people: Number | None
    people_growth: Number | None
    services: tuple[Service, ...]
    steps: tuple[Step, ...]
    """First each service's own step, in the order of `services`; then the pathways'
    steps in order of writing."""
    pathways: tuple[Pathway, ...]
    streams: tuple[Stream, ...]
    clocks: tuple[Clock, ...]
    standards: tuple[Standard, ...]
    endings: tuple[str, ...]
    """Without `leave`."""
    budgets: tuple[str, ...]
    record_by: tuple[str, ...]
    """Dimensions by which measures are kept apart."""
    record_visits: tuple[str, ...] | None
    """Services whose visits are recorded; () none, None all."""
    sources: tuple[Source, ...]
    resolved: dict[str, object]
    """The complete scenario as plain texts, maps and lists: a complete file's content
    with everything merged (the changes listed under `changes`), for the manifest,
    `show` and digests."""
    lineage: tuple[str, ...]
    """Names of the file, its parents and included files."""
    escalation: tuple[Escalation, ...] = ()
    pooled: tuple[tuple[str, str], ...] = ()
    """Services that would be one per place and are pooled: (name, dimension)."""
    start: tuple[Starter, ...] = ()
    """Who is there when the run begins."""
    shortest_lines: tuple[ShortestLine, ...] = ()
    """What `Target.shortest` leads to."""
    repeated: tuple[Repeated, ...] = ()
    """What `Target.block` leads to; a catchment that divides a group has one of its
    own."""
