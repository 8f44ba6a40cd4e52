"""Services, pathways and their steps as they are written."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag

from scenarios.charge_spec import AgencyForm, ChargeSpec
from scenarios.destination_spec import (
    CatchmentSpec,
    DestinationSpec,
    KeepsBed,
    OneOrMore,
    WhoSpec,
    text_or_keys,
)
from scenarios.forms import Called, Form, Name
from scenarios.law_spec import Share as ShareOrRest
from scenarios.law_spec import Takes
from scenarios.problems import did_you_mean, quoted
from scenarios.texts import Quantity
from scenarios.units import (
    PRIORITY,
    Duration,
    VariedDuration,
    VariedFactor,
    VariedMoney,
    VariedPriority,
    VariedRisk,
    VariedShare,
    VariedWhole,
    Whole,
    said,
)
from scenarios.workforce_spec import StaffedForm


class WaitingForm(Form):
    """What may happen to those who wait."""

    after: Takes | None = None
    risk: VariedRisk | None = None
    who: WhoSpec | None = None
    then: DestinationSpec | None = None
    priority: VariedPriority | None = None


class TurningAwayForm(Form):
    """Who is turned away on joining."""

    questions: ClassVar = {"then": ": where do they go?"}

    when_waiting: Whole | None = None
    when_wait: Duration | None = None
    share: VariedShare | None = None
    who: WhoSpec | None = None
    then: DestinationSpec


class HelpForm(Form):
    """When, and for how long, units of another service serve."""

    after: Duration | None = None
    leaving_free: Whole | None = None
    takes_times: VariedFactor | None = None
    moves_back: Literal["yes", "no", "in_turn", "first"] | None = None
    unless_leaving_within: Duration | None = None


HelpSpec = Annotated[
    Annotated[Literal["always"], Tag("~text")] | Annotated[HelpForm, Tag("~keys")],
    Discriminator(text_or_keys),
]


def _is_map_of_help(value: object) -> object:
    if isinstance(value, str | list):
        raise said("write when: {ward: always}, or {ward: {after: 4 hours}}.")
    return value


HelpedBy = Annotated[dict[Called, HelpSpec], BeforeValidator(_is_map_of_help)]


class ReserveForm(Form):
    """Units that are kept back for some."""

    questions: ClassVar = {"who": ": for whom?", "capacity": ": how many?"}

    elsewhere: ClassVar = frozenset(("released",))
    sort: ClassVar = "what is kept back at such a service"

    who: WhoSpec
    capacity: Whole


class SlotReserveForm(Form):
    """Slots of each session that are kept back for some."""

    questions: ClassVar = {"who": ": for whom?", "capacity": ": how many a session?"}

    who: WhoSpec
    capacity: Whole
    released: Duration | None = None


class BookedForm(Form):
    """How long beforehand dates are given out."""

    questions: ClassVar = {"ahead": ": how long beforehand at most?"}

    notice: Duration | None = None
    ahead: Duration


def _has_a_reserve_name(value: object) -> object:
    if isinstance(value, dict) and {"who", "capacity"} & set(value):
        raise said("this needs a name: {for emergencies: {who: ..., capacity: 2}}.")
    return value


KeptBack = Annotated[dict[Name, ReserveForm], BeforeValidator(_has_a_reserve_name)]
SlotsKeptBack = Annotated[
    dict[Name, SlotReserveForm], BeforeValidator(_has_a_reserve_name)
]


Hours = Annotated[dict[Called, VariedShare], Field(min_length=1)]


def _count_or_shares(value: object) -> str:
    is_map = isinstance(value, dict) and not {"by", "value", "times"} & set(value)
    return "~shares" if is_map else "~number"


CountSpec = Annotated[
    Annotated[VariedWhole, Tag("~number")]
    | Annotated[
        Annotated[dict[Called, ShareOrRest], Field(min_length=1)], Tag("~shares")
    ],
    Discriminator(_count_or_shares),
]
BySession = Annotated[
    Annotated[VariedShare, Tag("~number")]
    | Annotated[
        Annotated[dict[Called, VariedShare], Field(min_length=1)], Tag("~shares")
    ],
    Discriminator(_count_or_shares),
]


class DropOutForm(Form):
    """Who stays away after a session."""

    questions: ClassVar = {"share": ": how many?", "then": ": where do they go?"}

    share: BySession
    then: DestinationSpec


class SessionsForm(Form):
    """Sessions that follow each other while a place is held."""

    questions: ClassVar = {
        "number": ": how many sessions?",
        "every": ": how much time lies between them?",
    }

    number: CountSpec
    every: Takes
    at: Called | None = None
    did_not_attend: VariedShare | None = None
    drops_out: DropOutForm | None = None


class InterruptionForm(Form):
    """Who may interrupt the treatment of the less urgent."""

    questions: ClassVar = {"by_priority": ": of which priority are those who do?"}

    by_priority: Annotated[Quantity, PRIORITY]
    afterwards: Literal["resume", "start_again"] | None = None


class BreakdownForm(Form):
    """How machines break down."""

    questions: ClassVar = {
        "works_for": ": how long does a machine work before it breaks down?",
        "repaired_in": ": how long is it down?",
    }

    works_for: Takes
    repaired_in: Takes
    afterwards: Literal["resume", "start_again"] | None = None


class AbsenceForm(Form):
    """Who does not attend, and where they go."""

    questions: ClassVar = {
        "share": ": how many do not attend?",
        "then": ": where do they go?",
    }

    share: VariedShare
    then: DestinationSpec


def _has_times(value: object) -> object:
    """Refuse a table by groups."""
    if isinstance(value, dict) and "by" in value:
        raise said("a capacity is the same for all groups.")
    return value


Capacities = Annotated[dict[Called, Whole], Field(min_length=1)]


def _by_form(value: object) -> str:
    """Return the tag of a capacity: a number, times of the week, or staff."""
    is_staffed = isinstance(value, dict) and "workforce" in value
    return "~workforce" if is_staffed else text_or_keys(value)


CapacitySpec = Annotated[
    Annotated[Whole, Tag("~text")]
    | Annotated[Capacities, Tag("~keys")]
    | Annotated[StaffedForm, Tag("~workforce")],
    Discriminator(_by_form),
    BeforeValidator(_has_times),
]


def _has_names(value: object) -> object:
    """Refuse a single event or rule that lacks its name."""
    if isinstance(value, dict) and "then" in value:
        raise said("this needs a name: {gives up: {after: 6 hours, then: leave}}.")
    return value


WaitingSpec = Annotated[dict[Name, WaitingForm], BeforeValidator(_has_names)]
TurningAwaySpec = Annotated[dict[Name, TurningAwayForm], BeforeValidator(_has_names)]


class ServiceForm(Form):
    """What services of every kind have."""

    elsewhere: ClassVar = frozenset(
        (
            *("agency", "capacity", "cleaning", "cost_of_capacity"),
            *("did_not_attend", "discharge_hours"),
            *("end_of_shift", "helped_by", "interrupted", "keeps_bed", "keeps_order"),
            *("kept_back", "needs", "together_with", "booked", "patients_per_slot"),
            *("sessions", "planned", "breaks_down"),
        )
    )

    takes: Takes | None = None
    then: DestinationSpec | None = None
    priority: VariedPriority | None = None
    while_waiting: WaitingSpec = Field(default_factory=dict)
    turned_away: TurningAwaySpec = Field(default_factory=dict)
    due_within: VariedDuration | None = None
    cost: dict[Called, VariedMoney] = Field(default_factory=dict)
    cost_out_of_area: dict[Called, VariedMoney] = Field(default_factory=dict)
    sector: Called | None = None
    one_per: Called | None = None
    catchment: CatchmentSpec | None = None
    pooled: Literal["yes", "no"] | None = None
    source: Called | None = None
    notes: str | None = None


class SharedForm(ServiceForm):
    """What services have whose units may serve others, and others theirs."""

    helped_by: HelpedBy = Field(default_factory=dict)
    keeps_order: Literal["yes", "no"] | None = None


class UnitsForm(SharedForm):
    """What services have whose units patients hold."""

    needs: VariedWhole | None = None
    together_with: dict[Called, VariedWhole] = Field(default_factory=dict)
    kept_back: KeptBack = Field(default_factory=dict)
    keeps_bed: KeepsBed | None = None


class Staff(UnitsForm):
    """People who treat one patient after the other."""

    sort: ClassVar = "staff"

    kind: Literal["staff"]
    capacity: CapacitySpec
    cost_of_capacity: ChargeSpec = Field(default_factory=dict)
    agency: AgencyForm | None = None
    end_of_shift: Literal["finish", "hand_back"] | None = None
    planned: VariedDuration | None = None
    interrupted: InterruptionForm | None = None
    breaks_down: BreakdownForm | None = None


class Beds(UnitsForm):
    """Beds, or other places that are held until the patient moves."""

    sort: ClassVar = "beds"

    kind: Literal["beds"]
    capacity: CapacitySpec
    interrupted: InterruptionForm | None = None
    cleaning: Takes | None = None
    discharge_hours: Hours | None = None
    cost_of_capacity: ChargeSpec = Field(default_factory=dict)
    agency: AgencyForm | None = None


class Slots(SharedForm):
    """Appointments; those unused are lost."""

    sort: ClassVar = "slots"

    kind: Literal["slots"]
    capacity: CapacitySpec
    booked: BookedForm | None = None
    kept_back: SlotsKeptBack = Field(default_factory=dict)
    patients_per_slot: Whole | None = None
    cost_of_capacity: ChargeSpec = Field(default_factory=dict)
    agency: AgencyForm | None = None
    did_not_attend: AbsenceForm | None = None


class Caseload(UnitsForm):
    """Places on a caseload."""

    sort: ClassVar = "caseload"

    kind: Literal["caseload"]
    capacity: CapacitySpec
    sessions: SessionsForm | None = None
    cost_of_capacity: ChargeSpec = Field(default_factory=dict)
    agency: AgencyForm | None = None


class Unlimited(ServiceForm):
    """Room for everybody."""

    sort: ClassVar = "unlimited"

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


KIND_LIST = "Kinds: " + ", ".join(f"'{kind}'" for kind in KINDS) + "."


def _no_kind(value: object) -> object:
    if not isinstance(value, str):
        raise said(f"the kind is a text. {KIND_LIST}")
    near = did_you_mean(value, KINDS)
    raise said(f"{quoted(value)} is not a kind.{near} {KIND_LIST}")


class NoKind(ServiceForm):
    """Stands for a service without a known kind; its other keys are still read."""

    model_config = ConfigDict(extra="ignore")
    questions: ClassVar = {"kind": f". {KIND_LIST}"}
    kind: Annotated[Any, BeforeValidator(_no_kind)]
    capacity: CapacitySpec | None = None


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
    needs: VariedWhole | None = None
    together_with: dict[Called, VariedWhole] | None = None
    planned: VariedDuration | None = None
    holding: OneOrMore | None = None


class PathwayForm(Form):
    """Steps at services."""

    questions: ClassVar = {"start": ": at which step does it begin?"}

    start: DestinationSpec
    one_per: Called | None = None
    catchment: CatchmentSpec | None = None
    steps: Annotated[dict[Name, StepForm], Field(min_length=1)]
    source: Called | None = None
    notes: str | None = None
