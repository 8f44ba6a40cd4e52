"""Texts of plain numbers: factors, ratios, weights, counts."""

from __future__ import annotations

import re

from scenarios.problems import quoted
from scenarios.texts import (
    NegativeError,
    Quantity,
    TextError,
    no,
    number,
    sign_and_rest,
    split_mark,
)

MOST_UNITS = 1e6
MOST_STAFF = 1e6
MOST_PEOPLE = 1e10
MOST_REPLICATIONS = 100_000
HIGHEST_PRIORITY = 1000
HIGHEST_SEED = 2**63 - 1
LARGEST_FACTOR = 1e6
LARGEST_WEIGHT = 1e9
WHOLE_HINT = "Write for example 12."
RATIO_HINT = "Write for example 0.5."
FACTOR_HINT = "Write for example 1.30."
STAFF_HINT = "Write for example 12.5."


def factor(text: str) -> Quantity:
    """Return a factor: a plain number, not negative."""
    plain, source = split_mark(text)
    value = number(plain)
    if value is None:
        raise no("a factor", text, _why_no_factor(plain))
    return Quantity(_at_most(value, LARGEST_FACTOR, text), plain, source)


def _why_no_factor(text: str) -> str:
    percent = number(text.removesuffix("%"))
    if text.startswith("-"):
        return f"It is negative. {FACTOR_HINT}"
    if text.endswith("%") and percent is not None:
        more, less = 1 + percent / 100, 1 - percent / 100
        return (
            f"{percent:g}% more is {more:.2f}, {percent:g}% less is {less:.2f}. "
            f"{FACTOR_HINT}"
        )
    return FACTOR_HINT


def _at_most(value: float, most: float, text: str) -> float:
    if value > most:
        raise TextError(f"{quoted(text)} is larger than {most:,.0f}.")
    return value


def ratio(text: str) -> Quantity:
    """Return a ratio such as cv: a plain number, not negative."""
    plain, source = split_mark(text)
    value = number(plain)
    if value is None:
        percent = number(plain.removesuffix("%"))
        if plain.startswith("-"):
            raise TextError(f"{quoted(text)} is negative. {RATIO_HINT}")
        if plain.endswith("%") and percent is not None:
            raise no("a number", text, f"Write {percent / 100:g}.")
        raise no("a number", text, f"It stands without a unit. {RATIO_HINT}")
    return Quantity(_at_most(value, LARGEST_FACTOR, text), plain, source)


def weight(text: str) -> Quantity:
    """Return the weight of a profile: a plain number, not negative."""
    plain, source = split_mark(text)
    value = number(plain)
    if value is None:
        raise no("a weight", text, "Write a number such as 2.5, not negative.")
    return Quantity(_at_most(value, LARGEST_WEIGHT, text), plain, source)


def whole(text: str, *, signed: bool = False, most: float = MOST_UNITS) -> Quantity:
    """Return a whole number."""
    plain, source = split_mark(text)
    try:
        sign, rest = sign_and_rest(plain, signed=signed)
    except NegativeError:
        raise TextError(f"{quoted(text)} is negative. {WHOLE_HINT}") from None
    value = number(rest)
    if value is None:
        raise no("a number", text, _why_not_whole(rest))
    if value != int(value):
        raise no("a whole number", text, WHOLE_HINT)
    return Quantity(sign * _at_most(value, most, text), plain, source)


def _why_not_whole(text: str) -> str:
    if re.fullmatch(r"[0-9.,]+ ?[-\u2013] ?[0-9.,]+", text):
        return "For a range write {between: [lowest, highest]}."
    digits, _, unit = text.partition(" ")
    if number(digits) is not None and unit:
        return f"Write it without a unit: {digits}."
    return WHOLE_HINT


def staff(text: str, *, signed: bool = False) -> Quantity:
    """Return a number of whole-time equivalents: people need not be whole."""
    plain, source = split_mark(text)
    try:
        sign, rest = sign_and_rest(plain, signed=signed)
    except NegativeError:
        raise TextError(f"{quoted(text)} is negative. {STAFF_HINT}") from None
    value = number(rest)
    if value is None:
        digits, _, unit = rest.partition(" ")
        stands_alone = number(digits) is not None and unit
        why = f"Write it without a unit: {digits}." if stands_alone else STAFF_HINT
        raise no("a number of whole-time equivalents", text, why)
    return Quantity(sign * _at_most(value, MOST_STAFF, text), plain, source)


def seed(text: str) -> Quantity:
    """Return the seed of the random numbers; `text` holds all its digits."""
    plain, source = split_mark(text)
    digits = plain.replace(",", "").lstrip("0") or "0"
    is_whole = number(plain) is not None and digits.isdecimal()
    # Compared by length first: Python refuses to read thousands of digits.
    if not is_whole or len(digits) > 19 or int(digits) > HIGHEST_SEED:
        raise no("a seed", text, f"Write a whole number from 0 to {HIGHEST_SEED}.")
    return Quantity(float(digits), digits, source)


def replications(text: str) -> Quantity:
    """Return how many replications are run."""
    return _from_one(text, "a number of replications")


def sets(text: str) -> Quantity:
    """Return how many points, or sets of draws, there are."""
    return _from_one(text, "a number of sets")


def _from_one(text: str, what: str) -> Quantity:
    try:
        quantity = whole(text, most=MOST_REPLICATIONS)
    except TextError:
        quantity = Quantity(0, text)
    if quantity.value < 1:
        raise no(what, text, f"Write 1 to {MOST_REPLICATIONS:,}.")
    return quantity
