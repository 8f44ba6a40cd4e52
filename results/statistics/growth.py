"""Services that never settle: lists, or numbers of patients, that still grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from results.selection.measured import measured
from results.selection.text_columns import coded
from results.statistics.estimates import estimate

if TYPE_CHECKING:
    from results.run import Run

FEWEST = 3
"""Months, or weeks, of the last third that are needed to say anything."""
WEEK = 7
"""Days."""
SURE = 0.99
LEAST = 0.1
"""What a list must grow by in the last third, as a share of what it is at the end."""
Floats = NDArray[np.float64]
T = TypeVar("T")


class Growth(NamedTuple):
    """Services that are not as they will be at the end of the period."""

    lists: tuple[str, ...] = ()
    """Those whose list still grows."""
    filling: tuple[str, ...] = ()
    """Those whose list does not, but of which more and more units are in use."""

    @property
    def all(self) -> tuple[str, ...]:
        """Both."""
        return self.lists + self.filling

    def sentences(self) -> list[str]:
        """Return what forbids to trust averages over the period."""
        return [
            *sentences(("The list of", "The lists of"), self.lists),
            *sentences(("The number in", "The numbers in"), self.filling),
        ]


def growing(run: Run) -> Growth:
    """Return the services that still grow over the last third of the period.

    Parameters
    ----------
    run : Run

    Returns
    -------
    Growth
        Those whose numbers rise, by the slope of a straight line in each replication,
        so much that chance does not do it (at 99%) and by a tenth of the last number
        at least. Looked at are the ends of months, or where the last third has fewer
        than three of them, of weeks. None where it has fewer than three weeks, or there
        is one replication alone, which says nothing of chance.
    """
    if len(run.replications) < 2:
        return Growth()
    waiting = _rising(run, "list at the end", "waiting")
    in_use = _rising(run, "in use at the end", "in_use")
    kinds = {service.name: service.kind for service in run.labels.services}
    filling = (x for x in in_use if kinds[x] != "slots" and x not in waiting)
    return Growth(tuple(waiting), tuple(filling))


def _rising(run: Run, measure: str, column: str) -> list[str]:
    """Return the services of which a number rises: a measure, or a midnight column."""
    months = _last(run.labels.period_names[:-1])
    found = _by_month(run, measure, months)
    if len(months) < FEWEST:
        found = _by_week(run, column)
    names = (service.name for service in run.labels.services)
    return [name for name in names if name in found and grows(found[name])]


def _last(ends: Sequence[T]) -> Sequence[T]:
    """Return the last third."""
    return ends[len(ends) - len(ends) // 3 :]


def _by_month(run: Run, measure: str, months: Sequence[str]) -> dict[str, Floats]:
    """Return numbers at the ends of months, by service."""
    table = measured(
        run, group="all", kind="service", measure=measure, statistic="number"
    )
    subject, names = coded(table["subject"])
    period, periods = coded(table["period"])
    month = np.array([months.index(p) if p in months else -1 for p in periods], int)
    kept = month[period] >= 0
    replication = np.searchsorted(run.replications, table["replication"].to_numpy())
    numbers = np.zeros((len(names), len(run.replications), len(months)))
    at = subject[kept], replication[kept], month[period[kept]]
    numbers[at] = table["value"].to_numpy()[kept]
    return {names[row]: numbers[row] for row in np.unique(at[0]).tolist()}


def _by_week(run: Run, column: str) -> dict[str, Floats]:
    """Return numbers at the ends of weeks, by service; none of a run of few weeks."""
    nights = len(run.labels.midnights)
    weeks = _last(range(WEEK, nights, WEEK))
    if len(weeks) < FEWEST:
        return {}
    table = run.series
    services = np.array(table["service"].to_pylist())
    values = table[column].to_numpy()
    return {
        service.name: values[services == service.name].reshape(-1, nights)[:, weeks]
        for service in run.labels.services
    }


def grows(lists: Floats) -> bool:
    """Return whether lists grow.

    Parameters
    ----------
    lists : ndarray of float, shape (replications, months)
        Patients in line at the end of each month.
    """
    slopes = _slopes(lists)
    found = estimate(slopes.tolist(), SURE)
    rise = found.mean * (lists.shape[1] - 1)
    is_clear = found.low is not None and found.low > 0.0
    return bool(is_clear and rise >= LEAST * max(lists[:, -1].mean(), 1.0))


def _slopes(lists: Floats) -> Floats:
    """Return the slope of the straight line through each row, a month."""
    places = np.arange(lists.shape[1]) - (lists.shape[1] - 1) / 2
    return np.asarray(lists @ places / (places @ places))


def sentences(what: tuple[str, str], services: Sequence[str]) -> list[str]:
    """Say that something still grows, of one or of several services."""
    little = "at the end: averages over the period say little."
    if len(services) < 2:
        return [f"{what[0]} {service} still grows {little}" for service in services]
    return [
        f"{what[1]} {', '.join(services[:-1])} and {services[-1]} still grow {little}"
    ]
