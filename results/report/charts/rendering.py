"""Charts as pictures: SVG and PNG, drawn without a browser."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import altair as alt
import vl_convert

from results.report.charts.looks import FONT
from results.report.content import Chart

VERSION = f"v{alt.SCHEMA_VERSION.lstrip('v').rpartition('.')[0]}"
"""The version of Vega-Lite in whose words the charts are, such as `v6.4`."""
_ID = re.compile(r"\b(clip|gradient_|pattern_)(\d+)\b")
_SNIPPET = "window.vegaEmbed = vegaEmbed;"
"""What the library gives to other scripts of the page."""
_NUMBER = re.compile(r"-?\b\d+\.\d{3,}\b")
_IDLE = re.compile(
    r' (?:opacity="1"|pointer-events="none"|aria-hidden="true"|role="graphics-\w+"'
    rf'|aria-roledescription="[^"]*"|font-family="{FONT}")'
)
"""Attributes that change nothing in a picture, which has one description as a whole."""
_PIXELS = 2.0
"""Of a PNG, for each point of the drawing."""
POUNDS: dict[str, Any] = {
    "decimal": ".",
    "thousands": ",",
    "grouping": [3],
    "currency": ["£", ""],
}
"""How numbers are written, in the words of d3."""


def svg(chart: Chart) -> str:
    """Return a chart as SVG, the same each time.

    Parameters
    ----------
    chart : Chart
    """
    if isinstance(chart.drawing, str):
        return chart.drawing
    drawn = vl_convert.vegalite_to_svg(
        dict(chart.drawing), vl_version=VERSION, format_locale=POUNDS
    )
    plain = _IDLE.sub("", _NUMBER.sub(_shorter, _renamed(drawn, chart.name)))
    return plain.replace("<svg ", f'<svg font-family="{FONT}" ', 1)


def _shorter(found: re.Match[str]) -> str:
    """Return a coordinate to a hundredth of a point, which no eye tells apart."""
    return f"{float(found[0]):.2f}".rstrip("0").rstrip(".")


def _renamed(drawn: str, name: str) -> str:
    """Return a drawing with new ids: the library counts on from chart to chart."""
    known: dict[str, str] = {}

    def new(found: re.Match[str]) -> str:
        return known.setdefault(found[0], f"{name}-{len(known) + 1}")

    return _ID.sub(new, drawn)


def png(picture: str) -> bytes:
    """Return an SVG as PNG, at twice the size.

    Parameters
    ----------
    picture : str
    """
    return vl_convert.svg_to_png(picture, scale=_PIXELS)


@cache
def library() -> str:
    """Return the script that draws charts in a browser, all of it."""
    return vl_convert.javascript_bundle(_SNIPPET, vl_version=VERSION)
