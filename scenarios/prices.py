"""What a unit of use costs in each month."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from kernels.layout import Model
from scenarios.curves import Curves, Product, value_at
from scenarios.scenario import Price, Scenario
from scenarios.tables import recorded, recorded_names


def monthly_prices(
    scenario: Scenario, model: Model, price: Price
) -> tuple[tuple[float, ...], ...]:
    """Return a price in each month for each recorded group, in pounds.

    A price that moves within a month counts with its mean over the month.

    Returns
    -------
    tuple of tuple of float
        Shape (months, recorded groups).

    Raises
    ------
    ValueError
        If the price differs between groups that are not recorded apart.
    """
    of_groups = [
        _by_month(scenario, model, price, g) for g in range(len(model.recorded))
    ]
    columns = []
    for group in range(len(recorded_names(scenario))):
        same = {
            prices
            for prices, kept in zip(of_groups, recorded(scenario), strict=True)
            if kept == group
        }
        if len(same) > 1:
            raise ValueError(
                f"{price.number.place}: this price differs between groups that are "
                "not recorded apart. Name their dimension under `record: {by: ...}`."
            )
        columns.append(same.pop())
    return tuple(zip(*columns, strict=True))


def _by_month(
    scenario: Scenario, model: Model, price: Price, group: int
) -> tuple[float, ...]:
    """Return the mean price of each month for one group."""
    curves = Curves(model.begin, model.end, len(model.recorded))
    curves.add_for(Product((price.number,)), group)
    if not curves.knots:
        return (curves.values[0][0],) * (len(model.months) - 1)
    return tuple(_mean(curves.knots, int(a), int(b)) for a, b in pairwise(model.months))


def _mean(knots: list[tuple[int, float]], begin: int, end: int) -> float:
    """Return the mean of straight lines between knots over a stretch of time."""
    times = np.array([t for t, _ in knots], dtype=np.float64)
    values = np.array([v for _, v in knots])
    inside = (times > begin) & (times < end)
    x = np.concatenate(([begin], times[inside], [end]))
    ends = [value_at(knots, begin, after=True), value_at(knots, end, after=False)]
    y = np.concatenate((ends[:1], values[inside], ends[1:]))
    return float(np.sum((y[1:] + y[:-1]) / 2 * np.diff(x)) / (end - begin))
