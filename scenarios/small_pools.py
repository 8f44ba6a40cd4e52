"""Small pools: how many units stand for a pool that is divided by a scale.

The same load and capacity make longer waits in a small pool than in a large one, for
the load swings about its mean with its root, and the room above the mean shrinks
faster. So a pool gets more than its plain part: of a capacity of `n` at full size, at a
scale of `r` (0.05 for 1:20),

    n·r + more × √(n·r) × (1 − √r)

and never less than one unit where there is one at full size. The root is that of
square-root staffing (Halfin and Whitt, Operations Research 29, 1981): the room above
the load is a multiple of its standard deviation at every size. At `r = 1` nothing is
added; `more` says by how many deviations.
"""

from __future__ import annotations

import math

KINDS = frozenset(("staff", "beds", "caseload"))
"""Kinds of service whose pools shrink; of slots the fractions carry over instead."""


def small_pool(units: float, ratio: float, more: float) -> float:
    """Return the units of a small pool, not rounded.

    Parameters
    ----------
    units : float
        At full size.
    ratio : float
        0.05 for 1:20.
    more : float
        How many roots are added.
    """
    plain = units * ratio
    if plain <= 0:
        return plain
    return max(plain + more * math.sqrt(plain) * (1 - math.sqrt(ratio)), 1.0)
