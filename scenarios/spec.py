"""The scenario language as it is written: which keys there are and what they hold.

Names are not looked up here, and groups are not known: `resolving` does that.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from scenarios.change_spec import ChangeForm
from scenarios.destination_spec import (
    DestinationSpec,
    OneOrMore,
    StreamWho,
    WhoSpec,
    text_or_keys,
)
from scenarios.forms import Called, Form, Name
from scenarios.service_spec import CapacitySpec, PathwayForm, ServiceSpec
from scenarios.texts import Quantity
from scenarios.units import (
    REPLICATIONS,
    SEED,
    Duration,
    Share,
    VariedGrowth,
    VariedPeople,
    VariedRate,
    Weight,
    When,
)
from scenarios.workforce_spec import TeamForm

# Demand


class StreamForm(Form):
    """Patients who come from outside."""

    later: ClassVar = frozenset(
        ("arrive_together", "booked_at", "from_file", "punctuality")
    )
    questions: ClassVar = {"rate": ": how many patients per day or week?"}

    to: DestinationSpec | None = None
    rate: VariedRate
    who: StreamWho | None = None
    profile: OneOrMore | None = None
    growth: VariedGrowth | None = None
    sector: Called | None = None
    one_per: Called | None = None
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


Teams = dict[Name, TeamForm]

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

    later: ClassVar = frozenset(("keep_whole",))

    ratio: Called | None = None
    instead: dict[Called, CapacitySpec] = Field(default_factory=dict)


class SourcesForm(Form):
    """Where numbers come from, by their standing."""

    sourced: dict[Name, str] = Field(default_factory=dict)
    estimate: dict[Name, str] = Field(default_factory=dict)
    assumption: dict[Name, str] = Field(default_factory=dict)


class ClockForm(Form):
    """A time that is measured."""

    later: ClassVar = frozenset(("pause", "resume"))

    start: OneOrMore
    stop: OneOrMore


Targets = Annotated[dict[When, Share], Field(min_length=1)]


class StandardForm(Form):
    """A promise about a clock."""

    later: ClassVar = frozenset(("mean_within",))

    clock: Called
    within: Duration
    target: Annotated[
        Annotated[Share, Tag("~text")] | Annotated[Targets, Tag("~keys")],
        Discriminator(text_or_keys),
    ]
    counts: Literal["completed", "still_waiting"]
    who: WhoSpec | None = None
    cost_of: OneOrMore | None = None


class RecordForm(Form):
    """What is kept apart and written down."""

    by: list[Called] = Field(default_factory=list)
    visits: OneOrMore | None = None


class ScenarioForm(Form):
    """A complete scenario."""

    later: ClassVar = frozenset(("escalation", "start_state"))
    questions: ClassVar = {"demand": ": nobody comes."}

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
    teams: Teams = Field(default_factory=dict)
    services: dict[Name, ServiceSpec]
    pathways: dict[Name, PathwayForm] = Field(default_factory=dict)
    demand: dict[Name, StreamForm]
    clocks: dict[Name, ClockForm] = Field(default_factory=dict)
    standards: dict[Name, StandardForm] = Field(default_factory=dict)
    record: RecordForm = RecordForm()
    changes: list[ChangeForm] = Field(default_factory=list)
