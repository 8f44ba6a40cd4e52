"""Trees with some nodes replaced; what is not replaced is shared, not copied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scenarios.documents import List, Map, Node
from scenarios.places import Path


def with_nodes(tree: Map, nodes: Mapping[Path, Node]) -> Map:
    """Return a tree with other nodes at some paths; the tree itself stays as it is.

    Parameters
    ----------
    tree : Map
    nodes : mapping
        By path. Something stands at each path, and no path lies below another.
    """
    made = _replaced(tree, nodes)
    return made if isinstance(made, Map) else tree


def _replaced(node: Node, nodes: Mapping[Path, Node]) -> Node:
    if () in nodes:
        return nodes[()]
    below: dict[str | int, dict[Path, Node]] = {}
    for path, other in nodes.items():
        below.setdefault(path[0], {})[path[1:]] = other
    if isinstance(node, Map):
        made = Map(node.place, dict(node.entries), dict(node.keys), node.flow)
        for key, inner in below.items():
            made.entries[str(key)] = _replaced(made.entries[str(key)], inner)
        return made
    if isinstance(node, List):
        kept = List(node.place, list(node.items))
        for place, inner in below.items():
            kept.items[int(place)] = _replaced(kept.items[int(place)], inner)
        return kept
    return node


def maps_with(node: Node, key: str, path: Path = ()) -> Iterator[tuple[Path, Map]]:
    """Yield path and map wherever a map has a key; inside such maps nothing more."""
    if isinstance(node, Map):
        if key in node.entries:
            yield path, node
            return
        for name, entry in node.entries.items():
            yield from maps_with(entry, key, (*path, name))
    elif isinstance(node, List):
        for i, item in enumerate(node.items):
            yield from maps_with(item, key, (*path, i))
