"""What services remember, so that it can be said why their patients waited.

Only models with standards that look at a clock have accounts; elsewhere these tables
are empty. The rules stand in docs/background/semantics.md, section 18.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.layout import (
    LOOK,
    NEVER,
    SLOTS,
    SUM,
    TO_CHOICE,
    UNLIMITED,
    Model,
    Table,
)
from kernels.levels import Lines, has_diary
from kernels.routing import DEEPEST

Integers = NDArray[np.int64]

PARTS = 5040
"""Shares of units are whole numbers of so many parts. In a run of 58 years a counter
of parts stays below the largest number."""
LOOKS = 1 << 15
"""Rows for clocks that are looked at, handed on together."""

ACCOUNT = np.dtype(
    [
        ("seen", "i8"),  # up to when the counters go
        ("shut", "i8"),  # the last closure
        ("opened", "i8"),
        ("delay", "i8"),  # time x share of units kept by those who cannot go on
        ("blocked", "i4"),  # how many units that are now
        ("session", "i4"),  # slots: the last calendar row that has begun
        ("kept", "i4"),  # first row of `State.kept`; -1: no units are kept back
        ("moves", "i4"),  # 1: units have counters
        ("ranks", "i4"),  # 1: some may be out-ranked
        ("due", "i4"),  # 1: slots are kept back
        ("notes", "i4"),  # 1: who joins notes how some counter stands
    ],
    align=True,
)
"""The account of a service."""
# Columns of `State.passed`.
PASSED_TIME, PASSED_SINCE = range(2)
# Columns of `State.came`: how many came to slots of a page, and at the last moment.
CAME, CAME_AT, CAME_THEN = range(3)
# Columns of `State.notes`.
(
    N_FIRST,  # how the counters stood on joining: `delay`, or slots that fell due
    N_KEPT,  # units, or slots, that were kept back in vain
    N_PASSED,  # for how long others passed; with a date: what it came to
    N_MISSED,  # when the last appointment was missed
    N_CELLS,
) = range(5)


class Accounts(NamedTuple):
    """The accounts of all services at the beginning of a run."""

    services: Table
    """ACCOUNT, shape (S,) or (0,)."""
    passed: Integers
    """For how long each level of a line was passed over, and since when it is (-1: it
    is not), shape (levels, 2)."""
    kept: Integers
    """Time x share of units that were free and kept back: for each service with some,
    from those of no reserve, and from those of each."""
    came: Integers
    """Shape (pages, 3)."""


def counts_causes(model: Model) -> bool:
    """Return whether it is to be said why patients waited."""
    of_clocks = model.standards["clock"] >= 0
    return bool((of_clocks & (model.standards["keeps"] != SUM)).any())


def promised(model: Model) -> Integers:
    """Return beyond what clocks are looked at in each month, shape (clocks, M).

    The least that standards promise which count those still waiting, means left out;
    NEVER where no such standard looks at a clock; (0, 0) if there is none at all.
    """
    still = (model.standards["clock"] >= 0) & (model.standards["still"] == 1)
    still &= model.standards["keeps"] != SUM
    if not still.any():
        return np.zeros((0, 0), dtype=np.int64)
    months = len(model.months) - 1
    least = np.full((model.n_clocks, months), NEVER, dtype=np.int64)
    for row in np.flatnonzero(still).tolist():
        clock = int(model.standards["clock"][row])
        least[clock] = np.minimum(least[clock], model.standard_within[row])
    return least


def accounts_of(model: Model, lines: Lines, page: NDArray[np.int32]) -> Accounts:
    """Return the accounts of a model.

    Parameters
    ----------
    model : Model
    lines : Lines
    page : ndarray of int32, shape (S,)
        How many pages the diary of each service has.
    """
    if not counts_causes(model):
        return Accounts(
            np.zeros(0, dtype=ACCOUNT),
            *(np.zeros(shape, dtype=np.int64) for shape in ((0, 2), 0, (0, 3))),
        )
    services, kind = model.services, model.services["kind"]
    found = np.zeros(len(services), dtype=ACCOUNT)
    found["seen"], found["shut"], found["opened"] = model.begin, -1, -1
    found["session"] = services["calendar"] - 1
    has_units = (kind != SLOTS) & (kind != UNLIMITED)
    keeps = has_units & (services["reserves"] > 0)
    rows = np.where(keeps, 1 + services["reserves"], 0)
    found["kept"] = np.where(keeps, np.cumsum(rows) - rows, -1)
    found["moves"] = keeps | (has_units & _may_be_blocked(model))
    found["ranks"] = [_has_ranks(lines, s) for s in range(len(services))]
    found["due"] = has_diary(model) & (services["reserves"] > 0)
    found["notes"] = found["moves"] | found["ranks"] | found["due"]
    passed = np.zeros((len(lines.levels), 2), dtype=np.int64)
    passed[:, PASSED_SINCE] = -1
    kept = np.zeros(int(rows.sum()), dtype=np.int64)
    return Accounts(found, passed, kept, np.zeros((int(page.sum()), 3), np.int64))


def _has_ranks(lines: Lines, service: int) -> bool:
    """Return whether one level of a line may be passed over for another."""
    levels = lines.levels[lines.first[service] : lines.first[service + 1]]
    return len(np.unique(levels[["priority", "allowance"]])) > 1


def _may_be_blocked(model: Model) -> NDArray[np.bool_]:
    """Return of which services units may be kept after treatment, shape (S,)."""
    found = np.zeros(len(model.services), dtype=np.bool_)
    for step in model.steps:
        if not _may_be_kept(model, int(step["then"])):
            continue
        service = model.services[step["service"]]
        found[step["service"]] = True
        first = int(service["help"])
        found[model.helps["service"][first : first + service["helps"]]] = True
        first = int(step["need"])
        found[model.needs["service"][first : first + step["needs"]]] = True
    return found


def _may_be_kept(model: Model, choice: int, depth: int = 0) -> bool:
    """Return whether a unit may be kept on going on by a choice."""
    row = model.choices[choice]
    branches = model.branches[row["branch"] : row["branch"] + row["branches"]]
    if (branches["arranged"] >= 0).any() or branches["keeps"].any():
        return True
    inner = branches["to"][branches["kind"] == TO_CHOICE].tolist()
    return depth < DEEPEST and any(_may_be_kept(model, c, depth + 1) for c in inner)


def closures(model: Model) -> Integers:
    """Return the last closure before each session of slots, shape (calendar rows, 2).

    From when to when; from -1 on before the first session. Sessions that follow each
    other at once have the same; (0, 2) in a model without accounts.
    """
    if not counts_causes(model):
        return np.zeros((0, 2), dtype=np.int64)
    found = np.full((len(model.calendar), 2), -1, dtype=np.int64)
    for service in model.services[model.services["kind"] == SLOTS]:
        first = int(service["calendar"])
        for row in range(first, first + int(service["calendars"])):
            begin = model.calendar["time"][row]
            until = model.calendar["until"][row - 1] if row > first else -1
            found[row] = (until, begin) if until < begin else found[row - 1]
    return found


def slots_before(model: Model) -> Integers:
    """Return how many slots of each sort lie in sessions before each session.

    Returns
    -------
    int64 array, shape (calendar rows, 1 + most reserves)
        The sorts are those of a diary's pages; (0, 0) where no slots are kept back in
        a model with accounts.
    """
    keeping = np.flatnonzero(has_diary(model) & (model.services["reserves"] > 0))
    if not counts_causes(model) or len(keeping) == 0:
        return np.zeros((0, 0), dtype=np.int64)
    most = 1 + int(model.services["reserves"][keeping].max())
    found = np.zeros((len(model.calendar), most), dtype=np.int64)
    for service in model.services[keeping]:
        first, rows = int(service["calendar"]), int(service["calendars"])
        reserve = int(service["reserve"])
        units = model.reserves["units"][reserve : reserve + service["reserves"]]
        slots = model.calendar["capacity"][first : first + rows].astype(np.int64)
        kept = [int(units[sort:].sum()) for sort in range(len(units))]
        lasts = [np.minimum(slots, last) for last in kept]
        edges = [slots, *lasts, np.zeros_like(slots)]
        for sort in range(1 + len(units)):
            here = np.cumsum(edges[sort] - edges[sort + 1])
            found[first + 1 : first + rows, sort] = here[:-1]
    return found


def empty_looks(model: Model) -> Table:
    """Return rows for clocks that are looked at."""
    rows = max(LOOKS, model.n_clocks) if len(promised(model)) else 0
    return np.zeros(rows, dtype=LOOK)
