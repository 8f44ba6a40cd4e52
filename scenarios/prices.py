"""What use and capacity cost in each month."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from kernels.calendars import Integers, open_time, rows_of
from kernels.layout import DAY, Model
from scenarios.curves import Curves, Product, value_at
from scenarios.scenario import Charge, Number, Price, Scenario, Service
from scenarios.staffing import Staffing
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
        _by_month(scenario, model, price.number, g) for g in range(len(model.recorded))
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
    scenario: Scenario, model: Model, number: Number, group: int
) -> tuple[float, ...]:
    """Return the mean of a number in each month for one group."""
    curves = Curves(model.begin, model.end, len(model.recorded))
    curves.add_for(Product((number,)), group)
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


class Paid(NamedTuple):
    """What capacity costs a budget, month by month: units x pounds."""

    service: str
    budget: str
    kind: str
    """`capacity` or `agency`."""
    per: str
    """`unit` or `staff` (days of), or `slot`."""
    units: tuple[float, ...]
    pounds: tuple[float, ...]
    """Each of them, in each month."""


def paid(scenario: Scenario, model: Model) -> tuple[Paid, ...]:
    """Return what the capacity of every service costs each budget.

    A price or a share that moves within a month counts with its mean over the month.
    """
    opened = open_time(model)
    return tuple(
        Paid(
            service.name,
            charge.budget,
            charge.kind,
            charge.per,
            _units(scenario, model, row, charge, opened[:, row]),
            _by_month(scenario, model, charge.number, 0),
        )
        for row, service in enumerate(scenario.services)
        for charge in service.charges
    )


class RulePaid(NamedTuple):
    """What a rule of escalation costs a budget while it is open, month by month."""

    rule: str
    row: int
    """The rule's place among all rules."""
    service: str
    """That which gets the units."""
    budget: str
    pounds: tuple[float, ...]
    """For each day open, in each month."""


def rules_paid(scenario: Scenario, model: Model) -> tuple[RulePaid, ...]:
    """Return what every rule of escalation costs each budget while it is open.

    At a smaller scale a rule opens fewer units, and costs so much less. A price that
    moves within a month counts with its mean over the month.
    """
    ratio = scenario.scale.ratio
    return tuple(
        RulePaid(
            rule.name,
            row,
            rule.to,
            price.budget,
            tuple(p * ratio for p in _by_month(scenario, model, price.number, 0)),
        )
        for row, rule in enumerate(scenario.escalation)
        for price in rule.costs
    )


def _units(
    scenario: Scenario, model: Model, row: int, charge: Charge, opened: Integers
) -> tuple[float, ...]:
    """Return what is paid for in each month: days of units or staff, or slots."""
    service = scenario.services[row]
    agency = service.agency if charge.kind == "agency" else None
    above = 0.0
    if agency is not None and agency.above is not None:
        above = agency.above.values[0] * scenario.scale.ratio
    if charge.per == "staff":
        steps = _staff_steps(scenario, service)
        units = _days_above(steps, model, above)
    elif above:
        rows = rows_of(model, row)
        steps = [(int(r["time"]), float(r["capacity"])) for r in rows]
        units = _days_above(steps, model, above)
    else:
        units = tuple(float(n) / (1 if charge.per == "slot" else DAY) for n in opened)
    if agency is None or agency.share is None:
        return units
    shares = _by_month(scenario, model, agency.share, 0)
    return tuple(n * share for n, share in zip(units, shares, strict=True))


def _staff_steps(scenario: Scenario, service: Service) -> list[tuple[int, float]]:
    """Return the whole-time equivalents in post from each moment on."""
    entry = service.capacity[0]
    if entry.workforce is None:
        raise ValueError(f"services.{service.name}: there is no workforce to pay.")
    staffing = Staffing(entry.workforce, scenario.period)
    ratio = scenario.scale.ratio
    return [(t, staffing.paid(t) * ratio) for t in staffing.moments]


def _days_above(
    steps: list[tuple[int, float]], model: Model, above: float
) -> tuple[float, ...]:
    """Return how far a number that changes in steps exceeds another, times days."""
    days = [0.0] * (len(model.months) - 1)
    edges = [*(time for time, _ in steps[1:]), int(model.end)]
    for (begin, number), end in zip(steps, edges, strict=True):
        excess = max(number - above, 0.0)
        for month in range(len(days)) if excess else ():
            first = max(begin, int(model.months[month]))
            last = min(end, int(model.months[month + 1]))
            days[month] += excess * max(last - first, 0) / DAY
    return tuple(days)
