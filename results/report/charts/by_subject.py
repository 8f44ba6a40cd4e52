"""Charts with a row for each subject: dots, or bars, one for each run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from results.report.charts.axes import number_format
from results.report.charts.looks import (
    PAGE,
    Data,
    colour,
    ends,
    legend,
    specification,
    tooltip,
)
from results.report.charts.palette import INK, MARK, STEP, STYLES, Style
from results.report.content import Specification
from results.statistics.estimates import Estimate

_ROW = 13
"""Height of a row of dots, for each series."""
_NAMES = 240
"""Width of the longest name of a row, in points."""
_PLOT = PAGE - _NAMES
"""Width of what is beside the names, where these are long."""


@dataclass(frozen=True)
class Row:
    """One row of a chart of dots or bars: a value for each series."""

    name: str
    values: Mapping[str, Estimate | None]
    mark: float | None = None
    """Where a line stands across the row: what is promised."""


def dots(rows: Sequence[Row], *, unit: str, axis: str, mark: str = "") -> Specification:
    """Return one row of dots for each subject, with whiskers for the intervals.

    Parameters
    ----------
    rows : sequence of Row
    unit : str
        Of the table.
    axis : str
        What the horizontal axis says.
    mark : str
        What the lines across the rows are called in the legend.
    """
    series = list(rows[0].values)
    looks = dict(zip(series, STYLES, strict=False))
    if mark:
        looks[mark] = Style(INK, STEP, MARK)
    x = _across(axis, unit, zero=not mark)
    y = _rows_axis([row.name for row in rows])
    offset = alt.YOffset("r:N").sort(series)
    shared = {"color": colour(looks, "", _PLOT), "tooltip": _row_tooltip(unit)}
    data = Data()
    base = data.chart(_row_points(rows))
    points = {"x": x, "y": y, "shape": _shape(looks), **shared}
    layers: list[alt.Chart] = [
        base.mark_rule(strokeWidth=2).encode(
            x=alt.X("l:Q").title(axis), x2="u:Q", y=y, yOffset=offset, **shared
        ),
        base.mark_point(filled=True, size=60, opacity=1).encode(
            yOffset=offset, **points
        ),
    ]
    if mark:
        marks = data.chart(_marks(rows, mark))
        layers.append(
            marks.mark_point(filled=True, size=150, opacity=1).encode(**points)
        )
    height = len(rows) * row_height(len(series))
    return _fitted(alt.layer(*layers), data, height)


def row_height(series: int) -> int:
    """Return the height of a row of dots, in points.

    Parameters
    ----------
    series : int
        How many dots it has.
    """
    return max(22, 8 + _ROW * series)


def _fitted(
    chart: alt.LayerChart | alt.FacetChart, data: Data, height: int
) -> Specification:
    """Return a chart as wide as the page, names included."""
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    sized = chart.properties(width=PAGE, height=height, autosize=fit)
    return specification(sized, data)


def _across(axis: str, unit: str, *, zero: bool = True) -> alt.X:
    """Return the horizontal axis of rows."""
    drawn = alt.Axis(title=axis, format=number_format(unit), tickCount=6, grid=True)
    return alt.X("v:Q").axis(drawn).scale(alt.Scale(zero=zero, nice=True))


def _shape(looks: Mapping[str, Style]) -> alt.Shape:
    shapes = [look.shape for look in looks.values()]
    scale = alt.Scale(domain=list(looks), range=shapes)
    return alt.Shape("r:N").scale(scale).legend(legend(looks, "", _PLOT))


def _rows_axis(names: Sequence[str]) -> alt.Y:
    """Return the vertical axis of named rows."""
    axis = alt.Axis(
        title=None, labelLimit=_NAMES, ticks=False, domain=False, grid=False
    )
    return alt.Y("n:N").sort(list(names)).axis(axis)


def _row_points(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [
        {"n": row.name, "r": series, **ends(value)}
        for row in rows
        for series, value in row.values.items()
        if value is not None
    ]


def _marks(rows: Sequence[Row], mark: str) -> list[dict[str, Any]]:
    """Return what stands across each row: what is promised."""
    return [
        {"n": row.name, "r": mark, "v": row.mark}
        for row in rows
        if row.mark is not None
    ]


def _row_tooltip(unit: str) -> list[alt.Tooltip]:
    first = alt.Tooltip("n:N", title="of")
    return [first, *tooltip(unit)[1:]]


def bars(rows: Sequence[Row], *, unit: str, axis: str) -> Specification:
    """Return one bar for each subject and series, with whiskers for the intervals.

    Parameters
    ----------
    rows : sequence of Row
    unit : str
        Of the table.
    axis : str
        What the horizontal axis says.
    """
    series = list(rows[0].values)
    looks = dict(zip(series, STYLES, strict=False))
    data = Data()
    base = data.chart(_row_points(rows))
    place = {
        "y": _rows_axis([row.name for row in rows]),
        "yOffset": alt.YOffset("r:N").sort(series),
    }
    drawn = alt.layer(
        base.mark_bar(height={"band": 0.85}).encode(
            x=_across(axis, unit),
            color=colour(looks, "square", _PLOT),
            tooltip=_row_tooltip(unit),
            **place,
        ),
        base.mark_rule(strokeWidth=1.4, color="black").encode(
            x=alt.X("l:Q").title(axis), x2="u:Q", **place
        ),
    )
    height = len(rows) * max(24, 10 + 15 * len(series))
    return _fitted(drawn, data, height)
