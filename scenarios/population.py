"""How many people there are, and who of them comes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from scenarios.grouping import Groups, Mask
from scenarios.leaves import Leaf, Spot
from scenarios.places import Path, Problems
from scenarios.quantities import Quantities
from scenarios.scenario import Number
from scenarios.spec import PeopleForm
from scenarios.sums import Sums
from scenarios.texts import Quantity
from scenarios.units import GROWTH, PEOPLE

NEXT_TO_NOBODY = 1e-9


class Population:
    """The people of a scenario.

    Where numbers of people are not told apart by a dimension (need, say), they are
    shared equally over its groups, so that they add up to what is written.
    """

    def __init__(
        self, form: PeopleForm | None, quantities: Quantities, sums: Sums
    ) -> None:
        self.quantities = quantities
        self.groups = quantities.groups
        self.number: Number | None = None
        self.growth: Number | None = None
        self.told_apart: frozenset[str] = frozenset()
        """The dimensions by which numbers of people are given."""
        if form is None:
            return
        spot = Spot(("people",))
        self._leaves = quantities.written.of(form.number, ("people", "number"))
        self.told_apart = frozenset.intersection(*(leaf.by for leaf in self._leaves))
        self.number = quantities.number(
            form.number, spot.at("number"), PEOPLE, weigh=self._weigh
        )
        sums.check_positive(self.number, spot.at("number"))
        if form.growth is not None:
            self.growth = quantities.settled(form.growth, spot.at("growth"), GROWTH)

    def _weigh(self, leaves: Sequence[Leaf], mask: Mask | None) -> Sequence[float]:
        cells = [cell_of(self.groups, g, leaf) for g, leaf in enumerate(leaves)]
        meant = [c for g, c in enumerate(cells) if mask is None or mask[g]]
        return [1.0 / max(meant.count(cell), 1) for cell in cells]

    def count(self, group: int) -> float:
        """Return how many people a group has; NaN if that was refused."""
        if self.number is None:
            return math.nan
        return self.number.values[group if len(self.number.values) > 1 else 0]


def cell_of(groups: Groups, group: int, leaf: Leaf) -> tuple[str, ...]:
    """Return what a written number is about: the groups by which it was found."""
    names = zip(groups.dimensions, groups.combinations[group], strict=True)
    return tuple(name for dimension, name in names if dimension in leaf.by)


class Who:
    """Who comes with a stream: how much of a rate falls to each group."""

    def __init__(
        self,
        who: Mapping[str, object] | None,
        path: Path,
        population: Population,
        problems: Problems,
    ) -> None:
        self.path = path
        self.population = population
        self.groups = population.groups
        self.problems = problems
        self.shares: dict[str, dict[str, float]] = {}
        self.named: dict[str, list[str]] = {}
        for dimension, part in (who or {}).items():
            self._read(dimension, part)
        self.is_broken = problems.is_broken(*path)

    def _read(self, dimension: str, part: object) -> None:
        at = (*self.path, dimension)
        if self.groups.axis(dimension, at) is None:
            return
        if isinstance(part, Mapping):
            self._read_shares(dimension, part, at)
            return
        names = [part] if isinstance(part, str) else part
        if isinstance(names, list):
            for i, name in enumerate(names):
                where = at if isinstance(part, str) else (*at, i)
                self.groups.check_group(dimension, name, where, at_key=False)
            self.named[dimension] = names

    def _read_shares(
        self, dimension: str, part: Mapping[str, object], at: Path
    ) -> None:
        given = dict.fromkeys(self.groups.dimensions[dimension], 0.0)
        rests = [name for name, share in part.items() if share == "rest"]
        for name, share in part.items():
            known = self.groups.check_group(dimension, name, (*at, name), at_key=True)
            if not isinstance(share, Quantity | str):
                message = "these shares are plain: {child: 20%, adult: rest}."
                self.problems.add((*at, name), message)
            elif known and isinstance(share, Quantity):
                given[name] = share.value
        total = math.fsum(given.values())
        if self.problems.is_broken(*at):
            return
        if len(rests) > 1:
            self.problems.add(at, "only one of these can be the `rest`.")
        elif total > 1 + 1e-9 or (not rests and total < 1 - 1e-9):
            hint = " Write `rest` for one." if total < 1 else ""
            message = f"the shares add up to {total * 100:.6g}%.{hint}"
            self.problems.add(at, message)
        elif rests:
            given[rests[0]] = max(1.0 - total, 0.0)
        self.shares[dimension] = given

    @property
    def mask(self) -> Mask:
        """Return which groups come at all."""
        return tuple(
            self._comes(g, set(self.groups.dimensions)) for g in range(len(self.groups))
        )

    def _comes(self, group: int, dimensions: set[str] | frozenset[str]) -> bool:
        return all(
            self.groups.of(group, d) in names
            for d, names in self.named.items()
            if d in dimensions
        )

    def undecided(self, by: frozenset[str]) -> list[str]:
        """Return the dimensions of which nothing says who comes."""
        decided = by | set(self.shares) | self.population.told_apart
        decided |= {d for d, names in self.named.items() if len(names) == 1}
        return [
            d
            for d, groups in self.groups.dimensions.items()
            if d not in decided and len(groups) > 1
        ]

    def weights(
        self, leaves: Sequence[Leaf], mask: Mask | None, fewest: float = 0.0
    ) -> list[float]:
        """Return what share of its written number each group has.

        Groups of fewer people than `fewest` count as so many.
        """
        every = range(len(self.groups))
        cells = [cell_of(self.groups, g, leaves[g]) for g in every]
        meant = [self.mask[g] and (mask is None or mask[g]) for g in every]
        raw = [
            x if ok else 0.0
            for x, ok in zip(self._raw(cells, fewest), meant, strict=True)
        ]
        totals: dict[tuple[str, ...], float] = {}
        for cell, x in zip(cells, raw, strict=True):
            totals[cell] = totals.get(cell, 0.0) + x
        return [
            x / totals[cell] if totals[cell] > 0 else 0.0
            for cell, x in zip(cells, raw, strict=True)
        ]

    def _raw(self, cells: Sequence[tuple[str, ...]], fewest: float) -> list[float]:
        """Return shares of the groups before those who do not come are left out.

        Stated shares hold within every written number; only what they leave open is
        divided by numbers of people.
        """
        every = range(len(self.groups))
        people = [self._people(g, fewest) for g in every]
        beside = self._beside(cells)
        raw = []
        for g in every:
            alike = math.fsum(people[h] for h in every if beside[h] == beside[g])
            part = people[g] / alike if alike > 0 else 0.0
            for dimension, given in self.shares.items():
                part *= given[self.groups.of(g, dimension)]
            raw.append(part)
        return raw

    def _beside(self, cells: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
        """Return what is stated of each group: number and shares."""
        return [
            (*cell, *(self.groups.of(g, d) for d in self.shares))
            for g, cell in enumerate(cells)
        ]

    def _people(self, group: int, fewest: float = 0.0) -> float:
        if not self._comes(group, set(self.groups.dimensions)):
            return 0.0
        if self.population.number is None:
            return 1.0
        return max(self.population.count(group), fewest)

    def lacking(self, leaves: Sequence[Leaf], *, per_person: bool) -> list[int]:
        """Return groups in which somebody is said to come though there is nobody.

        A rate per people is nothing where there is nobody, so that only stated shares
        of one that others have too can be wrong.
        """
        every = range(len(self.groups))
        people = [self._people(g) for g in every]
        cells = [cell_of(self.groups, g, leaves[g]) for g in every]
        beside = self._beside(cells)
        found = []
        for g in every:
            stated = leaves[g].value * math.prod(
                given[self.groups.of(g, d)] for d, given in self.shares.items()
            )
            comes = self._comes(g, set(self.groups.dimensions))
            if people[g] > 0 or not stated > 0 or not comes:
                continue
            alike = any(people[h] for h in every if beside[h] == beside[g])
            others = any(people[h] for h in every if cells[h] == cells[g])
            if not alike and (others or not per_person):
                found.append(g)
        return found

    def per_person(self, leaves: Sequence[Leaf], mask: Mask | None) -> list[float]:
        """Return factors on a rate per people, to go with each group's people."""
        # Nobody now may be somebody after a change of the people.
        weights = self.weights(leaves, mask, NEXT_TO_NOBODY)
        every = range(len(self.groups))
        cells = [cell_of(self.groups, g, leaves[g]) for g in every]
        counts = [max(self.population.count(g), NEXT_TO_NOBODY) for g in every]
        meant = [
            self._comes(g, self.population.told_apart) and (mask is None or mask[g])
            for g in every
        ]
        factors = []
        for g in every:
            people = math.fsum(
                counts[h] for h in every if cells[h] == cells[g] and meant[h]
            )
            # Rounded, so that where nothing is divided the factor is 1 exactly.
            factors.append(round(people * weights[g] / counts[g], 12))
        return factors
