"""A scenario written out: complete, in the language itself."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from scenarios.documents import List, Map, Node, Text
from scenarios.merging import Merged
from scenarios.scenario import Scenario
from scenarios.texts import split_mark
from scenarios.typed import plain

PLAIN = re.compile(r"[A-Za-z0-9£][A-Za-z0-9£ %.()'/+_-]*")
NULLS = ("null", "Null", "NULL")
FIRST = ("caresim", "title", "theme", "notes", "source", "sources", "period", "scale")
"""The sections with which a file begins."""
THINGS = (
    *("services", "pathways", "demand"),
    *("teams", "escalation", "standards", "start_state"),
)


def complete(whole: Merged, idle: Collection[int]) -> dict[str, object]:
    """Return a scenario with all that it extends and includes, as plain texts.

    Parameters
    ----------
    whole : Merged
        The scenario in one piece.
    idle : collection of int
        The changes that lie outside the run: they are left out.
    """
    texts: dict[str, Any] = plain(whole.tree)
    changes = texts.get("changes", [])
    if len(whole.lineage) > 1:
        _Sourcing(whole, texts).note()
    if "changes" in texts:
        texts["changes"] = [c for i, c in enumerate(changes) if i not in idle]
    order = [key for key in FIRST if key in texts]
    return {key: texts[key] for key in [*order, *(k for k in texts if k not in order)]}


class _Sourcing:
    """Notes on each thing the `source:` of the file from which it comes.

    A file's `source:` covers its own numbers alone, so it cannot stand at the top of
    what is made of several files.
    """

    def __init__(self, whole: Merged, texts: dict[str, Any]) -> None:
        self.whole = whole
        self.texts = texts

    def note(self) -> None:
        """Change the texts."""
        self.texts.pop("source", None)
        tree = self.whole.tree.entries
        for section in THINGS:
            self._note_each(tree.get(section), self.texts.get(section))
        changes = tree.get("changes")
        if isinstance(changes, List):
            for node, texts in zip(changes.items, self.texts["changes"], strict=True):
                self._note_one(node, texts)
        people, scale = tree.get("people"), tree.get("scale")
        if isinstance(people, Map) and "source" not in people.entries:
            self.texts["people"] = self._marked(people)
        if isinstance(scale, Map) and "instead" in scale.entries:
            self.texts["scale"]["instead"] = self._marked(scale.entries["instead"])

    def _note_each(self, section: Node | None, texts: dict[str, Any] | None) -> None:
        if isinstance(section, Map) and texts is not None:
            for name, node in section.entries.items():
                self._note_one(node, texts[name])

    def _note_one(self, node: Node, texts: dict[str, Any]) -> None:
        source = self.whole.own_source.get(node.place.file)
        if source is not None:
            texts.setdefault("source", source)

    def _marked(self, node: Node, key: str = "") -> Any:
        """Return texts in which each number bears the mark of its source."""
        if isinstance(node, Map):
            return {k: self._marked(v, k) for k, v in node.entries.items()}
        if isinstance(node, List):
            return [self._marked(item) for item in node.items]
        source = self.whole.own_source.get(node.place.file)
        text = node.value if isinstance(node, Text) else ""
        is_bare = key not in ("by", "notes") and split_mark(text)[1] is None
        return f"{text} ({source})" if source is not None and is_bare else text


def written(scenario: Scenario) -> str:
    """Return a scenario as a complete file in the language.

    Reading it again gives an equal scenario, but for its name and lineage; of
    uncertain numbers there is what was taken for them.
    """
    return laid_out(scenario.resolved)


def laid_out(file: Mapping[str, object]) -> str:
    """Return a file of the language from its maps, lists and texts.

    Parameters
    ----------
    file : mapping
        By section.
    """
    return "\n".join(_lines(dict(file), "")) + "\n"


def _lines(value: object, indent: str) -> list[str]:
    lines: list[str] = []
    if isinstance(value, dict):
        for key, part in value.items():
            lines += _entry(f"{in_yaml(key)}:", part, indent)
    elif isinstance(value, list):
        for part in value:
            lines += _item(part, indent)
    return lines


def _entry(head: str, part: object, indent: str) -> list[str]:
    if isinstance(part, dict | list) and part:
        return [f"{indent}{head}", *_lines(part, indent + "  ")]
    return [f"{indent}{head} {_flat(part)}"]


def _item(part: object, indent: str) -> list[str]:
    if isinstance(part, dict | list) and part:
        inner = _lines(part, indent + "  ")
        return [f"{indent}- {inner[0].strip()}", *inner[1:]]
    return [f"{indent}- {_flat(part)}"]


def _flat(part: object) -> str:
    if isinstance(part, dict):
        return "{}"
    return "[]" if isinstance(part, list) else in_yaml(str(part))


def in_yaml(text: str) -> str:
    """Return a text, in quotes where YAML might take it for something else."""
    is_plain = PLAIN.fullmatch(text) and text == text.strip() and text not in NULLS
    return text if is_plain else json.dumps(text, ensure_ascii=False)
