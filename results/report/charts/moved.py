"""Charts of what moving single inputs does: a tornado, and a screening of many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import altair as alt

from results.report.charts.axes import number_format
from results.report.charts.looks import PAGE, Data, rounded, specification
from results.report.charts.palette import FEWER, INK, MORE, QUIET
from results.report.content import Specification
from results.report.pictures import Dot, TornadoRow

_ROW, _NAMES = 34, 240
"""Height of a row, and width of the longest name, in points."""
_SIDES: tuple[tuple[Literal["left", "right"], int], ...] = (("left", 5), ("right", -5))
"""Where texts begin, and how far from a bar."""
_TEXT = 0.16
"""Of the axis, for texts at either side."""
_NAMED = 10
"""Dots that have a name: those that move most."""
_LOW, _HIGH = "at its low end", "at its high end"
_SHOWS, _LUCK = "moves it", "not told from luck"


def tornado_chart(rows: Sequence[TornadoRow], axis: str) -> Specification:
    """Return two bars for each input about zero, with their intervals.

    Parameters
    ----------
    rows : sequence of TornadoRow
    axis : str
        What the horizontal axis says.
    """
    data = Data()
    bars = [
        {
            "n": row.name,
            "v": rounded(row.change.mean),
            "l": rounded(_or(row.change.low, row.change.mean)),
            "u": rounded(_or(row.change.high, row.change.mean)),
            "r": _LOW if row.end == "low" else _HIGH,
            "t": row.value,
            "z": 0,
        }
        for row in rows
    ]
    base = data.chart(bars)
    names = list(dict.fromkeys(row.name for row in rows))
    down = alt.Y("n:N").sort(names).scale(paddingInner=0.3)
    down = down.axis(alt.Axis(title=None, labelLimit=_NAMES, ticks=False, domain=False))
    across = (
        alt.X("v:Q")
        .axis(alt.Axis(title=axis, format=number_format(""), tickCount=6, grid=True))
        .scale(domain=_wide([float(str(row[at])) for row in bars for at in "lu"]))
    )
    half = alt.YOffset("r:N").sort([_LOW, _HIGH])
    scale = alt.Scale(domain=[_LOW, _HIGH], range=[FEWER, MORE])
    key = alt.Legend(title=None, orient="top", symbolType="square", symbolOpacity=1)
    colour = alt.Color("r:N").scale(scale).legend(key)
    drawn = base.mark_bar(stroke=INK, strokeWidth=0.5, opacity=0.8).encode(
        x=across, x2="z:Q", y=down, yOffset=half, color=colour
    )
    whiskers = base.mark_rule(color=INK, strokeWidth=1.5).encode(
        x=alt.X("l:Q").title(axis), x2="u:Q", y=down, yOffset=half
    )
    said = [_label(row) for row in bars]
    texts = [
        data.chart([row for row in said if row["a"] == side])
        .mark_text(align=side, dx=dx, color=QUIET, fontSize=10, baseline="middle")
        .encode(x=alt.X("e:Q").title(axis), y=down, yOffset=half, text="t:N")
        for side, dx in _SIDES
    ]
    zero = data.chart([{"z": 0}]).mark_rule(color=INK, strokeWidth=1).encode(x="z:Q")
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    chart = alt.layer(drawn, whiskers, zero, *texts).properties(
        width=PAGE, height=_ROW * len(names), autosize=fit
    )
    return specification(chart, data)


def _wide(ends: Sequence[float]) -> list[float]:
    """Return an axis with zero on it, and room for texts beyond the bars."""
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = _TEXT * ((high - low) or 1.0)
    return [low - room * (low < 0), high + room]


def _label(row: dict[str, object]) -> dict[str, object]:
    """Return where the text of a bar stands: beyond its interval, away from zero."""
    low, high = float(str(row["l"])), float(str(row["u"]))
    rises = float(str(row["v"])) >= 0
    return {
        "n": row["n"],
        "r": row["r"],
        "t": row["t"],
        "e": max(high, 0.0) if rises else min(low, 0.0),
        "a": "left" if rises else "right",
    }


def screening_chart(dots: Sequence[Dot], measure: str, unit: str) -> Specification:
    """Return each input by the mean size of its effects and how much they vary.

    Parameters
    ----------
    dots : sequence of Dot
    measure, unit : str
        Whose change is told, and in what.
    """
    data = Data()
    points = [
        {
            "n": dot.name,
            "v": rounded(dot.size.mean),
            "l": rounded(max(_or(dot.size.low, dot.size.mean), 0.0)),
            "u": rounded(_or(dot.size.high, dot.size.mean)),
            "s": rounded(dot.varies),
            "r": _SHOWS if dot.shows else _LUCK,
        }
        for dot in dots
    ]
    base = data.chart(points)
    across = f"moves {measure} by, on average ({unit})"
    x = alt.X("v:Q").axis(alt.Axis(title=across, tickCount=6)).scale(zero=True)
    title = f"how much that varies with the other numbers ({unit})"
    y = alt.Y("s:Q").axis(alt.Axis(title=title, tickCount=5))
    y = y.scale(domain=[0, 1.15 * max(dot.varies for dot in dots) or 1.0])
    looks = {_SHOWS: (FEWER, "circle"), _LUCK: (QUIET, "diamond")}
    there = [name for name in looks if name in {str(p["r"]) for p in points}]
    colours, shapes = zip(*(looks[name] for name in there), strict=True)
    key = alt.Legend(title=None, orient="top", symbolOpacity=1)
    colour = alt.Color("r:N").scale(alt.Scale(domain=there, range=list(colours)))
    shape = alt.Shape("r:N").scale(alt.Scale(domain=there, range=list(shapes)))
    whiskers = base.mark_rule(strokeWidth=1.5).encode(
        x=alt.X("l:Q").title(across), x2="u:Q", y=y, color=colour.legend(key)
    )
    marks = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=x, y=y, color=colour.legend(key), shape=shape.legend(key)
    )
    names = (
        data.chart(points[:_NAMED])
        .mark_text(align="left", dx=7, dy=-8, color=INK, fontSize=11)
        .encode(x=x, y=y, text="n:N")
    )
    chart = alt.layer(whiskers, marks, names).properties(width=PAGE - 60, height=320)
    return specification(chart, data)


def _or(value: float | None, other: float) -> float:
    return other if value is None else value
