"""Charts of one figure for each row: a dot with its interval, beside a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import altair as alt

from results.report.charts.looks import PAGE, Data, rounded, specification
from results.report.charts.palette import INK
from results.report.content import Specification
from results.statistics.estimates import Estimate

_ROW, _NAMES, _PADDING = 26, 340, 8
"""Height of a row, width of the longest name, and its distance, in points."""
Row = tuple[str, Estimate, str]
"""Name, figure, and what its look says."""


class Beside(NamedTuple):
    """A line that all figures are held against."""

    value: float
    is_dashed: bool = False


def dots_chart(
    rows: Sequence[Row],
    looks: Mapping[str, tuple[str, str]],
    across: alt.X,
    beside: Beside | None,
) -> Specification:
    """Return a row for each figure, in the order given.

    Parameters
    ----------
    rows : sequence of (str, Estimate, str)
    looks : mapping of str to (str, str)
        Colour and shape by what they say; those that no row has are left out.
    across : altair.X
        The axis of the figures, of the field `v`.
    beside : Beside or None
    """
    data = Data()
    points = [
        {
            "n": name,
            "v": rounded(value.mean),
            "l": rounded(value.mean if value.low is None else value.low),
            "u": rounded(value.mean if value.high is None else value.high),
            "r": look,
        }
        for name, value, look in rows
    ]
    base = data.chart(points)
    names = alt.Axis(
        title=None,
        labelLimit=_NAMES,
        labelPadding=_PADDING,
        ticks=False,
        domain=False,
    )
    down = alt.Y("n:N").sort([name for name, *_ in rows]).axis(names)
    told = {look for *_, look in rows}
    there = [look for look in looks if look in told]
    colours, shapes = zip(*(looks[look] for look in there), strict=True)
    key = alt.Legend(title=None, orient="top")
    colour = alt.Color("r:N").scale(alt.Scale(domain=there, range=list(colours)))
    shape = alt.Shape("r:N").scale(alt.Scale(domain=there, range=list(shapes)))
    whiskers = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("l:Q"), x2="u:Q", y=down, color=colour.legend(key)
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=across, y=down, color=colour.legend(key), shape=shape.legend(key)
    )
    layers: list[alt.Chart] = [whiskers, dots]
    if beside is not None:
        dash = [4, 3] if beside.is_dashed else [1, 0]
        line = data.chart([{"z": beside.value}])
        layers.insert(
            0, line.mark_rule(color=INK, strokeWidth=1, strokeDash=dash).encode(x="z:Q")
        )
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    chart = alt.layer(*layers).properties(
        width=PAGE, height=_ROW * len(rows), autosize=fit
    )
    return specification(chart, data)
