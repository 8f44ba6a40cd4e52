"""The capacities of several places added up: what a pooled service has."""

from __future__ import annotations

from collections.abc import Sequence

from scenarios.counts import staff, whole
from scenarios.documents import Hole, List, Map, Node, Text
from scenarios.places import Path, Problems
from scenarios.problems import quoted
from scenarios.taken import Taken
from scenarios.texts import Quantity, TextError

ADDED = ("whole_time_equivalents", "recruits")
"""What is added up of a workforce; all else must be the same in all places."""
THERE = ("waiting", "in_treatment")
"""Where people may be when the run begins."""


def pooled_capacity(parts: Sequence[Node], path: Path, problems: Problems) -> Node:
    """Return the sum of capacities as they are written; report what has none.

    Parameters
    ----------
    parts : sequence of Node
        The capacity of each place.
    path : Path
        Where they are written.
    problems : Problems
    """
    if any(isinstance(part, Hole) for part in parts) or not parts:
        return parts[0] if parts else Hole(problems.tree.place)
    before = len(problems.found)
    made = _Pool(path, problems).sum(list(parts), ())
    return made if len(problems.found) == before else Hole(made.place)


def pooled_people(parts: Sequence[Node], path: Path, problems: Problems) -> Node:
    """Return who is at a pooled service when the run begins: the people of all.

    How long they have been there, and who they are, is what is written for the first;
    it is the same for all unless it differs by place, which is reported.

    Parameters
    ----------
    parts : sequence of Node
        Those who are at each place, as in `start_state`.
    path : Path
        Where they are written.
    problems : Problems
    """
    maps = [part for part in parts if isinstance(part, Map)]
    if not maps or len(maps) < len(parts):
        return parts[0] if parts else Hole(problems.tree.place)
    made = Map(maps[0].place, dict(maps[0].entries), dict(maps[0].keys), maps[0].flow)
    for key, node in maps[0].entries.items():
        nodes = [part.entries[key] for part in maps]
        if key == "number":
            made.entries[key] = pooled_capacity(nodes, (*path, key), problems)
        elif isinstance(node, Map) and key in THERE:
            made.entries[key] = pooled_people(nodes, (*path, key), problems)
        elif len({_plain(each) for each in nodes}) > 1:
            message = "this differs by place, and there is one for all."
            problems.add((*path, key), message, at_key=True)
    return made


class _Pool:
    """Adds trees up."""

    def __init__(self, path: Path, problems: Problems) -> None:
        self.path = path
        self.problems = problems

    def sum(self, parts: list[Node], at: tuple[str, ...]) -> Node:
        texts = [part for part in parts if isinstance(part, Text)]
        maps = [part for part in parts if isinstance(part, Map)]
        if len(texts) == len(parts):
            return self._number(texts, is_staff="workforce" in at)
        if len(maps) < len(parts):
            return self._unlike(parts[0], "are not written alike in all places")
        if "workforce" in at:
            return self._workforce(maps, at)
        if any(set(part.entries) != set(maps[0].entries) for part in maps):
            return self._unlike(parts[0], "are not written for the same times")
        return self._each(maps, at, list(maps[0].entries))

    def _each(self, maps: list[Map], at: tuple[str, ...], keys: list[str]) -> Map:
        first = maps[0]
        made = Map(first.place, flow=first.flow)
        for key in keys:
            nodes = [part.entries[key] for part in maps]
            made.put(key, first.keys[key], self.sum(nodes, (*at, key)))
        return made

    def _workforce(self, maps: list[Map], at: tuple[str, ...]) -> Node:
        if at[-1] == "recruits":
            return self._recruits(maps)
        first = maps[0]
        made = Map(first.place, flow=first.flow)
        for key in dict.fromkeys(key for part in maps for key in part.entries):
            nodes = [part.entries.get(key) for part in maps]
            there = [node for node in nodes if node is not None]
            if key in ADDED:
                node = self.sum(there, (*at, key))
            elif len({_plain(node) for node in nodes}) > 1:
                what = f"differ by place in `{key}`: one workforce has one"
                return self._unlike(first, what)
            else:
                node = there[0]
            owner = next(part for part in maps if key in part.entries)
            made.put(key, owner.keys[key], node)
        return made

    def _recruits(self, maps: list[Map]) -> Map:
        made = Map(maps[0].place)
        for part in maps:
            for date, node in part.entries.items():
                before = made.entries.get(date)
                both = [node] if before is None else [before, node]
                total = self.sum(both, ("workforce", "recruits", date))
                made.put(date, part.keys[date], total)
        return made

    def _number(self, texts: list[Text], *, is_staff: bool) -> Text:
        """Return the sum of numbers; one that cannot be read is left to be reported."""
        read: list[Quantity] = []
        for text in texts:
            try:
                read.append(_read(text.value, is_staff=is_staff))
            except TextError:
                return text
        total = f"{sum(quantity.value for quantity in read):.12g}"
        marks = {quantity.source for quantity in read}
        source = marks.pop() if len(marks) == 1 else None
        return Text(total if source is None else f"{total} ({source})", texts[0].place)

    def _unlike(self, node: Node, what: str) -> Node:
        is_scaled = self.path[0] == "scale"
        name = quoted(str(self.path[-1 if is_scaled else 1]))
        message = f"the capacities of {name} {what}; they cannot be pooled."
        self.problems.add(self.path, message)
        return Hole(node.place)


def _read(text: str, *, is_staff: bool) -> Quantity:
    """Return a number; of an uncertain one that which is taken, if all are right."""
    reader = staff if is_staff else whole
    if isinstance(text, Taken):
        for _, other in text.others:
            reader(other)
        text = text.read_as(whole=not is_staff)
    return reader(text)


def _plain(node: Node | None) -> object:
    """Return a tree as something that can be compared."""
    if isinstance(node, Map):
        return tuple(sorted((k, str(_plain(v))) for k, v in node.entries.items()))
    if isinstance(node, List):
        return tuple(str(_plain(item)) for item in node.items)
    return node.value if isinstance(node, Text) else None
