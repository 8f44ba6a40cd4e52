"""What a little more capacity at each service does to a measure, and in which order."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, NamedTuple

from results.comparison import Finding
from results.measures.naming import Name
from results.statistics.estimates import Estimate
from scenarios.studies.marginal import LeftOut

PRICE = 100_000
"""Pounds a year for which an effect is told."""


class Effect(NamedTuple):
    """What more capacity at one service does."""

    service: str
    more: str
    """In words: `1 more bed`."""
    is_more: bool
    """Whether that added anything: at a smaller scale it may not."""
    cost: float | None
    """Pounds a year, at full size; None where it has no price."""
    finding: Finding | None
    """The change of the measure; None where nobody is there to take it from."""
    weight: float = 1.0
    """For how much one of the measure stands at full size: numbers at 1:20 for 20."""

    @property
    def change(self) -> Estimate | None:
        """By how much the measure changes."""
        return self.finding.difference if self.finding and self.is_more else None

    @property
    def per_price(self) -> Estimate | None:
        """The same for each £100,000 a year, at full size; None without a price."""
        if self.change is None or not self.cost:
            return None
        return self.change.scaled(self.weight * PRICE / self.cost)

    @property
    def certainty(self) -> int:
        """0: certain among all that were asked, 1: by its own interval, 2: neither."""
        if self.finding is None or self.change is None:
            return 3
        if self.finding.clear:
            return 0
        return 1 if self.finding.likely else 2

    @property
    def is_none(self) -> bool:
        """Whether it changes nothing in any replication."""
        change = self.change
        return change is not None and not change.mean and not change.standard_error

    @property
    def verdict(self) -> str:
        """What may be said of it."""
        if not self.is_more:
            return "nothing added: too little to be a unit"
        if self.finding is None:
            return "nobody to look at"
        return "exactly as before" if self.is_none else self.finding.verdict


class Effects(NamedTuple):
    """What more capacity at each service does to one measure."""

    measure: Name
    unit: str
    base: Estimate | None
    """The measure as things are."""
    replications: int
    ranked: tuple[Effect, ...]
    """The largest and most certain first."""
    left_out: tuple[LeftOut, ...]
    warnings: tuple[str, ...] = ()
    """What forbids to trust averages over the period, as things are."""

    @property
    def is_by_price(self) -> bool:
        """Whether the ranking goes by effect per pound."""
        return all_priced(self.ranked)

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain maps, lists, texts and numbers."""
        return {
            "measure": self.measure.text,
            "unit": self.unit,
            "base": _plain(self.base),
            "replications": self.replications,
            "ranked_by": "effect per pound" if self.is_by_price else "effect",
            "services": [
                {
                    "rank": rank,
                    "service": effect.service,
                    "more": effect.more,
                    "change": _plain(effect.change),
                    "pounds_a_year": effect.cost,
                    "change_per_100000_pounds_a_year": _plain(effect.per_price),
                    "verdict": effect.verdict,
                }
                for rank, effect in enumerate(self.ranked, 1)
            ],
            "warnings": list(self.warnings),
            "left_out": [one._asdict() for one in self.left_out],
        }

    def table(self) -> str:
        """Return it as CSV, a row for each service."""
        page = io.StringIO()
        writer = csv.writer(page, lineterminator="\n")
        parts = ("mean", "low", "high")
        head = ["rank", "service", "more", "measure", "unit"]
        head += [f"change_{part}" for part in parts] + ["pounds_a_year"]
        head += [f"change_per_100000_pounds_a_year_{part}" for part in parts]
        writer.writerow([*head, "verdict"])
        for rank, effect in enumerate(self.ranked, 1):
            row = [rank, effect.service, effect.more, self.measure.text, self.unit]
            row += [_part(effect.change, part) for part in parts]
            row += ["" if effect.cost is None else effect.cost]
            row += [_part(effect.per_price, part) for part in parts]
            writer.writerow([*row, effect.verdict])
        return page.getvalue()


def ranked(every: Sequence[Effect]) -> tuple[Effect, ...]:
    """Return effects in their ranking: certain ones first, then by size.

    Parameters
    ----------
    every : sequence of Effect
    """
    by_price = all_priced(every)

    def size(effect: Effect) -> float:
        told = effect.per_price if by_price else effect.change
        return abs(told.mean) if told else 0.0

    return tuple(sorted(every, key=lambda e: (e.certainty, -size(e))))


def all_priced(every: Sequence[Effect]) -> bool:
    """Return whether each service that got more has a price.

    Parameters
    ----------
    every : sequence of Effect
    """
    got = [effect for effect in every if effect.is_more]
    return bool(got) and all(effect.cost for effect in got)


def _plain(value: Estimate | None) -> dict[str, float | None] | None:
    if value is None:
        return None
    return {"mean": value.mean, "low": value.low, "high": value.high}


def _part(value: Estimate | None, part: str) -> float | str:
    found = None if value is None else getattr(value, part)
    return "" if found is None else float(found)
