"""A chart of differences: a dot with its interval for each subject, about zero."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from results.report.charts.axes import number_format
from results.report.charts.dots import Beside, Row, dots_chart
from results.report.charts.palette import FEWER, MORE, QUIET
from results.report.content import Specification
from results.report.pictures import CERTAIN, PERHAPS, SAME

_LOOKS = {
    CERTAIN: (MORE, "circle"),
    PERHAPS: (FEWER, "square"),
    SAME: (QUIET, "diamond"),
}


def effects_chart(rows: Sequence[Row], *, unit: str, axis: str) -> Specification:
    """Return a row for each subject, in the order given.

    Parameters
    ----------
    rows : sequence of (str, Estimate, str)
        Name, difference, and how sure it is, as `pictures` says it.
    unit : str
        Of the numbers: `share`, `pounds`, or any other.
    axis : str
        What the horizontal axis says.
    """
    numbers = alt.Axis(title=axis, format=number_format(unit), tickCount=6, grid=True)
    return dots_chart(rows, _LOOKS, alt.X("v:Q").axis(numbers), Beside(0.0))
