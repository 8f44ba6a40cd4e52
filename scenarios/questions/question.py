"""A question for capacity: levers, the conditions they shall keep, and how surely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.dates import shifted, written_date
from scenarios.documents import Map, Place, Text
from scenarios.studies.names import level_part, variant_name
from scenarios.studies.study import Variant
from scenarios.studies.variations import SIGNS, Variation
from scenarios.typed import plain

if TYPE_CHECKING:
    from scenarios.scenario import Scenario
    from scenarios.studies.bases import Base


@dataclass(frozen=True)
class Lever(Variation):
    """A change of capacity, and the amounts it may take: from none at all upwards."""

    begins: int | None = None
    """When the first of it can be there, microseconds since EPOCH; None: throughout."""
    each_month: Decimal | None = None
    """How much more there is at most with every month; None: all at once."""
    costs: float | None = None
    """Pounds a year for one of its amounts; None: as the scenario's prices have it."""

    def with_value(self, value: str) -> Map:
        """Return the change with one amount, and when it is reached."""
        made = super().with_value(value)
        months = self.months_until(value)
        if self.begins is None or months == 0:
            return made
        place = self.place
        made = Map(made.place, dict(made.entries), dict(made.keys), made.flow)
        by = written_date(shifted(self.begins, f"{months} months", 1))
        made.put("reached_by", place, Text(by, place))
        return made

    def months_until(self, value: str) -> int:
        """Return after how many months an amount is all there."""
        more = self.more(value)
        if self.each_month is None or more == 0:
            return 0
        return int(-(-more // self.each_month))

    def more(self, value: str) -> Decimal:
        """Return by how much an amount differs from nothing."""
        return Decimal(value) - Decimal(self.values[0])

    def said(self, value: str) -> str:
        """Return an amount in words: `places: plus 40`."""
        return f"{self.name}: {SIGNS[self.operation]}{value}"


@dataclass(frozen=True)
class Condition:
    """What shall be kept, as it is written."""

    name: str
    standard: str | None
    measure: str | None
    limit: str
    """Empty of a standard."""
    is_most: bool
    since: str | None
    """A month; None: the first."""
    until: str | None
    """None: the last."""
    by_month: bool
    place: Place
    """Of its name."""


@dataclass(frozen=True)
class Question:
    """What is asked: read, but for what only the results know."""

    name: str
    """Of the file."""
    text: str
    folder: Path | None
    """In which the file lies."""
    parent: str
    """As the base is named."""
    scale: str | None
    base: Base = field(repr=False)
    scenario: Scenario = field(repr=False)
    """The base as it is, nothing added, for everybody together."""
    levers: tuple[Lever, ...]
    conditions: tuple[Condition, ...]
    probability: float | None
    """None: on average."""
    margin: float
    confidence: float
    budget: float | None
    """Pounds a year."""
    sustainable: bool
    seed: int | None

    def amounts(self, plan: tuple[int, ...]) -> Mapping[str, str]:
        """Return what a plan takes of each lever, by its name."""
        pairs = zip(self.levers, plan, strict=True)
        return {lever.name: lever.values[at] for lever, at in pairs}

    def variant(self, plan: tuple[int, ...]) -> Variant:
        """Return the scenario of a plan."""
        amounts = self.amounts(plan)
        parts = [level_part(name, value) for name, value in amounts.items()]
        number = "plan-" + "-".join(map(str, plan))
        title = f"{self.base.title}: {self.said(plan)}"
        name = variant_name(self.base.name, parts, number, 0)
        return Variant(name, title, self.base.name, amounts, 0, {}, self.base)

    def said(self, plan: tuple[int, ...]) -> str:
        """Return a plan in words."""
        pairs = zip(self.levers, plan, strict=True)
        return ", ".join(
            f"{lever.name} {SIGNS[lever.operation]}{lever.values[at]}"
            for lever, at in pairs
        )

    def changes(self, plan: tuple[int, ...]) -> list[dict[str, Any]]:
        """Return the changes of a plan as they are written; none for no change."""
        pairs = zip(self.levers, plan, strict=True)
        return [plain(lever.with_value(lever.values[at])) for lever, at in pairs if at]
