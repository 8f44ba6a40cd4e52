"""Which measures a comparison asks about, and the values that answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from results.measures.naming import Name, measure_of
from results.selection.figures import Figures, by_subject
from results.selection.patterns import Subjects, asked, short

USUAL = (
    "arrivals, per day",
    "wait, mean",
    "wait, 90th percentile",
    "list at the end, number",
    "utilisation, of rostered time",
    "occupancy, mean",
    "slots, share used",
    "left unseen, share",
    "turned away, share",
    "within, share",
    "achieved, mean",
    "achieved, percentile",
    "achieved, occupancy",
    "achieved, patients",
    "spending, total",
)
"""What is asked about services, standards and budgets unless something else is."""
USUAL_GAPS = (
    "wait, mean",
    "wait, 90th percentile",
    "left unseen, share",
    "turned away, share",
    "did not attend, share",
    "age of the list, mean",
    "within, share",
    "achieved, mean",
    "achieved, percentile",
)
"""What is asked about gaps: measures that mean the same for groups of any size."""

Pair = tuple[dict[int, float], dict[int, float]]
"""The values of one measure in two runs, by replication."""


class Questions(NamedTuple):
    """What a comparison asks about."""

    pairs: dict[Name, Pair]
    """One subject after the other."""
    incomparable: dict[str, str]
    """What cannot be compared, and why."""


def questions(
    values: tuple[Figures, Figures],
    subjects: tuple[Subjects, Subjects],
    measures: Iterable[str] | None,
    *,
    paired: bool,
    without: tuple[str, ...],
    block_of: Mapping[str, str],
) -> Questions:
    """Return the values of every measure asked about.

    Parameters
    ----------
    values : pair of dict
        The figures of both runs.
    subjects : pair of frozenset
        `Labels.subjects` of both runs.
    measures : iterable of str or None
        Names or patterns, see `results.selection.patterns`; None: the usual ones.
    paired : bool
        Whether only replications count that have a value in both runs.
    without : tuple of str
        What is asked without `measures`.
    block_of : mapping of str to str
        Services that are not asked about then, but their block.

    Raises
    ------
    ResultError
        If there is no such measure, or neither run has its subject.
    """
    names = by_subject((*values[0], *values[1]))
    either = subjects[0] | subjects[1]
    if measures is None:
        wanted = usual(names, without, block_of)
    else:
        wanted = asked(names, either, measures)
    pairs: dict[Name, Pair] = {}
    incomparable: dict[str, str] = {}
    for name in wanted:
        if isinstance(name, str):
            incomparable[name] = "neither run has anybody to take it from"
            continue
        alone = _alone(name, subjects)
        if alone:
            incomparable[name.subject] = alone
            continue
        pair = _pair(values, name, paired=paired)
        lack = _lack(pair, values)
        if lack:
            incomparable[name.text] = lack
        else:
            pairs[name] = pair
    return Questions(pairs, incomparable)


def _alone(name: Name, subjects: tuple[Subjects, Subjects]) -> str:
    """Say which run alone has a subject; nothing, if both have."""
    here = [(name.kind, name.subject) in known for known in subjects]
    if all(here):
        return ""
    return f"is only in the {'baseline' if here[0] else 'other run'}"


def _lack(pair: Pair, values: tuple[Figures, Figures]) -> str:
    """Say why a measure has no values to compare; nothing, where it has."""
    if not any(pair):
        return "no replication has anybody to take it from in both runs"
    if not all(pair):
        where = "other run" if pair[0] else "baseline"
        return f"there is nobody to take it from in the {where}"
    if min(map(len, pair)) == 1 and min(map(_replications, values)) > 1:
        return "there is somebody to take it from in one replication only"
    return ""


def _replications(run: Figures) -> int:
    """Return how many replications a run has."""
    return len({number for values in run.values() for number in values})


def usual(
    names: Sequence[Name], wanted: tuple[str, ...], block_of: Mapping[str, str]
) -> list[Name | str]:
    """Return the names of the usual questions; pathways are asked about by name.

    Parameters
    ----------
    names : sequence of Name
    wanted : tuple of str
        `USUAL` or `USUAL_GAPS`.
    block_of : mapping of str to str
        Services that are left out where their block has figures; folders that an
        earlier caresim wrote have none.
    """
    blocks = {name.subject for name in names if name.kind == "block"}
    return [
        name
        for name in names
        if name.kind != "pathway"
        and short(name) in wanted
        and not (name.kind == "service" and block_of.get(name.subject) in blocks)
    ]


def _pair(values: tuple[Figures, Figures], name: Name, *, paired: bool) -> Pair:
    """Return the values of a measure in both runs."""
    x, y = (_values(run, name) for run in values)
    if paired and x and y:
        both = sorted(x.keys() & y.keys())
        return {n: x[n] for n in both}, {n: y[n] for n in both}
    return x, y


def _values(run: Figures, name: Name) -> dict[int, float]:
    """Return the values of a measure; what never happened counted 0 times."""
    if name in run:
        return run[name]
    measure = measure_of(*name.parts)
    if measure is None or measure.quiet is None:
        return {}
    numbers = {number for values in run.values() for number in values}
    return dict.fromkeys(sorted(numbers), measure.quiet)
