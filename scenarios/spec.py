"""The scenario language as it is written: which keys there are and what they hold.

Names are not looked up here, and groups are not known: `resolving` does that.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from scenarios.change_spec import ChangeForm
from scenarios.destination_spec import CatchmentSpec, OneOrMore
from scenarios.forms import Called, Form, Name
from scenarios.service_spec import CapacitySpec, PathwayForm, ServiceSpec
from scenarios.standard_spec import StandardSpec
from scenarios.start_spec import StartSpec
from scenarios.stream_spec import StreamForm
from scenarios.texts import Quantity
from scenarios.units import (
    RATIO,
    REPLICATIONS,
    SEED,
    Duration,
    VariedGrowth,
    VariedMoney,
    VariedPeople,
    Weight,
    When,
    Whole,
    said,
)
from scenarios.workforce_spec import TeamForm

# Demand


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

    ratio: Called | None = None
    keep_whole: list[Called] = Field(default_factory=list)
    small_pools: Annotated[Quantity, RATIO] | None = None
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
    pause: OneOrMore | None = None
    resume: OneOrMore | None = None


def _has_rule_names(value: object) -> object:
    if isinstance(value, dict) and "watches" in value:
        raise said("this needs a name: {winter ward: {watches: ward, ...}}.")
    return value


class EscalationForm(Form):
    """Units that are opened when a service stays above a threshold."""

    questions: ClassVar = {
        "watches": ": which service?",
        "measure": ": occupancy, waiting or longest_wait?",
        "opens_above": ": from which number on?",
        "closes_below": ": down to which number?",
        "after": ": for how long must it have lasted?",
        "adds": ": how many units?",
    }

    watches: Called
    measure: Literal["occupancy", "waiting", "longest_wait"]
    opens_above: Called
    closes_below: Called
    after: Duration
    adds: Whole
    to: Called | None = None
    state: Whole | None = None
    cost: dict[Called, VariedMoney] = Field(default_factory=dict)
    source: Called | None = None
    notes: str | None = None


def _is_list_of_lines(value: object) -> object:
    if not isinstance(value, list):
        raise said(
            "name the services whose lines are compared: "
            "{either clinic: [north clinic, south clinic]}."
        )
    return value


LinesForm = Annotated[list[Called], BeforeValidator(_is_list_of_lines)]


class SitesForm(Form):
    """Where the patients of several places are treated: hospitals, trusts."""

    of: Called
    names: Annotated[list[Name], Field(min_length=1)]
    catchment: CatchmentSpec


class RecordForm(Form):
    """What is kept apart and written down."""

    by: list[Called] = Field(default_factory=list)
    visits: OneOrMore | None = None


class ScenarioForm(Form):
    """A complete scenario."""

    questions: ClassVar = {"demand": ": nobody comes."}

    caresim: Called
    title: Called
    theme: Called | None = None
    notes: str | None = None
    source: Called | None = None
    sources: SourcesForm = SourcesForm()
    period: PeriodForm
    scale: ScaleForm = ScaleForm()
    groups: dict[Name, Annotated[list[Name], Field(min_length=1)]] = Field(
        default_factory=dict
    )
    sites: dict[Name, SitesForm] = Field(default_factory=dict)
    people: PeopleForm | None = None
    calendars: dict[Name, OneOrMore] = Field(default_factory=dict)
    profiles: dict[Name, ProfileForm] = Field(default_factory=dict)
    budgets: list[Name] = Field(default_factory=list)
    endings: list[Name] = Field(default_factory=list)
    teams: Teams = Field(default_factory=dict)
    services: dict[Name, ServiceSpec]
    pathways: dict[Name, PathwayForm] = Field(default_factory=dict)
    shortest_line: dict[Name, LinesForm] = Field(default_factory=dict)
    demand: dict[Name, StreamForm]
    start_state: dict[Called, StartSpec] = Field(default_factory=dict)
    escalation: Annotated[
        dict[Name, EscalationForm], BeforeValidator(_has_rule_names)
    ] = Field(default_factory=dict)
    clocks: dict[Name, ClockForm] = Field(default_factory=dict)
    standards: dict[Name, StandardSpec] = Field(default_factory=dict)
    record: RecordForm = RecordForm()
    changes: list[ChangeForm] = Field(default_factory=list)
