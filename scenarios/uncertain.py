"""Uncertain numbers of a scenario: where they stand, and what is taken for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from scenarios.documents import Hole, List, Map, Node, Text
from scenarios.places import Path, Problems
from scenarios.problems import did_you_mean, quoted
from scenarios.spans import UNCERTAIN, Amount, Span, amount
from scenarios.taken import Taken
from scenarios.texts import TextError
from scenarios.trees import maps_with, with_nodes

BETWEEN = "between"
LIKELY = "most_likely"
SUBJECTS_OF_CHANGES = (
    *("demand", "services", "pathways", "people", "teams"),
    *("escalation", "standards", "start_state", "routes"),
)
NO_PLACE = "an uncertain number cannot stand here; write one number."
NO_PERIOD = "what is simulated, and how often, cannot be uncertain."


@dataclass(frozen=True)
class Uncertain:
    """A number of a scenario that is not known for sure."""

    name: str
    """Dotted; that of a change says what it changes, not where it stands in a list.
    The luck of a draw belongs to it."""
    path: Path
    """Where it stands in the tree."""
    span: Span
    taken: str
    """What stands in its place in this scenario."""

    def sentence(self) -> str:
        """Return between what it lies and what is taken."""
        return f"Uncertain: {self.name} lies {self.span}; {self.taken} is taken."


# Reading


def span_of(node: Map, path: Path, problems: Problems) -> Span | None:
    """Return the span that a map describes; None if it is wrong, which is reported."""
    before = len(problems.found)
    for key in node.entries:
        if key not in (BETWEEN, LIKELY):
            near = did_you_mean(key, [BETWEEN, LIKELY])
            message = f"unknown key.{near} Allowed: {BETWEEN}, {LIKELY}."
            problems.add((*path, key), message, at_key=True)
    ends = node.entries[BETWEEN]
    if isinstance(ends, Hole) or isinstance(node.entries.get(LIKELY), Hole):
        return None
    if not isinstance(ends, List) or len(ends.items) != 2:
        message = f"write two numbers, the lower and the higher: {UNCERTAIN}."
        problems.add((*path, BETWEEN), message)
        return None
    low = _amount(ends.items[0], (*path, BETWEEN, 0), problems)
    high = _amount(ends.items[1], (*path, BETWEEN, 1), problems)
    likely = None
    if LIKELY in node.entries:
        likely = _amount(node.entries[LIKELY], (*path, LIKELY), problems)
    if low is None or high is None or len(problems.found) > before:
        return None
    _check_order(Span(low, high, likely), path, problems)
    return Span(low, high, likely) if len(problems.found) == before else None


def _amount(node: Node, path: Path, problems: Problems) -> Amount | None:
    if not isinstance(node, Text):
        problems.add(path, "write a plain number, with its unit.")
        return None
    try:
        return amount(node.value)
    except TextError as error:
        problems.add(path, str(error))
        return None


def _check_order(span: Span, path: Path, problems: Problems) -> None:
    low, high, likely = span.low, span.high, span.likely
    for key, other in ((BETWEEN, high), (LIKELY, likely)):
        if other is not None and other.unit != low.unit:
            message = (
                f"{quoted(low.text)} and {quoted(other.text)} have different units; "
                "write both in the same."
            )
            problems.add((*path, key), message)
            return
    if low.value >= high.value:
        message = f"{quoted(low.text)} must be less than {quoted(high.text)}."
        problems.add((*path, BETWEEN), message)
    elif likely is not None and not low.value <= likely.value <= high.value:
        message = (
            f"{quoted(likely.text)} must lie between {quoted(low.text)} and "
            f"{quoted(high.text)}."
        )
        problems.add((*path, LIKELY), message)


@dataclass
class Entry:
    """An uncertain number while its scenario is read."""

    path: Path
    taken: Taken


def with_central(problems: Problems) -> list[Entry]:
    """Put the central value in the place of each uncertain number of a tree.

    Returns
    -------
    list of Entry
        In the order of writing. The tree of the problems is another one afterwards.
    """
    made: dict[Path, Node] = {}
    entries = []
    for path, node in maps_with(problems.tree, BETWEEN):
        if path[0] == "period":
            problems.add(path, NO_PERIOD)
            made[path] = Hole(node.place)
            continue
        span = span_of(node, path, problems)
        if span is None:
            made[path] = Hole(node.place)
            continue
        taken = Taken.of_span(span)
        taken.node = Text(taken, node.place)
        made[path] = taken.node
        entries.append(Entry(path, taken))
    if made:
        if problems.written is None:
            problems.written = problems.tree
        problems.tree = with_nodes(problems.tree, made)
    return entries


def uncertain_numbers(
    entries: Collection[Entry], idle: Collection[int], problems: Problems
) -> tuple[Uncertain, ...]:
    """Return the uncertain numbers of a scenario that was read.

    What stands where no number is read is reported; changes that are `idle` were not
    read.
    """
    found = []
    written = problems.tree if problems.written is None else problems.written
    names = _Names(written)
    for entry in entries:
        if entry.path[0] == "changes" and entry.path[1] in idle:
            continue
        if not entry.taken.is_read and not problems.found:
            problems.add(entry.path, NO_PLACE)
        span, node = entry.taken.span, entry.taken.node
        if span is not None and node is not None:
            kept = span.whole() if entry.taken.is_whole else span
            name = names.of(entry.path)
            found.append(Uncertain(name, entry.path, kept, str(node.value)))
    return tuple(found)


# Names


class _Names:
    """Names numbers by what they are, so that a name outlives its place."""

    def __init__(self, tree: Map) -> None:
        self.tree = tree
        self.counts: dict[str, int] = {}

    def of(self, path: Path) -> str:
        """Return the name of a number; the second of the same name gets a 2."""
        name = ".".join(self._parts(path))
        count = self.counts[name] = self.counts.get(name, 0) + 1
        return name if count == 1 else f"{name}.{count}"

    def _parts(self, path: Path) -> Iterator[str]:
        changes = self.tree.entries.get("changes")
        rest = path
        if path[0] == "changes" and isinstance(changes, List):
            change = changes.items[int(path[1])]
            rest = path[2:]
            yield "changes"
            if isinstance(change, Map):
                yield from change_name(change)
        yield from map(str, rest)


def change_name(change: Map) -> Iterator[str]:
    """Yield what a change is about: subject, selection, and number."""
    for key in (k for k in SUBJECTS_OF_CHANGES if k in change.entries):
        yield f"{key} {in_words(change.entries[key])}"
    what = change.entries.get("what")
    if isinstance(what, Text):
        yield what.value


def in_words(node: Node) -> str:
    """Return a selection as words: sector mental health."""
    if isinstance(node, Map):
        return ", ".join(f"{key} {in_words(n)}" for key, n in node.entries.items())
    if isinstance(node, List):
        return ", ".join(in_words(item) for item in node.items)
    return node.value if isinstance(node, Text) else ""


# Other values


def with_drawn(tree: Map, values: Mapping[Path, str]) -> Map:
    """Return a tree with other texts in the place of uncertain numbers."""
    nodes: dict[Path, Node] = {}
    for path, node in maps_with(tree, BETWEEN):
        if path in values:
            nodes[path] = Text(values[path], node.place)
    return with_nodes(tree, nodes)
