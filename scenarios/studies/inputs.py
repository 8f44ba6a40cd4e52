"""Uncertain numbers as inputs of a study: their laws, and spans that are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

from scenarios.documents import List, Map, Node, Text
from scenarios.files import opened
from scenarios.merging import merged
from scenarios.places import Path as Keys
from scenarios.problems import ScenarioError, did_you_mean
from scenarios.reading import chosen
from scenarios.spans import PARTS, Amount, Span, amount
from scenarios.studies.bases import Base, base_of
from scenarios.texts import TextError
from scenarios.trees import with_nodes
from scenarios.uncertain import BETWEEN, LIKELY

GRID = 1024
"""Equally likely values that stand for a law."""
SECTIONS = ("services", "demand", "pathways", "people", "teams", "changes")
"""Of a scenario, those whose numbers can be moved by a share."""


@dataclass(frozen=True)
class Law:
    """One number that is not known, over all scenarios of a study."""

    name: str
    span: Span
    """Where it lies: as the first scenario has it."""

    @cached_property
    def grid(self) -> tuple[float, ...]:
        """Equally likely values, ascending, in the unit of the ends."""
        chances = ((i + 0.5) / GRID for i in range(GRID))
        return tuple(self.value(self.span.at(u)) for u in chances)

    def value(self, text: str) -> float:
        """Return the number that a text of the law says, in the unit of the ends."""
        return float(amount(text).value)


def laws(bases: Sequence[Base]) -> tuple[Law, ...]:
    """Return the uncertain numbers of scenarios, each name once.

    Parameters
    ----------
    bases : sequence of Base
        Checked.
    """
    found: dict[str, Law] = {}
    for base in bases:
        for number in base.inputs:
            found.setdefault(number.name, Law(number.name, number.span))
    return tuple(found.values())


def uncertain_base(name_or_path: str | Path, scale: str | None = None) -> Base:
    """Return a scenario as the base of a study, checked.

    Parameters
    ----------
    name_or_path : str or Path
        A scenario's file, or a name of the catalogue.
    scale : str, optional
        Another ratio than the scenario's, such as `1:20`.

    Raises
    ------
    ScenarioError
        If the scenario is wrong.
    """
    return base_of(merged(opened(name_or_path), chosen(scale))).checked()


# Numbers that are moved by a share


def share_of(text: str) -> Decimal | None:
    """Return the share that a text says, more than 0% and less than 100%; else None."""
    tidy = text.strip()
    try:
        value = Decimal(tidy.removesuffix("%").strip()) / 100
    except InvalidOperation:
        return None
    is_share = tidy.endswith("%") and value.is_finite() and 0 < value < 1
    return value if is_share else None


def wrong_numbers(base: Base, names: Sequence[str]) -> list[str]:
    """Say which names are those of no number of a scenario, or are there twice.

    Parameters
    ----------
    base : Base
        Checked.
    names : sequence of str
        Dotted: `services.ward.takes.mean`.
    """
    known = _numbers(base)
    said = []
    for name in dict.fromkeys(names):
        if name not in known:
            near = did_you_mean(name, known)
            said.append(
                f"--number '{name}': is no number of this scenario.{near} Write where "
                "it stands, such as services.ward.takes.mean."
            )
        if list(names).count(name) > 1:
            said.append(f"--number '{name}': is named more than once.")
    return said


def widened(base: Base, names: Sequence[str] | None, share: Decimal) -> Base:
    """Return a scenario in which numbers may be so much less or more, and no others.

    Where only whole numbers can stand, ends are rounded, and one away at least.

    Parameters
    ----------
    base : Base
        Checked.
    names : sequence of str, optional
        As `wrong_numbers` takes them; all uncertain numbers if left out.
    share : Decimal
        Such as 0.1.

    Raises
    ------
    ScenarioError
        If a number cannot be another one there.
    """
    known = _numbers(base)
    asked = [each.name for each in base.inputs] if names is None else names
    chosen = {known[name][0]: known[name][1] for name in asked}
    whole = _whole(base, chosen)
    nodes = {
        path: _between(text, share, is_whole=path in whole)
        for path, text in chosen.items()
    }
    return _with(base, nodes).checked()


def _with(base: Base, nodes: Mapping[Keys, Node]) -> Base:
    """Return a scenario with other numbers; uncertain ones are taken as they are."""
    tree = base.whole.tree
    made: dict[Keys, Node] = dict(nodes)
    for each in base.inputs:
        made.setdefault(each.path, Text(each.taken, _at(tree, each.path).place))
    return replace(base, whole=replace(base.whole, tree=with_nodes(tree, made)))


def _whole(base: Base, chosen: Mapping[Keys, Text]) -> set[Keys]:
    """Return where only whole numbers can stand: the reader tells when it is tried."""
    plain = {
        path: _span(text, made.value, made.value + 1)
        for path, text in chosen.items()
        if (made := _amount(text)) is not None
        and made.unit == ""
        and made.value == made.value.to_integral_value()
    }
    try:
        found = _with(base, plain).checked() if plain else base
    except ScenarioError:
        # Whatever is wrong is told when the numbers that were asked for are read.
        return set()
    return {each.path for each in found.inputs if each.span.is_whole} & set(plain)


def _numbers(base: Base) -> dict[str, tuple[Keys, Text]]:
    """Return all numbers of a scenario by name: where each stands, what is taken."""
    tree = base.whole.tree
    found: dict[str, tuple[Keys, Text]] = {}
    for each in base.inputs:
        place = _at(tree, each.path).place
        found[each.name] = each.path, Text(each.taken, place)
    for section in SECTIONS:
        node = tree.entries.get(section)
        for path, text in () if node is None else _texts(node, (section,)):
            found.setdefault(".".join(map(str, path)), (path, text))
    return found


def _texts(node: Node, path: Keys) -> Iterator[tuple[Keys, Text]]:
    """Yield texts that begin with a number, but for those of uncertain numbers."""
    if isinstance(node, Text):
        if PARTS.fullmatch(node.value):
            yield path, node
    elif isinstance(node, Map) and BETWEEN not in node.entries:
        for key, entry in node.entries.items():
            yield from _texts(entry, (*path, key))
    elif isinstance(node, List):
        for i, item in enumerate(node.items):
            yield from _texts(item, (*path, i))


def _at(tree: Node, path: Keys) -> Node:
    for key in path:
        tree = tree.items[int(key)] if isinstance(tree, List) else _entry(tree, key)
    return tree


def _entry(node: Node, key: str | int) -> Node:
    assert isinstance(node, Map)  # as the path is one of the tree
    return node.entries[str(key)]


def _between(text: Text, share: Decimal, *, is_whole: bool) -> Node:
    """Return a number as a span about itself; what is no number stays as it is."""
    made = _amount(text)
    if made is None:
        return text
    low, high = sorted([made.value * (1 - share), made.value * (1 + share)])
    if is_whole:
        low = min(low.to_integral_value(), made.value - 1)
        high = max(high.to_integral_value(), made.value + 1)
    return _span(text, low, high)


def _span(text: Text, low: Decimal, high: Decimal) -> Node:
    """Return a number as a span in which it is the likeliest."""
    made = amount(text.value)
    node = Map(text.place)
    ends = [Text(_written(made, end), text.place) for end in (low, high)]
    node.put(BETWEEN, text.place, List(text.place, list(ends)))
    node.put(LIKELY, text.place, Text(text.value, text.place))
    return node


def _amount(text: Text) -> Amount | None:
    try:
        return amount(text.value)
    except TextError:
        return None


def _written(like: Amount, value: Decimal) -> str:
    """Return a value with the unit of another."""
    digits = f"{abs(value).normalize():f}"
    return f"{'-' if value < 0 else ''}{like.before}{digits}{like.after}"


def values_of(drawn: Mapping[str, str], every: Sequence[Law]) -> list[float]:
    """Return the numbers of a draw, in the order of the laws.

    Parameters
    ----------
    drawn : mapping of str to str
        By name.
    every : sequence of Law
    """
    return [law.value(drawn[law.name]) for law in every]
