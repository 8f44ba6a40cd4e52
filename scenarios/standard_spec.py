"""Standards as they are written: about a clock, an occupancy or patients."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from scenarios.destination_spec import OneOrMore, WhoSpec, text_or_keys
from scenarios.forms import Called, Form
from scenarios.texts import Quantity
from scenarios.units import Duration, Share, When, Whole

Shares = Annotated[dict[When, Share], Field(min_length=1)]
Durations = Annotated[dict[When, Duration], Field(min_length=1)]
Wholes = Annotated[dict[When, Whole], Field(min_length=1)]
DatedShare = Annotated[
    Annotated[Share, Tag("~text")] | Annotated[Shares, Tag("~keys")],
    Discriminator(text_or_keys),
]
DatedDuration = Annotated[
    Annotated[Duration, Tag("~text")] | Annotated[Durations, Tag("~keys")],
    Discriminator(text_or_keys),
]
DatedWhole = Annotated[
    Annotated[Whole, Tag("~text")] | Annotated[Wholes, Tag("~keys")],
    Discriminator(text_or_keys),
]
Dated = Quantity | dict[int, Quantity]
"""A figure, or several from their dates on."""
OF_CLOCKS = frozenset(
    (
        *("clock", "within", "percentile", "mean_within", "target", "counts", "who"),
        "cost_of",
    )
)


class ClockStandardForm(Form):
    """A promise about the times of a clock."""

    elsewhere: ClassVar = frozenset(("at_most",))
    sort: ClassVar = "a standard with a clock"
    questions: ClassVar = {
        "clock": ": what is timed? Or is it about `occupancy` or `patients`?"
    }

    clock: Called
    standard: Called | None = None
    within: DatedDuration | None = None
    percentile: Share | None = None
    mean_within: DatedDuration | None = None
    target: DatedShare | None = None
    counts: Literal["completed", "still_waiting"] | None = None
    who: WhoSpec | None = None
    cost_of: OneOrMore | None = None
    source: Called | None = None
    notes: str | None = None


class BoundForm(Form):
    """What promises have that something stays below a bound."""

    elsewhere: ClassVar = OF_CLOCKS

    standard: Called | None = None
    source: Called | None = None
    notes: str | None = None


class OccupancyForm(BoundForm):
    """A promise about how full services are."""

    sort: ClassVar = "a standard of occupancy"

    occupancy: OneOrMore
    at_most: DatedShare | None = None


class PatientsForm(BoundForm):
    """A promise about how many patients are somewhere."""

    sort: ClassVar = "a standard of patients"

    patients: OneOrMore
    at_most: DatedWhole | None = None


def _sort(value: object) -> str:
    """Return the tag of a standard by what it is about."""
    keys = value if isinstance(value, dict) else {}
    return next(
        (f"~{key}" for key in ("occupancy", "patients") if key in keys), "~clock"
    )


StandardSpec = Annotated[
    Annotated[ClockStandardForm, Tag("~clock")]
    | Annotated[OccupancyForm, Tag("~occupancy")]
    | Annotated[PatientsForm, Tag("~patients")],
    Discriminator(_sort),
]
