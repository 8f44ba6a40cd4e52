"""By when a standard is met again, as people say it."""

from __future__ import annotations

from datetime import date

from results.summary.recovery import Quantile, Recovery, month_words
from results.words.numbers import amount

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
START = "from the start"


def months_in_words(count: int) -> str:
    """Return so many months: `three months`."""
    number = _WORDS[count] if count < len(_WORDS) else str(count)
    return f"{number} month{'' if count == 1 else 's'}"


def by_when(found: Recovery, quantile: Quantile) -> str:
    """Return by when it is met again in a share of the replications, for tables.

    Parameters
    ----------
    found : Recovery
    quantile : Quantile
        One of its.

    Returns
    -------
    str
        `May 2028 (Apr 2028 to Jul 2028)`, `from the start`, or `not before April
        2030` where the end of the period hides it.
    """
    if quantile.month is None:
        return f"not before {month_words(found.not_before)}"
    return f"{_month(found, quantile.month)}{_interval(found, quantile)}"


def _interval(found: Recovery, quantile: Quantile) -> str:
    """Return the interval in brackets; nothing where it is one month."""
    low, high = quantile.low, quantile.high
    if low is None or low == high:
        return ""
    first = START if low == found.months[0] else _short(low)
    return f" ({first} to {'later' if high is None else _short(high)})"


def _short(month: str) -> str:
    """Return a month in few letters: `May 2028`, `Sep 2028`."""
    return f"{date.fromisoformat(f'{month}-01'):%b %Y}"


def _month(found: Recovery, month: str) -> str:
    """Return a month in words; the first stands for what was met all along."""
    return START if month == found.months[0] else month_words(month)


def share_open(found: Recovery) -> str:
    """Return in which share it is not met again: `6% (2% to 13%)`."""
    missing = found.open
    if missing is None or missing.low is None or missing.high is None:
        return "–"
    return f"{missing.mean:.0%} ({missing.low:.0%} to {missing.high:.0%})"


def sentences(found: Recovery) -> list[str]:
    """Return by when it is met again, in sentences."""
    if not found.n:
        return ["There was nobody to look at."]
    missed = found.n - found.never_missed
    if not missed:
        return [f"It is missed in no month of any of {found.n} replications."]
    said = [f"It is missed at some time in {missed} of {found.n} replications."]
    said.append(_quantiles(found))
    if found.hidden:
        said.append(
            f"In {found.hidden} of these it is met at the end, but for fewer than "
            f"{months_in_words(found.stays)}: too late to tell."
        )
    if found.missed_again:
        said.append(
            f"Of the {found.came_back} that come back, {found.missed_again} "
            f"{'misses' if found.missed_again == 1 else 'miss'} it again later."
        )
    return said


def _quantiles(found: Recovery) -> str:
    """Say by when it is met again in half and in nine in ten, and in how many never."""
    told = ", ".join(f"{q.name} {_by(found, q)}" for q in found.quantiles)
    end = month_words(found.months[-1])
    return (
        f"Of all replications, with {months_in_words(found.stays)} met in a row: "
        f"{told}; {share_open(found)} not within the period, which ends in {end}."
    )


def _by(found: Recovery, quantile: Quantile) -> str:
    text = by_when(found, quantile)
    plain = text.startswith(("not before", START))
    return text if plain else f"by {text}"


def scarce(found: Recovery) -> str:
    """Return a warning where few replications make shares rough; else nothing."""
    if 0 < found.n < _FEW:
        return (
            f"{found.n} replications tell shares only roughly: "
            f"{amount(_FEW, '')} or more make them sharper."
        )
    return ""


_FEW = 30
