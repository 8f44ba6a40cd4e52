"""What holds for each group of a number that is written by group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scenarios.grouping import Groups, Mask
from scenarios.places import Path, Problems
from scenarios.texts import Quantity
from scenarios.units import ByGroup, Varied

NAN = float("nan")
"""Stands for a value that was refused: no check complains of it again."""


@dataclass(frozen=True)
class Spot:
    """Where a number is written, and what changes call it."""

    path: Path
    what: tuple[str, ...] = ()
    """Within its service, pathway or stream; without groups."""
    whole: str | None = None
    """Of one number in a table by times of the week: what changes call the table."""
    usual: tuple[str, ...] = ()
    """What else changes call it."""

    def at(self, *keys: str) -> Spot:
        """Return a spot below."""
        return Spot((*self.path, *keys), (*self.what, *keys))

    def inside(self, *keys: str | int) -> Spot:
        """Return a spot below that changes call by the same name."""
        return Spot((*self.path, *keys), self.what)

    @property
    def thing(self) -> Path:
        """Return the service, pathway or stream."""
        return self.path[:1] if self.path[0] == "people" else self.path[:2]


class Leaf(NamedTuple):
    """What holds for one group: a text, and the factors on it."""

    path: Path
    quantity: Quantity | None
    """None if it was refused."""
    factor: float
    by: frozenset[str] = frozenset()
    """The dimensions by which it was found."""

    @property
    def value(self) -> float:
        """Return the value with its factors."""
        return NAN if self.quantity is None else self.quantity.value * self.factor


Weigh = Callable[[Sequence[Leaf], Mask | None], Sequence[float]]
"""How much of a written number falls to each group."""


def alike(leaves: Sequence[Leaf], _mask: Mask | None) -> Sequence[float]:
    """Return that every group has the whole of its number."""
    return [1.0] * len(leaves)


class Leaves:
    """Looks numbers up by group."""

    def __init__(self, groups: Groups, problems: Problems) -> None:
        self.groups = groups
        self.problems = problems

    def of(
        self, varied: Varied, path: Path, used: frozenset[str] = frozenset()
    ) -> list[Leaf]:
        """Return what holds for each group; one leaf if it is the same for all."""
        if isinstance(varied, Quantity):
            return [Leaf(path, varied, 1.0)]
        if isinstance(varied, ByGroup):
            return self._by_group(varied, path, used)
        made = self.of(varied.value, (*path, "value"), used)
        for key, factor in varied.times:
            at = (*path, "times") if key == "times" else (*path, "times", key)
            made = _multiplied(made, self.of(factor, at, used))
        return made

    def _by_group(
        self, varied: ByGroup, path: Path, used: frozenset[str]
    ) -> list[Leaf]:
        keys = self.keys(varied.by, list(varied.parts), path, used)
        if keys is None:
            return [Leaf(path, None, 1.0)]
        made = {
            key: self.of(varied.parts[key], (*path, key), used | {varied.by})
            for key in dict.fromkeys(keys)
            if key is not None
        }
        nothing = [Leaf(path, None, 1.0)]
        found = [held(made.get(key or "", nothing), g) for g, key in enumerate(keys)]
        return [leaf._replace(by=leaf.by | {varied.by}) for leaf in found]

    def keys(
        self, by: str, keys: list[str], path: Path, used: frozenset[str] = frozenset()
    ) -> list[str | None] | None:
        """Return the key under which each group stands; None where it has none.

        Returns
        -------
        list or None
            None if the dimension is not known.
        """
        if self.groups.axis(by, (*path, "by")) is None:
            return None
        if by in used:
            message = f"{by} was asked for already."
            self.problems.add((*path, "by"), message)
            return None
        known = [
            self.groups.check_group(by, key, (*path, key), at_key=True)
            for key in keys
            if key != "rest"
        ]
        if all(known):
            self._check_all(by, keys, path)
        own = [self.groups.of(g, by) for g in range(len(self.groups))]
        rest = "rest" if "rest" in keys else None
        return [name if name in keys else rest for name in own]

    def _check_all(self, by: str, keys: list[str], path: Path) -> None:
        """Report groups that have no value, or a rest of nobody."""
        names = self.groups.dimensions[by]
        missing = [
            name
            for name in names
            if name not in keys and not self.problems.is_refused(*path, name)
        ]
        if "rest" in keys:
            if not set(names) - set(keys):
                message = f"every group of {by} is named already; leave `rest` out."
                self.problems.add((*path, "rest"), message, at_key=True)
        elif missing and not self.problems.is_refused(*path, "rest"):
            table = self.problems.place((*path, "by")).file
            message = f"no value for {', '.join(missing)}. Add it or a `rest:`."
            if table.endswith(".csv"):
                message = f"{table} has no row for {', '.join(missing)}."
            self.problems.add(path, message)


def held(leaves: Sequence[Leaf], group: int) -> Leaf:
    """Return what holds for a group."""
    return leaves[group if len(leaves) > 1 else 0]


def _multiplied(leaves: list[Leaf], factors: list[Leaf]) -> list[Leaf]:
    made = []
    for g in range(max(len(leaves), len(factors))):
        leaf, factor = held(leaves, g), held(factors, g)
        quantity = None if factor.quantity is None else leaf.quantity
        together = leaf.factor * factor.value
        made.append(Leaf(leaf.path, quantity, together, leaf.by | factor.by))
    return made
