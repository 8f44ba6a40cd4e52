"""The page: one HTML file with its looks and its script inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files

import jinja2

from results.report.charts.rendering import POUNDS, library
from results.report.content import Report


def page(report: Report, pictures: Mapping[str, str]) -> str:
    """Return a report as one HTML file that needs nothing else.

    Parameters
    ----------
    report : Report
    pictures : mapping of str to str
        Each chart as SVG, by its name.
    """
    here = files("results.report.page")
    read = {n: here.joinpath(n).read_text(encoding="utf-8") for n in _PARTS}
    environment = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.DictLoader({"page": read["page.html.jinja"]}),
    )
    return environment.get_template("page").render(
        report=report,
        pictures=pictures,
        style=read["page.css"],
        script=read["page.js"],
        library=library(),
        specifications=_embedded(report),
    )


_PARTS = ("page.html.jinja", "page.css", "page.js")


def _embedded(report: Report) -> str:
    """Return the charts' specifications, safe within a script element."""
    plain = {
        "charts": {
            chart.name: chart.drawing
            for chart in report.charts
            if not isinstance(chart.drawing, str)
        },
        "numbers": POUNDS,
    }
    text = json.dumps(plain, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c")
