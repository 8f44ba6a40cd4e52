"""What a pre-flight says, in sentences: what is short, or close to it."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from typing import NamedTuple

from scenarios.preflight.preflight import CLOSE, Preflight, ServiceMonth
from scenarios.problems import listed

MOST = 12
"""Sentences; of the other services only the number is said."""
YEAR, FEWEST = 12, 3
"""Months over which a service must be short, and those that tell at least."""
_UNITS = {"slots": "slots a day", "beds": "beds", "caseload": "places"}


class Short(NamedTuple):
    """A service that falls short."""

    since: ServiceMonth
    needs: float
    """Units on average over the year from then on (slots: a day)."""
    has: float
    patients: float
    """A week, who come and cannot be seen."""
    last: ServiceMonth
    called: float
    """Patients a day who are called in in the last year."""

    @property
    def pressing(self) -> tuple[float, float]:
        """How long those wait who join at the end, and how many wait."""
        wait = self.last.wait
        if wait is None:
            wait = self.last.waiting / self.called if self.called else float("inf")
        return (wait, self.last.waiting)


def short(rows: Sequence[ServiceMonth]) -> Short | None:
    """Return from when on a service falls short over a year; None: it does not.

    Parameters
    ----------
    rows : sequence of ServiceMonth
        Of one service, by month.
    """
    for at, row in enumerate(rows):
        year = rows[at : at + YEAR]
        if row.capacity is None or (len(year) < FEWEST and at > 0):
            return None
        needs, has = (_mean(year, name) for name in ("load", "capacity"))
        if needs > has and row.load > (row.capacity or 0.0):
            arrivals = _mean(year, "arrivals")
            patients = (needs - has) / needs * arrivals * 7
            called = _mean(rows[-YEAR:], "started")
            return Short(row, needs, has, patients, rows[-1], called)
    return None


def close(rows: Sequence[ServiceMonth]) -> tuple[float, ServiceMonth] | None:
    """Return the use of a service in its busiest year if that is close to all of it.

    Parameters
    ----------
    rows : sequence of ServiceMonth
        Of one service, by month.

    Returns
    -------
    (float, ServiceMonth) or None
        The use, and the month of that year with the longest wait.
    """
    found: tuple[float, ServiceMonth] | None = None
    for at in range(max(len(rows) - YEAR + 1, 1)):
        year = rows[at : at + YEAR]
        has = _mean(year, "capacity")
        use = _mean(year, "load") / has if has > 0 else 0.0
        if use >= CLOSE and (found is None or use > found[0]):
            found = use, max(year, key=lambda row: row.wait or 0.0)
    return found


def sentences(found: Preflight) -> list[str]:
    """Return what is short or close to it, the most pressing first.

    Parameters
    ----------
    found : Preflight
    """
    by_name = {name: found.of(name) for name in found.services}
    shorts = {n: s for n, rows in by_name.items() if (s := short(rows))}
    closes = {
        n: c for n, rows in by_name.items() if n not in shorts and (c := close(rows))
    }
    worst = sorted(shorts, key=lambda name: shorts[name].pressing, reverse=True)
    busiest = sorted(closes, key=lambda name: closes[name][0], reverse=True)
    said = [_short(shorts[name]) for name in worst]
    said += [_close(*closes[name]) for name in busiest]
    if len(said) > MOST:
        few = max(len(shorts) - MOST, 0), len(said) - max(len(shorts), MOST)
        said = [*said[:MOST], _rest(*few)]
    shielded = [n for n, rows in by_name.items() if n not in shorts and _needs(rows)]
    if shielded:
        said.append(
            f"{_some(shielded)} would be short as well if all services before "
            "let everybody through."
        )
    if said and found.stands_for > 1:
        said.insert(
            0,
            "People and units below are those of the full size; one simulated patient "
            f"stands for {found.stands_for:,.4g}.",
        )
    return [*said, *found.notes]


def month_in_words(month: str) -> str:
    """Return a month such as 2023-03 as March 2023."""
    year, number = month.split("-")
    return f"{calendar.month_name[int(number)]} {year}"


def days_in_words(days: float | None) -> str:
    """Return about how long somebody waits."""
    if days is None:
        return "until somebody is called in again"
    for unit, size in (("years", 365.25), ("weeks", 7.0), ("days", 1.0)):
        if days >= 2 * size:
            return f"about {_two_digits(days / size)} {unit}"
    hours = days * 24
    if hours >= 2:
        return f"about {_two_digits(hours)} hours"
    return f"about {_two_digits(hours * 60)} minutes" if hours >= 1 / 30 else "hardly"


def _short(one: Short) -> str:
    """Say from when on a service falls short, by how much, and what comes of it."""
    row, last = one.since, one.last
    unit = _UNITS.get(row.kind, "staff")
    said = (
        f"{row.service} falls short from {month_in_words(row.month)} (month "
        f"{row.number}): it needs {one.needs:,.1f} {unit} and has {one.has:,.1f}, so "
        f"about {_two_digits(one.patients)} more come a week than can be seen"
    )
    gone = last.left + last.turned_away
    end = f"at the end of {month_in_words(last.month)}"
    if last.waiting >= 1:
        said += f"; about {_two_digits(last.waiting)} wait {end}, "
        said += days_in_words(last.wait)
        said += " each" if last.wait is not None else ""
    if gone * 7 >= 0.5:
        said += f"; about {_two_digits(gone * 7)} a week leave unseen {end}"
        if last.turned_away > last.left:
            said = said.replace("leave unseen", "are turned away")
    return f"{said}."


def _close(use: float, row: ServiceMonth) -> str:
    """Say that a service is nearly full."""
    unit = {"slots": "slots", "beds": "beds", "caseload": "places"}
    said = (
        f"{row.service} is close to being short: {min(use, 1.0):.0%} of its "
        f"{unit.get(row.kind, 'staff')} taken over its busiest year"
    )
    if row.wait:
        wait = days_in_words(row.wait)
        said += f", and a wait of {wait} in {month_in_words(row.month)}"
    return f"{said}."


def _rest(shorts: int, closes: int) -> str:
    """Say how many more there are."""
    parts = [f"{shorts} fall short"] if shorts else []
    parts += [f"{closes} are close to it"] if closes else []
    return f"Of the other services {' and '.join(parts)}: see --preflight."


def _needs(rows: Sequence[ServiceMonth]) -> bool:
    """Return whether more would come than can be seen if all were let through."""
    has = sum(row.capacity or 0.0 for row in rows[-YEAR:])
    return bool(has) and sum(row.needed for row in rows[-YEAR:]) > 1.001 * has


def _some(names: Sequence[str]) -> str:
    """Return names, or how many there are if they are many."""
    return listed(names) if len(names) <= 3 else f"{len(names)} services"


def _mean(rows: Sequence[ServiceMonth], name: str) -> float:
    return sum(getattr(row, name) or 0.0 for row in rows) / len(rows)


def _two_digits(number: float) -> str:
    """Return a number to two digits."""
    if number < 10:
        return f"{number:.1f}".removesuffix(".0")
    size = 10 ** (len(str(int(number))) - 2)
    return f"{round(number / size) * size:,}"
