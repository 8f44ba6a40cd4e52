"""Texts of what happens per time: rates, risks, growth, money."""

from __future__ import annotations

import re

from scenarios.problems import did_you_mean, quoted
from scenarios.texts import (
    DAYS,
    PLURALS,
    SHARE_RANGE,
    NegativeError,
    Quantity,
    TextError,
    days_in,
    no,
    number,
    percent,
    right_unit,
    sign_and_rest,
    split_mark,
)

MOST_PER_DAY = 1e7
MOST_POUNDS = 1e9
RATE_HINT = (
    "Write for example 12 per week, 1 every 3.6 days, or 210 per 1000 people per year."
)
RISK_HINT = "Write for example 1.5% per week."
CERTAIN = 0.999999
"""Above this share a day, a risk can no longer be told from certainty."""
GROWTH_HINT = "Write for example 1.2% per year."
MONEY_HINT = "Write for example £37 per visit, or £346 per day."
OUTPUT_HINT = (
    "Write for example 37 places (caseloads, beds), 22 per week (slots), or 30 hours "
    "per week (staff)."
)
CHARGED = {"unit": "unit", "whole-time equivalent": "staff", "slot": "slot"}
CHARGE_HINT = (
    "Write for example £180 per unit per day, £52000 per whole-time equivalent per "
    "year, or £40 per slot."
)
PRICED = ("visit", "day", "week", "month", "year")


def rate(text: str, *, signed: bool = False) -> Quantity:
    """Return a rate per day; `per` is `person` for a rate per people."""
    plain, source = split_mark(text)
    try:
        sign, rest = sign_and_rest(plain, signed=signed)
        value, per = _rate(rest)
    except NegativeError:
        raise no("a rate", text, f"It is negative. {RATE_HINT}") from None
    except TextError as error:
        raise no("a rate", text, str(error)) from None
    if value > MOST_PER_DAY:
        raise TextError(f"{quoted(text)} is more than {MOST_PER_DAY:,.0f} a day.")
    return Quantity(sign * value, plain, source, per)


def _rate(text: str) -> tuple[float, str]:
    every = re.fullmatch(r"(\S+) every (.+)", text)
    per_people = re.fullmatch(r"(\S+) per (\S+) people per (\S+)", text)
    per_time = re.fullmatch(r"(\S+) per (\S+)", text)
    if every:
        return _counted(every[1]) / _interval(every[2]), ""
    if per_people:
        people = _counted(per_people[2])
        if people == 0:
            raise TextError(f"0 people are nobody. {RATE_HINT}")
        return _counted(per_people[1]) / people / _days_per(per_people[3]), "person"
    if per_time:
        return _counted(per_time[1]) / _days_per(per_time[2]), ""
    raise TextError(_why_no_rate(text))


def _interval(text: str) -> float:
    days = days_in(text)
    if days == 0:
        raise TextError(f"Nothing comes every 0 days. {RATE_HINT}")
    return days


def _counted(text: str) -> float:
    value = number(text)
    if value is None:
        raise TextError(f"{quoted(text)} is not a number. {RATE_HINT}")
    return value


def _days_per(unit: str) -> float:
    if unit not in DAYS:
        slip = right_unit(unit)
        right = PLURALS.get(unit) or PLURALS.get(slip or "", slip)
        hint = f" Did you mean '{right}'?" if right else did_you_mean(unit, DAYS)
        raise TextError(f"The unit {quoted(unit)} is not known.{hint} {RATE_HINT}")
    return DAYS[unit]


def _why_no_rate(text: str) -> str:
    digits, _, unit = text.partition(" ")
    if number(text) is not None:
        return f"It does not say per what: per day, per week? {RATE_HINT}"
    if re.fullmatch(r"[0-9.,]+ ?/ ?[a-z]+", text):
        return f"Write {re.sub(' ?/ ?', ' per ', text)}. {RATE_HINT}"
    if number(digits) is not None and PLURALS.get(unit, unit) in DAYS:
        return f"This is a time; how many patients per day or week? {RATE_HINT}"
    return RATE_HINT


def risk(text: str, *, signed: bool = False) -> Quantity:
    """Return a risk as the share who leave within one day, compounded."""
    plain, source = split_mark(text)
    head, _, unit = plain.partition(" per ")
    try:
        value = percent(head, signed=signed)
        days = _days_per(unit) if unit else 0.0
    except NegativeError:
        raise no("a risk", text, f"{SHARE_RANGE} {RISK_HINT}") from None
    except TextError:
        raise no("a risk", text, RISK_HINT) from None
    if not days:
        raise no("a risk", text, f"Per what? {RISK_HINT}")
    if abs(value) >= 1:
        raise no("a risk", text, f"It must be less than 100%. {RISK_HINT}")
    daily = 1.0 - (1.0 - abs(value)) ** (1.0 / days)
    if daily > CERTAIN:
        raise no("a risk", text, "Nobody would wait a day: write a time with `after`.")
    return Quantity(daily if value >= 0 else -daily, plain, source)


def growth(text: str) -> Quantity:
    """Return a growth per year as a fraction."""
    plain, source = split_mark(text)
    head, _, unit = plain.partition(" per ")
    try:
        value = percent(head, signed=True)
    except TextError:
        raise no("a growth", text, GROWTH_HINT) from None
    if unit != "year":
        why = "It is per year." if unit else "Per what?"
        raise no("a growth", text, f"{why} {GROWTH_HINT}")
    if not -1 < value <= 1:
        why = "It must lie above -100% and not above 100%."
        raise no("a growth", text, f"{why} {GROWTH_HINT}")
    return Quantity(value, plain, source)


def money(text: str, *, signed: bool = False) -> Quantity:
    """Return pounds per visit or per day; weeks, months and years become days."""
    plain, source = split_mark(text)
    sign, rest = (-1.0, plain[1:]) if signed and plain[:1] == "-" else (1.0, plain)
    match = re.fullmatch(r"£\s?(\S+) per (\S+)", rest)
    value = number(match[1]) if match else None
    if match is None or value is None:
        raise no("a price", text, f"{_why_no_price(rest)}{MONEY_HINT}")
    unit = match[2]
    if unit == "session":
        why = "Prices per session come in a later version of caresim."
        raise no("a price", text, f"{why} {MONEY_HINT}")
    if unit not in PRICED:
        why = "It is per visit, day, week, month or year."
        raise no("a price", text, f"{why} {MONEY_HINT}")
    if value > MOST_POUNDS:
        raise TextError(f"{quoted(text)} is more than £{MOST_POUNDS:,.0f}.")
    per = "visit" if unit == "visit" else "day"
    return Quantity(sign * value / DAYS.get(unit, 1.0), plain, source, per)


def output(text: str, *, signed: bool = False) -> Quantity:
    """Return what one whole-time equivalent gives: places, slots or hours a week.

    `per` of the quantity is `places`, `slots` or `hours`.
    """
    plain, source = split_mark(text)
    try:
        sign, rest = sign_and_rest(plain, signed=signed)
    except NegativeError:
        raise no("an output", text, f"It is negative. {OUTPUT_HINT}") from None
    match = re.fullmatch(r"(\S+)( hours?| places?)?( per (\S+))?", rest)
    value = number(match[1]) if match else None
    if match is None or value is None or not (match[2] or match[3]):
        raise no("an output", text, OUTPUT_HINT)
    per = (match[2] or "slots").strip().rstrip("s") + "s"
    if (per == "places") != (match[3] is None):
        why = "Places are held" if per == "places" else "Hours are given"
        end = "without a time" if per == "places" else "per week"
        raise no("an output", text, f"{why} {end}. {OUTPUT_HINT}")
    try:
        weeks = 1.0 if match[4] is None else _days_per(match[4]) / DAYS["week"]
    except TextError:
        why = f"The unit {quoted(match[4])} is not known."
        raise no("an output", text, f"{why} {OUTPUT_HINT}") from None
    if value / weeks > MOST_PER_DAY:
        raise TextError(f"{quoted(text)} is more than {MOST_PER_DAY:,.0f} a week.")
    return Quantity(sign * value / weeks, plain, source, per)


def charge(text: str, *, signed: bool = False) -> Quantity:
    """Return what capacity costs: pounds per slot, or per unit or staff and day.

    `per` of the quantity is `unit`, `staff` (whole-time equivalents) or `slot`.
    """
    plain, source = split_mark(text)
    sign, rest = (-1.0, plain[1:]) if signed and plain[:1] == "-" else (1.0, plain)
    match = re.fullmatch(r"£\s?(\S+) per (.+?)( per (\S+))?", rest)
    value = number(match[1]) if match else None
    if match is None or value is None or match[2] not in CHARGED:
        raise no("a price of capacity", text, f"{_why_no_price(rest)}{CHARGE_HINT}")
    per = CHARGED[match[2]]
    if (per == "slot") != (match[3] is None):
        why = "A slot has its length." if per == "slot" else "Per what time?"
        raise no("a price of capacity", text, f"{why} {CHARGE_HINT}")
    if match[4] is not None and match[4] not in ("hour", *PRICED[1:]):
        why = "The time is an hour, day, week, month or year."
        raise no("a price of capacity", text, f"{why} {CHARGE_HINT}")
    if value > MOST_POUNDS:
        raise TextError(f"{quoted(text)} is more than £{MOST_POUNDS:,.0f}.")
    days = 1.0 if match[4] is None else DAYS[match[4]]
    return Quantity(sign * value / days, plain, source, per)


def _why_no_price(text: str) -> str:
    if "-" in text:
        return "It is negative. "
    if "£" not in text:
        return "Money carries its sign. "
    return "" if " per " in text else "Per what? "
