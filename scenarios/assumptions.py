"""Every number of a scenario, as it is written, with where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scenarios.merging import STATUSES
from scenarios.scenario import Source
from scenarios.texts import split_mark

DESIGN = frozenset(
    (
        *("caresim", "title", "theme", "notes", "source", "sources", "groups"),
        *("budgets", "endings", "calendars", "record", "period"),
    )
)
"""Sections that hold no figure of the world: names, dates and the design of the run."""
RATIO = ("scale", "ratio")
UNITS = (
    *("sec", "second", "min", "minute", "hour", "day", "week", "month", "year"),
    *("person", "people", "place", "slot", "bed", "patient", "unit", "visit"),
)
"""What may stand after a number, in the singular or with an s."""
FIGURE = re.compile(
    r"([+-]?£?[0-9][0-9,]*(?:\.[0-9]+)?|[+-]?£?\.[0-9]+)"
    r"(\s*%)?"
    rf"((?:\s+(?:{'|'.join(UNITS)})s?)?)"
    r"((?:\s+per\s+[\w ,.'-]+)?)"
)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2})?")
NAMES = frozenset(
    (
        *("by", "clock", "at", "to", "start", "services", "cost_of", "title", "notes"),
        *("source", "profile", "kind", "law", "sector", "what", "from_file", "during"),
    )
)
"""Keys under which names stand, whatever they look like."""

Plain = Mapping[str, object]


@dataclass(frozen=True)
class Figure:
    """A number of a scenario."""

    place: str
    """Dotted: `services.clinic.takes.mean`."""
    value: str
    """As written; of a table by groups, all of them."""
    unit: str
    """Empty: a plain number."""
    source: Source | None
    """None: nobody said where it comes from."""


def figures(resolved: Plain) -> tuple[Figure, ...]:
    """Return every number of a resolved scenario, in the order of writing.

    What holds for all below it, such as the `source` of a service, counts for each
    number without a mark of its own.

    Parameters
    ----------
    resolved : mapping
        `Scenario.resolved`, as the manifest of a run keeps it.
    """
    sources = declared(resolved)
    walk = _Walk(sources, _text(resolved.get("source")))
    found = []
    for section, part in resolved.items():
        if section not in DESIGN:
            found += list(walk.below(part, (section,), walk.default))
    return tuple(found)


def declared(resolved: Plain) -> dict[str, Source]:
    """Return the sources of a resolved scenario, by name."""
    section = resolved.get("sources")
    return {
        name: Source(name, status, str(citation))
        for status in STATUSES
        for name, citation in _map(_map(section).get(status)).items()
    }


def _map(value: object) -> Plain:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


class _Walk:
    """Goes through plain maps, lists and texts."""

    def __init__(self, sources: Mapping[str, Source], default: str | None) -> None:
        self.sources, self.default = sources, default

    def below(
        self, part: object, path: tuple[str, ...], covering: str | None
    ) -> Iterator[Figure]:
        """Yield the numbers of a part."""
        if isinstance(part, Mapping):
            covering = _text(part.get("source")) or covering
            if "by" in part:
                yield from self._by_group(part, path, covering)
                return
            for key, inner in part.items():
                if key not in NAMES or not isinstance(inner, str):
                    yield from self.below(inner, (*path, str(key)), covering)
        elif isinstance(part, list):
            yield from self._list(part, path, covering)
        elif isinstance(part, str) and path != RATIO:
            figure = self._figure(part, path, covering)
            if figure is not None:
                yield figure

    def _by_group(
        self, part: Plain, path: tuple[str, ...], covering: str | None
    ) -> Iterator[Figure]:
        """Yield a table by groups: as one where it has one source and unit."""
        each = [
            figure
            for key, inner in part.items()
            if key != "by"
            for figure in self.below(inner, (*path, str(key)), covering)
        ]
        if len({(figure.source, figure.unit) for figure in each}) != 1:
            yield from each
            return
        depth = len(".".join(path)) + 1
        parts = [f"{figure.place[depth:]}: {figure.value}" for figure in each]
        yield Figure(".".join(path), "; ".join(parts), each[0].unit, each[0].source)

    def _list(
        self, part: list[object], path: tuple[str, ...], covering: str | None
    ) -> Iterator[Figure]:
        """Yield what stands in a list: plain numbers as one."""
        texts = [split_mark(item) for item in part if isinstance(item, str)]
        if len(texts) == len(part) and all(FIGURE.fullmatch(text) for text, _ in texts):
            marks = {mark for _, mark in texts if mark}
            source = self.sources.get(next(iter(marks), covering or ""))
            value = ", ".join(text for text, _ in texts)
            yield Figure(".".join(path), value, "", source)
            return
        for number, inner in enumerate(part):
            yield from self.below(inner, (*path, str(number)), covering)

    def _figure(
        self, text: str, path: tuple[str, ...], covering: str | None
    ) -> Figure | None:
        """Return the number that a text is; None: it is none."""
        plain, mark = split_mark(text)
        source = self.sources.get(mark or covering or "")
        place = ".".join(path)
        if DATE.fullmatch(plain):
            return Figure(place, plain, "date", source)
        found = FIGURE.fullmatch(plain)
        if found is None:
            return None
        number, percent, unit, per = (part or "" for part in found.groups())
        pound = "£" if "£" in number else ""
        words = (pound, percent.strip(), unit.strip(), per.strip())
        return Figure(place, number, " ".join(filter(None, words)), source)
