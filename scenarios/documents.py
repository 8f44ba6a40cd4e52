"""YAML as a tree of texts, each with its place; everything else is refused.

Only the event stream of the parser is used: it is iterative, so that no file can
overflow a stack, and it never builds an object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

import yaml

from scenarios.problems import Problem, ScenarioError, quoted

DEEPEST = 40
MOST_NODES = 200_000
MOST_BYTES = 2_000_000
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Characters that nobody sees and that make lines or names other than they look."""
HARD_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2007\u2009", " "))


class Place(NamedTuple):
    """Where something is written."""

    file: str
    line: int
    column: int


@dataclass
class Text:
    """A scalar, as text."""

    value: str
    place: Place


@dataclass
class Hole:
    """Something that was refused; checks keep silent about it."""

    place: Place


@dataclass
class Map:
    """Keys in the order of writing."""

    place: Place
    entries: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)
    flow: bool = False

    def put(self, key: str, place: Place, node: Node) -> None:
        """Add an entry."""
        self.entries[key] = node
        self.keys[key] = place


@dataclass
class List:
    """Items in the order of writing."""

    place: Place
    items: list[Node] = field(default_factory=list)


Node = Text | Map | List | Hole


def document(text: str, file: str) -> tuple[Map, list[Problem]]:
    """Return the tree of a file and what is wrong with its form.

    Raises
    ------
    ScenarioError
        If the file cannot be read on: tabs, broken YAML, or too large.
    """
    _check_characters(text, file)
    return _Builder(file).tree(text)


def _check_characters(text: str, file: str) -> None:
    problems = []
    for number, line in enumerate(re.split("\r\n|\r|\n", text), start=1):
        if "\t" in line:
            column = line.index("\t") + 1
            problems.append(
                Problem(file, number, column, "", "here is a tab; indent with spaces.")
            )
        unseen = UNSEEN.search(line)
        if unseen:
            column = unseen.start() + 1
            problems.append(Problem(file, number, column, "", _unseen(unseen[0])))
    if problems:
        raise ScenarioError(problems)


def _unseen(character: str) -> str:
    name = f"U+{ord(character):04X}"
    return f"here is a character that nobody can see ({name}); delete it."


@dataclass
class _Frame:
    """A map or list that is being filled."""

    node: Map | List
    name: str
    """What it is called in its own map or list."""
    key: str | None = None
    key_place: Place | None = None
    refused: bool = False
    """The entry at hand is not to be kept (its key was refused)."""


class _Builder:
    """Turns events into a tree."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.frames: list[_Frame] = []
        self.root: Node | None = None
        self.nodes = 0
        self.documents = 0

    def tree(self, text: str) -> tuple[Map, list[Problem]]:
        """Return the tree and the problems found on the way."""
        for event in self._events(text):
            self._take(event)
        if self.root is None:
            self._stop(Place(self.file, 1, 1), "the file is empty.")
        if not isinstance(self.root, Map):
            kind = "a list" if isinstance(self.root, List) else "a text"
            self._stop(
                Place(self.file, 1, 1),
                "a scenario file begins with `caresim: 1` and goes on with sections "
                f"such as `title:`; this is {kind}.",
            )
        return self.root, self.problems

    def _events(self, text: str) -> Iterator[yaml.Event]:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            yield from yaml.parse(text, Loader=loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            if error.context_mark is not None and "flow" in str(error.context):
                mark = error.context_mark
            self._stop(self._place(mark), _unreadable(error))
        except yaml.YAMLError as error:
            self._stop(Place(self.file, 1, 1), f"this is not readable YAML: {error}.")

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self._document(event)
        elif isinstance(event, yaml.AliasEvent):
            place = self._place(event.start_mark)
            self._say(place, "aliases (*name) are not part of the language.")
            self._add(Hole(place))
        elif isinstance(event, yaml.NodeEvent):
            self._node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.frames.pop()

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        place = self._place(event.start_mark)
        if self.documents > 1:
            self._stop(
                place, "a second document begins here; a file holds one scenario."
            )
        if event.version or event.tags:
            self._say(place, "directives (%) are not part of the language.")

    def _node(self, event: yaml.NodeEvent) -> None:
        place = self._place(event.start_mark)
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self._stop(place, f"the file has more than {MOST_NODES:,} entries.")
        if isinstance(event, yaml.ScalarEvent):
            self._mind_marks(event, place)
            self._scalar(event, place)
            return
        node: Map | List = List(place)
        if isinstance(event, yaml.MappingStartEvent):
            node = Map(place, flow=bool(event.flow_style))
        name = self._at()
        self._mind_marks(event, place)
        self._add(node)
        self.frames.append(_Frame(node, name))
        if len(self.frames) > DEEPEST:
            self._stop(place, f"this is nested more than {DEEPEST} deep.")

    def _mind_marks(self, event: yaml.NodeEvent, place: Place) -> None:
        if event.anchor is not None:
            self._say(place, "anchors (&name) are not part of the language.")
        if getattr(event, "tag", None) is not None:
            self._say(place, "tags (!name) are not part of the language.")

    def _scalar(self, event: yaml.ScalarEvent, place: Place) -> None:
        value = event.value.translate(HARD_SPACES)
        unseen = UNSEEN.search(value) or re.search("\t", value)
        if unseen:  # an escape in quotes
            self._say(place, _unseen(unseen[0]))
        empty = value in NULLS and event.implicit[0]
        frame = self.frames[-1] if self.frames else None
        if frame is not None and isinstance(frame.node, Map) and frame.key is None:
            self._key(frame, "" if empty else value, place)
        elif empty:
            self._nothing(value, place)
        else:
            self._add(Text(value, place))

    def _nothing(self, value: str, place: Place) -> None:
        """Refuse a null. A comma in braces is the usual cause: keep silent beside."""
        key = self.frames[-1].key if self.frames else None
        if key is None:
            self._say(place, "nothing is written here.")
        elif value:
            self._say(place, f"{quoted(value)} is not part of the language.")
        else:
            message = f"nothing is written after '{key}:'."
            node = self.frames[-1].node
            if isinstance(node, Map) and node.flow:
                message += (
                    " A comma inside { } begins a new entry: put the text in quotes "
                    "(and write 1000, not 1,000)."
                )
                self._say(place, message)
                self._add(Hole(place))
                self._make_hole()
                return
            self._say(place, message)
        self._add(Hole(place))

    def _make_hole(self) -> None:
        """Turn all entries of the map at hand into holes."""
        node = self.frames[-1].node
        if isinstance(node, Map):
            for key, entry in node.entries.items():
                node.entries[key] = Hole(entry.place)

    def _key(self, frame: _Frame, key: str, place: Place) -> None:
        frame.key, frame.key_place, frame.refused = key, place, False
        if not key:
            frame.refused = True
            self._say(place, "a name is missing before the colon.")
        elif isinstance(frame.node, Map) and key in frame.node.entries:
            frame.refused = True
            first = frame.node.keys[key].line
            self._say(
                place,
                f"{quoted(key)} is written twice; the first is on line {first}.",
            )

    def _add(self, node: Node) -> None:
        if not self.frames:
            self.root = node
            return
        frame = self.frames[-1]
        if isinstance(frame.node, List):
            frame.node.items.append(node)
        elif frame.key is None:
            self._stop(node.place, "a key is a text, not a list or a map.")
        else:
            if not frame.refused and frame.key_place is not None:
                frame.node.put(frame.key, frame.key_place, node)
            frame.key = None

    def _place(self, mark: Any) -> Place:  # the two parsers have marks of their own
        if mark is None:
            return Place(self.file, 1, 1)
        return Place(self.file, mark.line + 1, mark.column + 1)

    def _at(self) -> str:
        """Return what is being read, as its map or list calls it."""
        if not self.frames:
            return ""
        node = self.frames[-1].node
        return (
            str(len(node.items))
            if isinstance(node, List)
            else (self.frames[-1].key or "")
        )

    def _path(self) -> str:
        parts = [*(frame.name for frame in self.frames), self._at()]
        return ".".join(part for part in parts if part)

    def _say(self, place: Place, message: str) -> None:
        self.problems.append(Problem(*place, self._path(), message))

    def _stop(self, place: Place, message: str) -> NoReturn:
        raise ScenarioError([*self.problems, Problem(*place, "", message)])


def _unreadable(error: yaml.MarkedYAMLError) -> str:
    """Return the parser's complaint in words that help."""
    said = str(error.problem or error.context or "")
    said = said.replace("in this context", "here").replace("hexdecimal", "hexadecimal")
    hint = ""
    if "nesting depth" in said:
        return f"this is nested more than {DEEPEST} deep."
    if "mapping values" in said:
        hint = " A text with ': ' in it needs quotes, or a line above lacks its colon."
    elif "cannot start any token" in said:
        hint = " Put the text in quotes."
    elif "quoted scalar" in str(error.context):
        hint = " A closing quote is missing."
    elif "flow" in str(error.context):
        return (
            "this is not readable YAML: a bracket is opened here, and it is not closed "
            "or a comma is missing."
        )
    elif "block" in str(error.context):
        hint = " Look at the indentation."
    return f"this is not readable YAML: {said}.{hint}"
