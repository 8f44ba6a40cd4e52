"""Who is there when the run begins, as it is written."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from scenarios.destination_spec import StreamWho
from scenarios.forms import Called, Form
from scenarios.law_spec import Share as ShareOrRest
from scenarios.units import Whole, said

FOR_EXAMPLE = "{0-6 weeks: 78%, 6-18 weeks: rest}"
SESSIONS_LEFT = "{1-4: 30%, 5-8: rest}"


def _has_bands(value: object) -> object:
    if isinstance(value, str | list):
        raise said(f"write for how long, and how many of them: {FOR_EXAMPLE}.")
    return value


Bands = Annotated[
    dict[Called, ShareOrRest], Field(min_length=1), BeforeValidator(_has_bands)
]


def _has_counts(value: object) -> object:
    if not isinstance(value, dict):
        raise said(f"write how many are left, and the share: {SESSIONS_LEFT}.")
    return value


Counts = Annotated[
    dict[Called, ShareOrRest], Field(min_length=1), BeforeValidator(_has_counts)
]


class ThereForm(Form):
    """Patients who wait, or are in treatment, when the run begins."""

    number: Whole | None = None
    since: Bands | None = Field(default=None, alias="for")
    sessions_left: Counts | None = None
    who: StreamWho | None = None
    from_file: Called | None = None


def _is_divided(value: object) -> object:
    if isinstance(value, dict) and {"number", "for", "from_file"} & set(value):
        raise said(
            "do they wait, or are they in treatment? {waiting: {number: 520, for: "
            "...}}, or {in_treatment: {number: 34}}."
        )
    return value


class StartForm(Form):
    """Who is at a service when the run begins."""

    waiting: ThereForm | None = None
    in_treatment: ThereForm | None = None
    source: Called | None = None
    notes: str | None = None


StartSpec = Annotated[StartForm, BeforeValidator(_is_divided)]
