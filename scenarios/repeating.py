"""Blocks that are `one_per` group become one thing for each group, in the tree.

Every text keeps the place at which it is written, so that messages point there; numbers
`by` the dimension of the block become those of its group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scenarios.blocks import Block, name_in
from scenarios.documents import Hole, List, Map, Node, Place, Text
from scenarios.grouping import Groups
from scenarios.places import Path, Problems
from scenarios.pooling import pooled_capacity, pooled_people
from scenarios.problems import quoted
from scenarios.sites import Sites, check_site, sites_of

SECTIONS = ("teams", "services", "pathways", "demand")
"""In this order: what a block names must be known before it is repeated."""
REFERENCES = {"at": "services", "holding": "services", "team": "teams"}
"""Keys that name one thing, and its section: in a block, that of the same group."""
LISTS = {"helped_by": "services", "together_with": "services"}
"""Keys whose keys do."""
STAYS = ("then", "start")
"""Keys whose names, or whose keys, are where patients go."""
OTHERS = "others"
"""In `helped_by` of a block: the same service of the other groups."""
OWN = ("one_per", "catchment", "pooled")


def with_blocks(problems: Problems) -> None:
    """Repeat every block of the tree of a scenario; its `blocks` know what became."""
    sections = [(name, problems.tree.entries.get(name)) for name in SECTIONS]
    if not any(_has_blocks(node) for _, node in sections):
        return
    _Repeater(problems).repeat()


def _has_blocks(section: Node | None) -> bool:
    things = section.entries.values() if isinstance(section, Map) else ()
    return any(isinstance(t, Map) and set(OWN) & set(t.entries) for t in things)


@dataclass
class _Repeater:
    """Puts the parts of blocks in place of the blocks."""

    problems: Problems
    dimensions: dict[str, list[str]] = field(default_factory=dict)
    sites: dict[str, Sites] = field(default_factory=dict)
    staying: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """The sites at which there is a service or pathway, by kind and name."""

    def names(self, kind: str) -> Sequence[str]:
        """Return the groups of a dimension, or the sites of a kind."""
        return self.sites[kind].names if kind in self.sites else self.dimensions[kind]

    def homes(self, sites: Sites) -> Sequence[str]:
        """Return the groups whose people are treated at some sites."""
        return self.dimensions.get(sites.of, ())

    def repeat(self) -> None:
        problems = self.problems
        self.dimensions = _dimensions(problems.tree)
        self.groups = Groups(self.dimensions, problems)
        self.sites = sites_of(self.groups)
        switches = _switches(problems)
        self.staying = dict(self._stays(switches))
        tree = _shallow(problems.tree)
        for section in SECTIONS:
            node = problems.tree.entries.get(section)
            if isinstance(node, Map):
                made = Map(node.place, flow=node.flow)
                for name, thing in node.entries.items():
                    self._put(made, section, name, thing, node, switches)
                tree.entries[section] = made
        self._repeat_instead(tree)
        self._repeat_start(tree)
        if problems.written is None:
            problems.written = problems.tree
        problems.tree = tree

    def _stays(
        self, switches: Mapping[str, bool]
    ) -> Iterator[tuple[tuple[str, str], set[str]]]:
        """Yield what is one per site, and the sites at which there is one."""
        for section in ("services", "pathways"):
            node = self.problems.tree.entries.get(section)
            for name, thing in node.entries.items() if isinstance(node, Map) else ():
                kind = _text(thing, "one_per") if isinstance(thing, Map) else None
                if kind in self.sites and isinstance(thing, Map):
                    sites = self.sites[kind]
                    part = _Part(self, section, name, sites.with_catchment(thing))
                    if not part.is_pooled(switches):
                        yield (kind, name), part.having(sites.names, self.homes(sites))

    def _put(
        self,
        made: Map,
        section: str,
        name: str,
        thing: Node,
        above: Map,
        switches: Mapping[str, bool],
    ) -> None:
        """Put a thing, or what it is repeated as, into a section."""
        key = above.keys[name]
        if not isinstance(thing, Map) or not set(OWN) & set(thing.entries):
            owner = self.problems.blocks.owner(section, name)
            if owner is None:
                made.put(name, key, thing)
            else:
                self._say_taken(section, name, owner[0])
            return
        part = _Part(self, section, name, thing)
        block = part.block(switches)
        if block is None:
            made.put(name, key, Hole(thing.place))
            return
        self._check_names(block, above)
        self.problems.blocks.add(block)
        for n, node in part.parts(block):
            if n not in made.entries:
                made.put(n, key, node)

    def _check_names(self, block: Block, above: Map) -> None:
        """Report things written before their block that bear the name of a part."""
        before = list(above.entries)[: list(above.entries).index(block.name)]
        for name in block.instances.values():
            if name in before:
                self._say_taken(block.section, name, block)

    def _say_taken(self, section: str, name: str, block: Block) -> None:
        message = (
            f"{quoted(name)} is the part of {quoted(block.name)} for one "
            f"{block.dimension}; choose another name."
        )
        self.problems.add((section, name), message, at_key=True)

    def _repeat_instead(self, tree: Map) -> None:
        """Repeat the capacities at a smaller scale of services that are repeated."""
        scale = tree.entries.get("scale")
        instead = scale.entries.get("instead") if isinstance(scale, Map) else None
        if not isinstance(scale, Map) or not isinstance(instead, Map):
            return
        made = Map(instead.place, flow=instead.flow)
        for name, node in instead.entries.items():
            block = self.problems.blocks.made.get(("services", name))
            if block is None:
                made.put(name, instead.keys[name], node)
                continue
            path: Path = ("scale", "instead", name)
            copier = _Copier(self, block, path)
            copier.check(node, path)
            parts = {
                group: copier.copied(node, path, (*path[:-1], part), group)
                for group, part in block.instances.items()
            }
            if block.pooled:
                made.put(
                    name, instead.keys[name], self._pooled(list(parts.values()), path)
                )
                continue
            for group, part in block.instances.items():
                self.problems.origins[(*path[:-1], part)] = path
                made.put(part, instead.keys[name], parts[group])
        scaled = _shallow(scale)
        scaled.entries["instead"] = made
        tree.entries["scale"] = scaled

    def _repeat_start(self, tree: Map) -> None:
        """Repeat who is at services that are repeated when the run begins."""
        start = tree.entries.get("start_state")
        if not isinstance(start, Map):
            return
        made = Map(start.place, flow=start.flow)
        for name, node in start.entries.items():
            block = self.problems.blocks.made.get(("services", name))
            if block is None:
                made.put(name, start.keys[name], node)
                continue
            path: Path = ("start_state", name)
            copier = _Copier(self, block, path)
            copier.check(node, path)
            if block.pooled:
                groups = block.instances
                parts = [copier.copied(node, path, path, group) for group in groups]
                people = pooled_people(parts, path, self.problems)
                made.put(name, start.keys[name], people)
                continue
            for group, part in block.instances.items():
                to: Path = ("start_state", part)
                self.problems.origins[to] = path
                made.put(part, start.keys[name], copier.copied(node, path, to, group))
        tree.entries["start_state"] = made

    def _pooled(self, parts: list[Node], path: Path) -> Node:
        return pooled_capacity(parts, path, self.problems)


@dataclass
class _Part:
    """One block and what it is repeated as."""

    repeater: _Repeater
    section: str
    name: str
    thing: Map

    def __post_init__(self) -> None:
        self.problems = self.repeater.problems
        self.path: Path = (self.section, self.name)

    def block(self, switches: Mapping[str, bool]) -> Block | None:
        """Return the block; None if it cannot be repeated, which is reported."""
        by = self.thing.entries.get("one_per")
        if by is None:
            for key in ("catchment", "pooled"):
                if key in self.thing.entries:
                    message = f"`{key}` belongs to what is `one_per` something."
                    self.problems.add((*self.path, key), message, at_key=True)
            return None
        if not isinstance(by, Text):
            if not isinstance(by, Hole):
                message = "write the name of a dimension."
                self.problems.add((*self.path, "one_per"), message)
            return None
        sites = self.repeater.sites.get(by.value)
        if sites is not None:
            if self.section == "demand":
                self._say_no_people(sites)
                return None
            self.thing = sites.with_catchment(self.thing)
        elif by.value not in self.repeater.dimensions:
            self._say_no_dimension(by.value)
            return None
        groups = self.repeater.names(by.value)
        homes = groups if sites is None else self.repeater.homes(sites)
        having = self.having(groups, homes)
        names = {
            group: name_in(self.name, group) for group in groups if group in having
        }
        pooled = self.is_pooled(switches)
        of = None if sites is None else sites.of
        return Block(self.section, self.name, by.value, names, pooled, of)

    def _say_no_people(self, sites: Sites) -> None:
        """Report demand at sites: people come from where they live."""
        message = (
            f"people live nowhere by {quoted(sites.kind)}; the catchment sends them "
            f"there. Write `one_per: {sites.of}`, or leave it out."
        )
        self.problems.add((*self.path, "one_per"), message)

    def _say_no_dimension(self, name: str) -> None:
        """Report a dimension that is not there; a broken one is reported elsewhere."""
        if self.problems.nearest(("groups", name)) != ("groups", name):
            self.repeater.groups.axis(name, (*self.path, "one_per"))

    def is_pooled(self, switches: Mapping[str, bool]) -> bool:
        """Return whether there is one for all, which only services can be."""
        if self.section != "services":
            return False
        node = self.thing.entries.get("pooled")
        written = isinstance(node, Text) and node.value == "yes"
        return switches.get(self.name, switches.get("all", written))

    def having(self, groups: Sequence[str], homes: Sequence[str]) -> set[str]:
        """Return the groups that have a part of their own: somebody is sent there.

        `homes` are the groups from which patients are sent.
        """
        table = self.thing.entries.get("catchment")
        rows = table.entries if isinstance(table, Map) else {}
        found = {home for home in homes if home not in rows}
        for row in rows.values():
            if isinstance(row, Text):
                found.add(row.value)
            elif isinstance(row, Map):
                found |= set(row.entries)
        return found & set(groups) or set(groups)

    def parts(self, block: Block) -> Iterator[tuple[str, Node]]:
        """Yield name and tree of what stands in place of the block."""
        copier = _Copier(self.repeater, block, self.path)
        copier.check(self.thing, self.path)
        made = {}
        for group, name in block.instances.items():
            to: Path = (self.section, name)
            if not block.pooled:
                self.problems.origins[to] = self.path
            made[group] = copier.copied(self.thing, self.path, to, group)
        if block.pooled:
            yield self.name, self._pooled(made)
            return
        for group, name in block.instances.items():
            yield name, self._finished(made[group], block, group)

    def _pooled(self, made: Mapping[str, Node]) -> Node:
        """Return one service with the sum of the capacities."""
        whole = _shallow(self.thing)
        path = (*self.path, "capacity")
        if "capacity" in whole.entries:
            nodes = [n.entries["capacity"] for n in made.values() if isinstance(n, Map)]
            whole.entries["capacity"] = pooled_capacity(nodes, path, self.problems)
        return whole

    def _finished(self, made: Node, block: Block, group: str) -> Node:
        """Return the part of a group with what the block need not say."""
        if not isinstance(made, Map):
            return made
        place = self.thing.entries["one_per"].place
        if self.section == "demand":
            self._finish_stream(made, block, group, place)
        steps = made.entries.get("steps")
        if self.section == "pathways" and isinstance(steps, Map):
            for name, step in steps.entries.items():
                there = self.problems.blocks.repeated("services", name)
                if (
                    isinstance(step, Map)
                    and "at" not in step.entries
                    and there is not None
                    and group in there.instances
                    and there.dimension == block.dimension
                ):
                    at = Text(there.instances[group], steps.keys[name])
                    step.put("at", steps.keys[name], at)
        return made

    def _finish_stream(self, made: Map, block: Block, group: str, place: Place) -> None:
        """Let patients of one group come, to where the block is named after."""
        if "to" not in made.entries:
            made.put("to", place, Text(self.name, place))
            to = (self.section, block.instances[group], "to")
            self.problems.origins[to] = self.path
        who = made.entries.get("who")
        if who is None:
            who = Map(place)
            made.put("who", place, who)
        if isinstance(who, Map) and block.dimension not in who.entries:
            who.put(block.dimension, place, Text(group, place))


@dataclass
class _Copier:
    """Copies a tree for one group of a block."""

    repeater: _Repeater
    block: Block
    path: Path

    def __post_init__(self) -> None:
        self.problems = self.repeater.problems

    # Checks

    def check(self, node: Node, path: Path) -> None:
        """Report tables by the dimension of the block whose groups are not right."""
        if isinstance(node, List):
            for i, item in enumerate(node.items):
                self.check(item, (*path, i))
        if not isinstance(node, Map):
            return
        if self._is_by(node):
            self._check_groups(node, path)
        for key, entry in node.entries.items():
            self.check(entry, (*path, key))

    def _is_by(self, node: Map) -> bool:
        by = node.entries.get("by")
        return isinstance(by, Text) and by.value == self.block.dimension

    def _check_groups(self, node: Map, path: Path) -> None:
        dimension = self.block.dimension
        groups = self.repeater.names(dimension)
        keys = [key for key in node.entries if key != "by"]
        known = [
            self._is_known(dimension, key, (*path, key))
            for key in keys
            if key != "rest"
        ]
        if not all(known):
            return
        missing = [group for group in self.block.instances if group not in keys]
        if "rest" in keys and not set(groups) - set(keys):
            message = f"every group of {dimension} is named already; leave `rest` out."
            self.problems.add((*path, "rest"), message, at_key=True)
        elif missing and "rest" not in keys:
            message = f"no value for {', '.join(missing)}. Add it or a `rest:`."
            table = self.problems.place((*path, "by")).file
            if table.endswith(".csv"):
                message = f"{table} has no row for {', '.join(missing)}."
            self.problems.add(path, message)

    def _is_known(self, dimension: str, name: str, path: Path) -> bool:
        """Return whether a group or site is known; report one that is not."""
        sites = self.repeater.sites.get(dimension)
        if sites is None:
            groups = self.repeater.groups
            return groups.check_group(dimension, name, path, at_key=True)
        known = sites.names
        return check_site(self.problems, dimension, known, name, path, at_key=True)

    # Copies

    def copied(self, node: Node, path: Path, to: Path, group: str) -> Node:
        """Return a node for a group; `to` is where it will stand."""
        if isinstance(node, Map):
            if self._is_by(node):
                return self._chosen(node, path, to, group)
            return self._map(node, path, to, group)
        if isinstance(node, List):
            items = [
                self.copied(item, (*path, i), (*to, i), group)
                for i, item in enumerate(node.items)
            ]
            return List(node.place, items)
        if isinstance(node, Text):
            return Text(self._renamed(node.value, REFERENCES, to, group), node.place)
        return Hole(node.place)

    def _chosen(self, node: Map, path: Path, to: Path, group: str) -> Node:
        key = group if group in node.entries else "rest"
        if key not in node.entries:
            return Hole(node.place)
        self.problems.origins[to] = (*path, key)
        return self.copied(node.entries[key], (*path, key), to, group)

    def _map(self, node: Map, path: Path, to: Path, group: str) -> Map:
        made = Map(node.place, flow=node.flow)
        for key, entry in node.entries.items():
            for name in self._names(key, to, group):
                if name != key:
                    self.problems.origins[(*to, name)] = (*path, key)
                part = self.copied(entry, (*path, key), (*to, name), group)
                made.put(name, node.keys[key], part)
        return made

    def _names(self, key: str, to: Path, group: str) -> list[str]:
        """Return what a key means in this block: mostly itself."""
        is_others = key == OTHERS and to[-1] == "helped_by"
        if is_others and self.block.section == "services":
            parts = self.block.instances.items()
            return [name for other, name in parts if other != group]
        return [self._renamed(key, LISTS, (*to, key), group, above=True)]

    def _renamed(
        self,
        name: str,
        keys: Mapping[str, str],
        to: Path,
        group: str,
        *,
        above: bool = False,
    ) -> str:
        """Return what a name means in this block: of a block, the same group's part."""
        key = str(to[-2] if above else to[-1])
        if len(to) <= 2:
            return name
        if key in STAYS and self.block.sites_of is not None:
            return self._here(name, group)
        if key not in keys:
            return name
        block = self.problems.blocks.repeated(keys[key], name)
        if block is None or block.dimension != self.block.dimension:
            return name
        return block.instances.get(group, name)

    def _here(self, name: str, group: str) -> str:
        """Return where patients of a site go who go on: they stay at the site."""
        here = self.repeater.staying.get((self.block.dimension, name), ())
        return name_in(name, group) if group in here else name


def _switches(problems: Problems) -> dict[str, bool]:
    """Return which services changes make pooled, or not."""
    changes = problems.tree.entries.get("changes")
    found: dict[str, bool] = {}
    for i, change in enumerate(changes.items if isinstance(changes, List) else ()):
        if not isinstance(change, Map) or _text(change, "what") != "pooled":
            continue
        path: Path = ("changes", i)
        value = _text(change, "set_to")
        if value not in ("yes", "no"):
            message = "write `set_to: yes`, or `set_to: no`."
            problems.add(path, message)
        dated = ("from", "reached_by", "until", "in_months", "curve", "who")
        for key in (key for key in dated if key in change.entries):
            message = f"a service is pooled all the time or never; leave `{key}` out."
            problems.add((*path, key), message, at_key=True)
        names = change.entries.get("services")
        if isinstance(names, Map):
            message = "name the services that are pooled, or write `all`."
            problems.add((*path, "services"), message)
        items = names.items if isinstance(names, List) else [names]
        found |= {n.value: value == "yes" for n in items if isinstance(n, Text)}
    return found


def _text(node: Map, key: str) -> str | None:
    entry = node.entries.get(key)
    return entry.value if isinstance(entry, Text) else None


def _shallow(node: Map) -> Map:
    return Map(node.place, dict(node.entries), dict(node.keys), node.flow)


def _dimensions(tree: Map) -> dict[str, list[str]]:
    """Return the groups of each dimension, as far as they can be read."""
    groups = tree.entries.get("groups")
    entries = groups.entries if isinstance(groups, Map) else {}
    return {
        name: [item.value for item in node.items if isinstance(item, Text)]
        for name, node in entries.items()
        if isinstance(node, List) and node.items
    }
