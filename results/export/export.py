"""An export: the runs, what is shown of them, and what was held back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from results.errors import ResultError
from results.export.disclosure import Publishing, Suppression, published
from results.export.figures import WHOLE, Line, lines
from results.run import Run


class Export(NamedTuple):
    """What is written into a workbook or into CSV files."""

    runs: Mapping[str, Run]
    """By the names under which they stand side by side."""
    lines: list[Line]
    publishing: Publishing | None = None
    suppressed: tuple[Suppression, ...] = ()


def export(
    runs: Mapping[str, Run],
    *,
    groups_by_month: bool = False,
    publishing: Publishing | None = None,
) -> Export:
    """Return what exports of some runs show.

    Parameters
    ----------
    runs : mapping of str to Run
        By the names under which they stand side by side.
    groups_by_month : bool
        Whether recorded groups are shown month by month as well as for the whole.
    publishing : Publishing, optional
        How small numbers are held back; left out, everything is shown as it is.

    Raises
    ------
    ResultError
        If there is no run.
    """
    if not runs:
        raise ResultError("an export needs at least one run")
    shown = lines(list(runs.values()), groups_by_month=groups_by_month)
    if publishing is None:
        return Export(runs, shown)
    safe, suppressed = published(runs, shown, publishing)
    return Export(runs, safe, publishing, suppressed)


def first_and_last(runs: Mapping[str, Run]) -> dict[str, tuple[date, date]]:
    """Return the first and the last day of each period."""
    days: dict[str, tuple[date, date]] = {}
    for run in runs.values():
        edges = [datetime.fromisoformat(edge) for edge in run.labels.months]
        ends = [edge - timedelta(microseconds=1) for edge in edges[1:]]
        months = run.labels.period_names[:-1]
        for name, first, last in zip(months, edges, ends, strict=False):
            days.setdefault(name, (first.date(), last.date()))
        days.setdefault(WHOLE, (edges[0].date(), ends[-1].date()))
    return days
