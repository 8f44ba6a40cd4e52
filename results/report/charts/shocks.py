"""A chart of differences by date, with bands, and the time of a shock shaded."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from results.report.charts.axes import number_format
from results.report.charts.looks import (
    PAGE,
    PANEL_HEIGHT,
    Data,
    rounded,
    specification,
)
from results.report.charts.palette import FEWER, GRID, INK, MORE, QUIET
from results.report.content import Specification
from results.report.pictures import Shaded

_SHOCK, _TOLERANCE = "shock", "as good as before"
_LINE, _BAND = "change", "95% interval"


def shocks_chart(panels: Sequence[Shaded]) -> Specification:
    """Return a panel for each shock and measure, one below the other.

    Parameters
    ----------
    panels : sequence of Shaded
    """
    data = Data()
    looks = {_LINE: MORE, _BAND: MORE, _SHOCK: FEWER, _TOLERANCE: QUIET}
    charts = [_panel(data, panel, at == 0, looks) for at, panel in enumerate(panels)]
    chart = alt.vconcat(*charts, spacing=18)
    return specification(chart, data)


def _panel(
    data: Data, panel: Shaded, is_first: bool, looks: dict[str, str]
) -> alt.LayerChart | alt.FacetChart:
    """Return one panel; the key stands above the first."""
    points = [
        {
            "m": day.isoformat(),
            "v": rounded(value.mean),
            "l": rounded(value.mean if value.low is None else value.low),
            "u": rounded(value.mean if value.high is None else value.high),
            "r": _LINE,
            "b": _BAND,
        }
        for day, value in zip(panel.days, panel.values, strict=True)
    ]
    across = (
        alt.X("m:T").title(None).axis(alt.Axis(format="%b %Y", tickCount=8, grid=False))
    )
    up = (
        alt.Y("v:Q")
        .title(panel.axis)
        .axis(alt.Axis(format=number_format(""), tickCount=4))
    )
    scale = alt.Scale(domain=list(looks), range=list(looks.values()))
    key = (
        alt.Legend(title=None, orient="top", symbolOpacity=0.7, symbolType="square")
        if is_first
        else None
    )

    def colour(field: str) -> alt.Color:
        return alt.Color(field).scale(scale).legend(key)

    first, last = panel.days[0].isoformat(), panel.days[-1].isoformat()
    spells = [
        {"m": begin.isoformat(), "e": end.isoformat(), "s": _SHOCK}
        for begin, end in panel.spells
    ]
    shades = (
        data.chart(spells)
        .mark_rect(opacity=0.25)
        .encode(x=across, x2="e:T", color=colour("s:N"))
    )
    near = [
        {
            "m": first,
            "e": last,
            "v": rounded(-panel.tolerance),
            "u": rounded(panel.tolerance),
            "s": _TOLERANCE,
        }
    ]
    band = (
        data.chart(near)
        .mark_rect(opacity=0.18)
        .encode(x=across, x2="e:T", y=up, y2="u:Q", color=colour("s:N"))
    )
    zero = data.chart([{"z": 0}]).mark_rule(color=INK, strokeWidth=1).encode(y="z:Q")
    base = data.chart(points)
    area = base.mark_area(opacity=0.22).encode(
        x=across, y=alt.Y("l:Q").title(panel.axis), y2="u:Q", color=colour("b:N")
    )
    line = base.mark_line(strokeWidth=2).encode(x=across, y=up, color=colour("r:N"))
    return alt.layer(band, shades, zero, area, line).properties(
        width=PAGE - 80,
        height=PANEL_HEIGHT,
        title=alt.TitleParams(panel.title, color=INK),
        view=alt.ViewBackground(stroke=GRID),
    )
