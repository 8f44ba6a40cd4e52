"""A scenario from what a run's manifest keeps of it: no file is looked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from scenarios.documents import DEEPEST, List, Map, Node, Place, Text
from scenarios.files import Written
from scenarios.merging import LANGUAGE, Merged
from scenarios.problems import Problem, ScenarioError, quoted
from scenarios.reading import of_tree
from scenarios.scenario import Scenario

NAMES_OF_FILES = ("extends", "include")
"""What a resolved scenario has no more of."""


def restored(resolved: Mapping[str, object], name: str = "scenario") -> Scenario:
    """Return the scenario whose `Scenario.resolved` this is.

    Nothing else is read: no parent, no table, nothing of the catalogue. What comes
    with caresim itself (figures of national standards that are named, bank holidays)
    is that of this version.

    Parameters
    ----------
    resolved : mapping
        Plain maps, lists and texts.
    name : str
        What the scenario is called.

    Raises
    ------
    ScenarioError
        If it is no resolved scenario, or this version of the language refuses it.
    """
    tree = _Builder(f"{name} (as the run keeps it)").tree(resolved)
    changes = tree.entries.get("changes")
    count = len(changes.items) if isinstance(changes, List) else 0
    source = tree.entries.get("source")
    return of_tree(
        Merged(
            name,
            tree,
            lineage=[name],
            homes={tree.place.file: Written(name, tree.place.file, "", None)},
            own_source=(
                {tree.place.file: source.value} if isinstance(source, Text) else {}
            ),
            change_numbers=list(range(count)),
        )
    )


class _Builder:
    """Builds a tree of plain data; the place of everything is the whole."""

    def __init__(self, shown: str) -> None:
        self.place = Place(shown, 0, 0)

    def tree(self, resolved: object) -> Map:
        """Return the tree of a resolved scenario."""
        if not isinstance(resolved, Mapping):
            self._refuse("", "this is no map of sections.")
        if resolved.get("caresim") != LANGUAGE:
            said = quoted(str(resolved.get("caresim")))
            self._refuse(
                "caresim", f"language {said}; this caresim reads {quoted(LANGUAGE)}."
            )
        for key in NAMES_OF_FILES:
            if key in resolved:
                self._refuse(key, "a resolved scenario builds on no other file.")
        return self._map(resolved, "")

    def _node(self, value: object, path: str) -> Node:
        if path.count(".") > DEEPEST:
            self._refuse(path, f"this is nested more than {DEEPEST} deep.")
        if isinstance(value, str):
            return Text(value, self.place)
        if isinstance(value, Mapping):
            return self._map(value, path)
        if isinstance(value, list | tuple):
            items = [self._node(item, f"{path}.{i}") for i, item in enumerate(value)]
            return List(self.place, items)
        return self._refuse(path, f"{value!r} is no text, list or map.")

    def _map(self, value: Mapping[str, object], path: str) -> Map:
        made = Map(self.place)
        for key, part in value.items():
            inner = f"{path}.{key}" if path else str(key)
            made.put(str(key), self.place, self._node(part, inner))
        return made

    def _refuse(self, path: str, message: str) -> NoReturn:
        raise ScenarioError([Problem(*self.place, path, message)])
