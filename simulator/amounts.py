"""Amounts as people write them, in the units of measures."""

from __future__ import annotations

from results.measures.naming import Measure
from scenarios import texts

POINTS = ("percentage point", "percentage points")


def amount_in(text: str, unit: str) -> float | None:
    """Return the number that a text is in a unit of the tables; None: it is none.

    Parameters
    ----------
    text : str
        `3 min` for days, `£1.2 million` for pounds, `0.5 percentage points` for shares,
        `2 patients` for patients.
    unit : str
    """
    if unit == "days":
        try:
            return texts.days_in(text)
        except texts.TextError:
            return None
    if unit == "pounds":
        return texts.pounds(text)
    figure, _, name = text.partition(" ")
    value = texts.number(figure)
    if value is None:
        return None
    if unit == "share":
        return value / 100 if name in POINTS else None
    return value if name in (unit, unit.removesuffix("s")) else None


def limit_in(text: str, unit: str) -> float | None:
    """Return the number that a text is as a value of a measure; None: it is none.

    Parameters
    ----------
    text : str
        As `amount_in` takes it, but `92%` for shares, and a number alone for numbers.
    unit : str
        Of the tables.
    """
    if unit == "share":
        try:
            return texts.percent(text)
        except texts.TextError:
            return None
    found = amount_in(text, unit)
    if found is None and unit not in ("days", "pounds"):
        return texts.number(text)
    return found


def limit_example(unit: str) -> str:
    """Return what may be written as a value of a measure."""
    return "a share such as 92%" if unit == "share" else example(unit)


def measured(measure: Measure) -> str:
    """Return what a measure is: `a time`, `a number of patients`."""
    unit = {"days": "a time", "share": "a share", "pounds": "money"}.get(measure.unit)
    return unit or f"a number of {measure.unit}"


def example(unit: str) -> str:
    """Return what may be written for a unit of the tables."""
    return _EXAMPLES.get(unit, f"a number of them such as '2 {unit}'")


_EXAMPLES = {
    "days": "a time such as 3 min, 2 hours or 0.5 days",
    "share": "percentage points such as '0.5 percentage points'",
    "pounds": "an amount such as £500 or '£1.2 million'",
}
