"""Where a patient goes next, and after how long: one rule for both engines."""

import numpy as np
from numpy.typing import NDArray

from kernels.jit import jit
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
UNKNOWN = -1
"""Instead of the row of a branch."""
DEEPEST = 16
"""More choices than this in one move mean that pathways start in a circle."""


def edges_of(model: Model) -> tuple[Floats, Flags]:
    """Return where each branch's stretch of [0, 1) ends, worked out beforehand.

    Returns
    -------
    edges : ndarray of float, shape (branches, G)
        The sums that `branch_of` forms, in its order.
    is_still : ndarray of bool, shape (choices,)
        Whether no share of a choice moves, so that its edges tell the branch.
    """
    groups = np.arange(len(model.recorded))
    edges = np.ones((len(model.branches), len(groups)))
    for choice in model.choices[model.choices["compares"] == 0]:
        begin = np.zeros(len(groups))
        for row in range(choice["branch"], choice["branch"] + choice["branches"] - 1):
            branch = model.branches[row]
            begin = (
                begin
                + model.values["base"][
                    branch["share"] + branch["share_stride"] * groups
                ]
            )
            edges[row] = begin
    return edges, model.choices["moves"] == 0


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
    choices: Table,
    branches: Table,
    key: int,
    who: int,
    k: int,
    choice: int,
    group: int,
    time: int,
    u: float,
    known: int,
) -> tuple[int, int, int, int, int]:
    """Return kind and row of the next place, the delay and the time the unit is kept.

    The last number is 1 where the unit is kept after that, until the next service calls
    in.

    Choices that lead to choices (the starts of pathways) are followed with luck of
    their own. Delay and kept time are in microseconds; several delays on the way add
    up. The kind is TO_LINE, with the row of a choice, where patients compare lines, and
    TO_CHOICE where more than `DEEPEST` choices follow each other.

    Parameters
    ----------
    known : int
        The branch of the first choice, where it was found already; UNKNOWN else.
    """
    after, kept, keeps = 0, 0, 0
    for depth in range(DEEPEST):
        row = known
        if depth > 0 or known == UNKNOWN:
            row = branch_of(
                tables.values, tables.knots, choices, branches, choice, group, time, u
            )
        branch = branches[row]
        keeps |= branch["keeps"]
        if branch["after"] >= 0 or branch["arranged"] >= 0:
            w0, w1, w2, w3 = block(key, who, k, P_DELAY + depth)
            if branch["after"] >= 0:
                law = branch["after"] + group * branch["after_stride"]
                u = unit53(w0, w1)
                after += microseconds(duration(tables, law, time, u))
            if branch["arranged"] >= 0:
                law = branch["arranged"] + group * branch["arranged_stride"]
                u = unit53(w2, w3)
                kept += microseconds(duration(tables, law, time, u))
        if branch["kind"] != TO_CHOICE:
            return branch["kind"], branch["to"], after, kept, keeps
        choice = branch["to"]
        w0, w1, w2, w3 = block(key, who, k, P_CHOICE + depth)
        u = unit53(w0, w1)
    return TO_CHOICE, choice, after, kept, keeps
