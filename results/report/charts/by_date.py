"""Small charts of a share that grows by date: steps, with bands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from results.report.charts.by_month import Line, Panel, lines_by_month
from results.report.content import Specification
from results.statistics.estimates import Estimate
from results.summary.recovery import Recovery


def recovery_chart(
    panels: Sequence[tuple[str, Sequence[tuple[str, Recovery]]]],
) -> Specification:
    """Return a panel for each standard, with a line for each run.

    Parameters
    ----------
    panels : sequence of (str, sequence of (str, Recovery))
        The title of each, and its runs by name.
    """
    months = sorted(
        {m for _, runs in panels for _, found in runs for m in found.months}
    )
    drawn = [
        Panel(
            title,
            "share",
            "met again, of replications",
            [Line(name, _values(found, months)) for name, found in runs],
            most=1.0,
        )
        for title, runs in panels
    ]
    return lines_by_month(drawn, [date.fromisoformat(f"{m}-01") for m in months])


def _values(found: Recovery, months: Sequence[str]) -> list[Estimate | None]:
    """Return the share by each month; none where it cannot be told."""
    known = {
        s.month: Estimate(s.share, s.low, s.high, None, found.n) for s in found.shares
    }
    return [known.get(month) for month in months]
