"""Texts with units, and how a planner's text is read: durations and shares.

Each function takes a text as a planner writes it and returns a `Quantity`, or raises
`TextError` with a message that says what would be right. `rates` and `counts` read the
other kinds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scenarios.problems import did_you_mean, quoted

DAYS = {
    "sec": 1 / 86400,
    "min": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 365.25 / 12,
    "year": 365.25,
}
"""One of each in days, by singular."""
PLURALS = {f"{unit}s": unit for unit in ("hour", "day", "week", "month", "year")}
UNITS = (*DAYS, *PLURALS)
SLIPS = {
    "sec": ("s", "secs", "second", "seconds"),
    "min": ("m", "mins", "minute", "minutes"),
    "hours": ("h", "hr", "hrs"),
    "days": ("d", "dy", "dys"),
    "weeks": ("w", "wk", "wks"),
    "months": ("mo", "mos", "mth", "mths"),
    "years": ("y", "yr", "yrs"),
}
MOST_YEARS = 1000
NUMBER = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]+(\.[0-9]+)?|\.[0-9]+")
LONGEST_NUMBER = 25
MARK = re.compile(r"(.*?)\s*\(([^()]*)\)")
DURATION_HINT = "Write for example 45 min, 3 days, 18 weeks."
SHARE_HINT = "Write for example 30%."
SHARE_RANGE = "A share lies between 0% and 100%."


class TextError(ValueError):
    """A text that is not what it should be."""


class NegativeError(TextError):
    """A negative number where that has no meaning."""


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, read."""

    value: float
    text: str
    """As written, without the source mark."""
    source: str | None = None
    per: str = ""
    """Rates: `person` if per people; money: `visit` or `day`."""


def split_mark(text: str) -> tuple[str, str | None]:
    """Return a text without its source mark, and the mark."""
    tidy = " ".join(text.replace("\u2212", "-").split())
    match = MARK.fullmatch(tidy)
    return (match[1], match[2]) if match else (tidy, None)


_POWERS = {"": 1.0, "thousand": 1e3, "million": 1e6, "billion": 1e9}


def number(text: str) -> float | None:
    """Return the number that a text is, None if it is none. No sign, no exponent."""
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        return None
    return float(text.replace(",", ""))


def pounds(text: str) -> float | None:
    """Return the pounds of `£500` or `£1.2 million`; None: the text is none."""
    figure, _, power = text.removeprefix("£").strip().partition(" ")
    value = number(figure)
    if value is None or power not in _POWERS or not text.startswith("£"):
        return None
    return value * _POWERS[power]


def sign_and_rest(text: str, *, signed: bool) -> tuple[float, str]:
    """Return the sign and the rest of a text.

    Raises
    ------
    NegativeError
        If it is negative and must not be.
    """
    if text.startswith("+") and signed:
        return 1.0, text[1:].lstrip()
    if not text.startswith("-"):
        return 1.0, text
    if not signed:
        raise NegativeError("It is negative.")
    return -1.0, text[1:].lstrip()


def no(what: str, text: str, why: str) -> TextError:
    """Return that a text is not what it should be, and why."""
    return TextError(f"{quoted(text)} is not {what}. {why}")


def duration(text: str, *, signed: bool = False) -> Quantity:
    """Return a duration in days."""
    plain, source = split_mark(text)
    try:
        days = days_in(plain, signed=signed)
    except NegativeError:
        raise no("a duration", text, f"It is negative. {DURATION_HINT}") from None
    except TextError as error:
        raise no("a duration", text, str(error)) from None
    if abs(days) > MOST_YEARS * DAYS["year"]:
        raise TextError(f"{quoted(text)} is longer than {MOST_YEARS:,} years.")
    return Quantity(days, plain, source)


def days_in(text: str, *, signed: bool = False) -> float:
    """Return the days in a text such as 45 min; raises `TextError` with the reason."""
    sign, rest = sign_and_rest(text, signed=signed)
    digits, _, unit = rest.partition(" ")
    value = number(digits)
    if value is None:
        raise TextError(_why_no_duration(rest))
    if not unit:
        raise TextError(f"It has no unit. {DURATION_HINT}")
    if unit.startswith("per "):
        raise TextError(f"This is a rate. {DURATION_HINT}")
    in_minutes = _in_minutes(rest)
    if in_minutes is not None:
        raise TextError(f"Write it in one unit: {in_minutes}.")
    return sign * value * _days_of_unit(unit)


def _why_no_duration(text: str) -> str:
    glued = re.fullmatch(r"([0-9.,]+)([a-zA-Z]+)", text)
    if glued:
        unit = right_unit(glued[2]) or glued[2]
        return f"Put a space before the unit: {glued[1]} {unit}."
    return DURATION_HINT


def _in_minutes(text: str) -> str | None:
    """Return a time of two parts, such as 1 hour 15 min, in minutes."""
    parts = re.fullmatch(r"([0-9]+ [a-z]+) ([0-9]+ [a-z]+)", text)
    try:
        days = [days_in(part) for part in parts.groups()] if parts else []
    except TextError:
        return None
    return f"{sum(days) * 1440:g} min" if days else None


def _days_of_unit(unit: str) -> float:
    name = PLURALS.get(unit, unit)
    if name not in DAYS:
        right = right_unit(unit)
        hint = f" Did you mean '{right}'?" if right else did_you_mean(unit, UNITS)
        raise TextError(f"The unit {quoted(unit)} is not known.{hint} {DURATION_HINT}")
    return DAYS[name]


def right_unit(unit: str) -> str | None:
    """Return the unit that is meant by a usual slip; None if it is not known."""
    slip = unit.lower().rstrip(".")
    if slip in DAYS or slip in PLURALS:
        return slip
    return next((right for right, wrong in SLIPS.items() if slip in wrong), None)


def share(text: str, *, signed: bool = False) -> Quantity:
    """Return a share as a fraction, 0 to 1."""
    plain, source = split_mark(text)
    try:
        value = percent(plain, signed=signed)
    except NegativeError:
        raise no("a share", text, f"{SHARE_RANGE} {SHARE_HINT}") from None
    except TextError as error:
        raise no("a share", text, str(error)) from None
    if abs(value) > 1:
        raise no("a share", text, f"{SHARE_RANGE} {SHARE_HINT}")
    return Quantity(value, plain, source)


def percent(text: str, *, signed: bool = False) -> float:
    """Return what a text such as 30% is; raises `TextError` with the reason."""
    sign, rest = sign_and_rest(text, signed=signed)
    value = number(rest.removesuffix("%").rstrip())
    if value is None:
        raise TextError(SHARE_HINT)
    if not rest.endswith("%"):
        meant = value * 100 if value <= 1 else value
        raise TextError(f"Shares carry a percent sign: {meant:g}%. {SHARE_HINT}")
    return sign * value / 100
