"""Dates and moments as texts, periods that go by the calendar, bank holidays."""

from __future__ import annotations

import functools
import re
from calendar import monthrange
from datetime import date, datetime, timedelta

from kernels.layout import DAY, EPOCH
from scenarios.problems import did_you_mean, quoted
from scenarios.texts import TextError, duration, split_mark

ORIGIN = datetime.fromisoformat(str(EPOCH))
FIRST = date(2000, 1, 3)
LAST = date(2059, 12, 31)
MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
COUNTRIES = {
    "England": "ENG",
    "Scotland": "SCT",
    "Wales": "WLS",
    "Northern Ireland": "NIR",
}
DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})( ([0-9]{2}):([0-9]{2}))?")


def moment(text: str) -> int:
    """Return a date, or a date with a time of day, as microseconds since EPOCH."""
    tidy = " ".join(text.replace("\u2013", "-").split())
    match = DATE.fullmatch(tidy)
    if match is None:
        raise TextError(
            f"{quoted(text)} is not a date. Dates are written year first. "
            "Write for example 2022-04-01."
        )
    year, month, day, hour, minute = (int(match[i] or 0) for i in (1, 2, 3, 5, 6))
    try:
        at = datetime(year, month, day)
    except ValueError:
        raise TextError(f"{quoted(text)} is not a day of the calendar.") from None
    if hour > 23 or minute > 59:
        raise TextError(f"{quoted(text)}: hours run from 00:00 to 23:59.")
    if at.date() < FIRST:
        raise TextError(f"{tidy} lies before {FIRST}, the first day of the calendar.")
    if at.date() > LAST:
        raise TextError(f"{tidy} lies after {LAST}, the last day of the calendar.")
    return microseconds(at + timedelta(hours=hour, minutes=minute))


def microseconds(at: datetime) -> int:
    """Return microseconds since EPOCH."""
    return (at - ORIGIN) // timedelta(microseconds=1)


def as_datetime(time: int) -> datetime:
    """Return the date and time of a moment."""
    return ORIGIN + timedelta(microseconds=time)


def written_date(time: int) -> str:
    """Return a moment as it is written in a scenario."""
    at = as_datetime(time)
    return f"{at:%Y-%m-%d}" if time % DAY == 0 else f"{at:%Y-%m-%d %H:%M}"


def shifted(time: int, text: str, sign: int) -> int:
    """Return the moment a duration later or earlier.

    Whole months and years go by the calendar, all else by the clock.
    """
    months = _whole_months(text)
    if months is None:
        return time + sign * round(duration(text).value * DAY)
    at = as_datetime(time)
    count = at.year * 12 + at.month - 1 + sign * months
    year, month = count // 12, count % 12 + 1
    last = monthrange(year, month)[1]
    return microseconds(at.replace(year=year, month=month, day=min(at.day, last)))


def _whole_months(text: str) -> int | None:
    plain, _ = split_mark(text)
    digits, _, unit = plain.partition(" ")
    each = {"month": 1, "months": 1, "year": 12, "years": 12}.get(unit)
    if each is None:
        return None
    months = float(digits.replace(",", "")) * each
    return int(months) if months == int(months) else None


def month(text: str) -> int:
    """Return the month, 1 to 12."""
    if text not in MONTHS:
        raise TextError(
            f"{quoted(text)} is not a month.{_right_month(text)} Months: Jan to Dec."
        )
    return MONTHS.index(text) + 1


def _right_month(text: str) -> str:
    short = text[:3].title()
    return did_you_mean(short if short in MONTHS else text, MONTHS)


@functools.lru_cache
def bank_holidays(country: str) -> tuple[int, ...]:
    """Return the midnights of the bank holidays of a country, 2000 to 2060.

    Raises
    ------
    TextError
        If the country is not known.
    """
    if country == "none":
        return ()
    if country not in COUNTRIES:
        every = [*COUNTRIES, "none"]
        raise TextError(
            f"{quoted(country)} has no bank holidays here."
            f"{did_you_mean(country, every)} Choose from: {', '.join(every)}."
        )
    # Imported here: it is slow to load, and most messages do not need it.
    import holidays  # noqa: PLC0415

    days = holidays.country_holidays(
        "GB", subdiv=COUNTRIES[country], years=range(FIRST.year, LAST.year + 2)
    )
    midnights = (microseconds(datetime.combine(d, datetime.min.time())) for d in days)
    return tuple(sorted(m for m in midnights if m >= 0))
