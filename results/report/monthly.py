"""Measures as reports show them: by month, and by recorded group."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from results.layout.labels import ALL
from results.selection.measured import measured
from results.statistics.estimates import Estimate, estimate

if TYPE_CHECKING:
    from results.run import Run

T = TypeVar("T")
WHOLE = "whole"
Months = Mapping[str, Mapping[str, Estimate]]
"""By subject and period, `whole` among the periods; what has no value is left out."""


def month_dates(run: Run) -> tuple[date, ...]:
    """Return the first day of each month of a run.

    Parameters
    ----------
    run : Run
    """
    names = run.labels.period_names[:-1]
    return tuple(date.fromisoformat(f"{name}-01") for name in names)


def by_month(run: Run, kind: str, measure: str, statistic: str) -> Months:
    """Return a measure of everybody by subject and period.

    Parameters
    ----------
    run : Run
    kind : str
        What the subjects are: `service`, `standard`, ...
    measure, statistic : str
    """
    found = _values(run, "period", (kind, measure, statistic), group=ALL)
    return {
        subject: {
            period: bounded(estimate(list(v.values())), statistic)
            for period, v in periods.items()
        }
        for subject, periods in found.items()
    }


PROVIDERS = ("service", "block")
"""Kinds of what people speak of as services: each by itself, and all places together.
"""


def of_providers(
    run: Run,
    measure: str,
    statistic: str,
    read: Callable[[Run, str, str, str], Mapping[str, T]],
) -> dict[str, T]:
    """Return a measure by service, all places together.

    Parameters
    ----------
    run : Run
    measure, statistic : str
    read : callable
        `by_month`, `by_group` or `of_whole`.
    """
    known = {(provider.kind, provider.name) for provider in run.labels.providers}
    return {
        subject: values
        for kind in PROVIDERS
        for subject, values in read(run, kind, measure, statistic).items()
        if (kind, subject) in known
    }


def bounded(value: Estimate, statistic: str = "") -> Estimate:
    """Return an estimate whose interval holds nothing that cannot be.

    Parameters
    ----------
    value : Estimate
    statistic : str
        Nothing that is counted or timed is below zero, no share of people above one.
    """
    if value.low is None or value.high is None:
        return value
    high = min(value.high, 1.0) if statistic.startswith("share") else value.high
    return replace(value, low=max(value.low, 0.0), high=max(high, value.mean))


def mean_of(value: Estimate | None) -> float:
    """Return a mean for ranking: of what is not there, nothing."""
    return value.mean if value else 0.0


def of_whole(
    run: Run, kind: str, measure: str, statistic: str
) -> dict[str, dict[int, float]]:
    """Return the values of everybody over the whole period by subject and replication.

    Parameters
    ----------
    run : Run
    kind, measure, statistic : str
    """
    found = _values(run, "group", (kind, measure, statistic), period=WHOLE, group=ALL)
    return {subject: values[ALL] for subject, values in found.items()}


def by_group(
    run: Run, kind: str, measure: str, statistic: str
) -> dict[str, dict[str, dict[int, float]]]:
    """Return the values of the whole by subject, recorded group and replication.

    Parameters
    ----------
    run : Run
    kind, measure, statistic : str
    """
    return _values(run, "group", (kind, measure, statistic), period=WHOLE)


def _values(
    run: Run, by: str, name: tuple[str, str, str], **where: str
) -> dict[str, dict[str, dict[int, float]]]:
    """Return the values of a measure by subject, a column, and replication."""
    named = dict(zip(("kind", "measure", "statistic"), name, strict=True))
    table = measured(run, **named, **where).to_pydict()
    found: dict[str, dict[str, dict[int, float]]] = {}
    columns = (table[column] for column in ("subject", by, "replication", "value"))
    for subject, key, replication, value in zip(*columns, strict=True):
        found.setdefault(subject, {}).setdefault(key, {})[replication] = value
    return found
