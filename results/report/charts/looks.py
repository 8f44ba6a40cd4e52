"""What all charts have in common: points, legends, colours, and the report's looks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from results.report.charts.palette import GRID, INK, QUIET, Style
from results.report.content import Specification
from results.statistics.estimates import Estimate

PAGE = 640
"""Width of a chart, in points: that of an A4 page between its margins."""
PANEL_HEIGHT = 118
"""Of small charts by month."""
_LABEL, _LETTER, _SYMBOL = 260, 6.2, 30
"""Of a legend: the widest label, a letter on average, and a symbol with its gaps."""


def rounded(value: float) -> float:
    """Return a number to four figures, as fine as a screen; so the page is small."""
    return float(f"{value:.4g}")


def ends(value: Estimate | None, most: float | None = None) -> dict[str, float | None]:
    """Return a value and its band, within the axis."""
    if value is None:
        return {"v": None, "l": None, "u": None}
    low, high = value.interval or (value.mean, value.mean)
    ends = max(low, 0.0), high if most is None else min(high, most)
    return {
        name: rounded(number)
        for name, number in zip("vlu", (value.mean, *ends), strict=True)
    }


class Data:
    """The rows of a chart, which the library need not walk through."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {}

    def chart(self, rows: list[dict[str, Any]]) -> alt.Chart:
        """Return an empty chart of some rows."""
        name = f"rows {len(self.tables) + 1}"
        self.tables[name] = rows
        return alt.Chart({"name": name})


def legend(
    looks: Mapping[str, Style], symbol: str, room: float = PAGE
) -> alt.Legend | None:
    """Return the legend; one series alone needs none. No symbol: that of the shape.

    What does not fit into the room, in points, goes on in further rows.
    """
    if len(looks) == 1:
        return None
    more: dict[str, Any] = {"symbolType": symbol} if symbol else {}
    if symbol == "stroke":
        more |= {"symbolSize": 260, "symbolStrokeWidth": 2.5}
    widths = [min(_LABEL, len(name) * _LETTER) + _SYMBOL for name in looks]
    if sum(widths) > room:
        more["columns"] = max(1, int(room // max(widths)))
    return alt.Legend(
        title=None, orient="top", labelLimit=_LABEL, symbolOpacity=1, **more
    )


def colour(looks: Mapping[str, Style], symbol: str, room: float = PAGE) -> alt.Color:
    """Return the colours of series, and a legend of symbols of a kind."""
    colours = [look.colour for look in looks.values()]
    scale = alt.Scale(domain=list(looks), range=colours)
    return alt.Color("r:N").scale(scale).legend(legend(looks, symbol, room))


def tooltip(unit: str) -> list[alt.Tooltip]:
    """Return what is said of a point under the pointer."""
    form = ".1%" if unit == "share" else ",.4~g"
    return [
        alt.Tooltip("m:T", timeUnit="utcyearmonth", format="%B %Y", title="month"),
        alt.Tooltip("r:N", title="run"),
        *(
            alt.Tooltip(f"{field}:Q", format=form, title=title)
            for field, title in (("v", "mean"), ("l", "from"), ("u", "to"))
        ),
    ]


def specification(chart: alt.TopLevelMixin, data: Data) -> Specification:
    """Return a chart in the words of Vega-Lite, in the report's looks."""
    plain: dict[str, Any] = chart.to_dict(validate=False)
    plain["config"] = CONFIG
    plain["background"] = "white"
    plain["datasets"] = data.tables
    return plain


FONT = "Arial, Helvetica, sans-serif"
CONFIG: dict[str, Any] = {
    "aria": False,
    "font": FONT,
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domainColor": QUIET,
        "tickColor": QUIET,
    },
    "title": {
        "color": INK,
        "fontSize": 12,
        "fontWeight": "bold",
        "anchor": "start",
        "frame": "group",
        "offset": 6,
    },
    "legend": {"labelColor": INK, "labelFontSize": 12, "symbolSize": 90},
    "view": {"stroke": None},
    "line": {"strokeCap": "butt"},
}
"""The looks of every chart. What one says is said of the whole, not of each point."""
