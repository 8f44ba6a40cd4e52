"""Where a patient goes next, and after how long: one rule for both engines."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.jit import inlined, jit
from kernels.laws import Laws, duration, microseconds
from kernels.layout import (
    P_CHOICE,
    P_DELAY,
    TO_CHOICE,
    TO_LINE,
    TO_STEP,
    Model,
    Table,
)
from kernels.philox import block, unit53
from kernels.values import value_at

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

NOWHERE = -1
"""Instead of the service of a step."""
OPEN = -1
"""Instead of the row of a branch."""
DEEPEST = 16
"""More choices than this in one move mean that pathways start in a circle."""


class Ways(NamedTuple):
    """What choices of the next place are read from, some of it worked out beforehand.

    A choice is still where no share of it moves.
    """

    choices: Table
    branches: Table
    edges: Floats
    """Where each branch's stretch of [0, 1) ends, in still choices: the sums that
    `branch_of` forms, in its order; shape (G, branches)."""
    sure: NDArray[np.int32]
    """The branch that a group takes whatever its luck, OPEN where luck decides; shape
    (choices, G)."""
    still: Flags
    """Shape (choices,)."""


def ways_of(model: Model, branches: Table) -> Ways:
    """Return what choices of the next place are read from.

    Parameters
    ----------
    model : Model
    branches : ndarray of BRANCH
        Those of the model, or as `steps_with_choices` has them.
    """
    groups = np.arange(len(model.recorded))
    edges = np.ones((len(groups), len(branches)))
    sure = np.full((len(model.choices), len(groups)), OPEN, dtype=np.int32)
    still = model.choices["moves"] == 0
    for number in np.flatnonzero(model.choices["compares"] == 0).tolist():
        first = int(model.choices[number]["branch"])
        last = first + int(model.choices[number]["branches"]) - 1
        begin = np.zeros(len(groups))
        for row in range(first, last):
            branch = branches[row]
            value = branch["share"] + branch["share_stride"] * groups
            begin = begin + model.values["base"][value]
            edges[:, row] = begin
        if still[number]:
            sure[number] = _sure(edges[:, first:last], first)
    return Ways(model.choices, branches, edges, sure, still)


def _sure(edges: Floats, first: int) -> NDArray[np.int32]:
    """Return the branch of each group, from `first` on, where luck cannot matter.

    Luck lies in (0, 1): branches of which the stretch ends at 0 are never taken.
    """
    edges = np.append(edges, np.ones((len(edges), 1)), axis=1)
    row = np.argmax(edges > 0.0, axis=1)
    is_whole = edges[range(len(edges)), row] >= 1.0
    return np.where(is_whole, first + row, OPEN).astype(np.int32)


def steps_with_choices(model: Model) -> tuple[Table, Table]:
    """Return the steps followed by the choices between lines, and branches to match.

    A choice between lines is a step at no service (NOWHERE): who comes to it has still
    to join one of its lines.

    Returns
    -------
    steps : ndarray of STEP
        Of a choice only `then`, its row, means anything.
    branches : ndarray of BRANCH
        None is TO_LINE any more.
    """
    choices = np.flatnonzero(model.choices["compares"])
    if len(choices) == 0:
        return model.steps, model.branches
    more = np.zeros(len(choices), dtype=model.steps.dtype)
    more["service"], more["then"] = NOWHERE, choices
    branches = model.branches.copy()
    rows = branches["kind"] == TO_LINE
    branches["to"][rows] = len(model.steps) + np.searchsorted(
        choices, branches["to"][rows]
    )
    branches["kind"][rows] = TO_STEP
    return np.concatenate((model.steps, more)), branches


@jit
def branch_of(
    values: Table,
    knots: Table,
    choices: Table,
    branches: Table,
    choice: int,
    group: int,
    time: int,
    u: float,
) -> int:
    """Return the row of the branch that a uniform number chooses.

    Every branch owns a stretch of [0, 1) as wide as its share as first written; the
    last has the rest. A branch that has grown takes its surplus from the pool: the
    rest's own stretch, then what shrunken branches have given up. So a change of
    shares moves no more patients than it must (semantics.md, section 6).

    Parameters
    ----------
    choice, group : int
        Row of the choice; group of the patient.
    time : int
        When the choice is made, microseconds: shares may have changed by then.
    u : float
        In (0, 1).
    """
    first = choices[choice]["branch"]
    last = first + choices[choice]["branches"] - 1
    moves = choices[choice]["moves"]
    begin, own = 0.0, last
    for row in range(first, last):
        value = branches[row]["share"] + group * branches[row]["share_stride"]
        base = values[value]["base"]
        if u < begin + base:
            own = row
            break
        begin += base
    if not moves:
        return int(own)
    pool = u - begin
    if own < last:
        value = branches[own]["share"] + group * branches[own]["share_stride"]
        base = values[value]["base"]
        now = min(base, value_at(values, knots, value, time))
        if u < begin + now:
            return int(own)
        pool -= now
        for row in range(first, last):
            value = branches[row]["share"] + group * branches[row]["share_stride"]
            base = values[value]["base"]
            if row < own and values[value]["knots"] > 0:
                pool += max(base - value_at(values, knots, value, time), 0.0)
            if row >= own:
                begin += base
        pool += max(1.0 - begin, 0.0)
    for row in range(first, last):
        value = branches[row]["share"] + group * branches[row]["share_stride"]
        if values[value]["knots"] > 0:
            surplus = value_at(values, knots, value, time) - values[value]["base"]
            if surplus > 0 and pool < surplus:
                return int(row)
            pool -= max(surplus, 0.0)
    return int(last)


@jit
def route(
    tables: Laws,
    ways: Ways,
    key: int,
    who: int,
    k: int,
    choice: int,
    group: int,
    time: int,
    u: float,
) -> tuple[int, int, int, int, int]:
    """Return kind and row of the next place, the delay and the time the unit is kept.

    The last number is 1 where the unit is kept after that, until the next service calls
    in.

    Choices that lead to choices (the starts of pathways) are followed with luck of
    their own. Delay and kept time are in microseconds; several delays on the way add
    up. The kind is TO_LINE, with the row of a choice, where patients compare lines, and
    TO_CHOICE where more than `DEEPEST` choices follow each other.
    """
    after, kept, keeps = 0, 0, 0
    for depth in range(DEEPEST):
        row = ways.sure[choice, group]
        if row == OPEN:
            if depth > 0:
                w0, w1, w2, w3 = block(key, who, k, P_CHOICE + depth - 1)
                u = unit53(w0, w1)
            row = _by_luck(tables, ways, choice, group, time, u)
        branch = ways.branches[row]
        keeps |= branch["keeps"]
        if branch["after"] >= 0 or branch["arranged"] >= 0:
            w0, w1, w2, w3 = block(key, who, k, P_DELAY + depth)
            if branch["after"] >= 0:
                law = branch["after"] + group * branch["after_stride"]
                after += microseconds(duration(tables, law, time, unit53(w0, w1)))
            if branch["arranged"] >= 0:
                law = branch["arranged"] + group * branch["arranged_stride"]
                kept += microseconds(duration(tables, law, time, unit53(w2, w3)))
        if branch["kind"] != TO_CHOICE:
            return branch["kind"], branch["to"], after, kept, keeps
        choice = branch["to"]
    return TO_CHOICE, choice, after, kept, keeps


@inlined
def _by_luck(
    tables: Laws, ways: Ways, choice: int, group: int, time: int, u: float
) -> int:
    """Return the row of the branch that a uniform number chooses."""
    if ways.still[choice]:
        return still_branch(ways, choice, group, u)
    return branch_of(
        tables.values,
        tables.knots,
        ways.choices,
        ways.branches,
        choice,
        group,
        time,
        u,
    )


@inlined
def still_branch(ways: Ways, choice: int, group: int, u: float) -> int:
    """Return the row of the branch that luck chooses where no share moves."""
    row = int(ways.choices[choice]["branch"])
    last = row + ways.choices[choice]["branches"] - 1
    while row < last and u >= ways.edges[group, row]:
        row += 1
    return row
