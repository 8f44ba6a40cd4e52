"""Waiting lines as linked rows: joining, leaving and calling in touch few of them.

A line has a level for each priority. Within a level patients stand in the order of
(since, lot). Who joins comes last, except among those who join at the same moment; who
was handed back comes first, except among others handed back.
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
