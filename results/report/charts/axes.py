"""Axes: months as the NHS reads them, from April to March, and units in words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

import altair as alt

from results.report.years import APRIL, financial_year

_FEW, _SOME = 8, 40
"""Up to how many months each has a label, and up to how many each quarter has."""
_YEARS = 5
"""How many Aprils have a label where there are more months."""
_QUARTERS = (1, 4, 7, 10)


def labels(months: Sequence[date]) -> dict[date, list[str]]:
    """Return which months have a label, and its lines.

    Parameters
    ----------
    months : sequence of date
        First days of months, ascending.

    Returns
    -------
    dict of date to list of str
        The month's name, and the financial year below where one begins.
    """
    if len(months) > _SOME:
        years = [month for month in months if month.month == APRIL]
        apart = -(-len(years) // _YEARS)
        return {month: ["Apr", financial_year(month)] for month in years[::apart]}
    wanted = range(1, 13) if len(months) <= _FEW else _QUARTERS
    shown = [month for month in months if month.month in wanted]
    if not shown:  # the ends of quarters
        ends = [month for month in months if month.month == APRIL - 1]
        return {month: [f"{month:%b}", financial_year(month)] for month in ends}
    return {month: _lines(month, is_first=month == shown[0]) for month in shown}


def _lines(month: date, *, is_first: bool) -> list[str]:
    year = financial_year(month) if is_first or month.month == APRIL else ""
    return [f"{month:%b}", year]


def months_axis(months: Sequence[date], padding: float = 4) -> alt.X:
    """Return the horizontal axis of months; lines of the grid begin financial years.

    Parameters
    ----------
    months : sequence of date
        First days, ascending.
    padding : float
        Points that are left free at either end.
    """
    texts = {str(_stamp(month)): lines for month, lines in labels(months).items()}
    april = alt.expr(f"utcmonth(datum.value) == {APRIL - 1} ? 1 : 0")
    axis = alt.Axis(
        title=None,
        values=[int(stamp) for stamp in texts],
        labelExpr=f"{json.dumps(texts)}[toString(time(datum.value))]",
        gridOpacity=april,
        labelAngle=0,
        labelFlush=False,
        labelOverlap=False,
    )
    ends = [_stamp(months[0]), _stamp(months[-1])]
    return alt.X("m:T").scale(type="utc", domain=ends, padding=padding).axis(axis)


def _stamp(month: date) -> int:
    """Return milliseconds, as charts count time."""
    moment = datetime(month.year, month.month, month.day, tzinfo=UTC)
    return int(moment.timestamp() * 1000)


def number_format(unit: str) -> str:
    """Return how the numbers of a unit are written on axes, in the words of d3."""
    if unit == "share":
        return "~%"
    return "$,.3~s" if unit == "pounds" else ",.12~g"
