"""What a report is about: its runs, what they are called, and what matters in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from results.measures.naming import measure_of
from results.report.against import Against, against
from results.report.monthly import (
    PROVIDERS,
    Months,
    by_month,
    mean_of,
    month_dates,
    of_providers,
)
from results.summary.summary import StandardRow, Summary

if TYPE_CHECKING:
    from datetime import date

    from results.run import Run

Column = tuple[tuple[Months, ...], str]
"""A measure in each run, and its unit."""
_PANELS, _FEWER = 6, 4
"""How many subjects a chart by month shows, and how many where lines are long."""
_POINTS = 300
"""Months times runs from which on lines are long."""
_LONG = 28
"""Letters of a name in a legend."""


@dataclass(frozen=True)
class Study:
    """The runs of a report, the first of which is the baseline."""

    runs: tuple[Run, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the runs are called in legends and tables."""
        if len(self.runs) <= len(_FEW_NAMES):
            return _FEW_NAMES[: len(self.runs)] if len(self.runs) > 1 else ("This run",)
        return (_FEW_NAMES[0], *_distinct([r.labels.scenario for r in self.runs[1:]]))

    @cached_property
    def spoken(self) -> tuple[str, ...]:
        """What the runs are called within sentences."""
        return tuple(_SPOKEN.get(name, f"'{name}'") for name in self.names)

    @cached_property
    def others(self) -> tuple[Against, ...]:
        """Each other run, held against the baseline."""
        return against(self.runs)

    @cached_property
    def summaries(self) -> tuple[Summary, ...]:
        """Each run at a glance."""
        return tuple(run.summary() for run in self.runs)

    @cached_property
    def months(self) -> tuple[date, ...]:
        """The first days of the months; the same in all runs that can be compared."""
        return month_dates(self.runs[0])

    @cached_property
    def services(self) -> tuple[str, ...]:
        """All services to which anybody comes, in the order of the scenarios."""
        rows = (row for summary in self.summaries for row in summary.services)
        busy = (
            r.service for r in rows if r.arrivals_per_day and r.arrivals_per_day.mean
        )
        return tuple(dict.fromkeys(busy))

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """The services by how much they matter, most first.

        With runs to compare, those at which something moved come before the others;
        then counts how long the list would take to clear at the pace of arrivals, or
        by how much that time moved.
        """
        return tuple(sorted(self.services, key=self._weight, reverse=True))

    def _weight(self, service: str) -> tuple[int, float, float]:
        moved = [
            (2 if moved.finding.clear else 1)
            for other in self.others
            for moved in other.moved
            if moved.finding.kind in PROVIDERS
            and moved.finding.subject == service
            and (moved.finding.clear or moved.likely)
        ]
        clearing = [_days_to_clear(s, service) for s in self.summaries]
        change = max((abs(days - clearing[0]) for days in clearing[1:]), default=0.0)
        return max(moved, default=0), change, max(clearing)

    def measure(self, kind: str, measure: str, statistic: str) -> tuple[Months, ...]:
        """Return a measure by subject and period, of each run."""
        return tuple(by_month(run, kind, measure, statistic) for run in self.runs)

    def of_services(self, measure: str, statistic: str) -> tuple[Months, ...]:
        """Return a measure by service, all places together, and period, of each run."""
        return tuple(
            of_providers(run, measure, statistic, by_month) for run in self.runs
        )

    def column(self, kind: str, measure: str, statistic: str) -> Column:
        """Return a measure as a table shows it: that of each run, and its unit."""
        defined = measure_of(kind, measure, statistic)
        if defined is None:
            raise KeyError(f"{measure}, {statistic}")
        if kind == "service":
            return self.of_services(measure, statistic), defined.unit
        return self.measure(kind, measure, statistic), defined.unit

    def standard_rows(self, standard: str) -> Iterator[StandardRow | None]:
        """Yield the row of a standard in each run's summary."""
        for summary in self.summaries:
            found = [row for row in summary.standards if row.standard == standard]
            yield found[0] if found else None

    @cached_property
    def standards(self) -> tuple[str, ...]:
        """All standards, in the order of the scenarios."""
        rows = (row for summary in self.summaries for row in summary.standards)
        return tuple(dict.fromkeys(row.standard for row in rows))

    @cached_property
    def budgets(self) -> tuple[str, ...]:
        """All budgets, in the order of the scenarios."""
        rows = (row for summary in self.summaries for row in summary.budgets)
        return tuple(dict.fromkeys(row.budget for row in rows))

    @property
    def panels(self) -> int:
        """How many subjects a chart by month shows; the tables have all."""
        return _PANELS if len(self.months) * len(self.runs) <= _POINTS else _FEWER

    @property
    def patients(self) -> str:
        """What is counted: at a smaller scale they are simulated ones."""
        return "simulated patients" if self.runs[0].labels.scale < 1 else "patients"


_FEW_NAMES = ("Baseline", "What-if")
_SPOKEN = {"Baseline": "the baseline", "What-if": "the what-if", "This run": "this run"}


def _distinct(names: Sequence[str]) -> list[str]:
    """Return names that are short and differ."""
    short = [name if len(name) <= _LONG else f"{name[: _LONG - 1]}…" for name in names]
    if len(set(short)) == len(short):
        return short
    return [f"{name} ({place})" for place, name in enumerate(short, start=1)]


def _days_to_clear(summary: Summary, service: str) -> float:
    """Return for how many days' arrivals the list at the end stands."""
    for row in summary.services:
        if row.service == service:
            return mean_of(row.list_at_end) / max(mean_of(row.arrivals_per_day), 1e-9)
    return 0.0
