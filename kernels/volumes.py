"""How many patients come on average: what tables say before anything is drawn."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kernels.laws import duration, laws_of
from kernels.layout import DAY, Model, Table
from kernels.values import value_at

Floats = NDArray[np.float64]
_SLICES = 64
"""Into so many equally likely parts a law of delays is cut."""


def patients_per_day(model: Model) -> float:
    """Return about how many patients come on a day, changes left aside.

    Parameters
    ----------
    model : Model

    Returns
    -------
    float
    """
    bases = model.values["base"]
    levels = bases[model.clouds["level"]]
    total = float(np.sum(levels * _sizes(model, model.clouds)))
    places = np.bincount(
        model.sessions["plan"], model.sessions["places"], len(model.plans)
    )
    first = model.plans["level"][model.listed["plan"]]
    planned = len(model.scheduled) + float(np.sum(places * _sizes(model, model.plans)))
    planned += float(np.sum(bases[first + model.listed["group"]]))
    return total + planned / ((model.end - model.begin) / DAY)


def _sizes(model: Model, sources: Table) -> Floats:
    """Mean sizes of the parties of clouds, or of plans in their first group."""
    made = np.ones(len(sources))
    for at in np.flatnonzero(sources["parties"]):
        first, sizes = sources[at]["party"], sources[at]["parties"]
        made[at] = mean_size(model, first, sizes, model.begin)
    return made


def mean_size(model: Model, first: int, sizes: int, time: int) -> float:
    """Return how many come together on average.

    Parameters
    ----------
    model : Model
    first, sizes : int
        First row and number of rows of `model.parties`; 0: everybody comes alone.
    time : int
        Microseconds.

    Returns
    -------
    float
    """
    if not sizes:
        return 1.0
    rows = model.parties[first : first + sizes]
    shares = [_value(model, r["share"], time) if r["share"] >= 0 else 0.0 for r in rows]
    rest = max(1.0 - sum(shares), 0.0)
    return float(
        sum(
            row["size"] * (share if row["share"] >= 0 else rest)
            for row, share in zip(rows, shares, strict=True)
        )
    )


def coming(model: Model, group: int, begin: int, end: int) -> list[tuple[int, float]]:
    """Return who comes from outside in a group.

    Parameters
    ----------
    model : Model
    group : int
    begin, end : int
        Microseconds.

    Returns
    -------
    list of (int, float)
        A choice of places, and how many patients a day come to it.
    """
    found = coming_between(model, group, np.array([begin, end], dtype=np.int64))
    return [(choice, float(patients[0])) for choice, patients in found]


def coming_between(
    model: Model, group: int, edges: NDArray[np.int64]
) -> list[tuple[int, Floats]]:
    """Return who comes from outside in a group, between moments that follow.

    Parameters
    ----------
    model : Model
    group : int
    edges : ndarray of int64, shape (K + 1,)
        Microseconds, ascending.

    Returns
    -------
    list of (int, ndarray of float, shape (K,))
        A choice of places, and how many patients a day come to it.
    """
    days, found = np.diff(edges) / DAY, []
    middles = ((edges[:-1] + edges[1:]) // 2).tolist()
    spans, moments = list(pairwise(edges.tolist())), _midnights_and(edges)
    for cloud in model.clouds[model.clouds["group"] == group]:
        points = _points(model, cloud, edges, moments)
        if cloud["falls"]:
            points += [_returning(model, cloud, *span) for span in spans]
        first, sizes = cloud["party"], cloud["parties"]
        if sizes:
            points *= np.array([mean_size(model, first, sizes, t) for t in middles])
        found.append((int(cloud["to"]), points / days))
    return [*found, *_planned_between(model, group, spans)]


def _midnights_and(edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Moments, and the midnights between them."""
    first, last = int(edges[0]), int(edges[-1])
    midnights = np.arange(first // DAY * DAY + DAY, last, DAY, dtype=np.int64)
    return np.union1d(midnights, edges)


def _points(
    model: Model,
    cloud: np.void,
    edges: NDArray[np.int64],
    moments: NDArray[np.int64],
) -> Floats:
    """How many points of a cloud come between moments, by the level of each day."""
    shapes, value = _shapes(model, cloud), model.values[cloud["level"]]
    if not value["knots"]:
        passed = np.interp(edges, shapes["time"], shapes["tau"])
        return np.asarray(value["base"] * np.diff(passed))
    passed = np.interp(moments, shapes["time"], shapes["tau"])
    knots = model.knots[value["knot"] : value["knot"] + value["knots"]]
    middles = moments[:-1] + np.diff(moments) // 2
    levels = np.interp(middles, knots["time"], knots["value"])
    here = np.searchsorted(moments, edges[:-1])
    return np.asarray(np.add.reduceat(levels * np.diff(passed), here))


def _planned_between(
    model: Model, group: int, spans: list[tuple[int, int]]
) -> list[tuple[int, Floats]]:
    """Who is booked or listed in a group, between moments."""
    if not len(model.plans):
        return []
    found: dict[int, Floats] = {}
    for at, span in enumerate(spans):
        for choice, patients in _planned(model, group, *span):
            found.setdefault(choice, np.zeros(len(spans)))[at] += patients
    return list(found.items())


def _planned(model: Model, group: int, begin: int, end: int) -> list[tuple[int, float]]:
    """Who is booked or listed in a group."""
    total = np.zeros(len(model.plans))
    for session in _between(model.sessions, begin, end):
        plan = model.plans[session["plan"]]
        size = mean_size(
            model,
            plan["party"] + group * plan["party_stride"],
            plan["parties"],
            session["time"],
        )
        share = _share(model, plan["level"], group, session["time"])
        total[session["plan"]] += session["places"] * size * share
    for row in _between(model.listed, begin, end):
        if row["group"] == group:
            level = model.plans[row["plan"]]["level"] + group
            total[row["plan"]] += _value(model, level, row["time"])
    days = (end - begin) / DAY
    return [
        (int(plan["to"]), float(number) / days)
        for plan, number in zip(model.plans, total, strict=True)
        if number
    ]


def _between(rows: Table, begin: int, end: int) -> Table:
    first, last = np.searchsorted(rows["time"], (begin, end))
    return rows[first:last]


def _share(model: Model, first: int, group: int, time: int) -> float:
    """Share of a group among the booked."""
    levels = [_value(model, first + g, time) for g in range(len(model.recorded))]
    return levels[group] / sum(levels) if sum(levels) else 0.0


def _returning(model: Model, cloud: np.void, begin: int, end: int) -> float:
    """How many points of a cloud come later than they would have, between moments."""
    total = 0.0
    for fall in model.falls[cloud["fall"] : cloud["fall"] + cloud["falls"]]:
        since = max(int(fall["begin"]), model.begin)
        times = np.arange(since, min(int(fall["end"]), end), DAY, dtype=np.int64)
        if len(times):
            total += _returning_from(model, cloud, fall, times, (begin, end))
    return total


def _returning_from(
    model: Model,
    cloud: np.void,
    fall: np.void,
    times: NDArray[np.int64],
    window: tuple[int, int],
) -> float:
    """How many come within a window of those whom a fall keeps away on some days."""
    shapes = _shapes(model, cloud)
    edges = np.append(times, min(int(times[-1]) + DAY, int(fall["end"])))
    passed = np.interp(edges, shapes["time"], shapes["tau"])
    kept_away = np.array([_gap(model, cloud, fall, t) for t in times.tolist()])
    points = np.diff(passed) * kept_away * _value(model, fall["share"], window[0])
    laws = laws_of(model)
    slices = (np.arange(_SLICES) + 0.5) / _SLICES
    delays = np.array([duration(laws, int(fall["law"]), window[0], u) for u in slices])
    moments = passed[:-1, None] + delays
    first, last = np.interp(window, shapes["time"], shapes["tau"])
    inside = ((moments >= first) & (moments < last)).mean(axis=1)
    return float((points * inside).sum())


def _gap(model: Model, cloud: np.void, fall: np.void, time: int) -> float:
    """How much level a fall takes away that comes in no other way."""
    above, below = (
        _value(model, fall["above"], time),
        _value(model, fall["below"], time),
    )
    return max(above - max(below, _value(model, cloud["level"], time)), 0.0)


def _shapes(model: Model, cloud: np.void) -> Table:
    profile = model.profiles[cloud["profile"]]
    return model.shapes[profile["row"] : profile["row"] + profile["rows"]]


def _value(model: Model, row: int, time: int) -> float:
    return float(value_at(model.values, model.knots, int(row), time))
