"""Random times by inverse transform: one uniform number gives one time.

Times rise with the uniform number, so that the same luck means a long time in every
scenario; those of a mixture rise within each of its members.

A cut law (`at_least`, `at_most`) is the law given that its value lies inside: what is
cut off is spread over the rest, nothing is heaped at the edge. A time is never
negative, so every law is cut at 0 at least; this tells for `normal` alone.

Parameters are read as they stand at the time of drawing. Most never move: those laws
are settled, and worked out once.
"""

import math
from operator import mul
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.elementary import exp, log, normal_quantile
from kernels.families import (
    Plain,
    highest_of,
    lowest_of,
    mean_of,
    plain,
    quantile,
    shares,
)
from kernels.jit import jit
from kernels.layout import (
    DAY,
    L_EXPONENTIAL,
    L_FIXED,
    L_LOGNORMAL,
    L_MIXTURE,
    L_OBSERVED,
    NEVER,
    Model,
    Table,
)
from kernels.values import value_at

LONGEST = NEVER // 4
"""The longest time, 73,000 years: what is added to a moment must not run over."""
FORM = np.dtype([("family", "i8"), ("x", "f8"), ("y", "f8"), ("z", "f8")])
"""A law worked out, as `families.Plain`."""
UNSETTLED = -1
"""Family of a law that has to be read anew each time: it moves or is cut, is normal (so
cut at 0), a mixture or observed."""

Floats = NDArray[np.float64]
Limits = tuple[float, float]


class Laws(NamedTuple):
    """The tables that laws are read from."""

    values: Table
    knots: Table
    laws: Table
    parts: Table
    observed: Floats
    forms: Table
    """FORM, one for each law."""


def laws_of(model: Model) -> Laws:
    """Return the tables that laws are read from, settled laws worked out.

    Parameters
    ----------
    model : Model

    Returns
    -------
    Laws
    """
    forms = np.zeros(len(model.laws), FORM)
    forms["family"] = UNSETTLED
    for row, law in enumerate(model.laws):
        if is_settled(model.values, law):
            form = plain(int(law["kind"]), *_bases(model.values, law))
            if lowest_of(form) >= 0.0:
                forms[row] = form
    return Laws(
        model.values, model.knots, model.laws, model.parts, model.observed, forms
    )


@jit
def duration(tables: Laws, law: int, time: int, u: float) -> float:
    """Return the time that a law gives for a uniform number.

    Parameters
    ----------
    tables : Laws
        From `laws_of`.
    law : int
        Row of `tables.laws`. Members of a cut mixture must not be mixtures.
    time : int64
        When it is drawn, microseconds.
    u : float
        Above 0 and below 1, from `philox.unit53` or `philox.unit32`.

    Returns
    -------
    float
        Days, at least 0. If nothing of the law lies between `at_least`
        and `at_most`, the nearest of the two.
    """
    if tables.forms[law]["family"] == UNSETTLED:
        return _rarer(tables, law, time, u, (0.0, np.inf))
    return drawn(tables.forms, law, u)


@jit
def longer(tables: Laws, law: int, time: int, least: float, u: float) -> float:
    """Return the time that a law gives, given that it is not shorter than one.

    What is left of the law is spread over all luck, in its order: of a law without
    members the time is that of the luck v + u (1 - v), where v gives `least`.

    Parameters
    ----------
    tables : Laws
        From `laws_of`.
    law : int
        Row of `tables.laws`. A mixture must not have mixtures as members.
    time : int64
        When it is drawn, microseconds.
    least : float
        Days.
    u : float
        Above 0 and below 1.

    Returns
    -------
    float
        Days; `least` where the law gives no time as long.
    """
    return _rarer(tables, law, time, u, (least, np.inf))


@jit
def drawn(forms: Table, law: int, u: float) -> float:
    """Return the time that a settled law gives, faster than `duration` does.

    Parameters
    ----------
    forms : ndarray of FORM
        Of `Laws`.
    law : int
        Row of `forms`; its family is not `UNSETTLED`.
    u : float
        Above 0 and below 1.

    Returns
    -------
    float
        Days.
    """
    form = forms[law]
    if form["family"] == L_EXPONENTIAL:
        return float(form["x"] * -log(1.0 - u))
    if form["family"] == L_LOGNORMAL:
        return float(form["x"] * exp(form["y"] * normal_quantile(u)))
    settled = Plain(form["family"], form["x"], form["y"], form["z"])
    return quantile(settled, u, 1.0 - u)


@jit
def microseconds(days: float) -> int:
    """Return a time in whole microseconds, rounded half up.

    Parameters
    ----------
    days : float

    Returns
    -------
    int64
        `LONGEST` at most.
    """
    exact = days * float(DAY) + 0.5
    return math.floor(exact) if exact < float(LONGEST) else LONGEST


def mean(tables: Laws, law: int, time: int) -> float:
    """Return the mean of the times that `duration` gives.

    Parameters
    ----------
    tables : Laws
        From `laws_of`.
    law : int
        Row of `tables.laws`.
    time : int64
        When it is drawn, microseconds.

    Returns
    -------
    float
        Days. Cut laws are integrated numerically, to a relative error below 1e-6.
    """
    return _mean_within(tables, law, time, (0.0, np.inf))


def is_settled(values: Table, law: np.void) -> bool:
    """Whether a law is a plain one, uncut, and none of its parameters moves."""
    if law["kind"] < 0 or law["kind"] in (L_MIXTURE, L_OBSERVED):
        return False
    if law["low"] >= 0 or law["high"] >= 0:
        return False
    return all(law[name] < 0 or values[law[name]]["knots"] == 0 for name in "abc")


def _bases(values: Table, law: np.void) -> tuple[float, float, float]:
    """Parameters of a settled law, 0 where it has none."""
    a, b, c = (
        float(values[law[name]]["base"]) if law[name] >= 0 else 0.0 for name in "abc"
    )
    return a, b, c


@jit
def _rarer(tables: Laws, law: int, time: int, u: float, limits: Limits) -> float:
    """Return the time that any law gives within limits."""
    values, knots, row = tables.values, tables.knots, tables.laws[law]
    limits = _cuts(values, knots, row, time, limits)
    while row["kind"] == L_MIXTURE:
        law, u = _member(tables, law, time, u, limits)
        row = tables.laws[law]
        limits = _cuts(values, knots, row, time, limits)
    if row["kind"] == L_OBSERVED:
        return _observed(tables.observed, row, limits, u)
    return _inside(_plain(values, knots, row, time), limits, u, 1.0 - u)


@jit
def _value(values: Table, knots: Table, row: int, time: int) -> float:
    """Read a parameter; 0 where the law has none."""
    return value_at(values, knots, row, time) if row >= 0 else 0.0


@jit
def _plain(values: Table, knots: Table, law: np.void, time: int) -> Plain:
    """Read a law as it stands, cuts left aside."""
    a = _value(values, knots, law["a"], time)
    b = _value(values, knots, law["b"], time)
    c = _value(values, knots, law["c"], time)
    return plain(_wide(law["kind"]), a, b, c)


@jit
def _cuts(
    values: Table, knots: Table, law: np.void, time: int, limits: Limits
) -> Limits:
    """Return the limits given, narrowed by the law's own."""
    low, high = limits
    if law["low"] >= 0:
        low = max(low, value_at(values, knots, law["low"], time))
    if law["high"] >= 0:
        high = min(high, value_at(values, knots, law["high"], time))
    return low, max(low, high)


@jit
def _inside(law: Plain, limits: Limits, u: float, v: float) -> float:
    """Quantile of a law within limits; v = 1 - u, as it may be too small to tell."""
    low, high = limits
    p, q = u, v
    if low > lowest_of(law) or high < highest_of(law):
        below_low, above_low = shares(law, low)
        below_high, above_high = shares(law, high)
        if above_low <= 0.0:
            return low
        if below_high <= 0.0:
            return high
        p = below_low + u * (below_high - below_low)
        q = above_high + v * (above_low - above_high)
    return min(max(quantile(law, p, q), low), high)


@jit
def _observed(observed: Floats, law: np.void, limits: Limits, u: float) -> float:
    """One of the observed times within limits, all equally likely."""
    first, beyond = _observed_rows(observed, law, limits)
    if first == beyond:
        first, beyond = _observed_rows(observed, law, (0.0, np.inf))
    n = beyond - first
    value = observed[first + min(int(u * n), n - 1)]
    return float(min(max(value, limits[0]), limits[1]))


@jit
def _observed_rows(observed: Floats, law: np.void, limits: Limits) -> tuple[int, int]:
    """First of the observed times within limits, and the first beyond them."""
    first = _wide(law["part"])
    beyond = first + law["parts"]
    low, high = limits
    if low > 0.0:
        while first < beyond and observed[first] < low:
            first += 1
    if high < np.inf:
        while first < beyond and observed[beyond - 1] > high:
            beyond -= 1
    return first, beyond


@jit
def _member(
    tables: Laws, law: int, time: int, u: float, limits: Limits
) -> tuple[int, float]:
    """Find the member of a mixture in whose share u lies, and where within it."""
    first = _wide(tables.laws[law]["part"])
    n = tables.laws[law]["parts"]
    total = 0.0
    for part in range(first, first + n):
        total += _weight(tables, law, part, time, limits)
    target = u * total
    chosen, start, width, end = first, 0.0, 0.0, 0.0
    for part in range(first, first + n):
        weight = _weight(tables, law, part, time, limits)
        if weight > 0.0 and (width == 0.0 or target >= end):
            chosen, start, width = part, end, weight
        end += weight
    within = (target - start) / width if width > 0.0 else u
    within = min(max(within, 2.0**-54), 1.0 - 2.0**-53)
    return _wide(tables.parts[chosen]["law"]), within


@jit
def _weight(tables: Laws, law: int, part: int, time: int, limits: Limits) -> float:
    """Share of a member of a mixture, times its mass within limits."""
    values, knots, parts = tables.values, tables.knots, tables.parts
    if parts[part]["share"] >= 0:
        weight = value_at(values, knots, parts[part]["share"], time)
    else:
        weight = 1.0
        row = tables.laws[law]
        for other in range(row["part"], row["part"] + row["parts"]):
            weight -= _value(values, knots, parts[other]["share"], time)
    if limits[0] > 0.0 or limits[1] < np.inf:
        weight *= _mass(tables, parts[part]["law"], time, limits)
    return max(weight, 0.0)


@jit
def _mass(tables: Laws, law: int, time: int, limits: Limits) -> float:
    """How much of a law that is no mixture, as cut by itself, lies within limits."""
    values, knots, row = tables.values, tables.knots, tables.laws[law]
    own = _cuts(values, knots, row, time, (0.0, np.inf))
    both = max(limits[0], own[0]), min(limits[1], own[1])
    if both[0] > both[1]:
        return 0.0
    if row["kind"] == L_OBSERVED:
        whole = _observed_mass(tables.observed, row, own)
        inside = _observed_mass(tables.observed, row, both)
    else:
        form = _plain(values, knots, row, time)
        whole, inside = _plain_mass(form, own), _plain_mass(form, both)
    # Nothing: the law lies outside its own limits, and so at one of them.
    return inside / whole if whole > 0.0 else 1.0


@jit
def _observed_mass(observed: Floats, law: np.void, limits: Limits) -> float:
    """How many of the observed times lie within limits."""
    first, beyond = _observed_rows(observed, law, limits)
    return float(beyond - first)


@jit
def _plain_mass(law: Plain, limits: Limits) -> float:
    """How much of a plain law lies within limits."""
    if law.family == L_FIXED:
        return 1.0 if limits[0] <= law.x <= limits[1] else 0.0
    below_low, above_low = shares(law, limits[0])
    below_high, above_high = shares(law, limits[1])
    return max(below_high - below_low, above_low - above_high)


@jit
def _wide(row: int) -> int:
    """Give a row number as int64, lest everything be compiled for int32 as well."""
    return row + 0


def _mean_within(tables: Laws, law: int, time: int, limits: Limits) -> float:
    """Mean of the times that a law gives within limits."""
    values, knots, row = tables.values, tables.knots, tables.laws[law]
    limits = _cuts(values, knots, row, time, limits)
    if row["kind"] == L_OBSERVED:
        first, beyond = _observed_rows(tables.observed, row, limits)
        n = int(beyond - first or row["parts"])
        middles = [(i + 0.5) / n for i in range(n)]
        times = [_observed(tables.observed, row, limits, u) for u in middles]
        return math.fsum(times) / n
    if row["kind"] != L_MIXTURE:
        return _plain_mean(_plain(values, knots, row, time), limits)
    parts = range(int(row["part"]), int(row["part"] + row["parts"]))
    weights = [_weight(tables, law, part, time, limits) for part in parts]
    members = [int(tables.parts[part]["law"]) for part in parts]
    if not any(weights):
        return _mean_within(tables, members[0], time, limits)
    means = [_mean_within(tables, member, time, limits) for member in members]
    return math.fsum(map(mul, weights, means)) / math.fsum(weights)


def _plain_mean(law: Plain, limits: Limits) -> float:
    """Mean of a plain law within limits.

    Cut laws by the tanh-sinh rule of H. Takahasi and M. Mori (1974) over the shares,
    which does not mind that quantiles rise steeply at 0 and 1.
    """
    if limits[0] <= lowest_of(law) and limits[1] >= highest_of(law):
        return mean_of(law)
    total = weights = 0.0
    for i in range(-120, 121):
        e = exp(i / 32.0)
        odds = exp(0.5 * math.pi * (e - 1.0 / e))
        p, q = odds / (1.0 + odds), 1.0 / (1.0 + odds)
        weight = (e + 1.0 / e) * p * q
        total += weight * _inside(law, limits, p, q)
        weights += weight
    return total / weights
