"""How far single numbers move a measure: for people, tables and programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from results.statistics.estimates import Estimate
from results.statistics.screening import Elementary


class Side(NamedTuple):
    """A number at one of its ends."""

    value: str
    """As it would be written."""
    change: Estimate
    """Of the measure, from where all numbers are as they are taken."""
    verdict: str
    """What may be said of it."""


class Bar(NamedTuple):
    """What moving one number does."""

    name: str
    low: Side
    high: Side

    @property
    def length(self) -> float:
        """From the lowest to the highest of both ends and none."""
        means = (0.0, self.low.change.mean, self.high.change.mean)
        return max(means) - min(means)


class Bars(NamedTuple):
    """What moving each number does, the longest bar first."""

    measure: str
    unit: str
    base: Estimate
    """The measure where all numbers are as they are taken."""
    replications: int
    bars: tuple[Bar, ...]
    warnings: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain maps, lists, texts and numbers."""
        return {
            "method": "one_at_a_time",
            "measure": self.measure,
            "unit": self.unit,
            "base": plain(self.base),
            "replications": self.replications,
            "inputs": [
                {
                    "rank": rank,
                    "name": bar.name,
                    "length": bar.length,
                    "low": _side(bar.low),
                    "high": _side(bar.high),
                }
                for rank, bar in enumerate(self.bars, 1)
            ],
            "warnings": list(self.warnings),
        }

    def table(self) -> str:
        """Return it as CSV, a row for each number."""
        ends = [
            f"{end}_{part}"
            for end in ("low", "high")
            for part in ("value", "change_mean", "change_low", "change_high", "verdict")
        ]
        head = ["rank", "input", "measure", "unit", *ends]
        rows = [
            [rank, bar.name, self.measure, self.unit, *_cells(bar.low, bar.high)]
            for rank, bar in enumerate(self.bars, 1)
        ]
        return written(head, rows)


class Screening(NamedTuple):
    """What Morris's method says of each number, the largest mean size first."""

    measure: str
    unit: str
    trajectories: int
    replications: int
    inputs: tuple[Elementary, ...]
    warnings: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain maps, lists, texts and numbers."""
        return {
            "method": "morris",
            "measure": self.measure,
            "unit": self.unit,
            "trajectories": self.trajectories,
            "replications": self.replications,
            "inputs": [
                {
                    "rank": rank,
                    "name": one.name,
                    "mu_star": plain(one.mu_star),
                    "mu": plain(one.mu),
                    "sigma": plain(one.sigma),
                    "mu_star_of_luck": one.of_luck,
                    "shows": one.shows,
                }
                for rank, one in enumerate(self.inputs, 1)
            ],
            "warnings": list(self.warnings),
        }

    def table(self) -> str:
        """Return it as CSV, a row for each number."""
        names = ("mu_star", "mu", "sigma")
        parts = [f"{n}{end}" for n in names for end in ("", "_low", "_high")]
        head = ["rank", "input", "measure", "unit", *parts, "mu_star_of_luck", "shows"]
        rows = [
            [rank, one.name, self.measure, self.unit]
            + [v for n in names for v in _numbers(getattr(one, n))]
            + [one.of_luck, "yes" if one.shows else "no"]
            for rank, one in enumerate(self.inputs, 1)
        ]
        return written(head, rows)


def plain(value: Estimate) -> dict[str, float | None]:
    """Return an estimate as plain data.

    Parameters
    ----------
    value : Estimate
    """
    return {"mean": value.mean, "low": value.low, "high": value.high}


def written(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a table as CSV.

    Parameters
    ----------
    head : sequence of str
    rows : sequence of sequence
    """
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return page.getvalue()


def _side(side: Side) -> dict[str, Any]:
    return {
        "value": side.value,
        "change": plain(side.change),
        "verdict": side.verdict,
    }


def _cells(*sides: Side) -> Iterator[Any]:
    for side in sides:
        yield side.value
        yield from _numbers(side.change)
        yield side.verdict


def _numbers(value: Estimate) -> list[float | str]:
    return ["" if v is None else v for v in (value.mean, value.low, value.high)]
