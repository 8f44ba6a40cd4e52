"""A study and its variants: what is run to answer one question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenarios.scenario import Scenario
    from scenarios.studies.bases import Base


@dataclass(frozen=True)
class Variant:
    """One scenario of a study."""

    name: str
    """Unique in the study, and good as the name of a folder. It stays the same when
    levels are added after the others, or draws."""
    title: str
    """In words."""
    base: str
    """The scenario of which it is made."""
    levels: Mapping[str, str]
    """What is taken for each variation, as written; none where nothing is varied."""
    draw: int
    """Which set of uncertain numbers, from 1; 0: each has its central value."""
    drawn: Mapping[str, str]
    """What is taken for each uncertain number, by its name; empty at draw 0."""
    made_of: Base = field(repr=False, compare=False)
    """The base as it was read."""
    luck: int = 0
    """Whose luck its patients have: those of one number share it. 0: that of the
    seed."""

    def scenario(self) -> Scenario:
        """Return the scenario.

        Raises
        ------
        ScenarioError
            If this combination of numbers is not right, although each of them is.
        """
        return self.made_of.scenario(self)


@dataclass(frozen=True)
class Study:
    """A question, and the variants that answer it."""

    name: str
    """Of the file."""
    question: str
    variants: tuple[Variant, ...]
    """The one compared with (if any); of the base each point of the design, and of that
    each draw; then the further scenarios, with their draws."""
    baseline: str | None
    """The name of the variant that the others are compared with."""
    replications: int | None
    """Of each; None: as each scenario says."""
    seed: int | None
    """None: as each scenario says, and 1 for designs and draws."""
    about: tuple[str, ...] = ()
    """What is varied, and what is drawn, in sentences."""

    def sentences(self) -> list[str]:
        """Return what the study asks and what it will run."""
        return [self.question, *self.about]

    def as_dict(self) -> dict[str, object]:
        """Return all of it as plain data."""
        keys = ("name", "title", "base", "levels", "draw", "drawn")
        variants = [{k: getattr(v, k) for k in keys} for v in self.variants]
        return {
            "name": self.name,
            "question": self.question,
            "baseline": self.baseline,
            "replications": self.replications,
            "seed": self.seed,
            "sentences": self.sentences(),
            "variants": variants,
        }
