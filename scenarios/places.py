"""Problems by path: where the values of a scenario are written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from scenarios.blocks import Blocks
from scenarios.documents import List, Map, Node, Place
from scenarios.problems import Problem

Path = tuple[str | int, ...]
"""Keys and places in lists, from the top of the file."""


@dataclass
class Problems:
    """Problems by path, found as the scenario is read."""

    tree: Map
    change_numbers: list[int]
    """The place of each change in its own file."""
    found: list[Problem] = field(default_factory=list)
    written: Map | None = None
    """The tree before blocks were repeated and central values taken; None: nothing
    was."""
    blocks: Blocks = field(default_factory=Blocks)
    """What stands for one of each place."""
    origins: dict[Path, Path] = field(default_factory=dict)
    """Where a repeated part is written, by where it stands."""
    _broken: set[Path] = field(default_factory=set)
    _above: set[Path] = field(default_factory=set)

    # Adding

    def add(self, path: Path, message: str, *, at_key: bool = False) -> None:
        """Add a problem at the value of a path, or at its key."""
        self.mark(path)
        self.say(self.place(path, at_key=at_key), path, message)

    def add_once(self, path: Path, message: str) -> None:
        """Add a problem unless there is one at this very path."""
        if path not in self._broken:
            self.add(path, message)

    def say(self, place: Place, path: Path, message: str) -> None:
        """Add a problem at a place of its own."""
        problem = Problem(*place, self.shown(self.origin(path)), message)
        # What is repeated is wrong once.
        if not self.origins or problem not in self.found:
            self.found.append(problem)

    def mark(self, *paths: Path) -> None:
        """Note that something was refused at some paths."""
        for path in filter(None, paths):
            self._broken.add(path)
            self._above |= {path[:n] for n in range(1, len(path))}

    # Asking

    def is_broken(self, *path: str | int) -> bool:
        """Return whether something was refused at a path, above it or below."""
        return path in self._above or self.is_lost(*path)

    def is_lost(self, *path: str | int) -> bool:
        """Return whether something was refused at a path or above it."""
        return any(path[:n] in self._broken for n in range(1, len(path) + 1))

    def is_refused(self, *path: str | int) -> bool:
        """Return whether something was refused at this very path."""
        return path in self._broken

    @property
    def refused(self) -> Collection[Path]:
        """Return the paths at which something was refused."""
        return self._broken

    def names(self, section: str) -> list[str]:
        """Return the names in a section, also of what was refused."""
        node = self.tree.entries.get(section)
        return list(node.entries) if isinstance(node, Map) else []

    # Places

    def shown(self, path: Path) -> str:
        """Return a path as it is written in messages."""
        parts = list(path)
        if len(parts) > 1 and parts[0] == "changes" and isinstance(parts[1], int):
            parts[1] = self.change_numbers[parts[1]]
        return ".".join(str(part) for part in parts)

    def origin(self, path: Path) -> Path:
        """Return where something is written that a block may have repeated."""
        for n in range(len(path), 0, -1) if self.origins else ():
            if path[:n] in self.origins:
                return (*self.origins[path[:n]], *path[n:])
        return path

    def place(self, path: Path, *, at_key: bool = False) -> Place:
        """Return where the value of a path is written, or its key, or what is above."""
        key, node = self.tree.place, self.tree.place
        steps = list(self._down(path))
        if self.written is not None and len(steps) < len(path):
            steps = max(steps, list(_down(self.written, path)), key=len)
        if steps:
            key, node = steps[-1][0], steps[-1][1].place
        return key if at_key or len(steps) < len(path) else node

    def nearest(self, path: Path) -> Path:
        """Return a path as far as it is written."""
        return path[: len(list(self._down(path)))]

    def size(self, path: Path) -> int:
        """Return how many entries are written at a path."""
        steps = list(self._down(path))
        node = steps[-1][1] if steps else self.tree
        return len(node.entries) if isinstance(node, Map) else 0

    def keys(self, path: Path) -> list[str]:
        """Return the keys that are written at a path, also of what was refused."""
        steps = list(self._down(path))
        node = steps[-1][1] if len(steps) == len(path) and steps else None
        return list(node.entries) if isinstance(node, Map) else []

    def _down(self, path: Path) -> Iterator[tuple[Place, Node]]:
        """Yield the place of the key and the value at each part of a path."""
        return _down(self.tree, path)


def _down(tree: Map, path: Path) -> Iterator[tuple[Place, Node]]:
    node: Node = tree
    for part in path:
        if isinstance(node, Map) and str(part) in node.entries:
            key = node.keys[str(part)]
            node = node.entries[str(part)]
        elif isinstance(node, List) and isinstance(part, int):
            node = node.items[part]
            key = node.place
        else:
            return
        yield key, node
