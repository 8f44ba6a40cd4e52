"""How narrow an interval has become, beside what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from results.statistics.estimates import Estimate
from results.statistics.sequential import Sequel
from results.words.numbers import amount, plus_minus, said, unit_for
from simulator.precision.asking import Asked


class Reached(NamedTuple):
    """A measure after so many replications."""

    asked: Asked
    mean: float | None
    """None where no replication has a value."""
    half: float | None
    """Half the width of its interval; None with fewer than two values."""
    n: int
    """Replications that have a value."""
    is_reached: bool

    def sentence(self) -> str:
        """Say how narrow the interval is, what was asked, and whether it is reached."""
        asked = f"Asked: ± {self.asked.promise()}, "
        end = "reached." if self.is_reached else f"not reached{self._why()}."
        return f"{self.asked.name.text}: {self.found()}. {asked}{end}"

    def found(self) -> str:
        """Say how narrow the interval is: `41 ± 3 minutes (7% of the mean)`."""
        unit = self.asked.unit
        if self.mean is None:
            return "no replication has a value"
        if self.half is None:
            return f"{amount(self.mean, unit)} in the only replication with a value"
        if self.half == 0:
            return f"{amount(self.mean, unit)}, the same in all {self.n} replications"
        ends = self.mean - self.half, self.mean + self.half
        said = plus_minus(Estimate(self.mean, *ends, self.half, self.n), unit)
        if self.asked.bound.is_share and self.mean:
            said += f" ({_percent(self.half / abs(self.mean))} of the mean)"
        return said

    def _why(self) -> str:
        """Say why a share of the mean cannot be reached, where that is so."""
        if self.mean is None or self.half is None or not self.asked.bound.is_share:
            return ""
        if self.half < abs(self.mean):
            return ""
        so = "is 0" if self.half == 0 else "may be 0"
        return (
            f": the mean {so}, and a share of 0 is nothing. Ask for a width in its "
            f"unit, such as '{_width(self)}'"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        bound = self.asked.bound
        return {
            "measure": self.asked.name.text,
            "unit": self.asked.unit,
            "asked": self.asked.width,
            "asked_half_width": bound.half,
            "asked_of": "mean" if bound.is_share else "unit",
            "mean": self.mean,
            "half_width": self.half,
            "replications_with_a_value": self.n,
            "reached": self.is_reached,
        }


def reached(asked: Asked, sequel: Sequel) -> Reached:
    """Return how narrow the interval of a measure has become."""
    mean = sequel.mean if sequel.n else None
    return Reached(asked, mean, sequel.half, sequel.n, sequel.is_narrow)


def as_dict(found: Sequence[Reached], at_least: int, at_most: int) -> dict[str, Any]:
    """Return what a manifest says of the precision that was asked for."""
    return {
        "at_least": at_least,
        "at_most": at_most,
        "reached": all(one.is_reached for one in found),
        "measures": [one.as_dict() for one in found],
    }


def _percent(share: float) -> str:
    return f"{100 * share:.2g}%" if share < 0.1 else f"{share:,.0%}"


def _one(unit: str) -> str:
    return "percentage point" if unit == "share" else unit.removesuffix("s")


def _width(one: Reached) -> str:
    """Return a width that could be asked for: as a person writes it."""
    unit, half = one.asked.unit, one.half
    if not half:
        return {"days": "1 min", "pounds": "£1"}.get(unit, f"1 {_one(unit)}")
    if unit == "share":
        return f"{100 * half:.1g} percentage points"
    chosen = unit_for(unit, half)
    if chosen.name == "£":
        return said(half, chosen, 0)
    figure = f"{float(f'{half / chosen.size:.1g}'):g}"
    return f"{figure} {'min' if chosen.name == 'minutes' else chosen.name}"
