"""Question files as they are written. A lever is read as a change, in its base."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from scenarios.forms import Called, Form, Name
from scenarios.texts import Quantity
from scenarios.units import SEED

YesNo = Literal["yes", "no"]


class ConditionForm(Form):
    """What shall be kept, and when it is looked at."""

    standard: Called | None = None
    measure: Called | None = None
    at_most: Called | None = None
    at_least: Called | None = None
    since: Called | None = Field(default=None, alias="from")
    until: Called | None = None
    each: Literal["month", "period"] | None = None


class QuestionForm(Form):
    """Levers, and the conditions that they shall keep."""

    questions: ClassVar = {
        "solve": ": what is the question?",
        "base": ": of which scenario?",
        "levers": ": what capacity may be changed?",
        "conditions": ": what shall be kept?",
    }

    caresim: Called
    solve: Called
    notes: str | None = None
    base: Called
    scale: Called | None = None
    seed: Annotated[Quantity, SEED] | None = None
    levers: Annotated[dict[Name, Any], Field(min_length=1)]
    conditions: Annotated[dict[Name, ConditionForm], Field(min_length=1)]
    probability: Called | None = None
    on_average: YesNo | None = None
    margin: Called | None = None
    confidence: Called | None = None
    budget: Called | None = None
    sustainable: YesNo | None = None
