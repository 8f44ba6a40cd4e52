"""A chart of how far apart answers lie, and why: bands, and bars of shares below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from results.report.charts.axes import number_format
from results.report.charts.looks import PAGE, Data, rounded, specification
from results.report.charts.palette import FEWER, INK, MORE, QUIET
from results.report.content import Specification
from results.report.pictures import Panel

_ROW, _NAMES = 24, 240
"""Height of a row, and width of the longest name, in points."""
_BAND, _LUCK = "one period to come", "luck"
_MOST, _HALF, _MEAN = "95 of 100 cases", "half of all cases", "mean"
_ALONE, _WITH = "alone", "together with others"
_PALE = "#7fb2de"


def spread_chart(panels: Sequence[Panel]) -> Specification:
    """Return two drawings for each measure, one below another.

    Parameters
    ----------
    panels : sequence of Panel
    """
    data = Data()
    drawn: list[Any] = []
    for panel in panels:
        drawn.append(_band(panel, data))
        if panel.shares:
            drawn.append(_bars(panel, data))
    whole = alt.vconcat(*drawn, spacing=18).resolve_scale(
        color="independent", shape="independent", x="independent"
    )
    return specification(whole, data)


def _band(panel: Panel, data: Data) -> Any:
    """Return the line on which one period to come lies."""
    half, most = panel.bands
    rows = [
        {"n": _BAND, "l": rounded(low), "u": rounded(high), "r": name}
        for name, (low, high) in ((_MOST, most), (_HALF, half))
    ]
    axis = alt.Axis(title=panel.unit, format=number_format(""), tickCount=6, grid=True)
    down = _down([_BAND])
    domain = [_MOST, _HALF, _MEAN]
    scale = alt.Scale(domain=domain, range=[_PALE, FEWER, MORE])
    key = alt.Legend(title=None, orient="top", symbolType="square", symbolOpacity=1)
    colour = alt.Color("r:N").scale(scale).legend(key)
    base = data.chart(rows)
    bars = base.mark_bar().encode(
        x=alt.X("l:Q").axis(axis).scale(zero=False, nice=True),
        x2="u:Q",
        y=down,
        color=colour,
        size=alt.Size("r:N")
        .scale(alt.Scale(domain=[_MOST, _HALF], range=[8, 16]))
        .legend(None),
    )
    mean = data.chart([{"n": _BAND, "l": rounded(panel.mean), "r": _MEAN}])
    tick = mean.mark_tick(thickness=3, size=22).encode(
        x=alt.X("l:Q"), y=down, color=colour
    )
    return alt.layer(bars, tick).properties(**_size(panel.title, 1))


def _bars(panel: Panel, data: Data) -> Any:
    """Return the bars of what the spread comes from."""
    rows = []
    for name, alone, more in panel.shares:
        rows.append({"n": name, "v": rounded(alone), "r": _ALONE, "o": 0})
        rows.append({"n": name, "v": rounded(more), "r": _WITH, "o": 1})
    rows.append({"n": _LUCK, "v": rounded(panel.luck), "r": _LUCK, "o": 0})
    names = [name for name, *_ in panel.shares] + [_LUCK]
    axis = alt.Axis(
        title="part of all variance", format=number_format("share"), tickCount=5
    )
    domain = [_ALONE, _WITH, _LUCK]
    scale = alt.Scale(domain=domain, range=[FEWER, _PALE, QUIET])
    key = alt.Legend(title=None, orient="top", symbolType="square", symbolOpacity=1)
    bars = (
        data.chart(rows)
        .mark_bar(stroke=INK, strokeWidth=0.5, height=14)
        .encode(
            x=alt.X("v:Q").axis(axis).scale(domainMin=0).stack("zero"),
            y=_down(names),
            color=alt.Color("r:N").scale(scale).legend(key),
            order=alt.Order("o:Q"),
        )
    )
    return bars.properties(**_size("What that comes from", len(names)))


def _down(names: Sequence[str]) -> alt.Y:
    axis = alt.Axis(title=None, labelLimit=_NAMES, ticks=False, domain=False)
    return alt.Y("n:N").sort(list(names)).axis(axis)


def _size(title: str, rows: int) -> dict[str, Any]:
    """Return how large a drawing of rows is, and what stands above it."""
    return {"width": PAGE - _NAMES, "height": _ROW * rows + 8, "title": title}
