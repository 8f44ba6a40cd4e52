"""A chart of plans: for each a share with its interval, beside what was asked."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from results.report.charts.axes import number_format
from results.report.charts.looks import PAGE, Data, rounded, specification
from results.report.charts.palette import FEWER, INK, MORE
from results.report.content import Specification
from results.statistics.estimates import Estimate

_ROW, _NAMES = 24, 340
"""Height of a row, and width of the longest name, in points."""
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
    data = Data()
    points = [
        {
            "n": name,
            "v": rounded(value.mean),
            "l": rounded(value.mean if value.low is None else value.low),
            "u": rounded(value.mean if value.high is None else value.high),
            "r": HOLDS if holds else FAILS,
        }
        for name, value, holds in rows
    ]
    base = data.chart(points)
    scale = alt.Scale(domain=[0, 1])
    format_of = alt.Axis(title=axis, format=number_format("share"), tickCount=6)
    down = alt.Y("n:N").sort([name for name, *_ in rows])
    names = alt.Axis(
        title=None, labelLimit=_NAMES, labelPadding=8, ticks=False, domain=False
    )
    down = down.axis(names)
    there = [name for name in _LOOKS if name in {point["r"] for point in points}]
    colours, shapes = zip(*(_LOOKS[name] for name in there), strict=True)
    key = alt.Legend(title=None, orient="top")
    colour = alt.Color("r:N").scale(alt.Scale(domain=there, range=list(colours)))
    shape = alt.Shape("r:N").scale(alt.Scale(domain=there, range=list(shapes)))
    whiskers = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("l:Q").title(axis), x2="u:Q", y=down, color=colour.legend(key)
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X("v:Q").scale(scale).axis(format_of),
        y=down,
        color=colour.legend(key),
        shape=shape.legend(key),
    )
    layers: list[alt.Chart] = [whiskers, dots]
    if limit is not None:
        rule = data.chart([{"z": limit}]).mark_rule(color=INK, strokeDash=[4, 3])
        layers.insert(0, rule.encode(x="z:Q"))
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    chart = alt.layer(*layers).properties(
        width=PAGE, height=_ROW * len(rows), autosize=fit
    )
    return specification(chart, data)
