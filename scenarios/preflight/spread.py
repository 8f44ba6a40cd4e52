"""How much times of treatment differ, for the correction of waits."""

from __future__ import annotations

import math

import numpy as np

from kernels.families import plain
from kernels.laws import Laws, duration
from kernels.layout import (
    L_EXPONENTIAL,
    L_FIXED,
    L_GAMMA,
    L_LOGNORMAL,
    L_MIXTURE,
    L_NORMAL,
    L_OBSERVED,
    L_WEIBULL,
)
from kernels.values import value_at

_POINTS = 512


def square_mean(laws: Laws, row: int, time: int) -> float:
    """Return the mean square of a law's times, days².

    From the sd where the law is plain, from its members where it is a mixture or
    observed; of a cut law, and of one by its range, from 512 equally likely times.

    Parameters
    ----------
    laws : Laws
    row : int
        Row of `laws.laws`.
    time : int
        When it is read, microseconds.
    """
    law = laws.laws[row]
    is_cut = law["low"] >= 0 or law["high"] >= 0
    if law["kind"] == L_MIXTURE and not is_cut:
        return _of_parts(laws, law, time)
    if law["kind"] == L_OBSERVED and not is_cut:
        times = laws.observed[law["part"] : law["part"] + law["parts"]]
        return float(np.mean(np.square(times)))
    if law["kind"] not in (L_MIXTURE, L_OBSERVED) and not is_cut:
        known = _of_plain(laws, law, time)
        if known is not None:
            return known
    chances = (np.arange(_POINTS) + 0.5) / _POINTS
    times = np.array([duration(laws, row, time, u) for u in chances.tolist()])
    return float(np.mean(np.square(times)))


def _of_parts(laws: Laws, law: np.void, time: int) -> float:
    """Return the mean square of a mixture."""
    total, rest = 0.0, 1.0
    for part in laws.parts[law["part"] : law["part"] + law["parts"]]:
        share = rest
        if part["share"] >= 0:
            share = _value(laws, int(part["share"]), time)
        rest -= share
        total += share * square_mean(laws, int(part["law"]), time)
    return total


def _of_plain(laws: Laws, law: np.void, time: int) -> float | None:
    """Return the mean square of a law by its family; None where it has no formula."""
    numbers = [
        _value(laws, int(law[name]), time) if law[name] >= 0 else 0.0
        for name in ("a", "b", "c")
    ]
    form = plain(int(law["kind"]), *numbers)
    if form.family == L_NORMAL:
        # Cut at nought, which tells where the sd is large.
        return form.x**2 + form.y**2 if form.x > 4.0 * form.y else None
    squares = {
        L_FIXED: lambda: form.x**2,
        L_EXPONENTIAL: lambda: 2.0 * form.x**2,
        L_LOGNORMAL: lambda: form.x**2 * math.exp(2.0 * form.y**2),
        L_GAMMA: lambda: form.x**2 * form.y * (1.0 + form.y),
        L_WEIBULL: lambda: form.x**2 * math.gamma(1.0 + 2.0 * form.y),
    }
    found = squares.get(form.family)
    return None if found is None else float(found())


def _value(laws: Laws, row: int, time: int) -> float:
    return float(value_at(laws.values, laws.knots, row, time))
