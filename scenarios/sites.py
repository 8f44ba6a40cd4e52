"""Sites: where the people of several places are treated, such as hospitals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scenarios.documents import List, Map, Node, Text
from scenarios.grouping import Groups
from scenarios.places import Path, Problems
from scenarios.problems import did_you_mean, listed, quoted
from scenarios.texts import Quantity


@dataclass(frozen=True)
class Sites:
    """Sites of one kind, as far as they can be read from the tree."""

    kind: str
    of: str
    """The dimension whose people are treated here."""
    names: tuple[str, ...]
    catchment: Map | None

    def with_catchment(self, block: Map) -> Map:
        """Return a block whose catchment says where everybody goes.

        Its own rows come before those that all blocks of these sites have in common.
        """
        own = block.entries.get("catchment")
        if self.catchment is None or not isinstance(own, Map | None):
            return block
        rows = Map(self.catchment.place, flow=self.catchment.flow)
        for table in filter(None, (self.catchment, own)):
            for home, row in table.entries.items():
                rows.put(home, table.keys[home], row)
        made = Map(block.place, dict(block.entries), dict(block.keys), block.flow)
        made.put("catchment", block.keys.get("catchment", block.place), rows)
        return made


def sites_of(groups: Groups) -> dict[str, Sites]:
    """Return the sites of a scenario by their kind; report what they cannot be.

    Parameters
    ----------
    groups : Groups
        The dimensions of its people.
    """
    problems = groups.problems
    section = problems.tree.entries.get("sites")
    if not isinstance(section, Map):
        return {}
    found = {}
    for kind, node in section.entries.items():
        if kind in groups.dimensions:
            message = f"{quoted(kind)} is a dimension of `groups`; choose another name."
            problems.add(("sites", kind), message, at_key=True)
        elif isinstance(node, Map):
            found[kind] = _read(kind, node)
            _check(found[kind], groups)
    return found


def _read(kind: str, node: Map) -> Sites:
    of, names = node.entries.get("of"), node.entries.get("names")
    items: list[Node] = names.items if isinstance(names, List) else []
    catchment = node.entries.get("catchment")
    return Sites(
        kind,
        of.value if isinstance(of, Text) else "",
        tuple(item.value for item in items if isinstance(item, Text)),
        catchment if isinstance(catchment, Map) else None,
    )


def _check(sites: Sites, groups: Groups) -> None:
    """Report a dimension that is not there, and sites that are written twice."""
    path: Path = ("sites", sites.kind)
    if sites.of:
        groups.axis(sites.of, (*path, "of"))
    for i, name in enumerate(sites.names):
        if name in sites.names[:i]:
            message = f"{quoted(name)} is written twice."
            groups.problems.add((*path, "names", i), message)


def share_of(row: str | Mapping[str, object], site: str) -> float:
    """Return what share of the patients of a row of a catchment go to a site.

    Parameters
    ----------
    row : str or mapping
        The site to which all go, or shares.
    site : str
    """
    if isinstance(row, str):
        return float(row == site)
    shares = {n: s.value for n, s in row.items() if isinstance(s, Quantity)}
    if site in shares or site not in row:
        return shares.get(site, 0.0)
    return 1.0 - math.fsum(shares.values())


def check_site(
    problems: Problems,
    kind: str,
    known: Sequence[str],
    name: str,
    path: Path,
    *,
    at_key: bool,
) -> bool:
    """Return whether a name is one of the sites of a kind; report one that is not.

    Parameters
    ----------
    problems : Problems
    kind : str
    known : sequence of str
        The names of its sites.
    name : str
    path : Path
    at_key : bool
        Whether the name is a key.
    """
    if name in known:
        return True
    near = did_you_mean(name, known)
    message = f"{quoted(name)} is not a site of {kind}.{near} Sites: {listed(known)}."
    problems.add(path, message, at_key=at_key)
    return False
