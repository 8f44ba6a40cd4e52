"""Changes as they are written."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Discriminator, Field, Tag

from scenarios.destination_spec import Names, OneOrMore, WhoSpec, form_tag
from scenarios.forms import Called, Form
from scenarios.law_spec import Takes
from scenarios.units import Factor, VariedFactor, VariedShare, When


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
    Discriminator(form_tag),
]


class RoutesForm(Form):
    """The shares that lead into some services from others."""

    into: Selector | None = None
    out_of: Selector | None = None


class ReturnsForm(Form):
    """Who comes later of those whom a change of demand keeps away."""

    questions: ClassVar = {
        "share": ": how many of them come later?",
        "after": ": how much later do they come?",
    }

    share: VariedShare
    after: Takes


class ChangeForm(Form):
    """A difference: what it is about, one operation, dates."""

    later: ClassVar = frozenset(("remove",))

    demand: Selector | None = None
    services: Selector | None = None
    pathways: Selector | None = None
    people: Selector | None = None
    teams: Selector | None = None
    escalation: Selector | None = None
    standards: Selector | None = None
    start_state: Selector | None = None
    routes: RoutesForm | None = None
    who: WhoSpec | None = None
    what: Called | None = None
    multiply_by: VariedFactor | None = None
    add: Any = None
    set_to: Any = None
    curve: Annotated[dict[When, Factor], Field(min_length=1)] | None = None
    since: When | None = Field(default=None, alias="from")
    reached_by: When | None = None
    until: When | None = None
    in_months: Names | None = None
    returns: ReturnsForm | None = None
    source: Called | None = None
    notes: str | None = None
