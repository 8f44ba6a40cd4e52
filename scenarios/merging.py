"""One tree from a file, its parents and the files it includes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from scenarios.documents import Hole, List, Map, Node, Place, Text, document
from scenarios.files import Written, neighbour
from scenarios.problems import Problem, ScenarioError, quoted
from scenarios.texts import TextError
from scenarios.uncertain import Entry

LANGUAGE = "1"
"""The version of the language that this caresim reads."""
DEEPEST = 8
NAMED = frozenset(
    (
        *("groups", "calendars", "profiles", "services", "pathways", "demand"),
        *("teams", "escalation", "clocks", "standards", "start_state"),
        *("shortest_line", "sites"),
    )
)
LISTED = frozenset(("budgets", "endings"))
BY_KEY = frozenset(("period", "scale", "people", "record"))
STATUSES = ("sourced", "estimate", "assumption")
OWN = frozenset(("caresim", "extends", "include", "theme", "title", "notes", "source"))
NO_STUDY = (
    "this is a study, which makes many scenarios of one; `caresim batch` runs it, and "
    "nothing can build on it."
)
INCLUDED = OWN | {"changes", "sources"}
"""What a file may hold that is included."""


@dataclass
class Merged:
    """A scenario with everything that it extends and includes."""

    name: str
    tree: Map
    problems: list[Problem] = field(default_factory=list)
    lineage: list[str] = field(default_factory=list)
    homes: dict[str, Written] = field(default_factory=dict)
    """The files by what they are called in messages."""
    own_source: dict[str, str] = field(default_factory=dict)
    """The `source:` of each file that has one."""
    change_numbers: list[int] = field(default_factory=list)
    """The place of each change in its own file."""
    uncertain: list[Entry] = field(default_factory=list)
    """The uncertain numbers, for which the tree has their central values."""
    written: Map | None = None
    """The tree before a study put levels into it; None: it did not."""


@dataclass
class _File:
    """A file and its tree."""

    written: Written
    tree: Map

    def name_at(self, key: str) -> Text | None:
        node = self.tree.entries.get(key)
        return node if isinstance(node, Text) else None


def merged(written: Written, scale: Text | None = None) -> Merged:
    """Return a scenario in one piece.

    Parameters
    ----------
    written : Written
    scale : Text, optional
        Another ratio than the scenario's own, such as `1:20`, and where it is written.

    Raises
    ------
    ScenarioError
        If a file cannot be found or read on.
    """
    whole = _Merger(written).merged()
    if scale is not None:
        there = whole.tree.entries.get("scale")
        kept = Map(scale.place)
        if isinstance(there, Map):
            kept = Map(there.place, dict(there.entries), dict(there.keys), there.flow)
        kept.put("ratio", scale.place, scale)
        whole.tree.put("scale", scale.place, kept)
    return whole


def _spell_out_scale(tree: Map) -> None:
    """Let `scale: 1:20` be `scale: {ratio: 1:20}`."""
    node = tree.entries.get("scale")
    if isinstance(node, Text):
        spelt = Map(node.place)
        spelt.put("ratio", node.place, node)
        tree.entries["scale"] = spelt


def version_problem(tree: Map, shown: str) -> Problem | None:
    """Return what is wrong with the line that says in which language a file is.

    Raises
    ------
    ScenarioError
        If the file is of a newer language.
    """
    written = tree.entries.get("caresim")
    if written is None:
        place = Place(shown, 1, 1)
        tree.put("caresim", place, Text(LANGUAGE, place))
        message = (
            "the first line of a file says which language it is in: "
            f"caresim: {LANGUAGE}"
        )
        return Problem(*place, "caresim", message)
    if not isinstance(written, Text):
        return None
    if written.value.isdecimal() and int(written.value) > int(LANGUAGE):
        message = (
            f"this file is for a newer caresim (language {written.value}); this "
            f"one reads `caresim: {LANGUAGE}`."
        )
        raise ScenarioError([Problem(*written.place, "caresim", message)])
    if written.value != LANGUAGE:
        message = f"{quoted(written.value)} is not a version; write `caresim: 1`."
        return Problem(*written.place, "caresim", message)
    if next(iter(tree.entries)) != "caresim":
        message = "`caresim: 1` must be the first line of the file."
        return Problem(*tree.keys["caresim"], "caresim", message)
    return None


class _Merger:
    """Reads the files and puts them together."""

    def __init__(self, written: Written) -> None:
        place = Place(written.shown, 1, 1)
        self.result = Merged(written.name, Map(place))
        self.written = written

    def merged(self) -> Merged:
        chain = self._chain()
        root = chain[-1]
        self.result.lineage = [file.written.name for file in chain]
        for file in reversed(chain):
            self._add(file, is_root=file is root)
            self._add_changes(file, chain)
        own = chain[0].tree
        for key in OWN - {"extends", "include"}:
            if key in own.entries:
                self.result.tree.put(key, own.keys[key], own.entries[key])
        return self.result

    def _load(self, written: Written) -> _File:
        tree, problems = document(written.text, written.shown)
        self.result.problems += problems
        self.result.homes[written.shown] = written
        _spell_out_scale(tree)
        file = _File(written, tree)
        if "study" in tree.entries:
            problem = Problem(*tree.keys["study"], "study", NO_STUDY)
            raise ScenarioError([problem])
        wrong = version_problem(tree, written.shown)
        if wrong is not None:
            self.result.problems.append(wrong)
        source = file.name_at("source")
        if source is not None:
            self.result.own_source[written.shown] = source.value
        return file

    # Parents

    def _chain(self) -> list[_File]:
        """Return the file, its parent, and so on."""
        chain = [self._load(self.written)]
        while (name := self._parent_of(chain[-1])) is not None:
            if len(chain) > DEEPEST:
                self._stop(
                    name, "extends", f"more than {DEEPEST} files build on others."
                )
            parent = self._neighbour(name, chain[-1].written, "extends")
            names = [f.written.name for f in chain]
            if parent.name in names:
                circle = [*names[names.index(parent.name) :], parent.name]
                message = f"{quoted(parent.name)} leads back to itself: "
                self._stop(name, "extends", message + ", ".join(circle) + ".")
            chain.append(self._load(parent))
        return chain

    def _parent_of(self, file: _File) -> Text | None:
        node = file.tree.entries.get("extends")
        if isinstance(node, List | Map):
            message = "a text belongs here: the name of one file."
            problem = Problem(*node.place, "extends", message)
            raise ScenarioError([*self.result.problems, problem])
        if isinstance(node, Hole):
            # Without its parent, everything would seem to be missing.
            raise ScenarioError(self.result.problems)
        return node if isinstance(node, Text) else None

    def _neighbour(self, name: Text, home: Written, path: str) -> Written:
        try:
            return neighbour(name.value, home)
        except TextError as error:
            self._stop(name, path, str(error))

    def _stop(self, name: Text, path: str, message: str) -> NoReturn:
        problem = Problem(*name.place, path, message)
        raise ScenarioError([*self.result.problems, problem])

    def _say(self, place: Place, path: str, message: str) -> None:
        self.result.problems.append(Problem(*place, path, message))

    # Sections

    def _add(self, file: _File, *, is_root: bool) -> None:
        for key, node in file.tree.entries.items():
            if key == "changes" or key in OWN:
                continue
            self._add_section(key, file.tree.keys[key], node, is_root=is_root)

    def _add_section(
        self, key: str, place: Place, node: Node, *, is_root: bool
    ) -> None:
        there = self.result.tree.entries.get(key)
        if there is None or isinstance(there, Hole):
            self.result.tree.put(key, place, node)
        elif key in NAMED:
            self._join(there, node, key)
        elif key == "sources" and isinstance(there, Map) and isinstance(node, Map):
            self._join_sources(there, node)
        elif key in LISTED and isinstance(there, List) and isinstance(node, List):
            self._lengthen(there, node, key)
        elif key in BY_KEY and isinstance(there, Map) and isinstance(node, Map):
            kept = Map(node.place, dict(there.entries), dict(there.keys))
            # What covers the parent's numbers does not cover those in their place.
            for covering in ("source", "notes"):
                kept.entries.pop(covering, None)
            for name, entry in node.entries.items():
                kept.put(name, node.keys[name], entry)
            self.result.tree.put(key, place, kept)
        elif not isinstance(node, Hole):
            self.result.tree.put(key, place, node)

    def _join(self, there: Node, node: Node, path: str) -> None:
        """Add new names to a section; refuse those that are there already."""
        if not isinstance(there, Map) or isinstance(node, Hole):
            return
        if not isinstance(node, Map):
            self._say(node.place, path, "new names are expected here.")
            return
        for name, entry in node.entries.items():
            if name in there.entries:
                self._refuse(name, node.keys[name], there.keys[name], f"{path}.{name}")
            else:
                there.put(name, node.keys[name], entry)

    def _refuse(self, name: str, place: Place, first: Place, path: str) -> None:
        message = (
            f"{quoted(name)} already stands in {first.file}; what is there is altered "
            "under `changes`."
        )
        self._say(place, path, message)

    def _join_sources(self, there: Map, node: Map) -> None:
        for status, names in node.entries.items():
            if status in there.entries:
                self._join(there.entries[status], names, f"sources.{status}")
            else:
                there.put(status, node.keys[status], names)

    def _lengthen(self, there: List, node: List, path: str) -> None:
        known = {i.value: i.place for i in there.items if isinstance(i, Text)}
        for item in node.items:
            if isinstance(item, Text) and item.value in known:
                self._refuse(item.value, item.place, known[item.value], path)
            else:
                there.items.append(item)

    # Changes

    def _add_changes(self, file: _File, chain: list[_File]) -> None:
        for i, name in enumerate(self._includes(file)):
            path = f"include.{i}"
            included = self._load(self._neighbour(name, file.written, path))
            self._check_included(name, path, included, chain)
            self.result.lineage.append(included.written.name)
            sources = included.tree.entries.get("sources")
            if sources is not None:
                place = included.tree.keys["sources"]
                self._add_section("sources", place, sources, is_root=False)
            self._append_changes(included)
        self._append_changes(file)

    def _includes(self, file: _File) -> list[Text]:
        node = file.tree.entries.get("include")
        if node is None or isinstance(node, Hole):
            return []
        if not isinstance(node, List):
            self._say(node.place, "include", "a list of names is expected: [winter].")
            return []
        if "extends" not in file.tree.entries:
            message = "only a file that extends another can include."
            self._say(file.tree.keys["include"], "include", message)
            return []
        for i, item in enumerate(node.items):
            if isinstance(item, List | Map):
                message = "a text belongs here: the name of one file."
                self._say(item.place, f"include.{i}", message)
        return [item for item in node.items if isinstance(item, Text)]

    def _check_included(
        self, name: Text, path: str, file: _File, chain: list[_File]
    ) -> None:
        said = quoted(name.value)
        if file.written.name in self.result.lineage:
            self._stop(name, path, f"{said} takes part already.")
        parent = file.name_at("extends")
        parents = [f.written.name for f in chain[1:]]
        if parent is None or parent.value not in parents:
            message = (
                f"{said} does not extend {quoted(parents[0])}; what is included must "
                "extend the same file."
            )
            self._stop(name, path, message)
        more = [k for k in file.tree.entries if k not in INCLUDED or k == "include"]
        if more:
            message = (
                f"{said} has more than changes: {', '.join(more)}. Only changes can be "
                "included."
            )
            self._say(name.place, path, message)

    def _append_changes(self, file: _File) -> None:
        node = file.tree.entries.get("changes")
        if node is None:
            return
        there = self.result.tree.entries.get("changes")
        if not isinstance(node, List) or not isinstance(there, List):
            if not isinstance(there, List):
                kept: Node = node
                if isinstance(node, List):
                    kept = List(node.place, list(node.items))
                    self.result.change_numbers += range(len(node.items))
                self.result.tree.put("changes", file.tree.keys["changes"], kept)
            elif not isinstance(node, Hole):
                self._say(node.place, "changes", "a list of changes is expected here.")
            return
        there.items += node.items
        self.result.change_numbers += range(len(node.items))
