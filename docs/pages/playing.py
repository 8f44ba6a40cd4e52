"""Playing scenarios of the catalogue for its pages, and what comes of them by year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from docs.pages.catalogue import ALL, figures_of
from docs.pages.figures import Figures
from results.measures.naming import Name
from results.run import Run
from scenarios import parse
from simulator.experiment import run

Values = dict[tuple[str, Name], NDArray[np.float64]]
"""By group and figure: a value for each replication."""


@dataclass(frozen=True)
class Design:
    """How scenarios are played."""

    scale: str
    months: int
    replications: int

    def text(self, name: str, changes: str = "") -> str:
        """Return a scenario that plays one of the catalogue so, with further changes.

        One that is small enough is played whole.
        """
        whole = name in ("young-people", "red-kite-view")
        scale = "1:1" if whole else self.scale
        period = f"{{horizon: {self.months} months, replications: {self.replications}}}"
        return (
            f"caresim: 1\nextends: {name}\ntitle: {name}\nscale: {scale}\n"
            f"period: {period}\nrecord: {{by: [deprivation]}}\n{changes}"
        )


QUICK = Design("1:20", 18, 3)
"""What the frozen table holds to the last digit, and every test run plays a part of."""


def played(name: str, design: Design, only: Sequence[int] = ()) -> Run:
    """Return the run of a scenario, of all its replications or of some."""
    scenario = parse(design.text(name), f"page of {name}")
    return run(scenario, numbers=only or None)


def values(made: Run, name: str, groups: tuple[str, ...] = (ALL,)) -> Values:
    """Return the figures of a run over its last twelve months, by group."""
    found: Values = {}
    for group in groups:
        figures = Figures(made, last_year(made), group)
        for figure in figures_of(name):
            # What is paid, say, is not known by group; of everybody all must be there.
            if group == ALL or figures.has(figure):
                found[group, figure] = figures.values(figure)
    return found


def last_year(made: Run) -> tuple[str, ...]:
    """Return the last twelve months of a run."""
    return months(made)[-12:]


def months(made: Run) -> tuple[str, ...]:
    """Return all months of a run."""
    return made.labels.period_names[:-1]


def year_text(months: Sequence[str]) -> str:
    """Return twelve months in words: `October 2024 to September 2025`."""
    first, last = (date.fromisoformat(f"{m}-01") for m in (months[0], months[-1]))
    return f"{first:%B %Y} to {last:%B %Y}"
