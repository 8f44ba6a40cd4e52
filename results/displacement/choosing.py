"""Patients of two runs whose journeys are worth looking at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from results.displacement.counting import COMES, ONLY_A, ONLY_B
from results.displacement.ledgers import check_same_people
from results.displacement.names import names_of
from results.displacement.pairs import SAME, WHAT, Pairs, pairs
from results.displacement.world import world

if TYPE_CHECKING:
    from results.run import Run


def examples(a: Run, b: Run, replication: int, many: int = 3) -> dict[str, list[int]]:
    """Return some patients of each sort: those whose waits changed most come first.

    Parameters
    ----------
    a, b : Run
        With records of patients and one seed.
    replication : int
    many : int
        How many of each sort.

    Returns
    -------
    dict of str to list of int
        What happened (`waited longer`, `only in B` ...), and identities.

    Raises
    ------
    ResultError
        If the runs cannot be set side by side.
    """
    check_same_people(a, b)
    names = names_of(a.labels, b.labels)
    steps: dict[str, int] = {}
    one, other = (world(run, replication, names, steps) for run in (a, b))
    joined = pairs(one, other, names)
    found = {
        COMES[ONLY_B]: other.who[joined.only_b],
        COMES[ONLY_A]: one.who[joined.only_a],
    }
    for code, what in reversed(list(enumerate(WHAT))):
        if code != SAME:
            found[what] = one.who[joined.a[_most_moved(joined, code)]]
    return {what: who[:many].tolist() for what, who in found.items() if len(who)}


def _most_moved(joined: Pairs, what: int) -> NDArray[np.int64]:
    """Return those to whom something happened, the largest change of waiting first."""
    chosen = np.flatnonzero(joined.what == what)
    return chosen[np.argsort(-np.abs(joined.more[chosen]), kind="stable")]
