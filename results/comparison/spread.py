"""A comparison told apart by month or group: one sentence for each measure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from results.comparison.findings import Finding
from results.comparison.movements import by
from results.words.phrases import is_plural, phrase, subject

FEW = 6
"""So many groups are named; of more, how many."""


def spread(rows: Sequence[Finding]) -> Iterator[str]:
    """Yield in which months, or for which groups, each measure moved for certain.

    Parameters
    ----------
    rows : sequence of Finding
        Of one run.

    Yields
    ------
    str
        `Ward: mean wait rises in 7 of 12 months, from 2022-09 to 2023-03; most in
        2022-12, by 41 days (38 to 44).`
    """
    by_name: dict[str, list[Finding]] = {}
    for row in rows:
        by_name.setdefault(row.name, []).append(row)
    for found in by_name.values():
        clear = [row for row in found if row.clear or row.alone]
        ways = [
            _way(word, [row for row in clear if (row.difference.mean > 0) is up], found)
            for word, up in (("rise", True), ("fall", False))
        ]
        said = [way for way in ways if way]
        if said:
            name = found[0].name_parts
            yield f"{subject(name)}: {phrase(name)} {', and '.join(said)}."


def _way(word: str, rows: Sequence[Finding], among: Sequence[Finding]) -> str:
    """Say where a measure moved one way; nothing if nowhere."""
    if not rows:
        return ""
    plural = is_plural(phrase(rows[0].name_parts))
    verb = word if plural else f"{word}s"
    largest = max(rows, key=lambda row: abs(row.difference.mean))
    where = _where([_place(row) for row in rows], len(among), _by_month(among))
    if len(rows) == 1:
        return f"{verb} {where}, {by(largest)}"
    link = "in" if _by_month(among) else "for"
    return f"{verb} {where}; most {link} {_place(largest)}, {by(largest)}"


def _by_month(rows: Sequence[Finding]) -> bool:
    """Return whether rows are told apart by month."""
    return len({row.period for row in rows}) > 1


def _place(row: Finding) -> str:
    """Return the month or group of a finding."""
    return row.group.rpartition(": ")[2] if row.period == "whole" else row.period


def _where(places: Sequence[str], among: int, by_month: bool) -> str:
    """Say in which months, or for whom."""
    if by_month:
        if len(places) == 1:
            return f"in {places[0]} only"
        return f"in {len(places)} of {among} months, {places[0]} to {places[-1]}"
    if len(places) == among:
        return "for all groups"
    return (
        f"for {_listed(places)}"
        if len(places) <= FEW
        else f"for {len(places)} of {among}"
    )


def _listed(names: Sequence[str]) -> str:
    """List names; those of several dimensions have commas within."""
    mark = "; " if any("," in name for name in names) else ", "
    *most, last = names
    return f"{mark.join(most)} and {last}" if most else last
