"""How lines are laid out, and which services decide together: worked out once a run.

A line is cut into levels. The patients of a level have the same priority, the same time
within which they are due, and need the same units; so they stand in the order of their
coming, and where there is room for one of them there is room for the first. To call in
from a line takes a look at the first of each level, however many wait.

Most services have one level for each priority and give one unit to each patient. All
others, and those that share their units, decide in `kernels.groups`.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kernels.layout import (
    NEVER,
    SLOTS,
    TO_ENDING,
    TO_STEP,
    Model,
    Table,
)
from kernels.routing import DEEPEST

Requirements = tuple[tuple[int, int], ...]
LEVEL = np.dtype(
    [
        ("head", "i4"),
        ("tail", "i4"),
        ("priority", "i4"),
        ("service", "i4"),
        ("allowance", "i8"),  # added to since for the order of the line
        ("need", "i4"),  # first row of `Lines.requirements`
        ("needs", "i4"),
        ("planned", "i8"),  # so long before closing they must be called in
        ("reserve", "i4"),  # kept back for these patients; -1: none
        ("boards", "i4"),  # 1: these patients keep a bed elsewhere
        ("twin", "i4"),  # the level of those like them who do; -1: there are none
    ],
    align=True,
)
REQUIREMENT = np.dtype([("service", "i4"), ("units", "i4")], align=True)
"""Units that the patients of a level need; the first row is of their own service."""


class Lines(NamedTuple):
    """The lines of all services, empty (S services, N steps, G groups)."""

    levels: Table
    """LEVEL, service by service in order of priority."""
    first: list[int]
    """First level of each service, and the row after the last."""
    level_of: NDArray[np.int32]
    """Where each group stands at each step, shape (N, G)."""
    requirements: Table
    group: NDArray[np.int32]
    """The first service of those that decide together with each, shape (S,)."""
    is_joint: NDArray[np.bool_]
    """Whether a service decides in `kernels.groups`, shape (S,)."""
    is_odd: NDArray[np.bool_]
    """Whether the visits of a step may hold more, or other, than one unit of their own
    service, or hold it longer; shape (N,)."""
    hold_of: NDArray[np.int32]
    """Which of the services that may be held each service is, -1 if none; (S,)."""
    reserve_of: NDArray[np.int32]
    """Which reserve of a service is for a group, -1 if none is; shape (S, G)."""


def has_diary(model: Model) -> NDArray[np.bool_]:
    """Return which services give out slots ahead, to some only, or to many at once."""
    services = model.services
    found = (services["reserves"] > 0) | (services["per_slot"] > 1)
    found |= (services["ahead"] > 0) | (services["notice"] > 0)
    return np.asarray(found & (services["kind"] == SLOTS))


def machines(model: Model) -> NDArray[np.int64]:
    """Return the machines that break down: service, identity and row of `SPELL`.

    Returns
    -------
    ndarray, shape (machines, 3)
    """
    first = states(model)
    having = np.flatnonzero(model.services["machines"])
    rows = [
        (service, int(model.services["machine"][service]) + number, first + row)
        for row, service in enumerate(having.tolist())
        for number in range(int(model.services["machines"][service]))
    ]
    return np.array(rows, dtype=np.int64).reshape(len(rows), 3)


def states(model: Model) -> int:
    """Return how many rules of escalation and states of the system there are."""
    if len(model.escalations) == 0:
        return 0
    return len(model.escalations) + int(max(model.escalations["level"].max(), 1))


def closings(model: Model) -> NDArray[np.int64]:
    """Return for each calendar row when the units that are open begin to close.

    The moment of the first later row with fewer units; NEVER if there is none, and
    everywhere in a model in which nothing is planned before closing.
    """
    found = np.full(len(model.calendar), NEVER, dtype=np.int64)
    if not (model.steps["planned"] >= 0).any():
        return found
    for service in model.services:
        first = int(service["calendar"])
        rows = range(first, first + int(service["calendars"]))
        above: list[int] = []
        for row in rows:
            units = model.calendar["capacity"][row]
            while above and model.calendar["capacity"][above[-1]] > units:
                found[above.pop()] = model.calendar["time"][row]
            above.append(row)
    return found


def lines_of(model: Model) -> Lines:
    """Return the lines of a model."""
    boards = _boarding_steps(model)
    reserve_of = reserves(model)
    kinds = [_kinds(model, step, reserve_of) for step in range(len(model.steps))]
    levels, first, level_of, requirements = _levels(model, kinds, boards)
    group = _groups(model)
    is_joint = _joint(model, group, levels, boards)
    hold_of = np.full(len(model.services), -1, dtype=np.int32)
    held = np.unique(model.holding)
    hold_of[held] = np.arange(len(held))
    at = model.steps["service"]
    is_odd = is_joint[at] | (model.steps["holds"] > 0) | (hold_of[at] >= 0)
    is_odd |= np.array([_keeps(model, c) for c in model.steps["then"]], dtype=np.bool_)
    return Lines(
        levels,
        first,
        level_of,
        requirements,
        group,
        is_joint,
        is_odd,
        hold_of,
        reserve_of,
    )


def reserves(model: Model) -> NDArray[np.int32]:
    """Return which reserve of a service is for a group, -1 if none; shape (S, G)."""
    found = np.full((len(model.services), len(model.recorded)), -1, dtype=np.int32)
    for row, service in zip(found, model.services, strict=True):
        first = int(service["reserve"])
        for reserve in reversed(range(first, first + int(service["reserves"]))):
            row[model.reserve_groups[reserve]] = reserve
    return found


def _keeps(model: Model, choice: int) -> bool:
    """Return whether a unit may be kept on going on by a choice."""
    return next(_reached(model, choice, kept=True), -1) >= 0


def _branches(model: Model, choice: int) -> Table:
    row = model.choices[choice]
    return model.branches[row["branch"] : row["branch"] + row["branches"]]


def _reached(model: Model, choice: int, *, kept: bool, depth: int = 0) -> Iterator[int]:
    """Yield the steps to which a choice leads, or those to which with a kept unit."""
    for branch in _branches(model, choice):
        if branch["kind"] == TO_STEP and (branch["keeps"] or not kept):
            yield int(branch["to"])
        elif branch["kind"] not in (TO_STEP, TO_ENDING) and depth < DEEPEST:
            still, to = kept and not branch["keeps"], int(branch["to"])
            yield from _reached(model, to, kept=still, depth=depth + 1)


def _boarding_steps(model: Model) -> set[int]:
    """Return the steps in whose lines patients may stand who keep a bed elsewhere."""
    found: set[int] = set()
    new = {s for row in model.steps for s in _reached(model, row["then"], kept=True)}
    while new:
        found |= new
        away = [c for step in new for c in _away(model, model.steps[step])]
        new = {s for c in away for s in _reached(model, c, kept=False)} - found
    return found


def _away(model: Model, step: np.void) -> Iterator[int]:
    """Yield the choices of those who leave the line of a step."""
    waits = model.waits[step["wait"] : step["wait"] + step["waits"]]
    yield from (int(c) for c in waits["then"] if c >= 0)
    rules = model.rules[step["rule"] : step["rule"] + step["rules"]]
    yield from (int(c) for c in rules["then"])
    if step["absent"] >= 0:
        yield int(step["absent_then"])


Kind = tuple[int, int, Requirements, int, int]
"""Priority, allowance, what is needed, planned time, reserve."""


def _kinds(
    model: Model, number: int, reserve_of: NDArray[np.int32]
) -> list[list[Kind]]:
    """Return for each group of a step as what it may stand in line.

    The first is that with which it joins; a waiting event may change the priority.
    """
    step, groups = model.steps[number], len(model.recorded)
    reserve = reserve_of[step["service"]].tolist()
    if min(reserve) == max(reserve) and not _differs(model, step):
        return [_of_group(model, step, 0, reserve[0])] * groups
    return [_of_group(model, step, group, reserve[group]) for group in range(groups)]


def _differs(model: Model, step: np.void) -> bool:
    """Return whether anything at a step depends on the group."""
    needs = model.needs[step["need"] : step["need"] + step["needs"]]
    strides = (
        step["priority_stride"],
        step["planned_stride"],
        model.services[step["service"]]["allowance_stride"],
        *_changing(model, step)["priority_stride"],
        *needs["units_stride"],
    )
    return any(strides)


def _changing(model: Model, step: np.void) -> Table:
    """Return the waiting events of a step after which patients stay in line."""
    waits = model.waits[step["wait"] : step["wait"] + step["waits"]]
    return waits[waits["then"] < 0]


def _of_group(model: Model, step: np.void, group: int, reserve: int) -> list[Kind]:
    """Return as what a group may stand in line at a step."""
    service, changing = model.services[step["service"]], _changing(model, step)
    priorities = [model.wholes[step["priority"] + step["priority_stride"] * group]]
    priorities += [
        model.wholes[wait["priority"] + wait["priority_stride"] * group]
        for wait in changing
    ]
    allowance = planned = 0
    if service["allowance"] >= 0:
        at = service["allowance"] + service["allowance_stride"] * group
        allowance = int(model.allowances[at])
    if step["planned"] >= 0:
        at = step["planned"] + step["planned_stride"] * group
        planned = int(model.allowances[at])
    fixed = allowance, _requirements(model, step, group), planned, reserve
    return [(int(priority), *fixed) for priority in priorities]


def _requirements(model: Model, step: np.void, group: int) -> Requirements:
    rows = model.needs[step["need"] : step["need"] + step["needs"]]
    if len(rows) == 0:
        return ((int(step["service"]), 1),)
    units = model.wholes[rows["units"] + rows["units_stride"] * group]
    return tuple(zip(rows["service"].tolist(), units.tolist(), strict=True))


def _levels(
    model: Model, kinds: list[list[list[Kind]]], boards: set[int]
) -> tuple[Table, list[int], NDArray[np.int32], Table]:
    """Return levels, firsts, where groups stand, and requirements."""
    steps = model.steps
    level_of = np.zeros((len(steps), len(model.recorded)), dtype=np.int32)
    rows: list[tuple[int, ...]] = []
    first: list[int] = []
    needed: dict[Requirements, int] = {}
    requirements: list[tuple[int, int]] = []
    for service in range(len(model.services)):
        here = np.flatnonzero(steps["service"] == service).tolist()
        boarded = any(step in boards for step in here)
        held = {kind for step in here for ways in kinds[step] for kind in ways}
        ordered = sorted(held) or [(0, 0, ((service, 1),), 0, -1)]
        first.append(len(rows))
        for priority, allowance, needs, planned, reserve in ordered:
            if needs not in needed:
                needed[needs] = len(requirements)
                requirements += needs
            fixed = (allowance, needed[needs], len(needs), planned, reserve)
            twin = len(rows) + 1 if boarded else -1
            rows.append((-1, -1, priority, service, *fixed, 0, twin))
            if boarded:
                rows.append((-1, -1, priority, service, *fixed, 1, -1))
        for step in here:
            for group, ways in enumerate(kinds[step]):
                place = ordered.index(ways[0])
                level_of[step, group] = first[-1] + place * (2 if boarded else 1)
    return (
        np.array(rows, dtype=LEVEL),
        [*first, len(rows)],
        level_of,
        np.array(requirements, dtype=REQUIREMENT),
    )


def _groups(model: Model) -> NDArray[np.int32]:
    """Return the first service of each group of services that share units."""
    group = np.arange(len(model.services), dtype=np.int32)
    for one, other in _shared(model):
        low, high = sorted((group[one], group[other]))
        group[group == high] = low
    return group


def _shared(model: Model) -> Iterator[tuple[int, int]]:
    """Yield pairs of services: patients of the one may take units of the other."""
    for number, service in enumerate(model.services):
        rows = model.helps[service["help"] : service["help"] + service["helps"]]
        yield from ((number, int(other)) for other in rows["service"])
    for step in model.steps:
        rows = model.needs[step["need"] : step["need"] + step["needs"]]
        yield from ((int(step["service"]), int(other)) for other in rows["service"])


def _joint(
    model: Model, group: NDArray[np.int32], levels: Table, boards: set[int]
) -> NDArray[np.bool_]:
    """Return which services decide in `kernels.groups`."""
    services = model.services
    special = (services["helps"] > 0) | (services["reserves"] > 0)
    special |= (services["interrupts"] > 0) | (services["cleaning"] >= 0)
    special |= (services["hours"] > 0) | (services["hand_back"] > 0)
    special |= services["machines"] > 0
    special |= has_diary(model)
    special[[model.steps["service"][step] for step in boards]] = True
    special[model.steps["service"][model.steps["needs"] > 0]] = True
    special[model.steps["service"][model.steps["planned"] >= 0]] = True
    for service in range(len(services)):
        priorities = levels["priority"][levels["service"] == service]
        special[service] |= len(np.unique(priorities)) < len(priorities)
    sizes = np.bincount(group, minlength=len(services))
    together = np.zeros(len(services), dtype=np.bool_)
    np.logical_or.at(together, group, special | (sizes[group] > 1))
    return together[group]
