"""From a tree of texts to the typed form of a scenario, and what is wrong in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from typing import Any, TypeVar

from pydantic import ValidationError

from scenarios.documents import Hole, List, Map, Node, Text
from scenarios.forms import Form
from scenarios.places import Path, Problems
from scenarios.spec import ScenarioForm

T = TypeVar("T", bound=Form)
STAND_INS = {
    "caresim": "1",
    "title": "untitled",
    "period": {"start": "2024-01-01", "horizon": "1 year"},
    "services": {},
    "demand": {},
}
"""What stands for a missing section, so that the others can be checked all the same."""
MOST_PASSES = 20


def plain(node: Node) -> Any:
    """Return a tree as maps, lists and texts, without its holes."""
    if isinstance(node, Map):
        return {k: plain(v) for k, v in node.entries.items() if not isinstance(v, Hole)}
    if isinstance(node, List):
        return [plain(item) for item in node.items]
    return node.value if isinstance(node, Text) else ""


def holes(node: Node, path: Path = ()) -> Iterator[Path]:
    """Yield the places at which a tree has holes."""
    if isinstance(node, Hole):
        yield path
    elif isinstance(node, Map):
        for key, entry in node.entries.items():
            yield from holes(entry, (*path, key))
    elif isinstance(node, List):
        for i, item in enumerate(node.items):
            yield from holes(item, (*path, i))


def typed(problems: Problems, sources: list[str]) -> ScenarioForm | None:
    """Return the typed form of a scenario, as `typed_as` does."""
    return typed_as(ScenarioForm, problems, STAND_INS, sources)


def typed_as(
    form: type[T],
    problems: Problems,
    stand_ins: Mapping[str, object],
    sources: list[str] | None = None,
) -> T | None:
    """Return the typed form of a file.

    What is wrong is added to the problems and left out, so that the rest can be
    checked further; None if too little is left. `stand_ins` take the place of missing
    sections; `sources` are the declared ones, None if nobody knows.
    """
    data = plain(problems.tree)
    refused = set(holes(problems.tree))
    problems.mark(*refused)
    for attempt in range(MOST_PASSES):
        try:
            return form.model_validate(data, context=sources)
        except ValidationError as error:
            for item in error.errors(include_url=False):
                path, at_key = _path(item["loc"])
                message, key = item["msg"], item.get("ctx", {}).get("key", "")
                whole = (*path, key) if key else path
                if attempt == 0 and message and not {path, whole} & refused:
                    at_key = at_key or _is_of_key(message)
                    problems.say(problems.place(path, at_key=at_key), path, message)
                problems.mark(whole, _cut(data, path))
            for key, stand_in in stand_ins.items():
                data.setdefault(key, copy(stand_in))
    return None


def _is_of_key(message: str) -> bool:
    """Return whether a message is about a key: unknown, missing, or not yet there."""
    return message.startswith(("unknown key", "`"))


def _path(loc: Path) -> tuple[Path, bool]:
    """Return a pydantic location without its tags, and whether it is that of a key."""
    path = tuple(p for p in loc if not (isinstance(p, str) and p.startswith("~")))
    if path and path[-1] == "[key]":
        return path[:-1], True
    return path, False


def _cut(data: Any, path: Path) -> Path:
    """Remove what is at a path, or the nearest thing above it; return what went."""
    for n in range(len(path), 0, -1):
        holder, last = _at(data, path[: n - 1]), path[n - 1]
        if isinstance(holder, dict) and last in holder:
            del holder[last]
            return path[:n]
        if _is_item(holder, last) and isinstance(holder[last], dict) and holder[last]:
            # A list keeps its length: the paths of its other items must stay true.
            holder[last] = {}
            return path[:n]
    return path


def _is_item(holder: Any, last: str | int) -> bool:
    return isinstance(holder, list) and isinstance(last, int) and last < len(holder)


def _at(data: Any, path: Path) -> Any:
    for part in path:
        if isinstance(data, dict):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            return None
    return data
