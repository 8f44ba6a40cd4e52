"""Numbers that stand in a fixed proportion are one number to whoever knows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Relation = tuple[tuple[int, float], ...]
"""(which number, times what): these add up to 0."""


class Numbers(NamedTuple):
    """Numbers of a table, none below 0; every array has the shape (n,)."""

    values: Floats
    """As they are."""
    shown: Floats
    """As they are published, rounded."""
    slack: Floats
    """By how much a published number may differ from what it is."""
    ceiling: Floats
    """Below what a reader knows a number to lie that is held back; inf: nothing."""
    floor: Floats
    """What a reader knows a number to be at least, held back or not."""
    shield: Floats
    """How wide the range must be that is left open, if it is held back."""

    def bounds(self, held: Booleans) -> tuple[Floats, Floats]:
        """Return within what each number is known to lie by itself."""
        least = np.maximum(self.shown - self.slack, self.floor)
        low = np.where(held, self.floor, least)
        return low, np.where(held, self.ceiling, self.shown + self.slack)


class Ties(NamedTuple):
    """Which numbers are one."""

    root: Integers
    """Of each number, the one that stands for it."""
    scale: Floats
    """Each number is so many times the one that stands for it."""


def ties(n: int, relations: Sequence[Relation]) -> Ties:
    """Return which numbers relations of two bind together.

    Parameters
    ----------
    n : int
        How many numbers there are.
    relations : sequence of Relation
    """
    root, scale = list(range(n)), [1.0] * n

    def found(number: int) -> tuple[int, float]:
        factor = 1.0
        while root[number] != number:
            factor *= scale[number]
            number = root[number]
        return number, factor

    for relation in relations:
        if len(relation) == 2:
            (i, a), (j, b) = relation
            (one, its), (other, own) = found(i), found(j)
            if one != other:
                root[other], scale[other] = one, -a * its / (b * own)
    pairs = [found(number) for number in range(n)]
    return Ties(np.array([r for r, _ in pairs]), np.array([s for _, s in pairs]))


def tied(
    numbers: Numbers, relations: Sequence[Relation], bound: Ties
) -> tuple[Numbers, list[Relation]]:
    """Return what is known of each number with all that is tied to it, and the rest.

    Parameters
    ----------
    numbers : Numbers
    relations : sequence of Relation
    bound : Ties

    Returns
    -------
    tuple of Numbers and list of Relation
        Only the numbers that stand for others, or for none but themselves, are meant.
    """
    root, scale = bound
    made = Numbers(*(column.copy() for column in numbers))
    least = (numbers.shown - numbers.slack) / scale
    most = (numbers.shown + numbers.slack) / scale
    low, high = least[root].copy(), most[root].copy()
    np.maximum.at(low, root, least)
    np.minimum.at(high, root, most)
    np.minimum.at(made.ceiling, root, numbers.ceiling / scale)
    np.maximum.at(made.floor, root, numbers.floor / scale)
    np.maximum.at(made.shield, root, numbers.shield / scale)
    middle, half = (low + high) / 2, np.maximum(high - low, 0.0) / 2
    rest = []
    for relation in relations:
        parts: dict[int, float] = defaultdict(float)
        for number, factor in relation:
            parts[int(root[number])] += factor * float(scale[number])
        largest = max(map(abs, parts.values()))
        moved = tuple((n, f) for n, f in parts.items() if abs(f) > 1e-9 * largest)
        if len(moved) > 1:
            rest.append(moved)
    return made._replace(shown=middle, slack=half), list(dict.fromkeys(rest))
