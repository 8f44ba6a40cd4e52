"""The back-test: published figures, and what the model makes of them at full size."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from docs.pages.figures import Figures
from docs.pages.playing import Design
from docs.pages.tables import joined, numbers
from results.measures.naming import parse_name
from results.run import Run
from results.statistics.estimates import Estimate, estimate
from scenarios import parse
from simulator.experiment import run

HERE = Path(__file__).parent
PUBLISHED, SIMULATED = HERE / "published.csv", HERE / "simulated.csv"
DESIGN = Design("1:1", 15, 3)
"""October 2021 to December 2022: what was published lies in it."""
NEAR = 0.05
"""What counts as near: five in a hundred, and of shares five percentage points."""
UNITS = {"ambulance: wait, mean": 24 * 60.0}
"""Days are told in minutes where the published figure is."""


class Published(NamedTuple):
    """A published figure, and how the model tells it."""

    name: str
    value: float
    low: float
    high: float
    """The range within which the model is held to agree."""
    is_share: bool
    source: str
    measure: str
    months: tuple[str, ...]
    why: str
    """Why the model cannot be expected to meet it; empty: it should."""


def published() -> list[Published]:
    """Return the figures of `published.csv`, in the order of writing."""
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        return [_published(row) for row in csv.DictReader(file)]


def _published(row: dict[str, str]) -> Published:
    is_share = row["published"].endswith("%")
    value = _number(row["published"])
    near = NEAR if is_share else NEAR * value
    low = _number(row["low"]) if row["low"] else value - near
    high = _number(row["high"]) if row["high"] else value + near
    months = tuple(row["months"].split())
    return Published(
        row["figure"],
        value,
        min(low, value),
        max(high, value),
        is_share,
        row["source"],
        row["measure"],
        months,
        row["why"],
    )


def _number(text: str) -> float:
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def simulated(made: Run, figure: Published) -> NDArray[np.float64]:
    """Return what a run has in place of a published figure, by replication."""
    figures = Figures(made, figure.months)
    over, _, under = figure.measure.partition(" / ")
    value = sum(figures.values(parse_name(part)) for part in over.split(" + "))
    found = np.asarray(value, dtype=np.float64)
    if under:
        found = found / figures.values(parse_name(under))
    return found * UNITS.get(figure.measure, 1.0)


def played() -> Run:
    """Return the run at full size that the back-test looks at."""
    text = DESIGN.text("west-yorkshire").replace("[deprivation]", "[place]")
    return run(parse(text, "back-test"))


class Row(NamedTuple):
    """A line of the page."""

    figure: Published
    found: Estimate

    @property
    def is_inside(self) -> bool:
        """Whether the simulated interval and the published range meet."""
        low, high = self.found.interval or (self.found.mean, self.found.mean)
        return low <= self.figure.high and high >= self.figure.low


def rows() -> list[Row]:
    """Return the back-test as it was last played."""
    with SIMULATED.open(encoding="utf-8", newline="") as file:
        kept = {
            row["figure"]: numbers(row["by replication"])
            for row in csv.DictReader(file)
        }
    return [Row(each, estimate(list(kept[each.name]))) for each in published()]


def freeze() -> None:
    """Play the back-test and keep what came of it."""
    made = played()
    found = [(each.name, simulated(made, each)) for each in published()]
    with SIMULATED.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("figure", "by replication"))
        for name, values in found:
            table.writerow((name, joined(values)))
