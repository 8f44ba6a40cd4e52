"""How far a measure moved, in one sentence."""

from __future__ import annotations

import math

from results.comparison.findings import Finding
from results.statistics.estimates import Estimate
from results.words.numbers import Unit, places, said, unit_for, with_interval
from results.words.phrases import is_plural, phrase, subject

_OF_SIZE = ("days", "share")
"""Units of which the levels say more than the relative difference."""
_LEAST = 0.0001
_MOST = 1.0
"""Relative difference above which the levels say more."""


def movement(row: Finding) -> str:
    """Say how far a measure moved.

    Parameters
    ----------
    row : Finding

    Returns
    -------
    str
        `Ward: mean wait rises by 41 days (38 to 44), from 12 to 53 days.`
    """
    if row.is_gap:
        return _gap(row)
    called = phrase(row.name_parts)
    verb = _verb(row, plural=is_plural(called))
    return f"{subject(row.name_parts)}: {called} {verb} {by(row)}{_levels(row)}."


def _verb(row: Finding, *, plural: bool) -> str:
    """Say which way it goes, and how surely."""
    plain = "rise" if row.difference.mean > 0 else "fall"
    if not (row.clear or row.alone):
        return f"may {plain}"
    return plain if plural else f"{plain}s"


def by(row: Finding) -> str:
    """Say by how much: `by 41 days (38 to 44)`.

    Parameters
    ----------
    row : Finding
    """
    mean, interval = row.difference.mean, row.difference.interval
    unit = _unit(row, mean)
    if interval is None:
        decimals = places(None, mean / unit.size)
        return f"by {said(abs(mean), unit, decimals)} (one replication)"
    half = (interval[1] - interval[0]) / 2
    decimals = places(half / unit.size, mean / unit.size)
    ends = sorted(end if mean > 0 else -end for end in interval)
    size = said(abs(mean), unit, decimals)
    return f"by {size} ({_span((ends[0], ends[1]), unit, decimals)})"


def _span(ends: tuple[float, float], unit: Unit, decimals: int) -> str:
    """Say both ends of an interval; the unit has been said."""
    texts = (said(end, unit, decimals) for end in ends)
    if unit.name == "£":
        return " to ".join(texts)
    return " to ".join(text.partition(" ")[0] for text in texts)


def _unit(row: Finding, size: float) -> Unit:
    """Return the unit in which to say a difference."""
    if row.unit == "share":
        return Unit("percentage points", 0.01)
    if row.statistic == "per day":
        return Unit("", 1.0)
    return unit_for(row.unit, size)


def _levels(row: Finding) -> str:
    """Say from where to where a time or share moved, and of others how much it is."""
    if row.unit in _OF_SIZE:
        return f", from {levels(row)}"
    if row.relative is None:
        return ", from none"
    if row.relative > _MOST:
        return f", from {levels(row)}"
    more = "more" if row.relative > 0 else "less"
    return f", {percent(abs(row.relative))} {more}"


def levels(row: Finding) -> str:
    """Say both means as precisely as their difference is known: `5 to 27 days`.

    Parameters
    ----------
    row : Finding
    """
    unit = unit_for(row.unit, max(abs(row.mean_a), abs(row.mean_b)))
    if row.statistic == "per day":
        unit = Unit("", 1.0)
    interval = row.difference.interval
    half = (interval[1] - interval[0]) / 2 / unit.size if interval else None
    decimals = places(half, row.mean_b / unit.size)
    one, other = (said(mean, unit, decimals) for mean in (row.mean_a, row.mean_b))
    if unit.name not in ("£", "%"):
        one = one.partition(" ")[0]
    return f"{one} to {other}"


def percent(share: float) -> str:
    """Say a share with two figures, or as less than the least one.

    Parameters
    ----------
    share : float
        Not negative.
    """
    if share < _LEAST:
        return f"less than {_LEAST:.2%}"
    decimals = max(0, min(2, 1 - math.floor(math.log10(100 * share))))
    return f"{share:,.{decimals}%}"


def _gap(row: Finding) -> str:
    """Say how a gap between two groups moved."""
    one, _, other = row.group.partition(" against ")
    plain = _change(row.a.mean, row.b.mean)
    verb = f"{plain}s" if row.clear or row.alone else f"may {plain}"
    called = phrase(row.name_parts)
    return (
        f"{subject(row.name_parts)}: the gap in {called} between {one} and {other} "
        f"{verb} {by(row)}: {one} {_stand(row.a, row.unit, other)} in the baseline, "
        f"{_stand(row.b, row.unit, '')} in this run."
    )


def _change(a: float, b: float) -> str:
    """Say what happens to a gap: it widens, narrows, or turns to the other side."""
    if a * b < 0:
        return "turn"
    return "widen" if abs(b) > abs(a) else "narrow"


def _stand(gap: Estimate, unit: str, other: str) -> str:
    """Say how one group stands to the other: `3 days (1 to 5) above other`."""
    if not gap.mean:
        return f"like {other}" if other else "no different"
    turned = gap if gap.mean > 0 else gap.turned()
    side = "above" if gap.mean > 0 else "below"
    if unit == "share":
        turned, unit = turned.scaled(100), "percentage points"
    return f"{with_interval(turned, unit)} {side} {other}".rstrip()


def standing(name_text: str, who: str, gap: Estimate, unit: str) -> str:
    """Say the gap of one measure in one run.

    Parameters
    ----------
    name_text : str
        What begins the sentence: subject and measure.
    who : str
        `most deprived against other`.
    gap : Estimate
    unit : str

    Returns
    -------
    str
        `Ward, mean wait: most deprived 3 days (1 to 5) above other.`
    """
    one, _, other = who.partition(" against ")
    return f"{name_text}: {one} {_stand(gap, unit, other)}."
