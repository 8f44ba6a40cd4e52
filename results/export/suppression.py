"""Which numbers must be held back, so that none can be worked out from the others.

A reader knows how the numbers of a table hang together: groups add up to everybody,
months to the whole. A number that is held back is safe if all that is published leaves
it open over a wide enough range. That range is found by linear programming, and where
it is too narrow, more numbers are held back.

References
----------
M. Fischetti and J. J. Salazar-González, Models and algorithms for the 2-dimensional
cell suppression problem in statistical disclosure control, Mathematical Programming 84
(1999) 283-312.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from results.export.ties import (
    Booleans,
    Floats,
    Integers,
    Numbers,
    Relation,
    tied,
    ties,
)

TOLERANCE = 1e-6
"""As a share of the range that must stay open."""
ROUNDS = 6
"""How often many ends of ranges are looked for at once, before each is by itself."""


def hidden(
    numbers: Numbers, relations: Sequence[Relation], at_first: Booleans
) -> Booleans:
    """Return which numbers are to be held back.

    Parameters
    ----------
    numbers : Numbers
    relations : sequence of Relation
        All that a reader knows of how the numbers hang together.
    at_first : ndarray of bool, shape (n,)
        Those that are held back whatever the others are.

    Returns
    -------
    ndarray of bool, shape (n,)
        With more, so that none of them can be worked out from what is published.
    """
    bound = ties(len(at_first), relations)
    known, rest = tied(numbers, relations, bound)
    held = np.zeros_like(at_first)
    held[bound.root[at_first]] = True
    for part in _parts(len(held), rest):
        if held[part.members].any():
            held[part.members] = _of_part(known, part, held)
    return held[bound.root]


def ranges(
    numbers: Numbers, relations: Sequence[Relation], held: Booleans
) -> tuple[Floats, Floats]:
    """Return within what a reader knows each number to lie.

    Parameters
    ----------
    numbers : Numbers
    relations : sequence of Relation
    held : ndarray of bool, shape (n,)
        Which are held back.

    Returns
    -------
    tuple of ndarray, shape (n,)
        The least and the largest values that agree with all that is published.
    """
    low, high = numbers.bounds(held)
    for part in _parts(len(held), relations):
        own = part.members
        system = _System(part, low[own], high[own], _sizes(numbers)[own])
        places = np.flatnonzero(held[own])
        low[own[places]] = [system.end(int(p), -1.0)[p] for p in places]
        high[own[places]] = [system.end(int(p), 1.0)[p] for p in places]
    return low, high


class _Part(NamedTuple):
    """Numbers that hang together, and how."""

    members: Integers
    relations: list[Relation]
    """Between places in `members`."""


def _parts(n: int, relations: Sequence[Relation]) -> Iterator[_Part]:
    """Yield the numbers that relations join, part by part."""
    from scipy.sparse import coo_array  # noqa: PLC0415 (slow to import)
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    pairs = [(r[0][0], i) for r in relations for i, _ in r[1:]]
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(n, n))
    count, label = connected_components(graph, directed=False)
    order = np.argsort(label, kind="stable")
    edges = np.searchsorted(label[order], np.arange(count + 1))
    place = np.empty(n, dtype=np.int64)
    own: list[list[Relation]] = [[] for _ in range(count)]
    for k in range(count):
        members = order[edges[k] : edges[k + 1]]
        place[members] = np.arange(len(members))
    for relation in relations:
        moved = tuple((int(place[i]), factor) for i, factor in relation)
        own[label[relation[0][0]]].append(moved)
    for k in range(count):
        yield _Part(order[edges[k] : edges[k + 1]], own[k])


def _sizes(numbers: Numbers) -> Floats:
    """Return about how large each number is, above 0."""
    sizes = np.maximum(numbers.values, numbers.shield)
    return np.where(sizes > 0, sizes, 1.0)


class _System:
    """The linear programme of a part."""

    def __init__(self, part: _Part, low: Floats, high: Floats, sizes: Floats) -> None:
        from scipy.sparse import csr_array  # noqa: PLC0415 (slow to import)

        # Pounds by the million beside single patients: all are brought to one size.
        self.sizes = sizes
        self.bounds = np.column_stack((low, high)) / sizes[:, np.newaxis]
        entries = [
            (row, place, factor * sizes[place] / largest)
            for row, relation in enumerate(part.relations)
            for largest in [max(abs(f) * sizes[p] for p, f in relation)]
            for place, factor in relation
        ]
        rows, columns, factors = zip(*entries, strict=True) if entries else ((), (), ())
        shape = len(part.relations), len(low)
        self.matrix = csr_array((factors, (rows, columns)), shape=shape)

    def end(self, place: int, sign: float) -> Floats:
        """Return a solution in which a number is as large (1) or small (-1) as can be.

        Where nothing limits it, it is infinite.
        """
        goal = np.zeros(len(self.bounds))
        goal[place] = sign
        found = self.solution(goal)
        if found is None:
            found = np.full(len(goal), np.nan)
            found[place] = np.inf * sign
        return found

    def solution(self, goal: Floats) -> Floats | None:
        """Return a solution with the largest goal; None where nothing limits it."""
        from scipy.optimize import linprog  # noqa: PLC0415 (slow to import)

        found = linprog(
            -goal,
            A_eq=self.matrix if self.matrix.shape[0] else None,
            b_eq=np.zeros(self.matrix.shape[0]) if self.matrix.shape[0] else None,
            bounds=self.bounds,
            method="highs",
        )
        if found.status in (_UNBOUNDED, _UNSURE):
            return None
        if found.status != 0:
            raise ArithmeticError(f"no table agrees with what it says: {found.message}")
        return np.asarray(found.x * self.sizes)


_UNBOUNDED, _UNSURE = 3, 4
"""What `linprog` says where nothing limits a goal."""


def _of_part(numbers: Numbers, part: _Part, held: Booleans) -> Booleans:
    """Return which numbers of a part are held back."""
    own = Numbers(*(column[part.members] for column in numbers))
    mine = held[part.members].copy()
    by_number: list[list[int]] = [[] for _ in mine]
    for row, relation in enumerate(part.relations):
        for place, _ in relation:
            by_number[place].append(row)
    while not mine.all():
        exposed = _exposed(own, part, mine)
        if not len(exposed):
            break
        for place in exposed:
            partner = _partner(own, part, by_number, mine, int(place))
            if partner is not None:
                mine[partner] = True
    return mine


def _exposed(own: Numbers, part: _Part, held: Booleans) -> Integers:
    """Return which of the numbers held back can be worked out too closely."""
    low, high = own.bounds(held)
    sizes = _sizes(own)
    # It is enough that a number may be ten times as large.
    system = _System(part, low, np.minimum(high, 10 * sizes), sizes)
    least, most = own.values.copy(), own.values.copy()
    need = own.shield * (1 - TOLERANCE)

    def open_yet() -> Integers:
        return np.flatnonzero(held & (most - least < need))

    def look(goal: Floats) -> None:
        found = system.solution(goal)
        if found is not None:
            np.minimum(least, found, out=least)
            np.maximum(most, found, out=most)

    for number in range(2 * ROUNDS):
        goal = np.zeros(len(held))
        some = open_yet()
        if not len(some):
            return some
        # Half of them up and half of them down, another half each time.
        goal[some] = np.where((some * (number + 1) >> number // 2) & 1, 1.0, -1.0)
        look(goal if number % 2 else -goal)
    for place in open_yet():
        for sign in (1.0, -1.0):
            goal = np.zeros(len(held))
            goal[place] = sign
            if most[place] - least[place] < need[place]:
                look(goal)
    return open_yet()


def _partner(
    own: Numbers,
    part: _Part,
    by_number: Sequence[Sequence[int]],
    held: Booleans,
    place: int,
) -> int | None:
    """Return what else to hold back for a number's sake: the smallest near to it."""
    seen, near = {place}, [place]
    while near:
        others = {
            other
            for number in near
            for row in by_number[number]
            for other, _ in part.relations[row]
        }
        free = [other for other in others if not held[other]]
        if free:
            return min(free, key=lambda o: (own.values[o] == 0, own.values[o], o))
        near = sorted(others - seen)
        seen |= others
    return None
