"""Groups of people: every combination of the dimensions, and who is meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from math import prod

from scenarios.places import Path, Problems
from scenarios.problems import did_you_mean, listed, quoted

MOST_GROUPS = 500
Mask = tuple[bool, ...]


class Groups:
    """The dimensions of a scenario and their combinations."""

    def __init__(self, dimensions: Mapping[str, Sequence[str]], problems: Problems):
        self.problems = problems
        self.dimensions = {name: tuple(groups) for name, groups in dimensions.items()}
        self._check_twins()
        if prod(len(groups) for groups in self.dimensions.values()) > MOST_GROUPS:
            message = f"these make more than {MOST_GROUPS} combinations of groups."
            problems.add(("groups",), message)
            self.dimensions = {}
        self.combinations = list(product(*self.dimensions.values()))
        self._axes = {name: i for i, name in enumerate(self.dimensions)}

    def __len__(self) -> int:
        """Return how many combinations there are."""
        return len(self.combinations)

    def _check_twins(self) -> None:
        for name, groups in self.dimensions.items():
            for i, group in enumerate(groups):
                if group in groups[:i]:
                    message = f"{quoted(group)} is written twice."
                    self.problems.add(("groups", name, i), message)

    def axis(self, dimension: str, path: Path) -> int | None:
        """Return the place of a dimension; report one that is not known."""
        if dimension in self.dimensions:
            return self._axes[dimension]
        if self.problems.is_broken("groups"):
            return None
        known = (
            f"Dimensions: {listed(self.dimensions)}."
            if self.dimensions
            else "There is no `groups:` section."
        )
        near = did_you_mean(dimension, self.dimensions)
        message = f"{quoted(dimension)} is not a dimension of `groups`.{near} {known}"
        self.problems.add(path, message, at_key=path[-1] not in ("by", "one_per", "of"))
        return None

    def check_group(
        self, dimension: str, group: str, path: Path, *, at_key: bool
    ) -> bool:
        """Return whether a group is known; report one that is not."""
        groups = self.dimensions[dimension]
        if group in groups:
            return True
        if self.problems.is_broken("groups"):
            return False
        near = did_you_mean(group, groups)
        message = (
            f"{quoted(group)} is not a group of {dimension}.{near} "
            f"Groups: {listed(groups)}."
        )
        self.problems.add(path, message, at_key=at_key)
        return False

    def name(self, group: int) -> str:
        """Return what a group is called in messages."""
        return ", ".join(self.combinations[group])

    def of(self, group: int, dimension: str) -> str:
        """Return the group of one dimension."""
        return self.combinations[group][self._axes[dimension]]

    def homes(self, group: int) -> dict[str, str]:
        """Return the group of each dimension."""
        return dict(zip(self.dimensions, self.combinations[group], strict=True))

    def mask(
        self, who: Mapping[str, str | list[str]] | None, path: Path
    ) -> Mask | None:
        """Return whom `who` means; None: everybody."""
        if not who:
            return None
        mask = [True] * len(self)
        for dimension, named in who.items():
            at = (*path, dimension)
            axis = self.axis(dimension, at)
            if axis is None:
                continue
            names = [named] if isinstance(named, str) else list(named)
            for i, name in enumerate(names):
                where = at if isinstance(named, str) else (*at, i)
                self.check_group(dimension, name, where, at_key=False)
            for g, groups in enumerate(self.combinations):
                mask[g] = mask[g] and groups[axis] in names
        return tuple(mask)

    def said(self, groups: Iterable[int]) -> str:
        """Return groups as a phrase for messages; empty if there are no groups."""
        if not self.dimensions:
            return ""
        return f"for {listed(self.name(g) for g in groups)}"
