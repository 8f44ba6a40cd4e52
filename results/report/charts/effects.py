"""A chart of differences: a dot with its interval for each subject, about zero."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from results.report.charts.axes import number_format
from results.report.charts.looks import PAGE, Data, rounded, specification
from results.report.charts.palette import FEWER, INK, MORE, QUIET
from results.report.content import Specification
from results.report.pictures import CERTAIN, PERHAPS, SAME
from results.statistics.estimates import Estimate

_ROW, _NAMES = 26, 240
"""Height of a row, and width of the longest name, in points."""
_LOOKS = {
    CERTAIN: (MORE, "circle"),
    PERHAPS: (FEWER, "square"),
    SAME: (QUIET, "diamond"),
}


def effects_chart(
    rows: Sequence[tuple[str, Estimate, str]], *, unit: str, axis: str
) -> Specification:
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
    data = Data()
    points = [
        {
            "n": name,
            "v": rounded(value.mean),
            "l": rounded(value.mean if value.low is None else value.low),
            "u": rounded(value.mean if value.high is None else value.high),
            "r": sure,
        }
        for name, value, sure in rows
    ]
    base = data.chart(points)
    across = alt.X("v:Q").axis(
        alt.Axis(title=axis, format=number_format(unit), tickCount=6, grid=True)
    )
    down = alt.Y("n:N").sort([name for name, *_ in rows])
    down = down.axis(alt.Axis(title=None, labelLimit=_NAMES, ticks=False, domain=False))
    looks = [name for name in _LOOKS if name in {sure for *_, sure in rows}]
    colours, shapes = zip(*(_LOOKS[name] for name in looks), strict=True)
    key = alt.Legend(title=None, orient="top")
    colour = alt.Color("r:N").scale(alt.Scale(domain=looks, range=list(colours)))
    shape = alt.Shape("r:N").scale(alt.Scale(domain=looks, range=list(shapes)))
    zero = data.chart([{"z": 0}]).mark_rule(color=INK, strokeWidth=1).encode(x="z:Q")
    whiskers = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("l:Q").title(axis), x2="u:Q", y=down, color=colour.legend(key)
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=across, y=down, color=colour.legend(key), shape=shape.legend(key)
    )
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    chart = alt.layer(zero, whiskers, dots).properties(
        width=PAGE, height=_ROW * len(rows), autosize=fit
    )
    return specification(chart, data)
