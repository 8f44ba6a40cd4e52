"""A scenario that was read once, and the variants that are made of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from scenarios.documents import List, Map, Node, Place, Text
from scenarios.merging import Merged
from scenarios.places import Problems
from scenarios.problems import Problem, ScenarioError
from scenarios.reading import of_tree
from scenarios.scenario import Scenario
from scenarios.studies.study import Variant
from scenarios.studies.variations import Variation
from scenarios.taken import Taken
from scenarios.trees import with_nodes
from scenarios.typed import plain
from scenarios.uncertain import Uncertain, with_drawn

FIRST = 10**6
"""What the first variation counts as among the changes, so that no change of a file is
taken for it."""
NUMBERED = re.compile(r"changes\.(1[0-9]{6})(?=\.|$)")


@dataclass(frozen=True)
class Base:
    """A scenario file read, but for what a study varies in it."""

    whole: Merged
    title: str
    variations: tuple[Variation, ...] = ()
    inputs: tuple[Uncertain, ...] = ()
    """Its uncertain numbers."""
    section: str = "vary"
    """Where the variations are written."""
    _spans: Mapping[str, Uncertain] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """Return the name of the scenario."""
        return self.whole.name

    def checked(self) -> Base:
        """Return the base after all values of its variations were read once.

        Raises
        ------
        ScenarioError
            If the scenario is wrong, or cannot be changed so.
        """
        taken = [variation.taken() for variation in self.variations]
        changes = [
            with_nodes(v.change, {(v.operation,): Text(value, _place(v))})
            for v, value in zip(self.variations, taken, strict=True)
        ]
        written = _with_changes(self.whole.tree, [v.change for v in self.variations])
        whole = self._whole(_with_changes(self.whole.tree, changes))
        scenario = self._read(replace(whole, written=written))
        self._check_effect(scenario, changes)
        self._check_each(taken)
        pairs = zip(self.variations, taken, strict=True)
        variations = tuple(variation.checked(t) for variation, t in pairs)
        spans = {each.name: each for each in scenario.uncertain}
        inputs = scenario.uncertain
        return replace(self, variations=variations, inputs=inputs, _spans=spans)

    def _check_effect(self, scenario: Scenario, changes: Sequence[Map]) -> None:
        """Refuse changes that lie outside the run: they are left out when read."""
        kept = scenario.resolved.get("changes", [])
        problems = [
            Problem(*v.place, f"{self.section}.{v.name}", "this lies outside the run.")
            for v, change in zip(self.variations, changes, strict=True)
            if isinstance(kept, list) and plain(change) not in kept
        ]
        if problems:
            raise ScenarioError(problems)

    def _check_each(self, taken: Sequence[Taken]) -> None:
        """Read one by one the values of what is no number."""
        for i, (variation, first) in enumerate(
            zip(self.variations, taken, strict=True)
        ):
            if first.is_read:
                continue
            for value in variation.values[1:]:
                values = [v.values[0] if v.values else v.at(0) for v in self.variations]
                values[i] = value
                self._read(self._whole(self._changed(values)))

    def scenario(self, variant: Variant) -> Scenario:
        """Return the scenario of a variant.

        Raises
        ------
        ScenarioError
            If this combination of numbers is not right.
        """
        drawn = {self._spans[name].path: v for name, v in variant.drawn.items()}
        tree = with_drawn(self.whole.tree, drawn)
        tree = self._changed(list(variant.levels.values()), tree)
        title = tree.entries["title"]
        tree = with_nodes(tree, {("title",): Text(variant.title, title.place)})
        whole = replace(self._whole(tree), name=variant.name)
        try:
            return self._read(whole)
        except ScenarioError as error:
            said = [self._with_numbers(problem, variant) for problem in error.problems]
            raise ScenarioError(said) from None

    def _changed(self, values: Sequence[str], tree: Map | None = None) -> Map:
        pairs = zip(self.variations if values else (), values, strict=True)
        changes = [variation.with_value(value) for variation, value in pairs]
        return _with_changes(self.whole.tree if tree is None else tree, changes)

    def _whole(self, tree: Map) -> Merged:
        numbers = range(FIRST, FIRST + len(self.variations))
        return replace(
            self.whole,
            tree=tree,
            change_numbers=[*self.whole.change_numbers, *numbers],
        )

    def _read(self, whole: Merged) -> Scenario:
        try:
            return of_tree(whole)
        except ScenarioError as error:
            said = [self._at_variation(problem) for problem in error.problems]
            raise ScenarioError(said) from None

    def _at_variation(self, problem: Problem) -> Problem:
        """Return a problem with the path that the study's file has for it."""
        found = NUMBERED.match(problem.path)
        if found is None:
            return problem
        name = self.variations[int(found[1]) - FIRST].name
        path = f"{self.section}.{name}{problem.path[found.end() :]}"
        return replace(problem, path=path)

    def _with_numbers(self, problem: Problem, variant: Variant) -> Problem:
        """Return a problem with the numbers that may be to blame for it."""
        levels = {name: f"{name} is {value}" for name, value in variant.levels.items()}
        drawn = {
            name: f"{name} is {value}, drawn {self._spans[name].span}"
            for name, value in variant.drawn.items()
        }
        near = [text for name, text in drawn.items() if self._is_at(name, problem)]
        near += [
            text
            for name, text in levels.items()
            if f"{problem.path}.".startswith(f"{self.section}.{name}.")
        ]
        parts = near or [*drawn.values(), *levels.values()]
        where = f"draw {variant.draw}" if variant.draw else "this variant"
        said = f" In {where}, {'; '.join(parts)}." if parts else ""
        return replace(problem, message=problem.message + said)

    def _is_at(self, name: str, problem: Problem) -> bool:
        """Return whether a problem is where an uncertain number stands, or above."""
        path = self._spans[name].path
        place = Problems(self.whole.tree, self.whole.change_numbers).place(path)
        shown = ".".join(map(str, path))
        return place == (problem.file, problem.line, problem.column) or (
            f"{shown}.".startswith(f"{problem.path}.")
        )


def base_of(
    whole: Merged, variations: Sequence[Variation] = (), section: str = "vary"
) -> Base:
    """Return the base of a scenario that was merged; nothing of it is checked yet.

    Parameters
    ----------
    whole : Merged
    variations : sequence of Variation
    section : str
        Where they are written.
    """
    title = whole.tree.entries.get("title")
    text = title.value if isinstance(title, Text) else whole.name
    return Base(whole, text, tuple(variations), section=section)


def _place(variation: Variation) -> Place:
    return variation.change.entries[variation.operation].place


def _with_changes(tree: Map, changes: Sequence[Node]) -> Map:
    """Return a tree with further changes after its own."""
    if not changes:
        return tree
    there = tree.entries.get("changes")
    own = there.items if isinstance(there, List) else []
    made = Map(tree.place, dict(tree.entries), dict(tree.keys), tree.flow)
    made.put("changes", changes[0].place, List(changes[0].place, [*own, *changes]))
    return made
