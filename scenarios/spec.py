"""The scenario language as it is written: which keys there are and what they hold.

Names are not looked up here, and groups are not known: `resolving` does that.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from scenarios.forms import Called, Form, Name
from scenarios.law_spec import Share as ShareOrRest
from scenarios.law_spec import Takes
from scenarios.units import (
    PRIORITY,
    REPLICATIONS,
    SEED,
    Duration,
    Factor,
    Quantity,
    Share,
    VariedFactor,
    VariedGrowth,
    VariedMoney,
    VariedPeople,
    VariedPriority,
    VariedRate,
    VariedRisk,
    VariedShare,
    Weight,
    When,
    Whole,
)

LANGUAGE = 1
"""The version of the language that this caresim reads."""


def _form(value: object) -> str:
    """Return the tag of a piece by its form."""
    if isinstance(value, str):
        return "~text"
    return "~list" if isinstance(value, list) else "~keys"


def _text_or_keys(value: object) -> str:
    return "~text" if isinstance(value, str) else "~keys"


def _text_or_list(value: object) -> str:
    return "~text" if isinstance(value, str) else "~list"


Names = Annotated[list[Called], Field(min_length=1)]
OneOrMore = Annotated[
    Annotated[Called, Tag("~text")] | Annotated[Names, Tag("~list")],
    Discriminator(_text_or_list),
]

# Destinations


class BranchForm(Form):
    """How many go somewhere, and what lies between."""

    share: ShareOrRest | None = None
    after: Takes | None = None
    arranged_in: Takes | None = None


def _branch(value: object) -> str:
    if value == "rest":
        return "~rest"
    if isinstance(value, dict) and not {"by", "value", "times"} & set(value):
        return "~branch"
    return "~share"


BranchSpec = Annotated[
    Annotated[Literal["rest"], Tag("~rest")]
    | Annotated[VariedShare, Tag("~share")]
    | Annotated[BranchForm, Tag("~branch")],
    Discriminator(_branch),
]
Branches = Annotated[dict[Called, BranchSpec], Field(min_length=1)]
DestinationSpec = Annotated[
    Annotated[Called, Tag("~text")] | Annotated[Branches, Tag("~keys")],
    Discriminator(_text_or_keys),
]

# Whom it concerns

WhoSpec = dict[Called, OneOrMore]
GroupShares = Annotated[dict[Called, ShareOrRest], Field(min_length=1)]
StreamWho = dict[
    Called,
    Annotated[
        Annotated[Called, Tag("~text")]
        | Annotated[Names, Tag("~list")]
        | Annotated[GroupShares, Tag("~keys")],
        Discriminator(_form),
    ],
]

# Services and pathways


class WaitingForm(Form):
    """What may happen to those who wait."""

    after: Takes | None = None
    risk: VariedRisk | None = None
    who: WhoSpec | None = None
    then: DestinationSpec


class TurningAwayForm(Form):
    """Who is turned away on joining."""

    when_waiting: Whole | None = None
    share: VariedShare | None = None
    who: WhoSpec | None = None
    then: DestinationSpec


class AbsenceForm(Form):
    """Who does not attend, and where they go."""

    share: VariedShare
    then: DestinationSpec


Capacities = Annotated[dict[Called, Whole], Field(min_length=1)]
CapacitySpec = Annotated[
    Annotated[Whole, Tag("~text")] | Annotated[Capacities, Tag("~keys")],
    Discriminator(_text_or_keys),
]
WaitingSpec = dict[Name, WaitingForm]


class ServiceForm(Form):
    """What services of every kind have."""

    takes: Takes | None = None
    then: DestinationSpec | None = None
    priority: VariedPriority | None = None
    while_waiting: WaitingSpec = Field(default_factory=dict)
    turned_away: dict[Name, TurningAwayForm] = Field(default_factory=dict)
    cost: dict[Called, VariedMoney] = Field(default_factory=dict)
    sector: Called | None = None
    source: Called | None = None
    notes: str | None = None


class Staff(ServiceForm):
    """People who treat one patient after the other."""

    kind: Literal["staff"]
    capacity: CapacitySpec
    end_of_shift: Literal["finish", "hand_back"] | None = None


class Beds(ServiceForm):
    """Beds, or other places that are held until the patient moves."""

    kind: Literal["beds"]
    capacity: CapacitySpec
    keeps_bed: Literal["no"] | None = None


class Slots(ServiceForm):
    """Appointments; those unused are lost."""

    kind: Literal["slots"]
    capacity: CapacitySpec
    did_not_attend: AbsenceForm | None = None


class Caseload(ServiceForm):
    """Places on a caseload."""

    kind: Literal["caseload"]
    capacity: CapacitySpec


class Unlimited(ServiceForm):
    """Room for everybody."""

    kind: Literal["unlimited"]


KINDS = {
    "staff": Staff,
    "beds": Beds,
    "slots": Slots,
    "caseload": Caseload,
    "unlimited": Unlimited,
}


def _kind(value: object) -> str:
    kind = value.get("kind") if isinstance(value, dict) else None
    return f"~{kind}" if isinstance(kind, str) and kind in KINDS else "~none"


class NoKind(Form):
    """Stands for a service without a known kind; its other keys are still read."""

    model_config = Form.model_config | {"extra": "ignore"}
    kind: Any = None


ServiceSpec = Annotated[
    Annotated[Staff, Tag("~staff")]
    | Annotated[Beds, Tag("~beds")]
    | Annotated[Slots, Tag("~slots")]
    | Annotated[Caseload, Tag("~caseload")]
    | Annotated[Unlimited, Tag("~unlimited")]
    | Annotated[NoKind, Tag("~none")],
    Discriminator(_kind),
]


class StepForm(Form):
    """One stay at one service."""

    at: Called | None = None
    takes: Takes | None = None
    then: DestinationSpec | None = None
    priority: VariedPriority | None = None
    while_waiting: WaitingSpec | None = None


class PathwayForm(Form):
    """Steps at services."""

    start: DestinationSpec
    steps: Annotated[dict[Name, StepForm], Field(min_length=1)]
    source: Called | None = None
    notes: str | None = None


# Demand


class StreamForm(Form):
    """Patients who come from outside."""

    to: DestinationSpec | None = None
    rate: VariedRate
    who: StreamWho | None = None
    profile: OneOrMore | None = None
    growth: VariedGrowth | None = None
    sector: Called | None = None
    source: Called | None = None
    notes: str | None = None


class ProfileForm(Form):
    """How demand is spread over hours, days and months."""

    hours: list[Weight] | None = None
    days: list[Weight] | None = None
    week: list[Weight] | None = None
    months: list[Weight] | None = None
    during: Annotated[dict[Called, Weight], Field(min_length=1)] | None = None


class PeopleForm(Form):
    """How many people there are."""

    number: VariedPeople
    growth: VariedGrowth | None = None
    source: Called | None = None
    notes: str | None = None


# Everything else


class PeriodForm(Form):
    """What is simulated, and how often."""

    start: When
    horizon: Duration
    warm_up: Duration | None = None
    replications: Annotated[Quantity, REPLICATIONS] | None = None
    seed: Annotated[Quantity, SEED] | None = None
    bank_holidays: Called | None = None


class ScaleForm(Form):
    """One simulated patient for so many people."""

    ratio: Called | None = None
    instead: dict[Called, CapacitySpec] = Field(default_factory=dict)


class SourcesForm(Form):
    """Where numbers come from, by their standing."""

    sourced: dict[Name, str] = Field(default_factory=dict)
    estimate: dict[Name, str] = Field(default_factory=dict)
    assumption: dict[Name, str] = Field(default_factory=dict)


class ClockForm(Form):
    """A time that is measured."""

    start: OneOrMore
    stop: OneOrMore


Targets = Annotated[dict[When, Share], Field(min_length=1)]


class StandardForm(Form):
    """A promise about a clock."""

    clock: Called
    within: Duration
    target: Annotated[
        Annotated[Share, Tag("~text")] | Annotated[Targets, Tag("~keys")],
        Discriminator(_text_or_keys),
    ]
    counts: Literal["completed", "still_waiting"]
    who: WhoSpec | None = None


class RecordForm(Form):
    """What is kept apart and written down."""

    by: list[Called] = Field(default_factory=list)
    visits: OneOrMore | None = None


class FilterForm(Form):
    """Things by what they are; several keys must all hold."""

    sector: OneOrMore | None = None
    kind: OneOrMore | None = None
    to: OneOrMore | None = None
    who: WhoSpec | None = None


Selector = Annotated[
    Annotated[Called, Tag("~text")]
    | Annotated[Names, Tag("~list")]
    | Annotated[FilterForm, Tag("~keys")],
    Discriminator(_form),
]


class RoutesForm(Form):
    """The shares that lead into some services from others."""

    into: Selector
    out_of: Selector | None = None


class ChangeForm(Form):
    """A difference: what it is about, one operation, dates."""

    demand: Selector | None = None
    services: Selector | None = None
    pathways: Selector | None = None
    people: Selector | None = None
    routes: RoutesForm | None = None
    what: Called | None = None
    multiply_by: VariedFactor | None = None
    add: Any = None
    set_to: Any = None
    curve: Annotated[dict[When, Factor], Field(min_length=1)] | None = None
    since: When | None = Field(default=None, alias="from")
    reached_by: When | None = None
    until: When | None = None
    in_months: Names | None = None
    source: Called | None = None
    notes: str | None = None


class ScenarioForm(Form):
    """A complete scenario."""

    caresim: Called
    title: Called
    notes: str | None = None
    source: Called | None = None
    sources: SourcesForm = SourcesForm()
    period: PeriodForm
    scale: ScaleForm = ScaleForm()
    groups: dict[Name, Annotated[list[Name], Field(min_length=1)]] = Field(
        default_factory=dict
    )
    people: PeopleForm | None = None
    calendars: dict[Name, OneOrMore] = Field(default_factory=dict)
    profiles: dict[Name, ProfileForm] = Field(default_factory=dict)
    budgets: list[Name] = Field(default_factory=list)
    endings: list[Name] = Field(default_factory=list)
    services: Annotated[dict[Name, ServiceSpec], Field(min_length=1)]
    pathways: dict[Name, PathwayForm] = Field(default_factory=dict)
    demand: Annotated[dict[Called, StreamForm], Field(min_length=1)]
    clocks: dict[Name, ClockForm] = Field(default_factory=dict)
    standards: dict[Name, StandardForm] = Field(default_factory=dict)
    record: RecordForm = RecordForm()
    changes: list[ChangeForm] = Field(default_factory=list)
