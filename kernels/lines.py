"""Waiting lines as linked rows: joining, leaving and calling in touch few of them.

A line has levels (`kernels.levels`), at least one for each priority. Within a level
patients stand in the order of (since, lot). Who joins comes last, except among those
who join at the same moment; who was handed back comes first, except among others handed
back.
"""

import numpy as np

from kernels.jit import jit_inside
from kernels.layout import Table


@jit_inside
def join(people: Table, links: Table, levels: Table, row: int) -> None:
    """Stand a patient in line, looking for the place from the end."""
    level = levels[people[row]["level"]]
    since, lot = people[row]["since"], people[row]["lot"]
    before = level["tail"]
    while before >= 0 and (
        people[before]["since"] > since
        or (people[before]["since"] == since and people[before]["lot"] > lot)
    ):
        before = links[before]["prev"]
    _insert(links, level, row, before)


@jit_inside
def rejoin(people: Table, links: Table, levels: Table, row: int) -> None:
    """Stand a patient in line, looking for the place from the beginning."""
    level = levels[people[row]["level"]]
    since, lot = people[row]["since"], people[row]["lot"]
    before, after = -1, level["head"]
    while after >= 0 and (
        people[after]["since"] < since
        or (people[after]["since"] == since and people[after]["lot"] < lot)
    ):
        before, after = after, links[after]["next"]
    _insert(links, level, row, before)


@jit_inside
def _insert(links: Table, level: np.void, row: int, before: int) -> None:
    """Put a patient behind another (-1: first)."""
    after = links[before]["next"] if before >= 0 else level["head"]
    links[row]["prev"] = before
    links[row]["next"] = after
    if before >= 0:
        links[before]["next"] = row
    else:
        level["head"] = row
    if after >= 0:
        links[after]["prev"] = row
    else:
        level["tail"] = row


@jit_inside
def leave(links: Table, level: np.void, row: int) -> None:
    """Take a patient out of a level of a line, wherever they stand."""
    before, after = links[row]["prev"], links[row]["next"]
    if before >= 0:
        links[before]["next"] = after
    else:
        level["head"] = after
    if after >= 0:
        links[after]["prev"] = before
    else:
        level["tail"] = before


@jit_inside
def first_in_line(levels: Table, desk: np.void) -> int:
    """Return the first patient in line, -1 if nobody waits."""
    for level in range(desk["level"], desk["level"] + desk["levels"]):
        if levels[level]["head"] >= 0:
            return int(levels[level]["head"])
    return -1


@jit_inside
def is_ahead(people: Table, levels: Table, row: int, other: int) -> bool:
    """Return whether one patient in line is called in before another."""
    p, q = people[row], people[other]
    a, b = levels[p["level"]], levels[q["level"]]
    if a["priority"] != b["priority"]:
        return bool(a["priority"] < b["priority"])
    due, other_due = p["since"] + a["allowance"], q["since"] + b["allowance"]
    if due != other_due:
        return bool(due < other_due)
    return bool(p["lot"] < q["lot"])


@jit_inside
def first_coming(people: Table, levels: Table, desk: np.void, now: int) -> int:
    """Return since when the one waits who has waited longest; `now` if nobody does.

    Those who have a date are not looked at.
    """
    since = now
    for level in range(desk["level"], desk["level"] + desk["levels"]):
        head = levels[level]["head"]
        if head >= 0:
            since = min(since, people[head]["since"])
    return int(since)


@jit_inside
def level_like(levels: Table, desk: np.void, level: int, priority: int) -> int:
    """Return the level of a line for those like a level's, with another priority."""
    this = levels[level]
    for number in range(desk["level"], desk["level"] + desk["levels"]):
        other = levels[number]
        is_alike = other["need"] == this["need"] and other["boards"] == this["boards"]
        is_alike &= other["allowance"] == this["allowance"]
        is_alike &= other["reserve"] == this["reserve"]
        is_alike &= other["planned"] == this["planned"]
        if is_alike and other["priority"] == priority:
            return number
    return level
