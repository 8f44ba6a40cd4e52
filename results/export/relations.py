"""How measures hang together: what a reader can add up and subtract."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.export.figures import WHOLE, Key, Series
from results.export.ties import Relation
from results.layout.labels import ALL, Labels
from results.measures.money import COST_OF
from results.measures.naming import MODEL

STATES = (
    *("list at the end", "in use at the end", "running at the end"),
    *("paused at the end", "patients there at the end"),
)
"""The whole has what the last month has."""
AVERAGES = ("in line", "in use", "delayed", "blocked", "helped elsewhere")
"""Averages over time, where the statistic is the mean."""
ENOUGH = 1e-9
"""As a share of the largest number in it: a sum that is off by less holds."""
DIGITS = 10


def is_average(key: Key) -> bool:
    """Return whether a measure is an average over time."""
    return key.measure in AVERAGES and key.statistic == "mean"


def adds_up(key: Key) -> bool:
    """Return whether a measure adds up over groups and months."""
    return key.statistic in ("number", "total") or is_average(key)


class Grid(NamedTuple):
    """Measures of one run that add up, and where each stands among all numbers."""

    labels: Labels
    places: Mapping[Key, int]
    values: NDArray[np.float64]
    """Of all numbers, not only of these."""
    counting: Collection[int]
    """Which of these are counts of people."""

    def at(self, key: Key, **other: str) -> int | None:
        """Return where a measure stands, with some parts of the key replaced."""
        return self.places.get(key._replace(**other))

    def weight(self, key: Key) -> float:
        """Return the days by which an average becomes a total; else 1."""
        if not is_average(key):
            return 1.0
        return self.labels.days[self.labels.period_names.index(key.period)]


def relations(grid: Grid) -> list[Relation]:
    """Return all sums that hold between the measures of a run.

    Parameters
    ----------
    grid : Grid
    """
    found = [
        *_groups(grid),
        *_months(grid),
        *_splits(grid),
        *_places(grid),
        *_patients(grid),
        *_promises(grid),
        *_visits(grid),
        *_alike(grid),
    ]
    return [relation for relation in found if _holds(grid, relation)]


def same_in_several(grids: Sequence[Grid]) -> list[Relation]:
    """Return that what a change does not touch is the same in two runs.

    Parameters
    ----------
    grids : sequence of Grid
    """
    found = []
    for one, other in pairwise(grids):
        for key in one.places.keys() & other.places.keys():
            pair = one.places[key], other.places[key]
            if one.values[pair[0]] == other.values[pair[1]] > 0:
                found.append(((pair[0], 1.0), (pair[1], -1.0)))
    return sorted(found)


def _holds(grid: Grid, relation: Relation) -> bool:
    parts = [factor * grid.values[place] for place, factor in relation]
    largest = max(abs(part) for part in parts)
    return len(parts) > 1 and abs(sum(parts)) <= ENOUGH * max(largest, 1e-9)


def _sum(total: tuple[int, float], parts: Sequence[tuple[int, float]]) -> Relation:
    return (total, *((place, -factor) for place, factor in parts))


def _groups(grid: Grid) -> Iterator[Relation]:
    """Yield that groups add up to everybody."""
    rows: dict[Key, list[tuple[int, float]]] = defaultdict(list)
    for key, place in grid.places.items():
        if key.group != ALL:
            rows[key._replace(group=ALL)].append((place, 1.0))
    for key, parts in rows.items():
        if key in grid.places:
            yield _sum((grid.places[key], 1.0), parts)


def _months(grid: Grid) -> Iterator[Relation]:
    """Yield that months add up to the whole, or that the whole is the last of them."""
    months = grid.labels.period_names[:-1]
    for key, place in grid.places.items():
        if key.period != WHOLE:
            continue
        some = [key._replace(period=month) for month in months]
        if key.measure in STATES:
            some = some[-1:]
        elif key.measure == "patients there at the start":
            some = some[:1]
        parts = [(grid.places[k], grid.weight(k)) for k in some if k in grid.places]
        if parts:
            yield _sum((place, grid.weight(key)), parts)


def _splits(grid: Grid) -> Iterator[Relation]:
    """Yield that parts in brackets, kinds of cost and services add up."""
    rows: dict[Key, list[int]] = defaultdict(list)
    kinds: dict[Key, list[int]] = defaultdict(list)
    paid: dict[Key, list[int]] = defaultdict(list)
    streams: dict[Key, list[int]] = defaultdict(list)
    spent: dict[Key, list[tuple[int, float]]] = defaultdict(list)
    for key, place in grid.places.items():
        name, bracket, within = key.measure.partition(" (")
        if bracket:
            rows[key._replace(measure=name)].append(place)
        if key.measure in COST_OF:
            kinds[key._replace(measure="cost")].append(place)
        if name == "cost" and bracket:
            budget = key._replace(kind="budget", subject=within[:-1])
            paid[budget._replace(measure="spending")].append(place)
        if key.measure in COST_OF:
            kind = key._replace(kind="", subject="", measure=COST_OF[key.measure])
            spent[kind].append((place, 1.0))
        if name == "spending" and bracket:
            kind = key._replace(kind="", subject="", measure=within[:-1])
            spent[kind].append((place, -1.0))
        if key.kind == "stream":
            whole = key._replace(kind=MODEL, subject=MODEL)
            streams[whole._replace(measure="patients entered")].append(place)
    for sums in (rows, kinds, paid, streams):
        for key, places in sums.items():
            if key in grid.places:
                parts = [(place, 1.0) for place in places]
                yield _sum((grid.places[key], 1.0), parts)
    yield from (tuple(parts) for parts in spent.values())
    for key, place in grid.places.items():
        total = grid.at(key, statistic="total") if is_average(key) else None
        if total is not None:
            yield ((total, 1.0), (place, -grid.weight(key)))


def _places(grid: Grid) -> Iterator[Relation]:
    """Yield that what is one per place adds up to all places together."""
    parts_of = {block.name: block.services for block in grid.labels.blocks}
    for key, place in grid.places.items():
        if key.kind == "block":
            parts = [
                grid.at(key, kind="service", subject=name)
                for name in parts_of[key.subject]
            ]
            yield _sum((place, 1.0), [(at, 1.0) for at in parts if at is not None])


def _patients(grid: Grid) -> Iterator[Relation]:
    """Yield that who was there and who came are gone or there still."""
    wanted = ("patients entered", "patients gone", "patients there at the end")
    ends = dict(zip(grid.labels.period_names, _before(grid.labels), strict=True))
    for key, place in grid.places.items():
        if key.measure != "patients there at the start":
            continue
        came, gone, there = (grid.at(key, measure=name) for name in wanted)
        if came is not None and gone is not None and there is not None:
            yield ((place, 1.0), (came, 1.0), (gone, -1.0), (there, -1.0))
        earlier = ends[key.period]
        end = earlier and grid.at(key, measure=wanted[2], period=earlier)
        if isinstance(end, int):
            yield ((place, 1.0), (end, -1.0))


def _promises(grid: Grid) -> Iterator[Relation]:
    """Yield that those whom a standard counts are within or not."""
    for key, place in grid.places.items():
        if key.kind == "standard" and key.measure == "counted":
            within, breach = (grid.at(key, measure=m) for m in ("within", "breach"))
            if within is not None and breach is not None:
                yield ((place, 1.0), (within, -1.0), (breach, -1.0))


def _before(labels: Labels) -> list[str]:
    """Return the month before each period; empty where there is none."""
    return ["", *labels.period_names[:-2], ""]


def _visits(grid: Grid) -> Iterator[Relation]:
    """Yield that who joined a service has left it or is in line or in treatment."""
    gone = ("completions", "left unseen", "turned away", "did not attend")
    ends = dict(zip(grid.labels.period_names, _before(grid.labels), strict=True))
    for key, place in grid.places.items():
        if key.measure != "arrivals" or key.statistic != "number":
            continue
        if not ends[key.period]:
            continue
        parts = [(grid.at(key, measure=name), -1.0) for name in gone]
        for name in ("list at the end", "in use at the end"):
            before = grid.at(key, measure=name, period=ends[key.period])
            parts += [(grid.at(key, measure=name), -1.0), (before, 1.0)]
        known = [(at, factor) for at, factor in parts if at is not None]
        yield ((place, 1.0), *known)


def _alike(grid: Grid) -> Iterator[Relation]:
    """Yield that two measures are the same, but for a price or a rate, everywhere.

    As those whom a standard counts and the clocks that stopped, or a cost for each
    visit and the visits.
    """
    series: dict[Series, dict[tuple[str, str], tuple[int, float]]] = defaultdict(dict)
    for key, place in grid.places.items():
        series[key[:4]][key.group, key.period] = place, grid.weight(key)
    alike: dict[tuple[object, ...], Series] = {}
    for name, cells in series.items():
        values = {at: grid.values[p] * weight for at, (p, weight) in cells.items()}
        size = max(values.values())
        if size <= 0:
            continue
        form = tuple((at, round(v / size, DIGITS)) for at, v in sorted(values.items()))
        first = alike.setdefault(form, name)
        if first != name:
            yield from _pairs(grid, series[first], cells)


def _pairs(
    grid: Grid,
    one: Mapping[tuple[str, str], tuple[int, float]],
    other: Mapping[tuple[str, str], tuple[int, float]],
) -> Iterator[Relation]:
    """Yield that two series are in one proportion."""
    at = max(one, key=lambda cell: grid.values[one[cell][0]] * one[cell][1])
    (a, u), (b, v) = one[at], other[at]
    factor = grid.values[b] * v / (grid.values[a] * u)
    if a in grid.counting and b in grid.counting and factor != 1:
        return
    for cell, (place, weight) in one.items():
        twin, its = other[cell]
        yield ((twin, its), (place, -weight * factor))
