"""Streams of patients from outside as they are written."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from scenarios.destination_spec import DestinationSpec, OneOrMore, StreamWho
from scenarios.forms import Called, Form
from scenarios.law_spec import NoLaw
from scenarios.law_spec import Share as ShareOrRest
from scenarios.units import (
    Lateness,
    VariedDuration,
    VariedGrowth,
    VariedLateness,
    VariedRate,
    Whole,
)

LATENESS_LAWS = ("normal", "uniform", "triangular", "pert", "observed")
WHICH_LAW = (
    "write how late they are: a plain time (-5 min is five minutes early), or "
    "{law: normal, mean: 0 min, sd: 8 min}. Laws: " + ", ".join(LATENESS_LAWS) + "."
)


class LatenessLaw(Form):
    """What every law of lateness may have: an end that is cut off."""

    elsewhere: ClassVar = frozenset(
        ("mean", "sd", "cv", "median", "lowest", "most_likely", "highest", "values")
    )
    at_least: VariedLateness | None = None
    at_most: VariedLateness | None = None

    @classmethod
    def _owners(cls, key: str) -> str:
        if key in ("cv", "median"):
            return ": means may be nothing, so write sd"
        return ""


class NormalLateness(LatenessLaw):
    """As much early as late, round a mean."""

    sort: ClassVar = "normal"

    law: Literal["normal"]
    mean: VariedLateness
    sd: VariedDuration


class UniformLateness(LatenessLaw):
    """Anything between two times."""

    sort: ClassVar = "uniform"

    law: Literal["uniform"]
    lowest: VariedLateness
    highest: VariedLateness


class PeakedLateness(LatenessLaw):
    """Between two times, most likely at a third."""

    sort: ClassVar = "triangular and pert"

    law: Literal["triangular", "pert"]
    lowest: VariedLateness
    most_likely: VariedLateness
    highest: VariedLateness


class ObservedLateness(LatenessLaw):
    """Times as they were measured, each as likely as the others."""

    sort: ClassVar = "observed"

    law: Literal["observed"]
    values: Annotated[list[Lateness], Field(min_length=1)]


class NoLateness(NoLaw):
    """Stands for a law that is missing, or cannot be a law of lateness."""

    laws: ClassVar = LATENESS_LAWS
    which: ClassVar = WHICH_LAW
    is_none: ClassVar = "is no law of lateness"


def _lateness(value: object) -> str:
    """Return which kind of law of lateness this is."""
    if isinstance(value, list):
        return "~none"
    if not isinstance(value, dict) or {"value", "times", "between"} & set(value):
        return "~plain"
    law = value.get("law")
    if law is None and "by" in value:
        return "~plain"
    return f"~{law}" if law in LATENESS_LAWS else "~none"


LatenessSpec = Annotated[
    Annotated[VariedLateness, Tag("~plain")]
    | Annotated[NormalLateness, Tag("~normal")]
    | Annotated[UniformLateness, Tag("~uniform")]
    | Annotated[PeakedLateness, Tag("~triangular")]
    | Annotated[PeakedLateness, Tag("~pert")]
    | Annotated[ObservedLateness, Tag("~observed")]
    | Annotated[NoLateness, Tag("~none")],
    Discriminator(_lateness),
]


class StreamForm(Form):
    """Patients who come from outside."""

    to: DestinationSpec | None = None
    rate: VariedRate | None = None
    booked_at: Annotated[dict[Called, Whole], Field(min_length=1)] | None = None
    from_file: Called | None = None
    punctuality: LatenessSpec | None = None
    arrive_together: (
        Annotated[dict[Called, ShareOrRest], Field(min_length=1)] | None
    ) = None
    who: StreamWho | None = None
    profile: OneOrMore | None = None
    growth: VariedGrowth | None = None
    sector: Called | None = None
    one_per: Called | None = None
    source: Called | None = None
    notes: str | None = None
