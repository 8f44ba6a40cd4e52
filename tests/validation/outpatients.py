"""An independent simulation of the outpatients of P9, for the wait expected of them.

Two doctors and days that begin empty, by the recursion of J. Kiefer and J. Wolfowitz
(Transactions of the American Mathematical Society 78 (1955) 1), many centres at once;
nothing of caresim is used. `python -m tests.validation.outpatients` prints what stands
in `cases.published`. To take returns for independent arrivals would give 0.3% more: who
came together comes back a little apart.
"""

from __future__ import annotations

import sys
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
CENTRES, DAYS, FILLING = 3000, 400, 20
OPEN, NEW = 360.0, 90.0
"""Minutes, and new patients, a day."""


class Comers(NamedTuple):
    """Patients of one day: where, when, and how many visits are left after this one."""

    centre: Integers
    time: Floats
    left: Integers


def consultations(draw: np.random.Generator, n: int) -> Floats:
    """Return minutes with the doctor: normal, drawn again where not positive."""
    times = draw.normal(0.87, 0.21, n)
    while (times <= 0).any():
        again = times <= 0
        times[again] = draw.normal(0.87, 0.21, int(again.sum()))
    return times


def new_patients(draw: np.random.Generator) -> Comers:
    """Return who comes for the first time; 10% come twice, 10% three times."""
    centre = np.repeat(np.arange(CENTRES), draw.poisson(NEW, CENTRES))
    n = len(centre)
    left = draw.choice(3, n, p=(0.8, 0.1, 0.1))
    return Comers(centre, draw.uniform(0, OPEN, n), left)


def seen(draw: np.random.Generator, comers: Comers) -> tuple[Floats, Floats]:
    """Return when the visit of each patient of a day starts and ends."""
    order = np.lexsort((comers.time, comers.centre))
    centre = comers.centre[order]
    rank = np.arange(len(order)) - np.searchsorted(centre, centre)
    starts, ends = np.empty(len(order)), np.empty(len(order))
    free = np.zeros((CENTRES, 2))
    by_rank = np.argsort(rank, kind="stable")
    for row in np.split(by_rank, np.flatnonzero(np.diff(rank[by_rank])) + 1):
        at, who = centre[row], order[row]
        free.sort(axis=1)
        starts[who] = np.maximum(free[at, 0], comers.time[who])
        ends[who] = starts[who] + consultations(draw, len(row))
        free[at, 0] = ends[who]
    return starts, ends


def together(parts: list[Comers]) -> Comers:
    """Return all of several lists of patients."""
    return Comers(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def waits(draw: np.random.Generator) -> tuple[Floats, Floats]:
    """Return minutes waited and patients of each centre, once returns come in full."""
    due: list[list[Comers]] = [[] for _ in range(DAYS + 9)]
    waited, people = np.zeros(CENTRES), np.zeros(CENTRES)
    for day in range(DAYS):
        comers = together([new_patients(draw), *due[day]])
        due[day] = []
        starts, ends = seen(draw, comers)
        if day >= FILLING:
            waited += np.bincount(comers.centre, starts - comers.time, CENTRES)
            people += np.bincount(comers.centre, minlength=CENTRES)
        gap = draw.integers(3, 9, len(starts))
        for days in range(3, 9):
            back = (comers.left > 0) & (gap == days)
            due[day + days].append(
                Comers(comers.centre[back], ends[back], comers.left[back] - 1)
            )
    return waited, people


def main() -> None:
    """Print the mean wait and its standard error, in minutes."""
    waited, people = waits(np.random.Generator(np.random.PCG64(9)))
    mean = waited.sum() / people.sum()
    spread = np.std(waited - mean * people, ddof=1) / people.mean()
    sys.stdout.write(f"{mean:.7f} +- {spread / np.sqrt(CENTRES):.7f}\n")


if __name__ == "__main__":
    main()
