"""Services that are not steady: from when on averages over the period may be trusted.

Looked at is how many patients are at a service, in line and in treatment, at every
midnight, on average over replications. MSER-5 cuts off a beginning such that the mean
of the rest is known best. What is said rests on the replications as well: leaving the
cut out must move the average for certain and by a twentieth at least, or else it is
left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.statistics.estimates import estimate

if TYPE_CHECKING:
    from results.run import Run

BATCH = 5
"""Midnights whose mean is one observation of MSER-5."""
FEWEST = 20
"""Batches that are needed to say anything."""
SURE = 0.99
LEAST = 0.05
"""What the average must move by when the cut is left out, as a share of the rest."""
Floats = NDArray[np.float64]


class Unsettled(NamedTuple):
    """A service that is not steady over the whole period."""

    service: str
    days: int
    """How long it takes to settle, from the start of counting."""
    settled: str | None
    """From which date on it is steady; None: it never is."""


def unsettled(run: Run) -> tuple[Unsettled, ...]:
    """Return the services that are not steady over the whole period.

    Parameters
    ----------
    run : Run

    Returns
    -------
    tuple of Unsettled
        None where there are less than a hundred midnights, or one replication alone,
        which says nothing of chance.
    """
    nights = run.labels.midnights
    if len(nights) < BATCH * FEWEST or len(run.replications) < 2:
        return ()
    return tuple(
        Unsettled(name, cut, nights[cut].isoformat())
        if cut is not None
        else Unsettled(name, len(nights) - 1, None)
        for name, paths in _paths(run)
        for cut in _cuts(paths)
    )


def _cuts(paths: Floats) -> Iterator[int | None]:
    """Yield how many midnights to cut off; None: all; nothing where none."""
    cut = truncation(paths.mean(axis=0))
    half = paths.shape[1] // 2
    at = half if cut is None else cut
    if at and _matters(paths, at):
        yield cut


def truncation(path: Floats) -> int | None:
    """Return how many values MSER-5 cuts off at the beginning of a path.

    The cut is where the squared standard error of the mean of what remains, taken as
    if its batches were independent, is least: sum of squares ÷ (batches left)².

    Parameters
    ----------
    path : ndarray of float, shape (n,)

    Returns
    -------
    int or None
        A multiple of five; None where it falls into the second half: then the path is
        too short to tell where it settles, if it does.

    References
    ----------
    K. P. White, An effective truncation heuristic for bias reduction in simulation
    output, Simulation 69 (1997) 323-334; K. P. White, M. J. Cobb and S. C. Spratt, A
    comparison of five steady-state truncation heuristics for simulation, Proceedings of
    the Winter Simulation Conference 2000, 755-760 (batches of five, and the half).
    """
    batches = path[: len(path) // BATCH * BATCH].reshape(-1, BATCH).mean(axis=1)
    left = np.arange(len(batches), 0, -1)
    backward = batches[::-1] - batches.mean()
    sums, squares = np.cumsum(backward)[::-1], np.cumsum(backward**2)[::-1]
    errors = (squares - sums**2 / left) / left**2.0
    # The last five batches cannot vary enough to be judged.
    best = int(np.argmin(np.maximum(errors[: len(batches) - BATCH], 0.0)))
    return None if best > len(batches) // 2 else best * BATCH


def _matters(paths: Floats, at: int) -> bool:
    """Return whether the average moves for certain, and by enough, without the cut."""
    whole, rest = paths.mean(axis=1), paths[:, at:].mean(axis=1)
    found = estimate((whole - rest).tolist(), SURE)
    is_clear = found.interval is not None and not (
        found.interval[0] <= 0 <= found.interval[1]
    )
    return is_clear and abs(found.mean) >= LEAST * max(float(rest.mean()), 1.0)


def sentences(found: Sequence[Unsettled]) -> Iterator[str]:
    """Say what services that are not steady mean for averages.

    Parameters
    ----------
    found : sequence of Unsettled

    Yields
    ------
    str
    """
    never = [one.service for one in found if one.settled is None]
    if never:
        yield (
            f"Not steady at any time of the period: {', '.join(never)}. Their averages "
            "over the whole say little: look at months."
        )
    later = [
        f"{one.service} from {one.settled} on, after {one.days} days"
        for one in found
        if one.settled is not None
    ]
    if later:
        yield (
            f"Steady only later: {'; '.join(later)}. Averages over the whole period "
            "mix both: look at months, or begin with a longer warm-up or a start state."
        )


def _paths(run: Run) -> Iterator[tuple[str, Floats]]:
    """Yield how many are at each service, shape (replications, midnights)."""
    table = run.series
    names = [service.name for service in run.labels.services]
    there = table["waiting"].to_numpy() + table["in_use"].to_numpy()
    shape = len(run.replications), len(names), len(run.labels.midnights)
    paths = there.reshape(shape).astype(np.float64)
    for row, name in enumerate(names):
        yield name, paths[:, row]
