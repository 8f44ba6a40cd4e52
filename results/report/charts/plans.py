"""A chart of plans: for each a share with its interval, beside what was asked."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from results.report.charts.axes import number_format
from results.report.charts.dots import Beside, dots_chart
from results.report.charts.palette import FEWER, MORE
from results.report.content import Specification
from results.statistics.estimates import Estimate

HOLDS, FAILS = "holds", "fails"
_LOOKS = {HOLDS: (MORE, "circle"), FAILS: (FEWER, "square")}


def plans_chart(
    rows: Sequence[tuple[str, Estimate, bool]], *, limit: float | None, axis: str
) -> Specification:
    """Return a row for each plan, in the order given.

    Parameters
    ----------
    rows : sequence of (str, Estimate, bool)
        Name, a share, and whether the plan holds.
    limit : float or None
        The share that was asked for.
    axis : str
        What the horizontal axis says.
    """
    numbers = alt.Axis(title=axis, format=number_format("share"), tickCount=6)
    across = alt.X("v:Q").scale(alt.Scale(domain=[0, 1])).axis(numbers)
    told = [(name, value, HOLDS if holds else FAILS) for name, value, holds in rows]
    beside = None if limit is None else Beside(limit, is_dashed=True)
    return dots_chart(told, _LOOKS, across, beside)
