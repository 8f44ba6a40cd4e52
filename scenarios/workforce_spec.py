"""Staff behind a capacity, as they are written: whole-time equivalents and teams."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Discriminator, Field, Tag

from scenarios.destination_spec import OneOrMore, text_or_keys
from scenarios.forms import Called, Form
from scenarios.texts import Quantity
from scenarios.units import OUTPUT, RISK, STAFF, Duration, Share

Monthly = Annotated[dict[Called, Share], Field(min_length=1)]
MonthlyShare = Annotated[
    Annotated[Share, Tag("~text")] | Annotated[Monthly, Tag("~keys")],
    Discriminator(text_or_keys),
]
"""A share of working time, which may differ by month."""
Recruits = Annotated[
    dict[Called, Annotated[Quantity, STAFF]],
    Field(min_length=1),
]
Output = Annotated[Quantity, OUTPUT]
Risk = Annotated[Quantity, RISK]

TAKEN_OFF = ("leave", "sickness", "other_duties", "travel")
"""Shares of working time, in the order in which they are taken off."""


class StaffingForm(Form):
    """Shares of working time that are not there for patients."""

    leave: MonthlyShare | None = None
    sickness: MonthlyShare | None = None
    other_duties: MonthlyShare | None = None
    travel: MonthlyShare | None = None


class PostsForm(StaffingForm):
    """Staff, and how their number comes and goes."""

    whole_time_equivalents: Annotated[Quantity, STAFF] | None = None
    vacancies: MonthlyShare | None = None
    recruits: Recruits | None = None
    lead_time: Duration | None = None
    leavers: Risk | None = None


class WorkforceForm(PostsForm):
    """The staff of one service, or its share of a team."""

    questions: ClassVar = {
        "each_gives": ": how much does one whole-time equivalent give? Write 37 places "
        "(caseloads, beds), 22 per week (slots), or 30 hours per week (staff)."
    }

    team: Called | None = None
    share: Share | None = None
    each_gives: Output
    during: OneOrMore | None = None


class TeamForm(PostsForm):
    """Staff who work in several services."""

    questions: ClassVar = {"whole_time_equivalents": ": how large is the team?"}

    whole_time_equivalents: Annotated[Quantity, STAFF]
    one_per: Called | None = None
    source: Called | None = None
    notes: str | None = None


class StaffedForm(Form):
    """A capacity that is worked out from its staff."""

    workforce: WorkforceForm
