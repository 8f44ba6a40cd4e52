"""Which measures a comparison asks about, and the values that answer."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

from results.errors import ResultError
from results.naming import MEASURES, Measure, Name, measure_of, parse_name
from results.selection import Figures

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
    "spending, total",
)
"""What is asked about services, standards and budgets unless something else is."""

Pair = tuple[dict[int, float], dict[int, float]]
"""The values of one measure in two runs, by replication."""


Subjects = frozenset[tuple[str, str]]
"""Kinds and names of all that the measures of a run speak of."""


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
) -> Questions:
    """Return the values of every measure asked about.

    Parameters
    ----------
    values : pair of dict
        The figures of both runs.
    subjects : pair of frozenset
        `Labels.subjects` of both runs.
    measures : iterable of str or None
        "ward: wait, mean", or "wait, mean" for all subjects; None: the usual ones.
    paired : bool
        Whether only replications count that have a value in both runs.

    Raises
    ------
    ResultError
        If there is no such measure, or neither run has its subject.
    """
    names = _by_subject(dict.fromkeys((*values[0], *values[1])))
    either = subjects[0] | subjects[1]
    wanted = _usual(names) if measures is None else _asked(names, either, measures)
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
        if all(pair):
            pairs[name] = pair
        else:
            incomparable[name.text] = _lack(pair)
    return Questions(pairs, incomparable)


def _alone(name: Name, subjects: tuple[Subjects, Subjects]) -> str:
    """Say which run alone has a subject; nothing, if both have."""
    here = [(name.kind, name.subject) in known for known in subjects]
    if all(here):
        return ""
    return f"is only in the {'first' if here[0] else 'second'} run"


def _lack(pair: Pair) -> str:
    """Say why a measure has no values to compare."""
    if any(pair):
        where = "second" if pair[0] else "first"
        return f"there is nobody to take it from in the {where} run"
    return "no replication has anybody to take it from in both runs"


def _by_subject(names: Iterable[Name]) -> list[Name]:
    """Order names by subject; each subject's measures keep their order."""
    names = list(names)
    first = {(name.kind, name.subject): 0 for name in names}
    places = {subject: place for place, subject in enumerate(first)}
    return sorted(names, key=lambda name: places[name.kind, name.subject])


def _usual(names: list[Name]) -> list[Name | str]:
    """Return the names of the usual questions; pathways are asked about by name."""
    return [n for n in names if n.kind != "pathway" and _short(n) in USUAL]


def _short(name: Name | Measure) -> str:
    """Return the name of a measure without its subject."""
    measure = name.measure if isinstance(name, Name) else name.name
    return f"{measure}, {name.statistic}"


def _asked(
    names: list[Name], subjects: Subjects, measures: Iterable[str]
) -> list[Name | str]:
    """Return the names that are asked for; as texts, where nobody has a value."""
    wanted: list[Name | str] = []
    for text in measures:
        found = [n for n in names if text in (n.text, _short(n))]
        if not found and not _is_defined(text, subjects):
            raise ResultError(_unknown(names, text))
        wanted += found or [text]
    return list(dict.fromkeys(wanted))


def _is_defined(text: str, subjects: Subjects) -> bool:
    """Return whether a measure can be asked for, whoever has a value of it."""
    if ": " not in text:
        return text in {_short(measure) for measure in MEASURES}
    name = parse_name(text)
    return (name.kind, name.subject) in subjects


def _unknown(names: list[Name], text: str) -> str:
    """Say that there is no such measure, and what may be meant."""
    known = [*(n.text for n in names), *dict.fromkeys(_short(n) for n in names)]
    near = get_close_matches(text, known, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return f"neither run has the measure '{text}'.{hint}"


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
    measure = measure_of(name.kind, name.measure, name.statistic)
    if measure is None or measure.quiet is None:
        return {}
    numbers = {number for values in run.values() for number in values}
    return dict.fromkeys(sorted(numbers), measure.quiet)
