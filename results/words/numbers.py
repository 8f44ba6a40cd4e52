"""Numbers as people say them: sensible units, no more digits than are known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from results.statistics.estimates import Estimate

_TIMES = (("weeks", 7.0), ("days", 1.0), ("hours", 1 / 24), ("minutes", 1 / 1440))


class Unit(NamedTuple):
    """A unit to say numbers in."""

    name: str
    """Said after the number; `£` before it."""
    size: float
    """How many of the table's unit it is."""
    power: str = ""
    """`million` or `billion`, for money."""


def unit_for(unit: str, size: float) -> Unit:
    """Return the unit in which to say a number.

    Parameters
    ----------
    unit : str
        Unit of the table: `days`, `share`, `pounds`, `visits`, ...
    size : float
        About how large the numbers are, in that unit.

    Returns
    -------
    Unit
    """
    size = abs(size)
    if unit == "days":
        return Unit(*_time(size))
    if unit == "share":
        return Unit("%", 0.01)
    if unit == "pounds":
        power, factor = _power(size)
        return Unit("£", factor, power)
    return Unit(unit, 1.0)


def difference_unit(unit: str, size: float) -> Unit:
    """Return the unit in which to say a difference.

    Parameters
    ----------
    unit : str
        Of the tables.
    size : float
        About how large it is, in that unit.
    """
    return Unit("points", 0.01) if unit == "share" else unit_for(unit, size)


def _time(days: float) -> tuple[str, float]:
    """Return minutes below two hours, hours below two days, weeks from 100 days."""
    if days >= 100:
        return _TIMES[0]
    if days >= 2:
        return _TIMES[1]
    return _TIMES[2] if days >= 2 / 24 else _TIMES[3]


def _power(pounds: float) -> tuple[str, float]:
    """Return which power of ten to say money in."""
    if pounds >= 1e9:
        return "billion", 1e9
    return ("million", 1e6) if pounds >= 1e6 else ("", 1.0)


def places(half: float | None, size: float) -> int:
    """Return how many decimals to say.

    Parameters
    ----------
    half : float or None
        Half the width of the interval, in the unit in which it is said; one figure of
        it is worth saying.
    size : float
        The number itself: where there is no interval, three figures of it.
    """
    if half:
        return max(0, min(6, -math.floor(math.log10(half))))
    if not size:
        return 0
    decimals = max(0, min(6, 2 - math.floor(math.log10(abs(size)))))
    while decimals and round(size, decimals) == round(size, decimals - 1):
        decimals -= 1
    return decimals


def number(value: float, decimals: int) -> str:
    """Return a number with thousands separated and a true minus sign."""
    text = f"{abs(value):,.{decimals}f}"
    negative = value < 0 and float(text.replace(",", "")) != 0
    return f"−{text}" if negative else text


def said(value: float, unit: Unit, decimals: int) -> str:
    """Return a number with its unit: `41 days`, `£1.2 million`, `3.4%`.

    Parameters
    ----------
    value : float
        In the table's unit.
    unit : Unit
    decimals : int
    """
    text = number(value / unit.size, decimals)
    if unit.name == "£":
        sign, text = ("−", text[1:]) if text.startswith("−") else ("", text)
        return f"{sign}£{text} {unit.power}".rstrip()
    if unit.name == "%":
        return f"{text}%"
    name = _singular(unit.name) if text in ("1", "−1") else unit.name
    return f"{text} {name}".rstrip()


def amount(value: float, unit: str, half: float | None = None) -> str:
    """Return a value of a table in words.

    Parameters
    ----------
    value : float
    unit : str
        Unit of the table.
    half : float, optional
        Half the width of its interval.
    """
    chosen = unit_for(unit, value)
    decimals = places(half / chosen.size if half else None, value / chosen.size)
    return said(value, chosen, decimals)


def with_interval(value: Estimate, unit: str) -> str:
    """Return an estimate with its interval: `41 days (38 to 44)`.

    Parameters
    ----------
    value : Estimate
    unit : str
        Unit of the table.
    """
    if value.interval is None or not value.standard_error:
        return amount(value.mean, unit)
    chosen, decimals, _ = _rounding(value.mean, value.interval, unit)
    ends = [said(end, chosen, decimals) for end in value.interval]
    if chosen.name not in ("£", "%"):
        ends = [end.split(" ")[0] for end in ends]
    return f"{said(value.mean, chosen, decimals)} ({ends[0]} to {ends[1]})"


def _rounding(
    mean: float, interval: tuple[float, float], unit: str
) -> tuple[Unit, int, float]:
    """Return in which unit and with how many decimals to say, and half the width."""
    chosen = unit_for(unit, mean)
    half = (interval[1] - interval[0]) / 2 / chosen.size
    return chosen, places(half, mean / chosen.size), half


def plus_minus(value: Estimate, unit: str) -> str:
    """Return an estimate with half its interval, for tables: `41 ± 3 days`.

    Parameters
    ----------
    value : Estimate
    unit : str
        Unit of the table.
    """
    if value.interval is None or not value.standard_error:
        return amount(value.mean, unit)
    chosen, decimals, half = _rounding(value.mean, value.interval, unit)
    whole = said(value.mean, chosen, decimals)
    size = number(half, decimals)
    if chosen.name == "£":
        return f"{whole} ± {size}"
    if chosen.name == "%":
        return f"{whole.removesuffix('%')} ± {size}%"
    figure, _, name = whole.partition(" ")
    return f"{figure} ± {size} {name}"


def counted(value: Estimate) -> str:
    """Return how many with half its interval, where it is said elsewhere of what.

    Parameters
    ----------
    value : Estimate
    """
    return plus_minus(value, "").strip()


def _singular(name: str) -> str:
    """Return the name of one of them."""
    return {"unit-days": "unit-day"}.get(name, name.removesuffix("s"))
