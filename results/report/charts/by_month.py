"""Small charts by month: lines with bands, and bars made up of parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import altair as alt

from results.report.charts.axes import months_axis, number_format
from results.report.charts.looks import (
    PAGE,
    PANEL_HEIGHT,
    Data,
    colour,
    ends,
    legend,
    rounded,
    specification,
    tooltip,
)
from results.report.charts.palette import INK, STEP, STYLES, Style
from results.report.content import Specification
from results.statistics.estimates import Estimate

_COLUMNS, _WIDTH, _AXIS = 2, 266, 60
"""Small charts side by side, how wide each is, and room for the axis of one alone."""
_FEW = 24
"""Up to how many months each has a point on its line."""


@dataclass(frozen=True)
class Line:
    """One series of a panel: a value for each month, or none."""

    series: str
    values: Sequence[Estimate | None]
    run: int | None = None
    """The place of the run whose colour it has; None: it is of all runs."""


@dataclass(frozen=True)
class Panel:
    """A small chart of one subject by month."""

    title: str
    unit: str
    axis: str
    """What the vertical axis says."""
    lines: Sequence[Line]
    steps: Sequence[Line] = ()
    """Drawn as steps, without a band: what is open, or promised."""
    most: float | None = None
    """Where the vertical axis ends; None: where the numbers do."""


def lines_by_month(panels: Sequence[Panel], months: Sequence[date]) -> Specification:
    """Return small charts side by side, with bands for the intervals.

    Parameters
    ----------
    panels : sequence of Panel
    months : sequence of date
        First days, one for each value.
    """
    looks = _looks(panels)
    width = _WIDTH if len(panels) > 1 else PAGE - _AXIS
    data = Data()
    drawn = [_panel(panel, data, months, looks, width) for panel in panels]
    return specification(alt.concat(*drawn, columns=_COLUMNS, spacing=18), data)


def _looks(panels: Sequence[Panel]) -> dict[str, Style]:
    """Return how each series looks: one look for each run, dotted where in steps."""
    lines = {line.series: line for panel in panels for line in panel.lines}
    steps = {line.series: line for panel in panels for line in panel.steps}
    looks = dict(zip(lines, STYLES, strict=False))
    for series, line in steps.items():
        own = INK if line.run is None else STYLES[line.run].colour
        looks[series] = Style(own, STEP, "stroke")
    return looks


def _panel(
    panel: Panel,
    data: Data,
    months: Sequence[date],
    looks: Mapping[str, Style],
    width: float,
) -> alt.LayerChart | alt.FacetChart:
    """Draw one panel: bands, lines, points, and steps."""
    x, y = months_axis(months), _quantity(panel, "v")
    told = colour(looks, "stroke")
    shared = {"tooltip": tooltip(panel.unit), "color": told}
    base = data.chart(_points(panel.lines, months, panel.most))
    layers: list[alt.Chart] = [
        base.mark_area(opacity=0.16).encode(
            x=x, y=_quantity(panel, "l"), y2="u:Q", color=told
        ),
        base.mark_line(strokeWidth=2).encode(
            x=x, y=y, strokeDash=_dash(looks), **shared
        ),
    ]
    if len(months) <= _FEW:
        points = base.mark_point(filled=True, size=24, opacity=1, shape="circle")
        layers.append(points.encode(x=x, y=y, **shared))
    if panel.steps:
        steps = data.chart(_points(panel.steps, months, panel.most))
        line = steps.mark_line(strokeWidth=2, interpolate="step-after")
        layers.append(line.encode(x=x, y=y, strokeDash=_dash(looks), **shared))
    return alt.layer(*layers).properties(
        title=panel.title, width=width, height=PANEL_HEIGHT
    )


def _quantity(panel: Panel, field: str) -> alt.Y:
    """Return the vertical axis of a panel."""
    scale = alt.Scale(zero=True, nice=True)
    most = panel.most
    if most is None and not _some(panel):
        most = 1.0
    if most is not None:
        scale = alt.Scale(domain=[0, most])
    axis = alt.Axis(title=panel.axis, format=number_format(panel.unit), tickCount=4)
    return alt.Y(f"{field}:Q").scale(scale).axis(axis)


def _some(panel: Panel) -> bool:
    """Return whether anything in a panel is above zero."""
    lines = (*panel.lines, *panel.steps)
    return any(v.high or v.mean for line in lines for v in line.values if v)


def _points(
    lines: Sequence[Line], months: Sequence[date], most: float | None
) -> list[dict[str, Any]]:
    """Return the points of lines; where nothing is, a line is broken."""
    return [
        {"m": month.isoformat(), "r": line.series, **ends(value, most)}
        for line in lines
        for month, value in zip(months, line.values, strict=True)
    ]


def _dash(looks: Mapping[str, Style]) -> alt.StrokeDash:
    dashes = [list(look.dash) for look in looks.values()]
    scale = alt.Scale(domain=list(looks), range=dashes)
    return alt.StrokeDash("r:N").scale(scale).legend(legend(looks, "stroke"))


@dataclass(frozen=True)
class Stack:
    """A small chart of bars by month, each of several parts."""

    subject: str
    run: str
    """Its name, on a line below; empty where there is one run only."""
    unit: str
    values: Sequence[Sequence[float]]
    """For each month, each part."""
    most: float
    """Where the vertical axis ends."""


@dataclass(frozen=True)
class Parts:
    """What bars are made up of."""

    names: Sequence[str]
    """From the lowest to the highest."""
    colours: Sequence[str]
    when: str
    """What a month is to them: `at the end of`."""
    what: str
    """What the name of a part is: `waiting`."""


def side_by_side(runs: int) -> int:
    """Return how many stacks stand side by side: those of up to three runs in a row."""
    return max(2, runs) if runs <= 3 else 2


def stacks_by_month(
    stacks: Sequence[Stack],
    months: Sequence[date],
    parts: Parts,
    columns: int,
) -> Specification:
    """Return small charts of bars by month that are made up of parts.

    Parameters
    ----------
    stacks : sequence of Stack
    months : sequence of date
    parts : Parts
    columns : int
        How many stand side by side.
    """
    width = (PAGE - 24 - _AXIS * columns) / columns
    data = Data()
    drawn = [_stack(stack, data, months, parts, width) for stack in stacks]
    return specification(alt.concat(*drawn, columns=columns, spacing=18), data)


def _stack(
    stack: Stack,
    data: Data,
    months: Sequence[date],
    parts: Parts,
    width: float,
) -> alt.Chart:
    """Draw one chart of bars; outlines keep pale parts apart from the page."""
    rows = [
        {"m": month.isoformat(), "p": part, "o": place, "v": rounded(value)}
        for month, values in zip(months, stack.values, strict=True)
        for place, (part, value) in enumerate(zip(parts.names, values, strict=True))
        if value > 0
    ]
    bar = max(1.5, 0.7 * width / len(months))
    scale = alt.Scale(domain=[0, stack.most or 1.0], nice=True)
    axis = alt.Axis(title=stack.unit, tickCount=4, format=number_format(stack.unit))
    chart = data.chart(rows).mark_bar(stroke=INK, strokeWidth=0.4, width=bar)
    drawn: alt.Chart = chart.encode(
        x=months_axis(months, padding=10),
        y=alt.Y("v:Q").scale(scale).axis(axis).stack("zero"),
        color=_parts_colour(parts),
        order=alt.Order("o:Q"),
        tooltip=_stack_tooltip(parts, stack.unit),
    )
    lines = [line for line in (stack.subject, stack.run) if line]
    # No wider than its place: a long name would push the charts apart.
    title = alt.TitleParams(text=lines, limit=width + _AXIS)
    return drawn.properties(title=title, width=width, height=PANEL_HEIGHT)


def _parts_colour(parts: Parts) -> alt.Color:
    key = alt.Legend(title=None, orient="top", symbolType="square", columns=6)
    scale = alt.Scale(domain=list(parts.names), range=list(parts.colours))
    return alt.Color("p:N").scale(scale).legend(key)


def _stack_tooltip(parts: Parts, unit: str) -> list[alt.Tooltip]:
    when = alt.Tooltip("m:T", timeUnit="utcyearmonth", format="%B %Y", title=parts.when)
    value = alt.Tooltip("v:Q", format=",.4~g", title=unit)
    return [when, alt.Tooltip("p:N", title=parts.what), value]
