"""Texts with units: durations, shares, rates, money, numbers.

Each function takes a text as a planner writes it and returns a `Quantity`, or raises
`TextError` with a message that says what would be right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scenarios.problems import quoted

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
PLURALS = {"hours": "hour", "days": "day", "weeks": "week", "months": "month"}
PLURALS |= {"years": "year"}
SLIPS = {
    "sec": "s secs second seconds",
    "min": "m mins minute minutes",
    "hours": "h hr hrs houres",
    "days": "d dy dys",
    "weeks": "w wk wks",
    "months": "mo mos mth mths",
    "years": "y yr yrs a",
}
MOST_YEARS = 1000
MOST_PER_DAY = 1e7
MOST_PEOPLE = 1e10
NUMBER = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?|[0-9]+(\.[0-9]+)?|\.[0-9]+")
MARK = re.compile(r"(.*?)\s*\(([^()]*)\)")
LONGEST_NUMBER = 25

DURATION_HINT = "Write for example 45 min, 3 days, 18 weeks."
SHARE_HINT = "Write for example 30%."
RATE_HINT = (
    "Write for example 12 per week, 1 every 3.6 days, "
    "or 210 per 1000 people per year."
)


class TextError(ValueError):
    """A text that is not what it should be."""


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


def number(text: str) -> float | None:
    """Return the number that a text is, None if it is none. No sign, no exponent."""
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        return None
    return float(text.replace(",", ""))


def _signed(text: str, *, signed: bool) -> tuple[float, str]:
    """Return the sign and the rest of a text; a minus only where it makes sense."""
    if text.startswith("+") and signed:
        return 1.0, text[1:].lstrip()
    if not text.startswith("-"):
        return 1.0, text
    if not signed:
        raise TextError("It is negative.")
    return -1.0, text[1:].lstrip()


def duration(text: str, *, signed: bool = False) -> Quantity:
    """Return a duration in days."""
    plain, source = split_mark(text)
    try:
        days = _days(plain, signed=signed)
    except TextError as error:
        raise TextError(f"{quoted(text)} is not a duration. {error}") from None
    if abs(days) > MOST_YEARS * DAYS["year"]:
        raise TextError(f"{quoted(text)} is longer than {MOST_YEARS:,} years.")
    return Quantity(days, plain, source)


def _days(text: str, *, signed: bool) -> float:
    sign, rest = _signed(text, signed=signed)
    digits, _, unit = rest.partition(" ")
    value = number(digits)
    if value is None:
        raise TextError(_why_no_duration(rest))
    if not unit:
        raise TextError(f"It has no unit. {DURATION_HINT}")
    return sign * value * _unit(unit)


def _why_no_duration(text: str) -> str:
    glued = re.fullmatch(r"([0-9.,]+)([a-zA-Z]+)", text)
    if glued:
        unit = _right_unit(glued[2]) or glued[2]
        return f"Put a space before the unit: {glued[1]} {unit}."
    return DURATION_HINT


def _unit(unit: str) -> float:
    """Return the days of a unit of time."""
    name = PLURALS.get(unit, unit)
    if name not in DAYS:
        right = _right_unit(unit)
        hint = f" Did you mean '{right}'?" if right else ""
        raise TextError(f"The unit {quoted(unit)} is not known.{hint} {DURATION_HINT}")
    return DAYS[name]


def _right_unit(unit: str) -> str | None:
    slip = unit.lower().rstrip(".")
    if slip in DAYS or slip in PLURALS:
        return slip
    return next((right for right, wrong in SLIPS.items() if slip in wrong.split()), None)


def share(text: str, *, signed: bool = False) -> Quantity:
    """Return a share as a fraction, 0 to 1."""
    plain, source = split_mark(text)
    try:
        value = _percent(plain, signed=signed)
    except TextError as error:
        raise TextError(f"{quoted(text)} is not a share. {error}") from None
    if abs(value) > 1:
        raise TextError(f"{quoted(text)} is more than all. Shares run from 0% to 100%.")
    return Quantity(value, plain, source)


def _percent(text: str, *, signed: bool) -> float:
    sign, rest = _signed(text, signed=signed)
    digits = rest.removesuffix("%").rstrip()
    value = number(digits)
    if value is None:
        raise TextError(SHARE_HINT)
    if not rest.endswith("%"):
        percent = value * 100 if value <= 1 else value
        raise TextError(f"Shares carry a percent sign: {percent:g}%. {SHARE_HINT}")
    return sign * value / 100


def rate(text: str, *, signed: bool = False) -> Quantity:
    """Return a rate per day; `per` is `person` for a rate per people."""
    plain, source = split_mark(text)
    try:
        value, per = _rate(plain, signed=signed)
    except TextError as error:
        raise TextError(f"{quoted(text)} is not a rate. {error}") from None
    if abs(value) > MOST_PER_DAY:
        raise TextError(f"{quoted(text)} is more than {MOST_PER_DAY:,.0f} a day.")
    return Quantity(value, plain, source, per)


def _rate(text: str, *, signed: bool) -> tuple[float, str]:
    sign, rest = _signed(text, signed=signed)
    every = re.fullmatch(r"(\S+) every (.+)", rest)
    per_people = re.fullmatch(r"(\S+) per (\S+) people per (\S+)", rest)
    per_time = re.fullmatch(r"(\S+) per (\S+)", rest)
    if every:
        days = _days(every[2], signed=False)
        if days == 0:
            raise TextError(f"Nothing comes every 0 days. {RATE_HINT}")
        return sign * _counted(every[1]) / days, ""
    if per_people:
        people = _counted(per_people[2])
        if people == 0:
            raise TextError(f"0 people are nobody. {RATE_HINT}")
        return sign * _counted(per_people[1]) / people / _per(per_people[3]), "person"
    if per_time:
        return sign * _counted(per_time[1]) / _per(per_time[2]), ""
    raise TextError(_why_no_rate(rest))


def _counted(text: str) -> float:
    value = number(text)
    if value is None:
        raise TextError(f"{quoted(text)} is not a number. {RATE_HINT}")
    return value


def _per(unit: str) -> float:
    if unit not in DAYS:
        right = PLURALS.get(unit) or PLURALS.get(_right_unit(unit) or "")
        hint = f" Did you mean '{right}'?" if right else ""
        raise TextError(f"The unit {quoted(unit)} is not known.{hint} {RATE_HINT}")
    return DAYS[unit]


def _why_no_rate(text: str) -> str:
    digits, _, unit = text.partition(" ")
    if number(text) is not None:
        return f"How many patients per day or week? {RATE_HINT}"
    if number(digits) is not None and PLURALS.get(unit, unit) in DAYS:
        return (
            f"This is a time; how many patients per day or week? {RATE_HINT}"
        )
    return RATE_HINT


def risk(text: str, *, signed: bool = False) -> Quantity:
    """Return a risk as the share who leave within one day, compounded."""
    plain, source = split_mark(text)
    hint = "Write for example 1.5% per week."
    try:
        head, _, unit = plain.partition(" per ")
        value = _percent(head, signed=signed)
        days = _per(unit) if unit else 0.0
    except TextError:
        raise TextError(f"{quoted(text)} is not a risk. {hint}") from None
    if not days:
        raise TextError(f"{quoted(text)} is not a risk. Per which time? {hint}")
    if abs(value) >= 1:
        raise TextError(f"{quoted(text)} is not a risk: it must be less than 100%.")
    daily = 1.0 - (1.0 - abs(value)) ** (1.0 / days)
    return Quantity(daily if value >= 0 else -daily, plain, source)


def growth(text: str) -> Quantity:
    """Return a growth per year as a fraction."""
    plain, source = split_mark(text)
    hint = "Write for example 1.2% per year."
    head, _, unit = plain.partition(" per ")
    try:
        value = _percent(head, signed=True)
    except TextError:
        raise TextError(f"{quoted(text)} is not a growth. {hint}") from None
    if unit != "year":
        raise TextError(f"{quoted(text)} is not a growth. It is per year. {hint}")
    if not -1 < value <= 1:
        raise TextError(
            f"{quoted(text)} is not a growth: it must lie above -100% and not above "
            "100% per year."
        )
    return Quantity(value, plain, source)


def money(text: str, *, signed: bool = False) -> Quantity:
    """Return pounds per visit or per day; weeks, months and years become days."""
    plain, source = split_mark(text)
    hint = "Write for example £37 per visit, or £346 per day."
    sign, rest = (-1.0, plain[1:]) if signed and plain[:1] == "-" else (1.0, plain)
    match = re.fullmatch(r"£\s?(\S+) per (\S+)", rest)
    value = number(match[1]) if match else None
    if match is None or value is None:
        raise TextError(f"{quoted(text)} is not a price. {hint}")
    if match[2] == "session":
        raise TextError(
            f"{quoted(text)}: prices per session come in a later version. {hint}"
        )
    if match[2] != "visit" and match[2] not in ("day", "week", "month", "year"):
        raise TextError(
            f"{quoted(text)} is not a price. Per visit, day, week, month or year? {hint}"
        )
    if value > 1e9:
        raise TextError(f"{quoted(text)} is more than £1,000,000,000.")
    days = DAYS.get(match[2], 1.0)
    per = "visit" if match[2] == "visit" else "day"
    return Quantity(sign * value / days, plain, source, per)


def factor(text: str) -> Quantity:
    """Return a factor: a plain number, not negative."""
    plain, source = split_mark(text)
    value = number(plain)
    if value is not None:
        if value > 1e6:
            raise TextError(f"{quoted(text)} is larger than 1,000,000.")
        return Quantity(value, plain, source)
    percent = number(plain.removesuffix("%"))
    hint = "Write for example 1.30."
    if plain.endswith("%") and percent is not None:
        hint = (
            f"{percent:g}% more is {1 + percent / 100:.2f}, {percent:g}% less is "
            f"{1 - percent / 100:.2f}. " + hint
        )
    raise TextError(f"{quoted(text)} is not a factor. {hint}")


def weight(text: str) -> Quantity:
    """Return the weight of a profile: a plain number, not negative."""
    plain, source = split_mark(text)
    value = number(plain)
    if value is None or value > 1e9:
        raise TextError(
            f"{quoted(text)} is not a weight. Write a number such as 2.5, not negative."
        )
    return Quantity(value, plain, source)


def whole(text: str, *, signed: bool = False, most: float = 1e6) -> Quantity:
    """Return a whole number."""
    plain, source = split_mark(text)
    try:
        sign, rest = _signed(plain, signed=signed)
    except TextError as error:
        raise TextError(f"{quoted(text)} is not a number to use here. {error}") from None
    value = number(rest)
    if value is None:
        hint = ""
        if re.fullmatch(r"[0-9.,]+ ?[-\u2013] ?[0-9.,]+", rest):
            hint = " A range is not in the language yet; write the likeliest value."
        raise TextError(f"{quoted(text)} is not a number.{hint} Write for example 12.")
    if value != int(value):
        raise TextError(f"{quoted(text)} is not a whole number. Write for example 12.")
    if value > most:
        raise TextError(f"{quoted(text)} is larger than {most:,.0f}.")
    return Quantity(sign * value, plain, source)
