"""Lists that never settle: whether they still grow when the period ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from results.selection import rows
from results.statistics import estimate

if TYPE_CHECKING:
    from results.run import Run

FEWEST = 3
"""Months of the last third that are needed to say anything."""
SURE = 0.99
LEAST = 0.1
"""What a list must grow by in the last third, as a share of what it is at the end."""
Floats = NDArray[np.float64]


def growing(run: Run) -> tuple[str, ...]:
    """Return the services whose list still grows over the last third of the period.

    Parameters
    ----------
    run : Run

    Returns
    -------
    tuple of str
        Those whose lists at the months' ends rise, by the slope of a straight line in
        each replication, so much that chance does not do it (at 99%) and by a tenth of
        the last list at least. None where the last third has less than three months, or
        there is one replication alone, which says nothing of chance.
    """
    months = run.labels.period_names[:-1]
    last = months[len(months) - len(months) // 3 :]
    if len(last) < FEWEST or len(run.replications) < 2:
        return ()
    lists = _lists(run, last)
    return tuple(
        service.name
        for service in run.labels.services
        if service.name in lists and grows(lists[service.name])
    )


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


def _lists(run: Run, months: Sequence[str]) -> dict[str, Floats]:
    """Return the lists at the months' ends, by service."""
    table = rows(
        run.measures,
        group="all",
        kind="service",
        measure="list at the end",
        statistic="number",
    ).to_pydict()
    shape = len(run.replications), len(months)
    lists: dict[str, Floats] = {}
    columns = ("subject", "replication", "period", "value")
    for name, replication, period, value in zip(
        *(table[column] for column in columns), strict=True
    ):
        if period in months:
            cells = lists.setdefault(name, np.zeros(shape))
            at = run.replications.index(replication), months.index(period)
            cells[at] = value
    return lists


def sentence(service: str) -> str:
    """Say that a list still grows."""
    return (
        f"The list of {service} still grows at the end: averages over the period say "
        "little."
    )
