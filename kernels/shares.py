"""The time of clocks by cause: one row for each clock that has some.

Most patients have several clocks and few of them on, so the rows are handed out as
they are needed. Row 0 is never handed out and always zero: it is the row of all clocks
that have no time in line so far.
"""

import numpy as np
from numpy.typing import NDArray

from kernels.jit import inlined, jit
from kernels.layout import CAUSES
from kernels.state import SHARE_FREE, SHARE_N, State

Integers = NDArray[np.int64]

NONE = 0
"""The row of clocks that have none."""


@inlined
def own_row(state: State, row: int, clock: int) -> int:
    """Return the row of a clock of a patient, handed out if it has none."""
    n, own = state.n, state.share_of[row, clock]
    if own == NONE:
        own = n[SHARE_FREE]
        n[SHARE_FREE] = state.shares[own, 0]
        n[SHARE_N] += 1
        state.share_of[row, clock] = own
        cleared(state.shares[own])
    return int(own)


@inlined
def give_up(state: State, row: int, clock: int) -> None:
    """Take the row of a clock back, if it has one."""
    n, own = state.n, state.share_of[row, clock]
    if own != NONE:
        state.shares[own, 0] = n[SHARE_FREE]
        n[SHARE_FREE] = own
        n[SHARE_N] -= 1
        state.share_of[row, clock] = NONE


@jit
def shares_left(shares: Integers, n: Integers) -> int:
    """Return how many more rows of `State.shares` may be handed out."""
    return int(len(shares) - 1 - n[SHARE_N])


@inlined
def cleared(shares: Integers) -> None:
    """Set the time of a clock by cause to nothing."""
    for cause in range(len(CAUSES)):
        shares[cause] = 0
