"""What a study varies: changes of which one number takes several values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from scenarios.documents import Hole, List, Map, Node, Place, Text
from scenarios.places import Path, Problems
from scenarios.problems import quoted
from scenarios.spans import Span, amount
from scenarios.studies.names import part
from scenarios.taken import Taken
from scenarios.texts import TextError
from scenarios.trees import with_nodes
from scenarios.uncertain import BETWEEN, span_of

OPERATIONS = ("multiply_by", "add", "set_to")
NEUTRAL = {"multiply_by": Decimal(1), "add": Decimal(0)}
SIGNS = {"multiply_by": "× ", "add": "plus ", "set_to": ""}
ONE_OPERATION = f"a variation does one thing: {', '.join(OPERATIONS)}."


@dataclass(frozen=True)
class Variation:
    """A change of the base, and the values that its number takes."""

    name: str
    change: Map
    """As written."""
    place: Place
    """Of its name."""
    operation: str
    values: tuple[str, ...]
    """In order of writing; empty: a number between two ends."""
    span: Span | None
    """Where the number lies if it has no list of values."""

    def at(self, u: float) -> str:
        """Return the value for a chance between 0 and 1: of a list, equal parts."""
        if self.span is not None:
            return self.span.at(u)
        return self.values[int(u * len(self.values))]

    def with_value(self, value: str) -> Map:
        """Return the change with one value."""
        place = self.change.entries[self.operation].place
        return with_nodes(self.change, {(self.operation,): Text(value, place)})

    def taken(self) -> Taken:
        """Return one value that knows of the others, to check them all at once."""
        if self.span is not None:
            return Taken.of_span(self.span)
        return Taken.of_list(self.values)

    def checked(self, taken: Taken) -> Variation:
        """Return the variation after its base was read with `taken`."""
        if self.span is not None and taken.is_whole:
            return replace(self, span=self.span.whole())
        return self

    def in_words(self, value: str) -> str:
        """Return the variation at a value."""
        return f"{self.name} {SIGNS[self.operation]}{value}"


def variations(node: Node | None, problems: Problems) -> list[Variation]:
    """Return the variations that could be read, in order of writing.

    Parameters
    ----------
    node : Node or None
        What stands under `vary`.
    problems : Problems
        To which what is wrong is added.
    """
    if not isinstance(node, Map):
        return []
    _check_names(node, problems)
    found = []
    for name, change in node.entries.items():
        path: Path = ("vary", name)
        if isinstance(change, Map):
            made = _variation(name, change, node.keys[name], problems)
            found += [] if made is None else [made]
        elif not isinstance(change, Hole):
            message = (
                "write a change with several values: "
                "{services: ward, add: [0, 10, 20]}."
            )
            problems.add(path, message)
    return found


def _check_names(node: Map, problems: Problems) -> None:
    """Refuse names of variations that would be the same in the names of folders."""
    taken: dict[str, str] = {}
    for name in node.entries:
        first = taken.setdefault(part(name), name)
        if first != name:
            message = (
                f"{quoted(name)} and {quoted(first)} would be the same in the names "
                "of folders; choose another name."
            )
            problems.add(("vary", name), message, at_key=True)


def _variation(
    name: str, change: Map, place: Place, problems: Problems
) -> Variation | None:
    path: Path = ("vary", name)
    if "curve" in change.entries:
        message = f"a curve cannot be varied; {ONE_OPERATION}"
        problems.add((*path, "curve"), message, at_key=True)
        return None
    written = [key for key in OPERATIONS if key in change.entries]
    if len(written) != 1:
        problems.add(path, ONE_OPERATION, at_key=True)
        return None
    (operation,) = written
    node, path = change.entries[operation], (*path, operation)
    if isinstance(node, Map) and BETWEEN in node.entries:
        span = span_of(node, path, problems)
        if span is None:
            return None
        return Variation(name, change, place, operation, (), span)
    values = _values(node, path, problems)
    if not values or not _vary(values, operation, path, problems):
        return None
    return Variation(name, change, place, operation, values, None)


def _values(node: Node, path: Path, problems: Problems) -> tuple[str, ...]:
    """Return the values of a list; none if something is wrong with it."""
    if isinstance(node, Hole):
        return ()
    if not isinstance(node, List):
        shown = node.value if isinstance(node, Text) else "1.0, 1.1"
        problems.add(path, f"a list of values belongs here: [{shown}].")
        return ()
    if not node.items:
        problems.add(path, "this is empty.")
    for i, item in enumerate(node.items):
        if isinstance(item, List | Map):
            message = "each value is a text, such as 400, 1.1 or 30 days."
            problems.add((*path, i), message)
    texts = tuple(item.value for item in node.items if isinstance(item, Text))
    return texts if len(texts) == len(node.items) else ()


def _vary(
    values: tuple[str, ...], operation: str, path: Path, problems: Problems
) -> bool:
    """Return whether values differ from each other and from no change at all."""
    before = len(problems.found)
    seen: dict[object, str] = {}
    for i, (value, meant) in enumerate(zip(values, _meant(values), strict=True)):
        first = seen.setdefault(meant, value)
        if i >= len(seen):
            message = f"{quoted(value)} is written twice."
            if value != first:
                message = f"{quoted(value)} is the same as {quoted(first)}."
            problems.add((*path, i), message)
    if len(problems.found) == before and _meant(values) == [
        (NEUTRAL.get(operation), "")
    ]:
        message = f"this changes nothing: {quoted(values[0])} is its only value."
        problems.add(path, message)
    return len(problems.found) == before


def _meant(values: Iterable[str]) -> list[object]:
    """Return what tells values apart: number and unit, else the text."""
    found: list[object] = []
    for value in values:
        try:
            made = amount(value)
        except TextError:
            found.append(value)
        else:
            found.append((made.value, made.unit))
    return found
