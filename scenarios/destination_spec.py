"""Destinations, and whom something concerns, as they are written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from scenarios.forms import Called, Form
from scenarios.law_spec import Share as ShareOrRest
from scenarios.law_spec import Takes
from scenarios.units import VariedShare, said


def form_tag(value: object) -> str:
    """Return the tag of a piece by its form."""
    if isinstance(value, str):
        return "~text"
    return "~list" if isinstance(value, list) else "~keys"


def text_or_keys(value: object) -> str:
    """Return the tag of a piece that is a text or a map."""
    return "~text" if isinstance(value, str) else "~keys"


def text_or_list(value: object) -> str:
    """Return the tag of a piece that is a text or a list."""
    return "~text" if isinstance(value, str) else "~list"


Names = Annotated[list[Called], Field(min_length=1)]
OneOrMore = Annotated[
    Annotated[Called, Tag("~text")] | Annotated[Names, Tag("~list")],
    Discriminator(text_or_list),
]

# Destinations


KeepsBed = Literal["yes", "no"]


class BranchForm(Form):
    """How many go somewhere, and what lies between."""

    share: ShareOrRest | None = None
    after: Takes | None = None
    arranged_in: Takes | None = None
    keeps_bed: KeepsBed | None = None


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


def _is_destination(value: object) -> object:
    if isinstance(value, list):
        raise said(
            "a destination is a name, or names with shares: {ward: 40%, leave: rest}; "
            "not a list."
        )
    if isinstance(value, dict) and "by" in value:
        raise said(
            "`by` stands on the shares: {ward: {by: age, child: 10%, rest: 5%}, "
            "leave: rest}."
        )
    return value


DestinationSpec = Annotated[
    Annotated[Called, Tag("~text")] | Annotated[Branches, Tag("~keys")],
    Discriminator(text_or_keys),
    BeforeValidator(_is_destination),
]

# Whom it concerns


def _no_shares(value: object) -> object:
    if isinstance(value, dict):
        raise said("write a group or a list of groups; shares belong to demand.")
    return value


WhoSpec = dict[Called, Annotated[OneOrMore, BeforeValidator(_no_shares)]]
GroupShares = Annotated[dict[Called, ShareOrRest], Field(min_length=1)]
CatchmentRow = Annotated[
    Annotated[Called, Tag("~text")] | Annotated[GroupShares, Tag("~keys")],
    Discriminator(text_or_keys),
]
CatchmentSpec = Annotated[dict[Called, CatchmentRow], Field(min_length=1)]
"""Where the patients of a group go: to the part of another group, or by shares."""
StreamWho = dict[
    Called,
    Annotated[
        Annotated[Called, Tag("~text")]
        | Annotated[Names, Tag("~list")]
        | Annotated[GroupShares, Tag("~keys")],
        Discriminator(form_tag),
    ],
]
