"""Study files as they are written. What is varied is read as a change, in its base."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from scenarios.destination_spec import text_or_keys
from scenarios.forms import Called, Form, Name
from scenarios.texts import Quantity
from scenarios.units import REPLICATIONS, SEED, SETS

Filling = Literal["latin_hypercube", "sobol"]
"""Designs that fill a space evenly with so many points."""
Sets = Annotated[Quantity, SETS]


class DrawsForm(Form):
    """Sets of uncertain numbers that fill their space evenly."""

    questions: ClassVar = {"sets": ": how many?"}

    sets: Sets
    design: Filling | None = None


class StudyForm(Form):
    """A question, and the scenarios that answer it."""

    questions: ClassVar = {
        "study": ": what is the question?",
        "base": ": of which scenario?",
    }

    caresim: Called
    study: Called
    notes: str | None = None
    base: Called
    compare_with: Called | None = None
    scenarios: list[Called] = Field(default_factory=list)
    vary: Annotated[dict[Name, Any], Field(min_length=1)] | None = None
    design: Literal["grid", "one_at_a_time", "latin_hypercube", "sobol"] | None = None
    points: Sets | None = None
    draws: (
        Annotated[
            Annotated[Sets, Tag("~text")] | Annotated[DrawsForm, Tag("~keys")],
            Discriminator(text_or_keys),
        ]
        | None
    ) = None
    scale: Called | None = None
    replications: Annotated[Quantity, REPLICATIONS] | None = None
    seed: Annotated[Quantity, SEED] | None = None
